package provider

import (
	"fmt"
	"net/http"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/terraform-sendgrid/terraform-provider-sendgrid/internal/emulator"
	"github.com/terraform-sendgrid/terraform-provider-sendgrid/internal/openapi"
)

// ownProvider is the head of a configuration for this provider.
const ownProvider = `
terraform {
  required_providers {
    sendgrid = {
      source = "terraform-sendgrid/sendgrid"
    }
  }
}

provider "sendgrid" {}
`

// bothProviders is one for this provider and another one, which is called sendgrid
// there.
const bothProviders = `
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
`

// The state of every other provider is taken over in each way of the guide, with the
// provider installed as from a registry. Nothing changes: the keys keep their ids
// and secrets, and the only requests read them.
func TestAccMigrate(t *testing.T) {
	t.Parallel()
	if os.Getenv("SENDGRID_LIVE") != "" {
		t.Skip("needs keys with known ids and secrets, which only the emulator creates by hand")
	}
	all := migratedKeys()
	install := installProviders(t, namespaces(all))
	// Providers that have the subuser in their own block write none to state.
	subuser := all[slices.IndexFunc(all, func(k migratedKey) bool { return k.state == "kenzo0107" })]
	subuser.account = "sub-a"
	for name, test := range map[string]struct {
		keys      []migratedKey
		env       []string
		replace   bool   // by "state replace-provider", before init
		providers string // in the configuration
		line      string // in every resource block
		moved     bool   // by moved blocks, to other resource names
		want      string // in the output of apply
	}{
		"source changed":          {keys: all, providers: ownProvider, want: "No changes."},
		"state replace-provider":  {keys: all, providers: ownProvider, replace: true, want: "No changes."},
		"moved blocks":            {keys: all, providers: ownProvider, moved: true, want: "Plan: 0 to add, 0 to change, 0 to destroy."},
		"next to another":         {keys: all, providers: bothProviders, line: "provider = sendgrid-keys", want: "No changes."},
		"subuser of the provider": {keys: []migratedKey{subuser}, providers: ownProvider, env: []string{"SENDGRID_ON_BEHALF_OF=sub-a"}, want: "No changes."},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			server := openapi.Start(t, emulator.Config{Subusers: []string{"sub-a"}})
			f := install(t, server, test.env)
			config, state, want := test.providers, []any{}, map[string]adopted{}
			for _, k := range test.keys {
				key := server.AddKey(k.account, k.state, []string{"mail.send"})
				state = append(state, f.resource(k, key))
				name := k.state
				if test.moved {
					name = "moved_" + name
					config += fmt.Sprintf("\nmoved {\n  from = %[1]s.%[2]s\n  to   = %[1]s.%[3]s\n}\n", keyResource, k.state, name)
				}
				config += k.block(name, test.line)
				want[name] = f.want(k, key)
			}
			f.writeState(state)
			if test.replace {
				for _, namespace := range namespaces(test.keys) {
					f.Must(0, "state", "replace-provider", "-auto-approve", namespace+"/sendgrid", "terraform-sendgrid/sendgrid")
				}
			}
			f.Write("main.tf", config)

			f.Init()
			out := f.Apply()
			f.expect(out, test.want, "Resources: 0 added, 0 changed, 0 destroyed.")
			if test.moved {
				for _, k := range test.keys {
					f.expect(out, fmt.Sprintf("# %s.%s has moved to", keyResource, k.state))
				}
			}
			f.expect(f.Must(0, "plan", "-no-color", "-detailed-exitcode"), "No changes.")
			if diff := cmp.Diff(want, f.adopted()); diff != "" {
				t.Errorf("state (-want +got):\n%s", diff)
			}
			for _, r := range server.TakeRequests() {
				k, exists := server.Key(strings.TrimPrefix(r.Path, "/v3/api_keys/"))
				if r.Method != http.MethodGet || !exists || k.Account != r.OnBehalfOf {
					t.Errorf("unexpected request: %s", r)
				}
			}
		})
	}
}

// A key whose state no provider can read leaves the state as the error says, and
// comes back by an import. It is never revoked.
func TestAccUnreadableState(t *testing.T) {
	t.Parallel()
	if os.Getenv("SENDGRID_LIVE") != "" {
		t.Skip("needs a key with a known id")
	}
	server := openapi.Start(t, emulator.Config{})
	k := server.AddKey(emulator.Parent, "a", []string{"mail.send"})
	f := installProviders(t, []string{"someone"})(t, server, nil)
	type m = map[string]any
	f.writeState([]any{m{
		"mode": "managed", "type": keyResource, "name": "a", "provider": f.provider("terraform-sendgrid"),
		"instances": []m{{"schema_version": 0, "attributes": m{"identifier": k.ID}, "sensitive_attributes": []any{}}},
	}})
	block := fmt.Sprintf("\nresource %q \"a\" {\n  name   = \"a\"\n  scopes = [\"mail.send\"]\n}\n", keyResource)
	f.Write("main.tf", ownProvider+block)
	f.Init()
	f.expect(f.Must(1, "plan", "-no-color"), "State of an unknown provider", "identifier", "terraform state rm")
	f.Must(0, "state", "rm", keyResource+".a")
	f.Must(0, "import", keyResource+".a", k.ID)
	f.expect(f.Must(0, "plan", "-no-color", "-detailed-exitcode"), "No changes.")
}
