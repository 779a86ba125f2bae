package emulator

import (
	"fmt"
	"net/http"
	"slices"

	"github.com/terraform-sendgrid/terraform-provider-sendgrid/internal/scopes"
)

// defaultGrant returns the scopes of a key that is created without scopes: nil,
// which is Full Access, or all scopes of a caller that has less than that. That
// SendGrid does not reject such a caller is assumed.
func (b *backend) defaultGrant(c caller) []string {
	if c.fullAccess {
		return nil
	}
	return inListOrder(c.scopes.Minus(scopes.Default().Billing))
}

// vet returns a response that rejects the scopes that the caller requests for a
// key, or nil. One bad scope fails the whole request, and a scope that does not
// exist is rejected like one that the caller does not hold.
func (b *backend) vet(c caller, requested []string) *Response {
	var (
		catalog  = scopes.Default()
		auto     = scopes.NewSet(b.cfg.autoAssigned()...)
		held     = c.scopes.Union(auto)
		rejected []string
	)
	for _, name := range requested {
		missing := catalog.AutoAssigned.Has(name) && !held.Has(name)
		if missing || slices.Contains(b.cfg.Unavailable, name) {
			resp := errorResponse(http.StatusInternalServerError, "", "internal server error")
			return &resp
		}
		if !held.Has(name) {
			rejected = append(rejected, name)
		}
	}
	if rejected != nil {
		resp := errorResponse(b.cfg.RejectedScopesStatus, "", fmt.Sprintf("unauthorized scopes: %v", rejected))
		return &resp
	}
	billing := scopes.NewSet(requested...).Intersect(catalog.Billing)
	others := scopes.NewSet(requested...).Minus(catalog.Billing).Minus(catalog.AutoAssigned).Minus(auto)
	if len(billing) > 0 && len(others) > 0 && !b.cfg.MixedBilling {
		resp := errorResponse(http.StatusBadRequest, "scopes", "billing permissions are mutually exclusive from all others")
		return &resp
	}
	return nil
}
