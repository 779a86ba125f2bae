package provider

import (
	"context"
	"fmt"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/schema/validator"

	"github.com/terraform-sendgrid/terraform-provider-sendgrid/internal/scopes"
	"github.com/terraform-sendgrid/terraform-provider-sendgrid/internal/sendgrid"
)

// scopesValidator refuses what cannot be the scopes of a key, whatever the
// account. It does not know the provider's ignored_scopes: validation runs
// before the provider is configured, so the plan checks those.
type scopesValidator struct{}

var _ validator.Set = scopesValidator{}

func (scopesValidator) Description(context.Context) string {
	return "must hold scope names such as mail.send, more than those SendGrid assigns on its own, and billing scopes only among themselves"
}

func (v scopesValidator) MarkdownDescription(ctx context.Context) string {
	return v.Description(ctx)
}

func (scopesValidator) ValidateSet(ctx context.Context, req validator.SetRequest, resp *validator.SetResponse) {
	if req.ConfigValue.IsNull() || !fullyKnown(req.ConfigValue) {
		return
	}
	if len(req.ConfigValue.Elements()) == 0 {
		resp.Diagnostics.AddAttributeError(req.Path, "Empty scopes",
			"A key without any scope cannot be made. List at least one, such as \"mail.send\", or leave scopes out if Full Access is meant.")
		return
	}
	for _, element := range req.ConfigValue.Elements() {
		if element.IsNull() {
			resp.Diagnostics.AddAttributeError(req.Path, "Null scope", "A scope is null. Drop it, for example with compact().")
			return
		}
	}
	set, diags := scopeSet(ctx, req.ConfigValue)
	resp.Diagnostics.Append(diags...)
	for _, name := range set {
		if !scopes.WellFormed(name) {
			resp.Diagnostics.AddAttributeError(req.Path, "Malformed scope", fmt.Sprintf(
				"%q cannot be a scope: scopes consist of lower-case words, digits and underscores joined by dots, such as \"mail.send\".", name))
		}
	}
	if resp.Diagnostics.HasError() {
		return
	}
	policy := scopes.NewPolicy()
	if len(policy.Effective(set)) == 0 {
		resp.Diagnostics.Append(noScopesLeft(set))
	}
	if policy.KindOf(set) == scopes.Mixed {
		resp.Diagnostics.AddAttributeError(req.Path, "Billing scopes beside others", fmt.Sprintf(
			"A SendGrid key holds either billing scopes (%s) or others, never both. Make two keys.",
			strings.Join(scopes.Default().Billing.Intersect(set), ", ")))
	}
}

// nameValidator refuses a name that SendGrid would.
type nameValidator struct{}

var _ validator.String = nameValidator{}

func (nameValidator) Description(context.Context) string {
	return "must not be empty"
}

func (v nameValidator) MarkdownDescription(ctx context.Context) string {
	return v.Description(ctx)
}

func (nameValidator) ValidateString(_ context.Context, req validator.StringRequest, resp *validator.StringResponse) {
	if !req.ConfigValue.IsNull() && !req.ConfigValue.IsUnknown() && req.ConfigValue.ValueString() == "" {
		resp.Diagnostics.AddAttributeError(req.Path, "Empty name",
			"A key needs a name. It need not be unique: write what the key is for, such as \"Newsletter\".")
	}
}

// accountValidator refuses what no on-behalf-of header can hold.
type accountValidator struct{}

var _ validator.String = accountValidator{}

func (accountValidator) Description(context.Context) string {
	return "must be a subuser's username, \"account-id <id>\", or empty for the credential's own account"
}

func (v accountValidator) MarkdownDescription(ctx context.Context) string {
	return v.Description(ctx)
}

func (accountValidator) ValidateString(_ context.Context, req validator.StringRequest, resp *validator.StringResponse) {
	if req.ConfigValue.IsNull() || req.ConfigValue.IsUnknown() {
		return
	}
	if err := checkAccount(req.ConfigValue.ValueString()); err != nil {
		resp.Diagnostics.AddAttributeError(req.Path, "Invalid on_behalf_of", fmt.Sprintf("The account %s.", err))
	}
}

// keyIDValidator refuses what cannot be the id of a key, such as a whole key,
// which it does not repeat.
type keyIDValidator struct{}

var _ validator.String = keyIDValidator{}

func (keyIDValidator) Description(context.Context) string {
	return "must be the id of an API key, which is its middle part"
}

func (v keyIDValidator) MarkdownDescription(ctx context.Context) string {
	return v.Description(ctx)
}

func (keyIDValidator) ValidateString(_ context.Context, req validator.StringRequest, resp *validator.StringResponse) {
	if req.ConfigValue.IsNull() || req.ConfigValue.IsUnknown() || sendgrid.IsKeyID(req.ConfigValue.ValueString()) {
		return
	}
	resp.Diagnostics.AddAttributeError(req.Path, "Not an API key id",
		"An id consists of letters, digits, - and _, such as ynfH3dkkSYfdvQRKIjcP5Q. It is the middle part of an API key, without the dots.")
}
