package bench

import (
	"os"
	"path/filepath"
	"testing"
	"time"
)

// schemas is what the provider that does nothing knows of the resource.
const schemas = `{"provider_schemas": {"registry.terraform.io/hashicorp/sendgrid": {
	"provider": {"block": {"attributes": {}}},
	"resource_schemas": {"sendgrid_api_key": {"version": 0, "block": {"attributes": {
		"id":      {"type": "string", "computed": true},
		"name":    {"type": "string", "required": true},
		"scopes":  {"type": ["set", "string"], "optional": true},
		"api_key": {"type": "string", "computed": true, "sensitive": true}
	}}}}
}}}`

// newReference returns a workspace with a provider that does nothing.
func newReference(b *testing.B, provider string, n int) *workspace {
	b.Helper()
	dir := b.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "sendgrid.json"), []byte(schemas), 0o600); err != nil {
		b.Fatal(err)
	}
	return newWorkspace(b, dir, provider, n, "STANDIN_SCHEMAS="+dir)
}

// bound returns the time of an operation with a provider that does nothing, plus, for
// each process that sends requests, a connection and a round trip for every ten keys.
func bound(b *testing.B, reference *workspace, o operation) time.Duration {
	b.Helper()
	reference.prepare(b, o)
	began := time.Now()
	reference.do(b, o)
	network := handshakes + latency*time.Duration((reference.n+9)/10)
	return time.Since(began) + time.Duration(o.processes)*network
}
