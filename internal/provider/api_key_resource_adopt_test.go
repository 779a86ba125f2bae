package provider

import (
	"strings"
	"testing"

	"github.com/terraform-sendgrid/terraform-provider-sendgrid/internal/emulator"
	"github.com/terraform-sendgrid/terraform-provider-sendgrid/internal/scopes"
)

// core are the scopes of every recorded Full Access key. An account with few
// features has fewer.
var core = scopes.Default().FullAccess

// A key that Terraform did not create has Full Access if it holds most of what its
// account can assign. Then a configuration without scopes changes nothing.
func TestAdoptFullAccess(t *testing.T) {
	t.Parallel()
	narrow := []string{"api_keys.create", "api_keys.read", "api_keys.update", "api_keys.delete", "mail.send"}
	for name, test := range map[string]struct {
		account    emulator.Config
		scopes     []string // of the key, nil for Full Access
		fullAccess bool
		requests   []string // in addition to reading the key
	}{
		"a large account":         {fullAccess: true},
		"most of the core scopes": {scopes: core[:80], fullAccess: true},
		"a small account":         {account: emulator.Config{CredentialScopes: core[:50]}, fullAccess: true, requests: []string{getScopes}},
		"nine tenths of a small account": {
			account: emulator.Config{CredentialScopes: core[:50]}, scopes: core[:45], fullAccess: true, requests: []string{getScopes},
		},
		"less than that":      {account: emulator.Config{CredentialScopes: core[:50]}, scopes: core[:44], requests: []string{getScopes}},
		"a narrow credential": {account: emulator.Config{CredentialScopes: narrow}, scopes: narrow},
		"a restricted key":    {scopes: []string{"mail.send"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			e := newEmulated(t, test.account)
			added := e.emulator.AddKey(emulator.Parent, "a", test.scopes)
			s := e.server(nil)
			k, diags := s.importKey(added.ID)
			diags.requireNone(t)
			e.expect(append([]string{getKey}, test.requests...)...)
			config := attrs{"name": "a"}
			if test.fullAccess {
				s.expectPlan(k, config, "no-op")
				again, diags := s.read(k)
				diags.requireNone(t)
				s.expectPlan(again, config, "no-op")
				return
			}
			_, diags = s.plan(k, config)
			diags.expectError(t, "Adopted API key has no scopes in the configuration", `"a" (`+added.ID+`)`, `scopes = ["`, "terraform taint")
			s.expectPlan(k, attrs{"name": "a", "scopes": test.scopes}, "no-op")
		})
	}
}

// State of other providers that lists scopes, empty names or auto-assigned scopes
// of a Full Access key changes nothing either.
func TestAdoptForeignFullAccess(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		account emulator.Config
		listed  []string
	}{
		"no scopes":              {emulator.Config{}, nil},
		"an empty name":          {emulator.Config{}, []string{""}},
		"an auto-assigned scope": {emulator.Config{}, []string{"2fa_required"}},
		"core scopes":            {emulator.Config{CredentialScopes: core[:80]}, core[:80]},
		"a small account":        {emulator.Config{CredentialScopes: core[:50]}, core[:50]},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			e := newEmulated(t, test.account)
			added := e.emulator.AddKey(emulator.Parent, "a", nil)
			s := e.server(nil)
			k, diags := s.upgrade(foreign{attributes: map[string]any{"id": added.ID, "name": "a", "scopes": test.listed, "api_key": added.Secret}})
			diags.requireNone(t)
			k, diags = s.read(k)
			diags.requireNone(t)
			s.expectPlan(k, attrs{"name": "a"}, "no-op")
		})
	}
}

// A restricted key in the state of another provider is not replaced by a key with
// Full Access, whatever that state says about its scopes.
func TestAdoptForeignRestricted(t *testing.T) {
	t.Parallel()
	for _, listed := range [][]string{nil, {""}, {"2fa_required"}, {"mail.send"}} {
		t.Run(strings.Join(listed, ","), func(t *testing.T) {
			t.Parallel()
			e := newEmulated(t, emulator.Config{})
			added := e.emulator.AddKey(emulator.Parent, "a", []string{"mail.send"})
			s := e.server(nil)
			k, diags := s.upgrade(foreign{attributes: map[string]any{"id": added.ID, "name": "a", "scopes": listed}})
			diags.requireNone(t)
			k, diags = s.read(k)
			diags.requireNone(t)
			_, diags = s.plan(k, attrs{"name": "a"})
			diags.expectError(t, "Adopted API key has no scopes in the configuration", `scopes = ["mail.send"]`)
			s.expectPlan(k, attrs{"name": "a", "scopes": []string{"mail.send"}}, "no-op")
		})
	}
}

// A tainted adopted key is recreated with Full Access: that is how a user replaces
// it on purpose.
func TestAdoptedKeyIsReplacedByTaint(t *testing.T) {
	t.Parallel()
	e := newEmulated(t, emulator.Config{})
	added := e.emulator.AddKey(emulator.Parent, "a", []string{"mail.send"})
	s := e.server(nil)
	k, diags := s.importKey(added.ID)
	diags.requireNone(t)
	k, diags = s.replace(k, nil, attrs{"name": "a"})
	diags.expectWarning(t, "API key with Full Access")
	e.expectOnly(k)
}

// Full Access that a person narrows shows in the next plan, also when only a plan
// has read the key before. An account that loses features narrows nothing.
func TestNarrowedFullAccess(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		narrow func(e *env, id string)
		action string
		// credential is that of a later run, if it is another one.
		credential []string
	}{
		"by hand": {
			func(e *env, id string) { editScopes("mail.send")(e.emulator, id) },
			"replace", nil,
		},
		"by a smaller plan of the account": {
			func(e *env, _ string) { e.emulator.SetFullAccess(core[:50]...) },
			"no-op", nil,
		},
		"by a smaller plan, seen by a narrow credential": {
			func(e *env, _ string) { e.emulator.SetFullAccess(core[:50]...) },
			"no-op", []string{"api_keys.create", "api_keys.read", "api_keys.update", "api_keys.delete"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			e := newEmulated(t, emulator.Config{FullAccess: core})
			// A credential with Full Access loses what the account loses.
			e.apiKey = e.emulator.AddKey(emulator.Parent, "credential", nil).Secret
			s := e.server(nil)
			config := attrs{"name": "a"}
			k, diags := s.apply(s.none(), config)
			diags.requireNoErrors(t)
			// A plan reads the key, and does not save what it read.
			_, diags = s.read(k)
			diags.requireNone(t)
			id, _ := k.attr(t, "id").(string)
			test.narrow(e, id)
			if test.credential != nil {
				e.apiKey = e.emulator.AddKey(emulator.Parent, "narrow", test.credential).Secret
			}
			s = e.server(nil)
			k, diags = s.read(k)
			diags.requireNoErrors(t)
			if p, diags := s.plan(k, config); p.action != test.action {
				t.Errorf("planned %s, want %s\n%s", p.action, test.action, diags)
			}
		})
	}
}
