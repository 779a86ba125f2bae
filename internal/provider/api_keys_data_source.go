package provider

import (
	"context"
	"sync"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/terraform-sendgrid/terraform-provider-sendgrid/internal/sendgrid"
)

var _ datasource.DataSourceWithConfigure = (*apiKeysDataSource)(nil)

// apiKeysDataSource is the data source sendgrid_api_keys.
type apiKeysDataSource struct {
	api *api
}

func newAPIKeysDataSource() datasource.DataSource {
	return &apiKeysDataSource{}
}

// apiKeysModel holds the keys of an account.
type apiKeysModel struct {
	OnBehalfOf    types.String      `tfsdk:"on_behalf_of"`
	NamePrefix    types.String      `tfsdk:"name_prefix"`
	IncludeScopes types.Bool        `tfsdk:"include_scopes"`
	APIKeys       []apiKeyListModel `tfsdk:"api_keys"`
}

// apiKeyListModel is one of these keys.
type apiKeyListModel struct {
	ID         types.String `tfsdk:"id"`
	Name       types.String `tfsdk:"name"`
	Scopes     types.Set    `tfsdk:"scopes"`
	FullAccess types.Bool   `tfsdk:"full_access"`
}

func (d *apiKeysDataSource) Metadata(_ context.Context, req datasource.MetadataRequest, resp *datasource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_api_keys"
}

func (d *apiKeysDataSource) Configure(_ context.Context, req datasource.ConfigureRequest, resp *datasource.ConfigureResponse) {
	d.api = servicesFrom(req.ProviderData, &resp.Diagnostics).api
}

func (d *apiKeysDataSource) Schema(_ context.Context, _ datasource.SchemaRequest, resp *datasource.SchemaResponse) {
	resp.Schema = schema.Schema{
		MarkdownDescription: "Reads all API keys of an account, including those that Terraform does not manage, sorted by name and id.",
		Attributes: map[string]schema.Attribute{
			"on_behalf_of": accountDataAttribute(),
			"name_prefix": schema.StringAttribute{
				MarkdownDescription: "Reads only keys whose names begin with this prefix.",
				Optional:            true,
				Validators:          []validator.String{nameValidator{lookup: true}},
			},
			"include_scopes": schema.BoolAttribute{
				MarkdownDescription: "Whether to read the scopes of each key, which takes one request per key. Defaults to `false`.",
				Optional:            true,
			},
			"api_keys": schema.ListNestedAttribute{
				MarkdownDescription: "The keys of the account.",
				Computed:            true,
				NestedObject: schema.NestedAttributeObject{Attributes: map[string]schema.Attribute{
					"id":   schema.StringAttribute{MarkdownDescription: "Id of the key (`api_key_id`).", Computed: true},
					"name": schema.StringAttribute{MarkdownDescription: "Name of the key.", Computed: true},
					"scopes": schema.SetAttribute{
						MarkdownDescription: "What the key is allowed to do, without the scopes that SendGrid assigns on its own. " +
							"Null for a key with Full Access, and null without `include_scopes`.",
						ElementType: types.StringType,
						Computed:    true,
					},
					"full_access": schema.BoolAttribute{
						MarkdownDescription: "Whether the key has Full Access. The provider derives this from the key's scopes, so it can report a Full Access key of an account with few features, such as a subuser, as restricted. Null without `include_scopes`.",
						Computed:            true,
					},
				}},
			},
		},
	}
}

func (d *apiKeysDataSource) Read(ctx context.Context, req datasource.ReadRequest, resp *datasource.ReadResponse) {
	ctx = maskSecrets(ctx)
	var model apiKeysModel
	resp.Diagnostics.Append(req.Config.Get(ctx, &model)...)
	account, diags := d.api.knownAccount(model.OnBehalfOf)
	resp.Diagnostics.Append(diags...)
	if resp.Diagnostics.HasError() {
		return
	}
	keys, err := d.api.listKeys(ctx, account, model.NamePrefix.ValueString())
	if err != nil {
		resp.Diagnostics.Append(d.api.diagnose(ctx, subject{verb: "read", thing: "the API keys", account: account}, err))
		return
	}
	model.OnBehalfOf = types.StringValue(account)
	if model.IncludeScopes.ValueBool() {
		model.APIKeys, diags = d.readAll(ctx, account, keys)
		resp.Diagnostics.Append(diags...)
	} else {
		model.APIKeys = []apiKeyListModel{}
		for _, key := range keys {
			model.APIKeys = append(model.APIKeys, apiKeyListModel{
				ID:     types.StringValue(key.ID),
				Name:   types.StringValue(key.Name),
				Scopes: types.SetNull(types.StringType),
			})
		}
	}
	if !resp.Diagnostics.HasError() {
		resp.Diagnostics.Append(resp.State.Set(ctx, model)...)
	}
}

// readers is how many keys are read at once, which is as many as Terraform itself
// would read.
const readers = 10

// readAll reads the scopes of keys. It omits keys that were deleted since they were
// listed.
func (d *apiKeysDataSource) readAll(ctx context.Context, account string, keys []sendgrid.APIKey) ([]apiKeyListModel, diag.Diagnostics) {
	found := make([]*apiKeyListModel, len(keys))
	failures := make([]diag.Diagnostics, len(keys))
	var workers sync.WaitGroup
	slots := make(chan struct{}, readers)
	for i, key := range keys {
		slots <- struct{}{}
		workers.Go(func() {
			defer func() { <-slots }()
			remote, err := d.api.client.GetAPIKey(ctx, account, key.ID)
			switch {
			case sendgrid.IsKeyNotFound(err):
			case err != nil:
				what := subject{verb: "read", id: key.ID, name: key.Name, account: account}
				failures[i].Append(d.api.diagnose(ctx, what, err))
			default:
				var model apiKeyModel
				failures[i].Append(d.api.refresh(ctx, &model, account, remote, &keyRecord{})...)
				found[i] = &apiKeyListModel{
					ID: model.ID, Name: model.Name, Scopes: model.Scopes, FullAccess: types.BoolValue(model.fullAccess()),
				}
			}
		})
	}
	workers.Wait()
	models := []apiKeyListModel{}
	var diags diag.Diagnostics
	for i, model := range found {
		diags.Append(failures[i]...)
		if model != nil {
			models = append(models, *model)
		}
	}
	return models, diags
}
