package provider

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/terraform-sendgrid/terraform-provider-sendgrid/internal/scopes"
	"github.com/terraform-sendgrid/terraform-provider-sendgrid/internal/sendgrid"
)

// apiKeyModel is a key as Terraform sees it.
type apiKeyModel struct {
	ID                types.String `tfsdk:"id"`
	Name              types.String `tfsdk:"name"`
	Scopes            types.Set    `tfsdk:"scopes"`
	APIKey            types.String `tfsdk:"api_key"`
	OnBehalfOf        types.String `tfsdk:"on_behalf_of"`
	RotateWhenChanged types.Map    `tfsdk:"rotate_when_changed"`
}

// imported reports whether the model holds no more than what an import knows.
func (m apiKeyModel) imported() bool {
	return m.Name.IsNull()
}

// fullAccess reports whether the key has Full Access, which is expressed by
// leaving the scopes out.
func (m apiKeyModel) fullAccess() bool {
	return m.Scopes.IsNull()
}

// refresh takes over what SendGrid tells of the key. The record, which stands in
// private state, remembers what SendGrid does not tell: whether the key was made
// with Full Access.
func (m *apiKeyModel) refresh(ctx context.Context, key sendgrid.APIKey, rec *keyRecord, policy scopes.Policy) diag.Diagnostics {
	remote := scopes.NewSet(key.Scopes...)
	switch {
	case rec.FullAccess:
	case m.imported():
		rec.FullAccess = scopes.LooksFullAccess(remote)
	default:
		// State of other providers knows Full Access, but has no record of it.
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

// scopeSet returns the scopes of a known set, none for null.
func scopeSet(ctx context.Context, v types.Set) (scopes.Set, diag.Diagnostics) {
	if v.IsNull() {
		return nil, nil
	}
	var names []string
	diags := v.ElementsAs(ctx, &names, false)
	return scopes.NewSet(names...), diags
}

// scopesValue is the inverse of scopeSet, but for null.
func scopesValue(s scopes.Set) types.Set {
	elements := make([]attr.Value, len(s))
	for i, name := range s {
		elements[i] = types.StringValue(name)
	}
	return types.SetValueMust(types.StringType, elements)
}

// fullyKnown reports whether neither v nor any element of it is unknown.
func fullyKnown(v types.Set) bool {
	if v.IsUnknown() {
		return false
	}
	for _, element := range v.Elements() {
		if element.IsUnknown() {
			return false
		}
	}
	return true
}
