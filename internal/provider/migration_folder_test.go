package provider

import (
	"encoding/json"
	"fmt"
	"maps"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/terraform-sendgrid/terraform-provider-sendgrid/internal/clitest"
	"github.com/terraform-sendgrid/terraform-provider-sendgrid/internal/emulator"
	"github.com/terraform-sendgrid/terraform-provider-sendgrid/internal/mirror"
)

// migratedKey is a key in the state of another provider.
type migratedKey struct {
	// state names the kind of state, and the resource.
	state, namespace string
	// account is the one of the key, configured the one in its resource block.
	account, configured string
}

// migratedKeys returns a key for every kind of state.
func migratedKeys() []migratedKey {
	var keys []migratedKey
	states := foreignStates(emulator.Key{})
	for _, name := range slices.Sorted(maps.Keys(states)) {
		s := states[name]
		keys = append(keys, migratedKey{state: name, namespace: s.namespace, account: s.account, configured: s.account})
	}
	return keys
}

// namespaces returns those of the providers of keys.
func namespaces(keys []migratedKey) []string {
	var names []string
	for _, k := range keys {
		names = append(names, k.namespace)
	}
	slices.Sort(names)
	return slices.Compact(names)
}

// block is the resource block of the key, which lists an auto-assigned scope.
func (k migratedKey) block(name, line string) string {
	account := ""
	if k.configured != "" {
		account = fmt.Sprintf("on_behalf_of = %q", k.configured)
	}
	return fmt.Sprintf("\nresource %q %q {\n  name   = %q\n  scopes = [\"mail.send\", \"2fa_required\"]\n  %s\n  %s\n}\n",
		keyResource, name, k.state, account, line)
}

// folder is a configuration that takes over the state of other providers.
type folder struct {
	*clitest.Folder
	t *testing.T
	// registry is the host of its providers.
	registry string
}

// installProviders installs the provider under its own name and those of the
// namespaces, since a CLI requests the schema of every provider in state. It returns
// a function that creates a folder.
func installProviders(t *testing.T, namespaces []string) func(t *testing.T, server *emulator.Server, env []string) folder {
	t.Helper()
	cli := clitest.Find(t)
	addresses := []string{Address}
	for _, namespace := range namespaces {
		addresses = append(addresses, "registry.terraform.io/"+namespace+"/sendgrid")
	}
	installed, err := mirror.Install(t.Context(), filepath.Join("..", ".."), t.TempDir(), addresses...)
	if err != nil {
		t.Fatal(err)
	}
	return func(t *testing.T, server *emulator.Server, env []string) folder {
		t.Helper()
		return folder{
			Folder:   cli.Folder(t, installed.Config, append(clitest.Account(server), env...)...),
			t:        t,
			registry: cli.Registry(),
		}
	}
}

// provider is the address of a provider in state.
func (f folder) provider(namespace string) string {
	return fmt.Sprintf("provider[%q]", f.registry+"/"+namespace+"/sendgrid")
}

// resource is what another provider has written to state for a key.
func (f folder) resource(k migratedKey, key emulator.Key) any {
	type m = map[string]any
	state := foreignStates(key)[k.state]
	instance := m{"schema_version": 0, "attributes": state.attributes, "sensitive_attributes": []any{}}
	if state.private != nil {
		instance["private"] = state.private
	}
	return m{
		"mode": "managed", "type": keyResource, "name": k.state,
		"provider": f.provider(k.namespace), "instances": []m{instance},
	}
}

func (f folder) writeState(resources []any) {
	f.t.Helper()
	state, err := json.Marshal(map[string]any{
		"version": 4, "terraform_version": "1.5.7", "serial": 7, "lineage": "00000000-0000-0000-0000-000000000000",
		"outputs": map[string]any{}, "resources": resources,
	})
	if err != nil {
		f.t.Fatal(err)
	}
	f.Write("terraform.tfstate", string(state))
}

// adopted is a key in the state of this provider.
type adopted struct {
	Provider, ID, Account string
	Secret                any
}

// want is what remains of a key of another provider.
func (f folder) want(k migratedKey, key emulator.Key) adopted {
	a := adopted{Provider: f.provider("terraform-sendgrid"), ID: key.ID, Account: k.account}
	if foreignStates(key)[k.state].secret {
		a.Secret = key.Secret
	}
	return a
}

// adopted returns all keys in state by resource name.
func (f folder) adopted() map[string]adopted {
	f.t.Helper()
	var state struct {
		Resources []struct {
			Name, Provider string
			Instances      []struct {
				Attributes struct {
					ID         string `json:"id"`
					Secret     any    `json:"api_key"`
					OnBehalfOf string `json:"on_behalf_of"`
				}
			}
		}
	}
	if err := json.Unmarshal([]byte(f.Read("terraform.tfstate")), &state); err != nil {
		f.t.Fatal(err)
	}
	keys := map[string]adopted{}
	for _, r := range state.Resources {
		v := r.Instances[0].Attributes
		keys[r.Name] = adopted{Provider: r.Provider, ID: v.ID, Account: v.OnBehalfOf, Secret: v.Secret}
	}
	return keys
}

// expect fails the test unless the output of a command contains all of the words.
func (f folder) expect(out string, words ...string) {
	f.t.Helper()
	for _, w := range words {
		if !strings.Contains(out, w) {
			f.t.Errorf("no %q in\n%s", w, out)
		}
	}
}
