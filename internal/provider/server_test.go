package provider

import (
	"context"
	"encoding/json"
	"maps"
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/providerserver"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
)

// server drives a provider over its protocol, in-process and without a CLI. It
// does what Terraform core does with a single sendgrid_api_key, so that a test
// sees every diagnostic and counts every request of a single RPC.
type server struct {
	t *testing.T
	// ctx is that of every RPC.
	ctx context.Context
	tfprotov6.ProviderServer

	providerType, keyType, identityType tftypes.Object
}

// attrs are the attributes of a configuration, the missing ones being null:
// strings, []string, map[string]string, numbers, or a tftypes.Value.
type attrs map[string]any

func newServer(t *testing.T, p *sendgridProvider) *server {
	t.Helper()
	raw := providerserver.NewProtocol6(p)()
	s := &server{t: t, ctx: t.Context(), ProviderServer: raw}
	schemas, err := raw.GetProviderSchema(t.Context(), &tfprotov6.GetProviderSchemaRequest{})
	if err != nil {
		t.Fatal(err)
	}
	identities, err := raw.GetResourceIdentitySchemas(t.Context(), &tfprotov6.GetResourceIdentitySchemasRequest{})
	if err != nil {
		t.Fatal(err)
	}
	s.requireNoErrors(schemas.Diagnostics)
	s.requireNoErrors(identities.Diagnostics)
	s.providerType = objectType(t, schemas.Provider.ValueType())
	s.keyType = objectType(t, schemas.ResourceSchemas[keyResource].ValueType())
	s.identityType = objectType(t, identities.IdentitySchemas[keyResource].ValueType())
	return s
}

const keyResource = "sendgrid_api_key"

// configure configures the provider and returns its diagnostics.
func (s *server) configure(config attrs) []*tfprotov6.Diagnostic {
	s.t.Helper()
	resp, err := s.ConfigureProvider(s.ctx, &tfprotov6.ConfigureProviderRequest{
		TerraformVersion: "1.11.4",
		Config:           s.dynamic(s.providerType, object(s.t, s.providerType, config)),
	})
	if err != nil {
		s.t.Fatal(err)
	}
	return resp.Diagnostics
}

// validateProvider validates a provider block.
func (s *server) validateProvider(config attrs) []*tfprotov6.Diagnostic {
	s.t.Helper()
	resp, err := s.ValidateProviderConfig(s.ctx, &tfprotov6.ValidateProviderConfigRequest{
		Config: s.dynamic(s.providerType, object(s.t, s.providerType, config)),
	})
	if err != nil {
		s.t.Fatal(err)
	}
	return resp.Diagnostics
}

// validateKey validates a resource block.
func (s *server) validateKey(config attrs) []*tfprotov6.Diagnostic {
	s.t.Helper()
	resp, err := s.ValidateResourceConfig(s.ctx, &tfprotov6.ValidateResourceConfigRequest{
		TypeName: keyResource,
		Config:   s.dynamic(s.keyType, object(s.t, s.keyType, config)),
	})
	if err != nil {
		s.t.Fatal(err)
	}
	return resp.Diagnostics
}

// key is a sendgrid_api_key in state.
type key struct {
	value    tftypes.Value
	private  []byte
	identity *tfprotov6.ResourceIdentityData
}

// attr returns an attribute of a known object as Go's own: nil for null,
// string, []string, or "unknown".
func (k key) attr(t *testing.T, name string) any {
	t.Helper()
	return goValue(t, attribute(t, k.value, name))
}

// old returns a key as if it had been made long ago.
func (s *server) old(k key) key {
	s.t.Helper()
	var private map[string][]byte
	s.must(json.Unmarshal(k.private, &private))
	var rec keyRecord
	s.must(json.Unmarshal(private[recordKey], &rec))
	rec.CreatedAt = rec.CreatedAt.Add(-time.Hour)
	var err error
	private[recordKey], err = json.Marshal(rec)
	s.must(err)
	k.private, err = json.Marshal(private)
	s.must(err)
	return k
}

