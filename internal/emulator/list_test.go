package emulator_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/terraform-sendgrid/terraform-provider-sendgrid/internal/emulator"
)

func TestListPages(t *testing.T) {
	t.Parallel()
	s := start(t, emulator.Config{})
	c := clientOf(s)
	for i := range 5 {
		s.AddKey(emulator.Parent, fmt.Sprint("k", i), []string{"mail.send"})
	}
	link := func(rel string, offset, title int) string {
		return fmt.Sprintf(`<%s/v3/api_keys?limit=2&offset=%d>; rel="%s"; title="%d"`, s.URL(), offset, rel, title)
	}
	for _, tt := range []struct {
		query string
		names string
		link  []string
	}{
		{"", "k0 k1 k2 k3 k4", nil},
		{"?limit=5", "k0 k1 k2 k3 k4", nil},
		{"?limit=9999", "k0 k1 k2 k3 k4", nil},
		{"?limit=50&offset=0", "k0 k1 k2 k3 k4", nil},
		{"?offset=7", "", nil},
		{"?limit=2", "k0 k1", []string{link("next", 2, 2), link("prev", 0, 1), link("last", 4, 3), link("first", 0, 1)}},
		{"?limit=2&offset=2", "k2 k3", []string{link("next", 4, 3), link("prev", 0, 1), link("last", 4, 3), link("first", 0, 1)}},
		{"?limit=2&offset=4", "k4", []string{link("prev", 2, 2), link("last", 4, 3), link("first", 0, 1)}},
	} {
		want := []string{}
		for _, k := range s.Keys(emulator.Parent) {
			if strings.Contains(tt.names, k.Name) {
				want = append(want, updatedBody(k.ID, k.Name))
			}
		}
		r := c.do(t, "GET /v3/api_keys"+tt.query, "")
		if body := `{"result":[` + strings.Join(want, ",") + `]}`; r.status != http.StatusOK || r.body != body {
			t.Errorf("%s: %d %s\nwant %s", tt.query, r.status, r.body, body)
		}
		if got, want := r.header.Get("Link"), strings.Join(tt.link, ", "); got != want {
			t.Errorf("%s: Link %s\nwant %s", tt.query, got, want)
		}
	}
	for _, query := range []string{"limit=0", "limit=-1", "limit=x", "offset=-1", "offset=99999999999999"} {
		c.expect(t, "GET /v3/api_keys?"+query, "", http.StatusBadRequest,
			`{"errors":[{"field":"limit","message":"invalid limit or offset"}]}`)
	}
}

func TestIgnoreInvalidLimit(t *testing.T) {
	t.Parallel()
	s := start(t, emulator.Config{IgnoreInvalidLimit: true, ListCredential: true})
	c := clientOf(s)
	all := c.do(t, "GET /v3/api_keys", "").body
	for _, query := range []string{"limit=0", "limit=-1", "limit=x", "limit=99999999999999", "offset=-1", "offset=x"} {
		c.expect(t, "GET /v3/api_keys?"+query, "", http.StatusOK, all)
	}
	c.expect(t, "GET /v3/api_keys?limit=x&offset=1", "", http.StatusOK, `{"result":[]}`)
}

func TestIgnoreOffset(t *testing.T) {
	t.Parallel()
	s := start(t, emulator.Config{IgnoreOffset: true})
	first := s.AddKey(emulator.Parent, "first", nil)
	s.AddKey(emulator.Parent, "second", nil)
	clientOf(s).expect(t, "GET /v3/api_keys?limit=1&offset=1", "", http.StatusOK,
		`{"result":[`+updatedBody(first.ID, "first")+`]}`)
}

func TestListReturnsAtMost500Keys(t *testing.T) {
	t.Parallel()
	s := start(t, emulator.Config{AccountLimit: -1})
	for range 501 {
		s.AddKey(emulator.Parent, "k", nil)
	}
	r := clientOf(s).do(t, "GET /v3/api_keys", "")
	if got := strings.Count(r.body, "api_key_id"); got != 500 {
		t.Errorf("%d keys", got)
	}
	if !strings.Contains(r.header.Get("Link"), `limit=500&offset=500>; rel="next"`) {
		t.Errorf("Link: %s", r.header.Get("Link"))
	}
}

func TestListedCredential(t *testing.T) {
	t.Parallel()
	const id = "emulator-credential-00"
	s := start(t, emulator.Config{})
	c := clientOf(s)
	c.expect(t, "GET /v3/api_keys", "", http.StatusOK, `{"result":[]}`)
	c.expect(t, "GET /v3/api_keys/"+id, "", http.StatusNotFound, notFound)
	c.expect(t, "DELETE /v3/api_keys/"+id, "", http.StatusNotFound, notFoundDelete)

	s = start(t, emulator.Config{ListCredential: true, CredentialScopes: []string{"api_keys.read", "api_keys.delete"}})
	c = clientOf(s)
	c.expect(t, "GET /v3/api_keys", "", http.StatusOK, `{"result":[`+updatedBody(id, "Credential")+`]}`)
	c.expect(t, "GET /v3/api_keys/"+id, "", http.StatusOK, readBody(emulator.Key{ID: id, Name: "Credential"},
		`["api_keys.read","api_keys.delete","sender_verification_eligible","2fa_required"]`))
	if r := c.do(t, "DELETE /v3/api_keys/"+id, ""); r.status != http.StatusNoContent {
		t.Errorf("a key cannot delete itself: %d %s", r.status, r.body)
	}
	c.expect(t, "GET /v3/api_keys", "", http.StatusUnauthorized, unauthorized)
}
