package emulator

import (
	"net"
	"net/http"
	"slices"
	"time"

	"github.com/terraform-sendgrid/terraform-provider-sendgrid/internal/scopes"
)

// Parent is the name of the account that the credential belongs to. Every other
// account is a subuser, named by its value of the on-behalf-of header.
const Parent = ""

// Config describes the emulated account. The zero value is a paid account
// without subusers whose credential holds every known scope.
//
// Where SendGrid's response is not on record, the field says that it is
// assumed. The defaults never hide a mistake of the client.
type Config struct {
	// Addr is the loopback address to listen on. Default "127.0.0.1:0".
	Addr string
	// TLS serves HTTPS with a self-signed certificate, Server.Certificate, for
	// the address and for TLSName.
	TLS bool
	// Listener replaces Addr and TLS, for example by a Network.
	Listener net.Listener

	// Credential is the parent account's credential. Default Credential.
	Credential string
	// CredentialScopes are the scopes that the credential holds and can grant,
	// in addition to the auto-assigned ones. Nil means those of an account's
	// owner: every known scope, including billing.
	CredentialScopes []string
	// ListCredential makes the credential one of the parent's API keys: it is
	// listed, counts toward AccountLimit, and can be read, changed and deleted
	// by its id, the middle part of the secret.
	ListCredential bool

	// AutoAssigned are the scopes that SendGrid adds to every key on its own:
	// GET returns them, the response to POST does not. Nil means
	// sender_verification_eligible and 2fa_required, an empty slice means none.
	AutoAssigned []string
	// Unavailable are scopes that the account lacks. No key holds them, not even
	// by auto-assignment. A request for one fails with an internal server error,
	// whatever RejectedScopesStatus is. So does a request for a scope that the
	// catalog calls auto-assigned and AutoAssigned does not contain.
	Unavailable []string
	// ExtraScopes are scopes that the credential holds and the catalog lacks.
	ExtraScopes []string
	// FullAccess are the scopes of a key that was created without scopes. Nil
	// means the credential's scopes without billing.
	FullAccess []string

	// Subusers are the accepted values of the on-behalf-of header, verbatim: a
	// username or "account-id 42".
	Subusers []string
	// UnknownSubuserStatus is the status of the response "access forbidden" to
	// any other value. Default 403. Neither is on record.
	UnknownSubuserStatus int

	// AccountLimit is the maximum number of keys of an account. 0 means
	// SendGrid's 100, a negative number means no limit. It is assumed that every
	// subuser has a limit of its own.
	AccountLimit int
	// NameRules are the rules for names. None is on record.
	NameRules NameRules
	// RejectedScopesStatus is the status of the response "unauthorized scopes:
	// [a b]". The message is on record, its status is not. Default 400.
	RejectedScopesStatus int
	// EmptyScopesMeansFullAccess treats "scopes":[] and "scopes":null like no
	// scopes at all, so that a client that sends them creates a Full Access key.
	// The default rejects both with 400. Neither response is on record.
	EmptyScopesMeansFullAccess bool
	// WrappedKey returns a key from GET /v3/api_keys/{id} in a list named result,
	// as SendGrid's OpenAPI files document. All recorded responses are the key
	// itself.
	WrappedKey bool
	// MixedBilling accepts billing scopes together with others. The default, 400,
	// is assumed: SendGrid only documents that the two exclude each other.
	MixedBilling bool
	// PutWithoutScopes accepts a PUT without scopes, which then keeps them. The
	// default rejects it with 400. Neither response is on record.
	PutWithoutScopes bool
	// PutEmptyScopes accepts a PUT with "scopes":[] or "scopes":null, after which
	// the key holds only what SendGrid adds. The default rejects it with 400.
	// Neither response is on record.
	PutEmptyScopes bool
	// SelfForbidden are the methods with which a key cannot access itself by its
	// id: the response is 403. The default, none, is assumed.
	SelfForbidden []string
	// RevokedMessage is the message of the response, 401, to a deleted key.
	// Default "authorization required", as for a key that never existed. Another
	// message is on record for other endpoints.
	RevokedMessage string
	// IgnoreInvalidLimit treats a limit that is 0, negative or not a number like
	// none, and such an offset like 0. The default rejects them with 400. Neither
	// response is on record.
	IgnoreInvalidLimit bool
	// IgnoreOffset lists from the first key, whatever the offset. The default,
	// that an offset works, is assumed.
	IgnoreOffset bool

	// RateLimits apply in order: a request counts toward the first that matches.
	RateLimits []RateLimit
	// Latency delays every response. The request takes effect before the delay,
	// so a client that stops waiting does not undo it.
	Latency time.Duration
	Lag     Lag
	// IdleTimeout is how long an idle connection stays open. 0 means forever.
	// SendGrid's is not on record.
	IdleTimeout time.Duration

	// Now is the clock for lag, rate limits and creation times. Default time.Now.
	Now func() time.Time
	// Log, if set, is called after every request, concurrently for concurrent
	// requests.
	Log func(Request)
	// OnRequest, if set, is called with every request before anything handles it,
	// and OnResponse with every response of the account and of its rate limits
	// before anything changes or drops it. A response that a fault makes up is
	// none of these. Concurrent requests call both concurrently.
	OnRequest  func(*http.Request)
	OnResponse func(*http.Request, Response)
}

