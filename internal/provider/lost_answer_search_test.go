package provider

import (
	"context"
	"net/http"
	"strings"
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
	e.patient = &keys.Timing{Settle: time.Second, Budget: time.Minute}
	s := e.server(nil)
	e.emulator.Inject(emulator.Fault{Method: "POST", Do: emulator.Late(10 * time.Millisecond)})
	k, diags := s.apply(s.none(), attrs{"name": "a", "scopes": []string{"mail.send"}})
	if k.attr(t, "id") != e.emulator.Keys(emulator.Parent)[0].ID || !strings.Contains(texts(diags), "its secret was lost") {
		t.Errorf("state %s, said %s", k.value, texts(diags))
	}
}

// Should it take effect even later, beside the retry, the key is kept and the
// other one named.
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
	s.requireNoErrors(diags)
	if secret, _ := k.attr(t, "api_key").(string); secret == "" {
		t.Error("state lacks the secret")
	}
	if got := texts(diags); !strings.Contains(got, "WARNING") || !strings.Contains(got, stray.ID) {
		t.Errorf("said %s", got)
	}
}

// The key that was made is not held back by a search that fails, and what could
// not be found out is said.
func TestStrayKeysNotLookedUp(t *testing.T) {
	t.Parallel()
	e := newEmulated(t, emulator.Config{})
	e.patient = &keys.Timing{Settle: time.Millisecond, Budget: 200 * time.Millisecond}
	s := e.server(nil)
	e.emulator.Inject(
		emulator.Fault{Method: "POST", Do: emulator.HTMLPage(http.StatusGatewayTimeout)},
		// After the list before the first POST, and two looks for its key.
		emulator.Fault{Method: "GET", Path: "/v3/api_keys", Skip: 3, Times: -1, Do: emulator.HTMLPage(http.StatusBadGateway)},
	)
	k, diags := s.apply(s.none(), attrs{"name": "a", "scopes": []string{"mail.send"}})
	s.requireNoErrors(diags)
	keys := e.emulator.Keys(emulator.Parent)
	if len(keys) != 1 || k.attr(t, "api_key") != keys[0].Secret {
		t.Fatalf("%d keys were made, and state holds %s", len(keys), k.attr(t, "id"))
	}
	got := texts(diags)
	for _, want := range []string{"WARNING", "An API key may have been made", "could not be looked up", keys[0].ID} {
		if !strings.Contains(got, want) {
			t.Errorf("no %q in %s", want, got)
		}
	}
}

// A request that is lost is not forgotten when the next one is refused, be it for
// the key that the first has made late.
func TestLateEffectBesideRefusal(t *testing.T) {
	t.Parallel()
	e := newEmulated(t, emulator.Config{})
	s := e.server(nil)
	var late emulator.Key
	e.emulator.Inject(
		emulator.Fault{Method: "POST", Do: emulator.HTMLPage(http.StatusGatewayTimeout)},
		emulator.Fault{Method: "POST", Do: func(x *emulator.Exchange) {
			late = e.emulator.AddKey(emulator.Parent, "a", []string{"mail.send"})
			emulator.JSONError(http.StatusForbidden, "", "Cannot create more than 100 API Keys")(x)
		}},
	)
	k, diags := s.apply(s.none(), attrs{"name": "a", "scopes": []string{"mail.send"}})
	if k.attr(t, "id") != late.ID || k.attr(t, "api_key") != nil {
		t.Errorf("state %s", k.value)
	}
	for _, want := range []string{"Cannot create more than 100", "its secret was lost", late.ID} {
		if !strings.Contains(texts(diags), want) {
			t.Errorf("no %q in %s", want, texts(diags))
		}
	}
}

// A key that was found is named where it cannot be read, and one that is only not
// readable yet is waited for.
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
			e.patient = &keys.Timing{Settle: time.Millisecond, Budget: 300 * time.Millisecond}
			s := e.server(attrs{"max_retries": 0})
			test.fault.Method, test.fault.Path = "GET", keyByID
			e.emulator.Inject(emulator.Fault{Method: "POST", Do: emulator.ResetAfter}, test.fault)
			_, diags := s.apply(s.none(), attrs{"name": "a", "scopes": []string{"mail.send"}})
			for _, want := range []string{test.want, e.emulator.Keys(emulator.Parent)[0].ID} {
				if !strings.Contains(texts(diags), want) {
					t.Errorf("no %q in %s", want, texts(diags))
				}
			}
		})
	}
}

