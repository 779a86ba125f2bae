package emulator

import (
	"errors"
	"io"
	"net/http"
)

// maxBody is more than any request to these endpoints needs.
const maxBody = 1 << 20

// serve is what stands in front of the API: it records the request, counts it,
// and lets a fault have it. A request that nothing answered ends in a closed
// connection.
func (s *Server) serve(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Server", "nginx")
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxBody))
	x := s.begin(w, r, string(body))
	defer s.end(x)

	var tooLarge *http.MaxBytesError
	switch {
	case errors.As(err, &tooLarge):
		x.Send(page(http.StatusRequestEntityTooLarge))
	case err != nil: // The client went in the middle of its request.
	default:
		s.behaviour(x)(x)
	}
	if !x.answered {
		panic(http.ErrAbortHandler)
	}
}

// begin records a request that has arrived.
func (s *Server) begin(w http.ResponseWriter, r *http.Request, body string) *Exchange {
	s.mu.Lock()
	defer s.mu.Unlock()
	conn, _ := r.Context().Value(connKey{}).(connection)
	x := &Exchange{
		server: s,
		w:      w,
		r:      r,
		conn:   conn.Conn,
		log: &Request{
			Time:       s.cfg.Now(),
			Method:     r.Method,
			Path:       r.URL.Path,
			Query:      r.URL.RawQuery,
			OnBehalfOf: r.Header.Get(onBehalfOf),
			UserAgent:  r.UserAgent(),
			Body:       body,
			Conn:       conn.number,
		},
	}
	s.requests = append(s.requests, x.log)
	return x
}

// behaviour chooses how a request is treated: refused by a rate limit, spoilt
// by a fault, or as it should be. A refused request does not use up a fault.
func (s *Server) behaviour(x *Exchange) Behaviour {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, q := range s.quotas {
		if !q.match(x.r) {
			continue
		}
		if !q.take(s.cfg.Now(), x.w.Header()) {
			return func(x *Exchange) { x.Send(tooManyRequests()) }
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

// end reports a request that is over.
func (s *Server) end(x *Exchange) {
	if s.cfg.Log == nil {
		return
	}
	s.mu.Lock()
	r := *x.log
	s.mu.Unlock()
	s.cfg.Log(r)
}
