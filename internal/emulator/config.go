package emulator

import (
	"net"
	"net/http"
	"slices"
	"time"

	"github.com/terraform-sendgrid/terraform-provider-sendgrid/internal/scopes"
)

// Parent is the account the credential belongs to; every other account is a
// subuser's and is named as the on-behalf-of header names it.
const Parent = ""

// Config says what the emulated account is like. The zero value is a paid
// account without subusers whose credential holds every scope there is.
//
// Where SendGrid's answer is not on record, the field says that the answer is
// assumed. The defaults are the ones that cannot hide a client's mistake.
type Config struct {
	// Addr is where to listen, on loopback only. Default "127.0.0.1:0".
	Addr string
	// TLS serves https with a certificate of its own, for its address and for
	// TLSName: see Server.Certificate.
	TLS bool
	// Listener takes the place of Addr and TLS, for a network in memory.
	Listener net.Listener

	// Credential is the parent account's credential. Default Credential.
	Credential string
	// CredentialScopes is what the credential may do and grant. Nil is what an
	// account's owner holds: every known scope, billing included. The
	// auto-assigned scopes come on top.
	CredentialScopes []string
	// ListCredential makes the credential one of the parent's API keys: listed,
	// counted, to be read, changed and deleted by its id, the middle part.
	ListCredential bool

	// AutoAssigned are the scopes SendGrid adds to every key on its own, shown
	// by GET and not by the reply to POST. Nil is sender_verification_eligible
	// and 2fa_required, an empty slice none.
	AutoAssigned []string
	// Unavailable are scopes the account lacks: no key has them, not even by
	// auto-assignment, and to ask for one makes SendGrid fail with an internal
	// server error, whatever RefusedStatus says. So does an auto-assigned scope
	// of the catalogue that is not among AutoAssigned.
	Unavailable []string
	// ExtraScopes are scopes the catalogue has never heard of, and which the
	// credential holds nevertheless.
	ExtraScopes []string
	// FullAccess is what a key made without scopes reads back with. Nil is the
	// credential's scopes without billing.
	FullAccess []string

	// Subusers are the values the on-behalf-of header may have, verbatim: a
	// username or "account-id 42". Any other is refused with 403 access
	// forbidden; that answer is assumed.
	Subusers []string
	// Accounts says how single accounts differ from what is said here. Its
	// names count as subusers, too.
	Accounts map[string]Account

	// AccountLimit is how many keys an account may have. 0 is SendGrid's 100,
	// negative is no limit. That every subuser has a limit of its own is assumed.
	AccountLimit int
	// RefusedStatus goes with "unauthorized scopes: [a b]". The message is on
	// record and its status is not. Default 400.
	RefusedStatus int
	// EmptyScopesMeansFullAccess takes "scopes":[] and null for no scopes at
	// all, so that a client which sends them makes a Full Access key. The
	// default is to refuse both with 400. Neither is on record.
	EmptyScopesMeansFullAccess bool
	// MixedBilling accepts billing scopes beside others. The default, 400, is
	// assumed: SendGrid documents only that the two exclude each other.
	MixedBilling bool

	// RateLimits are tried in order; the first that matches a request counts it.
	RateLimits []RateLimit
	// Latency delays every answer. The request has taken effect by then: a
	// client that stops waiting does not undo it.
	Latency time.Duration
	Lag     Lag

	// Now is the clock of lag, rate limits and creation times. Default time.Now.
	Now func() time.Time
	// Log, if set, is called with every request once it is over, and with
	// several at the same time.
	Log func(Request)
}

// Account is how one account differs from the rest of a Config. A nil slice is
// no difference.
type Account struct {
	AutoAssigned []string
	Unavailable  []string
	FullAccess   []string
}

// RateLimit lets Requests through in every Window. Windows begin at multiples
// of their length, as SendGrid's do, not with the first request. Method and
// Path select requests as they do in Fault. All those requests count together,
// whoever sends them and on whose behalf; that is assumed.
type RateLimit struct {
	Method   string
	Path     string
	Requests int
	// Window defaults to a minute, the only one on record.
	Window time.Duration
}

// Lag is for how long whatever reads (GET, the list, and the check of a key
// used as credential) goes on seeing the world as it was before a request
// changed it. Requests that write see it as it is. Changes made by hand, with
// AddKey and the like, are seen at once.
type Lag struct {
	Create time.Duration
	Update time.Duration
	Delete time.Duration
}

// withDefaults fills in what cfg leaves out. What depends on the account, and
// may change while the emulator runs, is filled in by Config.account.
func (cfg Config) withDefaults() Config {
	if cfg.Addr == "" {
		cfg.Addr = "127.0.0.1:0"
	}
	if cfg.Credential == "" {
		cfg.Credential = Credential
	}
	if cfg.CredentialScopes == nil {
		all := scopes.Default()
		cfg.CredentialScopes = all.Known.Minus(all.AutoAssigned)
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
	if cfg.RefusedStatus == 0 {
		cfg.RefusedStatus = http.StatusBadRequest
	}
	if cfg.Now == nil {
		cfg.Now = time.Now
	}
	return cfg
}

// knows reports whether name is an account the credential may act for.
func (cfg Config) knows(name string) bool {
	_, listed := cfg.Accounts[name]
	return name == Parent || listed || slices.Contains(cfg.Subusers, name)
}

// account returns how the named account is, differences and all.
func (cfg Config) account(name string) Account {
	a := cfg.Accounts[name]
	if a.AutoAssigned == nil {
		a.AutoAssigned = cfg.AutoAssigned
	}
	if a.Unavailable == nil {
		a.Unavailable = cfg.Unavailable
	}
	if a.FullAccess == nil {
		a.FullAccess = cfg.FullAccess
	}
	a.AutoAssigned = slices.DeleteFunc(slices.Clone(a.AutoAssigned), func(name string) bool {
		return slices.Contains(a.Unavailable, name)
	})
	return a
}
