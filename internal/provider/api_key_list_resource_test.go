package provider

import (
	"net/http"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/terraform-sendgrid/terraform-provider-sendgrid/internal/emulator"
	"github.com/terraform-sendgrid/terraform-provider-sendgrid/internal/scopes"
)

// found is a result of list sendgrid_api_key.
type found struct {
	Name        string
	ID, Account any
	resource    tftypes.Value // without details, there is none
	diags       diagnostics
}

// query runs list sendgrid_api_key as "terraform query" does.
func (s *server) query(config attrs, limit int64, details bool) []found {
	s.t.Helper()
	lister, ok := s.ProviderServer.(tfprotov6.ListResourceServer)
	if !ok {
		s.t.Fatal("the provider has no list resources")
	}
	stream, err := lister.ListResource(s.ctx, &tfprotov6.ListResourceRequest{
		TypeName: keyResource, Config: s.config(s.schemas.ListResourceSchemas[keyResource], config), IncludeResource: details, Limit: limit,
	})
	s.must(err)
	var results []found
	for r := range stream.Results {
		f := found{Name: r.DisplayName, diags: r.Diagnostics}
		if !f.diags.hasErrors() {
			identity, err := r.Identity.IdentityData.Unmarshal(s.identityType)
			s.must(err)
			f.ID = goValue(s.t, attribute(s.t, identity, "id"))
			f.Account = goValue(s.t, attribute(s.t, identity, "on_behalf_of"))
			if details {
				f.resource = s.value(r.Resource)
			}
		}
		results = append(results, f)
	}
	return results
}

func TestListResource(t *testing.T) {
	t.Parallel()
	e := newEmulated(t, emulator.Config{Subusers: []string{"sub-a"}, FullAccess: scopes.Default().FullAccess})
	b := e.emulator.AddKey(emulator.Parent, "b", []string{"mail.send"})
	a := e.emulator.AddKey(emulator.Parent, "a", nil)
	sub := e.emulator.AddKey("sub-a", "sub", []string{"mail.send"})
	type row struct {
		Name                string
		ID, Account, Scopes any
	}
	for name, test := range map[string]struct {
		config   attrs
		limit    int64
		details  bool
		want     []row
		requests []string
	}{
		"all": {
			want:     []row{{"a", a.ID, nil, nil}, {"b", b.ID, nil, nil}},
			requests: []string{listKeys},
		},
		"with details": {
			details:  true,
			want:     []row{{"a", a.ID, nil, nil}, {"b", b.ID, nil, []string{"mail.send"}}},
			requests: []string{listKeys, getKey, getKey},
		},
		"no more than the limit": {
			limit: 1, details: true,
			want:     []row{{"a", a.ID, nil, nil}},
			requests: []string{listKeys, getKey},
		},
		"by prefix": {
			config:   attrs{"name_prefix": "b"},
			want:     []row{{"b", b.ID, nil, nil}},
			requests: []string{listKeys},
		},
		"of a subuser": {
			config: attrs{"on_behalf_of": "sub-a"}, details: true,
			want:     []row{{"sub", sub.ID, "sub-a", []string{"mail.send"}}},
			requests: []string{listKeys + " on behalf of sub-a", getKey + " on behalf of sub-a"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			s := e.server(nil)
			e.requests()
			var got []row
			for _, f := range s.query(test.config, test.limit, test.details) {
				f.diags.requireNone(t)
				r := row{f.Name, f.ID, f.Account, nil}
				if test.details {
					r.Scopes = goValue(t, attribute(t, f.resource, "scopes"))
				}
				got = append(got, r)
			}
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Errorf("results (-want +got):\n%s", diff)
			}
			e.expect(test.requests...)
		})
	}
}

// The import of a result reads what the query found, so that the configuration
// generated from it plans imports only.
func TestListResourceAgreesWithImport(t *testing.T) {
	t.Parallel()
	e := newEmulated(t, emulator.Config{FullAccess: scopes.Default().FullAccess})
	e.emulator.AddKey(emulator.Parent, "a", nil)
	e.emulator.AddKey(emulator.Parent, "b", []string{"mail.send", "alerts.read"})
	e.emulator.AddKey(emulator.Parent, "c", []string{"billing.read"})
	s := e.server(nil)
	for _, f := range s.query(nil, 0, true) {
		imported, diags := s.importIdentity(attrs{"id": f.ID})
		diags.requireNone(t)
		if !f.resource.Equal(imported.value) {
			t.Errorf("found %s, imported %s", f.resource, imported.value)
		}
		generated := attrs{}
		for _, name := range []string{"name", "scopes", "on_behalf_of"} {
			generated[name] = attribute(t, f.resource, name)
		}
		s.expectPlan(imported, generated, "no-op")
	}
}

// An error is a result, and the results after it are not lost.
func TestListResourceErrors(t *testing.T) {
	t.Parallel()
	e := newEmulated(t, emulator.Config{})
	for _, name := range []string{"a", "b", "c"} {
		e.emulator.AddKey(emulator.Parent, name, []string{"mail.send"})
	}
	s := e.server(attrs{"max_retries": 0})
	query := func(s *server, details bool, results int) []found {
		t.Helper()
		found := s.query(nil, 0, details)
		if len(found) != results {
			t.Fatalf("got %d results, want %d: %v", len(found), results, found)
		}
		return found
	}
	e.emulator.Inject(emulator.Fault{Path: keyByID, Skip: 1, Do: emulator.HTMLPage(http.StatusBadGateway)})
	all := query(s, true, 3)
	all[0].diags.requireNone(t)
	all[1].diags.expectError(t, `Could not read API key "b"`)
	all[2].diags.requireNone(t)

	e.emulator.Inject(emulator.Fault{Path: "/v3/api_keys", Do: emulator.JSONError(http.StatusForbidden, "", "access forbidden")})
	query(s, false, 1)[0].diags.expectError(t, "needs the scope api_keys.read")
	query(e.server(attrs{"api_key": unknown{}}), false, 1)[0].diags.expectError(t, "Provider not configured yet")
}
