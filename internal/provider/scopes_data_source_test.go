package provider

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/terraform-sendgrid/terraform-provider-sendgrid/internal/emulator"
)

// readData reads a data source.
func (s *server) readData(name string, config attrs) (tftypes.Value, []*tfprotov6.Diagnostic) {
	s.t.Helper()
	schemas, err := s.GetProviderSchema(s.ctx, &tfprotov6.GetProviderSchemaRequest{})
	s.must(err)
	typ := objectType(s.t, schemas.DataSourceSchemas[name].ValueType())
	resp, err := s.ReadDataSource(s.ctx, &tfprotov6.ReadDataSourceRequest{
		TypeName: name,
		Config:   s.dynamic(typ, object(s.t, typ, config)),
	})
	s.must(err)
	if hasErrors(resp.Diagnostics) {
		return tftypes.Value{}, resp.Diagnostics
	}
	v, err := resp.State.Unmarshal(typ)
	s.must(err)
	return v, resp.Diagnostics
}

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
		s := e.server(test.provider)
		v, diags := s.readData("sendgrid_scopes", test.config)
		s.requireNone(diags)
		if diff := cmp.Diff(held, goValue(t, attribute(t, v, "scopes"))); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
		if got := goValue(t, attribute(t, v, "on_behalf_of")); got != test.account {
			t.Errorf("%s: on_behalf_of %v, want %q", name, got, test.account)
		}
		e.expect(test.request)
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
		"wrong credential": {attrs{"api_key": "SG.wrong"}, nil, "SendGrid does not accept the credential"},
	} {
		s := newServer(t, e.provider())
		config := attrs{"api_key": e.apiKey, "base_url": e.baseURL}
		for k, v := range test.provider {
			config[k] = v
		}
		s.requireNone(s.configure(config))
		_, diags := s.readData("sendgrid_scopes", test.config)
		if !hasErrors(diags) || !strings.Contains(texts(diags), test.want) {
			t.Errorf("%s: got %s, want %s", name, texts(diags), test.want)
		}
	}
}
