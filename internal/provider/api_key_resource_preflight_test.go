package provider

import (
	"fmt"
	"net/http"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/terraform-sendgrid/terraform-provider-sendgrid/internal/emulator"
	"github.com/terraform-sendgrid/terraform-provider-sendgrid/internal/scopes"
)

// restricted are the scopes of a credential that manages keys and can grant two
// scopes.
var restricted = []string{"api_keys.create", "api_keys.read", "api_keys.update", "api_keys.delete", "mail.send", "alerts.read"}

// The plan also compares the scopes with the credential's where another attribute
// replaces the key, in the account of the replacement.
func TestPreflightOfReplacement(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		to       attrs
		requests []string
	}{
		"rotation": {
			attrs{"name": "a", "scopes": []string{"stats.read"}, "rotate_when_changed": map[string]string{"n": "2"}},
			[]string{getScopes, listKeys},
		},
		"account": {
			attrs{"name": "a", "scopes": []string{"stats.read"}, "rotate_when_changed": map[string]string{"n": "1"}, "on_behalf_of": "sub-a"},
			[]string{getScopes + " on behalf of sub-a", listKeys + " on behalf of sub-a"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			e := newEmulated(t, emulator.Config{CredentialScopes: restricted, Subusers: []string{"sub-a"}})
			added := e.emulator.AddKey(emulator.Parent, "a", []string{"stats.read"})
			s := e.server(nil)
			k, diags := s.importKey(added.ID)
			diags.requireNone(t)
			k, diags = s.apply(k, attrs{"name": "a", "scopes": []string{"stats.read"}, "rotate_when_changed": map[string]string{"n": "1"}})
			diags.requireNone(t)
			e.requests()

			p, diags := s.plan(k, test.to)
			if p.action != "replace" {
				t.Errorf("planned %s", p.action)
			}
			expectWarnings(t, diags, map[string][]string{
				"Credential does not hold all scopes": {"stats.read"},
				"The plan revokes an adopted API key": {`"a" (` + added.ID + `)`, "Nobody can get its secret back"},
			})
			e.expect(test.requests...)
		})
	}
}

// The credential's scopes are requested once per account, however many keys there
// are, and not at all by a plan that neither creates a key nor changes scopes.
func TestPreflightOnce(t *testing.T) {
	t.Parallel()
	e := newEmulated(t, emulator.Config{Subusers: []string{"sub-a"}})
	s := e.server(nil)
	var workers sync.WaitGroup
	for i := range 20 {
		workers.Go(func() {
			account := []string{"", "sub-a"}[i%2]
			_, diags := s.plan(s.none(), attrs{"name": fmt.Sprint(i), "scopes": []string{"mail.send"}, "on_behalf_of": account})
			diags.expectWarning(t)
		})
	}
	workers.Wait()
	if diff := cmp.Diff(map[string]int{getScopes: 1, listKeys: 1, getScopes + " on behalf of sub-a": 1, listKeys + " on behalf of sub-a": 1}, e.countRequests()); diff != "" {
		t.Errorf("requests (-want +got):\n%s", diff)
	}

	added := e.emulator.AddKey(emulator.Parent, "a", []string{"mail.send"})
	k, diags := s.importKey(added.ID)
	diags.requireNone(t)
	s = e.server(nil)
	e.requests()
	k, diags = s.read(k)
	diags.requireNone(t)
	s.expectPlan(k, attrs{"name": "a", "scopes": []string{"mail.send"}}, "no-op")
	e.expect(getKey)
}

