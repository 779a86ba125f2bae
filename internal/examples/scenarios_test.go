package examples

import (
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"os/exec"
	"regexp"
	"slices"
	"strings"

	"github.com/terraform-sendgrid/terraform-provider-sendgrid/internal/emulator"
)

// scenarios returns what a reader does with the commands of each page.
func scenarios() []scenario {
	return []scenario{
		{page: "README", sections: []string{"Install", "Create a key"}, run: createFirstKey},
		{page: "adopt-existing-keys", sections: []string{"Adopt one key"}, run: adoptOneKey},
		{page: "adopt-existing-keys", sections: []string{"With Terraform 1.14 or later", "Plan and apply"}, run: adoptKeysOfQuery},
		{page: "adopt-existing-keys", sections: []string{"With any version, and with OpenTofu", "Plan and apply"}, run: adoptAllKeys},
		{
			page: "least-privilege", sections: []string{"Turn warnings into checks"},
			account: emulator.Config{Unavailable: []string{"templates.read", "templates.versions.read"}},
			run:     checkTheCredential,
		},
		{page: "move-from-another-provider", sections: []string{"Before you start", "Change the source", "After the move"}, run: changeTheSource},
		{page: "move-from-another-provider", sections: []string{"Replace the provider in the state"}, run: replaceTheProvider},
		{page: "move-from-another-provider", sections: []string{"Use a moved block"}, run: useMovedBlock},
		{page: "stop-managing-without-revoking", sections: []string{"Stop managing without revoking"}, run: stopManaging},
		{page: "store-the-key", sections: []string{"Kubernetes", "If someone deletes the entry"}, run: replaceDeletedEntry},
		{
			page: "test-your-configuration", sections: []string{"Test your configuration without an account", "With a mock", "Against the emulator"},
			run: testYourConfiguration,
		},
		{page: "use-the-key", sections: []string{"HTTP", "From Terraform to the application"}, run: useTheKey},
		{page: "when-a-key-leaks", sections: []string{"1. Revoke the key"}, run: revokeLeakedKey},
	}
}

// The provider is installed in the home directory of the reader, who has set nothing.
func createFirstKey(r *reader) {
	r.adapt("registry.terraform.io", r.cli.Registry())
	r.folder.Env = slices.DeleteFunc(r.folder.Env, func(variable string) bool {
		return strings.HasPrefix(variable, "TF_CLI_CONFIG_FILE=") || strings.HasPrefix(variable, "SENDGRID_API_KEY=")
	})
	for _, name := range []string{"GOCACHE", "GOENV", "GOPATH"} {
		value, err := exec.CommandContext(r.t.Context(), "go", "env", name).Output()
		if err != nil {
			r.t.Fatal(err)
		}
		r.folder.Env = append(r.folder.Env, name+"="+strings.TrimSpace(string(value)))
	}
	home := r.folder.Dir
	// The version of the clone does not matter, and git has other settings in that home.
	r.folder.Env = append(r.folder.Env, "HOME="+home, "GOFLAGS=-buildvcs=false")
	r.folder.Dir = "../.."
	r.run()
	r.folder.Dir = home
	r.write()
	r.typed = emulator.Credential + "\n"
	r.run("Apply complete! Resources: 1 added, 0 changed, 0 destroyed.")
	if strings.Contains(r.printed, emulator.Credential) {
		r.t.Errorf("the commands show the credential:\n%s", r.printed)
	}
	if key := r.server.Keys(emulator.Parent)[0]; !strings.Contains(r.folder.Read("terraform.tfstate"), key.Secret) {
		r.t.Error("the state does not contain the secret")
	}
}

func adoptOneKey(r *reader) {
	key := r.server.AddKey(emulator.Parent, "Newsletter", []string{"mail.send"})
	r.adapt(sampleID, key.ID)
	r.write()
	r.run("Plan: 1 to import, 0 to add, 0 to change, 0 to destroy.", "Apply complete!")
	r.changesNothing()
}

// addKeys creates the four keys of the guide.
func addKeys(r *reader) {
	for _, account := range []string{emulator.Parent, "shop-subuser"} {
		r.server.AddKey(account, "shop-mail", []string{"mail.send"})
		r.server.AddKey(account, "shop-everything", nil)
	}
}

// null matches the lines that the guide allows to remove from a generated configuration.
var null = regexp.MustCompile(`(?m)^ +(rotate_when_changed|scopes|secret_in_state|on_behalf_of) += null\n`)

func adoptKeysOfQuery(r *reader) {
	addKeys(r)
	configure(r.folder, "main.tf", "")
	r.folder.Init()
	r.writeTo("all.tfquery.hcl")
	r.run("sendgrid_api_key.all", "sendgrid_api_key.shop", "shop-everything")
	r.run("No changes.")
	r.output()
	r.changesNothing()
}

