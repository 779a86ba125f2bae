package clitest

import (
	"slices"
	"strings"
)

// Files returns the content of every file in the folder by its name, as
// [cli.Folder.Files] does.
func (f *Folder) Files() map[string]string {
	f.tb.Helper()
	found, err := f.Folder.Files()
	if err != nil {
		f.tb.Fatal(err)
	}
	return found
}

// Containing returns the sorted names of the texts that contain any of the
// substrings.
func Containing(texts map[string]string, substrings ...string) []string {
	var names []string
	for name, text := range texts {
		if slices.ContainsFunc(substrings, func(substring string) bool { return strings.Contains(text, substring) }) {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	return names
}
