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
	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"

	"github.com/terraform-sendgrid/terraform-provider-sendgrid/internal/scopes"
)

// This provider's schema begins at version 1. Version 0 is the state of every
// SendGrid provider before it, all of which call their resource sendgrid_api_key,
// so that a team can change the source of its provider and go on.

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
			key, diags := readForeignState(req.RawState)
			resp.Diagnostics.Append(diags...)
			if !resp.Diagnostics.HasError() {
				resp.Diagnostics.Append(resp.State.Set(ctx, key)...)
			}
		},
	}}
}

// MoveState reads the state of other providers by a moved block. Which
// namespace of which registry they come from does not matter: mirrors rename
// both.
func (r *apiKeyResource) MoveState(context.Context) []resource.StateMover {
	return []resource.StateMover{{
		StateMover: func(ctx context.Context, req resource.MoveStateRequest, resp *resource.MoveStateResponse) {
			ctx = maskSecrets(ctx)
			fromSendGrid := strings.HasSuffix(req.SourceProviderAddress, "/sendgrid")
			if !fromSendGrid || req.SourceTypeName != "sendgrid_api_key" || req.SourceSchemaVersion != 0 {
				// Not answering is how a mover says that the source is none of its own.
				return
			}
			key, diags := readForeignState(req.SourceRawState)
			resp.Diagnostics.Append(diags...)
			if !resp.Diagnostics.HasError() {
				resp.Diagnostics.Append(resp.TargetState.Set(ctx, key)...)
			}
		},
	}}
}

// foreignKey is the union of what the other providers keep of a key.
type foreignKey struct {
	ID       string `json:"id"`
	APIKeyID string `json:"api_key_id"` // SyedK1987, instead of id
	Name     string `json:"name"`
	// Scopes are a set or a list. SDKv2 writes those that are left out as [].
	Scopes []string `json:"scopes"`
	APIKey *string  `json:"api_key"`
	Key    *string  `json:"key"` // davidji99, instead of api_key
	// OnBehalfOf is digitalocean's, SubUser arslanbekov's and trois-six's.
	OnBehalfOf *string `json:"on_behalf_of"`
	SubUser    *string `json:"sub_user_on_behalf_of"`
	// Destination is where digitalocean stored the key; it kept none in state.
	Destination any `json:"destination"`
}

// foreignImported is what davidji99's provider writes where the key should be,
// after an import.
const foreignImported = "not available as resource was imported"

// readForeignState turns the state of another provider into one of this. It
// quotes no value, which could be the key.
func readForeignState(raw *tfprotov6.RawState) (apiKeyModel, diag.Diagnostics) {
	var given map[string]json.RawMessage
	var foreign foreignKey
	if raw == nil || json.Unmarshal(raw.JSON, &given) != nil || json.Unmarshal(raw.JSON, &foreign) != nil {
		return apiKeyModel{}, unreadableState(slices.Sorted(maps.Keys(given)))
	}
	if foreign.ID == "" {
		foreign.ID = foreign.APIKeyID
	}
	if foreign.ID == "" || foreign.Name == "" {
		return apiKeyModel{}, unreadableState(slices.Sorted(maps.Keys(given)))
	}
	key := apiKeyModel{
		ID:     types.StringValue(foreign.ID),
		Name:   types.StringValue(foreign.Name),
		Scopes: types.SetNull(types.StringType),
		// An account that is not told is recorded when it is first read.
		OnBehalfOf:        types.StringPointerValue(firstOf(foreign.OnBehalfOf, foreign.SubUser)),
		APIKey:            types.StringPointerValue(firstOf(foreign.APIKey, foreign.Key)),
		RotateWhenChanged: types.MapNull(types.StringType),
	}
	if secret := key.APIKey.ValueString(); secret == "" || secret == foreignImported {
		key.APIKey = types.StringNull()
	}
	// Some providers write the scopes of a Full Access key to state, after a
	// refresh, though the configuration has none.
	if set := scopes.NewSet(foreign.Scopes...); len(set) > 0 && !scopes.LooksFullAccess(set) {
		key.Scopes = scopesValue(set)
	}
	return key, nil
}

func firstOf(a, b *string) *string {
	if a != nil {
		return a
	}
	return b
}

func unreadableState(attributes []string) diag.Diagnostics {
	return diag.Diagnostics{diag.NewErrorDiagnostic("State of an unknown provider", fmt.Sprintf(
		"The state of this sendgrid_api_key is not one that this provider or an earlier SendGrid provider writes: "+
			"it lacks the key's id or name, or holds them in another form. Its attributes are: %s.\n\n"+
			"Nothing was changed. To go on, go back to the provider that wrote it, or take the key out of the state with a removed block "+
			"(destroy = false) and import it by its id.", strings.Join(attributes, ", ")))}
}
