package provider

import (
	"net/http"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"

	"github.com/terraform-sendgrid/terraform-provider-sendgrid/internal/emulator"
)

// What a create whose response is lost results in: a key, or an error that names
// every key that appeared; and never more POSTs than necessary. A key whose secret
// was lost does not enter the state, because it may be somebody else's.
func TestLostResponse(t *testing.T) {
	t.Parallel()
	const (
		found    = "A key named \"a\" in the credential's own account appeared"
		none     = "shows no new key named \"a\" in the credential's own account. It is safe to apply again"
		later    = "No key named \"a\" in the credential's own account has appeared yet"
		repeated = "The request to create an API key was repeated"
	)
	bare500 := emulator.JSONError(http.StatusInternalServerError, "", "internal server error")
	page := emulator.HTMLPage
	for name, test := range map[string]struct {
		fault    emulator.Behavior
		times    int
		err      string // "" if the key is created in the end
		warning  string
		posts    int
		keysLeft int
	}{
		"reset before the effect": {emulator.ResetBefore, 1, "", repeated, 2, 1},
		"reset before, twice":     {emulator.ResetBefore, 2, "", repeated, 3, 1},
		"reset after the effect":  {emulator.ResetAfter, 1, found, "", 1, 1},
		"cut body":                {emulator.CutBody, 1, found, "", 1, 1},
		"empty body":              {emulator.EmptyBody, 1, found, "", 1, 1},
		"a body without the key":  {emulator.ReplaceBody(`{"api_key_id":"x","name":"a"}`), 1, found, "", 1, 1},
		"garbage":                 {emulator.ReplaceBody(`{"api_key":"`), 1, found, "", 1, 1},
		"a proxy's 200":           {emulator.Respond(200, nil, "text/html", "<html>"), 1, later, "", 1, 0},
		"hang after the effect":   {emulator.HangAfter, 1, found, "", 1, 1},
		"hang":                    {emulator.Hang, 1, later, "", 1, 0},
		"HTML 502":                {page(http.StatusBadGateway), 1, "", repeated, 2, 1},
		"HTML 502 after effect":   {emulator.After(page(http.StatusBadGateway)), 1, found, "", 1, 1},
		"HTML 504":                {page(http.StatusGatewayTimeout), 1, "", repeated, 2, 1},
		"503":                     {emulator.JSONError(http.StatusServiceUnavailable, "", "unavailable"), 1, "", repeated, 2, 1},
		"bare 500":                {bare500, 1, none, "", 1, 0},
		"bare 500 after effect":   {emulator.After(bare500), 1, found, "", 1, 1},
		"502 forever":             {page(http.StatusBadGateway), -1, none, "", 3, 0},
		"429 without headers":     {emulator.JSONError(http.StatusTooManyRequests, "", "too many requests"), 2, "", "", 3, 1},
		"rejected":                {emulator.JSONError(http.StatusForbidden, "", "access forbidden"), 1, "The credential lacks a scope", "", 1, 0},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			e := newEmulated(t, emulator.Config{})
			s := e.server(attrs{"max_retries": 2, "request_timeout": "500ms"})
			e.emulator.Inject(emulator.Fault{Method: "POST", Times: test.times, Do: test.fault})
			config := attrs{"name": "a", "scopes": []string{"mail.send"}}
			k, diags := s.apply(s.none(), config)

			posts := e.countRequests()[postKey]
			keys := e.emulator.Keys(emulator.Parent)
			if posts != test.posts || len(keys) != test.keysLeft {
				t.Errorf("%d POSTs created %d keys, want %d and %d\n%s", posts, len(keys), test.posts, test.keysLeft, diags)
			}
			switch {
			case test.err != "":
				diags.expectError(t, test.err)
			case test.warning != "":
				diags.requireNoErrors(t)
				diags.expectWarning(t, test.warning, keys[0].ID)
			default:
				diags.requireNone(t)
			}
			for _, created := range keys {
				diags.exclude(t, created.Secret)
			}
			if test.err == "" {
				e.expectOnly(k)
				return
			}
			if !k.value.IsNull() {
				t.Errorf("the state is %s", k.value)
			}
			for _, stray := range keys {
				diags.expectError(t, stray.ID)
				e.emulator.DeleteKey(stray.ID)
			}

			// Once the user has deleted the key that the error names, the next apply
			// converges.
			e.emulator.ClearFaults()
			k, diags = e.server(nil).apply(k, config)
			diags.requireNone(t)
			e.expectOnly(k)
		})
	}
}

