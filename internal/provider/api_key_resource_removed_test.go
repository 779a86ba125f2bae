package provider

import (
	"net/http"
	"strings"
	"testing"

	"github.com/terraform-sendgrid/terraform-provider-sendgrid/internal/emulator"
)

// A key that was deleted by hand is removed from state, with a warning that names
// it, and created again.
func TestDeletedByHand(t *testing.T) {
	t.Parallel()
	for name, response := range map[string]emulator.Behavior{
		"404": nil,
		"200, as was seen once": emulator.Respond(http.StatusOK, nil, "application/json",
			`{"errors":[{"field":null,"message":"API Key not found"}]}`),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			e := newEmulated(t, emulator.Config{Subusers: []string{"sub-a"}})
			s := e.server(nil)
			config := attrs{"name": "newsletter", "scopes": []string{"mail.send"}, "on_behalf_of": "sub-a"}
			k, diags := s.apply(s.none(), config)
			diags.requireNoErrors(t)
			k = s.old(k)
			id := e.emulator.Keys("sub-a")[0].ID
			e.emulator.DeleteKey(id)
			if response != nil {
				e.emulator.Inject(emulator.Fault{Method: "GET", Path: keyByID, Do: response})
			}
			e.requests()

			removed, diags := s.read(k)
			e.expect(getKey + " on behalf of sub-a")
			host := strings.TrimPrefix(e.baseURL, "http://")
			diags.expectWarning(t, id, `"newsletter"`, `"sub-a"`, host, "whether the provider's credential belongs to that account")
			if !removed.value.IsNull() {
				t.Error("the key is still in state")
			}
			if removed.identity == nil {
				t.Error("the key no longer has an identity")
			}
			s.expectPlan(removed, config, "create")
			_, diags = s.apply(removed, config)
			diags.requireNone(t)
			e.expect(postKey + " on behalf of sub-a")
		})
	}
}

// A key that SendGrid does not show yet, because it was created a moment ago, is
// requested again before it is removed from state.
func TestYoungKeyLags(t *testing.T) {
	t.Parallel()
	e := newEmulated(t, emulator.Config{})
	s := e.server(nil)
	k, diags := s.apply(s.none(), attrs{"name": "a", "scopes": []string{"mail.send"}})
	diags.requireNoErrors(t)
	e.emulator.Inject(emulator.Fault{Path: keyByID, Do: emulator.JSONError(http.StatusNotFound, "", "unable to find API Key")})
	e.requests()
	k, diags = s.read(k)
	diags.requireNone(t)
	if k.value.IsNull() {
		t.Error("the key was removed from state")
	}
	e.expect(getKey, getKey)
}

// Destroying a key that no longer exists succeeds.
func TestDestroyOfDeletedKey(t *testing.T) {
	t.Parallel()
	e := newEmulated(t, emulator.Config{})
	s := e.server(nil)
	k, diags := s.apply(s.none(), attrs{"name": "a", "scopes": []string{"mail.send"}})
	diags.requireNoErrors(t)
	k = s.old(k)
	e.emulator.DeleteKey(e.onlyKey().ID)
	e.requests()
	_, diags = s.apply(k, nil)
	diags.requireNone(t)
	e.expect(deleteKey)
}

// A key that was deleted between plan and apply is an error that says what to do.
func TestUpdateOfDeletedKey(t *testing.T) {
	t.Parallel()
	for name, config := range map[string]attrs{
		"rename":   {"name": "b", "scopes": []string{"mail.send"}},
		"re-scope": {"name": "a", "scopes": []string{"alerts.read"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			e := newEmulated(t, emulator.Config{})
			s := e.server(nil)
			k, diags := s.apply(s.none(), attrs{"name": "a", "scopes": []string{"mail.send"}})
			diags.requireNoErrors(t)
			e.emulator.DeleteKey(e.onlyKey().ID)
			kept, diags := s.apply(k, config)
			diags.expectError(t, "The API key no longer exists", "Plan again")
			if !kept.value.Equal(k.value) {
				t.Error("the state has changed")
			}
		})
	}
}

