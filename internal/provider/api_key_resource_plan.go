package provider

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"

	"github.com/terraform-sendgrid/terraform-provider-sendgrid/internal/scopes"
)

var _ resource.ResourceWithModifyPlan = (*apiKeyResource)(nil)

// ModifyPlan decides what a difference between state and configuration requires:
// nothing, an update in place or a replacement.
func (r *apiKeyResource) ModifyPlan(ctx context.Context, req resource.ModifyPlanRequest, resp *resource.ModifyPlanResponse) {
	ctx = maskSecrets(ctx)
	var state apiKeyModel
	if !req.State.Raw.IsNull() {
		resp.Diagnostics.Append(req.State.Get(ctx, &state)...)
		rec, diags := readPrivate[keyRecord](ctx, req.Private, recordKey)
		resp.Diagnostics.Append(diags...)
		resp.Diagnostics.Append(r.api.claimRegion(&rec, state.ID.ValueString())...)
	}
	if resp.Diagnostics.HasError() {
		return
	}
	if req.Plan.Raw.IsNull() {
		resp.Diagnostics.Append(r.api.checkOwnKey(state, "delete")...)
		return
	}
	var config, plan apiKeyModel
	resp.Diagnostics.Append(req.Config.Get(ctx, &config)...)
	resp.Diagnostics.Append(req.Plan.Get(ctx, &plan)...)
	if resp.Diagnostics.HasError() {
		return
	}
	// The account is known in the plan whenever the configuration determines it.
	plan.OnBehalfOf = r.api.accountOr(config.OnBehalfOf)
	var requested scopes.Set
	if !plan.fullAccess() && fullyKnown(plan.Scopes) {
		set, diags := requestScopes(ctx, r.api.policy, plan.Scopes)
		resp.Diagnostics.Append(diags...)
		requested = set
	}
	sendsScopes := true
	if !req.State.Raw.IsNull() {
		change, replace, diags := r.planChange(ctx, config, state, &plan)
		resp.Diagnostics.Append(diags...)
		resp.RequiresReplace = append(resp.RequiresReplace, replace...)
		switch {
		case len(replace) > 0:
			resp.Diagnostics.Append(r.api.checkOwnKey(state, "replace")...)
		case change == scopesUpdate:
			resp.Diagnostics.Append(r.api.checkOwnKey(state, "change the scopes of")...)
		default:
			sendsScopes = false
		}
	}
	if sendsScopes {
		resp.Diagnostics.Append(r.api.checkScopes(ctx, plan, requested)...)
	}
	if resp.Diagnostics.HasError() {
		return
	}
	resp.Diagnostics.Append(resp.Plan.Set(ctx, plan)...)
}

// planChange compares the plan for an existing key with its state. It undoes
// differences in the plan that change nothing, and returns the attributes that
// require a replacement.
func (r *apiKeyResource) planChange(ctx context.Context, config, state apiKeyModel, plan *apiKeyModel) (change scopesChange, replace path.Paths, diags diag.Diagnostics) {
	// State without an account, such as that of other providers, means the
	// provider's default.
	recorded := r.api.accountOr(state.OnBehalfOf)
	if config.OnBehalfOf.IsNull() && r.api.account.IsUnknown() {
		// The provider's default is not known yet. The key stays where it is. If the
		// default turns out to be another account, Terraform stops the apply.
		plan.OnBehalfOf = recorded
	}
	if !plan.OnBehalfOf.Equal(recorded) {
		replace.Append(path.Root("on_behalf_of"))
	}
	if !state.RotateWhenChanged.IsNull() && !plan.RotateWhenChanged.IsNull() &&
		!plan.RotateWhenChanged.Equal(state.RotateWhenChanged) {
		replace.Append(path.Root("rotate_when_changed"))
	}
	if !fullyKnown(plan.Scopes) {
		// Terraform plans again in apply, when the scopes are known.
		return scopesUpdate, replace, nil
	}
	change, diags = compareScopes(ctx, r.api.policy, state.Scopes, plan.Scopes)
	switch change {
	case scopesSame:
		plan.Scopes = state.Scopes
	case scopesReplace:
		replace.Append(path.Root("scopes"))
	case scopesUpdate:
	}
	return change, replace, diags
}
