package provider

import (
	"context"
	"sync"
)

// shared is the answer to a question that is asked once, however many want to
// know. Its zero value has not been asked.
type shared[T any] struct {
	mu    sync.Mutex
	done  chan struct{}
	value T
	err   error
}

// get returns the answer. The first to call it asks; the others wait for that
// answer or the end of their context.
func (s *shared[T]) get(ctx context.Context, ask func() (T, error)) (T, error) {
	s.mu.Lock()
	first := s.done == nil
	if first {
		s.done = make(chan struct{})
	}
	s.mu.Unlock()
	if first {
		s.value, s.err = ask()
		close(s.done)
	}
	select {
	case <-s.done:
		return s.value, s.err
	case <-ctx.Done():
		var none T
		return none, ctx.Err()
	}
}
