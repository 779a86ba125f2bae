package process

import (
	"errors"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/terraform-sendgrid/terraform-provider-sendgrid/internal/emulator"
	"github.com/terraform-sendgrid/terraform-provider-sendgrid/internal/keys"
	"github.com/terraform-sendgrid/terraform-provider-sendgrid/internal/secretstore"
)

// testDelivery tests what the delivery of a secret that is not in state owes to the
// CLI: when it opens and closes the ephemeral resource, and in which order it
// replaces a key. TestDelivery of package provider tests the provider's part.
func (i installed) testDelivery(t *testing.T) {
	t.Parallel()
	if !i.cli.Has("1.11", "1.11") {
		t.Skip("needs Terraform 1.11 or OpenTofu 1.11, the first to have write-only attributes")
	}
	s := stores{installed: i, initialized: i.run(t, complete)}
	t.Run("that fails is repaired", s.testUndelivered)
	t.Run("from a saved plan", s.testSavedPlan)
	t.Run("SIGKILL of the CLI", s.testKilled)
	t.Run("rotation", s.testRotation)
	t.Run("several recipients", s.testRecipients)
	t.Run("nobody receives the secret", s.testNoRecipient)
	t.Run("adopted key", s.testAdopted)
	t.Run("change of secret_in_state", i.testChangeSecretInState)
}

// A pipeline applies a saved plan, which has no secret either. Nothing is left to do.
func (s stores) testSavedPlan(t *testing.T) {
	t.Parallel()
	d := s.deliver(t, complete)
	d.Must(0, "plan", "-input=false", "-no-color", "-out=create.tfplan")
	d.succeed("create.tfplan")
	d.expectDelivered("first")
	d.expectEmptyPlan()
	d.Must(0, "destroy", "-auto-approve", "-input=false", "-no-color")
	d.expectNames()
}

// Whatever happens between the creation of a key and the delivery of its secret, the
// key keeps its mark, and the next run replaces it.
func (s stores) testUndelivered(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		config  string
		args    []string
		disturb func(*delivery)
		fails   string // What the CLI prints, if it lives to do so.
		repair  func(*delivery)
		entries []string
	}{
		"the second of two recipients fails": {
			config: complete + second(),
			disturb: func(d *delivery) {
				first := make(chan struct{})
				d.store.OnWrite(func(e secretstore.Entry) error {
					if e.Name == "first" {
						close(first)
						return nil
					}
					<-first
					return errors.New("sealed")
				})
			},
			fails:   "sealed",
			entries: []string{"first", "second"},
		},
		"an alias of the provider": {
			config: strings.Replace(complete, "  id = ", "  provider = sendgrid.other\n  id = ", 1) + otherProvider,
			repair: func(d *delivery) {
				d.Write("main.tf", strings.Replace(d.Read("main.tf"), "  provider = sendgrid.other\n", "", 1))
			},
		},
		"only the key is a target": {
			config: complete,
			args:   []string{"-target=sendgrid_api_key.test"},
		},
		"Ctrl-C while the key is created": {
			config: complete,
			disturb: func(d *delivery) {
				d.emulator.Inject(emulator.Fault{Method: http.MethodPost, Do: func(x *emulator.Exchange) {
					d.interrupt()
					x.Pause(500 * time.Millisecond)
					x.Send(x.Apply())
				}})
			},
			fails: "Stopping operation",
		},
		"SIGKILL of the provider while the store writes": {
			config: complete,
			disturb: func(d *delivery) {
				d.store.OnWrite(func(secretstore.Entry) error {
					d.killProvider()
					return nil
				})
			},
			fails: "Error:",
		},
		"the mark cannot be removed": {
			config: complete,
			disturb: func(d *delivery) {
				d.emulator.Inject(emulator.Fault{Method: http.MethodPatch, Times: -1, Do: emulator.JSONError(http.StatusForbidden, "", "access forbidden")})
			},
			fails:  "Delivery of a secret was not confirmed",
			repair: func(d *delivery) { d.emulator.ClearFaults() },
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			d := s.deliver(t, test.config)
			if test.disturb == nil {
				d.succeed(test.args...)
			} else {
				test.disturb(d)
				if out := d.fail(test.args...); !strings.Contains(out, test.fails) {
					t.Errorf("the apply does not report %q:\n%s", test.fails, out)
				}
			}
			d.expectNames(marked)

			d.store.OnWrite(nil)
			if test.repair != nil {
				test.repair(d)
			}
			if out := d.succeed(); !strings.Contains(out, "Secret of an API key was not delivered") {
				t.Errorf("the run does not say that the secret was lost:\n%s", out)
			}
			d.expectDelivered(append(test.entries, "first")...)
		})
	}
}

// A killed CLI leaves a key with the mark. Terraform has recorded it in the state, and
// replaces it. OpenTofu writes the state later, so that the next plan finds the key by
// its name.
func (s stores) testKilled(t *testing.T) {
	t.Parallel()
	d := s.deliver(t, complete)
	d.store.OnWrite(func(secretstore.Entry) error {
		d.kill()
		return errors.New("killed")
	})
	d.fail()
	d.expectNames(marked)
	left := d.newest()
	recorded := strings.Contains(d.Read("terraform.tfstate"), left.ID)
	d.store.OnWrite(nil)
	if out := d.succeed(); !strings.Contains(out, "Secret of an API key was not delivered") || !strings.Contains(out, left.ID) {
		t.Errorf("the run does not say that the secret was lost:\n%s", out)
	}
	if !recorded && !d.emulator.DeleteKey(left.ID) {
		t.Error("a key that is not in state was revoked")
	}
	d.expectDelivered("first")
}

