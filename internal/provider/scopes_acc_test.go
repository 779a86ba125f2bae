package provider

import (
	"context"
	"fmt"
	"regexp"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
	"github.com/hashicorp/terraform-plugin-testing/terraform"
	"github.com/hashicorp/terraform-plugin-testing/tfjsonpath"

	"github.com/terraform-sendgrid/terraform-provider-sendgrid/internal/emulator"
	"github.com/terraform-sendgrid/terraform-provider-sendgrid/internal/scopes"
)

func emptyPlan() resource.ConfigPlanChecks {
	return resource.ConfigPlanChecks{PreApply: []plancheck.PlanCheck{plancheck.ExpectEmptyPlan()}}
}

// Whatever an account assigns on its own, and whether the configuration lists
// it or not: the key is made with what counts, and every plan after is empty.
func TestAccScopes_accounts(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		account emulator.Config
		listed  string // what the configuration lists besides mail.send
		block   string // in the provider block
	}{
		"adds nothing":                        {account: emulator.Config{AutoAssigned: []string{}}},
		"adds two":                            {account: emulator.Config{AutoAssigned: []string{"sender_verification_eligible", "2fa_required"}}},
		"adds three":                          {account: emulator.Config{AutoAssigned: []string{"sender_verification_exempt", "sender_verification_eligible", "2fa_required"}}},
		"adds two, both listed":               {listed: `"sender_verification_eligible", "2fa_required"`},
		"lacks what is listed":                {account: emulator.Config{AutoAssigned: []string{}, Unavailable: []string{"2fa_required"}}, listed: `"2fa_required"`},
		"adds one that nobody has heard of":   {account: emulator.Config{AutoAssigned: []string{"brand.new"}}, block: `ignored_scopes = ["brand.new"]`},
		"adds an unheard-of one, listed":      {account: emulator.Config{AutoAssigned: []string{"brand.new"}}, listed: `"brand.new"`, block: `ignored_scopes = ["brand.new"]`},
		"has a restricted credential":         {account: emulator.Config{CredentialScopes: restricted}},
		"has a restricted one, auto listed":   {account: emulator.Config{CredentialScopes: restricted}, listed: `"2fa_required"`},
		"adds what is only a read permission": {account: emulator.Config{AutoAssigned: []string{"stats.read"}}, block: `ignored_scopes = ["stats.read"]`},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			e := newEmulated(t, test.account)
			listed := fmt.Sprintf(`scopes = ["mail.send", %s]`, test.listed)
			bare := `scopes = ["mail.send"]`
			resource.Test(t, resource.TestCase{
				ProtoV6ProviderFactories: e.factories(),
				CheckDestroy:             e.noneLeft,
				Steps: []resource.TestStep{
					{
						Config: e.config(keyHCL(e.name("a"), listed), test.block),
						Check:  e.wrote(postKey),
					},
					{
						// The other way to write it is no difference either.
						Config:           e.config(keyHCL(e.name("a"), bare), test.block),
						ConfigPlanChecks: emptyPlan(),
						Check:            e.wrote(),
					},
					{
						Config:           e.config(keyHCL(e.name("a"), `scopes = ["mail.send", "alerts.read"]`), test.block),
						ConfigPlanChecks: inPlace(),
						Check:            e.wrote(putKey),
					},
					{
						Config:           e.config(keyHCL(e.name("a"), `scopes = ["mail.send", "alerts.read"]`), test.block),
						ConfigPlanChecks: emptyPlan(),
						Check:            e.wrote(),
					},
				},
			})
			for _, r := range e.emulator.Requests() {
				if r.Status >= 400 && r.Status != 404 {
					t.Errorf("%s was answered %d", r, r.Status)
				}
			}
		})
	}
}

// Scopes changed by hand show as exactly the scopes that differ, in both
// directions, and are put back in place.
func TestAccScopes_drift(t *testing.T) {
	t.Parallel()
	e := newEmulated(t, emulator.Config{})
	config := e.config(keyHCL(e.name("a"), `scopes = ["mail.send", "alerts.read", "2fa_required"]`))
	byHand := func(names ...string) func() {
		return func() { editScopes(names...)(e.emulator, e.emulator.Keys(emulator.Parent)[0].ID) }
	}
	seen := func(names ...string) resource.ConfigPlanChecks {
		checks := inPlace()
		checks.PreApply = append(checks.PreApply, expectPriorScopes(names))
		return checks
	}
	resource.Test(t, resource.TestCase{
		ProtoV6ProviderFactories: e.factories(),
		CheckDestroy:             e.noneLeft,
		Steps: []resource.TestStep{
			{Config: config, Check: e.wrote(postKey)},
			{
				PreConfig:        byHand("mail.send", "alerts.read", "stats.read"),
				Config:           config,
				ConfigPlanChecks: seen("2fa_required", "alerts.read", "mail.send", "stats.read"),
				Check:            e.wrote(putKey),
			},
			{
				PreConfig:        byHand("mail.send"),
				Config:           config,
				ConfigPlanChecks: seen("2fa_required", "mail.send"),
				Check:            e.wrote(putKey),
			},
		},
	})
}