func adoptAllKeys(r *reader) {
	addKeys(r)
	r.enter("find")
	r.write()
	r.run()
	r.enter("..")
	configure(r.folder, "main.tf", "")
	r.run("Plan: 4 to import, 0 to add, 0 to change, 0 to destroy.")
	keys := null.ReplaceAllString(r.folder.Read("keys.tf"), "")
	if strings.Contains(keys, "= null") {
		r.t.Errorf("the guide does not say which lines of the configuration are unnecessary:\n%s", keys)
	}
	r.folder.Write("keys.tf", keys)
	r.run("No changes.")
	r.output()
	r.changesNothing()
}

func checkTheCredential(r *reader) {
	r.write()
	r.folder.Init()
	r.printed = r.folder.Must(1, "plan")
	r.output()
	// In a check block, the same condition causes a warning.
	before, after, _ := strings.Cut(r.folder.Read("main.tf"), "  lifecycle {")
	_, after, _ = strings.Cut(after, "\n  }\n")
	r.folder.Write("main.tf", before+after)
	r.writeTo("check.tf")
	r.printed = r.folder.Must(0, "plan")
	r.prints("Warning: Check block assertion failed")
}

func stopManaging(r *reader) {
	if r.cli.Has("", "1.10") {
		// The guide also says what OpenTofu prints.
		r.adapt("will no longer be managed by Terraform, but", "will be removed from the OpenTofu state but")
		r.adapt("0 to destroy.", "0 to destroy, 1 to forget.")
	}
	for _, forget := range []func(){
		func() {
			r.write()
			r.run()
			r.output()
		},
		func() { r.run() },
	} {
		key := r.create("")
		forget()
		r.changesNothing()
		if _, lives := r.server.Key(key.ID); !lives || strings.Contains(r.folder.Read("terraform.tfstate"), key.ID) {
			r.t.Errorf("the key is revoked, or still in the state")
		}
	}
}

// An entry that somebody has deleted in the store is created with an empty value. A
// new key fills it.
func replaceDeletedEntry(r *reader) {
	store := secretStore(r.t)
	r.folder.Env = append(r.folder.Env, store.Environment())
	r.write()
	r.folder.Init()
	r.folder.Apply()
	const entry, empty = "kubernetes_secret_v1.newsletter", "map[SENDGRID_API_KEY:]"
	r.folder.Must(0, "state", "rm", entry)
	r.folder.Apply()
	if values := store.Values(); len(values) != 2 || values[1] != empty {
		r.t.Errorf("the store received %d values, want a second one that is empty", len(values))
	}
	r.folder.Must(0, "state", "rm", entry)
	r.run()
	if !lastContains(store.Values(), r.server.Keys(emulator.Parent)[0].Secret) {
		r.t.Error("the store did not receive the new key")
	}
}

func testYourConfiguration(r *reader) {
	r.write()
	r.enter("tests")
	r.writeTo("mock.tftest.hcl")
	r.enter("..")
	r.run("3 passed, 0 failed.")
	if requests := r.server.TakeRequests(); len(requests) > 0 {
		r.t.Errorf("the test with a mock sent the requests %s", requests)
	}
	r.enter("tests")
	r.writeTo("emulator.tftest.hcl")
	r.enter("..")
	r.run("3 passed, 0 failed.")
	if len(writes(r.server)) == 0 {
		r.t.Error("the test against the emulator created no key")
	}
}

func useTheKey(r *reader) {
	if _, err := exec.LookPath("curl"); err != nil {
		r.t.Skip("the commands need curl")
	}
	key := r.create("output \"newsletter_api_key\" {\n  value     = sendgrid_api_key.newsletter.api_key\n  sensitive = true\n}\n")
	r.folder.Env = append(r.folder.Env, "NEWSLETTER_API_KEY="+key.Secret)
	mail := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
		body, err := io.ReadAll(req.Body)
		if err != nil || !json.Valid(body) || req.Header.Get("Authorization") != "Bearer "+key.Secret {
			r.t.Errorf("the request is not JSON, or without the key: %s", body)
		}
		w.WriteHeader(http.StatusAccepted)
	}))
	defer mail.Close()
	r.adapt("https://api.sendgrid.com/v3/mail/send", mail.URL)
	r.run()
	r.run(`"mail.send"`)
	r.run()
	if r.printed != key.Secret {
		r.t.Errorf("the output is %q", r.printed)
	}
}

func revokeLeakedKey(r *reader) {
	leaked := r.server.AddKey(emulator.Parent, "Leaked", []string{"mail.send"})
	kept := r.server.AddKey(emulator.Parent, "Kept", []string{"mail.send"})
	r.adapt(sampleID, leaked.ID)
	r.write()
	r.run(leaked.ID, "Revoked")
	if keys := r.server.Keys(emulator.Parent); len(keys) != 1 || keys[0].ID != kept.ID {
		r.t.Errorf("%d keys are left, want the other one", len(keys))
	}
	// The second time the key no longer exists, which is an error.
	r.printed = r.folder.Must(1, "apply", "-invoke=action.sendgrid_revoke_api_key.leaked", "-var=leaked_id="+leaked.ID)
	r.prints("API key not found")
	r.prints("the credential's own account")
}
