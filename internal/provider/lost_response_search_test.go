package provider

import (
	"context"
	"net/http"
	"testing"
	"testing/synctest"
	"time"

	"github.com/terraform-sendgrid/terraform-provider-sendgrid/internal/emulator"
	"github.com/terraform-sendgrid/terraform-provider-sendgrid/internal/keys"
)

// A create that takes effect only after the gateway gave up is found as well.
func TestLateEffect(t *testing.T) {
	t.Parallel()
	e := newEmulated(t, emulator.Config{})
	e.timing = keys.Timing{Settle: time.Second, Budget: time.Minute}
	s := e.server(nil)
	e.emulator.Inject(emulator.Fault{Method: "POST", Do: emulator.Late(10 * time.Millisecond)})
	k, diags := s.apply(s.none(), attrs{"name": "a", "scopes": []string{"mail.send"}})
	diags.expectError(t, "A key named", e.onlyKey().ID)
	e.expectNotInState(k)
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
	diags.expectWarning(t, "An API key may have been created", "could not check whether", e.onlyKey().ID)
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
	e.expectNotInState(k)
	diags.expectError(t, "Cannot create more than 100", "This was the second request", e.onlyKey().ID)
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
		_, diags := s.apply(s.none(), attrs{"name": "a", "scopes": []string{"mail.send"}})
		diags.expectError(t, e.onlyKey().ID)
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
			emulator.ResetAfter, false, []string{"A key named \"a\" in the credential's own account appeared"},
			[]string{getScopes, listKeys, postKey, listKeys, listKeys},
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

// A stray key that SendGrid lists only after a while is still found, because the
// search waits first.
func TestStrayKeyIsListedLate(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		e := newInMemory(t, emulator.Config{Lag: emulator.Lag{Create: time.Second}})
		s := e.server(nil)
		e.emulator.Inject(emulator.Fault{Method: "POST", Do: emulator.After(emulator.HTMLPage(http.StatusGatewayTimeout))})
		e.emulator.Inject(emulator.Fault{Method: "GET", Path: "/v3/api_keys", Skip: 1, Times: 2, Do: emulator.Respond(http.StatusOK, nil, "application/json", `{"result":[]}`)})
		k, diags := s.apply(s.none(), attrs{"name": "a", "scopes": []string{"mail.send"}})
		diags.requireNoErrors(t)
		for _, created := range e.emulator.Keys(emulator.Parent) {
			if created.ID != k.attr(t, "id") {
				diags.expectWarning(t, "API keys of unknown origin", created.ID)
			}
		}
		if got := len(e.emulator.Keys(emulator.Parent)); got != 2 {
			t.Errorf("%d keys exist, want 2", got)
		}
	})
}

// Another key with the same name, which somebody else created, does not end the
// search: SendGrid may list the own key later.
func TestSearchGoesOnAfterAnotherKey(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		e := newInMemory(t, emulator.Config{Lag: emulator.Lag{Create: time.Second}})
		s := e.server(nil)
		var theirs emulator.Key
		e.emulator.Inject(emulator.Fault{Method: "POST", Do: func(x *emulator.Exchange) {
			theirs = e.emulator.AddKey(emulator.Parent, "a", []string{"mail.send"})
			emulator.ResetAfter(x)
		}})
		_, diags := s.apply(s.none(), attrs{"name": "a", "scopes": []string{"mail.send"}})
		for _, created := range e.emulator.Keys(emulator.Parent) {
			diags.expectError(t, "API keys of unknown origin", created.ID)
		}
		if theirs.ID == "" || len(e.emulator.Keys(emulator.Parent)) != 2 {
			t.Error("there are no two keys")
		}
	})
}
