package emulator_test

import (
	"context"
	"errors"
	"io"
	"net/http"
	"runtime"
	"strings"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"github.com/terraform-sendgrid/terraform-provider-sendgrid/internal/emulator"
)

func TestBehaviorsThatRespond(t *testing.T) {
	t.Parallel()
	const (
		badGateway = "<html>\r\n<head><title>502 Bad Gateway</title></head>\r\n<body bgcolor=\"white\">\r\n" +
			"<center><h1>502 Bad Gateway</h1></center>\r\n<hr><center>nginx</center>\r\n</body>\r\n</html>\r\n"
		html = "text/html"
		json = "application/json"
	)
	if len(badGateway) != 166 {
		t.Fatalf("the nginx page has %d bytes, want 166 as recorded", len(badGateway))
	}
	for name, tt := range map[string]struct {
		do          emulator.Behavior
		status      int
		contentType string
		body        string
		applied     bool
	}{
		"respond":           {emulator.Respond(418, nil, "text/plain", "tea"), 418, "text/plain", "tea", false},
		"html page":         {emulator.HTMLPage(502), 502, html, badGateway, false},
		"json error":        {emulator.JSONError(500, "", "internal server error"), 500, json, internalError, false},
		"json field error":  {emulator.JSONError(400, "name", "missing required argument"), 400, json, nameMissing, false},
		"too many requests": {emulator.TooManyRequests(time.Now()), 429, json, tooMany, false},
		"after":             {emulator.After(emulator.HTMLPage(502)), 502, html, badGateway, true},
		"replaced body":     {emulator.ReplaceBody("{}"), 201, json, "{}", true},
		"empty body":        {emulator.EmptyBody, 201, json, "", true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := start(t, emulator.Config{})
			s.Inject(emulator.Fault{Method: "POST", Do: tt.do})
			r := clientOf(s).do(t, "POST /v3/api_keys", keyBody)
			if r.status != tt.status || r.body != tt.body || r.header.Get("Content-Type") != tt.contentType {
				t.Errorf("got %d %s %q", r.status, r.header.Get("Content-Type"), r.body)
			}
			expectEffect(t, s, tt.applied, tt.status)
		})
	}
}

// expectEffect checks that there was one request, whether it created a key, and
// the status of its response.
func expectEffect(t *testing.T, s *emulator.Server, want bool, status int) {
	t.Helper()
	if got := len(s.Keys(emulator.Parent)) == 1; got != want {
		t.Errorf("took effect: %t, want %t", got, want)
	}
	if r := s.Requests(); len(r) != 1 || r[0].Status != status {
		t.Errorf("recorded %+v, want one request with status %d", r, status)
	}
}

// reset returns the error of a connection that the server has reset.
func reset() error {
	if runtime.GOOS == "windows" {
		return syscall.Errno(10054) // WSAECONNRESET, which syscall.ECONNRESET is not.
	}
	return syscall.ECONNRESET
}

func TestBehaviorsThatBreakTheConnection(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		do      emulator.Behavior
		want    error
		applied bool
	}{
		"reset before": {emulator.ResetBefore, reset(), false},
		"reset after":  {emulator.ResetAfter, reset(), true},
		"no response":  {func(*emulator.Exchange) {}, io.EOF, false},
	} {
		for _, secure := range []bool{false, true} {
			t.Run(name, func(t *testing.T) {
				t.Parallel()
				s := start(t, emulator.Config{TLS: secure})
				s.Inject(emulator.Fault{Do: tt.do})
				r, err := trusting(s).try(t.Context(), "POST /v3/api_keys", keyBody)
				if !errors.Is(err, tt.want) {
					t.Errorf("TLS %t: got %+v and error %v, want %v", secure, r, err, tt.want)
				}
				expectEffect(t, s, tt.applied, 0)
			})
		}
	}
}

func TestCutBody(t *testing.T) {
	t.Parallel()
	s := start(t, emulator.Config{})
	s.Inject(emulator.Fault{Do: emulator.CutBody})
	r, err := clientOf(s).try(t.Context(), "POST /v3/api_keys", keyBody)
	if err != nil {
		t.Fatal(err)
	}
	if r.status != http.StatusCreated || !errors.Is(r.err, io.ErrUnexpectedEOF) {
		t.Errorf("got %d and error %v", r.status, r.err)
	}
	secret := s.Keys(emulator.Parent)[0].Secret
	if r.body == "" || strings.Contains(r.body, secret) {
		t.Errorf("half of the body is %q", r.body)
	}
	expectEffect(t, s, true, http.StatusCreated)
}

