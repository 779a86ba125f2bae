package provider

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"

	"github.com/terraform-sendgrid/terraform-provider-sendgrid/internal/keys"
	"github.com/terraform-sendgrid/terraform-provider-sendgrid/internal/scopes"
	"github.com/terraform-sendgrid/terraform-provider-sendgrid/internal/sendgrid"
)

// The checks in this file report, while the plan can still be changed, what apply
// would do or what SendGrid would reject. They belong to the first of the two
// plans that Terraform makes for a replacement: Terraform drops the warnings of
// the second.

// checkCreate checks the plan to create a key, or to replace another one.
func (r *apiKeyResource) checkCreate(ctx context.Context, plan apiKeyModel, requested scopes.Set, replaced *apiKeyModel) (diags diag.Diagnostics) {
	if plan.fullAccess() {
		diags.Append(createsFullAccess(plan))
	}
	if plan.OnBehalfOf.IsUnknown() {
		diags.Append(unknownScopes(requested, nil)...)
		return diags
	}
	what := subject{verb: "create", name: plan.Name.ValueString(), account: plan.OnBehalfOf.ValueString()}
	found := r.preflight.forCreate(ctx, what.account)
	needed := []string{"api_keys.create", "api_keys.read"}
	if plan.secretKeptOut() {
		needed = append(needed, "api_keys.update") // To remove the mark from the name.
	}
	if replaced != nil {
		needed = append(needed, "api_keys.delete")
	}
	diags.Append(r.checkReport(ctx, what, found, requested, needed...)...)
	if found.listErr != nil || diags.HasError() {
		return diags
	}
	diags.Append(leftBehind(r.keys.LeftBehind(ctx, what.account), what.account)...)
	if !plan.Name.IsUnknown() {
		diags.Append(r.checkName(what, found.listed, replaced)...)
	}
	if replaced == nil {
		diags.Append(r.checkLimit(what.account, len(found.listed))...)
	}
	return diags
}

// checkUpdate checks the plan to change a key in place.
func (r *apiKeyResource) checkUpdate(ctx context.Context, plan apiKeyModel, requested scopes.Set) diag.Diagnostics {
	if plan.OnBehalfOf.IsUnknown() {
		return unknownScopes(requested, nil)
	}
	what := subject{verb: "update", id: plan.ID.ValueString(), name: plan.Name.ValueString(), account: plan.OnBehalfOf.ValueString()}
	return r.checkReport(ctx, what, r.preflight.forUpdate(ctx, what.account), requested, "api_keys.update")
}

// checkReport checks what the preflight found: whether SendGrid accepts the
// credential, and whether the credential holds the scopes that the request needs
// and those that it grants. Requested is empty if the plan does not know the
// scopes yet.
func (r *apiKeyResource) checkReport(ctx context.Context, what subject, found report, requested scopes.Set, needed ...string) (diags diag.Diagnostics) {
	if r.accountRefused(ctx, what.account, found.heldErr) {
		return append(unknownScopes(requested, nil), accountForbidden(what.account))
	}
	for _, err := range []error{found.heldErr, found.listErr} {
		var failure *sendgrid.Error
		switch {
		case err == nil:
		case errors.As(err, &failure) && failure.Kind == sendgrid.KindUnauthorized:
			return append(unknownScopes(requested, nil), r.api.diagnose(ctx, what, err))
		default:
			logFailedCheck(ctx, err)
		}
	}
	diags.Append(unknownScopes(requested, found.held)...)
	if found.heldErr != nil {
		return diags
	}
	if missing := scopes.NewSet(needed...).Minus(found.held); len(missing) > 0 {
		diags.AddWarning("The credential lacks a scope", fmt.Sprintf(
			"The plan would %s. The provider's credential does not hold %s in that account, so SendGrid will reject the request. "+
				"Give the credential the missing scope, or use another credential.", what, strings.Join(missing, ", ")))
	}
	if missing := scopes.NotGrantable(requested, found.held); len(missing) > 0 {
		diags.Append(scopesNotHeld(missing, what.account))
	}
	return diags
}

