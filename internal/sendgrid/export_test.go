package sendgrid

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"net/http/httptrace"
	"time"
)

// Backoff is the wait before a retry.
func Backoff(minWait, maxWait time.Duration, attempt int) time.Duration {
	return backoff(minWait, maxWait, attempt, nil)
}

// OnRetry lets wait say how long c waits before a retry.
func (c *Client) OnRetry(wait func(minWait, maxWait time.Duration) time.Duration) {
	c.http.Backoff = func(minWait, maxWait time.Duration, _ int, _ *http.Response) time.Duration {
		return wait(minWait, maxWait)
	}
}

// OnDial makes c ask refuse before it opens a connection.
func (c *Client) OnDial(refuse func() error) {
	dial := c.pool().DialContext
	c.pool().DialContext = func(ctx context.Context, network, addr string) (net.Conn, error) {
		if err := refuse(); err != nil {
			return nil, err
		}
		return dial(ctx, network, addr)
	}
}

// Send makes c send its requests with send, over a connection that it has.
func (c *Client) Send(send func(*http.Request) (*http.Response, error)) {
	c.attempt().transport = roundTripper(func(req *http.Request) (*http.Response, error) {
		httptrace.ContextClientTrace(req.Context()).GotConn(httptrace.GotConnInfo{})
		return send(req)
	})
}

type roundTripper func(*http.Request) (*http.Response, error)

func (f roundTripper) RoundTrip(req *http.Request) (*http.Response, error) { return f(req) }

func (c *Client) pool() *http.Transport { return is[*http.Transport](c.attempt().transport) }

func (c *Client) attempt() *attemptTransport {
	return is[*attemptTransport](is[*rateGate](c.http.HTTPClient.Transport).transport)
}

func is[T http.RoundTripper](rt http.RoundTripper) T {
	t, ok := rt.(T)
	if !ok {
		panic(fmt.Sprintf("transport is a %T", rt))
	}
	return t
}
