package provider

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/terraform-sendgrid/terraform-provider-sendgrid/internal/emulator"
	"github.com/terraform-sendgrid/terraform-provider-sendgrid/internal/scopes"
)

const (
	listKeys  = "GET /v3/api_keys"
	postKey   = "POST /v3/api_keys"
	getKey    = "GET /v3/api_keys/{id}"
	patchKey  = "PATCH /v3/api_keys/{id}"
	putKey    = "PUT /v3/api_keys/{id}"
	deleteKey = "DELETE /v3/api_keys/{id}"
	// getScopes is sent once per provider and account, before scopes are sent.
	getScopes = "GET /v3/scopes"
)

// keyByID is the path of a key in a fault.
const keyByID = "/v3/api_keys/{id}"

func TestCreate(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		config   attrs
		body     string
		scopes   any
		account  string
		requests []string
	}{
		"restricted": {
			config:   attrs{"name": "a", "scopes": []string{"mail.send", "alerts.read"}},
			body:     `{"name":"a","scopes":["alerts.read","mail.send"]}`,
			scopes:   []string{"alerts.read", "mail.send"},
			requests: []string{getScopes, listKeys, postKey},
		},
		"Full Access": {
			config:   attrs{"name": "a"},
			body:     `{"name":"a"}`,
			scopes:   nil,
			requests: []string{getScopes, listKeys, postKey},
		},
		"billing": {
			config:   attrs{"name": "a", "scopes": []string{"billing.read"}},
			body:     `{"name":"a","scopes":["billing.read"]}`,
			scopes:   []string{"billing.read"},
			requests: []string{getScopes, listKeys, postKey},
		},
		"auto-assigned scopes are not sent": {
			config:   attrs{"name": "a", "scopes": []string{"mail.send", "2fa_required", "sender_verification_legacy"}},
			body:     `{"name":"a","scopes":["mail.send"]}`,
			scopes:   []string{"2fa_required", "mail.send", "sender_verification_legacy"},
			requests: []string{getScopes, listKeys, postKey},
		},
		"in a subuser": {
			config:   attrs{"name": "a", "scopes": []string{"mail.send"}, "on_behalf_of": "sub-a"},
			body:     `{"name":"a","scopes":["mail.send"]}`,
			scopes:   []string{"mail.send"},
			account:  "sub-a",
			requests: []string{getScopes + " on behalf of sub-a", listKeys + " on behalf of sub-a", postKey + " on behalf of sub-a"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			e := newEmulated(t, emulator.Config{Subusers: []string{"sub-a"}})
			s := e.server(nil)
			k, diags := s.apply(s.none(), test.config)
			diags.requireNoErrors(t)

			seen := e.emulator.Requests()
			post := seen[len(seen)-1]
			if post.Body != test.body || post.OnBehalfOf != test.account {
				t.Errorf("sent %s on behalf of %q, want %s on behalf of %q", post.Body, post.OnBehalfOf, test.body, test.account)
			}
			e.expect(test.requests...)
			created := e.emulator.Keys(test.account)[0]
			for name, want := range map[string]any{
				"id": created.ID, "api_key": created.Secret, "name": "a", "scopes": test.scopes, "on_behalf_of": test.account, "rotate_when_changed": nil,
			} {
				if diff := cmp.Diff(want, k.attr(t, name)); diff != "" {
					t.Errorf("%s (-want +got):\n%s", name, diff)
				}
			}
		})
	}
}

// fewScopes is Full Access in a small account.
var fewScopes = []string{"mail.send", "alerts.read", "stats.read", "categories.read", "templates.read"}

