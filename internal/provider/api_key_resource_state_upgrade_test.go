package provider

import (
	"encoding/json"
	"maps"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/hashicorp/terraform-plugin-framework/tfsdk"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/terraform-sendgrid/terraform-provider-sendgrid/internal/emulator"
	"github.com/terraform-sendgrid/terraform-provider-sendgrid/internal/scopes"
)

// upgrade reads state of version 0 as "terraform plan" does after the source of
// the provider was changed.
func (s *server) upgrade(f foreign) (key, diagnostics) {
	s.t.Helper()
	raw, err := json.Marshal(f.attributes)
	s.must(err)
	resp, err := s.UpgradeResourceState(s.ctx, &tfprotov6.UpgradeResourceStateRequest{
		TypeName: keyResource, Version: 0, RawState: &tfprotov6.RawState{JSON: raw},
	})
	s.must(err)
	diags := diagnostics(resp.Diagnostics)
	if diags.hasErrors() {
		return key{}, diags
	}
	return key{value: s.value(resp.UpgradedState), private: f.private}, diags
}

// move reads state of another provider as a moved block does.
func (s *server) move(f foreign, provider string) (key, diagnostics) {
	s.t.Helper()
	return s.moveVersion(f, provider, 0)
}

func (s *server) moveVersion(f foreign, provider string, version int64) (key, diagnostics) {
	s.t.Helper()
	raw, err := json.Marshal(f.attributes)
	s.must(err)
	resp, err := s.MoveResourceState(s.ctx, &tfprotov6.MoveResourceStateRequest{
		SourceProviderAddress: provider, SourceTypeName: keyResource, SourceSchemaVersion: version,
		SourceState: &tfprotov6.RawState{JSON: raw}, SourcePrivate: f.private, TargetTypeName: keyResource,
	})
	s.must(err)
	diags := diagnostics(resp.Diagnostics)
	if diags.hasErrors() {
		return key{}, diags
	}
	return key{value: s.value(resp.TargetState), private: resp.TargetPrivate}, diags
}

// The state of every earlier provider is taken over, by an upgrade or a move, with
// its secret and its account. The plan is empty whether the configuration lists
// auto-assigned scopes or not, and the only request reads the key.
func TestForeignState(t *testing.T) {
	t.Parallel()
	for name := range foreignStates(emulator.Key{}) {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			e := newEmulated(t, emulator.Config{Subusers: []string{"sub-a"}})
			account := foreignStates(emulator.Key{})[name].account
			added := e.emulator.AddKey(account, "a", []string{"mail.send"})
			state := foreignStates(added)[name]
			request := getKey
			if account != "" {
				request += " on behalf of " + account
			}
			s := e.server(nil)
			upgraded, diags := s.upgrade(state)
			diags.requireNone(t)
			moved, diags := s.move(state, "registry.terraform.io/someone/sendgrid")
			diags.requireNone(t)
			for way, unread := range map[string]key{"upgrade": upgraded, "move": moved} {
				k, diags := s.read(unread)
				diags.requireNone(t)
				e.expect(request)

				var secret any
				if state.secret {
					secret = added.Secret
				}
				for name, want := range map[string]any{"id": added.ID, "name": "a", "api_key": secret, "on_behalf_of": account} {
					if diff := cmp.Diff(want, k.attr(t, name)); diff != "" {
						t.Errorf("%s: %s (-want +got):\n%s", way, name, diff)
					}
				}
				for _, listed := range [][]string{{"mail.send"}, {"mail.send", "2fa_required", "sender_verification_eligible"}} {
					config := attrs{"name": "a", "scopes": listed}
					if account != "" {
						config["on_behalf_of"] = account
					}
					s.expectPlan(k, config, "no-op")
					// Without a refresh, the account is recorded in place at most.
					p, diags := s.plan(unread, config)
					diags.requireNone(t)
					if p.action != "no-op" && p.action != "update" {
						t.Errorf("%s with %v, without refresh: planned %s", way, listed, p.action)
					}
					config["rotate_when_changed"] = map[string]string{"year": "2026"}
					s.expectPlan(k, config, "update")
				}
				e.expect()
			}
		})
	}
}

