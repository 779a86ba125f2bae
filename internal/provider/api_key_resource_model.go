package provider

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/terraform-sendgrid/terraform-provider-sendgrid/internal/scopes"
	"github.com/terraform-sendgrid/terraform-provider-sendgrid/internal/sendgrid"
)

// apiKeyModel is an API key as Terraform sees it.
type apiKeyModel struct {
	ID                types.String `tfsdk:"id"`
	Name              types.String `tfsdk:"name"`
	Scopes            types.Set    `tfsdk:"scopes"`
	APIKey            types.String `tfsdk:"api_key"`
	OnBehalfOf        types.String `tfsdk:"on_behalf_of"`
	RotateWhenChanged types.Map    `tfsdk:"rotate_when_changed"`
}

// imported reports whether the model holds no more than an import provides.
func (m apiKeyModel) imported() bool {
	return m.Name.IsNull()
}

// fullAccess reports whether the key has Full Access, which omitted scopes
// express.
func (m apiKeyModel) fullAccess() bool {
	return m.Scopes.IsNull()
}

// refresh updates the model with what SendGrid reports about the key. The record
// remembers what SendGrid does not report: whether the key was created with Full
// Access.
func (m *apiKeyModel) refresh(ctx context.Context, key sendgrid.APIKey, rec *keyRecord, policy scopes.Policy) diag.Diagnostics {
	remote := scopes.NewSet(key.Scopes...)
	switch {
	case rec.FullAccess:
	case m.imported():
		rec.FullAccess = scopes.LooksFullAccess(remote)
	default:
		// The state of other providers expresses Full Access, but has no record of it.
		rec.FullAccess = m.fullAccess()
	}
	m.ID = types.StringValue(key.ID)
	m.Name = types.StringValue(key.Name)

	if rec.FullAccess {
		if rec.Baseline == nil {
			rec.Baseline = policy.Effective(remote)
		}
		if !policy.Narrowed(rec.Baseline, remote) {
			m.Scopes = types.SetNull(types.StringType)
			return nil
		}
	}
	prior, diags := scopeSet(ctx, m.Scopes)
	if diags.HasError() {
		return diags
	}
	m.Scopes = scopesValue(policy.Read(prior, remote))
	return diags
}

// nameValidator rejects the empty name, which SendGrid would reject.
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
			"A key needs a name, such as \"Newsletter\". It does not have to be unique.")
	}
}

// keyIDValidator rejects what cannot be the id of a key, such as a whole key,
// without quoting it.
type keyIDValidator struct{}

var _ validator.String = keyIDValidator{}

func (keyIDValidator) Description(context.Context) string {
	return "must be the id of an API key, which is the middle part of the key"
}

func (v keyIDValidator) MarkdownDescription(ctx context.Context) string {
	return v.Description(ctx)
}

func (keyIDValidator) ValidateString(_ context.Context, req validator.StringRequest, resp *validator.StringResponse) {
	if req.ConfigValue.IsNull() || req.ConfigValue.IsUnknown() || sendgrid.IsKeyID(req.ConfigValue.ValueString()) {
		return
	}
	resp.Diagnostics.AddAttributeError(req.Path, "Invalid API key id",
		"An id consists of letters, digits, - and _, such as ynfH3dkkSYfdvQRKIjcP5Q. It is the middle part of an API key, without the dots.")
}
