package provider

import (
	"fmt"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/querycheck"
	"github.com/hashicorp/terraform-plugin-testing/querycheck/queryfilter"
	"github.com/hashicorp/terraform-plugin-testing/terraform"
	"github.com/hashicorp/terraform-plugin-testing/tfjsonpath"
	"github.com/hashicorp/terraform-plugin-testing/tfversion"

	"github.com/terraform-sendgrid/terraform-provider-sendgrid/internal/clitest"
	"github.com/terraform-sendgrid/terraform-provider-sendgrid/internal/emulator"
	"github.com/terraform-sendgrid/terraform-provider-sendgrid/internal/scopes"
	"github.com/terraform-sendgrid/terraform-provider-sendgrid/internal/sendgrid"
)

// An import block finds a key in the account it names, whatever the provider's
// default, and adopts it without a change to it.
func TestAccAdopt_blockWithAccount(t *testing.T) {
	t.Parallel()
	e := newEmulated(t, emulator.Config{Subusers: []string{"sub-a", "sub-b", "account-id 42"}})
	for _, account := range []string{"sub-a", "account-id 42"} {
		made := e.byHand(account, e.name("a"), "mail.send")
		adopt := fmt.Sprintf("import {\n  to = %s\n  id = %q\n}\n", testKey, account+"/"+made.ID)
		key := keyHCL(e.name("a"), `scopes = ["mail.send"]`, fmt.Sprintf("on_behalf_of = %q", account))
		resource.Test(t, resource.TestCase{
			ProtoV6ProviderFactories: e.factories(),
			Steps: []resource.TestStep{
				{
					Config: e.config(adopt+key, `on_behalf_of = "sub-b"`),
					Check:  e.wrote(),
					ConfigStateChecks: values(map[string]knownvalue.Check{
						"id":           knownvalue.StringExact(made.ID),
						"api_key":      knownvalue.Null(),
						"on_behalf_of": knownvalue.StringExact(account),
					}),
				},
				{
					// The block has done its work and can go.
					Config:           e.config(key, `on_behalf_of = "sub-b"`),
					ConfigPlanChecks: emptyPlan(),
					Check:            e.wrote(),
				},
			},
		})
	}
}

// The command takes the same: an id alone is looked for in the provider's
// account, one with an account in that.
func TestAccAdopt_command(t *testing.T) {
	t.Parallel()
	e := newEmulated(t, emulator.Config{Subusers: []string{"sub-a", "account-id 42"}})
	for _, account := range []string{"sub-a", "account-id 42"} {
		inState := func(s *terraform.State) string { return s.RootModule().Resources[testKey].Primary.ID }
		verify := resource.TestStep{
			ResourceName: testKey, ImportState: true, ImportStateVerify: true, ImportStateVerifyIgnore: []string{"api_key"},
		}
		byID, byAccount := verify, verify
		byAccount.ImportStateIdFunc = func(s *terraform.State) (string, error) { return account + "/" + inState(s), nil }
		key := keyHCL(e.name("a"), `scopes = ["mail.send"]`)
		own := fmt.Sprintf("on_behalf_of = %q", account)
		byAccount.Config = e.config(key, `on_behalf_of = ""`)
		resource.Test(t, resource.TestCase{
			ProtoV6ProviderFactories: e.factories(),
			Steps:                    []resource.TestStep{{Config: e.config(key, own)}, byID, byAccount},
		})
	}
}

// An identity names the account, too: the provider's default has no say.
func TestAccAdopt_identity(t *testing.T) {
	t.Parallel()
	e := newEmulated(t, emulator.Config{Subusers: []string{"sub-a", "sub-b"}})
	for _, account := range []string{emulator.Parent, "sub-a"} {
		key := keyHCL(e.name("a"), `scopes = ["mail.send"]`, fmt.Sprintf("on_behalf_of = %q", account))
		resource.Test(t, resource.TestCase{
			// Terraform before 1.12 knows no identities.
			TerraformVersionChecks:   []tfversion.TerraformVersionCheck{tfversion.SkipBelow(tfversion.Version1_12_0)},
			ProtoV6ProviderFactories: e.factories(),
			Steps: []resource.TestStep{
				{Config: e.config(key, `on_behalf_of = "sub-b"`)},
				{ResourceName: testKey, ImportState: true, ImportStateKind: resource.ImportBlockWithResourceIdentity},
			},
		})
	}
}

// Configuration that Terraform writes for a key on its own plans as an import
// and nothing else.
func TestAccAdopt_generatedConfiguration(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		account string
		scopes  []string
	}{
		"restricted":     {scopes: []string{"mail.send", "alerts.read"}},
		"billing":        {scopes: []string{"billing.read"}},
		"Full Access":    {},
		"of a subuser":   {account: "sub-a", scopes: []string{"mail.send"}},
		"of an id alone": {account: "account-id 42"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			e := newEmulated(t, emulator.Config{Subusers: []string{"sub-a", "account-id 42"}, FullAccess: scopes.Default().FullAccess})
			made := e.byHand(test.account, e.name("a"), test.scopes...)
			id := made.ID
			if test.account != "" {
				id = test.account + "/" + id
			}
			resource.Test(t, resource.TestCase{
				ProtoV6ProviderFactories: e.factories(),
				Steps: []resource.TestStep{{
					Config:          e.config(""),
					ResourceName:    testKey,
					ImportState:     true,
					ImportStateId:   id,
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

// A query finds the keys that Terraform does not manage, with what it takes to
// import them.
func TestAccAdopt_query(t *testing.T) {
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

// People who leave Terraform must not revoke live mail: a removed block forgets
// the key, which stays as it is at SendGrid.
func TestAccLetGo(t *testing.T) {
	t.Parallel()
	e := newEnv(t)
	// Before OpenTofu knew of it, a removed block never destroyed.
	lifecycle := "lifecycle {\n    destroy = false\n  }"
	if !clitest.Find(t).Has("1.7", "1.10") {
		lifecycle = ""
	}
	var id string
	key := fmt.Sprintf("resource \"sendgrid_api_key\" \"test\" {\n  name   = %q\n  scopes = [\"mail.send\"]\n}\n", e.name("a"))
	resource.Test(t, resource.TestCase{
		ProtoV6ProviderFactories: e.factories(),
		Steps: []resource.TestStep{
			{
				Config: e.config(key),
				Check: resource.ComposeTestCheckFunc(e.wrote(postKey), func(s *terraform.State) error {
					id = s.RootModule().Resources[testKey].Primary.ID
					return nil
				}),
			},
			{
				Config: e.config("removed {\n  from = sendgrid_api_key.test\n  " + lifecycle + "\n}\n"),
				Check: resource.ComposeTestCheckFunc(e.wrote(), func(s *terraform.State) error {
					if _, managed := s.RootModule().Resources[testKey]; managed {
						return fmt.Errorf("the key is still in the state")
					}
					return nil
				}),
			},
		},
	})
	// Destroying what is left has not revoked it either.
	client := e.client()
	left, err := client.GetAPIKey(t.Context(), sendgrid.Parent, id)
	if err != nil || left.Name != e.name("a") {
		t.Fatalf("the key is %+v, %v", left, err)
	}
	if err := client.DeleteAPIKey(t.Context(), sendgrid.Parent, id); err != nil {
		t.Error(err)
	}
}
