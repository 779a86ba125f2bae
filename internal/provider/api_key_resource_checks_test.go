package provider

import (
	"net/http"
	"strings"
	"testing"

	"github.com/terraform-sendgrid/terraform-provider-sendgrid/internal/emulator"
)

func TestValidateKey(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		config attrs
		want   []string
	}{
		"restricted":                       {config: attrs{"name": "a", "scopes": []string{"mail.send"}}},
		"Full Access":                      {config: attrs{"name": "a"}},
		"unknown scopes":                   {config: attrs{"name": "a", "scopes": unknown{}}},
		"unknown name":                     {config: attrs{"name": unknown{}, "scopes": []string{"mail.send"}}},
		"billing and auto-assigned scopes": {config: attrs{"name": "a", "scopes": []string{"billing.read", "2fa_required"}}},
		"empty name":                       {attrs{"name": ""}, []string{`"name"`, "Empty name", "does not have to be unique"}},
		"empty set":                        {attrs{"name": "a", "scopes": []string{}}, []string{`"scopes"`, "Empty scopes", "if you want Full Access"}},
		"upper case":                       {attrs{"name": "a", "scopes": []string{"Mail.Send"}}, []string{`"scopes"`, "Malformed scope", `"Mail.Send"`}},
		"leading space":                    {attrs{"name": "a", "scopes": []string{" mail.send"}}, []string{`"scopes"`, "Malformed scope"}},
		"only auto-assigned scopes":        {attrs{"name": "a", "scopes": []string{"2fa_required"}}, []string{`"scopes"`, "No scopes left to request", "if you want Full Access"}},
		"account with a leading space":     {attrs{"name": "a", "on_behalf_of": " sub"}, []string{`"on_behalf_of"`, "username"}},
		"billing mixed with another":       {attrs{"name": "a", "scopes": []string{"billing.read", "mail.send"}}, []string{`"scopes"`, "Billing scopes mixed with others", "billing.read", "Create two keys"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newServer(t, &sendgridProvider{})
			s.validateKey(test.config).expectError(t, test.want...)
		})
	}
}

// A set that ignored_scopes empties would create a Full Access key. Validation
// cannot see it, the plan does.
func TestPlanRejectsEmptiedScopes(t *testing.T) {
	t.Parallel()
	e := newEmulated(t, emulator.Config{})
	s := e.server(attrs{"ignored_scopes": []string{"mail.send"}})
	_, diags := s.apply(s.none(), attrs{"name": "a", "scopes": []string{"mail.send", "2fa_required"}})
	diags.expectError(t, `"scopes"`, "No scopes left to request")
	e.expect()
}

