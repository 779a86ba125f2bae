package provider

import (
	"context"
	"fmt"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/planmodifier"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/stringplanmodifier"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/tfsdk"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/terraform-sendgrid/terraform-provider-sendgrid/internal/keys"
	"github.com/terraform-sendgrid/terraform-provider-sendgrid/internal/scopes"
	"github.com/terraform-sendgrid/terraform-provider-sendgrid/internal/sendgrid"
)

// apiKeyModel is an API key as Terraform sees it.
type apiKeyModel struct {
	ID                types.String `tfsdk:"id"`
	Name              types.String `tfsdk:"name"`
	Scopes            types.Set    `tfsdk:"scopes"`
	APIKey            types.String `tfsdk:"api_key"`
	OnBehalfOf        types.String `tfsdk:"on_behalf_of"`
	SecretInState     types.Bool   `tfsdk:"secret_in_state"`
	RotateWhenChanged types.Map    `tfsdk:"rotate_when_changed"`
}

// schemaVersion is the version of the state. Version 0 is the state of other
// SendGrid providers.
const schemaVersion = 1

func apiKeyResourceSchema() schema.Schema {
	return schema.Schema{
		Version: schemaVersion,
		MarkdownDescription: "A SendGrid API key. Destroying the resource revokes the key. SendGrid returns the key's secret only once, when the key is created. " +
			"The provider stores the secret in the state, as `api_key`, unless `secret_in_state` is `false`.",
		Attributes: map[string]schema.Attribute{
			"id": schema.StringAttribute{
				MarkdownDescription: "Id of the key (`api_key_id`), which is the middle part of the key. It never changes. " +
					"You need only the id to [adopt an existing key](../guides/adopt-existing-keys.md).",
				Computed:      true,
				PlanModifiers: []planmodifier.String{stringplanmodifier.UseStateForUnknown()},
			},
			"name": schema.StringAttribute{
				MarkdownDescription: "Name of the key in SendGrid's console. It does not have to be unique. You can change it in place.",
				Required:            true,
				Validators:          []validator.String{nameValidator{}},
			},
			"scopes": schema.SetAttribute{
				MarkdownDescription: "What the key is allowed to do, for example `[\"mail.send\"]`. **A key without `scopes` has Full Access**, " +
					"as in SendGrid's API. You can change scopes in place, with two exceptions that replace the key: removing `scopes` to get Full Access, " +
					"and changing between billing scopes and other scopes, which exclude each other. You do not need to list scopes that SendGrid adds " +
					"on its own, such as `2fa_required`. They never show as a difference. See [Least privilege](../guides/least-privilege.md).",
				ElementType: types.StringType,
				Optional:    true,
				Validators:  []validator.Set{scopesValidator{}},
			},
			"api_key": schema.StringAttribute{
				MarkdownDescription: "The key's secret, 69 characters that begin with `SG.`. SendGrid returns it only when the key is created, " +
					"so it is null for an imported key. See [Use the key](../guides/use-the-key.md) and [Store the key](../guides/store-the-key.md).",
				Computed:      true,
				Sensitive:     true,
				PlanModifiers: []planmodifier.String{stringplanmodifier.UseStateForUnknown()},
			},
			"on_behalf_of": schema.StringAttribute{
				MarkdownDescription: accountDescription + " If you change the account, the provider replaces the key.",
				Optional:            true,
				Computed:            true,
				Validators:          []validator.String{accountValidator{}},
			},
			"secret_in_state": schema.BoolAttribute{
				MarkdownDescription: "Whether the state contains the secret, as `api_key`. With `false`, no plan and no state contains the secret, and the ephemeral resource " +
					"[`sendgrid_api_key_secret`](../ephemeral-resources/api_key_secret.md) passes it to a secret store. The key's name in SendGrid ends with `" + keys.UndeliveredMark + "` until everything that uses the secret has succeeded. " +
					"If something fails, the next plan replaces the key. A change from `true` to `false` removes the secret from the state in place. The opposite change replaces the key. " +
					"Requires Terraform 1.11 or OpenTofu 1.11. Defaults to `true`. See [Keep secrets out of state](../guides/keep-secrets-out-of-state.md#a-managed-key).",
				Optional: true,
			},
			"rotate_when_changed": schema.MapAttribute{
				MarkdownDescription: "A map of arbitrary values. If a value changes, or if you add or remove an entry, the provider replaces the key, which rotates it. " +
					"Adding or removing the whole map does not replace the key. See [Rotate keys](../guides/rotate-keys.md).",
				ElementType: types.StringType,
				Optional:    true,
			},
		},
	}
}

