package provider

import (
	"fmt"
	"net/http"
	"strings"
	"sync"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"

	"github.com/terraform-sendgrid/terraform-provider-sendgrid/internal/emulator"
)

// restricted is a credential that manages keys and may grant two scopes.
var restricted = []string{"api_keys.create", "api_keys.read", "api_keys.update", "api_keys.delete", "mail.send", "alerts.read"}

// What a plan warns of: summaries and words of the text, all of them on scopes.
func TestPlanWarnings(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		account emulator.Config
		from    attrs // nil for a key that is made
		to      attrs
		want    map[string][]string
	}{
		"a restricted key": {
			to: attrs{"name": "a", "scopes": []string{"mail.send"}},
		},
		"Full Access": {
			to:   attrs{"name": "a"},
			want: map[string][]string{"API key with Full Access": {`"a" has no scopes`, "except billing", "no variable they come from is null"}},
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
		"a misspelt scope": {
			to: attrs{"name": "a", "scopes": []string{"mail.sned", "suppressions.create"}},
			want: map[string][]string{
				"Unknown scope": {`"mail.sned" is not among`, `nearest of those is "mail.send"`, `"suppressions.create" is not among`, `nearest of those is "suppression.create"`},
				"Scopes that the credential does not hold": {"mail.sned, suppressions.create"},
			},
		},
		"a scope that nobody has heard of, but the credential holds": {
			account: emulator.Config{ExtraScopes: []string{"brand.new"}},
			to:      attrs{"name": "a", "scopes": []string{"brand.new"}},
		},
		"scopes the credential lacks": {
			account: emulator.Config{CredentialScopes: restricted},
			to:      attrs{"name": "a", "scopes": []string{"mail.send", "stats.read", "templates.read"}},
			want: map[string][]string{
				"Scopes that the credential does not hold": {"does not hold stats.read, templates.read in the credential's own account", "SendGrid will refuse"},
			},
		},
		"scopes the credential lacks, newly listed": {
			account: emulator.Config{CredentialScopes: restricted},
			from:    attrs{"name": "a", "scopes": []string{"mail.send"}},
			to:      attrs{"name": "a", "scopes": []string{"mail.send", "stats.read"}},
			want:    map[string][]string{"Scopes that the credential does not hold": {"stats.read"}},
		},
		"a change of the name alone": {
			account: emulator.Config{CredentialScopes: restricted},
			from:    attrs{"name": "a", "scopes": []string{"mail.send"}},
			to:      attrs{"name": "b", "scopes": []string{"mail.send"}},
		},
		"auto-assigned scopes are nobody's to hold": {
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
				made, diags := s.apply(k, test.from)
				s.requireNoErrors(diags)
				k = made
			}
			_, diags := s.plan(k, test.to)
			s.requireNoErrors(diags)
			expectWarnings(t, diags, test.want)
		})
	}
}

// expectWarnings fails the test unless the summaries of the diagnostics are
// those that are wanted, as warnings on scopes that hold the words.
func expectWarnings(t *testing.T, diags []*tfprotov6.Diagnostic, want map[string][]string) {
	t.Helper()
	said := map[string]string{}
	for _, d := range diags {
		said[d.Summary] += d.Detail + "\n"
		if d.Severity != tfprotov6.DiagnosticSeverityWarning || d.Attribute.String() != `AttributeName("scopes")` {
			t.Errorf("%s on %s: %s", d.Severity, d.Attribute, d.Summary)
		}
		if want[d.Summary] == nil {
			t.Errorf("unexpected warning: %s\n%s", d.Summary, d.Detail)
		}
	}
	for summary, words := range want {
		for _, w := range words {
			if !strings.Contains(said[summary], w) {
				t.Errorf("%s: no %q in %q", summary, w, said[summary])
			}
		}
	}
}

