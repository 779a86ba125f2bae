// Package examples tests what users copy: every folder below examples/ is a
// configuration of its own.
package examples

import (
	"encoding/json"
	"io/fs"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/hashicorp/go-version"

	"github.com/terraform-sendgrid/terraform-provider-sendgrid/internal/mirror"
)

const root = "../../examples"

// Every folder is formatted, and valid for the provider as it is.
func TestAccExamples(t *testing.T) {
	t.Parallel()
	cli := os.Getenv("TF_ACC_TERRAFORM_PATH")
	if os.Getenv("TF_ACC") == "" || cli == "" {
		t.Skip("drives a real CLI: run by make test")
	}
	config, err := mirror.Build(t.Context(), "../..", t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	// Only the folder of actions needs a CLI that knows them, and OpenTofu has none.
	out, err := exec.CommandContext(t.Context(), cli, "version", "-json").Output()
	if err != nil {
		t.Fatal(err)
	}
	actions := knowsActions(out)
	env := append(environ(), "TF_CLI_CONFIG_FILE="+config, "CHECKPOINT_DISABLE=1", "TF_IN_AUTOMATION=1")
	for _, folder := range folders(t) {
		t.Run(folder, func(t *testing.T) {
			t.Parallel()
			if strings.HasPrefix(folder, "actions/") && !actions {
				t.Skip("needs Terraform 1.14, which is the first to have actions")
			}
			dir := t.TempDir()
			if err := os.CopyFS(dir, os.DirFS(filepath.Join(root, folder))); err != nil {
				t.Fatal(err)
			}
			for _, args := range [][]string{
				{"fmt", "-check", "-diff"},
				{"init", "-input=false", "-no-color"},
				{"validate", "-no-color"},
			} {
				cmd := exec.CommandContext(t.Context(), cli, args...)
				cmd.Dir = dir
				cmd.Env = env
				if out, err := cmd.CombinedOutput(); err != nil {
					t.Fatalf("%s: %v\n%s", args[0], err, out)
				}
			}
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

// environ is the environment without what a user has set for a CLI or for an
// account.
func environ() []string {
	return slices.DeleteFunc(os.Environ(), func(entry string) bool {
		return strings.HasPrefix(entry, "TF_") || strings.HasPrefix(entry, "SENDGRID_")
	})
}

// knowsActions reports whether the CLI of this version does: Terraform from 1.14.
// OpenTofu tells its version under the same name, and is told apart by it: none
// of its versions is so high yet, and the test fails once one is.
func knowsActions(output []byte) bool {
	var told struct {
		Version string `json:"terraform_version"`
	}
	if json.Unmarshal(output, &told) != nil {
		return false
	}
	v, err := version.NewVersion(told.Version)
	return err == nil && v.Core().GreaterThanOrEqual(version.Must(version.NewVersion("1.14.0")))
}
