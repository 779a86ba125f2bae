// Package provider is what Terraform sees: the provider, its resource, and how
// SendGrid's answers become state and diagnostics.
package provider

import (
	"context"
	"os"

	"github.com/hashicorp/terraform-plugin-framework/action"
	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/ephemeral"
	"github.com/hashicorp/terraform-plugin-framework/function"
	"github.com/hashicorp/terraform-plugin-framework/list"
	"github.com/hashicorp/terraform-plugin-framework/provider"
	"github.com/hashicorp/terraform-plugin-framework/provider/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"

	"github.com/terraform-sendgrid/terraform-provider-sendgrid/internal/sendgrid"
)

// Address is the provider's address in the registry.
const Address = "registry.terraform.io/terraform-sendgrid/sendgrid"

// Process is what the providers of one process share.
type Process struct {
	version string
	open    openKeys
}

// NewProcess returns a process that serves providers of the given version.
func NewProcess(version string) *Process {
	return &Process{version: version}
}

// Server returns a server of the protocol of Terraform, for a provider of the
// process.
func (p *Process) Server() tfprotov6.ProviderServer {
	return newProtocolServer(&sendgridProvider{version: p.version, getenv: os.Getenv, open: &p.open})
}

// End revokes the ephemeral keys that Terraform did not close. It takes a second
// and a half at the most, which is what Terraform leaves a provider that it
// told to end. The error names the keys that are left.
func (p *Process) End(ctx context.Context) error {
	return p.open.revokeAll(ctx)
}

var (
	_ provider.Provider                       = (*sendgridProvider)(nil)
	_ provider.ProviderWithActions            = (*sendgridProvider)(nil)
	_ provider.ProviderWithEphemeralResources = (*sendgridProvider)(nil)
	_ provider.ProviderWithFunctions          = (*sendgridProvider)(nil)
	_ provider.ProviderWithListResources      = (*sendgridProvider)(nil)
	_ provider.ProviderWithValidateConfig     = (*sendgridProvider)(nil)
)

type sendgridProvider struct {
	version string
	// getenv is os.Getenv, but in tests, which run in parallel.
	getenv func(string) string
	// tune and patience let tests shorten the waits: those of the client, and
	// those for a key whose answer was lost.
	tune     func(*sendgrid.Options)
	patience *patience
	// open are the ephemeral keys of the process.
	open *openKeys
}

// providerModel is the provider block.
type providerModel struct {
	APIKey         types.String `tfsdk:"api_key"`
	Region         types.String `tfsdk:"region"`
	BaseURL        types.String `tfsdk:"base_url"`
	OnBehalfOf     types.String `tfsdk:"on_behalf_of"`
	IgnoredScopes  types.Set    `tfsdk:"ignored_scopes"`
	RequestTimeout types.String `tfsdk:"request_timeout"`
	MaxRetries     types.Int64  `tfsdk:"max_retries"`
}

func (p *sendgridProvider) Metadata(_ context.Context, _ provider.MetadataRequest, resp *provider.MetadataResponse) {
	resp.TypeName = "sendgrid"
	resp.Version = p.version
}

