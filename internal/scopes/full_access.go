package scopes

// SendGrid never reports that a key has Full Access. Such a key returns all
// scopes that its account can assign, and those differ between accounts and
// change over time. The functions in this file therefore compare how many scopes
// there are instead of requiring equality.

// LooksFullAccess reports whether a key of unknown origin, such as an imported
// one, was created with Full Access: whether it holds at least nine tenths of
// the catalog's FullAccess scopes. A restricted key cannot reach that in the
// console, which does not offer about a quarter of them. A Full Access key in an
// account with few features, such as a subuser, falls short and is mistaken for
// a restricted key.
func LooksFullAccess(remote Set) bool {
	core := Default().FullAccess
	return 10*len(core.Intersect(remote)) >= 9*len(core)
}

// Narrowed reports whether a key that had Full Access when SendGrid returned
// baseline has lost it since: whether it lacks more than half of the baseline.
// SendGrid introduces and retires single scopes without anybody changing the
// key.
func (p Policy) Narrowed(baseline, remote Set) bool {
	before := p.Effective(baseline)
	return 2*len(before.Intersect(remote)) < len(before)
}
