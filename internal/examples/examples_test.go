// Package examples tests what users copy: every folder below examples/ is a
// complete configuration.
package examples

import (
	"io/fs"
	"os"
	"path"
	"slices"
	"testing"
)

const root = "../../examples"

// The tests share one build of the providers.
func TestAccExamples(t *testing.T) {
	t.Parallel()
	i := install(t)
	t.Run("rotation", i.testRotation)
	t.Run("stores", i.testStores)
	t.Run("secrets out of state", i.testSecretsOutOfState)
	t.Run("configuration", i.testConfiguration)
	t.Run("formatted", i.testFormatted)
	t.Run("valid", i.testValid)
	t.Run("blocks", i.testBlocks)
	t.Run("guides", i.testGuides)
}

func (i installed) testFormatted(t *testing.T) {
	t.Parallel()
	folder := i.cli.Folder(t, i.config)
	folder.Copy(root)
	folder.Must(0, "fmt", "-check", "-diff", "-recursive")
}

// Every folder is valid for the provider of the working tree.
func (i installed) testValid(t *testing.T) {
	t.Parallel()
	for _, name := range folders(t) {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			i.folder(t, name).Must(0, "validate", "-no-color")
		})
	}
}

// folders returns the folders with a configuration, by their paths below root.
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
