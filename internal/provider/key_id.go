package provider

import (
	"context"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"

	"github.com/terraform-sendgrid/terraform-provider-sendgrid/internal/sendgrid"
)

// checkKeyID rejects what cannot be the id of a key, such as a whole key. It does
// not quote the value.
func checkKeyID(at path.Path, value string) (diags diag.Diagnostics) {
	switch {
	case sendgrid.SecretPattern().MatchString(value):
		diags.Append(diag.WithPath(at, secretInsteadOfID(value)))
	case !sendgrid.IsKeyID(value):
		diags.AddAttributeError(at, "Invalid API key id", whatIsAnID)
	}
	return diags
}

const whatIsAnID = "An id consists of letters, digits, hyphens, and underscores, such as ynfH3dkkSYfdvQRKIjcP5Q. " +
	"It is the middle part of an API key, without the dots. SendGrid's console shows it as API Key ID."

// secretInsteadOfID is the error about a value that contains an API key where an
// id is expected.
func secretInsteadOfID(value string) diag.Diagnostic {
	advice := "Use the key's id instead, which is the part between its first and its second dot."
	if id, ok := sendgrid.KeyID(sendgrid.SecretPattern().FindString(value)); ok {
		advice = "Use the key's id instead: " + id + "."
	}
	return diag.NewErrorDiagnostic("API key given instead of its id", fmt.Sprintf(
		"The value is an API key, which is a secret. %s "+
			"If the value is in a shell history, a log, or a repository, treat the key as leaked.", advice))
}

// keyIDValidator applies checkKeyID.
type keyIDValidator struct{}

var _ validator.String = keyIDValidator{}

func (keyIDValidator) Description(context.Context) string {
	return "must be the id of an API key, which is the middle part of the key"
}

func (v keyIDValidator) MarkdownDescription(ctx context.Context) string {
	return v.Description(ctx)
}

func (keyIDValidator) ValidateString(_ context.Context, req validator.StringRequest, resp *validator.StringResponse) {
	if !req.ConfigValue.IsNull() && !req.ConfigValue.IsUnknown() {
		resp.Diagnostics.Append(checkKeyID(req.Path, req.ConfigValue.ValueString())...)
	}
}
