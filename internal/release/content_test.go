package release

import (
	"bytes"
	"debug/buildinfo"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// A release has a zip for every platform, or for the only platform of a dry run
// that is limited to one.
func TestPlatforms(t *testing.T) {
	t.Parallel()
	d := dist(t)
	want := platforms
	if only := os.Getenv("RELEASE_PLATFORM"); only != "" {
		want = []string{only}
	}
	if diff := cmp.Diff(want, slices.Sorted(maps.Keys(d.zips))); diff != "" {
		t.Errorf("platforms (-want +got):\n%s", diff)
	}
}

// SHA256SUMS names every zip, its SBOM and the registry's manifest, and nothing else.
func TestChecksums(t *testing.T) {
	t.Parallel()
	d := dist(t)
	want := map[string]string{
		filepath.Base(d.file("manifest.json")): sha256File(t, filepath.Join(root, "terraform-registry-manifest.json")),
	}
	for platform, path := range d.zips {
		sbom := d.file(platform + ".cdx.json")
		want[filepath.Base(path)] = sha256File(t, path)
		want[filepath.Base(sbom)] = sha256File(t, sbom)
	}
	got := map[string]string{}
	for line := range strings.Lines(string(read(t, d.sums()))) {
		sum, name, ok := strings.Cut(strings.TrimSpace(line), "  ")
		if !ok {
			t.Errorf("not a line of checksums: %q", line)
		}
		got[name] = sum
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("checksums (-want +got):\n%s", diff)
	}
}

// A zip contains the provider, executable, and its license.
func TestArchives(t *testing.T) {
	t.Parallel()
	d := dist(t)
	for platform, path := range d.zips {
		t.Run(platform, func(t *testing.T) {
			t.Parallel()
			want := map[string]string{"LICENSE": "-rw-r--r--", d.binary(platform): "-rwxr-xr-x"}
			got := map[string]string{}
			for _, file := range open(t, path).File {
				got[file.Name] = file.Mode().String()
			}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("files (-want +got):\n%s", diff)
			}
		})
	}
}

// The binaries contain what the provider needs and nothing that only tests use. On
// Linux they are small: an HCP Terraform worker downloads one in every run.
func TestBinaries(t *testing.T) {
	t.Parallel()
	d := dist(t)
	for platform, path := range d.zips {
		t.Run(platform, func(t *testing.T) {
			t.Parallel()
			binary := unzip(t, open(t, path), d.binary(platform))
			if limit := 22_000_000; strings.HasPrefix(platform, "linux_") && len(binary) > limit {
				t.Errorf("the binary has %d bytes, more than %d", len(binary), limit)
			}
			t.Logf("%.1f MB", float64(len(binary))/1e6)
			checkModules(t, binary)
			checkPackages(t, binary)
		})
	}
}

func checkModules(t *testing.T, binary []byte) {
	t.Helper()
	info, err := buildinfo.Read(bytes.NewReader(binary))
	if err != nil {
		t.Fatal(err)
	}
	got := map[string]string{}
	for _, setting := range info.Settings {
		got[setting.Key] = setting.Value
	}
	for key, want := range map[string]string{"CGO_ENABLED": "0", "-trimpath": "true", "vcs.time": ""} {
		if got[key] != want {
			t.Errorf("built with %s=%q, want %q", key, got[key], want)
		}
	}
	// Without this control, a list that could not be read would pass.
	framework := false
	for _, module := range info.Deps {
		switch module.Path {
		case "github.com/hashicorp/terraform-plugin-framework":
			framework = true
		case "github.com/hashicorp/terraform-plugin-sdk/v2",
			"github.com/hashicorp/terraform-plugin-testing",
			"github.com/google/go-cmp":
			t.Errorf("contains %s", module.Path)
		}
	}
	if !framework {
		t.Error("does not list terraform-plugin-framework among its modules")
	}
}

// checkPackages looks for the names of functions. A stripped binary contains them
// too, for stack traces.
func checkPackages(t *testing.T, binary []byte) {
	t.Helper()
	const module = "github.com/terraform-sendgrid/terraform-provider-sendgrid"
	if !bytes.Contains(binary, []byte(module+"/internal/provider.")) {
		t.Error("the binary does not reveal its packages")
	}
	for _, name := range []string{module + "/internal/emulator", module + "/internal/cmd", "testing.tRunner"} {
		if bytes.Contains(binary, []byte(name)) {
			t.Errorf("contains %s", name)
		}
	}
}
