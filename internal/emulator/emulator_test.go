package emulator_test

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/terraform-sendgrid/terraform-provider-sendgrid/internal/emulator"
	"github.com/terraform-sendgrid/terraform-provider-sendgrid/internal/openapi"
)

// start returns a server that is closed when the test ends.
func start(t *testing.T, cfg emulator.Config) *emulator.Server {
	t.Helper()
	return openapi.StartForWrongRequests(t, cfg)
}

// client sends requests with net/http, with one secret and for one account.
type client struct {
	url     string
	secret  string
	account string
	http    *http.Client
}

// clientOf returns a client with the server's default credential.
func clientOf(s *emulator.Server) client {
	return client{url: s.URL(), secret: emulator.Credential, http: &http.Client{
		// No keep-alive: net/http repeats a request that it sent on an idle
		// connection if a fault has broken that connection.
		Transport: &http.Transport{DisableKeepAlives: true},
	}}
}

// trusting returns a client that trusts the server's certificate.
func trusting(s *emulator.Server) client {
	c := clientOf(s)
	pool := x509.NewCertPool()
	if cert := s.Certificate(); cert != nil {
		pool.AddCert(cert)
	}
	c.http.Transport = &http.Transport{
		DisableKeepAlives: true,
		TLSClientConfig:   &tls.Config{RootCAs: pool, MinVersion: tls.VersionTLS12},
	}
	return c
}

// startInMemory returns a server on an in-memory network and a client there, so
// that everything waits in the virtual time of testing/synctest.
func startInMemory(t *testing.T, cfg emulator.Config) (*emulator.Server, client) {
	t.Helper()
	network := emulator.NewNetwork()
	cfg.Listener = network
	s := start(t, cfg)
	c := clientOf(s)
	c.http.Transport = &http.Transport{DisableKeepAlives: true, DialContext: network.Dial}
	return s, c
}

func (c client) as(k emulator.Key) client {
	c.secret = k.Secret
	return c
}

func (c client) onBehalfOf(account string) client {
	c.account = account
	return c
}

// response is what the client received. The error is from reading the body.
type response struct {
	status int
	header http.Header
	body   string
	err    error
}

// try sends a request, and returns an error if there is no response.
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
	resp, err := c.http.Do(req)
	if err != nil {
		return response{}, err
	}
	defer func() { _ = resp.Body.Close() }()
	data, err := io.ReadAll(resp.Body)
	return response{resp.StatusCode, resp.Header, string(data), err}, nil
}

// do sends a request that must receive a complete response.
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

// expect sends a request and compares the response's status and body.
func (c client) expect(t *testing.T, request, body string, wantStatus int, wantBody string) {
	t.Helper()
	r := c.do(t, request, body)
	if r.status != wantStatus || r.body != wantBody {
		t.Errorf("%s %s\n got %d %s\nwant %d %s", request, body, r.status, r.body, wantStatus, wantBody)
	}
}

// create creates a key. It must succeed.
func (c client) create(t *testing.T, s *emulator.Server, body string) emulator.Key {
	t.Helper()
	r := c.do(t, "POST /v3/api_keys", body)
	var created struct {
		ID string `json:"api_key_id"`
	}
	if err := json.Unmarshal([]byte(r.body), &created); err != nil || r.status != http.StatusCreated {
		t.Fatalf("create %s: %d %s", body, r.status, r.body)
	}
	k, ok := s.Key(created.ID)
	if !ok {
		t.Fatalf("no key %s after create", created.ID)
	}
	return k
}

// clock advances only when a test advances it.
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

func (c *clock) advance(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = c.now.Add(d)
}

// keyBody is the body of a request that creates or changes a key.
const keyBody = `{"name":"k","scopes":["mail.send"]}`

// The error bodies, on record or assumed.
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

// readBody is the body of a response to GET of a key.
func readBody(k emulator.Key, scopes string) string {
	return fmt.Sprintf(`{"api_key_id":"%s","name":"%s","scopes":%s}`, k.ID, k.Name, scopes)
}

// updatedBody is the body of a response to PATCH and PUT, and an item of the list.
func updatedBody(id, name string) string {
	return fmt.Sprintf(`{"api_key_id":"%s","name":"%s"}`, id, name)
}
