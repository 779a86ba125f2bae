package sendgrid_test

import (
	"context"
	"net/http"
	"testing"
	"testing/synctest"
	"time"

	"github.com/terraform-sendgrid/terraform-provider-sendgrid/internal/emulator"
	"github.com/terraform-sendgrid/terraform-provider-sendgrid/internal/sendgrid"
)

// limited answers 429 with these headers, those that are empty left out.
func limited(date, reset string) emulator.Behavior {
	h := http.Header{
		"Date": nil, // Without, net/http adds its own.
		// Over a connection that it knows, net/http mends a body without content.
		"Connection": {"close"},
	}
	if date != "" {
		h.Set("Date", date)
	}
	if reset != "" {
		h.Set("X-RateLimit-Reset", reset)
	}
	return emulator.Respond(429, h, "application/json", withNull("too many requests"))
}

// waits returns how long after each request the next one came. In virtual time
// nothing takes any but the waits.
func waits(s *emulator.Server) (between []time.Duration) {
	seen := s.Requests()
	for i := 1; i < len(seen); i++ {
		between = append(between, seen[i].Time.Sub(seen[i-1].Time))
	}
	return between
}

// TestRateLimitIsWaitedOut has resets that are near by SendGrid's clock,
// whatever the time is here.
func TestRateLimitIsWaitedOut(t *testing.T) {
	t.Parallel()
	const second = time.Second
	for name, tt := range map[string]struct {
		date, reset string
		want        time.Duration
	}{
		"as recorded":            {"Mon, 29 Jul 2019 21:51:22 GMT", "1564437084", 2 * second},
		"clock ahead":            {"Tue, 01 Jan 2080 00:00:00 GMT", "3471292802", 2 * second},
		"end of all dates":       {"Fri, 31 Dec 9999 23:59:57 GMT", "253402300799", 2 * second},
		"the longest worth it":   {"Mon, 29 Jul 2019 21:51:22 GMT", "1564437202", 120 * second},
		"the shortest there is":  {"Mon, 29 Jul 2019 21:51:22 GMT", "1564437083", second},
		"obsolete form of dates": {"Monday, 29-Jul-19 21:51:22 GMT", "1564437084", 2 * second},
	} {
		for method, do := range methods() {
			t.Run(name+" "+method, func(t *testing.T) {
				t.Parallel()
				synctest.Test(t, func(t *testing.T) {
					s, connectTo := startInMemory(t, emulator.Config{})
					s.Inject(emulator.Fault{Times: 5, Do: limited(tt.date, tt.reset)})
					k := s.AddKey(emulator.Parent, "k", nil)
					o := options(s.URL())
					o.MaxRetries = 0
					keep(t, do(t.Context(), connectTo(o), k.ID))
					got := waits(s)
					if len(got) != 5 {
						t.Errorf("waited %v, want five times", got)
					}
					for _, d := range got {
						if d < tt.want || d >= tt.want+second {
							t.Errorf("waited %s, want %s and a part of a second", d, tt.want)
						}
					}
					seen := s.Requests()
					for _, r := range seen {
						if r.Body != seen[0].Body || r.Body == "" && (method == "POST" || method == "PUT" || method == "PATCH") {
							t.Errorf("body %q", r.Body)
						}
					}
				})
			})
		}
	}
}

func TestRateLimitWithoutDateIsWaitedOutByTheLocalClock(t *testing.T) {
	t.Parallel()
	for _, date := range []string{"", "garbage"} {
		synctest.Test(t, func(t *testing.T) {
			s, connectTo := startInMemory(t, emulator.Config{})
			s.Inject(emulator.Fault{Do: limited(date, decimal(time.Now().Add(100*time.Second)))})
			keep(t, create(t.Context(), connectTo(options(s.URL())), id))
			if got := waits(s); len(got) != 1 || got[0] < 100*time.Second || got[0] >= 101*time.Second {
				t.Errorf("waited %v, want 100s and a part of a second", got)
			}
		})
	}
}

