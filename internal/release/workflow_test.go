package release

import (
	"maps"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	goversion "github.com/hashicorp/go-version"
	yaml "github.com/oasdiff/yaml3"
)

// workflow is a workflow of GitHub Actions, as far as the tests look at it.
type workflow struct {
	Permissions map[string]string `yaml:"permissions"`
	Jobs        map[string]job    `yaml:"jobs"`
}

type job struct {
	Uses        string            `yaml:"uses"`
	Needs       any               `yaml:"needs"`
	Environment string            `yaml:"environment"`
	Permissions map[string]string `yaml:"permissions"`
	Steps       []step            `yaml:"steps"`
}

type step struct {
	Name string            `yaml:"name"`
	Uses string            `yaml:"uses"`
	With map[string]string `yaml:"with"`
	Run  string            `yaml:"run"`
}

// action returns the step of the job that uses the action.
func (j job) action(t *testing.T, name string) step {
	t.Helper()
	return j.step(t, name, func(s step) bool { return strings.HasPrefix(s.Uses, name+"@") })
}

// named returns the step of the job with the name.
func (j job) named(t *testing.T, name string) step {
	t.Helper()
	return j.step(t, name, func(s step) bool { return s.Name == name })
}

func (j job) step(t *testing.T, name string, is func(step) bool) step {
	t.Helper()
	i := slices.IndexFunc(j.Steps, is)
	if i < 0 {
		t.Fatalf("there is no step %q", name)
	}
	return j.Steps[i]
}

// releaseWorkflow returns the jobs of the release workflow.
func releaseWorkflow(t *testing.T) map[string]job {
	t.Helper()
	var w workflow
	readYAML(t, ".github/workflows/release.yml", &w)
	return w.Jobs
}

func readYAML(t *testing.T, name string, to any) {
	t.Helper()
	if err := yaml.Unmarshal(readFile(t, name), to); err != nil {
		t.Fatalf("%s: %v", name, err)
	}
}

// readFile returns the content of a file of the project.
func readFile(t *testing.T, name string) []byte {
	t.Helper()
	return read(t, filepath.Join(root, name))
}

// files returns the files of the project with names that match.
func files(t *testing.T, patterns ...string) []string {
	t.Helper()
	var names []string
	for _, pattern := range patterns {
		paths, err := filepath.Glob(filepath.Join(root, pattern))
		if err != nil || len(paths) == 0 {
			t.Fatalf("no files match %s: %v", pattern, err)
		}
		for _, path := range paths {
			name, err := filepath.Rel(root, path)
			if err != nil {
				t.Fatal(err)
			}
			names = append(names, filepath.ToSlash(name))
		}
	}
	return names
}

// A tag can be moved to other code, a commit cannot.
func TestActionsArePinned(t *testing.T) {
	t.Parallel()
	uses := regexp.MustCompile(`(?m)^ *(?:- )?uses: (.+)$`)
	pinned := regexp.MustCompile(`^(\./\S+|[\w-]+/[\w/-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+)$`)
	for _, name := range files(t, ".github/workflows/*.yml", ".github/actions/*/action.yml") {
		for _, m := range uses.FindAllStringSubmatch(string(readFile(t, name)), -1) {
			if !pinned.MatchString(m[1]) {
				t.Errorf("%s uses %s, which is not a commit with its version", name, m[1])
			}
		}
	}
}

// Every job is only allowed to read the code, but for those that publish something.
func TestPermissions(t *testing.T) {
	t.Parallel()
	want := map[string]map[string]string{
		"codeql.yml analyze":  {"contents": "read", "security-events": "write"},
		"release.yml attest":  {"attestations": "write", "id-token": "write"},
		"release.yml publish": {"contents": "write"},
	}
	got := map[string]map[string]string{}
	for _, name := range files(t, ".github/workflows/*.yml") {
		var w workflow
		readYAML(t, name, &w)
		if diff := cmp.Diff(map[string]string{"contents": "read"}, w.Permissions); diff != "" {
			t.Errorf("%s: permissions (-want +got):\n%s", name, diff)
		}
		for id, job := range w.Jobs {
			if job.Permissions != nil {
				got[filepath.Base(name)+" "+id] = job.Permissions
			}
		}
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("permissions of jobs (-want +got):\n%s", diff)
	}
}

