package provider

import (
	"context"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/terraform-sendgrid/terraform-provider-sendgrid/internal/sendgrid"
)

var _ resource.ResourceWithImportState = (*apiKeyResource)(nil)

// ImportState takes the id of a key, the account and the id with a slash
// between, or an identity. Reading the key fills in the rest.
func (r *apiKeyResource) ImportState(ctx context.Context, req resource.ImportStateRequest, resp *resource.ImportStateResponse) {
	ctx = maskSecrets(ctx)
	id, account := req.ID, r.account
	if req.ID == "" {
		var identity apiKeyIdentity
		resp.Diagnostics.Append(req.Identity.Get(ctx, &identity)...)
		if resp.Diagnostics.HasError() {
			return
		}
		// An identity names its account, the parent one by null: the provider's
		// default has no say.
		id, account = identity.ID.ValueString(), types.StringValue(identity.OnBehalfOf.ValueString())
	} else if slash := strings.LastIndex(req.ID, "/"); slash >= 0 {
		id, account = req.ID[slash+1:], types.StringValue(req.ID[:slash])
	}
	for _, given := range []string{id, account.ValueString()} {
		if apiKeyPattern.MatchString(given) {
			keyID, _ := sendgrid.KeyID(given)
			resp.Diagnostics.Append(importOfSecret(keyID))
			return
		}
	}
	if !sendgrid.IsKeyID(id) {
		resp.Diagnostics.Append(importOfNonsense())
		return
	}
	if err := checkAccount(account.ValueString()); err != nil {
		resp.Diagnostics.Append(importOfNonsense())
		return
	}
	if account.IsUnknown() {
		resp.Diagnostics.Append(accountUnknown())
		return
	}
	resp.Diagnostics.Append(resp.State.SetAttribute(ctx, path.Root("id"), id)...)
	resp.Diagnostics.Append(resp.State.SetAttribute(ctx, path.Root("on_behalf_of"), account)...)
}
