package provider

import (
	"maps"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/providerserver"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"

	"github.com/terraform-sendgrid/terraform-provider-sendgrid/internal/emulator"
	"github.com/terraform-sendgrid/terraform-provider-sendgrid/internal/keys"
)

// Asking for the schemas validates all of them, so that an invalid one fails
// here and not in a CLI.
func TestSchemas(t *testing.T) {
	t.Parallel()
	server := providerserver.NewProtocol6(New("test", &keys.OpenKeys{}))()
	schemas, err := server.GetProviderSchema(t.Context(), &tfprotov6.GetProviderSchemaRequest{})
	if err != nil {
		t.Fatal(err)
	}
	if len(schemas.Diagnostics) > 0 {
		t.Errorf("schemas:\n%s", texts(schemas.Diagnostics))
	}
	identities, err := server.GetResourceIdentitySchemas(t.Context(), &tfprotov6.GetResourceIdentitySchemasRequest{})
	if err != nil {
		t.Fatal(err)
	}
	if len(identities.Diagnostics) > 0 {
		t.Errorf("identities:\n%s", texts(identities.Diagnostics))
	}
	for name := range schemas.ResourceSchemas {
		if identities.IdentitySchemas[name] == nil {
			t.Errorf("%s has no identity", name)
		}
	}
}