// The exact requests after a lost response.
func TestLostResponseRequests(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		fault emulator.Behavior
		want  []string
	}{
		"created":              {emulator.ResetAfter, []string{getScopes, listKeys, postKey, listKeys, listKeys}},
		"not created, retried": {emulator.ResetBefore, []string{getScopes, listKeys, postKey, listKeys, listKeys, postKey, listKeys}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			e := newEmulated(t, emulator.Config{Subusers: []string{"sub-a"}})
			s := e.server(nil)
			e.emulator.Inject(emulator.Fault{Method: "POST", Do: test.fault})
			s.apply(s.none(), attrs{"name": "a", "scopes": []string{"mail.send"}, "on_behalf_of": "sub-a"})
			var want []string
			for _, r := range test.want {
				want = append(want, r+" on behalf of sub-a")
			}
			e.expect(want...)
		})
	}
}

// The keys of an account are listed once per provider, however many are created.
func TestListedOnce(t *testing.T) {
	t.Parallel()
	e := newEmulated(t, emulator.Config{})
	s := e.server(nil)
	var workers sync.WaitGroup
	for range 10 {
		workers.Go(func() {
			_, diags := s.apply(s.none(), attrs{"name": "same", "scopes": []string{"mail.send"}})
			diags.expectError(t)
		})
	}
	workers.Wait()
	if diff := cmp.Diff(map[string]int{getScopes: 1, listKeys: 1, postKey: 10}, e.countRequests()); diff != "" {
		t.Errorf("requests (-want +got):\n%s", diff)
	}
}

// Without the list of existing keys, no key is created. The plan asks once, the
// create as often as max_retries allows.
func TestNotListed(t *testing.T) {
	t.Parallel()
	e := newEmulated(t, emulator.Config{})
	s := e.server(attrs{"max_retries": 1})
	e.emulator.Inject(emulator.Fault{Method: "GET", Path: "/v3/api_keys", Times: -1, Do: emulator.HTMLPage(http.StatusBadGateway)})
	_, diags := s.apply(s.none(), attrs{"name": "a", "scopes": []string{"mail.send"}})
	diags.expectError(t, "The provider lists the existing keys before it creates one", "status 502")
	e.expect(getScopes, listKeys, listKeys, listKeys)
}

// A failed list is not remembered: the next create asks again.
func TestListedAgainAfterFailure(t *testing.T) {
	t.Parallel()
	e := newEmulated(t, emulator.Config{})
	s := e.server(attrs{"max_retries": 0})
	e.emulator.Inject(emulator.Fault{Method: "GET", Path: "/v3/api_keys", Times: 2, Do: emulator.HTMLPage(http.StatusServiceUnavailable)})
	config := attrs{"name": "a", "scopes": []string{"mail.send"}}
	_, diags := s.apply(s.none(), config)
	diags.expectError(t, "The provider lists the existing keys before it creates one")
	k, diags := s.apply(s.none(), config)
	diags.requireNone(t)
	e.expectOnly(k)
}

// Keys with the same name in one apply: two responses are lost, and the errors name
// exactly the two keys that are not in the state.
func TestLostResponsesOfOneName(t *testing.T) {
	t.Parallel()
	e := newEmulated(t, emulator.Config{})
	s := e.server(nil)
	e.emulator.Inject(emulator.Fault{Method: "POST", Times: 2, Do: emulator.ResetAfter})
	var mu sync.Mutex
	inState := map[any]bool{}
	var all diagnostics
	var workers sync.WaitGroup
	for range 4 {
		workers.Go(func() {
			k, diags := s.apply(s.none(), attrs{"name": "same", "scopes": []string{"mail.send"}})
			mu.Lock()
			defer mu.Unlock()
			all = append(all, diags...)
			if !k.value.IsNull() {
				inState[k.attr(t, "id")] = true
			}
		})
	}
	workers.Wait()
	if len(inState) != 2 {
		t.Errorf("%d keys are in the state, want 2", len(inState))
	}
	for _, created := range e.emulator.Keys(emulator.Parent) {
		if inState[created.ID] {
			all.exclude(t, created.ID)
		} else {
			all.expectError(t, created.ID)
		}
	}
}

