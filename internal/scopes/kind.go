package scopes

// Kind distinguishes the two kinds of API keys, which exclude each other: "An
// API Key can either have billing permissions or any other set of permissions
// but not both" (SendGrid documentation, "API Key Permissions").
type Kind int

const (
	// KindGeneral is a key without billing scopes. A Full Access key is one.
	KindGeneral Kind = iota
	// KindBilling is a key with billing scopes and no others.
	KindBilling
	// KindMixed is billing scopes together with others. SendGrid does not create
	// such keys, but it may add scopes of one kind to a key of the other.
	KindMixed
)

// KindOf returns the kind of a key with the given scopes. Ignored scopes do not
// affect it.
func (p Policy) KindOf(s Set) Kind {
	effective := p.Effective(s)
	billing := effective.Intersect(Default().Billing)
	switch {
	case len(billing) == 0:
		return KindGeneral
	case len(billing) == len(effective):
		return KindBilling
	default:
		return KindMixed
	}
}

// ChangesKind reports whether a key with the scopes from has to become a key of the
// other kind to have the scopes to. If from is mixed, the kind of the key is not
// known, and the key is not replaced on suspicion.
func (p Policy) ChangesKind(from, to Set) bool {
	was := p.KindOf(from)
	return was != KindMixed && was != p.KindOf(to)
}

// NotGrantable returns the known scopes among the requested ones that a credential
// cannot grant because it does not hold them. Billing scopes are among them only
// if the credential holds others of that kind: a key that manages keys holds none,
// so their absence says nothing about what SendGrid lets it grant.
func NotGrantable(requested, held Set) Set {
	missing := requested.Intersect(Default().Known).Minus(held)
	if billing := Default().Billing; len(billing.Intersect(held)) == 0 {
		return missing.Minus(billing)
	}
	return missing
}
