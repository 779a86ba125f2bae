// Package examples tests what users copy: every folder below examples/ is a
// configuration of its own.
package examples

import (
	"io/fs"
	"os"
	"path"
	"slices"
	"testing"
)

const root = "../../examples"

// Every folder is formatted, and valid for the provider as it is.
func TestAccExamples(t *testing.T) {
	t.Parallel()
	providers := install(t)
	for _, name := range folders(t) {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			folder := providers.folder(t, name)
			folder.Must(0, "fmt", "-check", "-diff")
			folder.Must(0, "validate", "-no-color")
		})
	}
}

// folders returns those that hold a configuration, by their paths below root.
func folders(t *testing.T) []string {
	t.Helper()
	var found []string
	err := fs.WalkDir(os.DirFS(root), ".", func(file string, _ fs.DirEntry, err error) error {
		if path.Ext(file) == ".tf" {
			found = append(found, path.Dir(file))
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	slices.Sort(found)
	return slices.Compact(found)
}
