package emulator

import (
	"net/http"
	"path"
)

// newAPI returns the handler of the backend's endpoints. It is assumed that the
// gateway rejects a wrong path and a wrong method, with a page of its own and
// before the credential is checked.
func newAPI(b *backend) http.Handler {
	mux := http.NewServeMux()
	handle := func(pattern, scope string, endpoint func(caller, *http.Request) Response) {
		mux.HandleFunc(pattern, func(w http.ResponseWriter, r *http.Request) {
			b.mu.Lock()
			defer b.mu.Unlock()
			c, rejection := b.admit(r, scope)
			if rejection != nil {
				rejection.ServeHTTP(w, r)
				return
			}
			endpoint(c, r).ServeHTTP(w, r)
		})
	}
	handle("GET /v3/api_keys", "api_keys.read", b.listKeys)
	handle("POST /v3/api_keys", "api_keys.create", b.createKey)
	handle("GET /v3/api_keys/{id}", "api_keys.read", b.readKey)
	handle("PATCH /v3/api_keys/{id}", "api_keys.update", b.renameKey)
	handle("PUT /v3/api_keys/{id}", "api_keys.update", b.replaceKey)
	handle("DELETE /v3/api_keys/{id}", "api_keys.delete", b.deleteKey)
	handle("GET /v3/scopes", "", b.listScopes)

	for _, known := range []string{"/v3/api_keys", "/v3/api_keys/{id}", "/v3/scopes"} {
		mux.Handle(known, page(http.StatusMethodNotAllowed))
	}
	mux.Handle("/", page(http.StatusNotFound))

	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path != path.Clean(r.URL.Path) {
			// A ServeMux would redirect, which would hide a wrong base URL.
			page(http.StatusNotFound).ServeHTTP(w, r)
			return
		}
		mux.ServeHTTP(w, r)
	})
}
