package examples

import (
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	yaml "github.com/oasdiff/yaml3"

	"github.com/terraform-sendgrid/terraform-provider-sendgrid/internal/clitest"
	"github.com/terraform-sendgrid/terraform-provider-sendgrid/internal/emulator"
	"github.com/terraform-sendgrid/terraform-provider-sendgrid/internal/openapi"
)

// The commands of the workflow in the guide to tests, on an emulator that runs
// already. That of the guide needs a release of the provider.
func (i installed) testConfiguration(t *testing.T) {
	t.Parallel()
	if !i.cli.Has("1.7", "1.8") {
		t.Skip("mock_provider needs Terraform 1.7, or OpenTofu 1.8")
	}
	bash, err := exec.LookPath("bash")
	if err != nil {
		t.Skip("the commands are for bash")
	}
	const example = "guides/test-your-configuration"
	// The workflow waits for the emulator with a request that SendGrid does not know.
	server := openapi.StartForWrongRequests(t, emulator.Config{})
	folder := i.folder(t, example, clitest.Account(server)...)
	folder.Env = append(folder.Env, "PATH="+i.terraformInPath(t)+string(os.PathListSeparator)+os.Getenv("PATH"))
	var printed strings.Builder
	for _, commands := range workflow(t, filepath.Join(root, example, "ci.yml")) {
		lines := slices.DeleteFunc(strings.Split(commands, "\n"), startsEmulator)
		cmd := exec.CommandContext(t.Context(), bash, "-euo", "pipefail", "-c", strings.Join(lines, "\n"))
		cmd.Dir, cmd.Env = folder.Dir, folder.Env
		out, err := cmd.CombinedOutput()
		if err != nil {
			t.Fatalf("%s: %v\n%s", commands, err, out)
		}
		printed.Write(out)
	}
	if got := strings.Count(printed.String(), " 3 passed, 0 failed."); got != 2 {
		t.Errorf("%d of 2 tests pass:\n%s", got, printed.String())
	}
	created := 0
	for _, r := range server.Requests() {
		if r.Method == "POST" {
			created++
		}
	}
	if left := server.Keys(emulator.Parent); created != 2 || len(left) > 0 {
		t.Errorf("the tests created %d keys and left %d", created, len(left))
	}
}

func startsEmulator(line string) bool { return strings.HasPrefix(line, "go run ") }

// terraformInPath returns a directory in which the CLI is named terraform.
func (i installed) terraformInPath(t *testing.T) string {
	t.Helper()
	program, err := exec.LookPath(i.cli.Path)
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	if err := os.Symlink(program, filepath.Join(dir, "terraform")); err != nil {
		t.Skip("needs symbolic links:", err)
	}
	return dir
}

// workflow returns the commands of a workflow of GitHub Actions, a text for each
// step.
func workflow(t *testing.T, file string) (steps []string) {
	t.Helper()
	content, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	var parsed struct {
		Jobs map[string]struct {
			Steps []struct{ Run string }
		}
	}
	if err := yaml.Unmarshal(content, &parsed); err != nil {
		t.Fatal(err)
	}
	for _, step := range parsed.Jobs["test"].Steps {
		if step.Run != "" {
			steps = append(steps, step.Run)
		}
	}
	return steps
}
