package examples

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/terraform-sendgrid/terraform-provider-sendgrid/internal/clitest"
	"github.com/terraform-sendgrid/terraform-provider-sendgrid/internal/emulator"
	"github.com/terraform-sendgrid/terraform-provider-sendgrid/internal/openapi"
)

// account starts an emulator, and returns the environment that points the provider
// at it.
func account(t *testing.T) (*emulator.Server, []string) {
	t.Helper()
	server := openapi.Start(t, emulator.Config{})
	return server, clitest.Account(server)
}

// writes returns the methods of the requests that were more than reading.
func writes(server *emulator.Server) []string {
	var methods []string
	for _, r := range server.TakeRequests() {
		if r.Method != "GET" {
			methods = append(methods, r.Method)
		}
	}
	return methods
}

// Each way to rotate in the guide creates another key, delivers it, and revokes the
// old one last. Nothing happens before it is time.
func (i installed) testRotation(t *testing.T) {
	t.Parallel()
	rotate := func(t *testing.T, name string, when func(*clitest.Folder) []string, want ...string) (out string) {
		t.Helper()
		server, env := account(t)
		folder := i.folder(t, "guides/rotate-keys/"+name, env...)
		folder.Apply()
		server.TakeRequests()
		folder.Must(0, "plan", "-input=false", "-no-color", "-detailed-exitcode")
		args := when(folder)
		out = folder.Apply(args...)
		if diff := cmp.Diff(want, writes(server)); diff != "" {
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
			// With the years in the state set back, the 90 days have passed.
			state := f.Read("terraform.tfstate")
			for year := range 2 {
				state = strings.ReplaceAll(state, time.Now().UTC().AddDate(year, 0, 0).Format(`"2006-`), `"2001-`)
			}
			f.Write("terraform.tfstate", state)
			return nil
		}, "POST", "DELETE")
	})
	// The unused key is replaced, and then used: one key works at any time.
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
