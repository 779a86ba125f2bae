package sendgrid_test

import (
	"context"
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/terraform-sendgrid/terraform-provider-sendgrid/internal/emulator"
	"github.com/terraform-sendgrid/terraform-provider-sendgrid/internal/sendgrid"
)

func TestAnswersAreBounded(t *testing.T) {
	t.Parallel()
	const mebibyte = 1 << 20
	body := `{"api_key_id":"` + id + `","scopes":[],"api_key":"x","name":""}`
	for name, tt := range map[string]struct {
		size int
		want string
	}{
		"a mebibyte":      {mebibyte, ""},
		"a byte too much": {mebibyte + 1, "status 200, response is longer than 1048576 bytes"},
		"several":         {4 * mebibyte, "status 200, response is longer than 1048576 bytes"},
	} {
		for method, do := range map[string]call{"GET": read, "POST": create} {
			t.Run(name+" to "+method, func(t *testing.T) {
				t.Parallel()
				s := failing(t, emulator.Respond(200, nil, "application/json", body+strings.Repeat(" ", tt.size-len(body))))
				o := options(s.URL())
				o.MaxRetries = 0
				err := do(t.Context(), connect(t, o), id)
				if tt.want == "" {
					keep(t, err)
					return
				}
				got := failed(t, err)
				if got.Kind != sendgrid.KindNoResponse || got.Response() != tt.want || !got.Ambiguous() {
					t.Errorf("kind %d, ambiguous %t: %s", got.Kind, got.Ambiguous(), got.Response())
				}
			})
		}
	}
}

func TestRedirectsAreNotFollowed(t *testing.T) {
	t.Parallel()
	for _, status := range []int{301, 302, 303, 307, 308} {
		for method, do := range methods() {
			t.Run(http.StatusText(status)+" "+method, func(t *testing.T) {
				t.Parallel()
				other := start(t, emulator.Config{})
				to := http.Header{"Location": {other.URL() + "/v3/api_keys"}}
				s := failing(t, emulator.Respond(status, to, "text/html", "<html>"))
				err := do(t.Context(), connect(t, options(s.URL())), id)
				if got := failed(t, err); got.Kind != sendgrid.KindMalformed || got.Status != status {
					t.Errorf("error %v", err)
				}
				if n := other.Connections(); n != 0 {
					t.Errorf("%d connections to the other host", n)
				}
			})
		}
	}
}

// untrusted returns a server whose certificate nobody knows, and how many
// connections it has seen.
func untrusted(t *testing.T) (url string, connections *atomic.Int64) {
	t.Helper()
	connections = new(atomic.Int64)
	s := httptest.NewUnstartedServer(http.NotFoundHandler())
	s.Config.ErrorLog = log.New(io.Discard, "", 0)
	s.Config.ConnState = func(_ net.Conn, state http.ConnState) {
		if state == http.StateNew {
			connections.Add(1)
		}
	}
	s.StartTLS()
	t.Cleanup(s.Close)
	return s.URL, connections
}

func TestUntrustedCertificateIsNotRetried(t *testing.T) {
	t.Parallel()
	for method, do := range methods() {
		t.Run(method, func(t *testing.T) {
			t.Parallel()
			url, connections := untrusted(t)
			err := do(t.Context(), connect(t, options(url)), id)
			got := failed(t, err)
			want := "not sent: tls: failed to verify certificate: x509: certificate signed by unknown authority"
			if got.Kind != sendgrid.KindNoResponse || got.Attempts != 1 || got.Response() != want {
				t.Errorf("kind %d after %d attempts: %s", got.Kind, got.Attempts, got.Response())
			}
			if n := connections.Load(); n != 1 {
				t.Errorf("%d connections, want 1", n)
			}
		})
	}
}

// TestPOSTThatWasNeverSentIsNotAmbiguous has errors that come before the first
// byte of a request: no key can have been made.
func TestPOSTThatWasNeverSentIsNotAmbiguous(t *testing.T) {
	t.Parallel()
	t.Run("untrusted certificate", func(t *testing.T) {
		t.Parallel()
		url, _ := untrusted(t)
		if err := failed(t, create(t.Context(), connect(t, options(url)), id)); err.Ambiguous() {
			t.Errorf("ambiguous: %v", err)
		}
	})
	t.Run("credential that no header can hold", func(t *testing.T) {
		t.Parallel()
		s := start(t, emulator.Config{})
		o := options(s.URL())
		o.APIKey += "\n"
		err := failed(t, create(t.Context(), connect(t, o), id))
		if err.Ambiguous() || len(s.Requests()) > 0 {
			t.Errorf("ambiguous %t, sent %v: %v", err.Ambiguous(), s.Requests(), err)
		}
	})
}

// TestObserveIsToldOfEveryAttempt has answers that take a millisecond, and waits
// between them, which are no part of an attempt.
func TestObserveIsToldOfEveryAttempt(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		type key struct{}
		const latency = time.Millisecond
		s, connectTo := startInMemory(t, emulator.Config{Latency: latency})
		for _, do := range []emulator.Behavior{
			func(x *emulator.Exchange) {
				x.Pause(latency)
				x.Reset()
			},
			limited("Mon, 29 Jul 2019 21:51:22 GMT", "1564437084"),
			emulator.CutBody,
			emulator.HTMLPage(502),
		} {
			s.Inject(emulator.Fault{Method: "PUT", Do: do})
		}
		var seen []sendgrid.Attempt
		o := options(s.URL())
		o.MaxRetries = 3
		o.Observe = func(ctx context.Context, a sendgrid.Attempt) {
			if ctx.Value(key{}) != "caller's" {
				t.Errorf("context %v", ctx)
			}
			seen = append(seen, a)
		}
		c := connectTo(o)
		ctx := context.WithValue(t.Context(), key{}, "caller's")
		k := s.AddKey(emulator.Parent, "k", nil)
		keep(t, update(ctx, c, k.ID))
		keep(t, create(ctx, c, id))

		path := "/v3/api_keys/" + k.ID
		want := []sendgrid.Attempt{
			{Method: "PUT", Path: path, Status: 0, Number: 1, Err: cmpopts.AnyError},
			{Method: "PUT", Path: path, Status: 429, Number: 2},
			{Method: "PUT", Path: path, Status: 0, Number: 3, Err: io.ErrUnexpectedEOF},
			{Method: "PUT", Path: path, Status: 502, Number: 4},
			{Method: "PUT", Path: path, Status: 200, Number: 5},
			{Method: "POST", Path: "/v3/api_keys", Status: 201, Number: 1},
		}
		for i := range want {
			want[i].Duration = latency
		}
		if diff := cmp.Diff(want, seen, cmpopts.EquateErrors()); diff != "" {
			t.Errorf("attempts (-want +got):\n%s", diff)
		}
	})
}