func TestHang(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		do      emulator.Behavior
		applied bool
	}{
		"before": {emulator.Hang, false},
		"after":  {emulator.HangAfter, true},
	} {
		t.Run(name+" the request takes effect, until the client disconnects", func(t *testing.T) {
			t.Parallel()
			logged := make(chan emulator.Request, 1)
			s := start(t, emulator.Config{Log: func(r emulator.Request) { logged <- r }})
			arrived := make(chan struct{})
			s.Inject(emulator.Fault{Do: func(x *emulator.Exchange) {
				close(arrived)
				tt.do(x)
			}})
			ctx, cancel := context.WithCancel(t.Context())
			go func() {
				<-arrived
				cancel()
			}()
			if _, err := clientOf(s).try(ctx, "POST /v3/api_keys", keyBody); !errors.Is(err, context.Canceled) {
				t.Errorf("error %v", err)
			}
			if r := <-logged; r.Status != 0 {
				t.Errorf("got response %d", r.Status)
			}
			expectEffect(t, s, tt.applied, 0)
		})
		t.Run(name+" the request takes effect, until the server closes", func(t *testing.T) {
			t.Parallel()
			s := start(t, emulator.Config{})
			s.Inject(emulator.Fault{Do: func(x *emulator.Exchange) {
				go s.Close()
				tt.do(x)
			}})
			if r, err := clientOf(s).try(t.Context(), "POST /v3/api_keys", keyBody); err == nil {
				t.Errorf("got response %d %s", r.status, r.body)
			}
			expectEffect(t, s, tt.applied, 0)
		})
	}
}

func TestLate(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		const d = 50 * time.Millisecond
		s, c := startInMemory(t, emulator.Config{})
		s.Inject(emulator.Fault{Do: emulator.Late(d)})
		r := c.do(t, "POST /v3/api_keys", keyBody)
		if r.status != http.StatusGatewayTimeout || !strings.Contains(r.body, "<title>SendGrid - 504 Gateway Timeout</title>") {
			t.Errorf("got %d %s", r.status, r.body)
		}
		if len(r.body) < 5900 || len(r.body) > 6144 {
			t.Errorf("the page has %d bytes, want about 6 kB as recorded", len(r.body))
		}
		time.Sleep(d - time.Millisecond)
		synctest.Wait()
		if len(s.Keys(emulator.Parent)) != 0 {
			t.Error("took effect early")
		}
		time.Sleep(time.Millisecond)
		synctest.Wait()
		if len(s.Keys(emulator.Parent)) != 1 {
			t.Error("took no effect")
		}
	})
}

func TestLateHasNoEffectAfterClose(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s, c := startInMemory(t, emulator.Config{})
		s.Inject(emulator.Fault{Do: emulator.Late(time.Second)})
		c.do(t, "POST /v3/api_keys", keyBody)
		s.Close()
		time.Sleep(time.Minute)
		if len(s.Keys(emulator.Parent)) != 0 {
			t.Error("took effect on a closed server")
		}
	})
}

func TestSlowAndLatency(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		const d = time.Second
		slow, slowClient := startInMemory(t, emulator.Config{})
		slow.Inject(emulator.Fault{Do: emulator.Slow(d)})
		_, latent := startInMemory(t, emulator.Config{Latency: d})
		for name, c := range map[string]client{"slow": slowClient, "latency": latent} {
			sent := time.Now()
			r := c.do(t, "POST /v3/api_keys", keyBody)
			if took := time.Since(sent); took != d || r.status != http.StatusCreated {
				t.Errorf("%s: %d after %v", name, r.status, took)
			}
		}
	})
}

func TestClientThatStopsWaitingUndoesNothing(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		logged := make(chan emulator.Request, 1)
		s, c := startInMemory(t, emulator.Config{
			Latency: time.Hour,
			Log:     func(r emulator.Request) { logged <- r },
		})
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		if _, err := c.try(ctx, "POST /v3/api_keys", keyBody); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("error %v", err)
		}
		<-logged
		expectEffect(t, s, true, 0)
	})
}

func TestBehaviorsThatSetHeaders(t *testing.T) {
	t.Parallel()
	reset := time.Now().Add(time.Minute).Truncate(time.Second)
	s := start(t, emulator.Config{})
	s.Inject(
		emulator.Fault{Do: emulator.TooManyRequests(reset)},
		emulator.Fault{Do: emulator.Respond(http.StatusServiceUnavailable, http.Header{"retry-after": {"7"}}, "", "")},
	)
	expectRateLimit(t, clientOf(s).do(t, "GET /v3/scopes", ""), "1", "0", reset)
	if got := clientOf(s).do(t, "GET /v3/scopes", "").header.Get("Retry-After"); got != "7" {
		t.Errorf("Retry-After is %q", got)
	}
}

func TestCustomBehavior(t *testing.T) {
	t.Parallel()
	s := start(t, emulator.Config{})
	s.Inject(emulator.Fault{Do: func(x *emulator.Exchange) {
		resp := x.Apply()
		resp.Body = x.Request().String()
		x.Send(resp)
	}})
	clientOf(s).expect(t, "POST /v3/api_keys", keyBody, http.StatusCreated, "POST /v3/api_keys")
	expectEffect(t, s, true, http.StatusCreated)
}
