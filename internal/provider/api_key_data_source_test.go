package provider

import (
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/terraform-sendgrid/terraform-provider-sendgrid/internal/emulator"
	"github.com/terraform-sendgrid/terraform-provider-sendgrid/internal/scopes"
)

func TestAPIKeyDataSource(t *testing.T) {
	t.Parallel()
	e := newEmulated(t, emulator.Config{Subusers: []string{"sub-a"}, FullAccess: scopes.Default().FullAccess})
	mail := e.emulator.AddKey(emulator.Parent, "mail", []string{"mail.send"})
	twin := e.emulator.AddKey(emulator.Parent, "twin", []string{"mail.send"})
	other := e.emulator.AddKey(emulator.Parent, "twin", []string{"alerts.read"})
	full := e.emulator.AddKey("sub-a", "everything", nil)
	for name, test := range map[string]struct {
		provider, config attrs
		want             map[string]any
		requests         []string
		err              []string
	}{
		"by id": {
			config:   attrs{"id": mail.ID},
			want:     map[string]any{"id": mail.ID, "name": "mail", "scopes": []string{"mail.send"}, "on_behalf_of": ""},
			requests: []string{getKey},
		},
		"by name": {
			config:   attrs{"name": "mail"},
			want:     map[string]any{"id": mail.ID, "name": "mail", "scopes": []string{"mail.send"}, "on_behalf_of": ""},
			requests: []string{listKeys, getKey},
		},
		"Full Access in a subuser": {
			config:   attrs{"name": "everything", "on_behalf_of": "sub-a"},
			want:     map[string]any{"id": full.ID, "name": "everything", "scopes": nil, "on_behalf_of": "sub-a"},
			requests: []string{listKeys + " on behalf of sub-a", getKey + " on behalf of sub-a"},
		},
		"in the provider's account": {
			provider: attrs{"on_behalf_of": "sub-a"},
			config:   attrs{"id": full.ID},
			want:     map[string]any{"id": full.ID, "on_behalf_of": "sub-a"},
			requests: []string{getKey + " on behalf of sub-a"},
		},
		"ambiguous": {
			config:   attrs{"name": "twin"},
			err:      []string{`"name"`, "Several API keys with this name", twin.ID, other.ID, "set id instead of name"},
			requests: []string{listKeys},
		},
		"a part of a name": {
			config:   attrs{"name": "mai"},
			err:      []string{`"name"`, "No API key with this name", `"mai"`, "the credential's own account"},
			requests: []string{listKeys},
		},
		"of another account": {
			config:   attrs{"id": full.ID},
			err:      []string{"API key not found", full.ID, "set on_behalf_of"},
			requests: []string{getKey},
		},
		"a whole key for an id": {
			config: attrs{"id": mail.Secret},
			err:    []string{"Not an API key id"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			s := e.server(test.provider)
			e.requests()
			v, diags := s.readData("sendgrid_api_key", test.config)
			e.expect(test.requests...)
			diags.expectError(t, test.err...)
			diags.exclude(t, mail.Secret)
			for name, want := range test.want {
				if diff := cmp.Diff(want, goValue(t, attribute(t, v, name))); diff != "" {
					t.Errorf("%s (-want +got):\n%s", name, diff)
				}
			}
		})
	}
}

// listed is a key in data sendgrid_api_keys.
type listed struct{ Name, ID, Scopes, FullAccess any }

func listedKeys(t *testing.T, v tftypes.Value) []listed {
	t.Helper()
	keys := []listed{}
	for _, k := range as[[]tftypes.Value](t, attribute(t, v, "api_keys")) {
		get := func(name string) any { return goValue(t, attribute(t, k, name)) }
		keys = append(keys, listed{get("name"), get("id"), get("scopes"), get("full_access")})
	}
	return keys
}