// imported reports whether ImportState wrote the state of the key, and nothing has
// read the key since.
func (m apiKeyModel) imported() bool {
	return m.Name.IsNull()
}

// nullKey returns a key without any value. A zero apiKeyModel is not such a key: a
// collection has to know the type of its elements, which the schema has.
func nullKey(ctx context.Context) (key apiKeyModel, diags diag.Diagnostics) {
	keySchema := apiKeyResourceSchema()
	attributes := map[string]tftypes.Value{}
	for name, attribute := range keySchema.Attributes {
		attributes[name] = tftypes.NewValue(attribute.GetType().TerraformType(ctx), nil)
	}
	object := tftypes.NewValue(keySchema.Type().TerraformType(ctx), attributes)
	diags = tfsdk.State{Schema: keySchema, Raw: object}.Get(ctx, &key)
	return key, diags
}

// fullAccess reports whether the key has Full Access, which omitted scopes
// express.
func (m apiKeyModel) fullAccess() bool {
	return m.Scopes.IsNull()
}

// refresh updates the model of a key in an account with what SendGrid reports
// about the key. The record remembers what SendGrid does not report.
func (a *api) refresh(ctx context.Context, m *apiKeyModel, account string, key sendgrid.APIKey, rec *keyRecord) diag.Diagnostics {
	m.ID = types.StringValue(key.ID)
	diags := m.refreshDelivery(key.Name, rec)
	remote := scopes.NewSet(key.Scopes...)
	m.OnBehalfOf = types.StringValue(account)
	prior, more := scopeSet(ctx, m.Scopes)
	diags.Append(more...)
	if diags.HasError() {
		return diags
	}
	// Only the first read of an adopted key has to find out what the key is.
	unchanged := rec.Credential != "" && len(prior) > 0 && a.policy.Equivalent(prior, remote)
	if rec.adopted() && !rec.Updated && !rec.FullAccess && !unchanged {
		rec.FullAccess = scopes.LooksFullAccess(remote) || a.holdsAssignable(ctx, account, remote, false)
	}
	if rec.FullAccess {
		if rec.Baseline == nil {
			rec.Baseline = a.policy.Effective(remote)
		}
		if !a.policy.Narrowed(rec.Baseline, remote) || a.holdsAssignable(ctx, account, remote, true) {
			m.Scopes = types.SetNull(types.StringType)
			return diags
		}
	}
	learned, added := a.policy.Learn(rec.Learned, prior, remote)
	rec.Learned = learned
	if len(added) > 0 {
		diags.Append(scopesAdded(added, key))
	}
	m.Scopes = scopesValue(a.policy.Ignoring(learned, prior).Read(prior, remote))
	return diags
}

// holdsAssignable reports whether a key holds what the credential can assign in
// the account, or fallback if the credential says nothing about that. It asks only
// if the key has enough scopes.
func (a *api) holdsAssignable(ctx context.Context, account string, remote scopes.Set, fallback bool) bool {
	if !a.policy.CanHoldAssignable(remote) {
		return false
	}
	held, err := a.held.GetBriefly(ctx, account)
	if err != nil {
		logFailedCheck(ctx, err)
		return fallback
	}
	holds, conclusive := a.policy.HoldsAssignable(remote, held)
	if !conclusive {
		return fallback
	}
	return holds
}

func scopesAdded(added scopes.Set, key sendgrid.APIKey) diag.Diagnostic {
	names := strings.Join(added, ", ")
	return diag.NewAttributeWarningDiagnostic(path.Root("scopes"), "SendGrid adds scopes on its own", fmt.Sprintf(
		"SendGrid added %s to API key %s (%s), although the provider did not request that. The provider records these scopes with the key. "+
			"From now on, it does not show them as a difference and does not try to remove them. "+
			"If SendGrid adds them to every key of the account, list them in the provider's ignored_scopes. "+
			"If someone added them by hand, remove them in SendGrid's console.", names, quoted(key.Name), key.ID))
}
