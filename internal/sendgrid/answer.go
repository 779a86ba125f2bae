package sendgrid

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"regexp"
	"slices"
	"strings"
)

var (
	// notFound matches what SendGrid says of a key that does not exist: "unable
	// to find API Key", with "to update" or "for deletion", and "API Key not
	// found".
	notFound = pattern(`(?i)unable to find API key|API key not found`)
	// keyLimit matches "Cannot create more than 100 API Keys".
	keyLimit = pattern(`(?i)cannot create more than \d+ API keys`)
	// refusedScopes matches "unauthorized scopes: [mail.send]".
	refusedScopes = pattern(`(?i)^unauthorized scopes`)
)

// judge returns what an attempt came to, nil for success. It decides on what
// SendGrid says, in its JSON, before it looks at the status: a 404 alone may be
// a proxy's, and a key was reported missing with a 200 before.
func (c *call) judge(resp *http.Response, err error) *Error {
	if err != nil {
		failure := c.fail(KindNoResponse, err)
		if broken := (*brokenAnswer)(nil); errors.As(err, &broken) {
			failure.Status = broken.status
		}
		return failure
	}
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		return c.fail(KindNoResponse, err)
	}
	failure := c.fail(KindRejected, nil)
	failure.Status = resp.StatusCode
	failure.Details = parseDetails(body)
	says := func(what func() *regexp.Regexp) bool {
		return slices.ContainsFunc(failure.Details, func(d Detail) bool { return what().MatchString(d.Message) })
	}
	switch {
	case resp.StatusCode == http.StatusTooManyRequests:
		failure.Kind = KindRateLimited
		failure.Reset = resetTime(resp.Header)
	case len(failure.Details) == 0:
		return c.judgeBody(failure, resp, body)
	case says(notFound) && (resp.StatusCode == http.StatusNotFound || resp.StatusCode == http.StatusOK):
		failure.Kind = KindKeyNotFound
	case resp.StatusCode < 400, resp.StatusCode == http.StatusNotFound:
		failure.Kind = KindMalformed
		failure.Err = errors.New("not an answer that SendGrid's API gives")
	case says(refusedScopes):
		failure.Kind = KindScopesRefused
	case says(keyLimit):
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

// judgeBody judges an answer in which SendGrid reports no error.
func (c *call) judgeBody(failure *Error, resp *http.Response, body []byte) *Error {
	failure.Kind = KindMalformed
	if c.decode == nil && resp.StatusCode == http.StatusNoContent {
		return nil
	}
	if c.decode == nil || resp.StatusCode/100 != 2 {
		failure.Err = discreet(fmt.Errorf("not an answer of SendGrid's API but %s", describe(resp, body)))
		return failure
	}
	if err := c.decode(body); err != nil {
		// The text of a JSON error may quote the body: say what it is instead.
		if !json.Valid(body) {
			err = fmt.Errorf("not JSON but %s", describe(resp, body))
		}
		failure.Err = discreet(err)
		return failure
	}
	return nil
}

// describe says what an unexpected answer is, without quoting it.
func describe(resp *http.Response, body []byte) string {
	if len(body) == 0 {
		return "an empty body"
	}
	contentType, _, _ := strings.Cut(resp.Header.Get("Content-Type"), ";")
	if contentType == "text/html" {
		return "an HTML page, as gateways and proxies send it"
	}
	return fmt.Sprintf("%d bytes of type %q", len(body), contentType)
}

// parseDetails returns the errors that an answer reports, in the two shapes
// that are on record: {"errors":[{"field":null,"message":"…"}]} and
// {"error":"…"}.
func parseDetails(body []byte) []Detail {
	var answer struct {
		Errors []Detail `json:"errors"`
		Error  string   `json:"error"`
	}
	if err := json.Unmarshal(body, &answer); err != nil {
		return nil
	}
	details := answer.Errors
	if answer.Error != "" {
		details = append(details, Detail{Message: answer.Error})
	}
	for i, d := range details {
		details[i] = Detail{Field: quotable(d.Field), Message: quotable(d.Message)}
	}
	return details
}
