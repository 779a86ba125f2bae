package emulator

import (
	"sync"
	"time"
)

// Request is a request as it arrived, without its Authorization header.
type Request struct {
	Time       time.Time
	Method     string
	Path       string
	Query      string
	OnBehalfOf string
	UserAgent  string
	Body       string
	// Status is the status of the response, 0 while there is none.
	Status int
	// Conn is the number of the TCP connection, from 1 in order of acceptance.
	Conn int
}

// String returns the method and the path, and the subuser if there is one.
func (r Request) String() string {
	if r.OnBehalfOf == "" {
		return r.Method + " " + r.Path
	}
	return r.Method + " " + r.Path + " on behalf of " + r.OnBehalfOf
}

// journal keeps requests in order of arrival.
type journal struct {
	now func() time.Time

	mu       sync.Mutex
	requests []*Request
}

// add adds a request that has just arrived and sets its time.
func (j *journal) add(r *Request) {
	j.mu.Lock()
	defer j.mu.Unlock()
	r.Time = j.now()
	j.requests = append(j.requests, r)
}

func (j *journal) setStatus(r *Request, status int) {
	j.mu.Lock()
	defer j.mu.Unlock()
	r.Status = status
}

// snapshot returns a copy of a request that add was called with.
func (j *journal) snapshot(r *Request) Request {
	j.mu.Lock()
	defer j.mu.Unlock()
	return *r
}

// list returns all requests.
func (j *journal) list() []Request {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.copies()
}

// take returns all requests and removes them.
func (j *journal) take() []Request {
	j.mu.Lock()
	defer j.mu.Unlock()
	taken := j.copies()
	j.requests = nil
	return taken
}

func (j *journal) copies() []Request {
	copies := make([]Request, len(j.requests))
	for i, r := range j.requests {
		copies[i] = *r
	}
	return copies
}
