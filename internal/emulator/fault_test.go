package emulator_test

import (
	"context"
	"errors"
	"io"
	"net/http"
	"strings"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"github.com/terraform-sendgrid/terraform-provider-sendgrid/internal/emulator"
)

// draft is the POST that the faults of this file hit.
const draft = `{"name":"k","scopes":["mail.send"]}`

func TestFaultsThatAnswer(t *testing.T) {
	t.Parallel()
	const (
		badGateway = "<html>\r\n<head><title>502 Bad Gateway</title></head>\r\n<body bgcolor=\"white\">\r\n" +
			"<center><h1>502 Bad Gateway</h1></center>\r\n<hr><center>nginx</center>\r\n</body>\r\n</html>\r\n"
		html  = "text/html"
		plain = "application/json"
	)
	if len(badGateway) != 166 {
		t.Fatalf("the nginx page has %d bytes, recorded are 166", len(badGateway))
	}
	for name, tt := range map[string]struct {
		do          emulator.Behaviour
		status      int
		contentType string
		body        string
		effect      bool
	}{
		"respond":           {emulator.Respond(418, nil, "text/plain", "tea"), 418, "text/plain", "tea", false},
		"html page":         {emulator.HTMLPage(502), 502, html, badGateway, false},
		"json error":        {emulator.JSONError(500, "", "internal server error"), 500, plain, internalError, false},
		"json field error":  {emulator.JSONError(400, "name", "missing required argument"), 400, plain, nameMissing, false},
		"too many requests": {emulator.TooManyRequests(time.Now()), 429, plain, tooMany, false},
		"after":             {emulator.After(emulator.HTMLPage(502)), 502, html, badGateway, true},
		"replaced body":     {emulator.ReplaceBody("{}"), 201, plain, "{}", true},
		"empty body":        {emulator.EmptyBody, 201, plain, "", true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := start(t, emulator.Config{})
			s.Inject(emulator.Fault{Method: "POST", Do: tt.do})
			r := clientOf(s).do(t, "POST /v3/api_keys", draft)
			if r.status != tt.status || r.body != tt.body || r.header.Get("Content-Type") != tt.contentType {
				t.Errorf("got %d %s %q", r.status, r.header.Get("Content-Type"), r.body)
			}
			effect(t, s, tt.effect, tt.status)
		})
	}
}

// effect checks whether the only request has made a key, and what was answered.
func effect(t *testing.T, s *emulator.Server, want bool, status int) {
	t.Helper()
	if got := len(s.Keys(emulator.Parent)) == 1; got != want {
		t.Errorf("took effect: %t, want %t", got, want)
	}
	if r := s.Requests(); len(r) != 1 || r[0].Status != status {
		t.Errorf("recorded %+v, want one request with status %d", r, status)
	}
}

func TestFaultsThatBreakTheConnection(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		do     emulator.Behaviour
		want   error
		effect bool
	}{
		"reset before": {emulator.ResetBefore, syscall.ECONNRESET, false},
		"reset after":  {emulator.ResetAfter, syscall.ECONNRESET, true},
		"no answer":    {func(*emulator.Exchange) {}, io.EOF, false},
	} {
		for _, secure := range []bool{false, true} {
			t.Run(name, func(t *testing.T) {
				t.Parallel()
				s := start(t, emulator.Config{TLS: secure})
				s.Inject(emulator.Fault{Do: tt.do})
				r, err := trusting(s).try(t.Context(), "POST /v3/api_keys", draft)
				if !errors.Is(err, tt.want) {
					t.Errorf("TLS %t: got %+v and error %v, want %v", secure, r, err, tt.want)
				}
				effect(t, s, tt.effect, 0)
			})
		}
	}
}

func TestCutBody(t *testing.T) {
	t.Parallel()
	s := start(t, emulator.Config{})
	s.Inject(emulator.Fault{Do: emulator.CutBody})
	r, err := clientOf(s).try(t.Context(), "POST /v3/api_keys", draft)
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
	effect(t, s, true, http.StatusCreated)
}

