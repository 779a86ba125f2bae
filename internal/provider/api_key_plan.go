package provider

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/terraform-sendgrid/terraform-provider-sendgrid/internal/scopes"
)

// ModifyPlan decides what a difference between state and configuration means:
// nothing, a change in place or another key.
func (r *apiKeyResource) ModifyPlan(ctx context.Context, req resource.ModifyPlanRequest, resp *resource.ModifyPlanResponse) {
	ctx = maskSecrets(ctx)
	var state apiKeyModel
	if !req.State.Raw.IsNull() {
		resp.Diagnostics.Append(req.State.Get(ctx, &state)...)
		rec, diags := readRecord(ctx, req.Private)
		resp.Diagnostics.Append(diags...)
		resp.Diagnostics.Append(r.claimRegion(&rec, state.ID.ValueString())...)
	}
	if resp.Diagnostics.HasError() {
		return
	}
	if req.Plan.Raw.IsNull() {
		resp.Diagnostics.Append(r.checkOwnKey(state, "delete")...)
		return
	}
	var config, plan apiKeyModel
	resp.Diagnostics.Append(req.Config.Get(ctx, &config)...)
	resp.Diagnostics.Append(req.Plan.Get(ctx, &plan)...)
	if resp.Diagnostics.HasError() {
		return
	}
	// A plan never leaves the account to apply where the configuration tells it.
	plan.OnBehalfOf = r.accountOr(config.OnBehalfOf)
	var requested scopes.Set
	if !plan.fullAccess() && fullyKnown(plan.Scopes) {
		set, diags := r.requestable(ctx, plan.Scopes)
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
			resp.Diagnostics.Append(r.checkOwnKey(state, "replace")...)
		case change == scopesUpdate:
			resp.Diagnostics.Append(r.checkOwnKey(state, "change the scopes of")...)
		default:
			sendsScopes = false
		}
	}
	if sendsScopes {
		resp.Diagnostics.Append(r.checkScopes(ctx, plan, requested)...)
	}
	if resp.Diagnostics.HasError() {
		return
	}
	resp.Diagnostics.Append(resp.Plan.Set(ctx, plan)...)
}

// planChange compares the plan for an existing key with its state, undoes in
// the plan what is no change, and returns the attributes that take another key.
func (r *apiKeyResource) planChange(ctx context.Context, config, state apiKeyModel, plan *apiKeyModel) (change scopesChange, replace path.Paths, diags diag.Diagnostics) {
	// State that records no account, as that of other providers does, means the
	// provider's default.
	recorded := r.accountOr(state.OnBehalfOf)
	if config.OnBehalfOf.IsNull() && r.account.IsUnknown() {
		// The provider's default is not known yet. The key stays where it is; if
		// the default turns out to be another account, core stops the apply.
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
		// What this comes to, core asks again when apply knows the scopes.
		return scopesUpdate, replace, nil
	}
	change, diags = r.compareScopes(ctx, state.Scopes, plan.Scopes)
	switch change {
	case scopesSame:
		plan.Scopes = state.Scopes
	case scopesReplace:
		replace.Append(path.Root("scopes"))
	case scopesUpdate:
	}
	return change, replace, diags
}

// scopesChange is what a difference between two values of scopes comes to.
type scopesChange int

const (
	// scopesSame: the key may do the same with either.
	scopesSame scopesChange = iota
	// scopesUpdate: one PUT.
	scopesUpdate
	// scopesReplace: another key, since PUT needs a list and so cannot make a
	// Full Access key, and billing keys are of their own kind.
	scopesReplace
)

// compareScopes compares known values of the attribute scopes.
func (r *apiKeyResource) compareScopes(ctx context.Context, prior, planned types.Set) (scopesChange, diag.Diagnostics) {
	from, diags := scopeSet(ctx, prior)
	to, moreDiags := scopeSet(ctx, planned)
	diags.Append(moreDiags...)
	switch {
	case prior.IsNull() && planned.IsNull():
		return scopesSame, diags
	case planned.IsNull(), r.changesKind(from, to):
		return scopesReplace, diags
	case prior.IsNull(), !r.policy.Equivalent(from, to):
		return scopesUpdate, diags
	default:
		return scopesSame, diags
	}
}

// changesKind reports whether a key would have to become one of billing, or cease to
// be. SendGrid makes none that is both: what looks like it is a billing key to which
// SendGrid has added scopes of its own.
func (r *apiKeyResource) changesKind(from, to scopes.Set) bool {
	was := r.policy.KindOf(from)
	if was == scopes.Mixed {
		was = scopes.Billing
	}
	return was != r.policy.KindOf(to)
}

// requestable returns the scopes that a request for a restricted key carries.
// Nothing left to ask for is an error: left out, they would mean Full Access.
func (d *providerData) requestable(ctx context.Context, v types.Set) (scopes.Set, diag.Diagnostics) {
	set, diags := scopeSet(ctx, v)
	if diags.HasError() {
		return nil, diags
	}
	requested := d.policy.Effective(set)
	if len(requested) == 0 {
		diags.Append(noScopesLeft(set))
	}
	return requested, diags
}
