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

// Similar returns the nearest candidate if name is probably a misspelling of it: if
// at most a quarter of the letters differ.
func Similar(name string, candidates []string) (similar string, ok bool) {
	similar = Nearest(name, candidates)
	return similar, 4*levenshtein.Distance(name, similar, nil) <= len(name)
}
