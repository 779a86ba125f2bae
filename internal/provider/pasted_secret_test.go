package provider

import (
	"net/http"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"

	"github.com/terraform-sendgrid/terraform-provider-sendgrid/internal/emulator"
)

// pasted is an API key in the wrong place.
const (
	pasted       = "SG.pastedpastedpastedpast." + pastedSecret
	pastedSecret = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFG"
)

// expectPasted fails the test unless the place rejects an API key, and no diagnostic
// reveals the secret part.
func expectPasted(t *testing.T, validated diagnostics, used ...diagnostics) {
	t.Helper()
	if !validated.hasErrors() {
		t.Errorf("validation accepts an API key:\n%s", validated)
	}
	for _, diags := range append(used, validated) {
		diags.exclude(t, pastedSecret[:10], pastedSecret[20:])
	}
}

// In the provider block or the environment, wherever the value ends up in a message.
func TestPastedIntoProvider(t *testing.T) {
	t.Parallel()
	for attribute, values := range map[string][]any{
		"region":          {pasted},
		"base_url":        {pasted, "https://" + pasted, "http://" + pasted, "https://proxy.example/" + pasted, "https://" + pasted + "@proxy.example", "https://[" + pasted, pasted + "://proxy.example"},
		"on_behalf_of":    {pasted, "account-id " + pasted},
		"request_timeout": {pasted},
		"ignored_scopes":  {[]string{pasted}},
	} {
		for _, value := range values {
			s := newServer(t, &sendgridProvider{getenv: func(string) string { return "" }})
			config := attrs{"api_key": emulator.Credential, attribute: value}
			expectPasted(t, s.validateProvider(config), s.configure(config))

			text, hasVariable := value.(string)
			if !hasVariable || attribute == "request_timeout" {
				continue
			}
			s = newServer(t, &sendgridProvider{getenv: func(name string) string {
				return map[string]string{"SENDGRID_API_KEY": emulator.Credential, envName(attribute): text}[name]
			}})
			expectPasted(t, s.validateProvider(nil), s.configure(nil))
		}
	}
}

// A credential need not look like an API key: a proxy may have its own.
func TestCredentialIsRecognizedByItsValue(t *testing.T) {
	t.Parallel()
	for _, token := range []string{"token-of-a-proxy", "a-tok3n-2b"} {
		for attribute, value := range map[string]any{
			"region":          token,
			"base_url":        "https://proxy.example/" + token,
			"on_behalf_of":    token,
			"request_timeout": token,
			"ignored_scopes":  []string{token},
		} {
			s := newServer(t, &sendgridProvider{getenv: func(string) string { return "" }})
			config := attrs{"api_key": token, attribute: value}
			validated := s.validateProvider(config)
			if !validated.hasErrors() {
				t.Errorf("the credential is accepted as %s", attribute)
			}
			for _, diags := range []diagnostics{validated, s.configure(config)} {
				diags.exclude(t, token)
			}
		}
	}
}

// Not everything that begins like an API key is one.
func TestNamesLikeSecrets(t *testing.T) {
	t.Parallel()
	for attribute, values := range map[string][]string{
		"on_behalf_of": {"SG.sales", "ACMESG.sales"},
		"base_url":     {"https://proxy.example/SG.v1"},
	} {
		for _, value := range values {
			s := newServer(t, &sendgridProvider{getenv: func(string) string { return "" }})
			s.validateProvider(attrs{"api_key": emulator.Credential, attribute: value}).requireNone(t)
		}
	}
}