// What apply would fail at, the plan of a create or a change reports.
func TestPreflightReports(t *testing.T) {
	t.Parallel()
	create := attrs{"name": "a", "scopes": []string{"mail.send"}}
	without := func(scope string) emulator.Config {
		return emulator.Config{CredentialScopes: everything.Minus(scopes.NewSet(scope))}
	}
	for name, test := range map[string]struct {
		account  emulator.Config
		existing []string // names of keys in the account
		from, to attrs
		fault    *emulator.Fault
		err      []string
		warnings map[string][]string
	}{
		"a revoked credential": {
			to:    create,
			fault: &emulator.Fault{Times: -1, Do: emulator.JSONError(http.StatusUnauthorized, "", "authorization required")},
			err:   []string{"SendGrid rejected the credential", `Could not create API key "a"`},
		},
		"a misspelled subuser": {
			account:  emulator.Config{Subusers: []string{"sub-a"}},
			to:       attrs{"name": "a", "scopes": []string{"mail.send"}, "on_behalf_of": "sub-b"},
			warnings: map[string][]string{`No access to account "sub-b"`: {"Check the spelling of on_behalf_of"}},
		},
		"a misspelled subuser, rejected with 401": {
			account:  emulator.Config{Subusers: []string{"sub-a"}, UnknownSubuserStatus: http.StatusUnauthorized},
			to:       attrs{"name": "a", "scopes": []string{"mail.send"}, "on_behalf_of": "sub-b"},
			warnings: map[string][]string{`No access to account "sub-b"`: {"Check the spelling of on_behalf_of"}},
		},
		"a revoked credential, in a subuser": {
			account: emulator.Config{Subusers: []string{"sub-a"}},
			to:      attrs{"name": "a", "scopes": []string{"mail.send"}, "on_behalf_of": "sub-a"},
			fault:   &emulator.Fault{Times: -1, Do: emulator.JSONError(http.StatusUnauthorized, "", "authorization required")},
			err:     []string{"SendGrid rejected the credential"},
		},
		"a credential that cannot create": {
			account:  without("api_keys.create"),
			to:       create,
			warnings: map[string][]string{"The credential lacks a scope": {"api_keys.create", `create API key "a" in the credential's own account`}},
		},
		"a credential that cannot update": {
			account:  without("api_keys.update"),
			from:     create,
			to:       attrs{"name": "b", "scopes": []string{"mail.send"}},
			warnings: map[string][]string{"The credential lacks a scope": {"api_keys.update", "update API key"}},
		},
		"a credential that cannot delete what it replaces": {
			account:  without("api_keys.delete"),
			from:     attrs{"name": "a", "scopes": []string{"mail.send"}, "rotate_when_changed": map[string]string{"n": "1"}},
			to:       attrs{"name": "a", "scopes": []string{"mail.send"}, "rotate_when_changed": map[string]string{"n": "2"}},
			warnings: map[string][]string{"The credential lacks a scope": {"api_keys.delete"}},
		},
		"a credential that cannot confirm a delivery": {
			account:  without("api_keys.update"),
			to:       attrs{"name": "a", "scopes": []string{"mail.send"}, "secret_in_state": false},
			warnings: map[string][]string{"The credential lacks a scope": {"api_keys.update", "create API key"}},
		},
		"a credential that cannot list, in a subuser": {
			account:  emulator.Config{CredentialScopes: everything.Minus(scopes.NewSet("api_keys.read")), Subusers: []string{"sub-a"}},
			to:       attrs{"name": "a", "scopes": []string{"mail.send"}, "on_behalf_of": "sub-a"},
			warnings: map[string][]string{"The credential lacks a scope": {"api_keys.read", `"sub-a"`}},
		},
		"a scope like no other": {
			to:       attrs{"name": "a", "scopes": []string{"acme.widgets.polish"}},
			warnings: map[string][]string{`Unknown scope "acme.widgets.polish"`: {"does not know the scope"}},
		},
		"a name that exists": {
			existing: []string{"a", "a", "b"},
			to:       create,
			warnings: map[string][]string{"An API key with this name exists": {`named "a"`, "import {", "to = sendgrid_api_key.example"}},
		},
		"a name that only the replaced key has": {
			from: attrs{"name": "a", "scopes": []string{"mail.send"}, "rotate_when_changed": map[string]string{"n": "1"}},
			to:   attrs{"name": "a", "scopes": []string{"mail.send"}, "rotate_when_changed": map[string]string{"n": "2"}},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			e := newEmulated(t, test.account)
			var ids []string
			for _, existing := range test.existing {
				added := e.emulator.AddKey(emulator.Parent, existing, []string{"mail.send"})
				if existing == "a" {
					ids = append(ids, added.ID)
				}
			}
			s := e.server(nil)
			k := s.none()
			if test.from != nil {
				created, diags := s.apply(k, test.from)
				diags.requireNoErrors(t)
				k = created
			}
			s = e.server(nil)
			if test.fault != nil {
				e.emulator.Inject(*test.fault)
			}
			_, diags := s.plan(k, test.to)
			if test.err != nil {
				diags.expectError(t, test.err...)
				return
			}
			diags.requireNoErrors(t)
			expectWarnings(t, diags, test.warnings)
			if ids != nil {
				diags.expectWarning(t, ids...)
			}
		})
	}
}

