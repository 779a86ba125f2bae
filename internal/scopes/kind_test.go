package scopes_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/terraform-sendgrid/terraform-provider-sendgrid/internal/scopes"
)

func TestNotGrantable(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct{ requested, held, want string }{
		"held":                              {"mail.send", "mail.send alerts.read", ""},
		"not held":                          {"mail.send stats.read", "mail.send", "stats.read"},
		"unknown":                           {"brand.new", "mail.send", ""},
		"billing, as a credential has none": {"billing.read", "api_keys.create", ""},
		"billing, of which it has others":   {"billing.read billing.update", "billing.read", "billing.update"},
		"others, for a billing credential":  {"mail.send", "billing.read", "mail.send"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if diff := cmp.Diff(set(test.want), scopes.NotGrantable(set(test.requested), set(test.held)), equal); diff != "" {
				t.Errorf("scopes (-want +got):\n%s", diff)
			}
		})
	}
}
