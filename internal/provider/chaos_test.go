package provider

import (
	"bytes"
	"context"
	"flag"
	"fmt"
	"math/rand/v2"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-log/tflogtest"
	"github.com/hashicorp/terraform-plugin-log/tfsdklogtest"

	"github.com/terraform-sendgrid/terraform-provider-sendgrid/internal/emulator"
	"github.com/terraform-sendgrid/terraform-provider-sendgrid/internal/keys"
	"github.com/terraform-sendgrid/terraform-provider-sendgrid/internal/scopes"
)

// "make chaos" sets these. A seed that fails is replayed by
//
//	go test ./internal/provider -run TestChaos -chaos.first=SEED -chaos.seeds=1
var (
	chaosFirst = flag.Uint64("chaos.first", 1, "first seed of TestChaos")
	chaosSeeds = flag.Uint64("chaos.seeds", 200, "number of seeds of TestChaos")
)

// Whatever happens in whatever order, once it is over one apply converges: the
// keys at SendGrid are the keys in state, each with its secret, the plan is
// empty, and no secret was told.
func TestChaos(t *testing.T) {
	t.Parallel()
	for seed := *chaosFirst; seed < *chaosFirst+*chaosSeeds; seed++ {
		t.Run(fmt.Sprintf("seed=%d", seed), func(t *testing.T) {
			t.Parallel()
			// In a bubble nothing waits for real, and no schedule depends on how
			// busy the machine is.
			synctest.Test(t, func(t *testing.T) { newChaos(t, seed).run() })
		})
	}
}

// chaos is the life of some keys under one seed. The schedule follows from the
// seed; how requests of one apply interleave does not.
type chaos struct {
	t    *testing.T
	rand *rand.Rand
	env  *env
	// slots are the resources of the configuration.
	slots []slot
	// said is every diagnostic, log all that was logged.
	said strings.Builder
	log  lockedBuffer
}

// slot is one resource: what is configured, nil for nothing, and its state.
type slot struct {
	config  attrs
	state   key
	tainted bool
}

var chaosAccounts = []string{emulator.Parent, "sub-a"}

func newChaos(t *testing.T, seed uint64) *chaos {
	t.Helper()
	r := rand.New(rand.NewPCG(seed, 0))
	auto := []string{"2fa_required", "sender_verification_eligible", "sender_verification_legacy"}
	lag := func() time.Duration { return time.Duration(r.IntN(1000)) * time.Millisecond }
	config := emulator.Config{
		Subusers:     chaosAccounts[1:],
		AutoAssigned: auto[:r.IntN(len(auto)+1)],
		FullAccess:   scopes.Default().FullAccess,
		// What lags and what takes effect late adds up to less than a keys.Maker's
		// patience: beyond that, a key can only be named if somebody looks.
		Lag: emulator.Lag{Create: lag(), Update: lag(), Delete: lag()},
	}
	if r.IntN(3) == 0 {
		config.RateLimits = []emulator.RateLimit{{Method: "POST", Path: "/v3/api_keys", Requests: 1 + r.IntN(3), Window: 2 * time.Second}}
	}
	e := newInMemory(t, config)
	patient := keys.DefaultTiming()
	e.patient = &patient
	return &chaos{t: t, rand: r, env: e, slots: make([]slot, 1+r.IntN(5))}
}

func (c *chaos) run() {
	for range 4 + c.rand.IntN(8) {
		s := c.server()
		for i := range c.slots {
			if c.rand.IntN(2) == 0 {
				c.slots[i].config = c.config()
			}
		}
		ctx, cancel := context.WithCancel(s.ctx)
		c.spoil(cancel)
		if c.rand.IntN(3) == 0 {
			c.drift()
		}
		c.apply(s, ctx)
		cancel()
		// What lags has arrived by the time of the next process.
		time.Sleep(keys.DefaultTiming().Settle)
	}
	c.env.emulator.ClearFaults()
	s := c.server()
	c.apply(s, s.ctx)
	time.Sleep(keys.DefaultTiming().Settle)
	c.verify(s)
}

// server returns a provider process, whose log is kept.
func (c *chaos) server() *server {
	s := c.env.server(attrs{"max_retries": 2})
	s.ctx = tfsdklogtest.RootLogger(tflogtest.RootLogger(c.t.Context(), &c.log), &c.log)
	return s
}

// config returns a random configuration, or none. Names repeat on purpose.
func (c *chaos) config() attrs {
	if c.rand.IntN(5) == 0 {
		return nil
	}
	config := attrs{
		"name":         []string{"a", "b"}[c.rand.IntN(2)],
		"on_behalf_of": chaosAccounts[c.rand.IntN(2)],
	}
	switch c.rand.IntN(6) {
	case 0: // Full Access
	case 1:
		config["scopes"] = []string{"billing.read"}
	default:
		names := []string{"mail.send", "alerts.read", "stats.read", "2fa_required"}
		config["scopes"] = names[:1+c.rand.IntN(len(names))]
	}
	if c.rand.IntN(4) == 0 {
		config["rotate_when_changed"] = map[string]string{"n": fmt.Sprint(c.rand.IntN(2))}
	}
	return config
}

