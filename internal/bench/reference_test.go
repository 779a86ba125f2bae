package bench

import (
	"os"
	"path/filepath"
	"slices"
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

// reference is a workspace with a provider that does nothing.
type reference struct{ *workspace }

func newReference(b *testing.B, provider string, n int) reference {
	b.Helper()
	dir := b.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "sendgrid.json"), []byte(schemas), 0o600); err != nil {
		b.Fatal(err)
	}
	r := reference{newWorkspace(b, dir, provider, n, "STANDIN_SCHEMAS="+dir)}
	r.ids = func() []string { return slices.Repeat([]string{"id"}, n) }
	return r
}

// bound returns the time that the operation takes with a provider that does nothing
// and, in each process that sends requests, for a connection and a round trip for
// every ten keys, which is how many a CLI handles at once.
func (r reference) bound(b *testing.B, o operation) time.Duration {
	b.Helper()
	r.prepare(b, o)
	began := time.Now()
	r.do(b, o)
	network := handshakes
	for range (r.n + 9) / 10 {
		network += latency
	}
	return time.Since(began) + time.Duration(o.processes)*network
}
