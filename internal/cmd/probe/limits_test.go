package main

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/terraform-sendgrid/terraform-provider-sendgrid/internal/emulator"
)

func TestWaitsForReset(t *testing.T) {
	t.Parallel()
	for name, fromNow := range map[string]bool{"since 1970": false, "from now": true} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				a := newAccount(t, func(own, _ *emulator.Config) {
					own.RateLimits = []emulator.RateLimit{
						{Method: "POST", Requests: 1, Window: 30 * time.Second, RelativeReset: fromNow},
						{Method: "PATCH", Requests: 2, Window: 3 * time.Second, RelativeReset: fromNow},
					}
				})
				start := time.Now()
				if err := a.prober.askAndCleanUp(t.Context()); err != nil {
					t.Fatal(err)
				}
				for _, r := range a.Requests() {
					if r.Status == http.StatusTooManyRequests {
						t.Errorf("%s exceeds the rate limit", r)
					}
				}
				// Of four POSTs, three wait for the next window.
				if d := time.Since(start); d < 90*time.Second || d > 2*time.Minute {
					t.Errorf("took %s", d)
				}
			})
		})
	}
}

func TestInterruptedWhileItWaits(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		a := newAccount(t, func(own, _ *emulator.Config) {
			own.RateLimits = []emulator.RateLimit{{Method: "POST", Requests: 1}}
		})
		ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
		defer cancel()
		start := time.Now()
		if err := a.prober.run(ctx); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("error %v", err)
		}
		// No key is looked for: the POST was not sent.
		if d := time.Since(start); d != 10*time.Second {
			t.Errorf("took %s", d)
		}
	})
}

func TestRejectedByRateLimit(t *testing.T) {
	t.Parallel()
	rejection := emulator.JSONError(http.StatusTooManyRequests, "", "too many requests")
	for name, tt := range map[string]struct {
		fault emulator.Fault
		want  verdict
		waits time.Duration
	}{
		"once":       {emulator.Fault{Do: rejection}, agrees, rejectionWait},
		"four times": {emulator.Fault{Do: rejection, Times: 4}, agrees, 4 * rejectionWait},
		"too often":  {emulator.Fault{Do: rejection, Times: -1}, unclear, 4 * rejectionWait},
		"with a reset": {emulator.Fault{Do: func(x *emulator.Exchange) {
			emulator.TooManyRequests(time.Now().Add(20 * time.Second))(x)
		}}, agrees, 20 * time.Second},
		"with a distant reset": {emulator.Fault{Do: func(x *emulator.Exchange) {
			emulator.TooManyRequests(time.Now().Add(2 * time.Minute))(x)
		}}, unclear, 0},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				a := newAccount(t, nil)
				tt.fault.Method, tt.fault.Path = "GET", "/v3/api_keys"
				a.Inject(tt.fault)
				start := time.Now()
				a.prober.askSubuser(t.Context())
				if got := a.prober.table[0]; got.verdict != tt.want {
					t.Errorf("%+v", got)
				}
				if d := time.Since(start); d != tt.waits {
					t.Errorf("waited %s, want %s", d, tt.waits)
				}
			})
		})
	}
}

// A response can quote what it was sent.
func TestPrintsNoSecret(t *testing.T) {
	t.Parallel()
	for _, credential := range []string{emulator.Credential, "not in the form of a key"} {
		t.Run(credential, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				a := newAccount(t, func(own, _ *emulator.Config) { own.Credential = credential })
				a.Inject(emulator.Fault{Method: "PATCH", Do: func(x *emulator.Exchange) {
					emulator.JSONError(http.StatusBadRequest, "", credential+" and "+a.prober.own.Secret)(x)
				}}, emulator.Fault{Method: "PATCH", Do: func(x *emulator.Exchange) {
					emulator.Respond(http.StatusBadGateway, nil, "text/plain", a.prober.own.Secret+"\n\x1b[2J"+credential+strings.Repeat("x", 500))(x)
				}})
				if err := a.prober.run(t.Context()); err != nil {
					t.Fatal(err)
				}
				for _, question := range []string{"name with characters beyond ASCII", "long name"} {
					observed := a.finding(question).observed
					if !strings.Contains(observed, "***") || strings.ContainsAny(observed, "\n\x1b") || len(observed) > 2*maxText {
						t.Errorf("%s: %q", question, observed)
					}
				}
			})
		})
	}
}
