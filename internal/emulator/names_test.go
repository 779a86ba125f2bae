package emulator_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/terraform-sendgrid/terraform-provider-sendgrid/internal/emulator"
)

func TestNameRules(t *testing.T) {
	t.Parallel()
	var (
		none   emulator.NameRules
		trim   = emulator.NameRules{Trim: true}
		empty  = emulator.NameRules{AllowEmpty: true}
		ascii  = emulator.NameRules{ASCII: true}
		length = emulator.NameRules{MaxLength: 3}
	)
	for name, tt := range map[string]struct {
		rules emulator.NameRules
		sent  string
		want  string
		// rejected is set instead of want.
		rejected bool
	}{
		"blanks":                 {rules: none, sent: " a b ", want: " a b "},
		"blanks trimmed":         {rules: trim, sent: " a b ", want: "a b"},
		"only blanks":            {rules: none, sent: " ", want: " "},
		"only blanks, trimmed":   {rules: trim, sent: " ", rejected: true},
		"empty":                  {rules: none, sent: "", rejected: true},
		"empty allowed":          {rules: empty, sent: "", want: ""},
		"not ASCII":              {rules: none, sent: "ü漢", want: "ü漢"},
		"not ASCII, rejected":    {rules: ascii, sent: "ü漢", rejected: true},
		"long":                   {rules: none, sent: strings.Repeat("x", 1000), want: strings.Repeat("x", 1000)},
		"as long as allowed":     {rules: length, sent: "ü漢x", want: "ü漢x"},
		"longer than is allowed": {rules: length, sent: "ü漢xx", rejected: true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := start(t, emulator.Config{NameRules: tt.rules})
			c := clientOf(s)
			k := s.AddKey(emulator.Parent, "old", []string{"mail.send"})
			one := " /v3/api_keys/" + k.ID
			body := `{"name":"` + tt.sent + `","scopes":["mail.send"]}`
			if tt.rejected {
				c.expect(t, "POST /v3/api_keys", body, http.StatusBadRequest, nameMissing)
				c.expect(t, "PATCH"+one, body, http.StatusBadRequest, nameExpected)
				c.expect(t, "PUT"+one, body, http.StatusBadRequest, nameExpected)
				return
			}
			if got := c.create(t, s, body).Name; got != tt.want {
				t.Errorf("POST: %q, want %q", got, tt.want)
			}
			c.expect(t, "PATCH"+one, body, http.StatusOK, updatedBody(k.ID, tt.want))
			c.expect(t, "PUT"+one, body, http.StatusOK, updatedBody(k.ID, tt.want))
		})
	}
}
