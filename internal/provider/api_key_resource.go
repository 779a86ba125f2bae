package provider

import (
	"context"
	"slices"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/terraform-sendgrid/terraform-provider-sendgrid/internal/keys"
	"github.com/terraform-sendgrid/terraform-provider-sendgrid/internal/scopes"
	"github.com/terraform-sendgrid/terraform-provider-sendgrid/internal/sendgrid"
)

var (
	_ resource.ResourceWithConfigure = (*apiKeyResource)(nil)
	_ resource.ResourceWithIdentity  = (*apiKeyResource)(nil)
)

// apiKeyResource is the resource sendgrid_api_key.
type apiKeyResource struct {
	api        *api
	keys       *keys.Maker
	preflight  *preflight
	deliveries *keys.Deliveries
}

func newAPIKeyResource() resource.Resource {
	return &apiKeyResource{}
}

func (r *apiKeyResource) Metadata(_ context.Context, req resource.MetadataRequest, resp *resource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_api_key"
}

func (r *apiKeyResource) Configure(_ context.Context, req resource.ConfigureRequest, resp *resource.ConfigureResponse) {
	configured := servicesFrom(req.ProviderData, &resp.Diagnostics)
	r.api, r.keys, r.preflight, r.deliveries = configured.api, configured.keys, configured.preflight, configured.deliveries
}

func (r *apiKeyResource) IdentitySchema(_ context.Context, _ resource.IdentitySchemaRequest, resp *resource.IdentitySchemaResponse) {
	resp.IdentitySchema = apiKeyIdentitySchema()
}

func (r *apiKeyResource) Schema(_ context.Context, _ resource.SchemaRequest, resp *resource.SchemaResponse) {
	resp.Schema = apiKeyResourceSchema()
}

func (r *apiKeyResource) Create(ctx context.Context, req resource.CreateRequest, resp *resource.CreateResponse) {
	ctx = maskSecrets(ctx)
	var key apiKeyModel
	resp.Diagnostics.Append(req.Plan.Get(ctx, &key)...)
	if resp.Diagnostics.HasError() {
		return
	}
	what := subject{verb: "create", name: key.nameToCreate(), account: key.OnBehalfOf.ValueString()}
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
		return
	}
	// The key exists now, and nobody else knows its secret: the state comes first.
	key.ID = types.StringValue(created.ID)
	rec := keyRecord{Region: r.api.region, CreatedAt: time.Now().UTC(), Credential: r.api.ownID, FullAccess: request.FullAccess}
	r.keepSecret(&key, created.CreatedAPIKey, &rec)
	resp.Diagnostics.Append(resp.State.Set(ctx, key)...)
	resp.Diagnostics.Append(setIdentity(ctx, resp.Identity, created.ID, what.account)...)
	if request.FullAccess {
		rec.Baseline = r.api.policy.Effective(scopes.NewSet(created.Scopes...))
	} else {
		rec.Learned = scopes.Learned{}.AfterRequest(nil, request.Scopes)
	}
	resp.Diagnostics.Append(writePrivate(ctx, resp.Private, recordKey, rec)...)
	if granted := r.api.policy.Effective(scopes.NewSet(created.Scopes...)).Minus(request.Scopes); !request.FullAccess && len(granted) > 0 {
		resp.Diagnostics.Append(grantedMore(what, created.ID, granted))
	}
	resp.Diagnostics.Append(repetitionWarnings(created, what.name, what.account)...)
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
	r.preflight.addManaged(account, id)
	remote, err := r.read(ctx, account, id, rec)
	switch {
	case sendgrid.IsKeyNotFound(err) && key.imported():
		resp.Diagnostics.Append(r.api.importNotFound(what))
		return
	case sendgrid.IsKeyNotFound(err):
		resp.Diagnostics.Append(r.confirmDeleted(ctx, what, rec)...)
		if !resp.Diagnostics.HasError() {
			resp.Diagnostics.Append(r.api.deletedOutside(what))
			resp.State.RemoveResource(ctx)
		}
		return
	case err != nil:
		resp.Diagnostics.Append(r.api.diagnose(ctx, what, err))
		return
	}
	resp.Diagnostics.Append(r.api.refresh(ctx, &key, account, remote, &rec)...)
	rec.seenBy(r.api.ownID)
	resp.Diagnostics.Append(writePrivate(ctx, resp.Private, recordKey, rec)...)
	if resp.Diagnostics.HasError() {
		return
	}
	resp.Diagnostics.Append(resp.State.Set(ctx, key)...)
}

