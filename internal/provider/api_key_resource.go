package provider

import (
	"context"
	"errors"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/planmodifier"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/stringplanmodifier"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/terraform-sendgrid/terraform-provider-sendgrid/internal/sendgrid"
)

var (
	_ resource.ResourceWithConfigure  = (*apiKeyResource)(nil)
	_ resource.ResourceWithIdentity   = (*apiKeyResource)(nil)
	_ resource.ResourceWithModifyPlan = (*apiKeyResource)(nil)
)

// apiKeyResource is sendgrid_api_key.
type apiKeyResource struct {
	withProviderData
}

func newAPIKeyResource() resource.Resource {
	return &apiKeyResource{withProviderData{unconfigured()}}
}

func (r *apiKeyResource) Metadata(_ context.Context, req resource.MetadataRequest, resp *resource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_api_key"
}

func (r *apiKeyResource) Configure(_ context.Context, req resource.ConfigureRequest, resp *resource.ConfigureResponse) {
	r.configure(req.ProviderData, &resp.Diagnostics)
}

func (r *apiKeyResource) IdentitySchema(_ context.Context, _ resource.IdentitySchemaRequest, resp *resource.IdentitySchemaResponse) {
	resp.IdentitySchema = apiKeyIdentitySchema()
}

func (r *apiKeyResource) Schema(_ context.Context, _ resource.SchemaRequest, resp *resource.SchemaResponse) {
	resp.Schema = schema.Schema{
		// Version 0 is the state of other SendGrid providers.
		Version: 1,
		MarkdownDescription: "A SendGrid API key. SendGrid shows the key itself once, when it is made; it is captured then, " +
			"as `api_key`, and kept in state.\n\n" +
			"Destroying the resource, or deleting its block, **revokes the key**: what uses it fails. A replacement revokes the old key " +
			"first, unless `create_before_destroy` is set.",
		Attributes: map[string]schema.Attribute{
			"id": schema.StringAttribute{
				MarkdownDescription: "The key's id (`api_key_id`), the middle part of the key. It stays the same for the life of the key.",
				Computed:            true,
				PlanModifiers:       []planmodifier.String{stringplanmodifier.UseStateForUnknown()},
			},
			"name": schema.StringAttribute{
				MarkdownDescription: "Name of the key in SendGrid's console. It need not be unique. Can be changed in place.",
				Required:            true,
				Validators:          []validator.String{nameValidator{}},
			},
			"scopes": schema.SetAttribute{
				MarkdownDescription: "What the key may do, for example `[\"mail.send\"]`. **Left out, the key has Full Access**, " +
					"as SendGrid has it. Scopes are changed in place, except that a restricted key is replaced to get Full Access, " +
					"and that billing scopes exclude all others: going from or to them replaces the key. Scopes that SendGrid adds " +
					"on its own, such as `2fa_required`, need not be listed and never show as a difference.",
				ElementType: types.StringType,
				Optional:    true,
				Validators:  []validator.Set{scopesValidator{}},
			},
			"api_key": schema.StringAttribute{
				MarkdownDescription: "The key itself, 69 characters that begin with `SG.`. SendGrid shows it only when the key is made: " +
					"it is null for a key that was imported.",
				Computed:      true,
				Sensitive:     true,
				PlanModifiers: []planmodifier.String{stringplanmodifier.UseStateForUnknown()},
			},
			"on_behalf_of": schema.StringAttribute{
				MarkdownDescription: "Account the key lives in: a subuser's username, or `account-id <id>` for a customer account. " +
					"Default is the provider's `on_behalf_of`; `\"\"` is the credential's own account, also where the provider has " +
					"a default. Another account replaces the key.",
				Optional:   true,
				Computed:   true,
				Validators: []validator.String{accountValidator{}},
			},
			"rotate_when_changed": schema.MapAttribute{
				MarkdownDescription: "Any values. A change from one map to another replaces the key, which rotates it. " +
					"Setting the map for the first time, or removing it, does not.",
				ElementType: types.StringType,
				Optional:    true,
			},
		},
	}
}

