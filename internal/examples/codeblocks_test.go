package examples

import (
	"io/fs"
	"os"
	"path"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/terraform-sendgrid/terraform-provider-sendgrid/internal/emulator"
)

// block is a code block of a page.
type block struct {
	page     string
	section  string // The heading above the block.
	language string
	text     string
	// mark is the comment above the block: "not run: REASON" or "run by TEST".
	mark string
	// example is the file below examples/ with the same content, if there is one.
	example string
}

// name identifies the block in messages, by its first line.
func (b block) name() string {
	first, _, _ := strings.Cut(b.text, "\n")
	return path.Base(b.page) + ", " + b.section + ": " + first
}

// checked reports whether a test runs or validates the block: the tests of the
// examples, a scenario, or testBlocks.
func (b block) checked() bool {
	return b.example != "" || b.inScenario() || b.mark == "" && b.language == "terraform"
}

func (b block) inScenario() bool {
	return slices.ContainsFunc(scenarios(), func(s scenario) bool { return s.contains(b) })
}

var (
	fence = regexp.MustCompile("^( *)```(.*)$")
	mark  = regexp.MustCompile(`^ *<!-- (not run: \S.*|run by Test\w+) -->$`)
)

// Every code block of README and of the guides is run or validated by a test, or
// marked with why not.
func TestCodeBlocks(t *testing.T) {
	t.Parallel()
	for _, b := range allBlocks(t) {
		test, elsewhere := strings.CutPrefix(b.mark, "run by ")
		switch {
		case b.mark != "" && b.checked():
			t.Errorf("%s\nThe block is marked, but a test of this package checks it.", b.name())
		case elsewhere && !exists(t, test):
			t.Errorf("%s\nThe block is marked as run by a test that does not exist: %s.", b.name(), test)
		case b.mark == "" && !b.checked():
			t.Errorf("%s\nNo test checks the block. CONTRIBUTING.md describes how to add one.", b.name())
		}
	}
}

// Every scenario finds its sections.
func TestScenarios(t *testing.T) {
	t.Parallel()
	all := allBlocks(t)
	for _, s := range scenarios() {
		for _, name := range s.sections {
			if !slices.ContainsFunc(all, func(b block) bool { return s.contains(b) && b.section == name }) {
				t.Errorf("%s has no section %q with code blocks", s.page, name)
			}
		}
	}
}

// Configurations that are not in a file below examples/ are valid.
func (i installed) testBlocks(t *testing.T) {
	t.Parallel()
	for _, b := range allBlocks(t) {
		if b.language != "terraform" || b.example != "" || b.mark != "" || b.inScenario() {
			continue
		}
		t.Run(path.Base(b.page)+", "+b.section, func(t *testing.T) {
			t.Parallel()
			i.requires(t, b.text)
			folder := i.cli.Folder(t, i.config, "STANDIN_SCHEMAS="+i.schemas)
			configure(folder, "main.tf", b.text)
			folder.Must(0, "init", "-backend=false", "-input=false", "-no-color")
			folder.Must(0, "validate", "-no-color")
		})
	}
}

// allBlocks returns the code blocks of README and docs/, without the reference.
func allBlocks(t *testing.T) []block {
	t.Helper()
	project := os.DirFS("../..")
	guides, err := fs.Glob(project, "docs/guides/*.md")
	if err != nil {
		t.Fatal(err)
	}
	files := map[string]string{}
	err = fs.WalkDir(os.DirFS(root), ".", func(file string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		content, err := fs.ReadFile(os.DirFS(root), file)
		files[strings.TrimSpace(string(content))] = file
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	var all []block
	for _, page := range append([]string{"README.md", "docs/index.md"}, guides...) {
		text, err := fs.ReadFile(project, page)
		if err != nil {
			t.Fatal(err)
		}
		for _, b := range parse(page, string(text)) {
			if b.language != "shell" {
				b.example = files[b.text]
			}
			all = append(all, b)
		}
	}
	if len(all) < 40 {
		t.Fatalf("only %d code blocks are found", len(all))
	}
	return all
}

// parse returns the fenced code blocks of a page, also those in lists.
func parse(page, text string) (blocks []block) {
	var open *block
	var indent, section, above string
	for line := range strings.Lines(text) {
		line = strings.TrimRight(line, "\n")
		switch found := fence.FindStringSubmatch(line); {
		case open != nil && found != nil:
			open.text = strings.TrimSpace(open.text)
			blocks = append(blocks, *open)
			open = nil
		case open != nil:
			open.text += strings.TrimPrefix(line, indent) + "\n"
		case found != nil:
			indent = found[1]
			open = &block{page: page, section: section, language: found[2]}
			if m := mark.FindStringSubmatch(above); m != nil {
				open.mark = m[1]
			}
		default:
			if m := heading.FindStringSubmatch(line); m != nil {
				section = m[1]
			}
		}
		above = line
	}
	return blocks
}

// exists reports whether the project has a test with the name.
func exists(t *testing.T, test string) bool {
	t.Helper()
	project := os.DirFS("../..")
	found := false
	err := fs.WalkDir(project, "internal", func(file string, _ fs.DirEntry, err error) error {
		if err != nil || !strings.HasSuffix(file, "_test.go") {
			return err
		}
		content, err := fs.ReadFile(project, file)
		found = found || strings.Contains(string(content), "\nfunc "+test+"(")
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return found
}

// Whoever copies an example gets a version that it was tested with.
func TestExamplesRequireVersion(t *testing.T) {
	t.Parallel()
	required := regexp.MustCompile(`"terraform-sendgrid/sendgrid"\n *(.*)`)
	texts := map[string]string{}
	for _, name := range folders(t) {
		files, err := fs.Glob(os.DirFS(root), name+"/*.tf")
		if err != nil {
			t.Fatal(err)
		}
		for _, file := range files {
			content, err := fs.ReadFile(os.DirFS(root), file)
			if err != nil {
				t.Fatal(err)
			}
			texts[file] = string(content)
		}
	}
	for _, b := range allBlocks(t) {
		texts[b.name()] += b.text
	}
	checked := 0
	for name, text := range texts {
		for _, found := range required.FindAllStringSubmatch(text, -1) {
			checked++
			if found[1] != `version = "~> 0.1"` {
				t.Errorf("%s requires %s", name, found[1])
			}
		}
	}
	if checked < 50 {
		t.Errorf("only %d requirements are found", checked)
	}
}

// The lines of README that follow "make try" are those that it prints.
func TestTry(t *testing.T) {
	t.Parallel()
	project := os.DirFS("../..")
	readme, err := fs.ReadFile(project, "README.md")
	if err != nil {
		t.Fatal(err)
	}
	makefile, err := fs.ReadFile(project, "GNUmakefile")
	if err != nil {
		t.Fatal(err)
	}
	const configuration, address = "/bin/try.tfrc", "127.0.0.1:8025"
	for text, parts := range map[string][]string{
		string(makefile): {"export TF_CLI_CONFIG_FILE=$(CURDIR)" + configuration, "-addr " + address},
		string(readme): {
			"export TF_CLI_CONFIG_FILE=$PWD" + configuration,
			"export SENDGRID_BASE_URL=http://" + address,
			"export SENDGRID_API_KEY=" + emulator.Credential,
		},
	} {
		for _, part := range parts {
			if !strings.Contains(text, part+"\n") && !strings.Contains(text, part+"'\n") {
				t.Errorf("%q is missing", part)
			}
		}
	}
}
