package examples

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/terraform-sendgrid/terraform-provider-sendgrid/internal/clitest"
	"github.com/terraform-sendgrid/terraform-provider-sendgrid/internal/emulator"
)

// account returns an emulator and the environment that leads there.
func account(t *testing.T) (*emulator.Server, []string) {
	t.Helper()
	server := emulator.Start(emulator.Config{})
	t.Cleanup(server.Close)
	return server, clitest.Account(server)
}

// changes returns what was asked of SendGrid but reading.
func changes(server *emulator.Server) []string {
	var asked []string
	for _, r := range server.TakeRequests() {
		if r.Method != "GET" {
			asked = append(asked, r.Method)
		}
	}
	return asked
}

// Each way to rotate in the guide makes another key, hands it on, and revokes the
// old one last. Nothing is done before it is time.
func TestAccRotation(t *testing.T) {
	t.Parallel()
	providers := install(t)
	rotate := func(t *testing.T, name string, when func(*clitest.Folder) []string, want ...string) (out string) {
		t.Helper()
		server, env := account(t)
		folder := providers.folder(t, "guides/rotate-keys/"+name, env...)
		folder.Apply()
		server.TakeRequests()
		folder.Must(0, "plan", "-input=false", "-no-color", "-detailed-exitcode")
		args := when(folder)
		out = folder.Apply(args...)
		if diff := cmp.Diff(want, changes(server)); diff != "" {
			t.Errorf("requests (-want +got):\n%s", diff)
		}
		for _, key := range server.Keys(emulator.Parent) {
			if !strings.Contains(folder.Read("terraform.tfstate"), key.Secret) {
				t.Errorf("the state lacks the secret of %q", key.Name)
			}
		}
		folder.Must(0, append([]string{"plan", "-input=false", "-no-color", "-detailed-exitcode"}, args...)...)
		return out
	}
	t.Run("by hand", func(t *testing.T) {
		t.Parallel()
		out := rotate(t, "by-hand", func(f *clitest.Folder) []string {
			f.Write("main.tf", strings.Replace(f.Read("main.tf"), `"2026-11-21"`, `"2027-02-03"`, 1))
			return nil
		}, "POST", "DELETE")
		updated := strings.Index(out, "terraform_data.application: Modifications complete")
		revoked := strings.Index(out, "sendgrid_api_key.newsletter (deposed object")
		if updated < 0 || revoked < updated {
			t.Errorf("the old key is revoked before its user is updated:\n%s", out)
		}
	})
	t.Run("by the calendar", func(t *testing.T) {
		t.Parallel()
		rotate(t, "calendar", func(f *clitest.Folder) []string {
			// The years in the state go back, and so 90 days have passed.
			state := f.Read("terraform.tfstate")
			for year := range 2 {
				state = strings.ReplaceAll(state, time.Now().UTC().AddDate(year, 0, 0).Format(`"2006-`), `"2001-`)
			}
			f.Write("terraform.tfstate", state)
			return nil
		}, "POST", "DELETE")
	})
	// The key that is not in use is replaced, and then used: no moment without one
	// that works.
	t.Run("with an overlap", func(t *testing.T) {
		t.Parallel()
		rotate(t, "overlap", func(f *clitest.Folder) []string {
			rotated := `-var=rotated={"blue":"2026-09","green":"2027-01"}`
			before := f.Must(0, "state", "show", "-no-color", "terraform_data.application")
			f.Apply(rotated)
			if after := f.Must(0, "state", "show", "-no-color", "terraform_data.application"); after != before {
				t.Errorf("the application has changed:\n%s\n%s", before, after)
			}
			return []string{rotated, "-var=active=green"}
		}, "DELETE", "POST")
	})
}
