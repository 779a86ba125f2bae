package main

import (
	"cmp"
	"slices"
)

// results are what was measured. What was not asked for is empty.
type results struct {
	// cli is what ran the provider.
	cli      string
	life     []measurement
	parallel []measurement
	limited  []limited
	provider atRest
	scaffold atRest
	hot      []hotPath
}

// sizes are the numbers of keys that were measured, from few to many.
func (r results) sizes() []int {
	var sizes []int
	for _, m := range r.life {
		sizes = append(sizes, m.keys)
	}
	slices.Sort(sizes)
	return slices.Compact(sizes)
}

// find returns the measurement of an operation with n keys.
func (r results) find(part string, n int) measurement {
	for _, m := range r.life {
		if m.part == part && m.keys == n {
			return m
		}
	}
	return measurement{}
}

// limited is a create under a rate limit.
type limited struct {
	measurement

	limit limitCase
	// made is how many keys there were at the end.
	made int
}

// atRest is what a provider needs before anything is asked of it, and on disk.
type atRest struct {
	rest

	size int64
}

// typicalRest returns the medians of some starts.
func typicalRest(runs []rest) rest {
	middle := len(runs) / 2
	slices.SortFunc(runs, func(a, b rest) int { return cmp.Compare(a.start, b.start) })
	typical := rest{start: runs[middle].start}
	slices.SortFunc(runs, func(a, b rest) int { return cmp.Compare(a.memory, b.memory) })
	typical.memory = runs[middle].memory
	return typical
}

// over is a/b, 0 where there is no b.
func over[T ~int64](a, b T) float64 {
	if b == 0 {
		return 0
	}
	return float64(a) / float64(b)
}