// A Full Access key of another provider plans empty without scopes, whether that
// provider wrote its scopes to state or not.
func TestForeignFullAccess(t *testing.T) {
	t.Parallel()
	full := scopes.Default().FullAccess
	e := newEmulated(t, emulator.Config{FullAccess: full})
	added := e.emulator.AddKey(emulator.Parent, "a", nil)
	for name, held := range map[string]any{"null": nil, "empty": []string{}, "all of them": full} {
		t.Run(name, func(t *testing.T) {
			s := e.server(nil)
			k, diags := s.upgrade(foreign{attributes: map[string]any{"id": added.ID, "name": "a", "api_key": added.Secret, "scopes": held}})
			diags.requireNone(t)
			k, diags = s.read(k)
			diags.requireNone(t)
			s.expectPlan(k, attrs{"name": "a"}, "no-op")
		})
	}
}

// A state of any other shape is an error that names its attributes, and reveals no
// value.
func TestForeignStateOfUnknownShape(t *testing.T) {
	t.Parallel()
	e := newEmulated(t, emulator.Config{})
	s := e.server(nil)
	const value = "not-to-be-revealed"
	for name, attributes := range map[string]map[string]any{
		"no id":                   {"name": "a", "secret": value},
		"no name":                 {"id": "a", "secret": value},
		"an id that is an object": {"id": map[string]string{"value": value}, "name": "a"},
		"scopes in a string":      {"id": "a", "name": "a", "scopes": value},
	} {
		t.Run(name, func(t *testing.T) {
			_, upgraded := s.upgrade(foreign{attributes: attributes})
			_, moved := s.move(foreign{attributes: attributes}, "registry.terraform.io/someone/sendgrid")
			_, current := s.moveVersion(foreign{attributes: attributes}, "registry.terraform.io/someone/sendgrid", 1)
			for _, diags := range []diagnostics{upgraded, moved, current} {
				diags.expectError(t, "State of an unknown provider", `"terraform state rm"`)
				diags.expectError(t, slices.Collect(maps.Keys(attributes))...)
				diags.exclude(t, value)
			}
		})
	}
	// The state of a provider of another service is not taken over.
	if _, diags := s.move(foreign{attributes: map[string]any{"id": "a", "name": "a"}}, "registry.terraform.io/someone/mailgun"); !diags.hasErrors() {
		t.Error("moved from another kind of provider")
	}
	e.expect()
}

// This provider's own state moves from the namespace of a mirror, with what the
// provider recorded about the key.
func TestMoveFromMirror(t *testing.T) {
	t.Parallel()
	e := newEmulated(t, emulator.Config{})
	s := e.server(nil)
	config := attrs{"name": "a", "rotate_when_changed": map[string]string{"year": "2026"}}
	k, diags := s.apply(s.none(), config)
	diags.requireNoErrors(t)
	attributes := map[string]any{}
	for name := range s.keyType.AttributeTypes {
		attributes[name] = k.attr(t, name)
	}
	e.requests()

	moved, diags := s.moveVersion(foreign{attributes: attributes, private: k.private}, "mirror.example/mirrored/sendgrid", 1)
	diags.requireNone(t)
	if !moved.value.Equal(k.value) {
		t.Errorf("state %s, want %s", moved.value, k.value)
	}
	if diff := cmp.Diff(string(k.private), string(moved.private)); diff != "" {
		t.Errorf("private state (-want +got):\n%s", diff)
	}
	e.expect()
	moved, diags = s.read(moved)
	diags.requireNone(t)
	s.expectPlan(moved, config, "no-op")

	// A later version is not known.
	if _, diags := s.moveVersion(foreign{attributes: attributes}, "mirror.example/mirrored/sendgrid", 2); !diags.hasErrors() {
		t.Error("moved from a later version")
	}
}

// A key without any value can be written to state, whatever attributes the schema has.
func TestNullKey(t *testing.T) {
	t.Parallel()
	key, diags := nullKey(t.Context())
	schema := apiKeyResourceSchema()
	state := tfsdk.State{Schema: schema, Raw: tftypes.NewValue(schema.Type().TerraformType(t.Context()), nil)}
	diags.Append(state.Set(t.Context(), key)...)
	if diags.HasError() {
		t.Error(diags)
	}
	values := as[map[string]tftypes.Value](t, state.Raw)
	for name, value := range values {
		if !value.IsNull() {
			t.Errorf("%s is %s", name, value)
		}
	}
}
