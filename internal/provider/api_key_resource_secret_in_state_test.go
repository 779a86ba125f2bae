package provider

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"

	"github.com/terraform-sendgrid/terraform-provider-sendgrid/internal/emulator"
)

// A change of secret_in_state removes the secret from the state in place, or
// replaces the key.
func TestChangeSecretInState(t *testing.T) {
	t.Parallel()
	const remains = "Older state still contains the secret"
	inState := func(value any) attrs { return delivered(attrs{"secret_in_state": value}) }
	for name, test := range map[string]struct {
		from, to attrs
		adopted  bool
		action   string
		replace  []string
		warning  string
		secret   bool // in state afterwards
	}{
		"unset to true":           {from: inState(nil), to: inState(true), action: "update", secret: true},
		"unset to false":          {from: inState(nil), to: inState(false), action: "update", warning: remains},
		"true to false":           {from: inState(true), to: inState(false), action: "update", warning: remains},
		"false to true":           {from: inState(false), to: inState(true), action: "replace", replace: []string{"secret_in_state"}, secret: true},
		"false to unset":          {from: inState(false), to: inState(nil), action: "replace", replace: []string{"secret_in_state"}, secret: true},
		"an imported key":         {adopted: true, to: inState(false), action: "update"},
		"an imported key, true":   {adopted: true, to: inState(true), action: "update"},
		"an adopted key, to true": {adopted: true, from: inState(false), to: inState(true), action: "update"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			e := newEmulated(t, emulator.Config{})
			s := e.server(nil)
			k := s.none()
			if test.adopted {
				imported, diags := s.importKey(e.emulator.AddKey(emulator.Parent, "a", []string{"mail.send"}).ID)
				diags.requireNone(t)
				k = imported
			}
			if test.from != nil {
				created, diags := s.apply(k, test.from)
				diags.requireNone(t)
				k = created
				if created.attr(t, "api_key") == nil && !test.adopted {
					_, closeSecret := s.openSecret(k)
					closeSecret().requireNone(t)
				}
			}
			k, diags := s.read(k)
			diags.requireNone(t)
			e.requests()

			p, diags := s.plan(k, test.to)
			if diff := cmp.Diff(test.replace, attributeNames(p.replace)); diff != "" || p.action != test.action {
				t.Errorf("planned %s, want %s; attributes that force replacement (-want +got):\n%s", p.action, test.action, diff)
			}
			diags.expectWarning(t, strings.Fields(test.warning)...)
			if test.action == "update" {
				e.expect()
			}
			k, diags = s.apply(k, test.to)
			diags.requireNoErrors(t)
			if test.action == "update" {
				e.expect()
			}
			if secret := k.attr(t, "api_key") != nil; secret != test.secret {
				t.Errorf("the state has a secret: %t, want %t", secret, test.secret)
			}
		})
	}
}

// State from before the attribute existed has no value for it, and nothing changes.
func TestSecretInStateIsUnsetInOlderState(t *testing.T) {
	t.Parallel()
	e := newEmulated(t, emulator.Config{})
	s := e.server(nil)
	config := attrs{"name": "a", "scopes": []string{"mail.send"}}
	k, diags := s.apply(s.none(), config)
	diags.requireNone(t)
	k = s.withoutRecord(k, "delivery")
	k, diags = s.read(k)
	diags.requireNone(t)
	s.expectPlan(k, config, "no-op")
}

// An older CLI cannot deliver a secret, and the plan says so.
func TestDeliveryNeedsWriteOnlyAttributes(t *testing.T) {
	t.Parallel()
	for cli, supported := range map[string]bool{"1.8.5": false, "1.10.7": false, "1.11.0": true, "1.11.0-beta1": true, "1.17.0-dev": true, "dev": true} {
		e := newEmulated(t, emulator.Config{})
		s := newServer(t, e.provider())
		resp, err := s.ConfigureProvider(s.ctx, &tfprotov6.ConfigureProviderRequest{
			TerraformVersion: cli, Config: s.config(s.schemas.Provider, e.block(nil)),
		})
		s.must(err)
		diagnostics(resp.Diagnostics).requireNone(t)
		_, diags := s.plan(s.none(), delivered(nil))
		if supported {
			diags.requireNone(t)
		} else {
			diags.expectError(t, "secret_in_state requires a newer CLI", cli)
		}
	}
}
