package sendgrid

import (
	"errors"
	"net/url"
	"regexp"
	"strings"
	"sync"
)

// An API key is "SG.", the key's id, "." and a secret part, both in unpadded
// base64url. SendGrid documents the length of the whole, 69 characters.
const (
	keyIDLength      = 22
	secretPartLength = 43
	base64URL        = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
)

// The patterns are compiled on first use, because Terraform starts the provider
// for every command and few commands need them.
var (
	// secretPattern accepts parts of any length, so that it also matches a
	// truncated key.
	secretPattern = sync.OnceValue(func() *regexp.Regexp {
		return regexp.MustCompile(`SG\.([\w-]+)\.([\w-]+)`)
	})
	// redactPattern also matches a key that ends before its secret part.
	redactPattern = sync.OnceValue(func() *regexp.Regexp {
		return regexp.MustCompile(`SG\.[\w-]+(\.[\w-]+)?`)
	})
)

// SecretPattern returns a pattern that matches API keys anywhere in a text. It
// is lenient: anything with the three parts of a key is a match.
func SecretPattern() *regexp.Regexp {
	return secretPattern()
}

// KeyID returns the id inside an API key, which is its middle part according to
// SendGrid's staff (github.com/sendgrid/sendgrid-csharp, issue 555). It reports
// false if secret is not exactly an API key.
func KeyID(secret string) (id string, ok bool) {
	parts := secretPattern().FindStringSubmatch(secret)
	if parts == nil || parts[0] != secret || len(parts[1]) != keyIDLength || len(parts[2]) != secretPartLength {
		return "", false
	}
	return parts[1], true
}

// IsKeyID reports whether id could be the id of an API key. It accepts any
// length, because SendGrid documents only the characters ("api_key_id" in its
// OpenAPI specification of the Logs API).
func IsKeyID(id string) bool {
	return id != "" && strings.Trim(id, base64URL) == ""
}

// Redact replaces every API key in s with "SG.***". SendGrid's error messages
// may repeat what was sent.
func Redact(s string) string {
	return redactPattern().ReplaceAllString(s, "SG.***")
}

// credential is the secret that a client sends. It is not formatted by mistake.
type credential string

// String returns "***".
func (credential) String() string { return "***" }

// GoString returns "***".
func (credential) GoString() string { return "***" }

// redact replaces the credential in s, which need not look like an API key, and
// every API key. A credential of a few letters is not replaced: it would match
// words.
func (c credential) redact(s string) string {
	if len(c) >= 8 {
		s = strings.ReplaceAll(s, string(c), c.String())
	}
	return Redact(s)
}

// ContainsSecret reports whether s contains an API key, or the given credential, which
// need not look like one.
func ContainsSecret(s, apiKey string) bool {
	return SecretPattern().MatchString(s) || credential(apiKey).redact(s) != Redact(s)
}

// maxQuote is how much of a text from elsewhere is quoted, in bytes.
const maxQuote = 500

// quotable returns s without secrets and truncated to maxQuote.
func (c credential) quotable(s string) string {
	s = c.redact(s)
	if len(s) > maxQuote {
		s = strings.ToValidUTF8(s[:maxQuote], "") + "…"
	}
	return s
}

// redactedError is an error whose text is quotable. The errors of net/http
// quote responses that it cannot parse.
type redactedError struct {
	error
	credential credential
}

func (e redactedError) Error() string {
	cause := e.error
	// net/http wraps its errors in one that repeats the method and the URL.
	if wrapped := (*url.Error)(nil); errors.As(cause, &wrapped) {
		cause = wrapped.Err
	}
	return e.credential.quotable(cause.Error())
}

func (e redactedError) Unwrap() error { return e.error }

func (c credential) redacted(err error) error {
	if err == nil {
		return nil
	}
	return redactedError{err, c}
}
