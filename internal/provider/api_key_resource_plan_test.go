package provider

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/terraform-sendgrid/terraform-provider-sendgrid/internal/emulator"
)

// What each change of the configuration results in: core's action, the attributes
// that force a replacement, and exactly the requests of plan and apply.
func TestChanges(t *testing.T) {
	t.Parallel()
	type m = map[string]string
	for name, test := range map[string]struct {
		provider, changed attrs // the provider block before and after
		from, to          attrs
		action            string
		replace           []string
		requests          []string
		body              string // of the last request that has one
	}{
		"nothing": {
			from:   attrs{"name": "a", "scopes": []string{"mail.send"}},
			to:     attrs{"name": "a", "scopes": []string{"mail.send"}},
			action: "no-op",
		},
		"name": {
			from:   attrs{"name": "a", "scopes": []string{"mail.send"}},
			to:     attrs{"name": "b & c", "scopes": []string{"mail.send"}},
			action: "update", requests: []string{getScopes, patchKey},
			body: `{"name":"b & c"}`,
		},
		"name of a Full Access key": {
			from:   attrs{"name": "a"},
			to:     attrs{"name": "b"},
			action: "update", requests: []string{getScopes, patchKey},
			body: `{"name":"b"}`,
		},
		"scopes": {
			from:   attrs{"name": "a", "scopes": []string{"mail.send"}},
			to:     attrs{"name": "a", "scopes": []string{"mail.send", "alerts.read"}},
			action: "update", requests: []string{getScopes, putKey},
			body: `{"name":"a","scopes":["alerts.read","mail.send"]}`,
		},
		"name and scopes": {
			from:   attrs{"name": "a", "scopes": []string{"mail.send"}},
			to:     attrs{"name": "b", "scopes": []string{"alerts.read"}},
			action: "update", requests: []string{getScopes, putKey},
			body: `{"name":"b","scopes":["alerts.read"]}`,
		},
		"Full Access to restricted": {
			from:   attrs{"name": "a"},
			to:     attrs{"name": "a", "scopes": []string{"mail.send"}},
			action: "update", requests: []string{getScopes, putKey},
			body: `{"name":"a","scopes":["mail.send"]}`,
		},
		"restricted to Full Access": {
			from:   attrs{"name": "a", "scopes": []string{"mail.send"}},
			to:     attrs{"name": "a"},
			action: "replace", replace: []string{"scopes"}, requests: []string{getScopes, listKeys, deleteKey, postKey},
			body: `{"name":"a"}`,
		},
		"general to billing": {
			from:   attrs{"name": "a", "scopes": []string{"mail.send"}},
			to:     attrs{"name": "a", "scopes": []string{"billing.read"}},
			action: "replace", replace: []string{"scopes"}, requests: []string{getScopes, listKeys, deleteKey, postKey},
		},
		"billing to general": {
			from:   attrs{"name": "a", "scopes": []string{"billing.read"}},
			to:     attrs{"name": "a", "scopes": []string{"mail.send"}},
			action: "replace", replace: []string{"scopes"}, requests: []string{getScopes, listKeys, deleteKey, postKey},
		},
		"Full Access to billing": {
			from:   attrs{"name": "a"},
			to:     attrs{"name": "a", "scopes": []string{"billing.read"}},
			action: "replace", replace: []string{"scopes"}, requests: []string{getScopes, listKeys, deleteKey, postKey},
		},
		"billing to Full Access": {
			from:   attrs{"name": "a", "scopes": []string{"billing.read"}},
			to:     attrs{"name": "a"},
			action: "replace", replace: []string{"scopes"}, requests: []string{getScopes, listKeys, deleteKey, postKey},
		},
		"billing to more billing": {
			from:   attrs{"name": "a", "scopes": []string{"billing.read"}},
			to:     attrs{"name": "a", "scopes": []string{"billing.read", "billing.update"}},
			action: "update", requests: []string{getScopes, putKey},
		},
		"an auto-assigned scope listed": {
			from:   attrs{"name": "a", "scopes": []string{"mail.send"}},
			to:     attrs{"name": "a", "scopes": []string{"mail.send", "2fa_required"}},
			action: "no-op",
		},
		"an auto-assigned scope no longer listed": {
			from:   attrs{"name": "a", "scopes": []string{"mail.send", "2fa_required"}},
			to:     attrs{"name": "a", "scopes": []string{"mail.send"}},
			action: "no-op",
		},
		"an auto-assigned scope listed by a renamed key": {
			from:   attrs{"name": "a", "scopes": []string{"mail.send"}},
			to:     attrs{"name": "b", "scopes": []string{"mail.send", "2fa_required"}},
			action: "update", requests: []string{getScopes, patchKey},
		},
		"an auto-assigned scope listed together with a new one": {
			from:   attrs{"name": "a", "scopes": []string{"mail.send"}},
			to:     attrs{"name": "a", "scopes": []string{"mail.send", "alerts.read", "2fa_required"}},
			action: "update", requests: []string{getScopes, putKey},
			body: `{"name":"a","scopes":["alerts.read","mail.send"]}`,
		},
		"an ignored scope no longer listed": {
			provider: attrs{"ignored_scopes": []string{"alerts.read"}},
			changed:  attrs{"ignored_scopes": []string{"alerts.read"}},
			from:     attrs{"name": "a", "scopes": []string{"mail.send", "alerts.read"}},
			to:       attrs{"name": "a", "scopes": []string{"mail.send"}},
			action:   "no-op",
		},
		"account": {
			from:   attrs{"name": "a", "scopes": []string{"mail.send"}},
			to:     attrs{"name": "a", "scopes": []string{"mail.send"}, "on_behalf_of": "sub-a"},
			action: "replace", replace: []string{"on_behalf_of"},
			requests: []string{getScopes + " on behalf of sub-a", listKeys + " on behalf of sub-a", deleteKey, postKey + " on behalf of sub-a"},
		},
		"account of the provider": {
			provider: attrs{"on_behalf_of": "sub-a"},
			changed:  attrs{"on_behalf_of": "sub-b"},
			from:     attrs{"name": "a", "scopes": []string{"mail.send"}},
			to:       attrs{"name": "a", "scopes": []string{"mail.send"}},
			action:   "replace", replace: []string{"on_behalf_of"},
			requests: []string{getScopes + " on behalf of sub-b", listKeys + " on behalf of sub-b", deleteKey + " on behalf of sub-a", postKey + " on behalf of sub-b"},
		},
		"to the parent account, from the provider's": {
			provider: attrs{"on_behalf_of": "sub-a"},
			from:     attrs{"name": "a", "scopes": []string{"mail.send"}},
			changed:  attrs{"on_behalf_of": "sub-a"},
			to:       attrs{"name": "a", "scopes": []string{"mail.send"}, "on_behalf_of": ""},
			action:   "replace", replace: []string{"on_behalf_of"},
			requests: []string{getScopes, listKeys, deleteKey + " on behalf of sub-a", postKey},
		},
		"account of the provider, written out in the resource": {
			provider: attrs{"on_behalf_of": "sub-a"},
			from:     attrs{"name": "a", "scopes": []string{"mail.send"}},
			to:       attrs{"name": "a", "scopes": []string{"mail.send"}, "on_behalf_of": "sub-a"},
			action:   "no-op",
		},
		"parent account, whatever the provider's": {
			provider: attrs{"on_behalf_of": "sub-a"},
			changed:  attrs{"on_behalf_of": "sub-b"},
			from:     attrs{"name": "a", "scopes": []string{"mail.send"}, "on_behalf_of": ""},
			to:       attrs{"name": "a", "scopes": []string{"mail.send"}, "on_behalf_of": ""},
			action:   "no-op",
		},
		"rename in the parent account, whatever the provider's": {
			provider: attrs{"on_behalf_of": "sub-a"},
			changed:  attrs{"on_behalf_of": "sub-b"},
			from:     attrs{"name": "a", "scopes": []string{"mail.send"}, "on_behalf_of": ""},
			to:       attrs{"name": "b", "scopes": []string{"mail.send"}, "on_behalf_of": ""},
			action:   "update", requests: []string{getScopes, patchKey},
		},
		"rename in a subuser that is no longer the provider's account": {
			provider: attrs{"on_behalf_of": "sub-a"},
			from:     attrs{"name": "a", "scopes": []string{"mail.send"}},
			to:       attrs{"name": "b", "scopes": []string{"mail.send"}, "on_behalf_of": "sub-a"},
			action:   "update", requests: []string{getScopes + " on behalf of sub-a", patchKey + " on behalf of sub-a"},
		},
		"rotation switched on": {
			from:   attrs{"name": "a", "scopes": []string{"mail.send"}},
			to:     attrs{"name": "a", "scopes": []string{"mail.send"}, "rotate_when_changed": m{"year": "2026"}},
			action: "update",
		},
		"rotation": {
			from:   attrs{"name": "a", "scopes": []string{"mail.send"}, "rotate_when_changed": m{"year": "2026"}},
			to:     attrs{"name": "a", "scopes": []string{"mail.send"}, "rotate_when_changed": m{"year": "2027"}},
			action: "replace", replace: []string{"rotate_when_changed"}, requests: []string{getScopes, listKeys, deleteKey, postKey},
		},
		"rotation switched off": {
			from:   attrs{"name": "a", "scopes": []string{"mail.send"}, "rotate_when_changed": m{"year": "2026"}},
			to:     attrs{"name": "a", "scopes": []string{"mail.send"}},
			action: "update",
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			e := newEmulated(t, emulator.Config{Subusers: []string{"sub-a", "sub-b"}})
			s := e.server(test.provider)
			before, diags := s.apply(s.none(), test.from)
			diags.requireNoErrors(t)
			e.requests()

			s = e.server(test.changed)
			p, diags := s.plan(before, test.to)
			diags.requireNoErrors(t)
			if p.action != test.action {
				t.Errorf("planned %s, want %s", p.action, test.action)
			}
			if diff := cmp.Diff(test.replace, attributeNames(p.replace)); diff != "" {
				t.Errorf("attributes that force replacement (-want +got):\n%s", diff)
			}
			// What uses the key is planned to change only where the key is replaced.
			if p.action == "replace" {
				p, _ = s.plan(s.none(), test.to)
			}
			for _, name := range []string{"id", "api_key"} {
				want := before.attr(t, name)
				if test.action == "replace" {
					want = unknown{}
				}
				if got := goValue(t, attribute(t, p.value, name)); got != want {
					t.Errorf("%s is planned as %v, want %v", name, got, want)
				}
			}

			after, diags := s.apply(before, test.to)
			diags.requireNoErrors(t)
			seen := e.emulator.Requests()
			e.expect(test.requests...)
			if test.body != "" {
				if got := seen[len(seen)-1].Body; got != test.body {
					t.Errorf("sent %s, want %s", got, test.body)
				}
			}
			refreshed, diags := s.read(after)
			diags.requireNone(t)
			s.expectPlan(refreshed, test.to, "no-op")

			var inState, atSendGrid []string
			for _, name := range []string{"on_behalf_of", "id", "api_key"} {
				inState = append(inState, fmt.Sprint(refreshed.attr(t, name)))
			}
			for _, account := range []string{emulator.Parent, "sub-a", "sub-b"} {
				for _, k := range e.emulator.Keys(account) {
					atSendGrid = append(atSendGrid, account, k.ID, k.Secret)
				}
			}
			if diff := cmp.Diff(atSendGrid, inState); diff != "" {
				t.Errorf("account, id and secret (-at SendGrid +in state):\n%s", diff)
			}
		})
	}
}

// attributeNames returns the names of the attributes at paths.
func attributeNames(paths []string) []string {
	var names []string
	for _, p := range paths {
		names = append(names, strings.TrimSuffix(strings.TrimPrefix(p, `AttributeName("`), `")`))
	}
	return names
}
