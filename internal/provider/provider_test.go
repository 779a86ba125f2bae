package provider

import (
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/providerserver"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"

	"github.com/terraform-sendgrid/terraform-provider-sendgrid/internal/emulator"
	"github.com/terraform-sendgrid/terraform-provider-sendgrid/internal/keys"
)

// Requesting the schemas validates all of them, so that an invalid one fails here
// and not in a CLI.
func TestSchemas(t *testing.T) {
	t.Parallel()
	server := providerserver.NewProtocol6(New("test", &keys.OpenKeys{}))()
	schemas, err := server.GetProviderSchema(t.Context(), &tfprotov6.GetProviderSchemaRequest{})
	if err != nil {
		t.Fatal(err)
	}
	diagnostics(schemas.Diagnostics).requireNone(t)
	identities, err := server.GetResourceIdentitySchemas(t.Context(), &tfprotov6.GetResourceIdentitySchemasRequest{})
	if err != nil {
		t.Fatal(err)
	}
	diagnostics(identities.Diagnostics).requireNone(t)
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
		// validate and configure are the errors of the RPCs: the attribute and words
		// of the text. Without them, both succeed.
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
		"http over the network": {
			config:   attrs{"api_key": credential, "base_url": "http://sendgrid.example"},
			validate: []string{`"base_url"`, "must use https://"},
		},
		"http to an address that only looks like loopback": {
			config:   attrs{"api_key": credential, "base_url": "http://127.0.0.1.example"},
			validate: []string{`"base_url"`, "must use https://"},
		},
		"http to loopback":         {config: attrs{"api_key": credential, "base_url": "http://127.0.0.1:8080"}},
		"http to loopback in IPv6": {config: attrs{"api_key": credential, "base_url": "http://[::1]:8080"}},
		"http to localhost":        {config: attrs{"api_key": credential, "base_url": "http://localhost:8080"}},
		"base_url without a scheme": {
			config:   attrs{"api_key": credential, "base_url": "api.sendgrid.com"},
			validate: []string{`"base_url"`, "must be a URL"},
		},
		"base_url without a host": {
			config:   attrs{"api_key": credential, "base_url": "https://:443"},
			validate: []string{`"base_url"`, "must be a URL"},
		},
		"base_url with the version": {
			config:   attrs{"api_key": credential, "base_url": "https://api.sendgrid.com/v3"},
			validate: []string{`"base_url"`, "must not end in /v3, which the provider adds"},
		},
		"base_url with the version and a slash": {
			config:   attrs{"api_key": credential, "base_url": "https://sendgrid.example/proxy/v3/"},
			validate: []string{`"base_url"`, "must not end in /v3"},
		},
		"base_url with a query": {
			config:   attrs{"api_key": credential, "base_url": "https://sendgrid.example/?tenant=a"},
			validate: []string{`"base_url"`, "without a user, a query, or a fragment"},
		},
		"base_url with an empty query": {
			config:   attrs{"api_key": credential, "base_url": "https://sendgrid.example?"},
			validate: []string{`"base_url"`, "without a user, a query, or a fragment"},
		},
		"base_url with an empty fragment": {
			config:   attrs{"api_key": credential, "base_url": "https://sendgrid.example#"},
			validate: []string{`"base_url"`, "without a user, a query, or a fragment"},
		},
		"base_url of another scheme": {
			config:   attrs{"api_key": credential, "base_url": "ftp://api.sendgrid.com"},
			validate: []string{`"base_url"`, "must begin with https://"},
		},
		"base_url with a password": {
			config:   attrs{"api_key": credential, "base_url": "https://user:password@sendgrid.example"},
			validate: []string{`"base_url"`, "without a user, a query, or a fragment"},
		},
		"on_behalf_of with a line break": {
			config:   attrs{"api_key": credential, "on_behalf_of": "sub\na"},
			validate: []string{`"on_behalf_of"`, "username"},
		},
		"on_behalf_of without the id of the account": {
			config:   attrs{"api_key": credential, "on_behalf_of": "account-id"},
			validate: []string{`"on_behalf_of"`, `must have one id after "account-id"`},
		},
		"on_behalf_of with two ids": {
			config:   attrs{"api_key": credential, "on_behalf_of": "account-id 4 2"},
			validate: []string{`"on_behalf_of"`, `must have one id after "account-id"`},
		},
		"on_behalf_of of a subuser with such a name": {config: attrs{"api_key": credential, "on_behalf_of": "account-id-42"}},
		"request_timeout that does not parse": {
			config:   attrs{"api_key": credential, "request_timeout": "30"},
			validate: []string{`"request_timeout"`, "Invalid request_timeout", `such as "45s"`, `not "30"`},
		},
		"request_timeout of zero": {
			config:   attrs{"api_key": credential, "request_timeout": "0s"},
			validate: []string{`"request_timeout"`},
		},
		"max_retries below zero": {
			config:   attrs{"api_key": credential, "max_retries": -1},
			validate: []string{`"max_retries"`, "from 0 to 100"},
		},
		"malformed ignored_scopes": {
			config:   attrs{"api_key": credential, "ignored_scopes": []string{"Mail Send"}},
			validate: []string{`"ignored_scopes"`, `not "Mail Send"`},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newServer(t, &sendgridProvider{getenv: func(name string) string { return test.env[name] }})
			validated := s.validateProvider(test.config)
			configured := s.configure(test.config)
			want := test.configure
			if want == nil {
				want = test.validate
			}
			validated.expectError(t, test.validate...)
			configured.expectError(t, want...)
			validated.exclude(t, credential)
			configured.exclude(t, credential)
		})
	}
}

