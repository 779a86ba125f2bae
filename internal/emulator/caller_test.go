package emulator_test

import (
	"net/http"
	"testing"

	"github.com/terraform-sendgrid/terraform-provider-sendgrid/internal/emulator"
)

func TestRequestWithoutValidCredential(t *testing.T) {
	t.Parallel()
	s := start(t, emulator.Config{Credential: "SG.other.credential"})
	for _, header := range []string{
		"",
		"Bearer",
		"Bearer ",
		"Bearer " + emulator.Credential,
		"Bearer SG.other",
		"bearer SG.other.credential",
		"Basic SG.other.credential",
		"SG.other.credential",
	} {
		for _, request := range []string{"GET /v3/api_keys", "POST /v3/api_keys", "DELETE /v3/api_keys/x", "GET /v3/scopes"} {
			c := clientOf(s)
			c.secret = ""
			c.http.Transport = withHeader{c.http.Transport, header}
			c.expect(t, request, "", http.StatusUnauthorized, unauthorized)
		}
	}
	c := clientOf(s)
	c.secret = "SG.other.credential"
	c.expect(t, "GET /v3/api_keys", "", http.StatusOK, `{"result":[]}`)
}

func TestCredentialMayHaveAnyFormat(t *testing.T) {
	t.Parallel()
	s := start(t, emulator.Config{Credential: "anything", ListCredential: true})
	c := clientOf(s)
	c.secret = "anything"
	keys := s.Keys(emulator.Parent)
	if len(keys) != 1 || len(keys[0].ID) != 22 {
		t.Fatalf("the credential is %+v", keys)
	}
	c.expect(t, "GET /v3/api_keys", "", http.StatusOK, `{"result":[`+updatedBody(keys[0].ID, "Credential")+`]}`)
}

// withHeader replaces the Authorization header.
type withHeader struct {
	http.RoundTripper
	value string
}

func (w withHeader) RoundTrip(r *http.Request) (*http.Response, error) {
	r = r.Clone(r.Context())
	r.Header.Set("Authorization", w.value)
	return w.RoundTripper.RoundTrip(r)
}

func TestEndpointsRequireScopes(t *testing.T) {
	t.Parallel()
	s := start(t, emulator.Config{})
	k := s.AddKey(emulator.Parent, "k", []string{"mail.send"})
	requests := []struct {
		request, body, scope string
	}{
		{"GET /v3/api_keys", "", "api_keys.read"},
		{"GET /v3/api_keys/" + k.ID, "", "api_keys.read"},
		{"POST /v3/api_keys", keyBody, "api_keys.create"},
		{"PATCH /v3/api_keys/" + k.ID, keyBody, "api_keys.update"},
		{"PUT /v3/api_keys/" + k.ID, keyBody, "api_keys.update"},
		{"DELETE /v3/api_keys/missing", "", "api_keys.delete"},
		{"GET /v3/scopes", "", ""},
	}
	for _, scope := range []string{"api_keys.create", "api_keys.read", "api_keys.update", "api_keys.delete", "billing.read"} {
		c := clientOf(s).as(s.AddKey(emulator.Parent, "caller", []string{scope, "mail.send"}))
		for _, r := range requests {
			got := c.do(t, r.request, r.body)
			if r.scope != "" && r.scope != scope {
				if got.status != http.StatusForbidden || got.body != forbidden {
					t.Errorf("%s with %s: %d %s", r.request, scope, got.status, got.body)
				}
			} else if got.status == http.StatusForbidden || got.status == http.StatusUnauthorized {
				t.Errorf("%s with %s: %d %s", r.request, scope, got.status, got.body)
			}
		}
	}
}

func TestRevokedMessage(t *testing.T) {
	t.Parallel()
	const message = "The provided authorization grant is invalid, expired, or revoked"
	s := start(t, emulator.Config{RevokedMessage: message})
	revoked, deleted := s.AddKey(emulator.Parent, "revoked", nil), s.AddKey(emulator.Parent, "deleted", nil)
	clientOf(s).do(t, "DELETE /v3/api_keys/"+revoked.ID, "")
	s.DeleteKey(deleted.ID)
	for _, k := range []emulator.Key{revoked, deleted} {
		clientOf(s).as(k).expect(t, "GET /v3/scopes", "", http.StatusUnauthorized,
			`{"errors":[{"field":null,"message":"`+message+`"}]}`)
	}
	clientOf(s).as(emulator.Key{Secret: "SG.never.existed"}).expect(t, "GET /v3/scopes", "", http.StatusUnauthorized, unauthorized)
}

