package emulator

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// NameRules say which names SendGrid accepts for a key. The zero value accepts
// every name except an empty one, and changes none.
type NameRules struct {
	// Trim removes blanks at both ends.
	Trim bool
	// AllowEmpty accepts an empty name.
	AllowEmpty bool
	// ASCII rejects a name with other characters.
	ASCII bool
	// MaxLength is the maximum length in characters. 0 means no limit.
	MaxLength int
}

// apply returns the name that a key gets, and reports whether it is accepted. A
// name that is not accepted is assumed to be rejected like a missing one.
func (rules NameRules) apply(name string) (string, bool) {
	if rules.Trim {
		name = strings.TrimSpace(name)
	}
	beyondASCII := func(r rune) bool { return r > unicode.MaxASCII }
	switch {
	case name == "" && !rules.AllowEmpty,
		rules.ASCII && strings.ContainsFunc(name, beyondASCII),
		rules.MaxLength > 0 && utf8.RuneCountInString(name) > rules.MaxLength:
		return "", false
	}
	return name, true
}
