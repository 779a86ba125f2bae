package emulator

import (
	"net/http"
	"strings"

	"github.com/terraform-sendgrid/terraform-provider-sendgrid/internal/scopes"
)

// onBehalfOf is the header that names the subuser a request is about.
const onBehalfOf = "On-Behalf-Of"

// caller is the sender of a request.
type caller struct {
	// account is the account that the request is about.
	account string
	// scopes are the scopes that the caller holds and can grant, without those
	// that SendGrid adds.
	scopes scopes.Set
	// fullAccess reports whether a key that the caller creates without scopes
	// has Full Access.
	fullAccess bool
}

// admit returns the sender of a request to an endpoint that requires the scope,
// or a response that rejects the request. An empty scope requires none.
func (b *backend) admit(r *http.Request, scope string) (caller, *Response) {
	secret, bearer := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer ")
	c, known := b.authenticate(secret)
	if !bearer || !known {
		rejection := errorResponse(http.StatusUnauthorized, "", "authorization required")
		return caller{}, &rejection
	}
	forbidden := errorResponse(http.StatusForbidden, "", "access forbidden")
	if account := r.Header.Get(onBehalfOf); account != "" {
		// It is assumed that a subuser's key is rejected with any value.
		if c.account != Parent || !b.cfg.hasAccount(account) {
			return caller{}, &forbidden
		}
		c.account = account
	}
	if scope != "" && !c.scopes.Has(scope) {
		return caller{}, &forbidden
	}
	return c, nil
}

// authenticate returns the caller with the secret. Every key is a credential
// for the account that it is in.
func (b *backend) authenticate(secret string) (caller, bool) {
	e, k := b.store.bySecret(secret, b.cfg.Now())
	if e == nil {
		return caller{}, false
	}
	return caller{
		account:    k.Account,
		scopes:     b.scopesOf(k),
		fullAccess: k.FullAccess || e == b.credential,
	}, true
}
