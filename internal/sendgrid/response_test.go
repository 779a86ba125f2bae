package sendgrid_test

import (
	"context"
	"fmt"
	"testing"

	"github.com/terraform-sendgrid/terraform-provider-sendgrid/internal/emulator"
	"github.com/terraform-sendgrid/terraform-provider-sendgrid/internal/sendgrid"
)

// TestMalformedResponses covers responses that SendGrid's API never sends. They
// do not prove that a key does not exist, or that none was created.
func TestMalformedResponses(t *testing.T) {
	t.Parallel()
	const (
		json  = "application/json"
		plain = "text/plain; charset=utf-8"
		html  = "text/html; charset=utf-8"

		otherKey  = "the response is not about the requested key"
		noScopes  = "the response lacks the key's scopes"
		noSecret  = "the response lacks the key's id or secret"
		noList    = "the response lacks the list of keys"
		notAPI    = "not a response from SendGrid's API"
		notJSON   = "not JSON but "
		empty     = "an empty body"
		page      = "an HTML page, probably from a gateway or proxy"
		wrongType = "json: cannot unmarshal array into Go value of type "
	)
	for name, tt := range map[string]struct {
		do          operation
		status      int
		contentType string
		body        string
		details     []sendgrid.Detail
		cause       string
	}{
		"GET, empty body":       {read, 200, json, "", nil, notJSON + empty},
		"GET, HTML page":        {read, 200, html, "<html>", nil, notJSON + page},
		"GET, text":             {read, 200, plain, "garbage", nil, notJSON + `7 bytes of type "text/plain"`},
		"GET, truncated JSON":   {read, 200, json, `{"api_key_id":"`, nil, notJSON + `15 bytes of type "application/json"`},
		"GET, no content type":  {read, 200, "", "\x00", nil, notJSON + `1 bytes of type ""`},
		"GET, array":            {read, 200, json, `[]`, nil, wrongType + "sendgrid.keyResponse"},
		"GET, empty object":     {read, 200, json, `{}`, nil, otherKey},
		"GET, null":             {read, 200, json, `null`, nil, otherKey},
		"GET, empty list":       {read, 200, json, `{"result":[]}`, nil, otherKey},
		"GET, list of keys":     {read, 200, json, `{"result":[{"api_key_id":"some-key_id"},{"api_key_id":"another"}]}`, nil, otherKey},
		"GET, another in list":  {read, 200, json, `{"result":[{"api_key_id":"another","name":"k","scopes":["mail.send"]}]}`, nil, otherKey},
		"GET, list, no scopes":  {read, 200, json, `{"result":[{"api_key_id":"some-key_id","name":"k"}]}`, nil, noScopes},
		"GET, another key":      {read, 200, json, `{"api_key_id":"another","name":"k","scopes":["mail.send"]}`, nil, otherKey},
		"GET, no scopes":        {read, 200, json, `{"api_key_id":"some-key_id","name":"k"}`, nil, noScopes},
		"GET, 204":              {read, 204, "", "", nil, notJSON + empty},
		"GET, other error, 200": {read, 200, json, errorBody("try later"), details("try later"), `"try later", ` + notAPI},
		"GET, other error, 404": {read, 404, json, errorBody("no such route"), details("no such route"), `"no such route", ` + notAPI},
		"GET, bare 404":         {read, 404, json, `{}`, nil, notAPI + ` but 2 bytes of type "application/json"`},
		"GET, empty 401":        {read, 401, "", "", nil, notAPI + " but " + empty},
		"GET, HTML page, 403":   {read, 403, html, "<html>", nil, notAPI + " but " + page},
		"list, no result":       {list, 200, json, `{}`, nil, noList},
		"list, null":            {list, 200, json, `{"result":null}`, nil, noList},
		"list, array":           {list, 200, json, `[]`, nil, wrongType + "struct { Result *[]sendgrid.APIKey \"json:\\\"result\\\"\" }"},
		"scopes, empty object":  {listScopes, 200, json, `{}`, nil, "the response lacks the scopes"},
		"scopes, empty body":    {listScopes, 200, json, "", nil, notJSON + empty},
		"PUT, list":             {update, 200, json, `{"result":[{"api_key_id":"some-key_id","name":"k"}]}`, nil, otherKey},
		"PUT, another key":      {update, 200, json, `{"api_key_id":"another","name":"k"}`, nil, otherKey},
		"PATCH, empty body":     {rename, 200, json, "", nil, notJSON + empty},
		"DELETE, 200":           {remove, 200, json, `{}`, nil, notAPI + ` but 2 bytes of type "application/json"`},
		"DELETE, HTML page":     {remove, 200, html, "<html>", nil, notAPI + " but " + page},
		"POST, empty body":      {create, 201, json, "", nil, notJSON + empty},
		"POST, HTML page":       {create, 200, html, "<html>", nil, notJSON + page},
		"POST, without secret":  {create, 201, json, `{"api_key_id":"some-key_id","name":"k"}`, nil, noSecret},
		"POST, without id":      {create, 201, json, `{"api_key":"secret"}`, nil, noSecret},
		"POST, redacted secret": {create, 201, json, `{"api_key":"********","api_key_id":"` + id + `"}`, nil, "the response does not have the id and the secret of an API key"},
		"POST, truncated JSON":  {create, 201, json, `{"api_key":"secr`, nil, notJSON + `16 bytes of type "application/json"`},
		"POST, bare 404":        {create, 404, html, "<html>", nil, notAPI + " but " + page},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := failing(t, emulator.Respond(tt.status, nil, tt.contentType, tt.body))
			err := tt.do(t.Context(), connect(t, options(s.URL())), id)
			request := s.Requests()[0]
			message := fmt.Sprintf("%s: status %d, %s", request, tt.status, tt.cause)
			want := report{sendgrid.KindMalformed, tt.status, tt.details, 3, message + " (after 3 attempts)"}
			if request.Method == "POST" {
				want.Attempts, want.Message = 1, message
			}
			expectError(t, s, err, want)
			if !apiError(t, err).Ambiguous() {
				t.Error("not ambiguous")
			}
		})
	}
}

