package emulator

import (
	"net/http"
	"path"
	"strings"

	"github.com/terraform-sendgrid/terraform-provider-sendgrid/internal/scopes"
)

const onBehalfOf = "On-Behalf-Of"

// caller is who sends a request, and about which account.
type caller struct {
	account string
	// scopes is what the caller may do and grant, without the ones SendGrid
	// adds to every key.
	scopes scopes.Set
	// full is whether a key it makes without scopes is a Full Access key.
	full bool
}

// endpoint answers one route. The server is locked meanwhile.
type endpoint func(c caller, r *http.Request) Answer

// routes returns the API as it is behind the gateway. That a wrong path and a
// wrong method get the gateway's pages, before any credential is looked at, is
// assumed.
func (s *Server) routes() http.Handler {
	mux := http.NewServeMux()
	handle := func(pattern, scope string, e endpoint) {
		mux.HandleFunc(pattern, func(w http.ResponseWriter, r *http.Request) {
			s.admit(e, scope, r).ServeHTTP(w, r)
		})
	}
	handle("GET /v3/api_keys", "api_keys.read", s.listKeys)
	handle("POST /v3/api_keys", "api_keys.create", s.createKey)
	handle("GET /v3/api_keys/{id}", "api_keys.read", s.readKey)
	handle("PATCH /v3/api_keys/{id}", "api_keys.update", s.renameKey)
	handle("PUT /v3/api_keys/{id}", "api_keys.update", s.replaceKey)
	handle("DELETE /v3/api_keys/{id}", "api_keys.delete", s.deleteKey)
	handle("GET /v3/scopes", "", s.listScopes)

	for _, known := range []string{"/v3/api_keys", "/v3/api_keys/{id}", "/v3/scopes"} {
		mux.Handle(known, page(http.StatusMethodNotAllowed))
	}
	mux.Handle("/", page(http.StatusNotFound))

	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path != path.Clean(r.URL.Path) {
			// A ServeMux would redirect, which hides a wrong base URL.
			page(http.StatusNotFound).ServeHTTP(w, r)
			return
		}
		mux.ServeHTTP(w, r)
	})
}

// admit lets the endpoint answer a caller who holds the scope. An empty scope
// is held by everyone.
func (s *Server) admit(e endpoint, scope string, r *http.Request) Answer {
	secret, bearer := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer ")
	c, known := s.authenticate(secret)
	if !bearer || !known {
		return failure(http.StatusUnauthorized, "", "authorization required")
	}
	forbidden := failure(http.StatusForbidden, "", "access forbidden")
	if account := r.Header.Get(onBehalfOf); account != "" {
		// That a subuser's key may not use the header at all is assumed.
		if c.account != Parent || !s.cfg.knows(account) {
			return forbidden
		}
		c.account = account
	}
	if scope != "" && !c.scopes.Has(scope) {
		return forbidden
	}
	return e(c, r)
}

// authenticate returns whose secret it is. Every key is a credential for the
// account it lives in.
func (s *Server) authenticate(secret string) (caller, bool) {
	e, k := s.store.bySecret(secret, s.cfg.Now())
	if e == nil {
		return caller{}, false
	}
	return caller{
		account: k.Account,
		scopes:  s.held(k),
		full:    k.FullAccess || e == s.credential,
	}, true
}
