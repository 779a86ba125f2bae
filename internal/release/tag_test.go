package release

import (
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
)

// Only a version that is on main and complete can be released.
func TestCheckTag(t *testing.T) {
	t.Parallel()
	if runtime.GOOS == "windows" {
		t.Skip("the release workflow runs on Linux")
	}
	const (
		changelog   = "# Changelog\n\n## [1.2.3] - 2026-11-21\n"
		fingerprint = "    0123 4567 89AB CDEF 0123  4567 89AB CDEF 0123 4567\n"
	)
	for name, test := range map[string]struct {
		tag       string
		branch    string
		changelog string
		guide     string
		want      string // What is wrong, or empty.
	}{
		"complete": {
			tag: "v1.2.3", branch: "main", changelog: changelog, guide: fingerprint,
		},
		"on another branch": {
			tag: "v1.2.3", branch: "side", changelog: changelog, guide: fingerprint,
			want: "its commit is not on main",
		},
		"not in the changelog": {
			tag: "v1.2.4", branch: "main", changelog: changelog, guide: fingerprint,
			want: "CHANGELOG.md has no section for it",
		},
		"no version": {
			tag: "v1.2", branch: "main", changelog: changelog, guide: fingerprint,
			want: "it is not a semantic version",
		},
		"signed by an unknown key": {
			tag: "v1.2.3", branch: "main", changelog: changelog, guide: "There is no signing key yet.\n",
			want: "templates/guides/verify-a-release.md does not have the fingerprint of the signing key",
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := repository{t.TempDir()}
			r.git(t, "init", "--quiet", "--initial-branch=main")
			r.commit(t, "README.md", "")
			r.git(t, "checkout", "--quiet", "-B", test.branch)
			r.commit(t, "CHANGELOG.md", test.changelog)
			r.commit(t, "templates/guides/verify-a-release.md", test.guide)
			r.git(t, "tag", test.tag)
			r.git(t, "update-ref", "refs/remotes/origin/main", "main")

			script, err := filepath.Abs(filepath.Join(root, "tools", "check-tag.sh"))
			if err != nil {
				t.Fatal(err)
			}
			out, err := r.run(t, script, test.tag)
			if test.want == "" && err != nil {
				t.Fatalf("%v: %s", err, out)
			}
			if test.want != "" && (err == nil || out != test.tag+" cannot be released: "+test.want+".\n") {
				t.Errorf("err = %v, printed %q, want %q", err, out, test.want)
			}
		})
	}
}

// repository is the folder of a git repository.
type repository struct{ dir string }

func (r repository) commit(t *testing.T, name, content string) {
	t.Helper()
	path := filepath.Join(r.dir, name)
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
	r.git(t, "add", name)
	r.git(t, "-c", "user.name=Test", "-c", "user.email=test@example.com", "commit", "--quiet", "--message", name)
}

func (r repository) git(t *testing.T, args ...string) {
	t.Helper()
	if out, err := r.run(t, "git", args...); err != nil {
		t.Fatalf("git %s: %v\n%s", strings.Join(args, " "), err, out)
	}
}

func (r repository) run(t *testing.T, name string, args ...string) (string, error) {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), name, args...)
	cmd.Dir = r.dir
	// No settings of the user, such as signed commits or hooks.
	cmd.Env = append(os.Environ(), "GIT_CONFIG_GLOBAL="+os.DevNull, "GIT_CONFIG_SYSTEM="+os.DevNull)
	out, err := cmd.CombinedOutput()
	return string(out), err
}