// TestResponsesMayDiffer covers responses that differ from the recorded ones in
// harmless ways.
func TestResponsesMayDiffer(t *testing.T) {
	t.Parallel()
	const (
		secret = "SG." + id + ".secret"
		more   = `"created_at":1,"owner":{"errors":[1]},"errors":[],"error":null`
	)
	theKey := sendgrid.APIKey{ID: id, Name: "k", Scopes: []string{"mail.send"}}
	for name, tt := range map[string]struct {
		do     func(context.Context, *sendgrid.Client) (any, error)
		status int
		body   string
		want   any
	}{
		"create": {func(ctx context.Context, c *sendgrid.Client) (any, error) {
			return c.CreateAPIKey(ctx, sendgrid.Parent, sendgrid.CreateAPIKeyRequest{Name: "k", FullAccess: true})
		}, 201, `{` + more + `,"name":"k","scopes":["mail.send"],"api_key_id":"` + id + `","api_key":"` + secret + `"}`,
			sendgrid.CreatedAPIKey{APIKey: theKey, Secret: secret}},
		"create, 200 and no scopes": {func(ctx context.Context, c *sendgrid.Client) (any, error) {
			return c.CreateAPIKey(ctx, sendgrid.Parent, sendgrid.CreateAPIKeyRequest{Name: "k", FullAccess: true})
		}, 200, `{"api_key":"` + secret + `","api_key_id":"` + id + `"}`,
			sendgrid.CreatedAPIKey{APIKey: sendgrid.APIKey{ID: id}, Secret: secret}},
		"read": {func(ctx context.Context, c *sendgrid.Client) (any, error) {
			return c.GetAPIKey(ctx, sendgrid.Parent, id)
		}, 200, "\n{" + more + `,"scopes":["mail.send"],"name":"k","api_key_id":"` + id + `"}` + "\n", theKey},
		"read, in a list": {func(ctx context.Context, c *sendgrid.Client) (any, error) {
			return c.GetAPIKey(ctx, sendgrid.Parent, id)
		}, 200, `{` + more + `,"result":[{"api_key_id":"` + id + `","name":"k","scopes":["mail.send"]}]}`, theKey},
		"read, no scopes": {func(ctx context.Context, c *sendgrid.Client) (any, error) {
			return c.GetAPIKey(ctx, sendgrid.Parent, id)
		}, 200, `{"api_key_id":"` + id + `","name":"","scopes":[]}`, sendgrid.APIKey{ID: id, Scopes: []string{}}},
		"list": {func(ctx context.Context, c *sendgrid.Client) (any, error) {
			return c.ListAPIKeys(ctx, sendgrid.Parent)
		}, 200, `{` + more + `,"_metadata":{},"result":[{"name":"k","api_key_id":"` + id + `","owner":1}]}`,
			[]sendgrid.APIKey{{ID: id, Name: "k"}}},
		"rename": {func(ctx context.Context, c *sendgrid.Client) (any, error) {
			return nil, c.RenameAPIKey(ctx, sendgrid.Parent, id, "k")
		}, 200, `{` + more + `,"api_key_id":"` + id + `"}`, nil},
		"update, with scopes as in 2016": {func(ctx context.Context, c *sendgrid.Client) (any, error) {
			return nil, c.UpdateAPIKey(ctx, sendgrid.Parent, id, "k", []string{"mail.send"})
		}, 200, `{` + more + `,"api_key_id":"` + id + `","name":"k","scopes":["mail.send"]}`, nil},
		"list scopes": {func(ctx context.Context, c *sendgrid.Client) (any, error) {
			return c.ListScopes(ctx, sendgrid.Parent)
		}, 200, `{` + more + `,"scopes":["mail.send","2fa_required"]}`, []string{"mail.send", "2fa_required"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := failing(t, emulator.Respond(tt.status, nil, "text/plain", tt.body))
			got, err := tt.do(t.Context(), connect(t, options(s.URL())))
			noError(t, err)
			equal(t, got, tt.want)
		})
	}
}
