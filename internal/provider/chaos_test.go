package provider

import (
	"context"
	"flag"
	"fmt"
	"math/rand/v2"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/hashicorp/terraform-plugin-log/tflogtest"
	"github.com/hashicorp/terraform-plugin-log/tfsdklogtest"

	"github.com/terraform-sendgrid/terraform-provider-sendgrid/internal/emulator"
	"github.com/terraform-sendgrid/terraform-provider-sendgrid/internal/scopes"
)

// "make chaos" sets these. A seed that fails is replayed by
//
//	go test ./internal/provider -run TestChaos -chaos.first=SEED -chaos.seeds=1
var (
	chaosFirst = flag.Uint64("chaos.first", 1, "first seed of TestChaos")
	chaosSeeds = flag.Uint64("chaos.seeds", 100, "number of seeds of TestChaos")
)

// Whatever happens in whatever order, one apply converges afterwards: the keys at
// SendGrid are the keys in state, each with its secret, the plan is empty, and no
// secret was logged or reported.
func TestChaos(t *testing.T) {
	t.Parallel()
	for seed := *chaosFirst; seed < *chaosFirst+*chaosSeeds; seed++ {
		t.Run(fmt.Sprintf("seed=%d", seed), func(t *testing.T) {
			t.Parallel()
			// In a bubble nothing really waits, and no schedule depends on how busy the
			// machine is.
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
	diags diagnostics
	log   lockedBuffer
}

// slot is one resource: its configuration, nil for none, and its state.
type slot struct {
	config  attrs
	state   key
	tainted bool
}

// chaosPause is longer than all that lags.
const chaosPause = 2 * time.Second

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
		// A lag and a late effect together are shorter than the provider waits for a
		// key to be listed. A key that appears later can only be found by people.
		Lag: emulator.Lag{Create: lag(), Update: lag(), Delete: lag()},
	}
	if r.IntN(3) == 0 {
		config.RateLimits = []emulator.RateLimit{{Method: "POST", Path: "/v3/api_keys", Requests: 1 + r.IntN(3), Window: 2 * time.Second}}
	}
	return &chaos{t: t, rand: r, env: newInMemory(t, config), slots: make([]slot, 1+r.IntN(5))}
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
		time.Sleep(chaosPause)
	}
	c.env.emulator.ClearFaults()
	s := c.server()
	c.apply(s, s.ctx)
	time.Sleep(chaosPause)
	c.verify(s)
}

// server returns a provider process, whose log is kept.
func (c *chaos) server() *server {
	s := c.env.server(attrs{"max_retries": 2})
	s.ctx = tfsdklogtest.RootLogger(tflogtest.RootLogger(c.t.Context(), &c.log), &c.log)
	return s
}

// apply refreshes, plans and applies all slots at once.
func (c *chaos) apply(s *server, ctx context.Context) {
	s.ctx = ctx
	diags := make([]diagnostics, len(c.slots))
	var workers sync.WaitGroup
	for i := range c.slots {
		workers.Go(func() { diags[i] = c.slots[i].apply(s) })
	}
	workers.Wait()
	c.diags = append(c.diags, slices.Concat(diags...)...)
}

func (r *slot) apply(s *server) diagnostics {
	if r.state.value.Type() == nil {
		r.state = s.none()
	}
	var diags diagnostics
	if !r.state.value.IsNull() {
		r.state, diags = s.read(r.state)
		if diags.hasErrors() {
			return diags
		}
	}
	before := r.state
	var after key
	var more diagnostics
	switch {
	case before.value.IsNull() && r.config == nil:
		return diags
	case before.value.IsNull() || !r.tainted || r.config == nil:
		after, more = s.apply(before, r.config)
	default:
		after, more = s.replace(before, before.private, r.config)
	}
	r.state = after
	// What a failed create left in state is tainted, and what did not change stays
	// as it was.
	same := !before.value.IsNull() && !after.value.IsNull() && before.attr(s.t, "id") == after.attr(s.t, "id")
	r.tainted = !after.value.IsNull() && (same && r.tainted || !same && more.hasErrors())
	return append(diags, more...)
}

// verify checks what is true in the end.
func (c *chaos) verify(s *server) {
	c.t.Helper()
	inState := map[string]string{}
	for i, r := range c.slots {
		if r.state.value.Type() == nil || r.state.value.IsNull() {
			if r.config != nil {
				c.t.Errorf("slot %d was not created", i)
			}
			continue
		}
		refreshed, diags := s.read(r.state)
		diags.requireNone(c.t)
		if r.tainted {
			c.t.Errorf("slot %d is still tainted", i)
		}
		if p, _ := s.plan(refreshed, r.config); p.action != "no-op" {
			c.t.Errorf("slot %d still plans %s of %v:\n%s", i, p.action, p.replace, p.value)
		}
		id, _ := r.state.attr(c.t, "id").(string)
		inState[id], _ = r.state.attr(c.t, "api_key").(string)
	}
	atSendGrid := map[string]string{}
	for _, account := range chaosAccounts {
		for _, k := range c.env.emulator.Keys(account) {
			atSendGrid[k.ID] = k.Secret
		}
	}
	if diff := cmp.Diff(atSendGrid, inState); diff != "" {
		c.t.Errorf("keys and secrets (-at SendGrid +in state):\n%s", diff)
	}
	public := c.diags.String() + c.log.String()
	for _, secret := range atSendGrid {
		if strings.Contains(public, secret) {
			c.t.Error("a log entry or a diagnostic contains the secret of a key")
		}
	}
	if regexp.MustCompile(`SG\.[\w-]{10,}`).MatchString(public) {
		c.t.Error("a log entry or a diagnostic contains an API key")
	}
	if c.t.Failed() {
		c.t.Logf("diagnostics:\n%s", c.diags)
		for _, r := range c.env.emulator.Requests() {
			c.t.Logf("%s %s %d %s", r.Time.Format("04:05.000"), r, r.Status, r.Body)
		}
	}
}
