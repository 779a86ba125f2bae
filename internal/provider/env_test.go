package provider

import (
	"context"
	"crypto/rand"
	"fmt"
	"maps"
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
	"github.com/terraform-sendgrid/terraform-provider-sendgrid/internal/openapi"
	"github.com/terraform-sendgrid/terraform-provider-sendgrid/internal/sendgrid"
)

// livePrefix begins the name of every key that a test creates in a real account,
// so that the sweeper finds it.
const livePrefix = "tf-acc-"

// env is an account and a provider that uses it: an emulator per test, or, with
// SENDGRID_LIVE=1, the real API.
type env struct {
	t *testing.T
	// emulator is nil when the account is real.
	emulator *emulator.Server
	apiKey   string
	baseURL  string
	// dial connects to an emulator in memory.
	dial func(ctx context.Context, network, address string) (net.Conn, error)
	// suffix makes the names of keys unique in a real account.
	suffix string

	// timing is how long the provider waits where a key could be lost.
	timing keys.Timing
	// open are the ephemeral keys of all providers of the test.
	open keys.OpenKeys

	mu       sync.Mutex
	attempts []string
}

// newEnv returns an account for acceptance tests: the emulator's default one, or a
// real one.
func newEnv(t *testing.T) *env {
	t.Helper()
	if os.Getenv("SENDGRID_LIVE") == "" {
		return newEmulated(t, emulator.Config{})
	}
	e := &env{
		t: t, apiKey: os.Getenv("SENDGRID_API_KEY"), baseURL: sendgrid.GlobalURL,
		suffix: "-" + strings.ToLower(rand.Text()[:8]), timing: keys.DefaultTiming(),
	}
	if e.apiKey == "" {
		t.Fatal("SENDGRID_LIVE is set and SENDGRID_API_KEY is not")
	}
	return e
}

// newEmulated returns an account that only the emulator can provide. Nothing lags
// there, so the provider waits milliseconds.
func newEmulated(t *testing.T, cfg emulator.Config) *env {
	t.Helper()
	if os.Getenv("SENDGRID_LIVE") != "" {
		t.Skip("needs the emulator: a special account, or a fault")
	}
	server := openapi.Start(t, cfg)
	apiKey := cfg.Credential
	if apiKey == "" {
		apiKey = emulator.Credential
	}
	return &env{
		t: t, emulator: server, apiKey: apiKey, baseURL: server.URL(),
		timing: keys.Timing{Settle: 5 * time.Millisecond, Budget: 2 * time.Second},
	}
}

// newInMemory returns an account without sockets, for bubbles of testing/synctest,
// in which the provider waits as long as it does by default.
func newInMemory(t *testing.T, cfg emulator.Config) *env {
	t.Helper()
	network := emulator.NewNetwork()
	cfg.Listener = network
	e := newEmulated(t, cfg)
	// As on a real network, opening a connection takes time: requests that are sent at
	// once wait together. The bubble must not end meanwhile.
	const handshake = time.Millisecond
	e.dial = func(ctx context.Context, protocol, address string) (net.Conn, error) {
		time.Sleep(handshake)
		return network.Dial(ctx, protocol, address)
	}
	t.Cleanup(func() { time.Sleep(2 * handshake) })
	e.timing = keys.DefaultTiming()
	return e
}

