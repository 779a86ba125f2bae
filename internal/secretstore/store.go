// Package secretstore is an in-memory secret store, for tests and the demo. The
// resources of the stand-in, internal/cmd/standin, write to it.
package secretstore

import (
	"encoding/json"
	"net"
	"net/http"
	"slices"
	"sync"
	"time"
)

// Variable is the environment variable that tells the stand-in the store's URL.
const Variable = "STANDIN_STORE"

// Entry is what a resource writes.
type Entry struct {
	// Name is the resource's attribute name, if it has one.
	Name string `json:"name"`
	// Value is its write-only attribute, that of a map as one string.
	Value string `json:"value"`
}

// Store is a secret store on a loopback address.
type Store struct {
	url  string
	http *http.Server

	mu      sync.Mutex
	entries []Entry
	onWrite func(Entry) error
}

// Start returns a store that runs until it is closed.
func Start() (*Store, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0") //nolint:noctx // Listening on loopback does not block.
	if err != nil {
		return nil, err
	}
	s := &Store{url: "http://" + l.Addr().String()}
	s.http = &http.Server{Handler: s, ReadHeaderTimeout: 10 * time.Second}
	go func() { _ = s.http.Serve(l) }() // Returns when the store is closed.
	return s, nil
}

// Close stops the store.
func (s *Store) Close() { _ = s.http.Close() }

// Environment returns the variable that points a stand-in to the store.
func (s *Store) Environment() string { return Variable + "=" + s.url }

// OnWrite makes the store call do before it accepts an entry. An error rejects the
// entry, and a call that blocks delays it.
func (s *Store) OnWrite(do func(Entry) error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.onWrite = do
}

// Values returns every value that the store has accepted, oldest first. With a name,
// it returns only the values of that entry.
func (s *Store) Values(name ...string) []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	var values []string
	for _, e := range s.entries {
		if len(name) == 0 || slices.Contains(name, e.Name) {
			values = append(values, e.Value)
		}
	}
	return values
}

// ServeHTTP accepts or rejects an entry.
func (s *Store) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	var e Entry
	if err := json.NewDecoder(r.Body).Decode(&e); err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	s.mu.Lock()
	onWrite := s.onWrite
	s.mu.Unlock()
	if onWrite != nil {
		if err := onWrite(e); err != nil {
			http.Error(w, err.Error(), http.StatusServiceUnavailable)
			return
		}
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.entries = append(s.entries, e)
}
