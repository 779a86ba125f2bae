package scopes

import "slices"

// Set is a set of scope names, sorted and without duplicates.
//
// A nil Set is an empty set. It never stands for Full Access, although SendGrid
// expresses that by omitting scopes: a subtraction that leaves nothing must not
// create a key that is allowed to do everything.
type Set []string

// NewSet returns the set of the given names, in any order and with duplicates.
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

// Minus returns the scopes in s that are not in t.
func (s Set) Minus(t Set) Set {
	return s.filter(func(name string) bool { return !t.Has(name) })
}

// Intersect returns the scopes in both s and t.
func (s Set) Intersect(t Set) Set {
	return s.filter(t.Has)
}

// Union returns the scopes in s, in t, or in both.
func (s Set) Union(t Set) Set {
	return NewSet(slices.Concat(s, t)...)
}

// Equal reports whether s and t contain the same scopes.
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
