package main

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/terraform-sendgrid/terraform-provider-sendgrid/internal/scopes"
)

func TestSections(t *testing.T) {
	t.Parallel()
	var page strings.Builder
	err := write(&page, []scopes.Group{
		{Key: "a", Title: "A", InUI: true, Read: []string{"a.read"}, Full: []string{"a.read", "a.create"}, Also: []string{"a.old", "c.write"}},
		{Key: "b", Title: "B", InUI: true, Read: []string{"b.read", "b.x.read"}, Full: []string{"b.read", "b.x.read", "b.x.update", "b.y"}},
		{Key: "b.x", Title: "B > X", Parent: "b", InUI: true, Read: []string{"b.x.read"}, Full: []string{"b.x.read", "b.x.update"}},
		{Key: "b.y", Title: "B > Y", Parent: "b", InUI: true, Full: []string{"b.y"}, Also: []string{"a.old", "b.z"}},
		{Key: "c", Title: "C (legacy)", Read: []string{"c.write"}, Full: []string{"c.write"}},
	})
	if err != nil {
		t.Fatal(err)
	}
	want := introduction + "\n" + strings.TrimSpace(strings.ReplaceAll(`
### A

| Group | 'read' grants | 'full' grants besides |
| --- | --- | --- |
| 'a' | 'a.read' | 'a.create' |

In no level: 'a.old'.

### B

| Group | Sub-group | 'read' grants | 'full' grants besides |
| --- | --- | --- | --- |
| 'b' | all | what its sub-groups grant, and 'b.read' | what its sub-groups grant |
| 'b.x' | X | 'b.x.read' | 'b.x.update' |
| 'b.y' | Y | no such level | 'b.y' |

In no level: 'b.z'.

### C (legacy, API only)

| Group | 'read' grants | 'full' grants besides |
| --- | --- | --- |
| 'c' | 'c.write' | nothing more |
`, "'", "`")) + "\n"
	if diff := cmp.Diff(want, page.String()); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
}

// Every group and every scope of the catalogue is on the page, but for those
// that SendGrid assigns on its own.
func TestCatalogue(t *testing.T) {
	t.Parallel()
	var page strings.Builder
	catalogue := scopes.Default()
	if err := write(&page, catalogue.Groups); err != nil {
		t.Fatal(err)
	}
	keys := map[string]bool{}
	names := catalogue.Known.Minus(catalogue.AutoAssigned)
	for _, group := range catalogue.Groups {
		keys[group.Key] = true
		names = append(names, group.Key)
	}
	for _, name := range names {
		if !strings.Contains(page.String(), code(name)) {
			t.Errorf("no %s", name)
		}
	}
	for key := range notes {
		if !keys[key] {
			t.Errorf("there is a note on %s, which is no group", key)
		}
	}
}