// With create_before_destroy, the old key works until the store has the new one,
// also when that takes a second run. Without it, the old key is revoked first.
func (s stores) testRotation(t *testing.T) {
	t.Parallel()
	for name, overlap := range map[string]bool{"create before destroy": true, "destroy before create": false} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			config := deliveredKey
			if !overlap {
				config = strings.Replace(config, "create_before_destroy = true", "create_before_destroy = false", 1)
			}
			d := s.deliver(t, config+secretOfKey+entry)
			d.succeed()
			d.expectDelivered("first")
			old := d.newest()
			d.emulator.TakeRequests()

			d.reject("first")
			d.fail("-replace=sendgrid_api_key.test")
			// Delivery rests on this: the CLI does not close an ephemeral resource when
			// something that depends on it has failed.
			if slices.ContainsFunc(d.emulator.Requests(), func(r emulator.Request) bool { return r.Method == http.MethodPatch }) {
				t.Error("The CLI closed the ephemeral resource although the store, which depends on it, failed. " +
					"The delivery of secrets with secret_in_state = false rests on the opposite: on this CLI, a key whose secret is lost looks delivered.")
			}
			if overlap {
				d.expectNames("test", marked)
				// Nothing is revoked before a run has delivered a key.
				d.fail()
				d.expectNames("test", marked, marked)
			} else {
				d.expectNames(marked)
			}

			works := func() bool { _, exists := d.emulator.Key(old.ID); return exists }
			d.store.OnWrite(func(secretstore.Entry) error {
				if works() != overlap {
					t.Errorf("the old key works until the store has the new one: %t", works())
				}
				return nil
			})
			d.emulator.Inject(emulator.Fault{Method: http.MethodDelete, Times: -1, Do: func(x *emulator.Exchange) {
				if overlap && !d.holds("first", d.newest()) {
					t.Error("a key is revoked before the store has the new one")
				}
				x.Send(x.Apply())
			}})
			d.succeed()
			d.expectDelivered("first")
			d.expectEmptyPlan()
		})
	}
}

// A key can have several recipients, with an ephemeral resource each, and for_each
// delivers several keys, also in other accounts.
func (s stores) testRecipients(t *testing.T) {
	t.Parallel()
	t.Run("two ephemeral resources", func(t *testing.T) {
		t.Parallel()
		another := strings.NewReplacer(`"sendgrid_api_key_secret" "test"`, `"sendgrid_api_key_secret" "another"`, "secret.test.", "secret.another.")
		d := s.deliver(t, complete+another.Replace(secretOfKey+second()))
		d.reject("second")
		d.fail()
		d.expectNames(marked)
		d.store.OnWrite(nil)
		d.succeed()
		d.expectDelivered("first", "second")
		d.expectEmptyPlan()
	})
	t.Run("for_each", func(t *testing.T) {
		t.Parallel()
		each := strings.NewReplacer(
			`"test" {`, "\"test\" {\n  for_each = toset([\"a\", \"b\"])", `"first" {`, "\"first\" {\n  for_each = toset([\"a\", \"b\"])",
			`= "test"`, "= each.key", `= "first"`, "= each.key", "key.test.", "key.test[each.key].", "secret.test.", "secret.test[each.key].")
		d := s.deliver(t, each.Replace(complete))
		d.reject("b")
		d.fail()
		// The CLI closes all instances of an ephemeral resource together.
		for _, key := range d.emulator.Keys(emulator.Parent) {
			if !strings.HasSuffix(key.Name, keys.UndeliveredMark) {
				t.Errorf("the key %q has no mark", key.Name)
			}
		}
		d.store.OnWrite(nil)
		d.succeed()
		for _, key := range d.emulator.Keys(emulator.Parent) {
			if !d.holds(key.Name, key) {
				t.Errorf("the store does not hold the key %q", key.Name)
			}
		}
		d.expectEmptyPlan()
	})
}

// The provider cannot know whether anything uses an ephemeral resource. Without a
// recipient, Terraform closes it at once, and OpenTofu does not open it. A run
// without refresh does not know that a secret was lost, and leaves the mark for the
// next one to find.
func (s stores) testNoRecipient(t *testing.T) {
	t.Parallel()
	t.Run("an ephemeral resource that nothing uses", func(t *testing.T) {
		t.Parallel()
		d := s.deliver(t, deliveredKey+secretOfKey)
		d.succeed()
		if openTofu := !s.cli.Has("1.11", ""); openTofu {
			d.expectNames(marked)
		} else {
			d.expectNames("test")
		}
	})
	t.Run("a run without refresh", func(t *testing.T) {
		t.Parallel()
		d := s.deliver(t, complete)
		d.reject("first")
		d.fail()
		d.store.OnWrite(nil)
		d.succeed("-refresh=false")
		d.expectNames(marked)
		if diff := cmp.Diff([]string{`{"api_key":""}`}, d.store.Values("first")); diff != "" {
			t.Errorf("values that the store received (-want +got):\n%s", diff)
		}
		d.succeed()
		d.expectDelivered("first")
	})
}
