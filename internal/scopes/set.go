package scopes

import "slices"

// Set is a set of scope names, sorted and without duplicates.
//
// A nil Set and one of length zero are the same empty set. Full Access, which
// SendGrid expresses by leaving scopes out, is never expressed as a Set: a
// subtraction that leaves nothing must not turn into a key that may do
// everything.
type Set []string

// NewSet returns the set of the given names.
func NewSet(names ...string) Set {
	s := slices.Clone(names)
	slices.Sort(s)
	return slices.Compact(s)
}

// Has reports whether name is in the set.
func (s Set) Has(name string) bool {
	_, found := slices.BinarySearch(s, name)
	return found
}

// Minus returns the scopes of s that are not in t.
func (s Set) Minus(t Set) Set {
	return s.filter(func(name string) bool { return !t.Has(name) })
}

// Intersect returns the scopes that s and t share.
func (s Set) Intersect(t Set) Set {
	return s.filter(t.Has)
}

// Union returns the scopes of s and of t.
func (s Set) Union(t Set) Set {
	return NewSet(slices.Concat(s, t)...)
}

// Equal reports whether both sets hold the same scopes.
func (s Set) Equal(t Set) bool {
	return slices.Equal(s, t)
}

func (s Set) filter(keep func(string) bool) Set {
	var kept Set
	for _, name := range s {
		if keep(name) {
			kept = append(kept, name)
		}
	}
	return kept
}