func TestAPIKeysDataSource(t *testing.T) {
	t.Parallel()
	e := newEmulated(t, emulator.Config{Subusers: []string{"sub-a"}, FullAccess: scopes.Default().FullAccess})
	b := e.emulator.AddKey(emulator.Parent, "b", []string{"mail.send"})
	a2 := e.emulator.AddKey(emulator.Parent, "a2", nil)
	a1 := e.emulator.AddKey(emulator.Parent, "a1", []string{"billing.read"})
	sub := e.emulator.AddKey("sub-a", "c", []string{"mail.send"})
	for name, test := range map[string]struct {
		config   attrs
		want     []listed
		requests []string
	}{
		"all, sorted": {
			want:     []listed{{"a1", a1.ID, nil, nil}, {"a2", a2.ID, nil, nil}, {"b", b.ID, nil, nil}},
			requests: []string{listKeys},
		},
		"by prefix": {
			config:   attrs{"name_prefix": "a"},
			want:     []listed{{"a1", a1.ID, nil, nil}, {"a2", a2.ID, nil, nil}},
			requests: []string{listKeys},
		},
		"none": {
			config:   attrs{"name_prefix": "z"},
			want:     []listed{},
			requests: []string{listKeys},
		},
		"of a subuser": {
			config:   attrs{"on_behalf_of": "sub-a"},
			want:     []listed{{"c", sub.ID, nil, nil}},
			requests: []string{listKeys + " on behalf of sub-a"},
		},
		"with scopes": {
			config: attrs{"include_scopes": true},
			want: []listed{
				{"a1", a1.ID, []string{"billing.read"}, false},
				{"a2", a2.ID, nil, true},
				{"b", b.ID, []string{"mail.send"}, false},
			},
			requests: []string{listKeys, getKey, getKey, getKey},
		},
	} {
		t.Run(name, func(t *testing.T) {
			s := e.server(nil)
			e.requests()
			v, diags := s.readData("sendgrid_api_keys", test.config)
			diags.requireNone(t)
			e.expect(test.requests...)
			if diff := cmp.Diff(test.want, listedKeys(t, v)); diff != "" {
				t.Errorf("keys (-want +got):\n%s", diff)
			}
		})
	}
}

// Keys of the same name are sorted by id, so that their order never changes.
func TestAPIKeysDataSourceSortsTwins(t *testing.T) {
	t.Parallel()
	e := newEmulated(t, emulator.Config{})
	for range 20 {
		e.emulator.AddKey(emulator.Parent, "twin", []string{"mail.send"})
	}
	s := e.server(nil)
	v, diags := s.readData("sendgrid_api_keys", nil)
	diags.requireNone(t)
	var ids []string
	for _, k := range listedKeys(t, v) {
		id, _ := k.ID.(string)
		ids = append(ids, id)
	}
	if len(ids) != 20 || !slices.IsSorted(ids) {
		t.Errorf("ids %q", ids)
	}
}

// A key that is deleted between the list and its details is left out; any other
// failure is an error that names the key.
func TestAPIKeysDataSourceDetails(t *testing.T) {
	t.Parallel()
	e := newEmulated(t, emulator.Config{})
	e.emulator.AddKey(emulator.Parent, "a", []string{"mail.send"})
	s := e.server(attrs{"max_retries": 0})
	e.emulator.Inject(emulator.Fault{Path: keyByID, Do: emulator.JSONError(http.StatusNotFound, "", "unable to find API Key")})
	v, diags := s.readData("sendgrid_api_keys", attrs{"include_scopes": true})
	diags.requireNone(t)
	if keys := listedKeys(t, v); len(keys) != 0 {
		t.Errorf("got %v", keys)
	}
	e.emulator.Inject(emulator.Fault{Path: keyByID, Do: emulator.HTMLPage(http.StatusBadGateway)})
	_, diags = s.readData("sendgrid_api_keys", attrs{"include_scopes": true})
	diags.expectError(t, `Could not read API key "a"`)
}

// Validation finds what is wrong with a look-up.
func TestValidateAPIKeyDataSource(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		config attrs
		want   []string
	}{
		"id":          {attrs{"id": "ynfH3dkkSYfdvQRKIjcP5Q"}, nil},
		"name":        {attrs{"name": "a"}, nil},
		"unknown id":  {attrs{"id": unknown{}}, nil},
		"neither":     {attrs{}, []string{"Either id or name is required", "Set either id or name"}},
		"both":        {attrs{"id": "a", "name": "a"}, []string{"Either id or name is required", "sets both"}},
		"a whole key": {attrs{"id": emulator.Credential}, []string{"API key given instead of its id", "Use the key's id instead: " + strings.Split(emulator.Credential, ".")[1]}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			diags := newServer(t, &sendgridProvider{}).validateData("sendgrid_api_key", test.config)
			diags.expectError(t, test.want...)
			diags.exclude(t, emulator.Credential)
		})
	}
}
