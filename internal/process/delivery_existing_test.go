package process

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/terraform-sendgrid/terraform-provider-sendgrid/internal/emulator"
)

// Nobody has the secret of an adopted key. Its first rotation delivers one.
func (s stores) testAdopted(t *testing.T) {
	t.Parallel()
	d := s.deliver(t, complete)
	key := d.emulator.AddKey(emulator.Parent, "test", []string{"mail.send"})
	d.Write("import.tf", fmt.Sprintf("import {\n  to = sendgrid_api_key.test\n  id = %q\n}\n", key.ID))
	d.succeed()
	d.expectNames("test")
	if diff := cmp.Diff([]string{`{"api_key":""}`}, d.store.Values("first")); diff != "" {
		t.Errorf("values that the store received (-want +got):\n%s", diff)
	}
	d.expectEmptyPlan()
	d.succeed("-replace=sendgrid_api_key.test")
	d.expectDelivered("first")
}

// A change to false removes the secret from the state in place. A change back
// replaces the key, because nobody has its secret.
func (i installed) testChangeSecretInState(t *testing.T) {
	t.Parallel()
	r := i.run(t, strings.Replace(deliveredKey, "= false", "= true", 1))
	change := func(from, to string) string {
		t.Helper()
		r.Write("main.tf", strings.Replace(r.Read("main.tf"), "secret_in_state = "+from, "secret_in_state = "+to, 1))
		out := r.Apply()
		r.Must(0, "plan", "-input=false", "-no-color", "-detailed-exitcode")
		return out
	}
	out := r.Apply()
	r.expectKeys(1, out)
	before := r.emulator.Keys(emulator.Parent)[0]

	out = change("true", "false")
	if after := r.emulator.Keys(emulator.Parent)[0]; after.ID != before.ID || !strings.Contains(out, "Older state still contains the secret") {
		t.Errorf("the key was replaced, or no warning was shown:\n%s", out)
	}
	if strings.Contains(r.Read("terraform.tfstate"), "SG.") {
		t.Error("the secret is in the state")
	}
	out = change("false", "true")
	r.expectKeys(1, out)
	if r.emulator.Keys(emulator.Parent)[0].ID == before.ID {
		t.Error("the key was not replaced")
	}
}
