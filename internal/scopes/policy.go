package scopes

// Policy decides when two sets of scopes describe the same key. SendGrid returns
// more scopes than a request contained, because it adds some on its own. Those
// differ between accounts, and their number grows over time. A policy ignores
// them in comparisons and never requests them: SendGrid adds them anyway, and
// responds with 500 if the account lacks one.
//
// A resource has three sets: the configuration, the state, and what SendGrid
// returned. [Policy.Read] turns what SendGrid returned into the new state, and a
// plan keeps the state if it is [Policy.Equivalent] to the configuration.
type Policy struct {
	ignored Set
}

// NewPolicy returns the policy that ignores the catalog's auto-assigned scopes
// and the given ones.
func NewPolicy(ignored ...string) Policy {
	return Policy{ignored: Default().AutoAssigned.Union(NewSet(ignored...))}
}

// Effective returns s without ignored scopes. Requests contain only these.
func (p Policy) Effective(s Set) Set {
	return s.Minus(p.ignored)
}

// Equivalent reports whether a and b differ in ignored scopes at most.
func (p Policy) Equivalent(a, b Set) bool {
	return p.Effective(a).Equal(p.Effective(b))
}

// Read returns the new state of a key's scopes, given the prior state and what
// SendGrid returned. If the two are equivalent, it is the prior state. Otherwise
// it is what SendGrid returned, with the ignored scopes of the prior state in
// place of its own, so that a plan shows only scopes that really differ.
func (p Policy) Read(prior, remote Set) Set {
	if p.Equivalent(prior, remote) {
		return prior
	}
	return p.Effective(remote).Union(prior.Intersect(p.ignored))
}