// In a block, also if Terraform knew the value only after validation.
func TestPastedIntoBlocks(t *testing.T) {
	t.Parallel()
	e := newEmulated(t, emulator.Config{})
	k := e.emulator.AddKey(emulator.Parent, "a", []string{"mail.send"})
	s := e.server(attrs{"max_retries": 0})
	scopes := []string{"mail.send"}
	for _, config := range []attrs{
		{"name": pasted, "scopes": scopes},
		{"name": "a", "scopes": []string{pasted}},
		{"name": "a", "scopes": scopes, "on_behalf_of": pasted},
	} {
		_, planned := s.plan(s.none(), config)
		_, again := s.plan(s.none(), config)
		_, applied := s.apply(s.none(), config)
		expectPasted(t, s.validateKey(config), planned, again, applied)
		_, opened := s.openKey(config)
		expectPasted(t, s.validateEphemeral(keyResource, config), opened)
	}
	expectPasted(t, s.validateEphemeral("sendgrid_api_key_secret", attrs{"id": pasted}))
	for name, configs := range map[string][]attrs{
		"sendgrid_api_key":  {{"id": pasted}, {"name": pasted}, {"name": "sub-a/" + pasted}, {"id": k.ID, "on_behalf_of": pasted}},
		"sendgrid_api_keys": {{"name_prefix": pasted}, {"on_behalf_of": pasted}},
		"sendgrid_scopes":   {{"on_behalf_of": pasted}},
	} {
		for _, config := range configs {
			_, read := s.readData(name, config)
			expectPasted(t, s.validateData(name, config), read)
		}
	}
	for _, config := range []attrs{{"name_prefix": pasted}, {"on_behalf_of": pasted}} {
		for _, result := range s.query(config, 10, true) {
			expectPasted(t, s.validateQuery(config), result.diags)
		}
	}
	for _, config := range []attrs{{"id": pasted}, {"id": k.ID, "on_behalf_of": pasted}} {
		progress, invoked := s.invoke(config)
		expectPasted(t, s.validateAction(config), invoked)
		if strings.Contains(strings.Join(progress, " "), pastedSecret[:10]) {
			t.Errorf("progress %q", progress)
		}
	}
}

// In what is not validated: an import, and the arguments of a function.
func TestPastedElsewhere(t *testing.T) {
	t.Parallel()
	e := newEmulated(t, emulator.Config{})
	s := e.server(nil)
	for _, id := range []string{pasted, "sub-a/" + pasted, pasted + "/" + strings.Repeat("a", 22), pasted[:40], " " + pasted + "\n"} {
		_, diags := s.importKey(id)
		expectPasted(t, diags)
	}
	for _, argument := range []map[string]string{{pasted: "full"}, {"stats": pasted}} {
		_, failure := s.call("permission_scopes", argument)
		if failure == nil || strings.Contains(failure.Text, pastedSecret[:10]) {
			t.Errorf("permission_scopes fails with %v", failure)
		}
	}
}

// The path of base_url may hold the token of a proxy.
func TestTokenInBaseURL(t *testing.T) {
	t.Parallel()
	const token = "token-of-a-proxy"
	e := newEmulated(t, emulator.Config{})
	e.emulator.Inject(emulator.Fault{Times: -1, Do: emulator.HTMLPage(http.StatusNotFound)})
	s := e.server(attrs{"base_url": e.baseURL + "/" + token, "max_retries": 0})
	_, read := s.importKey(strings.Repeat("a", 22))
	_, planned := s.plan(s.none(), attrs{"name": "a", "scopes": []string{"mail.send"}})
	_, applied := s.apply(s.none(), attrs{"name": "a", "scopes": []string{"mail.send"}})
	read.expectError(t, "Response is not from SendGrid's API")
	applied.expectError(t, "Could not create API key")
	for _, diags := range []diagnostics{read, planned, applied} {
		diags.exclude(t, token)
	}
}

// validateEphemeral validates an ephemeral block.
func (s *server) validateEphemeral(name string, config attrs) diagnostics {
	s.t.Helper()
	resp, err := s.ValidateEphemeralResourceConfig(s.ctx, &tfprotov6.ValidateEphemeralResourceConfigRequest{
		TypeName: name, Config: s.config(s.schemas.EphemeralResourceSchemas[name], config),
	})
	s.must(err)
	return resp.Diagnostics
}

// validateQuery validates a list block.
func (s *server) validateQuery(config attrs) diagnostics {
	s.t.Helper()
	lister, ok := s.ProviderServer.(tfprotov6.ListResourceServer)
	if !ok {
		s.t.Fatal("the provider has no list resources")
	}
	resp, err := lister.ValidateListResourceConfig(s.ctx, &tfprotov6.ValidateListResourceConfigRequest{
		TypeName: keyResource, Config: s.config(s.schemas.ListResourceSchemas[keyResource], config),
	})
	s.must(err)
	return resp.Diagnostics
}
