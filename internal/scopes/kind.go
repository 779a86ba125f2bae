package scopes

// Kind tells the two sorts of API keys apart that exclude each other: "An API
// Key can either have billing permissions or any other set of permissions but
// not both" (SendGrid, API Key Permissions).
type Kind int

const (
	// General keys hold no billing scope. Full Access keys are general.
	General Kind = iota
	// Billing keys hold billing scopes and nothing else.
	Billing
	// Mixed is what SendGrid does not make: billing beside any other scope.
	Mixed
)

// KindOf returns the kind of a key with the scopes of s that count.
func (p Policy) KindOf(s Set) Kind {
	effective := p.Effective(s)
	billing := effective.Intersect(Default().Billing)
	switch {
	case len(billing) == 0:
		return General
	case len(billing) == len(effective):
		return Billing
	default:
		return Mixed
	}
}
