package emulator

import "time"

// Request is one request as it arrived. The Authorization header is not kept.
type Request struct {
	Time       time.Time
	Method     string
	Path       string
	Query      string
	OnBehalfOf string
	UserAgent  string
	Body       string
	// Status is what was answered, 0 as long as nothing was.
	Status int
	// Conn numbers the TCP connection, from 1 in order of acceptance.
	Conn int
}

// String returns method and path, and the subuser where there is one.
func (r Request) String() string {
	if r.OnBehalfOf == "" {
		return r.Method + " " + r.Path
	}
	return r.Method + " " + r.Path + " on behalf of " + r.OnBehalfOf
}

// Requests returns every request so far, in order of arrival.
func (s *Server) Requests() []Request {
	s.mu.Lock()
	defer s.mu.Unlock()
	return copies(s.requests)
}

// TakeRequests returns what Requests does and forgets it.
func (s *Server) TakeRequests() []Request {
	s.mu.Lock()
	defer s.mu.Unlock()
	seen := copies(s.requests)
	s.requests = nil
	return seen
}

func copies(requests []*Request) []Request {
	seen := make([]Request, len(requests))
	for i, r := range requests {
		seen[i] = *r
	}
	return seen
}
