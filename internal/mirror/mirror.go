// Package mirror installs providers the way a registry would, so that a CLI runs
// the provider of the working tree like any release.
package mirror

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"runtime"
	"strings"
)

// Version is the version of a provider that Build has built.
const Version = "0.1.0"

// Mirror is a folder of providers, and the only place from which a CLI with its
// configuration installs any.
type Mirror struct {
	// Config is the CLI configuration file, for TF_CLI_CONFIG_FILE.
	Config string

	providers string
}

// Install builds the provider whose source is in root, and returns a mirror in dir
// that holds it under each of the addresses.
func Install(ctx context.Context, root, dir string, addresses ...string) (*Mirror, error) {
	binary, err := Build(ctx, root, dir)
	if err != nil {
		return nil, err
	}
	m, err := New(dir)
	if err != nil {
		return nil, err
	}
	for _, address := range addresses {
		if err := m.Add(address, Version, binary); err != nil {
			return nil, err
		}
	}
	return m, nil
}

// New returns an empty mirror in dir. What is added to it must be on the same
// file system.
func New(dir string) (*Mirror, error) {
	m := &Mirror{Config: filepath.Join(dir, "cli.tfrc"), providers: filepath.Join(dir, "mirror")}
	text := fmt.Sprintf("provider_installation {\n  filesystem_mirror {\n    path = %q\n  }\n}\n", m.providers)
	return m, os.WriteFile(m.Config, []byte(text), 0o600)
}

// Build builds the provider whose source is in root. It returns its binary, in dir.
func Build(ctx context.Context, root, dir string) (binary string, err error) {
	binary = filepath.Join(dir, "provider.exe") // A name that Windows runs, too.
	// Stripped, as a release: a CLI hashes the binary before every command.
	cmd := exec.CommandContext(ctx, "go", "build", "-o", binary, "-ldflags", "-s -w -X main.version="+Version, ".")
	cmd.Dir = root
	if out, err := cmd.CombinedOutput(); err != nil {
		return "", fmt.Errorf("build the provider: %w\n%s", err, out)
	}
	return binary, nil
}

// Add adds a binary as a version of the provider with the address, such as
// "registry.terraform.io/hashicorp/time".
func (m *Mirror) Add(address, version, binary string) error {
	program := "terraform-provider-" + path.Base(address) + "_v" + version
	if runtime.GOOS == "windows" {
		program += ".exe"
	}
	return m.link(address, binary, filepath.Join(version, runtime.GOOS+"_"+runtime.GOARCH, program))
}

// AddRelease adds a release of the provider with the address: a zip, named as in
// the registry.
func (m *Mirror) AddRelease(address, zip string) error {
	return m.link(address, zip, filepath.Base(zip))
}

// link links a file into the folder of a provider.
func (m *Mirror) link(address, file, as string) error {
	_, name, _ := strings.Cut(address, "/")
	// OpenTofu looks for the same provider in its own registry.
	for _, registry := range []string{"registry.terraform.io", "registry.opentofu.org"} {
		target := filepath.Join(m.providers, registry, filepath.FromSlash(name), as)
		if err := os.MkdirAll(filepath.Dir(target), 0o755); err != nil {
			return err
		}
		if err := os.Link(file, target); err != nil {
			return err
		}
	}
	return nil
}
