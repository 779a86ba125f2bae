package provider

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/hashicorp/terraform-plugin-testing/helper/resource"

	"github.com/terraform-sendgrid/terraform-provider-sendgrid/internal/emulator"
)

// One provider block makes a key in every subuser: another subuser is one more
// key, and one less revokes its key and leaves the others alone.
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
	// The test library reads no state with such instances, so what it came to is
	// asked of SendGrid. Keys of several accounts are made at once, in no order.
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
	wrote := func(want ...string) {
		t.Helper()
		if err := e.wrote(want...)(nil); err != nil {
			t.Error(err)
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
				Config: keys("sub-a", "sub-b", "sub-c"),
				PostApplyFunc: func() {
					wrote(postKey + " on behalf of sub-c")
					exist("sub-a: Mail of sub-a", "sub-b: Mail of sub-b", "sub-c: Mail of sub-c")
				},
			},
			{
				Config: keys("sub-c"),
				PostApplyFunc: func() {
					exist("sub-c: Mail of sub-c")
					e.requests()
				},
			},
			{
				Config: e.config(""),
				PostApplyFunc: func() {
					wrote(deleteKey + " on behalf of sub-c")
					exist()
				},
			},
		},
	})
}
