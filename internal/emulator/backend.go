package emulator

import (
	"slices"
	"sync"
	"time"

	"github.com/terraform-sendgrid/terraform-provider-sendgrid/internal/scopes"
)

// backend is what lies behind the gateway: the keys of an account and its
// subusers, and the rules that apply to them. Callers of its methods hold mu.
type backend struct {
	url string // Where the API is served, without /v3.

	mu         sync.Mutex
	cfg        Config
	store      store
	credential *entry
}

// newBackend returns a backend with one key, the credential.
func newBackend(cfg Config, url string) *backend {
	b := &backend{url: url, cfg: cfg}
	b.credential = b.store.add(Key{
		ID:      idOf(cfg.Credential),
		Name:    "Credential",
		Account: Parent,
		Scopes:  slices.Clone(cfg.CredentialScopes),
		Secret:  cfg.Credential,
		Created: cfg.Now(),
	}, time.Time{})
	b.credential.hidden = !cfg.ListCredential
	return b
}

// scopesOf returns the scopes of a key without those that SendGrid adds.
func (b *backend) scopesOf(k Key) scopes.Set {
	names := k.Scopes
	if k.FullAccess {
		names = b.cfg.FullAccess
	}
	return scopes.NewSet(names...).Minus(scopes.NewSet(b.cfg.Unavailable...))
}