// What may still take effect is not called safe to repeat.
func TestTimeoutIsNotCalledSafe(t *testing.T) {
	t.Parallel()
	e := newEmulated(t, emulator.Config{})
	s := e.server(attrs{"request_timeout": "200ms"})
	e.emulator.Inject(emulator.Fault{Method: "POST", Do: emulator.Hang})
	_, diags := s.apply(s.none(), attrs{"name": "a", "scopes": []string{"mail.send"}})
	if got := texts(diags); !strings.Contains(got, "An API key may have been made") || strings.Contains(got, "safe to apply again") {
		t.Errorf("said %s", got)
	}
}

// The search goes on where nothing else is retried, and says so where it fails.
func TestSearchPersists(t *testing.T) {
	t.Parallel()
	down := func(times int) emulator.Fault {
		return emulator.Fault{Method: "GET", Path: "/v3/api_keys", Skip: 1, Times: times, Do: emulator.HTMLPage(http.StatusBadGateway)}
	}
	t.Run("without retries", func(t *testing.T) {
		t.Parallel()
		e := newEmulated(t, emulator.Config{})
		s := e.server(attrs{"max_retries": 0})
		e.emulator.Inject(emulator.Fault{Method: "POST", Do: emulator.ResetAfter}, down(3))
		k, _ := s.apply(s.none(), attrs{"name": "a", "scopes": []string{"mail.send"}})
		if k.attr(t, "id") != e.emulator.Keys(emulator.Parent)[0].ID {
			t.Errorf("state %s", k.value)
		}
	})
	t.Run("until its budget ends", func(t *testing.T) {
		t.Parallel()
		e := newEmulated(t, emulator.Config{})
		e.patient = &keys.Timing{Settle: time.Millisecond, Budget: 200 * time.Millisecond}
		s := e.server(nil)
		e.emulator.Inject(emulator.Fault{Method: "POST", Do: emulator.ResetAfter}, down(-1))
		k, diags := s.apply(s.none(), attrs{"name": "lost", "scopes": []string{"mail.send"}})
		if !k.value.IsNull() {
			t.Errorf("state %s", k.value)
		}
		for _, want := range []string{"An API key may have been made", `named "lost" in the credential's own account`, time.Now().UTC().Format("2006-01-02T"), "the search for it failed"} {
			if !strings.Contains(texts(diags), want) {
				t.Errorf("no %q in %s", want, texts(diags))
			}
		}
	})
	t.Run("not against a refusal", func(t *testing.T) {
		t.Parallel()
		e := newEmulated(t, emulator.Config{})
		s := e.server(nil)
		e.emulator.Inject(
			emulator.Fault{Method: "POST", Do: emulator.ResetAfter},
			emulator.Fault{Method: "GET", Path: "/v3/api_keys", Skip: 1, Times: -1, Do: emulator.JSONError(http.StatusUnauthorized, "", "authorization required")},
		)
		_, diags := s.apply(s.none(), attrs{"name": "a", "scopes": []string{"mail.send"}})
		if !strings.Contains(texts(diags), "An API key may have been made") {
			t.Errorf("said %s", texts(diags))
		}
		e.expect(getScopes, listKeys, postKey, listKeys)
	})
}

// Ctrl-C neither cuts the POST nor the search after it, and stops what comes
// then.
func TestCancelledCreate(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		then     emulator.Behavior
		inState  bool
		said     string
		requests []string
	}{
		"answered": {
			func(x *emulator.Exchange) { x.Send(x.Apply()) }, true, "",
			[]string{getScopes, listKeys, postKey},
		},
		"lost": {
			emulator.ResetAfter, true, "its secret was lost",
			[]string{getScopes, listKeys, postKey, listKeys, getKey},
		},
		"nothing made": {
			emulator.ResetBefore, false, "It is safe to apply again",
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
			if k.value.IsNull() == test.inState || !strings.Contains(texts(diags), test.said) {
				t.Errorf("state %s, said %s", k.value, texts(diags))
			}
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
	if k.attr(t, "id") != e.emulator.Keys(emulator.Parent)[0].ID || !strings.Contains(texts(diags), "its secret was lost") {
		t.Errorf("state %s, said %s", k.value, texts(diags))
	}
}
