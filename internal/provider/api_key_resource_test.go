package provider

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/terraform-sendgrid/terraform-provider-sendgrid/internal/emulator"
	"github.com/terraform-sendgrid/terraform-provider-sendgrid/internal/scopes"
)

const (
	postKey   = "POST /v3/api_keys"
	getKey    = "GET /v3/api_keys/{id}"
	patchKey  = "PATCH /v3/api_keys/{id}"
	putKey    = "PUT /v3/api_keys/{id}"
	deleteKey = "DELETE /v3/api_keys/{id}"
	// getScopes is asked once a provider and account before scopes are sent.
	getScopes = "GET /v3/scopes"
)

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
			requests: []string{listKeys, postKey},
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
			s.requireNoErrors(diags)

			seen := e.emulator.Requests()
			post := seen[len(seen)-1]
			if post.Body != test.body || post.OnBehalfOf != test.account {
				t.Errorf("sent %s on behalf of %q, want %s on behalf of %q", post.Body, post.OnBehalfOf, test.body, test.account)
			}
			e.expect(test.requests...)
			made := e.emulator.Keys(test.account)[0]
			for name, want := range map[string]any{
				"id": made.ID, "api_key": made.Secret, "name": "a", "scopes": test.scopes, "on_behalf_of": test.account,
			} {
				if diff := cmp.Diff(want, k.attr(t, name)); diff != "" {
					t.Errorf("%s (-want +got):\n%s", name, diff)
				}
			}
		})
	}
}

func TestRead(t *testing.T) {
	t.Parallel()
	full := scopes.Default().FullAccess
	for name, test := range map[string]struct {
		config attrs
		byHand func(*emulator.Server, string)
		scopes any
	}{
		"untouched": {
			config: attrs{"name": "a", "scopes": []string{"mail.send"}},
			byHand: func(*emulator.Server, string) {},
			scopes: []string{"mail.send"},
		},
		"a scope added": {
			config: attrs{"name": "a", "scopes": []string{"mail.send", "2fa_required"}},
			byHand: editScopes("mail.send", "alerts.read"),
			scopes: []string{"2fa_required", "alerts.read", "mail.send"},
		},
		"a scope removed": {
			config: attrs{"name": "a", "scopes": []string{"mail.send", "alerts.read"}},
			byHand: editScopes("mail.send"),
			scopes: []string{"mail.send"},
		},
		"other auto-assigned scopes": {
			config: attrs{"name": "a", "scopes": []string{"mail.send"}},
			byHand: func(s *emulator.Server, _ string) { s.SetAutoAssigned("sender_verification_exempt") },
			scopes: []string{"mail.send"},
		},
		"Full Access untouched": {
			config: attrs{"name": "a"},
			byHand: func(*emulator.Server, string) {},
			scopes: nil,
		},
		"Full Access of which SendGrid retired three scopes and added two": {
			config: attrs{"name": "a"},
			byHand: func(s *emulator.Server, _ string) {
				s.SetFullAccess(append(full[3:len(full):len(full)], "brand.new", "brand.newer")...)
			},
			scopes: nil,
		},
		"Full Access narrowed by hand": {
			config: attrs{"name": "a"},
			byHand: editScopes("mail.send"),
			scopes: []string{"mail.send"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			e := newEmulated(t, emulator.Config{FullAccess: full})
			s := e.server(nil)
			k, diags := s.apply(s.none(), test.config)
			s.requireNoErrors(diags)
			k, diags = s.read(k)
			s.requireNone(diags)
			made := e.emulator.Keys(emulator.Parent)[0]
			e.requests()

			test.byHand(e.emulator, made.ID)
			k, diags = s.read(k)
			s.requireNone(diags)
			e.expect(getKey)
			if diff := cmp.Diff(test.scopes, k.attr(t, "scopes")); diff != "" {
				t.Errorf("scopes (-want +got):\n%s", diff)
			}
			if got := k.attr(t, "api_key"); got != made.Secret {
				t.Error("a refresh changed api_key")
			}
		})
	}
}

