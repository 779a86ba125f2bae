package provider

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"

	"github.com/terraform-sendgrid/terraform-provider-sendgrid/internal/emulator"
	"github.com/terraform-sendgrid/terraform-provider-sendgrid/internal/scopes"
)

// foreign is the state of a key as another provider wrote it.
type foreign struct {
	attributes map[string]any
	private    []byte
	// account is where the key lives, secret whether the state holds it.
	account string
	secret  bool
}

// foreignStates are the states of a key that each SendGrid provider before this
// one writes, by the provider.
func foreignStates(k emulator.Key) map[string]foreign {
	auto := []string{"2fa_required", "mail.send", "sender_verification_eligible"}
	none := []byte("null")
	with := func(attributes map[string]any, more ...any) map[string]any {
		merged := map[string]any{"id": k.ID, "name": k.Name}
		for name, value := range attributes {
			merged[name] = value
		}
		for i := 0; i < len(more); i += 2 {
			merged[fmt.Sprint(more[i])] = more[i+1]
		}
		return merged
	}
	type m = map[string]any
	plain := m{"api_key": k.Secret, "scopes": []string{"mail.send"}}
	return map[string]foreign{
		"kenzo0107":              {attributes: with(plain), secret: true},
		"kenzo0107, imported":    {attributes: with(plain, "api_key", nil)},
		"anna-money":             {attributes: with(plain, "scopes", auto), private: none, secret: true},
		"trois-six 0.2":          {attributes: with(plain, "scopes", auto), private: none, secret: true},
		"taharah":                {attributes: with(plain), private: none, secret: true},
		"arslanbekov":            {attributes: with(plain, "scopes", auto, "sub_user_on_behalf_of", nil), private: none, secret: true},
		"trois-six 0.1, subuser": {attributes: with(plain, "scopes", auto, "sub_user_on_behalf_of", "sub-a"), private: none, account: "sub-a", secret: true},
		"davidji99":              {attributes: with(m{"key": k.Secret, "scopes": []string{"mail.send"}}), private: []byte(`{"schema_version":"0"}`), secret: true},
		"davidji99, imported":    {attributes: with(m{"key": foreignImported, "scopes": []string{"mail.send"}})},
		"digitalocean":           {attributes: with(m{"destination": nil, "on_behalf_of": nil, "scopes": auto})},
		"digitalocean, empty":    {attributes: with(m{"destination": []any{}, "on_behalf_of": "", "scopes": auto})},
		"digitalocean, subuser":  {attributes: with(m{"destination": nil, "on_behalf_of": "sub-a", "scopes": auto}), account: "sub-a"},
		"SyedK1987":              {attributes: m{"api_key": k.Secret, "api_key_id": k.ID, "name": k.Name, "scopes": []string{"mail.send"}}, secret: true},
	}
}

// upgrade reads state of version 0 as "terraform plan" does after the source of
// the provider was changed.
func (s *server) upgrade(f foreign) (key, []*tfprotov6.Diagnostic) {
	s.t.Helper()
	raw, err := json.Marshal(f.attributes)
	s.must(err)
	resp, err := s.UpgradeResourceState(s.ctx, &tfprotov6.UpgradeResourceStateRequest{
		TypeName: keyResource, Version: 0, RawState: &tfprotov6.RawState{JSON: raw},
	})
	s.must(err)
	if hasErrors(resp.Diagnostics) {
		return key{}, resp.Diagnostics
	}
	return key{value: s.value(resp.UpgradedState), private: f.private}, resp.Diagnostics
}

// move reads state of another provider as a moved block does.
func (s *server) move(f foreign, provider string) (key, []*tfprotov6.Diagnostic) {
	s.t.Helper()
	raw, err := json.Marshal(f.attributes)
	s.must(err)
	resp, err := s.MoveResourceState(s.ctx, &tfprotov6.MoveResourceStateRequest{
		SourceProviderAddress: provider, SourceTypeName: keyResource, SourceSchemaVersion: 0,
		SourceState: &tfprotov6.RawState{JSON: raw}, SourcePrivate: f.private, TargetTypeName: keyResource,
	})
	s.must(err)
	if hasErrors(resp.Diagnostics) {
		return key{}, resp.Diagnostics
	}
	return key{value: s.value(resp.TargetState), private: resp.TargetPrivate}, resp.Diagnostics
}

