package provider

import (
	"context"
	"net/http"
	"testing"
	"time"

	"github.com/terraform-sendgrid/terraform-provider-sendgrid/internal/emulator"
	"github.com/terraform-sendgrid/terraform-provider-sendgrid/internal/keys"
	"github.com/terraform-sendgrid/terraform-provider-sendgrid/internal/scopes"
)

// A create that takes effect only after the gateway gave up is found as well.
func TestLateEffect(t *testing.T) {
	t.Parallel()
	e := newEmulated(t, emulator.Config{})
	e.timing = keys.Timing{Settle: time.Second, Budget: time.Minute}
	s := e.server(nil)
	e.emulator.Inject(emulator.Fault{Method: "POST", Do: emulator.Late(10 * time.Millisecond)})
	k, diags := s.apply(s.none(), attrs{"name": "a", "scopes": []string{"mail.send"}})
	diags.expectError(t, "its secret was lost")
	e.expectOnlyWithoutSecret(k)
}

// A create that takes effect even later, after the retry: the key with the secret is
// kept, and a warning names the other one.
func TestStrayKey(t *testing.T) {
	t.Parallel()
	e := newEmulated(t, emulator.Config{})
	s := e.server(nil)
	var stray emulator.Key
	e.emulator.Inject(
		emulator.Fault{Method: "POST", Do: emulator.HTMLPage(http.StatusGatewayTimeout)},
		emulator.Fault{Method: "POST", Do: func(x *emulator.Exchange) {
			stray = e.emulator.AddKey(emulator.Parent, "a", []string{"mail.send"})
			x.Send(x.Apply())
		}},
	)
	k, diags := s.apply(s.none(), attrs{"name": "a", "scopes": []string{"mail.send"}})
	diags.expectWarning(t, stray.ID)
	if secret, _ := k.attr(t, "api_key").(string); secret == "" {
		t.Error("state lacks the secret")
	}
}

// A search that fails does not keep a created key out of state. A warning says what
// could not be found out.
func TestStrayKeysNotLookedUp(t *testing.T) {
	t.Parallel()
	e := newEmulated(t, emulator.Config{})
	e.timing = keys.Timing{Settle: time.Millisecond, Budget: 200 * time.Millisecond}
	s := e.server(nil)
	e.emulator.Inject(
		emulator.Fault{Method: "POST", Do: emulator.HTMLPage(http.StatusGatewayTimeout)},
		// After the list before the first POST, and two searches for its key.
		emulator.Fault{Method: "GET", Path: "/v3/api_keys", Skip: 3, Times: -1, Do: emulator.HTMLPage(http.StatusBadGateway)},
	)
	k, diags := s.apply(s.none(), attrs{"name": "a", "scopes": []string{"mail.send"}})
	e.expectOnly(k)
	diags.expectWarning(t, "An API key may have been created", "could not be looked up", e.onlyKey().ID)
}

// A lost request is not forgotten when the next one is rejected, even if the reason
// is the key that the lost one created late.
func TestLateEffectThenRejection(t *testing.T) {
	t.Parallel()
	e := newEmulated(t, emulator.Config{})
	s := e.server(nil)
	e.emulator.Inject(
		emulator.Fault{Method: "POST", Do: emulator.HTMLPage(http.StatusGatewayTimeout)},
		emulator.Fault{Method: "POST", Do: func(x *emulator.Exchange) {
			e.emulator.AddKey(emulator.Parent, "a", []string{"mail.send"})
			emulator.JSONError(http.StatusForbidden, "", "Cannot create more than 100 API Keys")(x)
		}},
	)
	k, diags := s.apply(s.none(), attrs{"name": "a", "scopes": []string{"mail.send"}})
	e.expectOnlyWithoutSecret(k)
	diags.expectError(t, "Cannot create more than 100", "its secret was lost", e.onlyKey().ID)
}

// The error names a key that was found but cannot be read. A key that cannot be read
// yet is waited for.
func TestFoundKeyIsNamed(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		fault emulator.Fault
		want  string
	}{
		"not read":     {emulator.Fault{Times: -1, Do: emulator.HTMLPage(http.StatusBadGateway)}, "could not be read"},
		"not read yet": {emulator.Fault{Times: 2, Do: emulator.JSONError(http.StatusNotFound, "", "unable to find API Key")}, "its secret was lost"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			e := newEmulated(t, emulator.Config{})
			e.timing = keys.Timing{Settle: time.Millisecond, Budget: 300 * time.Millisecond}
			s := e.server(attrs{"max_retries": 0})
			test.fault.Method, test.fault.Path = "GET", keyByID
			e.emulator.Inject(emulator.Fault{Method: "POST", Do: emulator.ResetAfter}, test.fault)
			_, diags := s.apply(s.none(), attrs{"name": "a", "scopes": []string{"mail.send"}})
			diags.expectError(t, test.want, e.onlyKey().ID)
		})
	}
}

