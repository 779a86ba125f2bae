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
	"github.com/terraform-sendgrid/terraform-provider-sendgrid/internal/provider"
)

// schemaVersions returns the versions of the providers whose schemas are in
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

// oldProvider is the address of a provider from which a guide moves keys.
const oldProvider = "registry.terraform.io/kenzo0107/sendgrid"

// installed is a CLI and its configuration file, with which it installs this
// provider, also in place of the old one, the real hashicorp/time, and stand-ins for
// the providers of secret stores.
type installed struct {
	cli    clitest.CLI
	config string
	// schemas is where the stand-ins find their schemas.
	schemas string
}

// install builds the providers.
func install(t *testing.T) installed {
	t.Helper()
	cli := clitest.Find(t)
	dir := t.TempDir()
	m, err := mirror.Install(t.Context(), "../..", dir, provider.Address, oldProvider)
	if err != nil {
		t.Fatal(err)
	}
	add := func(name, version, binary string) {
		t.Helper()
		if err := m.Add("registry.terraform.io/hashicorp/"+name, version, binary); err != nil {
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
	return installed{cli: cli, config: m.Config, schemas: schemas}
}

// build builds a program in the module of source into dir.
func build(t *testing.T, source, dir, pkg string) string {
	t.Helper()
	binary := filepath.Join(dir, filepath.Base(source)+".exe") // A name that Windows runs, too.
	cmd := exec.CommandContext(t.Context(), "go", "build", "-o", binary, "-ldflags", "-s -w", pkg)
	cmd.Dir = source
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("build %s: %v\n%s", source, err, out)
	}
	return binary
}

// folder returns a copy of a folder of examples, initialized. It skips the test
// if the CLI lacks a feature that the folder uses.
func (i installed) folder(t *testing.T, name string, variables ...string) *clitest.Folder {
	t.Helper()
	source := filepath.Join(root, name)
	files, err := filepath.Glob(filepath.Join(source, "*.tf"))
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range files {
		content, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		i.requires(t, string(content))
	}
	folder := i.cli.Folder(t, i.config, append(variables, "STANDIN_SCHEMAS="+i.schemas)...)
	folder.Copy(source)
	folder.Init()
	return folder
}

// requires skips the test if the CLI lacks a feature that the configuration uses.
func (i installed) requires(t *testing.T, configuration string) {
	t.Helper()
	for text, versions := range map[string][2]string{
		"ephemeral \"":       {"1.10", "1.11"},
		"ephemeral   = true": {"1.10", "1.11"},
		"_wo ":               {"1.11", "1.11"},
		"removed {":          {"1.7", "1.10"},
		"moved {":            {"1.8", "1.10"},
		"action \"":          {"1.14", ""},
		"list \"":            {"1.14", ""},
	} {
		if strings.Contains(configuration, text) && !i.cli.Has(versions[0], versions[1]) {
			t.Skipf("%q needs Terraform %s, or OpenTofu %s", text, versions[0], cmp.Or(versions[1], "of some later version"))
		}
	}
}
