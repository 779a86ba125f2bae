package scopes

import "testing"

// keyScopes returns the scopes of a typical restricted key.
func keyScopes() Set {
	return NewSet("alerts.read", "mail.send", "stats.read", "suppression.read", "templates.read", "templates.versions.read")
}

func BenchmarkPolicyRead(b *testing.B) {
	policy := NewPolicy()
	prior := keyScopes()
	for name, remote := range map[string]Set{
		"same":    prior.Union(NewSet("2fa_required", "sender_verification_eligible")),
		"drifted": prior.Union(NewSet("2fa_required", "access_settings.read")),
	} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				policy.Read(prior, remote)
			}
		})
	}
}

// A Full Access key has the largest set of scopes.
func BenchmarkPolicyEquivalent(b *testing.B) {
	policy := NewPolicy()
	for name, set := range map[string]Set{
		"restricted":  keyScopes(),
		"full_access": Default().FullAccess,
	} {
		other := set.Union(NewSet("2fa_required"))
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				policy.Equivalent(set, other)
			}
		})
	}
}

// A process parses the catalog once.
func BenchmarkParseCatalog(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		if _, err := parse(catalogJSON); err != nil {
			b.Fatal(err)
		}
	}
}
