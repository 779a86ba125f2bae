package provider

import (
	"context"
	"fmt"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
	"github.com/hashicorp/terraform-plugin-testing/tfjsonpath"

	"github.com/terraform-sendgrid/terraform-provider-sendgrid/internal/sendgrid"
)

// byHand creates a key outside of Terraform, with Full Access if there are no scopes,
// and deletes it after the test.
func (e *env) byHand(account, name string, scopes ...string) sendgrid.CreatedAPIKey {
	e.t.Helper()
	client := e.client()
	created, err := client.CreateAPIKey(e.t.Context(), account, sendgrid.CreateAPIKeyRequest{Name: name, Scopes: scopes, FullAccess: len(scopes) == 0})
	if err != nil {
		e.t.Fatal(err)
	}
	e.t.Cleanup(func() {
		// The context of the test has ended by then, and the test may have deleted the key.
		_ = client.DeleteAPIKey(context.WithoutCancel(e.t.Context()), account, created.ID)
	})
	e.requests()
	return created
}

// Keys are looked up by id, by name and by a prefix of their names, without writing
// requests.
func TestAccLookUp(t *testing.T) {
	t.Parallel()
	e := newEnv(t)
	// No other test uses this prefix, even in a real account.
	prefix := livePrefix + "look-up" + e.suffix + "-"
	mail := e.byHand(sendgrid.Parent, prefix+"mail", "mail.send")
	admin := e.byHand(sendgrid.Parent, prefix+"admin")
	config := fmt.Sprintf(`
data "sendgrid_api_key" "by_id" {
  id = %q
}

data "sendgrid_api_key" "by_name" {
  name = %q
}

data "sendgrid_api_keys" "names" {
  name_prefix = %[3]q
}

data "sendgrid_api_keys" "audit" {
  name_prefix    = %[3]q
  include_scopes = true
}

output "full_access" {
  value = [for key in data.sendgrid_api_keys.audit.api_keys : key.name if key.full_access]
}
`, mail.ID, mail.Name, prefix)
	listed := func(id, name string, scopes, fullAccess knownvalue.Check) knownvalue.Check {
		return knownvalue.ObjectExact(map[string]knownvalue.Check{
			"id": knownvalue.StringExact(id), "name": knownvalue.StringExact(name), "scopes": scopes, "full_access": fullAccess,
		})
	}
	checks := []statecheck.StateCheck{
		statecheck.ExpectKnownValue("data.sendgrid_api_keys.names", tfjsonpath.New("api_keys"), knownvalue.ListExact([]knownvalue.Check{
			listed(admin.ID, admin.Name, knownvalue.Null(), knownvalue.Null()),
			listed(mail.ID, mail.Name, knownvalue.Null(), knownvalue.Null()),
		})),
		statecheck.ExpectKnownValue("data.sendgrid_api_keys.audit", tfjsonpath.New("api_keys"), knownvalue.ListExact([]knownvalue.Check{
			listed(admin.ID, admin.Name, knownvalue.Null(), knownvalue.Bool(true)),
			listed(mail.ID, mail.Name, scopesOf("mail.send"), knownvalue.Bool(false)),
		})),
		statecheck.ExpectKnownOutputValue("full_access", knownvalue.ListExact([]knownvalue.Check{knownvalue.StringExact(admin.Name)})),
	}
	for _, address := range []string{"data.sendgrid_api_key.by_id", "data.sendgrid_api_key.by_name"} {
		for name, want := range map[string]knownvalue.Check{
			"id":           knownvalue.StringExact(mail.ID),
			"name":         knownvalue.StringExact(mail.Name),
			"scopes":       scopesOf("mail.send"),
			"on_behalf_of": knownvalue.StringExact(""),
		} {
			checks = append(checks, statecheck.ExpectKnownValue(address, tfjsonpath.New(name), want))
		}
	}
	resource.Test(t, resource.TestCase{
		ProtoV6ProviderFactories: e.factories(),
		Steps: []resource.TestStep{{
			Config:            e.config(config),
			Check:             e.wrote(),
			ConfigStateChecks: checks,
		}},
	})
}
