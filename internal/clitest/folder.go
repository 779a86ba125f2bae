package clitest

import (
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/terraform-sendgrid/terraform-provider-sendgrid/internal/cli"
)

// Folder is a working directory of the CLI, for the time of a test.
type Folder struct {
	*cli.Folder
	tb testing.TB
}

// Folder returns an empty working directory. Config is the CLI configuration
// file, which says where providers are installed from. The variables are added to
// the environment.
func (c CLI) Folder(tb testing.TB, config string, variables ...string) *Folder {
	tb.Helper()
	return &Folder{Folder: c.CLI.Folder(tb.TempDir(), config, variables...), tb: tb}
}

// Copy copies the files of another directory into the folder.
func (f *Folder) Copy(from string) {
	f.tb.Helper()
	if err := f.Folder.Copy(from); err != nil {
		f.tb.Fatal(err)
	}
}

// Write writes a file.
func (f *Folder) Write(name, content string) {
	f.tb.Helper()
	if err := os.WriteFile(filepath.Join(f.Dir, name), []byte(content), 0o600); err != nil {
		f.tb.Fatal(err)
	}
}

// Read reads a file.
func (f *Folder) Read(name string) string {
	f.tb.Helper()
	content, err := os.ReadFile(filepath.Join(f.Dir, name))
	if err != nil {
		f.tb.Fatal(err)
	}
	return string(content)
}

// timeout is for a CLI that hangs. It outlives the test's own context, which is
// canceled before cleanup functions run.
func (f *Folder) timeout() context.Context {
	f.tb.Helper()
	ctx, cancel := context.WithTimeout(context.WithoutCancel(f.tb.Context()), 2*time.Minute)
	f.tb.Cleanup(cancel)
	return ctx
}

// Command returns a command of the CLI, for the caller to run.
func (f *Folder) Command(args ...string) *exec.Cmd {
	f.tb.Helper()
	return f.Folder.Command(f.timeout(), args...)
}

// Run runs a command. It returns what the CLI prints and its exit code.
func (f *Folder) Run(args ...string) (out string, code int) {
	f.tb.Helper()
	out, code, err := f.Folder.Run(f.timeout(), args...)
	if err != nil {
		f.tb.Fatal(err)
	}
	return out, code
}

// Must runs a command, and fails the test unless it exits with the code.
func (f *Folder) Must(code int, args ...string) string {
	f.tb.Helper()
	out, got := f.Run(args...)
	if got != code {
		f.tb.Fatalf("%s exits with %d, want %d:\n%s", strings.Join(args, " "), got, code, out)
	}
	return out
}

// Init makes the CLI install the providers.
func (f *Folder) Init() {
	f.tb.Helper()
	f.Must(0, "init", "-input=false", "-no-color")
}

// Apply applies without asking.
func (f *Folder) Apply(args ...string) string {
	f.tb.Helper()
	return f.Must(0, append([]string{"apply", "-auto-approve", "-input=false", "-no-color"}, args...)...)
}
