package provider

import (
	"context"
	"fmt"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/terraform-sendgrid/terraform-provider-sendgrid/internal/scopes"
)

// scopeSet returns the scopes of a known set, none for null.
func scopeSet(ctx context.Context, v types.Set) (scopes.Set, diag.Diagnostics) {
	if v.IsNull() {
		return nil, nil
	}
	var names []string
	diags := v.ElementsAs(ctx, &names, false)
	return scopes.NewSet(names...), diags
}

// scopesValue is the inverse of scopeSet, except for null.
func scopesValue(s scopes.Set) types.Set {
	elements := make([]attr.Value, len(s))
	for i, name := range s {
		elements[i] = types.StringValue(name)
	}
	return types.SetValueMust(types.StringType, elements)
}

// fullyKnown reports whether neither v nor any of its elements is unknown.
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

// requestScopes returns the scopes that a request for a restricted key carries.
// An empty result is an error, because SendGrid would grant Full Access.
func requestScopes(ctx context.Context, policy scopes.Policy, v types.Set) (scopes.Set, diag.Diagnostics) {
	set, diags := scopeSet(ctx, v)
	if diags.HasError() {
		return nil, diags
	}
	requested := policy.Effective(set)
	if len(requested) == 0 {
		diags.Append(noScopesLeft(set))
	}
	return requested, diags
}

func noScopesLeft(configured scopes.Set) diag.Diagnostic {
	return diag.NewAttributeErrorDiagnostic(path.Root("scopes"), "No scopes left to request", fmt.Sprintf(
		"The provider never requests %s, because SendGrid assigns these scopes on its own or ignored_scopes lists them. "+
			"Without them, no scope is left, and SendGrid would create a key with Full Access. "+
			"Add at least one other scope, or omit scopes if you want Full Access.",
		strings.Join(configured, ", ")))
}

// scopesChange is what a difference between two values of scopes requires.
type scopesChange int

const (
	// scopesSame: nothing. Both values grant the same.
	scopesSame scopesChange = iota
	// scopesUpdate: one PUT.
	scopesUpdate
	// scopesReplace: another key. A PUT needs a list of scopes, so it cannot grant
	// Full Access, and a key cannot change between billing and other scopes.
	scopesReplace
)

// compareScopes compares two known values of scopes.
func compareScopes(ctx context.Context, policy scopes.Policy, prior, planned types.Set) (scopesChange, diag.Diagnostics) {
	from, diags := scopeSet(ctx, prior)
	to, moreDiags := scopeSet(ctx, planned)
	diags.Append(moreDiags...)
	switch {
	case prior.IsNull() && planned.IsNull():
		return scopesSame, diags
	case planned.IsNull(), policy.ChangesKind(from, to):
		return scopesReplace, diags
	case prior.IsNull(), !policy.Equivalent(from, to):
		return scopesUpdate, diags
	default:
		return scopesSame, diags
	}
}

// scopesValidator rejects what no key can have, whatever its account. It does not
// know the provider's ignored_scopes, because Terraform validates before it
// configures the provider. The plan checks those.
type scopesValidator struct{}

var _ validator.Set = scopesValidator{}

func (scopesValidator) Description(context.Context) string {
	return "must contain scope names such as mail.send, at least one that SendGrid does not assign on its own, and no mix of billing scopes and others"
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
			"A key needs at least one scope, such as \"mail.send\". Omit scopes if you want Full Access.")
		return
	}
	for _, element := range req.ConfigValue.Elements() {
		if element.IsNull() {
			resp.Diagnostics.AddAttributeError(req.Path, "Null scope", "One of the scopes is null. Remove it, for example with compact().")
			return
		}
	}
	set, diags := scopeSet(ctx, req.ConfigValue)
	resp.Diagnostics.Append(diags...)
	for _, name := range set {
		if !scopes.WellFormed(name) {
			resp.Diagnostics.AddAttributeError(req.Path, "Malformed scope", fmt.Sprintf(
				"%s is not a scope name. Scope names consist of lowercase letters, digits, and underscores, joined by dots, such as \"mail.send\".", quoted(name)))
		}
	}
	if resp.Diagnostics.HasError() {
		return
	}
	policy := scopes.NewPolicy()
	if len(policy.Effective(set)) == 0 {
		resp.Diagnostics.Append(noScopesLeft(set))
	}
	if policy.KindOf(set) == scopes.KindMixed {
		resp.Diagnostics.AddAttributeError(req.Path, "Billing scopes mixed with others", fmt.Sprintf(
			"A SendGrid key has either billing scopes (%s) or other scopes, never both. Create two keys.",
			strings.Join(scopes.Default().Billing.Intersect(set), ", ")))
	}
}
