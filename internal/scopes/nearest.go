package scopes

import "github.com/agext/levenshtein"

// Nearest returns the candidate that takes the fewest edits to get to from name,
// the first of several, and "" of none.
func Nearest(name string, candidates []string) string {
	nearest, fewest := "", -1
	for _, candidate := range candidates {
		if edits := levenshtein.Distance(name, candidate, nil); fewest < 0 || edits < fewest {
			nearest, fewest = candidate, edits
		}
	}
	return nearest
}