// accountRefused reports whether the request for the credential's scopes failed
// because the credential has no access to the account. How SendGrid rejects an
// unknown subuser is not on record. If it does so with 401, the credential is fine
// in its own account.
func (r *apiKeyResource) accountRefused(ctx context.Context, account string, err error) bool {
	var failure *sendgrid.Error
	switch {
	case account == sendgrid.Parent, !errors.As(err, &failure):
		return false
	case failure.Kind == sendgrid.KindUnauthorized:
		return r.preflight.forUpdate(ctx, sendgrid.Parent).heldErr == nil
	default:
		return failure.Kind == sendgrid.KindForbidden
	}
}

// checkName warns if the account already has a key with the name. Keys that
// Terraform manages do not count.
func (r *apiKeyResource) checkName(what subject, listed []sendgrid.APIKey, replaced *apiKeyModel) (diags diag.Diagnostics) {
	var ids []string
	for _, key := range listed {
		name, marked := keys.UnmarkedName(key.Name)
		switch {
		case !sameName(name, what.name), r.preflight.manages(what.account, key.ID):
		case replaced != nil && key.ID == replaced.ID.ValueString():
		case marked:
			diags.Append(undeliveredExists(what, key))
		default:
			ids = append(ids, key.ID)
		}
	}
	if len(ids) == 0 {
		return diags
	}
	slices.Sort(ids)
	importID := ids[0]
	if what.account != sendgrid.Parent {
		importID = what.account + "/" + importID
	}
	diags.AddAttributeWarning(path.Root("name"), "An API key with this name exists", fmt.Sprintf(
		"An API key named %s already exists in %s: %s. If this run replaces that key, as with create_before_destroy, ignore this warning. "+
			"Otherwise, the account will have several keys with this name. "+
			"To adopt an existing key instead, add an import block with the address of this resource:\n\n"+
			"import {\n  to = sendgrid_api_key.example\n  id = %s\n}",
		quoted(what.name), accountName(what.account), strings.Join(ids, ", "), quoted(importID)))
	return diags
}

// keyLimit is the number of keys that SendGrid allows per account.
const keyLimit = 100

// checkLimit warns once if the plan creates more keys in an account than SendGrid
// allows.
func (r *apiKeyResource) checkLimit(account string, existing int) (diags diag.Diagnostics) {
	planned := r.preflight.countCreate(account)
	total := existing + planned
	if total <= keyLimit || planned > 1 && total > keyLimit+1 {
		return nil
	}
	diags.AddWarning("API key limit reached", fmt.Sprintf(
		"There are %d API keys in %s. Together with the keys that the plan creates, they exceed SendGrid's limit of %d keys per account. "+
			"Keys that the same plan deletes are not counted. If the plan deletes enough keys, you can ignore this warning.",
		existing, accountName(account), keyLimit))
	return diags
}

// checkAdopted checks the replacement of a key that this provider did not create.
func checkAdopted(state apiKeyModel, rec keyRecord) (diags diag.Diagnostics) {
	if !rec.adopted() {
		return nil
	}
	consequence := "Everything that uses the key will fail until it has the secret of the new key."
	if state.APIKey.IsNull() {
		consequence = "Nobody can get its secret back. " + consequence
	}
	diags.AddWarning("The plan revokes an adopted API key", fmt.Sprintf(
		"The plan replaces API key %s (%s), which this provider did not create, and revokes it. %s",
		quoted(state.Name.ValueString()), state.ID.ValueString(), consequence))
	return diags
}

// checkOwnKey warns if a change affects the key that the provider uses as its
// credential.
func (a *api) checkOwnKey(state apiKeyModel, verb, consequence string) (diags diag.Diagnostics) {
	if a.isOwnKey(state.ID.ValueString()) {
		diags.AddWarning("The provider uses this key as its credential", fmt.Sprintf(
			"The plan would %s API key %s (%s), which is the provider's own credential. %s Use another credential to manage this key.",
			verb, quoted(state.Name.ValueString()), a.ownID, consequence))
	}
	return diags
}

