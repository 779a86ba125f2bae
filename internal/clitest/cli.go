// Package clitest drives a real CLI, terraform or tofu, in tests. Unlike
// terraform-plugin-testing it starts providers as users do: installed from a
// registry's mirror, each in a process of its own.
package clitest

import (
	"encoding/json"
	"os"
	"os/exec"
	"strings"
	"testing"

	"github.com/hashicorp/go-version"

	"github.com/terraform-sendgrid/terraform-provider-sendgrid/internal/emulator"
)

// CLI is the terraform or tofu that tests run.
type CLI struct {
	// Path is where its program is.
	Path string

	version  *version.Version
	openTofu bool
}

// Find returns the CLI that TF_ACC_TERRAFORM_PATH names, or else terraform from
// the PATH. It skips the test unless TF_ACC is set, as acceptance tests do.
func Find(t *testing.T) *CLI {
	t.Helper()
	if os.Getenv("TF_ACC") == "" {
		t.Skip("drives a real CLI: needs TF_ACC, run by make test")
	}
	path := os.Getenv("TF_ACC_TERRAFORM_PATH")
	if path == "" {
		path = "terraform"
	}
	name, err := exec.CommandContext(t.Context(), path, "version").Output()
	if err != nil {
		t.Fatalf("no CLI to run: %v", err)
	}
	out, err := exec.CommandContext(t.Context(), path, "version", "-json").Output()
	if err != nil {
		t.Fatalf("the CLI does not tell its version: %v", err)
	}
	var told struct {
		// OpenTofu tells its own version under this name.
		Version *version.Version `json:"terraform_version"`
	}
	if err := json.Unmarshal(out, &told); err != nil || told.Version == nil {
		t.Fatalf("the CLI does not tell its version: %v\n%s", err, out)
	}
	return &CLI{Path: path, version: told.Version.Core(), openTofu: strings.HasPrefix(string(name), "OpenTofu")}
}

// Has reports whether the CLI is Terraform or OpenTofu of at least these versions,
// an empty one for a CLI that has not learned it yet.
func (c *CLI) Has(terraform, openTofu string) bool {
	least := terraform
	if c.openTofu {
		least = openTofu
	}
	return least != "" && c.version.GreaterThanOrEqual(version.Must(version.NewVersion(least)))
}

// Registry is the host that the CLI takes providers from where a configuration
// does not name one.
func (c *CLI) Registry() string {
	if c.openTofu {
		return "registry.opentofu.org"
	}
	return "registry.terraform.io"
}

// Account is the environment that leads the provider to an emulator.
func Account(server *emulator.Server) []string {
	return []string{"SENDGRID_BASE_URL=" + server.URL(), "SENDGRID_API_KEY=" + emulator.Credential}
}
