package provider

import (
	"fmt"
	"regexp"
	"slices"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
	"github.com/hashicorp/terraform-plugin-testing/terraform"
	"github.com/hashicorp/terraform-plugin-testing/tfjsonpath"

	"github.com/terraform-sendgrid/terraform-provider-sendgrid/internal/emulator"
)

// The id of a sensitive key is sensitive unless nonsensitive() is called.
func TestAccAPIKeyID(t *testing.T) {
	t.Parallel()
	e := newEmulated(t, emulator.Config{})
	created := e.emulator.AddKey(emulator.Parent, "a", []string{"mail.send"})
	id := func(key, output string) string {
		return e.config(`
data "sendgrid_scopes" "any" {}

variable "key" {
  type      = string
  sensitive = true
  default   = "` + key + `"
}

locals {
  id = provider::sendgrid::api_key_id(var.key)
}

output "id" {
  value = ` + output + `
}
`)
	}
	resource.Test(t, resource.TestCase{
		ProtoV6ProviderFactories: e.factories(),
		Steps: []resource.TestStep{
			{
				Config:      id(created.Secret, "local.id"),
				ExpectError: regexp.MustCompile(`Output refers to sensitive values`),
			},
			{
				Config:            id(created.Secret, "nonsensitive(local.id)"),
				ConfigStateChecks: []statecheck.StateCheck{statecheck.ExpectKnownOutputValue("id", knownvalue.StringExact(created.ID))},
			},
		},
	})
}

// A configuration grants the scopes of permission groups, and checks beforehand that
// the credential holds them.
func TestAccPermissionScopes(t *testing.T) {
	t.Parallel()
	wanted := granted(t, map[string]string{"mail_send.mail_send": "full", "stats.browser": "read"})
	e := newEmulated(t, emulator.Config{CredentialScopes: slices.Concat(restricted, wanted)})
	resource.Test(t, resource.TestCase{
		ProtoV6ProviderFactories: e.factories(),
		CheckDestroy:             e.noneLeft,
		Steps: []resource.TestStep{{
			Config: e.config(`
data "sendgrid_scopes" "held" {}

locals {
  wanted = provider::sendgrid::permission_scopes({ "mail_send.mail_send" = "full", "stats.browser" = "read" })
}

resource "sendgrid_api_key" "test" {
  name   = "` + e.name("a") + `"
  scopes = local.wanted

  lifecycle {
    precondition {
      condition     = length(setsubtract(local.wanted, data.sendgrid_scopes.held.scopes)) == 0
      error_message = "The credential lacks scopes."
    }
  }
}
`),
			Check: func(*terraform.State) error {
				// Data source and plan share one request in each process.
				if sent := e.countRequests()[getScopes]; sent == 0 || sent > 3 {
					return fmt.Errorf("%s was sent %d times", getScopes, sent)
				}
				return nil
			},
			ConfigStateChecks: append(
				values(map[string]knownvalue.Check{"scopes": scopesOf(wanted...)}),
				statecheck.ExpectKnownValue("data.sendgrid_scopes.held", tfjsonpath.New("scopes"),
					knownvalue.SetPartial([]knownvalue.Check{knownvalue.StringExact("mail.send"), knownvalue.StringExact("2fa_required")})),
			),
		}},
	})
}
