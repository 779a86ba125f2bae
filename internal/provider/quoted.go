package provider

import (
	"fmt"

	"github.com/terraform-sendgrid/terraform-provider-sendgrid/internal/sendgrid"
)

// quoted quotes a value from the configuration or from SendGrid for a diagnostic.
// Users paste API keys into the wrong place, so it redacts them.
func quoted(value string) string {
	return fmt.Sprintf("%q", sendgrid.Redact(value))
}

// unlike returns the end of a sentence about what a setting must be: ", not" and its
// value. It leaves out a value that is long enough for a secret, which need not look
// like an API key.
func unlike(value string) string {
	if len(value) > 12 {
		return ""
	}
	return ", not " + quoted(value)
}
