package sendgrid_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/terraform-sendgrid/terraform-provider-sendgrid/internal/emulator"
	"github.com/terraform-sendgrid/terraform-provider-sendgrid/internal/sendgrid"
)

// said returns the details of an answer with one message and no field.
func said(message string) []sendgrid.Detail {
	return []sendgrid.Detail{{Message: message}}
}

// withNull is a body with a message as the gateway of the management API
// writes it.
func withNull(message string) string {
	return fmt.Sprintf(`{"errors":[{"field":null,"message":%q}]}`, message)
}

// TestRefusals has the answers that SendGrid is known to give. None of them
// changes when it is asked again, so each is asked for once.
func TestRefusals(t *testing.T) {
	t.Parallel()
	const (
		get  = "GET /v3/api_keys/" + id
		put  = "PUT /v3/api_keys/" + id
		post = "POST /v3/api_keys"
		del  = "DELETE /v3/api_keys/" + id

		revoked = "The provided authorization grant is invalid, expired, or revoked"
		denied  = "Permission denied, wrong credentials"
		noRight = "User does not have permission to create subuser"
		noName  = "expected JSON request body with 'name' property"
		badTeam = "invalid or unassignable scopes were given"
		badCall = "unauthorized scopes: [user.credits.read]"
	)
	for name, tt := range map[string]struct {
		do      call
		status  int
		body    string
		kind    sendgrid.Kind
		details []sendgrid.Detail
		message string
	}{
		"401 unknown key": {read, 401, withNull("authorization required"),
			sendgrid.KindUnauthorized, said("authorization required"), get + `: status 401, "authorization required"`},
		"401 revoked key": {create, 401, `{"errors":[{"message":"` + revoked + `","field":null,"help":null}]}`,
			sendgrid.KindUnauthorized, said(revoked), post + `: status 401, "` + revoked + `"`},
		"401 malformed credential": {list, 401, `{"errors":[{"message":"` + denied + `","field":null,"help":null}]}`,
			sendgrid.KindUnauthorized, said(denied), `GET /v3/api_keys: status 401, "` + denied + `"`},

		"403 scope of the endpoint": {read, 403, withNull("access forbidden"),
			sendgrid.KindForbidden, said("access forbidden"), get + `: status 403, "access forbidden"`},
		"403 101st key": {create, 403, withNull("Cannot create more than 100 API Keys"),
			sendgrid.KindKeyLimit, said("Cannot create more than 100 API Keys"),
			post + `: status 403, "Cannot create more than 100 API Keys"`},
		"403 without field member": {create, 403, `{"errors":[{"message":"` + noRight + `"}]}`,
			sendgrid.KindForbidden, said(noRight), post + `: status 403, "` + noRight + `"`},

		"scopes refused with 400": {update, 400, withNull(badCall),
			sendgrid.KindScopesRefused, said(badCall), put + `: status 400, "` + badCall + `"`},
		"scopes refused with 403": {update, 403, withNull(badCall),
			sendgrid.KindScopesRefused, said(badCall), put + `: status 403, "` + badCall + `"`},
		"scopes refused with 500": {update, 500, withNull(badCall),
			sendgrid.KindScopesRefused, said(badCall), put + `: status 500, "` + badCall + `"`},
		"scopes refused with 400, no field member": {create, 400, `{"errors":[{"message":"` + badCall + `"}]}`,
			sendgrid.KindScopesRefused, said(badCall), post + `: status 400, "` + badCall + `"`},
		"scopes refused with 403, no field member": {create, 403, `{"errors":[{"message":"` + badCall + `"}]}`,
			sendgrid.KindScopesRefused, said(badCall), post + `: status 403, "` + badCall + `"`},
		"scopes refused with 500, no field member": {create, 500, `{"errors":[{"message":"` + badCall + `"}]}`,
			sendgrid.KindScopesRefused, said(badCall), post + `: status 500, "` + badCall + `"`},
		"bare 500 to POST": {create, 500, withNull("internal server error"),
			sendgrid.KindServerError, said("internal server error"), post + `: status 500, "internal server error"`},
		"bare 500 to PUT": {update, 500, withNull("Internal Server Error"),
			sendgrid.KindServerError, said("Internal Server Error"), put + `: status 500, "Internal Server Error"`},
		"scopes refused as the teammates API does": {update, 400, `{"errors":[{"message":"` + badTeam + `","field":"scopes"}]}`,
			sendgrid.KindRejected, []sendgrid.Detail{{Field: "scopes", Message: badTeam}},
			put + `: status 400, "` + badTeam + `" (field scopes)`},

		"400 POST without name": {create, 400, `{"errors":[{"field":"name","message":"missing required argument"}]}`,
			sendgrid.KindRejected, []sendgrid.Detail{{Field: "name", Message: "missing required argument"}},
			post + `: status 400, "missing required argument" (field name)`},
		"400 PUT without name": {update, 400, withNull(noName),
			sendgrid.KindRejected, said(noName), put + `: status 400, "` + noName + `"`},
		"404 GET": {read, 404, withNull("unable to find API Key"),
			sendgrid.KindKeyNotFound, said("unable to find API Key"), get + `: status 404, "unable to find API Key"`},
		"404 DELETE": {remove, 404, withNull("unable to find API Key for deletion"),
			sendgrid.KindKeyNotFound, said("unable to find API Key for deletion"),
			del + `: status 404, "unable to find API Key for deletion"`},
		"404 DELETE of 2016": {remove, 404, withNull("unable to find API Key"),
			sendgrid.KindKeyNotFound, said("unable to find API Key"), del + `: status 404, "unable to find API Key"`},
		"404 PUT": {update, 404, withNull("unable to find API Key to update"),
			sendgrid.KindKeyNotFound, said("unable to find API Key to update"),
			put + `: status 404, "unable to find API Key to update"`},
		"404 told with 200": {read, 200, withNull("API Key not found"),
			sendgrid.KindKeyNotFound, said("API Key not found"), get + `: status 200, "API Key not found"`},

		"the shape with one error": {read, 401, `{"error":"authorization required"}`,
			sendgrid.KindUnauthorized, said("authorization required"), get + `: status 401, "authorization required"`},
		"help that is an object": {create, 400,
			`{"errors":[{"message":"no","field":"name","help":{"url":"https://sendgrid.com"}}],"id":"some-id"}`,
			sendgrid.KindRejected, []sendgrid.Detail{{Field: "name", Message: "no"}},
			post + `: status 400, "no" (field name)`},
		"several errors": {create, 400, `{"errors":[{"field":"name","message":"one"},{"field":null,"message":"two"}]}`,
			sendgrid.KindRejected, []sendgrid.Detail{{Field: "name", Message: "one"}, {Message: "two"}},
			post + `: status 400, "one" (field name), "two"`},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := failing(t, emulator.Respond(tt.status, nil, "application/json", tt.body))
			err := tt.do(t.Context(), connect(t, options(s.URL())), id)
			expect(t, s, err, told{tt.kind, tt.status, tt.details, 1, tt.message})
		})
	}
}

