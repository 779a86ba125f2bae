package provider

import (
	"context"
	"encoding/json"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/diag"

	"github.com/terraform-sendgrid/terraform-provider-sendgrid/internal/scopes"
)

// recordKey is where private state keeps the record of a key.
const recordKey = "record"

// keyRecord is what is remembered of a key beside its attributes, in private
// state. It is written whole when a key is made: core hands the private state of
// a replaced key on to its replacement.
type keyRecord struct {
	// Region is the one the key was made or first read in.
	Region string `json:"region,omitempty"`
	// MadeAt is when this provider made the key, the zero time if it did not.
	MadeAt time.Time `json:"made_at,omitzero"`
	// FullAccess marks keys that were made without scopes.
	FullAccess bool `json:"full_access,omitempty"`
	// Baseline are the scopes such a key first read back with.
	Baseline scopes.Set `json:"baseline,omitempty"`
}

// young reports whether the key was made so lately that SendGrid may not show it
// yet.
func (r keyRecord) young(now time.Time) bool {
	return !r.MadeAt.IsZero() && now.Sub(r.MadeAt) < time.Minute
}

// privateState is what requests and responses of the framework hold.
type privateState interface {
	GetKey(ctx context.Context, key string) ([]byte, diag.Diagnostics)
	SetKey(ctx context.Context, key string, value []byte) diag.Diagnostics
}

// readRecord returns the record in private state, an empty one where there is
// none, as after an import.
func readRecord(ctx context.Context, private privateState) (keyRecord, diag.Diagnostics) {
	var rec keyRecord
	data, diags := private.GetKey(ctx, recordKey)
	if diags.HasError() || data == nil {
		return rec, diags
	}
	if err := json.Unmarshal(data, &rec); err != nil {
		diags.AddError("Unreadable private state", "The provider's record of the key is damaged: "+err.Error())
	}
	return rec, diags
}

// writeRecord stores rec.
func writeRecord(ctx context.Context, private privateState, rec keyRecord) diag.Diagnostics {
	data, err := json.Marshal(rec)
	if err != nil {
		return diag.Diagnostics{diag.NewErrorDiagnostic("Unwritable private state", err.Error())}
	}
	return private.SetKey(ctx, recordKey, data)
}

// claimRegion records the provider's region for a key that has none yet. A key
// of another region is an error: asked there, SendGrid would say that it does
// not exist, and it would be dropped from state while it lives on.
func (d *providerData) claimRegion(rec *keyRecord, id string) diag.Diagnostics {
	if rec.Region == "" {
		rec.Region = d.region
	}
	// Where the provider's region is not known yet, its client says so.
	if rec.Region == d.region || d.region == "" {
		return nil
	}
	return diag.Diagnostics{regionChanged(rec.Region, d.region, id)}
}
