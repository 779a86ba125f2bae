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
	for _, program := range []string{"bash", "curl"} {
		if _, err := exec.LookPath(program); err != nil {
			t.Skip("the commands need", program)
		}
	}
	const example = "guides/test-your-configuration"
	// The workflow waits for the emulator with a request that SendGrid does not know.
	server := openapi.StartForWrongRequests(t, emulator.Config{})
	folder := i.folder(t, example, clitest.Account(server)...)
	folder.Env = append(folder.Env,
		"PATH="+i.terraformInPath(t)+string(os.PathListSeparator)+os.Getenv("PATH"),
		"no_proxy=127.0.0.1", // For curl.
	)
	job := workflow(t, filepath.Join(root, example, "ci.yml"))
	if job.Env["SENDGRID_API_KEY"] != emulator.Credential {
		t.Error("the workflow has another credential than the emulator")
	}
	var printed strings.Builder
	for _, step := range job.Steps {
		lines := slices.DeleteFunc(strings.Split(step.Run, "\n"), startsEmulator)
		cmd := exec.CommandContext(t.Context(), "bash", "-euo", "pipefail", "-c", strings.Join(lines, "\n"))
		cmd.Dir, cmd.Env = folder.Dir, folder.Env
		out, err := cmd.CombinedOutput()
		if err != nil {
			t.Fatalf("%s: %v\n%s", step.Run, err, out)
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

// job is a job of a workflow of GitHub Actions. A step without commands uses an
// action, which does not run here.
type job struct {
	Env   map[string]string
	Steps []struct{ Run string }
}

// workflow returns the job "test" of a workflow.
func workflow(t *testing.T, file string) job {
	t.Helper()
	content, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	var parsed struct{ Jobs map[string]job }
	if err := yaml.Unmarshal(content, &parsed); err != nil {
		t.Fatal(err)
	}
	return parsed.Jobs["test"]
}
