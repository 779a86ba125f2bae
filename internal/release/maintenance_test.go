package release

import (
	"path"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// Updates of every module, and of the actions, are proposed a week after they have been
// published. Those of the provider include indirect modules.
func TestDependabot(t *testing.T) {
	t.Parallel()
	var config struct {
		Updates []struct {
			Ecosystem   string         `yaml:"package-ecosystem"`
			Directory   string         `yaml:"directory"`
			Directories []string       `yaml:"directories"`
			Cooldown    map[string]int `yaml:"cooldown"`
			Allow       []struct {
				Type string `yaml:"dependency-type"`
			} `yaml:"allow"`
		} `yaml:"updates"`
	}
	readYAML(t, ".github/dependabot.yml", &config)
	covered := map[string][]string{}
	for _, update := range config.Updates {
		covered[update.Ecosystem] = append(covered[update.Ecosystem], append(update.Directories, update.Directory)...)
		if days := update.Cooldown["default-days"]; days < 7 {
			t.Errorf("%s in %s has a cooldown of %d days", update.Ecosystem, update.Directory, days)
		}
		if update.Ecosystem != "gomod" {
			continue
		}
		if len(update.Allow) == 0 {
			t.Errorf("%s leaves out indirect modules", update.Directory)
		}
		for _, allow := range update.Allow {
			if allow.Type != "all" {
				t.Errorf("%s leaves out modules other than %s", update.Directory, allow.Type)
			}
		}
	}
	for _, name := range files(t, "go.mod", "tools/go.mod", "tools/*/go.mod") {
		if dir := path.Join("/", path.Dir(name)); !slices.Contains(covered["gomod"], dir) {
			t.Errorf("%s is not kept up to date", name)
		}
	}
	for _, name := range files(t, ".github/actions/*/action.yml") {
		if dir := path.Join("/", path.Dir(name)); !slices.Contains(covered["github-actions"], dir) {
			t.Errorf("%s is not kept up to date", name)
		}
	}
}

// Every file has an owner, who reviews changes to it.
func TestCodeOwners(t *testing.T) {
	t.Parallel()
	all := false
	for line := range strings.Lines(string(readFile(t, ".github/CODEOWNERS"))) {
		rule := strings.Fields(line)
		if len(rule) == 0 || rule[0] == "#" {
			continue
		}
		all = all || rule[0] == "*"
		if len(rule) < 2 || !strings.HasPrefix(rule[1], "@") {
			t.Errorf("%q has no owner", rule[0])
		}
	}
	if !all {
		t.Error("there are files without an owner")
	}
}

// SECURITY.md says what a reader needs to know before trusting the provider, and refers
// to pages that exist.
func TestSecurityPolicy(t *testing.T) {
	t.Parallel()
	policy := string(readFile(t, "SECURITY.md"))
	for _, heading := range []string{
		"Whom the provider trusts", "Where secrets are stored", "What a run can leave behind",
		"Supported versions", "Report a vulnerability",
	} {
		if !strings.Contains(policy, "\n## "+heading+"\n") {
			t.Errorf("there is no section %q", heading)
		}
	}
	for _, link := range regexp.MustCompile(`\]\(docs/([\w/-]+)\.md`).FindAllStringSubmatch(policy, -1) {
		files(t, "templates/"+link[1]+".md*")
	}
}
