package provider

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/types"
)

var _ datasource.DataSourceWithConfigure = (*scopesDataSource)(nil)

// scopesDataSource is the data source sendgrid_scopes.
type scopesDataSource struct {
	api *api
}

// scopesModel holds the scopes of the provider's credential.
type scopesModel struct {
	OnBehalfOf types.String `tfsdk:"on_behalf_of"`
	Scopes     types.Set    `tfsdk:"scopes"`
}

func newScopesDataSource() datasource.DataSource {
	return &scopesDataSource{}
}

func (d *scopesDataSource) Metadata(_ context.Context, req datasource.MetadataRequest, resp *datasource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_scopes"
}

func (d *scopesDataSource) Configure(_ context.Context, req datasource.ConfigureRequest, resp *datasource.ConfigureResponse) {
	d.api = servicesFrom(req.ProviderData, &resp.Diagnostics).api
}

func (d *scopesDataSource) Schema(_ context.Context, _ datasource.SchemaRequest, resp *datasource.SchemaResponse) {
	resp.Schema = schema.Schema{
		MarkdownDescription: "Reads the scopes that the provider's credential holds. The provider can grant only these scopes to a key, " +
			"so a configuration can check them before it creates a key.",
		Attributes: map[string]schema.Attribute{
			"on_behalf_of": accountDataAttribute(),
			"scopes": schema.SetAttribute{
				MarkdownDescription: "The scopes, including those that SendGrid assigns on its own.",
				ElementType:         types.StringType,
				Computed:            true,
			},
		},
	}
}

func (d *scopesDataSource) Read(ctx context.Context, req datasource.ReadRequest, resp *datasource.ReadResponse) {
	ctx = maskSecrets(ctx)
	var model scopesModel
	resp.Diagnostics.Append(req.Config.Get(ctx, &model)...)
	if resp.Diagnostics.HasError() {
		return
	}
	account, diags := d.api.knownAccount(model.OnBehalfOf)
	resp.Diagnostics.Append(diags...)
	if resp.Diagnostics.HasError() {
		return
	}
	what := subject{verb: "read", thing: "the scopes of the credential", account: account}
	held, err := d.api.held.Get(ctx, account)
	if err != nil {
		resp.Diagnostics.Append(d.api.diagnose(ctx, what, err))
		return
	}
	model.OnBehalfOf = types.StringValue(account)
	model.Scopes = scopesValue(held)
	resp.Diagnostics.Append(resp.State.Set(ctx, model)...)
}
