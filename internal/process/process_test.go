// Package process holds the tests of what only a process of its own can show:
// signals, and what a provider does once Terraform has told it to end.
package process

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/terraform-sendgrid/terraform-provider-sendgrid/internal/clitest"
	"github.com/terraform-sendgrid/terraform-provider-sendgrid/internal/emulator"
	"github.com/terraform-sendgrid/terraform-provider-sendgrid/internal/mirror"
)

// run is one apply of a configuration by a real CLI with the built provider.
type run struct {
	*clitest.Folder
	t        *testing.T
	emulator *emulator.Server
	// config is that of the CLI.
	config string

	mu sync.Mutex
	// running is the CLI of an apply once it has started.
	running *exec.Cmd
}

// newRunner builds the provider and returns what makes runs with it.
func newRunner(t *testing.T, cli *clitest.CLI) func(t *testing.T, config string) *run {
	t.Helper()
	cliConfig, err := mirror.Build(t.Context(), "../..", t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	return func(t *testing.T, config string) *run {
		t.Helper()
		sendgrid := emulator.Start(emulator.Config{})
		t.Cleanup(sendgrid.Close)
		r := &run{t: t, emulator: sendgrid, config: cliConfig, Folder: cli.Folder(t, cliConfig, clitest.Account(sendgrid)...)}
		const required = "terraform {\n  required_providers {\n    sendgrid = { source = \"terraform-sendgrid/sendgrid\" }\n  }\n}\n"
		r.Write("main.tf", required+config)
		r.Init()
		return r
	}
}

// apply applies and returns what the CLI printed.
func (r *run) apply() (string, error) {
	r.t.Helper()
	var out bytes.Buffer
	cmd := r.Command("apply", "-auto-approve", "-input=false", "-no-color")
	cmd.Stdout, cmd.Stderr = &out, &out
	ownGroup(cmd)
	r.mu.Lock()
	err := cmd.Start()
	r.running = cmd
	r.mu.Unlock()
	if err != nil {
		r.t.Fatal(err)
	}
	err = cmd.Wait()
	if failed := (*exec.ExitError)(nil); err != nil && !errors.As(err, &failed) {
		r.t.Fatal(err)
	}
	return out.String(), err
}

// interrupt sends Ctrl-C to the CLI and all that it started. The emulator calls
// it, at a request of theirs.
func (r *run) interrupt() { r.signal(interruptGroup) }

// terminate asks all of them to end, as a supervisor does.
func (r *run) terminate() { r.signal(terminateGroup) }

// kill kills all of them.
func (r *run) kill() { r.signal(killGroup) }

func (r *run) signal(send func(*exec.Cmd) error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if err := send(r.running); err != nil {
		r.t.Errorf("signal: %v", err)
	}
}

// inState returns the secrets of the keys in state, by id.
func (r *run) inState() map[string]string {
	r.t.Helper()
	data, err := os.ReadFile(filepath.Join(r.Dir, "terraform.tfstate"))
	if errors.Is(err, os.ErrNotExist) {
		return nil
	}
	var state struct {
		Resources []struct {
			Type      string
			Instances []struct{ Attributes map[string]any }
		}
	}
	if err == nil {
		err = json.Unmarshal(data, &state)
	}
	if err != nil {
		r.t.Fatal(err)
	}
	keys := map[string]string{}
	for _, resource := range state.Resources {
		for _, instance := range resource.Instances {
			if resource.Type == "sendgrid_api_key" {
				keys[fmt.Sprint(instance.Attributes["id"])] = fmt.Sprint(instance.Attributes["api_key"])
			}
		}
	}
	return keys
}

// expectKeys fails the test unless the keys at SendGrid are those in state, and
// as many as they should be.
func (r *run) expectKeys(count int, out string) {
	r.t.Helper()
	held := r.inState()
	keys := r.emulator.Keys(emulator.Parent)
	if len(keys) != count || len(held) != count {
		r.t.Errorf("%d keys at SendGrid and %d in state, want %d\n%s", len(keys), len(held), count, out)
	}
	for _, k := range keys {
		if held[k.ID] != k.Secret {
			r.t.Errorf("key %q is not in state with its secret", k.Name)
		}
		if strings.Contains(out, k.Secret) {
			r.t.Errorf("the secret of %q was printed", k.Name)
		}
	}
}

const oneKey = `
resource "sendgrid_api_key" "test" {
  name   = "test"
  scopes = ["mail.send"]
}
`

// borrowed makes a key with a key that lives for the run only.
func borrowed(scope string) string {
	return fmt.Sprintf(`
ephemeral "sendgrid_api_key" "run" {
  name   = "run"
  scopes = ["api_keys.create", "api_keys.read", "api_keys.update", "api_keys.delete", "mail.send"]
}

provider "sendgrid" {
  alias   = "borrowed"
  api_key = ephemeral.sendgrid_api_key.run.api_key
}

resource "sendgrid_api_key" "test" {
  provider = sendgrid.borrowed
  name     = "test"
  scopes   = [%q]
}
`, scope)
}

func skipWithoutEphemeral(t *testing.T, cli *clitest.CLI) {
	t.Helper()
	if !cli.Has("1.10", "1.11") {
		t.Skip("needs Terraform 1.10 or OpenTofu 1.11, the first to have ephemeral resources")
	}
}

func TestProcess(t *testing.T) {
	t.Parallel()
	cli := clitest.Find(t)
	newRun := newRunner(t, cli)
	keys := emulator.Fault{Method: "POST", Path: "/v3/api_keys"}

	t.Run("Ctrl-C lets a POST finish", func(t *testing.T) {
		t.Parallel()
		r := newRun(t, oneKey)
		keys := keys
		keys.Do = func(x *emulator.Exchange) {
			r.interrupt()
			// Time for the signal to get to where it could do harm.
			x.Pause(500 * time.Millisecond)
			x.Send(x.Apply())
		}
		r.emulator.Inject(keys)
		out, err := r.apply()
		if err == nil {
			t.Errorf("the apply was not interrupted:\n%s", out)
		}
		r.expectKeys(1, out)
	})
	t.Run("Ctrl-C ends a wait", func(t *testing.T) {
		t.Parallel()
		r := newRun(t, oneKey)
		keys := keys
		keys.Do = func(x *emulator.Exchange) {
			emulator.TooManyRequests(time.Now().Add(110 * time.Second))(x)
			r.interrupt()
		}
		r.emulator.Inject(keys)
		began := time.Now()
		out, err := r.apply()
		if err == nil || time.Since(began) > time.Minute {
			t.Errorf("the wait for the rate limit was not interrupted: %v\n%s", err, out)
		}
		r.expectKeys(0, out)
	})
	t.Run("what a kill leaves is found by its name", func(t *testing.T) {
		t.Parallel()
		skipWithoutEphemeral(t, cli)
		r := newRun(t, borrowed("mail.send"))
		r.emulator.Inject(emulator.Fault{Method: "POST", Skip: 2, Do: func(x *emulator.Exchange) {
			r.kill()
			x.Reset()
		}})
		if out, err := r.apply(); err == nil {
			t.Errorf("the apply was not killed:\n%s", out)
		}
		left := r.emulator.Keys(emulator.Parent)
		if len(left) == 0 {
			t.Fatal("nothing was left to be found")
		}
		sweep := cli.Folder(t, r.config, clitest.Account(r.emulator)...)
		sweep.Copy("../../examples/ephemeral-resources/sendgrid_api_key/left-behind")
		sweep.Init()
		sweep.Apply()
		found := sweep.Must(0, "output", "-json", "left_behind")
		for _, k := range left {
			if !strings.Contains(found, k.ID) {
				t.Errorf("%q (%s) is not found: %s", k.Name, k.ID, found)
			}
		}
	})
	for name, test := range map[string]struct {
		scope  string
		fault  emulator.Fault
		signal func(*run)
		fails  bool
		left   int
	}{
		"success":             {scope: "mail.send", left: 1},
		"a failing dependent": {scope: "stats.read", fails: true},
		"a DELETE that is answered 503 twice": {
			scope: "mail.send", left: 1,
			fault: emulator.Fault{Method: "DELETE", Times: 2, Do: emulator.JSONError(503, "", "unavailable")},
		},
		"a lost answer at open": {
			scope: "mail.send", fails: true,
			fault: emulator.Fault{Method: "POST", Do: emulator.ResetAfter},
		},
		"a refused open": {
			scope: "mail.send", fails: true,
			fault: emulator.Fault{Method: "POST", Do: emulator.JSONError(403, "", "access forbidden")},
		},
		"Ctrl-C":  {scope: "mail.send", signal: (*run).interrupt, fails: true, left: 1},
		"SIGTERM": {scope: "mail.send", signal: (*run).terminate, fails: true, left: 1},
	} {
		t.Run("no ephemeral key outlives "+name, func(t *testing.T) {
			t.Parallel()
			skipWithoutEphemeral(t, cli)
			r := newRun(t, borrowed(test.scope))
			fault := test.fault
			if test.signal != nil {
				// The ephemeral key is made to plan and to apply; the third is the
				// managed one.
				fault = emulator.Fault{Method: "POST", Skip: 2, Do: func(x *emulator.Exchange) {
					test.signal(r)
					x.Pause(500 * time.Millisecond)
					x.Send(x.Apply())
				}}
			}
			if fault.Do != nil {
				r.emulator.Inject(fault)
			}
			out, err := r.apply()
			if (err != nil) != test.fails {
				t.Errorf("apply: %v\n%s", err, out)
			}
			r.expectKeys(test.left, out)
			for _, k := range r.emulator.Keys(emulator.Parent) {
				if strings.HasPrefix(k.Name, "terraform-ephemeral-") {
					t.Errorf("%q is left", k.Name)
				}
			}
		})
	}
}