func TestHang(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		do     emulator.Behaviour
		effect bool
	}{
		"before": {emulator.Hang, false},
		"after":  {emulator.HangAfter, true},
	} {
		// It ends when the client goes.
		t.Run(name+", client goes", func(t *testing.T) {
			t.Parallel()
			over := make(chan emulator.Request, 1)
			s := start(t, emulator.Config{Log: func(r emulator.Request) { over <- r }})
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
			if _, err := clientOf(s).try(ctx, "POST /v3/api_keys", draft); !errors.Is(err, context.Canceled) {
				t.Errorf("error %v", err)
			}
			if r := <-over; r.Status != 0 {
				t.Errorf("answered %d", r.Status)
			}
			effect(t, s, tt.effect, 0)
		})
		// It ends when the server closes.
		t.Run(name+", server closes", func(t *testing.T) {
			t.Parallel()
			s := start(t, emulator.Config{})
			s.Inject(emulator.Fault{Do: func(x *emulator.Exchange) {
				go s.Close()
				tt.do(x)
			}})
			if r, err := clientOf(s).try(t.Context(), "POST /v3/api_keys", draft); err == nil {
				t.Errorf("answered %d %s", r.status, r.body)
			}
			effect(t, s, tt.effect, 0)
		})
	}
}

// onNetwork returns an emulator on a network in memory, and a client there: what
// waits does so in the virtual time of testing/synctest.
func onNetwork(t *testing.T, cfg emulator.Config) (*emulator.Server, client) {
	t.Helper()
	network := emulator.NewNetwork()
	cfg.Listener = network
	s := start(t, cfg)
	c := clientOf(s)
	c.transport.Transport = &http.Transport{DisableKeepAlives: true, DialContext: network.Dial}
	return s, c
}

func TestLate(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		const d = 50 * time.Millisecond
		s, c := onNetwork(t, emulator.Config{})
		s.Inject(emulator.Fault{Do: emulator.Late(d)})
		r := c.do(t, "POST /v3/api_keys", draft)
		if r.status != http.StatusGatewayTimeout || !strings.Contains(r.body, "<title>SendGrid - 504 Gateway Timeout</title>") {
			t.Errorf("got %d %s", r.status, r.body)
		}
		if len(r.body) < 5900 || len(r.body) > 6144 {
			t.Errorf("the page has %d bytes, recorded are about 6 kB", len(r.body))
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

func TestLateTakesNoEffectAfterClose(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s, c := onNetwork(t, emulator.Config{})
		s.Inject(emulator.Fault{Do: emulator.Late(time.Second)})
		c.do(t, "POST /v3/api_keys", draft)
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
		slow, slowClient := onNetwork(t, emulator.Config{})
		slow.Inject(emulator.Fault{Do: emulator.Slow(d)})
		_, latent := onNetwork(t, emulator.Config{Latency: d})
		for name, c := range map[string]client{"slow": slowClient, "latency": latent} {
			sent := time.Now()
			r := c.do(t, "POST /v3/api_keys", draft)
			if took := time.Since(sent); took != d || r.status != http.StatusCreated {
				t.Errorf("%s: %d after %v", name, r.status, took)
			}
		}
	})
}

func TestWhoStopsWaitingUndoesNothing(t *testing.T) {
	t.Parallel()
	over := make(chan emulator.Request, 1)
	s := start(t, emulator.Config{
		Latency: time.Hour,
		Log:     func(r emulator.Request) { over <- r },
	})
	ctx, cancel := context.WithCancel(t.Context())
	go func() {
		for len(s.Keys(emulator.Parent)) == 0 && t.Context().Err() == nil {
			time.Sleep(time.Millisecond)
		}
		cancel()
	}()
	if _, err := clientOf(s).try(ctx, "POST /v3/api_keys", draft); !errors.Is(err, context.Canceled) {
		t.Errorf("error %v", err)
	}
	<-over
	effect(t, s, true, 0)
}

