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
	// Requested are the scopes of this request.
	Requested Set `json:"requested,omitempty"`
	// Removed are the scopes that this request removed, and that no request of this
	// provider had set before.
	Removed Set `json:"removed,omitempty"`
}

// AfterRequest returns what is known about a key right after a request that set
// its scopes, which were before in the state.
func (l Learned) AfterRequest(before, requested Set) Learned {
	return Learned{
		Added:     l.Added.Minus(requested.Intersect(Default().Known)),
		Pending:   true,
		Requested: requested,
		Removed:   before.Minus(requested).Minus(l.Requested),
	}
}

// Ignoring returns a policy that ignores what was learned about a key, too, except
// scopes of the catalog that are listed in the configuration or the state: a person
// may have added those.
func (p Policy) Ignoring(l Learned, listed Set) Policy {
	return Policy{ignored: p.ignored.Union(l.Added.Minus(listed.Intersect(Default().Known)))}
}

// Learn returns what a read adds to the knowledge about a key: remote is what
// SendGrid returned, prior the scopes in the state. It returns the newly learned
// scopes as well.
//
// In the first read after a request, SendGrid itself must have added a scope that
// the catalog does not have, or that the request removed. Any other difference
// may be somebody's change, and is not learned. A scope of the catalog is
// forgotten once SendGrid no longer returns it.
func (p Policy) Learn(l Learned, prior, remote Set) (learned Learned, added Set) {
	known := Default().Known
	learned.Requested = l.Requested
	learned.Added = l.Added.Minus(known).Union(l.Added.Intersect(remote))
	if l.Pending {
		unexpected := p.Ignoring(learned, nil).Effective(remote).Minus(prior)
		added = unexpected.Minus(known).Union(unexpected.Intersect(l.Removed))
		learned.Added = learned.Added.Union(added)
	}
	return learned, added
}
