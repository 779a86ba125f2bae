package provider

import (
	"context"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/planmodifier"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/stringplanmodifier"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/terraform-sendgrid/terraform-provider-sendgrid/internal/keys"
	"github.com/terraform-sendgrid/terraform-provider-sendgrid/internal/sendgrid"
)

var (
	_ resource.ResourceWithConfigure = (*apiKeyResource)(nil)
	_ resource.ResourceWithIdentity  = (*apiKeyResource)(nil)
)

// apiKeyResource is the resource sendgrid_api_key.
type apiKeyResource struct {
	api  *api
	keys *keys.Maker
}

func newAPIKeyResource() resource.Resource {
	return &apiKeyResource{}
}

func (r *apiKeyResource) Metadata(_ context.Context, req resource.MetadataRequest, resp *resource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_api_key"
}

func (r *apiKeyResource) Configure(_ context.Context, req resource.ConfigureRequest, resp *resource.ConfigureResponse) {
	configured := servicesFrom(req.ProviderData, &resp.Diagnostics)
	r.api, r.keys = configured.api, configured.keys
}

func (r *apiKeyResource) IdentitySchema(_ context.Context, _ resource.IdentitySchemaRequest, resp *resource.IdentitySchemaResponse) {
	resp.IdentitySchema = apiKeyIdentitySchema()
}