// A credential that is known only after apply does not keep a new key from being
// planned. A key that exists cannot be read, and the error says why.
func TestUnknownProviderConfig(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"api_key", "base_url", "region", "ignored_scopes"} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			e := newEmulated(t, emulator.Config{})
			config := attrs{"name": "a", "scopes": []string{"mail.send"}}
			s := e.server(nil)
			k, diags := s.apply(s.none(), config)
			diags.requireNoErrors(t)
			e.requests()

			s = e.server(attrs{name: unknown{}})
			s.expectPlan(s.none(), config, "create")
			kept, diags := s.read(k)
			diags.expectError(t, "Provider not configured yet", name+" known only after apply")
			if !kept.value.Equal(k.value) {
				t.Error("read changed the state")
			}
			_, diags = s.apply(k, nil)
			diags.expectError(t, "Provider not configured yet")
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
	diags.requireNoErrors(t)

	s = e.server(attrs{"on_behalf_of": unknown{}})
	k, diags = s.read(k)
	diags.requireNone(t)
	s.expectPlan(k, config, "no-op")
	p, _ := s.plan(s.none(), config)
	if got := goValue(t, attribute(t, p.value, "on_behalf_of")); got != (unknown{}) {
		t.Errorf("a new key is planned in account %v", got)
	}
}

// Where the CLI allows it, a provider whose credential is unknown defers its
// resources instead of failing.
func TestDeferral(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		allowed bool
		apiKey  any
		want    bool
	}{
		"unknown credential":              {true, unknown{}, true},
		"unknown credential, not allowed": {false, unknown{}, false},
		"known credential":                {true, "SG.x.y", false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			e := newEmulated(t, emulator.Config{})
			s := newServer(t, e.provider())
			resp, err := s.ConfigureProvider(s.ctx, &tfprotov6.ConfigureProviderRequest{
				Config:             s.config(s.schemas.Provider, attrs{"api_key": test.apiKey, "base_url": e.baseURL}),
				ClientCapabilities: &tfprotov6.ConfigureProviderClientCapabilities{DeferralAllowed: test.allowed},
			})
			s.must(err)
			diagnostics(resp.Diagnostics).requireNone(t)
			configured := s.configured(attrs{"name": "a", "scopes": []string{"mail.send"}})
			planned, err := s.PlanResourceChange(s.ctx, &tfprotov6.PlanResourceChangeRequest{
				TypeName:           keyResource,
				PriorState:         s.dynamic(s.keyType, s.none().value),
				ProposedNewState:   s.dynamic(s.keyType, configured),
				Config:             s.dynamic(s.keyType, configured),
				ClientCapabilities: &tfprotov6.PlanResourceChangeClientCapabilities{DeferralAllowed: test.allowed},
			})
			s.must(err)
			if deferred := planned.Deferred != nil; deferred != test.want {
				t.Errorf("deferred: %t, want %t", deferred, test.want)
			}
			if test.want && planned.Deferred.Reason != tfprotov6.DeferredReasonProviderConfigUnknown {
				t.Errorf("deferred because of %s", planned.Deferred.Reason)
			}
		})
	}
}
