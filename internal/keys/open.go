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
	mu sync.Mutex
	// keys holds the keys by id.
	keys map[string]OpenKey
	// creating holds a channel for each name that a key is being created with,
	// which is closed when the key is in keys.
	creating map[string]chan struct{}
	// ending is whether the process no longer creates keys.
	ending bool
}

// OpenKey is an ephemeral key and the Maker that can revoke it.
type OpenKey struct {
	Maker             *Maker
	Account, ID, Name string
	CreatedAt         time.Time
}

// errEnding is the error of a create that comes after RevokeAll.
var errEnding = fmt.Errorf("the provider is exiting: %w", context.Canceled)

// Create creates an ephemeral key. Nobody else uses its name, which comes from
// [EphemeralName], so every key with that name was created here. Create returns all
// of them, also with an error: there are several if a response was lost.
//
// The errors are those of [Maker.Create], and [context.Canceled] once the process
// is exiting.
func (o *OpenKeys) Create(ctx context.Context, maker *Maker, account string, request sendgrid.CreateAPIKeyRequest) (Created, []OpenKey, error) {
	var ours []OpenKey
	if !o.begin(request.Name) {
		return Created{}, nil, errEnding
	}
	defer func() { o.finish(request.Name, ours) }()

	created, err := maker.Create(ctx, account, request)
	ids := created.Strays
	if err == nil {
		ids = append(ids, created.ID)
	}
	if lost := (*LostResponse)(nil); errors.As(err, &lost) {
		ids = append(ids, lost.Found...)
	}
	for _, id := range ids {
		ours = append(ours, OpenKey{Maker: maker, Account: account, ID: id, Name: request.Name, CreatedAt: time.Now()})
	}
	return created, ours, err
}

// begin announces a create, unless the process is exiting.
func (o *OpenKeys) begin(name string) bool {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.ending {
		return false
	}
	if o.creating == nil {
		o.creating = map[string]chan struct{}{}
	}
	o.creating[name] = make(chan struct{})
	return true
}

// finish adds the keys that a create has left.
func (o *OpenKeys) finish(name string, created []OpenKey) {
	for _, key := range created {
		o.add(key)
	}
	o.mu.Lock()
	defer o.mu.Unlock()
	close(o.creating[name])
	delete(o.creating, name)
}

func (o *OpenKeys) add(key OpenKey) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.keys == nil {
		o.keys = map[string]OpenKey{}
	}
	o.keys[key.ID] = key
}

func (o *OpenKeys) remove(key OpenKey) {
	o.mu.Lock()
	defer o.mu.Unlock()
	delete(o.keys, key.ID)
}

// Revoke revokes a key, also if ctx was canceled. A key that no longer exists
// counts as revoked. A key that could not be revoked is left for
// [OpenKeys.RevokeAll]. The errors are those of [sendgrid.Client.DeleteAPIKey].
func (o *OpenKeys) Revoke(ctx context.Context, key OpenKey) error {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), key.Maker.options.Budget)
	defer cancel()
	o.add(key)
	if err := key.remove(ctx, key.Maker.client); err != nil {
		return err
	}
	o.remove(key)
	return nil
}

// RevokeAll revokes all keys in parallel, including those that are being created,
// and repeats failed attempts until ctx ends. No key is created after that. The
// error names the keys that may be left.
func (o *OpenKeys) RevokeAll(ctx context.Context) error {
	o.mu.Lock()
	o.ending = true
	open, creating := maps.Clone(o.keys), maps.Clone(o.creating)
	o.mu.Unlock()

	results := make(chan error)
	for _, key := range open {
		go func() { results <- o.revokeUntilDone(ctx, key) }()
	}
	for name, created := range creating {
		go func() { results <- o.revokeCreated(ctx, name, created) }()
	}
	var failures []error
	for range len(open) + len(creating) {
		failures = append(failures, <-results)
	}
	return errors.Join(failures...)
}

// revokeCreated revokes the keys with a name as soon as they are created.
func (o *OpenKeys) revokeCreated(ctx context.Context, name string, created <-chan struct{}) error {
	select {
	case <-created:
	case <-ctx.Done():
		return fmt.Errorf("ephemeral API key %q may have been created: %w", name, ctx.Err())
	}
	o.mu.Lock()
	open := slices.Collect(maps.Values(o.keys))
	o.mu.Unlock()
	var failures []error
	for _, key := range open {
		if key.Name == name {
			failures = append(failures, o.revokeUntilDone(ctx, key))
		}
	}
	return errors.Join(failures...)
}

// revokePause is the wait after the first failed attempt of RevokeAll, which may
// have only a second or two. It grows by as much with every attempt.
const revokePause = 100 * time.Millisecond

func (o *OpenKeys) revokeUntilDone(ctx context.Context, key OpenKey) error {
	// The retries of the client wait longer than the process may have.
	client := key.Maker.client.WithoutRetries()
	for pause := revokePause; ; pause += revokePause {
		err := key.remove(ctx, client)
		if err == nil {
			o.remove(key)
			return nil
		}
		var failure *sendgrid.Error
		final := errors.As(err, &failure) && !failure.Transient() && failure.Kind != sendgrid.KindCanceled
		if final || wait(ctx, pause) != nil {
			return fmt.Errorf("ephemeral API key %q (%s) is not revoked: %w", key.Name, key.ID, err)
		}
	}
}

// youth is how long SendGrid may report that a new key does not exist.
const youth = time.Minute

// remove deletes a key at SendGrid. While the key is new, "not found" may mean that
// SendGrid does not show it yet, so it asks once more.
func (k OpenKey) remove(ctx context.Context, client *sendgrid.Client) error {
	err := client.DeleteAPIKey(ctx, k.Account, k.ID)
	if sendgrid.IsKeyNotFound(err) && time.Since(k.CreatedAt) < youth {
		settle := k.Maker.options.Settle
		if deadline, ok := ctx.Deadline(); ok {
			// A process that exits has less time, and needs some for the request.
			settle = min(settle, time.Until(deadline)/2)
		}
		if err := wait(ctx, settle); err != nil {
			return err
		}
		err = client.DeleteAPIKey(ctx, k.Account, k.ID)
	}
	if sendgrid.IsKeyNotFound(err) {
		return nil
	}
	return err
}
