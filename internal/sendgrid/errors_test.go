package sendgrid_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"strings"
	"testing"
	"time"

	"github.com/terraform-sendgrid/terraform-provider-sendgrid/internal/emulator"
	"github.com/terraform-sendgrid/terraform-provider-sendgrid/internal/sendgrid"
)

// TestRejections covers errors that SendGrid is known to report. They do not
// change when the request is repeated, so it is sent only once.
func TestRejections(t *testing.T) {
	t.Parallel()
	const (
		noAuth       = "authorization required"
		revoked      = "The provided authorization grant is invalid, expired, or revoked"
		denied       = "Permission denied, wrong credentials"
		forbidden    = "access forbidden"
		keyLimit     = "Cannot create more than 100 API Keys"
		notAllowed   = "User does not have permission to create subuser"
		noArg        = "missing required argument"
		noKey        = "unable to find API Key"
		noName       = "expected JSON request body with 'name' property"
		unassignable = "invalid or unassignable scopes were given"
		unauthorized = "unauthorized scopes: [user.credits.read]"
	)
	withoutField := func(message string) string { return fmt.Sprintf(`{"errors":[{"message":%q}]}`, message) }
	withField := func(field, message string) string {
		return fmt.Sprintf(`{"errors":[{"message":%q,"field":%q}]}`, message, field)
	}
	withHelp := func(message string) string {
		return fmt.Sprintf(`{"errors":[{"message":%q,"field":null,"help":null}]}`, message)
	}
	for name, tt := range map[string]struct {
		do      operation
		status  int
		body    string
		kind    sendgrid.Kind
		details []sendgrid.Detail
	}{
		"401 list scopes":          {listScopes, 401, errorBody(noAuth), sendgrid.KindUnauthorized, details(noAuth)},
		"401 unknown key":          {read, 401, errorBody(noAuth), sendgrid.KindUnauthorized, details(noAuth)},
		"401 revoked key":          {create, 401, withHelp(revoked), sendgrid.KindUnauthorized, details(revoked)},
		"401 malformed credential": {list, 401, withHelp(denied), sendgrid.KindUnauthorized, details(denied)},

		"403 missing scope": {read, 403, errorBody(forbidden), sendgrid.KindForbidden, details(forbidden)},
		"403 101st key":     {create, 403, errorBody(keyLimit), sendgrid.KindKeyLimit, details(keyLimit)},
		"403 subusers":      {create, 403, withoutField(notAllowed), sendgrid.KindForbidden, details(notAllowed)},

		"scopes rejected with 400":                {update, 400, errorBody(unauthorized), sendgrid.KindScopesRefused, details(unauthorized)},
		"scopes rejected with 403":                {update, 403, errorBody(unauthorized), sendgrid.KindScopesRefused, details(unauthorized)},
		"scopes rejected with 500":                {update, 500, errorBody(unauthorized), sendgrid.KindScopesRefused, details(unauthorized)},
		"scopes rejected with 400, without field": {create, 400, withoutField(unauthorized), sendgrid.KindScopesRefused, details(unauthorized)},
		"scopes rejected with 403, without field": {create, 403, withoutField(unauthorized), sendgrid.KindScopesRefused, details(unauthorized)},
		"scopes rejected with 500, without field": {create, 500, withoutField(unauthorized), sendgrid.KindScopesRefused, details(unauthorized)},
		"scopes mentioned in another error":       {update, 400, errorBody("no " + unauthorized), sendgrid.KindRejected, details("no " + unauthorized)},
		"bare 500 to POST":                        {create, 500, errorBody("internal server error"), sendgrid.KindServerError, details("internal server error")},
		"bare 500 to PUT":                         {update, 500, errorBody("Internal Server Error"), sendgrid.KindServerError, details("Internal Server Error")},
		"scopes rejected as by the teammates API": {update, 400, withField("scopes", unassignable), sendgrid.KindRejected, []sendgrid.Detail{{Field: "scopes", Message: unassignable}}},

		"400 POST without name":          {create, 400, withField("name", noArg), sendgrid.KindRejected, []sendgrid.Detail{{Field: "name", Message: noArg}}},
		"400 PUT without name":           {update, 400, errorBody(noName), sendgrid.KindRejected, details(noName)},
		"404 GET":                        {read, 404, errorBody(noKey), sendgrid.KindKeyNotFound, details(noKey)},
		"404 DELETE":                     {remove, 404, errorBody("unable to find API Key for deletion"), sendgrid.KindKeyNotFound, details("unable to find API Key for deletion")},
		"404 DELETE of 2016":             {remove, 404, errorBody(noKey), sendgrid.KindKeyNotFound, details(noKey)},
		"404 PUT":                        {update, 404, errorBody("unable to find API Key to update"), sendgrid.KindKeyNotFound, details("unable to find API Key to update")},
		"key not found, with status 200": {read, 200, errorBody("API Key not found"), sendgrid.KindKeyNotFound, details("API Key not found")},

		"a single error":    {read, 401, `{"error":"authorization required"}`, sendgrid.KindUnauthorized, details(noAuth)},
		"help is an object": {create, 400, `{"errors":[{"message":"no","field":"name","help":{"url":"https://sendgrid.com"}}],"id":"some-id"}`, sendgrid.KindRejected, []sendgrid.Detail{{Field: "name", Message: "no"}}},
		"several errors":    {create, 400, `{"errors":[{"field":"name","message":"one"},{"field":null,"message":"two"}]}`, sendgrid.KindRejected, []sendgrid.Detail{{Field: "name", Message: "one"}, {Message: "two"}}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := failing(t, emulator.Respond(tt.status, nil, "application/json", tt.body))
			err := tt.do(t.Context(), connect(t, options(s.URL())), id)
			var reported []string
			for _, d := range tt.details {
				reported = append(reported, d.String())
			}
			message := fmt.Sprintf("%s: status %d, %s", s.Requests()[0], tt.status, strings.Join(reported, ", "))
			expectError(t, s, err, report{tt.kind, tt.status, tt.details, 1, message})
		})
	}
}

