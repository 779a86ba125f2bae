package provider

import (
	"encoding/json"
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
)

// key is a sendgrid_api_key in state.
type key struct {
	value    tftypes.Value
	private  []byte
	identity *tfprotov6.ResourceIdentityData
}

// attr returns an attribute of a known object as a Go value, like goValue.
func (k key) attr(t *testing.T, name string) any {
	t.Helper()
	return goValue(t, attribute(t, k.value, name))
}

// none is the state before a create.
func (s *server) none() key {
	return key{value: tftypes.NewValue(s.keyType, nil)}
}

// old returns a key as if it had been created an hour ago.
func (s *server) old(k key) key {
	s.t.Helper()
	return s.editRecord(k, func(record map[string]any) {
		if record["made_at"] == nil {
			s.t.Fatalf("no private state records when the key was created: %s", k.private)
		}
		record["made_at"] = time.Now().Add(-time.Hour)
	})
}

// withoutRecord returns a key whose record lacks a field, as in older state.
func (s *server) withoutRecord(k key, field string) key {
	s.t.Helper()
	return s.editRecord(k, func(record map[string]any) { delete(record, field) })
}

func (s *server) editRecord(k key, edit func(record map[string]any)) key {
	s.t.Helper()
	var private map[string][]byte
	s.must(json.Unmarshal(k.private, &private))
	var record map[string]any
	s.must(json.Unmarshal(private["record"], &record))
	edit(record)
	var err error
	private["record"], err = json.Marshal(record)
	s.must(err)
	k.private, err = json.Marshal(private)
	s.must(err)
	return k
}

// read refreshes a key. The value of a key that no longer exists is null.
func (s *server) read(k key) (key, diagnostics) {
	s.t.Helper()
	resp, err := s.ReadResource(s.ctx, &tfprotov6.ReadResourceRequest{
		TypeName:        keyResource,
		CurrentState:    s.dynamic(s.keyType, k.value),
		Private:         k.private,
		CurrentIdentity: k.identity,
	})
	s.must(err)
	diags := diagnostics(resp.Diagnostics)
	if diags.hasErrors() {
		return k, diags
	}
	return key{value: s.value(resp.NewState), private: resp.Private, identity: resp.NewIdentity}, diags
}

// importKey imports a key by a string and reads it.
func (s *server) importKey(id string) (key, diagnostics) {
	s.t.Helper()
	return s.importBy(&tfprotov6.ImportResourceStateRequest{TypeName: keyResource, ID: id})
}

// importIdentity imports a key by its identity and reads it.
func (s *server) importIdentity(identity attrs) (key, diagnostics) {
	s.t.Helper()
	data := s.dynamic(s.identityType, object(s.t, s.identityType, identity))
	return s.importBy(&tfprotov6.ImportResourceStateRequest{
		TypeName: keyResource, Identity: &tfprotov6.ResourceIdentityData{IdentityData: data},
	})
}

func (s *server) importBy(req *tfprotov6.ImportResourceStateRequest) (key, diagnostics) {
	s.t.Helper()
	resp, err := s.ImportResourceState(s.ctx, req)
	s.must(err)
	diags := diagnostics(resp.Diagnostics)
	if diags.hasErrors() {
		return key{}, diags
	}
	imported := resp.ImportedResources[0]
	k, more := s.read(key{value: s.value(imported.State), private: imported.Private, identity: imported.Identity})
	return k, append(diags, more...)
}

// plan is the result of a PlanResourceChange.
type plan struct {
	value    tftypes.Value
	private  []byte
	identity *tfprotov6.ResourceIdentityData
	replace  []string
	// action is core's: no-op, create, update, replace or delete.
	action string
}

// plan plans a change of k to config, nil for its deletion.
func (s *server) plan(k key, config attrs) (plan, diagnostics) {
	s.t.Helper()
	configured := s.configured(config)
	resp, err := s.PlanResourceChange(s.ctx, &tfprotov6.PlanResourceChangeRequest{
		TypeName:         keyResource,
		PriorState:       s.dynamic(s.keyType, k.value),
		ProposedNewState: s.dynamic(s.keyType, s.proposed(k.value, configured)),
		Config:           s.dynamic(s.keyType, configured),
		PriorPrivate:     k.private,
		PriorIdentity:    k.identity,
	})
	s.must(err)
	diags := diagnostics(resp.Diagnostics)
	if diags.hasErrors() {
		return plan{}, diags
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
	return p, diags
}

// expectPlan fails the test unless the change of k to config is planned as action,
// without diagnostics.
func (s *server) expectPlan(k key, config attrs, action string) {
	s.t.Helper()
	p, diags := s.plan(k, config)
	diags.requireNone(s.t)
	if p.action != action {
		s.t.Errorf("planned %s of %q, want %s: %s", p.action, p.replace, action, p.value)
	}
}

// apply plans and applies config, nil for a deletion, as core does: a
// replacement deletes, plans again from nothing and creates, but keeps the
// private state that was planned.
func (s *server) apply(k key, config attrs) (key, diagnostics) {
	s.t.Helper()
	p, diags := s.plan(k, config)
	if diags.hasErrors() || p.action == "no-op" {
		return k, diags
	}
	var more diagnostics
	if p.action == "replace" {
		k, more = s.replace(k, p.private, config)
	} else {
		k, more = s.applyPlan(k, p, config)
	}
	return k, append(diags, more...)
}

// replace deletes a key and creates another with the private state that was
// planned, as core does also with a key that is tainted.
func (s *server) replace(k key, private []byte, config attrs) (key, diagnostics) {
	s.t.Helper()
	deletion := plan{value: s.none().value, private: k.private, identity: k.identity, action: "delete"}
	deleted, diags := s.applyPlan(k, deletion, nil)
	if diags.hasErrors() {
		return k, diags
	}
	creation, more := s.plan(deleted, config)
	diags = append(diags, more...)
	creation.private = private
	created, more := s.applyPlan(deleted, creation, config)
	return created, append(diags, more...)
}

func (s *server) applyPlan(k key, p plan, config attrs) (key, diagnostics) {
	s.t.Helper()
	resp, err := s.ApplyResourceChange(s.ctx, &tfprotov6.ApplyResourceChangeRequest{
		TypeName:        keyResource,
		PriorState:      s.dynamic(s.keyType, k.value),
		PlannedState:    s.dynamic(s.keyType, p.value),
		Config:          s.dynamic(s.keyType, s.configured(config)),
		PlannedPrivate:  p.private,
		PlannedIdentity: p.identity,
	})
	s.must(err)
	return key{value: s.value(resp.NewState), private: resp.Private, identity: resp.NewIdentity}, resp.Diagnostics
}

// configured is the value of a resource block, null where there is none.
func (s *server) configured(config attrs) tftypes.Value {
	s.t.Helper()
	if config == nil {
		return s.none().value
	}
	return object(s.t, s.keyType, config)
}

// proposed is what core proposes to plan: the configuration, and where that leaves
// out a computed attribute, its prior value.
func (s *server) proposed(prior, configured tftypes.Value) tftypes.Value {
	s.t.Helper()
	if prior.IsNull() || configured.IsNull() {
		return configured
	}
	merged := map[string]tftypes.Value{}
	for _, schema := range s.schemas.ResourceSchemas[keyResource].Block.Attributes {
		merged[schema.Name] = attribute(s.t, configured, schema.Name)
		if schema.Computed && merged[schema.Name].IsNull() {
			merged[schema.Name] = attribute(s.t, prior, schema.Name)
		}
	}
	return tftypes.NewValue(s.keyType, merged)
}
