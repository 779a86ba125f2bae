package provider

import (
	"context"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/action"
	"github.com/hashicorp/terraform-plugin-framework/action/schema"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"
)

var _ action.ActionWithConfigure = (*revokeAPIKeyAction)(nil)

// revokeAPIKeyAction is action sendgrid_revoke_api_key.
type revokeAPIKeyAction struct {
	withProviderData
}

func newRevokeAPIKeyAction() action.Action {
	return &revokeAPIKeyAction{withProviderData{unconfigured()}}
}

func (a *revokeAPIKeyAction) Metadata(_ context.Context, req action.MetadataRequest, resp *action.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_revoke_api_key"
}

func (a *revokeAPIKeyAction) Configure(_ context.Context, req action.ConfigureRequest, resp *action.ConfigureResponse) {
	a.configure(req.ProviderData, &resp.Diagnostics)
}

func (a *revokeAPIKeyAction) Schema(_ context.Context, _ action.SchemaRequest, resp *action.SchemaResponse) {
	resp.Schema = schema.Schema{
		MarkdownDescription: "Needs Terraform 1.14; OpenTofu has no actions. Revokes an API key at once, whether Terraform manages it or not: for a key that has leaked, from the command line " +
			"with `terraform apply -invoke`. A key that Terraform manages is planned anew by the next plan. " +
			"The key that the provider itself runs on is refused.",
		Attributes: map[string]schema.Attribute{
			"id": schema.StringAttribute{
				MarkdownDescription: "Id of the key (`api_key_id`), the middle part of the key.",
				Required:            true,
				Validators:          []validator.String{keyIDValidator{}},
			},
			"on_behalf_of": schema.StringAttribute{
				MarkdownDescription: "Account the key lives in: a subuser's username, or `account-id <id>` for a customer account. " +
					"Default is the provider's `on_behalf_of`; `\"\"` is the credential's own account.",
				Optional:   true,
				Validators: []validator.String{accountValidator{}},
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
	account, diags := a.accountToAsk(config.OnBehalfOf)
	resp.Diagnostics.Append(diags...)
	if resp.Diagnostics.HasError() {
		return
	}
	id := config.ID.ValueString()
	if id == a.ownID {
		resp.Diagnostics.Append(revokesItself(id))
		return
	}
	what := subject{verb: "delete", id: id, account: account}
	resp.SendProgress(action.InvokeProgressEvent{Message: fmt.Sprintf("Revoking %s in %s", what.object(), accountName(account))})
	err := a.client.DeleteAPIKey(ctx, account, id)
	switch {
	case isKeyNotFound(err):
		resp.Diagnostics.Append(noSuchKey(what))
	case err != nil:
		resp.Diagnostics.Append(a.diagnose(ctx, what, err))
	default:
		resp.SendProgress(action.InvokeProgressEvent{Message: fmt.Sprintf("Revoked %s. SendGrid may accept it for a few more minutes", what.object())})
	}
}

func revokesItself(id string) diag.Diagnostic {
	return diag.NewAttributeErrorDiagnostic(path.Root("id"), "The provider runs on this key", fmt.Sprintf(
		"API key %s is the provider's own credential: revoked, it could do nothing more. Run the action with another credential.", id))
}
