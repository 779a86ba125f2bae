package provider

import (
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"

	"github.com/terraform-sendgrid/terraform-provider-sendgrid/internal/emulator"
	"github.com/terraform-sendgrid/terraform-provider-sendgrid/internal/scopes"
)

// query runs list sendgrid_api_key as "terraform query" does.
func (s *server) query(config attrs, limit int64, details bool) []tfprotov6.ListResourceResult {
	s.t.Helper()
	schemas, err := s.GetProviderSchema(s.ctx, &tfprotov6.GetProviderSchemaRequest{})
	s.must(err)
	typ := objectType(s.t, schemas.ListResourceSchemas[keyResource].ValueType())
	lister, ok := s.ProviderServer.(tfprotov6.ListResourceServer)
	if !ok {
		s.t.Fatal("the provider lists nothing")
	}
	stream, err := lister.ListResource(s.ctx, &tfprotov6.ListResourceRequest{
		TypeName: keyResource, Config: s.dynamic(typ, object(s.t, typ, config)), IncludeResource: details, Limit: limit,
	})
	s.must(err)
	var results []tfprotov6.ListResourceResult
	for r := range stream.Results {
		results = append(results, r)
	}
	return results
}

func TestListResource(t *testing.T) {
	t.Parallel()
	e := newEmulated(t, emulator.Config{Subusers: []string{"sub-a"}, FullAccess: scopes.Default().FullAccess})
	b := e.emulator.AddKey(emulator.Parent, "b", []string{"mail.send"})
	a := e.emulator.AddKey(emulator.Parent, "a", nil)
	sub := e.emulator.AddKey("sub-a", "sub", []string{"mail.send"})
	type found struct {
		Name, ID string
		Account  any
		Scopes   any
	}
	for name, test := range map[string]struct {
		config   attrs
		limit    int64
		details  bool
		want     []found
		requests []string
	}{
		"all": {
			want:     []found{{"a", a.ID, nil, nil}, {"b", b.ID, nil, nil}},
			requests: []string{listKeys},
		},
		"with details": {
			details:  true,
			want:     []found{{"a", a.ID, nil, nil}, {"b", b.ID, nil, []string{"mail.send"}}},
			requests: []string{listKeys, getKey, getKey},
		},
		"no more than asked for": {
			limit: 1, details: true,
			want:     []found{{"a", a.ID, nil, nil}},
			requests: []string{listKeys, getKey},
		},
		"by prefix": {
			config:   attrs{"name_prefix": "b"},
			want:     []found{{"b", b.ID, nil, nil}},
			requests: []string{listKeys},
		},
		"of a subuser": {
			config: attrs{"on_behalf_of": "sub-a"}, details: true,
			want:     []found{{"sub", sub.ID, "sub-a", []string{"mail.send"}}},
			requests: []string{listKeys + " on behalf of sub-a", getKey + " on behalf of sub-a"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			s := e.server(nil)
			e.requests()
			var got []found
			for _, r := range s.query(test.config, test.limit, test.details) {
				s.requireNone(r.Diagnostics)
				identity, err := r.Identity.IdentityData.Unmarshal(s.identityType)
				s.must(err)
				f := found{Name: r.DisplayName, Account: goValue(t, attribute(t, identity, "on_behalf_of"))}
				f.ID, _ = goValue(t, attribute(t, identity, "id")).(string)
				if test.details {
					f.Scopes = goValue(t, attribute(t, s.value(r.Resource), "scopes"))
				}
				got = append(got, f)
			}
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Errorf("results (-want +got):\n%s", diff)
			}
			e.expect(test.requests...)
		})
	}
}

// What a query finds is what an import of it reads, so that the configuration
// generated from it plans as imports only.
func TestListResourceAgreesWithImport(t *testing.T) {
	t.Parallel()
	e := newEmulated(t, emulator.Config{FullAccess: scopes.Default().FullAccess})
	e.emulator.AddKey(emulator.Parent, "a", nil)
	e.emulator.AddKey(emulator.Parent, "b", []string{"mail.send", "alerts.read"})
	s := e.server(nil)
	for _, r := range s.query(nil, 0, true) {
		identity, err := r.Identity.IdentityData.Unmarshal(s.identityType)
		s.must(err)
		imported, diags := s.importIdentity(attrs{"id": goValue(t, attribute(t, identity, "id"))})
		s.requireNone(diags)
		found := s.value(r.Resource)
		if !found.Equal(imported.value) {
			t.Errorf("found %s, imported %s", found, imported.value)
		}
		config := attrs{"name": r.DisplayName, "scopes": attribute(t, found, "scopes"), "on_behalf_of": attribute(t, found, "on_behalf_of")}
		if p, _ := s.plan(imported, config); p.action != "no-op" {
			t.Errorf("the configuration of %s plans %s", r.DisplayName, p.action)
		}
	}
}

// An error is a result, and those after it are not lost.
func TestListResourceErrors(t *testing.T) {
	t.Parallel()
	e := newEmulated(t, emulator.Config{})
	for _, name := range []string{"a", "b", "c"} {
		e.emulator.AddKey(emulator.Parent, name, []string{"mail.send"})
	}
	s := e.server(attrs{"max_retries": 0})
	e.emulator.Inject(emulator.Fault{Path: keyByID, Skip: 1, Do: emulator.HTMLPage(http.StatusBadGateway)})
	results := s.query(nil, 0, true)
	if len(results) != 3 || hasErrors(results[0].Diagnostics) || hasErrors(results[2].Diagnostics) ||
		!strings.Contains(texts(results[1].Diagnostics), `Could not read API key "b"`) {
		t.Errorf("got %d results", len(results))
		for _, r := range results {
			t.Log(texts(r.Diagnostics))
		}
	}
	e.emulator.Inject(emulator.Fault{Path: "/v3/api_keys", Do: emulator.JSONError(http.StatusForbidden, "", "access forbidden")})
	results = s.query(nil, 0, false)
	if len(results) != 1 || !strings.Contains(texts(results[0].Diagnostics), "needs the scope api_keys.read") {
		t.Errorf("got %d results", len(results))
	}
	s = newServer(t, e.provider())
	s.requireNone(s.configure(attrs{"api_key": unknown{}}))
	if results := s.query(nil, 0, false); len(results) != 1 || !strings.Contains(texts(results[0].Diagnostics), "Provider not configured yet") {
		t.Errorf("without a credential: %d results", len(results))
	}
}
