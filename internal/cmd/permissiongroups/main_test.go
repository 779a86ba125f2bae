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

| Group | 'read' grants | 'full' also grants |
| --- | --- | --- |
| 'a' | 'a.read' | 'a.create' |

Not granted by any level: 'a.old'.

### B

| Group | Sub-group | 'read' grants | 'full' also grants |
| --- | --- | --- | --- |
| 'b' | all | what its sub-groups grant, and 'b.read' | what its sub-groups grant |
| 'b.x' | X | 'b.x.read' | 'b.x.update' |
| 'b.y' | Y | no read level | 'b.y' |

Not granted by any level: 'b.z'.

### C (legacy, API only)

| Group | 'read' grants | 'full' also grants |
| --- | --- | --- |
| 'c' | 'c.write' | nothing else |
`, "'", "`")) + "\n"
	if diff := cmp.Diff(want, page.String()); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
}

// The page has every group and every scope of the catalog, except the scopes that
// SendGrid adds on its own.
func TestPageIsComplete(t *testing.T) {
	t.Parallel()
	var page strings.Builder
	catalog := scopes.Default()
	if err := write(&page, catalog.Groups); err != nil {
		t.Fatal(err)
	}
	keys := map[string]bool{}
	names := catalog.Known.Minus(catalog.AutoAssigned)
	for _, group := range catalog.Groups {
		keys[group.Key] = true
		names = append(names, group.Key)
	}
	for _, name := range names {
		if !strings.Contains(page.String(), code(name)) {
			t.Errorf("%s is missing", name)
		}
	}
	for key := range notes {
		if !keys[key] {
			t.Errorf("there is a note on %s, but no such group", key)
		}
	}
}
