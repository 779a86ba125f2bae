package sendgrid

import (
	"crypto/tls"
	"crypto/x509"
	"net/http"
	"net/http/httptrace"
	"net/url"
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

// Trust makes c accept a server's certificate.
func (c *Client) Trust(certificate *x509.Certificate) {
	authorities := x509.NewCertPool()
	authorities.AddCert(certificate)
	c.connections.pool.TLSClientConfig = &tls.Config{RootCAs: authorities}
}

// Proxy makes c use a proxy, for servers on this machine too.
func (c *Client) Proxy(address string) {
	c.connections.pool.Proxy = func(*http.Request) (*url.URL, error) { return url.Parse(address) }
}

// Send makes c send its requests with send instead of a connection. Retries and
// the rate gate stay in place.
func (c *Client) Send(send func(*http.Request) (*http.Response, error)) {
	attempts := &attemptTransport{
		transport: roundTripper(func(req *http.Request) (*http.Response, error) {
			httptrace.ContextClientTrace(req.Context()).GotConn(httptrace.GotConnInfo{})
			return send(req)
		}),
		timeout: time.Hour,
	}
	c.http.HTTPClient.Transport = newRateGate(attempts, c.Announce)
}

type roundTripper func(*http.Request) (*http.Response, error)

func (f roundTripper) RoundTrip(req *http.Request) (*http.Response, error) { return f(req) }