// Every earlier provider's state goes over, by an upgrade or a move, with the
// secret it holds and the account it names; the plan is empty in both ways to
// write the configuration; and SendGrid is asked for the key alone.
func TestForeignState(t *testing.T) {
	t.Parallel()
	for name := range foreignStates(emulator.Key{}) {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			e := newEmulated(t, emulator.Config{Subusers: []string{"sub-a"}})
			account := foreignStates(emulator.Key{})[name].account
			made := e.emulator.AddKey(account, "a", []string{"mail.send"})
			state := foreignStates(made)[name]
			for _, way := range []string{"upgrade", "move"} {
				for _, listed := range [][]string{{"mail.send"}, {"mail.send", "2fa_required", "sender_verification_eligible"}} {
					s := e.server(nil)
					k, diags := s.upgrade(state)
					if way == "move" {
						k, diags = s.move(state, "registry.terraform.io/someone/sendgrid")
					}
					s.requireNone(diags)
					unread := k
					k, diags = s.read(k)
					s.requireNone(diags)
					request := getKey
					if account != "" {
						request += " on behalf of " + account
					}
					e.expect(request)

					var secret any
					if state.secret {
						secret = made.Secret
					}
					for name, want := range map[string]any{"id": made.ID, "name": "a", "api_key": secret, "on_behalf_of": account} {
						if diff := cmp.Diff(want, k.attr(t, name)); diff != "" {
							t.Errorf("%s: %s (-want +got):\n%s", way, name, diff)
						}
					}
					config := attrs{"name": "a", "scopes": listed}
					if account != "" {
						config["on_behalf_of"] = account
					}
					if p, diags := s.plan(k, config); p.action != "no-op" || len(diags) > 0 {
						t.Errorf("%s with %v: planned %s\n%s", way, listed, p.action, texts(diags))
					}
					// Without a refresh, the account is recorded in place at the most.
					if p, diags := s.plan(unread, config); p.action != "no-op" && p.action != "update" || len(diags) > 0 {
						t.Errorf("%s with %v, without refresh: planned %s\n%s", way, listed, p.action, texts(diags))
					}
					config["rotate_when_changed"] = map[string]string{"year": "2026"}
					if p, _ := s.plan(k, config); p.action != "update" {
						t.Errorf("switching rotation on plans %s", p.action)
					}
					e.expect()
				}
			}
		})
	}
}

// A Full Access key of another provider, whose scopes that provider wrote to
// state, or none, plans empty without scopes.
func TestForeignFullAccess(t *testing.T) {
	t.Parallel()
	full := scopes.Default().FullAccess
	e := newEmulated(t, emulator.Config{FullAccess: full})
	made := e.emulator.AddKey(emulator.Parent, "a", nil)
	for name, held := range map[string]any{"null": nil, "empty": []string{}, "all of them": full} {
		s := e.server(nil)
		k, diags := s.upgrade(foreign{attributes: map[string]any{"id": made.ID, "name": "a", "api_key": made.Secret, "scopes": held}})
		s.requireNone(diags)
		k, diags = s.read(k)
		s.requireNone(diags)
		if p, diags := s.plan(k, attrs{"name": "a"}); p.action != "no-op" || len(diags) > 0 {
			t.Errorf("%s: planned %s\n%s", name, p.action, texts(diags))
		}
	}
}

// A state that is none of these shapes is an error that says which attributes
// it has, and no value of them.
func TestForeignStateOfNoShape(t *testing.T) {
	t.Parallel()
	e := newEmulated(t, emulator.Config{})
	s := e.server(nil)
	const value = "not-to-be-told"
	for name, attributes := range map[string]map[string]any{
		"no id":          {"name": "a", "secret": value},
		"no name":        {"id": "a", "secret": value},
		"an id of text":  {"id": map[string]string{"value": value}, "name": "a"},
		"scopes of text": {"id": "a", "name": "a", "scopes": value},
	} {
		_, upgraded := s.upgrade(foreign{attributes: attributes})
		_, moved := s.move(foreign{attributes: attributes}, "registry.terraform.io/someone/sendgrid")
		for way, diags := range map[string][]*tfprotov6.Diagnostic{"upgrade": upgraded, "move": moved} {
			got := texts(diags)
			if !strings.Contains(got, "State of an unknown provider") || strings.Contains(got, value) {
				t.Errorf("%s, %s: got %s", name, way, got)
			}
			for attribute := range attributes {
				if !strings.Contains(got, attribute) {
					t.Errorf("%s, %s: no %q in %s", name, way, attribute, got)
				}
			}
		}
	}
	// What is no SendGrid key is not taken for one.
	if _, diags := s.move(foreign{attributes: map[string]any{"id": "a", "name": "a"}}, "registry.terraform.io/someone/mailgun"); !hasErrors(diags) {
		t.Error("moved from another kind of provider")
	}
	e.expect()
}
