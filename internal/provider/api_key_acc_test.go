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
				ExpectError: regexp.MustCompile(`API key lives in another region`),
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
				ExpectError: regexp.MustCompile(`Not an answer of SendGrid's API`),
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
	made, err := e.client().CreateAPIKey(t.Context(), sendgrid.Parent, sendgrid.NewAPIKey{Name: e.name("a"), Scopes: []string{"mail.send"}})
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
