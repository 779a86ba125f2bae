package sendgrid

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptrace"
	"time"
)

// Attempt describes an attempt at a request. It contains no secrets.
type Attempt struct {
	// Method is the HTTP method.
	Method string
	// Path is the path of the URL, without that of the base URL.
	Path string
	// Status is the status code of the response, 0 if there was none.
	Status int
	// Duration is the time from sending the request to the end of the response,
	// without waits for the rate limit.
	Duration time.Duration
	// Number counts the attempts of a call from 1.
	Number int
	// Err is the reason why there is no complete response.
	Err error
}

// attemptTransport sends a request once. It bounds the time and calls observe.
type attemptTransport struct {
	// transport reads the whole response, so that a truncated body is an error of
	// the attempt.
	transport http.RoundTripper
	timeout   time.Duration
	observe   func(context.Context, Attempt)
}

// RoundTrip sends req once.
func (t *attemptTransport) RoundTrip(req *http.Request) (*http.Response, error) {
	ctx := req.Context()
	if err := ctx.Err(); err != nil {
		return nil, fmt.Errorf("%w: %w", errNotSent, err)
	}
	call := callFrom(ctx)
	call.attempts++

	sendCtx := ctx
	if !call.idempotent() {
		// Canceling a request that creates a key could lose the key's secret.
		sendCtx = context.WithoutCancel(ctx)
	}
	sendCtx, cancel := context.WithTimeout(sendCtx, t.timeout)
	defer cancel()

	connected := false
	sendCtx = httptrace.WithClientTrace(sendCtx, &httptrace.ClientTrace{
		GotConn: func(httptrace.GotConnInfo) { connected = true },
	})
	start := time.Now()
	resp, err := t.transport.RoundTrip(req.WithContext(sendCtx))
	if err != nil && !connected {
		err = fmt.Errorf("%w: %w", errNotSent, err)
	}
	if errors.Is(err, context.DeadlineExceeded) && ctx.Err() == nil {
		err = fmt.Errorf("no response within %s: %w", t.timeout, err)
	}
	if t.observe != nil {
		attempt := Attempt{
			Method:   req.Method,
			Path:     call.endpoint(),
			Duration: time.Since(start),
			Number:   call.attempts,
			Err:      call.credential.redacted(err),
		}
		if resp != nil {
			attempt.Status = resp.StatusCode
		}
		t.observe(ctx, attempt)
	}
	return resp, err
}
