package provider

import (
	"context"
	"fmt"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"

	"github.com/terraform-sendgrid/terraform-provider-sendgrid/internal/scopes"
)

// The checks of this file warn, while a plan can still be changed, of what
// apply would do or SendGrid would refuse. They belong to the first of the two
// plans that core makes of a replacement: core drops the warnings of the second.

// checkScopes warns about the scopes of a key that is made, or that are sent for
// one that exists. Of those that are requested, it knows none where the plan
// does not know them yet.
func (r *apiKeyResource) checkScopes(ctx context.Context, plan apiKeyModel, requested scopes.Set) diag.Diagnostics {
	var diags diag.Diagnostics
	if plan.fullAccess() {
		diags.Append(makesFullAccess(plan))
	}
	if len(requested) == 0 {
		return diags
	}
	unknown := requested.Minus(scopes.Default().Known)
	if !plan.OnBehalfOf.IsUnknown() {
		account := plan.OnBehalfOf.ValueString()
		if held, err := r.held.in(ctx, account); err == nil {
			// What the credential holds exists, whether the catalogue has it or not.
			unknown = unknown.Minus(held)
			if refused := requested.Minus(held); len(refused) > 0 {
				diags.Append(scopesNotHeld(refused, account))
			}
		}
	}
	for _, name := range unknown {
		diags.Append(unknownScope(name))
	}
	return diags
}

// checkOwnKey warns where a change hits the key that the provider runs on: it
// could be the last that the provider makes.
func (r *apiKeyResource) checkOwnKey(state apiKeyModel, verb string) diag.Diagnostics {
	if r.ownID == "" || state.ID.ValueString() != r.ownID {
		return nil
	}
	return diag.Diagnostics{diag.NewWarningDiagnostic("The provider runs on this key", fmt.Sprintf(
		"The plan is to %s API key %q (%s), which is the provider's own credential. What comes after that in the same apply, "+
			"and every later run, may fail for want of it. Manage it with another credential.",
		verb, state.Name.ValueString(), r.ownID))}
}

func makesFullAccess(plan apiKeyModel) diag.Diagnostic {
	return diag.NewAttributeWarningDiagnostic(path.Root("scopes"), "API key with Full Access", fmt.Sprintf(
		"API key %q has no scopes, so SendGrid gives it Full Access: it may do all that its account may, except billing. "+
			"If that is not meant, list its scopes, and check that no variable they come from is null.", plan.Name.ValueString()))
}

func unknownScope(name string) diag.Diagnostic {
	return diag.NewAttributeWarningDiagnostic(path.Root("scopes"), "Unknown scope", fmt.Sprintf(
		"%q is not among the scopes that this provider knows. The nearest of those is %q. "+
			"SendGrid refuses scopes that it does not know; if this one is new, go on.",
		name, scopes.Nearest(name, scopes.Default().Known)))
}

func scopesNotHeld(refused scopes.Set, account string) diag.Diagnostic {
	return diag.NewAttributeWarningDiagnostic(path.Root("scopes"), "Scopes that the credential does not hold", fmt.Sprintf(
		"The provider's credential does not hold %s in %s. A key cannot be given more than its maker holds, so SendGrid will refuse.",
		strings.Join(refused, ", "), accountName(account)))
}
