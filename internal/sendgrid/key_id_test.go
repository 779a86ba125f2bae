package sendgrid_test

import (
	"strings"
	"testing"

	"github.com/terraform-sendgrid/terraform-provider-sendgrid/internal/emulator"
	"github.com/terraform-sendgrid/terraform-provider-sendgrid/internal/sendgrid"
)

func TestKeyIDIsTheMiddlePart(t *testing.T) {
	t.Parallel()
	k := start(t, emulator.Config{}).AddKey(emulator.Parent, "k", nil)
	if got, ok := sendgrid.KeyID(k.Secret); got != k.ID || !ok {
		t.Errorf("got %q, %t, want %q", got, ok, k.ID)
	}
	if got, ok := sendgrid.KeyID(emulator.Credential); got != "emulator-credential-00" || !ok {
		t.Errorf("got %q, %t for the emulator's credential", got, ok)
	}
}

func TestKeyIDKnowsTheShapeOfAKey(t *testing.T) {
	t.Parallel()
	first, second := strings.Repeat("i", 22), strings.Repeat("s", 43)
	for name, key := range map[string]string{
		"empty":              "",
		"id alone":           first,
		"no secret":          "SG." + first,
		"empty secret":       "SG." + first + ".",
		"id too short":       "SG." + first[1:] + "." + second,
		"id too long":        "SG." + first + "i." + second,
		"secret too short":   "SG." + first + "." + second[1:],
		"secret too long":    "SG." + first + "." + second + "s",
		"lower case":         "sg." + first + "." + second,
		"another alphabet":   "SG." + first[1:] + "+." + second,
		"a fourth part":      "SG." + first + "." + second + ".x",
		"space before":       " SG." + first + "." + second,
		"line break after":   "SG." + first + "." + second + "\n",
		"a bearer's header":  "Bearer SG." + first + "." + second,
		"the dots elsewhere": "SG" + first + ".." + second,
	} {
		if got, ok := sendgrid.KeyID(key); got != "" || ok {
			t.Errorf("%s: got %q, %t", name, got, ok)
		}
	}
}
