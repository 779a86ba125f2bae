package keys

import (
	"context"
	"sync"
	"time"

	"github.com/terraform-sendgrid/terraform-provider-sendgrid/internal/scopes"
	"github.com/terraform-sendgrid/terraform-provider-sendgrid/internal/sendgrid"
)

// Preflight finds out, while Terraform plans, what SendGrid would reject in
// apply. It sends each request once per process and account, and only once even
// if it fails: a plan must not hang for a check. What it learns is shared with
// [HeldScopes] and [Maker]. It is safe for concurrent use.
type Preflight struct {
	held     *HeldScopes
	maker    *Maker
	accounts perAccount[inquiry]
}

// inquiry is what a Preflight asked about one account. The questions never fail:
// a failure is a part of the report.
type inquiry struct {
	held   once[held]
	listed once[listed]

	mu sync.Mutex
	// managed holds the ids of keys that Terraform manages.
	managed map[string]bool
	// creates is how many new keys were planned so far.
	creates int
}

type held struct {
	scopes scopes.Set
	err    error
}

type listed struct {
	keys []sendgrid.APIKey
	err  error
}

// NewPreflight returns a Preflight that shares what it learns with held and maker.
func NewPreflight(held *HeldScopes, maker *Maker) *Preflight {
	return &Preflight{held: held, maker: maker}
}

// Report is what a [Preflight] found out about an account.
type Report struct {
	// Held are the scopes of the credential, unless HeldErr is set.
	Held    scopes.Set
	HeldErr error
	// Listed are the keys of the account, unless ListErr is set. It is empty for
	// a plan that creates no key.
	Listed  []sendgrid.APIKey
	ListErr error
}

// ForUpdate reports about an account in which the plan changes a key.
func (p *Preflight) ForUpdate(ctx context.Context, account string) Report {
	answer := p.askHeld(ctx, account)
	return Report{Held: answer.scopes, HeldErr: answer.err}
}

// ForCreate reports about an account in which the plan creates a key. It sends
// both requests at once.
func (p *Preflight) ForCreate(ctx context.Context, account string) Report {
	var list listed
	var asked sync.WaitGroup
	asked.Go(func() { list = p.askList(ctx, account) })
	report := p.ForUpdate(ctx, account)
	asked.Wait()
	report.Listed, report.ListErr = list.keys, list.err
	return report
}

func (p *Preflight) askHeld(ctx context.Context, account string) held {
	answer, err := p.accounts.of(account).held.get(ctx, func() (held, error) {
		set, err := p.held.getBriefly(ctx, account)
		return held{set, err}, nil
	})
	if err != nil {
		return held{err: err}
	}
	return answer
}

func (p *Preflight) askList(ctx context.Context, account string) listed {
	answer, err := p.accounts.of(account).listed.get(ctx, func() (listed, error) {
		keys, err := p.maker.listBriefly(ctx, account)
		return listed{keys, err}, nil
	})
	if err != nil {
		return listed{err: err}
	}
	return answer
}

// AddManaged remembers a key that Terraform manages in an account.
func (p *Preflight) AddManaged(account, id string) {
	in := p.accounts.of(account)
	in.mu.Lock()
	defer in.mu.Unlock()
	if in.managed == nil {
		in.managed = map[string]bool{}
	}
	in.managed[id] = true
}

// Managed reports whether [Preflight.AddManaged] was called for the key.
func (p *Preflight) Managed(account, id string) bool {
	in := p.accounts.of(account)
	in.mu.Lock()
	defer in.mu.Unlock()
	return in.managed[id]
}

// CountCreate counts a key that the plan creates in an account, and returns how
// many there are so far.
func (p *Preflight) CountCreate(account string) int {
	in := p.accounts.of(account)
	in.mu.Lock()
	defer in.mu.Unlock()
	in.creates++
	return in.creates
}

// briefTimeout bounds a single attempt of a Preflight. SendGrid responds in a
// fraction of a second.
const briefTimeout = 5 * time.Second

// briefly asks with a single attempt that does not take long.
func briefly[T any](ctx context.Context, ask func(context.Context) (T, error)) (T, error) {
	ctx, cancel := context.WithTimeout(ctx, briefTimeout)
	defer cancel()
	value, err := ask(ctx)
	if err != nil {
		err = briefError{err}
	}
	return value, err
}