func (r *apiKeyResource) Create(ctx context.Context, req resource.CreateRequest, resp *resource.CreateResponse) {
	ctx = maskSecrets(ctx)
	var key apiKeyModel
	resp.Diagnostics.Append(req.Plan.Get(ctx, &key)...)
	if resp.Diagnostics.HasError() {
		return
	}
	what := subject{verb: "create", name: key.Name.ValueString(), account: key.OnBehalfOf.ValueString()}
	order := sendgrid.CreateAPIKeyRequest{Name: what.name, FullAccess: key.fullAccess()}
	if !order.FullAccess {
		requested, diags := r.requestable(ctx, key.Scopes)
		resp.Diagnostics.Append(diags...)
		if resp.Diagnostics.HasError() {
			return
		}
		order.Scopes, what.scopes = requested, requested
	}
	created, err := r.keys.create(ctx, what.account, order)
	if err != nil {
		resp.Diagnostics.Append(r.diagnose(ctx, what, err))
	}
	if created.ID == "" {
		return
	}
	// From here on the key exists and its secret is known to nobody else: the
	// state comes first. Beside an error, Terraform takes it for tainted.
	key.ID = types.StringValue(created.ID)
	key.APIKey = types.StringNull()
	if created.Secret != "" {
		key.APIKey = types.StringValue(created.Secret)
	}
	resp.Diagnostics.Append(resp.State.Set(ctx, key)...)
	resp.Diagnostics.Append(setIdentity(ctx, resp.Identity, created.ID, what.account)...)
	resp.Diagnostics.Append(writeRecord(ctx, resp.Private, keyRecord{Region: r.region, MadeAt: time.Now().UTC(), FullAccess: order.FullAccess})...)
	resp.Diagnostics.Append(created.warnings(what)...)
}

func (r *apiKeyResource) Read(ctx context.Context, req resource.ReadRequest, resp *resource.ReadResponse) {
	ctx = maskSecrets(ctx)
	var key apiKeyModel
	resp.Diagnostics.Append(req.State.Get(ctx, &key)...)
	if resp.Diagnostics.HasError() {
		return
	}
	id := key.ID.ValueString()
	account, rec, diags := r.locate(ctx, key, req.Private)
	resp.Diagnostics.Append(diags...)
	if resp.Diagnostics.HasError() {
		return
	}
	resp.Diagnostics.Append(setIdentity(ctx, resp.Identity, id, account)...)
	what := subject{verb: "read", id: id, name: key.Name.ValueString(), account: account}
	remote, err := r.client.GetAPIKey(ctx, account, id)
	if isKeyNotFound(err) && rec.young(time.Now()) {
		// Dropped by mistake, the key would live on unknown to anybody. It costs
		// a moment to ask again.
		if err = pause(ctx, r.keys.settle); err == nil {
			remote, err = r.client.GetAPIKey(ctx, account, id)
		}
	}
	switch {
	case isKeyNotFound(err):
		resp.Diagnostics.Append(r.gone(what))
		resp.State.RemoveResource(ctx)
		return
	case err != nil:
		resp.Diagnostics.Append(r.diagnose(ctx, what, err))
		return
	}
	key.OnBehalfOf = types.StringValue(account)
	resp.Diagnostics.Append(key.refresh(ctx, remote, &rec, r.policy)...)
	resp.Diagnostics.Append(writeRecord(ctx, resp.Private, rec)...)
	if resp.Diagnostics.HasError() {
		return
	}
	resp.Diagnostics.Append(resp.State.Set(ctx, key)...)
}

