package emulator

import (
	"fmt"
	"net/http"
	"slices"

	"github.com/terraform-sendgrid/terraform-provider-sendgrid/internal/scopes"
)

// keyJSON is a key in a response. Every endpoint returns some of the members,
// always in this order.
type keyJSON struct {
	APIKey string   `json:"api_key,omitempty"`
	ID     string   `json:"api_key_id"`
	Name   string   `json:"name"`
	Scopes []string `json:"scopes,omitzero"`
}

// listJSON is a list of keys in a response.
type listJSON struct {
	Result []keyJSON `json:"result"`
}

// createKey handles POST /v3/api_keys. The response has the scopes of the
// request, in its order and without those that SendGrid adds. Its scopes for a
// request without scopes are not on record: here they are all assigned ones.
func (b *backend) createKey(c caller, r *http.Request) Response {
	req, ok := readKeyRequest(r, b.cfg.NameRules)
	if !ok {
		return errorResponse(http.StatusBadRequest, "name", "missing required argument")
	}
	names, ok := req.scopeNames()
	switch {
	case !ok, names != nil && len(names) == 0 && !b.cfg.EmptyScopesMeansFullAccess:
		return scopesExpected()
	case len(names) == 0:
		names = b.defaultGrant(c)
	default:
		if rejection := b.vet(c, names); rejection != nil {
			return *rejection
		}
	}
	if limit := b.cfg.AccountLimit; limit >= 0 && len(b.store.keys(c.account)) >= limit {
		return errorResponse(http.StatusForbidden, "", fmt.Sprintf("Cannot create more than %d API Keys", limit))
	}
	k := newKey(c.account, req.name, names, b.cfg.Now())
	b.store.add(k, k.Created.Add(b.cfg.Lag.Create))
	if k.FullAccess {
		names = inListOrder(b.scopesOf(k))
	}
	return jsonResponse(http.StatusCreated, keyJSON{k.Secret, k.ID, k.Name, names})
}

// readKey handles GET /v3/api_keys/{id}.
func (b *backend) readKey(c caller, r *http.Request) Response {
	for _, k := range b.store.visibleKeys(c.account, b.cfg.Now()) {
		if k.ID == r.PathValue("id") {
			names := b.withAutoAssigned(b.scopesOf(k))
			key := keyJSON{ID: k.ID, Name: k.Name, Scopes: names}
			if b.cfg.WrappedKey {
				return jsonResponse(http.StatusOK, listJSON{[]keyJSON{key}})
			}
			return jsonResponse(http.StatusOK, key)
		}
	}
	return errorResponse(http.StatusNotFound, "", "unable to find API Key")
}

// renameKey handles PATCH /v3/api_keys/{id}. It is assumed to ignore everything
// but the name.
func (b *backend) renameKey(c caller, r *http.Request) Response {
	req, ok := readKeyRequest(r, b.cfg.NameRules)
	if !ok {
		return nameExpected()
	}
	e := b.store.find(c.account, r.PathValue("id"))
	if e == nil {
		return errorResponse(http.StatusNotFound, "", "unable to find API Key")
	}
	k, _ := e.latest()
	k.Name = req.name
	return b.update(e, k)
}

// replaceKey handles PUT /v3/api_keys/{id}, which replaces all scopes.
func (b *backend) replaceKey(c caller, r *http.Request) Response {
	req, ok := readKeyRequest(r, b.cfg.NameRules)
	if !ok {
		return nameExpected()
	}
	names, ok := req.scopeNames()
	switch {
	case !ok,
		names == nil && !b.cfg.PutWithoutScopes,
		names != nil && len(names) == 0 && !b.cfg.PutEmptyScopes:
		return scopesExpected()
	}
	e := b.store.find(c.account, r.PathValue("id"))
	if e == nil {
		return errorResponse(http.StatusNotFound, "", "unable to find API Key to update")
	}
	if rejection := b.vet(c, names); rejection != nil {
		return *rejection
	}
	k, _ := e.latest()
	k.Name = req.name
	if names != nil {
		k.Scopes, k.FullAccess = names, false
	}
	return b.update(e, k)
}

// update changes a key. The response has no scopes: the one to PUT had them in
// 2016, and has not since 2025.
func (b *backend) update(e *entry, k Key) Response {
	e.push(state{key: k, visibleFrom: b.cfg.Now().Add(b.cfg.Lag.Update)})
	return jsonResponse(http.StatusOK, keyJSON{ID: k.ID, Name: k.Name})
}

// deleteKey handles DELETE /v3/api_keys/{id}. SendGrid has documented two
// messages for a missing key; this is the one that differs from GET's.
func (b *backend) deleteKey(c caller, r *http.Request) Response {
	e := b.store.find(c.account, r.PathValue("id"))
	if e == nil {
		return errorResponse(http.StatusNotFound, "", "unable to find API Key for deletion")
	}
	k, _ := e.latest()
	e.push(state{key: k, deleted: true, visibleFrom: b.cfg.Now().Add(b.cfg.Lag.Delete)})
	return Response{Status: http.StatusNoContent}
}

// listScopes handles GET /v3/scopes, which returns the caller's scopes.
func (b *backend) listScopes(c caller, _ *http.Request) Response {
	return jsonResponse(http.StatusOK, struct {
		Scopes []string `json:"scopes"`
	}{b.withAutoAssigned(c.scopes)})
}

// withAutoAssigned returns scopes as GET does: in SendGrid's order, followed by
// those that SendGrid adds.
func (b *backend) withAutoAssigned(set scopes.Set) []string {
	auto := b.cfg.autoAssigned()
	return slices.Concat(inListOrder(set.Minus(scopes.NewSet(auto...))), auto)
}
