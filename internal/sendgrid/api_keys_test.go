package sendgrid_test

import (
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/terraform-sendgrid/terraform-provider-sendgrid/internal/emulator"
	"github.com/terraform-sendgrid/terraform-provider-sendgrid/internal/sendgrid"
)

// sent is a request as it arrives, but for what net/http adds.
type sent struct {
	Line   string
	Header http.Header
	Body   string
}

// recorder returns a server that gives every request the same answer, and the
// requests it has seen, to be read between calls.
func recorder(t *testing.T, status int, body string) (*httptest.Server, *[]sent) {
	t.Helper()
	var seen []sent
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		data, err := io.ReadAll(r.Body)
		if err != nil {
			t.Error(err)
		}
		h := r.Header.Clone()
		h.Del("Accept-Encoding")
		h.Del("Content-Length")
		seen = append(seen, sent{r.Method + " " + r.RequestURI, h, string(data)})
		w.WriteHeader(status)
		_, _ = io.WriteString(w, body)
	}))
	t.Cleanup(s.Close)
	return s, &seen
}

func TestRequests(t *testing.T) {
	t.Parallel()
	const (
		theKey = `{"api_key_id":"` + id + `","name":"k","scopes":["mail.send"]}`
		made   = `{"api_key":"the key","api_key_id":"` + id + `","name":"k","scopes":["mail.send"]}`
	)
	for name, tt := range map[string]struct {
		do     func(context.Context, *sendgrid.Client, string) error
		status int
		answer string
		line   string
		body   string
	}{
		"create": {func(ctx context.Context, c *sendgrid.Client, account string) error {
			_, err := c.CreateAPIKey(ctx, account, sendgrid.CreateAPIKeyRequest{Name: `R&D <"ü">`, Scopes: []string{"mail.send", "alerts.read"}})
			return err
		}, 201, made, "POST /v3/api_keys", `{"name":"R&D <\"ü\">","scopes":["mail.send","alerts.read"]}`},
		"create with Full Access": {func(ctx context.Context, c *sendgrid.Client, account string) error {
			_, err := c.CreateAPIKey(ctx, account, sendgrid.CreateAPIKeyRequest{Name: "k", FullAccess: true})
			return err
		}, 201, made, "POST /v3/api_keys", `{"name":"k"}`},
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
	} {
		for _, account := range []string{sendgrid.Parent, "subuser", "account-id 42"} {
			t.Run(name+" for "+account, func(t *testing.T) {
				t.Parallel()
				s, seen := recorder(t, tt.status, tt.answer)
				if err := tt.do(t.Context(), connect(t, options(s.URL)), account); err != nil {
					t.Fatal(err)
				}
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
				if diff := cmp.Diff([]sent{{tt.line, header, tt.body}}, *seen); diff != "" {
					t.Errorf("requests (-want +got):\n%s", diff)
				}
			})
		}
	}
}

func TestBaseURLMayHaveAPath(t *testing.T) {
	t.Parallel()
	for _, path := range []string{"", "/", "/sendgrid", "/sendgrid/"} {
		s, seen := recorder(t, 200, `{"result":[]}`)
		if err := list(t.Context(), connect(t, options(s.URL+path)), id); err != nil {
			t.Fatal(err)
		}
		if want := "GET " + strings.TrimSuffix(path, "/") + "/v3/api_keys"; (*seen)[0].Line != want {
			t.Errorf("base URL with path %q: %s, want %s", path, (*seen)[0].Line, want)
		}
	}
}

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
		"create with none":                 {post(sendgrid.CreateAPIKeyRequest{Name: "k"}), none},
		"create with an empty list":        {post(sendgrid.CreateAPIKeyRequest{Name: "k", Scopes: []string{}}), none},
		"create with some and Full Access": {post(sendgrid.CreateAPIKeyRequest{Name: "k", Scopes: []string{"mail.send"}, FullAccess: true}), both},
		"update with none":                 {c.UpdateAPIKey(t.Context(), sendgrid.Parent, id, "k", nil), none},
		"update with an empty list":        {c.UpdateAPIKey(t.Context(), sendgrid.Parent, id, "k", []string{}), none},
	} {
		if tt.err == nil || tt.err.Error() != tt.want {
			t.Errorf("%s: error %v, want %s", name, tt.err, tt.want)
		}
	}
	if seen := s.Requests(); len(seen) > 0 {
		t.Errorf("sent %v", seen)
	}
}

func TestWhatIsNoIDIsNeitherSentNorQuoted(t *testing.T) {
	t.Parallel()
	s := start(t, emulator.Config{})
	c := connect(t, options(s.URL()))
	wholeKey := "SG." + strings.Repeat("i", 22) + "." + strings.Repeat("s", 43)
	for _, bad := range []string{"", ".", "..", "a/b", "a%2Fb", "a b", "a?b", "a\n", "ä", wholeKey} {
		for method, do := range methods() {
			if method == http.MethodPost {
				continue // Has no id.
			}
			want := `not an API key id: ids consist of letters, digits, "-" and "_"`
			if err := do(t.Context(), c, bad); err == nil || err.Error() != want {
				t.Errorf("%s %q: error %v, want %s", method, bad, err, want)
			}
		}
	}
	if seen := s.Requests(); len(seen) > 0 {
		t.Errorf("sent %v", seen)
	}
}

// TestAPIKeyLifecycle runs a key through all calls, in two accounts.
func TestAPIKeyLifecycle(t *testing.T) {
	t.Parallel()
	for name, account := range map[string]string{"parent": sendgrid.Parent, "subuser": "account-id 42"} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			ctx := t.Context()
			s := start(t, emulator.Config{Subusers: []string{"account-id 42"}})
			c := connect(t, options(s.URL()))
			created, err := c.CreateAPIKey(ctx, account, sendgrid.CreateAPIKeyRequest{Name: "first", Scopes: []string{"mail.send"}})
			if err != nil {
				t.Fatal(err)
			}
			k, _ := s.Key(created.ID)
			same(t, created, sendgrid.CreatedAPIKey{
				APIKey: sendgrid.APIKey{ID: k.ID, Name: "first", Scopes: []string{"mail.send"}},
				Secret: k.Secret,
			})
			keep(t, c.RenameAPIKey(ctx, account, k.ID, "second"))
			keep(t, c.UpdateAPIKey(ctx, account, k.ID, "third", []string{"alerts.read"}))
			got, err := c.GetAPIKey(ctx, account, k.ID)
			keep(t, err)
			same(t, got, sendgrid.APIKey{
				ID: k.ID, Name: "third", Scopes: []string{"alerts.read", "sender_verification_eligible", "2fa_required"},
			})
			keys, err := c.ListAPIKeys(ctx, account)
			keep(t, err)
			same(t, keys, []sendgrid.APIKey{{ID: k.ID, Name: "third"}})
			keep(t, c.DeleteAPIKey(ctx, account, k.ID))
			keys, err = c.ListAPIKeys(ctx, account)
			keep(t, err)
			same(t, keys, []sendgrid.APIKey{})
		})
	}
}

func same[T any](t *testing.T, got, want T) {
	t.Helper()
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// keep fails the test on an error.
func keep(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}