func TestWhichRequestsAFaultHits(t *testing.T) {
	t.Parallel()
	page := emulator.HTMLPage
	all := []string{
		"POST /v3/api_keys", "GET /v3/api_keys", "GET /v3/api_keys", "GET /v3/api_keys/x",
		"DELETE /v3/api_keys/x", "GET /v3/scopes", "GET /elsewhere",
	}
	for name, tt := range map[string]struct {
		faults []emulator.Fault
		want   []int
	}{
		"none":           {nil, []int{400, 200, 200, 404, 404, 200, 404}},
		"the next":       {[]emulator.Fault{{Do: page(502)}}, []int{502, 200, 200, 404, 404, 200, 404}},
		"all":            {[]emulator.Fault{{Do: page(502), Times: -1}}, []int{502, 502, 502, 502, 502, 502, 502}},
		"two":            {[]emulator.Fault{{Do: page(502), Times: 2}}, []int{502, 502, 200, 404, 404, 200, 404}},
		"skip":           {[]emulator.Fault{{Do: page(502), Skip: 3}}, []int{400, 200, 200, 502, 404, 200, 404}},
		"skip, all":      {[]emulator.Fault{{Do: page(502), Skip: 5, Times: -1}}, []int{400, 200, 200, 404, 404, 502, 502}},
		"method":         {[]emulator.Fault{{Method: "GET", Do: page(502), Times: 2}}, []int{400, 502, 502, 404, 404, 200, 404}},
		"path":           {[]emulator.Fault{{Path: "/v3/api_keys", Do: page(502), Times: -1}}, []int{502, 502, 502, 404, 404, 200, 404}},
		"pattern":        {[]emulator.Fault{{Path: "/v3/api_keys/{id}", Do: page(502), Times: -1}}, []int{400, 200, 200, 502, 502, 200, 404}},
		"method, path":   {[]emulator.Fault{{Method: "DELETE", Path: "/v3/api_keys/x", Do: page(502), Times: -1}}, []int{400, 200, 200, 404, 502, 200, 404}},
		"one after one":  {[]emulator.Fault{{Do: page(502)}, {Do: page(503)}}, []int{502, 503, 200, 404, 404, 200, 404}},
		"first come":     {[]emulator.Fault{{Method: "GET", Do: page(502)}, {Do: page(503), Times: -1}}, []int{503, 502, 503, 503, 503, 503, 503}},
		"skip of second": {[]emulator.Fault{{Do: page(502)}, {Do: page(503), Skip: 1}}, []int{502, 200, 503, 404, 404, 200, 404}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := start(t, emulator.Config{})
			s.Inject(tt.faults...)
			for i, request := range all {
				if got := clientOf(s).do(t, request, "").status; got != tt.want[i] {
					t.Errorf("%d: %s: got %d, want %d", i, request, got, tt.want[i])
				}
			}
			s.ClearFaults()
			if got := clientOf(s).do(t, "GET /v3/scopes", "").status; got != http.StatusOK {
				t.Errorf("after ClearFaults: %d", got)
			}
		})
	}
}

// A test that needs more than the ready-made behaviours writes its own.
func TestOwnBehaviour(t *testing.T) {
	t.Parallel()
	s := start(t, emulator.Config{})
	s.Inject(emulator.Fault{Do: func(x *emulator.Exchange) {
		a := x.Apply()
		a.Body = x.Request().String()
		x.Send(a)
	}})
	clientOf(s).expect(t, "POST /v3/api_keys", draft, http.StatusCreated, "POST /v3/api_keys")
	effect(t, s, true, http.StatusCreated)
}

func TestFaultWithoutBehaviour(t *testing.T) {
	t.Parallel()
	defer func() {
		if recover() == nil {
			t.Error("no panic")
		}
	}()
	start(t, emulator.Config{}).Inject(emulator.Fault{})
}

func TestHeadersOfFaults(t *testing.T) {
	t.Parallel()
	reset := time.Now().Add(time.Minute).Truncate(time.Second)
	s := start(t, emulator.Config{})
	s.Inject(
		emulator.Fault{Do: emulator.TooManyRequests(reset)},
		emulator.Fault{Do: emulator.Respond(http.StatusServiceUnavailable, http.Header{"retry-after": {"7"}}, "", "")},
	)
	limits(t, clientOf(s).do(t, "GET /v3/scopes", ""), "1", "0", reset)
	if got := clientOf(s).do(t, "GET /v3/scopes", "").header.Get("Retry-After"); got != "7" {
		t.Errorf("Retry-After is %q", got)
	}
}
