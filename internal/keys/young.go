package keys

import (
	"context"

	"github.com/terraform-sendgrid/terraform-provider-sendgrid/internal/sendgrid"
)

// GetYoung reads a key that was created so recently that SendGrid may not show it
// yet: while SendGrid reports that the key does not exist, it asks again a few
// times. Its errors are those of [sendgrid.Client.GetAPIKey].
func (m *Maker) GetYoung(ctx context.Context, account, id string) (key sendgrid.APIKey, err error) {
	err = m.untilShown(ctx, func() error {
		key, err = m.client.GetAPIKey(ctx, account, id)
		return err
	})
	return key, err
}

// DeleteYoung revokes such a key. Its errors are those of
// [sendgrid.Client.DeleteAPIKey].
func (m *Maker) DeleteYoung(ctx context.Context, account, id string) error {
	return m.untilShown(ctx, func() error { return m.client.DeleteAPIKey(ctx, account, id) })
}

// untilShown repeats a request for a young key while SendGrid does not show it.
func (m *Maker) untilShown(ctx context.Context, send func() error) error {
	const attempts = 5
	for attempt := 1; ; attempt++ {
		err := send()
		if !sendgrid.IsKeyNotFound(err) || attempt == attempts {
			return err
		}
		if waited := wait(ctx, m.options.Settle); waited != nil {
			return waited
		}
	}
}
