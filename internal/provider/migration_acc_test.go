package provider_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/terraform-sendgrid/terraform-provider-sendgrid/internal/clitest"
	"github.com/terraform-sendgrid/terraform-provider-sendgrid/internal/emulator"
	"github.com/terraform-sendgrid/terraform-provider-sendgrid/internal/mirror"
	"github.com/terraform-sendgrid/terraform-provider-sendgrid/internal/provider"
)

// The tests of this file take over the state of other providers as their users
// do: with the provider installed as from a registry, and the commands of the
// guide.

const (
	ownNamespace = "terraform-sendgrid"
	keyResource  = "sendgrid_api_key"
)

// folder is a configuration with the state of other providers.
type folder struct {
	*clitest.Folder
	t *testing.T
	// registry is the host that its providers come from.
	registry string
}

// newFolders returns what makes folders where the provider is installed under its
// own name and under those of the namespaces: a CLI installs every provider that a
// state mentions, and asks it for its schema.
func newFolders(t *testing.T, namespaces []string) func(t *testing.T, server *emulator.Server, variables ...string) folder {
	t.Helper()
	if os.Getenv("SENDGRID_LIVE") != "" {
		t.Skip("needs keys whose ids and secrets are known, which only the emulator makes by hand")
	}
	cli := clitest.Find(t)
	dir := t.TempDir()
	config, err := mirror.Build(t.Context(), filepath.Join("..", ".."), dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, namespace := range namespaces {
		if err := mirror.Add(dir, namespace+"/sendgrid", mirror.Version, mirror.Binary(dir)); err != nil {
			t.Fatal(err)
		}
	}
	return func(t *testing.T, server *emulator.Server, variables ...string) folder {
		t.Helper()
		return folder{
			Folder:   cli.Folder(t, config, append(clitest.Account(server), variables...)...),
			t:        t,
			registry: cli.Registry(),
		}
	}
}

// foreignResource is a key in the state file of another provider, and in the
// configuration.
type foreignResource struct {
	provider.ForeignState
	// name is that of the resource, namespace that of the provider.
	name, namespace string
	key             emulator.Key
	scopes          []string
}

// foreignResources makes two keys for every kind of foreign state: one whose
// configuration lists the scopes that SendGrid adds, and one without.
func foreignResources(server *emulator.Server) []foreignResource {
	var resources []foreignResource
	for _, kind := range slices.Sorted(maps.Keys(provider.ForeignStates(emulator.Key{}))) {
		for style, scopes := range map[string][]string{
			"": {"mail.send"}, ", all listed": {"mail.send", "2fa_required", "sender_verification_eligible"},
		} {
			account := provider.ForeignStates(emulator.Key{})[kind].Account
			made := server.AddKey(account, kind+style, []string{"mail.send"})
			namespace, _, _ := strings.Cut(strings.ToLower(kind), " ")
			resources = append(resources, foreignResource{
				ForeignState: provider.ForeignStates(made)[kind],
				name:         regexp.MustCompile(`[^a-z0-9]+`).ReplaceAllString(strings.ToLower(kind+style), "_"),
				namespace:    strings.TrimSuffix(namespace, ","),
				key:          made,
				scopes:       scopes,
			})
		}
	}
	return resources
}

// namespaces returns those of the providers of resources.
func namespaces(resources []foreignResource) []string {
	var names []string
	for _, r := range resources {
		names = append(names, r.namespace)
	}
	slices.Sort(names)
	return slices.Compact(names)
}

// writeState writes the state that the other providers have left.
func (f folder) writeState(resources []foreignResource) {
	f.t.Helper()
	type m = map[string]any
	var all []m
	for _, r := range resources {
		instance := m{"schema_version": 0, "attributes": r.Attributes, "sensitive_attributes": []any{}}
		if r.Private != nil {
			instance["private"] = r.Private
		}
		all = append(all, m{
			"mode": "managed", "type": keyResource, "name": r.name,
			"provider":  fmt.Sprintf("provider[%q]", f.registry+"/"+r.namespace+"/sendgrid"),
			"instances": []m{instance},
		})
	}
	state, err := json.Marshal(m{
		"version": 4, "terraform_version": "1.5.7", "serial": 7, "lineage": "00000000-0000-0000-0000-000000000000",
		"outputs": m{}, "resources": all,
	})
	if err != nil {
		f.t.Fatal(err)
	}
	f.Write("terraform.tfstate", string(state))
}

// migration is one of the ways to take over a state.
type migration struct {
	// prepare is done before init.
	prepare func(folder, []foreignResource)
	// providers is the head of the configuration.
	providers string
	// resource are further lines of every resource, prefix begins its name.
	resource, prefix string
	// moved is whether the plan shows moves.
	moved bool
}

// migrations are the ways of the guide.
func migrations() map[string]migration {
	const ours = `
terraform {
  required_providers {
    sendgrid = {
      source = "terraform-sendgrid/sendgrid"
    }
  }
}

provider "sendgrid" {}
`
	return map[string]migration{
		"change the source": {providers: ours},
		"state replace-provider": {
			providers: ours,
			prepare: func(f folder, resources []foreignResource) {
				for _, namespace := range namespaces(resources) {
					f.Must(0, "state", "replace-provider", "-auto-approve", namespace+"/sendgrid", ownNamespace+"/sendgrid")
				}
			},
		},
		"moved block": {providers: ours, prefix: "moved_", moved: true},
		"beside the other provider": {
			providers: `
terraform {
  required_providers {
    sendgrid = {
      source = "kenzo0107/sendgrid"
    }
    sendgrid-keys = {
      source = "terraform-sendgrid/sendgrid"
    }
  }
}

provider "sendgrid-keys" {}
`,
			resource: "provider = sendgrid-keys",
		},
	}
}

// configure writes the configuration of resources.
func (f folder) configure(way migration, resources []foreignResource) {
	f.t.Helper()
	config := way.providers
	for _, r := range resources {
		account := ""
		if r.Account != "" {
			account = fmt.Sprintf("on_behalf_of = %q", r.Account)
		}
		config += fmt.Sprintf("\nresource %q %q {\n  name   = %q\n  scopes = [\"%s\"]\n  %s\n  %s\n}\n",
			keyResource, way.prefix+r.name, r.key.Name, strings.Join(r.scopes, `", "`), account, way.resource)
		if way.moved {
			config += fmt.Sprintf("\nmoved {\n  from = sendgrid_api_key.%[1]s\n  to   = sendgrid_api_key.%[2]s%[1]s\n}\n", r.name, way.prefix)
		}
	}
	f.Write("main.tf", config)
}

// The state of every other provider goes over in each way, with a plan that
// changes nothing, whether the configuration lists the scopes that SendGrid adds
// or not. The keys keep their ids and secrets, and SendGrid is only asked to read
// them.
func TestAccMigrate(t *testing.T) {
	t.Parallel()
	account := func(t *testing.T) *emulator.Server {
		t.Helper()
		server := emulator.Start(emulator.Config{Subusers: []string{"sub-a"}})
		t.Cleanup(server.Close)
		return server
	}
	newFolder := newFolders(t, namespaces(foreignResources(account(t))))
	for name, way := range migrations() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			server := account(t)
			f := newFolder(t, server)
			resources := foreignResources(server)
			f.migrate(way, resources)
			f.requireAdopted(way, resources)
			requireOnlyRead(t, server)
		})
	}
	// Other providers that have the subuser in their own block write none to the
	// state. The same account as this provider's default says where the key is.
	t.Run("subuser of the provider block", func(t *testing.T) {
		t.Parallel()
		server := account(t)
		made := server.AddKey("sub-a", "a", []string{"mail.send"})
		resources := []foreignResource{{
			ForeignState: provider.ForeignStates(made)["kenzo0107"],
			name:         "a", namespace: "kenzo0107", key: made, scopes: made.Scopes,
		}}
		f := newFolder(t, server, "SENDGRID_ON_BEHALF_OF=sub-a")
		way := migrations()["change the source"]
		f.migrate(way, resources)
		resources[0].Account = "sub-a"
		f.requireAdopted(way, resources)
		requireOnlyRead(t, server)
	})
}

