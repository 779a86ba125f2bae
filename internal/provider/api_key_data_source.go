package provider

import (
	"context"
	"fmt"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"
)

var _ datasource.DataSourceWithConfigure = (*apiKeyDataSource)(nil)

// apiKeyDataSource is data sendgrid_api_key.
type apiKeyDataSource struct {
	withProviderData
}

func newAPIKeyDataSource() datasource.DataSource {
	return &apiKeyDataSource{withProviderData{unconfigured()}}
}

// apiKeyDataModel is a key that Terraform looks up and does not manage.
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
	d.configure(req.ProviderData, &resp.Diagnostics)
}

func (d *apiKeyDataSource) Schema(_ context.Context, _ datasource.SchemaRequest, resp *datasource.SchemaResponse) {
	resp.Schema = schema.Schema{
		MarkdownDescription: "A SendGrid API key, looked up by its id or its exact name. The key itself is not to be had: " +
			"SendGrid shows it only when it is made.",
		Attributes: map[string]schema.Attribute{
			"id": schema.StringAttribute{
				MarkdownDescription: "The key's id (`api_key_id`). Either this or `name` is given.",
				Optional:            true,
				Computed:            true,
				Validators:          []validator.String{stringvalidator.ExactlyOneOf(path.MatchRoot("name")), keyIDValidator{}},
			},
			"name": schema.StringAttribute{
				MarkdownDescription: "The key's exact name. Names are not unique: if several keys have it, that is an error which lists their ids.",
				Optional:            true,
				Computed:            true,
			},
			"scopes": schema.SetAttribute{
				MarkdownDescription: "What the key may do, without the scopes that SendGrid assigns on its own. Null for a key with Full Access.",
				ElementType:         types.StringType,
				Computed:            true,
			},
			"on_behalf_of": onBehalfOfDataAttribute(),
		},
	}
}

func (d *apiKeyDataSource) Read(ctx context.Context, req datasource.ReadRequest, resp *datasource.ReadResponse) {
	ctx = maskSecrets(ctx)
	var config apiKeyDataModel
	resp.Diagnostics.Append(req.Config.Get(ctx, &config)...)
	account, diags := d.accountToAsk(config.OnBehalfOf)
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
	remote, err := d.client.GetAPIKey(ctx, account, what.id)
	switch {
	case isKeyNotFound(err):
		resp.Diagnostics.Append(noSuchKey(what))
		return
	case err != nil:
		resp.Diagnostics.Append(d.diagnose(ctx, what, err))
		return
	}
	var key apiKeyModel
	resp.Diagnostics.Append(key.refresh(ctx, remote, &keyRecord{}, d.policy)...)
	resp.Diagnostics.Append(resp.State.Set(ctx, apiKeyDataModel{
		ID: key.ID, Name: key.Name, Scopes: key.Scopes, OnBehalfOf: types.StringValue(account),
	})...)
}

// findByName returns the id of the one key of that name.
func (d *apiKeyDataSource) findByName(ctx context.Context, what subject) (string, diag.Diagnostics) {
	keys, err := d.client.ListAPIKeys(ctx, what.account)
	if err != nil {
		return "", diag.Diagnostics{d.diagnose(ctx, what, err)}
	}
	var ids []string
	for _, key := range keys {
		if key.Name == what.name {
			ids = append(ids, key.ID)
		}
	}
	switch len(ids) {
	case 1:
		return ids[0], nil
	case 0:
		return "", diag.Diagnostics{diag.NewAttributeErrorDiagnostic(path.Root("name"), "No API key of that name", fmt.Sprintf(
			"No API key in %s is named %q. Names are compared exactly, upper and lower case included.", accountName(what.account), what.name))}
	default:
		return "", diag.Diagnostics{diag.NewAttributeErrorDiagnostic(path.Root("name"), "Several API keys of that name", fmt.Sprintf(
			"%d API keys in %s are named %q: %s. Look it up by id instead.", len(ids), accountName(what.account), what.name, strings.Join(ids, ", ")))}
	}
}

// onBehalfOfDataAttribute is the account of everything that only reads.
func onBehalfOfDataAttribute() schema.StringAttribute {
	return schema.StringAttribute{
		MarkdownDescription: "Account to look in: a subuser's username, or `account-id <id>` for a customer account. " +
			"Default is the provider's `on_behalf_of`; `\"\"` is the credential's own account.",
		Optional:   true,
		Computed:   true,
		Validators: []validator.String{accountValidator{}},
	}
}