// none is the state before a create.
func (s *server) none() key {
	return key{value: tftypes.NewValue(s.keyType, nil)}
}

// read refreshes a key. The value of a key that is gone is null.
func (s *server) read(k key) (key, []*tfprotov6.Diagnostic) {
	s.t.Helper()
	resp, err := s.ReadResource(s.ctx, &tfprotov6.ReadResourceRequest{
		TypeName:        keyResource,
		CurrentState:    s.dynamic(s.keyType, k.value),
		Private:         k.private,
		CurrentIdentity: k.identity,
	})
	if err != nil {
		s.t.Fatal(err)
	}
	if hasErrors(resp.Diagnostics) {
		return k, resp.Diagnostics
	}
	return key{value: s.value(resp.NewState), private: resp.Private, identity: resp.NewIdentity}, resp.Diagnostics
}

// importKey imports a key by a string and reads it.
func (s *server) importKey(id string) (key, []*tfprotov6.Diagnostic) {
	s.t.Helper()
	return s.importBy(&tfprotov6.ImportResourceStateRequest{TypeName: keyResource, ID: id})
}

// importIdentity imports a key by its identity and reads it.
func (s *server) importIdentity(identity attrs) (key, []*tfprotov6.Diagnostic) {
	s.t.Helper()
	data := s.dynamic(s.identityType, object(s.t, s.identityType, identity))
	return s.importBy(&tfprotov6.ImportResourceStateRequest{
		TypeName: keyResource, Identity: &tfprotov6.ResourceIdentityData{IdentityData: data},
	})
}

func (s *server) importBy(req *tfprotov6.ImportResourceStateRequest) (key, []*tfprotov6.Diagnostic) {
	s.t.Helper()
	resp, err := s.ImportResourceState(s.ctx, req)
	if err != nil {
		s.t.Fatal(err)
	}
	if hasErrors(resp.Diagnostics) {
		return key{}, resp.Diagnostics
	}
	imported := resp.ImportedResources[0]
	return s.read(key{value: s.value(imported.State), private: imported.Private, identity: imported.Identity})
}

// plan is what a PlanResourceChange came to.
type plan struct {
	value    tftypes.Value
	private  []byte
	identity *tfprotov6.ResourceIdentityData
	replace  []string
	// action is core's: no-op, create, update, replace or delete.
	action string
}

// plan plans a change of k to config, nil for its deletion.
func (s *server) plan(k key, config attrs) (plan, []*tfprotov6.Diagnostic) {
	s.t.Helper()
	configured := tftypes.NewValue(s.keyType, nil)
	if config != nil {
		configured = object(s.t, s.keyType, config)
	}
	resp, err := s.PlanResourceChange(s.ctx, &tfprotov6.PlanResourceChangeRequest{
		TypeName:         keyResource,
		PriorState:       s.dynamic(s.keyType, k.value),
		ProposedNewState: s.dynamic(s.keyType, s.proposed(k.value, configured)),
		Config:           s.dynamic(s.keyType, configured),
		PriorPrivate:     k.private,
		PriorIdentity:    k.identity,
	})
	if err != nil {
		s.t.Fatal(err)
	}
	if hasErrors(resp.Diagnostics) {
		return plan{}, resp.Diagnostics
	}
	p := plan{value: s.value(resp.PlannedState), private: resp.PlannedPrivate, identity: resp.PlannedIdentity}
	for _, path := range resp.RequiresReplace {
		p.replace = append(p.replace, path.String())
	}
	switch {
	case k.value.IsNull():
		p.action = "create"
	case p.value.IsNull():
		p.action = "delete"
	case p.value.Equal(k.value):
		p.action = "no-op"
	case len(p.replace) > 0:
		p.action = "replace"
	default:
		p.action = "update"
	}
	return p, resp.Diagnostics
}

