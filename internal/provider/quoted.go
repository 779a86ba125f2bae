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
