package provider

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/ephemeral"
	"github.com/hashicorp/terraform-plugin-framework/ephemeral/schema"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/terraform-sendgrid/terraform-provider-sendgrid/internal/sendgrid"
)

var (
	_ ephemeral.EphemeralResourceWithConfigure = (*apiKeyEphemeralResource)(nil)
	_ ephemeral.EphemeralResourceWithClose     = (*apiKeyEphemeralResource)(nil)
)

// ephemeralMarker begins the name of every ephemeral key, so that those which
// a killed run left behind are found.
const ephemeralMarker = "terraform-ephemeral-"

// apiKeyEphemeralResource is ephemeral sendgrid_api_key: a key for one run.
type apiKeyEphemeralResource struct {
	withProviderData
}

func newAPIKeyEphemeralResource() ephemeral.EphemeralResource {
	return &apiKeyEphemeralResource{withProviderData{unconfigured()}}
}

// ephemeralKeyModel is a key that is never in state or plan.
type ephemeralKeyModel struct {
	Name       types.String `tfsdk:"name"`
	Scopes     types.Set    `tfsdk:"scopes"`
	OnBehalfOf types.String `tfsdk:"on_behalf_of"`
	ID         types.String `tfsdk:"id"`
	APIKey     types.String `tfsdk:"api_key"`
}

// ephemeralRecord is what Close is told by Open: nothing secret.
type ephemeralRecord struct {
	ID      string `json:"id"`
	Name    string `json:"name"`
	Account string `json:"account"`
}

func (r *apiKeyEphemeralResource) Metadata(_ context.Context, req ephemeral.MetadataRequest, resp *ephemeral.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_api_key"
}

func (r *apiKeyEphemeralResource) Configure(_ context.Context, req ephemeral.ConfigureRequest, resp *ephemeral.ConfigureResponse) {
	r.configure(req.ProviderData, &resp.Diagnostics)
}

func (r *apiKeyEphemeralResource) Schema(_ context.Context, _ ephemeral.SchemaRequest, resp *ephemeral.SchemaResponse) {
	resp.Schema = schema.Schema{
		MarkdownDescription: "An API key for this run only: it is made when the run needs it, revoked when the run no longer does, " +
			"and never in state or plan. Terraform opens it both to plan and to apply, so that each takes a key of its own, " +
			"which counts against SendGrid's limit of 100 keys and its rate limit, and planning needs a credential that may make keys.",
		Attributes: map[string]schema.Attribute{
			"name": schema.StringAttribute{
				MarkdownDescription: "Part of the key's name in SendGrid, which is `" + ephemeralMarker + "`, this, and a random part: " +
					"every time the key is opened, it is another key.",
				Required:   true,
				Validators: []validator.String{nameValidator{}},
			},
			"scopes": schema.SetAttribute{
				MarkdownDescription: "What the key may do, for example `[\"mail.send\"]`. **Left out or null, the key has Full Access**, without a warning.",
				ElementType:         types.StringType,
				Optional:            true,
				Validators:          []validator.Set{scopesValidator{}},
			},
			"on_behalf_of": schema.StringAttribute{
				MarkdownDescription: "Account to make the key in: a subuser's username, or `account-id <id>` for a customer account. " +
					"Default is the provider's `on_behalf_of`; `\"\"` is the credential's own account.",
				Optional:   true,
				Computed:   true,
				Validators: []validator.String{accountValidator{}},
			},
			"id": schema.StringAttribute{
				MarkdownDescription: "The key's id (`api_key_id`).",
				Computed:            true,
			},
			"api_key": schema.StringAttribute{
				MarkdownDescription: "The key itself.",
				Computed:            true,
				Sensitive:           true,
			},
		},
	}
}

