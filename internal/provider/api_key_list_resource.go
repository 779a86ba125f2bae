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

// apiKeyListResource is the list resource sendgrid_api_key, for "terraform query".
type apiKeyListResource struct {
	api *api
}

func newAPIKeyListResource() list.ListResource {
	return &apiKeyListResource{}
}

func (r *apiKeyListResource) Metadata(_ context.Context, req resource.MetadataRequest, resp *resource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_api_key"
}

func (r *apiKeyListResource) Configure(_ context.Context, req resource.ConfigureRequest, resp *resource.ConfigureResponse) {
	r.api = servicesFrom(req.ProviderData, &resp.Diagnostics).api
}

func (r *apiKeyListResource) ListResourceConfigSchema(_ context.Context, _ list.ListResourceSchemaRequest, resp *list.ListResourceSchemaResponse) {
	resp.Schema = schema.Schema{
		MarkdownDescription: "Lists the API keys of an account. Use it to find keys that Terraform does not manage yet and to generate their " +
			"configuration. The provider reads the scopes of each key only if the query sets `include_resource`. Requires Terraform 1.14. OpenTofu has no list resources.",
		Attributes: map[string]schema.Attribute{
			"name_prefix": schema.StringAttribute{
				MarkdownDescription: "Lists only keys whose names begin with this prefix.",
				Optional:            true,
				Validators:          []validator.String{nameValidator{lookup: true}},
			},
			"on_behalf_of": schema.StringAttribute{
				MarkdownDescription: accountDescription,
				Optional:            true,
				Validators:          []validator.String{accountValidator{}},
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
	account, moreDiags := r.api.knownAccount(config.OnBehalfOf)
	diags.Append(moreDiags...)
	if diags.HasError() {
		stream.Results = list.ListResultsStreamDiagnostics(diags)
		return
	}
	keys, err := r.api.listKeys(ctx, account, config.NamePrefix.ValueString())
	if err != nil {
		what := subject{verb: "read", thing: "the API keys", account: account}
		stream.Results = list.ListResultsStreamDiagnostics(diag.Diagnostics{r.api.diagnose(ctx, what, err)})
		return
	}
	stream.Results = func(push func(list.ListResult) bool) {
		var pushed int64
		for _, key := range keys {
			// The framework does not enforce the limit.
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

// result converts a listed key into a result, and reads the key if the query
// includes resources. A key that was deleted meanwhile does not exist. Errors are
// part of the result.
func (r *apiKeyListResource) result(ctx context.Context, req list.ListRequest, account string, listed sendgrid.APIKey) (result list.ListResult, exists bool) {
	result = req.NewListResult(ctx)
	result.DisplayName = listed.Name
	result.Diagnostics.Append(setIdentity(ctx, result.Identity, listed.ID, account)...)
	if !req.IncludeResource {
		return result, true
	}
	remote, err := r.api.client.GetAPIKey(ctx, account, listed.ID)
	switch {
	case sendgrid.IsKeyNotFound(err):
		return result, false
	case err != nil:
		what := subject{verb: "read", id: listed.ID, name: listed.Name, account: account}
		result.Diagnostics.Append(r.api.diagnose(ctx, what, err))
		return result, true
	}
	key, diags := nullKey(ctx)
	result.Diagnostics.Append(diags...)
	result.Diagnostics.Append(r.api.refresh(ctx, &key, account, remote, &keyRecord{})...)
	result.Diagnostics.Append(result.Resource.Set(ctx, key)...)
	return result, true
}