// A request that may still take effect is not called safe to repeat.
func TestTimeoutIsNotCalledSafe(t *testing.T) {
	t.Parallel()
	e := newEmulated(t, emulator.Config{})
	s := e.server(attrs{"request_timeout": "200ms"})
	e.emulator.Inject(emulator.Fault{Method: "POST", Do: emulator.Hang})
	_, diags := s.apply(s.none(), attrs{"name": "a", "scopes": []string{"mail.send"}})
	diags.expectError(t, "An API key may have been created")
	diags.exclude(t, "safe to apply again")
}

// The search is repeated even where nothing else is retried, until it succeeds, its
// budget is used up, or SendGrid rejects it.
func TestSearchPersists(t *testing.T) {
	t.Parallel()
	listFails := func(times int, response emulator.Behavior) emulator.Fault {
		return emulator.Fault{Method: "GET", Path: "/v3/api_keys", Skip: 1, Times: times, Do: response}
	}
	t.Run("without retries", func(t *testing.T) {
		t.Parallel()
		e := newEmulated(t, emulator.Config{})
		s := e.server(attrs{"max_retries": 0})
		e.emulator.Inject(emulator.Fault{Method: "POST", Do: emulator.ResetAfter}, listFails(3, emulator.HTMLPage(http.StatusBadGateway)))
		k, _ := s.apply(s.none(), attrs{"name": "a", "scopes": []string{"mail.send"}})
		e.expectOnlyWithoutSecret(k)
	})
	t.Run("until its budget ends", func(t *testing.T) {
		t.Parallel()
		e := newEmulated(t, emulator.Config{})
		e.timing = keys.Timing{Settle: time.Millisecond, Budget: 200 * time.Millisecond}
		s := e.server(nil)
		e.emulator.Inject(emulator.Fault{Method: "POST", Do: emulator.ResetAfter}, listFails(-1, emulator.HTMLPage(http.StatusBadGateway)))
		k, diags := s.apply(s.none(), attrs{"name": "lost", "scopes": []string{"mail.send"}})
		if !k.value.IsNull() {
			t.Errorf("the state is %s", k.value)
		}
		diags.expectError(t, "An API key may have been created", `named "lost" in the credential's own account`,
			time.Now().UTC().Format("2006-01-02T"), "the search for it failed")
	})
	t.Run("not after a rejection", func(t *testing.T) {
		t.Parallel()
		e := newEmulated(t, emulator.Config{})
		s := e.server(nil)
		e.emulator.Inject(
			emulator.Fault{Method: "POST", Do: emulator.ResetAfter},
			listFails(-1, emulator.JSONError(http.StatusUnauthorized, "", "authorization required")),
		)
		_, diags := s.apply(s.none(), attrs{"name": "a", "scopes": []string{"mail.send"}})
		diags.expectError(t, "An API key may have been created")
		e.expect(getScopes, listKeys, postKey, listKeys)
	})
}

// Ctrl-C interrupts neither the POST nor the search after it, and prevents any
// further request.
func TestCanceledCreate(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		then     emulator.Behavior
		inState  bool
		want     []string
		requests []string
	}{
		"response received": {
			func(x *emulator.Exchange) { x.Send(x.Apply()) }, true, nil,
			[]string{getScopes, listKeys, postKey},
		},
		"response lost": {
			emulator.ResetAfter, true, []string{"its secret was lost"},
			[]string{getScopes, listKeys, postKey, listKeys, getKey},
		},
		"nothing created": {
			emulator.ResetBefore, false, []string{"It is safe to apply again"},
			[]string{getScopes, listKeys, postKey, listKeys, listKeys},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			e := newEmulated(t, emulator.Config{})
			s := e.server(nil)
			ctx, cancel := context.WithCancel(t.Context())
			s.ctx = ctx
			e.emulator.Inject(emulator.Fault{Method: "POST", Do: func(x *emulator.Exchange) {
				cancel()
				test.then(x)
			}})
			k, diags := s.apply(s.none(), attrs{"name": "a", "scopes": []string{"mail.send"}})
			if inState := !k.value.IsNull(); inState != test.inState {
				t.Errorf("the state is %s", k.value)
			}
			diags.expectError(t, test.want...)
			e.expect(test.requests...)
		})
	}
}

// A Full Access key is found by its many scopes.
func TestLostFullAccess(t *testing.T) {
	t.Parallel()
	e := newEmulated(t, emulator.Config{FullAccess: scopes.Default().FullAccess})
	s := e.server(nil)
	e.emulator.Inject(emulator.Fault{Method: "POST", Do: emulator.ResetAfter})
	k, diags := s.apply(s.none(), attrs{"name": "a"})
	diags.expectError(t, "its secret was lost")
	e.expectOnlyWithoutSecret(k)
}