// Open makes a key. Whatever goes wrong after that revokes it again: Terraform
// closes nothing of which Open failed.
func (r *apiKeyEphemeralResource) Open(ctx context.Context, req ephemeral.OpenRequest, resp *ephemeral.OpenResponse) {
	ctx = maskSecrets(ctx)
	var model ephemeralKeyModel
	resp.Diagnostics.Append(req.Config.Get(ctx, &model)...)
	account, diags := r.accountToAsk(model.OnBehalfOf)
	resp.Diagnostics.Append(diags...)
	if resp.Diagnostics.HasError() {
		return
	}
	name := ephemeralMarker + model.Name.ValueString() + "-" + strings.ToLower(rand.Text()[:10])
	order := sendgrid.CreateAPIKeyRequest{Name: name, FullAccess: model.Scopes.IsNull()}
	if !order.FullAccess {
		requested, diags := r.requestable(ctx, model.Scopes)
		resp.Diagnostics.Append(diags...)
		if resp.Diagnostics.HasError() {
			return
		}
		order.Scopes = requested
	}
	created, err := r.keys.create(ctx, account, order)
	// The name is nobody else's, so whatever has it was made here.
	ours := created.strays
	if created.ID != "" {
		ours = append(ours, created.ID)
	}
	ours = append(ours, foundAfter(err)...)
	for _, id := range ours {
		r.open.add(openKey{client: r.client, account: account, id: id, name: name})
	}
	what := subject{verb: "create", name: name, account: account, scopes: order.Scopes}
	if err != nil {
		if lost := (*lostAnswer)(nil); errors.As(err, &lost) && len(lost.found) > 0 {
			// What was made is revoked below: the answer is all there is to tell.
			err = lost.cause
		}
		resp.Diagnostics.Append(r.diagnose(ctx, what, err))
	} else {
		model.ID = types.StringValue(created.ID)
		model.APIKey = types.StringValue(created.Secret)
		model.OnBehalfOf = types.StringValue(account)
		resp.Diagnostics.Append(resp.Result.Set(ctx, model)...)
		resp.Diagnostics.Append(setEphemeralRecord(ctx, resp.Private, ephemeralRecord{created.ID, name, account})...)
		created.strays = nil // Revoked below.
		resp.Diagnostics.Append(created.warnings(what)...)
	}
	for _, id := range ours {
		if resp.Diagnostics.HasError() || id != created.ID {
			resp.Diagnostics.Append(r.revokeNow(ctx, ephemeralRecord{id, name, account})...)
		}
	}
}

// Close revokes the key.
func (r *apiKeyEphemeralResource) Close(ctx context.Context, req ephemeral.CloseRequest, resp *ephemeral.CloseResponse) {
	ctx = maskSecrets(ctx)
	data, diags := req.Private.GetKey(ctx, recordKey)
	resp.Diagnostics.Append(diags...)
	var rec ephemeralRecord
	if err := json.Unmarshal(data, &rec); err != nil {
		resp.Diagnostics.AddError("Unreadable private state", "The provider's record of the ephemeral key is damaged: "+err.Error())
		return
	}
	resp.Diagnostics.Append(r.revokeNow(ctx, rec)...)
}

// revokeNow revokes a key even where the run was interrupted. What fails here,
// the process tries once more before it ends.
func (r *apiKeyEphemeralResource) revokeNow(ctx context.Context, rec ephemeralRecord) diag.Diagnostics {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), r.keys.budget)
	defer cancel()
	key := openKey{client: r.client, account: rec.Account, id: rec.ID, name: rec.Name}
	r.open.add(key)
	if err := r.open.revoke(ctx, key); err != nil {
		return diag.Diagnostics{r.diagnose(ctx, subject{verb: "delete", id: rec.ID, name: rec.Name, account: rec.Account}, err)}
	}
	return nil
}

func setEphemeralRecord(ctx context.Context, private privateState, rec ephemeralRecord) diag.Diagnostics {
	data, err := json.Marshal(rec)
	if err != nil {
		return diag.Diagnostics{diag.NewErrorDiagnostic("Unwritable private state", err.Error())}
	}
	return private.SetKey(ctx, recordKey, data)
}
