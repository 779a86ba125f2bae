package provider

import (
	"context"
	"crypto/rand"
	"fmt"
	"net"
	"os"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/hashicorp/terraform-plugin-framework/providerserver"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-testing/terraform"

	"github.com/terraform-sendgrid/terraform-provider-sendgrid/internal/emulator"
	"github.com/terraform-sendgrid/terraform-provider-sendgrid/internal/keys"
	"github.com/terraform-sendgrid/terraform-provider-sendgrid/internal/sendgrid"
)

// livePrefix begins the name of every key that a test makes in a real account,
// so that the sweeper finds it.
const livePrefix = "tf-acc-"

// env is an account and a provider in front of it: an emulator of its own for
// every test, or, with SENDGRID_LIVE=1, the real API.
type env struct {
	t *testing.T
	// emulator is nil in front of the real API.
	emulator *emulator.Server
	apiKey   string
	baseURL  string
	// patient lets tests wait longer for a key whose answer was lost.
	patient *keys.Timing
	// dial leads to an emulator in memory.
	dial func(ctx context.Context, network, address string) (net.Conn, error)
	// suffix keeps the names of tests that share a real account apart.
	suffix string

	// open are the ephemeral keys of the process that the providers stand for.
	open keys.OpenKeys

	mu       sync.Mutex
	attempts []string
}

// newEnv returns an account in which the acceptance tests run: that of the
// emulator as it comes, or a real one.
func newEnv(t *testing.T) *env {
	t.Helper()
	if os.Getenv("SENDGRID_LIVE") == "" {
		return newEmulated(t, emulator.Config{})
	}
	e := &env{t: t, apiKey: os.Getenv("SENDGRID_API_KEY"), baseURL: sendgrid.GlobalURL, suffix: "-" + strings.ToLower(rand.Text()[:8])}
	if e.apiKey == "" {
		t.Fatal("SENDGRID_LIVE is set and SENDGRID_API_KEY is not")
	}
	return e
}

// newEmulated returns an account of the given kind, which only the emulator has.
func newEmulated(t *testing.T, cfg emulator.Config) *env {
	t.Helper()
	if os.Getenv("SENDGRID_LIVE") != "" {
		t.Skip("needs an account of a kind, or a fault, that only the emulator can be told to have")
	}
	server := emulator.Start(cfg)
	t.Cleanup(server.Close)
	apiKey := cfg.Credential
	if apiKey == "" {
		apiKey = emulator.Credential
	}
	return &env{t: t, emulator: server, apiKey: apiKey, baseURL: server.URL()}
}

// newInMemory returns an account without sockets, for bubbles of
// testing/synctest.
func newInMemory(t *testing.T, cfg emulator.Config) *env {
	t.Helper()
	network := emulator.NewNetwork()
	cfg.Listener = network
	e := newEmulated(t, cfg)
	e.dial = network.Dial
	return e
}

// provider returns a provider that sees no environment variables and waits
// milliseconds where it would wait seconds.
func (e *env) provider() *sendgridProvider {
	return &sendgridProvider{
		version: "test",
		timing:  e.timing(),
		getenv:  func(string) string { return "" },
		open:    &e.open,
		tune: func(o *sendgrid.Options) {
			if e.emulator != nil {
				o.RetryWaitMin, o.RetryWaitMax = time.Millisecond, 2*time.Millisecond
			}
			o.Dial = e.dial
			observe := o.Observe
			o.Observe = func(ctx context.Context, a sendgrid.Attempt) {
				e.mu.Lock()
				e.attempts = append(e.attempts, a.Method+" "+a.Path)
				e.mu.Unlock()
				observe(ctx, a)
			}
		},
	}
}

// timing is short in front of an emulator, where nothing lags unless told to.
func (e *env) timing() keys.Timing {
	switch {
	case e.patient != nil:
		return *e.patient
	case e.emulator == nil:
		return keys.DefaultTiming()
	default:
		return keys.Timing{Settle: 5 * time.Millisecond, Budget: 2 * time.Second}
	}
}

