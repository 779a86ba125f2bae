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

// attempts is how often a request is sent, by method. Zero means that the fault
// does not apply to the method.
type attempts struct{ get, put, patch, del, post int }

func (n attempts) byMethod() map[string]int {
	return map[string]int{
		http.MethodGet:    n.get,
		http.MethodPut:    n.put,
		http.MethodPatch:  n.patch,
		http.MethodDelete: n.del,
		http.MethodPost:   n.post,
	}
}

func TestRetries(t *testing.T) {
	t.Parallel()
	var (
		all        = attempts{get: 3, put: 3, patch: 3, del: 3, post: 3}
		idempotent = attempts{get: 3, put: 3, patch: 3, del: 3, post: 1}
		// The response to DELETE has no body.
		withBody = attempts{get: 3, put: 3, patch: 3, post: 1}
		notPUT   = attempts{get: 3, put: 1, patch: 3, del: 3, post: 1}
		none     = attempts{get: 1, put: 1, patch: 1, del: 1, post: 1}
		redirect = http.Header{"Location": {"/v3/scopes"}}
	)
	for name, tt := range map[string]struct {
		fault    emulator.Behavior
		kind     sendgrid.Kind
		attempts attempts
	}{
		"reset before taking effect":     {emulator.ResetBefore, sendgrid.KindNoResponse, idempotent},
		"reset after taking effect":      {emulator.ResetAfter, sendgrid.KindNoResponse, idempotent},
		"closed without response":        {func(*emulator.Exchange) {}, sendgrid.KindNoResponse, idempotent},
		"truncated body":                 {emulator.CutBody, sendgrid.KindNoResponse, withBody},
		"empty body":                     {emulator.EmptyBody, sendgrid.KindMalformed, withBody},
		"HTML page":                      {emulator.HTMLPage(502), sendgrid.KindMalformed, idempotent},
		"HTML page after taking effect":  {emulator.After(emulator.HTMLPage(504)), sendgrid.KindMalformed, idempotent},
		"garbage":                        {emulator.Respond(200, nil, "text/plain", "garbage"), sendgrid.KindMalformed, idempotent},
		"redirect":                       {emulator.Respond(302, redirect, "text/html", ""), sendgrid.KindMalformed, idempotent},
		"redirect that keeps the method": {emulator.Respond(307, redirect, "text/html", ""), sendgrid.KindMalformed, idempotent},
		"503 in JSON":                    {emulator.JSONError(503, "", "unavailable"), sendgrid.KindServerError, idempotent},
		"501 in JSON":                    {emulator.JSONError(501, "", "unavailable"), sendgrid.KindServerError, idempotent},
		"500 in JSON":                    {emulator.JSONError(500, "", "broken"), sendgrid.KindServerError, notPUT},
		"429":                            {emulator.JSONError(429, "", "too many requests"), sendgrid.KindRateLimited, all},
		"429 from a gateway":             {emulator.HTMLPage(429), sendgrid.KindRateLimited, all},
		"400":                            {emulator.JSONError(400, "", "no"), sendgrid.KindRejected, none},
		"401":                            {emulator.JSONError(401, "", "no"), sendgrid.KindUnauthorized, none},
		"403":                            {emulator.JSONError(403, "", "no"), sendgrid.KindForbidden, none},
		"404 in JSON":                    {emulator.JSONError(404, "", "unable to find API Key"), sendgrid.KindKeyNotFound, none},
		"404 in HTML":                    {emulator.HTMLPage(404), sendgrid.KindMalformed, idempotent},
		"500 that rejects a scope":       {emulator.JSONError(500, "", "unauthorized scopes: [x]"), sendgrid.KindScopesRefused, none},
	} {
		for method, do := range operations() {
			for _, maxRetries := range []int{2, 0} {
				want := min(tt.attempts.byMethod()[method], maxRetries+1)
				if want == 0 {
					continue
				}
				t.Run(name+" "+method, func(t *testing.T) {
					t.Parallel()
					s := failing(t, tt.fault)
					o := options(s.URL())
					o.MaxRetries = maxRetries
					err := do(t.Context(), connect(t, o), s.AddKey(emulator.Parent, "k", nil).ID)
					got := apiError(t, err)
					if got.Kind != tt.kind || got.Attempts != want || len(s.Requests()) != want {
						t.Errorf("max %d retries: kind %d after %d attempts and %d requests, want kind %d after %d",
							maxRetries, got.Kind, got.Attempts, len(s.Requests()), tt.kind, want)
					}
				})
			}
		}
	}
}

func TestTimeoutsAreRetried(t *testing.T) {
	t.Parallel()
	for name, hang := range map[string]emulator.Behavior{"before taking effect": emulator.Hang, "after taking effect": emulator.HangAfter} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := failing(t, hang)
			o := options(s.URL())
			o.MaxRetries = 1
			o.RequestTimeout = 500 * time.Millisecond
			c := connect(t, o)
			var wg sync.WaitGroup
			for method, do := range operations() {
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
			equal(t, got, map[string]int{"GET": 2, "PUT": 2, "PATCH": 2, "DELETE": 2, "POST": 1})
		})
	}
}

