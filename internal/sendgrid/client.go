// Package sendgrid is a typed client of the SendGrid v3 endpoints that manage
// API keys. It knows nothing of Terraform.
//
// Calls that may be repeated are retried; a call that makes a key is repeated
// only where it cannot have taken effect. Whatever befalls a request is an
// [*Error] that says what was asked, what came back and how often it was tried;
// other errors mean that nothing was sent. No error and no [Attempt] ever tells
// a header, a body or a key.
package sendgrid

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"net/url"
	"time"

	"github.com/hashicorp/go-retryablehttp"
)

// Hosts of the API by region. EU regional subusers live on a host of their own
// (SendGrid's OpenAPI files, "servers").
const (
	GlobalURL = "https://api.sendgrid.com"
	EUURL     = "https://api.eu.sendgrid.com"
)

// Parent is the account that a credential belongs to, in every parameter named
// account. Any other value is sent as the on-behalf-of header: a subuser's
// username, or "account-id" and the id of a customer account.
const Parent = ""

// DefaultRequestTimeout is many times what SendGrid takes to answer.
const DefaultRequestTimeout = 30 * time.Second

// Options configure a [Client].
type Options struct {
	// APIKey is the credential, sent as a bearer token.
	APIKey string
	// BaseURL is the host, without the version: [GlobalURL].
	BaseURL string
	// UserAgent names who asks.
	UserAgent string
	// RequestTimeout bounds a single attempt, its answer included. Zero stands
	// for [DefaultRequestTimeout].
	RequestTimeout time.Duration
	// MaxRetries is how often a failed call is repeated. Answers 429 that say
	// when the limit resets do not count.
	MaxRetries int
	// RetryWaitMin and RetryWaitMax bound the wait before a retry, which
	// doubles from one to the other. Zero stands for one and thirty seconds.
	RetryWaitMin, RetryWaitMax time.Duration
	// Dial, where set, opens the connections: to a server in memory, say.
	Dial func(ctx context.Context, network, address string) (net.Conn, error)
	// Observe, where set, is told of every attempt. It must be safe for
	// concurrent use.
	Observe func(context.Context, Attempt)
}

// Client talks to SendGrid with one credential. It is safe for concurrent use
// and keeps its connections: make one a provider, not one a resource.
type Client struct {
	base      *url.URL
	apiKey    string
	userAgent string
	http      *retryablehttp.Client
	// unusable is what every call returns, for a client that can't be used yet.
	unusable error
}

// New returns a client. The only error is a base URL that cannot be parsed.
func New(o Options) (*Client, error) {
	base, err := url.Parse(o.BaseURL)
	if err != nil {
		return nil, fmt.Errorf("base URL: %w", err)
	}
	return &Client{
		base:      base,
		apiKey:    o.APIKey,
		userAgent: o.UserAgent,
		http:      newHTTPClient(o),
	}, nil
}

// NewUnusable returns a client whose calls all return err, without a request.
// It stands in where the credential is not known yet.
func NewUnusable(err error) *Client {
	return &Client{unusable: err}
}

// WithoutRetries returns a client that shares all with c, but sends each request
// once.
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

// Host is the name of the host that the client talks to, empty for an unusable
// client.
func (c *Client) Host() string {
	if c.base == nil {
		return ""
	}
	return c.base.Host
}

// request is one call of the API, through all of its attempts.
type request struct {
	method  string
	path    []string
	account string
	// body is encoded as JSON, unless nil.
	body any
	// decode reads the body of a success, which SendGrid answers with some 2xx.
	// An error means that the answer is malformed. Without decode, success is
	// 204, which has no body.
	decode func([]byte) error
}

// do sends r and retries it as far as that is safe. Its errors are [*Error],
// or the error of an unusable client.
func (c *Client) do(ctx context.Context, r request) error {
	if c.unusable != nil {
		return c.unusable
	}
	call := &call{request: r, url: c.base.JoinPath(append([]string{"v3"}, r.path...)...)}
	req, err := c.newRequest(withCall(ctx, call), call)
	if err != nil {
		return call.fail(KindNoResponse, err)
	}
	resp, err := c.http.Do(req)
	if resp != nil {
		// The transport has read the body already: see attemptTransport.
		_ = resp.Body.Close()
	}
	switch {
	case ctx.Err() != nil && (call.outcome == nil && err != nil || call.repeatable()):
		return call.cancelled(ctx.Err())
	case call.outcome != nil:
		return call.outcome
	case err != nil:
		return call.fail(KindNoResponse, err)
	default:
		return nil
	}
}

func (c *Client) newRequest(ctx context.Context, call *call) (*retryablehttp.Request, error) {
	var body any
	if call.body != nil {
		var encoded bytes.Buffer
		encoder := json.NewEncoder(&encoded)
		// Names reach SendGrid as the user wrote them, "&" included.
		encoder.SetEscapeHTML(false)
		if err := encoder.Encode(call.body); err != nil {
			return nil, err
		}
		body = bytes.TrimSpace(encoded.Bytes())
	}
	req, err := retryablehttp.NewRequestWithContext(ctx, call.method, call.url.String(), body)
	if err != nil {
		return nil, err
	}
	req.Header.Set("Authorization", "Bearer "+c.apiKey)
	// Some paths answer 406 without it.
	req.Header.Set("Accept", "application/json")
	req.Header.Set("User-Agent", c.userAgent)
	if body != nil {
		req.Header.Set("Content-Type", "application/json")
	}
	if call.account != Parent {
		req.Header.Set("On-Behalf-Of", call.account)
	}
	return req, nil
}

// call is a request on its way: what its attempts have come to so far. Its
// attempts follow one another, so it needs no lock.
type call struct {
	request

	url      *url.URL
	attempts int
	// outcome is what the last attempt came to, nil for success.
	outcome *Error
}

type callKey struct{}

func withCall(ctx context.Context, c *call) context.Context {
	return context.WithValue(ctx, callKey{}, c)
}

// callFrom returns the call that a request belongs to. The retry policy and the
// transports need it because net/http hands them no request on an error.
func callFrom(ctx context.Context) *call {
	c, ok := ctx.Value(callKey{}).(*call)
	if !ok {
		panic("sendgrid: a request without its call")
	}
	return c
}

// fail returns an error about this call.
func (c *call) fail(kind Kind, err error) *Error {
	return &Error{
		Kind:     kind,
		Method:   c.method,
		URL:      c.url.String(),
		Account:  c.account,
		Attempts: c.attempts,
		Err:      discreet(err),
	}
}

// cancelled returns the error of a call whose context ended before it came to
// anything final. What the last attempt came to is a part of it.
func (c *call) cancelled(err error) *Error {
	switch {
	case c.outcome == nil:
	case errors.Is(c.outcome.Err, err):
		// The attempt itself was cancelled, and says when.
		err = c.outcome.Err
	default:
		err = fmt.Errorf("%w, after %s", err, c.outcome.Response())
	}
	return c.fail(KindCancelled, err)
}
