package keys

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/terraform-sendgrid/terraform-provider-sendgrid/internal/sendgrid"
)

// search looks for a key that a request may have created before its response was
// lost.
func (m *Maker) search(ctx context.Context, in *account, name, keyName string, cause *sendgrid.Error) *LostResponse {
	lost := &LostResponse{Cause: cause, At: time.Now()}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), m.options.Budget)
	defer cancel()
	lost.Found, lost.Lookup = m.find(ctx, in, name, keyName)
	if lost.Lookup == nil && len(lost.Found) == 0 {
		// SendGrid may list the key a moment later.
		if lost.Lookup = Wait(ctx, m.options.Settle); lost.Lookup == nil {
			lost.Found, lost.Lookup = m.find(ctx, in, name, keyName)
		}
	}
	return lost
}

// findStrays looks for further keys with the name of a key that was created. The
// secret of that key still has to be saved, so Ctrl-C ends the search at once.
func (m *Maker) findStrays(ctx context.Context, in *account, name, keyName string) ([]string, error) {
	ctx, cancel := context.WithTimeout(ctx, m.options.Budget)
	defer cancel()
	// SendGrid may not list the other key yet.
	if err := Wait(ctx, m.options.Settle); err != nil {
		return nil, err
	}
	return m.find(ctx, in, name, keyName)
}

// find returns the sorted ids of keys with a name that did not exist before.
func (m *Maker) find(ctx context.Context, in *account, name, keyName string) ([]string, error) {
	var found []string
	err := m.persist(ctx, func(ctx context.Context) error {
		found = nil
		listed, err := m.client.ListAPIKeys(ctx, name)
		for _, key := range listed {
			if key.Name == keyName && !in.knows(key.ID) {
				found = append(found, key.ID)
			}
		}
		slices.Sort(found)
		return err
	})
	return found, err
}

// persist repeats ask until SendGrid gives a final response or ctx ends. The
// retries of the client are not enough here: the user may have turned them off,
// and a request that hangs must not take the whole budget.
func (m *Maker) persist(ctx context.Context, ask func(context.Context) error) error {
	for {
		attempt, cancel := context.WithTimeout(ctx, m.options.Budget/6)
		err := ask(attempt)
		hung := attempt.Err() != nil && ctx.Err() == nil
		cancel()
		var failure *sendgrid.Error
		transient := hung || errors.As(err, &failure) && failure.Transient()
		if err == nil || !transient || Wait(ctx, m.options.Settle) != nil {
			return err
		}
	}
}

// Wait waits for d, or until ctx ends, which is its only error.
func Wait(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return fmt.Errorf("waiting for SendGrid: %w", ctx.Err())
	case <-timer.C:
		return nil
	}
}

// GetYoung reads a key that was created so recently that SendGrid may not show it
// yet: while SendGrid reports that the key does not exist, it asks again a few
// times. Its errors are those of [sendgrid.Client.GetAPIKey].
func (m *Maker) GetYoung(ctx context.Context, account, id string) (sendgrid.APIKey, error) {
	const attempts = 5
	for attempt := 1; ; attempt++ {
		key, err := m.client.GetAPIKey(ctx, account, id)
		if !sendgrid.IsKeyNotFound(err) || attempt == attempts {
			return key, err
		}
		if err := Wait(ctx, m.options.Settle); err != nil {
			return key, err
		}
	}
}