// spoil injects faults, one of which may be a Ctrl-C.
func (c *chaos) spoil(cancel func()) {
	interrupt := func(do emulator.Behavior) emulator.Behavior {
		return func(x *emulator.Exchange) {
			cancel()
			do(x)
		}
	}
	behaviours := []emulator.Behavior{
		emulator.ResetBefore, emulator.ResetAfter, emulator.CutBody, emulator.EmptyBody, emulator.Hang, emulator.HangAfter,
		emulator.ReplaceBody(`{"api_key`), emulator.ReplaceBody(`{"errors":[{"field":null,"message":"SG.echo.secret"}]}`),
		emulator.HTMLPage(http.StatusBadGateway), emulator.HTMLPage(http.StatusNotFound),
		emulator.After(emulator.HTMLPage(http.StatusGatewayTimeout)), emulator.Late(time.Duration(c.rand.IntN(900)) * time.Millisecond),
		emulator.JSONError(http.StatusInternalServerError, "", "internal server error"),
		emulator.JSONError(http.StatusServiceUnavailable, "", "unavailable"),
		emulator.JSONError(http.StatusTooManyRequests, "", "too many requests"),
		emulator.TooManyRequests(time.Unix(1, 0)),
		emulator.JSONError(http.StatusUnauthorized, "", "authorization required"),
		interrupt(emulator.ResetAfter), interrupt(func(x *emulator.Exchange) { x.Send(x.Apply()) }),
	}
	methods := []string{"", "POST", "POST", "POST", "GET", "PATCH", "PUT", "DELETE"}
	for range c.rand.IntN(4) {
		method := methods[c.rand.IntN(len(methods))]
		behaviour := behaviours[c.rand.IntN(len(behaviours))]
		if method == "" || method == "GET" {
			// The search for a lost key may fail for good where SendGrid refuses to
			// answer; then the error names it, and people have to look. That is
			// TestSearchPersists: here, every key can be found.
			behaviour = behaviours[c.rand.IntN(len(behaviours)-3)]
		}
		c.env.emulator.Inject(emulator.Fault{Method: method, Skip: c.rand.IntN(3), Times: 1 + c.rand.IntN(2), Do: behaviour})
	}
}

// drift does something to a key by hand.
func (c *chaos) drift() {
	keys := c.env.emulator.Keys(chaosAccounts[c.rand.IntN(2)])
	if len(keys) == 0 {
		return
	}
	id := keys[c.rand.IntN(len(keys))].ID
	switch c.rand.IntN(3) {
	case 0:
		c.env.emulator.DeleteKey(id)
	case 1:
		c.env.emulator.EditKey(id, func(k *emulator.Key) { k.Name = "renamed by hand" })
	default:
		editScopes("categories.read")(c.env.emulator, id)
	}
}

// apply refreshes, plans and applies all slots at once.
func (c *chaos) apply(s *server, ctx context.Context) {
	s.ctx = ctx
	diags := make([][]*tfprotov6.Diagnostic, len(c.slots))
	var workers sync.WaitGroup
	for i := range c.slots {
		workers.Go(func() { diags[i] = c.slots[i].apply(s) })
	}
	workers.Wait()
	for _, d := range diags {
		c.said.WriteString(texts(d))
	}
}

func (r *slot) apply(s *server) []*tfprotov6.Diagnostic {
	if r.state.value.Type() == nil {
		r.state = s.none()
	}
	var diags []*tfprotov6.Diagnostic
	if !r.state.value.IsNull() {
		refreshed, more := s.read(r.state)
		diags = append(diags, more...)
		if hasErrors(more) {
			return diags
		}
		r.state = refreshed
	}
	var made key
	var more []*tfprotov6.Diagnostic
	before := r.state
	switch {
	case r.state.value.IsNull() && r.config == nil:
		return diags
	case r.state.value.IsNull() || !r.tainted || r.config == nil:
		made, more = s.apply(r.state, r.config)
	default:
		made, more = s.replace(r.state, r.state.private, r.config)
	}
	r.state = made
	diags = append(diags, more...)
	// What a failed create left in state is tainted, and what was not touched
	// stays as it was.
	same := !before.value.IsNull() && !made.value.IsNull() && before.attr(s.t, "id") == made.attr(s.t, "id")
	r.tainted = !made.value.IsNull() && (same && r.tainted || !same && hasErrors(more))
	return diags
}

// verify asserts what has to hold in the end.
func (c *chaos) verify(s *server) {
	c.t.Helper()
	held := map[string]string{}
	for i, r := range c.slots {
		if r.state.value.Type() == nil || r.state.value.IsNull() {
			if r.config != nil {
				c.t.Errorf("slot %d was not made", i)
			}
			continue
		}
		refreshed, diags := s.read(r.state)
		s.requireNone(diags)
		if r.tainted {
			c.t.Errorf("slot %d is still tainted", i)
		}
		if p, _ := s.plan(refreshed, r.config); p.action != "no-op" {
			c.t.Errorf("slot %d still plans %s of %v:\n%s", i, p.action, p.replace, p.value)
		}
		id, _ := r.state.attr(c.t, "id").(string)
		held[id], _ = r.state.attr(c.t, "api_key").(string)
	}
	there := map[string]string{}
	var secrets []string
	for _, account := range chaosAccounts {
		for _, k := range c.env.emulator.Keys(account) {
			there[k.ID] = k.Secret
			secrets = append(secrets, k.Secret)
		}
	}
	if diff := cmp.Diff(there, held); diff != "" {
		c.t.Errorf("keys and secrets (-at SendGrid +in state):\n%s", diff)
	}
	told := c.said.String() + c.log.String()
	if slices.ContainsFunc(secrets, func(secret string) bool { return strings.Contains(told, secret) }) ||
		regexp.MustCompile(`SG\.[\w-]{10,}`).MatchString(told) {
		c.t.Error("a log entry or a diagnostic holds an API key")
	}
	if c.t.Failed() {
		c.t.Logf("what was said:\n%s", c.said.String())
		for _, r := range c.env.emulator.Requests() {
			c.t.Logf("%s %s %d %s", r.Time.Format("04:05.000"), r, r.Status, r.Body)
		}
	}
}

// lockedBuffer is a buffer that several loggers write to.
type lockedBuffer struct {
	mu sync.Mutex
	bytes.Buffer
}

func (b *lockedBuffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.Buffer.Write(p)
}
