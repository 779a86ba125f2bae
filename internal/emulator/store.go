package emulator

import (
	"slices"
	"time"
)

// store holds the keys of all accounts in order of creation, deleted ones
// included. It is guarded by its owner.
type store struct {
	entries []*entry
}

// entry is the history of one key, latest state last. Who writes sees the latest
// state, who reads the one that has come through to readers by then.
type entry struct {
	states []state
	// hidden keeps the credential out of the account's keys.
	hidden bool
}

type state struct {
	key  Key
	gone bool
	// from is when readers begin to see the state.
	from time.Time
}

// latest returns the key as it is, and whether it is still there.
func (e *entry) latest() (Key, bool) {
	last := e.states[len(e.states)-1]
	return last.key, !last.gone
}

// seen returns the key as readers see it, and whether they do.
func (e *entry) seen(at time.Time) (Key, bool) {
	for _, s := range slices.Backward(e.states) {
		if !s.from.After(at) {
			return s.key, !s.gone
		}
	}
	return Key{}, false
}

// push adds a state. Readers see states in the order in which they were
// written, so that it may take them longer than until from.
func (e *entry) push(s state) {
	if n := len(e.states); n > 0 && e.states[n-1].from.After(s.from) {
		s.from = e.states[n-1].from
	}
	e.states = append(e.states, s)
}

// rewrite makes k the key and its whole history.
func (e *entry) rewrite(k Key) {
	e.states = []state{{key: k}}
}

// add adds a key that readers see from the time given on.
func (s *store) add(k Key, from time.Time) *entry {
	e := &entry{states: []state{{key: k, from: from}}}
	s.entries = append(s.entries, e)
	return e
}

// find returns the key with the id among those of the account.
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

// findAny returns the key with the id, of any account and hidden or not.
func (s *store) findAny(id string) *entry {
	for _, e := range s.entries {
		if k, ok := e.latest(); ok && k.ID == id {
			return e
		}
	}
	return nil
}

// keys returns the account's keys as they are.
func (s *store) keys(account string) []Key {
	return s.collect(account, (*entry).latest)
}

// visible returns the account's keys as readers see them.
func (s *store) visible(account string, at time.Time) []Key {
	return s.collect(account, func(e *entry) (Key, bool) { return e.seen(at) })
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

// bySecret returns whose secret it is, as readers see it.
func (s *store) bySecret(secret string, at time.Time) (*entry, Key) {
	for _, e := range s.entries {
		if k, ok := e.seen(at); ok && k.Secret == secret {
			return e, k
		}
	}
	return nil, Key{}
}