// A Full Access key is left alone while nobody touches it, whatever SendGrid
// adds or retires, and made anew when it was narrowed by hand.
func TestAccScopes_fullAccess(t *testing.T) {
	t.Parallel()
	full := scopes.Default().FullAccess
	for name, all := range map[string][]string{
		"an account with many scopes": full,
		"a subuser with five":         {"mail.send", "alerts.read", "stats.read", "categories.read", "templates.read"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			e := newEmulated(t, emulator.Config{FullAccess: all})
			config := e.config(keyHCL(e.name("a")))
			resource.Test(t, resource.TestCase{
				ProtoV6ProviderFactories: e.factories(),
				CheckDestroy:             e.noneLeft,
				Steps: []resource.TestStep{
					{Config: config, Check: e.wrote(postKey)},
					{Config: config, ConfigPlanChecks: emptyPlan(), Check: e.wrote()},
					{
						PreConfig:        func() { e.emulator.SetFullAccess(append(all[2:len(all):len(all)], "brand.new", "brand.newer")...) },
						Config:           config,
						ConfigPlanChecks: emptyPlan(),
						Check:            e.wrote(),
					},
					{
						PreConfig:        func() { editScopes("mail.send")(e.emulator, e.emulator.Keys(emulator.Parent)[0].ID) },
						Config:           config,
						ConfigPlanChecks: planned(plancheck.ResourceActionReplace, plancheck.ResourceActionUpdate),
						Check:            e.wrote(deleteKey, postKey),
					},
				},
			})
		})
	}
}

// An imported Full Access key plans empty without scopes.
func TestAccScopes_importFullAccess(t *testing.T) {
	t.Parallel()
	e := newEmulated(t, emulator.Config{FullAccess: scopes.Default().FullAccess})
	made := e.emulator.AddKey(emulator.Parent, e.name("a"), nil)
	resource.Test(t, resource.TestCase{
		ProtoV6ProviderFactories: e.factories(),
		CheckDestroy:             e.noneLeft,
		Steps: []resource.TestStep{{
			Config:            e.config(fmt.Sprintf("import {\n  to = %s\n  id = %q\n}\n", testKey, made.ID) + keyHCL(e.name("a"))),
			ConfigPlanChecks:  planned(plancheck.ResourceActionNoop, plancheck.ResourceActionCreate),
			Check:             e.wrote(),
			ConfigStateChecks: values(map[string]knownvalue.Check{"scopes": knownvalue.Null()}),
		}},
	})
}

// Scopes that turn out, in apply, to take another key: core stops before any
// request, and the key is as it was.
func TestAccScopes_unknownChangesKind(t *testing.T) {
	t.Parallel()
	e := newEmulated(t, emulator.Config{})
	config := func(names string) string {
		return e.config(fmt.Sprintf(`
resource "terraform_data" "scopes" {
  input = %s
}

resource "sendgrid_api_key" "test" {
  name   = %q
  scopes = terraform_data.scopes.output
}
`, names, e.name("a")))
	}
	resource.Test(t, resource.TestCase{
		ProtoV6ProviderFactories: e.factories(),
		CheckDestroy:             e.noneLeft,
		Steps: []resource.TestStep{
			{Config: config(`toset(["mail.send"])`), Check: e.wrote(postKey)},
			{Config: config(`toset(["mail.send", "alerts.read"])`), Check: e.wrote(putKey)},
			{
				Config:      config(`toset(["billing.read"])`),
				ExpectError: regexp.MustCompile(`Provider produced inconsistent final plan`),
			},
			{
				// The next plan knows the scopes, and replaces the key.
				Config: config(`toset(["billing.read"])`),
				Check:  e.wrote(deleteKey, postKey),
			},
		},
	})
}

// A configuration grants what permission groups stand for, and can tell before
// it asks what the credential holds.
func TestAccScopes_functionAndDataSource(t *testing.T) {
	t.Parallel()
	e := newEmulated(t, emulator.Config{CredentialScopes: append([]string{"stats.read", "browsers.stats.read"}, restricted...)})
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
			Check: resource.ComposeTestCheckFunc(func(*terraform.State) error {
				// One question serves data source and check, in plan and in apply.
				asked := 0
				for _, r := range e.requests() {
					if r == getScopes {
						asked++
					}
				}
				if asked == 0 || asked > 3 {
					return fmt.Errorf("GET /v3/scopes was sent %d times", asked)
				}
				return nil
			}),
			ConfigStateChecks: append(
				values(map[string]knownvalue.Check{"scopes": scopesOf("mail.send", "browsers.stats.read")}),
				statecheck.ExpectKnownValue("data.sendgrid_scopes.held", tfjsonpath.New("scopes"),
					knownvalue.SetPartial([]knownvalue.Check{knownvalue.StringExact("mail.send"), knownvalue.StringExact("2fa_required")})),
			),
		}},
	})
}

// priorScopes is a check of what the plan compares the configuration with.
type priorScopes []string

func expectPriorScopes(names []string) plancheck.PlanCheck {
	return priorScopes(names)
}

func (want priorScopes) CheckPlan(_ context.Context, req plancheck.CheckPlanRequest, resp *plancheck.CheckPlanResponse) {
	for _, change := range req.Plan.ResourceChanges {
		if change.Address != testKey {
			continue
		}
		before, ok := change.Change.Before.(map[string]any)
		if !ok {
			resp.Error = fmt.Errorf("no prior state: %v", change.Change.Before)
			return
		}
		var got []string
		names, _ := before["scopes"].([]any)
		for _, name := range names {
			got = append(got, fmt.Sprint(name))
		}
		slices.Sort(got)
		if diff := cmp.Diff([]string(want), got); diff != "" {
			resp.Error = fmt.Errorf("scopes before (-want +got):\n%s", diff)
		}
	}
}
