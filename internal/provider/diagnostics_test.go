package provider

import (
	"net/http"
	"testing"
	"time"

	"github.com/terraform-sendgrid/terraform-provider-sendgrid/internal/emulator"
)

// Diagnostics contain what SendGrid responded: its message, its status, and what to
// do about it.
func TestDiagnostics(t *testing.T) {
	t.Parallel()
	json := func(status int, field, message string) emulator.Behavior {
		return emulator.JSONError(status, field, message)
	}
	for name, test := range map[string]struct {
		response emulator.Behavior
		// want is in the errors of create, read, update and delete alike.
		want []string
		// create is in the error of create only.
		create []string
	}{
		"401": {
			response: json(401, "", "authorization required"),
			want:     []string{"SendGrid rejected the credential", `status 401, "authorization required"`, "SENDGRID_API_KEY", "region"},
		},
		"401 of a revoked key": {
			response: json(401, "", "The provided authorization grant is invalid, expired, or revoked"),
			want:     []string{"SendGrid rejected the credential", "invalid, expired, or revoked"},
		},
		"403": {
			response: json(403, "", "access forbidden"),
			want:     []string{"The credential lacks a scope", `status 403, "access forbidden"`, "needs the scope api_keys."},
			create:   []string{"api_keys.create"},
		},
		"100 keys": {
			response: json(403, "", "Cannot create more than 100 API Keys"),
			want:     []string{"API key limit reached", "Cannot create more than 100 API Keys", "Delete keys that nothing uses"},
		},
		"rejected scopes, 400": {
			response: json(400, "", "unauthorized scopes: [user.credits.read]"),
			want:     []string{"SendGrid rejected the scopes", "status 400", "unauthorized scopes: [user.credits.read]", "Nothing was changed"},
		},
		"rejected scopes, 403": {
			response: json(403, "", "unauthorized scopes: [user.credits.read]"),
			want:     []string{"SendGrid rejected the scopes", "status 403", "unauthorized scopes: [user.credits.read]"},
		},
		"rejected scopes, 500": {
			response: json(500, "", "internal server error"),
			want:     []string{"SendGrid returned a server error", `status 500, "internal server error"`},
			create:   []string{"if it rejects a scope"},
		},
		"400 with a field": {
			response: json(400, "name", "missing required argument"),
			want:     []string{"SendGrid rejected the request", `status 400, "missing required argument" (field name)`},
		},
		"429 without a reset": {
			response: json(429, "", "too many requests"),
			want:     []string{"SendGrid's rate limit is exhausted", `status 429, "too many requests"`, "-parallelism"},
		},
		"429 until tomorrow": {
			response: emulator.TooManyRequests(time.Now().Add(24 * time.Hour)),
			want:     []string{"SendGrid's rate limit is exhausted", "the limit resets at "},
		},
		"nginx's page": {
			response: emulator.HTMLPage(http.StatusBadGateway),
			want:     []string{"Response is not from SendGrid's API", "status 502", "an HTML page, probably from a gateway or proxy", "Check base_url"},
		},
		"a proxy's page": {
			response: emulator.HTMLPage(http.StatusNotFound),
			want:     []string{"status 404", "not a response from SendGrid's API but an HTML page"},
		},
		"SendGrid's page": {
			response: emulator.HTMLPage(http.StatusGatewayTimeout),
			want:     []string{"Response is not from SendGrid's API", "status 504", "an HTML page"},
		},
		"no response": {
			response: emulator.ResetBefore,
			want:     []string{"No response from SendGrid", "127.0.0.1", "can reach"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			e := newEmulated(t, emulator.Config{})
			s := e.server(attrs{"max_retries": 1})
			k, diags := s.apply(s.none(), attrs{"name": "newsletter", "scopes": []string{"mail.send"}})
			diags.requireNoErrors(t)
			// The search for a lost key has its own tests: here it finds nothing.
			e.emulator.Inject(emulator.Fault{Method: "GET", Path: "/v3/api_keys", Times: -1,
				Do: emulator.Respond(http.StatusOK, nil, "application/json", `{"result":[]}`)})
			e.emulator.Inject(emulator.Fault{Times: -1, Do: test.response})

			_, created := s.apply(s.none(), attrs{"name": "newsletter", "scopes": []string{"mail.send"}})
			_, read := s.read(k)
			_, updated := s.apply(k, attrs{"name": "newsletter", "scopes": []string{"alerts.read"}})
			_, deleted := s.apply(k, nil)
			created.expectError(t, append(test.create, test.want...)...)
			for verb, diags := range map[string]diagnostics{"create": created, "read": read, "update": updated, "delete": deleted} {
				diags.expectError(t, "Could not "+verb+` API key "newsletter"`, "in the credential's own account", "/v3/api_keys")
				diags.expectError(t, test.want...)
			}
		})
	}
}
