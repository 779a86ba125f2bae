package examples

import (
	"encoding/json"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/terraform-sendgrid/terraform-provider-sendgrid/internal/clitest"
	"github.com/terraform-sendgrid/terraform-provider-sendgrid/internal/emulator"
	"github.com/terraform-sendgrid/terraform-provider-sendgrid/internal/secretstore"
)

// secretStore starts a store for the stand-ins.
func secretStore(t *testing.T) *secretstore.Store {
	t.Helper()
	store, err := secretstore.Start()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(store.Close)
	return store
}

// lastContains reports whether the last of the values contains the secret.
func lastContains(values []string, secret string) bool {
	return len(values) > 0 && strings.Contains(values[len(values)-1], secret)
}

// The configuration of each store is valid for the store's own schema, in the run
// that creates the key and in later ones, which do not have the secret. It delivers
// the key that was created and, after a rotation, the new one before the old one is
// revoked. No file contains the secret.
func (i installed) testStores(t *testing.T) {
	t.Parallel()
	stores, err := os.ReadDir(filepath.Join(root, "guides", "store-the-key"))
	if err != nil {
		t.Fatal(err)
	}
	for _, entry := range stores {
		t.Run(entry.Name(), func(t *testing.T) {
			t.Parallel()
			server, env := account(t)
			store := secretStore(t)
			folder := i.folder(t, "guides/store-the-key/"+entry.Name(), append(env, store.Environment(), "TF_VAR_key_vault_id=vault")...)
			folder.Apply()
			first := server.Keys(emulator.Parent)[0]
			if !lastContains(store.Values(), first.Secret) || first.Name != "Newsletter" {
				t.Errorf("the store did not receive the key %q", first.Name)
			}
			folder.Must(0, "plan", "-input=false", "-no-color", "-detailed-exitcode")

			server.Inject(emulator.Fault{Method: http.MethodDelete, Do: func(x *emulator.Exchange) {
				for _, key := range server.Keys(emulator.Parent) {
					if key.ID != first.ID && !lastContains(store.Values(), key.Secret) {
						t.Error("the first key is revoked before the store has the second")
					}
				}
				x.Send(x.Apply())
			}})
			folder.Apply("-replace=sendgrid_api_key.newsletter")
			keys := server.Keys(emulator.Parent)
			if len(keys) != 1 || keys[0].ID == first.ID || keys[0].Name != "Newsletter" {
				t.Fatalf("after the rotation there are the keys %v", keys)
			}
			folder.Must(0, "plan", "-input=false", "-no-color", "-detailed-exitcode", "-out=empty.tfplan")
			if found := clitest.Containing(folder.Files(), "SG."); len(found) > 0 {
				t.Errorf("a secret is in %q", found)
			}
		})
	}
}

// Which secrets are in the files that Terraform writes: the guide's table, row by
// row.
func (i installed) testSecretsOutOfState(t *testing.T) {
	t.Parallel()
	// run applies a plan from a file, as a pipeline does.
	run := func(folder *clitest.Folder) {
		folder.Must(0, "plan", "-input=false", "-no-color", "-out=run.tfplan")
		folder.Must(0, "apply", "-input=false", "-no-color", "run.tfplan")
	}
	start := func(t *testing.T, name string, env ...string) *clitest.Folder {
		t.Helper()
		folder := i.folder(t, "guides/keep-secrets-out-of-state/"+name, env...)
		run(folder)
		return folder
	}
	for name, test := range map[string]struct {
		without string
		planned bool
	}{
		"the credential in an ephemeral variable": {},
		"the credential in an ordinary variable":  {without: "  ephemeral   = true\n", planned: true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			server, env := account(t)
			// Plan and apply get the credential from the variable alone.
			env = slices.DeleteFunc(env, func(variable string) bool { return strings.HasPrefix(variable, "SENDGRID_API_KEY=") })
			folder := i.folder(t, "guides/keep-secrets-out-of-state/credential", append(env, "TF_VAR_sendgrid_credential="+emulator.Credential)...)
			folder.Write("main.tf", strings.Replace(folder.Read("main.tf"), test.without, "", 1))
			run(folder)
			if len(server.Keys(emulator.Parent)) != 1 {
				t.Error("no key was created")
			}
			want := []string(nil)
			if test.planned {
				want = []string{"run.tfplan/tfplan"}
			}
			if diff := cmp.Diff(want, clitest.Containing(folder.Files(), emulator.Credential)); diff != "" {
				t.Errorf("files that contain the credential (-want +got):\n%s", diff)
			}
		})
	}
	t.Run("a copy in an ordinary attribute", func(t *testing.T) {
		t.Parallel()
		server, env := account(t)
		folder := i.folder(t, "guides/store-the-key/vault", env...)
		ordinary := strings.NewReplacer(
			"data_json_wo  ", "data_json  ", "  data_json_wo_version = local.key_version\n", "",
			"  secret_in_state = false\n", "", "ephemeral.sendgrid_api_key_secret.", "sendgrid_api_key.")
		folder.Write("main.tf", ordinary.Replace(folder.Read("main.tf")))
		folder.Apply()
		secret := server.Keys(emulator.Parent)[0].Secret
		if n := strings.Count(folder.Read("terraform.tfstate"), secret); n != 2 {
			t.Errorf("the secret is in the state %d times, want twice", n)
		}
	})
	t.Run("a key for one run", func(t *testing.T) {
		t.Parallel()
		server, env := account(t)
		store := secretStore(t)
		folder := start(t, "one-run", append(env, store.Environment())...)
		values := store.Values()
		if len(values) != 1 {
			t.Fatalf("the store received %d values", len(values))
		}
		var given struct {
			Secret string `json:"api_key"`
		}
		if err := json.Unmarshal([]byte(values[0]), &given); err != nil || !strings.HasPrefix(given.Secret, "SG.") {
			t.Fatalf("the store did not receive a key: %v", err)
		}
		if found := clitest.Containing(folder.Files(), given.Secret); len(found) > 0 {
			t.Errorf("the key is in %q", found)
		}
		if left := server.Keys(emulator.Parent); len(left) > 0 {
			t.Errorf("%d keys outlive the run", len(left))
		}
	})
	t.Run("an adopted key", func(t *testing.T) {
		t.Parallel()
		server, env := account(t)
		key := server.AddKey(emulator.Parent, "Newsletter", []string{"mail.send"})
		folder := start(t, "adopted", append(env, "TF_VAR_api_key_id="+key.ID)...)
		if !strings.Contains(folder.Read("terraform.tfstate"), key.ID) {
			t.Error("the key was not adopted")
		}
		if found := clitest.Containing(folder.Files(), key.Secret); len(found) > 0 {
			t.Errorf("the key is in %q", found)
		}
		folder.Must(0, "plan", "-input=false", "-no-color", "-detailed-exitcode")
	})
}
