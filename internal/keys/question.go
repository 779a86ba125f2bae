package keys

import (
	"context"
	"sync"
	"time"
)

// question is asked once, however many callers want the result. Callers that wait
// for the same attempt share its failure. A failure is not kept: the next caller
// asks again. The zero value has not been asked.
type question[T any] struct {
	mu sync.Mutex
	// current is the attempt in flight, or the one that succeeded.
	current *attempt[T]
	// brief is the result of the only brief attempt.
	brief *attempt[T]
}

// attempt is an attempt to get a result, which it has once done is closed.
type attempt[T any] struct {
	brief bool
	done  chan struct{}
	value T
	err   error
}

// get returns the result. The first caller asks; the others wait for the result
// or for the end of their own context.
func (q *question[T]) get(ctx context.Context, ask func(context.Context) (T, error)) (T, error) {
	for {
		a := q.join(ctx, false, ask)
		value, err := a.wait(ctx)
		if err == nil || !a.brief || ctx.Err() != nil {
			return value, err
		}
		// A brief attempt of somebody else has failed. This caller takes its time.
	}
}

// briefTimeout bounds a brief attempt. SendGrid responds in a fraction of a second.
const briefTimeout = 5 * time.Second

// getBriefly returns the result after a single attempt that does not take long. A
// brief attempt is made only once, even if it fails.
func (q *question[T]) getBriefly(ctx context.Context, ask func(context.Context) (T, error)) (T, error) {
	brief, cancel := context.WithTimeout(ctx, briefTimeout)
	defer cancel()
	return q.join(brief, true, ask).wait(ctx)
}

// join returns the attempt in flight, or starts one.
func (q *question[T]) join(ctx context.Context, brief bool, ask func(context.Context) (T, error)) *attempt[T] {
	q.mu.Lock()
	switch {
	case q.current != nil:
		defer q.mu.Unlock()
		return q.current
	case brief && q.brief != nil:
		defer q.mu.Unlock()
		return q.brief
	}
	a := &attempt[T]{brief: brief, done: make(chan struct{})}
	q.current = a
	if brief {
		q.brief = a
	}
	q.mu.Unlock()
	a.value, a.err = ask(ctx)
	if a.err != nil {
		q.mu.Lock()
		q.current = nil
		q.mu.Unlock()
	}
	close(a.done)
	return a
}

func (a *attempt[T]) wait(ctx context.Context) (T, error) {
	select {
	case <-a.done:
		return a.value, a.err
	case <-ctx.Done():
		var none T
		return none, ctx.Err()
	}
}
