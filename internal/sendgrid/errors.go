package sendgrid

import (
	"errors"
	"fmt"
	"net/url"
	"strings"
	"time"
)

// Kind says what went wrong, as far as a caller has to tell it apart.
type Kind int

const (
	// KindNoResponse: no complete answer arrived.
	KindNoResponse Kind = iota
	// KindCancelled: the context ended first.
	KindCancelled
	// KindMalformed: an answer arrived that is not one of SendGrid's API: a
	// proxy's page, garbage, a body without what it must hold.
	KindMalformed
	// KindUnauthorized: 401, the credential is not accepted.
	KindUnauthorized
	// KindForbidden: 403, the credential lacks the scope for this request.
	KindForbidden
	// KindKeyLimit: the account holds as many keys as it may, 100.
	KindKeyLimit
	// KindScopesRefused: "unauthorized scopes", whatever the status.
	KindScopesRefused
	// KindKeyNotFound: SendGrid says, in JSON, that there is no such key.
	KindKeyNotFound
	// KindRateLimited: 429, and the retries are used up.
	KindRateLimited
	// KindServerError: a 5xx in SendGrid's own JSON. To a request that sets
	// scopes SendGrid answers 500 also where it refuses one of them.
	KindServerError
	// KindRejected: any other refusal, such as 400.
	KindRejected
)

// Error is a call that did not succeed.
type Error struct {
	Kind Kind
	// Method, URL and Account are what was asked.
	Method, URL, Account string
	// Status is that of the last answer, 0 where there was none.
	Status int
	// Details is what SendGrid said.
	Details []Detail
	// Attempts is how often the request was sent.
	Attempts int
	// Reset is when the rate limit resets by SendGrid's word, if it gave one.
	Reset time.Time
	// Err is the cause of an answer that is missing or malformed. Its text is
	// free of API keys and bounded.
	Err error
}

// Detail is an entry of the "errors" that SendGrid answers with, see
// ErrorResponse in its OpenAPI files.
type Detail struct {
	Field   string `json:"field"`
	Message string `json:"message"`
}

func (d Detail) String() string {
	if d.Field == "" {
		return fmt.Sprintf("%q", d.Message)
	}
	return fmt.Sprintf("%q (field %s)", d.Message, d.Field)
}

// Error tells request, answer and attempts on one line.
func (e *Error) Error() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s %s", e.Method, e.URL)
	if e.Account != Parent {
		fmt.Fprintf(&b, " on behalf of %q", e.Account)
	}
	b.WriteString(": ")
	b.WriteString(e.Response())
	if e.Attempts > 1 {
		fmt.Fprintf(&b, " (after %d attempts)", e.Attempts)
	}
	return b.String()
}

// Response returns what came back, without the request.
func (e *Error) Response() string {
	var parts []string
	if e.Status != 0 {
		parts = append(parts, fmt.Sprintf("status %d", e.Status))
	}
	for _, d := range e.Details {
		parts = append(parts, d.String())
	}
	if e.Err != nil {
		cause := e.Err
		// net/http repeats method and URL around its errors.
		if wrapped := (*url.Error)(nil); errors.As(cause, &wrapped) {
			cause = wrapped.Err
		}
		parts = append(parts, discreet(cause).Error())
	}
	return strings.Join(parts, ", ")
}

// Unwrap returns the cause of an answer that is missing or malformed.
func (e *Error) Unwrap() error {
	return e.Err
}

// Ambiguous reports whether a POST that ended in this error may have made a
// key all the same: its answer was lost, cut or not understood.
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

// Transient reports whether the same request may be answered well in a while: the
// failure is one of the network, of a gateway or of the rate limit.
func (e *Error) Transient() bool {
	switch e.Kind {
	case KindNoResponse:
		return passing(e.Err)
	case KindMalformed, KindRateLimited, KindServerError:
		return true
	default:
		return false
	}
}

// secret matches a SendGrid API key, and a little more, as an error's text
// need not quote it whole.
var secret = pattern(`SG\.[\w-]+(\.[\w-]+)?`)

// Redact replaces every API key in s. SendGrid's messages may echo what they
// were sent.
func Redact(s string) string {
	return secret().ReplaceAllString(s, "SG.***")
}

// maxQuote bounds what is repeated of others' words, in bytes.
const maxQuote = 500

// quotable returns s as it may be shown: without API keys, and not endless.
func quotable(s string) string {
	s = Redact(s)
	if len(s) > maxQuote {
		s = strings.ToValidUTF8(s[:maxQuote], "") + "…"
	}
	return s
}

// discreetError is an error whose text is quotable: those of net/http quote
// answers that they cannot read.
type discreetError struct{ error }

func (e discreetError) Error() string { return quotable(e.error.Error()) }
func (e discreetError) Unwrap() error { return e.error }

func discreet(err error) error {
	if err == nil {
		return nil
	}
	return discreetError{err}
}

// IsKeyNotFound reports whether err means that SendGrid said, in JSON, that the
// key does not exist.
func IsKeyNotFound(err error) bool {
	var failure *Error
	return errors.As(err, &failure) && failure.Kind == KindKeyNotFound
}

// SecretPattern matches SendGrid API keys, and what is near enough to be one.
var SecretPattern = pattern(`SG\.[\w-]+\.[\w-]+`)