// What a plan warns about: summaries and parts of the text, all of them on scopes.
func TestPlanWarnings(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		account emulator.Config
		from    attrs // nil for a new key
		to      attrs
		want    map[string][]string
	}{
		"a restricted key": {
			to: attrs{"name": "a", "scopes": []string{"mail.send"}},
		},
		"Full Access": {
			to:   attrs{"name": "a"},
			want: map[string][]string{"API key with Full Access": {`"a" has no scopes`, "except billing", "do not come from a variable that is null"}},
		},
		"widened to Full Access": {
			from: attrs{"name": "a", "scopes": []string{"mail.send"}},
			to:   attrs{"name": "a"},
			want: map[string][]string{"API key with Full Access": {`"a" has no scopes`}},
		},
		"Full Access rotated": {
			from: attrs{"name": "a", "rotate_when_changed": map[string]string{"n": "1"}},
			to:   attrs{"name": "a", "rotate_when_changed": map[string]string{"n": "2"}},
			want: map[string][]string{"API key with Full Access": {`"a" has no scopes`}},
		},
		"Full Access renamed": {
			from: attrs{"name": "a"},
			to:   attrs{"name": "b"},
		},
		"a misspelled scope": {
			to: attrs{"name": "a", "scopes": []string{"mail.sned", "suppressions.create"}},
			want: map[string][]string{
				`Unknown scope "mail.sned": did you mean "mail.send"?`:                    {"its credential does not hold it"},
				`Unknown scope "suppressions.create": did you mean "suppression.create"?`: {"its credential does not hold it"},
			},
		},
		"an unknown scope that the credential has": {
			account: emulator.Config{ExtraScopes: []string{"brand.new"}},
			to:      attrs{"name": "a", "scopes": []string{"brand.new"}},
		},
		"scopes the credential lacks": {
			account: emulator.Config{CredentialScopes: restricted},
			to:      attrs{"name": "a", "scopes": []string{"mail.send", "stats.read", "templates.read"}},
			want: map[string][]string{
				"Credential does not hold all scopes": {"does not hold stats.read, templates.read in the credential's own account", "SendGrid will reject"},
			},
		},
		"billing scopes, of which a credential that manages keys holds none": {
			account: emulator.Config{CredentialScopes: restricted},
			to:      attrs{"name": "a", "scopes": []string{"billing.read"}},
		},
		"billing scopes, of which the credential holds some": {
			account: emulator.Config{CredentialScopes: append([]string{"billing.read"}, restricted...)},
			to:      attrs{"name": "a", "scopes": []string{"billing.read", "billing.update"}},
			want:    map[string][]string{"Credential does not hold all scopes": {"does not hold billing.update in"}},
		},
		"scopes the credential lacks, newly listed": {
			account: emulator.Config{CredentialScopes: restricted},
			from:    attrs{"name": "a", "scopes": []string{"mail.send"}},
			to:      attrs{"name": "a", "scopes": []string{"mail.send", "stats.read"}},
			want:    map[string][]string{"Credential does not hold all scopes": {"stats.read"}},
		},
		"a change of the name alone": {
			account: emulator.Config{CredentialScopes: restricted},
			from:    attrs{"name": "a", "scopes": []string{"mail.send"}},
			to:      attrs{"name": "b", "scopes": []string{"mail.send"}},
		},
		"auto-assigned scopes that the credential lacks": {
			account: emulator.Config{CredentialScopes: restricted, AutoAssigned: []string{}},
			to:      attrs{"name": "a", "scopes": []string{"mail.send", "2fa_required"}},
		},
		"unknown scopes": {
			account: emulator.Config{CredentialScopes: restricted},
			to:      attrs{"name": "a", "scopes": unknown{}},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			e := newEmulated(t, test.account)
			s := e.server(nil)
			k := s.none()
			if test.from != nil {
				created, diags := s.apply(k, test.from)
				diags.requireNoErrors(t)
				k = created
			}
			_, diags := s.plan(k, test.to)
			diags.requireNoErrors(t)
			expectWarnings(t, diags, test.want)
		})
	}
}

// expectWarnings fails the test unless the diagnostics are warnings with the wanted
// summaries that mention the words.
func expectWarnings(t *testing.T, diags diagnostics, want map[string][]string) {
	t.Helper()
	bySummary := map[string]diagnostics{}
	for _, d := range diags {
		bySummary[d.Summary] = append(bySummary[d.Summary], d)
		if want[d.Summary] == nil {
			t.Errorf("unexpected: %s\n%s", d.Summary, d.Detail)
		}
	}
	for summary, words := range want {
		bySummary[summary].expectWarning(t, words...)
	}
}

// The key that the provider uses as its credential does not change unnoticed.
func TestOwnKey(t *testing.T) {
	t.Parallel()
	e := newEmulated(t, emulator.Config{ListCredential: true})
	s := e.server(nil)
	id := strings.Split(emulator.Credential, ".")[1]
	own, diags := s.importKey(id)
	diags.requireNone(t)
	name := own.attr(t, "name")
	own, diags = s.apply(own, attrs{"name": name, "rotate_when_changed": map[string]string{"n": "1"}})
	diags.requireNone(t)

	const warning = "The provider uses this key as its credential"
	_, deleted := s.plan(own, nil)
	deleted.expectWarning(t, warning, "The plan would delete API key")
	_, replaced := s.plan(own, attrs{"name": name, "rotate_when_changed": map[string]string{"n": "2"}})
	replaced.expectWarning(t, warning, "The plan would replace API key")
	_, rescoped := s.plan(own, attrs{"name": name, "rotate_when_changed": map[string]string{"n": "1"}, "scopes": []string{"mail.send"}})
	rescoped.expectWarning(t, warning, "The plan would change the scopes of API key")
	s.expectPlan(own, attrs{"name": "renamed", "rotate_when_changed": map[string]string{"n": "1"}}, "update")

	other, diags := s.apply(s.none(), attrs{"name": "other", "scopes": []string{"mail.send"}})
	diags.requireNoErrors(t)
	s.expectPlan(other, nil, "delete")
}

