package provider

import (
	"context"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/ephemeral"
	"github.com/hashicorp/terraform-plugin-framework/ephemeral/schema"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/terraform-sendgrid/terraform-provider-sendgrid/internal/keys"
)

var (
	_ ephemeral.EphemeralResourceWithConfigure = (*apiKeySecretEphemeralResource)(nil)
	_ ephemeral.EphemeralResourceWithClose     = (*apiKeySecretEphemeralResource)(nil)
)

// apiKeySecretEphemeralResource is the ephemeral resource sendgrid_api_key_secret:
// the secret of a key that the same apply has created.
type apiKeySecretEphemeralResource struct {
	api        *api
	deliveries *keys.Deliveries
}

func newAPIKeySecretEphemeralResource() ephemeral.EphemeralResource {
	return &apiKeySecretEphemeralResource{}
}

func (r *apiKeySecretEphemeralResource) Metadata(_ context.Context, req ephemeral.MetadataRequest, resp *ephemeral.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_api_key_secret"
}

func (r *apiKeySecretEphemeralResource) Configure(_ context.Context, req ephemeral.ConfigureRequest, resp *ephemeral.ConfigureResponse) {
	configured := servicesFrom(req.ProviderData, &resp.Diagnostics)
	r.api, r.deliveries = configured.api, configured.deliveries
}

func (r *apiKeySecretEphemeralResource) Schema(_ context.Context, _ ephemeral.SchemaRequest, resp *ephemeral.SchemaResponse) {
	resp.Schema = schema.Schema{
		MarkdownDescription: "The secret of a `sendgrid_api_key` with `secret_in_state = false`, for a write-only attribute of a secret store. " +
			"The secret is available only in the run that creates the key. In every other run, `api_key` is empty, and Terraform does not send a write-only attribute whose version has not changed. " +
			"The ephemeral resource must use the same provider configuration as the key. A provider with another `alias` does not have the secret. " +
			"Requires Terraform 1.11 or OpenTofu 1.11.",
		Attributes: map[string]schema.Attribute{
			"id": schema.StringAttribute{
				MarkdownDescription: "Id of the key: `sendgrid_api_key.….id`.",
				Required:            true,
				Validators:          []validator.String{keyIDValidator{}},
			},
			"api_key": schema.StringAttribute{
				MarkdownDescription: "The key's secret in the run that creates the key, otherwise an empty string.",
				Computed:            true,
				Sensitive:           true,
			},
		},
	}
}

// apiKeySecretModel is a secret on its way to a store.
type apiKeySecretModel struct {
	ID     types.String `tfsdk:"id"`
	APIKey types.String `tfsdk:"api_key"`
}

// secretRecord is what Open hands on to Close. It holds nothing secret.
type secretRecord struct {
	// ID is the key whose secret was handed out, empty if there was none.
	ID string `json:"id"`
}

// Open returns the secret if this process has created the key. Otherwise it
// returns an empty string and not null: stores validate write-only attributes in
// every plan, and reject a missing one.
func (r *apiKeySecretEphemeralResource) Open(ctx context.Context, req ephemeral.OpenRequest, resp *ephemeral.OpenResponse) {
	ctx = maskSecrets(ctx)
	var model apiKeySecretModel
	resp.Diagnostics.Append(req.Config.Get(ctx, &model)...)
	if resp.Diagnostics.HasError() {
		return
	}
	id := model.ID.ValueString()
	secret, err := r.deliveries.Receive(ctx, id)
	if err != nil {
		resp.Diagnostics.Append(r.api.diagnose(ctx, subject{verb: "update", id: id}, err))
		return
	}
	model.APIKey = types.StringValue(secret)
	var rec secretRecord
	if secret != "" {
		rec.ID = id
	}
	resp.Diagnostics.Append(writePrivate(ctx, resp.Private, recordKey, rec)...)
	resp.Diagnostics.Append(resp.Result.Set(ctx, model)...)
}

// Close removes the mark from the name of a key whose secret was delivered.
// Terraform calls it only after everything that depends on the ephemeral resource
// has succeeded.
func (r *apiKeySecretEphemeralResource) Close(ctx context.Context, req ephemeral.CloseRequest, resp *ephemeral.CloseResponse) {
	ctx = maskSecrets(ctx)
	rec, diags := readPrivate[secretRecord](ctx, req.Private, recordKey)
	resp.Diagnostics.Append(diags...)
	if resp.Diagnostics.HasError() || rec.ID == "" {
		return
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), r.api.timing.Budget)
	defer cancel()
	if err := r.deliveries.Finish(ctx, rec.ID); err != nil {
		resp.Diagnostics.Append(r.api.diagnose(ctx, subject{verb: "update", id: rec.ID}, err))
		resp.Diagnostics.Append(deliveryNotConfirmed(rec.ID))
	}
}

func deliveryNotConfirmed(id string) diag.Diagnostic {
	return diag.NewWarningDiagnostic("Delivery of a secret was not confirmed", fmt.Sprintf(
		"The secret of API key %s was delivered, but the provider could not remove %q from the key's name. "+
			"The next plan therefore replaces the key. Until then, the key works.", id, keys.UndeliveredMark))
}
