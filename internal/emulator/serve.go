package emulator

import (
	"errors"
	"io"
	"net/http"
)

// maxBody is the maximum length of a request body, in bytes.
const maxBody = 1 << 20

// serve stands in for the gateway: it records the request and handles it with
// the behavior that a rate limit or a fault demands. It closes the connection
// unless a complete response was sent.
func (s *Server) serve(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Server", "nginx")
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxBody))
	x := s.exchange(w, r, string(body))
	if s.log != nil {
		defer func() { s.log(x.Request()) }()
	}

	var tooLarge *http.MaxBytesError
	switch {
	case errors.As(err, &tooLarge):
		x.Send(page(http.StatusRequestEntityTooLarge))
	case err != nil: // The client disconnected while it sent its request.
	default:
		s.onRequest(x.request())
		s.behavior(x)(x)
	}
	if !x.complete {
		panic(http.ErrAbortHandler)
	}
}

// exchange records a request that has arrived.
func (s *Server) exchange(w http.ResponseWriter, r *http.Request, body string) *Exchange {
	conn, _ := r.Context().Value(connectionKey{}).(connection)
	logged := &Request{
		Method:     r.Method,
		Path:       r.URL.Path,
		Query:      r.URL.RawQuery,
		OnBehalfOf: r.Header.Get(onBehalfOf),
		UserAgent:  r.UserAgent(),
		Body:       body,
		Conn:       conn.number,
	}
	s.journal.add(logged)
	return &Exchange{
		w:          w,
		r:          r,
		conn:       conn.Conn,
		api:        s.api,
		closed:     s.ctx,
		latency:    s.latency,
		onResponse: s.onResponse,
		journal:    s.journal,
		logged:     logged,
	}
}

// behavior returns how to handle a request: reject it if a rate limit is
// exhausted, else let a fault handle it, else apply it. A rejected request does
// not count for any fault.
func (s *Server) behavior(x *Exchange) Behavior {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, q := range s.quotas {
		if !q.match(x.r) {
			continue
		}
		if !q.take(x.r, s.journal.now(), x.w.Header()) {
			return func(x *Exchange) { x.Send(x.report(tooManyRequests())) }
		}
		break
	}
	for _, f := range s.faults {
		if f.takes(x.r) {
			return f.Do
		}
	}
	return func(x *Exchange) { x.Send(x.Apply()) }
}
