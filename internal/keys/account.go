package keys

import (
	"context"
	"sync"

	"github.com/terraform-sendgrid/terraform-provider-sendgrid/internal/sendgrid"
)

// account is what a [Maker] knows about the keys of one account.
type account struct {
	// listed are the keys that existed before the first create.
	listed question[[]sendgrid.APIKey]

	mu sync.Mutex
	// known holds the ids of keys that a lost response cannot belong to: those
	// that existed before the first create, and those that were received since.
	known map[string]bool
	// names holds a lock for each name. Keys with the same name are created one
	// after the other: after two lost responses, nobody could tell which key
	// belongs to which request.
	names map[string]chan struct{}
	// reported is whether the keys that earlier runs left behind were reported.
	reported bool
}

// list returns a question for the keys of the account, which learns their ids.
func (a *account) list(client *sendgrid.Client, accountName string) func(context.Context) ([]sendgrid.APIKey, error) {
	return func(ctx context.Context) ([]sendgrid.APIKey, error) {
		existing, err := client.ListAPIKeys(ctx, accountName)
		for _, key := range existing {
			a.learn(key.ID)
		}
		return existing, err
	}
}

// learn adds the id of a key that no lost response belongs to.
func (a *account) learn(id string) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.known == nil {
		a.known = map[string]bool{}
	}
	a.known[id] = true
}

func (a *account) knows(id string) bool {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.known[id]
}

// lockName waits until no other caller creates a key with this name. It fails if
// ctx ends first.
func (a *account) lockName(ctx context.Context, name string) (unlock func(), err error) {
	a.mu.Lock()
	lock := a.names[name]
	if lock == nil {
		if a.names == nil {
			a.names = map[string]chan struct{}{}
		}
		lock = make(chan struct{}, 1)
		a.names[name] = lock
	}
	a.mu.Unlock()
	select {
	case lock <- struct{}{}:
		return func() { <-lock }, nil
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

// perAccount holds a value for each account that a credential can act for.
type perAccount[T any] struct {
	mu     sync.Mutex
	values map[string]*T
}

// get returns the value of an account, which starts as the zero value.
func (p *perAccount[T]) get(account string) *T {
	p.mu.Lock()
	defer p.mu.Unlock()
	value := p.values[account]
	if value == nil {
		if p.values == nil {
			p.values = map[string]*T{}
		}
		value = new(T)
		p.values[account] = value
	}
	return value
}

// reportLeftBehind returns true to the first caller, which is to report the keys
// that earlier runs left behind.
func (a *account) reportLeftBehind() bool {
	a.mu.Lock()
	defer a.mu.Unlock()
	first := !a.reported
	a.reported = true
	return first
}
