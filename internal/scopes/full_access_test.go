package scopes_test

import (
	"encoding/json"
	"os"
	"slices"
	"testing"

	"github.com/terraform-sendgrid/terraform-provider-sendgrid/internal/scopes"
)

// observed returns recorded scopes of real credentials.
func observed(t *testing.T) map[string]scopes.Set {
	t.Helper()
	data, err := os.ReadFile("testdata/observed.json")
	if err != nil {
		t.Fatal(err)
	}
	var file map[string]struct {
		Scopes []string `json:"scopes"`
	}
	if err := json.Unmarshal(data, &file); err != nil {
		t.Fatal(err)
	}
	sets := map[string]scopes.Set{}
	for name, list := range file {
		sets[name] = scopes.NewSet(list.Scopes...)
	}
	return sets
}

func TestLooksFullAccess(t *testing.T) {
	t.Parallel()
	lists := observed(t)
	for name, want := range map[string]bool{
		"full_access_key_2024_free_account": true,
		"owner_v3_scopes_2024":              true,
		"admin_teammate":                    true,
		"ui_mail_send_full_2026":            false,
	} {
		if got := scopes.LooksFullAccess(lists[name]); got != want {
			t.Errorf("%s: %t, want %t", name, got, want)
		}
	}
	full := lists["full_access_key_2024_free_account"]
	if core := scopes.Default().FullAccess; !scopes.LooksFullAccess(core[:(len(core)+1)/2]) || scopes.LooksFullAccess(core[:len(core)/2-1]) {
		t.Error("the threshold is not half of the core scopes")
	}
	if !scopes.LooksFullAccess(append(slices.Clone(full[3:]), "brand.new", "brand.newer")) {
		t.Error("no Full Access after three scopes were retired and two introduced")
	}
}

func TestHoldsAssignable(t *testing.T) {
	t.Parallel()
	full := observed(t)["full_access_key_2024_free_account"]
	small := full[:40]
	for name, test := range map[string]struct {
		remote, held     scopes.Set
		want, conclusive bool
	}{
		"all of a small account":          {small, small, true, true},
		"nine tenths of it":               {small[:36], small, true, true},
		"less than that":                  {small[:35], small, false, true},
		"auto-assigned ones do not count": {small[:36].Union(set("2fa_required")), small.Union(set("2fa_required ui.provision")), true, true},
		"billing does not count":          {small[:36], small.Union(scopes.Default().Billing), true, true},
		"all of a narrow credential":      {full[:20], full[:20], false, false},
	} {
		got, conclusive := scopes.NewPolicy().HoldsAssignable(test.remote, test.held)
		if got != test.want || conclusive != test.conclusive {
			t.Errorf("%s: %t, conclusive: %t, want %t and %t", name, got, conclusive, test.want, test.conclusive)
		}
		if got && !scopes.NewPolicy().CanHoldAssignable(test.remote) {
			t.Errorf("%s: not worth a question", name)
		}
	}
}

func TestNarrowed(t *testing.T) {
	t.Parallel()
	full := observed(t)["full_access_key_2024_free_account"]
	subuser := set("mail.send alerts.read stats.read categories.read templates.read")
	for name, test := range map[string]struct {
		baseline, remote scopes.Set
		want             bool
	}{
		"untouched":                           {full, full, false},
		"three retired, two introduced":       {full, append(slices.Clone(full[3:]), "zz.new", "zz.newer"), false},
		"one scope left":                      {full, set("mail.send"), true},
		"one scope left, auto-assigned added": {full, set("mail.send 2fa_required"), true},
		"few scopes, untouched":               {subuser, subuser, false},
		"few scopes, one retired":             {subuser, subuser[1:], false},
		"few scopes, one left":                {subuser, subuser[:1], true},
		"all replaced":                        {subuser, set("a.read b.read c.read d.read e.read"), true},
		"only auto-assigned":                  {set("2fa_required"), set(""), false},
		"auto-assigned ones lost":             {subuser.Union(set("2fa_required sender_verification_eligible ui.provision ui.confirm_email")), subuser, false},
	} {
		if got := scopes.NewPolicy().Narrowed(test.baseline, test.remote); got != test.want {
			t.Errorf("%s: %t, want %t", name, got, test.want)
		}
	}
}
