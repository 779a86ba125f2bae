package provider

import (
	"context"
	"errors"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/ephemeral"
	"github.com/hashicorp/terraform-plugin-framework/ephemeral/schema"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/terraform-sendgrid/terraform-provider-sendgrid/internal/keys"
	"github.com/terraform-sendgrid/terraform-provider-sendgrid/internal/sendgrid"
)

var (
	_ ephemeral.EphemeralResourceWithConfigure = (*apiKeyEphemeralResource)(nil)
	_ ephemeral.EphemeralResourceWithClose     = (*apiKeyEphemeralResource)(nil)
)

// apiKeyEphemeralResource is the ephemeral resource sendgrid_api_key: a key for one
// run.
type apiKeyEphemeralResource struct {
	api  *api
	keys *keys.Maker
	open *keys.OpenKeys
}

func newAPIKeyEphemeralResource() ephemeral.EphemeralResource {
	return &apiKeyEphemeralResource{}
}

// ephemeralKeyModel is a key that is never in the state or the plan.
type ephemeralKeyModel struct {
	Name       types.String `tfsdk:"name"`
	Scopes     types.Set    `tfsdk:"scopes"`
	OnBehalfOf types.String `tfsdk:"on_behalf_of"`
	ID         types.String `tfsdk:"id"`
	APIKey     types.String `tfsdk:"api_key"`
}

// ephemeralRecord is what Open hands on to Close. It holds nothing secret.
type ephemeralRecord struct {
	ID        string    `json:"id"`
	Name      string    `json:"name"`
	Account   string    `json:"account"`
	CreatedAt time.Time `json:"created_at"`
}

func (r *apiKeyEphemeralResource) Metadata(_ context.Context, req ephemeral.MetadataRequest, resp *ephemeral.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_api_key"
}

func (r *apiKeyEphemeralResource) Configure(_ context.Context, req ephemeral.ConfigureRequest, resp *ephemeral.ConfigureResponse) {
	configured := servicesFrom(req.ProviderData, &resp.Diagnostics)
	r.api, r.keys, r.open = configured.api, configured.keys, configured.open
}

func (r *apiKeyEphemeralResource) Schema(_ context.Context, _ ephemeral.SchemaRequest, resp *ephemeral.SchemaResponse) {
	resp.Schema = schema.Schema{
		MarkdownDescription: "An API key for a single run. The provider creates it when the run needs it and revokes it when the run no longer does. " +
			"No state and no plan contains the key. Terraform creates one key for the plan and another one for the apply, and each of them " +
			"counts against SendGrid's limit of 100 keys and its rate limit. Therefore, even a plan needs a credential that is allowed to create keys.",
		Attributes: map[string]schema.Attribute{
			"name": schema.StringAttribute{
				MarkdownDescription: "Part of the key's name in SendGrid, which consists of `" + keys.EphemeralPrefix + "`, this name, the time in UTC, and a random part. " +
					"For example, `migration` becomes `" + keys.EphemeralPrefix + "migration-20261121T1041Z-k3vq7wz2ma`.",
				Required:   true,
				Validators: []validator.String{nameValidator{}},
			},
			"scopes": schema.SetAttribute{
				MarkdownDescription: "What the key is allowed to do, for example `[\"mail.send\"]`. **A key without `scopes` has Full Access**, and the plan shows no warning about it.",
				ElementType:         types.StringType,
				Optional:            true,
				Validators:          []validator.Set{scopesValidator{}},
			},
			"on_behalf_of": schema.StringAttribute{
				MarkdownDescription: accountDescription,
				Optional:            true,
				Computed:            true,
				Validators:          []validator.String{accountValidator{}},
			},
			"id": schema.StringAttribute{
				MarkdownDescription: "Id of the key (`api_key_id`).",
				Computed:            true,
			},
			"api_key": schema.StringAttribute{
				MarkdownDescription: "The key's secret.",
				Computed:            true,
				Sensitive:           true,
			},
		},
	}
}

// Open creates a key. If anything fails after that, it revokes the key: Terraform
// does not close an ephemeral resource whose Open failed.
func (r *apiKeyEphemeralResource) Open(ctx context.Context, req ephemeral.OpenRequest, resp *ephemeral.OpenResponse) {
	ctx = maskSecrets(ctx)
	var model ephemeralKeyModel
	resp.Diagnostics.Append(req.Config.Get(ctx, &model)...)
	account, diags := r.api.knownAccount(model.OnBehalfOf)
	resp.Diagnostics.Append(diags...)
	if resp.Diagnostics.HasError() {
		return
	}
	name := keys.EphemeralName(model.Name.ValueString(), time.Now())
	request := sendgrid.CreateAPIKeyRequest{Name: name, FullAccess: model.Scopes.IsNull()}
	if !request.FullAccess {
		requested, diags := requestScopes(ctx, r.api.policy, model.Scopes)
		resp.Diagnostics.Append(diags...)
		if resp.Diagnostics.HasError() {
			return
		}
		request.Scopes = requested
	}
	created, opened, err := r.open.Create(ctx, r.keys, account, request)
	what := subject{verb: "create", name: name, account: account, scopes: request.Scopes}
	var lost *keys.LostResponse
	switch {
	case errors.As(err, &lost) && len(opened) > 0:
		// The keys that were found are revoked below, so only the lost response
		// remains to be reported.
		resp.Diagnostics.Append(r.api.diagnose(ctx, what, lost.Cause))
	case err != nil:
		resp.Diagnostics.Append(r.api.diagnose(ctx, what, err))
	default:
		model.ID = types.StringValue(created.ID)
		model.APIKey = types.StringValue(created.Secret)
		model.OnBehalfOf = types.StringValue(account)
		resp.Diagnostics.Append(resp.Result.Set(ctx, model)...)
		resp.Diagnostics.Append(writePrivate(ctx, resp.Private, recordKey, ephemeralRecord{created.ID, name, account, time.Now()})...)
		created.Strays = nil // Revoked below.
		resp.Diagnostics.Append(repetitionWarnings(created, name, account)...)
		resp.Diagnostics.Append(leftBehind(r.keys.LeftBehind(ctx, account), account)...)
	}
	for _, key := range opened {
		if resp.Diagnostics.HasError() || key.ID != created.ID {
			resp.Diagnostics.Append(r.revoke(ctx, key)...)
		}
	}
}

// Close revokes the key.
func (r *apiKeyEphemeralResource) Close(ctx context.Context, req ephemeral.CloseRequest, resp *ephemeral.CloseResponse) {
	ctx = maskSecrets(ctx)
	rec, diags := readPrivate[ephemeralRecord](ctx, req.Private, recordKey)
	resp.Diagnostics.Append(diags...)
	if resp.Diagnostics.HasError() {
		return
	}
	key := keys.OpenKey{Maker: r.keys, Account: rec.Account, ID: rec.ID, Name: rec.Name, CreatedAt: rec.CreatedAt}
	resp.Diagnostics.Append(r.revoke(ctx, key)...)
}

// revoke revokes a key. If that fails, the process tries again before it exits.
func (r *apiKeyEphemeralResource) revoke(ctx context.Context, key keys.OpenKey) diag.Diagnostics {
	if err := r.open.Revoke(ctx, key); err != nil {
		return diag.Diagnostics{notRevoked(key, err)}
	}
	return nil
}
