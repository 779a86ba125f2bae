package provider

import (
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/terraform-sendgrid/terraform-provider-sendgrid/internal/emulator"
)

// What becomes of a create whose answer is lost: made after all, adopted as
// tainted, or an error; with the requests it takes, and never a POST too many.
func TestLostAnswer(t *testing.T) {
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
		said     string // "" where the key is made in the end
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
		"502 for ever":            {page(http.StatusBadGateway), -1, unclear, 3, 0},
		"429 without headers":     {emulator.JSONError(http.StatusTooManyRequests, "", "too many requests"), 2, "", 3, 1},
		"refused":                 {emulator.JSONError(http.StatusForbidden, "", "access forbidden"), 1, "The credential may not do this", 1, 0},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			e := newEmulated(t, emulator.Config{})
			s := e.server(attrs{"max_retries": 2, "request_timeout": "500ms"})
			e.emulator.Inject(emulator.Fault{Method: "POST", Times: test.times, Do: test.fault})
			config := attrs{"name": "a", "scopes": []string{"mail.send"}}
			k, diags := s.apply(s.none(), config)
			said := texts(diags)

			posts := 0
			for _, r := range e.requests() {
				if r == postKey {
					posts++
				}
			}
			keys := e.emulator.Keys(emulator.Parent)
			if posts != test.posts || len(keys) != test.keysLeft {
				t.Errorf("%d POSTs made %d keys, want %d and %d\n%s", posts, len(keys), test.posts, test.keysLeft, said)
			}
			if test.said == "" && said != "" || !strings.Contains(said, test.said) {
				t.Errorf("said %q, want %q", said, test.said)
			}
			for _, made := range keys {
				if strings.Contains(said, made.Secret) {
					t.Error("a diagnostic holds the secret")
				}
			}
			switch {
			case test.keysLeft == 0:
				if !k.value.IsNull() {
					t.Errorf("state holds %s", k.value)
				}
			case test.said == "":
				if k.attr(t, "api_key") != keys[0].Secret {
					t.Error("state lacks the secret")
				}
			default:
				if k.attr(t, "id") != keys[0].ID || k.attr(t, "api_key") != nil {
					t.Errorf("state holds %s, want id %s without a secret", k.value, keys[0].ID)
				}
			}

			// After any failure, the next apply converges.
			e.emulator.ClearFaults()
			s = e.server(nil)
			if !k.value.IsNull() && test.said != "" {
				k, diags = s.read(k)
				s.requireNone(diags)
				k, diags = s.replace(k, k.private, config)
			} else {
				k, diags = s.apply(k, config)
			}
			s.requireNone(diags)
			keys = e.emulator.Keys(emulator.Parent)
			if len(keys) != 1 || k.attr(t, "id") != keys[0].ID || k.attr(t, "api_key") != keys[0].Secret {
				t.Errorf("after the next apply there are %d keys, and state holds %s", len(keys), k.value)
			}
		})
	}
}

// The exact requests of the two ways a lost answer can end well.
func TestLostAnswerRequests(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		fault emulator.Behavior
		want  []string
	}{
		"made and adopted": {emulator.ResetAfter, []string{getScopes, listKeys, postKey, listKeys, getKey}},
		"not made, retried": {emulator.ResetBefore, []string{
			getScopes, listKeys, postKey, listKeys, listKeys, postKey, listKeys,
		}},
	} {
		e := newEmulated(t, emulator.Config{Subusers: []string{"sub-a"}})
		s := e.server(nil)
		e.emulator.Inject(emulator.Fault{Method: "POST", Do: test.fault})
		s.apply(s.none(), attrs{"name": "a", "scopes": []string{"mail.send"}, "on_behalf_of": "sub-a"})
		var want []string
		for _, r := range test.want {
			want = append(want, r+" on behalf of sub-a")
		}
		if diff := cmp.Diff(want, e.requests()); diff != "" {
			t.Errorf("%s: requests (-want +got):\n%s", name, diff)
		}
	}
}

