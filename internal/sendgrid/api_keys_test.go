package sendgrid_test

import (
	"context"
	"net/http"
	"testing"

	"github.com/terraform-sendgrid/terraform-provider-sendgrid/internal/emulator"
	"github.com/terraform-sendgrid/terraform-provider-sendgrid/internal/sendgrid"
)

func TestRequests(t *testing.T) {
	t.Parallel()
	const (
		theKey  = `{"api_key_id":"` + id + `","name":"k","scopes":["mail.send"]}`
		created = `{"api_key":"SG.` + id + `.secret","api_key_id":"` + id + `","name":"k","scopes":["mail.send"]}`
	)
	for name, tt := range map[string]struct {
		do       func(ctx context.Context, c *sendgrid.Client, account string) error
		status   int
		response string
		line     string
		body     string
	}{
		"create": {func(ctx context.Context, c *sendgrid.Client, account string) error {
			_, err := c.CreateAPIKey(ctx, account, sendgrid.CreateAPIKeyRequest{Name: `R&D <"ü">`, Scopes: []string{"mail.send", "alerts.read"}})
			return err
		}, 201, created, "POST /v3/api_keys", `{"name":"R&D <\"ü\">","scopes":["mail.send","alerts.read"]}`},
		"create with Full Access": {func(ctx context.Context, c *sendgrid.Client, account string) error {
			_, err := c.CreateAPIKey(ctx, account, sendgrid.CreateAPIKeyRequest{Name: "k", FullAccess: true})
			return err
		}, 201, created, "POST /v3/api_keys", `{"name":"k"}`},
		"read": {func(ctx context.Context, c *sendgrid.Client, account string) error {
			_, err := c.GetAPIKey(ctx, account, id)
			return err
		}, 200, theKey, "GET /v3/api_keys/" + id, ""},
		"rename": {func(ctx context.Context, c *sendgrid.Client, account string) error {
			return c.RenameAPIKey(ctx, account, id, "a & b")
		}, 200, theKey, "PATCH /v3/api_keys/" + id, `{"name":"a & b"}`},
		"update": {func(ctx context.Context, c *sendgrid.Client, account string) error {
			return c.UpdateAPIKey(ctx, account, id, "k", []string{"mail.send", "alerts.read"})
		}, 200, theKey, "PUT /v3/api_keys/" + id, `{"name":"k","scopes":["mail.send","alerts.read"]}`},
		"remove": {func(ctx context.Context, c *sendgrid.Client, account string) error {
			return c.DeleteAPIKey(ctx, account, id)
		}, 204, "", "DELETE /v3/api_keys/" + id, ""},
		"list": {func(ctx context.Context, c *sendgrid.Client, account string) error {
			_, err := c.ListAPIKeys(ctx, account)
			return err
		}, 200, `{"result":[]}`, "GET /v3/api_keys", ""},
		"list scopes": {func(ctx context.Context, c *sendgrid.Client, account string) error {
			_, err := c.ListScopes(ctx, account)
			return err
		}, 200, `{"scopes":[]}`, "GET /v3/scopes", ""},
	} {
		for _, account := range []string{sendgrid.Parent, "subuser", "account-id 42"} {
			t.Run(name+" for "+account, func(t *testing.T) {
				t.Parallel()
				s, received := record(t, tt.status, tt.response)
				noError(t, tt.do(t.Context(), connect(t, options(s.URL)), account))
				header := http.Header{
					"Authorization": {"Bearer " + emulator.Credential},
					"Accept":        {"application/json"},
					"User-Agent":    {"test/1.0"},
				}
				if tt.body != "" {
					header.Set("Content-Type", "application/json")
				}
				if account != sendgrid.Parent {
					header.Set("On-Behalf-Of", account)
				}
				equal(t, *received, []recordedRequest{{tt.line, header, tt.body}})
			})
		}
	}
}

