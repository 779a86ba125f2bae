package scopes_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/terraform-sendgrid/terraform-provider-sendgrid/internal/scopes"
)

func TestPolicyRead(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		ignored             []string
		prior, remote, want string
	}{
		"the same":                                    {nil, "mail.send", "mail.send", "mail.send"},
		"auto-assigned beside":                        {nil, "mail.send", "mail.send 2fa_required sender_verification_eligible", "mail.send"},
		"auto-assigned listed and there":              {nil, "mail.send 2fa_required", "mail.send 2fa_required", "mail.send 2fa_required"},
		"auto-assigned listed, not there":             {nil, "mail.send 2fa_required", "mail.send", "mail.send 2fa_required"},
		"one listed, others there":                    {nil, "mail.send 2fa_required", "mail.send sender_verification_legacy", "mail.send 2fa_required"},
		"added by hand":                               {nil, "mail.send", "mail.send alerts.read 2fa_required", "alerts.read mail.send"},
		"added, an auto-assigned one kept":            {nil, "mail.send 2fa_required", "mail.send alerts.read sender_verification_exempt", "2fa_required alerts.read mail.send"},
		"removed by hand":                             {nil, "mail.send alerts.read", "mail.send 2fa_required", "mail.send"},
		"all removed by hand":                         {nil, "mail.send", "2fa_required", ""},
		"exchanged":                                   {nil, "mail.send", "alerts.read", "alerts.read"},
		"ignored by the provider":                     {[]string{"brand.new"}, "mail.send", "mail.send brand.new", "mail.send"},
		"ignored, listed":                             {[]string{"brand.new"}, "mail.send brand.new", "mail.send", "mail.send brand.new"},
		"new and not ignored":                         {nil, "mail.send", "mail.send brand.new", "brand.new mail.send"},
		"imported, nothing was known":                 {nil, "", "mail.send 2fa_required", "mail.send"},
		"imported, nothing but what SendGrid assigns": {nil, "", "2fa_required", ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got := scopes.NewPolicy(test.ignored...).Read(set(test.prior), set(test.remote))
			if diff := cmp.Diff(set(test.want), got, equal); diff != "" {
				t.Errorf("state (-want +got):\n%s", diff)
			}
		})
	}
}

func TestPolicyEquivalent(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		ignored []string
		a, b    string
		want    bool
	}{
		"the same":             {nil, "mail.send", "mail.send", true},
		"auto-assigned listed": {nil, "mail.send", "mail.send 2fa_required", true},
		"ignored listed":       {[]string{"brand.new"}, "mail.send", "mail.send brand.new", true},
		"new and not ignored":  {nil, "mail.send", "mail.send brand.new", false},
		"one more":             {nil, "mail.send", "mail.send alerts.read", false},
		"another":              {nil, "mail.send", "alerts.read", false},
	} {
		policy := scopes.NewPolicy(test.ignored...)
		if policy.Equivalent(set(test.a), set(test.b)) != test.want || policy.Equivalent(set(test.b), set(test.a)) != test.want {
			t.Errorf("%s: want %t both ways", name, test.want)
		}
	}
}

func TestKindOf(t *testing.T) {
	t.Parallel()
	for given, want := range map[string]scopes.Kind{
		"mail.send":                           scopes.General,
		"":                                    scopes.General,
		"2fa_required":                        scopes.General,
		"billing.read":                        scopes.Billing,
		"billing.read billing.update":         scopes.Billing,
		"billing.read 2fa_required":           scopes.Billing,
		"billing.read mail.send":              scopes.Mixed,
		"billing.read mail.send 2fa_required": scopes.Mixed,
		"billing.something.new":               scopes.General,
	} {
		if got := scopes.NewPolicy().KindOf(set(given)); got != want {
			t.Errorf("%q is of kind %d, want %d", given, got, want)
		}
	}
}

// The laws of reconciling, for whatever an account assigns on its own and
// whatever the configuration lists. Scopes are picked from small alphabets by
// the bits of the inputs, so that sets overlap often.
func FuzzPolicy(f *testing.F) {
	f.Add(uint16(1), uint16(1), uint16(1), uint16(0))
	f.Add(uint16(0x13), uint16(0x21), uint16(0xff), uint16(3))
	f.Fuzz(func(t *testing.T, priorBits, configuredBits, remoteBits, ignoredBits uint16) {
		policy := scopes.NewPolicy(pick([]string{"brand.new", "brand.newer"}, ignoredBits)...)
		alphabet := []string{
			"mail.send", "alerts.read", "stats.read", "billing.read", "brand.new", "brand.newer",
			"2fa_required", "sender_verification_eligible", "ui.provision",
		}
		prior := scopes.NewSet(pick(alphabet, priorBits)...)
		configured := scopes.NewSet(pick(alphabet, configuredBits)...)
		remote := scopes.NewSet(pick(alphabet, remoteBits)...)
		state := policy.Read(prior, remote)

		if again := policy.Read(state, remote); !again.Equal(state) {
			t.Errorf("reading twice: %v, then %v", state, again)
		}
		if !policy.Effective(state).Equal(policy.Effective(remote)) {
			t.Errorf("state %v hides or invents what SendGrid has: %v", state, remote)
		}
		if shown, is := !policy.Equivalent(state, configured), !policy.Equivalent(remote, configured); shown != is {
			t.Errorf("configured %v, SendGrid has %v: shown as a difference: %t, is one: %t", configured, remote, shown, is)
		}
		if diff := difference(state, prior); !policy.Equivalent(prior, remote) &&
			!scopes.NewSet(diff...).Equal(scopes.NewSet(difference(policy.Effective(prior), policy.Effective(remote))...)) {
			t.Errorf("drift from %v to %v shows as %v", prior, remote, diff)
		}
		if sent := policy.Effective(configured); len(sent.Intersect(scopes.Default().AutoAssigned)) > 0 {
			t.Errorf("auto-assigned scopes are sent: %v", sent)
		}
	})
}

// difference returns the scopes that only one of the sets holds.
func difference(a, b scopes.Set) []string {
	return slices.Concat(a.Minus(b), b.Minus(a))
}

func pick(alphabet []string, bits uint16) []string {
	var picked []string
	for i, name := range alphabet {
		if bits&(1<<i) != 0 {
			picked = append(picked, name)
		}
	}
	return picked
}

func set(names string) scopes.Set {
	return scopes.NewSet(strings.Fields(names)...)
}

// equal compares sets by what they hold.
var equal = cmp.Comparer(func(a, b scopes.Set) bool { return a.Equal(b) })
