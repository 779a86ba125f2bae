package sendgrid_test

import (
	"context"
	"errors"
	"net"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/terraform-sendgrid/terraform-provider-sendgrid/internal/emulator"
	"github.com/terraform-sendgrid/terraform-provider-sendgrid/internal/sendgrid"
)

// TestSwitchingProtocols covers a response whose body would be the connection
// itself, and so never end.
func TestSwitchingProtocols(t *testing.T) {
	t.Parallel()
	s := failing(t, emulator.Respond(http.StatusSwitchingProtocols, http.Header{"Upgrade": {"x"}, "Connection": {"Upgrade"}}, "", ""))
	c := connect(t, sendgrid.Options{APIKey: "k", BaseURL: s.URL()})
	for name, do := range operations() {
		err := do(t.Context(), c, id)
		if err == nil || !strings.Contains(err.Error(), "status 101, the server switched protocols") {
			t.Errorf("%s: got %v", name, err)
		}
	}
}

// TestRejectedForever covers a server that rejects a request with 429 again and
// again, and always announces a reset.
func TestRejectedForever(t *testing.T) {
	t.Parallel()
	for name, do := range operations() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				s, connect := startInMemory(t, emulator.Config{})
				s.Inject(emulator.Fault{Times: -1, Do: func(x *emulator.Exchange) {
					emulator.TooManyRequests(time.Now().Add(time.Minute))(x)
				}})
				begin := time.Now()
				err := do(t.Context(), connect(sendgrid.Options{APIKey: "k", BaseURL: s.URL(), MaxRetries: 5}), id)
				waited := time.Since(begin)
				var failure *sendgrid.Error
				if !errors.As(err, &failure) || failure.Kind != sendgrid.KindRateLimited || !strings.Contains(err.Error(), "has rejected the request for 15m0s") {
					t.Errorf("got %v", err)
				}
				if waited < 15*time.Minute || waited > 18*time.Minute {
					t.Errorf("ended after %s", waited)
				}
			})
		})
	}
}

// TestUnknownHost covers a mistyped base URL, which no retry corrects.
func TestUnknownHost(t *testing.T) {
	t.Parallel()
	dials := 0
	c := connect(t, sendgrid.Options{
		APIKey: "k", BaseURL: "https://api.sendgrid.example", MaxRetries: 5, RetryWaitMin: time.Hour,
		Dial: func(context.Context, string, string) (net.Conn, error) {
			dials++
			return nil, &net.OpError{Op: "dial", Err: &net.DNSError{Err: "no such host", Name: "api.sendgrid.example", IsNotFound: true}}
		},
	})
	_, err := c.ListScopes(t.Context(), sendgrid.Parent)
	if err == nil || !strings.Contains(err.Error(), "no such host") || dials != 1 {
		t.Errorf("got %v after %d dials", err, dials)
	}
}

// TestCredentialIsRedactedByValue covers a gateway with its own kind of token,
// which it repeats in a response.
func TestCredentialIsRedactedByValue(t *testing.T) {
	t.Parallel()
	const token = "gateway-token-0123456789"
	var logged []string
	for name, do := range map[string]emulator.Behavior{
		"message": emulator.JSONError(http.StatusForbidden, "field "+token, "the token "+token+" is not allowed"),
		"header": func(x *emulator.Exchange) {
			emulator.Respond(200, http.Header{"Content-Type": {token}}, token, token)(x)
		},
		"garbage": emulator.ReplaceBody(token),
	} {
		s := failing(t, do)
		c := connect(t, sendgrid.Options{APIKey: token, BaseURL: s.URL(), Observe: func(_ context.Context, a sendgrid.Attempt) {
			if a.Err != nil {
				logged = append(logged, a.Err.Error())
			}
		}})
		_, err := c.ListScopes(t.Context(), sendgrid.Parent)
		if err == nil || strings.Contains(err.Error(), token) {
			t.Errorf("%s: got %v", name, err)
		}
	}
	if strings.Contains(strings.Join(logged, "\n"), token) {
		t.Errorf("logged %q", logged)
	}
}
