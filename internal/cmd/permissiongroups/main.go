// Command permissiongroups prints the guide "Permission groups", which lists the
// scopes that each level of each group grants. Its source is the catalog that the
// provider uses.
package main

import (
	_ "embed"
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/terraform-sendgrid/terraform-provider-sendgrid/internal/scopes"
)

func main() {
	if err := write(os.Stdout, scopes.Default().Groups); err != nil {
		fmt.Fprintln(os.Stderr, "permissiongroups:", err)
		os.Exit(1)
	}
}

//go:embed introduction.md
var introduction string

// write prints the guide, with one section per group and its sub-groups.
func write(w io.Writer, groups []scopes.Group) error {
	var page strings.Builder
	page.WriteString(introduction)
	// listed are the scopes that a level grants, and those already on the page.
	var listed scopes.Set
	for _, group := range groups {
		listed = listed.Union(scopes.NewSet(group.Full...))
	}
	for _, group := range groups {
		if group.Parent != "" {
			continue // In the section of its parent.
		}
		related := scopes.NewSet(group.Also...)
		var subs []scopes.Group
		for _, sub := range groups {
			if sub.Parent == group.Key {
				subs = append(subs, sub)
				related = related.Union(scopes.NewSet(sub.Also...))
			}
		}
		section(&page, group, subs)
		if ungranted := related.Minus(listed); len(ungranted) > 0 {
			fmt.Fprintf(&page, "\nNot granted by any level: %s.\n", codes(ungranted))
			listed = listed.Union(ungranted)
		}
	}
	_, err := io.WriteString(w, page.String())
	return err
}

// section prints a table of a group and its sub-groups.
func section(page *strings.Builder, group scopes.Group, subs []scopes.Group) {
	fmt.Fprintf(page, "\n### %s\n\n", title(group))
	if len(subs) == 0 {
		row(page, "Group", "`read` grants", "`full` also grants")
		row(page, "---", "---", "---")
		row(page, code(group.Key), readCell(group, nil), fullCell(group, nil))
	} else {
		row(page, "Group", "Sub-group", "`read` grants", "`full` also grants")
		row(page, "---", "---", "---", "---")
		row(page, code(group.Key), "all", readCell(group, subs), fullCell(group, subs))
		for _, sub := range subs {
			name := strings.TrimPrefix(sub.Title, group.Title+" > ")
			row(page, code(sub.Key), name, readCell(sub, nil), fullCell(sub, nil))
		}
	}
	if note := notes[group.Key]; note != "" {
		fmt.Fprintf(page, "\n%s\n", note)
	}
}

// title returns a group's title, marked if the console does not offer the group.
// The titles of some groups have the mark already.
func title(group scopes.Group) string {
	const apiOnly = "API only)"
	if group.InUI || strings.HasSuffix(group.Title, apiOnly) {
		return group.Title
	}
	if remark, found := strings.CutSuffix(group.Title, ")"); found {
		return remark + ", " + apiOnly
	}
	return group.Title + " (" + apiOnly
}

func row(page *strings.Builder, cells ...string) {
	fmt.Fprintf(page, "| %s |\n", strings.Join(cells, " | "))
}

func readCell(group scopes.Group, subs []scopes.Group) string {
	if len(group.Read) == 0 {
		return "no read level"
	}
	var bySubs scopes.Set
	for _, sub := range subs {
		bySubs = bySubs.Union(scopes.NewSet(sub.Read...))
	}
	return cell(scopes.NewSet(group.Read...), bySubs)
}

// fullCell lists what full grants in addition to read.
func fullCell(group scopes.Group, subs []scopes.Group) string {
	var bySubs scopes.Set
	for _, sub := range subs {
		bySubs = bySubs.Union(scopes.NewSet(sub.Full...).Minus(scopes.NewSet(sub.Read...)))
	}
	return cell(scopes.NewSet(group.Full...).Minus(scopes.NewSet(group.Read...)), bySubs)
}

// cell lists the granted scopes. If they include all that the sub-groups grant,
// it does not list those.
func cell(granted, bySubs scopes.Set) string {
	if len(granted) == 0 {
		return "nothing else"
	}
	if len(bySubs) == 0 || len(bySubs.Minus(granted)) > 0 {
		return codes(granted)
	}
	text := "what its sub-groups grant"
	if rest := granted.Minus(bySubs); len(rest) > 0 {
		text += ", and " + codes(rest)
	}
	return text
}

func codes(names scopes.Set) string {
	quoted := make([]string, len(names))
	for i, name := range names {
		quoted[i] = code(name)
	}
	return strings.Join(quoted, ", ")
}

func code(text string) string {
	return "`" + text + "`"
}
