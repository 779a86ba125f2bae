package provider

import (
	"fmt"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/diag"

	"github.com/terraform-sendgrid/terraform-provider-sendgrid/internal/scopes"
)

// recordKey is where private state holds the record of a key.
const recordKey = "record"

// keyRecord is what the provider remembers about a key in addition to its
// attributes, in private state. Create writes a new one, because Terraform hands
// the private state of a replaced key on to its replacement.
type keyRecord struct {
	// Region is the region in which the key was created or first read, empty if
	// that is not known.
	Region string `json:"region,omitempty"`
	// CreatedAt is when this provider created the key, the zero time if it did not.
	CreatedAt time.Time `json:"made_at,omitzero"`
	// Credential is the id of the credential that last saw the key.
	Credential string `json:"credential,omitempty"`
	// FullAccess marks a key with Full Access.
	FullAccess bool `json:"full_access,omitempty"`
	// Baseline holds the scopes of such a key when SendGrid first reported them.
	Baseline scopes.Set `json:"baseline,omitempty"`
	// Updated is whether this provider has changed the scopes of the key.
	Updated bool `json:"updated,omitempty"`
	// Delivery is what is known about the delivery of a secret that is not in state.
	Delivery delivery `json:"delivery,omitempty"`
	// Learned is what the reads of a restricted key have shown.
	Learned scopes.Learned `json:"learned,omitzero"`
}

// adopted reports whether this provider did not create the key.
func (r keyRecord) adopted() bool {
	return r.CreatedAt.IsZero()
}

// seenBy records the credential that saw the key, if its id is known.
func (r *keyRecord) seenBy(credential string) {
	if credential != "" {
		r.Credential = credential
	}
}

// young reports whether the key is so new that SendGrid may not show it yet.
func (r keyRecord) young(now time.Time) bool {
	return !r.CreatedAt.IsZero() && now.Sub(r.CreatedAt) < time.Minute
}

// claimRegion records the provider's region for a key that has none yet. It is an
// error if the key belongs to another region: SendGrid would report there that
// the key does not exist, and the key would be removed from the state while it
// is live.
func (a *api) claimRegion(rec *keyRecord, id string) diag.Diagnostics {
	if rec.Region == "" {
		rec.Region = a.region
	}
	// A region that is not known is no other region.
	if rec.Region == a.region || a.region == "" {
		return nil
	}
	return diag.Diagnostics{diag.NewErrorDiagnostic("API key is in another region", fmt.Sprintf(
		"API key %s was created in region %q, but the provider is configured for region %q. A key cannot move between regions.\n\n"+
			"Set the provider's region back to %q, or use two provider blocks with an alias to manage keys in both regions. "+
			"To stop managing the key without revoking it, use a removed block.",
		id, rec.Region, a.region, rec.Region))}
}
