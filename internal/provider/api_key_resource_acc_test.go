package provider

import (
	"fmt"
	"regexp"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/compare"
	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
	"github.com/hashicorp/terraform-plugin-testing/terraform"
	"github.com/hashicorp/terraform-plugin-testing/tfjsonpath"

	"github.com/terraform-sendgrid/terraform-provider-sendgrid/internal/emulator"
	"github.com/terraform-sendgrid/terraform-provider-sendgrid/internal/sendgrid"
)

const (
	testKey  = "sendgrid_api_key.test"
	consumer = "terraform_data.consumer"
)

// keyHCL is a resource block for sendgrid_api_key.test with a consumer of its
// secret, as an application would be.
func keyHCL(name string, lines ...string) string {
	return fmt.Sprintf(`
resource "sendgrid_api_key" "test" {
  name = %q
  %s
}

resource "terraform_data" "consumer" {
  input = sendgrid_api_key.test.api_key
}
`, name, strings.Join(lines, "\n  "))
}

// planned asserts the actions for the key and for the consumer of its secret.
func planned(key, consumerAction plancheck.ResourceActionType) resource.ConfigPlanChecks {
	return resource.ConfigPlanChecks{PreApply: []plancheck.PlanCheck{
		plancheck.ExpectResourceAction(testKey, key),
		plancheck.ExpectResourceAction(consumer, consumerAction),
	}}
}

// inPlace asserts an update that leaves id and secret known, so that nothing
// ripples to the consumer.
func inPlace() resource.ConfigPlanChecks {
	checks := planned(plancheck.ResourceActionUpdate, plancheck.ResourceActionNoop)
	checks.PreApply = append(checks.PreApply,
		plancheck.ExpectKnownValue(testKey, tfjsonpath.New("id"), knownvalue.StringRegexp(keyIDPattern)),
		plancheck.ExpectKnownValue(testKey, tfjsonpath.New("api_key"), knownvalue.StringRegexp(secretPattern)),
	)
	return checks
}

var (
	keyIDPattern  = regexp.MustCompile(`^[\w-]{22}$`)
	secretPattern = regexp.MustCompile(`^SG\.[\w-]{22}\.[\w-]{43}$`)
)

// values asserts attributes of the key in state.
func values(want map[string]knownvalue.Check) []statecheck.StateCheck {
	var checks []statecheck.StateCheck
	for name, value := range want {
		checks = append(checks, statecheck.ExpectKnownValue(testKey, tfjsonpath.New(name), value))
	}
	return checks
}

func scopesOf(names ...string) knownvalue.Check {
	checks := make([]knownvalue.Check, len(names))
	for i, name := range names {
		checks[i] = knownvalue.StringExact(name)
	}
	return knownvalue.SetExact(checks)
}

// noneLeft asserts that destroy left no key of the test behind.
func (e *env) noneLeft(*terraform.State) error {
	keys, err := e.client().ListAPIKeys(e.t.Context(), sendgrid.Parent)
	if err != nil {
		return err
	}
	for _, k := range keys {
		if strings.HasPrefix(k.Name, livePrefix) && strings.HasSuffix(k.Name, e.suffix) {
			return fmt.Errorf("key %q is left behind", k.Name)
		}
	}
	return nil
}

