// Package keys creates, finds and revokes API keys so that none is lost. It
// knows nothing of Terraform.
//
// SendGrid returns the secret of a key once, in the response to the request
// that creates it. If that response is lost, a live key may exist that nobody
// knows of. A [Maker] therefore lists the keys of an account before it creates
// the first one, and looks for new keys after a lost response.
package keys

import (
	"context"
	"errors"
	"time"

	"github.com/terraform-sendgrid/terraform-provider-sendgrid/internal/scopes"
	"github.com/terraform-sendgrid/terraform-provider-sendgrid/internal/sendgrid"
)

// Maker creates the keys of one provider configuration. It is safe for
// concurrent use.
type Maker struct {
	client   *sendgrid.Client
	options  Options
	accounts perAccount[account]
}

// Options configure a [Maker].
type Options struct {
	// Policy decides whether a key that was found has the requested scopes.
	Policy scopes.Policy
	// Retries is how often a create is repeated that is known to have had no effect.
	Retries int
	Timing
}

// Timing is how long to wait for SendGrid where a key could be lost.
type Timing struct {
	// Settle is how long SendGrid may take to show a new key.
	Settle time.Duration
	// Budget bounds the search for a key after a lost response, and the revocation
	// of an ephemeral key. Neither max_retries nor Ctrl-C shortens it, because
	// giving up leaves a live key.
	Budget time.Duration
}

// DefaultTiming returns waits that are longer than SendGrid was ever observed to
// take.
func DefaultTiming() Timing {
	return Timing{Settle: 2 * time.Second, Budget: time.Minute}
}

// NewMaker returns a Maker that sends its requests with client.
func NewMaker(client *sendgrid.Client, o Options) *Maker {
	return &Maker{client: client, options: o}
}

// Created is a key that was created.
type Created struct {
	sendgrid.CreatedAPIKey
	// Strays are the ids of further keys with the same name that appeared
	// meanwhile: an earlier attempt may have taken effect late.
	Strays []string
	// Lookup is why the search for strays failed, nil if it did not.
	Lookup error
}

// Create creates a key in an account: POST /v3/api_keys. It lists the keys of
// the account first, once per Maker.
//
// Its errors are [*UnlistedError], [*LostResponse], those of
// [sendgrid.Client.CreateAPIKey], and that of ctx. With a LostResponse that is
// Adopted, the returned key has its id and no secret.
func (m *Maker) Create(ctx context.Context, accountName string, request sendgrid.CreateAPIKeyRequest) (Created, error) {
	in := m.accounts.of(accountName)
	if err := m.list(ctx, in, accountName); err != nil {
		return Created{}, &UnlistedError{err}
	}
	unlock, err := in.lockName(ctx, request.Name)
	if err != nil {
		return Created{}, err
	}
	defer unlock()
	for attempt := 0; ; attempt++ {
		created, err := m.client.CreateAPIKey(ctx, accountName, request)
		var failure *sendgrid.Error
		switch {
		case err == nil:
			in.learn(created.ID)
			result := Created{CreatedAPIKey: created}
			if attempt > 0 {
				result.Strays, result.Lookup = m.findStrays(ctx, in, accountName, request.Name)
			}
			return result, nil
		case !errors.As(err, &failure), !failure.Ambiguous() && attempt == 0:
			return Created{}, err
		}
		// A rejected repetition is searched for too: the lost request before it may
		// have taken effect late, and may even be the reason for the rejection.
		lost := m.search(ctx, in, accountName, request, failure)
		switch {
		case lost.Adopted:
			in.learn(lost.Found[0])
			return Created{CreatedAPIKey: sendgrid.CreatedAPIKey{APIKey: sendgrid.APIKey{ID: lost.Found[0], Name: request.Name}}}, lost
		case lost.Lookup != nil, len(lost.Found) > 0, ctx.Err() != nil, attempt == m.options.Retries, !createdNothing(failure):
			return Created{}, lost
		}
	}
}

// list learns the keys that exist in an account before the first create.
func (m *Maker) list(ctx context.Context, in *account, name string) error {
	_, err := in.listed.get(ctx, func() (struct{}, error) {
		existing, err := m.client.ListAPIKeys(ctx, name)
		for _, key := range existing {
			in.learn(key.ID)
		}
		return struct{}{}, err
	})
	return err
}
