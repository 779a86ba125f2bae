package emulator

import (
	"slices"
	"time"
)

// The methods in this file are what people do in SendGrid's console, and what
// SendGrid does on its own, while a client runs. No request is recorded, no
// rule applied, and nothing lags.

// Keys returns the keys an account has, in order of creation.
func (s *Server) Keys(account string) []Key {
	s.mu.Lock()
	defer s.mu.Unlock()
	keys := s.store.keys(account)
	for i, k := range keys {
		keys[i] = k.clone()
	}
	return keys
}

// Key returns the key with the id, of whatever account.
func (s *Server) Key(id string) (Key, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	e := s.store.findAny(id)
	if e == nil {
		return Key{}, false
	}
	k, _ := e.latest()
	return k.clone(), true
}

// AddKey makes a key by hand. Nil scopes make it Full Access.
func (s *Server) AddKey(account, name string, scopes []string) Key {
	s.mu.Lock()
	defer s.mu.Unlock()
	k := newKey(account, name, scopes, s.cfg.Now())
	s.store.add(k, time.Time{})
	return k.clone()
}

// DeleteKey deletes a key by hand and reports whether there was one. The id of
// the credential revokes the credential.
func (s *Server) DeleteKey(id string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	e := s.store.findAny(id)
	if e == nil {
		return false
	}
	s.store.entries = slices.DeleteFunc(s.store.entries, func(x *entry) bool { return x == e })
	return true
}

// EditKey changes a key by hand and reports whether there was one. The edit must
// not call the server.
func (s *Server) EditKey(id string, edit func(*Key)) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	e := s.store.findAny(id)
	if e == nil {
		return false
	}
	k, _ := e.latest()
	k = k.clone()
	edit(&k)
	e.rewrite(k.clone())
	return true
}

// SetAutoAssigned changes which scopes SendGrid adds on its own, in every
// account that Config.Accounts makes no difference for. Keys that exist already
// follow.
func (s *Server) SetAutoAssigned(names ...string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.cfg.AutoAssigned = append([]string{}, names...)
}

// SetFullAccess changes what Full Access keys read back with, as SendGrid does
// when it introduces and retires scopes.
func (s *Server) SetFullAccess(names ...string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.cfg.FullAccess = append([]string{}, names...)
}