// From create to destroy: a rename and a change of scopes keep the id and the
// secret, and leave alone what uses the secret.
func TestAccAPIKey_lifecycle(t *testing.T) {
	t.Parallel()
	e := newEnv(t)
	ids, secrets := statecheck.CompareValue(compare.ValuesSame()), statecheck.CompareValue(compare.ValuesSame())
	sameKey := func(checks ...statecheck.StateCheck) []statecheck.StateCheck {
		return append(checks,
			ids.AddStateValue(testKey, tfjsonpath.New("id")),
			secrets.AddStateValue(testKey, tfjsonpath.New("api_key")))
	}
	resource.Test(t, resource.TestCase{
		ProtoV6ProviderFactories: e.factories(),
		CheckDestroy:             e.noneLeft,
		Steps: []resource.TestStep{
			{
				Config:           e.config(keyHCL(e.name("a"), `scopes = ["mail.send"]`)),
				ConfigPlanChecks: planned(plancheck.ResourceActionCreate, plancheck.ResourceActionCreate),
				Check:            e.wrote(postKey),
				ConfigStateChecks: sameKey(append(values(map[string]knownvalue.Check{
					"id":                  knownvalue.StringRegexp(keyIDPattern),
					"name":                knownvalue.StringExact(e.name("a")),
					"scopes":              scopesOf("mail.send"),
					"api_key":             knownvalue.StringRegexp(secretPattern),
					"on_behalf_of":        knownvalue.StringExact(""),
					"rotate_when_changed": knownvalue.Null(),
				}), statecheck.ExpectSensitiveValue(testKey, tfjsonpath.New("api_key")))...),
			},
			{
				Config:            e.config(keyHCL(e.name("b"), `scopes = ["mail.send"]`)),
				ConfigPlanChecks:  inPlace(),
				Check:             e.wrote(patchKey),
				ConfigStateChecks: sameKey(values(map[string]knownvalue.Check{"name": knownvalue.StringExact(e.name("b"))})...),
			},
			{
				Config:            e.config(keyHCL(e.name("b"), `scopes = ["mail.send", "alerts.read"]`)),
				ConfigPlanChecks:  inPlace(),
				Check:             e.wrote(putKey),
				ConfigStateChecks: sameKey(values(map[string]knownvalue.Check{"scopes": scopesOf("mail.send", "alerts.read")})...),
			},
			{
				Config:            e.config(keyHCL(e.name("c"), `scopes = ["alerts.read"]`)),
				ConfigPlanChecks:  inPlace(),
				Check:             e.wrote(putKey),
				ConfigStateChecks: sameKey(values(map[string]knownvalue.Check{"name": knownvalue.StringExact(e.name("c"))})...),
			},
			{
				Config:            e.config(keyHCL(e.name("c"), `scopes = ["alerts.read"]`)),
				ConfigPlanChecks:  resource.ConfigPlanChecks{PreApply: []plancheck.PlanCheck{plancheck.ExpectEmptyPlan()}},
				Check:             e.wrote(),
				ConfigStateChecks: sameKey(),
			},
			{
				Config:  e.config(keyHCL(e.name("c"), `scopes = ["alerts.read"]`)),
				Destroy: true,
				Check:   e.wrote(deleteKey),
			},
		},
	})
}

// Scopes left out are Full Access: no difference afterwards, restricted in
// place, and only replaced to get back.
func TestAccAPIKey_fullAccess(t *testing.T) {
	t.Parallel()
	e := newEnv(t)
	resource.Test(t, resource.TestCase{
		ProtoV6ProviderFactories: e.factories(),
		CheckDestroy:             e.noneLeft,
		Steps: []resource.TestStep{
			{
				Config:            e.config(keyHCL(e.name("a"))),
				ConfigPlanChecks:  planned(plancheck.ResourceActionCreate, plancheck.ResourceActionCreate),
				Check:             e.wrote(postKey),
				ConfigStateChecks: values(map[string]knownvalue.Check{"scopes": knownvalue.Null()}),
			},
			{
				Config:           e.config(keyHCL(e.name("a"))),
				ConfigPlanChecks: resource.ConfigPlanChecks{PreApply: []plancheck.PlanCheck{plancheck.ExpectEmptyPlan()}},
				Check:            e.wrote(),
			},
			{
				Config:            e.config(keyHCL(e.name("a"), `scopes = ["mail.send"]`)),
				ConfigPlanChecks:  inPlace(),
				Check:             e.wrote(putKey),
				ConfigStateChecks: values(map[string]knownvalue.Check{"scopes": scopesOf("mail.send")}),
			},
			{
				Config:            e.config(keyHCL(e.name("a"))),
				ConfigPlanChecks:  planned(plancheck.ResourceActionReplace, plancheck.ResourceActionUpdate),
				Check:             e.wrote(deleteKey, postKey),
				ConfigStateChecks: values(map[string]knownvalue.Check{"scopes": knownvalue.Null()}),
			},
		},
	})
}

