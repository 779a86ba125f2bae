package provider

import (
	"fmt"
	"regexp"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"

	"github.com/terraform-sendgrid/terraform-provider-sendgrid/internal/sendgrid"
)

// An imported key plans empty. Its secret is not to be had.
func TestAccAPIKey_import(t *testing.T) {
	t.Parallel()
	e := newEnv(t)
	config := e.config(keyHCL(e.name("a"), `scopes = ["mail.send"]`))
	resource.Test(t, resource.TestCase{
		ProtoV6ProviderFactories: e.factories(),
		CheckDestroy:             e.noneLeft,
		Steps: []resource.TestStep{
			{Config: config},
			{
				ResourceName:            testKey,
				ImportState:             true,
				ImportStateVerify:       true,
				ImportStateVerifyIgnore: []string{"api_key"},
			},
		},
	})
}

// An import block adopts a key that was made by hand, without a change to it.
func TestAccAPIKey_importBlock(t *testing.T) {
	t.Parallel()
	e := newEnv(t)
	made, err := e.client().CreateAPIKey(t.Context(), sendgrid.Parent, sendgrid.CreateAPIKeyRequest{Name: e.name("a"), Scopes: []string{"mail.send"}})
	if err != nil {
		t.Fatal(err)
	}
	e.requests()
	adopt := fmt.Sprintf("import {\n  to = %s\n  id = %q\n}\n", testKey, made.ID)
	resource.Test(t, resource.TestCase{
		ProtoV6ProviderFactories: e.factories(),
		CheckDestroy:             e.noneLeft,
		Steps: []resource.TestStep{{
			Config:           e.config(adopt + keyHCL(e.name("a"), `scopes = ["mail.send", "2fa_required"]`)),
			ConfigPlanChecks: planned(plancheck.ResourceActionNoop, plancheck.ResourceActionCreate),
			Check:            e.wrote(),
			ConfigStateChecks: values(map[string]knownvalue.Check{
				"id":           knownvalue.StringExact(made.ID),
				"api_key":      knownvalue.Null(),
				"on_behalf_of": knownvalue.StringExact(""),
			}),
		}},
	})
}

// An id that does not exist is a plain error.
func TestAccAPIKey_importMissing(t *testing.T) {
	t.Parallel()
	e := newEnv(t)
	resource.Test(t, resource.TestCase{
		ProtoV6ProviderFactories: e.factories(),
		Steps: []resource.TestStep{{
			Config:        e.config(keyHCL(e.name("a"), `scopes = ["mail.send"]`)),
			ResourceName:  testKey,
			ImportState:   true,
			ImportStateId: "AAAAAAAAAAAAAAAAAAAAAA",
			ExpectError:   regexp.MustCompile(`(?i)cannot import non-existent`),
		}},
	})
}
