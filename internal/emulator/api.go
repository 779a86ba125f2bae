package emulator

import (
	"net/http"
	"path"
)

// endpoint is a route of the API, the scope that it requires, and its handler.
type endpoint struct {
	route  string
	scope  string
	handle func(*backend, caller, *http.Request) Response
}

func endpoints() []endpoint {
	return []endpoint{
		{"GET /v3/api_keys", "api_keys.read", (*backend).listKeys},
		{"POST /v3/api_keys", "api_keys.create", (*backend).createKey},
		{"GET /v3/api_keys/{id}", "api_keys.read", (*backend).readKey},
		{"PATCH /v3/api_keys/{id}", "api_keys.update", (*backend).renameKey},
		{"PUT /v3/api_keys/{id}", "api_keys.update", (*backend).replaceKey},
		{"DELETE /v3/api_keys/{id}", "api_keys.delete", (*backend).deleteKey},
		{"GET /v3/scopes", "", (*backend).listScopes},
	}
}

// Routes returns the methods and paths that a Server has, such as
// "GET /v3/api_keys/{id}".
func Routes() []string {
	var routes []string
	for _, e := range endpoints() {
		routes = append(routes, e.route)
	}
	return routes
}

// newAPI returns the handler of the backend's endpoints. It is assumed that the
// gateway rejects a wrong path and a wrong method, with a page of its own and
// before the credential is checked.
func newAPI(b *backend) http.Handler {
	mux := http.NewServeMux()
	for _, e := range endpoints() {
		mux.HandleFunc(e.route, func(w http.ResponseWriter, r *http.Request) {
			b.mu.Lock()
			defer b.mu.Unlock()
			c, rejection := b.admit(r, e.scope)
			if rejection != nil {
				rejection.ServeHTTP(w, r)
				return
			}
			e.handle(b, c, r).ServeHTTP(w, r)
		})
	}
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
