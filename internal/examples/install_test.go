package examples

import (
	"cmp"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/terraform-sendgrid/terraform-provider-sendgrid/internal/clitest"
	"github.com/terraform-sendgrid/terraform-provider-sendgrid/internal/mirror"
)

// schemaVersions are those of the other providers whose schemas are in
// testdata/schemas.
func schemaVersions() map[string]string {
	return map[string]string{
		"aws":        "5.88.0",
		"azurerm":    "4.23.0",
		"google":     "6.23.0",
		"kubernetes": "2.36.0",
		"vault":      "5.0.0",
	}
}

// installed is a CLI and what it finds to install: this provider, the real one of
// time_rotating, and stand-ins for those of secret stores.
type installed struct {
	cli    *clitest.CLI
	config string
	// schemas is where the stand-ins find theirs.
	schemas string
}

// install builds the providers.
func install(t *testing.T) installed {
	t.Helper()
	cli := clitest.Find(t)
	dir := t.TempDir()
	config, err := mirror.Build(t.Context(), "../..", dir)
	if err != nil {
		t.Fatal(err)
	}
	add := func(name, version, binary string) {
		t.Helper()
		if err := mirror.Add(dir, "hashicorp/"+name, version, binary); err != nil {
			t.Fatal(err)
		}
	}
	add("time", "0.14.2", build(t, "../../tools/time", dir, "github.com/hashicorp/terraform-provider-time"))
	standin := build(t, "../cmd/standin", dir, ".")
	for name, version := range schemaVersions() {
		add(name, version, standin)
	}
	schemas, err := filepath.Abs("testdata/schemas")
	if err != nil {
		t.Fatal(err)
	}
	return installed{cli: cli, config: config, schemas: schemas}
}

// build builds a program in the module of source into dir.
func build(t *testing.T, source, dir, pkg string) string {
	t.Helper()
	binary := filepath.Join(dir, filepath.Base(source)+".exe") // A name that Windows runs, too.
	cmd := exec.CommandContext(t.Context(), "go", "build", "-o", binary, pkg)
	cmd.Dir = source
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("build %s: %v\n%s", source, err, out)
	}
	return binary
}

// folder returns a copy of a folder of examples, initialized. It skips the test
// where the CLI does not know what the folder uses.
func (i installed) folder(t *testing.T, name string, variables ...string) *clitest.Folder {
	t.Helper()
	source := filepath.Join(root, name)
	for words, versions := range map[string][2]string{
		"ephemeral \"":       {"1.10", "1.11"},
		"ephemeral   = true": {"1.10", "1.11"},
		"_wo ":               {"1.11", "1.11"},
		"removed {":          {"1.7", "1.10"},
		"action \"":          {"1.14", ""},
	} {
		if uses(t, source, words) && !i.cli.Has(versions[0], versions[1]) {
			t.Skipf("%q needs Terraform %s, or OpenTofu %s", words, versions[0], cmp.Or(versions[1], "of some later version"))
		}
	}
	folder := i.cli.Folder(t, i.config, append(variables, "STANDIN_SCHEMAS="+i.schemas)...)
	folder.Copy(source)
	folder.Init()
	return folder
}

// uses reports whether any configuration in dir holds the words.
func uses(t *testing.T, dir, words string) bool {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(dir, "*.tf"))
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		if strings.Contains(string(text), words) {
			return true
		}
	}
	return false
}
