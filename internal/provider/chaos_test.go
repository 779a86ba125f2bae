package provider

import (
	"context"
	"flag"
	"fmt"
	"maps"
	"math/rand/v2"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

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
	chaosSeeds = flag.Uint64("chaos.seeds", 50, "number of seeds of TestChaos")
)

// Two workspaces, each with two aliases of the provider, manage keys with the same
// names in the same accounts. Whatever happens in whatever order, nobody revokes a
// key of somebody else, no state loses a live key, every key is in a state or named
// in a message, and two applies without faults converge.
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
	// stranger is another account, whose credential is used by mistake.
	stranger *env
	// credentials are secrets that belong to the account.
	credentials []string
	workspaces  [2]workspace
	// owners holds the resource that each key was created for. Only that resource
	// may revoke the key.
	owners map[any]*slot
	diags  diagnostics
	log    lockedBuffer
}

// workspace is a configuration with its state.
type workspace struct{ slots []slot }

// slot is one resource: its configuration, nil for none, and its state.
type slot struct {
	config attrs
	state  key
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
		ListCredential: true,
		Subusers:       chaosAccounts[1:],
		AutoAssigned:   auto[:r.IntN(len(auto)+1)],
		FullAccess:     scopes.Default().FullAccess,
		// A lag and a late effect together are shorter than the provider waits for a
		// key to be listed. A key that appears later can only be found by people.
		Lag: emulator.Lag{Create: lag(), Update: lag(), Delete: lag()},
	}
	if r.IntN(3) == 0 {
		config.RateLimits = []emulator.RateLimit{{
			Method: "POST", Path: "/v3/api_keys", Requests: 1 + r.IntN(3), Window: 2 * time.Second, RelativeReset: r.IntN(2) == 0,
		}}
	}
	c := &chaos{t: t, rand: r, env: newInMemory(t, config), owners: map[any]*slot{}}
	// The other account has another credential.
	c.stranger = newInMemory(t, emulator.Config{Credential: "SG." + strings.Repeat("s", 22) + "." + strings.Repeat("t", 43), Subusers: chaosAccounts[1:]})
	everything := scopes.Default().Known.Minus(scopes.Default().AutoAssigned)
	c.credentials = []string{c.env.apiKey, c.env.emulator.AddKey(emulator.Parent, "a second credential", everything).Secret}
	for i := range c.workspaces {
		c.workspaces[i].slots = make([]slot, 1+r.IntN(4))
	}
	return c
}

func (c *chaos) run() {
	for range 4 + c.rand.IntN(8) {
		for _, w := range c.workspaces {
			for i := range w.slots {
				if c.rand.IntN(2) == 0 {
					w.slots[i].config = c.config()
				}
			}
		}
		if c.rand.IntN(4) == 0 {
			c.useWrongCredential()
		}
		ctx, cancel := context.WithCancel(c.t.Context())
		c.spoil(cancel)
		if c.rand.IntN(3) == 0 {
			c.drift()
		}
		c.apply(ctx)
		cancel()
		// What lags has arrived by the time of the next process.
		time.Sleep(chaosPause)
	}
	c.env.emulator.ClearFaults()
	// The second apply ends what SendGrid adds on its own.
	for range 2 {
		c.apply(c.t.Context())
		time.Sleep(chaosPause)
	}
	c.verify()
}

// server returns a provider process, whose log is kept.
func (c *chaos) server(ctx context.Context, e *env, credential string) *server {
	s := newServer(c.t, e.provider())
	s.configure(attrs{"api_key": credential, "base_url": e.baseURL, "max_retries": 2}).requireNone(c.t)
	s.ctx = tfsdklogtest.RootLogger(tflogtest.RootLogger(ctx, &c.log), &c.log)
	return s
}

