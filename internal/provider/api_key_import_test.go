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
		"Full Access of another extent": {append(full[3:len(full):len(full)], "mail.batch.read"), nil, attrs{"name": "by hand"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			e := newEmulated(t, emulator.Config{FullAccess: full})
			s := e.server(nil)
			made := e.emulator.AddKey(emulator.Parent, "by hand", test.scopes)
			k, diags := s.importKey(made.ID)
			s.requireNone(diags)
			e.expect(getKey)
			for name, want := range map[string]any{
				"id": made.ID, "api_key": nil, "name": "by hand", "scopes": test.want, "on_behalf_of": "", "rotate_when_changed": nil,
			} {
				if diff := cmp.Diff(want, k.attr(t, name)); diff != "" {
					t.Errorf("%s (-want +got):\n%s", name, diff)
				}
			}
			p, diags := s.plan(k, test.config)
			s.requireNone(diags)
			if p.action != "no-op" {
				t.Errorf("planned %s after import: %s", p.action, p.value)
			}
			// The secret is not to be had, and a rename does not change that.
			test.config["name"] = "renamed"
			k, diags = s.apply(k, test.config)
			s.requireNone(diags)
			if got := k.attr(t, "api_key"); got != nil {
				t.Errorf("api_key is %v after a rename", got)
			}
		})
	}
}

// Which account an import looks in, by each way to say it. It is one GET, and
// the account is recorded.
func TestImportAccount(t *testing.T) {
	t.Parallel()
	e := newEmulated(t, emulator.Config{Subusers: []string{"sub-a", "sub/b", "account-id 42"}})
	for _, account := range []string{"", "sub-a", "sub/b", "account-id 42"} {
		made := e.emulator.AddKey(account, "by hand", []string{"mail.send"})
		request := getKey
		if account != "" {
			request += " on behalf of " + account
		}
		check := func(how string, k key) {
			t.Helper()
			e.expect(request)
			if k.attr(t, "id") != made.ID || k.attr(t, "on_behalf_of") != account {
				t.Errorf("%s: got id %v in account %v, want %s in %q", how, k.attr(t, "id"), k.attr(t, "on_behalf_of"), made.ID, account)
			}
		}
		s := e.server(attrs{"on_behalf_of": account})
		k, diags := s.importKey(made.ID)
		s.requireNone(diags)
		check("by id under a default", k)

		s = e.server(attrs{"on_behalf_of": "someone-else"})
		k, diags = s.importKey(account + "/" + made.ID)
		s.requireNone(diags)
		check("by account and id", k)

		identity := attrs{"id": made.ID}
		if account != "" {
			identity["on_behalf_of"] = account
		}
		k, diags = s.importIdentity(identity)
		s.requireNone(diags)
		check("by identity", k)
	}
}

func TestImportRefuses(t *testing.T) {
	t.Parallel()
	e := newEmulated(t, emulator.Config{})
	made := e.emulator.AddKey(emulator.Parent, "by hand", []string{"mail.send"})
	for name, test := range map[string]struct {
		id   string
		want []string
	}{
		"a whole key":              {made.Secret, []string{"Not an id but an API key", "Import by the id: " + made.ID, "Consider the key leaked"}},
		"a whole key of a subuser": {"sub-a/" + made.Secret, []string{"Not an id but an API key", "Import by the id: " + made.ID}},
		"a part of a key":          {made.Secret[:50], []string{"Not an id but an API key", "between its first and its second dot"}},
		"nonsense":                 {"my key", []string{"Not an API key id", "my-subuser/"}},
		"a whole key as account":   {made.Secret + "/" + made.ID, []string{"Not an id but an API key", "Import by the id: " + made.ID}},
		"spaces about the account": {" sub-a/" + made.ID, []string{"Not an API key id"}},
		"a line break in it":       {"sub-a\n/" + made.ID, []string{"Not an API key id"}},
		"an account alone":         {"sub-a/", []string{"Not an API key id"}},
	} {
		s := e.server(nil)
		_, diags := s.importKey(test.id)
		for _, words := range test.want {
			if !hasErrors(diags) || !strings.Contains(texts(diags), words) {
				t.Errorf("%s: no %q in %s", name, words, texts(diags))
			}
		}
		if secretPart := made.Secret[len("SG.")+22:][:10]; strings.Contains(texts(diags), secretPart) {
			t.Errorf("%s: the diagnostic repeats the secret", name)
		}
	}
	e.expect()
}
