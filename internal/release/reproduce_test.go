package release

import (
	"bytes"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// The same commit builds to the same bytes: in another folder, with an empty build
// cache, in another time zone and with other file modes.
func TestReproducible(t *testing.T) {
	t.Parallel()
	d := dist(t)
	platform := host
	if d.zips[platform] == "" {
		platform = slices.Sorted(maps.Keys(d.zips))[0]
	}
	elsewhere := t.TempDir()
	copyTree(t, elsewhere)
	build, err := filepath.Abs(filepath.Join(root, "tools", "build-release.sh"))
	if err != nil {
		t.Fatal(err)
	}
	cmd := command(t, build, "--snapshot", platform)
	cmd.Dir = elsewhere
	cmd.Env = append(os.Environ(),
		"GIT_DIR="+strings.TrimSpace(string(output(t, command(t, "git", "rev-parse", "--absolute-git-dir")))),
		"GIT_WORK_TREE="+elsewhere,
		"GOCACHE="+t.TempDir(),
		"TZ=Asia/Kathmandu",
	)
	output(t, cmd)

	again := readDist(t, filepath.Join(elsewhere, "dist"))
	sums := func(d distribution) map[string]string {
		return map[string]string{
			"version": d.version,
			"zip":     sha256File(t, d.zips[platform]),
			"SBOM":    sha256File(t, d.file(platform+".cdx.json")),
		}
	}
	if diff := cmp.Diff(sums(d), sums(again)); diff != "" {
		t.Errorf("%s differs when built again (-first +second):\n%s", platform, diff)
	}
}

// copyTree copies the working tree, committed or not, except for files that git
// ignores.
func copyTree(t *testing.T, to string) {
	t.Helper()
	list := output(t, command(t, "git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"))
	for name := range bytes.SplitSeq(bytes.TrimSuffix(list, []byte{0}), []byte{0}) {
		content, err := os.ReadFile(filepath.Join(root, string(name)))
		if os.IsNotExist(err) {
			continue // Deleted, but the deletion is not committed yet.
		}
		if err != nil {
			t.Fatal(err)
		}
		path := filepath.Join(to, string(name))
		if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, content, 0o600); err != nil {
			t.Fatal(err)
		}
	}
}

// command returns a command that runs at the root of the project.
func command(t *testing.T, name string, args ...string) *exec.Cmd {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), name, args...)
	cmd.Dir = root
	return cmd
}

// output returns what a command prints to stdout, and fails the test with
// everything it prints if the command fails.
func output(t *testing.T, cmd *exec.Cmd) []byte {
	t.Helper()
	var stdout, stderr bytes.Buffer
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	if err := cmd.Run(); err != nil {
		t.Fatalf("%s: %v\n%s%s", cmd, err, stdout.String(), stderr.String())
	}
	return stdout.Bytes()
}
