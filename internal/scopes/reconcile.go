package scopes

// Policy decides when two sets of scopes mean the same key. SendGrid reads back
// more than was written: scopes that it assigns on its own, which differ from
// account to account and grow over time. They make no difference, and are never
// asked for: SendGrid answers 500 where the account lacks one, and adds them
// anyway.
//
// The three sets that a resource knows come together in two steps, both pure:
// [Policy.Read] turns what SendGrid answered into state, and a plan keeps that
// state where [Policy.Equivalent] finds that the configuration means the same.
type Policy struct {
	ignored Set
}

// NewPolicy returns the policy that ignores the auto-assigned scopes of the
// catalogue and the given ones.
func NewPolicy(ignored ...string) Policy {
	return Policy{ignored: Default().AutoAssigned.Union(NewSet(ignored...))}
}

// Effective returns the scopes of s that count: what a request carries.
func (p Policy) Effective(s Set) Set {
	return s.Minus(p.ignored)
}

// Equivalent reports whether keys with the scopes a and b may do the same.
func (p Policy) Equivalent(a, b Set) bool {
	return p.Effective(a).Equal(p.Effective(b))
}

// Read returns what state holds after SendGrid answered remote for a key that
// state held prior for: prior itself where nothing that counts has changed,
// otherwise remote, with exactly those ignored scopes that prior lists, so that
// a plan shows the scopes that differ and no others.
func (p Policy) Read(prior, remote Set) Set {
	if p.Equivalent(prior, remote) {
		return prior
	}
	return p.Effective(remote).Union(prior.Intersect(p.ignored))
}