func TestDetailString(t *testing.T) {
	t.Parallel()
	equal(t, sendgrid.Detail{Message: "no"}.String(), `"no"`)
	equal(t, sendgrid.Detail{Field: "name", Message: "no"}.String(), `"no" (field name)`)
}

// TestOutages covers failures that another attempt may resolve.
func TestOutages(t *testing.T) {
	t.Parallel()
	const (
		broken = "internal server error"
		busy   = "too many requests"
		page   = "not a response from SendGrid's API but an HTML page, probably from a gateway or proxy"
	)
	past, far := time.Now().Add(-time.Hour), time.Now().Add(time.Hour)
	for name, tt := range map[string]struct {
		fault emulator.Behavior
		do    operation
		reset time.Time
		want  report
	}{
		"bare 500 to GET": {emulator.JSONError(500, "", broken), read, time.Time{},
			report{sendgrid.KindServerError, 500, details(broken), 3, "GET /v3/api_keys/" + id + `: status 500, "internal server error" (after 3 attempts)`}},
		"bare 500 to PATCH": {emulator.JSONError(500, "", broken), rename, time.Time{},
			report{sendgrid.KindServerError, 500, details(broken), 3, "PATCH /v3/api_keys/" + id + `: status 500, "internal server error" (after 3 attempts)`}},
		"429 without reset": {emulator.JSONError(429, "", busy), create, time.Time{},
			report{sendgrid.KindRateLimited, 429, details(busy), 3, `POST /v3/api_keys: status 429, "too many requests" (after 3 attempts)`}},
		"429 with past reset": {emulator.TooManyRequests(past), update, past,
			report{sendgrid.KindRateLimited, 429, details(busy), 3, "PUT /v3/api_keys/" + id + `: status 429, "too many requests" (after 3 attempts)`}},
		"429 with far reset": {emulator.TooManyRequests(far), remove, far,
			report{sendgrid.KindRateLimited, 429, details(busy), 3, "DELETE /v3/api_keys/" + id + `: status 429, "too many requests" (after 3 attempts)`}},
		"bare 500 to scopes": {emulator.JSONError(500, "", broken), listScopes, time.Time{},
			report{sendgrid.KindServerError, 500, details(broken), 3, `GET /v3/scopes: status 500, "internal server error" (after 3 attempts)`}},
		"nginx's 502": {emulator.HTMLPage(502), list, time.Time{},
			report{sendgrid.KindMalformed, 502, nil, 3, "GET /v3/api_keys: status 502, " + page + " (after 3 attempts)"}},
		"nginx's 502 to POST": {emulator.HTMLPage(502), create, time.Time{},
			report{sendgrid.KindMalformed, 502, nil, 1, "POST /v3/api_keys: status 502, " + page}},
		"branded 504": {emulator.HTMLPage(504), update, time.Time{},
			report{sendgrid.KindMalformed, 504, nil, 3, "PUT /v3/api_keys/" + id + ": status 504, " + page + " (after 3 attempts)"}},
		"nginx's 500 to PUT": {emulator.HTMLPage(500), update, time.Time{},
			report{sendgrid.KindMalformed, 500, nil, 3, "PUT /v3/api_keys/" + id + ": status 500, " + page + " (after 3 attempts)"}},
		"nginx's 404": {emulator.HTMLPage(404), remove, time.Time{},
			report{sendgrid.KindMalformed, 404, nil, 3, "DELETE /v3/api_keys/" + id + ": status 404, " + page + " (after 3 attempts)"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := failing(t, tt.fault)
			err := tt.do(t.Context(), connect(t, options(s.URL())), id)
			expectError(t, s, err, tt.want)
			if got := apiError(t, err).Reset; !got.Equal(wholeSeconds(tt.reset)) {
				t.Errorf("reset %s, want %s", got, tt.reset)
			}
		})
	}
}

