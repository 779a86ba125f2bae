package examples

import (
	"fmt"
	"path/filepath"
	"strings"

	"github.com/terraform-sendgrid/terraform-provider-sendgrid/internal/clitest"
	"github.com/terraform-sendgrid/terraform-provider-sendgrid/internal/emulator"
)

// The scenarios of the guide to moving from another provider.

// addOldKeys creates two keys that are in the state of the old provider.
func addOldKeys(r *reader) map[string]emulator.Key {
	keys := map[string]emulator.Key{
		"newsletter": r.server.AddKey(emulator.Parent, "Newsletter", []string{"mail.send"}),
		"shop":       r.server.AddKey("shop-subuser", "Shop", []string{"mail.send", "templates.read"}),
	}
	r.writeOldState(keys)
	return keys
}

// writeOldState writes a state of the old provider with keys, by the names of their
// resources. An alias of that provider manages the keys of the subuser.
func (r *reader) writeOldState(keys map[string]emulator.Key) {
	r.t.Helper()
	_, address, _ := strings.Cut(oldProvider, "/")
	var resources []string
	for name, key := range keys {
		provider := fmt.Sprintf("provider[%q]", r.cli.Registry()+"/"+address)
		if key.Account != emulator.Parent {
			provider += ".shop"
		}
		resources = append(resources, fmt.Sprintf(
			`{"mode": "managed", "type": "sendgrid_api_key", "name": %q, "provider": %q, "instances": [{"attributes": {"id": %q, "name": %q, "api_key": %q, "scopes": ["%s"]}}]}`,
			name, provider, key.ID, key.Name, key.Secret, strings.Join(key.Scopes, `", "`)))
	}
	r.folder.Write("terraform.tfstate", fmt.Sprintf(
		`{"version": 4, "terraform_version": "1.8.0", "serial": 1, "lineage": "c0ffee", "resources": [%s]}`, strings.Join(resources, ", ")))
}

// moved checks that the state contains the keys with their secrets, and that nothing
// refers to the old provider.
func (r *reader) moved(keys map[string]emulator.Key) {
	r.t.Helper()
	r.changesNothing()
	state := r.folder.Read("terraform.tfstate")
	for _, key := range keys {
		if !strings.Contains(state, key.Secret) {
			r.t.Errorf("the state lacks the secret of %s", key.Name)
		}
	}
	if found := clitest.Containing(map[string]string{
		"the state": state, "the lock file": r.folder.Read(".terraform.lock.hcl"),
	}, "kenzo0107"); len(found) > 0 {
		r.t.Errorf("the old provider is in %q", found)
	}
}

func changeTheSource(r *reader) {
	keys := addOldKeys(r)
	r.run()
	r.write()
	r.run("kenzo0107/sendgrid", "No changes.", "Apply complete! Resources: 0 added, 0 changed, 0 destroyed.")
	r.moved(keys)
	r.run()
	if state := r.folder.Read("terraform.tfstate"); !strings.Contains(state, "kenzo0107") || strings.Contains(state, "terraform-sendgrid") {
		r.t.Errorf("the state is not the saved one:\n%s", state)
	}
}

func replaceTheProvider(r *reader) {
	keys := addOldKeys(r)
	r.folder.Copy(filepath.Join(root, "guides/move-from-another-provider/source"))
	r.run("Successfully replaced provider for 2 resources.", "No changes.")
	r.moved(keys)
}

func useMovedBlock(r *reader) {
	keys := map[string]emulator.Key{"old_newsletter": r.server.AddKey(emulator.Parent, "Newsletter", []string{"mail.send"})}
	r.writeOldState(keys)
	r.write()
	r.run("sendgrid_api_key.old_newsletter has moved to sendgrid_api_key.newsletter", "Plan: 0 to add, 0 to change, 0 to destroy.")
	r.moved(keys)
}
