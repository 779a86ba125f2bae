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
	// Retries is how often to repeat a create that had no effect.
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
	// Repeated reports that the response to an earlier request was lost.
	Repeated bool
	// Strays are the ids of further keys with the same name that appeared
	// meanwhile: an earlier request may have taken effect late.
	Strays []string
	// Lookup is why the search for strays failed, nil if it did not.
	Lookup error
}

// Create creates a key in an account: POST /v3/api_keys. It lists the keys of
// the account first, once per Maker.
//
// Its errors are [*UnlistedError], [*LostResponse], those of
// [sendgrid.Client.CreateAPIKey], and that of ctx.
func (m *Maker) Create(ctx context.Context, accountName string, request sendgrid.CreateAPIKeyRequest) (Created, error) {
	if _, err := m.List(ctx, accountName); err != nil {
		return Created{}, &UnlistedError{err}
	}
	in := m.accounts.get(accountName)
	unlock, err := in.lockName(ctx, request.Name)
	if err != nil {
		return Created{}, err
	}
	defer unlock()
	// A new key cannot have the id of one that existed before.
	request.Exists = in.knows
	for attempt := 0; ; attempt++ {
		created, err := m.client.CreateAPIKey(ctx, accountName, request)
		var failure *sendgrid.Error
		switch {
		case err == nil:
			in.learn(created.ID)
			result := Created{CreatedAPIKey: created, Repeated: attempt > 0}
			if result.Repeated {
				result.Strays, result.Lookup = m.findStrays(ctx, in, accountName, request.Name)
			}
			return result, nil
		case !errors.As(err, &failure), !failure.Ambiguous() && attempt == 0:
			return Created{}, err
		}
		// A rejected repetition is searched for too: the lost request before it may
		// have taken effect late, and may even be the reason for the rejection.
		lost := m.search(ctx, in, accountName, request.Name, failure)
		lost.Repeated = attempt > 0
		if lost.Lookup != nil || len(lost.Found) > 0 || ctx.Err() != nil || attempt == m.options.Retries || !repeatable(failure) {
			return Created{}, lost
		}
	}
}

// List returns the keys that existed in an account before this Maker created its
// first one there. It asks SendGrid once. Its errors are those of
// [sendgrid.Client.ListAPIKeys], and that of ctx.
func (m *Maker) List(ctx context.Context, accountName string) ([]sendgrid.APIKey, error) {
	in := m.accounts.get(accountName)
	return in.listed.get(ctx, in.list(m.client, accountName))
}

// ListBriefly is List with a single attempt of a few seconds per process. A failure
// is final.
func (m *Maker) ListBriefly(ctx context.Context, accountName string) ([]sendgrid.APIKey, error) {
	in := m.accounts.get(accountName)
	return in.listed.getBriefly(ctx, in.list(m.client.WithoutRetries(), accountName))
}
