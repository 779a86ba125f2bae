package emulator

import (
	"net/http"
	"strings"
)

// Fault gives some requests to a Behaviour instead of answering them well.
//
//	s.Inject(emulator.Fault{Method: "POST", Path: "/v3/api_keys", Do: emulator.ResetAfter})
type Fault struct {
	// Method and Path say which requests, as a pattern of http.ServeMux does:
	// "/v3/api_keys/{id}". Empty is any.
	Method string
	Path   string
	// Skip lets that many of them through first.
	Skip int
	// Times is how many are hit after that. 0 is one, negative is every one.
	Times int
	Do    Behaviour
}

// Inject adds faults. Each request goes to the first that wants it, so that the
// second of two equal faults hits the second request.
func (s *Server) Inject(faults ...Fault) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, f := range faults {
		if f.Do == nil {
			panic("emulator: fault without a behaviour")
		}
		if f.Times == 0 {
			f.Times = 1
		}
		s.faults = append(s.faults, &armed{Fault: f, match: matcher(f.Method, f.Path)})
	}
}

// ClearFaults removes every fault. Requests that one has already go on with it.
func (s *Server) ClearFaults() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.faults = nil
}

// armed is a fault that counts down.
type armed struct {
	Fault
	match func(*http.Request) bool
}

// takes reports whether the fault is for the request, and counts it.
func (f *armed) takes(r *http.Request) bool {
	switch {
	case f.Times == 0 || !f.match(r):
		return false
	case f.Skip > 0:
		f.Skip--
		return false
	case f.Times > 0:
		f.Times--
	}
	return true
}

// matcher returns whether a request is one of the method and path. The patterns
// are those of http.ServeMux because one reads them.
func matcher(method, path string) func(*http.Request) bool {
	if path == "" {
		path = "/"
	}
	mux := http.NewServeMux()
	mux.Handle(strings.TrimSpace(method+" "+path), http.NotFoundHandler())
	return func(r *http.Request) bool {
		_, pattern := mux.Handler(r)
		return pattern != ""
	}
}
