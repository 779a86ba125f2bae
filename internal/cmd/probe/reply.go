package main

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"unicode"

	"github.com/terraform-sendgrid/terraform-provider-sendgrid/internal/sendgrid"
)

// reply is what a call received.
type reply struct {
	status int
	header http.Header
	proto  string
	body   []byte
	// err is set if there is no complete response. The other fields are those of
	// its beginning, if any.
	err error
}

// keyJSON is an API key in a response.
type keyJSON struct {
	ID     string   `json:"api_key_id"`
	Name   string   `json:"name"`
	Scopes []string `json:"scopes"`
	Secret string   `json:"api_key"`
}

// key returns the key in the body. Its fields are empty if there is none.
func (r reply) key() keyJSON {
	var key keyJSON
	_ = json.Unmarshal(r.body, &key) // Leaves what is no key empty.
	return key
}

// list returns the keys in the body of a list, and whether it is one.
func (r reply) list() ([]keyJSON, bool) {
	var list struct {
		Result *[]keyJSON `json:"result"`
	}
	if !r.accepted() || json.Unmarshal(r.body, &list) != nil || list.Result == nil {
		return nil, false
	}
	return *list.Result, true
}

// message returns the first error that SendGrid reports in the body, or "".
func (r reply) message() string {
	var body struct {
		Errors []struct {
			Message string `json:"message"`
		} `json:"errors"`
	}
	if json.Unmarshal(r.body, &body) != nil || len(body.Errors) == 0 {
		return ""
	}
	return body.Errors[0].Message
}

func (r reply) accepted() bool { return r.err == nil && r.status/100 == 2 }

// rejected reports whether SendGrid found something wrong with the request, in
// JSON. A rate limit, the credential and a key that is not visible yet say nothing
// about that. A 500 does: SendGrid has sent it for scopes that do not exist.
func (r reply) rejected() bool {
	switch {
	case r.err != nil, r.status == http.StatusTooManyRequests, r.status == http.StatusUnauthorized, r.forbidden(), r.missing():
		return false
	}
	return r.status >= 400 && r.message() != ""
}

// forbidden reports whether the credential is not allowed to send the request.
func (r reply) forbidden() bool {
	return r.err == nil && r.status == http.StatusForbidden && r.message() == "access forbidden"
}

// missing reports whether the key does not exist.
func (r reply) missing() bool {
	return r.err == nil && r.status == http.StatusNotFound && strings.Contains(r.message(), "API Key")
}

// acceptance compares whether the request was accepted with what is assumed.
func (r reply) acceptance(assumed bool) verdict {
	switch {
	case r.accepted():
		return agreesIf(assumed)
	case r.rejected():
		return agreesIf(!assumed)
	default:
		return unclear
	}
}

// hasStatus compares the status with the one that is assumed.
func (r reply) hasStatus(assumed int) verdict {
	if r.err != nil || r.status >= 500 || r.status == http.StatusTooManyRequests {
		return unclear
	}
	return agreesIf(r.status == assumed)
}

// maxText is how many characters of a response a row shows.
const maxText = 100

// String returns status and errors on one line, without any secret. It does not
// show the body of a success, which may hold the secret of a key.
func (r reply) String() string {
	switch {
	case r.err != nil:
		return printable(r.err.Error())
	case r.accepted():
		return fmt.Sprint(r.status)
	case r.message() != "":
		return fmt.Sprintf("%d %q", r.status, printable(r.message()))
	default:
		return fmt.Sprintf("%d %s", r.status, printable(string(r.body)))
	}
}

// printable returns a line of text that a terminal can show, redacted and not
// longer than maxText.
func printable(s string) string {
	s = sendgrid.Redact(s)
	s = strings.Map(func(r rune) rune {
		if unicode.IsPrint(r) {
			return r
		}
		return ' '
	}, s)
	s = strings.Join(strings.Fields(s), " ")
	if runes := []rune(s); len(runes) > maxText {
		s = string(runes[:maxText]) + "…"
	}
	return s
}
