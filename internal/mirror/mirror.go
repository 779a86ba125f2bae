// Package mirror installs the provider as it is in the working tree the way a
// registry would, so that a CLI runs it like any release.
package mirror

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"

	"github.com/terraform-sendgrid/terraform-provider-sendgrid/internal/provider"
)

// version is what the provider is installed as.
const version = "0.0.1"

// program is the name of the provider's executable.
func program() string {
	name := "terraform-provider-sendgrid_v" + version
	if runtime.GOOS == "windows" {
		name += ".exe"
	}
	return name
}

// Build builds the provider of source, the root of the project, into dir and
// lays a mirror there.
func Build(ctx context.Context, source, dir string) (config string, err error) {
	binary := filepath.Join(dir, program())
	build := exec.CommandContext(ctx, "go", "build", "-o", binary, "-ldflags", "-X main.version="+version, ".")
	build.Dir = source
	if out, err := build.CombinedOutput(); err != nil {
		return "", fmt.Errorf("build the provider: %w\n%s", err, out)
	}
	return Lay(dir, binary)
}

// Lay makes a mirror of binary below dir. It returns the file that makes a CLI
// install the provider from there, and nothing from elsewhere, if
// TF_CLI_CONFIG_FILE names it. Binary must be on the file system of dir.
func Lay(dir, binary string) (config string, err error) {
	return lay(dir, binary, filepath.Join(version, runtime.GOOS+"_"+runtime.GOARCH, program()))
}

// Pack does what Lay does with a release: the zip as the registry has it, under
// the name that it has there.
func Pack(dir, zip string) (config string, err error) {
	return lay(dir, zip, filepath.Base(zip))
}

// lay links file into the provider's folder of a mirror.
func lay(dir, file, as string) (config string, err error) {
	_, name, _ := strings.Cut(provider.Address, "/")
	mirror := filepath.Join(dir, "mirror")
	// OpenTofu looks for the same provider in its own registry.
	for _, host := range []string{"registry.terraform.io", "registry.opentofu.org"} {
		target := filepath.Join(mirror, host, filepath.FromSlash(name), as)
		if err := os.MkdirAll(filepath.Dir(target), 0o755); err != nil {
			return "", err
		}
		if err := os.Link(file, target); err != nil {
			return "", err
		}
	}
	config = filepath.Join(dir, "cli.tfrc")
	text := fmt.Sprintf("provider_installation {\n  filesystem_mirror {\n    path = %q\n  }\n}\n", mirror)
	return config, os.WriteFile(config, []byte(text), 0o600)
}
