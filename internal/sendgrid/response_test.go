package sendgrid_test

import (
	"context"
	"fmt"
	"testing"

	"github.com/terraform-sendgrid/terraform-provider-sendgrid/internal/emulator"
	"github.com/terraform-sendgrid/terraform-provider-sendgrid/internal/sendgrid"
)

// TestAnswersThatAreNone has what SendGrid's API never says. A key is not gone
// because of it, and a key that was to be made may exist.
func TestAnswersThatAreNone(t *testing.T) {
	t.Parallel()
	const (
		json  = "application/json"
		plain = "text/plain; charset=utf-8"
		html  = "text/html; charset=utf-8"

		otherKey  = "the response is not about the requested key"
		noScopes  = "the response lacks the key's scopes"
		noKey     = "the response lacks the key's id or secret"
		noList    = "the response lacks the list of keys"
		foreign   = "not a response from SendGrid's API"
		pageNot   = "not a response from SendGrid's API but an HTML page, probably from a gateway or proxy"
		emptyNot  = "not a response from SendGrid's API but an empty body"
		notJSON   = "not JSON but "
		wrongType = "json: cannot unmarshal array into Go value of type "
	)
	for name, tt := range map[string]struct {
		do          call
		status      int
		contentType string
		body        string
		details     []sendgrid.Detail
		cause       string
	}{
		"GET, empty body":       {read, 200, json, "", nil, notJSON + "an empty body"},
		"GET, page":             {read, 200, html, "<html>", nil, notJSON + "an HTML page, probably from a gateway or proxy"},
		"GET, text":             {read, 200, plain, "garbage", nil, notJSON + `7 bytes of type "text/plain"`},
		"GET, JSON cut":         {read, 200, json, `{"api_key_id":"`, nil, notJSON + `15 bytes of type "application/json"`},
		"GET, no type":          {read, 200, "", "\x00", nil, notJSON + `1 bytes of type ""`},
		"GET, an array":         {read, 200, json, `[]`, nil, wrongType + "sendgrid.APIKey"},
		"GET, nothing said":     {read, 200, json, `{}`, nil, otherKey},
		"GET, null":             {read, 200, json, `null`, nil, otherKey},
		"GET, list instead":     {read, 200, json, `{"result":[{"api_key_id":"some-key_id"}]}`, nil, otherKey},
		"GET, another key":      {read, 200, json, `{"api_key_id":"another","name":"k","scopes":["mail.send"]}`, nil, otherKey},
		"GET, no scopes":        {read, 200, json, `{"api_key_id":"some-key_id","name":"k"}`, nil, noScopes},
		"GET, no content":       {read, 204, "", "", nil, notJSON + "an empty body"},
		"GET, other error, 200": {read, 200, json, withNull("try later"), said("try later"), `"try later", ` + foreign},
		"GET, other error, 404": {read, 404, json, withNull("no such route"), said("no such route"), `"no such route", ` + foreign},
		"GET, bare 404":         {read, 404, json, `{}`, nil, `not a response from SendGrid's API but 2 bytes of type "application/json"`},
		"GET, empty 401":        {read, 401, "", "", nil, emptyNot},
		"GET, page with 403":    {read, 403, html, "<html>", nil, pageNot},
		"list, no result":       {list, 200, json, `{}`, nil, noList},
		"list, null":            {list, 200, json, `{"result":null}`, nil, noList},
		"list, bare":            {list, 200, json, `[]`, nil, wrongType + "struct { Result *[]sendgrid.APIKey \"json:\\\"result\\\"\" }"},
		"PUT, another key":      {update, 200, json, `{"api_key_id":"another","name":"k"}`, nil, otherKey},
		"PATCH, empty body":     {rename, 200, json, "", nil, notJSON + "an empty body"},
		"DELETE, 200":           {remove, 200, json, `{}`, nil, `not a response from SendGrid's API but 2 bytes of type "application/json"`},
		"DELETE, page":          {remove, 200, html, "<html>", nil, pageNot},
		"POST, empty body":      {create, 201, json, "", nil, notJSON + "an empty body"},
		"POST, page":            {create, 200, html, "<html>", nil, notJSON + "an HTML page, probably from a gateway or proxy"},
		"POST, without secret":  {create, 201, json, `{"api_key_id":"some-key_id","name":"k"}`, nil, noKey},
		"POST, without id":      {create, 201, json, `{"api_key":"secret"}`, nil, noKey},
		"POST, JSON cut":        {create, 201, json, `{"api_key":"secr`, nil, notJSON + `16 bytes of type "application/json"`},
		"POST, bare 404":        {create, 404, html, "<html>", nil, pageNot},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := failing(t, emulator.Respond(tt.status, nil, tt.contentType, tt.body))
			err := tt.do(t.Context(), connect(t, options(s.URL())), id)
			request := s.Requests()[0].String()
			want := told{sendgrid.KindMalformed, tt.status, tt.details, 3,
				fmt.Sprintf("%s: status %d, %s (after 3 attempts)", request, tt.status, tt.cause)}
			if s.Requests()[0].Method == "POST" {
				want.Attempts = 1
				want.Message = fmt.Sprintf("%s: status %d, %s", request, tt.status, tt.cause)
			}
			expect(t, s, err, want)
			if !failed(t, err).Ambiguous() {
				t.Error("not ambiguous")
			}
		})
	}
}

// TestAnswersMayHoldMore has what is not on record but would do no harm.
func TestAnswersMayHoldMore(t *testing.T) {
	t.Parallel()
	const (
		secret = "the key" // Only its presence is checked.
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
		"read, no scope left": {func(ctx context.Context, c *sendgrid.Client) (any, error) {
			return c.GetAPIKey(ctx, sendgrid.Parent, id)
		}, 200, `{"api_key_id":"` + id + `","name":"","scopes":[]}`, sendgrid.APIKey{ID: id, Scopes: []string{}}},
		"list": {func(ctx context.Context, c *sendgrid.Client) (any, error) {
			return c.ListAPIKeys(ctx, sendgrid.Parent)
		}, 200, `{` + more + `,"_metadata":{},"result":[{"name":"k","api_key_id":"` + id + `","owner":1}]}`,
			[]sendgrid.APIKey{{ID: id, Name: "k"}}},
		"rename": {func(ctx context.Context, c *sendgrid.Client) (any, error) {
			return nil, c.RenameAPIKey(ctx, sendgrid.Parent, id, "k")
		}, 200, `{` + more + `,"api_key_id":"` + id + `"}`, nil},
		"update, with the scopes of 2016": {func(ctx context.Context, c *sendgrid.Client) (any, error) {
			return nil, c.UpdateAPIKey(ctx, sendgrid.Parent, id, "k", []string{"mail.send"})
		}, 200, `{` + more + `,"api_key_id":"` + id + `","name":"k","scopes":["mail.send"]}`, nil},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := failing(t, emulator.Respond(tt.status, nil, "text/plain", tt.body))
			got, err := tt.do(t.Context(), connect(t, options(s.URL())))
			keep(t, err)
			same(t, got, tt.want)
		})
	}
}