// provider returns a provider that ignores the environment variables of the tests,
// and retries at once against an emulator.
func (e *env) provider() *sendgridProvider {
	return &sendgridProvider{
		version: "test",
		getenv:  func(string) string { return "" },
		open:    &e.open,
		timing:  e.timing,
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

// server returns a configured provider to drive in-process. The extra attributes
// are added to the provider block.
func (e *env) server(extra attrs) *server {
	e.t.Helper()
	s := newServer(e.t, e.provider())
	s.configure(e.block(extra)).requireNone(e.t)
	return s
}

// block returns the provider block for this account, with extra attributes.
func (e *env) block(extra attrs) attrs {
	block := attrs{"api_key": e.apiKey, "base_url": e.baseURL}
	maps.Copy(block, extra)
	return block
}

// factories serves the provider to the acceptance tests.
func (e *env) factories() map[string]func() (tfprotov6.ProviderServer, error) {
	return map[string]func() (tfprotov6.ProviderServer, error){
		"sendgrid": func() (tfprotov6.ProviderServer, error) { return providerserver.NewProtocol6(e.provider())(), nil },
	}
}

// config returns a configuration with a provider block for this account, which
// contains the extra lines.
func (e *env) config(body string, extra ...string) string {
	return fmt.Sprintf("provider \"sendgrid\" {\n  api_key  = %q\n  base_url = %q\n  %s\n}\n%s",
		e.apiKey, e.baseURL, strings.Join(extra, "\n  "), body)
}

// credentialID returns the id of the credential.
func (e *env) credentialID() string {
	id, _ := sendgrid.KeyID(e.apiKey)
	return id
}

// name returns a name for a key.
func (e *env) name(name string) string {
	return livePrefix + name + e.suffix
}

// client returns a client for changes outside of Terraform.
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

// onlyKey returns the only key of the credential's own account.
func (e *env) onlyKey() emulator.Key {
	e.t.Helper()
	keys := e.emulator.Keys(emulator.Parent)
	if len(keys) != 1 {
		e.t.Fatalf("the account has %d keys, want 1", len(keys))
	}
	return keys[0]
}

// expectOnly fails the test unless the only key of the credential's own account is
// in state, with its secret.
func (e *env) expectOnly(k key) {
	e.t.Helper()
	if only := e.onlyKey(); k.attr(e.t, "id") != only.ID || k.attr(e.t, "api_key") != only.Secret {
		e.t.Errorf("the state is %s, want the key %s with its secret", k.value, only.ID)
	}
}

// expectNotInState fails the test unless the emulator has exactly one key, and the
// state does not hold it.
func (e *env) expectNotInState(k key) {
	e.t.Helper()
	e.onlyKey()
	if !k.value.IsNull() {
		e.t.Errorf("the state is %s", k.value)
	}
}

// expectNoKeys fails the test if an account has keys.
func (e *env) expectNoKeys(accounts ...string) {
	e.t.Helper()
	for _, account := range append(accounts, emulator.Parent) {
		for _, k := range e.emulator.Keys(account) {
			e.t.Errorf("key %q of account %q is left behind", k.Name, account)
		}
	}
}

// allowedRead matches what a plan and an apply may read.
var allowedRead = regexp.MustCompile(`^/v3/(api_keys(/\{id\})?|scopes)( on behalf of .*)?$`)

// keyPath matches the path of a key.
var keyPath = regexp.MustCompile(`/v3/api_keys/[\w-]+`)

// requests returns the requests since the last call, with {id} for ids:
// "PATCH /v3/api_keys/{id}", followed by the account unless it is the credential's
// own. The emulator has seen them; with a real account, the provider has sent them.
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
		// The preflight sends both at once.
		if i > 0 && strings.HasPrefix(seen[i], getScopes) && seen[i-1] == strings.Replace(seen[i], getScopes, listKeys, 1) {
			seen[i-1], seen[i] = seen[i], seen[i-1]
		}
	}
	return seen
}

// countRequests returns how often each request was sent since the last call.
func (e *env) countRequests() map[string]int {
	count := map[string]int{}
	for _, r := range e.requests() {
		count[r]++
	}
	return count
}

// expect fails the test unless exactly these requests, in this order, were sent
// since the last call.
func (e *env) expect(want ...string) {
	e.t.Helper()
	if diff := cmp.Diff(want, e.requests()); diff != "" {
		e.t.Errorf("requests (-want +got):\n%s", diff)
	}
}

// wrote is a check of an acceptance test: since the last one, exactly these writing
// requests were sent, and the others read keys by id, scopes of the credential, or
// before a create the list of keys. How often Terraform refreshes between two checks
// depends on the test library; tests with a server count the requests of each RPC.
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
