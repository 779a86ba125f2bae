package provider

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

// openKeys are the ephemeral keys that a process has made and not revoked yet.
// Terraform does not close all that it opened: where something that depends on
// a key fails, or an apply is interrupted, it just ends the provider. What is
// left here then is revoked before the process ends.
type openKeys struct {
	mu   sync.Mutex
	keys map[string]openKey
}

// openKey is where an ephemeral key lives, and who can revoke it.
type openKey struct {
	client            *sendgrid.Client
	account, id, name string
}

func (o *openKeys) add(k openKey) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.keys == nil {
		o.keys = map[string]openKey{}
	}
	o.keys[k.id] = k
}

// revoke revokes a key and forgets it. A key that is gone already is as good.
func (o *openKeys) revoke(ctx context.Context, k openKey) error {
	if err := k.client.DeleteAPIKey(ctx, k.account, k.id); err != nil && !isKeyNotFound(err) {
		return err
	}
	o.mu.Lock()
	defer o.mu.Unlock()
	delete(o.keys, k.id)
	return nil
}

const (
	// farewell is what a provider has left after Serve returned: go-plugin kills
	// it two seconds after it asked it to end.
	farewell = 1500 * time.Millisecond
	// farewellPause is the wait between two attempts in that time.
	farewellPause = 100 * time.Millisecond
)

// revokeAll revokes in parallel whatever is open, and tries for as long as
// there is time. Its error names the keys that are left.
func (o *openKeys) revokeAll(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, farewell)
	defer cancel()
	o.mu.Lock()
	open := slices.Collect(maps.Values(o.keys))
	o.mu.Unlock()

	failures := make([]error, len(open))
	var workers sync.WaitGroup
	for i, k := range open {
		workers.Go(func() {
			// The retries of the client wait longer than there is time.
			k.client = k.client.WithoutRetries()
			for {
				err := o.revoke(ctx, k)
				if err == nil {
					return
				}
				var failure *sendgrid.Error
				hopeless := errors.As(err, &failure) && !failure.Transient() && failure.Kind != sendgrid.KindCancelled
				if hopeless || pause(ctx, farewellPause) != nil {
					failures[i] = fmt.Errorf("ephemeral API key %q (%s) is not revoked: %w", k.name, k.id, err)
					return
				}
			}
		})
	}
	workers.Wait()
	return errors.Join(failures...)
}
