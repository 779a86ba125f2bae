// Package sendgrid is a typed client for the endpoints of SendGrid's v3 API
// that manage API keys. It does not depend on Terraform.
//
// Failed requests are retried where that is safe. Creating a key is not
// idempotent, so it is retried only if the failed attempt cannot have taken
// effect.
//
// A failed request is reported as an [*Error], which describes the request, the
// response and the number of attempts. Any other error means that no request
// was sent. Errors and attempts contain no headers, bodies or API keys.
package sendgrid

import (
	"cmp"
	"context"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"time"

	"github.com/hashicorp/go-retryablehttp"
)

// Base URLs of the API by region. Regional subusers in the EU have their own
// host ("servers" in SendGrid's OpenAPI specification).
const (
	GlobalURL = "https://api.sendgrid.com"
	EUURL     = "https://api.eu.sendgrid.com"
)

// DefaultRequestTimeout is the default of [Options.RequestTimeout]. SendGrid
// usually responds in a fraction of a second.
const DefaultRequestTimeout = 30 * time.Second

// Options configure a [Client].
type Options struct {
	// APIKey is the credential, sent as a bearer token.
	APIKey string
	// BaseURL is the API's URL without the version, such as [GlobalURL].
	BaseURL string
	// UserAgent is sent as the User-Agent header.
	UserAgent string
	// RequestTimeout bounds a single attempt, including reading the response.
	// Zero means [DefaultRequestTimeout].
	RequestTimeout time.Duration
	// MaxRetries is how often a failed request is retried. Resending a request
	// that was rejected with status 429 does not count if the response says when
	// the limit resets.
	MaxRetries int
	// RetryWaitMin and RetryWaitMax bound the wait before a retry, which doubles
	// with every retry. Zero means one second and thirty seconds.
	RetryWaitMin, RetryWaitMax time.Duration
	// Dial, if set, opens the connections, for example to an in-memory server.
	Dial func(ctx context.Context, network, address string) (net.Conn, error)
	// Observe, if set, is called after every attempt with the context of the
	// call. It must be safe for concurrent use.
	Observe func(context.Context, Attempt)
}

// Client sends requests to SendGrid with one credential. It is safe for
// concurrent use. It pools connections and tracks rate limits, so it should be
// shared.
type Client struct {
	baseURL *url.URL
	// header is sent with every request.
	header http.Header
	// credential is the secret in the header, for redaction.
	credential  credential
	http        *retryablehttp.Client
	connections *connections
	// unusable is the error of every call, see NewUnusable.
	unusable error
}

// New returns a client. It fails only if the base URL cannot be parsed.
func New(o Options) (*Client, error) {
	baseURL, err := url.Parse(o.BaseURL)
	if err != nil {
		return nil, fmt.Errorf("base URL: %w", err)
	}
	connections := newConnections(o, baseURL)
	return &Client{
		baseURL:     baseURL,
		connections: connections,
		credential:  credential(o.APIKey),
		header: http.Header{
			"Authorization": {"Bearer " + o.APIKey},
			// SendGrid documents 406 as the response to some requests without it.
			"Accept":     {"application/json"},
			"User-Agent": {o.UserAgent},
		},
		http: newHTTPClient(o, connections),
	}, nil
}

// newHTTPClient returns a client that passes a request through the retries, the
// rate gate and the transport of a single attempt, in this order.
func newHTTPClient(o Options, connections *connections) *retryablehttp.Client {
	attempts := &attemptTransport{
		transport: connections,
		timeout:   cmp.Or(o.RequestTimeout, DefaultRequestTimeout),
		observe:   o.Observe,
	}
	client := retryablehttp.NewClient()
	client.HTTPClient = &http.Client{
		Transport: newRateGate(attempts, connections.announce),
		// The API never redirects. Following a redirect could send the credential
		// to another host.
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
	// The call has the outcome of the last attempt.
	client.ErrorHandler = retryablehttp.PassthroughErrorHandler
	return client
}

// NewUnusable returns a client whose calls send nothing and return err. It is a
// placeholder while the credential is unknown.
func NewUnusable(err error) *Client {
	return &Client{unusable: err}
}

// WithoutRetries returns a client that does not retry failed requests. It
// shares everything else with c, including connections and rate limits.
func (c *Client) WithoutRetries() *Client {
	if c.http == nil {
		return c
	}
	once := *c
	once.http = &retryablehttp.Client{
		HTTPClient:   c.http.HTTPClient,
		CheckRetry:   c.http.CheckRetry,
		Backoff:      c.http.Backoff,
		ErrorHandler: c.http.ErrorHandler,
	}
	return &once
}

// Host returns the host, and port if any, that the client sends requests to. It
// is empty for an unusable client.
func (c *Client) Host() string {
	if c.baseURL == nil {
		return ""
	}
	return c.baseURL.Host
}

// Announce counts a request that the caller will send when SendGrid has responded
// to another one, until done is called. A connection for it is opened meanwhile if
// SendGrid speaks HTTP/1.
func (c *Client) Announce() (done func()) {
	if c.unusable != nil {
		return func() {}
	}
	return c.connections.announce()
}

// do calls the API. Its error is an [*Error], or that of an unusable client.
func (c *Client) do(ctx context.Context, r request) error {
	if c.unusable != nil {
		return c.unusable
	}
	call := &call{request: r, url: c.baseURL.JoinPath(append([]string{"v3"}, r.path...)...), credential: c.credential}
	return call.do(ctx, c.http, c.header)
}