// apply plans and applies config, nil for a deletion, as core does: a
// replacement deletes, plans again from nothing and creates, but keeps the
// private state that was planned.
func (s *server) apply(k key, config attrs) (key, []*tfprotov6.Diagnostic) {
	s.t.Helper()
	p, diags := s.plan(k, config)
	if hasErrors(diags) || p.action == "no-op" {
		return k, diags
	}
	if p.action != "replace" {
		k, more := s.applyPlan(k, p, config)
		return k, append(diags, more...)
	}
	made, more := s.replace(k, p.private, config)
	return made, append(diags, more...)
}

// replace deletes a key and makes another with the private state that was
// planned, as core does also with a key that is tainted.
func (s *server) replace(k key, private []byte, config attrs) (key, []*tfprotov6.Diagnostic) {
	s.t.Helper()
	deletion := plan{value: tftypes.NewValue(s.keyType, nil), private: k.private, identity: k.identity, action: "delete"}
	gone, diags := s.applyPlan(k, deletion, nil)
	if hasErrors(diags) {
		return k, diags
	}
	again, more := s.plan(gone, config)
	diags = append(diags, more...)
	again.private = private
	made, more := s.applyPlan(gone, again, config)
	return made, append(diags, more...)
}

func (s *server) applyPlan(k key, p plan, config attrs) (key, []*tfprotov6.Diagnostic) {
	s.t.Helper()
	configured := tftypes.NewValue(s.keyType, nil)
	if config != nil {
		configured = object(s.t, s.keyType, config)
	}
	resp, err := s.ApplyResourceChange(s.ctx, &tfprotov6.ApplyResourceChangeRequest{
		TypeName:        keyResource,
		PriorState:      s.dynamic(s.keyType, k.value),
		PlannedState:    s.dynamic(s.keyType, p.value),
		Config:          s.dynamic(s.keyType, configured),
		PlannedPrivate:  p.private,
		PlannedIdentity: p.identity,
	})
	if err != nil {
		s.t.Fatal(err)
	}
	return key{value: s.value(resp.NewState), private: resp.Private, identity: resp.NewIdentity}, resp.Diagnostics
}

// proposed is what core proposes: the configuration, and for computed
// attributes that it leaves out, the prior value.
func (s *server) proposed(prior, configured tftypes.Value) tftypes.Value {
	s.t.Helper()
	if prior.IsNull() || configured.IsNull() {
		return configured
	}
	var merged, before map[string]tftypes.Value
	s.must(configured.As(&merged))
	s.must(prior.As(&before))
	merged = maps.Clone(merged)
	for _, computed := range []string{"id", "api_key", "on_behalf_of"} {
		if merged[computed].IsNull() {
			merged[computed] = before[computed]
		}
	}
	return tftypes.NewValue(s.keyType, merged)
}

func (s *server) must(err error) {
	s.t.Helper()
	if err != nil {
		s.t.Fatal(err)
	}
}

func (s *server) dynamic(typ tftypes.Type, v tftypes.Value) *tfprotov6.DynamicValue {
	s.t.Helper()
	d, err := tfprotov6.NewDynamicValue(typ, v)
	s.must(err)
	return &d
}

func (s *server) value(d *tfprotov6.DynamicValue) tftypes.Value {
	s.t.Helper()
	v, err := d.Unmarshal(s.keyType)
	s.must(err)
	return v
}

// requireNoErrors fails the test on any error among the diagnostics.
func (s *server) requireNoErrors(diags []*tfprotov6.Diagnostic) {
	s.t.Helper()
	if hasErrors(diags) {
		s.t.Fatalf("unexpected errors:\n%s", texts(diags))
	}
}

// requireNone fails the test on any diagnostic.
func (s *server) requireNone(diags []*tfprotov6.Diagnostic) {
	s.t.Helper()
	if len(diags) > 0 {
		s.t.Fatalf("unexpected diagnostics:\n%s", texts(diags))
	}
}
