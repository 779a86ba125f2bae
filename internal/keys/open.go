package keys

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"sync"
	"time"

	"github.com/terraform-sendgrid/terraform-provider-sendgrid/internal/sendgrid"
)

// OpenKeys are the ephemeral keys that a process has created and not revoked
// yet. Terraform does not close every ephemeral resource that it opened: if
// something that depends on a key fails, or an apply is interrupted, Terraform
// just ends the provider. The process revokes the keys that are left here before
// it exits. The zero value is empty. OpenKeys is safe for concurrent use.
type OpenKeys struct {
	mu   sync.Mutex
	keys map[string]OpenKey
}

// OpenKey is an ephemeral key, its account, and the client that can revoke it.
type OpenKey struct {
	Client            *sendgrid.Client
	Account, ID, Name string
}

// Add adds a key that has to be revoked before the process exits.
func (o *OpenKeys) Add(key OpenKey) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.keys == nil {
		o.keys = map[string]OpenKey{}
	}
	o.keys[key.ID] = key
}

// Revoke revokes a key and removes it. A key that no longer exists counts as
// revoked. Its errors are those of [sendgrid.Client.DeleteAPIKey].
func (o *OpenKeys) Revoke(ctx context.Context, key OpenKey) error {
	if err := key.Client.DeleteAPIKey(ctx, key.Account, key.ID); err != nil && !sendgrid.IsKeyNotFound(err) {
		return err
	}
	o.mu.Lock()
	defer o.mu.Unlock()
	delete(o.keys, key.ID)
	return nil
}

// revokePause is the wait between two attempts of RevokeAll, which has only a
// second or two.
const revokePause = 100 * time.Millisecond

// RevokeAll revokes all keys in parallel, and repeats failed attempts until ctx
// ends. Its error names the keys that are still live.
func (o *OpenKeys) RevokeAll(ctx context.Context) error {
	o.mu.Lock()
	open := slices.Collect(maps.Values(o.keys))
	o.mu.Unlock()

	failures := make([]error, len(open))
	var workers sync.WaitGroup
	for i, key := range open {
		workers.Go(func() {
			if err := o.revokeUntilDone(ctx, key); err != nil {
				failures[i] = fmt.Errorf("ephemeral API key %q (%s) is not revoked: %w", key.Name, key.ID, err)
			}
		})
	}
	workers.Wait()
	return errors.Join(failures...)
}

func (o *OpenKeys) revokeUntilDone(ctx context.Context, key OpenKey) error {
	// The retries of the client wait longer than the process has.
	key.Client = key.Client.WithoutRetries()
	for {
		err := o.Revoke(ctx, key)
		var failure *sendgrid.Error
		final := errors.As(err, &failure) && !failure.Transient() && failure.Kind != sendgrid.KindCanceled
		if err == nil || final || wait(ctx, revokePause) != nil {
			return err
		}
	}
}
