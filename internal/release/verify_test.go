package release

import (
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// The release workflow uploads the zips, their SBOMs, the manifest and the checksums.
func TestFiles(t *testing.T) {
	t.Parallel()
	d := dist(t)
	want := []string{d.file("SHA256SUMS"), d.file("manifest.json")}
	for platform := range d.zips {
		want = append(want, d.file(platform+".zip"), d.file(platform+".cdx.json"))
	}
	slices.Sort(want)
	if diff := cmp.Diff(want, uploaded(t, d)); diff != "" {
		t.Errorf("uploaded files (-want +got):\n%s", diff)
	}
}

// The release workflow signs the checksums with a key, and the commands of the guide
// verify the signature and the files. Both fail when somebody has changed a file.
func TestSignature(t *testing.T) {
	t.Parallel()
	d := dist(t)
	for _, tool := range []string{"gpg", "gpgconf", "bash", "sha256sum"} {
		if _, err := exec.LookPath(tool); err != nil {
			t.Skipf("signs with a throwaway key, which needs %s", tool)
		}
	}
	sign := releaseWorkflow(t)["publish"].named(t, "Sign the checksums").Run
	verify := d.guide(t, "gpg --verify")
	check := d.guide(t, "sha256sum --check")

	owner := newKeyring(t)
	owner.must(t, ".", "gpg --batch --pinentry-mode=loopback --passphrase=throwaway --quick-generate-key throwaway@example.com ed25519 sign 1d")
	secret := owner.must(t, ".", "gpg --batch --pinentry-mode=loopback --passphrase=throwaway --armor --export-secret-keys")
	public := owner.must(t, ".", "gpg --batch --armor --export")
	job := newKeyring(t, "GPG_PRIVATE_KEY="+secret, "PASSPHRASE=throwaway")
	user := newKeyring(t, "PUBLIC_KEY="+public)
	user.must(t, ".", `gpg --batch --import <<< "$PUBLIC_KEY"`)

	release := copyRelease(t, d)
	job.must(t, release, sign)
	user.must(t, release, verify)
	user.must(t, release, check)

	zip := filepath.Base(slices.Sorted(maps.Values(d.zips))[0])
	change(t, filepath.Join(release, zip))
	user.fails(t, release, check)
	change(t, filepath.Join(release, filepath.Base(d.sums())))
	user.fails(t, release, verify)

	changed := copyRelease(t, d)
	change(t, filepath.Join(changed, zip))
	job.fails(t, changed, sign)
	if _, err := os.Stat(filepath.Join(changed, filepath.Base(d.sums())+".sig")); !os.IsNotExist(err) {
		t.Errorf("a release with a changed file was signed: %v", err)
	}
}

// The commands of the guide unpack the provider, and print the version of Go that built
// it.
func TestUnpack(t *testing.T) {
	t.Parallel()
	d := dist(t)
	if d.zips[host] == "" {
		t.Skipf("dist/ contains no release for %s", host)
	}
	if _, err := exec.LookPath("unzip"); err != nil {
		t.Skip("needs unzip")
	}
	cmd := command(t, "bash", "-e", "-c", d.guide(t, "unzip"))
	cmd.Dir = copyRelease(t, d)
	if out := string(output(t, cmd)); !strings.HasSuffix(strings.TrimSpace(out), ": "+runtime.Version()) {
		t.Errorf("the version of Go is not %s:\n%s", runtime.Version(), out)
	}
}

// The command of the guide builds the provider that is in the zip.
func TestRebuild(t *testing.T) {
	t.Parallel()
	d := dist(t)
	zip := d.zips[host]
	if zip == "" {
		t.Skipf("dist/ contains no release for %s", host)
	}
	dir := t.TempDir()
	copyTree(t, dir)
	cmd := command(t, "bash", "-c", d.guide(t, "CGO_ENABLED=0"))
	cmd.Dir = dir
	output(t, cmd)
	if string(read(t, filepath.Join(dir, d.binary(host)))) != string(unzip(t, open(t, zip), d.binary(host))) {
		t.Error("the guide builds another binary")
	}
}

// guide returns the command of the guide that begins with some words, for this release
// in place of the one in the guide.
func (d distribution) guide(t *testing.T, begin string) string {
	t.Helper()
	text := string(readFile(t, "templates/guides/verify-a-release.md"))
	for _, m := range regexp.MustCompile("(?s)\n```shell\n(.*?)```\n").FindAllStringSubmatch(text, -1) {
		if strings.HasPrefix(m[1], begin) {
			system, arch, _ := strings.Cut(host, "_")
			return strings.NewReplacer(
				"1.2.3", d.version, "linux_amd64", host, "GOOS=linux", "GOOS="+system, "GOARCH=amd64", "GOARCH="+arch,
			).Replace(m[1])
		}
	}
	t.Fatalf("the guide has no command %s", begin)
	return ""
}

// uploaded returns the paths of the files that the release workflow uploads.
func uploaded(t *testing.T, d distribution) []string {
	t.Helper()
	var paths []string
	for pattern := range strings.Lines(releaseWorkflow(t)["build"].action(t, "actions/upload-artifact").With["path"]) {
		found, err := filepath.Glob(filepath.Join(d.dir, "..", strings.TrimSpace(pattern)))
		if err != nil {
			t.Fatal(err)
		}
		paths = append(paths, found...)
	}
	slices.Sort(paths)
	return paths
}

// copyRelease returns a folder with the files that the release workflow uploads.
func copyRelease(t *testing.T, d distribution) string {
	t.Helper()
	dir := t.TempDir()
	for _, path := range uploaded(t, d) {
		if err := os.WriteFile(filepath.Join(dir, filepath.Base(path)), read(t, path), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

// change appends a byte to a file.
func change(t *testing.T, path string) {
	t.Helper()
	if err := os.WriteFile(path, append(read(t, path), '\n'), 0o600); err != nil {
		t.Fatal(err)
	}
}

// keyring runs commands with a GPG home of its own.
type keyring []string

func newKeyring(t *testing.T, env ...string) keyring {
	t.Helper()
	home, err := os.MkdirTemp("", "gpg") //nolint:usetesting // The path of the agent's socket has to be short.
	if err != nil {
		t.Fatal(err)
	}
	k := append(keyring{"GNUPGHOME=" + home}, env...)
	t.Cleanup(func() {
		cmd := exec.Command("gpgconf", "--kill", "all") //nolint:noctx // The context of the test has ended.
		cmd.Env = append(os.Environ(), k...)
		_ = cmd.Run()
		_ = os.RemoveAll(home)
	})
	return k
}

func (k keyring) run(t *testing.T, dir, script string) *exec.Cmd {
	t.Helper()
	cmd := command(t, "bash", "-e", "-o", "pipefail", "-c", script)
	cmd.Dir = dir
	cmd.Env = append(os.Environ(), k...)
	return cmd
}

func (k keyring) must(t *testing.T, dir, script string) string {
	t.Helper()
	return string(output(t, k.run(t, dir, script)))
}

func (k keyring) fails(t *testing.T, dir, script string) {
	t.Helper()
	if out, err := k.run(t, dir, script).CombinedOutput(); err == nil {
		t.Errorf("%s accepts a changed file:\n%s", script, out)
	}
}
