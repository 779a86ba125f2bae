package scopes

// SendGrid never reports that a key has Full Access. Such a key returns all
// scopes that its account can assign, and those differ between accounts and
// change over time. The functions in this file therefore compare how many scopes
// there are instead of requiring equality.

// LooksFullAccess reports whether a key that Terraform did not create has Full
// Access: whether it holds at least half of the catalog's FullAccess scopes.
// Mistaking a restricted key for Full Access leaves the key alone; the opposite
// mistake could revoke it. So the threshold is a low one. The key of an account
// with few features can still fall short of it: see [Policy.HoldsAssignable].
func LooksFullAccess(remote Set) bool {
	core := Default().FullAccess
	return 2*len(core.Intersect(remote)) >= len(core)
}

// narrowCredential is the number of scopes below which a credential says nothing
// about what its account can assign.
const narrowCredential = 30

// CanHoldAssignable reports whether a key has enough scopes for
// [Policy.HoldsAssignable]. If not, the credential need not be asked.
func (p Policy) CanHoldAssignable(remote Set) bool {
	return 10*len(p.Effective(remote)) >= 9*narrowCredential
}

// HoldsAssignable reports whether a key holds at least nine tenths of what the
// credential can assign, given the scopes that the credential holds. It is not
// conclusive for a credential with few scopes, because any key could hold those.
func (p Policy) HoldsAssignable(remote, held Set) (holds, conclusive bool) {
	assignable := p.Effective(held).Minus(Default().Billing)
	if len(assignable) < narrowCredential {
		return false, false
	}
	return 10*len(assignable.Intersect(remote)) >= 9*len(assignable), true
}

// Narrowed reports whether a key that had Full Access when SendGrid returned
// baseline lacks more than half of the baseline now. SendGrid introduces and
// retires single scopes without anybody changing the key. An account that loses
// features narrows its keys as well: see [Policy.HoldsAssignable].
func (p Policy) Narrowed(baseline, remote Set) bool {
	before := p.Effective(baseline)
	return 2*len(before.Intersect(remote)) < len(before)
}
