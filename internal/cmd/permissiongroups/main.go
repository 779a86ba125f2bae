// Command permissiongroups prints the guide "Permission groups": what each
// level of each group grants, from the catalogue that the provider itself uses.
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

// write prints the guide: a section for each group, with its sub-groups.
func write(w io.Writer, groups []scopes.Group) error {
	var page strings.Builder
	page.WriteString(introduction)
	// told are the scopes that a level grants or that the page has named already.
	var told scopes.Set
	for _, group := range groups {
		told = told.Union(scopes.NewSet(group.Full...))
	}
	for _, group := range groups {
		if group.Parent != "" {
			continue
		}
		family := scopes.NewSet(group.Also...)
		var subs []scopes.Group
		for _, sub := range groups {
			if sub.Parent == group.Key {
				subs = append(subs, sub)
				family = family.Union(scopes.NewSet(sub.Also...))
			}
		}
		section(&page, group, subs)
		if others := family.Minus(told); len(others) > 0 {
			fmt.Fprintf(&page, "\nIn no level: %s.\n", codes(others))
			told = told.Union(others)
		}
	}
	_, err := io.WriteString(w, page.String())
	return err
}

// section prints a group and its sub-groups.
func section(page *strings.Builder, group scopes.Group, subs []scopes.Group) {
	fmt.Fprintf(page, "\n### %s\n\n", title(group))
	if len(subs) == 0 {
		row(page, "Group", "`read` grants", "`full` grants besides")
		row(page, "---", "---", "---")
		row(page, code(group.Key), readCell(group, nil), fullCell(group, nil))
	} else {
		row(page, "Group", "Sub-group", "`read` grants", "`full` grants besides")
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

// title is what the console calls a group. Those that it does not offer are
// marked, some of them by their title already.
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
		return "no such level"
	}
	var ofSubs scopes.Set
	for _, sub := range subs {
		ofSubs = ofSubs.Union(scopes.NewSet(sub.Read...))
	}
	return cell(scopes.NewSet(group.Read...), ofSubs)
}

// fullCell leaves out what read grants already.
func fullCell(group scopes.Group, subs []scopes.Group) string {
	var ofSubs scopes.Set
	for _, sub := range subs {
		ofSubs = ofSubs.Union(scopes.NewSet(sub.Full...).Minus(scopes.NewSet(sub.Read...)))
	}
	return cell(scopes.NewSet(group.Full...).Minus(scopes.NewSet(group.Read...)), ofSubs)
}

// cell names what is granted, in short where that is what the sub-groups grant.
func cell(granted, ofSubs scopes.Set) string {
	if len(granted) == 0 {
		return "nothing more"
	}
	if len(ofSubs) == 0 || len(ofSubs.Minus(granted)) > 0 {
		return codes(granted)
	}
	text := "what its sub-groups grant"
	if rest := granted.Minus(ofSubs); len(rest) > 0 {
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
