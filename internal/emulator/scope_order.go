package emulator

import (
	"cmp"
	"math"
	"slices"
	"sync"

	"github.com/terraform-sendgrid/terraform-provider-sendgrid/internal/scopes"
)

// inListOrder returns the scopes in the order in which SendGrid lists them: by
// permission group, neither sorted nor as requested. The order of the groups is
// the catalog's. Scopes of no group come last.
func inListOrder(set scopes.Set) []string {
	position := func(name string) int {
		if i, ok := groupOrder()[name]; ok {
			return i
		}
		return math.MaxInt
	}
	names := append([]string{}, set...)
	slices.SortStableFunc(names, func(a, b string) int {
		return cmp.Compare(position(a), position(b))
	})
	return names
}

// groupOrder numbers the scopes of the catalog's groups.
var groupOrder = sync.OnceValue(func() map[string]int {
	order := make(map[string]int)
	for _, g := range scopes.Default().Groups {
		for _, name := range slices.Concat(g.Full, g.Read, g.Also) {
			if _, ok := order[name]; !ok {
				order[name] = len(order)
			}
		}
	}
	return order
})
