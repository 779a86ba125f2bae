package provider

import (
	"net/http"
	"strings"
	"testing"

	"github.com/terraform-sendgrid/terraform-provider-sendgrid/internal/emulator"
)

const keyByID = "/v3/api_keys/{id}"

// A key that was deleted by hand is dropped with a warning that says which, and
// made again.
func TestDeletedByHand(t *testing.T) {
	t.Parallel()
	for name, answer := range map[string]emulator.Behavior{
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
			s.requireNoErrors(diags)
			k = s.old(k)
			id := e.emulator.Keys("sub-a")[0].ID
			e.emulator.DeleteKey(id)
			if answer != nil {
				e.emulator.Inject(emulator.Fault{Method: "GET", Path: keyByID, Do: answer})
			}
			e.requests()

			gone, diags := s.read(k)
			s.requireNoErrors(diags)
			e.expect(getKey + " on behalf of sub-a")
			if !gone.value.IsNull() {
				t.Error("the key is still in state")
			}
			if gone.identity == nil {
				t.Error("the key has no identity any more")
			}
			host := strings.TrimPrefix(e.baseURL, "http://")
			for _, want := range []string{"WARNING", id, `"newsletter"`, `"sub-a"`, host, "does the provider's credential belong to that account?"} {
				if !strings.Contains(texts(diags), want) {
					t.Errorf("the warning does not say %s:\n%s", want, texts(diags))
				}
			}
			p, diags := s.plan(gone, config)
			s.requireNoErrors(diags)
			if p.action != "create" {
				t.Errorf("planned %s, want create", p.action)
			}
		})
	}
}

// A key that SendGrid does not show yet, because it was made a moment ago, is
// asked for again before it is dropped.
func TestYoungKeyLags(t *testing.T) {
	t.Parallel()
	e := newEmulated(t, emulator.Config{})
	s := e.server(nil)
	k, diags := s.apply(s.none(), attrs{"name": "a", "scopes": []string{"mail.send"}})
	s.requireNoErrors(diags)
	e.emulator.Inject(emulator.Fault{Path: keyByID, Do: emulator.JSONError(http.StatusNotFound, "", "unable to find API Key")})
	e.requests()
	k, diags = s.read(k)
	s.requireNone(diags)
	if k.value.IsNull() {
		t.Error("the key was dropped")
	}
	e.expect(getKey, getKey)
}

// Destroying a key that is gone already succeeds.
func TestDestroyOfDeletedKey(t *testing.T) {
	t.Parallel()
	e := newEmulated(t, emulator.Config{})
	s := e.server(nil)
	k, diags := s.apply(s.none(), attrs{"name": "a", "scopes": []string{"mail.send"}})
	s.requireNoErrors(diags)
	e.emulator.DeleteKey(e.emulator.Keys(emulator.Parent)[0].ID)
	e.requests()
	_, diags = s.apply(k, nil)
	s.requireNone(diags)
	e.expect(deleteKey)
}

// What is not SendGrid's own word for "not found" never drops a key from state:
// it is asked again, and then an error.
func TestNotGone(t *testing.T) {
	t.Parallel()
	for name, answer := range map[string]emulator.Behavior{
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
			s.requireNoErrors(diags)

			e.emulator.Inject(emulator.Fault{Path: keyByID, Times: -1, Do: answer})
			kept, diags := s.read(k)
			if !hasErrors(diags) {
				t.Errorf("a refresh succeeded: %s", texts(diags))
			}
			if !kept.value.Equal(k.value) {
				t.Error("a refresh changed the state")
			}
			kept, diags = s.apply(k, nil)
			if !hasErrors(diags) {
				t.Error("a destroy succeeded")
			}
			if !kept.value.Equal(k.value) {
				t.Error("a failed destroy dropped the key")
			}

			e.emulator.ClearFaults()
			_, diags = s.read(k)
			s.requireNone(diags)
			_, diags = s.apply(k, nil)
			s.requireNone(diags)
			if left := e.emulator.Keys(emulator.Parent); len(left) > 0 {
				t.Errorf("%d keys are left", len(left))
			}
		})
	}
}

// The calls that may be repeated end as if nothing had happened.
func TestFaultsThatPass(t *testing.T) {
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
			s.requireNoErrors(diags)
			twice := func(method string) emulator.Fault {
				return emulator.Fault{Method: method, Path: keyByID, Times: 2, Do: fault}
			}
			e.emulator.Inject(twice("GET"), twice("PATCH"), twice("PUT"), twice("DELETE"))
			k, diags = s.read(k)
			s.requireNone(diags)
			k, diags = s.apply(k, attrs{"name": "b", "scopes": []string{"mail.send"}})
			s.requireNone(diags)
			k, diags = s.apply(k, attrs{"name": "b", "scopes": []string{"alerts.read"}})
			s.requireNone(diags)
			if made := e.emulator.Keys(emulator.Parent)[0]; made.Name != "b" || made.Scopes[0] != "alerts.read" {
				t.Errorf("the key is %q with %v", made.Name, made.Scopes)
			}
			_, diags = s.apply(k, nil)
			s.requireNone(diags)
			if left := e.emulator.Keys(emulator.Parent); len(left) > 0 {
				t.Errorf("%d keys are left", len(left))
			}
		})
	}
}
