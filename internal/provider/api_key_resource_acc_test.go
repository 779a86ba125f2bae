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

	"github.com/terraform-sendgrid/terraform-provider-sendgrid/internal/clitest"
	"github.com/terraform-sendgrid/terraform-provider-sendgrid/internal/emulator"
	"github.com/terraform-sendgrid/terraform-provider-sendgrid/internal/sendgrid"
)

const (
	testKey  = "sendgrid_api_key.test"
	consumer = "terraform_data.consumer"
)

// keyHCL is a resource block for sendgrid_api_key.test with a consumer of its
// secret, such as an application.
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

// planned expects actions for the key and for the consumer of its secret.
func planned(key, consumerAction plancheck.ResourceActionType) resource.ConfigPlanChecks {
	return resource.ConfigPlanChecks{PreApply: []plancheck.PlanCheck{
		plancheck.ExpectResourceAction(testKey, key),
		plancheck.ExpectResourceAction(consumer, consumerAction),
	}}
}

// inPlace expects an update in which id and secret stay known, so that the consumer
// does not change.
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

func emptyPlan() resource.ConfigPlanChecks {
	return resource.ConfigPlanChecks{PreApply: []plancheck.PlanCheck{plancheck.ExpectEmptyPlan()}}
}

// values expects attributes of the key in state.
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

// noneLeft checks that destroy left no key of the test behind.
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

// A key goes through its life: a rename and a change of scopes keep the id and the
// secret, and change nothing that uses the secret. After every step, the test
// library also expects an empty plan.
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
				Config:           e.config(keyHCL(e.name("a"), `scopes = ["mail.send", "sender_verification_legacy"]`)),
				ConfigPlanChecks: planned(plancheck.ResourceActionCreate, plancheck.ResourceActionCreate),
				Check:            e.wrote(postKey),
				ConfigStateChecks: sameKey(append(values(map[string]knownvalue.Check{
					"id":                  knownvalue.StringRegexp(keyIDPattern),
					"name":                knownvalue.StringExact(e.name("a")),
					"scopes":              scopesOf("mail.send", "sender_verification_legacy"),
					"api_key":             knownvalue.StringRegexp(secretPattern),
					"on_behalf_of":        knownvalue.StringExact(""),
					"rotate_when_changed": knownvalue.Null(),
				}), statecheck.ExpectSensitiveValue(testKey, tfjsonpath.New("api_key")))...),
			},
			{
				// Whether auto-assigned scopes are listed or not is no difference.
				Config:            e.config(keyHCL(e.name("a"), `scopes = ["mail.send"]`)),
				ConfigPlanChecks:  emptyPlan(),
				Check:             e.wrote(),
				ConfigStateChecks: sameKey(),
			},
			{
				Config:            e.config(keyHCL(e.name("b"), `scopes = ["mail.send", "2fa_required"]`)),
				ConfigPlanChecks:  inPlace(),
				Check:             e.wrote(patchKey),
				ConfigStateChecks: sameKey(values(map[string]knownvalue.Check{"name": knownvalue.StringExact(e.name("b"))})...),
			},
			{
				Config:           e.config(keyHCL(e.name("c"), `scopes = ["mail.send", "alerts.read"]`)),
				ConfigPlanChecks: inPlace(),
				Check:            e.wrote(putKey),
				ConfigStateChecks: sameKey(values(map[string]knownvalue.Check{
					"name": knownvalue.StringExact(e.name("c")), "scopes": scopesOf("mail.send", "alerts.read"),
				})...),
			},
			{
				ResourceName: testKey, ImportState: true,
				ImportStateVerify: true, ImportStateVerifyIgnore: []string{"api_key"},
			},
			{
				ResourceName: testKey, ImportState: true,
				ImportStateId: "AAAAAAAAAAAAAAAAAAAAAA",
				ExpectError:   regexp.MustCompile(`API key not found`),
			},
		},
	})
}

