package provider

import (
	"maps"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/terraform-sendgrid/terraform-provider-sendgrid/internal/emulator"
	"github.com/terraform-sendgrid/terraform-provider-sendgrid/internal/sendgrid"
)

// State without an account, such as that of other providers, gets the provider's
// default, in place and without a request.
func TestAccountNotRecorded(t *testing.T) {
	t.Parallel()
	e := newEmulated(t, emulator.Config{Subusers: []string{"sub-a"}})
	s := e.server(attrs{"on_behalf_of": "sub-a"})
	created := e.emulator.AddKey("sub-a", "a", []string{"mail.send"})
	config := attrs{"name": "a", "scopes": []string{"mail.send"}}
	old := key{value: object(t, s.keyType, attrs{"id": created.ID, "name": "a", "scopes": []string{"mail.send"}, "api_key": created.Secret})}

	k, diags := s.apply(old, config)
	diags.requireNone(t)
	e.expect()
	if got := k.attr(t, "on_behalf_of"); got != "sub-a" {
		t.Errorf("without refresh, recorded account %v", got)
	}
	k, diags = s.read(old)
	diags.requireNone(t)
	e.expect(getKey + " on behalf of sub-a")
	s.expectPlan(k, config, "no-op")
}

// regional returns a configured provider whose region leads to the emulator: it has
// no base_url.
func (e *env) regional(extra attrs) *server {
	e.t.Helper()
	p := e.provider()
	tune := p.tune
	p.tune = func(o *sendgrid.Options) {
		tune(o)
		o.BaseURL = e.baseURL
	}
	s := newServer(e.t, p)
	block := attrs{"api_key": e.apiKey}
	maps.Copy(block, extra)
	s.configure(block).requireNone(e.t)
	return s
}

// A key of one region cannot be found in another, and does not count as deleted.
func TestRegionChanged(t *testing.T) {
	t.Parallel()
	e := newEmulated(t, emulator.Config{})
	config := attrs{"name": "a", "scopes": []string{"mail.send"}}
	s := e.regional(nil)
	k, diags := s.apply(s.none(), config)
	diags.requireNoErrors(t)
	e.requests()

	s = e.regional(attrs{"region": "eu"})
	kept, read := s.read(k)
	_, planned := s.plan(k, config)
	_, updated := s.applyPlan(k, plan{value: k.value, private: k.private}, config)
	_, deleted := s.applyPlan(k, plan{value: s.none().value, private: k.private}, nil)
	for _, diags := range []diagnostics{read, planned, updated, deleted} {
		diags.expectError(t, "API key is in another region", `was created in region "global", but the provider is configured for region "eu"`)
	}
	e.expect()

	// The URL of a region's API says as much as the region.
	s = e.regional(attrs{"base_url": "https://API.eu.sendgrid.com/"})
	_, diags = s.read(k)
	diags.expectError(t, `the provider is configured for region "eu"`)
	e.expect()

	s = e.regional(nil)
	k, diags = s.read(kept)
	diags.requireNone(t)
	s.expectPlan(k, config, "no-op")
}

// A region that is not known yet is never another region.
func TestRegionUnknown(t *testing.T) {
	t.Parallel()
	e := newEmulated(t, emulator.Config{})
	config := attrs{"name": "a", "scopes": []string{"mail.send"}}
	s := e.regional(attrs{"region": "eu"})
	k, diags := s.apply(s.none(), config)
	diags.requireNoErrors(t)
	for _, unknowns := range []attrs{{"region": unknown{}}, {"base_url": unknown{}}} {
		s = e.regional(unknowns)
		_, diags = s.read(k)
		diags.expectError(t, "Provider not configured yet")
		diags.exclude(t, "global")
		s.expectPlan(k, config, "no-op")
	}
}

// Behind base_url, region does not decide where requests go, so it says nothing
// about the keys. Without base_url, it does again.
func TestRegionBehindBaseURL(t *testing.T) {
	t.Parallel()
	e := newEmulated(t, emulator.Config{})
	config := attrs{"name": "a", "scopes": []string{"mail.send"}}
	s := e.server(nil)
	k, diags := s.apply(s.none(), config)
	diags.requireNoErrors(t)
	for _, next := range []*server{e.server(attrs{"region": "eu"}), e.regional(attrs{"region": "eu"}), e.server(attrs{"region": "global"})} {
		k, diags = next.read(k)
		diags.requireNone(t)
		next.expectPlan(k, config, "no-op")
	}
	_, diags = e.regional(attrs{"region": "global"}).read(k)
	diags.expectError(t, `was created in region "eu"`)
}

func TestIdentity(t *testing.T) {
	t.Parallel()
	for account, want := range map[string]any{emulator.Parent: nil, "sub-a": "sub-a"} {
		t.Run("account="+account, func(t *testing.T) {
			t.Parallel()
			e := newEmulated(t, emulator.Config{Subusers: []string{"sub-a"}})
			s := e.server(nil)
			check := func(when string, k key, diags diagnostics) key {
				t.Helper()
				diags.requireNone(t)
				v, err := k.identity.IdentityData.Unmarshal(s.identityType)
				s.must(err)
				got := []any{goValue(t, attribute(t, v, "id")), goValue(t, attribute(t, v, "on_behalf_of"))}
				if diff := cmp.Diff([]any{e.emulator.Keys(account)[0].ID, want}, got); diff != "" {
					t.Errorf("identity after %s (-want +got):\n%s", when, diff)
				}
				return k
			}
			k, diags := s.apply(s.none(), attrs{"name": "a", "scopes": []string{"mail.send"}, "on_behalf_of": account})
			k = check("create", k, diags)
			k, diags = s.read(k)
			k = check("read", k, diags)
			k, diags = s.apply(k, attrs{"name": "b", "scopes": []string{"mail.send"}, "on_behalf_of": account})
			check("update", k, diags)
		})
	}
}
