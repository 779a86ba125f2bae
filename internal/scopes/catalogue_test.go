package scopes_test

import (
	"testing"

	"github.com/terraform-sendgrid/terraform-provider-sendgrid/internal/scopes"
)

// The catalogue is edited by hand: these are the rules of it.
func TestCatalogue(t *testing.T) {
	t.Parallel()
	c := scopes.Default()
	groups := map[string]scopes.Group{}
	for _, g := range c.Groups {
		if _, twice := groups[g.Key]; twice {
			t.Errorf("group %s stands there twice", g.Key)
		}
		groups[g.Key] = g
		if g.Title == "" || g.Source == "" {
			t.Errorf("group %s lacks its title or its source", g.Key)
		}
		if extra := scopes.NewSet(g.Read...).Minus(scopes.NewSet(g.Full...)); len(extra) > 0 {
			t.Errorf("group %s: level read grants %v, which full does not", g.Key, extra)
		}
		if g.Parent != "" {
			parent, known := groups[g.Parent]
			if !known {
				t.Errorf("group %s stands before its parent %q", g.Key, g.Parent)
			}
			if extra := scopes.NewSet(g.Full...).Minus(scopes.NewSet(parent.Full...)); len(extra) > 0 {
				t.Errorf("group %s grants %v, which its parent does not", g.Key, extra)
			}
		}
		for _, name := range g.Full {
			if c.AutoAssigned.Has(name) {
				t.Errorf("group %s grants %s, which SendGrid assigns on its own", g.Key, name)
			}
		}
	}
	if other := c.FullAccess.Intersect(c.Billing.Union(c.AutoAssigned)); len(other) > 0 {
		t.Errorf("Full Access is recognised by %v, which is of another kind", other)
	}
}

// Every scope that was ever recorded is in the catalogue.
func TestCatalogueKnowsObserved(t *testing.T) {
	t.Parallel()
	for name, list := range observed(t) {
		if missing := list.Minus(scopes.Default().Known); len(missing) > 0 {
			t.Errorf("%s holds scopes that the catalogue lacks: %v", name, missing)
		}
	}
}

func TestWellFormed(t *testing.T) {
	t.Parallel()
	for name, want := range map[string]bool{
		"mail.send": true, "2fa_required": true, "user.webhooks.event.settings.read": true,
		"": false, "Mail.Send": false, "mail send": false, ".mail": false, "mail.": false, "mail..send": false, "mail.send\n": false, `"mail.send"`: false,
	} {
		if got := scopes.WellFormed(name); got != want {
			t.Errorf("%q: %t, want %t", name, got, want)
		}
	}
}
