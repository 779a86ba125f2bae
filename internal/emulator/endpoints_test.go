package emulator_test

import (
	"fmt"
	"net/http"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/terraform-sendgrid/terraform-provider-sendgrid/internal/emulator"
)

func TestBodiesHaveRecordedLength(t *testing.T) {
	t.Parallel()
	s := start(t, emulator.Config{})
	c := clientOf(s)
	c.secret = ""
	if got := len(c.do(t, "GET /v3/scopes", "").body); got != 62 {
		t.Errorf("401: %d bytes, want 62 as recorded", got)
	}
	c = clientOf(s).as(s.AddKey(emulator.Parent, "mail", []string{"mail.send"}))
	if got := len(c.do(t, "GET /v3/api_keys", "").body); got != 56 {
		t.Errorf("403: %d bytes, want 56 as recorded", got)
	}
	// The recorded request has 51 bytes, and its response 166.
	request := `{"name": "Trelica", "scopes": [ "teammates.read" ]}`
	r := clientOf(s).do(t, "POST /v3/api_keys", request)
	if len(request) != 51 || len(r.body) != 166 {
		t.Errorf("POST: request of %d bytes, response of %d, want 51 and 166 as recorded", len(request), len(r.body))
	}
}

func TestCreate(t *testing.T) {
	t.Parallel()
	s := start(t, emulator.Config{})
	c := clientOf(s)
	r := c.do(t, "POST /v3/api_keys", `{"name":"k","scopes":["mail.send","alerts.read","2fa_required"]}`)
	k := s.Keys(emulator.Parent)[0]
	want := fmt.Sprintf(`{"api_key":"%s","api_key_id":"%s","name":"k","scopes":["mail.send","alerts.read","2fa_required"]}`,
		k.Secret, k.ID)
	if r.status != http.StatusCreated || r.body != want {
		t.Errorf("got %d %s\nwant 201 %s", r.status, r.body, want)
	}
	if got := r.header.Get("Content-Type"); got != "application/json" {
		t.Errorf("Content-Type is %s", got)
	}
	if got := r.header.Get("Content-Length"); got != strconv.Itoa(len(r.body)) {
		t.Errorf("Content-Length is %s of %d", got, len(r.body))
	}
	if k.FullAccess || fmt.Sprint(k.Scopes) != "[mail.send alerts.read 2fa_required]" {
		t.Errorf("stored %+v", k)
	}
}

func TestNamesAreNotUnique(t *testing.T) {
	t.Parallel()
	s := start(t, emulator.Config{})
	c := clientOf(s)
	a := c.create(t, s, `{"name":"twin","scopes":["mail.send"]}`)
	b := c.create(t, s, `{"name":"twin","scopes":["mail.send"]}`)
	c.expect(t, "GET /v3/api_keys", "", http.StatusOK,
		fmt.Sprintf(`{"result":[%s,%s]}`, updatedBody(a.ID, "twin"), updatedBody(b.ID, "twin")))
}

func TestKeyFormat(t *testing.T) {
	t.Parallel()
	format := regexp.MustCompile(`^SG\.([A-Za-z0-9_-]{22})\.[A-Za-z0-9_-]{43}$`)
	s := start(t, emulator.Config{AccountLimit: -1})
	for range 50 {
		k := s.AddKey(emulator.Parent, "k", nil)
		if m := format.FindStringSubmatch(k.Secret); m == nil || m[1] != k.ID {
			t.Fatalf("secret %s of key %s", k.Secret, k.ID)
		}
	}
	if m := format.FindStringSubmatch(emulator.Credential); m == nil || len(emulator.Credential) != 69 {
		t.Errorf("credential %s", emulator.Credential)
	}
}

