package provider

import (
	"context"
	"sync"

	"github.com/terraform-sendgrid/terraform-provider-sendgrid/internal/keys"
	"github.com/terraform-sendgrid/terraform-provider-sendgrid/internal/scopes"
	"github.com/terraform-sendgrid/terraform-provider-sendgrid/internal/sendgrid"
)

// preflight finds out, while Terraform plans, what would make apply fail. It sends
// each request once per process and account, with a single attempt: a plan must not
// hang for a check. It also remembers what the plan has done so far.
type preflight struct {
	client *sendgrid.Client
	held   *keys.HeldScopes
	keys   *keys.Maker

	mu       sync.Mutex
	accounts map[string]*plannedAccount
}

// plannedAccount is what a plan does in an account.
type plannedAccount struct {
	// managed holds the ids of keys that Terraform manages.
	managed map[string]bool
	// creates is how many new keys were planned so far.
	creates int
}

// report is what the preflight found out about an account.
type report struct {
	// held are the scopes of the credential, unless heldErr is set.
	held    scopes.Set
	heldErr error
	// listed are the keys of the account, unless listErr is set. It is empty if the
	// plan creates no key.
	listed  []sendgrid.APIKey
	listErr error
}

// forUpdate reports about an account in which the plan changes a key. In an apply,
// the request that changes it follows.
func (p *preflight) forUpdate(ctx context.Context, account string) (r report) {
	defer p.client.Announce()()
	r.held, r.heldErr = p.held.GetBriefly(ctx, account)
	return r
}

// forCreate reports about an account in which the plan creates a key. It sends both
// requests at once.
func (p *preflight) forCreate(ctx context.Context, account string) (r report) {
	defer p.client.Announce()()
	var list sync.WaitGroup
	list.Go(func() { r.listed, r.listErr = p.keys.ListBriefly(ctx, account) })
	r.held, r.heldErr = p.held.GetBriefly(ctx, account)
	list.Wait()
	return r
}

// addManaged remembers a key that Terraform manages.
func (p *preflight) addManaged(account, id string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.planned(account).managed[id] = true
}

// manages reports whether Terraform manages a key.
func (p *preflight) manages(account, id string) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.planned(account).managed[id]
}

// countCreate counts a key that the plan creates, and returns how many there are so
// far.
func (p *preflight) countCreate(account string) int {
	p.mu.Lock()
	defer p.mu.Unlock()
	planned := p.planned(account)
	planned.creates++
	return planned.creates
}

// planned returns what the plan does in an account. The caller holds the lock.
func (p *preflight) planned(account string) *plannedAccount {
	if p.accounts == nil {
		p.accounts = map[string]*plannedAccount{}
	}
	if p.accounts[account] == nil {
		p.accounts[account] = &plannedAccount{managed: map[string]bool{}}
	}
	return p.accounts[account]
}
