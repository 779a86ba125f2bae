package provider

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/terraform-sendgrid/terraform-provider-sendgrid/internal/emulator"
	"github.com/terraform-sendgrid/terraform-provider-sendgrid/internal/scopes"
)

func TestImport(t *testing.T) {
	t.Parallel()
	full := scopes.Default().FullAccess
	for name, test := range map[string]struct {
		scopes []string
		want   any
		config attrs
	}{
		"restricted":                    {[]string{"mail.send"}, []string{"mail.send"}, attrs{"name": "by hand", "scopes": []string{"mail.send"}}},
		"restricted, all listed":        {[]string{"mail.send"}, []string{"mail.send"}, attrs{"name": "by hand", "scopes": []string{"mail.send", "2fa_required"}}},
		"billing":                       {[]string{"billing.read"}, []string{"billing.read"}, attrs{"name": "by hand", "scopes": []string{"billing.read"}}},
		"Full Access":                   {nil, nil, attrs{"name": "by hand"}},
		"Full Access with other scopes": {append(full[3:len(full):len(full)], "mail.batch.read"), nil, attrs{"name": "by hand"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			e := newEmulated(t, emulator.Config{FullAccess: full})
			s := e.server(nil)
			added := e.emulator.AddKey(emulator.Parent, "by hand", test.scopes)
			k, diags := s.importKey(added.ID)
			diags.requireNone(t)
			e.expect(getKey)
			for name, want := range map[string]any{
				"id": added.ID, "api_key": nil, "name": "by hand", "scopes": test.want, "on_behalf_of": "", "rotate_when_changed": nil,
			} {
				if diff := cmp.Diff(want, k.attr(t, name)); diff != "" {
					t.Errorf("%s (-want +got):\n%s", name, diff)
				}
			}
			s.expectPlan(k, test.config, "no-op")
			// SendGrid never shows the secret again, and a rename does not change that.
			test.config["name"] = "renamed"
			k, diags = s.apply(k, test.config)
			diags.requireNone(t)
			if got := k.attr(t, "api_key"); got != nil {
				t.Errorf("api_key is %v after a rename", got)
			}
		})
	}
}

// Which account an import reads from, in each way to specify it. It takes one GET,
// and the state is that of the key when it was created, without its secret.
func TestImportAccount(t *testing.T) {
	t.Parallel()
	e := newEmulated(t, emulator.Config{Subusers: []string{"sub-a", "sub/b", "account-id 42"}})
	for _, account := range []string{"", "sub-a", "sub/b", "account-id 42"} {
		s := e.server(attrs{"on_behalf_of": account})
		config := attrs{"name": "a", "scopes": []string{"mail.send"}}
		created, diags := s.apply(s.none(), config)
		diags.requireNone(t)
		e.requests()
		id, _ := created.attr(t, "id").(string)
		request := getKey
		if account != "" {
			request += " on behalf of " + account
		}
		check := func(how string, s *server, k key, diags diagnostics) {
			t.Helper()
			diags.requireNone(t)
			e.expect(request)
			for _, name := range []string{"id", "name", "scopes", "on_behalf_of"} {
				if diff := cmp.Diff(created.attr(t, name), k.attr(t, name)); diff != "" {
					t.Errorf("%s: %s (-created +imported):\n%s", how, name, diff)
				}
			}
			if k.attr(t, "api_key") != nil || k.attr(t, "on_behalf_of") != account {
				t.Errorf("%s: the state is %s", how, k.value)
			}
			s.expectPlan(k, attrs{"name": "a", "scopes": []string{"mail.send"}, "on_behalf_of": account}, "no-op")
		}
		k, diags := s.importKey(id)
		check("by id, from the provider's account", s, k, diags)
		s.expectPlan(k, config, "no-op")

		s = e.server(attrs{"on_behalf_of": "someone-else"})
		k, diags = s.importKey(account + "/" + id)
		check("by account and id", s, k, diags)

		identity := attrs{"id": id}
		if account != "" {
			identity["on_behalf_of"] = account
		}
		k, diags = s.importIdentity(identity)
		check("by identity", s, k, diags)
	}
}

func TestImportRejects(t *testing.T) {
	t.Parallel()
	e := newEmulated(t, emulator.Config{})
	added := e.emulator.AddKey(emulator.Parent, "by hand", []string{"mail.send"})
	s := e.server(nil)
	for name, test := range map[string]struct {
		id   string
		want []string
	}{
		"a whole key":               {added.Secret, []string{"API key given instead of its id", "Use the key's id instead: " + added.ID, "treat the key as leaked"}},
		"a whole key of a subuser":  {"sub-a/" + added.Secret, []string{"API key given instead of its id", "Use the key's id instead: " + added.ID}},
		"a part of a key":           {added.Secret[:50], []string{"API key given instead of its id", "between its first and its second dot"}},
		"nonsense":                  {"my key", []string{"Invalid API key id", "my-subuser/"}},
		"a whole key as account":    {added.Secret + "/" + added.ID, []string{"API key given instead of its id", "Use the key's id instead: " + added.ID}},
		"spaces around the account": {" sub-a/" + added.ID, []string{"Invalid API key id"}},
		"a line break in it":        {"sub-a\n/" + added.ID, []string{"Invalid API key id"}},
		"an account-id without id":  {"account-id/" + added.ID, []string{"Invalid API key id"}},
		"an account alone":          {"sub-a/", []string{"Invalid API key id"}},
	} {
		t.Run(name, func(t *testing.T) {
			_, diags := s.importKey(test.id)
			diags.expectError(t, test.want...)
			diags.exclude(t, added.Secret[len("SG.")+22:][:10])
		})
	}
	e.expect()
}

// An import of a key that does not exist says where the provider looked, and how to
// find the key.
func TestImportMissing(t *testing.T) {
	t.Parallel()
	const id = "AAAAAAAAAAAAAAAAAAAAAA"
	e := newEmulated(t, emulator.Config{Subusers: []string{"sub-a"}})
	check := func(diags diagnostics, words ...string) {
		t.Helper()
		diags.expectError(t, "API key not found", "("+id+")", "such as my-subuser/"+id, "middle part of an API key", "data \"sendgrid_api_key\" \"example\"")
		diags.expectError(t, words...)
	}
	s := e.server(nil)
	_, diags := s.importKey(id)
	check(diags, "in the credential's own account", "SendGrid ("+strings.TrimPrefix(e.baseURL, "http://")+") reports")
	_, diags = s.importIdentity(attrs{"id": id, "on_behalf_of": "sub-a"})
	check(diags, `in account "sub-a"`)
	_, diags = e.regional(attrs{"region": "eu"}).importKey(id)
	check(diags, `region "eu"`)
}
