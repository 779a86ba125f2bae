package provider

import (
	"regexp"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"

	"github.com/terraform-sendgrid/terraform-provider-sendgrid/internal/emulator"
)

// The id of a sensitive key is sensitive until the configuration says otherwise.
func TestAccAPIKeyID(t *testing.T) {
	t.Parallel()
	e := newEmulated(t, emulator.Config{})
	made := e.emulator.AddKey(emulator.Parent, "a", []string{"mail.send"})
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
				Config:      id(made.Secret, "local.id"),
				ExpectError: regexp.MustCompile(`Output refers to sensitive values`),
			},
			{
				Config:            id(made.Secret, "nonsensitive(local.id)"),
				ConfigStateChecks: []statecheck.StateCheck{statecheck.ExpectKnownOutputValue("id", knownvalue.StringExact(made.ID))},
			},
			{
				Config:      id("SG.not-a-key", "nonsensitive(local.id)"),
				ExpectError: regexp.MustCompile(`This is not a SendGrid API key`),
			},
		},
	})
}
