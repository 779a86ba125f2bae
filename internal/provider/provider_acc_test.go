package provider

import (
	"fmt"
	"regexp"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"

	"github.com/terraform-sendgrid/terraform-provider-sendgrid/internal/emulator"
)

// A credential that comes from another resource is unknown when that changes:
// an error for keys that exist, and never a panic. Once it is known, all goes
// on.
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

// What is wrong with a configuration is found before anything is asked.
func TestAccProvider_validate(t *testing.T) {
	t.Parallel()
	key := keyHCL("a", `scopes = ["mail.send"]`)
	for name, test := range map[string]struct{ provider, key, want string }{
		"missing credential": {`provider "sendgrid" {}`, key, `Missing SendGrid credential`},
		"region":             {`provider "sendgrid" { region = "us" }`, key, `must be "global" or "eu"`},
		"timeout":            {`provider "sendgrid" { request_timeout = "soon" }`, key, `Invalid request_timeout`},
		"http":               {`provider "sendgrid" { base_url = "http://sendgrid.example" }`, key, `must\s+use\s+https`},
		"empty scopes":       {`provider "sendgrid" {}`, keyHCL("a", `scopes = []`), `Empty scopes`},
		"empty name":         {`provider "sendgrid" {}`, keyHCL("", `scopes = ["mail.send"]`), `Empty name`},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			e := newEmulated(t, emulator.Config{})
			resource.Test(t, resource.TestCase{
				ProtoV6ProviderFactories: e.factories(),
				Steps:                    []resource.TestStep{{Config: test.provider + "\n" + test.key, ExpectError: regexp.MustCompile(test.want)}},
			})
			e.expect()
		})
	}
}
