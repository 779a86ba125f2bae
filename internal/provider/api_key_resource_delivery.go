package provider

import (
	"context"
	"fmt"

	"github.com/hashicorp/go-version"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/terraform-sendgrid/terraform-provider-sendgrid/internal/keys"
	"github.com/terraform-sendgrid/terraform-provider-sendgrid/internal/sendgrid"
)

// With secret_in_state = false, the secret of a key is in no plan and in no state.
// It reaches its stores in two phases, because the store or the machine can fail
// in between: Create gives the key a marked name, and the ephemeral resource
// sendgrid_api_key_secret removes the mark when Terraform closes it, which
// Terraform does only after everything that depends on it has succeeded. A mark
// that a read finds means that some store lacks the secret, and that nobody can
// get it any more.

// secretKeptOut reports whether the secret is kept out of the state.
func (m apiKeyModel) secretKeptOut() bool {
	return !m.SecretInState.IsNull() && !m.SecretInState.IsUnknown() && !m.SecretInState.ValueBool()
}

// secretLost reports whether a read has found that the secret did not reach every
// store. That is known only for keys that this provider created for a delivery.
func (m apiKeyModel) secretLost(rec keyRecord) bool {
	return m.secretKeptOut() && !rec.adopted() && rec.Delivery == deliveryFailed
}

// delivery is what is known about the delivery of a secret that is not in state.
type delivery string

const (
	// deliveryPending: no read has followed the create.
	deliveryPending delivery = "pending"
	// deliveryFailed: a read found the mark.
	deliveryFailed delivery = "failed"
	// deliveryDone: a read found no mark, or there is nothing to deliver.
	deliveryDone delivery = ""
)

// refreshDelivery reads the mark off the name of a key.
func (m *apiKeyModel) refreshDelivery(name string, rec *keyRecord) (diags diag.Diagnostics) {
	m.Name = types.StringValue(name)
	rec.Delivery = deliveryDone
	if !m.secretKeptOut() || rec.adopted() {
		return nil
	}
	if unmarked, marked := keys.UnmarkedName(name); marked {
		m.Name = types.StringValue(unmarked)
		rec.Delivery = deliveryFailed
		diags.AddAttributeWarning(path.Root("secret_in_state"), "Secret of an API key was not delivered", fmt.Sprintf(
			"API key %s (%s) was created, but its secret did not reach every resource that uses it: the run that created it failed or was interrupted, "+
				"or no ephemeral sendgrid_api_key_secret refers to the key. Nobody can get the secret any more, so the plan replaces the key. "+
				"Its name in SendGrid is %s until then.", quoted(unmarked), m.ID.ValueString(), quoted(name)))
	}
	return diags
}

// undeliveredExists warns about a key that a killed run has left. Unlike other keys
// with the same name, it is not worth adopting.
func undeliveredExists(what subject, key sendgrid.APIKey) diag.Diagnostic {
	return diag.NewAttributeWarningDiagnostic(path.Root("name"), "Secret of an API key was not delivered", fmt.Sprintf(
		"API key %s (%s) exists in %s, and Terraform has no record of it. A run created it and was killed before the secret reached every resource that uses it. "+
			"The plan creates another key. Delete this one in SendGrid's console, unless another run is still creating it.", quoted(key.Name), key.ID, accountName(what.account)))
}

// planSecret plans what becomes of the secret. State is nil for a new key.
func (a *api) planSecret(plan, state *apiKeyModel, rec keyRecord) (replace path.Paths, diags diag.Diagnostics) {
	if plan.SecretInState.IsUnknown() {
		return nil, nil
	}
	kept := plan.secretKeptOut()
	if kept {
		plan.APIKey = types.StringNull()
	}
	if state == nil || !state.secretKeptOut() {
		if kept {
			diags.Append(a.checkDeliverySupport()...)
		}
		if kept && state != nil && !state.APIKey.IsNull() {
			diags.Append(secretRemains(*state))
		}
		return replace, diags
	}
	if !kept && !rec.adopted() {
		// Nobody has the secret that the state is to hold from now on.
		replace.Append(path.Root("secret_in_state"))
	}
	if state.secretLost(rec) {
		// Terraform replaces a resource only if a value changes that requires it.
		plan.ID = types.StringUnknown()
		replace.Append(path.Root("id"))
	}
	return replace, diags
}

// minimumDeliveryVersion is the first version of Terraform, and of OpenTofu, that
// has the write-only attributes in which stores receive a secret.
var minimumDeliveryVersion = version.Must(version.NewVersion("1.11"))

func (a *api) checkDeliverySupport() (diags diag.Diagnostics) {
	running, err := version.NewVersion(a.terraformVersion)
	if err == nil && running.Core().LessThan(minimumDeliveryVersion) {
		diags.AddAttributeError(path.Root("secret_in_state"), "secret_in_state requires a newer CLI", fmt.Sprintf(
			"A secret that is not in state reaches its store through an ephemeral resource and a write-only attribute. "+
				"They require Terraform 1.11 or OpenTofu 1.11, but this is version %s. Upgrade the CLI, or remove secret_in_state.", running))
	}
	return diags
}

func secretRemains(state apiKeyModel) diag.Diagnostic {
	return diag.NewAttributeWarningDiagnostic(path.Root("secret_in_state"), "Older state still contains the secret", fmt.Sprintf(
		"The plan removes the secret of API key %s (%s) from the state. Older versions of the state, backups, and saved plans still contain it. "+
			"If that matters, rotate the key.", quoted(state.Name.ValueString()), state.ID.ValueString()))
}

// confirmDelivered fails if a key still has the mark. A rename or a change of
// scopes would remove it, and nobody would know that the secret was lost. Only a
// plan without refresh gets here with a delivery that may have failed.
func (r *apiKeyResource) confirmDelivered(ctx context.Context, what subject, state apiKeyModel, rec *keyRecord) (diags diag.Diagnostics) {
	if !state.secretKeptOut() || rec.Delivery == deliveryDone {
		return nil
	}
	remote, err := r.api.client.GetAPIKey(ctx, what.account, what.id)
	if err != nil {
		return diag.Diagnostics{r.api.diagnose(ctx, what, err)}
	}
	if diags := state.refreshDelivery(remote.Name, rec); len(diags) > 0 {
		return diag.Diagnostics{explained("Secret of an API key was not delivered", fmt.Sprintf(
			"Could not %s. Its secret did not reach every resource that uses it, so Terraform has to replace the key. Nothing was changed.", what),
			"Plan again with a refresh.")}
	}
	return nil
}

// nameToCreate returns the name under which SendGrid creates a key.
func (m apiKeyModel) nameToCreate() string {
	if m.secretKeptOut() {
		return keys.MarkedName(m.Name.ValueString())
	}
	return m.Name.ValueString()
}

// keepSecret stores the secret of a new key: in the state, or with the deliveries.
func (r *apiKeyResource) keepSecret(m *apiKeyModel, created sendgrid.CreatedAPIKey, rec *keyRecord) {
	if !m.secretKeptOut() {
		m.APIKey = types.StringValue(created.Secret)
		return
	}
	m.APIKey = types.StringNull()
	rec.Delivery = deliveryPending
	r.deliveries.Add(m.OnBehalfOf.ValueString(), m.Name.ValueString(), created)
}