func TestProviderConfig(t *testing.T) {
	t.Parallel()
	const credential = emulator.Credential
	for name, test := range map[string]struct {
		config attrs
		env    map[string]string
		// validate and configure are what the diagnostics must say: the attribute
		// and words of the text. Empty means none.
		validate, configure []string
	}{
		"complete": {
			config: attrs{
				"api_key": credential, "region": "eu", "base_url": "https://sendgrid.example/proxy", "on_behalf_of": "account-id 42",
				"ignored_scopes": []string{"brand.new"}, "request_timeout": "1m30s", "max_retries": 0,
			},
		},
		"from the environment": {
			env: map[string]string{
				"SENDGRID_API_KEY": credential, "SENDGRID_REGION": "eu", "SENDGRID_BASE_URL": "http://127.0.0.1:1", "SENDGRID_ON_BEHALF_OF": "sub-a",
			},
		},
		"configuration wins over the environment": {
			config: attrs{"api_key": credential, "region": "global", "base_url": "https://sendgrid.example", "on_behalf_of": "sub-a"},
			env: map[string]string{
				"SENDGRID_API_KEY": "a b", "SENDGRID_REGION": "mars", "SENDGRID_BASE_URL": "http://example.com", "SENDGRID_ON_BEHALF_OF": " ",
			},
		},
		"no credential": {
			configure: []string{`"api_key"`, "Missing SendGrid credential", "SENDGRID_API_KEY"},
		},
		"empty credential": {
			config:   attrs{"api_key": ""},
			validate: []string{`"api_key"`, "is empty", "SENDGRID_API_KEY"},
		},
		"credential with a line break": {
			config:   attrs{"api_key": credential + "\n"},
			validate: []string{`"api_key"`, "trimspace()"},
		},
		"unknown credential": {
			config: attrs{"api_key": unknown{}},
		},
		"region": {
			config:   attrs{"api_key": credential, "region": "us"},
			validate: []string{`"region"`, `must be "global" or "eu", not "us"`},
		},
		"region from the environment": {
			config:   attrs{"api_key": credential},
			env:      map[string]string{"SENDGRID_REGION": "us"},
			validate: []string{`"region"`, `not "us"`, "SENDGRID_REGION"},
		},
		"unknown region": {
			config: attrs{"api_key": credential, "region": unknown{}},
		},
		"http towards the network": {
			config:   attrs{"api_key": credential, "base_url": "http://sendgrid.example"},
			validate: []string{`"base_url"`, "must use https://"},
		},
		"http towards an address that only looks like loopback": {
			config:   attrs{"api_key": credential, "base_url": "http://127.0.0.1.example"},
			validate: []string{`"base_url"`, "must use https://"},
		},
		"http towards loopback":         {config: attrs{"api_key": credential, "base_url": "http://127.0.0.1:8080"}},
		"http towards loopback in IPv6": {config: attrs{"api_key": credential, "base_url": "http://[::1]:8080"}},
		"http towards localhost":        {config: attrs{"api_key": credential, "base_url": "http://localhost:8080"}},
		"base_url without a scheme": {
			config:   attrs{"api_key": credential, "base_url": "api.sendgrid.com"},
			validate: []string{`"base_url"`, "must be a URL"},
		},
		"base_url of another scheme": {
			config:   attrs{"api_key": credential, "base_url": "ftp://api.sendgrid.com"},
			validate: []string{`"base_url"`, "must begin with https://"},
		},
		"base_url with a password": {
			config:   attrs{"api_key": credential, "base_url": "https://user:password@sendgrid.example"},
			validate: []string{`"base_url"`, "without user, query or fragment"},
		},
		"on_behalf_of with a line break": {
			config:   attrs{"api_key": credential, "on_behalf_of": "sub\na"},
			validate: []string{`"on_behalf_of"`, "username"},
		},
		"request_timeout that does not parse": {
			config:   attrs{"api_key": credential, "request_timeout": "30"},
			validate: []string{`"request_timeout"`, `such as "45s"`, `not "30"`},
		},
		"request_timeout of nothing": {
			config:   attrs{"api_key": credential, "request_timeout": "0s"},
			validate: []string{`"request_timeout"`},
		},
		"max_retries below zero": {
			config:   attrs{"api_key": credential, "max_retries": -1},
			validate: []string{`"max_retries"`, "from 0 to 100"},
		},
		"ignored_scopes that are none": {
			config:   attrs{"api_key": credential, "ignored_scopes": []string{"Mail Send"}},
			validate: []string{`"ignored_scopes"`, `not "Mail Send"`},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newServer(t, &sendgridProvider{getenv: func(name string) string { return test.env[name] }})
			check := func(when string, diags []*tfprotov6.Diagnostic, want []string) {
				t.Helper()
				if len(want) == 0 && len(diags) > 0 {
					t.Errorf("%s: unexpected\n%s", when, texts(diags))
				}
				for _, words := range want {
					if !strings.Contains(texts(diags), words) {
						t.Errorf("%s: got %q, want %q in it", when, texts(diags), words)
					}
				}
				if strings.Contains(texts(diags), credential) {
					t.Errorf("%s: the diagnostics hold the credential", when)
				}
			}
			check("validate", s.validateProvider(test.config), test.validate)
			want := test.configure
			if want == nil {
				want = test.validate
			}
			check("configure", s.configure(test.config), want)
		})
	}
}

// A credential that is known only after apply neither panics nor keeps a new
// key from being planned; a key that exists cannot be read, and the error says
// why.
func TestUnknownProviderConfig(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"api_key", "base_url", "region", "ignored_scopes"} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			e := newEmulated(t, emulator.Config{})
			config := attrs{"name": "a", "scopes": []string{"mail.send"}}
			s := e.server(nil)
			k, diags := s.apply(s.none(), config)
			s.requireNoErrors(diags)
			e.requests()

			s = newServer(t, e.provider())
			block := attrs{"api_key": e.apiKey, "base_url": e.baseURL}
			maps.Copy(block, attrs{name: unknown{}})
			s.requireNone(s.configure(block))
			if p, diags := s.plan(s.none(), config); p.action != "create" || hasErrors(diags) {
				t.Errorf("planned %q: %s", p.action, texts(diags))
			}
			kept, diags := s.read(k)
			if got := texts(diags); !strings.Contains(got, "Provider not configured yet") || !strings.Contains(got, name+" known only after apply") {
				t.Errorf("read: got %s", got)
			}
			if !kept.value.Equal(k.value) {
				t.Error("read changed the state")
			}
			if _, diags := s.apply(k, nil); !hasErrors(diags) {
				t.Error("deleted without a credential")
			}
			e.expect()
		})
	}
}