// server returns a configured provider to drive in-process. The extra
// attributes go into the provider block.
func (e *env) server(extra attrs) *server {
	e.t.Helper()
	s := newServer(e.t, e.provider())
	config := attrs{"api_key": e.apiKey, "base_url": e.baseURL}
	for name, value := range extra {
		config[name] = value
	}
	s.requireNone(s.configure(config))
	return s
}

// factories is what the acceptance tests serve the provider with.
func (e *env) factories() map[string]func() (tfprotov6.ProviderServer, error) {
	return map[string]func() (tfprotov6.ProviderServer, error){
		"sendgrid": func() (tfprotov6.ProviderServer, error) { return providerserver.NewProtocol6(e.provider())(), nil },
	}
}

// config returns a configuration with a provider block for this account, into
// which the extra lines go.
func (e *env) config(body string, extra ...string) string {
	return fmt.Sprintf("provider \"sendgrid\" {\n  api_key  = %q\n  base_url = %q\n  %s\n}\n%s",
		e.apiKey, e.baseURL, strings.Join(extra, "\n  "), body)
}

// name returns a name for a key.
func (e *env) name(name string) string {
	return livePrefix + name + e.suffix
}

// client returns a client for what happens outside of Terraform.
func (e *env) client() *sendgrid.Client {
	e.t.Helper()
	client, err := sendgrid.New(sendgrid.Options{
		APIKey: e.apiKey, BaseURL: e.baseURL, UserAgent: "terraform-provider-sendgrid tests", RequestTimeout: time.Minute, MaxRetries: 8,
	})
	if err != nil {
		e.t.Fatal(err)
	}
	return client
}

// allowedRead matches what a plan and an apply may read.
var allowedRead = regexp.MustCompile(`^/v3/(api_keys(/\{id\})?|scopes)( on behalf of .*)?$`)

// keyPath matches the id in the path of a key.
var keyPath = regexp.MustCompile(`/v3/api_keys/[\w-]+`)

// requests returns the requests since it was last called, with {id} for ids:
// "PATCH /v3/api_keys/{id}", followed by the account if it was not the
// credential's own. They are the ones that the emulator saw, or in front of a
// real account, the ones that the provider sent.
func (e *env) requests() []string {
	e.mu.Lock()
	seen := e.attempts
	e.attempts = nil
	e.mu.Unlock()
	if e.emulator != nil {
		seen = nil
		for _, r := range e.emulator.TakeRequests() {
			seen = append(seen, r.String())
		}
	}
	for i, r := range seen {
		seen[i] = keyPath.ReplaceAllString(r, "/v3/api_keys/{id}")
	}
	return seen
}

// expect fails the test unless exactly these requests were sent since the last
// look, in any order where there are several.
func (e *env) expect(want ...string) {
	e.t.Helper()
	if diff := cmp.Diff(want, e.requests()); diff != "" {
		e.t.Errorf("requests (-want +got):\n%s", diff)
	}
}

// wrote is a check of an acceptance test: since the last one, exactly these
// requests wrote, and nothing was read but the keys in state, each by its id, the
// scopes of the credential, and before a create the list of keys.
// How often Terraform refreshes between two checks is up to the test library;
// what a single refresh costs, the tests with a server say.
func (e *env) wrote(want ...string) func(*terraform.State) error {
	return func(*terraform.State) error {
		var writes []string
		for _, r := range e.requests() {
			switch method, target, _ := strings.Cut(r, " "); {
			case method != "GET":
				writes = append(writes, r)
			case !allowedRead.MatchString(target):
				return fmt.Errorf("unexpected request: %s", r)
			}
		}
		if diff := cmp.Diff(want, writes); diff != "" {
			return fmt.Errorf("writing requests (-want +got):\n%s", diff)
		}
		return nil
	}
}