// Update sends one request at the most: PUT where the scopes change, PATCH where
// the name alone does, nothing where only Terraform's own attributes do.
func (r *apiKeyResource) Update(ctx context.Context, req resource.UpdateRequest, resp *resource.UpdateResponse) {
	ctx = maskSecrets(ctx)
	var prior, key apiKeyModel
	resp.Diagnostics.Append(req.State.Get(ctx, &prior)...)
	resp.Diagnostics.Append(req.Plan.Get(ctx, &key)...)
	if resp.Diagnostics.HasError() {
		return
	}
	account, rec, diags := r.locate(ctx, prior, req.Private)
	resp.Diagnostics.Append(diags...)
	change, diags := r.compareScopes(ctx, prior.Scopes, key.Scopes)
	resp.Diagnostics.Append(diags...)
	if resp.Diagnostics.HasError() {
		return
	}
	if change == scopesReplace {
		resp.Diagnostics.Append(scopesNeedReplacement())
		return
	}
	id := prior.ID.ValueString()
	what := subject{verb: "update", id: id, name: prior.Name.ValueString(), account: account}
	var err error
	switch {
	case change == scopesUpdate:
		requested, diags := r.requestable(ctx, key.Scopes)
		resp.Diagnostics.Append(diags...)
		if resp.Diagnostics.HasError() {
			return
		}
		what.scopes = requested
		err = r.client.UpdateAPIKey(ctx, account, id, key.Name.ValueString(), requested)
		// The key is restricted now, whatever it was.
		rec.FullAccess, rec.Baseline = false, nil
	case !key.Name.Equal(prior.Name):
		err = r.client.RenameAPIKey(ctx, account, id, key.Name.ValueString())
	}
	if err != nil {
		resp.Diagnostics.Append(r.diagnose(ctx, what, err))
		return
	}
	// SendGrid's answer holds neither the scopes nor the secret: the plan and
	// the state do.
	key.ID = prior.ID
	key.APIKey = prior.APIKey
	resp.Diagnostics.Append(resp.State.Set(ctx, key)...)
	resp.Diagnostics.Append(setIdentity(ctx, resp.Identity, id, account)...)
	resp.Diagnostics.Append(writeRecord(ctx, resp.Private, rec)...)
}

func (r *apiKeyResource) Delete(ctx context.Context, req resource.DeleteRequest, resp *resource.DeleteResponse) {
	ctx = maskSecrets(ctx)
	var key apiKeyModel
	resp.Diagnostics.Append(req.State.Get(ctx, &key)...)
	if resp.Diagnostics.HasError() {
		return
	}
	account, _, diags := r.locate(ctx, key, req.Private)
	resp.Diagnostics.Append(diags...)
	if resp.Diagnostics.HasError() {
		return
	}
	err := r.client.DeleteAPIKey(ctx, account, key.ID.ValueString())
	if err != nil && !isKeyNotFound(err) {
		what := subject{verb: "delete", id: key.ID.ValueString(), name: key.Name.ValueString(), account: account}
		resp.Diagnostics.Append(r.diagnose(ctx, what, err))
	}
}

// locate returns where the key of a state lives: the account that was recorded,
// or the provider's default where none was, as in older state. It fails where
// the key was recorded in another region.
func (r *apiKeyResource) locate(ctx context.Context, key apiKeyModel, private privateState) (account string, rec keyRecord, diags diag.Diagnostics) {
	rec, diags = readRecord(ctx, private)
	if diags.HasError() {
		return "", rec, diags
	}
	diags.Append(r.claimRegion(&rec, key.ID.ValueString())...)
	recorded := r.accountOr(key.OnBehalfOf)
	if recorded.IsUnknown() {
		diags.Append(accountUnknown())
	}
	return recorded.ValueString(), rec, diags
}

// isKeyNotFound reports whether SendGrid said that the key does not exist.
func isKeyNotFound(err error) bool {
	var failure *sendgrid.Error
	return errors.As(err, &failure) && failure.Kind == sendgrid.KindKeyNotFound
}
