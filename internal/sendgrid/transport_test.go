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

func TestResponseSizeIsLimited(t *testing.T) {
	t.Parallel()
	const mebibyte = 1 << 20
	body := `{"api_key_id":"` + id + `","scopes":[],"api_key":"SG.` + id + `.x","name":""}`
	for name, tt := range map[string]struct {
		size int
		want string
	}{
		"1 MiB":          {mebibyte, ""},
		"1 MiB + 1 byte": {mebibyte + 1, "status 200, response is longer than 1048576 bytes"},
		"4 MiB":          {4 * mebibyte, "status 200, response is longer than 1048576 bytes"},
	} {
		for method, do := range map[string]operation{"GET": read, "POST": create} {
			t.Run(name+" to "+method, func(t *testing.T) {
				t.Parallel()
				s := failing(t, emulator.Respond(200, nil, "application/json", body+strings.Repeat(" ", tt.size-len(body))))
				o := options(s.URL())
				o.MaxRetries = 0
				err := do(t.Context(), connect(t, o), id)
				if tt.want == "" {
					noError(t, err)
					return
				}
				got := apiError(t, err)
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
		for method, do := range operations() {
			t.Run(http.StatusText(status)+" "+method, func(t *testing.T) {
				t.Parallel()
				other := start(t, emulator.Config{})
				to := http.Header{"Location": {other.URL() + "/v3/api_keys"}}
				s := failing(t, emulator.Respond(status, to, "text/html", "<html>"))
				err := do(t.Context(), connect(t, options(s.URL())), id)
				if got := apiError(t, err); got.Kind != sendgrid.KindMalformed || got.Status != status {
					t.Errorf("error %v", err)
				}
				if n := other.Connections(); n != 0 {
					t.Errorf("%d connections to the other host", n)
				}
			})
		}
	}
}

// startUntrusted starts a server with an unknown certificate, and counts the
// connections to it.
func startUntrusted(t *testing.T) (url string, connections *atomic.Int64) {
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
	for method, do := range operations() {
		t.Run(method, func(t *testing.T) {
			t.Parallel()
			url, connections := startUntrusted(t)
			err := do(t.Context(), connect(t, options(url)), id)
			got := apiError(t, err)
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

// TestPOSTThatWasNeverSentIsNotAmbiguous covers errors that occur before the first
// byte is sent, so that no key can have been created.
func TestPOSTThatWasNeverSentIsNotAmbiguous(t *testing.T) {
	t.Parallel()
	t.Run("untrusted certificate", func(t *testing.T) {
		t.Parallel()
		url, _ := startUntrusted(t)
		if err := apiError(t, create(t.Context(), connect(t, options(url)), id)); err.Ambiguous() {
			t.Errorf("ambiguous: %v", err)
		}
	})
	t.Run("credential that is not a valid header", func(t *testing.T) {
		t.Parallel()
		s := start(t, emulator.Config{})
		o := options(s.URL())
		o.APIKey += "\n"
		err := apiError(t, create(t.Context(), connect(t, o), id))
		if err.Ambiguous() || len(s.Requests()) > 0 {
			t.Errorf("ambiguous %t, sent %v: %v", err.Ambiguous(), s.Requests(), err)
		}
	})
}

// TestObserveIsCalledForEveryAttempt uses responses that take a millisecond. The
// duration of an attempt excludes the wait before the next one.
func TestObserveIsCalledForEveryAttempt(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		type key struct{}
		const latency = time.Millisecond
		s, connectTo := startInMemory(t, emulator.Config{Latency: latency})
		for _, fault := range []emulator.Behavior{
			func(x *emulator.Exchange) {
				x.Pause(latency)
				x.Reset()
			},
			tooManyRequests("Mon, 29 Jul 2019 21:51:22 GMT", "1564437084"),
			emulator.CutBody,
			emulator.HTMLPage(502),
		} {
			s.Inject(emulator.Fault{Method: "PUT", Do: fault})
		}
		var got []sendgrid.Attempt
		o := options(s.URL())
		o.MaxRetries = 3
		o.Observe = func(ctx context.Context, a sendgrid.Attempt) {
			if ctx.Value(key{}) != "value" {
				t.Errorf("context %v", ctx)
			}
			got = append(got, a)
		}
		c := connectTo(o)
		ctx := context.WithValue(t.Context(), key{}, "value")
		k := s.AddKey(emulator.Parent, "k", nil)
		noError(t, update(ctx, c, k.ID))
		noError(t, create(ctx, c, id))

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
		if diff := cmp.Diff(want, got, cmpopts.EquateErrors()); diff != "" {
			t.Errorf("attempts (-want +got):\n%s", diff)
		}
	})
}