// The job that publishes is the only one with secrets. It is protected by an
// environment, and runs nothing from the repository.
func TestSecrets(t *testing.T) {
	t.Parallel()
	secret := regexp.MustCompile(`\bsecrets\b(\.\w+)?`)
	var found []string
	for _, name := range files(t, ".github/workflows/*.yml", ".github/actions/*/action.yml") {
		text := string(readFile(t, name))
		if name == ".github/workflows/release.yml" {
			var publish string
			if text, publish, _ = strings.Cut(text, "\n  publish:\n"); regexp.MustCompile(`(?m)^  \w`).MatchString(publish) {
				t.Errorf("%s: the job that publishes is not the last one", name)
			}
			found = secret.FindAllString(publish, -1)
		}
		if found := secret.FindAllString(text, -1); found != nil {
			t.Errorf("%s uses %q", name, found)
		}
	}
	if diff := cmp.Diff([]string{"secrets.GPG_PRIVATE_KEY", "secrets.PASSPHRASE"}, found); diff != "" {
		t.Errorf("secrets of the job that publishes (-want +got):\n%s", diff)
	}

	publish := releaseWorkflow(t)["publish"]
	if publish.Environment != "release" {
		t.Errorf("the job that publishes runs in environment %q", publish.Environment)
	}
	var steps []string
	for _, step := range publish.Steps {
		action, _, _ := strings.Cut(step.Uses, "@")
		steps = append(steps, step.Name+action)
	}
	if diff := cmp.Diff([]string{"actions/download-artifact", "Sign the checksums", "Publish"}, steps); diff != "" {
		t.Errorf("steps of the job that publishes (-want +got):\n%s", diff)
	}
}

// A release is built from a tag that was checked and tested, and it is attested before
// it is published.
func TestReleaseJobs(t *testing.T) {
	t.Parallel()
	jobs := releaseWorkflow(t)
	got := map[string]any{}
	for id, job := range jobs {
		got[id] = job.Needs
	}
	want := map[string]any{"tag": nil, "test": nil, "build": []any{"tag", "test"}, "attest": "build", "publish": "attest"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("needs (-want +got):\n%s", diff)
	}
	if want, got := `tools/check-tag.sh "$GITHUB_REF_NAME"`, jobs["tag"].Steps[1].Run; got != want {
		t.Errorf("the tag is checked by %q, want %q", got, want)
	}

	// What was built, and nothing else, is attested and published.
	built := jobs["build"].action(t, "actions/upload-artifact").With["name"]
	for _, id := range []string{"attest", "publish"} {
		got := jobs[id].action(t, "actions/download-artifact").With
		if diff := cmp.Diff(map[string]string{"name": built, "path": "dist"}, got); diff != "" {
			t.Errorf("download of %s (-want +got):\n%s", id, diff)
		}
	}
	if got := jobs["attest"].action(t, "actions/attest").With["subject-path"]; got != "dist/*" {
		t.Errorf("attests %q, want all files", got)
	}
}

// Releases are built with one version of Go, down to the patch, so that the build can
// be repeated.
func TestGoVersion(t *testing.T) {
	t.Parallel()
	var action struct {
		Runs job `yaml:"runs"`
	}
	readYAML(t, ".github/actions/setup-go/action.yml", &action)
	setup := action.Runs.action(t, "actions/setup-go").With
	if want := []string{"cache", "cache-dependency-path", "go-version"}; !slices.Equal(want, slices.Sorted(maps.Keys(setup))) {
		t.Errorf("inputs that may change the version of Go: %q", setup)
	}
	pinned := setup["go-version"]
	if !regexp.MustCompile(`^\d+\.\d+\.\d+$`).MatchString(pinned) {
		t.Fatalf("the version of Go is %q, want an exact one", pinned)
	}
	for _, name := range files(t, "go.mod", "tools/go.mod", "tools/*/go.mod") {
		m := regexp.MustCompile(`(?m)^go (\S+)$`).FindSubmatch(readFile(t, name))
		if m == nil {
			t.Fatalf("%s has no version of Go", name)
		}
		if least := goversion.Must(goversion.NewVersion(string(m[1]))); goversion.Must(goversion.NewVersion(pinned)).LessThan(least) {
			t.Errorf("%s needs Go %s, the release is built with %s", name, least, pinned)
		}
	}
}
