package provider

import (
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/terraform-sendgrid/terraform-provider-sendgrid/internal/emulator"
	"github.com/terraform-sendgrid/terraform-provider-sendgrid/internal/scopes"
)

const listKeys = "GET /v3/api_keys"

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
			err:      []string{`"name"`, "Several API keys of that name", twin.ID, other.ID, "by id instead"},
			requests: []string{listKeys},
		},
		"a part of a name": {
			config:   attrs{"name": "mai"},
			err:      []string{`"name"`, "No API key of that name", `"mai"`, "the credential's own account"},
			requests: []string{listKeys},
		},
		"of another account": {
			config:   attrs{"id": full.ID},
			err:      []string{"No such API key", full.ID, "set on_behalf_of"},
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
			if strings.Contains(texts(diags), mail.Secret) {
				t.Error("a diagnostic holds the key")
			}
			for _, words := range test.err {
				if !hasErrors(diags) || !strings.Contains(texts(diags), words) {
					t.Errorf("no %q in %s", words, texts(diags))
				}
			}
			if test.err == nil {
				s.requireNone(diags)
			}
			for name, want := range test.want {
				if diff := cmp.Diff(want, goValue(t, attribute(t, v, name))); diff != "" {
					t.Errorf("%s (-want +got):\n%s", name, diff)
				}
			}
		})
	}
}

// listed is what data sendgrid_api_keys tells of a key.
type listed struct {
	Name, ID   string
	Scopes     any
	FullAccess any
}

func listedKeys(t *testing.T, v tftypes.Value) []listed {
	t.Helper()
	var elements []tftypes.Value
	if err := attribute(t, v, "api_keys").As(&elements); err != nil {
		t.Fatal(err)
	}
	keys := []listed{}
	for _, e := range elements {
		var full *bool
		if err := attribute(t, e, "full_access").As(&full); err != nil {
			t.Fatal(err)
		}
		k := listed{Scopes: goValue(t, attribute(t, e, "scopes"))}
		k.Name, _ = goValue(t, attribute(t, e, "name")).(string)
		k.ID, _ = goValue(t, attribute(t, e, "id")).(string)
		if full != nil {
			k.FullAccess = *full
		}
		keys = append(keys, k)
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
			s.requireNone(diags)
			e.expect(test.requests...)
			if diff := cmp.Diff(test.want, listedKeys(t, v)); diff != "" {
				t.Errorf("keys (-want +got):\n%s", diff)
			}
		})
	}
}

// Keys of the same name stay in the same order: by id.
func TestAPIKeysDataSourceSortsTwins(t *testing.T) {
	t.Parallel()
	e := newEmulated(t, emulator.Config{})
	for range 20 {
		e.emulator.AddKey(emulator.Parent, "twin", []string{"mail.send"})
	}
	s := e.server(nil)
	v, diags := s.readData("sendgrid_api_keys", nil)
	s.requireNone(diags)
	keys := listedKeys(t, v)
	for i := 1; i < len(keys); i++ {
		if keys[i-1].ID >= keys[i].ID {
			t.Fatalf("%s stands before %s", keys[i-1].ID, keys[i].ID)
		}
	}
}

// A key that vanishes between the list and its details is left out; any other
// failure is an error that names the key.
func TestAPIKeysDataSourceDetails(t *testing.T) {
	t.Parallel()
	e := newEmulated(t, emulator.Config{})
	e.emulator.AddKey(emulator.Parent, "a", []string{"mail.send"})
	s := e.server(attrs{"max_retries": 0})
	e.emulator.Inject(emulator.Fault{Path: keyByID, Do: emulator.JSONError(http.StatusNotFound, "", "unable to find API Key")})
	v, diags := s.readData("sendgrid_api_keys", attrs{"include_scopes": true})
	s.requireNone(diags)
	if keys := listedKeys(t, v); len(keys) != 0 {
		t.Errorf("got %v", keys)
	}
	e.emulator.Inject(emulator.Fault{Path: keyByID, Do: emulator.HTMLPage(http.StatusBadGateway)})
	_, diags = s.readData("sendgrid_api_keys", attrs{"include_scopes": true})
	if got := texts(diags); !strings.Contains(got, `Could not read API key "a"`) {
		t.Errorf("got %s", got)
	}
}

// What is wrong with a look-up is found at validate.
func TestValidateAPIKeyDataSource(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		config attrs
		want   string
	}{
		"id":          {attrs{"id": "ynfH3dkkSYfdvQRKIjcP5Q"}, ""},
		"name":        {attrs{"name": "a"}, ""},
		"unknown id":  {attrs{"id": unknown{}}, ""},
		"neither":     {attrs{}, "Invalid Attribute Combination"},
		"both":        {attrs{"id": "a", "name": "a"}, "Invalid Attribute Combination"},
		"a whole key": {attrs{"id": emulator.Credential}, "Not an API key id"},
	} {
		s := newServer(t, &sendgridProvider{})
		schemas, err := s.GetProviderSchema(s.ctx, &tfprotov6.GetProviderSchemaRequest{})
		s.must(err)
		typ := objectType(t, schemas.DataSourceSchemas["sendgrid_api_key"].ValueType())
		resp, err := s.ValidateDataResourceConfig(s.ctx, &tfprotov6.ValidateDataResourceConfigRequest{
			TypeName: "sendgrid_api_key", Config: s.dynamic(typ, object(t, typ, test.config)),
		})
		s.must(err)
		got := texts(resp.Diagnostics)
		if test.want == "" && got != "" || !strings.Contains(got, test.want) || strings.Contains(got, emulator.Credential) {
			t.Errorf("%s: got %q, want %q", name, got, test.want)
		}
	}
}