func (r *apiKeyResource) Schema(_ context.Context, _ resource.SchemaRequest, resp *resource.SchemaResponse) {
	resp.Schema = schema.Schema{
		// Version 0 is the state of other SendGrid providers.
		Version: 1,
		MarkdownDescription: "A SendGrid API key. SendGrid returns the key's secret once, when the key is created. The provider stores it " +
			"in the state, as `api_key`.\n\n" +
			"Destroying the resource, or removing its block, **revokes the key**, and whatever uses the key fails. A replacement revokes the old key " +
			"first, unless `create_before_destroy` is set.",
		Attributes: map[string]schema.Attribute{
			"id": schema.StringAttribute{
				MarkdownDescription: "Id of the key (`api_key_id`), the middle part of the key. It never changes.",
				Computed:            true,
				PlanModifiers:       []planmodifier.String{stringplanmodifier.UseStateForUnknown()},
			},
			"name": schema.StringAttribute{
				MarkdownDescription: "Name of the key in SendGrid's console. It does not have to be unique. It can be changed in place.",
				Required:            true,
				Validators:          []validator.String{nameValidator{}},
			},
			"scopes": schema.SetAttribute{
				MarkdownDescription: "What the key is allowed to do, for example `[\"mail.send\"]`. **A key without `scopes` has Full Access**, " +
					"as in SendGrid's API. Scopes can be changed in place, with two exceptions that replace the key: removing `scopes` to get Full Access, " +
					"and changing between billing scopes and other scopes, which exclude each other. Scopes that SendGrid adds " +
					"on its own, such as `2fa_required`, do not have to be listed and never show as a difference.",
				ElementType: types.StringType,
				Optional:    true,
				Validators:  []validator.Set{scopesValidator{}},
			},
			"api_key": schema.StringAttribute{
				MarkdownDescription: "The key's secret, 69 characters that begin with `SG.`. SendGrid returns it only when the key is created, " +
					"so it is null for an imported key.",
				Computed:      true,
				Sensitive:     true,
				PlanModifiers: []planmodifier.String{stringplanmodifier.UseStateForUnknown()},
			},
			"on_behalf_of": schema.StringAttribute{
				MarkdownDescription: accountDescription + " A change of the account replaces the key.",
				Optional:            true,
				Computed:            true,
				Validators:          []validator.String{accountValidator{}},
			},
			"rotate_when_changed": schema.MapAttribute{
				MarkdownDescription: "Arbitrary values. A change from one map to another replaces the key, which rotates it. " +
					"Adding the map or removing it does not.",
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
	request := sendgrid.CreateAPIKeyRequest{Name: what.name, FullAccess: key.fullAccess()}
	if !request.FullAccess {
		requested, diags := requestScopes(ctx, r.api.policy, key.Scopes)
		resp.Diagnostics.Append(diags...)
		if resp.Diagnostics.HasError() {
			return
		}
		request.Scopes, what.scopes = requested, requested
	}
	created, err := r.keys.Create(ctx, what.account, request)
	if err != nil {
		resp.Diagnostics.Append(r.api.diagnose(ctx, what, err))
	}
	if created.ID == "" {
		return
	}
	// The key exists now, and nobody else knows its secret: the state comes first.
	// If there is an error too, Terraform marks the key as tainted.
	key.ID = types.StringValue(created.ID)
	key.APIKey = types.StringNull()
	if created.Secret != "" {
		key.APIKey = types.StringValue(created.Secret)
	}
	rec := keyRecord{Region: r.api.region, CreatedAt: time.Now().UTC(), FullAccess: request.FullAccess}
	resp.Diagnostics.Append(resp.State.Set(ctx, key)...)
	resp.Diagnostics.Append(setIdentity(ctx, resp.Identity, created.ID, what.account)...)
	resp.Diagnostics.Append(writePrivate(ctx, resp.Private, recordKey, rec)...)
	resp.Diagnostics.Append(strayWarnings(created, what.name, what.account)...)
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
	remote, err := r.api.client.GetAPIKey(ctx, account, id)
	if sendgrid.IsKeyNotFound(err) && rec.young(time.Now()) {
		// A live key must not be removed from the state because SendGrid does not
		// show it yet. Asking again costs a moment.
		if err = keys.Wait(ctx, r.api.timing.Settle); err == nil {
			remote, err = r.api.client.GetAPIKey(ctx, account, id)
		}
	}
	switch {
	case sendgrid.IsKeyNotFound(err):
		resp.Diagnostics.Append(r.api.deletedOutside(what))
		resp.State.RemoveResource(ctx)
		return
	case err != nil:
		resp.Diagnostics.Append(r.api.diagnose(ctx, what, err))
		return
	}
	key.OnBehalfOf = types.StringValue(account)
	resp.Diagnostics.Append(key.refresh(ctx, remote, &rec, r.api.policy)...)
	resp.Diagnostics.Append(writePrivate(ctx, resp.Private, recordKey, rec)...)
	if resp.Diagnostics.HasError() {
		return
	}
	resp.Diagnostics.Append(resp.State.Set(ctx, key)...)
}

// Update sends at most one request: a PUT if the scopes change, a PATCH if only
// the name changes, none if only Terraform's own attributes change.
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
	change, diags := compareScopes(ctx, r.api.policy, prior.Scopes, key.Scopes)
	resp.Diagnostics.Append(diags...)
	if resp.Diagnostics.HasError() {
		return
	}
	if change == scopesReplace {
		resp.Diagnostics.Append(scopesRequireReplacement())
		return
	}
	id := prior.ID.ValueString()
	what := subject{verb: "update", id: id, name: prior.Name.ValueString(), account: account}
	var err error
	switch {
	case change == scopesUpdate:
		requested, diags := requestScopes(ctx, r.api.policy, key.Scopes)
		resp.Diagnostics.Append(diags...)
		if resp.Diagnostics.HasError() {
			return
		}
		what.scopes = requested
		err = r.api.client.UpdateAPIKey(ctx, account, id, key.Name.ValueString(), requested)
		// Whatever the key was before, it is restricted now.
		rec.FullAccess, rec.Baseline = false, nil
	case !key.Name.Equal(prior.Name):
		err = r.api.client.RenameAPIKey(ctx, account, id, key.Name.ValueString())
	}
	if err != nil {
		resp.Diagnostics.Append(r.api.diagnose(ctx, what, err))
		return
	}
	// SendGrid's response holds neither the scopes nor the secret. The plan and the
	// state do.
	key.ID = prior.ID
	key.APIKey = prior.APIKey
	resp.Diagnostics.Append(resp.State.Set(ctx, key)...)
	resp.Diagnostics.Append(setIdentity(ctx, resp.Identity, id, account)...)
	resp.Diagnostics.Append(writePrivate(ctx, resp.Private, recordKey, rec)...)
}

func scopesRequireReplacement() diag.Diagnostic {
	return diag.NewAttributeErrorDiagnostic(path.Root("scopes"), "Change of scopes requires replacement",
		"Terraform planned an update in place while the scopes were unknown, but the change of scopes requires a new key: SendGrid cannot grant "+
			"Full Access to a restricted key, and cannot change a key between billing and other scopes. Nothing was changed. Plan again.")
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
	err := r.api.client.DeleteAPIKey(ctx, account, key.ID.ValueString())
	if err != nil && !sendgrid.IsKeyNotFound(err) {
		what := subject{verb: "delete", id: key.ID.ValueString(), name: key.Name.ValueString(), account: account}
		resp.Diagnostics.Append(r.api.diagnose(ctx, what, err))
	}
}

// locate returns the account of a key in state: the recorded one, or the
// provider's default if none was recorded, as in older state. It fails if the
// key was recorded in another region.
func (r *apiKeyResource) locate(ctx context.Context, key apiKeyModel, private privateState) (account string, rec keyRecord, diags diag.Diagnostics) {
	rec, diags = readPrivate[keyRecord](ctx, private, recordKey)
	if diags.HasError() {
		return "", rec, diags
	}
	diags.Append(r.api.claimRegion(&rec, key.ID.ValueString())...)
	account, more := r.api.knownAccount(key.OnBehalfOf)
	diags.Append(more...)
	return account, rec, diags
}