// TestRetriesSucceed covers faults that end after two requests.
func TestRetriesSucceed(t *testing.T) {
	t.Parallel()
	for name, fault := range map[string]emulator.Behavior{
		"reset before taking effect": emulator.ResetBefore,
		"reset after taking effect":  emulator.ResetAfter,
		"truncated body":             emulator.CutBody,
		"HTML page":                  emulator.HTMLPage(502),
		"rate limit":                 emulator.TooManyRequests(time.Now().Add(-time.Minute)),
	} {
		for method, do := range map[string]operation{"GET": read, "PUT": update, "PATCH": rename} {
			t.Run(name+" "+method, func(t *testing.T) {
				t.Parallel()
				s := start(t, emulator.Config{})
				s.Inject(emulator.Fault{Times: 2, Do: fault})
				k := s.AddKey(emulator.Parent, "k", []string{"mail.send"})
				noError(t, do(t.Context(), connect(t, options(s.URL())), k.ID))
				if seen := s.Requests(); len(seen) != 3 || seen[0].Body != seen[2].Body {
					t.Errorf("sent %+v", seen)
				}
			})
		}
	}
}

func TestDeleteAfterLostResponseFindsNoKey(t *testing.T) {
	t.Parallel()
	s := start(t, emulator.Config{})
	s.Inject(emulator.Fault{Do: emulator.ResetAfter})
	k := s.AddKey(emulator.Parent, "k", nil)
	err := remove(t.Context(), connect(t, options(s.URL())), k.ID)
	expectError(t, s, err, report{sendgrid.KindKeyNotFound, 404, details("unable to find API Key for deletion"), 2,
		"DELETE /v3/api_keys/" + k.ID + `: status 404, "unable to find API Key for deletion" (after 2 attempts)`})
}

func TestDeleteNeedsNoBody(t *testing.T) {
	t.Parallel()
	for name, do := range map[string]emulator.Behavior{"empty": emulator.EmptyBody, "truncated": emulator.CutBody} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := failing(t, do)
			k := s.AddKey(emulator.Parent, "k", nil)
			noError(t, remove(t.Context(), connect(t, options(s.URL())), k.ID))
		})
	}
}

// refuseDials returns a dial function whose first n calls fail.
func refuseDials(n int) func(ctx context.Context, network, address string) (net.Conn, error) {
	var dialer net.Dialer
	return func(ctx context.Context, network, address string) (net.Conn, error) {
		if n--; n < 0 {
			return dialer.DialContext(ctx, network, address)
		}
		return nil, &net.OpError{Op: "dial", Net: "tcp", Err: errors.New("connection refused")}
	}
}

func TestRefusedDialIsRetriedForEveryMethod(t *testing.T) {
	t.Parallel()
	for method, do := range operations() {
		t.Run(method, func(t *testing.T) {
			t.Parallel()
			s := start(t, emulator.Config{})
			k := s.AddKey(emulator.Parent, "k", nil)
			o := options(s.URL())
			o.Dial = refuseDials(2)
			noError(t, do(t.Context(), connect(t, o), k.ID))
			if seen := s.Requests(); len(seen) != 1 {
				t.Errorf("sent %v", seen)
			}
		})
	}
	t.Run("until the retries are used up", func(t *testing.T) {
		t.Parallel()
		s := start(t, emulator.Config{})
		o := options(s.URL())
		o.Dial = refuseDials(3)
		err := create(t.Context(), connect(t, o), id)
		equal(t, reportOf(t, err, s.URL()), report{sendgrid.KindNoResponse, 0, nil, 3,
			"POST /v3/api_keys: not sent: dial tcp: connection refused (after 3 attempts)"})
		if apiError(t, err).Ambiguous() || len(s.Requests()) > 0 {
			t.Errorf("ambiguous %t, sent %v", apiError(t, err).Ambiguous(), s.Requests())
		}
	})
}

func TestBackoff(t *testing.T) {
	t.Parallel()
	const s = time.Second
	for attempt, full := range []time.Duration{s, 2 * s, 4 * s, 8 * s, 10 * s, 10 * s} {
		for range 100 {
			if d := sendgrid.Backoff(s, 10*s, attempt, nil); d < full/2 || d > full {
				t.Errorf("retry %d: waits %s, want %s to %s", attempt+1, d, full/2, full)
			}
		}
	}
	if d := sendgrid.Backoff(s, 10*s, 1000, nil); d < 5*s || d > 10*s {
		t.Errorf("retry 1001 waits %s", d)
	}
}

func TestRetryWaitOptions(t *testing.T) {
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
			equal(t, got, []bounds{tt.want, tt.want})
		})
	}
}