func TestReadUpdateDelete(t *testing.T) {
	t.Parallel()
	s := start(t, emulator.Config{})
	c := clientOf(s)
	k := c.create(t, s, `{"name":"a \u003cb\u003e \"ü\"","scopes":["mail.send"]}`)
	path := " /v3/api_keys/" + k.ID
	k.Name = `a <b> \"ü\"`
	c.expect(t, "GET"+path, "", http.StatusOK, readBody(k, mailSendReadsAs))

	// PATCH changes the name, and ignores scopes.
	c.expect(t, "PATCH"+path, `{"name":"b","scopes":["alerts.read"]}`, http.StatusOK, updatedBody(k.ID, "b"))
	k.Name = "b"
	c.expect(t, "GET"+path, "", http.StatusOK, readBody(k, mailSendReadsAs))

	// PUT replaces both, and its response has no scopes.
	c.expect(t, "PUT"+path, `{"name":"c","scopes":["stats.read","alerts.read"]}`, http.StatusOK, updatedBody(k.ID, "c"))
	k.Name = "c"
	c.expect(t, "GET"+path, "", http.StatusOK,
		readBody(k, `["alerts.read","stats.read","sender_verification_eligible","2fa_required"]`))
	if now, _ := s.Key(k.ID); now.Secret != k.Secret {
		t.Error("PUT changed the secret")
	}

	r := c.do(t, "DELETE"+path, "")
	if r.status != http.StatusNoContent || r.body != "" || r.header.Get("Content-Length") != "" {
		t.Errorf("DELETE: %d %q %v", r.status, r.body, r.header)
	}
	c.expect(t, "GET"+path, "", http.StatusNotFound, notFound)
	c.expect(t, "GET /v3/api_keys", "", http.StatusOK, `{"result":[]}`)
}

func TestWrappedKey(t *testing.T) {
	t.Parallel()
	s := start(t, emulator.Config{WrappedKey: true})
	k := s.AddKey(emulator.Parent, "k", []string{"mail.send"})
	clientOf(s).expect(t, "GET /v3/api_keys/"+k.ID, "", http.StatusOK, `{"result":[`+readBody(k, mailSendReadsAs)+`]}`)
}

func TestRejectedBodies(t *testing.T) {
	t.Parallel()
	s := start(t, emulator.Config{})
	c := clientOf(s)
	k := s.AddKey(emulator.Parent, "k", []string{"mail.send"})
	one := " /v3/api_keys/" + k.ID
	for _, tt := range []struct {
		request, body string
		want          string
	}{
		{"POST /v3/api_keys", ``, nameMissing},
		{"POST /v3/api_keys", `{"name":`, nameMissing},
		{"POST /v3/api_keys", `{}`, nameMissing},
		{"POST /v3/api_keys", `[]`, nameMissing},
		{"POST /v3/api_keys", `{"name":""}`, nameMissing},
		{"POST /v3/api_keys", `{"name":null}`, nameMissing},
		{"POST /v3/api_keys", `{"name":7}`, nameMissing},
		{"POST /v3/api_keys", `{"Name":"k"}`, nameMissing},
		{"POST /v3/api_keys", `{"name":"k","scopes":["mail.send"]}{}`, nameMissing},
		{"POST /v3/api_keys", `{"name":"k","scopes":[]}`, scopesExpected},
		{"POST /v3/api_keys", `{"name":"k","scopes":null}`, scopesExpected},
		{"POST /v3/api_keys", `{"name":"k","scopes":"mail.send"}`, scopesExpected},
		{"POST /v3/api_keys", `{"name":"k","scopes":[1]}`, scopesExpected},
		{"PATCH" + one, ``, nameExpected},
		{"PATCH" + one, `{"scopes":["alerts.read"]}`, nameExpected},
		{"PATCH" + one, `{"name":""}`, nameExpected},
		{"PUT" + one, `name=k`, nameExpected},
		{"PUT" + one, `{"scopes":["alerts.read"]}`, nameExpected},
		{"PUT" + one, `{"name":"","scopes":["alerts.read"]}`, nameExpected},
		{"PUT" + one, `{"name":"other"}`, scopesExpected},
		{"PUT" + one, `{"name":"other","scopes":[]}`, scopesExpected},
		{"PUT" + one, `{"name":"other","scopes":null}`, scopesExpected},
		{"PUT" + one, `{"name":"other","scopes":{}}`, scopesExpected},
	} {
		c.expect(t, tt.request, tt.body, http.StatusBadRequest, tt.want)
	}
	if keys := s.Keys(emulator.Parent); len(keys) != 1 || fmt.Sprint(keys[0]) != fmt.Sprint(k) {
		t.Errorf("a rejected request took effect: %v", keys)
	}
}

