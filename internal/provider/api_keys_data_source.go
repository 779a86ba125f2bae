package provider

import (
	"context"
	"sync"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/terraform-sendgrid/terraform-provider-sendgrid/internal/sendgrid"
)

var _ datasource.DataSourceWithConfigure = (*apiKeysDataSource)(nil)

// apiKeysDataSource is data sendgrid_api_keys.
type apiKeysDataSource struct {
	withProviderData
}

func newAPIKeysDataSource() datasource.DataSource {
	return &apiKeysDataSource{withProviderData{unconfigured()}}
}

// apiKeysModel is all keys of an account.
type apiKeysModel struct {
	OnBehalfOf    types.String      `tfsdk:"on_behalf_of"`
	NamePrefix    types.String      `tfsdk:"name_prefix"`
	IncludeScopes types.Bool        `tfsdk:"include_scopes"`
	APIKeys       []apiKeyListModel `tfsdk:"api_keys"`
}

// apiKeyListModel is one of them.
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
	d.configure(req.ProviderData, &resp.Diagnostics)
}

func (d *apiKeysDataSource) Schema(_ context.Context, _ datasource.SchemaRequest, resp *datasource.SchemaResponse) {
	resp.Schema = schema.Schema{
		MarkdownDescription: "All API keys of an account, those included that Terraform does not manage, sorted by name and id.",
		Attributes: map[string]schema.Attribute{
			"on_behalf_of": onBehalfOfDataAttribute(),
			"name_prefix": schema.StringAttribute{
				MarkdownDescription: "Only keys whose names begin with this.",
				Optional:            true,
			},
			"include_scopes": schema.BoolAttribute{
				MarkdownDescription: "Whether to read what each key may do, which takes a request for every key. Default `false`.",
				Optional:            true,
			},
			"api_keys": schema.ListNestedAttribute{
				MarkdownDescription: "The keys.",
				Computed:            true,
				NestedObject: schema.NestedAttributeObject{Attributes: map[string]schema.Attribute{
					"id":   schema.StringAttribute{MarkdownDescription: "The key's id (`api_key_id`).", Computed: true},
					"name": schema.StringAttribute{MarkdownDescription: "The key's name.", Computed: true},
					"scopes": schema.SetAttribute{
						MarkdownDescription: "What the key may do, without the scopes that SendGrid assigns on its own. " +
							"Null for a key with Full Access, and without `include_scopes`.",
						ElementType: types.StringType,
						Computed:    true,
					},
					"full_access": schema.BoolAttribute{
						MarkdownDescription: "Whether the key has Full Access, as far as its scopes tell: one of an account with few features, such as a subuser, may pass for a restricted one. Null without `include_scopes`.",
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
	account, diags := d.accountToAsk(model.OnBehalfOf)
	resp.Diagnostics.Append(diags...)
	if resp.Diagnostics.HasError() {
		return
	}
	keys, err := d.listKeys(ctx, account, model.NamePrefix.ValueString())
	if err != nil {
		resp.Diagnostics.Append(d.diagnose(ctx, subject{verb: "read", thing: "the API keys", account: account}, err))
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

// readers is how many keys are read at once: as many as Terraform itself would.
const readers = 10

// readAll reads the scopes of keys. A key that was deleted since it was listed is
// left out.
func (d *apiKeysDataSource) readAll(ctx context.Context, account string, keys []sendgrid.APIKey) ([]apiKeyListModel, diag.Diagnostics) {
	found := make([]*apiKeyListModel, len(keys))
	failures := make([]diag.Diagnostics, len(keys))
	var workers sync.WaitGroup
	slots := make(chan struct{}, readers)
	for i, key := range keys {
		slots <- struct{}{}
		workers.Go(func() {
			defer func() { <-slots }()
			remote, err := d.client.GetAPIKey(ctx, account, key.ID)
			switch {
			case isKeyNotFound(err):
			case err != nil:
				what := subject{verb: "read", id: key.ID, name: key.Name, account: account}
				failures[i].Append(d.diagnose(ctx, what, err))
			default:
				var model apiKeyModel
				failures[i].Append(model.refresh(ctx, remote, &keyRecord{}, d.policy)...)
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
