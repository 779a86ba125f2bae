package keys

import (
	"context"
	"strings"
	"sync"

	"github.com/terraform-sendgrid/terraform-provider-sendgrid/internal/sendgrid"
)

// UndeliveredMark ends the name of a key whose secret has not reached a secret
// store yet. It stands in SendGrid, because no state survives a killed run, and
// because nobody else can change the state of a resource later.
const UndeliveredMark = " (secret not delivered)"

// MarkedName returns a name with the mark.
func MarkedName(name string) string {
	unmarked, _ := UnmarkedName(name)
	return unmarked + UndeliveredMark
}

// UnmarkedName returns a name without the mark, and whether it had one.
func UnmarkedName(name string) (unmarked string, marked bool) {
	return strings.CutSuffix(name, UndeliveredMark)
}

// Deliveries hand the secrets of new keys to whatever stores them in the same
// process. A key is created with [MarkedName]. The mark is removed when every
// recipient of the secret has finished. Deliveries are safe for concurrent use.
type Deliveries struct {
	client *sendgrid.Client

	mu    sync.Mutex
	byKey map[string]*delivery
}

// delivery is the secret of one key, and who is using it.
type delivery struct {
	account, name, secret string

	mu sync.Mutex
	// recipients is how many have received the secret and not finished.
	recipients int
	// marked is whether the key has the mark.
	marked bool
}

// NewDeliveries returns Deliveries that rename keys with client.
func NewDeliveries(client *sendgrid.Client) *Deliveries {
	return &Deliveries{client: client, byKey: map[string]*delivery{}}
}

// Add adds a key that was created in an account with a marked name, and whose
// name is to be name once the secret is delivered.
func (d *Deliveries) Add(account, name string, key sendgrid.CreatedAPIKey) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.byKey[key.ID] = &delivery{account: account, name: name, secret: key.Secret, marked: true}
}

func (d *Deliveries) find(id string) *delivery {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.byKey[id]
}

// Receive returns the secret of a key, or "" if this process did not create the
// key. If an earlier delivery has removed the mark, it marks the key again. Its
// errors are those of [sendgrid.Client.RenameAPIKey].
func (d *Deliveries) Receive(ctx context.Context, id string) (secret string, err error) {
	key := d.find(id)
	if key == nil {
		return "", nil
	}
	key.mu.Lock()
	defer key.mu.Unlock()
	if !key.marked {
		if err := d.client.RenameAPIKey(ctx, key.account, id, MarkedName(key.name)); err != nil {
			return "", err
		}
		key.marked = true
	}
	key.recipients++
	return key.secret, nil
}

// Finish ends what Receive began, after the recipient has stored the secret. The
// last recipient removes the mark. Its errors are those of
// [sendgrid.Client.RenameAPIKey].
func (d *Deliveries) Finish(ctx context.Context, id string) error {
	key := d.find(id)
	if key == nil {
		return nil
	}
	key.mu.Lock()
	defer key.mu.Unlock()
	key.recipients--
	if key.recipients > 0 || !key.marked {
		return nil
	}
	if err := d.client.RenameAPIKey(ctx, key.account, id, key.name); err != nil {
		return err
	}
	key.marked = false
	return nil
}