// Only SendGrid's own "not found" removes a key from state. Any other response is
// retried, and then an error.
func TestNotRemoved(t *testing.T) {
	t.Parallel()
	for name, response := range map[string]emulator.Behavior{
		"a proxy's 404":          emulator.HTMLPage(http.StatusNotFound),
		"another service's 404":  emulator.JSONError(http.StatusNotFound, "", "resource not found"),
		"an empty 404":           emulator.Respond(http.StatusNotFound, nil, "application/json", ""),
		"200 without an id":      emulator.Respond(http.StatusOK, nil, "application/json", `{"name":"a","scopes":["mail.send"]}`),
		"200 about another key":  emulator.Respond(http.StatusOK, nil, "application/json", `{"api_key_id":"other","name":"a","scopes":["mail.send"]}`),
		"200 without scopes":     emulator.Respond(http.StatusOK, nil, "application/json", `{"name":"a"}`),
		"200 with other errors":  emulator.Respond(http.StatusOK, nil, "application/json", `{"errors":[{"field":null,"message":"try again"}]}`),
		"garbage":                emulator.Respond(http.StatusOK, nil, "application/json", `{"api_key`),
		"an empty 200":           emulator.Respond(http.StatusOK, nil, "application/json", ""),
		"a captive portal":       emulator.Respond(http.StatusOK, nil, "text/html", "<html>Log in</html>"),
		"a redirect to a portal": emulator.Respond(http.StatusFound, http.Header{"Location": {"https://portal.example/"}}, "text/html", ""),
		"a gateway's 502":        emulator.HTMLPage(http.StatusBadGateway),
		"a bare 500":             emulator.JSONError(http.StatusInternalServerError, "", "internal server error"),
		"401":                    emulator.JSONError(http.StatusUnauthorized, "", "authorization required"),
		"403":                    emulator.JSONError(http.StatusForbidden, "", "access forbidden"),
		"reset":                  emulator.ResetBefore,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			e := newEmulated(t, emulator.Config{})
			s := e.server(attrs{"max_retries": 2})
			config := attrs{"name": "a", "scopes": []string{"mail.send"}}
			k, diags := s.apply(s.none(), config)
			diags.requireNoErrors(t)

			e.emulator.Inject(emulator.Fault{Path: keyByID, Times: -1, Do: response})
			kept, diags := s.read(k)
			diags.expectError(t, "Could not read API key")
			if !kept.value.Equal(k.value) {
				t.Error("a refresh changed the state")
			}
			kept, diags = s.apply(k, nil)
			diags.expectError(t, "Could not delete API key")
			if !kept.value.Equal(k.value) {
				t.Error("a failed destroy removed the key from state")
			}

			e.emulator.ClearFaults()
			k, diags = s.read(k)
			diags.requireNone(t)
			s.expectPlan(k, config, "no-op")
			_, diags = s.apply(k, nil)
			diags.requireNone(t)
			e.expectNoKeys()
		})
	}
}

// Requests that can be repeated succeed in the end.
func TestTransientFaults(t *testing.T) {
	t.Parallel()
	for name, fault := range map[string]emulator.Behavior{
		"reset before the effect": emulator.ResetBefore,
		"reset after the effect":  emulator.ResetAfter,
		"cut body":                emulator.CutBody,
		"empty body":              emulator.EmptyBody,
		"HTML 502":                emulator.HTMLPage(http.StatusBadGateway),
		"HTML 504 after effect":   emulator.After(emulator.HTMLPage(http.StatusGatewayTimeout)),
		"503":                     emulator.JSONError(http.StatusServiceUnavailable, "", "service unavailable"),
		"429 without headers":     emulator.JSONError(http.StatusTooManyRequests, "", "too many requests"),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			e := newEmulated(t, emulator.Config{})
			s := e.server(nil)
			k, diags := s.apply(s.none(), attrs{"name": "a", "scopes": []string{"mail.send"}})
			diags.requireNoErrors(t)
			for _, method := range []string{"GET", "PATCH", "PUT", "DELETE"} {
				e.emulator.Inject(emulator.Fault{Method: method, Path: keyByID, Times: 2, Do: fault})
			}
			k, diags = s.read(k)
			diags.requireNone(t)
			k, diags = s.apply(k, attrs{"name": "b", "scopes": []string{"mail.send"}})
			diags.requireNone(t)
			k, diags = s.apply(k, attrs{"name": "b", "scopes": []string{"alerts.read"}})
			diags.requireNone(t)
			if only := e.onlyKey(); only.Name != "b" || only.Scopes[0] != "alerts.read" {
				t.Errorf("the key is %q with %v", only.Name, only.Scopes)
			}
			_, diags = s.apply(k, nil)
			diags.requireNone(t)
			e.expectNoKeys()
		})
	}
}

// Destroying a key takes one request.
func TestDestroy(t *testing.T) {
	t.Parallel()
	e := newEmulated(t, emulator.Config{})
	s := e.server(nil)
	k, diags := s.apply(s.none(), attrs{"name": "a", "scopes": []string{"mail.send"}})
	diags.requireNoErrors(t)
	e.requests()
	k, diags = s.apply(k, nil)
	diags.requireNone(t)
	if !k.value.IsNull() {
		t.Errorf("the state is %s", k.value)
	}
	e.expect(deleteKey)
	e.expectNoKeys()
}
