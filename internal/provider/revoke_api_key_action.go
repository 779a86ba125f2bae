package provider

import (
	"context"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/action"
	"github.com/hashicorp/terraform-plugin-framework/action/schema"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/terraform-sendgrid/terraform-provider-sendgrid/internal/sendgrid"
)

var _ action.ActionWithConfigure = (*revokeAPIKeyAction)(nil)

// revokeAPIKeyAction is the action sendgrid_revoke_api_key.
type revokeAPIKeyAction struct {
	api *api
}

func newRevokeAPIKeyAction() action.Action {
	return &revokeAPIKeyAction{}
}

func (a *revokeAPIKeyAction) Metadata(_ context.Context, req action.MetadataRequest, resp *action.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_revoke_api_key"
}

func (a *revokeAPIKeyAction) Configure(_ context.Context, req action.ConfigureRequest, resp *action.ConfigureResponse) {
	a.api = servicesFrom(req.ProviderData, &resp.Diagnostics).api
}

func (a *revokeAPIKeyAction) Schema(_ context.Context, _ action.SchemaRequest, resp *action.SchemaResponse) {
	resp.Schema = schema.Schema{
		MarkdownDescription: "Revokes an API key at once, whether or not Terraform manages it. Use the action for a leaked key, from the command line " +
			"with `terraform apply -invoke`. If Terraform manages the key, the next plan recreates it. " +
			"The action refuses to revoke the provider's own credential. Requires Terraform 1.14. OpenTofu has no actions.",
		Attributes: map[string]schema.Attribute{
			"id": schema.StringAttribute{
				MarkdownDescription: "Id of the key (`api_key_id`), which is the middle part of the key.",
				Required:            true,
				Validators:          []validator.String{keyIDValidator{}},
			},
			"on_behalf_of": schema.StringAttribute{
				MarkdownDescription: accountDescription,
				Optional:            true,
				Validators:          []validator.String{accountValidator{}},
			},
		},
	}
}

func (a *revokeAPIKeyAction) Invoke(ctx context.Context, req action.InvokeRequest, resp *action.InvokeResponse) {
	ctx = maskSecrets(ctx)
	var config struct {
		ID         types.String `tfsdk:"id"`
		OnBehalfOf types.String `tfsdk:"on_behalf_of"`
	}
	resp.Diagnostics.Append(req.Config.Get(ctx, &config)...)
	// Terraform validates before it knows every value.
	resp.Diagnostics.Append(checkKeyID(path.Root("id"), config.ID.ValueString())...)
	account, diags := a.api.knownAccount(config.OnBehalfOf)
	resp.Diagnostics.Append(diags...)
	if resp.Diagnostics.HasError() {
		return
	}
	id := config.ID.ValueString()
	what := subject{verb: "delete", id: id, account: account}
	if a.api.isOwnKey(id) {
		resp.Diagnostics.Append(revokesOwnKey(what))
		return
	}
	resp.SendProgress(action.InvokeProgressEvent{Message: fmt.Sprintf("Revoking %s in %s", what.object(), accountName(account))})
	err := a.api.client.DeleteAPIKey(ctx, account, id)
	switch {
	case sendgrid.IsKeyNotFound(err):
		resp.Diagnostics.Append(keyNotFound(what))
	case err != nil:
		resp.Diagnostics.Append(a.api.diagnose(ctx, what, err))
	default:
		resp.SendProgress(action.InvokeProgressEvent{Message: fmt.Sprintf("Revoked %s. SendGrid might accept it for a few more minutes", what.object())})
	}
}
