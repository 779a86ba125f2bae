package keys

import (
	"strings"
	"testing"
	"time"
)

func TestEphemeralName(t *testing.T) {
	t.Parallel()
	at := time.Date(2026, 11, 21, 12, 41, 59, 0, time.FixedZone("CET", 3600))
	name := EphemeralName("a-20250101T0000Z-b", at)
	if want := "terraform-ephemeral-a-20250101T0000Z-b-20261121T1141Z-"; !strings.HasPrefix(name, want) {
		t.Errorf("the name is %q, want %q and a random part", name, want)
	}
	if other := EphemeralName("a-20250101T0000Z-b", at); other == name {
		t.Errorf("two keys are named %q", name)
	}
	if since, ok := ephemeralSince(name); !ok || !since.Equal(at.Truncate(time.Minute)) {
		t.Errorf("%q was created at %s, %t", name, since, ok)
	}
}

// Only the provider's own names say when a key was created.
func TestEphemeralSince(t *testing.T) {
	t.Parallel()
	for _, name := range []string{
		"Newsletter",
		"terraform-ephemeral-",
		"terraform-ephemeral-docs-20261121T1141Z",
		"terraform-ephemeral-docs-20261399T9999Z-abcdefghij",
		"terraform-ephemeral-docs-20261121T1141Z-abcdefghijk",
		"my-terraform-ephemeral-docs-20261121T1141Z-abcdefghij",
	} {
		if since, ok := ephemeralSince(name); ok {
			t.Errorf("%q was created at %s", name, since)
		}
	}
}