// The keys of an account are listed once a provider, however many are made.
func TestListedOnce(t *testing.T) {
	t.Parallel()
	e := newEmulated(t, emulator.Config{})
	s := e.server(nil)
	var workers sync.WaitGroup
	for range 10 {
		workers.Go(func() {
			_, diags := s.apply(s.none(), attrs{"name": "same", "scopes": []string{"mail.send"}})
			if len(diags) > 0 {
				t.Error(texts(diags))
			}
		})
	}
	workers.Wait()
	count := map[string]int{}
	for _, r := range e.requests() {
		count[r]++
	}
	if diff := cmp.Diff(map[string]int{getScopes: 1, listKeys: 1, postKey: 10}, count); diff != "" {
		t.Errorf("requests (-want +got):\n%s", diff)
	}
}

// Without the list of what exists, no key is made.
func TestNotListed(t *testing.T) {
	t.Parallel()
	e := newEmulated(t, emulator.Config{})
	s := e.server(attrs{"max_retries": 1})
	e.emulator.Inject(emulator.Fault{Method: "GET", Path: "/v3/api_keys", Times: -1, Do: emulator.HTMLPage(http.StatusBadGateway)})
	_, diags := s.apply(s.none(), attrs{"name": "a", "scopes": []string{"mail.send"}})
	if got := texts(diags); !strings.Contains(got, "No key is made before the keys that exist are listed") || !strings.Contains(got, "status 502") {
		t.Errorf("got %s", got)
	}
	e.expect(getScopes, listKeys, listKeys)
}

// Two keys of one name in one apply: each lost answer finds its own key.
func TestLostAnswersOfOneName(t *testing.T) {
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
	for _, made := range e.emulator.Keys(emulator.Parent) {
		want = append(want, made.ID)
	}
	slices.Sort(ids)
	slices.Sort(want)
	if diff := cmp.Diff(want, ids); diff != "" {
		t.Errorf("ids in state (-made +got):\n%s", diff)
	}
}

// Keys that somebody else makes at the same moment are not taken for one's own:
// where it cannot be told, all are listed and none is adopted.
func TestLostAnswerBesideOthers(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		others [][]string // the scopes of the keys that others make
		effect bool
		want   string
	}{
		"one more with the same scopes":     {[][]string{{"mail.send"}}, true, "API keys of unknown origin"},
		"two with the same scopes":          {[][]string{{"mail.send"}, {"mail.send"}}, false, "API keys of unknown origin"},
		"one with other scopes":             {[][]string{{"alerts.read"}}, false, "An API key of unknown origin"},
		"one with other scopes and our own": {[][]string{{"alerts.read"}}, true, "API keys of unknown origin"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			e := newEmulated(t, emulator.Config{})
			e.emulator.AddKey(emulator.Parent, "a", []string{"mail.send"}) // There before.
			s := e.server(nil)
			var appeared []emulator.Key
			e.emulator.Inject(emulator.Fault{Method: "POST", Do: func(x *emulator.Exchange) {
				for _, names := range test.others {
					appeared = append(appeared, e.emulator.AddKey(emulator.Parent, "a", names))
				}
				if test.effect {
					x.Apply()
				}
				x.Reset()
			}})
			k, diags := s.apply(s.none(), attrs{"name": "a", "scopes": []string{"mail.send"}})
			got := texts(diags)
			if !k.value.IsNull() || !strings.Contains(got, test.want) {
				t.Errorf("state %s, said %s", k.value, got)
			}
			for _, key := range e.emulator.Keys(emulator.Parent)[1:] {
				if !strings.Contains(got, key.ID) {
					t.Errorf("%s is not named in %s", key.ID, got)
				}
			}
			if strings.Contains(got, e.emulator.Keys(emulator.Parent)[0].ID) {
				t.Error("the key that was there before is named")
			}
		})
	}
}
