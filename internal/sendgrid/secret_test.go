package sendgrid_test

import (
	"fmt"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/terraform-sendgrid/terraform-provider-sendgrid/internal/emulator"
	"github.com/terraform-sendgrid/terraform-provider-sendgrid/internal/sendgrid"
)

// fakeKey returns a string in the format of an API key.
func fakeKey() string {
	return "SG." + strings.Repeat("i", 22) + "." + strings.Repeat("s", 43)
}

func TestSecretPattern(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		in   string
		want []string
	}{
		"API key":          {fakeKey(), []string{fakeKey()}},
		"in a sentence":    {"It is " + fakeKey() + ".", []string{fakeKey()}},
		"two keys":         {fakeKey() + "," + fakeKey(), []string{fakeKey(), fakeKey()}},
		"truncated secret": {fakeKey()[:40], []string{fakeKey()[:40]}},
		"no secret":        {fakeKey()[:25], nil},
		"a subuser":        {"MSG.team", nil},
		"id":               {strings.Repeat("i", 22), nil},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			equal(t, sendgrid.SecretPattern().FindAllString(tt.in, -1), tt.want)
		})
	}
}

func TestKeyID(t *testing.T) {
	t.Parallel()
	k := start(t, emulator.Config{}).AddKey(emulator.Parent, "k", nil)
	if got, ok := sendgrid.KeyID(k.Secret); got != k.ID || !ok {
		t.Errorf("got %q, %t, want %q", got, ok, k.ID)
	}
	if got, ok := sendgrid.KeyID(emulator.Credential); got != "emulator-credential-00" || !ok {
		t.Errorf("got %q, %t for the emulator's credential", got, ok)
	}
}

func TestKeyIDRequiresAnAPIKey(t *testing.T) {
	t.Parallel()
	first, second := strings.Repeat("i", 22), strings.Repeat("s", 43)
	for name, secret := range map[string]string{
		"empty":            "",
		"id alone":         first,
		"no secret":        "SG." + first,
		"empty secret":     "SG." + first + ".",
		"id too short":     "SG." + first[1:] + "." + second,
		"id too long":      "SG." + first + "i." + second,
		"secret too short": "SG." + first + "." + second[1:],
		"secret too long":  "SG." + first + "." + second + "s",
		"lower case":       "sg." + first + "." + second,
		"another alphabet": "SG." + first[1:] + "+." + second,
		"fourth part":      "SG." + first + "." + second + ".x",
		"space before":     " SG." + first + "." + second,
		"line break after": "SG." + first + "." + second + "\n",
		"bearer token":     "Bearer SG." + first + "." + second,
		"dots elsewhere":   "SG" + first + ".." + second,
		"two keys":         "SG." + first + "." + second + " SG." + first + "." + second,
	} {
		if got, ok := sendgrid.KeyID(secret); got != "" || ok {
			t.Errorf("%s: got %q, %t", name, got, ok)
		}
	}
}

func TestIsKeyID(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]bool{
		id: true, strings.Repeat("i", 22): true, "-": true, "_": true, "aZ09-_": true,
		"": false, " ": false, "a b": false, " a": false, "a/b": false, "a.b": false, "a\n": false, "ä": false, "a+": false, fakeKey(): false,
	} {
		if got := sendgrid.IsKeyID(in); got != want {
			t.Errorf("%q: got %t", in, got)
		}
	}
}

func TestRedact(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct{ in, want string }{
		"whole key":          {"key " + fakeKey() + " is bad", "key SG.*** is bad"},
		"two keys":           {fakeKey() + "," + fakeKey(), "SG.***,SG.***"},
		"beginning of a key": {"SG." + strings.Repeat("i", 22), "SG.***"},
		"in a header":        {"Bearer " + fakeKey(), "Bearer SG.***"},
		"in a URL":           {"https://x/v3/api_keys/" + fakeKey() + "?a", "https://x/v3/api_keys/SG.***?a"},
		"in a sentence":      {"It is " + fakeKey() + ".", "It is SG.***."},
		"no key":             {"Keys begin with SG.", "Keys begin with SG."},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			equal(t, sendgrid.Redact(tt.in), tt.want)
		})
	}
}

// TestDetailsAreRedactedAndTruncated covers messages and fields that SendGrid could
// report.
func TestDetailsAreRedactedAndTruncated(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("a", 499)
	for name, tt := range map[string]struct{ in, want string }{
		"a key":                    {"bad key " + fakeKey(), "bad key SG.***"},
		"500 bytes":                {long + "b", long + "b"},
		"501 bytes":                {long + "bc", long + "b…"},
		"two bytes at the limit":   {long + "é", long + "…"},
		"three bytes at the limit": {long + "€", long + "…"},
		"four bytes at the limit":  {long[:496] + "😀b", long[:496] + "😀…"},
		"a key at the limit":       {long[:490] + fakeKey(), long[:490] + "SG.***"},
		"a key before the limit":   {long[:480] + fakeKey() + " b", long[:480] + "SG.*** b"},
		"invalid UTF-8":            {"a\xffb", "a\ufffdb"},
		"a line break":             {"a\nb", "a\nb"},
		"almost a megabyte":        {strings.Repeat("€", 1<<18), strings.Repeat("€", 166) + "…"},
	} {
		for place, body := range map[string]string{
			"message": `{"errors":[{"field":null,"message":"%s"}]}`,
			"field":   `{"errors":[{"field":"%s","message":"m"}]}`,
			"error":   `{"error":"%s"}`,
		} {
			t.Run(name+" in "+place, func(t *testing.T) {
				t.Parallel()
				body := fmt.Sprintf(body, strings.ReplaceAll(tt.in, "\n", `\n`))
				s := failing(t, emulator.Respond(400, nil, "application/json", body))
				got := apiError(t, create(t.Context(), connect(t, options(s.URL())), id))
				want := sendgrid.Detail{Message: tt.want}
				if place == "field" {
					want = sendgrid.Detail{Field: tt.want, Message: "m"}
				}
				equal(t, got.Details, []sendgrid.Detail{want})
				if !utf8.ValidString(got.Error()) {
					t.Errorf("error is not UTF-8: %q", got.Error())
				}
			})
		}
	}
}
