package provider

import (
	"fmt"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/tfversion"

	"github.com/terraform-sendgrid/terraform-provider-sendgrid/internal/emulator"
	"github.com/terraform-sendgrid/terraform-provider-sendgrid/internal/scopes"
	"github.com/terraform-sendgrid/terraform-provider-sendgrid/internal/sendgrid"
)

// An import block adopts a key that was created by hand, without a change to it.
func TestAccImport_block(t *testing.T) {
	t.Parallel()
	e := newEnv(t)
	created := e.byHand(sendgrid.Parent, e.name("a"), "mail.send")
	adopt := fmt.Sprintf("import {\n  to = %s\n  id = %q\n}\n", testKey, created.ID)
	resource.Test(t, resource.TestCase{
		ProtoV6ProviderFactories: e.factories(),
		CheckDestroy:             e.noneLeft,
		Steps: []resource.TestStep{{
			Config:           e.config(adopt + keyHCL(e.name("a"), `scopes = ["mail.send", "2fa_required"]`)),
			ConfigPlanChecks: planned(plancheck.ResourceActionNoop, plancheck.ResourceActionCreate),
			Check:            e.wrote(),
			ConfigStateChecks: values(map[string]knownvalue.Check{
				"id":           knownvalue.StringExact(created.ID),
				"api_key":      knownvalue.Null(),
				"on_behalf_of": knownvalue.StringExact(""),
			}),
		}},
	})
}

// An identity contains the account as well: the provider's default does not matter.
func TestAccImport_identity(t *testing.T) {
	t.Parallel()
	e := newEmulated(t, emulator.Config{Subusers: []string{"sub-a", "sub-b"}})
	for _, account := range []string{emulator.Parent, "sub-a"} {
		key := keyHCL(e.name("a"), `scopes = ["mail.send"]`, fmt.Sprintf("on_behalf_of = %q", account))
		resource.Test(t, resource.TestCase{
			// Terraform before 1.12 has no identities.
			TerraformVersionChecks:   []tfversion.TerraformVersionCheck{tfversion.SkipBelow(tfversion.Version1_12_0)},
			ProtoV6ProviderFactories: e.factories(),
			Steps: []resource.TestStep{
				{Config: e.config(key, `on_behalf_of = "sub-b"`)},
				{ResourceName: testKey, ImportState: true, ImportStateKind: resource.ImportBlockWithResourceIdentity},
			},
		})
	}
}

// The configuration that Terraform generates for a key plans the import and nothing
// else.
func TestAccImport_generatedConfiguration(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		account string
		scopes  []string
	}{
		"Full Access":             {},
		"restricted in a subuser": {account: "sub-a", scopes: []string{"mail.send", "alerts.read"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			e := newEmulated(t, emulator.Config{Subusers: []string{"sub-a"}, FullAccess: scopes.Default().FullAccess})
			created := e.byHand(test.account, e.name("a"), test.scopes...)
			resource.Test(t, resource.TestCase{
				ProtoV6ProviderFactories: e.factories(),
				Steps: []resource.TestStep{{
					Config:          e.config(""),
					ResourceName:    testKey,
					ImportState:     true,
					ImportStateId:   test.account + "/" + created.ID,
					ImportStateKind: resource.ImportBlockWithID,
					GenerateConfig:  true,
				}},
			})
			if err := e.wrote()(nil); err != nil {
				t.Error(err)
			}
		})
	}
}
