package sendgrid

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"sync"
	"time"
)

// maxBody is how much of a response is read, in bytes. The longest genuine
// response, a list of 100 keys, is about a fiftieth of it.
const maxBody = 1 << 20

// readBody reads the body of a response into memory. It fails if the body is
// truncated or too long.
func readBody(resp *http.Response) error {
	defer func() { _ = resp.Body.Close() }()
	if resp.StatusCode == http.StatusSwitchingProtocols {
		// The body is the connection, which ends when the server wants.
		return &bodyError{resp.StatusCode, errors.New("the server switched protocols")}
	}
	body, err := io.ReadAll(io.LimitReader(resp.Body, maxBody+1))
	if err != nil {
		return &bodyError{resp.StatusCode, fmt.Errorf("response was cut off: %w", err)}
	}
	if len(body) > maxBody {
		return &bodyError{resp.StatusCode, fmt.Errorf("response is longer than %d bytes", maxBody)}
	}
	resp.Body = io.NopCloser(bytes.NewReader(body))
	return nil
}

// bodyError is the error of a response whose body could not be read.
type bodyError struct {
	status int
	error
}

func (e *bodyError) Unwrap() error { return e.error }

// Messages that SendGrid reports, as recorded.
var (
	// "unable to find API Key", also followed by "to update" or "for deletion",
	// and "API Key not found".
	reportsKeyNotFound = message(`(?i)unable to find API key|API key not found`)
	// "Cannot create more than 100 API Keys".
	reportsKeyLimit = message(`(?i)cannot create more than \d+ API keys`)
	// "unauthorized scopes: [mail.send]".
	reportsScopesRefused = message(`(?i)^unauthorized scopes`)
)

// message returns a function that reports whether a message matches expr, which
// is compiled on first use.
func message(expr string) func([]Detail) bool {
	pattern := sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(expr) })
	return func(details []Detail) bool {
		return slices.ContainsFunc(details, func(d Detail) bool { return pattern().MatchString(d.Message) })
	}
}

// classify returns the error of an attempt, nil if it succeeded. What SendGrid
// reports in JSON comes before the status: a bare 404 may come from a proxy, and
// SendGrid was once seen to report a missing key with status 200.
func (c *call) classify(resp *http.Response, err error) *Error {
	if err != nil {
		failure := c.fail(KindNoResponse, err)
		if unread := (*bodyError)(nil); errors.As(err, &unread) {
			failure.Status = unread.status
		}
		return failure
	}
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		return c.fail(KindNoResponse, err)
	}
	failure := c.fail(KindRejected, nil)
	failure.Status = resp.StatusCode
	failure.Details = c.parseDetails(body)
	switch {
	case resp.StatusCode == http.StatusTooManyRequests:
		failure.Kind = KindRateLimited
		if c.rejected() {
			failure.Err = fmt.Errorf("the rate limit of %s %s has rejected the request for %s", c.method, c.endpoint(), maxRejected)
		}
		now, ok := dateOf(resp.Header)
		if !ok {
			now = time.Now()
		}
		failure.Reset, _ = resetTime(resp.Header, now)
	case len(failure.Details) == 0:
		if err := c.decodeBody(resp, body); err != nil {
			failure.Kind = KindMalformed
			failure.Err = c.credential.redacted(err)
			return failure
		}
		return nil
	case reportsKeyNotFound(failure.Details) && (resp.StatusCode == http.StatusNotFound || resp.StatusCode == http.StatusOK):
		failure.Kind = KindKeyNotFound
	case resp.StatusCode < 400, resp.StatusCode == http.StatusNotFound:
		failure.Kind = KindMalformed
		failure.Err = errors.New("not a response from SendGrid's API")
	case reportsScopesRefused(failure.Details):
		failure.Kind = KindScopesRefused
	case reportsKeyLimit(failure.Details):
		failure.Kind = KindKeyLimit
	case resp.StatusCode == http.StatusUnauthorized:
		failure.Kind = KindUnauthorized
	case resp.StatusCode == http.StatusForbidden:
		failure.Kind = KindForbidden
	case resp.StatusCode >= 500:
		failure.Kind = KindServerError
	}
	return failure
}

// decodeBody decodes the body of a response that reports no error. It fails if
// the response is malformed.
func (c *call) decodeBody(resp *http.Response, body []byte) error {
	if c.decode == nil && resp.StatusCode == http.StatusNoContent {
		return nil
	}
	if c.decode == nil || resp.StatusCode/100 != 2 {
		return fmt.Errorf("not a response from SendGrid's API but %s", describe(resp, body))
	}
	err := c.decode(body)
	if err != nil && !json.Valid(body) {
		// The text of a JSON error may quote the body.
		return fmt.Errorf("not JSON but %s", describe(resp, body))
	}
	return err
}

// describe describes an unexpected response without quoting it.
func describe(resp *http.Response, body []byte) string {
	if len(body) == 0 {
		return "an empty body"
	}
	contentType, _, _ := strings.Cut(resp.Header.Get("Content-Type"), ";")
	if contentType == "text/html" {
		return "an HTML page, probably from a gateway or proxy"
	}
	return fmt.Sprintf("%d bytes of type %q", len(body), contentType)
}

// parseDetails returns the errors that a response reports, in either of the two
// recorded forms: {"errors":[{"field":null,"message":"…"}]} and {"error":"…"}.
func (c *call) parseDetails(body []byte) []Detail {
	var reported struct {
		Errors []Detail `json:"errors"`
		Error  string   `json:"error"`
	}
	if err := json.Unmarshal(body, &reported); err != nil {
		return nil
	}
	details := reported.Errors
	if reported.Error != "" {
		details = append(details, Detail{Message: reported.Error})
	}
	for i, d := range details {
		details[i] = Detail{Field: c.credential.quotable(d.Field), Message: c.credential.quotable(d.Message)}
	}
	return details
}