const (
	// refusesOwnKey is the consequence of a plan that revokes the own key.
	refusesOwnKey = "The provider refuses to revoke its own credential, so the apply will fail."
	// weakensOwnKey is the consequence of a plan that changes its scopes.
	weakensOwnKey = "The rest of this apply and every later run can fail if the key loses a scope that they need."
)

// restrictedWithoutScopes is the error about an adopted key with few scopes whose
// configuration has none. Without scopes the plan would revoke the key to create
// one with Full Access.
func restrictedWithoutScopes(state apiKeyModel, set scopes.Set) diag.Diagnostic {
	keep := "The key has no scopes except those that SendGrid assigns on its own, and a configuration cannot list only such scopes."
	if len(set) > 0 {
		names := make([]string, len(set))
		for i, name := range set {
			names[i] = quoted(name)
		}
		keep = "To keep the key as it is, add its scopes:\n\nscopes = [" + strings.Join(names, ", ") + "]"
	}
	return diag.NewAttributeErrorDiagnostic(path.Root("scopes"), "Adopted API key has no scopes in the configuration", fmt.Sprintf(
		"API key %s (%s) is a restricted key that this provider did not create, and the configuration has no scopes for it. A key without scopes has Full Access, "+
			"so Terraform would have to revoke this key and create another one. %s\n\n"+
			"To revoke it and create a key with Full Access, run \"terraform taint\" with the address of this resource, then apply.",
		quoted(state.Name.ValueString()), state.ID.ValueString(), keep))
}

func createsFullAccess(plan apiKeyModel) diag.Diagnostic {
	return diag.NewAttributeWarningDiagnostic(path.Root("scopes"), "API key with Full Access", fmt.Sprintf(
		"API key %s has no scopes, so SendGrid grants it Full Access: everything in its account except billing. "+
			"If you do not want that, list its scopes, and check that they do not come from a variable that is null.", quoted(plan.Name.ValueString())))
}

func accountForbidden(account string) diag.Diagnostic {
	return diag.NewAttributeWarningDiagnostic(path.Root("on_behalf_of"), fmt.Sprintf("No access to account %s", quoted(account)), fmt.Sprintf(
		"SendGrid does not let the provider's credential act on behalf of %s. Check the spelling of on_behalf_of, "+
			"and check that the credential belongs to the parent of that account. Otherwise, SendGrid will also reject the requests of the apply.", quoted(account)))
}

// unknownScopes warns about requested scopes that neither the catalog nor the
// credential has.
func unknownScopes(requested, held scopes.Set) (diags diag.Diagnostics) {
	known := scopes.Default().Known
	for _, name := range requested.Minus(known).Minus(held) {
		summary := "Unknown scope " + quoted(name)
		if similar, ok := scopes.Similar(name, known); ok {
			summary = fmt.Sprintf("Unknown scope %s: did you mean %q?", quoted(name), similar)
		}
		diags.AddAttributeWarning(path.Root("scopes"), summary, fmt.Sprintf(
			"The provider does not know the scope %s, and its credential does not hold it. SendGrid rejects scopes that it does not know. "+
				"If the scope is new, you can ignore this warning.", quoted(name)))
	}
	return diags
}

func grantedMore(what subject, id string, granted scopes.Set) diag.Diagnostic {
	return diag.NewAttributeWarningDiagnostic(path.Root("scopes"), "SendGrid granted more scopes than requested", fmt.Sprintf(
		"SendGrid reports that API key %s (%s) has %s, which the provider did not request. Check the key in SendGrid's console.",
		quoted(what.name), id, strings.Join(granted, ", ")))
}

func scopesNotHeld(missing scopes.Set, account string) diag.Diagnostic {
	return diag.NewAttributeWarningDiagnostic(path.Root("scopes"), "Credential does not hold all scopes", fmt.Sprintf(
		"The provider's credential does not hold %s in %s. It cannot grant scopes that it does not hold, so SendGrid will reject the request.",
		strings.Join(missing, ", "), accountName(account)))
}