// Keys that somebody else creates at the same moment are not adopted: where the
// right one is unclear, the error names all of them.
func TestLostResponseWithOtherKeys(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		others [][]string // the scopes of the keys that others create
		effect bool
		want   string
	}{
		"another one with the same scopes":  {[][]string{{"mail.send"}}, true, "API keys of unknown origin"},
		"two with the same scopes":          {[][]string{{"mail.send"}, {"mail.send"}}, false, "API keys of unknown origin"},
		"one with other scopes":             {[][]string{{"alerts.read"}}, false, "API key of unknown origin"},
		"one with other scopes and our own": {[][]string{{"alerts.read"}}, true, "API keys of unknown origin"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			e := newEmulated(t, emulator.Config{})
			before := e.emulator.AddKey(emulator.Parent, "a", []string{"mail.send"})
			s := e.server(nil)
			e.emulator.Inject(emulator.Fault{Method: "POST", Do: func(x *emulator.Exchange) {
				for _, names := range test.others {
					e.emulator.AddKey(emulator.Parent, "a", names)
				}
				if test.effect {
					x.Apply()
				}
				x.Reset()
			}})
			k, diags := s.apply(s.none(), attrs{"name": "a", "scopes": []string{"mail.send"}})
			if !k.value.IsNull() {
				t.Errorf("the state is %s", k.value)
			}
			diags.expectError(t, test.want)
			for _, appeared := range e.emulator.Keys(emulator.Parent)[1:] {
				diags.expectError(t, appeared.ID)
			}
			for _, d := range diags.of(tfprotov6.DiagnosticSeverityError) {
				diagnostics{d}.exclude(t, before.ID)
			}
		})
	}
}

// A response that reports another key than the new one, or no key at all, is
// malformed: what it says does not enter the state.
func TestResponseIsNotTrusted(t *testing.T) {
	t.Parallel()
	for name, body := range map[string]func(existing emulator.Key) string{
		"a redacted secret": func(emulator.Key) string {
			return `{"api_key":"********","api_key_id":"ynfH3dkkSYfdvQRKIjcP5Q","name":"a","scopes":["mail.send"]}`
		},
		"an id that is none": func(emulator.Key) string {
			return `{"api_key":"SG.../...x","api_key_id":"../..","name":"a","scopes":["mail.send"]}`
		},
		"the secret of another key": func(k emulator.Key) string {
			return `{"api_key":"` + k.Secret + `","api_key_id":"ynfH3dkkSYfdvQRKIjcP5Q","name":"a","scopes":["mail.send"]}`
		},
		"a key that was listed before": func(k emulator.Key) string {
			return `{"api_key":"` + k.Secret + `","api_key_id":"` + k.ID + `","name":"a","scopes":["mail.send"]}`
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			e := newEmulated(t, emulator.Config{})
			existing := e.emulator.AddKey(emulator.Parent, "other", []string{"mail.send"})
			s := e.server(nil)
			e.emulator.Inject(emulator.Fault{Method: "POST", Do: emulator.ReplaceBody(body(existing))})
			k, diags := s.apply(s.none(), attrs{"name": "a", "scopes": []string{"mail.send"}})
			if !k.value.IsNull() {
				t.Errorf("the state is %s", k.value)
			}
			diags.expectError(t, "API key of unknown origin", e.emulator.Keys(emulator.Parent)[1].ID)
			diags.exclude(t, existing.Secret)
		})
	}
}

// SendGrid reports what it granted. If that is more than was requested, a person
// has to know.
func TestGrantedMoreThanRequested(t *testing.T) {
	t.Parallel()
	e := newEmulated(t, emulator.Config{})
	s := e.server(nil)
	const id = "ynfH3dkkSYfdvQRKIjcP5Q"
	e.emulator.Inject(emulator.Fault{Method: "POST", Do: emulator.Respond(http.StatusCreated, nil, "application/json",
		`{"api_key":"SG.`+id+`.secret","api_key_id":"`+id+`","name":"a","scopes":["mail.send","stats.read","2fa_required"]}`)})
	_, diags := s.apply(s.none(), attrs{"name": "a", "scopes": []string{"mail.send"}})
	diags.expectWarning(t, "SendGrid granted more scopes than requested", id, "stats.read")
	diags.exclude(t, "2fa_required")
}
