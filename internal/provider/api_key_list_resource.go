package provider

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/list"
	"github.com/hashicorp/terraform-plugin-framework/list/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/terraform-sendgrid/terraform-provider-sendgrid/internal/sendgrid"
)

var _ list.ListResourceWithConfigure = (*apiKeyListResource)(nil)

// apiKeyListResource is list sendgrid_api_key, for "terraform query".
type apiKeyListResource struct {
	withProviderData
}

func newAPIKeyListResource() list.ListResource {
	return &apiKeyListResource{withProviderData{unconfigured()}}
}

func (r *apiKeyListResource) Metadata(_ context.Context, req resource.MetadataRequest, resp *resource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_api_key"
}

func (r *apiKeyListResource) Configure(_ context.Context, req resource.ConfigureRequest, resp *resource.ConfigureResponse) {
	r.configure(req.ProviderData, &resp.Diagnostics)
}

func (r *apiKeyListResource) ListResourceConfigSchema(_ context.Context, _ list.ListResourceSchemaRequest, resp *list.ListResourceSchemaResponse) {
	resp.Schema = schema.Schema{
		MarkdownDescription: "Needs Terraform 1.14; OpenTofu has no lists. The API keys of an account, to find those that Terraform does not manage yet and to write their " +
			"configuration. Details of a key are read only if the query asks for resources.",
		Attributes: map[string]schema.Attribute{
			"name_prefix": schema.StringAttribute{
				MarkdownDescription: "Only keys whose names begin with this.",
				Optional:            true,
			},
			"on_behalf_of": schema.StringAttribute{
				MarkdownDescription: "Account to look in: a subuser's username, or `account-id <id>` for a customer account. " +
					"Default is the provider's `on_behalf_of`; `\"\"` is the credential's own account.",
				Optional:   true,
				Validators: []validator.String{accountValidator{}},
			},
		},
	}
}

func (r *apiKeyListResource) List(ctx context.Context, req list.ListRequest, stream *list.ListResultsStream) {
	ctx = maskSecrets(ctx)
	var config struct {
		NamePrefix types.String `tfsdk:"name_prefix"`
		OnBehalfOf types.String `tfsdk:"on_behalf_of"`
	}
	diags := req.Config.Get(ctx, &config)
	account, moreDiags := r.accountToAsk(config.OnBehalfOf)
	diags.Append(moreDiags...)
	if diags.HasError() {
		stream.Results = list.ListResultsStreamDiagnostics(diags)
		return
	}
	keys, err := r.listKeys(ctx, account, config.NamePrefix.ValueString())
	if err != nil {
		what := subject{verb: "read", thing: "the API keys", account: account}
		stream.Results = list.ListResultsStreamDiagnostics(diag.Diagnostics{r.diagnose(ctx, what, err)})
		return
	}
	stream.Results = func(push func(list.ListResult) bool) {
		var pushed int64
		for _, key := range keys {
			// The framework leaves the limit to the provider.
			if req.Limit > 0 && pushed == req.Limit {
				return
			}
			result, exists := r.result(ctx, req, account, key)
			if !exists {
				continue
			}
			if !push(result) {
				return
			}
			pushed++
		}
	}
}

// result turns a listed key into a result, and reads it if the query wants its
// details. A key that was deleted since it was listed is none. Errors are part
// of the result.
func (r *apiKeyListResource) result(ctx context.Context, req list.ListRequest, account string, listed sendgrid.APIKey) (result list.ListResult, exists bool) {
	result = req.NewListResult(ctx)
	result.DisplayName = listed.Name
	result.Diagnostics.Append(setIdentity(ctx, result.Identity, listed.ID, account)...)
	if !req.IncludeResource {
		return result, true
	}
	remote, err := r.client.GetAPIKey(ctx, account, listed.ID)
	switch {
	case isKeyNotFound(err):
		return result, false
	case err != nil:
		what := subject{verb: "read", id: listed.ID, name: listed.Name, account: account}
		result.Diagnostics.Append(r.diagnose(ctx, what, err))
		return result, true
	}
	key := apiKeyModel{OnBehalfOf: types.StringValue(account), RotateWhenChanged: types.MapNull(types.StringType)}
	result.Diagnostics.Append(key.refresh(ctx, remote, &keyRecord{}, r.policy)...)
	result.Diagnostics.Append(result.Resource.Set(ctx, key)...)
	return result, true
}