// TestOutages has the answers that another attempt may mend.
func TestOutages(t *testing.T) {
	t.Parallel()
	const (
		broken = "internal server error"
		busy   = "too many requests"
		page   = "not a response from SendGrid's API but an HTML page, probably from a gateway or proxy"
	)
	past, far := time.Now().Add(-time.Hour), time.Now().Add(time.Hour)
	for name, tt := range map[string]struct {
		do     emulator.Behavior
		call   call
		reset  time.Time
		expect told
	}{
		"bare 500 to GET": {emulator.JSONError(500, "", broken), read, time.Time{},
			told{sendgrid.KindServerError, 500, said(broken), 3, "GET /v3/api_keys/" + id + `: status 500, "internal server error" (after 3 attempts)`}},
		"bare 500 to PATCH": {emulator.JSONError(500, "", broken), rename, time.Time{},
			told{sendgrid.KindServerError, 500, said(broken), 3, "PATCH /v3/api_keys/" + id + `: status 500, "internal server error" (after 3 attempts)`}},
		"429 without reset": {emulator.JSONError(429, "", busy), create, time.Time{},
			told{sendgrid.KindRateLimited, 429, said(busy), 3, `POST /v3/api_keys: status 429, "too many requests" (after 3 attempts)`}},
		"429 with past reset": {emulator.TooManyRequests(past), update, past,
			told{sendgrid.KindRateLimited, 429, said(busy), 3, "PUT /v3/api_keys/" + id + `: status 429, "too many requests" (after 3 attempts)`}},
		"429 with far reset": {emulator.TooManyRequests(far), remove, far,
			told{sendgrid.KindRateLimited, 429, said(busy), 3, "DELETE /v3/api_keys/" + id + `: status 429, "too many requests" (after 3 attempts)`}},
		"nginx's 502": {emulator.HTMLPage(502), list, time.Time{},
			told{sendgrid.KindMalformed, 502, nil, 3, "GET /v3/api_keys: status 502, " + page + " (after 3 attempts)"}},
		"nginx's 502 to POST": {emulator.HTMLPage(502), create, time.Time{},
			told{sendgrid.KindMalformed, 502, nil, 1, "POST /v3/api_keys: status 502, " + page}},
		"branded 504": {emulator.HTMLPage(504), update, time.Time{},
			told{sendgrid.KindMalformed, 504, nil, 3, "PUT /v3/api_keys/" + id + ": status 504, " + page + " (after 3 attempts)"}},
		"nginx's 500 to PUT": {emulator.HTMLPage(500), update, time.Time{},
			told{sendgrid.KindMalformed, 500, nil, 3, "PUT /v3/api_keys/" + id + ": status 500, " + page + " (after 3 attempts)"}},
		"nginx's 404": {emulator.HTMLPage(404), remove, time.Time{},
			told{sendgrid.KindMalformed, 404, nil, 3, "DELETE /v3/api_keys/" + id + ": status 404, " + page + " (after 3 attempts)"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := failing(t, tt.do)
			err := tt.call(t.Context(), connect(t, options(s.URL())), id)
			expect(t, s, err, tt.expect)
			// The header is in whole seconds, rounded up.
			if got := failed(t, err).Reset; !got.Equal(wholeSeconds(tt.reset)) {
				t.Errorf("reset %s, want %s", got, tt.reset)
			}
		})
	}
}

