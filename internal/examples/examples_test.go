// Package examples tests what users copy: every folder below examples/ is a
// configuration of its own.
package examples

import (
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/terraform-sendgrid/terraform-provider-sendgrid/internal/clitest"
	"github.com/terraform-sendgrid/terraform-provider-sendgrid/internal/mirror"
)

const root = "../../examples"

// Every folder is formatted, and valid for the provider as it is.
func TestAccExamples(t *testing.T) {
	t.Parallel()
	cli := clitest.Find(t)
	config, err := mirror.Build(t.Context(), "../..", t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range folders(t) {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if strings.HasPrefix(name, "actions/") && !cli.Has("1.14", "") {
				t.Skip("needs Terraform 1.14, which is the first to have actions")
			}
			folder := cli.Folder(t, config)
			folder.Copy(filepath.Join(root, name))
			folder.Must(0, "fmt", "-check", "-diff")
			folder.Init()
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
