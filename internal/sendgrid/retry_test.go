package sendgrid_test

import (
	"context"
	"errors"
	"net"
	"net/http"
	"sync"
	"testing"
	"time"

	"github.com/terraform-sendgrid/terraform-provider-sendgrid/internal/emulator"
	"github.com/terraform-sendgrid/terraform-provider-sendgrid/internal/sendgrid"
)

// sends is how many requests a call by each method comes to.
type sends struct{ get, put, patch, del, post int }

func (n sends) by(method string) int {
	return map[string]int{
		http.MethodGet:    n.get,
		http.MethodPut:    n.put,
		http.MethodPatch:  n.patch,
		http.MethodDelete: n.del,
		http.MethodPost:   n.post,
	}[method]
}

func TestWhatIsRepeated(t *testing.T) {
	t.Parallel()
	var (
		all       = sends{get: 3, put: 3, patch: 3, del: 3, post: 3}
		allButOne = sends{get: 3, put: 3, patch: 3, del: 3, post: 1}
		// The answer to DELETE has no body to spoil.
		withBody = sends{get: 3, put: 3, patch: 3, post: 1}
		none     = sends{get: 1, put: 1, patch: 1, del: 1, post: 1}
		redirect = http.Header{"Location": {"/v3/scopes"}}
	)
	for name, tt := range map[string]struct {
		do    emulator.Behavior
		kind  sendgrid.Kind
		sends sends
	}{
		"reset before the effect":  {emulator.ResetBefore, sendgrid.KindNoResponse, allButOne},
		"reset after the effect":   {emulator.ResetAfter, sendgrid.KindNoResponse, allButOne},
		"closed without an answer": {func(*emulator.Exchange) {}, sendgrid.KindNoResponse, allButOne},
		"body cut":                 {emulator.CutBody, sendgrid.KindNoResponse, withBody},
		"body empty":               {emulator.EmptyBody, sendgrid.KindMalformed, withBody},
		"gateway's page":           {emulator.HTMLPage(502), sendgrid.KindMalformed, allButOne},
		"page after the effect":    {emulator.After(emulator.HTMLPage(504)), sendgrid.KindMalformed, allButOne},
		"garbage":                  {emulator.Respond(200, nil, "text/plain", "garbage"), sendgrid.KindMalformed, allButOne},
		"redirect":                 {emulator.Respond(302, redirect, "text/html", ""), sendgrid.KindMalformed, allButOne},
		"redirect with the method": {emulator.Respond(307, redirect, "text/html", ""), sendgrid.KindMalformed, allButOne},
		"503 in JSON":              {emulator.JSONError(503, "", "unavailable"), sendgrid.KindServerError, allButOne},
		"501 in JSON":              {emulator.JSONError(501, "", "unavailable"), sendgrid.KindServerError, allButOne},
		"500 in JSON":              {emulator.JSONError(500, "", "broken"), sendgrid.KindServerError, sends{get: 3, put: 1, patch: 3, del: 3, post: 1}},
		"429":                      {emulator.JSONError(429, "", "too many requests"), sendgrid.KindRateLimited, all},
		"429 of a gateway":         {emulator.HTMLPage(429), sendgrid.KindRateLimited, all},
		"400":                      {emulator.JSONError(400, "", "no"), sendgrid.KindRejected, none},
		"401":                      {emulator.JSONError(401, "", "no"), sendgrid.KindUnauthorized, none},
		"403":                      {emulator.JSONError(403, "", "no"), sendgrid.KindForbidden, none},
		"404 that says so in JSON": {emulator.JSONError(404, "", "unable to find API Key"), sendgrid.KindKeyNotFound, none},
		"404 that says nothing":    {emulator.HTMLPage(404), sendgrid.KindMalformed, allButOne},
		"500 that refuses a scope": {emulator.JSONError(500, "", "unauthorized scopes: [x]"), sendgrid.KindScopesRefused, none},
	} {
		for method, do := range methods() {
			for _, maxRetries := range []int{2, 0} {
				want := min(tt.sends.by(method), maxRetries+1)
				if want == 0 {
					continue
				}
				t.Run(name+" "+method, func(t *testing.T) {
					t.Parallel()
					s := failing(t, tt.do)
					o := options(s.URL())
					o.MaxRetries = maxRetries
					err := do(t.Context(), connect(t, o), s.AddKey(emulator.Parent, "k", nil).ID)
					got := failed(t, err)
					if got.Kind != tt.kind || got.Attempts != want || len(s.Requests()) != want {
						t.Errorf("max %d retries: kind %d after %d attempts and %d requests, want kind %d after %d",
							maxRetries, got.Kind, got.Attempts, len(s.Requests()), tt.kind, want)
					}
				})
			}
		}
	}
}

func TestTimeoutsAreRepeated(t *testing.T) {
	t.Parallel()
	for name, hang := range map[string]emulator.Behavior{"before the effect": emulator.Hang, "after the effect": emulator.HangAfter} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := failing(t, hang)
			o := options(s.URL())
			o.MaxRetries = 1
			o.RequestTimeout = 500 * time.Millisecond
			c := connect(t, o)
			var wg sync.WaitGroup
			for method, do := range methods() {
				k := s.AddKey(emulator.Parent, "k", nil)
				wg.Go(func() {
					var failure *sendgrid.Error
					err := do(t.Context(), c, k.ID)
					if !errors.As(err, &failure) || failure.Kind != sendgrid.KindNoResponse ||
						!errors.Is(err, context.DeadlineExceeded) ||
						failure.Response() != "no response within 500ms: context deadline exceeded" {
						t.Errorf("%s: error %v", method, err)
					}
				})
			}
			wg.Wait()
			got := make(map[string]int)
			for _, r := range s.Requests() {
				got[r.Method]++
			}
			same(t, got, map[string]int{"GET": 2, "PUT": 2, "PATCH": 2, "DELETE": 2, "POST": 1})
		})
	}
}

