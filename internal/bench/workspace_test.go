package bench

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/terraform-sendgrid/terraform-provider-sendgrid/internal/cli"
	"github.com/terraform-sendgrid/terraform-provider-sendgrid/internal/clitest"
	"github.com/terraform-sendgrid/terraform-provider-sendgrid/internal/mirror"
)

// The configuration uses count and not for_each, which a CLI evaluates as a whole
// for every single key.
const configuration = `
variable "keys" { type = number }
variable "prefix" { type = string }
variable "scopes" { type = set(string) }

resource "sendgrid_api_key" "key" {
  count  = var.keys
  name   = "${var.prefix}-${count.index}"
  scopes = var.scopes
}
`

// workspace is a folder with a configuration of n keys, which all change at once.
type workspace struct {
	*cli.Folder
	n int
	// each runs a command of the CLI.
	each func(command func())

	exist             bool
	renamed, rescoped int
}

// newWorkspace returns a workspace without keys. Its providers run in dir.
func newWorkspace(b *testing.B, dir, provider string, n int, env ...string) *workspace {
	b.Helper()
	m, err := mirror.New(dir)
	if err != nil {
		b.Fatal(err)
	}
	// The address of a provider that the configuration does not require explicitly.
	if err := m.Add("registry.terraform.io/hashicorp/sendgrid", mirror.Version, provider); err != nil {
		b.Fatal(err)
	}
	w := &workspace{Folder: clitest.Find(b).CLI.Folder(b.TempDir(), m.Config, env...), n: n}
	w.each = func(command func()) { command() }
	w.write(b, "main.tf", configuration)
	w.run(b, "init", "-input=false")
	return w
}

func (w *workspace) write(b *testing.B, name, text string) {
	b.Helper()
	if err := os.WriteFile(filepath.Join(w.Dir, name), []byte(text), 0o600); err != nil {
		b.Fatal(err)
	}
}

func (w *workspace) run(b *testing.B, args ...string) {
	b.Helper()
	w.each(func() {
		out, code, err := w.Run(b.Context(), args...)
		if err != nil || code != 0 {
			b.Fatalf("%s exits with %d: %v\n%s", args[0], code, err, out)
		}
	})
}

// operation is what a user does with all keys at once: a plan, and its apply unless
// the plan is empty.
type operation struct {
	name  string
	plan  []string
	empty bool
	// prepare gives the plan something to do.
	prepare func(w *workspace, b *testing.B)
	// before and after are whether the keys exist.
	before, after bool
	// processes is how many provider processes send a request for every key.
	processes int
}

func create() operation { return operation{name: "create", after: true, processes: 1} }

func destroy() operation {
	return operation{name: "destroy", plan: []string{"-destroy"}, before: true, processes: 2}
}

func emptyPlan() operation {
	return operation{name: "empty-plan", plan: []string{"-detailed-exitcode"}, empty: true, before: true, after: true, processes: 1}
}

// operations returns all of them. Each leaves what the next one needs.
func operations() []operation {
	return []operation{
		create(),
		emptyPlan(),
		{name: "re-scope", prepare: (*workspace).rescope, before: true, after: true, processes: 2},
		{name: "rename", prepare: (*workspace).rename, before: true, after: true, processes: 2},
		{name: "import", prepare: (*workspace).forget, before: true, after: true, processes: 1},
		destroy(),
	}
}

func (w *workspace) rescope(*testing.B) { w.rescoped++ }
func (w *workspace) rename(*testing.B)  { w.renamed++ }

// forget empties the state, and makes the configuration import the keys.
func (w *workspace) forget(b *testing.B) {
	b.Helper()
	state, err := os.ReadFile(filepath.Join(w.Dir, "terraform.tfstate"))
	if err != nil {
		b.Fatal(err)
	}
	key := regexp.MustCompile(`"id": "([^"]+)",\s+"name": "bench-\d+-(\d+)"`)
	var imports strings.Builder
	for _, found := range key.FindAllStringSubmatch(string(state), -1) {
		fmt.Fprintf(&imports, "import {\n  to = sendgrid_api_key.key[%s]\n  id = %q\n}\n", found[2], found[1])
	}
	w.write(b, "import.tf", imports.String())
	w.write(b, "terraform.tfstate", "")
}

// prepare gets the workspace ready for an operation.
func (w *workspace) prepare(b *testing.B, o operation) {
	b.Helper()
	w.write(b, "import.tf", "")
	switch {
	case o.before && !w.exist:
		w.do(b, create())
	case !o.before && w.exist:
		w.do(b, destroy())
	}
	if o.prepare != nil {
		o.prepare(w, b)
	}
}

// do performs an operation.
func (w *workspace) do(b *testing.B, o operation) {
	b.Helper()
	scopes := []string{`["mail.send", "stats.read", "templates.read"]`, `["alerts.read", "mail.send", "stats.read"]`}[w.rescoped%2]
	w.run(b, append([]string{
		"plan", "-input=false", "-out=bench.tfplan",
		fmt.Sprintf("-var=keys=%d", w.n), fmt.Sprintf("-var=prefix=bench-%d", w.renamed), "-var=scopes=" + scopes,
	}, o.plan...)...)
	if !o.empty {
		w.run(b, "apply", "-input=false", "bench.tfplan")
	}
	w.exist = o.after
}
