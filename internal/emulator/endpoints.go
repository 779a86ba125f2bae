package emulator

import (
	"fmt"
	"net/http"
)

// keyJSON is a key as the answers show it, each with some of the members and
// all in this order.
type keyJSON struct {
	APIKey string   `json:"api_key,omitempty"`
	ID     string   `json:"api_key_id"`
	Name   string   `json:"name"`
	Scopes []string `json:"scopes,omitzero"`
}

// createKey answers POST /v3/api_keys. The scopes in the reply are those of the
// request, in its order and without what SendGrid adds. What the reply to a
// request without scopes holds is not on record: here, all that was assigned.
func (s *Server) createKey(c caller, r *http.Request) Answer {
	d, ok := readDraft(r)
	if !ok {
		return failure(http.StatusBadRequest, "name", "missing required argument")
	}
	names, ok := d.names()
	switch {
	case !ok, names != nil && len(names) == 0 && !s.cfg.EmptyScopesMeansFullAccess:
		return scopesExpected()
	case len(names) == 0:
		names = s.everything(c)
	default:
		if refusal := s.vet(c, names); refusal != nil {
			return *refusal
		}
	}
	if limit := s.cfg.AccountLimit; limit >= 0 && len(s.store.keys(c.account)) >= limit {
		return failure(http.StatusForbidden, "", fmt.Sprintf("Cannot create more than %d API Keys", limit))
	}
	k := newKey(c.account, d.name, names, s.cfg.Now())
	s.store.add(k, k.Created.Add(s.cfg.Lag.Create))
	if k.FullAccess {
		names = s.grouped(s.held(k))
	}
	return jsonAnswer(http.StatusCreated, keyJSON{k.Secret, k.ID, k.Name, names})
}

// readKey answers GET /v3/api_keys/{id} with a bare object.
func (s *Server) readKey(c caller, r *http.Request) Answer {
	for _, k := range s.store.visible(c.account, s.cfg.Now()) {
		if k.ID == r.PathValue("id") {
			names := s.shown(s.held(k), k.Account)
			return jsonAnswer(http.StatusOK, keyJSON{ID: k.ID, Name: k.Name, Scopes: names})
		}
	}
	return failure(http.StatusNotFound, "", "unable to find API Key")
}

// renameKey answers PATCH /v3/api_keys/{id}. That it looks at nothing but the
// name is assumed.
func (s *Server) renameKey(c caller, r *http.Request) Answer {
	d, ok := readDraft(r)
	if !ok {
		return nameExpected()
	}
	e := s.store.find(c.account, r.PathValue("id"))
	if e == nil {
		return failure(http.StatusNotFound, "", "unable to find API Key")
	}
	k, _ := e.latest()
	k.Name = d.name
	return s.update(e, k)
}

// replaceKey answers PUT /v3/api_keys/{id}, which replaces the scopes as a
// whole. That there must be some is assumed.
func (s *Server) replaceKey(c caller, r *http.Request) Answer {
	d, ok := readDraft(r)
	if !ok {
		return nameExpected()
	}
	names, ok := d.names()
	if !ok || len(names) == 0 {
		return scopesExpected()
	}
	e := s.store.find(c.account, r.PathValue("id"))
	if e == nil {
		return failure(http.StatusNotFound, "", "unable to find API Key to update")
	}
	if refusal := s.vet(c, names); refusal != nil {
		return *refusal
	}
	k, _ := e.latest()
	k.Name, k.Scopes, k.FullAccess = d.name, names, false
	return s.update(e, k)
}

// update changes a key and answers without its scopes: in 2016 they were in the
// reply to PUT, since 2025 they are not.
func (s *Server) update(e *entry, k Key) Answer {
	e.push(state{key: k, from: s.cfg.Now().Add(s.cfg.Lag.Update)})
	return jsonAnswer(http.StatusOK, keyJSON{ID: k.ID, Name: k.Name})
}

// deleteKey answers DELETE /v3/api_keys/{id}. Of the two messages on record for
// a key that is not there, this is the one that differs from that of GET.
func (s *Server) deleteKey(c caller, r *http.Request) Answer {
	e := s.store.find(c.account, r.PathValue("id"))
	if e == nil {
		return failure(http.StatusNotFound, "", "unable to find API Key for deletion")
	}
	k, _ := e.latest()
	e.push(state{key: k, gone: true, from: s.cfg.Now().Add(s.cfg.Lag.Delete)})
	return Answer{Status: http.StatusNoContent}
}

// listScopes answers GET /v3/scopes with the scopes of whoever asks.
func (s *Server) listScopes(c caller, _ *http.Request) Answer {
	return jsonAnswer(http.StatusOK, struct {
		Scopes []string `json:"scopes"`
	}{s.shown(c.scopes, c.account)})
}
