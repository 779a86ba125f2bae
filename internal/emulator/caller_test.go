package emulator_test

import (
	"net/http"
	"testing"

	"github.com/terraform-sendgrid/terraform-provider-sendgrid/internal/emulator"
)

func TestUnauthorized(t *testing.T) {
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
			c.transport.Transport = withHeader{c.transport.Transport, header}
			c.expect(t, request, "", http.StatusUnauthorized, unauthorized)
		}
	}
	c := clientOf(s)
	c.secret = "SG.other.credential"
	c.expect(t, "GET /v3/api_keys", "", http.StatusOK, `{"result":[]}`)
}

func TestCredentialOfAnyForm(t *testing.T) {
	t.Parallel()
	s := start(t, emulator.Config{Credential: "anything", ListCredential: true})
	c := clientOf(s)
	c.secret = "anything"
	keys := s.Keys(emulator.Parent)
	if len(keys) != 1 || len(keys[0].ID) != 22 {
		t.Fatalf("the credential is %+v", keys)
	}
	c.expect(t, "GET /v3/api_keys", "", http.StatusOK, `{"result":[`+updated(keys[0].ID, "Credential")+`]}`)
}

// withHeader sends any Authorization header.
type withHeader struct {
	http.RoundTripper
	value string
}

func (w withHeader) RoundTrip(r *http.Request) (*http.Response, error) {
	r = r.Clone(r.Context())
	r.Header.Set("Authorization", w.value)
	return w.RoundTripper.RoundTrip(r)
}

func TestRestrictedCaller(t *testing.T) {
	t.Parallel()
	const draft = `{"name":"k","scopes":["mail.send"]}`
	s := start(t, emulator.Config{})
	k := s.AddKey(emulator.Parent, "k", []string{"mail.send"})
	requests := []struct {
		request, body, scope string
	}{
		{"GET /v3/api_keys", "", "api_keys.read"},
		{"GET /v3/api_keys/" + k.ID, "", "api_keys.read"},
		{"POST /v3/api_keys", draft, "api_keys.create"},
		{"PATCH /v3/api_keys/" + k.ID, draft, "api_keys.update"},
		{"PUT /v3/api_keys/" + k.ID, draft, "api_keys.update"},
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

func TestScopesOfTheCaller(t *testing.T) {
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
	const draft = `{"name":"k","scopes":["mail.send"]}`
	s := start(t, emulator.Config{
		Subusers: []string{"sub-a", "account-id 42"},
		Accounts: map[string]emulator.Account{"sub-b": {AutoAssigned: []string{"sender_verification_legacy"}}},
	})
	parent := clientOf(s)
	subA := parent.onBehalfOf("sub-a")
	k := subA.create(t, s, draft)
	if k.Account != "sub-a" {
		t.Fatalf("key lives in %q", k.Account)
	}
	one := " /v3/api_keys/" + k.ID

	// A key is invisible from every other account, the parent's included.
	for _, c := range []client{parent, parent.onBehalfOf("account-id 42"), parent.onBehalfOf("sub-b")} {
		c.expect(t, "GET /v3/api_keys", "", http.StatusOK, `{"result":[]}`)
		c.expect(t, "GET"+one, "", http.StatusNotFound, notFound)
		c.expect(t, "PATCH"+one, draft, http.StatusNotFound, notFound)
		c.expect(t, "PUT"+one, draft, http.StatusNotFound, notFoundUpdate)
		c.expect(t, "DELETE"+one, "", http.StatusNotFound, notFoundDelete)
	}
	subA.expect(t, "GET"+one, "", http.StatusOK, read(k, mailSendReadsAs))
	other := parent.onBehalfOf("sub-b").create(t, s, draft)
	parent.onBehalfOf("sub-b").expect(t, "GET /v3/api_keys/"+other.ID, "", http.StatusOK,
		read(other, `["mail.send","sender_verification_legacy"]`))

	parent.onBehalfOf("nobody").expect(t, "GET /v3/api_keys", "", http.StatusForbidden, forbidden)
	parent.onBehalfOf("subuser_sub-a").expect(t, "GET /v3/scopes", "", http.StatusForbidden, forbidden)

	// A subuser's own key needs no header, and may use none.
	own := parent.as(s.AddKey("sub-a", "own", nil))
	own.expect(t, "GET"+one, "", http.StatusOK, read(k, mailSendReadsAs))
	own.onBehalfOf("sub-a").expect(t, "GET"+one, "", http.StatusForbidden, forbidden)
	own.onBehalfOf("sub-b").expect(t, "GET"+one, "", http.StatusForbidden, forbidden)
}
