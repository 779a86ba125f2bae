package provider

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/terraform-sendgrid/terraform-provider-sendgrid/internal/emulator"
)

func TestScopesDataSource(t *testing.T) {
	t.Parallel()
	e := newEmulated(t, emulator.Config{CredentialScopes: []string{"mail.send", "api_keys.read"}, Subusers: []string{"sub-a"}})
	held := []string{"2fa_required", "api_keys.read", "mail.send", "sender_verification_eligible"}
	for name, test := range map[string]struct {
		provider, config attrs
		account, request string
	}{
		"the credential's own account": {nil, nil, "", getScopes},
		"the provider's account":       {attrs{"on_behalf_of": "sub-a"}, nil, "sub-a", getScopes + " on behalf of sub-a"},
		"another account":              {nil, attrs{"on_behalf_of": "sub-a"}, "sub-a", getScopes + " on behalf of sub-a"},
		"the parent under a default":   {attrs{"on_behalf_of": "sub-a"}, attrs{"on_behalf_of": ""}, "", getScopes},
	} {
		t.Run(name, func(t *testing.T) {
			s := e.server(test.provider)
			v, diags := s.readData("sendgrid_scopes", test.config)
			diags.requireNone(t)
			if diff := cmp.Diff(held, goValue(t, attribute(t, v, "scopes"))); diff != "" {
				t.Errorf("scopes (-want +got):\n%s", diff)
			}
			if got := goValue(t, attribute(t, v, "on_behalf_of")); got != test.account {
				t.Errorf("on_behalf_of %v, want %q", got, test.account)
			}
			e.expect(test.request)
		})
	}
}

func TestScopesDataSourceFails(t *testing.T) {
	t.Parallel()
	e := newEmulated(t, emulator.Config{})
	for name, test := range map[string]struct {
		provider, config attrs
		want             string
	}{
		"no such account":  {nil, attrs{"on_behalf_of": "nobody"}, `Could not read the scopes of the credential in account "nobody"`},
		"unknown account":  {attrs{"on_behalf_of": unknown{}}, nil, "Account known only after apply"},
		"unknown provider": {attrs{"api_key": unknown{}}, nil, "Provider not configured yet"},
		"wrong credential": {attrs{"api_key": "SG.wrong"}, nil, "SendGrid rejected the credential"},
	} {
		t.Run(name, func(t *testing.T) {
			_, diags := e.server(test.provider).readData("sendgrid_scopes", test.config)
			diags.expectError(t, test.want)
		})
	}
}
