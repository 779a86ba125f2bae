package scopes_test

import (
	"testing"

	"github.com/terraform-sendgrid/terraform-provider-sendgrid/internal/scopes"
)

func TestPolicyLearn(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		before        scopes.Learned
		prior, remote string
		want, added   string
	}{
		"nothing":                              {scopes.Learned{Pending: true}, "mail.send", "mail.send 2fa_required", "", ""},
		"unknown after a request":              {scopes.Learned{Pending: true}, "mail.send", "mail.send x.new", "x.new", "x.new"},
		"unknown later":                        {scopes.Learned{}, "mail.send", "mail.send x.new", "", ""},
		"known after a request":                {scopes.Learned{Pending: true}, "mail.send", "mail.send stats.read", "", ""},
		"known, removed by the request":        {scopes.Learned{Pending: true, Removed: set("stats.read")}, "mail.send", "mail.send stats.read", "stats.read", "stats.read"},
		"known, removed by an earlier request": {scopes.Learned{Removed: set("stats.read")}, "mail.send", "mail.send stats.read", "", ""},
		"listed in the state":                  {scopes.Learned{Pending: true}, "mail.send x.new", "mail.send x.new", "", ""},
		"learned before":                       {scopes.Learned{Added: set("x.new"), Pending: true}, "mail.send", "mail.send x.new x.newer", "x.new x.newer", "x.newer"},
		"known, no longer returned":            {scopes.Learned{Added: set("stats.read")}, "mail.send", "mail.send", "", ""},
		"unknown, no longer returned":          {scopes.Learned{Added: set("x.new")}, "mail.send", "mail.send", "x.new", ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			learned, added := scopes.NewPolicy().Learn(test.before, set(test.prior), set(test.remote))
			if !learned.Added.Equal(set(test.want)) || !added.Equal(set(test.added)) {
				t.Errorf("learned %v, newly %v, want %q, newly %q", learned.Added, added, test.want, test.added)
			}
			if learned.Pending || len(learned.Removed) > 0 {
				t.Errorf("the request is still pending: %+v", learned)
			}
		})
	}
}

// FuzzLearn checks the law of learning: whatever SendGrid adds on its own, and
// whenever it begins to, a configuration that does not change needs at most one
// further apply until plans are empty, and they stay empty.
func FuzzLearn(f *testing.F) {
	f.Add(uint16(1), uint16(0x10), uint16(0))
	f.Add(uint16(3), uint16(0x13), uint16(0xff))
	f.Add(uint16(1), uint16(0), uint16(0x30))
	f.Fuzz(func(t *testing.T, configuredBits, fromStartBits, laterBits uint16) {
		alphabet := []string{"mail.send", "alerts.read", "stats.read", "mail_settings.read", "billing.read", "x.new", "x.newer", "2fa_required"}
		base := scopes.NewPolicy()
		configured := scopes.NewSet(pick(alphabet, configuredBits)...)
		if len(base.Effective(configured)) == 0 || base.KindOf(configured) == scopes.KindMixed {
			return // Rejected at validate.
		}
		adds := scopes.NewSet(pick(alphabet, fromStartBits)...)
		later := scopes.NewSet(pick(alphabet, laterBits)...)

		requested := base.Effective(configured)
		learned := scopes.Learned{}.AfterRequest(nil, requested)
		state := configured
		// refresh reads the key, and reports whether the plan is empty.
		refresh := func() bool {
			remote := requested.Union(adds)
			learned, _ = base.Learn(learned, state, remote)
			state = base.Ignoring(learned, state).Read(state, remote)
			policy := base.Ignoring(learned, configured)
			if policy.ChangesKind(state, configured) {
				t.Fatalf("SendGrid adds %v to %v: the plan replaces the key", adds, configured)
			}
			return policy.Equivalent(state, configured)
		}
		apply := func() {
			before := state
			requested = base.Ignoring(learned, configured).Effective(configured)
			if len(requested) == 0 {
				t.Fatalf("SendGrid adds %v to %v: no scope is left to request", adds, configured)
			}
			learned = learned.AfterRequest(before, requested)
			state = configured
		}
		converge := func(when string) {
			if !refresh() {
				apply()
				if !refresh() {
					t.Fatalf("%s, SendGrid adds %v to %v: after one apply the plan still shows %v", when, adds, configured, state)
				}
			}
			for range 3 {
				if !refresh() {
					t.Fatalf("%s, SendGrid adds %v to %v: the plan does not stay empty, but shows %v", when, adds, configured, state)
				}
			}
		}
		converge("from the start")
		adds = adds.Union(later)
		converge("later")
		// A plan whose refresh is not saved changes nothing.
		saved, kept := state, learned
		refresh()
		state, learned = saved, kept
		converge("after a plan")
	})
}

// A scope that a person changes is not taken for SendGrid's doing for long, and the
// configuration takes precedence over what was learned.
func TestLearnedGivesWayToConfiguration(t *testing.T) {
	t.Parallel()
	base := scopes.NewPolicy()
	learned := scopes.Learned{Added: set("stats.read x.new")}
	listed := set("mail.send stats.read x.new")
	policy := base.Ignoring(learned, listed)
	if policy.Equivalent(set("mail.send"), listed) {
		t.Error("a listed scope of the catalog is ignored")
	}
	if got := policy.Effective(listed); !got.Equal(set("mail.send stats.read")) {
		t.Errorf("requests %v", got)
	}
	learned = learned.AfterRequest(set("mail.send"), set("mail.send stats.read"))
	if !learned.Added.Equal(set("x.new")) {
		t.Errorf("after the request, %v count as added", learned.Added)
	}
	// What this provider requested before and no longer does was not added by
	// SendGrid: it only lags.
	learned = learned.AfterRequest(set("mail.send stats.read alerts.read"), set("mail.send"))
	if !learned.Removed.Equal(set("alerts.read")) {
		t.Errorf("removed %v", learned.Removed)
	}
}
