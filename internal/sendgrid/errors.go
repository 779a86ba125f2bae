package sendgrid

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"net/url"
	"strings"
	"time"

	"github.com/hashicorp/go-retryablehttp"
)

// Kind is the category of an [Error].
type Kind int

const (
	// KindNoResponse means that no complete response arrived.
	KindNoResponse Kind = iota
	// KindCanceled means that the context ended before the call did.
	KindCanceled
	// KindMalformed means that the response is not one of SendGrid's API: a
	// proxy's error page, garbage, or JSON that lacks a required field.
	KindMalformed
	// KindUnauthorized means that SendGrid rejected the credential, with 401.
	KindUnauthorized
	// KindForbidden means that the credential lacks the scope for the request,
	// or has no access to the account (403).
	KindForbidden
	// KindKeyLimit means that the account has reached its limit of 100 API keys:
	// 403 "Cannot create more than 100 API Keys".
	KindKeyLimit
	// KindScopesRefused means that SendGrid rejected the key's scopes with the
	// message "unauthorized scopes", whatever the status.
	KindScopesRefused
	// KindKeyNotFound means that the key does not exist, as reported in
	// SendGrid's JSON. A 404 without that message is KindMalformed.
	KindKeyNotFound
	// KindRateLimited means that the last attempt was rejected with 429.
	KindRateLimited
	// KindServerError means a 5xx in SendGrid's JSON. SendGrid also responds with
	// 500 when it rejects a scope.
	KindServerError
	// KindRejected means any other error that SendGrid reports, such as a 400.
	KindRejected
)

// Error is the error of a request that failed.
type Error struct {
	Kind Kind
	// Method, URL and Account describe the request. URL lacks the path of the base
	// URL. Account is empty for the parent account.
	Method, URL, Account string
	// Status is that of the last response, 0 if there was none.
	Status int
	// Details are the errors that SendGrid reported.
	Details []Detail
	// Attempts is how often the request was sent.
	Attempts int
	// Reset is when the rate limit resets by SendGrid's clock. It is zero if the
	// response does not say so.
	Reset time.Time
	// Err is the reason why the response is missing or malformed. Its text
	// contains no API keys and is at most some 500 bytes long.
	Err error
}

// Detail is an error that SendGrid reports in a response ("ErrorResponse" in
// its OpenAPI specification). Both fields are redacted and truncated.
type Detail struct {
	// Field is the field of the request that the error is about, often empty.
	Field string `json:"field"`
	// Message is SendGrid's description of the error.
	Message string `json:"message"`
}

// String returns the quoted message and the field, if any.
func (d Detail) String() string {
	if d.Field == "" {
		return fmt.Sprintf("%q", d.Message)
	}
	return fmt.Sprintf("%q (field %s)", d.Message, d.Field)
}

// Error describes the request, the response and the attempts in one line.
func (e *Error) Error() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s %s", e.Method, e.URL)
	if e.Account != "" {
		fmt.Fprintf(&b, " on behalf of %q", Redact(e.Account))
	}
	b.WriteString(": ")
	b.WriteString(e.Response())
	if e.Attempts > 1 {
		fmt.Fprintf(&b, " (after %d attempts)", e.Attempts)
	}
	return b.String()
}

// Response describes the response alone, or why there is none.
func (e *Error) Response() string {
	var parts []string
	if e.Status != 0 {
		parts = append(parts, fmt.Sprintf("status %d", e.Status))
	}
	for _, d := range e.Details {
		parts = append(parts, d.String())
	}
	if e.Err != nil {
		parts = append(parts, e.Err.Error())
	}
	return strings.Join(parts, ", ")
}

// Unwrap returns e.Err.
func (e *Error) Unwrap() error {
	return e.Err
}

// Ambiguous reports whether a POST that failed with this error may have created
// a key, because the response was lost, truncated or not understood.
func (e *Error) Ambiguous() bool {
	switch e.Kind {
	case KindNoResponse:
		return !neverSent(e.Err)
	case KindMalformed, KindServerError:
		return true
	default:
		return false
	}
}

// Transient reports whether the same request may succeed later, because the
// network, a gateway, SendGrid's servers or the rate limit caused the failure.
func (e *Error) Transient() bool {
	switch e.Kind {
	case KindNoResponse:
		return transient(e.Err)
	case KindMalformed, KindRateLimited, KindServerError:
		return true
	default:
		return false
	}
}

// IsKeyNotFound reports whether err says that the API key does not exist, which
// is an [*Error] of [KindKeyNotFound].
func IsKeyNotFound(err error) bool {
	var failure *Error
	return errors.As(err, &failure) && failure.Kind == KindKeyNotFound
}

// errNotSent marks the error of a request that was never sent, because there
// was no connection or its context had ended.
var errNotSent = errors.New("not sent")

// neverSent reports whether err proves that no byte of the request was sent.
// The error of a dial proves it even after a connection was obtained: an idle
// connection may turn out to be closed, and net/http then dials again.
func neverSent(err error) bool {
	var op *net.OpError
	return errors.Is(err, errNotSent) || errors.As(err, &op) && (op.Op == "dial" || op.Op == "proxyconnect")
}

// transient reports whether a transport error may disappear. That of an
// untrusted certificate does not, nor that of a host that does not exist;
// retryablehttp knows most of the others.
func transient(err error) bool {
	if dns := (*net.DNSError)(nil); errors.As(err, &dns) && dns.IsNotFound {
		return false
	}
	if untrusted := (*tls.CertificateVerificationError)(nil); errors.As(err, &untrusted) {
		return false
	}
	if wrapped := (*url.Error)(nil); errors.As(err, &wrapped) {
		err = wrapped
	}
	retry, _ := retryablehttp.DefaultRetryPolicy(context.Background(), nil, err)
	return retry
}
