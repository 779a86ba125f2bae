package provider

import (
	"regexp"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"

	"github.com/terraform-sendgrid/terraform-provider-sendgrid/internal/emulator"
)

// A key whose response was lost is tainted in state, without its secret. The next
// apply replaces it, unless prevent_destroy makes it fail.
func TestAccLostResponse(t *testing.T) {
	t.Parallel()
	e := newEmulated(t, emulator.Config{})
	config := e.config(keyHCL(e.name("a"), `scopes = ["mail.send"]`))
	resource.Test(t, resource.TestCase{
		ProtoV6ProviderFactories: e.factories(),
		CheckDestroy:             e.noneLeft,
		Steps: []resource.TestStep{
			{
				PreConfig:   func() { e.emulator.Inject(emulator.Fault{Method: "POST", Do: emulator.ResetAfter}) },
				Config:      config,
				ExpectError: regexp.MustCompile(`API key made, but its secret was lost`),
			},
			{
				PreConfig:   func() { e.requests() },
				Config:      e.config(keyHCL(e.name("a"), `scopes = ["mail.send"]`, "lifecycle {\n    prevent_destroy = true\n  }")),
				ExpectError: regexp.MustCompile(`(?i)instance cannot be destroyed`),
			},
			{
				Config:            config,
				ConfigPlanChecks:  planned(plancheck.ResourceActionReplace, plancheck.ResourceActionCreate),
				Check:             e.wrote(deleteKey, postKey),
				ConfigStateChecks: values(map[string]knownvalue.Check{"api_key": knownvalue.StringRegexp(secretPattern)}),
			},
		},
	})
}