// A refresh shows exactly the scopes that differ, and the next apply corrects them.
func TestRead(t *testing.T) {
	t.Parallel()
	full := scopes.Default().FullAccess
	for name, test := range map[string]struct {
		all    []string // Full Access in the account, all scopes by default
		config attrs
		edit   func(*emulator.Server, string)
		scopes any
		action string
		writes []string
	}{
		"untouched": {
			config: attrs{"name": "a", "scopes": []string{"mail.send"}},
			edit:   func(*emulator.Server, string) {},
			scopes: []string{"mail.send"},
			action: "no-op",
		},
		"a scope added": {
			config: attrs{"name": "a", "scopes": []string{"mail.send", "2fa_required"}},
			edit:   editScopes("mail.send", "alerts.read"),
			scopes: []string{"2fa_required", "alerts.read", "mail.send"},
			action: "update", writes: []string{putKey},
		},
		"a scope removed": {
			config: attrs{"name": "a", "scopes": []string{"mail.send", "alerts.read", "2fa_required"}},
			edit:   editScopes("mail.send"),
			scopes: []string{"2fa_required", "mail.send"},
			action: "update", writes: []string{putKey},
		},
		"other auto-assigned scopes": {
			config: attrs{"name": "a", "scopes": []string{"mail.send"}},
			edit:   func(s *emulator.Server, _ string) { s.SetAutoAssigned("sender_verification_exempt") },
			scopes: []string{"mail.send"},
			action: "no-op",
		},
		// It is a difference, and never a reason to revoke the key.
		"a scope added to a billing key by SendGrid": {
			config: attrs{"name": "a", "scopes": []string{"billing.read"}},
			edit:   editScopes("billing.read", "brand.new"),
			scopes: []string{"billing.read", "brand.new"},
			action: "update", writes: []string{putKey},
		},
		"Full Access untouched": {
			config: attrs{"name": "a"},
			edit:   func(*emulator.Server, string) {},
			action: "no-op",
		},
		"Full Access from which SendGrid retired three scopes and to which it added two": {
			config: attrs{"name": "a"},
			edit:   setFullAccess(append(full[3:len(full):len(full)], "brand.new", "brand.newer")...),
			action: "no-op",
		},
		"Full Access narrowed by hand": {
			config: attrs{"name": "a"},
			edit:   editScopes("mail.send"),
			scopes: []string{"mail.send"},
			action: "replace", writes: []string{deleteKey, postKey},
		},
		"Full Access untouched in a small account": {
			all:    fewScopes,
			config: attrs{"name": "a"},
			edit:   func(*emulator.Server, string) {},
			action: "no-op",
		},
		"Full Access that SendGrid changed in a small account": {
			all:    fewScopes,
			config: attrs{"name": "a"},
			edit:   setFullAccess(append(fewScopes[2:len(fewScopes):len(fewScopes)], "brand.new", "brand.newer")...),
			action: "no-op",
		},
		"Full Access narrowed by hand in a small account": {
			all:    fewScopes,
			config: attrs{"name": "a"},
			edit:   editScopes("mail.send"),
			scopes: []string{"mail.send"},
			action: "replace", writes: []string{deleteKey, postKey},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			all := test.all
			if all == nil {
				all = full
			}
			e := newEmulated(t, emulator.Config{FullAccess: all})
			s := e.server(nil)
			k, diags := s.apply(s.none(), test.config)
			diags.requireNoErrors(t)
			k, diags = s.read(k)
			diags.requireNone(t)
			created := e.onlyKey()
			e.requests()

			test.edit(e.emulator, created.ID)
			k, diags = s.read(k)
			diags.requireNone(t)
			e.expect(getKey)
			if diff := cmp.Diff(test.scopes, k.attr(t, "scopes")); diff != "" {
				t.Errorf("scopes (-want +got):\n%s", diff)
			}
			if got := k.attr(t, "api_key"); got != created.Secret {
				t.Error("a refresh changed api_key")
			}

			if p, _ := s.plan(k, test.config); p.action != test.action {
				t.Errorf("planned %s of %q, want %s", p.action, p.replace, test.action)
			}
			k, diags = s.apply(k, test.config)
			diags.requireNoErrors(t)
			e.expect(test.writes...)
			e.expectOnly(k)
			k, diags = s.read(k)
			diags.requireNone(t)
			s.expectPlan(k, test.config, "no-op")
		})
	}
}

// editScopes changes a key by hand.
func editScopes(names ...string) func(*emulator.Server, string) {
	return func(s *emulator.Server, id string) {
		s.EditKey(id, func(k *emulator.Key) { k.Scopes, k.FullAccess = names, false })
	}
}

// setFullAccess changes the scopes of all keys that have Full Access.
func setFullAccess(names ...string) func(*emulator.Server, string) {
	return func(s *emulator.Server, _ string) { s.SetFullAccess(names...) }
}

// Whatever scopes an account assigns on its own, and whether the configuration
// lists them or not: SendGrid accepts every request, and the plan afterwards is
// empty.
func TestAutoAssignedScopes(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		account emulator.Config
		listed  []string // in the configuration, in addition to mail.send
		ignored []string
	}{
		"none":                            {account: emulator.Config{AutoAssigned: []string{}}},
		"two":                             {account: emulator.Config{AutoAssigned: []string{"sender_verification_eligible", "2fa_required"}}},
		"three":                           {account: emulator.Config{AutoAssigned: []string{"sender_verification_exempt", "sender_verification_eligible", "2fa_required"}}},
		"two, both listed":                {listed: []string{"sender_verification_eligible", "2fa_required"}},
		"none, an unavailable one listed": {account: emulator.Config{AutoAssigned: []string{}, Unavailable: []string{"2fa_required"}}, listed: []string{"2fa_required"}},
		"an unknown one":                  {account: emulator.Config{AutoAssigned: []string{"brand.new"}}, ignored: []string{"brand.new"}},
		"an unknown one, listed":          {account: emulator.Config{AutoAssigned: []string{"brand.new"}}, listed: []string{"brand.new"}, ignored: []string{"brand.new"}},
		"restricted credential":           {account: emulator.Config{CredentialScopes: restricted}},
		"restricted credential, listed":   {account: emulator.Config{CredentialScopes: restricted}, listed: []string{"2fa_required"}},
		"a known one, ignored":            {account: emulator.Config{AutoAssigned: []string{"stats.read"}}, ignored: []string{"stats.read"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			e := newEmulated(t, test.account)
			var block attrs
			if test.ignored != nil {
				block = attrs{"ignored_scopes": test.ignored}
			}
			k := e.server(nil).none()
			for _, step := range []struct {
				scopes   []string
				requests []string
			}{
				{append([]string{"mail.send"}, test.listed...), []string{getScopes, listKeys, postKey}},
				{[]string{"mail.send"}, nil},
				{[]string{"mail.send", "alerts.read"}, []string{getScopes, putKey}},
			} {
				// Each apply is a process of its own, and begins with a refresh.
				s := e.server(block)
				if !k.value.IsNull() {
					var diags diagnostics
					k, diags = s.read(k)
					diags.requireNone(t)
					e.expect(getKey)
				}
				config := attrs{"name": "a", "scopes": step.scopes}
				var diags diagnostics
				k, diags = s.apply(k, config)
				diags.requireNone(t)
				for _, r := range e.emulator.Requests() {
					if r.Status >= 400 {
						t.Errorf("the response to %s was %d", r, r.Status)
					}
				}
				e.expect(step.requests...)
				e.expectOnly(k)
				s.expectPlan(k, config, "no-op")
			}
		})
	}
}
