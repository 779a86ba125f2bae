package provider

import (
	"context"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/terraform-sendgrid/terraform-provider-sendgrid/internal/sendgrid"
)

var _ resource.ResourceWithImportState = (*apiKeyResource)(nil)

// ImportState accepts the id of a key, "account/id", or an identity. The read
// that follows fills in the other attributes.
func (r *apiKeyResource) ImportState(ctx context.Context, req resource.ImportStateRequest, resp *resource.ImportStateResponse) {
	ctx = maskSecrets(ctx)
	id, account := req.ID, r.api.account
	if req.ID == "" {
		var identity apiKeyIdentity
		resp.Diagnostics.Append(req.Identity.Get(ctx, &identity)...)
		if resp.Diagnostics.HasError() {
			return
		}
		// In an identity, null stands for the credential's own account, so the
		// provider's default does not apply.
		id, account = identity.ID.ValueString(), types.StringValue(identity.OnBehalfOf.ValueString())
	} else if slash := strings.LastIndex(req.ID, "/"); slash >= 0 {
		id, account = req.ID[slash+1:], types.StringValue(req.ID[:slash])
	}
	for _, part := range []string{id, account.ValueString()} {
		if sendgrid.SecretPattern().MatchString(part) {
			resp.Diagnostics.Append(secretInsteadOfID(part))
			return
		}
	}
	switch {
	case !sendgrid.IsKeyID(id), checkAccount(account.ValueString()) != nil:
		resp.Diagnostics.Append(invalidImportID())
	case account.IsUnknown():
		resp.Diagnostics.Append(accountUnknown())
	default:
		resp.Diagnostics.Append(resp.State.SetAttribute(ctx, path.Root("id"), id)...)
		resp.Diagnostics.Append(resp.State.SetAttribute(ctx, path.Root("on_behalf_of"), account)...)
	}
}

func invalidImportID() diag.Diagnostic {
	return diag.NewErrorDiagnostic("Invalid API key id",
		"Import a key by its id, or by its account and its id, such as my-subuser/ynfH3dkkSYfdvQRKIjcP5Q. "+whatIsAnID)
}
