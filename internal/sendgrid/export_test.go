package sendgrid

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"time"
)

// Backoff is the wait before a retry.
func Backoff(minWait, maxWait time.Duration, attempt int) time.Duration {
	return backoff(minWait, maxWait, attempt, nil)
}

// OnRateLimit makes c wait for the end of a rate limit with wait.
func (c *Client) OnRateLimit(wait func(context.Context, time.Duration) error) {
	is[*rateLimitTransport](c.http.HTTPClient.Transport).wait = wait
}

// OnRetry lets wait say how long c waits before a retry.
func (c *Client) OnRetry(wait func(minWait, maxWait time.Duration) time.Duration) {
	c.http.Backoff = func(minWait, maxWait time.Duration, _ int, _ *http.Response) time.Duration {
		return wait(minWait, maxWait)
	}
}

// OnDial makes c ask refuse before it opens a connection.
func (c *Client) OnDial(refuse func() error) {
	limited := is[*rateLimitTransport](c.http.HTTPClient.Transport)
	pool := is[*http.Transport](is[*attemptTransport](limited.next).next)
	dial := pool.DialContext
	pool.DialContext = func(ctx context.Context, network, addr string) (net.Conn, error) {
		if err := refuse(); err != nil {
			return nil, err
		}
		return dial(ctx, network, addr)
	}
}

func is[T http.RoundTripper](rt http.RoundTripper) T {
	t, ok := rt.(T)
	if !ok {
		panic(fmt.Sprintf("transport is a %T", rt))
	}
	return t
}
