package provider

import (
	"context"
	"fmt"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-log/tflog"

	"github.com/terraform-sendgrid/terraform-provider-sendgrid/internal/scopes"
)

// The checks in this file warn, while the plan can still be changed, about what
// apply would do or SendGrid would reject. They belong to the first of the two
// plans that Terraform makes for a replacement: Terraform drops the warnings of
// the second.

// checkScopes warns about the scopes of a key that is created, or that an update
// sends. Requested is empty if the plan does not know the scopes yet.
func (a *api) checkScopes(ctx context.Context, plan apiKeyModel, requested scopes.Set) diag.Diagnostics {
	var diags diag.Diagnostics
	if plan.fullAccess() {
		diags.Append(createsFullAccess(plan))
	}
	if len(requested) == 0 {
		return diags
	}
	unknown := requested.Minus(scopes.Default().Known)
	if !plan.OnBehalfOf.IsUnknown() {
		account := plan.OnBehalfOf.ValueString()
		held, err := a.held.Get(ctx, account)
		if err != nil {
			tflog.Warn(ctx, "Cannot read the scopes of the credential", map[string]any{"error": err.Error()})
		} else {
			// What the credential holds exists, whether the catalog has it or not.
			unknown = unknown.Minus(held)
			if missing := requested.Minus(held); len(missing) > 0 {
				diags.Append(scopesNotHeld(missing, account))
			}
		}
	}
	for _, name := range unknown {
		diags.Append(unknownScope(name))
	}
	return diags
}

// checkOwnKey warns if a change affects the key that the provider uses as its
// credential: it could be the last change that the provider makes.
func (a *api) checkOwnKey(state apiKeyModel, verb string) diag.Diagnostics {
	if a.ownID == "" || state.ID.ValueString() != a.ownID {
		return nil
	}
	return diag.Diagnostics{diag.NewWarningDiagnostic("The provider uses this key as its credential", fmt.Sprintf(
		"The plan would %s API key %q (%s), which is the provider's own credential. The rest of this apply "+
			"and every later run can fail without it. Use another credential to manage this key.",
		verb, state.Name.ValueString(), a.ownID))}
}

func createsFullAccess(plan apiKeyModel) diag.Diagnostic {
	return diag.NewAttributeWarningDiagnostic(path.Root("scopes"), "API key with Full Access", fmt.Sprintf(
		"API key %q has no scopes, so SendGrid grants it Full Access: everything in its account except billing. "+
			"If you do not want that, list its scopes, and check that they do not come from a variable that is null.", plan.Name.ValueString()))
}

func unknownScope(name string) diag.Diagnostic {
	return diag.NewAttributeWarningDiagnostic(path.Root("scopes"), "Unknown scope", fmt.Sprintf(
		"The provider does not know a scope %q. The nearest known scope is %q. "+
			"SendGrid rejects unknown scopes. If this scope is new, you can ignore this warning.",
		name, scopes.Nearest(name, scopes.Default().Known)))
}

func scopesNotHeld(missing scopes.Set, account string) diag.Diagnostic {
	return diag.NewAttributeWarningDiagnostic(path.Root("scopes"), "Credential does not hold all scopes", fmt.Sprintf(
		"The provider's credential does not hold %s in %s. It cannot grant scopes that it does not hold, so SendGrid will reject the request.",
		strings.Join(missing, ", "), accountName(account)))
}
