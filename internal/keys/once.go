package keys

import (
	"context"
	"errors"
	"sync"
)

// once is a question that is asked once, however many callers want the result.
// Callers that wait for a question share its failure. A failure is not kept:
// the next caller asks again. The zero value has not been asked.
type once[T any] struct {
	mu sync.Mutex
	// asked is the question in flight, or the one that succeeded.
	asked *asked[T]
}

// asked is a question and, once done is closed, its result.
type asked[T any] struct {
	done  chan struct{}
	value T
	err   error
}

// get returns the result. The first caller asks; the others wait for the result
// or for the end of their own context.
func (o *once[T]) get(ctx context.Context, ask func() (T, error)) (T, error) {
	o.mu.Lock()
	question := o.asked
	if question == nil {
		question = &asked[T]{done: make(chan struct{})}
		o.asked = question
		o.mu.Unlock()
		question.value, question.err = ask()
		if question.err != nil {
			o.mu.Lock()
			o.asked = nil
			o.mu.Unlock()
		}
		close(question.done)
	} else {
		o.mu.Unlock()
	}
	select {
	case <-question.done:
		return question.value, question.err
	case <-ctx.Done():
		var none T
		return none, ctx.Err()
	}
}

// briefError is the failure of a question that was asked with less time than the
// caller would have taken.
type briefError struct{ error }

func (e briefError) Unwrap() error { return e.error }

// getPatiently is get for a caller that does not settle for a brief failure of
// somebody else: it asks again.
func (o *once[T]) getPatiently(ctx context.Context, ask func() (T, error)) (T, error) {
	for {
		value, err := o.get(ctx, ask)
		if brief := (briefError{}); !errors.As(err, &brief) {
			return value, err
		}
	}
}

// perAccount holds a value for each account that a credential can act for.
type perAccount[T any] struct {
	mu     sync.Mutex
	values map[string]*T
}

// of returns the value of an account, which starts as the zero value.
func (p *perAccount[T]) of(account string) *T {
	p.mu.Lock()
	defer p.mu.Unlock()
	value := p.values[account]
	if value == nil {
		if p.values == nil {
			p.values = map[string]*T{}
		}
		value = new(T)
		p.values[account] = value
	}
	return value
}