// Lag is how long it takes until reads see a change that a request has made:
// GET of a key, the list, and the check of a key used as a credential. Requests
// that write see it at once. Changes made by AddKey, EditKey and DeleteKey do
// not lag.
type Lag struct {
	Create time.Duration
	Update time.Duration
	Delete time.Duration
}

// withDefaults returns cfg with its defaults filled in.
func (cfg Config) withDefaults() Config {
	if cfg.Addr == "" {
		cfg.Addr = "127.0.0.1:0"
	}
	if cfg.Credential == "" {
		cfg.Credential = Credential
	}
	if cfg.CredentialScopes == nil {
		catalog := scopes.Default()
		cfg.CredentialScopes = catalog.Known.Minus(catalog.AutoAssigned)
	}
	cfg.CredentialScopes = slices.Concat(cfg.CredentialScopes, cfg.ExtraScopes)
	if cfg.AutoAssigned == nil {
		cfg.AutoAssigned = []string{"sender_verification_eligible", "2fa_required"}
	}
	if cfg.FullAccess == nil {
		cfg.FullAccess = scopes.NewSet(cfg.CredentialScopes...).Minus(scopes.Default().Billing)
	}
	if cfg.AccountLimit == 0 {
		cfg.AccountLimit = 100
	}
	if cfg.RejectedScopesStatus == 0 {
		cfg.RejectedScopesStatus = http.StatusBadRequest
	}
	if cfg.UnknownSubuserStatus == 0 {
		cfg.UnknownSubuserStatus = http.StatusForbidden
	}
	if cfg.RevokedMessage == "" {
		cfg.RevokedMessage = "authorization required"
	}
	if cfg.Now == nil {
		cfg.Now = time.Now
	}
	if cfg.OnRequest == nil {
		cfg.OnRequest = func(*http.Request) {}
	}
	if cfg.OnResponse == nil {
		cfg.OnResponse = func(*http.Request, Response) {}
	}
	return cfg
}

// hasAccount reports whether an account of this name exists.
func (cfg Config) hasAccount(name string) bool {
	return name == Parent || slices.Contains(cfg.Subusers, name)
}

// autoAssigned returns the scopes that SendGrid adds, in order.
func (cfg Config) autoAssigned() []string {
	return slices.DeleteFunc(slices.Clone(cfg.AutoAssigned), func(name string) bool {
		return slices.Contains(cfg.Unavailable, name)
	})
}
