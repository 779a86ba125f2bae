package provider

import (
	"context"
	"regexp"

	"github.com/hashicorp/terraform-plugin-log/tflog"

	"github.com/terraform-sendgrid/terraform-provider-sendgrid/internal/sendgrid"
)

// apiKeyPattern matches SendGrid API keys, and what is near enough to be one.
var apiKeyPattern = regexp.MustCompile(`SG\.[\w-]+\.[\w-]+`)

// maskSecrets returns a context whose log entries hold no API key. Nothing here
// logs one: this is the second line. Filters live in the context, so every RPC
// begins with it; they reach strings only, so nothing but strings and numbers
// is ever logged.
func maskSecrets(ctx context.Context) context.Context {
	ctx = tflog.MaskMessageRegexes(ctx, apiKeyPattern)
	return tflog.MaskAllFieldValuesRegexes(ctx, apiKeyPattern)
}

// logAttempt writes an attempt at a request to the log: neither headers nor
// bodies, which hold credentials.
func logAttempt(ctx context.Context, a sendgrid.Attempt) {
	// The logger masks the fields of a context in place, and an RPC may send
	// several requests at once: SetField gives each a copy.
	ctx = tflog.SetField(ctx, "method", a.Method)
	fields := map[string]any{
		"path":        a.Path,
		"status":      a.Status,
		"duration_ms": a.Duration.Milliseconds(),
		"attempt":     a.Number,
	}
	if a.Err != nil {
		fields["error"] = sendgrid.Redact(a.Err.Error())
	}
	tflog.Debug(ctx, "SendGrid request", fields)
}