// apply lets both workspaces refresh, plan and apply all slots at once. The slots of
// a workspace are managed by two aliases in turn.
func (c *chaos) apply(ctx context.Context) {
	var mu sync.Mutex
	var workers sync.WaitGroup
	for _, w := range c.workspaces {
		var aliases [2]*server
		for i := range aliases {
			aliases[i] = c.server(ctx, c.env, c.credentials[c.rand.IntN(2)])
		}
		for i := range w.slots {
			workers.Go(func() {
				r := &w.slots[i]
				diags := r.apply(aliases[i%2])
				mu.Lock()
				defer mu.Unlock()
				c.diags = append(c.diags, diags...)
				if !r.exists() {
					return
				}
				id := r.state.attr(c.t, "id")
				if owner := c.owners[id]; owner != nil && owner != r {
					c.t.Errorf("the key %s of another resource is in the state", id)
				}
				c.owners[id] = r
			})
		}
	}
	workers.Wait()
}

func (r *slot) apply(s *server) diagnostics {
	if !r.exists() {
		if r.config == nil {
			return nil
		}
		after, diags := s.apply(s.none(), r.config)
		r.state = after
		return diags
	}
	refreshed, diags := s.read(r.state)
	if diags.hasErrors() {
		return diags
	}
	after, more := s.apply(refreshed, r.config)
	r.state = after
	return append(diags, more...)
}

// exists reports whether the state has the key.
func (r *slot) exists() bool {
	return r.state.value.Type() != nil && !r.state.value.IsNull()
}

// useWrongCredential refreshes and destroys everything with the credential of
// another account, which must fail and leave the states as they are.
func (c *chaos) useWrongCredential() {
	c.t.Helper()
	for _, w := range c.workspaces {
		s := c.server(c.t.Context(), c.stranger, c.stranger.apiKey)
		for _, r := range w.slots {
			if !r.exists() {
				continue
			}
			_, diags := s.read(r.state)
			diags.expectError(c.t, "API key not found, perhaps in another account")
			after, diags := s.apply(r.state, nil)
			diags.expectError(c.t, "API key not found, perhaps in another account")
			if !after.value.Equal(r.state.value) {
				c.t.Errorf("another account's credential changed the state to %s", after.value)
			}
		}
	}
}

// verify checks what is true in the end.
func (c *chaos) verify() {
	c.t.Helper()
	text := c.diags.String()
	inState := map[string]string{}
	for _, w := range c.workspaces {
		s := c.server(c.t.Context(), c.env, c.env.apiKey)
		for i, r := range w.slots {
			if !r.exists() {
				if r.config != nil {
					c.t.Errorf("slot %d was not created", i)
				}
				continue
			}
			refreshed, diags := s.read(r.state)
			diags.requireNoErrors(c.t)
			refreshed, diags = s.read(refreshed)
			diags.requireNone(c.t)
			if p, diags := s.plan(refreshed, r.config); p.action != "no-op" {
				c.t.Errorf("slot %d still plans %s of %v:\n%s\n%s", i, p.action, p.replace, p.value, diags)
			}
			id, _ := r.state.attr(c.t, "id").(string)
			inState[id], _ = r.state.attr(c.t, "api_key").(string)
		}
	}
	public := text + c.log.String()
	for _, account := range chaosAccounts {
		for _, k := range c.env.emulator.Keys(account) {
			secret, managed := inState[k.ID]
			delete(inState, k.ID)
			switch {
			case slices.Contains(c.credentials, k.Secret):
			case managed && secret != k.Secret:
				c.t.Errorf("the state has another secret for key %s", k.ID)
			case !managed && !strings.Contains(text, k.ID):
				c.t.Errorf("key %q (%s) is in no state and in no message", k.Name, k.ID)
			}
			if strings.Contains(public, k.Secret) {
				c.t.Error("a log entry or a diagnostic contains the secret of a key")
			}
		}
	}
	if len(inState) > 0 {
		c.t.Errorf("the states have keys that do not exist: %v", slices.Collect(maps.Keys(inState)))
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