func TestSelfForbidden(t *testing.T) {
	t.Parallel()
	s := start(t, emulator.Config{SelfForbidden: []string{"GET", "DELETE"}})
	self, other := s.AddKey(emulator.Parent, "self", nil), s.AddKey(emulator.Parent, "other", nil)
	c := clientOf(s).as(self)
	for _, method := range []string{"GET", "DELETE"} {
		c.expect(t, method+" /v3/api_keys/"+self.ID, "", http.StatusForbidden, forbidden)
	}
	c.expect(t, "PATCH /v3/api_keys/"+self.ID, `{"name":"new"}`, http.StatusOK, updatedBody(self.ID, "new"))
	if r := c.do(t, "GET /v3/api_keys", ""); r.status != http.StatusOK {
		t.Errorf("list: %d %s", r.status, r.body)
	}
	if r := c.do(t, "DELETE /v3/api_keys/"+other.ID, ""); r.status != http.StatusNoContent {
		t.Errorf("another key: %d %s", r.status, r.body)
	}
}

func TestListScopesOfCaller(t *testing.T) {
	t.Parallel()
	s := start(t, emulator.Config{})
	k := s.AddKey(emulator.Parent, "k", []string{"user.scheduled_sends.read", "mail.send", "alerts.read"})
	c := clientOf(s).as(k)
	c.expect(t, "GET /v3/scopes", "", http.StatusOK,
		`{"scopes":["alerts.read","mail.send","user.scheduled_sends.read","sender_verification_eligible","2fa_required"]}`)
	s.DeleteKey(k.ID)
	c.expect(t, "GET /v3/scopes", "", http.StatusUnauthorized, unauthorized)
}

func TestOnBehalfOf(t *testing.T) {
	t.Parallel()
	s := start(t, emulator.Config{Subusers: []string{"sub-a", "sub-b", "account-id 42"}})
	parent := clientOf(s)
	subA := parent.onBehalfOf("sub-a")
	k := subA.create(t, s, keyBody)
	if k.Account != "sub-a" {
		t.Fatalf("key is in account %q", k.Account)
	}
	one := " /v3/api_keys/" + k.ID

	// Other accounts do not see the key, and neither does the parent.
	for _, c := range []client{parent, parent.onBehalfOf("account-id 42"), parent.onBehalfOf("sub-b")} {
		c.expect(t, "GET /v3/api_keys", "", http.StatusOK, `{"result":[]}`)
		c.expect(t, "GET"+one, "", http.StatusNotFound, notFound)
		c.expect(t, "PATCH"+one, keyBody, http.StatusNotFound, notFound)
		c.expect(t, "PUT"+one, keyBody, http.StatusNotFound, notFoundUpdate)
		c.expect(t, "DELETE"+one, "", http.StatusNotFound, notFoundDelete)
	}
	subA.expect(t, "GET"+one, "", http.StatusOK, readBody(k, mailSendReadsAs))

	parent.onBehalfOf("nobody").expect(t, "GET /v3/api_keys", "", http.StatusForbidden, forbidden)
	parent.onBehalfOf("subuser_sub-a").expect(t, "GET /v3/scopes", "", http.StatusForbidden, forbidden)

	s404 := start(t, emulator.Config{UnknownSubuserStatus: http.StatusNotFound})
	clientOf(s404).onBehalfOf("nobody").expect(t, "GET /v3/api_keys", "", http.StatusNotFound, forbidden)

	// A subuser's own key needs no header, and is rejected with one.
	own := parent.as(s.AddKey("sub-a", "own", nil))
	own.expect(t, "GET"+one, "", http.StatusOK, readBody(k, mailSendReadsAs))
	own.onBehalfOf("sub-a").expect(t, "GET"+one, "", http.StatusForbidden, forbidden)
	own.onBehalfOf("sub-b").expect(t, "GET"+one, "", http.StatusForbidden, forbidden)
}
