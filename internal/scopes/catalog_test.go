package scopes_test

import (
	"testing"

	"github.com/terraform-sendgrid/terraform-provider-sendgrid/internal/scopes"
)

// The catalog is edited by hand. These are its rules.
func TestCatalogRules(t *testing.T) {
	t.Parallel()
	c := scopes.Default()
	groups := map[string]scopes.Group{}
	for _, g := range c.Groups {
		if _, twice := groups[g.Key]; twice {
			t.Errorf("group %s is listed twice", g.Key)
		}
		groups[g.Key] = g
		if g.Title == "" || g.Source == "" || len(g.Full) == 0 {
			t.Errorf("group %s lacks its title, its source or its level full", g.Key)
		}
		read, full := scopes.NewSet(g.Read...), scopes.NewSet(g.Full...)
		if extra := read.Minus(full); len(extra) > 0 {
			t.Errorf("group %s: level read grants %v, and full does not", g.Key, extra)
		}
		if general := full.Minus(c.Billing); len(general) > 0 && len(general) < len(full) {
			t.Errorf("group %s mixes billing scopes with %v, which the list \"billing\" lacks", g.Key, general)
		}
		if g.Parent != "" {
			parent, known := groups[g.Parent]
			if !known {
				t.Errorf("group %s is listed before its parent %q", g.Key, g.Parent)
			}
			if extra := read.Minus(scopes.NewSet(parent.Read...)); len(extra) > 0 {
				t.Errorf("group %s: level read grants %v, and that of its parent does not", g.Key, extra)
			}
			if extra := full.Minus(scopes.NewSet(parent.Full...)); len(extra) > 0 {
				t.Errorf("group %s grants %v, and its parent does not", g.Key, extra)
			}
		}
		for _, name := range g.Full {
			if c.AutoAssigned.Has(name) {
				t.Errorf("group %s grants %s, which SendGrid adds on its own", g.Key, name)
			}
		}
	}
	if wrong := c.FullAccess.Intersect(c.Billing.Union(c.AutoAssigned)); len(wrong) > 0 {
		t.Errorf("full_access has billing or auto-assigned scopes: %v", wrong)
	}
}

// The catalog has every scope on record.
func TestCatalogHasObservedScopes(t *testing.T) {
	t.Parallel()
	for name, list := range observed(t) {
		if missing := list.Minus(scopes.Default().Known); len(missing) > 0 {
			t.Errorf("%s has scopes that the catalog lacks: %v", name, missing)
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