func (p *sendgridProvider) Schema(_ context.Context, _ provider.SchemaRequest, resp *provider.SchemaResponse) {
	resp.Schema = schema.Schema{
		MarkdownDescription: "Manages SendGrid API keys: create, scope, adopt, rotate, audit and revoke them. " +
			"It manages nothing else of SendGrid.",
		Attributes: map[string]schema.Attribute{
			"api_key": schema.StringAttribute{
				MarkdownDescription: "The API key that manages the other keys. It needs the scopes `api_keys.create`, " +
					"`api_keys.read`, `api_keys.update` and `api_keys.delete`, and every scope that it is to grant. " +
					"Can be set with the environment variable `SENDGRID_API_KEY`, which keeps it out of the configuration.",
				Optional:  true,
				Sensitive: true,
			},
			"region": schema.StringAttribute{
				MarkdownDescription: "Where the account lives: `global` (the default) or `eu`, for EU regional subusers. " +
					"A key is managed in the region it was made in; another region is an error, never a second key. " +
					"Can be set with `SENDGRID_REGION`.",
				Optional: true,
			},
			"base_url": schema.StringAttribute{
				MarkdownDescription: "URL of the API without `/v3`, in place of the region's: a proxy or an emulator. " +
					"`http://` is allowed towards loopback addresses only, since the credential is a bearer token. " +
					"Can be set with `SENDGRID_BASE_URL`.",
				Optional: true,
			},
			"on_behalf_of": schema.StringAttribute{
				MarkdownDescription: "Account that keys are made in, unless a resource says otherwise: a subuser's username, " +
					"or `account-id <id>` for a customer account. Default is the account of the credential. " +
					"Can be set with `SENDGRID_ON_BEHALF_OF`.",
				Optional: true,
			},
			"ignored_scopes": schema.SetAttribute{
				MarkdownDescription: "Further scopes that SendGrid adds to keys of this account on its own, besides those the " +
					"provider knows (such as `2fa_required` and `sender_verification_eligible`). They are never asked for " +
					"and never shown as a difference.",
				ElementType: types.StringType,
				Optional:    true,
			},
			"request_timeout": schema.StringAttribute{
				MarkdownDescription: "How long a single request may take, as a Go duration such as `45s` or `2m`. Default `30s`.",
				Optional:            true,
			},
			"max_retries": schema.Int64Attribute{
				MarkdownDescription: "How often a request is repeated after a connection error or an answer of status 429 or 5xx. " +
					"Waits that SendGrid's rate limit announces do not count, and a request that makes a key is repeated only " +
					"where it was refused, or no key of its name has appeared. Default `5`; `0` turns retries off.",
				Optional: true,
			},
		},
	}
}

// ValidateConfig reports what is wrong with the block itself. A missing
// credential is not: `terraform validate` runs without one.
func (p *sendgridProvider) ValidateConfig(ctx context.Context, req provider.ValidateConfigRequest, resp *provider.ValidateConfigResponse) {
	var model providerModel
	resp.Diagnostics.Append(req.Config.Get(ctx, &model)...)
	if resp.Diagnostics.HasError() {
		return
	}
	_, diags := resolveSettings(model, p.getenv)
	resp.Diagnostics.Append(diags...)
}

func (p *sendgridProvider) Configure(ctx context.Context, req provider.ConfigureRequest, resp *provider.ConfigureResponse) {
	var model providerModel
	resp.Diagnostics.Append(req.Config.Get(ctx, &model)...)
	if resp.Diagnostics.HasError() {
		return
	}
	settings, diags := resolveSettings(model, p.getenv)
	resp.Diagnostics.Append(diags...)
	if resp.Diagnostics.HasError() {
		return
	}
	if settings.apiKey == "" && !settings.unknown("api_key") {
		resp.Diagnostics.Append(missingCredential())
		return
	}
	data, diags := p.newProviderData(settings, req.TerraformVersion)
	resp.Diagnostics.Append(diags...)
	resp.ResourceData = data
	resp.DataSourceData = data
	resp.ListResourceData = data
	resp.EphemeralResourceData = data
	resp.ActionData = data
}

func (p *sendgridProvider) Resources(context.Context) []func() resource.Resource {
	return []func() resource.Resource{newAPIKeyResource}
}

func (p *sendgridProvider) DataSources(context.Context) []func() datasource.DataSource {
	return []func() datasource.DataSource{newAPIKeyDataSource, newAPIKeysDataSource, newScopesDataSource}
}

func (p *sendgridProvider) ListResources(context.Context) []func() list.ListResource {
	return []func() list.ListResource{newAPIKeyListResource}
}

func (p *sendgridProvider) EphemeralResources(context.Context) []func() ephemeral.EphemeralResource {
	return []func() ephemeral.EphemeralResource{newAPIKeyEphemeralResource}
}

func (p *sendgridProvider) Actions(context.Context) []func() action.Action {
	return []func() action.Action{newRevokeAPIKeyAction}
}

func (p *sendgridProvider) Functions(context.Context) []func() function.Function {
	return []func() function.Function{newAPIKeyIDFunction, newPermissionScopesFunction}
}
