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

// tooManyRequests responds with 429 and these headers, unless they are empty.
func tooManyRequests(date, reset string) emulator.Behavior {
	h := http.Header{
		"Date": nil, // Keeps net/http from adding its own.
		// On a reused connection net/http would itself rewind the body of a request
		// that is sent again, and hide that the gate did not.
		"Connection": {"close"},
	}
	if date != "" {
		h.Set("Date", date)
	}
	if reset != "" {
		h.Set("X-RateLimit-Reset", reset)
	}
	return emulator.Respond(429, h, "application/json", errorBody("too many requests"))
}

// waits returns the time between successive requests. In virtual time only waits
// take time.
func waits(s *emulator.Server) (between []time.Duration) {
	seen := s.Requests()
	for i := 1; i < len(seen); i++ {
		between = append(between, seen[i].Time.Sub(seen[i-1].Time))
	}
	return between
}

// TestWaitForReset covers resets that are near by SendGrid's clock, whatever the
// local time.
func TestWaitForReset(t *testing.T) {
	t.Parallel()
	const second = time.Second
	for name, tt := range map[string]struct {
		date, reset string
		want        time.Duration
	}{
		"as recorded":          {"Mon, 29 Jul 2019 21:51:22 GMT", "1564437084", 2 * second},
		"clock ahead":          {"Tue, 01 Jan 2080 00:00:00 GMT", "3471292802", 2 * second},
		"end of the calendar":  {"Fri, 31 Dec 9999 23:59:57 GMT", "253402300799", 2 * second},
		"longest wait":         {"Mon, 29 Jul 2019 21:51:22 GMT", "1564437202", 120 * second},
		"shortest wait":        {"Mon, 29 Jul 2019 21:51:22 GMT", "1564437083", second},
		"obsolete date format": {"Monday, 29-Jul-19 21:51:22 GMT", "1564437084", 2 * second},
		"seconds from now":     {"Mon, 29 Jul 2019 21:51:22 GMT", "41", 41 * second},
		"a second from now":    {"Tue, 01 Jan 2080 00:00:00 GMT", "1", second},
		"longest from now":     {"Mon, 29 Jul 2019 21:51:22 GMT", "120", 120 * second},
	} {
		for method, do := range operations() {
			t.Run(name+" "+method, func(t *testing.T) {
				t.Parallel()
				synctest.Test(t, func(t *testing.T) {
					s, connectTo := startInMemory(t, emulator.Config{})
					s.Inject(emulator.Fault{Times: 5, Do: tooManyRequests(tt.date, tt.reset)})
					k := s.AddKey(emulator.Parent, "k", nil)
					o := options(s.URL())
					o.MaxRetries = 0
					noError(t, do(t.Context(), connectTo(o), k.ID))
					got := waits(s)
					if len(got) != 5 {
						t.Errorf("waited %v, want five waits", got)
					}
					for _, d := range got {
						if d < tt.want || d >= tt.want+second {
							t.Errorf("waited %s, want %s and less than a second more", d, tt.want)
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

func TestWaitForResetByTheLocalClock(t *testing.T) {
	t.Parallel()
	for _, date := range []string{"", "garbage"} {
		for _, form := range resetForms() {
			synctest.Test(t, func(t *testing.T) {
				s, connectTo := startInMemory(t, emulator.Config{})
				reset := "100"
				if form == since1970 {
					reset = decimal(time.Now().Add(100 * time.Second))
				}
				s.Inject(emulator.Fault{Do: tooManyRequests(date, reset)})
				noError(t, create(t.Context(), connectTo(options(s.URL())), id))
				if got := waits(s); len(got) != 1 || got[0] < 100*time.Second || got[0] >= 101*time.Second {
					t.Errorf("waited %v, want 100s and less than a second more", got)
				}
			})
		}
	}
}

// TestImplausibleResetsAreIgnored covers resets that the gate does not wait for.
// The request is retried as after any other failure.
func TestImplausibleResetsAreIgnored(t *testing.T) {
	t.Parallel()
	const date = "Mon, 29 Jul 2019 21:51:22 GMT"
	for name, tt := range map[string]struct {
		reset string
		want  time.Time
	}{
		"beyond two minutes":   {"1564437203", time.Unix(1564437203, 0)},
		"in milliseconds":      {"1564437084000", time.Unix(1564437084000, 0)},
		"latest time":          {"9223372036854775807", time.Unix(9223372036854775807, 0)},
		"now":                  {"1564437082", time.Unix(1564437082, 0)},
		"past":                 {"1564437081", time.Unix(1564437081, 0)},
		"two minutes from now": {"121", time.Unix(1564437203, 0)},
		"years from now":       {"99999999", time.Unix(1564437082+99999999, 0)},
		"long ago":             {"100000000", time.Unix(100000000, 0)},
		"zero":                 {"0", time.Time{}},
		"negative":             {"-1", time.Time{}},
		"absent":               {"", time.Time{}},
		"garbage":              {"soon", time.Time{}},
		"integer overflow":     {"92233720368547758070", time.Time{}},
		"a fraction":           {"1564437084.5", time.Time{}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				s, connectTo := startInMemory(t, emulator.Config{})
				s.Inject(emulator.Fault{Times: -1, Do: tooManyRequests(date, tt.reset)})
				o := options(s.URL())
				err := create(t.Context(), connectTo(o), id)
				expectError(t, s, err, report{sendgrid.KindRateLimited, 429, details("too many requests"), 3,
					`POST /v3/api_keys: status 429, "too many requests" (after 3 attempts)`})
				if got := apiError(t, err).Reset; !got.Equal(tt.want) || got.IsZero() != tt.want.IsZero() {
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

func TestWaitForResetIsNotARetry(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s, connectTo := startInMemory(t, emulator.Config{})
		limit := tooManyRequests("Mon, 29 Jul 2019 21:51:22 GMT", "1564437084")
		outage := emulator.JSONError(503, "", "unavailable")
		for _, do := range []emulator.Behavior{limit, outage, limit, limit, outage, limit, outage} {
			s.Inject(emulator.Fault{Do: do})
		}
		err := update(t.Context(), connectTo(options(s.URL())), id)
		expectError(t, s, err, report{sendgrid.KindServerError, 503, details("unavailable"), 7,
			"PUT /v3/api_keys/" + id + `: status 503, "unavailable" (after 7 attempts)`})
	})
}

// TestRetryAfter covers a header that SendGrid has never been seen to send.
func TestRetryAfter(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		header      http.Header
		least, most time.Duration
	}{
		"seconds":      {http.Header{"Retry-After": {"7"}}, 7 * time.Second, 8 * time.Second},
		"longest":      {http.Header{"Retry-After": {"120"}}, 120 * time.Second, 121 * time.Second},
		"too long":     {http.Header{"Retry-After": {"121"}}, 0, time.Millisecond},
		"overflow":     {http.Header{"Retry-After": {"9223372036854775807"}}, 0, time.Millisecond},
		"zero":         {http.Header{"Retry-After": {"0"}}, 0, time.Millisecond},
		"negative":     {http.Header{"Retry-After": {"-7"}}, 0, time.Millisecond},
		"a date":       {http.Header{"Retry-After": {"Mon, 29 Jul 2019 21:51:22 GMT"}}, 0, time.Millisecond},
		"with a reset": {http.Header{"Retry-After": {"7"}, "X-Ratelimit-Reset": {"946684860"}}, 7 * time.Second, 8 * time.Second},
		"invalid Date": {http.Header{"Retry-After": {"7"}, "Date": {"garbage"}}, 7 * time.Second, 8 * time.Second},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				s, connectTo := startInMemory(t, emulator.Config{})
				c := connectTo(options(s.URL()))
				// The gate now knows SendGrid's time better than Date reports it.
				noError(t, list(t.Context(), c, id))
				time.Sleep(700 * time.Millisecond)
				s.Inject(emulator.Fault{Do: emulator.Respond(429, tt.header, "application/json", errorBody("too many requests"))})
				noError(t, create(t.Context(), c, id))
				if got := waits(s); len(got) != 2 || got[1] < tt.least || got[1] > tt.most {
					t.Errorf("waited %v, want %s to %s the second time", got, tt.least, tt.most)
				}
			})
		})
	}
}

func TestWaitForResetEndsWithTheContext(t *testing.T) {
	t.Parallel()
	for method, do := range operations() {
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
				if got := apiError(t, err); got.Kind != sendgrid.KindCanceled || got.Attempts != 1 || got.Ambiguous() {
					t.Errorf("error %v (kind %d) after %d attempts", err, got.Kind, got.Attempts)
				}
				if seen := s.Requests(); len(seen) != 1 || time.Since(start) > 0 {
					t.Errorf("sent %v, ended after %s", seen, time.Since(start))
				}
			})
		})
	}
}