// Billing scopes exclude all others: from or to them, the key is replaced.
func TestAccAPIKey_billing(t *testing.T) {
	t.Parallel()
	e := newEmulated(t, emulator.Config{})
	resource.Test(t, resource.TestCase{
		ProtoV6ProviderFactories: e.factories(),
		CheckDestroy:             e.noneLeft,
		Steps: []resource.TestStep{
			{
				Config: e.config(keyHCL(e.name("a"), `scopes = ["billing.read"]`)),
				Check:  e.wrote(postKey),
			},
			{
				Config:           e.config(keyHCL(e.name("a"), `scopes = ["billing.read", "billing.update"]`)),
				ConfigPlanChecks: inPlace(),
				Check:            e.wrote(putKey),
			},
			{
				Config:           e.config(keyHCL(e.name("a"), `scopes = ["mail.send"]`)),
				ConfigPlanChecks: planned(plancheck.ResourceActionReplace, plancheck.ResourceActionUpdate),
				Check:            e.wrote(deleteKey, postKey),
			},
			{
				Config:           e.config(keyHCL(e.name("a"), `scopes = ["billing.read"]`)),
				ConfigPlanChecks: planned(plancheck.ResourceActionReplace, plancheck.ResourceActionUpdate),
				Check:            e.wrote(deleteKey, postKey),
			},
		},
	})
}

// Whether auto-assigned scopes are listed or not is no difference and sends
// nothing.
func TestAccAPIKey_autoAssigned(t *testing.T) {
	t.Parallel()
	e := newEnv(t)
	unchanged := resource.ConfigPlanChecks{PreApply: []plancheck.PlanCheck{plancheck.ExpectEmptyPlan()}}
	resource.Test(t, resource.TestCase{
		ProtoV6ProviderFactories: e.factories(),
		CheckDestroy:             e.noneLeft,
		Steps: []resource.TestStep{
			{
				Config: e.config(keyHCL(e.name("a"), `scopes = ["mail.send", "sender_verification_legacy"]`)),
				Check:  e.wrote(postKey),
			},
			{
				Config:           e.config(keyHCL(e.name("a"), `scopes = ["mail.send"]`)),
				ConfigPlanChecks: unchanged,
				Check:            e.wrote(),
			},
			{
				Config:           e.config(keyHCL(e.name("a"), `scopes = ["mail.send", "2fa_required"]`)),
				ConfigPlanChecks: unchanged,
				Check:            e.wrote(),
			},
		},
	})
}

// A key deleted by hand is planned anew, and does not stand in the way of a
// destroy.
func TestAccAPIKey_deletedByHand(t *testing.T) {
	t.Parallel()
	e := newEnv(t)
	var id string
	deleteByHand := func() {
		if err := e.client().DeleteAPIKey(t.Context(), sendgrid.Parent, id); err != nil {
			t.Fatal(err)
		}
		e.requests()
	}
	config := e.config(keyHCL(e.name("a"), `scopes = ["mail.send"]`))
	remember := func(s *terraform.State) error {
		id = s.RootModule().Resources[testKey].Primary.ID
		return nil
	}
	resource.Test(t, resource.TestCase{
		ProtoV6ProviderFactories: e.factories(),
		CheckDestroy:             e.noneLeft,
		Steps: []resource.TestStep{
			{
				Config: config,
				Check:  resource.ComposeTestCheckFunc(e.wrote(postKey), remember),
			},
			{
				PreConfig:        deleteByHand,
				Config:           config,
				ConfigPlanChecks: planned(plancheck.ResourceActionCreate, plancheck.ResourceActionUpdate),
				Check:            resource.ComposeTestCheckFunc(e.wrote(postKey), remember),
			},
			{
				PreConfig: deleteByHand,
				Config:    config,
				Destroy:   true,
				Check:     e.wrote(),
			},
		},
	})
}

// Rotation replaces the key on a change of the map, and only then.
func TestAccAPIKey_rotation(t *testing.T) {
	t.Parallel()
	e := newEnv(t)
	with := func(lines ...string) string {
		return e.config(keyHCL(e.name("a"), append(lines, `scopes = ["mail.send"]`)...))
	}
	resource.Test(t, resource.TestCase{
		ProtoV6ProviderFactories: e.factories(),
		CheckDestroy:             e.noneLeft,
		Steps: []resource.TestStep{
			{Config: with(), Check: e.wrote(postKey)},
			{Config: with(`rotate_when_changed = { year = "2026" }`), ConfigPlanChecks: inPlace(), Check: e.wrote()},
			{
				Config:           with(`rotate_when_changed = { year = "2027" }`),
				ConfigPlanChecks: planned(plancheck.ResourceActionReplace, plancheck.ResourceActionUpdate),
				Check:            e.wrote(deleteKey, postKey),
			},
			{Config: with(), ConfigPlanChecks: inPlace(), Check: e.wrote()},
		},
	})
}