// Without scopes, a key has Full Access. Restricting it is an update in place, and
// the way back a replacement. Deleted by hand, it is created again.
func TestAccAPIKey_fullAccess(t *testing.T) {
	t.Parallel()
	e := newEnv(t)
	var id string
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
				Config:            e.config(keyHCL(e.name("a"), `scopes = ["mail.send"]`)),
				ConfigPlanChecks:  inPlace(),
				Check:             e.wrote(putKey),
				ConfigStateChecks: values(map[string]knownvalue.Check{"scopes": scopesOf("mail.send")}),
			},
			{
				Config:            e.config(keyHCL(e.name("a"))),
				ConfigPlanChecks:  planned(plancheck.ResourceActionReplace, plancheck.ResourceActionUpdate),
				Check:             resource.ComposeTestCheckFunc(e.wrote(deleteKey, postKey), storeID(&id)),
				ConfigStateChecks: values(map[string]knownvalue.Check{"scopes": knownvalue.Null()}),
			},
			{
				PreConfig: func() {
					if err := e.client().DeleteAPIKey(t.Context(), sendgrid.Parent, id); err != nil {
						t.Fatal(err)
					}
					e.requests()
				},
				Config:           e.config(keyHCL(e.name("a"))),
				ConfigPlanChecks: planned(plancheck.ResourceActionCreate, plancheck.ResourceActionUpdate),
				Check:            e.wrote(postKey),
			},
		},
	})
}

// Scopes that turn out, in apply, to require another key: core fails before any
// request, and the next plan replaces the key.
func TestAccAPIKey_unknownScopes(t *testing.T) {
	t.Parallel()
	e := newEmulated(t, emulator.Config{})
	config := func(scope string) string {
		return e.config(fmt.Sprintf(`
resource "terraform_data" "scopes" {
  input = toset([%q])
}

resource "sendgrid_api_key" "test" {
  name   = %q
  scopes = terraform_data.scopes.output
}
`, scope, e.name("a")))
	}
	resource.Test(t, resource.TestCase{
		ProtoV6ProviderFactories: e.factories(),
		CheckDestroy:             e.noneLeft,
		Steps: []resource.TestStep{
			{Config: config("mail.send"), Check: e.wrote(postKey)},
			{Config: config("billing.read"), ExpectError: regexp.MustCompile(`Provider produced inconsistent final plan`)},
			{Config: config("billing.read"), Check: e.wrote(deleteKey, postKey)},
		},
	})
}

// A removed block keeps the key at SendGrid as it is: mail still depends on it.
func TestAccAPIKey_removedBlock(t *testing.T) {
	t.Parallel()
	e := newEnv(t)
	// OpenTofu before 1.10 has no lifecycle in removed blocks, and never destroys.
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
				Check:  resource.ComposeTestCheckFunc(e.wrote(postKey), storeID(&id)),
			},
			{
				Config: e.config("removed {\n  from = sendgrid_api_key.test\n  " + lifecycle + "\n}\n"),
				Check: resource.ComposeTestCheckFunc(e.wrote(), func(s *terraform.State) error {
					if _, managed := s.RootModule().Resources[testKey]; managed {
						return fmt.Errorf("the key is still in state")
					}
					return nil
				}),
			},
		},
	})
	// The destroy at the end of the test has not revoked it either.
	client := e.client()
	left, err := client.GetAPIKey(t.Context(), sendgrid.Parent, id)
	if err != nil || left.Name != e.name("a") {
		t.Fatalf("the key is %+v, %v", left, err)
	}
	if err := client.DeleteAPIKey(t.Context(), sendgrid.Parent, id); err != nil {
		t.Error(err)
	}
}

// storeID stores the id of the key in state.
func storeID(id *string) resource.TestCheckFunc {
	return func(s *terraform.State) error {
		*id = s.RootModule().Resources[testKey].Primary.ID
		return nil
	}
}

// A destroy with a credential of another account fails and keeps the state: the key
// lives on.
func TestAccAPIKey_anotherAccount(t *testing.T) {
	t.Parallel()
	e := newEmulated(t, emulator.Config{ListCredential: true, Subusers: []string{"sub-a"}})
	theirs := e.emulator.AddKey("sub-a", "theirs", everything)
	key := keyHCL(e.name("a"), `scopes = ["mail.send"]`)
	other := strings.Replace(e.config(key), e.apiKey, theirs.Secret, 1)
	resource.Test(t, resource.TestCase{
		ProtoV6ProviderFactories: e.factories(),
		Steps: []resource.TestStep{
			{Config: e.config(key)},
			{Config: other, Destroy: true, ExpectError: regexp.MustCompile(`perhaps in another account`)},
			{Config: e.config(key), PlanOnly: true},
		},
	})
}
