package provider

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/terraform-sendgrid/terraform-provider-sendgrid/internal/emulator"
)

// The same name in the two forms of Unicode: Terraform passes NFC, SendGrid can have
// either.
const nameNFC, nameNFD = "Caf\u00e9", "Cafe\u0301"

func TestNameInEitherForm(t *testing.T) {
	t.Parallel()
	for _, stored := range []string{nameNFC, nameNFD} {
		e := newEmulated(t, emulator.Config{})
		s := e.server(nil)
		added := e.emulator.AddKey(emulator.Parent, stored+" 1", []string{"mail.send"})
		e.emulator.AddKey(emulator.Parent, "Cafeteria", []string{"mail.send"})
		for _, given := range []string{nameNFC, nameNFD} {
			v, diags := s.readData("sendgrid_api_key", attrs{"name": given + " 1"})
			diags.requireNone(t)
			if got := goValue(t, attribute(t, v, "id")); got != added.ID {
				t.Errorf("%+q finds %v, want %+q", given, got, stored)
			}
			v, diags = s.readData("sendgrid_api_keys", attrs{"name_prefix": given})
			diags.requireNone(t)
			if diff := cmp.Diff([]listed{{stored + " 1", added.ID, nil, nil}}, listedKeys(t, v)); diff != "" {
				t.Errorf("keys with the prefix %+q (-want +got):\n%s", given, diff)
			}
			results := s.query(attrs{"name_prefix": given}, 10, false)
			if len(results) != 1 || results[0].Name != stored+" 1" {
				t.Errorf("prefix %+q lists %v", given, results)
			}
			_, diags = s.plan(s.none(), attrs{"name": given + " 1", "scopes": []string{"mail.send"}})
			diags.expectWarning(t, "An API key with this name exists", added.ID)
		}
	}
}
