package sendgrid

import (
	"regexp"
	"sync"
)

// pattern returns a function that compiles expr when it is first asked for it. A
// provider starts anew for every command, and most commands need no pattern.
func pattern(expr string) func() *regexp.Regexp {
	return sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(expr) })
}
