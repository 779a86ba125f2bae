// Package cli drives a terraform or tofu program. The demo, the benchmarks and
// the tests run it the same way: on a configuration in a folder of its own, with
// providers installed from a mirror, and without the user's settings.
package cli

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"slices"
	"strings"

	"github.com/hashicorp/go-version"
)

// CLI is a terraform or tofu program.
type CLI struct {
	// Path is where the program is.
	Path string

	version  *version.Version
	openTofu bool
}

// New returns the CLI at a path, or of a name that is searched for in PATH.
func New(ctx context.Context, path string) (*CLI, error) {
	banner, err := output(ctx, path, "version")
	if err != nil {
		return nil, err
	}
	out, err := output(ctx, path, "version", "-json")
	if err != nil {
		return nil, err
	}
	var reported struct {
		// OpenTofu reports its own version under this name.
		Version *version.Version `json:"terraform_version"`
	}
	if err := json.Unmarshal(out, &reported); err != nil {
		return nil, fmt.Errorf("version of %s: %w", path, err)
	}
	if reported.Version == nil {
		return nil, fmt.Errorf("%s does not report its version: %s", path, out)
	}
	return &CLI{
		Path:     path,
		version:  reported.Version.Core(),
		openTofu: strings.HasPrefix(string(banner), "OpenTofu"),
	}, nil
}

// output returns what a program prints, without the settings of the user.
func output(ctx context.Context, path string, args ...string) ([]byte, error) {
	cmd := exec.CommandContext(ctx, path, args...)
	cmd.Env = environment()
	out, err := cmd.Output()
	if err != nil {
		return nil, fmt.Errorf("run %s: %w", path, err)
	}
	return out, nil
}

// environment returns the environment without the settings and the account of the
// user.
func environment() []string {
	return slices.DeleteFunc(os.Environ(), func(variable string) bool {
		return strings.HasPrefix(variable, "TF_") || strings.HasPrefix(variable, "SENDGRID_")
	})
}

// Has reports whether the CLI is at least this version of Terraform or of
// OpenTofu. An empty version stands for a CLI that lacks the feature so far.
func (c *CLI) Has(terraform, openTofu string) bool {
	minimum := terraform
	if c.openTofu {
		minimum = openTofu
	}
	return minimum != "" && c.version.GreaterThanOrEqual(version.Must(version.NewVersion(minimum)))
}

// Registry returns the host from which the CLI installs a provider whose source
// names none.
func (c *CLI) Registry() string {
	if c.openTofu {
		return "registry.opentofu.org"
	}
	return "registry.terraform.io"
}
