package scopes

// SendGrid never says that a key has Full Access: such a key reads back with
// the scopes that its account may assign, and those differ between accounts
// and change over time. The two questions below are therefore answered by how
// much is there, not by equality.

// LooksFullAccess reports whether a key that nobody has a record of, such as
// an imported one, was made with Full Access: it holds at least nine tenths of
// the scopes that every all-powerful credential on record holds. A restricted
// key cannot reach that in the console, which does not offer about a quarter of
// them. A Full Access key of an account with few features, such as a subuser,
// falls short and is taken for a restricted one.
func LooksFullAccess(remote Set) bool {
	core := Default().FullAccess
	return 10*len(core.Intersect(remote)) >= 9*len(core)
}

// Narrowed reports whether a Full Access key that once read back with baseline
// lost its Full Access since: more than half of the baseline is gone. Single
// scopes come and go without anybody touching the key.
func (p Policy) Narrowed(baseline, remote Set) bool {
	before := p.Effective(baseline)
	return 2*len(before.Intersect(remote)) < len(before)
}