// Whatever status SendGrid rejects scopes with, the error names those that the
// credential lacks.
func TestRejectedScopesAreNamed(t *testing.T) {
	t.Parallel()
	for name, account := range map[string]emulator.Config{
		"400":      {CredentialScopes: restricted},
		"403":      {CredentialScopes: restricted, RejectedScopesStatus: http.StatusForbidden},
		"500":      {CredentialScopes: restricted, RejectedScopesStatus: http.StatusInternalServerError},
		"bare 500": {CredentialScopes: restricted, Unavailable: []string{"stats.read"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			e := newEmulated(t, account)
			s := e.server(nil)
			k, diags := s.apply(s.none(), attrs{"name": "a", "scopes": []string{"mail.send"}})
			diags.requireNoErrors(t)
			e.requests()

			_, created := s.apply(s.none(), attrs{"name": "b", "scopes": []string{"mail.send", "stats.read"}})
			want := []string{postKey}
			if name == "bare 500" {
				// It could be an outage in which a key was created: none was.
				want = append(want, listKeys, listKeys)
			}
			e.expect(want...)
			_, updated := s.apply(k, attrs{"name": "a", "scopes": []string{"mail.send", "stats.read"}})
			e.expect(putKey)
			for _, diags := range []diagnostics{created, updated} {
				diags[len(diags)-1:].expectError(t, "does not hold stats.read in the credential's own account")
			}
			if only := e.onlyKey(); len(only.Scopes) != 1 {
				t.Errorf("scopes: %v", only.Scopes)
			}
		})
	}
}

// Only SendGrid says whether a credential can create a billing key. If not, no other
// credential of the provider can.
func TestRejectedBillingScopes(t *testing.T) {
	t.Parallel()
	e := newEmulated(t, emulator.Config{CredentialScopes: restricted})
	s := e.server(nil)
	_, diags := s.apply(s.none(), attrs{"name": "a", "scopes": []string{"billing.read"}})
	diags.expectError(t, "SendGrid rejected the scopes", "does not hold billing.read", "Create the key in SendGrid's console and import it")
}

// Scopes that are unknown in the plan are updated in place, unless they turn out to
// require another key: then apply fails before any request.
func TestUnknownScopes(t *testing.T) {
	t.Parallel()
	e := newEmulated(t, emulator.Config{})
	s := e.server(nil)
	k, diags := s.apply(s.none(), attrs{"name": "a", "scopes": []string{"mail.send"}})
	diags.requireNoErrors(t)
	p, diags := s.plan(k, attrs{"name": "a", "scopes": unknown{}})
	diags.requireNoErrors(t)
	if p.action != "update" {
		t.Fatalf("planned %s", p.action)
	}
	e.requests()
	apply := func(scopes any) (key, diagnostics) {
		config := attrs{"name": "a", "scopes": scopes, "id": k.attr(t, "id"), "api_key": k.attr(t, "api_key"), "on_behalf_of": ""}
		return s.applyPlan(k, plan{value: object(t, s.keyType, config), private: p.private, identity: p.identity}, config)
	}
	for _, scopes := range []any{[]string{"billing.read"}, nil} {
		kept, diags := apply(scopes)
		diags.expectError(t, "Change of scopes requires replacement")
		if !kept.value.Equal(k.value) {
			t.Errorf("with scopes %v, the state has changed", scopes)
		}
	}
	e.expect()
	k, diags = apply([]string{"mail.send", "alerts.read"})
	diags.requireNone(t)
	e.expect(putKey)
	e.expectOnly(k)
}