// requireOnlyRead fails the test unless nothing was asked but what keys are like,
// each in its own account.
func requireOnlyRead(t *testing.T, server *emulator.Server) {
	t.Helper()
	for _, r := range server.TakeRequests() {
		k, exists := server.Key(strings.TrimPrefix(r.Path, "/v3/api_keys/"))
		if r.Method != http.MethodGet || !exists || k.Account != r.OnBehalfOf {
			t.Errorf("unexpected request: %s", r)
		}
	}
}

// migrate takes over the state of other providers, and fails the test if a plan
// on the way changes more than the names of resources, where they move.
func (f folder) migrate(way migration, resources []foreignResource) {
	f.t.Helper()
	f.writeState(resources)
	if way.prepare != nil {
		way.prepare(f, resources)
	}
	f.configure(way, resources)
	f.Must(0, "init")
	if way.moved {
		out := f.Must(2, "plan", "-no-color", "-detailed-exitcode")
		if !strings.Contains(out, "Plan: 0 to add, 0 to change, 0 to destroy.") {
			f.t.Errorf("the plan is\n%s", out)
		}
		for _, r := range resources {
			if moved := fmt.Sprintf("# %s.%s has moved to", keyResource, r.name); !strings.Contains(out, moved) {
				f.t.Errorf("no %q in\n%s", moved, out)
			}
		}
	} else {
		f.requireNoChanges()
	}
	f.Must(0, "apply", "-auto-approve")
	f.requireNoChanges()
}

func (f folder) requireNoChanges() {
	f.t.Helper()
	if out := f.Must(0, "plan", "-no-color", "-detailed-exitcode"); !strings.Contains(out, "No changes.") {
		f.t.Errorf("the plan is\n%s", out)
	}
}

// requireAdopted fails the test unless the state is all of this provider, and
// holds what the other providers knew.
func (f folder) requireAdopted(way migration, resources []foreignResource) {
	f.t.Helper()
	type adopted struct {
		Provider, ID, Account string
		Secret                any
	}
	want, got := map[string]adopted{}, map[string]adopted{}
	for _, r := range resources {
		k := adopted{Provider: fmt.Sprintf("provider[%q]", f.registry+"/"+ownNamespace+"/sendgrid"), ID: r.key.ID, Account: r.Account}
		if r.Secret {
			k.Secret = r.key.Secret
		}
		want[way.prefix+r.name] = k
	}
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
	for _, r := range state.Resources {
		v := r.Instances[0].Attributes
		got[r.Name] = adopted{Provider: r.Provider, ID: v.ID, Account: v.OnBehalfOf, Secret: v.Secret}
	}
	if diff := cmp.Diff(want, got); diff != "" {
		f.t.Errorf("state (-want +got):\n%s", diff)
	}
}
