package scopes

import (
	"slices"
	"strings"

	"github.com/agext/levenshtein"
)

// Nearest returns the candidate that name was probably meant to be, and "" if
// there are no candidates. That is the one with the smallest edit distance, the
// first one if there are several. Candidates that begin with name come before all
// others, because a part of a name is far from the whole.
func Nearest(name string, candidates []string) string {
	longer := func(candidate string) bool { return strings.HasPrefix(candidate, name) }
	if slices.ContainsFunc(candidates, longer) {
		candidates = slices.DeleteFunc(slices.Clone(candidates), func(candidate string) bool { return !longer(candidate) })
	}
	nearest, fewest := "", -1
	for _, candidate := range candidates {
		if edits := levenshtein.Distance(name, candidate, nil); fewest < 0 || edits < fewest {
			nearest, fewest = candidate, edits
		}
	}
	return nearest
}

// Similar returns the nearest candidate if name is probably a misspelling of it: if
// at most a quarter of the letters differ.
func Similar(name string, candidates []string) (similar string, ok bool) {
	similar = Nearest(name, candidates)
	return similar, 4*levenshtein.Distance(name, similar, nil) <= len(name)
}
