package emulator

import "net/http"

// Fault handles some requests with a Behavior instead of SendGrid's own.
//
//	s.Inject(emulator.Fault{Method: "POST", Path: "/v3/api_keys", Do: emulator.ResetAfter})
type Fault struct {
	// Method and Path select requests, like a pattern of http.ServeMux:
	// "/v3/api_keys/{id}". Empty selects every request.
	Method string
	Path   string
	// Skip is how many of these requests the fault leaves alone at first.
	Skip int
	// Times is how many it handles after that: 0 means one, a negative number all.
	Times int
	// Do is required.
	Do Behavior
}

// armedFault is a fault that counts requests.
type armedFault struct {
	Fault
	match func(*http.Request) bool
}

// arm panics if the fault has no behavior.
func (f Fault) arm() *armedFault {
	if f.Do == nil {
		panic("emulator: fault without a behavior")
	}
	if f.Times == 0 {
		f.Times = 1
	}
	return &armedFault{Fault: f, match: matcher(f.Method, f.Path)}
}

// takes counts a request, and reports whether the fault handles it.
func (f *armedFault) takes(r *http.Request) bool {
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
