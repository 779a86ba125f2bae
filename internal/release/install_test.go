package release

import (
	"archive/zip"
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/terraform-sendgrid/terraform-provider-sendgrid/internal/clitest"
	"github.com/terraform-sendgrid/terraform-provider-sendgrid/internal/emulator"
	"github.com/terraform-sendgrid/terraform-provider-sendgrid/internal/mirror"
	"github.com/terraform-sendgrid/terraform-provider-sendgrid/internal/openapi"
	"github.com/terraform-sendgrid/terraform-provider-sendgrid/internal/provider"
)

// A user installs the release with a plain init, from a mirror with the zip as in
// the registry, and applies the first example of the README. A worker that has only
// the configuration, the lock file and the state then installs the same release,
// with a read-only lock file, and destroys everything.
func TestInstall(t *testing.T) {
	t.Parallel()
	d := dist(t)
	if d.zips[host] == "" {
		t.Skipf("dist/ contains no release for %s, the only platform that runs here", host)
	}
	if os.Getenv("TF_ACC") == "" {
		t.Fatal("TF_ACC is not set: run make release-dry-run")
	}
	cli := clitest.Find(t)
	sendgrid := openapi.Start(t, emulator.Config{})
	config := install(t, d.zips[host])

	user := cli.Folder(t, config, clitest.Account(sendgrid)...)
	user.Write("main.tf", readmeExample(t))
	user.Must(0, "init", "-input=false")
	lock := user.Read(".terraform.lock.hcl")
	checkLock(t, lock, d)
	user.Must(0, "apply", "-input=false", "-auto-approve")

	keys := sendgrid.Keys(emulator.Parent)
	if len(keys) != 1 {
		t.Fatalf("created %d keys, want 1", len(keys))
	}
	if keys[0].Name != "Newsletter" || !slices.Equal(keys[0].Scopes, []string{"mail.send"}) {
		t.Errorf("created %q with scopes %q", keys[0].Name, keys[0].Scopes)
	}
	if state := user.Read("terraform.tfstate"); !strings.Contains(state, `"`+keys[0].Secret+`"`) {
		t.Error("the secret of the key is not in the state")
	}
	// The version of the build reaches SendGrid.
	agent := "terraform-provider-sendgrid/" + d.version + " "
	for _, request := range sendgrid.Requests() {
		if !strings.Contains(request.UserAgent+" ", agent) {
			t.Errorf("%s came from %q, want %q", request, request.UserAgent, agent)
		}
	}

	worker := cli.Folder(t, config, clitest.Account(sendgrid)...)
	for _, name := range []string{"main.tf", ".terraform.lock.hcl", "terraform.tfstate"} {
		worker.Write(name, user.Read(name))
	}
	worker.Must(0, "init", "-input=false", "-lockfile=readonly")
	worker.Must(0, "plan", "-input=false", "-detailed-exitcode")
	worker.Must(0, "destroy", "-input=false", "-auto-approve")
	if left := sendgrid.Keys(emulator.Parent); len(left) > 0 {
		t.Errorf("%d keys are left", len(left))
	}
	if diff := cmp.Diff(lock, worker.Read(".terraform.lock.hcl")); diff != "" {
		t.Errorf("the lock file has changed (-before +after):\n%s", diff)
	}
}

// install adds the zip to a mirror, the only place from which the CLI installs
// providers. It returns the CLI configuration file.
func install(t *testing.T, zip string) string {
	t.Helper()
	content, err := os.ReadFile(zip)
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	copied := filepath.Join(dir, filepath.Base(zip))
	if err := os.WriteFile(copied, content, 0o600); err != nil {
		t.Fatal(err)
	}
	m, err := mirror.New(dir)
	if err != nil {
		t.Fatal(err)
	}
	if err := m.AddRelease(provider.Address, copied); err != nil {
		t.Fatal(err)
	}
	return m.Config
}

// checkLock expects one provider with its version and a single checksum: that of
// the files in the zip, which every CLI writes for a provider from a mirror.
func checkLock(t *testing.T, lock string, d distribution) {
	t.Helper()
	block := regexp.MustCompile(`(?m)^provider "registry\.[a-z.]+/terraform-sendgrid/sendgrid" \{`)
	if found := block.FindAllString(lock, -1); len(found) != 1 {
		t.Errorf("the lock file names the provider %d times:\n%s", len(found), lock)
	}
	version := regexp.MustCompile(`(?m)^ +version +=  *"(.*)"$`).FindStringSubmatch(lock)
	if version == nil || version[1] != d.version {
		t.Errorf("the lock file does not contain version %s:\n%s", d.version, lock)
	}
	var hashes []string
	for _, m := range regexp.MustCompile(`"((?:h1|zh):[^"]+)"`).FindAllStringSubmatch(lock, -1) {
		hashes = append(hashes, m[1])
	}
	if diff := cmp.Diff([]string{h1(t, open(t, d.zips[host]))}, hashes); diff != "" {
		t.Errorf("checksums in the lock file (-want +got):\n%s", diff)
	}
}

// h1 returns the checksum that lock files and go.sum use: the hash of a list of all
// files with their SHA-256, sorted by name.
func h1(t *testing.T, zip *zip.Reader) string {
	t.Helper()
	names := make([]string, len(zip.File))
	for i, file := range zip.File {
		names[i] = file.Name
	}
	slices.Sort(names)
	list := sha256.New()
	for _, name := range names {
		fmt.Fprintf(list, "%x  %s\n", sha256.Sum256(unzip(t, zip, name)), name)
	}
	return "h1:" + base64.StdEncoding.EncodeToString(list.Sum(nil))
}

// readmeExample returns the first configuration of the README.
func readmeExample(t *testing.T) string {
	t.Helper()
	readme, err := os.ReadFile(filepath.Join(root, "README.md"))
	if err != nil {
		t.Fatal(err)
	}
	m := regexp.MustCompile("(?s)\n```terraform\n(.*?)\n```\n").FindSubmatch(readme)
	if m == nil {
		t.Fatal("the README has no example")
	}
	return string(m[1]) + "\n"
}
