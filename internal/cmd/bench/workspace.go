package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/terraform-sendgrid/terraform-provider-sendgrid/internal/emulator"
)

// configuration is what the operations work on. It says count and not for_each,
// which a CLI evaluates as a whole for every single key.
const configuration = `terraform {
  required_providers {
    sendgrid = {
      source = "terraform-sendgrid/sendgrid"
    }
  }
}

variable "keys" {
  type = number
}

variable "prefix" {
  type    = string
  default = "bench"
}

variable "scopes" {
  type    = set(string)
  default = ["mail.send", "stats.read", "suppression.read", "templates.read"]
}

resource "sendgrid_api_key" "key" {
  count = var.keys

  name   = "${var.prefix}-${count.index}"
  scopes = var.scopes
}
`

const (
	mainFile   = "main.tf"
	importFile = "import.tf"
	planFile   = "bench.tfplan"
	stateFile  = "terraform.tfstate"
)

// workspace is a folder with the configuration, and a CLI that finds the provider
// there.
type workspace struct {
	cli string
	// root holds the programs of the provider, and nothing else that runs.
	root string
	dir  string
	env  []string
}

// cleanEnv is the environment without what a user has set for a CLI or for a
// real account.
func cleanEnv() []string {
	var env []string
	for _, entry := range os.Environ() {
		if !strings.HasPrefix(entry, "TF_") && !strings.HasPrefix(entry, "SENDGRID_") {
			env = append(env, entry)
		}
	}
	return env
}

// run runs the CLI and returns what it printed. An error holds the end of it.
func (w *workspace) run(ctx context.Context, env []string, args ...string) (string, error) {
	cmd := exec.CommandContext(ctx, w.cli, args...)
	cmd.Dir = w.dir
	cmd.Env = slices.Concat(w.env, env)
	// Asked to end, and not killed, a CLI ends its providers, too.
	cmd.Cancel = func() error { return cmd.Process.Signal(os.Interrupt) }
	cmd.WaitDelay = 10 * time.Second
	out, err := cmd.CombinedOutput()
	switch {
	case ctx.Err() != nil:
		return "", ctx.Err()
	case err != nil:
		lines := slices.Collect(bytes.Lines(out))
		return "", fmt.Errorf("%s: %w\n%s", args[0], err, bytes.Join(lines[max(0, len(lines)-30):], nil))
	default:
		return string(out), nil
	}
}

// prepare fills the folder and lets the CLI install the provider.
func (w *workspace) prepare(ctx context.Context) error {
	if err := os.Mkdir(w.dir, 0o700); err != nil {
		return err
	}
	if err := w.write(mainFile, configuration); err != nil {
		return err
	}
	_, err := w.run(ctx, nil, "init", "-input=false")
	return err
}

// reset forgets the state, and what was to be imported.
func (w *workspace) reset() error {
	for _, name := range []string{stateFile, importFile} {
		err := os.Remove(filepath.Join(w.dir, name))
		if err != nil && !errors.Is(err, fs.ErrNotExist) {
			return err
		}
	}
	return nil
}

// forget makes keys that the state holds ones that are to be imported.
func (w *workspace) forget(keys []emulator.Key) error {
	if err := w.reset(); err != nil {
		return err
	}
	var blocks strings.Builder
	for _, key := range keys {
		_, index, _ := strings.Cut(key.Name, "-")
		fmt.Fprintf(&blocks, "import {\n  to = sendgrid_api_key.key[%s]\n  id = %q\n}\n", index, key.ID)
	}
	return w.write(importFile, blocks.String())
}

func (w *workspace) write(name, text string) error {
	return os.WriteFile(filepath.Join(w.dir, name), []byte(text), 0o600)
}

// version returns what the CLI calls itself.
func (w *workspace) version(ctx context.Context) (string, error) {
	out, err := w.run(ctx, nil, "version")
	name, _, _ := strings.Cut(out, "\n")
	return name, err
}

// do runs an operation on n keys with so many workers, and measures it. Where the
// CLI fails, what came of it is returned beside the error.
func (w *workspace) do(ctx context.Context, o operation, s *sendGrid, n, workers int) (measurement, error) {
	m := measurement{operation: o.name, part: o.part, keys: n, workers: workers, begin: time.Now()}
	parallelism := "-parallelism=" + strconv.Itoa(workers)
	plan := []string{"plan", "-input=false", "-no-color", "-out=" + planFile, parallelism, "-var=keys=" + strconv.Itoa(n)}
	if o.empty {
		plan = append(plan, "-detailed-exitcode")
	}
	err := w.command(ctx, s, &m, append(plan, o.args...)...)
	if err == nil && !o.empty {
		err = w.command(ctx, s, &m, "apply", "-input=false", "-no-color", parallelism, planFile)
	}
	m.count(s.TakeRequests())
	return m, err
}

// command runs one command, and adds what it took to m.
func (w *workspace) command(ctx context.Context, s *sendGrid, m *measurement, args ...string) error {
	watcher := watch(w.root)
	begin := time.Now()
	_, err := w.run(ctx, s.env, args...)
	m.wall += time.Since(begin)
	used := watcher.end()
	m.provider.peak = max(m.provider.peak, used.peak)
	m.provider.cpu += used.cpu
	// One process of the provider a command talks to SendGrid.
	m.connections = max(m.connections, s.line.takeAccepted())
	return err
}
