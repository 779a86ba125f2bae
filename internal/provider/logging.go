package provider

import (
	"context"

	"github.com/hashicorp/terraform-plugin-log/tflog"

	"github.com/terraform-sendgrid/terraform-provider-sendgrid/internal/sendgrid"
)

// maskSecrets returns a context whose log entries cannot contain an API key. The
// provider logs no key on purpose; this is the second line of defense. Filters
// live in the context, so every RPC starts with this call. They reach strings
// only, so the provider logs nothing but strings and numbers.
func maskSecrets(ctx context.Context) context.Context {
	pattern := sendgrid.SecretPattern()
	ctx = tflog.MaskMessageRegexes(ctx, pattern)
	return tflog.MaskAllFieldValuesRegexes(ctx, pattern)
}

// logAttempt logs an attempt to send a request, without headers and bodies, which
// hold credentials.
func logAttempt(ctx context.Context, a sendgrid.Attempt) {
	// The logger masks the fields of a context in place, and an RPC may send
	// several requests at once: SetField gives each of them a copy.
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

// logFailedCheck logs a failed request that Terraform can do without.
func logFailedCheck(ctx context.Context, err error) {
	tflog.Warn(ctx, "A check was skipped because SendGrid did not respond as expected", map[string]any{"error": sendgrid.Redact(err.Error())})
}
