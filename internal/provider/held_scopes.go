package provider

import (
	"context"
	"sync"

	"github.com/hashicorp/terraform-plugin-log/tflog"

	"github.com/terraform-sendgrid/terraform-provider-sendgrid/internal/scopes"
	"github.com/terraform-sendgrid/terraform-provider-sendgrid/internal/sendgrid"
)

// heldScopes remembers what the provider's credential holds in each account, so
// that SendGrid is asked once a provider process however many keys there are.
type heldScopes struct {
	client *sendgrid.Client

	mu       sync.Mutex
	accounts map[string]*shared[scopes.Set]
}

func newHeldScopes(client *sendgrid.Client) *heldScopes {
	return &heldScopes{client: client, accounts: map[string]*shared[scopes.Set]{}}
}

// in returns the scopes that the credential holds in account. The first to ask
// sends the request, all others wait for its answer; a failure is an answer,
// too.
func (h *heldScopes) in(ctx context.Context, account string) (scopes.Set, error) {
	h.mu.Lock()
	held := h.accounts[account]
	if held == nil {
		held = &shared[scopes.Set]{}
		h.accounts[account] = held
	}
	h.mu.Unlock()
	return held.get(ctx, func() (scopes.Set, error) {
		names, err := h.client.ListScopes(ctx, account)
		if err != nil {
			tflog.Warn(ctx, "Cannot tell which scopes the credential holds", map[string]any{"error": err.Error()})
		}
		return scopes.NewSet(names...), err
	})
}
