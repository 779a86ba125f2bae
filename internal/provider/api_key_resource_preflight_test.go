package provider

import (
	"fmt"
	"net/http"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/terraform-sendgrid/terraform-provider-sendgrid/internal/emulator"
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

// A plan succeeds without diagnostics where the credential's scopes cannot be read.
func TestPreflightFails(t *testing.T) {
	t.Parallel()
	for name, fault := range map[string]emulator.Behavior{
		"rejected":     emulator.JSONError(http.StatusForbidden, "", "access forbidden"),
		"unreachable":  emulator.ResetBefore,
		"a proxy":      emulator.HTMLPage(http.StatusNotFound),
		"rate limited": emulator.JSONError(http.StatusTooManyRequests, "", "too many requests"),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			e := newEmulated(t, emulator.Config{CredentialScopes: restricted})
			s := e.server(attrs{"max_retries": 1})
			e.emulator.Inject(emulator.Fault{Path: "/v3/scopes", Times: -1, Do: fault})
			s.expectPlan(s.none(), attrs{"name": "a", "scopes": []string{"stats.read"}}, "create")
		})
	}
}