func editScopes(names ...string) func(*emulator.Server, string) {
	return func(s *emulator.Server, id string) {
		s.EditKey(id, func(k *emulator.Key) { k.Scopes, k.FullAccess = names, false })
	}
}

// A Full Access key that was narrowed by hand is drift, and made anew.
func TestNarrowedFullAccessIsReplaced(t *testing.T) {
	t.Parallel()
	e := newEmulated(t, emulator.Config{})
	s := e.server(nil)
	config := attrs{"name": "a"}
	k, diags := s.apply(s.none(), config)
	s.requireNoErrors(diags)
	k, _ = s.read(k)
	editScopes("mail.send")(e.emulator, e.emulator.Keys(emulator.Parent)[0].ID)
	k, _ = s.read(k)
	e.requests()

	k, diags = s.apply(k, config)
	s.requireNoErrors(diags)
	e.expect(deleteKey, postKey)
	k, diags = s.read(k)
	s.requireNone(diags)
	if p, _ := s.plan(k, config); p.action != "no-op" {
		t.Errorf("the new key plans %s: %s", p.action, p.value)
	}
}

// Core hands the private state of a replaced key on to its replacement: what it
// remembers of Full Access must not stick to a restricted key.
func TestReplacementForgetsFullAccess(t *testing.T) {
	t.Parallel()
	e := newEmulated(t, emulator.Config{Subusers: []string{"sub-a"}})
	s := e.server(nil)
	k, diags := s.apply(s.none(), attrs{"name": "a"})
	s.requireNoErrors(diags)
	k, _ = s.read(k)
	config := attrs{"name": "a", "scopes": []string{"mail.send"}, "on_behalf_of": "sub-a"}
	k, diags = s.apply(k, config)
	s.requireNoErrors(diags)
	k, diags = s.read(k)
	s.requireNone(diags)
	if diff := cmp.Diff([]string{"mail.send"}, k.attr(t, "scopes")); diff != "" {
		t.Errorf("scopes (-want +got):\n%s", diff)
	}
}

// State that does not record the account, as that of other providers, gets the
// provider's default, in place and without a request.
func TestAccountNotRecorded(t *testing.T) {
	t.Parallel()
	e := newEmulated(t, emulator.Config{Subusers: []string{"sub-a"}})
	s := e.server(attrs{"on_behalf_of": "sub-a"})
	made := e.emulator.AddKey("sub-a", "a", []string{"mail.send"})
	old := key{value: object(t, s.keyType, attrs{"id": made.ID, "name": "a", "scopes": []string{"mail.send"}, "api_key": made.Secret})}

	t.Run("without refresh", func(t *testing.T) {
		k, diags := s.apply(old, attrs{"name": "a", "scopes": []string{"mail.send"}})
		s.requireNone(diags)
		e.expect()
		if got := k.attr(t, "on_behalf_of"); got != "sub-a" {
			t.Errorf("recorded account %v", got)
		}
	})
	t.Run("with refresh", func(t *testing.T) {
		k, diags := s.read(old)
		s.requireNone(diags)
		e.expect(getKey + " on behalf of sub-a")
		if p, _ := s.plan(k, attrs{"name": "a", "scopes": []string{"mail.send"}}); p.action != "no-op" {
			t.Errorf("planned %s", p.action)
		}
	})
}

// Keys of one region cannot be found in another, and are not taken for deleted.
func TestRegionChanged(t *testing.T) {
	t.Parallel()
	e := newEmulated(t, emulator.Config{})
	config := attrs{"name": "a", "scopes": []string{"mail.send"}}
	s := e.server(nil)
	k, diags := s.apply(s.none(), config)
	s.requireNoErrors(diags)
	e.requests()

	s = e.server(attrs{"region": "eu"})
	_, read := s.read(k)
	_, planned := s.plan(k, config)
	_, updated := s.applyPlan(k, plan{value: k.value, private: k.private}, config)
	_, deleted := s.applyPlan(k, plan{value: s.none().value, private: k.private}, nil)
	for rpc, diags := range map[string]string{
		"read": texts(read), "plan": texts(planned), "update": texts(updated), "delete": texts(deleted),
	} {
		if !strings.Contains(diags, `was made in region "global", and the provider is configured for region "eu"`) {
			t.Errorf("%s: got %s", rpc, diags)
		}
	}
	e.expect()
}