// TestRetriesMend has faults that pass. What was done twice is done once.
func TestRetriesMend(t *testing.T) {
	t.Parallel()
	for name, fault := range map[string]emulator.Behavior{
		"reset before the effect": emulator.ResetBefore,
		"reset after the effect":  emulator.ResetAfter,
		"body cut":                emulator.CutBody,
		"gateway's page":          emulator.HTMLPage(502),
		"rate limit":              emulator.TooManyRequests(time.Now().Add(-time.Minute)),
	} {
		for method, do := range map[string]call{"GET": read, "PUT": update, "PATCH": rename} {
			t.Run(name+" "+method, func(t *testing.T) {
				t.Parallel()
				s := start(t, emulator.Config{})
				s.Inject(emulator.Fault{Times: 2, Do: fault})
				k := s.AddKey(emulator.Parent, "k", []string{"mail.send"})
				keep(t, do(t.Context(), connect(t, options(s.URL())), k.ID))
				if seen := s.Requests(); len(seen) != 3 || seen[0].Body != seen[2].Body {
					t.Errorf("sent %+v", seen)
				}
			})
		}
	}
}

func TestDeleteWhoseAnswerWasLostFindsNoKey(t *testing.T) {
	t.Parallel()
	s := start(t, emulator.Config{})
	s.Inject(emulator.Fault{Do: emulator.ResetAfter})
	k := s.AddKey(emulator.Parent, "k", nil)
	err := remove(t.Context(), connect(t, options(s.URL())), k.ID)
	expect(t, s, err, told{sendgrid.KindKeyNotFound, 404, said("unable to find API Key for deletion"), 2,
		"DELETE /v3/api_keys/" + k.ID + `: status 404, "unable to find API Key for deletion" (after 2 attempts)`})
}

func TestDeleteNeedsNoBody(t *testing.T) {
	t.Parallel()
	for name, do := range map[string]emulator.Behavior{"empty": emulator.EmptyBody, "cut": emulator.CutBody} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := failing(t, do)
			k := s.AddKey(emulator.Parent, "k", nil)
			keep(t, remove(t.Context(), connect(t, options(s.URL())), k.ID))
		})
	}
}

// refusing returns what refuses the first n dials.
func refusing(n int) func() error {
	return func() error {
		if n--; n < 0 {
			return nil
		}
		return &net.OpError{Op: "dial", Net: "tcp", Err: errors.New("connection refused")}
	}
}

func TestRefusedDialIsRepeatedForEveryMethod(t *testing.T) {
	t.Parallel()
	for method, do := range methods() {
		t.Run(method, func(t *testing.T) {
			t.Parallel()
			s := start(t, emulator.Config{})
			k := s.AddKey(emulator.Parent, "k", nil)
			c := connect(t, options(s.URL()))
			c.OnDial(refusing(2))
			keep(t, do(t.Context(), c, k.ID))
			if seen := s.Requests(); len(seen) != 1 {
				t.Errorf("sent %v", seen)
			}
		})
	}
	t.Run("for as long as there are retries", func(t *testing.T) {
		t.Parallel()
		s := start(t, emulator.Config{})
		c := connect(t, options(s.URL()))
		c.OnDial(refusing(3))
		err := create(t.Context(), c, id)
		same(t, tell(t, err, s.URL()), told{sendgrid.KindNoResponse, 0, nil, 3,
			"POST /v3/api_keys: not sent: dial tcp: connection refused (after 3 attempts)"})
		if failed(t, err).Ambiguous() || len(s.Requests()) > 0 {
			t.Errorf("ambiguous %t, sent %v", failed(t, err).Ambiguous(), s.Requests())
		}
	})
}

func TestBackoffDoublesAndScatters(t *testing.T) {
	t.Parallel()
	const s = time.Second
	for attempt, full := range []time.Duration{s, 2 * s, 4 * s, 8 * s, 10 * s, 10 * s} {
		for range 100 {
			if d := sendgrid.Backoff(s, 10*s, attempt); d < full/2 || d > full {
				t.Errorf("retry %d: waits %s, want %s to %s", attempt+1, d, full/2, full)
			}
		}
	}
	if d := sendgrid.Backoff(s, 10*s, 1000); d < 5*s || d > 10*s {
		t.Errorf("retry 1001 waits %s", d)
	}
}

func TestRetryWaitsAreBounded(t *testing.T) {
	t.Parallel()
	type bounds struct{ Min, Max time.Duration }
	for name, tt := range map[string]struct{ set, want bounds }{
		"as set":     {bounds{time.Minute, time.Hour}, bounds{time.Minute, time.Hour}},
		"by default": {bounds{}, bounds{time.Second, 30 * time.Second}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			o := options(failing(t, emulator.HTMLPage(502)).URL())
			o.RetryWaitMin, o.RetryWaitMax = tt.set.Min, tt.set.Max
			c := connect(t, o)
			var got []bounds
			c.OnRetry(func(minWait, maxWait time.Duration) time.Duration {
				got = append(got, bounds{minWait, maxWait})
				return 0
			})
			_ = read(t.Context(), c, id)
			same(t, got, []bounds{tt.want, tt.want})
		})
	}
}
