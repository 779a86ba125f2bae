// Package provider is what Terraform sees: the provider's schemas, and how
// SendGrid's responses become plans, state and diagnostics.
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

	"github.com/terraform-sendgrid/terraform-provider-sendgrid/internal/keys"
	"github.com/terraform-sendgrid/terraform-provider-sendgrid/internal/sendgrid"
)

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
	// open are the ephemeral keys of the process.
	open *keys.OpenKeys
	// getenv is os.Getenv, except in tests, which run in parallel.
	getenv func(string) string
	// timing and tune let tests shorten the waits: those for keys whose response
	// was lost, and those of the client.
	timing keys.Timing
	tune   func(*sendgrid.Options)
}

// New returns a provider of the given version. It adds the ephemeral keys that it
// creates to open until it has revoked them.
func New(version string, open *keys.OpenKeys) provider.Provider {
	return &sendgridProvider{version: version, open: open, getenv: os.Getenv, timing: keys.DefaultTiming()}
}

func (p *sendgridProvider) Metadata(_ context.Context, _ provider.MetadataRequest, resp *provider.MetadataResponse) {
	resp.TypeName = "sendgrid"
	resp.Version = p.version
}

func (p *sendgridProvider) Schema(_ context.Context, _ provider.SchemaRequest, resp *provider.SchemaResponse) {
	resp.Schema = schema.Schema{
		MarkdownDescription: "Creates, scopes, adopts, rotates, audits, and revokes SendGrid API keys. " +
			"The provider does not manage other parts of SendGrid.",
		Attributes: map[string]schema.Attribute{
			"api_key": schema.StringAttribute{
				MarkdownDescription: "The API key that manages the other keys. It needs the scopes `api_keys.create`, " +
					"`api_keys.read`, `api_keys.update`, and `api_keys.delete`, and every scope that it grants to other keys. " +
					"To keep it out of the configuration, set the environment variable `SENDGRID_API_KEY` instead. " +
					"See [Authentication](#authentication).",
				Optional:  true,
				Sensitive: true,
			},
			"region": schema.StringAttribute{
				MarkdownDescription: "Region of the account: `global` (the default), or `eu` for EU regional subusers. " +
					"The provider records the region of each key and reports an error if it changes, unless `base_url` overrides `region`. " +
					"Can also be set with `SENDGRID_REGION`. See [Subusers and regions](guides/subusers-and-regions.md#the-eu-region).",
				Optional: true,
			},
			"base_url": schema.StringAttribute{
				MarkdownDescription: "URL of the API without `/v3`, for a proxy or an emulator. It overrides `region`. " +
					"`http://` is allowed only for loopback addresses, because the credential is a bearer token. " +
					"Can also be set with `SENDGRID_BASE_URL`. See [Test your configuration without an account](guides/test-your-configuration.md) " +
					"and [Agents and proxies](guides/hcp-terraform.md#agents-and-proxies).",
				Optional: true,
			},
			"on_behalf_of": schema.StringAttribute{
				MarkdownDescription: "Default account for keys: a subuser's username, " +
					"or `account-id <id>` for a customer account. Defaults to the credential's own account. " +
					"Can also be set with `SENDGRID_ON_BEHALF_OF`. See [Subusers and regions](guides/subusers-and-regions.md).",
				Optional: true,
			},
			"ignored_scopes": schema.SetAttribute{
				MarkdownDescription: "Scopes that SendGrid adds to the keys of this account on its own, in addition to those " +
					"that the provider knows, such as `2fa_required` and `sender_verification_eligible`. The provider never " +
					"requests these scopes and never shows them as a difference. See [SendGrid adds scopes on its own](guides/troubleshooting.md#sendgrid-adds-scopes-on-its-own).",
				ElementType: types.StringType,
				Optional:    true,
			},
			"request_timeout": schema.StringAttribute{
				MarkdownDescription: "Timeout of a single request, as a Go duration such as `45s` or `2m`. Defaults to `30s`. " +
					"See [No response from SendGrid](guides/troubleshooting.md#no-response-from-sendgrid).",
				Optional: true,
			},
			"max_retries": schema.Int64Attribute{
				MarkdownDescription: "How many times the provider repeats a request after a connection error or a response with status 429 or 5xx. " +
					"A wait of up to two minutes for SendGrid's rate limit to reset does not count. A request that creates a key is repeated only " +
					"if SendGrid rejected it, or if no new key with its name exists. Defaults to `5`. `0` turns retries off. " +
					"See [SendGrid's rate limit is exhausted](guides/troubleshooting.md#sendgrids-rate-limit-is-exhausted).",
				Optional: true,
			},
		},
	}
}

// ValidateConfig checks the provider block. A missing credential is not an error
// here, because "terraform validate" runs without one.
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
	resolved, diags := resolveSettings(model, p.getenv)
	resp.Diagnostics.Append(diags...)
	if resp.Diagnostics.HasError() {
		return
	}
	if resolved.apiKey == "" && !resolved.unknown("api_key") {
		resp.Diagnostics.Append(missingCredential())
		return
	}
	if resolved.incomplete() != nil && req.ClientCapabilities.DeferralAllowed {
		resp.Deferred = &provider.Deferred{Reason: provider.DeferredReasonProviderConfigUnknown}
	}
	client, err := p.newClient(resolved, req.TerraformVersion)
	if err != nil {
		resp.Diagnostics.AddError("Invalid base_url", err.Error())
		return
	}
	settled := resolved.api(p.timing)
	settled.terraformVersion = req.TerraformVersion
	configured := newServices(client, settled, resolved.maxRetries, p.open)
	resp.ResourceData = configured
	resp.DataSourceData = configured
	resp.ListResourceData = configured
	resp.EphemeralResourceData = configured
	resp.ActionData = configured
}

// newClient returns the one client that everything in a provider shares.
func (p *sendgridProvider) newClient(s settings, terraformVersion string) (*sendgrid.Client, error) {
	if err := s.incomplete(); err != nil {
		return sendgrid.NewUnusable(err), nil
	}
	options := sendgrid.Options{
		APIKey:         s.apiKey,
		BaseURL:        s.baseURL,
		UserAgent:      "terraform-provider-sendgrid/" + p.version + " Terraform/" + terraformVersion,
		RequestTimeout: s.requestTimeout,
		MaxRetries:     s.maxRetries,
		Observe:        logAttempt,
	}
	if p.tune != nil {
		p.tune(&options)
	}
	return sendgrid.New(options)
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
	return []func() ephemeral.EphemeralResource{newAPIKeyEphemeralResource, newAPIKeySecretEphemeralResource}
}

func (p *sendgridProvider) Actions(context.Context) []func() action.Action {
	return []func() action.Action{newRevokeAPIKeyAction}
}

func (p *sendgridProvider) Functions(context.Context) []func() function.Function {
	return []func() function.Function{newAPIKeyIDFunction, newPermissionScopesFunction}
}
