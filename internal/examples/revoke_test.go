package examples

import (
	"strings"
	"testing"

	"github.com/terraform-sendgrid/terraform-provider-sendgrid/internal/emulator"
)

// The example's action, run from the command line as in the guide for leaked keys.
func (i installed) testRevoke(t *testing.T) {
	t.Parallel()
	server, env := account(t)
	folder := i.folder(t, "actions/sendgrid_revoke_api_key", env...)
	leaked := server.AddKey(emulator.Parent, "Leaked", []string{"mail.send"})
	kept := server.AddKey(emulator.Parent, "Kept", []string{"mail.send"})
	invoke := []string{
		"apply", "-auto-approve", "-input=false", "-no-color",
		"-invoke=action.sendgrid_revoke_api_key.leaked", "-var=leaked_id=" + leaked.ID,
	}

	out := folder.Must(0, invoke...)
	if !strings.Contains(out, leaked.ID) || !strings.Contains(out, "Revoked") {
		t.Errorf("the action does not report the revocation:\n%s", out)
	}
	if keys := server.Keys(emulator.Parent); len(keys) != 1 || keys[0].ID != kept.ID {
		t.Errorf("%d keys are left, want the other one", len(keys))
	}
	// The second time the key no longer exists, which is an error.
	if out := folder.Must(1, invoke...); !strings.Contains(out, "No such API key") || !strings.Contains(out, "the credential's own account") {
		t.Errorf("the error does not say which account was searched:\n%s", out)
	}
}
