package scopes

import "github.com/agext/levenshtein"

// Nearest returns the candidate with the smallest edit distance to name, the
// first one if there are several, and "" if there are no candidates.
func Nearest(name string, candidates []string) string {
	nearest, fewest := "", -1
	for _, candidate := range candidates {
		if edits := levenshtein.Distance(name, candidate, nil); fewest < 0 || edits < fewest {
			nearest, fewest = candidate, edits
		}
	}
	return nearest
}
