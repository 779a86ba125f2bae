package emulator

import (
	"slices"
	"time"
)

// store holds the keys of all accounts in order of creation, including deleted
// ones. It does no locking.
type store struct {
	entries []*entry
}

// entry is the history of one key, oldest state first. Requests that write use
// the latest state, requests that read the latest one that has become visible.
type entry struct {
	states []state
	// hidden excludes the key from its account's keys. Only the credential is.
	hidden bool
}

type state struct {
	key         Key
	deleted     bool
	visibleFrom time.Time
}

// latest returns the key's latest state, and false if it is deleted.
func (e *entry) latest() (Key, bool) {
	last := e.states[len(e.states)-1]
	return last.key, !last.deleted
}

// visible returns the state that is visible at the given time, and false if the
// key is not visible yet, or is visibly deleted.
func (e *entry) visible(at time.Time) (Key, bool) {
	for _, s := range slices.Backward(e.states) {
		if !s.visibleFrom.After(at) {
			return s.key, !s.deleted
		}
	}
	return Key{}, false
}

// push adds a state. No state becomes visible before its predecessor.
func (e *entry) push(s state) {
	if n := len(e.states); n > 0 && e.states[n-1].visibleFrom.After(s.visibleFrom) {
		s.visibleFrom = e.states[n-1].visibleFrom
	}
	e.states = append(e.states, s)
}

// reset replaces the history with one state that is visible at once.
func (e *entry) reset(k Key) {
	e.states = []state{{key: k}}
}

// add adds a key that becomes visible at the given time.
func (s *store) add(k Key, visibleFrom time.Time) *entry {
	e := &entry{states: []state{{key: k, visibleFrom: visibleFrom}}}
	s.entries = append(s.entries, e)
	return e
}

// find returns the account's key with the id, or nil.
func (s *store) find(account, id string) *entry {
	e := s.findAny(id)
	if e == nil || e.hidden {
		return nil
	}
	if k, _ := e.latest(); k.Account != account {
		return nil
	}
	return e
}

// findAny returns the key with the id in any account, even a hidden one, or nil.
func (s *store) findAny(id string) *entry {
	for _, e := range s.entries {
		if k, ok := e.latest(); ok && k.ID == id {
			return e
		}
	}
	return nil
}

// keys returns the latest state of the account's keys.
func (s *store) keys(account string) []Key {
	return s.collect(account, (*entry).latest)
}

// visibleKeys returns the account's keys as they are visible at the given time.
func (s *store) visibleKeys(account string, at time.Time) []Key {
	return s.collect(account, func(e *entry) (Key, bool) { return e.visible(at) })
}

func (s *store) collect(account string, view func(*entry) (Key, bool)) []Key {
	var keys []Key
	for _, e := range s.entries {
		if k, ok := view(e); ok && !e.hidden && k.Account == account {
			keys = append(keys, k)
		}
	}
	return keys
}

// revoked reports whether a key with the secret has existed and is deleted.
func (s *store) revoked(secret string) bool {
	for _, e := range s.entries {
		if k, ok := e.latest(); !ok && k.Secret == secret {
			return true
		}
	}
	return false
}

// bySecret returns the key with the secret as it is visible at the given time,
// or nil.
func (s *store) bySecret(secret string, at time.Time) (*entry, Key) {
	for _, e := range s.entries {
		if k, ok := e.visible(at); ok && k.Secret == secret {
			return e, k
		}
	}
	return nil, Key{}
}
