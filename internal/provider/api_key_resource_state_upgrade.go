package provider

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/tfsdk"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"

	"github.com/terraform-sendgrid/terraform-provider-sendgrid/internal/scopes"
)

// This provider's schema begins at version 1. Version 0 is the state of the other
// SendGrid providers, which all call their resource sendgrid_api_key. So a team
// can change the source of its provider and keep its state.

var (
	_ resource.ResourceWithUpgradeState = (*apiKeyResource)(nil)
	_ resource.ResourceWithMoveState    = (*apiKeyResource)(nil)
)

// UpgradeState reads the state of other providers after "source" was changed or
// "terraform state replace-provider" was run.
func (r *apiKeyResource) UpgradeState(context.Context) map[int64]resource.StateUpgrader {
	return map[int64]resource.StateUpgrader{0: {
		StateUpgrader: func(ctx context.Context, req resource.UpgradeStateRequest, resp *resource.UpgradeStateResponse) {
			ctx = maskSecrets(ctx)
			key, diags := readForeignState(ctx, req.RawState)
			resp.Diagnostics.Append(diags...)
			if !resp.Diagnostics.HasError() {
				resp.Diagnostics.Append(resp.State.Set(ctx, key)...)
			}
		},
	}}
}

// MoveState reads the state of other providers in a moved block, and the state of
// this provider from another address. It accepts any registry and namespace,
// because mirrors rename both.
func (r *apiKeyResource) MoveState(context.Context) []resource.StateMover {
	return []resource.StateMover{{
		StateMover: func(ctx context.Context, req resource.MoveStateRequest, resp *resource.MoveStateResponse) {
			ctx = maskSecrets(ctx)
			fromSendGrid := strings.HasSuffix(req.SourceProviderAddress, "/sendgrid")
			if !fromSendGrid || req.SourceTypeName != "sendgrid_api_key" || req.SourceSchemaVersion > schemaVersion {
				// A mover without a result declines the source.
				return
			}
			var key apiKeyModel
			var diags diag.Diagnostics
			if req.SourceSchemaVersion == schemaVersion {
				key, diags = readOwnState(ctx, req.SourceRawState)
				resp.TargetPrivate = req.SourcePrivate
			} else {
				key, diags = readForeignState(ctx, req.SourceRawState)
			}
			resp.Diagnostics.Append(diags...)
			if !resp.Diagnostics.HasError() {
				resp.Diagnostics.Append(resp.TargetState.Set(ctx, key)...)
			}
		},
	}}
}

// readOwnState reads state of this provider. Like readForeignState, it quotes no
// value.
func readOwnState(ctx context.Context, raw *tfprotov6.RawState) (key apiKeyModel, diags diag.Diagnostics) {
	state := tfsdk.State{Schema: apiKeyResourceSchema()}
	var err error
	state.Raw, err = raw.Unmarshal(state.Schema.Type().TerraformType(ctx))
	if err != nil || state.Get(ctx, &key).HasError() || key.ID.IsNull() || key.Name.IsNull() {
		return key, unreadableState(raw)
	}
	return key, nil
}

// foreignKey is the union of what the other providers store about a key.
type foreignKey struct {
	ID       string `json:"id"`
	APIKeyID string `json:"api_key_id"` // SyedK1987, instead of id
	Name     string `json:"name"`
	// Scopes are a set or a list. SDKv2 stores omitted ones as [].
	Scopes []string `json:"scopes"`
	APIKey *string  `json:"api_key"`
	Key    *string  `json:"key"` // davidji99, instead of api_key
	// OnBehalfOf is digitalocean's, SubUser arslanbekov's and trois-six's.
	OnBehalfOf *string `json:"on_behalf_of"`
	SubUser    *string `json:"sub_user_on_behalf_of"`
	// Destination is where digitalocean stored the secret, which it kept out of
	// the state.
	Destination any `json:"destination"`
}

// foreignImported is what davidji99's provider stores in place of the secret after
// an import.
const foreignImported = "not available as resource was imported"

// readForeignState converts the state of another provider. It quotes no value,
// because any value could be the secret.
func readForeignState(ctx context.Context, raw *tfprotov6.RawState) (apiKeyModel, diag.Diagnostics) {
	var foreign foreignKey
	if raw == nil || json.Unmarshal(raw.JSON, &foreign) != nil {
		return apiKeyModel{}, unreadableState(raw)
	}
	if foreign.ID == "" {
		foreign.ID = foreign.APIKeyID
	}
	if foreign.ID == "" || foreign.Name == "" {
		return apiKeyModel{}, unreadableState(raw)
	}
	key, diags := nullKey(ctx)
	key.ID = types.StringValue(foreign.ID)
	key.Name = types.StringValue(foreign.Name)
	// The first read records an account that the state does not have.
	key.OnBehalfOf = types.StringPointerValue(firstOf(foreign.OnBehalfOf, foreign.SubUser))
	key.APIKey = types.StringPointerValue(firstOf(foreign.APIKey, foreign.Key))
	if secret := key.APIKey.ValueString(); secret == "" || secret == foreignImported {
		key.APIKey = types.StringNull()
	}
	// Some providers store the scopes of a Full Access key after a refresh, or an
	// empty name. The first read finds out whether the key has Full Access.
	set := scopes.NewSet(slices.DeleteFunc(foreign.Scopes, func(name string) bool { return name == "" })...)
	if len(scopes.NewPolicy().Effective(set)) > 0 && !scopes.LooksFullAccess(set) {
		key.Scopes = scopesValue(set)
	}
	return key, diags
}

func firstOf(a, b *string) *string {
	if a != nil {
		return a
	}
	return b
}

func unreadableState(raw *tfprotov6.RawState) diag.Diagnostics {
	var given map[string]json.RawMessage
	if raw != nil {
		// What is no object has no attributes.
		_ = json.Unmarshal(raw.JSON, &given)
	}
	return diag.Diagnostics{diag.NewErrorDiagnostic("State of an unknown provider", fmt.Sprintf(
		"The provider cannot read the state of this sendgrid_api_key. The state lacks the key's id or name, or stores them in a form "+
			"that no supported SendGrid provider uses. Its attributes are: %s.\n\n"+
			"Nothing was changed. Go back to the provider that wrote the state, or remove the key from the state with "+
			"\"terraform state rm\", which does not revoke it, and import it by its id.", strings.Join(slices.Sorted(maps.Keys(given)), ", ")))}
}
