package provider

import (
	"testing"
	"testing/synctest"
	"time"

	"github.com/terraform-sendgrid/terraform-provider-sendgrid/internal/emulator"
)

// What SendGrid adds on its own makes no lasting difference, whether the catalog
// has heard of it or not: unknown scopes make none, known ones make one.
func TestLearnedScopes(t *testing.T) {
	t.Parallel()
	const warning = "SendGrid adds scopes on its own"
	for name, test := range map[string]struct {
		added   []string
		applies int
		learned bool
	}{
		"auto-assigned scopes":    {[]string{"2fa_required"}, 0, false},
		"a scope nobody knows":    {[]string{"x.new"}, 0, true},
		"a scope the catalog has": {[]string{"mail_settings.read"}, 1, true},
		"both":                    {[]string{"x.new", "mail_settings.read"}, 1, true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			e := newEmulated(t, emulator.Config{AutoAssigned: test.added})
			s := e.server(nil)
			config := attrs{"name": "a", "scopes": []string{"mail.send"}}
			k, diags := s.apply(s.none(), config)
			diags.requireNone(t)
			var all diagnostics
			for apply := 0; ; apply++ {
				var diags diagnostics
				k, diags = s.read(k)
				all = append(all, diags...)
				p, diags := s.plan(k, config)
				diags.requireNone(t)
				if p.action == "no-op" {
					if apply != test.applies {
						t.Errorf("%d applies until the plan was empty, want %d", apply, test.applies)
					}
					break
				}
				if apply == test.applies {
					t.Fatalf("apply %d still plans %s", apply, p.value)
				}
				k, diags = s.apply(k, config)
				diags.requireNone(t)
			}
			if test.learned {
				all.expectWarning(t, append([]string{warning, `"a" (` + e.onlyKey().ID + `)`}, test.added...)...)
			} else {
				all.requireNone(t)
			}

			// It stays like that, says nothing more, and requests carry what is configured.
			k, diags = s.read(k)
			diags.requireNone(t)
			s.expectPlan(k, config, "no-op")
			k, diags = s.apply(k, attrs{"name": "a", "scopes": []string{"alerts.read"}})
			diags.requireNone(t)
			seen := e.emulator.Requests()
			if got, want := seen[len(seen)-1].Body, `{"name":"a","scopes":["alerts.read"]}`; got != want {
				t.Errorf("sent %s, want %s", got, want)
			}
			k, diags = s.read(k)
			diags.requireNone(t)
			s.expectPlan(k, attrs{"name": "a", "scopes": []string{"alerts.read"}}, "no-op")

			// A known scope that a person adds still is a difference.
			editScopes("alerts.read", "stats.read")(e.emulator, e.onlyKey().ID)
			k, diags = s.read(k)
			diags.requireNone(t)
			s.expectPlan(k, attrs{"name": "a", "scopes": []string{"alerts.read"}}, "update")
		})
	}
}

// A billing scope that SendGrid or a person adds to a general key does not replace
// the key.
func TestBillingScopeIsAdded(t *testing.T) {
	t.Parallel()
	e := newEmulated(t, emulator.Config{AutoAssigned: []string{"billing.read"}, MixedBilling: true})
	s := e.server(nil)
	config := attrs{"name": "a", "scopes": []string{"mail.send"}}
	k, diags := s.apply(s.none(), config)
	diags.requireNone(t)
	k, diags = s.read(k)
	diags.requireNone(t)
	s.expectPlan(k, config, "update")
	k, diags = s.apply(k, config)
	diags.requireNone(t)
	k, diags = s.read(k)
	diags.expectWarning(t, "SendGrid adds scopes on its own", "billing.read")
	s.expectPlan(k, config, "no-op")
}

// A scope that the configuration lists is requested, whatever was learned about it
// before.
func TestConfigurationOverridesLearnedScopes(t *testing.T) {
	t.Parallel()
	e := newEmulated(t, emulator.Config{AutoAssigned: []string{"stats.read"}})
	s := e.server(nil)
	config := attrs{"name": "a", "scopes": []string{"mail.send"}}
	k, diags := s.apply(s.none(), config)
	diags.requireNone(t)
	for range 2 {
		k, _ = s.read(k)
		k, diags = s.apply(k, config)
		diags.requireNone(t)
	}
	listed := attrs{"name": "a", "scopes": []string{"stats.read"}}
	k, diags = s.apply(k, listed)
	diags.requireNone(t)
	seen := e.emulator.Requests()
	if got, want := seen[len(seen)-1].Body, `{"name":"a","scopes":["stats.read"]}`; got != want {
		t.Errorf("sent %s, want %s", got, want)
	}
	k, diags = s.read(k)
	diags.requireNone(t)
	s.expectPlan(k, listed, "no-op")
}

// A change of scopes that SendGrid shows late is not taken for SendGrid's doing.
func TestLateUpdateIsNotLearned(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		e := newInMemory(t, emulator.Config{Lag: emulator.Lag{Update: 4 * time.Second}})
		s := e.server(nil)
		k, diags := s.apply(s.none(), attrs{"name": "a", "scopes": []string{"mail.send", "stats.read"}})
		diags.requireNone(t)
		k, diags = s.read(k)
		diags.requireNone(t)
		config := attrs{"name": "a", "scopes": []string{"mail.send"}}
		k, diags = s.apply(k, config)
		diags.requireNone(t)
		late, diags := s.read(k)
		diags.requireNone(t)
		s.expectPlan(late, config, "update")
		time.Sleep(5 * time.Second)
		k, diags = s.read(k)
		diags.requireNone(t)
		s.expectPlan(k, config, "no-op")
	})
}
