package emulator_test

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/terraform-sendgrid/terraform-provider-sendgrid/internal/emulator"
)

// start returns a server that ends with the test.
func start(t *testing.T, cfg emulator.Config) *emulator.Server {
	t.Helper()
	s := emulator.Start(cfg)
	t.Cleanup(s.Close)
	return s
}

// client sends requests the plain way, with one secret and for one account.
type client struct {
	url       string
	secret    string
	account   string
	transport *http.Client
}

func clientOf(s *emulator.Server) client {
	return client{url: s.URL(), secret: emulator.Credential, transport: &http.Client{
		// A transport of its own: an idle connection that a fault has broken
		// makes net/http try again.
		Transport: &http.Transport{DisableKeepAlives: true},
	}}
}

func (c client) as(k emulator.Key) client {
	c.secret = k.Secret
	return c
}

func (c client) onBehalfOf(account string) client {
	c.account = account
	return c
}

// response is a whole answer. The error is that of reading the body.
type response struct {
	status int
	header http.Header
	body   string
	err    error
}

// try sends a request and returns the error where there is no answer.
func (c client) try(ctx context.Context, request, body string) (response, error) {
	method, path, _ := strings.Cut(request, " ")
	req, err := http.NewRequestWithContext(ctx, method, c.url+path, strings.NewReader(body))
	if err != nil {
		return response{}, err
	}
	if c.secret != "" {
		req.Header.Set("Authorization", "Bearer "+c.secret)
	}
	if c.account != "" {
		req.Header.Set("on-behalf-of", c.account)
	}
	resp, err := c.transport.Do(req)
	if err != nil {
		return response{}, err
	}
	defer func() { _ = resp.Body.Close() }()
	data, err := io.ReadAll(resp.Body)
	return response{resp.StatusCode, resp.Header, string(data), err}, nil
}

// do sends a request that must be answered.
func (c client) do(t *testing.T, request, body string) response {
	t.Helper()
	r, err := c.try(t.Context(), request, body)
	if err != nil {
		t.Fatalf("%s: %v", request, err)
	}
	if r.err != nil {
		t.Fatalf("%s: reading the body: %v", request, r.err)
	}
	return r
}

// expect sends a request and compares status and body, byte for byte.
func (c client) expect(t *testing.T, request, body string, wantStatus int, wantBody string) {
	t.Helper()
	r := c.do(t, request, body)
	if r.status != wantStatus || r.body != wantBody {
		t.Errorf("%s %s\n got %d %s\nwant %d %s", request, body, r.status, r.body, wantStatus, wantBody)
	}
}

// create makes a key that must be made.
func (c client) create(t *testing.T, s *emulator.Server, body string) emulator.Key {
	t.Helper()
	r := c.do(t, "POST /v3/api_keys", body)
	var made struct {
		ID string `json:"api_key_id"`
	}
	if err := json.Unmarshal([]byte(r.body), &made); err != nil || r.status != http.StatusCreated {
		t.Fatalf("create %s: %d %s", body, r.status, r.body)
	}
	k, ok := s.Key(made.ID)
	if !ok {
		t.Fatalf("no key %s after create", made.ID)
	}
	return k
}

// clock is a time that passes when told to.
type clock struct {
	mu  sync.Mutex
	now time.Time
}

func newClock() *clock {
	return &clock{now: time.Date(2026, 11, 21, 12, 0, 0, 0, time.UTC)}
}

func (c *clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

func (c *clock) pass(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = c.now.Add(d)
}

// The error bodies on record, and the assumed ones.
const (
	unauthorized    = `{"errors":[{"field":null,"message":"authorization required"}]}`
	forbidden       = `{"errors":[{"field":null,"message":"access forbidden"}]}`
	nameMissing     = `{"errors":[{"field":"name","message":"missing required argument"}]}`
	nameExpected    = `{"errors":[{"field":null,"message":"expected JSON request body with 'name' property"}]}`
	notFound        = `{"errors":[{"field":null,"message":"unable to find API Key"}]}`
	notFoundUpdate  = `{"errors":[{"field":null,"message":"unable to find API Key to update"}]}`
	notFoundDelete  = `{"errors":[{"field":null,"message":"unable to find API Key for deletion"}]}`
	tooMany         = `{"errors":[{"field":null,"message":"too many requests"}]}`
	internalError   = `{"errors":[{"field":null,"message":"internal server error"}]}`
	keyLimit        = `{"errors":[{"field":null,"message":"Cannot create more than 100 API Keys"}]}`
	scopesExpected  = `{"errors":[{"field":"scopes","message":"expected a list with at least one scope"}]}`
	billingMixed    = `{"errors":[{"field":"scopes","message":"billing permissions are mutually exclusive from all others"}]}`
	mailSendReadsAs = `["mail.send","sender_verification_eligible","2fa_required"]`
)

func read(k emulator.Key, scopes string) string {
	return fmt.Sprintf(`{"api_key_id":"%s","name":"%s","scopes":%s}`, k.ID, k.Name, scopes)
}

func updated(id, name string) string {
	return fmt.Sprintf(`{"api_key_id":"%s","name":"%s"}`, id, name)
}
