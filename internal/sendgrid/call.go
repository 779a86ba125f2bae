package sendgrid

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/hashicorp/go-retryablehttp"
)

// Parent is the account that owns the credential, for parameters named account.
// Any other value is sent as the on-behalf-of header: the username of a
// subuser, or "account-id " followed by the id of a customer account (parameter
// OnBehalfOf in SendGrid's OpenAPI specification).
const Parent = ""

// request describes a request to the API.
type request struct {
	method  string
	path    []string
	account string
	// body is sent as JSON unless it is nil.
	body any
	// decode decodes the body of a response with a 2xx status. It fails if the
	// response is malformed. If decode is nil, the only success is 204.
	decode func([]byte) error
}

// idempotent reports whether sending r twice has the same effect as sending it
// once. Only the request that creates a key is not idempotent.
func (r request) idempotent() bool {
	return r.method != http.MethodPost
}

// endpoint returns the path of the request without that of the base URL, which
// may contain the token of a proxy.
func (r request) endpoint() string {
	return "/v3/" + strings.Join(r.path, "/")
}

// call is a request on its way through one or more attempts. The attempts are
// sequential, so its fields need no lock.
type call struct {
	request
	url        *url.URL
	credential credential

	attempts int
	// rejectedSince is when the rate limit first rejected an attempt.
	rejectedSince time.Time
	// outcome is the error of the last attempt, nil if it succeeded.
	outcome *Error
	// retryable is whether another attempt could succeed and is safe.
	retryable bool
}

// do sends the request, with retries. Its error is an [*Error].
func (c *call) do(ctx context.Context, client *retryablehttp.Client, header http.Header) error {
	req, err := c.newRequest(context.WithValue(ctx, callKey{}, c), header)
	if err != nil {
		return c.fail(KindNoResponse, err)
	}
	resp, err := client.Do(req)
	if resp != nil {
		_ = resp.Body.Close() // In memory: see readBody.
	}
	switch {
	case ctx.Err() != nil && (c.outcome == nil && err != nil || c.retryable):
		return c.canceled(ctx.Err())
	case c.outcome != nil:
		return c.outcome
	case err != nil:
		return c.fail(KindNoResponse, err)
	default:
		return nil
	}
}

func (c *call) newRequest(ctx context.Context, header http.Header) (*retryablehttp.Request, error) {
	var body any
	if c.body != nil {
		var encoded bytes.Buffer
		encoder := json.NewEncoder(&encoded)
		// Names are sent as the user wrote them, including "&".
		encoder.SetEscapeHTML(false)
		if err := encoder.Encode(c.body); err != nil {
			return nil, err
		}
		body = bytes.TrimSpace(encoded.Bytes())
	}
	req, err := retryablehttp.NewRequestWithContext(ctx, c.method, c.url.String(), body)
	if err != nil {
		return nil, err
	}
	req.Header = header.Clone()
	if body != nil {
		req.Header.Set("Content-Type", "application/json")
	}
	if c.account != Parent {
		req.Header.Set("On-Behalf-Of", c.account)
	}
	return req, nil
}

// callKey is the context key of the call.
type callKey struct{}

// callFrom returns the call that a request belongs to. It is in the context
// because retryablehttp passes no request to its retry policy.
func callFrom(ctx context.Context) *call {
	c, ok := ctx.Value(callKey{}).(*call)
	if !ok {
		panic("sendgrid: request without a call")
	}
	return c
}

// fail returns an error of the call.
func (c *call) fail(kind Kind, err error) *Error {
	return &Error{
		Kind:     kind,
		Method:   c.method,
		URL:      c.url.Scheme + "://" + c.url.Host + c.endpoint(),
		Account:  c.account,
		Attempts: c.attempts,
		Err:      c.credential.redacted(err),
	}
}

// maxRejected is how long a call is repeated that the rate limit rejects again and
// again. The windows on record last a minute at most.
const maxRejected = 15 * time.Minute

// rejected records that the rate limit rejected an attempt, and reports whether
// that has gone on for too long.
func (c *call) rejected() (tooLong bool) {
	if c.rejectedSince.IsZero() {
		c.rejectedSince = time.Now()
	}
	return time.Since(c.rejectedSince) >= maxRejected
}

// canceled returns the error of a call whose context ended, with err, before it
// had a final outcome. The error includes the outcome of the last attempt.
func (c *call) canceled(err error) *Error {
	switch {
	case c.outcome == nil:
	case errors.Is(c.outcome.Err, err):
		// The attempt itself was canceled. Its error says at what point.
		err = c.outcome.Err
	default:
		err = fmt.Errorf("%w, after %s", err, c.outcome.Response())
	}
	return c.fail(KindCanceled, err)
}
