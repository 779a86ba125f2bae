package keys

import (
	"context"
	"sync"

	"github.com/terraform-sendgrid/terraform-provider-sendgrid/internal/sendgrid"
)

// account is what a [Maker] knows about the keys of one account.
type account struct {
	// listed are the keys that existed before the first create.
	listed once[[]sendgrid.APIKey]

	mu sync.Mutex
	// known holds the ids of keys that a lost response cannot belong to: those
	// that existed before the first create, and those that were received since.
	known map[string]bool
	// names holds a lock for each name. Keys with the same name are created one
	// after the other: after two lost responses, nobody could tell which key
	// belongs to which request.
	names map[string]chan struct{}
}

// list asks for the keys of the account, and learns their ids.
func (a *account) list(ctx context.Context, client *sendgrid.Client, name string) ([]sendgrid.APIKey, error) {
	existing, err := client.ListAPIKeys(ctx, name)
	for _, key := range existing {
		a.learn(key.ID)
	}
	return existing, err
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