func TestMissingKey(t *testing.T) {
	t.Parallel()
	c := clientOf(start(t, emulator.Config{}))
	const one = " /v3/api_keys/mKQ52wP8SVmz7_YY8CsPHw"
	c.expect(t, "GET"+one, "", http.StatusNotFound, notFound)
	c.expect(t, "PATCH"+one, keyBody, http.StatusNotFound, notFound)
	c.expect(t, "PUT"+one, keyBody, http.StatusNotFound, notFoundUpdate)
	c.expect(t, "DELETE"+one, "", http.StatusNotFound, notFoundDelete)
	c.expect(t, "GET /v3/api_keys/a%2Fb", "", http.StatusNotFound, notFound)
}

func TestGatewayPages(t *testing.T) {
	t.Parallel()
	s := start(t, emulator.Config{})
	k := s.AddKey(emulator.Parent, "k", nil)
	for _, tt := range []struct {
		request string
		want    int
	}{
		{"GET /", http.StatusNotFound},
		{"GET /api_keys", http.StatusNotFound},
		{"POST /api_keys", http.StatusNotFound},
		{"GET /v3/api_keys/", http.StatusNotFound},
		{"DELETE /v3/api_keys/", http.StatusNotFound},
		{"GET //v3/api_keys", http.StatusNotFound},
		{"POST //v3/api_keys", http.StatusNotFound},
		{"GET /v3/v3/api_keys/" + k.ID, http.StatusNotFound},
		{"GET /v3/api_keys/" + k.ID + "/scopes", http.StatusNotFound},
		{"DELETE /v3/api_keys", http.StatusMethodNotAllowed},
		{"POST /v3/api_keys/" + k.ID, http.StatusMethodNotAllowed},
		{"PUT /v3/scopes", http.StatusMethodNotAllowed},
	} {
		r := clientOf(s).do(t, tt.request, "{}")
		if r.status != tt.want || r.header.Get("Content-Type") != "text/html" || !strings.HasPrefix(r.body, "<html>") {
			t.Errorf("%s: %d %s", tt.request, r.status, r.body)
		}
	}
	if len(s.Keys(emulator.Parent)) != 1 {
		t.Error("a wrong path took effect")
	}
}

func TestBodyTooLarge(t *testing.T) {
	t.Parallel()
	s := start(t, emulator.Config{})
	r := clientOf(s).do(t, "POST /v3/api_keys", `{"name":"`+strings.Repeat("x", 1<<20)+`"}`)
	if r.status != http.StatusRequestEntityTooLarge || len(s.Keys(emulator.Parent)) != 0 {
		t.Errorf("%d %s", r.status, r.body)
	}
}

func TestAccountLimit(t *testing.T) {
	t.Parallel()
	s := start(t, emulator.Config{Subusers: []string{"sub-a"}})
	c := clientOf(s)
	var first emulator.Key
	for i := range 100 {
		if k := c.create(t, s, keyBody); i == 0 {
			first = k
		}
	}
	c.expect(t, "POST /v3/api_keys", keyBody, http.StatusForbidden, keyLimit)
	c.onBehalfOf("sub-a").create(t, s, keyBody)
	c.do(t, "DELETE /v3/api_keys/"+first.ID, "")
	c.create(t, s, keyBody)

	s = start(t, emulator.Config{AccountLimit: 1, ListCredential: true})
	clientOf(s).expect(t, "POST /v3/api_keys", keyBody, http.StatusForbidden,
		`{"errors":[{"field":null,"message":"Cannot create more than 1 API Keys"}]}`)
}
