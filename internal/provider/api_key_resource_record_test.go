package provider

import (
	"encoding/json"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/terraform-sendgrid/terraform-provider-sendgrid/internal/emulator"
)

// The record in private state is a format that later versions must read.
func TestRecordFormat(t *testing.T) {
	t.Parallel()
	e := newEmulated(t, emulator.Config{FullAccess: []string{"alerts.read", "mail.send"}})
	s := e.regional(attrs{"region": "eu"})
	k, diags := s.apply(s.none(), attrs{"name": "a"})
	diags.requireNoErrors(t)
	k, diags = s.read(k)
	diags.requireNone(t)

	var private map[string][]byte
	s.must(json.Unmarshal(k.private, &private))
	var got map[string]any
	s.must(json.Unmarshal(private["record"], &got))
	at, _ := got["made_at"].(string)
	if created, err := time.Parse(time.RFC3339, at); err != nil || time.Since(created) > time.Minute {
		t.Errorf("created at %q: %v", at, err)
	}
	want := map[string]any{"region": "eu", "made_at": at, "full_access": true, "baseline": []any{"alerts.read", "mail.send"}, "credential": e.credentialID()}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("record (-want +got):\n%s", diff)
	}
}

// Core passes the private state of a replaced key on to its replacement: what it
// records of Full Access must not apply to a restricted key.
func TestReplacementForgetsFullAccess(t *testing.T) {
	t.Parallel()
	e := newEmulated(t, emulator.Config{Subusers: []string{"sub-a"}})
	s := e.server(nil)
	k, diags := s.apply(s.none(), attrs{"name": "a"})
	diags.requireNoErrors(t)
	k, _ = s.read(k)
	k, diags = s.apply(k, attrs{"name": "a", "scopes": []string{"mail.send"}, "on_behalf_of": "sub-a"})
	diags.requireNoErrors(t)
	k, diags = s.read(k)
	diags.requireNone(t)
	if diff := cmp.Diff([]string{"mail.send"}, k.attr(t, "scopes")); diff != "" {
		t.Errorf("scopes (-want +got):\n%s", diff)
	}
}

// The second plan of a replacement repeats no check, also if the record of the key
// holds nothing.
func TestSecondPlanOfReplacement(t *testing.T) {
	t.Parallel()
	e := newEmulated(t, emulator.Config{Credential: "no-api-key"})
	added := e.emulator.AddKey(emulator.Parent, "a", []string{"mail.send"})
	s := e.server(nil)
	k, diags := s.importKey(added.ID)
	diags.requireNone(t)
	e.requests()
	_, diags = s.plan(key{value: s.none().value, private: k.private}, attrs{"name": "a", "scopes": []string{"mail.send"}})
	diags.requireNone(t)
	e.expect()
}