func wholeSeconds(at time.Time) time.Time {
	if at.IsZero() {
		return at
	}
	return at.Add(time.Second - 1).Truncate(time.Second)
}

func TestErrorTellsTheAccount(t *testing.T) {
	t.Parallel()
	s := start(t, emulator.Config{})
	_, err := connect(t, options(s.URL())).GetAPIKey(t.Context(), "account-id 42", id)
	want := "GET /v3/api_keys/" + id + ` on behalf of "account-id 42": status 403, "access forbidden"`
	if got := tell(t, err, s.URL()).Message; got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
	failure := failed(t, err)
	got := []string{failure.Method, failure.URL, failure.Account, failure.Response()}
	same(t, got, []string{"GET", s.URL() + "/v3/api_keys/" + id, "account-id 42", `status 403, "access forbidden"`})
}

func TestAmbiguousErrorsOfPOST(t *testing.T) {
	t.Parallel()
	got := make(map[string]bool)
	for name, failure := range map[string]sendgrid.Error{
		"connection lost":    {Kind: sendgrid.KindNoResponse, Err: io.ErrUnexpectedEOF},
		"timeout":            {Kind: sendgrid.KindNoResponse, Err: context.DeadlineExceeded},
		"write failed":       {Kind: sendgrid.KindNoResponse, Err: &net.OpError{Op: "write", Err: errors.New("broken pipe")}},
		"dial failed":        {Kind: sendgrid.KindNoResponse, Err: &net.OpError{Op: "dial", Err: errors.New("refused")}},
		"no such host":       {Kind: sendgrid.KindNoResponse, Err: &net.OpError{Op: "dial", Err: &net.DNSError{IsNotFound: true}}},
		"proxy out of reach": {Kind: sendgrid.KindNoResponse, Err: &net.OpError{Op: "proxyconnect", Err: errors.New("refused")}},
		"cancelled":          {Kind: sendgrid.KindCanceled},
		"malformed":          {Kind: sendgrid.KindMalformed},
		"unauthorized":       {Kind: sendgrid.KindUnauthorized},
		"forbidden":          {Kind: sendgrid.KindForbidden},
		"key limit":          {Kind: sendgrid.KindKeyLimit},
		"scopes refused":     {Kind: sendgrid.KindScopesRefused},
		"key not found":      {Kind: sendgrid.KindKeyNotFound},
		"rate limited":       {Kind: sendgrid.KindRateLimited},
		"server error":       {Kind: sendgrid.KindServerError},
		"rejected":           {Kind: sendgrid.KindRejected},
	} {
		if failure.Ambiguous() {
			got[name] = true
		}
	}
	want := map[string]bool{
		"connection lost": true, "timeout": true, "write failed": true, "malformed": true, "server error": true,
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("ambiguous (-want +got):\n%s", diff)
	}
}