// TestRateLimitIsLeftToTheRetries has resets that are nothing to wait for.
func TestRateLimitIsLeftToTheRetries(t *testing.T) {
	t.Parallel()
	const date = "Mon, 29 Jul 2019 21:51:22 GMT"
	for name, tt := range map[string]struct {
		reset string
		want  time.Time
	}{
		"beyond two minutes":       {"1564437203", time.Unix(1564437203, 0)},
		"in milliseconds":          {"1564437084000", time.Unix(1564437084000, 0)},
		"beyond all times":         {"9223372036854775807", time.Unix(9223372036854775807, 0)},
		"now":                      {"1564437082", time.Unix(1564437082, 0)},
		"past":                     {"1564437081", time.Unix(1564437081, 0)},
		"a number of seconds":      {"2", time.Unix(2, 0)},
		"zero":                     {"0", time.Time{}},
		"negative":                 {"-1", time.Time{}},
		"absent":                   {"", time.Time{}},
		"garbage":                  {"soon", time.Time{}},
		"more than an integer has": {"92233720368547758070", time.Time{}},
		"a fraction":               {"1564437084.5", time.Time{}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				s, connectTo := startInMemory(t, emulator.Config{})
				s.Inject(emulator.Fault{Times: -1, Do: limited(date, tt.reset)})
				o := options(s.URL())
				err := create(t.Context(), connectTo(o), id)
				expect(t, s, err, told{sendgrid.KindRateLimited, 429, said("too many requests"), 3,
					`POST /v3/api_keys: status 429, "too many requests" (after 3 attempts)`})
				if got := failed(t, err).Reset; !got.Equal(tt.want) || got.IsZero() != tt.want.IsZero() {
					t.Errorf("reset %s, want %s", got, tt.want)
				}
				for _, d := range waits(s) {
					if d > o.RetryWaitMax {
						t.Errorf("waited %s", d)
					}
				}
			})
		})
	}
}

func TestRateLimitDoesNotCountAsRetry(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s, connectTo := startInMemory(t, emulator.Config{})
		limit := limited("Mon, 29 Jul 2019 21:51:22 GMT", "1564437084")
		outage := emulator.JSONError(503, "", "unavailable")
		for _, do := range []emulator.Behavior{limit, outage, limit, limit, outage, limit, outage} {
			s.Inject(emulator.Fault{Do: do})
		}
		err := update(t.Context(), connectTo(options(s.URL())), id)
		expect(t, s, err, told{sendgrid.KindServerError, 503, said("unavailable"), 7,
			"PUT /v3/api_keys/" + id + `: status 503, "unavailable" (after 7 attempts)`})
	})
}

// Retry-After was never seen of SendGrid, and is heeded should it come.
func TestRetryAfterIsWaitedOut(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		header      http.Header
		least, most time.Duration
	}{
		"alone":        {http.Header{"Retry-After": {"7"}}, 7 * time.Second, 8 * time.Second},
		"longest":      {http.Header{"Retry-After": {"120"}}, 120 * time.Second, 121 * time.Second},
		"too long":     {http.Header{"Retry-After": {"121"}}, 0, time.Millisecond},
		"beyond all":   {http.Header{"Retry-After": {"9223372036854775807"}}, 0, time.Millisecond},
		"none":         {http.Header{"Retry-After": {"0"}}, 0, time.Millisecond},
		"negative":     {http.Header{"Retry-After": {"-7"}}, 0, time.Millisecond},
		"a date":       {http.Header{"Retry-After": {"Mon, 29 Jul 2019 21:51:22 GMT"}}, 0, time.Millisecond},
		"with a reset": {http.Header{"Retry-After": {"7"}, "X-Ratelimit-Reset": {"946684860"}}, 7 * time.Second, 8 * time.Second},
		"no date here": {http.Header{"Retry-After": {"7"}, "Date": {"garbage"}}, 7 * time.Second, 8 * time.Second},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				s, connectTo := startInMemory(t, emulator.Config{})
				c := connectTo(options(s.URL()))
				// The time is known to the fraction of a second that Date lacks.
				keep(t, list(t.Context(), c, id))
				time.Sleep(700 * time.Millisecond)
				s.Inject(emulator.Fault{Do: emulator.Respond(429, tt.header, "application/json", withNull("too many requests"))})
				keep(t, create(t.Context(), c, id))
				if got := waits(s); len(got) != 2 || got[1] < tt.least || got[1] > tt.most {
					t.Errorf("waited %v, want %s to %s the second time", got, tt.least, tt.most)
				}
			})
		})
	}
}

func TestRateLimitEndsWithTheContext(t *testing.T) {
	t.Parallel()
	for method, do := range methods() {
		t.Run(method, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				start := time.Now()
				s, connectTo := startInMemory(t, emulator.Config{})
				s.Inject(emulator.Fault{Times: -1, Do: emulator.TooManyRequests(start.Add(time.Minute))})
				ctx, cancel := context.WithCancel(t.Context())
				defer cancel()
				o := options(s.URL())
				o.Observe = func(context.Context, sendgrid.Attempt) { cancel() }
				err := do(ctx, connectTo(o), id)
				if got := failed(t, err); got.Kind != sendgrid.KindCanceled || got.Attempts != 1 || got.Ambiguous() {
					t.Errorf("error %v (kind %d) after %d attempts", err, got.Kind, got.Attempts)
				}
				if seen := s.Requests(); len(seen) != 1 || time.Since(start) > 0 {
					t.Errorf("sent %v, ended after %s", seen, time.Since(start))
				}
			})
		})
	}
}
