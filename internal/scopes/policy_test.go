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
		"the same":                               {nil, "mail.send", "mail.send", "mail.send"},
		"auto-assigned added":                    {nil, "mail.send", "mail.send 2fa_required sender_verification_eligible", "mail.send"},
		"auto-assigned listed and returned":      {nil, "mail.send 2fa_required", "mail.send 2fa_required", "mail.send 2fa_required"},
		"auto-assigned listed, not returned":     {nil, "mail.send 2fa_required", "mail.send", "mail.send 2fa_required"},
		"auto-assigned listed, another returned": {nil, "mail.send 2fa_required", "mail.send sender_verification_legacy", "mail.send 2fa_required"},
		"added in the console":                   {nil, "mail.send", "mail.send alerts.read 2fa_required", "alerts.read mail.send"},
		"added, auto-assigned listed":            {nil, "mail.send 2fa_required", "mail.send alerts.read sender_verification_exempt", "2fa_required alerts.read mail.send"},
		"removed in the console":                 {nil, "mail.send alerts.read", "mail.send 2fa_required", "mail.send"},
		"all removed in the console":             {nil, "mail.send", "2fa_required", ""},
		"replaced in the console":                {nil, "mail.send", "alerts.read", "alerts.read"},
		"ignored by the provider":                {[]string{"brand.new"}, "mail.send", "mail.send brand.new", "mail.send"},
		"ignored by the provider, listed":        {[]string{"brand.new"}, "mail.send brand.new", "mail.send", "mail.send brand.new"},
		"unknown, not ignored":                   {nil, "mail.send", "mail.send brand.new", "brand.new mail.send"},
		"imported":                               {nil, "", "mail.send 2fa_required", "mail.send"},
		"imported, only auto-assigned":           {nil, "", "2fa_required", ""},
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
		"unknown, not ignored": {nil, "mail.send", "mail.send brand.new", false},
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
		"mail.send":                           scopes.KindGeneral,
		"":                                    scopes.KindGeneral,
		"2fa_required":                        scopes.KindGeneral,
		"billing.read":                        scopes.KindBilling,
		"billing.read billing.update":         scopes.KindBilling,
		"billing.read 2fa_required":           scopes.KindBilling,
		"billing.read mail.send":              scopes.KindMixed,
		"billing.read mail.send 2fa_required": scopes.KindMixed,
		"billing.something.new":               scopes.KindGeneral,
	} {
		if got := scopes.NewPolicy().KindOf(set(given)); got != want {
			t.Errorf("%q: kind %d, want %d", given, got, want)
		}
	}
}

// FuzzPolicy checks properties of a policy for arbitrary sets. The bits of the
// inputs select scopes from a short list, so that the sets overlap often.
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
			t.Errorf("the first read returned %v, the second %v", state, again)
		}
		if !policy.Effective(state).Equal(policy.Effective(remote)) {
			t.Errorf("state %v differs from what SendGrid returned: %v", state, remote)
		}
		if shown, want := !policy.Equivalent(state, configured), !policy.Equivalent(remote, configured); shown != want {
			t.Errorf("configured %v, SendGrid returned %v: shows a difference: %t, want %t", configured, remote, shown, want)
		}
		if diff := difference(state, prior); !policy.Equivalent(prior, remote) &&
			!scopes.NewSet(diff...).Equal(scopes.NewSet(difference(policy.Effective(prior), policy.Effective(remote))...)) {
			t.Errorf("drift from %v to %v shows %v", prior, remote, diff)
		}
		if sent := policy.Effective(configured); len(sent.Intersect(scopes.Default().AutoAssigned)) > 0 {
			t.Errorf("a request has auto-assigned scopes: %v", sent)
		}
	})
}

// difference returns the scopes in only one of the sets.
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

// equal compares sets with Equal, which does not distinguish nil and empty.
var equal = cmp.Comparer(func(a, b scopes.Set) bool { return a.Equal(b) })
