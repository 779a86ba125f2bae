package keys

import (
	"context"
	"errors"
	"slices"
	"time"

	"github.com/terraform-sendgrid/terraform-provider-sendgrid/internal/sendgrid"
)

// search looks for a key that a request may have created before its response was
// lost.
func (m *Maker) search(ctx context.Context, in *account, accountName, name string, cause *sendgrid.Error) *LostResponse {
	lost := &LostResponse{Cause: cause, At: time.Now()}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), m.options.Budget)
	defer cancel()
	// SendGrid may list the key a moment later. That holds also if another key was
	// found, which somebody else may have created.
	for look := range 2 {
		if look > 0 {
			if lost.Lookup = wait(ctx, m.options.Settle); lost.Lookup != nil {
				break
			}
		}
		found, err := m.find(ctx, in, accountName, name)
		if lost.Lookup = err; err != nil {
			break
		}
		lost.Found = found
	}
	return lost
}

// findStrays looks for further keys with the name of a key that was created. The
// secret of that key still has to be saved, so Ctrl-C ends the search at once.
func (m *Maker) findStrays(ctx context.Context, in *account, accountName, name string) ([]string, error) {
	ctx, cancel := context.WithTimeout(ctx, m.options.Budget)
	defer cancel()
	// SendGrid may not list the other key yet.
	if err := wait(ctx, m.options.Settle); err != nil {
		return nil, err
	}
	return m.find(ctx, in, accountName, name)
}

// find returns the sorted ids of keys with a name that did not exist before.
func (m *Maker) find(ctx context.Context, in *account, accountName, name string) ([]string, error) {
	var found []string
	err := m.persist(ctx, func(ctx context.Context) error {
		found = nil
		listed, err := m.client.ListAPIKeys(ctx, accountName)
		for _, key := range listed {
			if key.Name == name && !in.knows(key.ID) {
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
		if err == nil || !transient || wait(ctx, m.options.Settle) != nil {
			return err
		}
	}
}
