package sendgrid

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptrace"
	"time"

	"github.com/hashicorp/go-cleanhttp"
	"github.com/hashicorp/go-retryablehttp"
)

const (
	// idleConnections a host: Terraform's ten workers, and more for those who
	// raise the parallelism. The default of net/http, two, opens a new
	// connection for nearly every request.
	idleConnections = 32

	// maxAnswer bounds what is read of an answer, in bytes. The longest genuine
	// one, a list of 100 keys, is a fiftieth of it.
	maxAnswer = 1 << 20
)

// newHTTPClient stacks up what a request passes on its way: retries, the rate
// gate, and the attempt itself.
func newHTTPClient(o Options) *retryablehttp.Client {
	pool := cleanhttp.DefaultPooledTransport()
	pool.MaxIdleConnsPerHost = idleConnections
	pool.MaxIdleConns = 2 * idleConnections
	if o.Dial != nil {
		pool.DialContext = o.Dial
	}

	client := retryablehttp.NewClient()
	client.HTTPClient = &http.Client{
		Transport: newRateGate(&attemptTransport{
			next:    pool,
			timeout: cmp.Or(o.RequestTimeout, DefaultRequestTimeout),
			observe: o.Observe,
		}),
		// A redirect is an answer that the API never gives. Following it could
		// hand the credential to another host.
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
	client.Logger = nil
	client.RetryMax = o.MaxRetries
	if o.RetryWaitMin > 0 {
		client.RetryWaitMin = o.RetryWaitMin
	}
	if o.RetryWaitMax > 0 {
		client.RetryWaitMax = o.RetryWaitMax
	}
	client.CheckRetry = checkRetry
	client.Backoff = backoff
	// The outcome of the last attempt is kept in the call.
	client.ErrorHandler = retryablehttp.PassthroughErrorHandler
	return client
}

// Attempt is what may be known outside of one attempt at a request.
type Attempt struct {
	Method string
	// Path is that of the URL, which holds no secret.
	Path string
	// Status is 0 where no answer came.
	Status int
	// Duration runs from sending to the last byte of the answer.
	Duration time.Duration
	// Number counts from 1.
	Number int
	// Err is why there is no complete answer.
	Err error
}

// attemptTransport makes a single attempt: it bounds its time, reads the answer
// whole so that a cut body is an error here and not later, and tells observe.
type attemptTransport struct {
	next    http.RoundTripper
	timeout time.Duration
	observe func(context.Context, Attempt)
}

// errNotSent marks the error of a request of which not a byte left: there was
// no connection, or nobody wanted it any more.
var errNotSent = errors.New("not sent")

func (t *attemptTransport) RoundTrip(req *http.Request) (*http.Response, error) {
	ctx := req.Context()
	if err := ctx.Err(); err != nil {
		return nil, fmt.Errorf("%w: %w", errNotSent, err)
	}
	call := callFrom(ctx)
	call.attempts++

	sendCtx := ctx
	if !idempotent(req.Method) {
		// A key that is being made is let come to an end: nobody would know its
		// secret otherwise.
		sendCtx = context.WithoutCancel(ctx)
	}
	sendCtx, cancel := context.WithTimeout(sendCtx, t.timeout)
	defer cancel()

	connected := false
	sendCtx = httptrace.WithClientTrace(sendCtx, &httptrace.ClientTrace{
		GotConn: func(httptrace.GotConnInfo) { connected = true },
	})
	start := time.Now()
	resp, err := t.exchange(req.WithContext(sendCtx))
	if err != nil && !connected {
		err = fmt.Errorf("%w: %w", errNotSent, err)
	}
	if errors.Is(err, context.DeadlineExceeded) && ctx.Err() == nil {
		err = fmt.Errorf("no answer within %s: %w", t.timeout, err)
	}
	if t.observe != nil {
		attempt := Attempt{
			Method:   req.Method,
			Path:     req.URL.Path,
			Duration: time.Since(start),
			Number:   call.attempts,
			Err:      discreet(err),
		}
		if resp != nil {
			attempt.Status = resp.StatusCode
		}
		t.observe(ctx, attempt)
	}
	return resp, err
}

// exchange sends req and replaces the body of the answer by one in memory.
func (t *attemptTransport) exchange(req *http.Request) (*http.Response, error) {
	resp, err := t.next.RoundTrip(req)
	if err != nil {
		return nil, err
	}
	defer func() { _ = resp.Body.Close() }()
	body, err := io.ReadAll(io.LimitReader(resp.Body, maxAnswer+1))
	if err != nil {
		return nil, &brokenAnswer{resp.StatusCode, fmt.Errorf("answer broke off: %w", err)}
	}
	if len(body) > maxAnswer {
		return nil, &brokenAnswer{resp.StatusCode, fmt.Errorf("answer is longer than %d bytes", maxAnswer)}
	}
	resp.Body = io.NopCloser(bytes.NewReader(body))
	return resp, nil
}

// brokenAnswer is the error of an answer that began and could not be read.
type brokenAnswer struct {
	status int
	error
}

func (e *brokenAnswer) Unwrap() error { return e.error }

// rewind returns req with its body at the start.
func rewind(req *http.Request) (*http.Request, error) {
	again := req.Clone(req.Context())
	if req.GetBody == nil {
		return again, nil
	}
	body, err := req.GetBody()
	if err != nil {
		return nil, err
	}
	again.Body = body
	return again, nil
}

// idempotent reports whether sending a request twice leaves what sending it
// once does. The one that does not makes a key.
func idempotent(method string) bool {
	return method != http.MethodPost
}

// neverSent reports whether err shows that not a byte of the request left. That
// a connection was had proves nothing: an idle one may turn out to be closed,
// and then it is the next dial that fails.
func neverSent(err error) bool {
	var op *net.OpError
	return errors.Is(err, errNotSent) || errors.As(err, &op) && (op.Op == "dial" || op.Op == "proxyconnect")
}
