package sendgrid_test

import (
	"context"
	"errors"
	"net/http"
	"testing"
	"time"

	"github.com/terraform-sendgrid/terraform-provider-sendgrid/internal/emulator"
	"github.com/terraform-sendgrid/terraform-provider-sendgrid/internal/sendgrid"
)

func TestNothingIsSentAfterTheContextEnds(t *testing.T) {
	t.Parallel()
	canceled, cancel := context.WithCancel(t.Context())
	cancel()
	expired, cancel := context.WithDeadline(t.Context(), time.Unix(0, 0))
	defer cancel()
	for name, ctx := range map[string]context.Context{"canceled": canceled, "expired": expired} {
		for method, do := range operations() {
			t.Run(name+" "+method, func(t *testing.T) {
				t.Parallel()
				s := start(t, emulator.Config{})
				err := do(ctx, connect(t, options(s.URL())), id)
				path := "/v3/api_keys"
				if method != http.MethodPost {
					path += "/" + id
				}
				expectError(t, s, err, report{sendgrid.KindCanceled, 0, nil, 0, method + " " + path + ": not sent: " + ctx.Err().Error()})
				if !errors.Is(err, ctx.Err()) {
					t.Errorf("error %v is not %v", err, ctx.Err())
				}
			})
		}
	}
}

// TestWaitBeforeRetryEndsWithTheContext would take an hour.
func TestWaitBeforeRetryEndsWithTheContext(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		do    operation
		fault emulator.Behavior
		want  string
	}{
		"GET": {read, emulator.JSONError(503, "", "unavailable"),
			"GET /v3/api_keys/" + id + `: context canceled, after status 503, "unavailable"`},
		"DELETE": {remove, emulator.HTMLPage(502), "DELETE /v3/api_keys/" + id + ": context canceled, after status 502, " +
			"not a response from SendGrid's API but an HTML page, probably from a gateway or proxy"},
		"POST": {create, emulator.JSONError(429, "", "too many requests"),
			`POST /v3/api_keys: context canceled, after status 429, "too many requests"`},
		"no response": {update, emulator.CutBody,
			"PUT /v3/api_keys/" + id + ": context canceled, after status 404, response was cut off: unexpected EOF"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := failing(t, tt.fault)
			ctx, cancel := context.WithCancel(t.Context())
			defer cancel()
			c := connect(t, options(s.URL()))
			c.OnRetry(func(time.Duration, time.Duration) time.Duration {
				cancel()
				return time.Hour
			})
			err := tt.do(ctx, c, id)
			expectError(t, s, err, report{sendgrid.KindCanceled, 0, nil, 1, tt.want})
			if !errors.Is(err, context.Canceled) {
				t.Errorf("error %v is not %v", err, context.Canceled)
			}
		})
	}
}

// cancelInFlight returns a server and a context that is canceled when a request
// arrives. The server handles the request with do after that.
func cancelInFlight(t *testing.T, do emulator.Behavior) (*emulator.Server, context.Context) {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	t.Cleanup(cancel)
	return failing(t, func(x *emulator.Exchange) {
		cancel()
		do(x)
	}), ctx
}

func TestPOSTInFlightIsNotCanceled(t *testing.T) {
	t.Parallel()
	// A canceled request would end before Slow responds.
	s, ctx := cancelInFlight(t, emulator.Slow(100*time.Millisecond))
	got, err := connect(t, options(s.URL())).CreateAPIKey(ctx, sendgrid.Parent, sendgrid.CreateAPIKeyRequest{Name: "k", FullAccess: true})
	noError(t, err)
	if created := s.Keys(emulator.Parent); len(created) != 1 || created[0].ID != got.ID || created[0].Secret != got.Secret {
		t.Errorf("got %s, created %v", got.ID, created)
	}
}

// TestPOSTInFlightReportsItsOutcome covers final outcomes, which are reported
// although the context has ended, and one that would be retried.
func TestPOSTInFlightReportsItsOutcome(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		do        emulator.Behavior
		kind      sendgrid.Kind
		ambiguous bool
	}{
		"forbidden":    {emulator.JSONError(403, "", "access forbidden"), sendgrid.KindForbidden, false},
		"server error": {emulator.JSONError(500, "", "internal server error"), sendgrid.KindServerError, true},
		"malformed":    {emulator.After(emulator.HTMLPage(502)), sendgrid.KindMalformed, true},
		"lost":         {emulator.ResetAfter, sendgrid.KindNoResponse, true},
		"rate limited": {emulator.JSONError(429, "", "too many requests"), sendgrid.KindCanceled, false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s, ctx := cancelInFlight(t, tt.do)
			got := apiError(t, create(ctx, connect(t, options(s.URL())), id))
			if got.Kind != tt.kind || got.Ambiguous() != tt.ambiguous || got.Attempts != 1 {
				t.Errorf("kind %d, ambiguous %t, %d attempts: %v", got.Kind, got.Ambiguous(), got.Attempts, got)
			}
		})
	}
}

func TestPOSTInFlightTimesOut(t *testing.T) {
	t.Parallel()
	s, ctx := cancelInFlight(t, emulator.HangAfter)
	o := options(s.URL())
	o.RequestTimeout = 500 * time.Millisecond
	got := apiError(t, create(ctx, connect(t, o), id))
	if got.Kind != sendgrid.KindNoResponse || !got.Ambiguous() || got.Attempts != 1 {
		t.Errorf("kind %d, ambiguous %t, %d attempts: %v", got.Kind, got.Ambiguous(), got.Attempts, got)
	}
}

// TestOtherMethodsInFlightAreCanceled would take a minute.
func TestOtherMethodsInFlightAreCanceled(t *testing.T) {
	t.Parallel()
	for method, do := range operations() {
		if method == http.MethodPost {
			continue
		}
		t.Run(method, func(t *testing.T) {
			t.Parallel()
			s, ctx := cancelInFlight(t, emulator.Hang)
			err := do(ctx, connect(t, options(s.URL())), id)
			expectError(t, s, err, report{sendgrid.KindCanceled, 0, nil, 1, method + " /v3/api_keys/" + id + ": context canceled"})
		})
	}
}