// TestScopesThatCouldMeanFullAccessAreNotSent uses a server that creates a key
// with Full Access if the list of scopes is empty.
func TestScopesThatCouldMeanFullAccessAreNotSent(t *testing.T) {
	t.Parallel()
	s := start(t, emulator.Config{EmptyScopesMeansFullAccess: true})
	c := connect(t, options(s.URL()))
	post := func(key sendgrid.CreateAPIKeyRequest) error {
		_, err := c.CreateAPIKey(t.Context(), sendgrid.Parent, key)
		return err
	}
	const none, both = "a restricted API key needs at least one scope", "an API key with Full Access takes no scopes"
	for name, tt := range map[string]struct {
		err  error
		want string
	}{
		"create without scopes":              {post(sendgrid.CreateAPIKeyRequest{Name: "k"}), none},
		"create with an empty list":          {post(sendgrid.CreateAPIKeyRequest{Name: "k", Scopes: []string{}}), none},
		"create with scopes and Full Access": {post(sendgrid.CreateAPIKeyRequest{Name: "k", Scopes: []string{"mail.send"}, FullAccess: true}), both},
		"update without scopes":              {c.UpdateAPIKey(t.Context(), sendgrid.Parent, id, "k", nil), none},
		"update with an empty list":          {c.UpdateAPIKey(t.Context(), sendgrid.Parent, id, "k", []string{}), none},
	} {
		if tt.err == nil || tt.err.Error() != tt.want {
			t.Errorf("%s: error %v, want %s", name, tt.err, tt.want)
		}
	}
	equal(t, len(s.Requests()), 0)
}

func TestInvalidIDIsNeitherSentNorQuoted(t *testing.T) {
	t.Parallel()
	s := start(t, emulator.Config{})
	c := connect(t, options(s.URL()))
	for _, invalid := range []string{"", ".", "..", "a/b", "a%2Fb", "a b", "a?b", "a\n", "ä", fakeKey()} {
		for method, do := range operations() {
			if method == http.MethodPost {
				continue // It has no id.
			}
			want := `not an API key id: ids consist of letters, digits, "-" and "_"`
			if err := do(t.Context(), c, invalid); err == nil || err.Error() != want {
				t.Errorf("%s %q: error %v, want %s", method, invalid, err, want)
			}
		}
	}
	equal(t, len(s.Requests()), 0)
}

// TestAPIKeyLifecycle calls every method for one key.
func TestAPIKeyLifecycle(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		account string
		wrapped bool
	}{
		"parent":      {sendgrid.Parent, false},
		"subuser":     {"account-id 42", false},
		"wrapped key": {sendgrid.Parent, true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			ctx, account := t.Context(), tt.account
			s := start(t, emulator.Config{Subusers: []string{"account-id 42"}, WrappedKey: tt.wrapped})
			c := connect(t, options(s.URL()))
			created, err := c.CreateAPIKey(ctx, account, sendgrid.CreateAPIKeyRequest{Name: "first", Scopes: []string{"mail.send"}})
			noError(t, err)
			k, _ := s.Key(created.ID)
			equal(t, created, sendgrid.CreatedAPIKey{
				APIKey: sendgrid.APIKey{ID: k.ID, Name: "first", Scopes: []string{"mail.send"}},
				Secret: k.Secret,
			})
			noError(t, c.RenameAPIKey(ctx, account, k.ID, "second"))
			noError(t, c.UpdateAPIKey(ctx, account, k.ID, "third", []string{"alerts.read"}))
			got, err := c.GetAPIKey(ctx, account, k.ID)
			noError(t, err)
			equal(t, got, sendgrid.APIKey{
				ID: k.ID, Name: "third", Scopes: []string{"alerts.read", "sender_verification_eligible", "2fa_required"},
			})
			keys, err := c.ListAPIKeys(ctx, account)
			noError(t, err)
			equal(t, keys, []sendgrid.APIKey{{ID: k.ID, Name: "third"}})
			noError(t, c.DeleteAPIKey(ctx, account, k.ID))
			keys, err = c.ListAPIKeys(ctx, account)
			noError(t, err)
			equal(t, keys, []sendgrid.APIKey{})
		})
	}
}
