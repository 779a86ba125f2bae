// Package mirror installs the provider as it is in the working tree the way a
// registry would, so that a CLI runs it like any release.
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

	"github.com/terraform-sendgrid/terraform-provider-sendgrid/internal/provider"
)

// Version is what the provider is installed as.
const Version = "0.0.1"

// ownName is the name of the provider, without its registry.
func ownName() string {
	_, name, _ := strings.Cut(provider.Address, "/")
	return name
}

// program is the name of a provider's executable.
func program(name, version string) string {
	file := "terraform-provider-" + path.Base(name) + "_v" + version
	if runtime.GOOS == "windows" {
		file += ".exe"
	}
	return file
}

// Binary is where Build leaves the provider that it has built into dir.
func Binary(dir string) string {
	return filepath.Join(dir, program(ownName(), Version))
}

// Build builds the provider of source, the root of the project, into dir and
// lays a mirror there.
func Build(ctx context.Context, source, dir string) (config string, err error) {
	binary := Binary(dir)
	build := exec.CommandContext(ctx, "go", "build", "-o", binary, "-ldflags", "-X main.version="+Version, ".")
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
	return lay(dir, binary, unpacked(ownName(), Version))
}

// Pack does what Lay does with a release: the zip as the registry has it, under
// the name that it has there.
func Pack(dir, zip string) (config string, err error) {
	return lay(dir, zip, filepath.Base(zip))
}

// Add puts another provider into the mirror below dir: binary, as the provider of
// that name, such as "hashicorp/time", and version.
func Add(dir, name, version, binary string) error {
	return link(dir, binary, name, unpacked(name, version))
}

// unpacked is where a mirror keeps a provider that is not packed.
func unpacked(name, version string) string {
	return filepath.Join(version, runtime.GOOS+"_"+runtime.GOARCH, program(name, version))
}

func lay(dir, file, as string) (config string, err error) {
	if err := link(dir, file, ownName(), as); err != nil {
		return "", err
	}
	config = filepath.Join(dir, "cli.tfrc")
	text := fmt.Sprintf("provider_installation {\n  filesystem_mirror {\n    path = %q\n  }\n}\n", filepath.Join(dir, "mirror"))
	return config, os.WriteFile(config, []byte(text), 0o600)
}

// link links file into the folder of a provider.
func link(dir, file, name, as string) error {
	// OpenTofu looks for the same provider in its own registry.
	for _, host := range []string{"registry.terraform.io", "registry.opentofu.org"} {
		target := filepath.Join(dir, "mirror", host, filepath.FromSlash(name), as)
		if err := os.MkdirAll(filepath.Dir(target), 0o755); err != nil {
			return err
		}
		if err := os.Link(file, target); err != nil {
			return err
		}
	}
	return nil
}