// The check also runs where something else than the scopes makes another key,
// and asks about the account that the key goes to.
func TestPreflightOfReplacement(t *testing.T) {
	t.Parallel()
	for name, to := range map[string]attrs{
		"rotation": {"name": "a", "scopes": []string{"stats.read"}, "rotate_when_changed": map[string]string{"n": "2"}},
		"account":  {"name": "a", "scopes": []string{"stats.read"}, "rotate_when_changed": map[string]string{"n": "1"}, "on_behalf_of": "sub-a"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			e := newEmulated(t, emulator.Config{CredentialScopes: restricted, Subusers: []string{"sub-a"}})
			made := e.emulator.AddKey(emulator.Parent, "a", []string{"stats.read"})
			s := e.server(nil)
			k, diags := s.importKey(made.ID)
			s.requireNone(diags)
			k, diags = s.apply(k, attrs{"name": "a", "scopes": []string{"stats.read"}, "rotate_when_changed": map[string]string{"n": "1"}})
			s.requireNone(diags)
			e.requests()

			p, diags := s.plan(k, to)
			if p.action != "replace" {
				t.Errorf("planned %s", p.action)
			}
			expectWarnings(t, diags, map[string][]string{"Scopes that the credential does not hold": {"stats.read"}})
			want := getScopes
			if name == "account" {
				want += " on behalf of sub-a"
			}
			e.expect(want)
		})
	}
}

// However many keys there are, the credential's scopes are asked for once an
// account, and a plan in which nothing is made or re-scoped does not ask.
func TestPreflightOnce(t *testing.T) {
	t.Parallel()
	e := newEmulated(t, emulator.Config{Subusers: []string{"sub-a"}})
	s := e.server(nil)
	var workers sync.WaitGroup
	for i := range 20 {
		workers.Go(func() {
			account := []string{"", "sub-a"}[i%2]
			_, diags := s.plan(s.none(), attrs{"name": fmt.Sprint(i), "scopes": []string{"mail.send"}, "on_behalf_of": account})
			if len(diags) > 0 {
				t.Error(texts(diags))
			}
		})
	}
	workers.Wait()
	asked := map[string]int{}
	for _, r := range e.requests() {
		asked[r]++
	}
	if len(asked) != 2 || asked[getScopes] != 1 || asked[getScopes+" on behalf of sub-a"] != 1 {
		t.Errorf("asked %v", asked)
	}

	made := e.emulator.AddKey(emulator.Parent, "a", []string{"mail.send"})
	k, diags := s.importKey(made.ID)
	s.requireNone(diags)
	s = e.server(nil)
	e.requests()
	k, diags = s.read(k)
	s.requireNone(diags)
	if p, _ := s.plan(k, attrs{"name": "a", "scopes": []string{"mail.send"}}); p.action != "no-op" {
		t.Errorf("planned %s", p.action)
	}
	e.expect(getKey)
}

// A check that cannot run says nothing.
func TestPreflightFails(t *testing.T) {
	t.Parallel()
	for name, fault := range map[string]emulator.Behavior{
		"refused":      emulator.JSONError(http.StatusForbidden, "", "access forbidden"),
		"unreachable":  emulator.ResetBefore,
		"a proxy":      emulator.HTMLPage(http.StatusNotFound),
		"rate limited": emulator.JSONError(http.StatusTooManyRequests, "", "too many requests"),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			e := newEmulated(t, emulator.Config{CredentialScopes: restricted})
			s := e.server(attrs{"max_retries": 1})
			e.emulator.Inject(emulator.Fault{Path: "/v3/scopes", Times: -1, Do: fault})
			p, diags := s.plan(s.none(), attrs{"name": "a", "scopes": []string{"stats.read"}})
			s.requireNone(diags)
			if p.action != "create" {
				t.Errorf("planned %s", p.action)
			}
		})
	}
}