// read reads a key in state. A live key must not be removed from the state because
// SendGrid does not show it yet.
func (r *apiKeyResource) read(ctx context.Context, account, id string, rec keyRecord) (sendgrid.APIKey, error) {
	if rec.young(time.Now()) {
		return r.keys.GetYoung(ctx, account, id)
	}
	return r.api.client.GetAPIKey(ctx, account, id)
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
	planned, diags := scopeSet(ctx, key.Scopes)
	resp.Diagnostics.Append(diags...)
	policy := r.api.policy.Ignoring(rec.Learned, planned)
	change, diags := compareScopes(ctx, policy, prior.Scopes, key.Scopes)
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
	if change == scopesUpdate || !key.Name.Equal(prior.Name) {
		resp.Diagnostics.Append(r.confirmDelivered(ctx, what, prior, &rec)...)
		if resp.Diagnostics.HasError() {
			return
		}
	}
	var err error
	switch {
	case change == scopesUpdate:
		requested, diags := requestScopes(ctx, policy, key.Scopes)
		resp.Diagnostics.Append(diags...)
		before, diags := scopeSet(ctx, prior.Scopes)
		resp.Diagnostics.Append(diags...)
		if resp.Diagnostics.HasError() {
			return
		}
		what.scopes = requested
		err = r.api.client.UpdateAPIKey(ctx, account, id, key.Name.ValueString(), requested)
		// Whatever the key was before, it is restricted now.
		rec.FullAccess, rec.Baseline, rec.Updated = false, nil, true
		rec.Learned = rec.Learned.AfterRequest(before, requested)
	case !key.Name.Equal(prior.Name):
		err = r.api.client.RenameAPIKey(ctx, account, id, key.Name.ValueString())
	}
	if err != nil {
		resp.Diagnostics.Append(r.api.diagnose(ctx, what, err))
		return
	}
	if change == scopesUpdate || !key.Name.Equal(prior.Name) {
		rec.seenBy(r.api.ownID)
	}
	// SendGrid's response has neither the scopes nor the secret. The plan and the
	// state have them.
	key.ID = prior.ID
	key.APIKey = prior.APIKey
	if key.secretKeptOut() {
		key.APIKey = types.StringNull()
	}
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
	account, rec, diags := r.locate(ctx, key, req.Private)
	resp.Diagnostics.Append(diags...)
	if resp.Diagnostics.HasError() {
		return
	}
	id := key.ID.ValueString()
	what := subject{verb: "delete", id: id, name: key.Name.ValueString(), account: account}
	if r.api.isOwnKey(id) {
		resp.Diagnostics.Append(revokesOwnKey(what))
		return
	}
	r.preflight.addManaged(account, id)
	err := r.revoke(ctx, account, id, rec)
	switch {
	case sendgrid.IsKeyNotFound(err):
		resp.Diagnostics.Append(r.confirmDeleted(ctx, what, rec)...)
	case err != nil:
		resp.Diagnostics.Append(r.api.diagnose(ctx, what, err))
	}
}

// revoke revokes a key in state. Like a read, it does not take a young key for
// deleted because SendGrid does not show it yet.
func (r *apiKeyResource) revoke(ctx context.Context, account, id string, rec keyRecord) error {
	if rec.young(time.Now()) {
		return r.keys.DeleteYoung(ctx, account, id)
	}
	return r.api.client.DeleteAPIKey(ctx, account, id)
}

// confirmDeleted checks that a key which SendGrid does not find was deleted. The
// credential may belong to another account, where the key never existed: then the
// key lives on, and must not leave the state. The account is the same if the
// credential that last saw the key is the one in use, or is a key of the same
// account.
func (r *apiKeyResource) confirmDeleted(ctx context.Context, what subject, rec keyRecord) diag.Diagnostics {
	if rec.Credential == "" || r.api.ownID == "" || rec.Credential == r.api.ownID {
		return nil
	}
	listed, err := r.keys.List(ctx, sendgrid.Parent)
	if err != nil {
		return diag.Diagnostics{r.api.diagnose(ctx, what, err)}
	}
	if slices.ContainsFunc(listed, func(k sendgrid.APIKey) bool { return k.ID == rec.Credential }) {
		return nil
	}
	return diag.Diagnostics{r.api.otherAccount(what, rec.Credential)}
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
