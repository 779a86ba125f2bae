// Package release tests the content of a release: what "make release-dry-run" has
// built in dist/.
package release

import (
	"archive/zip"
	"crypto/sha256"
	"encoding/hex"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"runtime"
	"strings"
	"testing"
)

// root is the root of the project.
const root = "../.."

// host is the platform that runs the tests.
const host = runtime.GOOS + "_" + runtime.GOARCH

// platforms are the platforms of a release.
var platforms = []string{
	"darwin_amd64",
	"darwin_arm64",
	"freebsd_386",
	"freebsd_amd64",
	"freebsd_arm",
	"freebsd_arm64",
	"linux_386",
	"linux_amd64",
	"linux_arm",
	"linux_arm64",
	"windows_386",
	"windows_amd64",
	"windows_arm64",
}

// distribution is a dist/ folder.
type distribution struct {
	dir     string
	version string
	// zips are the paths of the zips by platform.
	zips map[string]string
}

// dist returns the folder that "make release-dry-run" has just filled. It skips the
// test in other runs, in which the content of dist/ may be old.
func dist(t *testing.T) distribution {
	t.Helper()
	dir := os.Getenv("RELEASE_DIST")
	if dir == "" {
		t.Skip("needs a release in dist/, see make release-dry-run")
	}
	return readDist(t, dir)
}

func readDist(t *testing.T, dir string) distribution {
	t.Helper()
	d := distribution{dir: dir, zips: map[string]string{}}
	paths, err := filepath.Glob(filepath.Join(dir, "*.zip"))
	if err != nil {
		t.Fatal(err)
	}
	name := regexp.MustCompile(`^terraform-provider-sendgrid_(\d+\.\d+\.\d+)_([a-z]+_[a-z0-9]+)\.zip$`)
	for _, path := range paths {
		m := name.FindStringSubmatch(filepath.Base(path))
		if m == nil {
			t.Fatalf("%s does not have the name that the registry requires", path)
		}
		if d.version != "" && d.version != m[1] {
			t.Fatalf("%s contains versions %s and %s", dir, d.version, m[1])
		}
		d.version = m[1]
		d.zips[m[2]] = path
	}
	if len(d.zips) == 0 {
		t.Fatalf("%s contains no zip", dir)
	}
	return d
}

// file returns the path of a file of the release, whose name ends with the suffix.
func (d distribution) file(suffix string) string {
	return filepath.Join(d.dir, "terraform-provider-sendgrid_"+d.version+"_"+suffix)
}

// sums returns the path of the checksums, which the release workflow signs and the
// registry verifies.
func (d distribution) sums() string { return d.file("SHA256SUMS") }

// binary returns the name of the provider inside the zip.
func (d distribution) binary(platform string) string {
	name := "terraform-provider-sendgrid_v" + d.version
	if strings.HasPrefix(platform, "windows_") {
		name += ".exe"
	}
	return name
}

// open returns the content of a zip.
func open(t *testing.T, path string) *zip.Reader {
	t.Helper()
	r, err := zip.OpenReader(path)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = r.Close() })
	return &r.Reader
}

// unzip returns the content of one file in a zip.
func unzip(t *testing.T, zip *zip.Reader, name string) []byte {
	t.Helper()
	file, err := zip.Open(name)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	content, err := io.ReadAll(file)
	if err != nil {
		t.Fatal(err)
	}
	return content
}

func read(t *testing.T, path string) []byte {
	t.Helper()
	content, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return content
}

func sha256File(t *testing.T, path string) string {
	t.Helper()
	sum := sha256.Sum256(read(t, path))
	return hex.EncodeToString(sum[:])
}
