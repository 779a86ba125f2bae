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
	if !scopes.LooksFullAccess(append(slices.Clone(full[3:]), "brand.new", "brand.newer")) {
		t.Error("no Full Access after three scopes were retired and two introduced")
	}
}

// All scopes that the console offers for a restricted key are not Full Access.
func TestRestrictedKeyWithAllGroupsIsNotFullAccess(t *testing.T) {
	t.Parallel()
	var all scopes.Set
	for _, group := range scopes.Default().Groups {
		if group.InUI {
			all = all.Union(scopes.NewSet(group.Full...))
		}
	}
	if len(all) < 100 {
		t.Fatalf("the console offers only %d scopes", len(all))
	}
	if scopes.LooksFullAccess(all) {
		t.Error("mistaken for Full Access")
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
