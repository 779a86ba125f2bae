package examples

import (
	"io/fs"
	"os"
	"path"
	"regexp"
	"slices"
	"strings"
	"testing"
)

var (
	link    = regexp.MustCompile(`\]\(([^)\s]+)\)`)
	heading = regexp.MustCompile(`(?m)^#+ (.*)$`)
	// target is an explicit anchor, which tfplugindocs writes for nested attributes.
	target = regexp.MustCompile(`<a id="([^"]+)">`)
	// markup is what the anchor of a heading omits.
	markup = regexp.MustCompile("[^a-z0-9 _-]")
	fenced = regexp.MustCompile("(?ms)^```.*?^```")
)

// Links between pages, and to headings, resolve.
func TestLinks(t *testing.T) {
	t.Parallel()
	project := os.DirFS("../..")
	var pages []string
	for _, pattern := range []string{"*.md", "docs/*.md", "docs/*/*.md"} {
		found, err := fs.Glob(project, pattern)
		if err != nil {
			t.Fatal(err)
		}
		pages = append(pages, found...)
	}
	checked := 0
	for _, page := range pages {
		for _, found := range link.FindAllStringSubmatch(read(t, project, page), -1) {
			file, anchor, _ := strings.Cut(found[1], "#")
			if strings.Contains(file, "://") {
				continue
			}
			checked++
			to := path.Join(path.Dir(page), file)
			if file == "" {
				to = page
			}
			if _, err := fs.Stat(project, to); err != nil {
				t.Errorf("%s: %s: no such file", page, found[1])
				continue
			}
			if anchor != "" && !slices.Contains(anchors(read(t, project, to)), anchor) {
				t.Errorf("%s: %s: no such heading", page, found[1])
			}
		}
	}
	if checked < 50 {
		t.Errorf("only %d links are found", checked)
	}
}

// anchors returns the anchors of a page: those of its headings, and explicit ones.
func anchors(text string) []string {
	var all []string
	for _, found := range target.FindAllStringSubmatch(text, -1) {
		all = append(all, found[1])
	}
	for _, found := range heading.FindAllStringSubmatch(text, -1) {
		plain := markup.ReplaceAllString(strings.ToLower(found[1]), "")
		all = append(all, strings.ReplaceAll(plain, " ", "-"))
	}
	return all
}

// read returns a page without its code blocks.
func read(t *testing.T, project fs.FS, page string) string {
	t.Helper()
	text, err := fs.ReadFile(project, page)
	if err != nil {
		t.Fatal(err)
	}
	return fenced.ReplaceAllString(string(text), "")
}
