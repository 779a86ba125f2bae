package keys

import (
	"context"

	"github.com/terraform-sendgrid/terraform-provider-sendgrid/internal/scopes"
	"github.com/terraform-sendgrid/terraform-provider-sendgrid/internal/sendgrid"
)

// HeldScopes reports which scopes a credential holds in each account. It asks
// SendGrid once per process and account. It is safe for concurrent use.
type HeldScopes struct {
	client   *sendgrid.Client
	accounts perAccount[question[scopes.Set]]
}

// NewHeldScopes returns the scopes that the credential of client holds.
func NewHeldScopes(client *sendgrid.Client) *HeldScopes {
	return &HeldScopes{client: client}
}

// Get returns the scopes that the credential holds in account, including those
// that SendGrid assigned on its own: GET /v3/scopes. Its errors are those of
// [sendgrid.Client.ListScopes], or that of ctx.
func (h *HeldScopes) Get(ctx context.Context, account string) (scopes.Set, error) {
	return h.accounts.get(account).get(ctx, listScopes(h.client, account))
}

// GetBriefly is Get with a single attempt of a few seconds per process. A failure
// is final.
func (h *HeldScopes) GetBriefly(ctx context.Context, account string) (scopes.Set, error) {
	return h.accounts.get(account).getBriefly(ctx, listScopes(h.client.WithoutRetries(), account))
}

func listScopes(client *sendgrid.Client, account string) func(context.Context) (scopes.Set, error) {
	return func(ctx context.Context) (scopes.Set, error) {
		names, err := client.ListScopes(ctx, account)
		return scopes.NewSet(names...), err
	}
}
