package emulator

import (
	"net/http"
	"slices"
	"strings"

	"github.com/terraform-sendgrid/terraform-provider-sendgrid/internal/scopes"
)

// onBehalfOf is the header that names the subuser a request is about.
const onBehalfOf = "On-Behalf-Of"

// caller is the sender of a request.
type caller struct {
	// id is that of the key that the caller uses as its credential.
	id string
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
		return reject(http.StatusUnauthorized, b.unauthorizedMessage(secret))
	}
	if account := r.Header.Get(onBehalfOf); account != "" {
		// It is assumed that a subuser's key is rejected with any value.
		if c.account != Parent || !b.cfg.hasAccount(account) {
			return reject(b.cfg.UnknownSubuserStatus, "access forbidden")
		}
		c.account = account
	}
	self := r.PathValue("id") == c.id && slices.Contains(b.cfg.SelfForbidden, r.Method)
	if self || scope != "" && !c.scopes.Has(scope) {
		return reject(http.StatusForbidden, "access forbidden")
	}
	return c, nil
}

func reject(status int, message string) (caller, *Response) {
	rejection := errorResponse(status, "", message)
	return caller{}, &rejection
}

// unauthorizedMessage returns why a secret is no credential.
func (b *backend) unauthorizedMessage(secret string) string {
	if b.store.revoked(secret) {
		return b.cfg.RevokedMessage
	}
	return "authorization required"
}

// authenticate returns the caller with the secret. Every key is a credential
// for the account that it is in.
func (b *backend) authenticate(secret string) (caller, bool) {
	e, k := b.store.bySecret(secret, b.cfg.Now())
	if e == nil {
		return caller{}, false
	}
	return caller{
		id:         k.ID,
		account:    k.Account,
		scopes:     b.scopesOf(k),
		fullAccess: k.FullAccess || e == b.credential,
	}, true
}
