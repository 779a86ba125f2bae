package provider

import (
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/querycheck"
	"github.com/hashicorp/terraform-plugin-testing/querycheck/queryfilter"
	"github.com/hashicorp/terraform-plugin-testing/tfjsonpath"
	"github.com/hashicorp/terraform-plugin-testing/tfversion"

	"github.com/terraform-sendgrid/terraform-provider-sendgrid/internal/emulator"
	"github.com/terraform-sendgrid/terraform-provider-sendgrid/internal/scopes"
)

// A query finds the keys that Terraform does not manage, with their identities for
// an import.
func TestAccQuery(t *testing.T) {
	t.Parallel()
	e := newEmulated(t, emulator.Config{Subusers: []string{"sub-a"}, FullAccess: scopes.Default().FullAccess})
	mail := e.byHand(emulator.Parent, "shop mail", "mail.send")
	admin := e.byHand(emulator.Parent, "shop admin")
	e.byHand(emulator.Parent, "newsletter", "mail.send")
	sub := e.byHand("sub-a", "shop of a subuser", "mail.send")
	identity := func(id string, account knownvalue.Check) map[string]knownvalue.Check {
		return map[string]knownvalue.Check{"id": knownvalue.StringExact(id), "on_behalf_of": account}
	}
	known := func(name string, value knownvalue.Check) querycheck.KnownValueCheck {
		return querycheck.KnownValueCheck{Path: tfjsonpath.New(name), KnownValue: value}
	}
	named := func(name string) queryfilter.QueryFilter {
		return queryfilter.ByDisplayName(knownvalue.StringExact(name))
	}
	resource.Test(t, resource.TestCase{
		// Terraform before 1.14, and OpenTofu, have no queries.
		TerraformVersionChecks:   []tfversion.TerraformVersionCheck{tfversion.SkipBelow(tfversion.Version1_14_0)},
		ProtoV6ProviderFactories: e.factories(),
		Steps: []resource.TestStep{
			{Config: e.config("")},
			{
				Query: true,
				Config: `
list "sendgrid_api_key" "shop" {
  provider         = sendgrid
  include_resource = true

  config {
    name_prefix = "shop "
  }
}

list "sendgrid_api_key" "subuser" {
  provider = sendgrid

  config {
    on_behalf_of = "sub-a"
  }
}
`,
				QueryResultChecks: []querycheck.QueryResultCheck{
					querycheck.ExpectLength("sendgrid_api_key.shop", 2),
					querycheck.ExpectIdentity("sendgrid_api_key.shop", identity(mail.ID, knownvalue.Null())),
					querycheck.ExpectIdentity("sendgrid_api_key.shop", identity(admin.ID, knownvalue.Null())),
					querycheck.ExpectResourceKnownValues("sendgrid_api_key.shop", named(mail.Name), []querycheck.KnownValueCheck{
						known("scopes", scopesOf("mail.send")), known("api_key", knownvalue.Null()),
					}),
					querycheck.ExpectResourceKnownValues("sendgrid_api_key.shop", named(admin.Name), []querycheck.KnownValueCheck{
						known("scopes", knownvalue.Null()),
					}),
					querycheck.ExpectLength("sendgrid_api_key.subuser", 1),
					querycheck.ExpectIdentity("sendgrid_api_key.subuser", identity(sub.ID, knownvalue.StringExact("sub-a"))),
				},
			},
		},
	})
}
