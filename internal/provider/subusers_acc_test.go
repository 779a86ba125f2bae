package provider

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/hashicorp/terraform-plugin-testing/helper/resource"

	"github.com/terraform-sendgrid/terraform-provider-sendgrid/internal/emulator"
)

// One provider block creates a key in every subuser. Adding a subuser creates a key,
// and removing one revokes its key; the others stay as they are.
func TestAccSubusers(t *testing.T) {
	t.Parallel()
	e := newEmulated(t, emulator.Config{Subusers: []string{"sub-a", "sub-b", "sub-c"}})
	keys := func(subusers ...string) string {
		return e.config(fmt.Sprintf(`
resource "sendgrid_api_key" "mail" {
  for_each = toset(["%s"])

  name         = "Mail of ${each.key}"
  scopes       = ["mail.send"]
  on_behalf_of = each.key
}
`, strings.Join(subusers, `", "`)))
	}
	// The test library cannot read state with such instances, so the keys at SendGrid
	// are compared.
	exist := func(want ...string) {
		t.Helper()
		var got []string
		for _, account := range []string{emulator.Parent, "sub-a", "sub-b", "sub-c"} {
			for _, k := range e.emulator.Keys(account) {
				got = append(got, account+": "+k.Name)
			}
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("keys (-want +got):\n%s", diff)
		}
	}
	resource.Test(t, resource.TestCase{
		ProtoV6ProviderFactories: e.factories(),
		Steps: []resource.TestStep{
			{
				Config: keys("sub-a", "sub-b"),
				PostApplyFunc: func() {
					exist("sub-a: Mail of sub-a", "sub-b: Mail of sub-b")
					e.requests()
				},
			},
			{
				Config: keys("sub-b", "sub-c"),
				PostApplyFunc: func() {
					exist("sub-b: Mail of sub-b", "sub-c: Mail of sub-c")
					// In any order, since the accounts are independent.
					for r, sent := range e.countRequests() {
						want := r == deleteKey+" on behalf of sub-a" || r == postKey+" on behalf of sub-c"
						if !strings.HasPrefix(r, "GET ") && (!want || sent != 1) {
							t.Errorf("%s was sent %d times", r, sent)
						}
					}
				},
			},
			{Config: e.config(""), PostApplyFunc: func() { exist() }},
		},
	})
}
