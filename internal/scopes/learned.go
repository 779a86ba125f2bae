package scopes

// Learned is what earlier requests and reads showed about the scopes of one key.
// SendGrid adds scopes to keys on its own, and neither the catalog nor the
// provider's ignored_scopes can list all of them. So a policy learns them from
// the first read that follows a request, because it knows what that request
// contained.
type Learned struct {
	// Added are scopes that SendGrid adds to the key on its own.
	Added Set `json:"added,omitempty"`
	// Pending reports that no read has followed the last request that set the
	// scopes.
	Pending bool `json:"pending,omitempty"`
	// Removed are the scopes that this request removed.
	Removed Set `json:"removed,omitempty"`
}

// Requested returns what is known about a key right after a request that set its
// scopes and removed others.
func (l Learned) Requested(removed Set) Learned {
	return Learned{Added: l.Added, Pending: true, Removed: removed}
}

// With returns a policy that ignores what was learned about a key, too.
func (p Policy) With(l Learned) Policy {
	return Policy{ignored: p.ignored.Union(l.Added)}
}

// Learn returns what a read adds to the knowledge about a key: remote is what
// SendGrid returned, prior the scopes in the state. It returns the newly learned
// scopes as well.
//
// In the first read after a request, SendGrid itself must have added a scope that
// the catalog does not have, or that the request removed. Any other difference
// may be somebody's change, and is not learned. What SendGrid no longer returns
// is forgotten.
func (p Policy) Learn(l Learned, prior, remote Set) (learned Learned, added Set) {
	learned.Added = l.Added.Intersect(remote)
	if l.Pending {
		unexpected := p.With(learned).Effective(remote).Minus(prior)
		added = unexpected.Minus(Default().Known).Union(unexpected.Intersect(l.Removed))
		learned.Added = learned.Added.Union(added)
	}
	return learned, added
}
