// Package process tests what only a provider in its own process can show: how it
// takes signals, and what it does after Terraform has asked it to exit.
package process

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/terraform-sendgrid/terraform-provider-sendgrid/internal/clitest"
	"github.com/terraform-sendgrid/terraform-provider-sendgrid/internal/emulator"
	"github.com/terraform-sendgrid/terraform-provider-sendgrid/internal/mirror"
	"github.com/terraform-sendgrid/terraform-provider-sendgrid/internal/openapi"
	"github.com/terraform-sendgrid/terraform-provider-sendgrid/internal/provider"
)

// The tests share one build of the provider.
func TestProcess(t *testing.T) {
	t.Parallel()
	cli := clitest.Find(t)
	m, err := mirror.Install(t.Context(), "../..", t.TempDir(), provider.Address)
	if err != nil {
		t.Fatal(err)
	}
	standin, err := mirror.Build(t.Context(), "../cmd/standin", t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	if err := m.Add("registry.terraform.io/hashicorp/vault", "5.0.0", standin); err != nil {
		t.Fatal(err)
	}
	i := installed{cli: cli, config: m.Config}
	// The longest test begins first.
	t.Run("secrets", i.testSecrets)
	t.Run("delivery", i.testDelivery)
	t.Run("a credential in the wrong place", i.testPasted)
	t.Run("no ephemeral key outlives", i.testRevoked)
	t.Run("no process outlives", i.testEnds)
	t.Run("nohup", i.testNohup)
	t.Run("what a kill leaves is found by its name", i.testKill)
	t.Run("Ctrl-C", i.testInterrupt)
	t.Run("HTTP2", i.testHTTP2)
	t.Run("a proxy with its own authority", i.testProxy)
}

// installed is a CLI and its configuration file, with which it installs the
// provider and a stand-in for that of a secret store.
type installed struct {
	cli    clitest.CLI
	config string
}

// run is a configuration that the CLI applies to an emulator.
type run struct {
	*clitest.Folder
	t        *testing.T
	emulator *emulator.Server

	mu sync.Mutex
	// running is the CLI of an apply once it has started.
	running *exec.Cmd
	// printed is what it has printed so far.
	printed *output
	// lifeline ends with the last of its processes, see startWithLifeline.
	lifeline *os.File
}

// run returns a run of the configuration, initialized.
func (i installed) run(t *testing.T, config string) *run {
	t.Helper()
	r := i.prepare(t, config)
	r.Init()
	return r
}

// prepare returns a run of the configuration that is not initialized.
func (i installed) prepare(t *testing.T, config string) *run {
	t.Helper()
	sendgrid := openapi.Start(t, emulator.Config{})
	r := &run{t: t, emulator: sendgrid, Folder: i.cli.Folder(t, i.config, clitest.Account(sendgrid)...)}
	const required = "terraform {\n  required_providers {\n    sendgrid = { source = \"terraform-sendgrid/sendgrid\" }\n  }\n}\n"
	r.Write("main.tf", required+config)
	return r
}

// apply applies and returns what the CLI printed.
func (r *run) apply(args ...string) (string, error) {
	r.t.Helper()
	return r.start(r.Command(append([]string{"apply", "-auto-approve", "-input=false", "-no-color"}, args...)...))
}

// start starts a command, waits for it, and returns what it printed.
func (r *run) start(cmd *exec.Cmd) (string, error) {
	r.t.Helper()
	out := &output{}
	cmd.Stdout, cmd.Stderr = out, out
	ownGroup(cmd)
	r.mu.Lock()
	lifeline, err := startWithLifeline(cmd)
	r.running, r.printed, r.lifeline = cmd, out, lifeline
	r.mu.Unlock()
	if err != nil {
		r.t.Fatal(err)
	}
	r.t.Cleanup(func() { _ = lifeline.Close() })
	err = cmd.Wait()
	if failed := (*exec.ExitError)(nil); err != nil && !errors.As(err, &failed) {
		r.t.Fatal(err)
	}
	return out.String(), err
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

// expectKeys fails the test unless SendGrid has that many keys, and the state holds
// the same ones with their secrets.
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