// wholeSeconds rounds up, as the emulator does for the header.
func wholeSeconds(at time.Time) time.Time {
	if at.IsZero() {
		return at
	}
	return at.Add(time.Second - 1).Truncate(time.Second)
}

func TestErrorReportsTheAccount(t *testing.T) {
	t.Parallel()
	s := start(t, emulator.Config{})
	_, err := connect(t, options(s.URL())).GetAPIKey(t.Context(), "account-id 42", id)
	want := "GET /v3/api_keys/" + id + ` on behalf of "account-id 42": status 403, "access forbidden"`
	equal(t, reportOf(t, err, s.URL()).Message, want)
	failure := apiError(t, err)
	got := []string{failure.Method, failure.URL, failure.Account, failure.Response()}
	equal(t, got, []string{"GET", s.URL() + "/v3/api_keys/" + id, "account-id 42", `status 403, "access forbidden"`})
}

func TestAmbiguousErrorsOfPOST(t *testing.T) {
	t.Parallel()
	got := make(map[string]bool)
	for name, failure := range map[string]sendgrid.Error{
		"connection lost":   {Kind: sendgrid.KindNoResponse, Err: io.ErrUnexpectedEOF},
		"timeout":           {Kind: sendgrid.KindNoResponse, Err: context.DeadlineExceeded},
		"write failed":      {Kind: sendgrid.KindNoResponse, Err: &net.OpError{Op: "write", Err: errors.New("broken pipe")}},
		"dial failed":       {Kind: sendgrid.KindNoResponse, Err: &net.OpError{Op: "dial", Err: errors.New("refused")}},
		"no such host":      {Kind: sendgrid.KindNoResponse, Err: &net.OpError{Op: "dial", Err: &net.DNSError{IsNotFound: true}}},
		"proxy unreachable": {Kind: sendgrid.KindNoResponse, Err: &net.OpError{Op: "proxyconnect", Err: errors.New("refused")}},
		"canceled":          {Kind: sendgrid.KindCanceled},
		"malformed":         {Kind: sendgrid.KindMalformed},
		"unauthorized":      {Kind: sendgrid.KindUnauthorized},
		"forbidden":         {Kind: sendgrid.KindForbidden},
		"key limit":         {Kind: sendgrid.KindKeyLimit},
		"scopes rejected":   {Kind: sendgrid.KindScopesRefused},
		"key not found":     {Kind: sendgrid.KindKeyNotFound},
		"rate limited":      {Kind: sendgrid.KindRateLimited},
		"server error":      {Kind: sendgrid.KindServerError},
		"rejected":          {Kind: sendgrid.KindRejected},
	} {
		if failure.Ambiguous() {
			got[name] = true
		}
	}
	want := map[string]bool{
		"connection lost": true, "timeout": true, "write failed": true, "malformed": true, "server error": true,
	}
	equal(t, got, want)
}

func TestIsKeyNotFound(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		err  error
		want bool
	}{
		"key not found":          {&sendgrid.Error{Kind: sendgrid.KindKeyNotFound}, true},
		"key not found, wrapped": {fmt.Errorf("wrapped: %w", &sendgrid.Error{Kind: sendgrid.KindKeyNotFound}), true},
		"another 404":            {&sendgrid.Error{Kind: sendgrid.KindMalformed, Status: 404}, false},
		"another error":          {errors.New("unable to find API Key"), false},
		"no error":               {nil, false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			equal(t, sendgrid.IsKeyNotFound(tt.err), tt.want)
		})
	}
}
