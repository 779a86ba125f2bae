package provider

import (
	"context"
	"encoding/json"

	"github.com/hashicorp/terraform-plugin-framework/diag"
)

// privateState is the private state in the framework's requests and responses.
type privateState interface {
	GetKey(ctx context.Context, key string) ([]byte, diag.Diagnostics)
	SetKey(ctx context.Context, key string, value []byte) diag.Diagnostics
}

// hasPrivate reports whether writePrivate stored a value under key.
func hasPrivate(ctx context.Context, private privateState, key string) bool {
	data, diags := private.GetKey(ctx, key)
	return data != nil && !diags.HasError()
}

// readPrivate returns the value that writePrivate stored under key, the zero
// value if there is none.
func readPrivate[T any](ctx context.Context, private privateState, key string) (value T, diags diag.Diagnostics) {
	data, diags := private.GetKey(ctx, key)
	if diags.HasError() || data == nil {
		return value, diags
	}
	if err := json.Unmarshal(data, &value); err != nil {
		diags.AddError("Unreadable private state", "The provider's private record of the key is damaged: "+err.Error())
	}
	return value, diags
}

// writePrivate stores value under key.
func writePrivate[T any](ctx context.Context, private privateState, key string, value T) diag.Diagnostics {
	data, err := json.Marshal(value)
	if err != nil {
		return diag.Diagnostics{diag.NewErrorDiagnostic("Unwritable private state", err.Error())}
	}
	return private.SetKey(ctx, key, data)
}