// An account of the provider that is known only after apply is no reason to
// plan a replacement.
func TestUnknownProviderAccount(t *testing.T) {
	t.Parallel()
	e := newEmulated(t, emulator.Config{Subusers: []string{"sub-a"}})
	config := attrs{"name": "a", "scopes": []string{"mail.send"}}
	s := e.server(attrs{"on_behalf_of": "sub-a"})
	k, diags := s.apply(s.none(), config)
	s.requireNoErrors(diags)

	s = e.server(attrs{"on_behalf_of": unknown{}})
	k, diags = s.read(k)
	s.requireNone(diags)
	if p, _ := s.plan(k, config); p.action != "no-op" {
		t.Errorf("planned %s: %s", p.action, p.value)
	}
	p, _ := s.plan(s.none(), config)
	if got := goValue(t, attribute(t, p.value, "on_behalf_of")); got != (unknown{}) {
		t.Errorf("a new key is planned in account %v", got)
	}
}

func TestValidateKey(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		config attrs
		want   []string
	}{
		"restricted":     {config: attrs{"name": "a", "scopes": []string{"mail.send"}}},
		"Full Access":    {config: attrs{"name": "a"}},
		"unknown scopes": {config: attrs{"name": "a", "scopes": unknown{}}},
		"unknown name":   {config: attrs{"name": unknown{}, "scopes": []string{"mail.send"}}},
		"billing, auto-assigned scopes beside": {
			config: attrs{"name": "a", "scopes": []string{"billing.read", "2fa_required"}},
		},
		"empty name":  {attrs{"name": ""}, []string{`"name"`, "Empty name", "write what the key is for"}},
		"empty set":   {attrs{"name": "a", "scopes": []string{}}, []string{`"scopes"`, "Empty scopes", "leave scopes out if Full Access is meant"}},
		"upper case":  {attrs{"name": "a", "scopes": []string{"Mail.Send"}}, []string{`"scopes"`, "Malformed scope", `"Mail.Send"`}},
		"stray blank": {attrs{"name": "a", "scopes": []string{" mail.send"}}, []string{`"scopes"`, "Malformed scope"}},
		"billing beside another": {
			attrs{"name": "a", "scopes": []string{"billing.read", "mail.send"}},
			[]string{`"scopes"`, "Billing scopes beside others", "billing.read", "Make two keys"},
		},
		"only auto-assigned scopes": {
			attrs{"name": "a", "scopes": []string{"2fa_required"}},
			[]string{`"scopes"`, "No scopes to ask for", "leave scopes out if Full Access is meant"},
		},
		"account": {attrs{"name": "a", "on_behalf_of": " sub"}, []string{`"on_behalf_of"`, "username"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newServer(t, &sendgridProvider{})
			diags := s.validateKey(test.config)
			if len(test.want) == 0 {
				s.requireNone(diags)
			}
			for _, words := range test.want {
				if !hasErrors(diags) || !strings.Contains(texts(diags), words) {
					t.Errorf("got %q, want %q in it", texts(diags), words)
				}
			}
		})
	}
}

// A set that ignored_scopes empties would make a Full Access key. Validation
// cannot see it, the plan does.
func TestPlanRefusesEmptiedScopes(t *testing.T) {
	t.Parallel()
	e := newEmulated(t, emulator.Config{})
	s := e.server(attrs{"ignored_scopes": []string{"mail.send"}})
	_, diags := s.apply(s.none(), attrs{"name": "a", "scopes": []string{"mail.send", "2fa_required"}})
	if got := texts(diags); !strings.Contains(got, `"scopes"`) || !strings.Contains(got, "No scopes to ask for") {
		t.Errorf("got %s", got)
	}
	e.expect()
}
