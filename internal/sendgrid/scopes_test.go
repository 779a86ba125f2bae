package sendgrid_test

import (
	"context"
	"net/http"
	"testing"

	"github.com/terraform-sendgrid/terraform-provider-sendgrid/internal/emulator"
	"github.com/terraform-sendgrid/terraform-provider-sendgrid/internal/sendgrid"
)

func listScopes(ctx context.Context, c *sendgrid.Client, _ string) error {
	_, err := c.ListScopes(ctx, sendgrid.Parent)
	return err
}

func TestListScopesRequest(t *testing.T) {
	t.Parallel()
	for _, account := range []string{sendgrid.Parent, "subuser", "account-id 42"} {
		t.Run("for "+account, func(t *testing.T) {
			t.Parallel()
			s, seen := recorder(t, 200, `{"scopes":["mail.send","2fa_required"],"more":1}`)
			got, err := connect(t, options(s.URL)).ListScopes(t.Context(), account)
			keep(t, err)
			same(t, got, []string{"mail.send", "2fa_required"})
			header := http.Header{
				"Authorization": {"Bearer " + emulator.Credential},
				"Accept":        {"application/json"},
				"User-Agent":    {"test/1.0"},
			}
			if account != sendgrid.Parent {
				header.Set("On-Behalf-Of", account)
			}
			same(t, *seen, []sent{{"GET /v3/scopes", header, ""}})
		})
	}
}

func TestListScopesOfACredential(t *testing.T) {
	t.Parallel()
	s := start(t, emulator.Config{CredentialScopes: []string{"api_keys.read"}})
	got, err := connect(t, options(s.URL())).ListScopes(t.Context(), sendgrid.Parent)
	keep(t, err)
	same(t, got, []string{"api_keys.read", "sender_verification_eligible", "2fa_required"})
}

func TestListScopesFailures(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		do   emulator.Behavior
		want told
	}{
		"401": {emulator.JSONError(401, "", "authorization required"), told{sendgrid.KindUnauthorized, 401, said("authorization required"), 1,
			`GET /v3/scopes: status 401, "authorization required"`}},
		"bare 500": {emulator.JSONError(500, "", "internal server error"), told{sendgrid.KindServerError, 500, said("internal server error"), 3,
			`GET /v3/scopes: status 500, "internal server error" (after 3 attempts)`}},
		"nothing said": {emulator.Respond(200, nil, "application/json", `{}`), told{sendgrid.KindMalformed, 200, nil, 3,
			"GET /v3/scopes: status 200, the response lacks the scopes (after 3 attempts)"}},
		"empty body": {emulator.EmptyBody, told{sendgrid.KindMalformed, 200, nil, 3,
			"GET /v3/scopes: status 200, not JSON but an empty body (after 3 attempts)"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := failing(t, tt.do)
			err := listScopes(t.Context(), connect(t, options(s.URL())), id)
			expect(t, s, err, tt.want)
		})
	}
}
