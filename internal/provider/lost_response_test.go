package provider

import (
	"net/http"
	"slices"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/terraform-sendgrid/terraform-provider-sendgrid/internal/emulator"
)

// What a create whose response is lost results in: a key, a key without its secret
// that is tainted, or an error; and never more POSTs than necessary.
func TestLostResponse(t *testing.T) {
	t.Parallel()
	const (
		adopted = "API key made, but its secret was lost"
		unclear = "No key named \"a\" in the credential's own account has appeared"
	)
	bare500 := emulator.JSONError(http.StatusInternalServerError, "", "internal server error")
	page := emulator.HTMLPage
	for name, test := range map[string]struct {
		fault    emulator.Behavior
		times    int
		err      string // "" where the key is created in the end
		posts    int
		keysLeft int
	}{
		"reset before the effect": {emulator.ResetBefore, 1, "", 2, 1},
		"reset before, twice":     {emulator.ResetBefore, 2, "", 3, 1},
		"reset after the effect":  {emulator.ResetAfter, 1, adopted, 1, 1},
		"cut body":                {emulator.CutBody, 1, adopted, 1, 1},
		"empty body":              {emulator.EmptyBody, 1, adopted, 1, 1},
		"a body without the key":  {emulator.ReplaceBody(`{"api_key_id":"x","name":"a"}`), 1, adopted, 1, 1},
		"garbage":                 {emulator.ReplaceBody(`{"api_key":"`), 1, adopted, 1, 1},
		"a proxy's 200":           {emulator.Respond(200, nil, "text/html", "<html>"), 1, unclear, 1, 0},
		"hang after the effect":   {emulator.HangAfter, 1, adopted, 1, 1},
		"hang":                    {emulator.Hang, 1, unclear, 1, 0},
		"HTML 502":                {page(http.StatusBadGateway), 1, "", 2, 1},
		"HTML 502 after effect":   {emulator.After(page(http.StatusBadGateway)), 1, adopted, 1, 1},
		"HTML 504":                {page(http.StatusGatewayTimeout), 1, "", 2, 1},
		"503":                     {emulator.JSONError(http.StatusServiceUnavailable, "", "unavailable"), 1, "", 2, 1},
		"bare 500":                {bare500, 1, unclear, 1, 0},
		"bare 500 after effect":   {emulator.After(bare500), 1, adopted, 1, 1},
		"502 forever":             {page(http.StatusBadGateway), -1, unclear, 3, 0},
		"429 without headers":     {emulator.JSONError(http.StatusTooManyRequests, "", "too many requests"), 2, "", 3, 1},
		"rejected":                {emulator.JSONError(http.StatusForbidden, "", "access forbidden"), 1, "The credential lacks a scope", 1, 0},
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
			if test.err == "" {
				diags.requireNone(t)
			} else {
				diags.expectError(t, test.err)
			}
			for _, created := range keys {
				diags.exclude(t, created.Secret)
			}
			switch {
			case test.keysLeft == 0:
				if !k.value.IsNull() {
					t.Errorf("the state is %s", k.value)
				}
			case test.err == "":
				e.expectOnly(k)
			default:
				e.expectOnlyWithoutSecret(k)
			}

			// After any failure, the next apply converges.
			e.emulator.ClearFaults()
			s = e.server(nil)
			if !k.value.IsNull() && test.err != "" {
				k, diags = s.read(k)
				diags.requireNone(t)
				k, diags = s.replace(k, k.private, config)
			} else {
				k, diags = s.apply(k, config)
			}
			diags.requireNone(t)
			e.expectOnly(k)
		})
	}
}

// The exact requests of the two ways in which a lost response can end well.
func TestLostResponseRequests(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		fault emulator.Behavior
		want  []string
	}{
		"created and adopted":  {emulator.ResetAfter, []string{getScopes, listKeys, postKey, listKeys, getKey}},
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

// Without the list of existing keys, no key is created.
func TestNotListed(t *testing.T) {
	t.Parallel()
	e := newEmulated(t, emulator.Config{})
	s := e.server(attrs{"max_retries": 1})
	e.emulator.Inject(emulator.Fault{Method: "GET", Path: "/v3/api_keys", Times: -1, Do: emulator.HTMLPage(http.StatusBadGateway)})
	_, diags := s.apply(s.none(), attrs{"name": "a", "scopes": []string{"mail.send"}})
	diags.expectError(t, "No key is made before the keys that exist are listed", "status 502")
	e.expect(getScopes, listKeys, listKeys)
}

// Two keys with the same name in one apply: after each lost response, the right key
// is found.
func TestLostResponsesOfOneName(t *testing.T) {
	t.Parallel()
	e := newEmulated(t, emulator.Config{})
	s := e.server(nil)
	e.emulator.Inject(emulator.Fault{Method: "POST", Times: 2, Do: emulator.ResetAfter})
	var mu sync.Mutex
	var ids []string
	var workers sync.WaitGroup
	for range 4 {
		workers.Go(func() {
			k, _ := s.apply(s.none(), attrs{"name": "same", "scopes": []string{"mail.send"}})
			id, _ := k.attr(t, "id").(string)
			mu.Lock()
			defer mu.Unlock()
			ids = append(ids, id)
		})
	}
	workers.Wait()
	var want []string
	for _, created := range e.emulator.Keys(emulator.Parent) {
		want = append(want, created.ID)
	}
	slices.Sort(ids)
	slices.Sort(want)
	if diff := cmp.Diff(want, ids); diff != "" {
		t.Errorf("ids in state (-created +got):\n%s", diff)
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
			diags.exclude(t, before.ID)
		})
	}
}
