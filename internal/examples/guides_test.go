package examples

import (
	"os"
	"path/filepath"
	"regexp"
	"testing"

	"github.com/terraform-sendgrid/terraform-provider-sendgrid/internal/scopes"
)

var (
	call  = regexp.MustCompile(`permission_scopes\(\{([^}]*)\}\)`)
	level = regexp.MustCompile(`"?([a-z_.]+)"? += "(\w+)"`)
	list  = regexp.MustCompile(`\["[^]]*\]`)
	scope = regexp.MustCompile(`"([a-z0-9_]+\.[a-z0-9_.]+)"`)
)

// Groups, levels and scopes in the text of the guides, which no CLI reads, exist.
func TestGuides(t *testing.T) {
	t.Parallel()
	guides, err := filepath.Glob("../../templates/guides/*")
	if err != nil {
		t.Fatal(err)
	}
	var calls, lists int
	for _, guide := range guides {
		text, err := os.ReadFile(guide)
		if err != nil {
			t.Fatal(err)
		}
		for _, found := range call.FindAllStringSubmatch(string(text), -1) {
			levels := map[string]string{}
			for _, pair := range level.FindAllStringSubmatch(found[1], -1) {
				levels[pair[1]] = pair[2]
			}
			if _, err := scopes.Default().Permissions(levels); err != nil {
				t.Errorf("%s: %s: %v", guide, found[0], err)
			}
			calls += len(levels)
		}
		for _, found := range list.FindAllString(string(text), -1) {
			for _, name := range scope.FindAllStringSubmatch(found, -1) {
				if !scopes.Default().Known.Has(name[1]) {
					t.Errorf("%s: %s: there is no scope %s", guide, found, name[1])
				}
				lists++
			}
		}
	}
	// The patterns above still find what they should.
	if calls < 10 || lists < 5 {
		t.Errorf("%d levels and %d scopes found", calls, lists)
	}
}
