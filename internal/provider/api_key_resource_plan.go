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
// nothing, an update in place or a replacement. It reports what would make apply
// fail.
func (r *apiKeyResource) ModifyPlan(ctx context.Context, req resource.ModifyPlanRequest, resp *resource.ModifyPlanResponse) {
	ctx = maskSecrets(ctx)
	rec, diags := readPrivate[keyRecord](ctx, req.Private, recordKey)
	resp.Diagnostics.Append(diags...)
	var state apiKeyModel
	exists := !req.State.Raw.IsNull()
	if exists {
		resp.Diagnostics.Append(req.State.Get(ctx, &state)...)
		resp.Diagnostics.Append(r.api.claimRegion(&rec, state.ID.ValueString())...)
	}
	if resp.Diagnostics.HasError() {
		return
	}
	if req.Plan.Raw.IsNull() {
		resp.Diagnostics.Append(r.api.checkOwnKey(state, "delete", refusesOwnKey)...)
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
	policy := r.api.policy
	if exists && fullyKnown(plan.Scopes) {
		configured, diags := scopeSet(ctx, plan.Scopes)
		resp.Diagnostics.Append(diags...)
		policy = policy.Ignoring(rec.Learned, configured)
	}
	var requested scopes.Set
	if !plan.fullAccess() && fullyKnown(plan.Scopes) {
		set, diags := requestScopes(ctx, policy, plan.Scopes)
		resp.Diagnostics.Append(diags...)
		if resp.Diagnostics.HasError() {
			return
		}
		requested = set
	}
	switch {
	case exists:
		replace, diags := r.planChange(ctx, policy, config, state, &plan, requested, rec)
		resp.RequiresReplace = append(resp.RequiresReplace, replace...)
		resp.Diagnostics.Append(diags...)
	case !hasPrivate(ctx, req.Private, recordKey):
		_, diags := r.api.planSecret(&plan, nil, rec)
		resp.Diagnostics.Append(diags...)
		resp.Diagnostics.Append(r.checkCreate(ctx, plan, requested, nil)...)
	default:
		// In the second plan of a replacement, Terraform passes the private state of
		// the replaced key. The first plan has checked everything.
		_, _ = r.api.planSecret(&plan, nil, rec)
	}
	if resp.Diagnostics.HasError() {
		return
	}
	resp.Diagnostics.Append(resp.Plan.Set(ctx, plan)...)
}

// planChange compares the plan for an existing key with its state. It undoes
// differences in the plan that change nothing, checks what remains, and returns
// the attributes that require a replacement.
func (r *apiKeyResource) planChange(ctx context.Context, policy scopes.Policy, config, state apiKeyModel, plan *apiKeyModel, requested scopes.Set, rec keyRecord) (replace path.Paths, diags diag.Diagnostics) {
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
	secret, more := r.api.planSecret(plan, &state, rec)
	replace.Append(secret...)
	diags.Append(more...)
	// Terraform plans unknown scopes again in apply, when they are known.
	change := scopesUpdate
	if fullyKnown(plan.Scopes) {
		compared, more := compareScopes(ctx, policy, state.Scopes, plan.Scopes)
		change = compared
		diags.Append(more...)
	}
	switch {
	case change == scopesSame:
		plan.Scopes = state.Scopes
	case change == scopesReplace && config.fullAccess() && rec.adopted():
		set, more := scopeSet(ctx, state.Scopes)
		diags.Append(more...)
		diags.Append(restrictedWithoutScopes(state, set))
		return replace, diags
	case change == scopesReplace:
		replace.Append(path.Root("scopes"))
	}
	switch {
	case len(replace) > 0:
		diags.Append(checkAdopted(state, rec)...)
		diags.Append(r.api.checkOwnKey(state, "replace", refusesOwnKey)...)
		diags.Append(r.checkCreate(ctx, *plan, requested, &state)...)
	case change == scopesUpdate:
		diags.Append(r.api.checkOwnKey(state, "change the scopes of", weakensOwnKey)...)
		diags.Append(r.checkUpdate(ctx, *plan, requested)...)
	case !plan.Name.Equal(state.Name):
		diags.Append(r.checkUpdate(ctx, *plan, nil)...)
	}
	return replace, diags
}
