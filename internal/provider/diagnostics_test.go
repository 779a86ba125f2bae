package provider

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/terraform-sendgrid/terraform-provider-sendgrid/internal/emulator"
)

// Whatever SendGrid answers reaches the user with its words, its status, and
// what to do.
func TestDiagnostics(t *testing.T) {
	t.Parallel()
	json := func(status int, field, message string) emulator.Behavior {
		return emulator.JSONError(status, field, message)
	}
	for name, test := range map[string]struct {
		answer emulator.Behavior
		// want is what each of the texts must hold: for a create, a read, an update
		// and a delete alike.
		want []string
		// create is what a create says besides.
		create []string
	}{
		"401": {
			answer: json(401, "", "authorization required"),
			want:   []string{"SendGrid does not accept the credential", `status 401, "authorization required"`, "SENDGRID_API_KEY", "region"},
		},
		"401 of a revoked key": {
			answer: json(401, "", "The provided authorization grant is invalid, expired, or revoked"),
			want:   []string{"SendGrid does not accept the credential", "invalid, expired, or revoked"},
		},
		"403": {
			answer: json(403, "", "access forbidden"),
			want:   []string{"The credential may not do this", `status 403, "access forbidden"`, "needs the scope api_keys."},
			create: []string{"api_keys.create"},
		},
		"100 keys": {
			answer: json(403, "", "Cannot create more than 100 API Keys"),
			want:   []string{"The account holds as many API keys as it may", "Cannot create more than 100 API Keys", "Delete keys that nothing uses"},
		},
		"refused scopes, 400": {
			answer: json(400, "", "unauthorized scopes: [user.credits.read]"),
			want:   []string{"SendGrid refused scopes", "status 400", "unauthorized scopes: [user.credits.read]", "Nothing was changed"},
		},
		"refused scopes, 403": {
			answer: json(403, "", "unauthorized scopes: [user.credits.read]"),
			want:   []string{"SendGrid refused scopes", "status 403", "unauthorized scopes: [user.credits.read]"},
		},
		"refused scopes, 500": {
			answer: json(500, "", "internal server error"),
			want:   []string{"SendGrid failed", `status 500, "internal server error"`},
			create: []string{"where it refuses a scope"},
		},
		"400 with a field": {
			answer: json(400, "name", "missing required argument"),
			want:   []string{"SendGrid rejected the request", `status 400, "missing required argument" (field name)`},
		},
		"429 without a reset": {
			answer: json(429, "", "too many requests"),
			want:   []string{"SendGrid's rate limit is used up", `status 429, "too many requests"`, "-parallelism"},
		},
		"429 until tomorrow": {
			answer: emulator.TooManyRequests(time.Now().Add(24 * time.Hour)),
			want:   []string{"SendGrid's rate limit is used up", "the limit resets at "},
		},
		"nginx's page": {
			answer: emulator.HTMLPage(http.StatusBadGateway),
			want:   []string{"Not an answer of SendGrid's API", "status 502", "an HTML page, as gateways and proxies send it", "check base_url and any proxy"},
		},
		"SendGrid's page": {
			answer: emulator.HTMLPage(http.StatusGatewayTimeout),
			want:   []string{"Not an answer of SendGrid's API", "status 504", "an HTML page"},
		},
		"nothing": {
			answer: emulator.ResetBefore,
			want:   []string{"No answer from SendGrid", "127.0.0.1", "can be reached"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			e := newEmulated(t, emulator.Config{})
			s := e.server(attrs{"max_retries": 1})
			k, diags := s.apply(s.none(), attrs{"name": "newsletter", "scopes": []string{"mail.send"}})
			s.requireNoErrors(diags)
			// The search for a lost key has tests of its own: here it finds nothing.
			e.emulator.Inject(emulator.Fault{Method: "GET", Path: "/v3/api_keys", Times: -1,
				Do: emulator.Respond(http.StatusOK, nil, "application/json", `{"result":[]}`)})
			e.emulator.Inject(emulator.Fault{Times: -1, Do: test.answer})

			_, created := s.apply(s.none(), attrs{"name": "newsletter", "scopes": []string{"mail.send"}})
			_, read := s.read(k)
			_, updated := s.apply(k, attrs{"name": "newsletter", "scopes": []string{"alerts.read"}})
			_, deleted := s.apply(k, nil)
			for verb, text := range map[string]string{
				"create": texts(created), "read": texts(read), "update": texts(updated), "delete": texts(deleted),
			} {
				want := append([]string{"Could not " + verb + ` API key "newsletter"`, "in the credential's own account", "/v3/api_keys"}, test.want...)
				if verb == "create" {
					want = append(want, test.create...)
				}
				for _, words := range want {
					if !strings.Contains(text, words) {
						t.Errorf("%s: no %q in\n%s", verb, words, text)
					}
				}
			}
		})
	}
}

// A key that was deleted between plan and apply is named, and what to do.
func TestUpdateOfDeletedKey(t *testing.T) {
	t.Parallel()
	e := newEmulated(t, emulator.Config{})
	s := e.server(nil)
	k, diags := s.apply(s.none(), attrs{"name": "a", "scopes": []string{"mail.send"}})
	s.requireNoErrors(diags)
	e.emulator.DeleteKey(e.emulator.Keys(emulator.Parent)[0].ID)
	for name, config := range map[string]attrs{
		"rename":   {"name": "b", "scopes": []string{"mail.send"}},
		"re-scope": {"name": "a", "scopes": []string{"alerts.read"}},
	} {
		kept, diags := s.apply(k, config)
		if got := texts(diags); !strings.Contains(got, "The API key no longer exists") || !strings.Contains(got, "Plan again") {
			t.Errorf("%s: got %s", name, got)
		}
		if !kept.value.Equal(k.value) {
			t.Errorf("%s changed the state", name)
		}
	}
}
