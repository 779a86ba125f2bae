package sendgrid

import (
	"net/http"
	"net/http/httptrace"
	"time"
)

// Backoff is the wait before a retry.
var Backoff = backoff

// OnRetry makes c wait before a retry for as long as wait returns.
func (c *Client) OnRetry(wait func(minWait, maxWait time.Duration) time.Duration) {
	c.http.Backoff = func(minWait, maxWait time.Duration, _ int, _ *http.Response) time.Duration {
		return wait(minWait, maxWait)
	}
}

// Send makes c send its requests with send instead of a connection. Retries and
// the rate gate stay in place.
func (c *Client) Send(send func(*http.Request) (*http.Response, error)) {
	c.http.HTTPClient.Transport = newRateGate(&attemptTransport{
		transport: roundTripper(func(req *http.Request) (*http.Response, error) {
			httptrace.ContextClientTrace(req.Context()).GotConn(httptrace.GotConnInfo{})
			return send(req)
		}),
		timeout: time.Hour,
	})
}

type roundTripper func(*http.Request) (*http.Response, error)

func (f roundTripper) RoundTrip(req *http.Request) (*http.Response, error) { return f(req) }