// A region that is not known yet is none, and so never another one.
func TestRegionUnknown(t *testing.T) {
	t.Parallel()
	e := newEmulated(t, emulator.Config{})
	config := attrs{"name": "a", "scopes": []string{"mail.send"}}
	s := e.server(attrs{"region": "eu"})
	k, diags := s.apply(s.none(), config)
	s.requireNoErrors(diags)
	s = e.server(attrs{"region": unknown{}})
	_, diags = s.read(k)
	if got := texts(diags); !strings.Contains(got, "Provider not configured yet") || strings.Contains(got, "global") {
		t.Errorf("got %s", got)
	}
	p, diags := s.plan(k, config)
	s.requireNone(diags)
	if p.action != "no-op" {
		t.Errorf("planned %s", p.action)
	}
}

// SendGrid may come to add scopes that nobody knows yet, to billing keys, too.
// That is a difference, and never a reason to revoke the key.
func TestBillingKeyWithMoreScopes(t *testing.T) {
	t.Parallel()
	e := newEmulated(t, emulator.Config{})
	config := attrs{"name": "a", "scopes": []string{"billing.read"}}
	s := e.server(nil)
	k, diags := s.apply(s.none(), config)
	s.requireNoErrors(diags)
	id, _ := k.attr(t, "id").(string)
	editScopes("billing.read", "added.lately")(e.emulator, id)
	k, diags = s.read(k)
	s.requireNone(diags)
	if p, _ := s.plan(k, config); p.action != "update" {
		t.Errorf("planned %s, replacing for %q", p.action, p.replace)
	}
}

func TestIdentity(t *testing.T) {
	t.Parallel()
	e := newEmulated(t, emulator.Config{Subusers: []string{"sub-a"}})
	for _, account := range []string{emulator.Parent, "sub-a"} {
		s := e.server(nil)
		k, diags := s.apply(s.none(), attrs{"name": "a", "scopes": []string{"mail.send"}, "on_behalf_of": account})
		s.requireNoErrors(diags)
		var want any
		if account != emulator.Parent {
			want = account
		}
		check := func(when string, k key) {
			t.Helper()
			v, err := k.identity.IdentityData.Unmarshal(s.identityType)
			if err != nil {
				t.Fatal(err)
			}
			got := []any{goValue(t, attribute(t, v, "id")), goValue(t, attribute(t, v, "on_behalf_of"))}
			if diff := cmp.Diff([]any{e.emulator.Keys(account)[0].ID, want}, got); diff != "" {
				t.Errorf("identity after %s (-want +got):\n%s", when, diff)
			}
		}
		check("create", k)
		k, diags = s.read(k)
		s.requireNone(diags)
		check("read", k)
		k, diags = s.apply(k, attrs{"name": "b", "scopes": []string{"mail.send"}, "on_behalf_of": account})
		s.requireNone(diags)
		check("update", k)
	}
}

// The record in private state is a format that later versions must read.
func TestRecordFormat(t *testing.T) {
	t.Parallel()
	got, err := json.Marshal(keyRecord{
		Region: "eu", CreatedAt: time.Unix(0, 0).UTC(), FullAccess: true, Baseline: scopes.NewSet("mail.send"),
	})
	if err != nil {
		t.Fatal(err)
	}
	want := `{"region":"eu","made_at":"1970-01-01T00:00:00Z","full_access":true,"baseline":["mail.send"]}`
	if string(got) != want {
		t.Errorf("got %s, want %s", got, want)
	}
}
