package clitest

import (
	"context"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
)

// Folder is a configuration with its state, and a CLI to work on it.
type Folder struct {
	// Dir is where it is, Env the environment of the CLI there.
	Dir string
	Env []string

	t   *testing.T
	cli *CLI
}

// Folder returns an empty one. Config is the CLI's configuration file, which says
// where providers come from; further variables come on top of the environment.
func (c *CLI) Folder(t *testing.T, config string, variables ...string) *Folder {
	t.Helper()
	// Neither the settings nor the account of whoever runs the tests.
	env := slices.DeleteFunc(os.Environ(), func(variable string) bool {
		return strings.HasPrefix(variable, "TF_") || strings.HasPrefix(variable, "SENDGRID_")
	})
	env = append(env, "TF_CLI_CONFIG_FILE="+config, "TF_IN_AUTOMATION=1", "CHECKPOINT_DISABLE=1")
	return &Folder{Dir: t.TempDir(), Env: append(env, variables...), t: t, cli: c}
}

// Copy copies a folder's files into it.
func (f *Folder) Copy(from string) {
	f.t.Helper()
	if err := os.CopyFS(f.Dir, os.DirFS(from)); err != nil {
		f.t.Fatal(err)
	}
}

// Write writes a file.
func (f *Folder) Write(name, content string) {
	f.t.Helper()
	if err := os.WriteFile(filepath.Join(f.Dir, name), []byte(content), 0o600); err != nil {
		f.t.Fatal(err)
	}
}

// Read reads a file.
func (f *Folder) Read(name string) string {
	f.t.Helper()
	content, err := os.ReadFile(filepath.Join(f.Dir, name))
	if err != nil {
		f.t.Fatal(err)
	}
	return string(content)
}

// patience is how long a command may take: a test must not wait for ever for a
// CLI that does not end.
const patience = 2 * time.Minute

// Command returns a command of the CLI, to be run at will.
func (f *Folder) Command(args ...string) *exec.Cmd {
	f.t.Helper()
	ctx, cancel := context.WithTimeout(context.WithoutCancel(f.t.Context()), patience)
	f.t.Cleanup(cancel)
	cmd := exec.CommandContext(ctx, f.cli.Path, args...)
	cmd.Dir, cmd.Env = f.Dir, f.Env
	return cmd
}

// Run runs a command, and returns what it prints and its exit code.
func (f *Folder) Run(args ...string) (out string, code int) {
	f.t.Helper()
	cmd := f.Command(args...)
	printed, err := cmd.CombinedOutput()
	if failed := (*exec.ExitError)(nil); err != nil && !errors.As(err, &failed) {
		f.t.Fatal(err)
	}
	return string(printed), cmd.ProcessState.ExitCode()
}

// Must runs a command, and fails the test unless it exits with the code.
func (f *Folder) Must(code int, args ...string) string {
	f.t.Helper()
	out, got := f.Run(args...)
	if got != code {
		f.t.Fatalf("%s exits with %d, want %d:\n%s", strings.Join(args, " "), got, code, out)
	}
	return out
}

// Init lets the CLI install the providers.
func (f *Folder) Init() {
	f.t.Helper()
	f.Must(0, "init", "-input=false", "-no-color")
}

// Apply applies without asking.
func (f *Folder) Apply(args ...string) string {
	f.t.Helper()
	return f.Must(0, append([]string{"apply", "-auto-approve", "-input=false", "-no-color"}, args...)...)
}
