package provider

import (
	"context"
	"fmt"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/terraform-sendgrid/terraform-provider-sendgrid/internal/keys"
	"github.com/terraform-sendgrid/terraform-provider-sendgrid/internal/sendgrid"
)

var (
	_ datasource.DataSourceWithConfigure      = (*apiKeyDataSource)(nil)
	_ datasource.DataSourceWithValidateConfig = (*apiKeyDataSource)(nil)
)

// apiKeyDataSource is the data source sendgrid_api_key.
type apiKeyDataSource struct {
	api *api
}

func newAPIKeyDataSource() datasource.DataSource {
	return &apiKeyDataSource{}
}

// apiKeyDataModel is a key that Terraform reads and does not manage.
type apiKeyDataModel struct {
	ID         types.String `tfsdk:"id"`
	Name       types.String `tfsdk:"name"`
	Scopes     types.Set    `tfsdk:"scopes"`
	OnBehalfOf types.String `tfsdk:"on_behalf_of"`
}

func (d *apiKeyDataSource) Metadata(_ context.Context, req datasource.MetadataRequest, resp *datasource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_api_key"
}

func (d *apiKeyDataSource) Configure(_ context.Context, req datasource.ConfigureRequest, resp *datasource.ConfigureResponse) {
	d.api = servicesFrom(req.ProviderData, &resp.Diagnostics).api
}

func (d *apiKeyDataSource) Schema(_ context.Context, _ datasource.SchemaRequest, resp *datasource.SchemaResponse) {
	resp.Schema = schema.Schema{
		MarkdownDescription: "Reads a SendGrid API key by its id or its exact name. The key's secret is not available: " +
			"SendGrid returns it only when the key is created.",
		Attributes: map[string]schema.Attribute{
			"id": schema.StringAttribute{
				MarkdownDescription: "Id of the key (`api_key_id`). Set either `id` or `name`.",
				Optional:            true,
				Computed:            true,
				Validators:          []validator.String{keyIDValidator{}},
			},
			"name": schema.StringAttribute{
				MarkdownDescription: "Exact name of the key. Names are not unique. If several keys have this name, the data source returns an error that lists their ids.",
				Optional:            true,
				Computed:            true,
				Validators:          []validator.String{nameValidator{lookup: true}},
			},
			"scopes": schema.SetAttribute{
				MarkdownDescription: "What the key is allowed to do, without the scopes that SendGrid assigns on its own. Null for a key with Full Access.",
				ElementType:         types.StringType,
				Computed:            true,
			},
			"on_behalf_of": accountDataAttribute(),
		},
	}
}

func (d *apiKeyDataSource) ValidateConfig(ctx context.Context, req datasource.ValidateConfigRequest, resp *datasource.ValidateConfigResponse) {
	var config apiKeyDataModel
	resp.Diagnostics.Append(req.Config.Get(ctx, &config)...)
	switch {
	case resp.Diagnostics.HasError(), config.ID.IsUnknown(), config.Name.IsUnknown():
	case config.ID.IsNull() && config.Name.IsNull():
		resp.Diagnostics.AddError("Either id or name is required",
			"The data source reads one API key, by its id or by its exact name. Set either id or name.")
	case !config.ID.IsNull() && !config.Name.IsNull():
		resp.Diagnostics.AddError("Either id or name is required",
			"The data source reads one API key, by its id or by its exact name, and the configuration sets both. Remove id or name.")
	}
}

func (d *apiKeyDataSource) Read(ctx context.Context, req datasource.ReadRequest, resp *datasource.ReadResponse) {
	ctx = maskSecrets(ctx)
	var config apiKeyDataModel
	resp.Diagnostics.Append(req.Config.Get(ctx, &config)...)
	account, diags := d.api.knownAccount(config.OnBehalfOf)
	resp.Diagnostics.Append(diags...)
	if resp.Diagnostics.HasError() {
		return
	}
	what := subject{verb: "read", id: config.ID.ValueString(), name: config.Name.ValueString(), account: account}
	if what.id == "" {
		id, diags := d.findByName(ctx, what)
		resp.Diagnostics.Append(diags...)
		if resp.Diagnostics.HasError() {
			return
		}
		what.id = id
	}
	remote, err := d.api.client.GetAPIKey(ctx, account, what.id)
	switch {
	case sendgrid.IsKeyNotFound(err):
		resp.Diagnostics.Append(keyNotFound(what))
		return
	case err != nil:
		resp.Diagnostics.Append(d.api.diagnose(ctx, what, err))
		return
	}
	var key apiKeyModel
	resp.Diagnostics.Append(d.api.refresh(ctx, &key, account, remote, &keyRecord{})...)
	resp.Diagnostics.Append(resp.State.Set(ctx, apiKeyDataModel{
		ID: key.ID, Name: key.Name, Scopes: key.Scopes, OnBehalfOf: key.OnBehalfOf,
	})...)
}

// findByName returns the id of the only key with the name. A key whose secret was
// not delivered has the name, too.
func (d *apiKeyDataSource) findByName(ctx context.Context, what subject) (id string, diags diag.Diagnostics) {
	listed, err := d.api.client.ListAPIKeys(ctx, what.account)
	if err != nil {
		return "", diag.Diagnostics{d.api.diagnose(ctx, what, err)}
	}
	var found []sendgrid.APIKey
	var ids []string
	for _, key := range listed {
		if sameName(key.Name, what.name) || sameName(key.Name, keys.MarkedName(what.name)) {
			found = append(found, key)
			ids = append(ids, key.ID)
		}
	}
	switch len(found) {
	case 1:
		if !sameName(found[0].Name, what.name) {
			diags.AddAttributeWarning(path.Root("name"), "Secret of an API key was not delivered", fmt.Sprintf(
				"The name of API key %s (%s) ends with %q. Terraform created this key, but its secret has not reached every resource that uses it. "+
					"The next plan of the configuration that manages the key replaces it.", quoted(found[0].Name), found[0].ID, keys.UndeliveredMark))
		}
		return found[0].ID, diags
	case 0:
		diags.AddAttributeError(path.Root("name"), "No API key with this name", fmt.Sprintf(
			"No API key in %s is named %s. The name must match exactly, including case.", accountName(what.account), quoted(what.name)))
	default:
		diags.AddAttributeError(path.Root("name"), "Several API keys with this name", fmt.Sprintf(
			"%d API keys in %s are named %s: %s. To select one of them, set id instead of name.", len(found), accountName(what.account), quoted(what.name), strings.Join(ids, ", ")))
	}
	return "", diags
}

// accountDataAttribute is on_behalf_of of every data source.
func accountDataAttribute() schema.StringAttribute {
	return schema.StringAttribute{
		MarkdownDescription: accountDescription,
		Optional:            true,
		Computed:            true,
		Validators:          []validator.String{accountValidator{}},
	}
}
