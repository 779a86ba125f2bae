package provider

import (
	"fmt"
	"regexp"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/terraform"

	"github.com/terraform-sendgrid/terraform-provider-sendgrid/internal/emulator"
)

// The account is recorded: another default of the provider shows as a
// replacement, and "" keeps a key in the parent account under any default.
func TestAccAPIKey_account(t *testing.T) {
	t.Parallel()
	e := newEmulated(t, emulator.Config{Subusers: []string{"sub-a", "sub-b"}})
	byDefault := keyHCL(e.name("a"), `scopes = ["mail.send"]`)
	parent := keyHCL(e.name("a"), `scopes = ["mail.send"]`, `on_behalf_of = ""`)
	resource.Test(t, resource.TestCase{
		ProtoV6ProviderFactories: e.factories(),
		CheckDestroy: func(s *terraform.State) error {
			for _, account := range []string{emulator.Parent, "sub-a", "sub-b"} {
				if left := e.emulator.Keys(account); len(left) > 0 {
					return fmt.Errorf("account %q still has %d keys", account, len(left))
				}
			}
			return nil
		},
		Steps: []resource.TestStep{
			{
				Config:            e.config(byDefault, `on_behalf_of = "sub-a"`),
				Check:             e.wrote(postKey + " on behalf of sub-a"),
				ConfigStateChecks: values(map[string]knownvalue.Check{"on_behalf_of": knownvalue.StringExact("sub-a")}),
			},
			{
				Config:            e.config(byDefault, `on_behalf_of = "sub-b"`),
				ConfigPlanChecks:  planned(plancheck.ResourceActionReplace, plancheck.ResourceActionUpdate),
				Check:             e.wrote(deleteKey+" on behalf of sub-a", postKey+" on behalf of sub-b"),
				ConfigStateChecks: values(map[string]knownvalue.Check{"on_behalf_of": knownvalue.StringExact("sub-b")}),
			},
			{
				Config:            e.config(parent, `on_behalf_of = "sub-b"`),
				ConfigPlanChecks:  planned(plancheck.ResourceActionReplace, plancheck.ResourceActionUpdate),
				Check:             e.wrote(deleteKey+" on behalf of sub-b", postKey),
				ConfigStateChecks: values(map[string]knownvalue.Check{"on_behalf_of": knownvalue.StringExact("")}),
			},
			{
				Config:           e.config(parent, `on_behalf_of = "sub-a"`),
				ConfigPlanChecks: resource.ConfigPlanChecks{PreApply: []plancheck.PlanCheck{plancheck.ExpectEmptyPlan()}},
				Check:            e.wrote(),
			},
		},
	})
}

// Another region is an error that names both, and nothing is asked of it.
func TestAccAPIKey_region(t *testing.T) {
	t.Parallel()
	e := newEmulated(t, emulator.Config{})
	body := keyHCL(e.name("a"), `scopes = ["mail.send"]`)
	resource.Test(t, resource.TestCase{
		ProtoV6ProviderFactories: e.factories(),
		CheckDestroy:             e.noneLeft,
		Steps: []resource.TestStep{
			{Config: e.config(body), Check: e.wrote(postKey)},
			{
				PreConfig:   func() { e.requests() },
				Config:      e.config(body, `region = "eu"`),
				ExpectError: regexp.MustCompile(`API key is in another region`),
			},
			{
				PreConfig:        func() { e.expect() },
				Config:           e.config(body),
				ConfigPlanChecks: resource.ConfigPlanChecks{PreApply: []plancheck.PlanCheck{plancheck.ExpectEmptyPlan()}},
			},
		},
	})
}

// A proxy's 404 is an error, and the key stays in state.
func TestAccAPIKey_proxyPage(t *testing.T) {
	t.Parallel()
	e := newEmulated(t, emulator.Config{})
	config := e.config(keyHCL(e.name("a"), `scopes = ["mail.send"]`), "max_retries = 1")
	resource.Test(t, resource.TestCase{
		ProtoV6ProviderFactories: e.factories(),
		CheckDestroy:             e.noneLeft,
		Steps: []resource.TestStep{
			{Config: config, Check: e.wrote(postKey)},
			{
				PreConfig: func() {
					e.emulator.Inject(emulator.Fault{Path: keyByID, Times: -1, Do: emulator.HTMLPage(404)})
				},
				Config:      config,
				ExpectError: regexp.MustCompile(`Response is not from SendGrid's API`),
			},
			{
				PreConfig: func() {
					e.emulator.ClearFaults()
					e.requests()
				},
				Config:           config,
				ConfigPlanChecks: resource.ConfigPlanChecks{PreApply: []plancheck.PlanCheck{plancheck.ExpectEmptyPlan()}},
				Check:            e.wrote(),
			},
		},
	})
}