// The key that the provider itself runs on is not changed unseen.
func TestOwnKey(t *testing.T) {
	t.Parallel()
	e := newEmulated(t, emulator.Config{ListCredential: true})
	s := e.server(nil)
	id := strings.Split(emulator.Credential, ".")[1]
	own, diags := s.importKey(id)
	s.requireNone(diags)
	name := own.attr(t, "name")
	own, diags = s.apply(own, attrs{"name": name, "rotate_when_changed": map[string]string{"n": "1"}})
	s.requireNone(diags)

	for verb, to := range map[string]attrs{
		"delete":               nil,
		"replace":              {"name": name, "rotate_when_changed": map[string]string{"n": "2"}},
		"change the scopes of": {"name": name, "rotate_when_changed": map[string]string{"n": "1"}, "scopes": []string{"mail.send"}},
		"":                     {"name": "renamed", "rotate_when_changed": map[string]string{"n": "1"}},
	} {
		_, diags := s.plan(own, to)
		s.requireNoErrors(diags)
		warned := strings.Contains(texts(diags), "The provider runs on this key") && strings.Contains(texts(diags), "The plan is to "+verb+" API key")
		if warned != (verb != "") {
			t.Errorf("%q: warned %t:\n%s", verb, warned, texts(diags))
		}
	}
	other, diags := s.apply(s.none(), attrs{"name": "other", "scopes": []string{"mail.send"}})
	s.requireNoErrors(diags)
	_, diags = s.plan(other, nil)
	s.requireNone(diags)
}

// Whatever status SendGrid refuses scopes with, the error names those that the
// credential does not hold.
func TestRefusedScopesAreNamed(t *testing.T) {
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
			s.requireNoErrors(diags)
			e.requests()

			_, created := s.apply(s.none(), attrs{"name": "b", "scopes": []string{"mail.send", "stats.read"}})
			want := []string{postKey}
			if name == "bare 500" {
				// It could be an outage in which a key was made: none was.
				want = append(want, listKeys, listKeys)
			}
			e.expect(want...)
			_, updated := s.apply(k, attrs{"name": "a", "scopes": []string{"mail.send", "stats.read"}})
			e.expect(putKey)
			for verb, diags := range map[string][]*tfprotov6.Diagnostic{"create": created, "update": updated} {
				refusal := diags[len(diags)-1]
				if refusal.Severity != tfprotov6.DiagnosticSeverityError || !strings.Contains(refusal.Detail, "does not hold stats.read in the credential's own account") {
					t.Errorf("%s: got %s", verb, texts(diags))
				}
			}
			if made := e.emulator.Keys(emulator.Parent); len(made) != 1 || len(made[0].Scopes) != 1 {
				t.Errorf("keys: %v", made)
			}
		})
	}
}

// Scopes that were unknown in the plan of an update and turn out to take
// another key are refused in words, before any request.
func TestUpdateRefusesAnotherKind(t *testing.T) {
	t.Parallel()
	e := newEmulated(t, emulator.Config{})
	s := e.server(nil)
	k, diags := s.apply(s.none(), attrs{"name": "a", "scopes": []string{"mail.send"}})
	s.requireNoErrors(diags)
	p, diags := s.plan(k, attrs{"name": "a", "scopes": unknown{}})
	s.requireNoErrors(diags)
	if p.action != "update" {
		t.Fatalf("planned %s", p.action)
	}
	e.requests()
	for name, config := range map[string]attrs{
		"billing": {"name": "a", "scopes": []string{"billing.read"}, "id": k.attr(t, "id"), "api_key": k.attr(t, "api_key"), "on_behalf_of": ""},
		"null":    {"name": "a", "id": k.attr(t, "id"), "api_key": k.attr(t, "api_key"), "on_behalf_of": ""},
	} {
		resolved := plan{value: object(t, s.keyType, config), private: p.private, identity: p.identity}
		kept, diags := s.applyPlan(k, resolved, config)
		if !strings.Contains(texts(diags), "This change of scopes needs another key") {
			t.Errorf("%s: got %s", name, texts(diags))
		}
		if !kept.value.Equal(k.value) {
			t.Errorf("%s: the state has changed", name)
		}
	}
	e.expect()
}