// One warning says that the plan creates more keys than the account can hold.
func TestPreflightLimit(t *testing.T) {
	t.Parallel()
	e := newEmulated(t, emulator.Config{Subusers: []string{"sub-a"}})
	for i := range 98 {
		e.emulator.AddKey(emulator.Parent, fmt.Sprint("existing ", i), []string{"mail.send"})
	}
	s := e.server(nil)
	var all diagnostics
	for i := range 5 {
		for _, account := range []string{emulator.Parent, "sub-a"} {
			_, diags := s.plan(s.none(), attrs{"name": fmt.Sprint("new ", i), "scopes": []string{"mail.send"}, "on_behalf_of": account})
			all = append(all, diags...)
			if warned := len(all) > 0; warned != (i >= 2) {
				t.Errorf("after %d creates there are %d warnings", i+1, len(all))
			}
		}
	}
	if len(all) != 1 {
		t.Errorf("%d warnings, want 1", len(all))
	}
	all.expectWarning(t, "API key limit reached", "98 API keys in the credential's own account", "limit of 100", "are not counted")
}

// Where SendGrid does not respond, the plan of many keys sends each request once,
// waits no longer than a single attempt, and says nothing.
func TestPreflightFails(t *testing.T) {
	t.Parallel()
	for name, fault := range map[string]emulator.Behavior{
		"rejected":     emulator.JSONError(http.StatusForbidden, "", "access forbidden"),
		"unreachable":  emulator.ResetBefore,
		"hanging":      emulator.Hang,
		"a proxy":      emulator.HTMLPage(http.StatusNotFound),
		"an outage":    emulator.JSONError(http.StatusInternalServerError, "", "internal server error"),
		"rate limited": emulator.JSONError(http.StatusTooManyRequests, "", "too many requests"),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				e := newInMemory(t, emulator.Config{CredentialScopes: restricted})
				s := e.server(attrs{"max_retries": 5})
				e.emulator.Inject(emulator.Fault{Times: -1, Do: fault})
				start := time.Now()
				var workers sync.WaitGroup
				for i := range 20 {
					workers.Go(func() {
						s.expectPlan(s.none(), attrs{"name": fmt.Sprint(i), "scopes": []string{"stats.read"}}, "create")
					})
				}
				workers.Wait()
				if waited := time.Since(start); waited > 5*time.Second {
					t.Errorf("the plan took %s", waited)
				}
				if diff := cmp.Diff(map[string]int{getScopes: 1, listKeys: 1}, e.countRequests()); diff != "" {
					t.Errorf("requests (-want +got):\n%s", diff)
				}
			})
		})
	}
}

// The checks of a plan open a connection for each key that an apply creates or changes
// next.
func TestPreflightOpensConnections(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		e := newInMemory(t, emulator.Config{Latency: time.Second, AccountLimit: -1})
		narrow, wide := []string{"mail.send"}, []string{"mail.send", "alerts.read"}
		keys := make([]key, 10)
		planAll := func(scopes []string) *server {
			s := e.server(nil)
			var plans sync.WaitGroup
			for i := range keys {
				plans.Go(func() { s.plan(keys[i], attrs{"name": fmt.Sprint(i), "scopes": scopes}) })
			}
			plans.Wait()
			return s
		}
		for i := range keys {
			keys[i] = e.server(nil).none()
		}
		s := planAll(narrow)
		if got := e.emulator.Connections(); got != len(keys) {
			t.Errorf("%d connections to create %d keys", got, len(keys))
		}
		for i := range keys {
			keys[i], _ = s.apply(keys[i], attrs{"name": fmt.Sprint(i), "scopes": narrow})
		}
		before := e.emulator.Connections()
		planAll(wide)
		if got := e.emulator.Connections() - before; got != len(keys) {
			t.Errorf("%d connections to change %d keys", got, len(keys))
		}
	})
}
