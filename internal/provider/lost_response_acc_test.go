package provider

import (
	"regexp"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"

	"github.com/terraform-sendgrid/terraform-provider-sendgrid/internal/emulator"
)

// A key whose response was lost is not in the state. Once the user has deleted the
// key that the error names, the next apply creates another one.
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
				ExpectError: regexp.MustCompile(`API key of unknown origin`),
			},
			{
				PreConfig: func() {
					e.emulator.DeleteKey(e.onlyKey().ID)
					e.requests()
				},
				Config:            config,
				ConfigPlanChecks:  planned(plancheck.ResourceActionCreate, plancheck.ResourceActionCreate),
				Check:             e.wrote(postKey),
				ConfigStateChecks: values(map[string]knownvalue.Check{"api_key": knownvalue.StringRegexp(secretPattern)}),
			},
		},
	})
}
