package provider

import (
	"fmt"
	"regexp"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"

	"github.com/terraform-sendgrid/terraform-provider-sendgrid/internal/emulator"
)

// A credential from another resource is unknown when that changes: an error where
// keys exist. Once it is known again, the plan is as before.
func TestAccProvider_unknownCredential(t *testing.T) {
	t.Parallel()
	e := newEmulated(t, emulator.Config{})
	config := func(revision int) string {
		return fmt.Sprintf(`
resource "terraform_data" "credential" {
  input            = %q
  triggers_replace = %d
}

provider "sendgrid" {
  api_key  = terraform_data.credential.output
  base_url = %q
}

resource "sendgrid_api_key" "test" {
  name   = %q
  scopes = ["mail.send"]
}
`, e.apiKey, revision, e.baseURL, e.name("a"))
	}
	resource.Test(t, resource.TestCase{
		ProtoV6ProviderFactories: e.factories(),
		CheckDestroy:             e.noneLeft,
		Steps: []resource.TestStep{
			{Config: config(1), Check: e.wrote(postKey)},
			{Config: config(2), ExpectError: regexp.MustCompile(`Provider not configured yet`)},
			{Config: config(1), Check: e.wrote()},
		},
	})
}
