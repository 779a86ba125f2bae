package examples

import (
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/terraform-sendgrid/terraform-provider-sendgrid/internal/clitest"
	"github.com/terraform-sendgrid/terraform-provider-sendgrid/internal/emulator"
	"github.com/terraform-sendgrid/terraform-provider-sendgrid/internal/openapi"
)

// sampleID is the id of a key in all pages.
const sampleID = "ynfH3dkkSYfdvQRKIjcP5Q"

// scenario is a reader who follows some sections of a page.
type scenario struct {
	page     string // Without its extension.
	sections []string
	account  emulator.Config
	// run uses every code block of the sections that is not marked, in the order of the
	// page.
	run func(*reader)
}

func (s scenario) contains(b block) bool {
	return b.mark == "" && s.page == strings.TrimSuffix(path.Base(b.page), ".md") && slices.Contains(s.sections, b.section)
}

// reader copies code blocks from a page: configurations to a folder, and commands to
// a shell. The CLI under test is the reader's terraform, and the emulator is SendGrid.
type reader struct {
	installed
	t      *testing.T
	server *emulator.Server
	folder *clitest.Folder
	// unread are the code blocks that are not used yet.
	unread []block
	// adapted are pairs of what the page says, and what the reader writes instead.
	adapted []string
	// typed is what the reader types while a command runs.
	typed string
	// printed is the output of the last command.
	printed string
}

// testGuides runs the scenarios.
func (i installed) testGuides(t *testing.T) {
	t.Parallel()
	all := allBlocks(t)
	for _, s := range scenarios() {
		t.Run(s.page+", "+s.sections[0], func(t *testing.T) {
			t.Parallel()
			r := i.reader(t, s.account)
			for _, b := range all {
				if s.contains(b) {
					i.requires(t, b.text)
					r.unread = append(r.unread, b)
				}
			}
			s.run(r)
			for _, b := range r.unread {
				t.Errorf("the scenario does not use %s", b.name())
			}
		})
	}
}

// reader returns a reader with an empty folder.
func (i installed) reader(t *testing.T, account emulator.Config) *reader {
	t.Helper()
	if _, err := exec.LookPath("bash"); err != nil {
		t.Skip("the commands are for bash")
	}
	account.Subusers = []string{"shop-subuser"}
	server := openapi.Start(t, account)
	folder := i.cli.Folder(t, i.config, append(clitest.Account(server),
		"PATH="+i.terraformInPath(t)+string(os.PathListSeparator)+os.Getenv("PATH"),
		"STANDIN_SCHEMAS="+i.schemas,
		"no_proxy=127.0.0.1", // For curl.
		"TF_INPUT=0",
		"TF_CLI_ARGS=-no-color",
		// The reader approves everything.
		"TF_CLI_ARGS_apply=-auto-approve",
		"TF_CLI_ARGS_state_replace_provider=-auto-approve",
	)...)
	return &reader{installed: i, t: t, server: server, folder: folder, adapted: []string{"https://api.sendgrid.com", server.URL()}}
}

// adapt makes the reader replace a text of the page.
func (r *reader) adapt(text, instead string) {
	r.adapted = append([]string{text, instead}, r.adapted...)
}

// next returns the next code block, which must be in the language.
func (r *reader) next(language string) block {
	r.t.Helper()
	if len(r.unread) == 0 {
		r.t.Fatalf("the sections have no further code block in the language %q", language)
	}
	if next := r.unread[0]; next.language != language {
		r.t.Fatalf("the next code block is not in the language %q: %s", language, next.name())
	}
	b := r.unread[0]
	r.unread = r.unread[1:]
	b.text = strings.NewReplacer(r.adapted...).Replace(b.text)
	return b
}

// write writes the next configuration to main.tf.
func (r *reader) write() {
	r.t.Helper()
	r.writeTo("main.tf")
}

func (r *reader) writeTo(name string) {
	r.t.Helper()
	configure(r.folder, name, r.next("terraform").text)
}

// configure writes a configuration, which may consist of resources only.
func configure(folder *clitest.Folder, name, text string) {
	if name == "main.tf" && !strings.Contains(text, "required_providers") {
		text = "terraform {\n  required_providers {\n    sendgrid = {\n      source = \"terraform-sendgrid/sendgrid\"\n    }\n  }\n}\n" + text
	}
	folder.Write(name, text)
}

// run runs the commands of the next block, and checks what they print.
func (r *reader) run(want ...string) {
	r.t.Helper()
	script := r.next("shell").text
	cmd := exec.CommandContext(r.t.Context(), "bash", "-euo", "pipefail", "-c", script)
	cmd.Dir, cmd.Env, cmd.Stdin = r.folder.Dir, r.folder.Env, strings.NewReader(r.typed)
	out, err := cmd.CombinedOutput()
	if err != nil {
		r.t.Fatalf("%s\n%v\n%s", script, err, out)
	}
	r.printed = string(out)
	for _, text := range want {
		r.prints(text)
	}
}

// output checks that the last command has printed the next block.
func (r *reader) output() {
	r.t.Helper()
	r.prints(r.next("text").text)
}

// prints checks that the last command has printed the lines of a text, in this order
// and possibly with others in between. Line breaks and frames do not matter.
func (r *reader) prints(text string) {
	r.t.Helper()
	words := func(s string) string {
		return strings.Join(strings.Fields(strings.NewReplacer("│", "", "╷", "", "╵", "").Replace(s)), " ")
	}
	rest := words(r.printed)
	for line := range strings.Lines(text) {
		_, after, found := strings.Cut(rest, words(line))
		if !found {
			r.t.Fatalf("the output lacks %q:\n%s", line, r.printed)
		}
		rest = after
	}
}

// enter changes to a directory next to the current one, and creates it.
func (r *reader) enter(dir string) {
	r.t.Helper()
	r.folder.Dir = filepath.Join(r.folder.Dir, dir)
	if err := os.MkdirAll(r.folder.Dir, 0o700); err != nil {
		r.t.Fatal(err)
	}
}

// create lets Terraform create a key, and returns it.
func (r *reader) create(more string) emulator.Key {
	r.t.Helper()
	configure(r.folder, "main.tf", "resource \"sendgrid_api_key\" \"newsletter\" {\n  name   = \"Newsletter\"\n  scopes = [\"mail.send\"]\n}\n"+more)
	r.folder.Init()
	r.folder.Apply()
	keys := r.server.Keys(emulator.Parent)
	r.server.TakeRequests()
	return keys[len(keys)-1]
}

// changesNothing checks that SendGrid has received no request that changes a key.
func (r *reader) changesNothing() {
	r.t.Helper()
	if methods := writes(r.server); len(methods) > 0 {
		r.t.Errorf("the commands sent the requests %s", methods)
	}
}
