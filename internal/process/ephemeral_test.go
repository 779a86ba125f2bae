package process

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/terraform-sendgrid/terraform-provider-sendgrid/internal/clitest"
	"github.com/terraform-sendgrid/terraform-provider-sendgrid/internal/emulator"
	"github.com/terraform-sendgrid/terraform-provider-sendgrid/internal/keys"
)

// skipWithoutEphemeral skips tests of ephemeral resources where the CLI has none.
func (i installed) skipWithoutEphemeral(t *testing.T) {
	t.Helper()
	if !i.cli.Has("1.10", "1.11") {
		t.Skip("needs Terraform 1.10 or OpenTofu 1.11, the first to have ephemeral resources")
	}
}

// borrowed is a configuration that creates a key with the scope. Its credential is
// an ephemeral key.
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

// The example for keys that a killed run leaves behind finds them when they are a
// day old. Younger ones may belong to a run that is still in progress.
func (i installed) testKill(t *testing.T) {
	t.Parallel()
	i.skipWithoutEphemeral(t)
	r := i.run(t, borrowed("mail.send"))
	r.emulator.Inject(emulator.Fault{Method: "POST", Skip: 2, Do: func(x *emulator.Exchange) {
		r.kill()
		x.Reset()
	}})
	if out, err := r.apply(); err == nil {
		t.Errorf("the apply was not killed:\n%s", out)
	}
	left := r.emulator.Keys(emulator.Parent)
	if len(left) == 0 {
		t.Fatal("no key was left behind")
	}
	r.emulator.AddKey(emulator.Parent, "terraform-ephemeral-by-hand", []string{"mail.send"})
	sweep := i.cli.Folder(t, i.config, clitest.Account(r.emulator)...)
	sweep.Copy("../../examples/ephemeral-resources/sendgrid_api_key/left-behind")
	sweep.Init()
	find := func() (found map[string]string) {
		t.Helper()
		sweep.Apply()
		if err := json.Unmarshal([]byte(sweep.Must(0, "output", "-json", "left_behind")), &found); err != nil {
			t.Fatal(err)
		}
		return found
	}
	if found := find(); len(found) > 0 {
		t.Errorf("keys of a run that may be in progress are found: %v", found)
	}
	want := map[string]string{}
	for _, k := range left {
		want[k.ID] = keys.EphemeralName("run", time.Now().Add(-25*time.Hour))
		r.emulator.EditKey(k.ID, func(k *emulator.Key) { k.Name = want[k.ID] })
	}
	if diff := cmp.Diff(want, find()); diff != "" {
		t.Errorf("a day later, found (-want +got):\n%s", diff)
	}
}

// No ephemeral key outlives its run, however that ends.
func (i installed) testRevoked(t *testing.T) {
	t.Parallel()
	i.skipWithoutEphemeral(t)
	for name, test := range map[string]struct {
		scope  string
		fault  emulator.Fault
		signal func(*run)
		fails  bool
		left   int
	}{
		"success":             {scope: "mail.send", left: 1},
		"a failing dependent": {scope: "stats.read", fails: true},
		"a DELETE that fails twice with 503": {
			scope: "mail.send", left: 1,
			fault: emulator.Fault{Method: "DELETE", Times: 2, Do: emulator.JSONError(503, "", "unavailable")},
		},
		"a lost response at open": {
			scope: "mail.send", fails: true,
			fault: emulator.Fault{Method: "POST", Do: emulator.ResetAfter},
		},
		"a rejected open": {
			scope: "mail.send", fails: true,
			fault: emulator.Fault{Method: "POST", Do: emulator.JSONError(403, "", "access forbidden")},
		},
		"Ctrl-C":  {scope: "mail.send", signal: (*run).interrupt, fails: true, left: 1},
		"SIGTERM": {scope: "mail.send", signal: (*run).terminate, fails: true, left: 1},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := i.run(t, borrowed(test.scope))
			fault := test.fault
			if test.signal != nil {
				// The ephemeral key is created for the plan and for the apply. The
				// third POST creates the managed one.
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
