package emulator

import "time"

// The methods in this file do what people do in SendGrid's console, and what
// SendGrid does on its own, while a client runs. They send no request, check no
// rule, and do not lag.

// Keys returns the keys of an account in order of creation.
func (s *Server) Keys(account string) []Key {
	b := s.backend
	b.mu.Lock()
	defer b.mu.Unlock()
	keys := b.store.keys(account)
	for i, k := range keys {
		keys[i] = k.clone()
	}
	return keys
}

// Key returns the key with the id, in any account, and whether it exists.
func (s *Server) Key(id string) (Key, bool) {
	b := s.backend
	b.mu.Lock()
	defer b.mu.Unlock()
	e := b.store.findAny(id)
	if e == nil {
		return Key{}, false
	}
	k, _ := e.latest()
	return k.clone(), true
}

// AddKey creates a key. Nil scopes mean Full Access.
func (s *Server) AddKey(account, name string, scopes []string) Key {
	b := s.backend
	b.mu.Lock()
	defer b.mu.Unlock()
	k := newKey(account, name, scopes, b.cfg.Now())
	b.store.add(k, time.Time{})
	return k.clone()
}

// DeleteKey deletes a key, and reports whether it existed. The credential can be
// deleted like any other key.
func (s *Server) DeleteKey(id string) bool {
	b := s.backend
	b.mu.Lock()
	defer b.mu.Unlock()
	e := b.store.findAny(id)
	if e == nil {
		return false
	}
	k, _ := e.latest()
	e.states = []state{{key: k, deleted: true}}
	return true
}

// EditKey changes a key, and reports whether it exists. The edit must not call
// the server.
func (s *Server) EditKey(id string, edit func(*Key)) bool {
	b := s.backend
	b.mu.Lock()
	defer b.mu.Unlock()
	e := b.store.findAny(id)
	if e == nil {
		return false
	}
	k, _ := e.latest()
	k = k.clone()
	edit(&k)
	e.reset(k.clone())
	return true
}

// SetAutoAssigned changes the scopes that SendGrid adds on its own, for existing
// keys too.
func (s *Server) SetAutoAssigned(names ...string) {
	b := s.backend
	b.mu.Lock()
	defer b.mu.Unlock()
	b.cfg.AutoAssigned = append([]string{}, names...)
}

// SetFullAccess changes the scopes of Full Access keys, as SendGrid does when it
// introduces and retires scopes.
func (s *Server) SetFullAccess(names ...string) {
	b := s.backend
	b.mu.Lock()
	defer b.mu.Unlock()
	b.cfg.FullAccess = append([]string{}, names...)
}
