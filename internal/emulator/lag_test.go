package emulator_test

import (
	"net/http"
	"testing"
	"time"

	"github.com/terraform-sendgrid/terraform-provider-sendgrid/internal/emulator"
)

func TestLag(t *testing.T) {
	t.Parallel()
	now := newClock()
	s := start(t, emulator.Config{
		Now: now.Now,
		Lag: emulator.Lag{Create: 10 * time.Second, Update: 5 * time.Second, Delete: time.Minute},
	})
	c := clientOf(s)
	k := c.create(t, s, `{"name":"k","scopes":["mail.send","api_keys.read"]}`)
	path := " /v3/api_keys/" + k.ID
	own := c.as(k)

	// Created: not visible yet, and not valid as a credential.
	c.expect(t, "GET"+path, "", http.StatusNotFound, notFound)
	c.expect(t, "GET /v3/api_keys", "", http.StatusOK, `{"result":[]}`)
	own.expect(t, "GET /v3/scopes", "", http.StatusUnauthorized, unauthorized)
	now.advance(10 * time.Second)
	const before = `["api_keys.read","mail.send","sender_verification_eligible","2fa_required"]`
	c.expect(t, "GET"+path, "", http.StatusOK, readBody(k, before))

	// Changed: reads return the state before.
	c.expect(t, "PUT"+path, `{"name":"new","scopes":["mail.send"]}`, http.StatusOK, updatedBody(k.ID, "new"))
	c.expect(t, "GET"+path, "", http.StatusOK, readBody(k, before))
	own.expect(t, "GET"+path, "", http.StatusOK, readBody(k, before))
	now.advance(5 * time.Second)
	k.Name = "new"
	c.expect(t, "GET"+path, "", http.StatusOK, readBody(k, mailSendReadsAs))
	own.expect(t, "GET"+path, "", http.StatusForbidden, forbidden)

	// Deleted: writes do not find it, reads still do.
	if r := c.do(t, "DELETE"+path, ""); r.status != http.StatusNoContent {
		t.Fatalf("DELETE: %d %s", r.status, r.body)
	}
	c.expect(t, "DELETE"+path, "", http.StatusNotFound, notFoundDelete)
	c.expect(t, "PATCH"+path, `{"name":"x"}`, http.StatusNotFound, notFound)
	if _, ok := s.Key(k.ID); ok {
		t.Error("the deleted key still exists")
	}
	now.advance(59 * time.Second)
	c.expect(t, "GET"+path, "", http.StatusOK, readBody(k, mailSendReadsAs))
	c.expect(t, "GET /v3/api_keys", "", http.StatusOK, `{"result":[`+updatedBody(k.ID, "new")+`]}`)
	now.advance(time.Second)
	c.expect(t, "GET"+path, "", http.StatusNotFound, notFound)
	own.expect(t, "GET /v3/scopes", "", http.StatusUnauthorized, unauthorized)
}

func TestLagKeepsOrderOfChanges(t *testing.T) {
	t.Parallel()
	now := newClock()
	s := start(t, emulator.Config{Now: now.Now, Lag: emulator.Lag{Create: time.Minute}})
	c := clientOf(s)
	k := c.create(t, s, `{"name":"k","scopes":["mail.send"]}`)
	deleted := c.create(t, s, `{"name":"deleted","scopes":["mail.send"]}`)

	// Neither the update nor the delete becomes visible before the create.
	c.expect(t, "PATCH /v3/api_keys/"+k.ID, `{"name":"new"}`, http.StatusOK, updatedBody(k.ID, "new"))
	c.do(t, "DELETE /v3/api_keys/"+deleted.ID, "")
	c.expect(t, "GET /v3/api_keys/"+k.ID, "", http.StatusNotFound, notFound)
	now.advance(time.Minute)
	c.expect(t, "GET /v3/api_keys", "", http.StatusOK, `{"result":[`+updatedBody(k.ID, "new")+`]}`)
}

func TestConsoleDoesNotLag(t *testing.T) {
	t.Parallel()
	s := start(t, emulator.Config{Lag: emulator.Lag{Create: time.Hour, Update: time.Hour, Delete: time.Hour}})
	c := clientOf(s)
	k := s.AddKey(emulator.Parent, "k", []string{"mail.send"})
	c.expect(t, "GET /v3/api_keys/"+k.ID, "", http.StatusOK, readBody(k, mailSendReadsAs))
	s.EditKey(k.ID, func(k *emulator.Key) { k.Name = "new" })
	c.expect(t, "GET /v3/api_keys", "", http.StatusOK, `{"result":[`+updatedBody(k.ID, "new")+`]}`)
	s.DeleteKey(k.ID)
	c.expect(t, "GET /v3/api_keys", "", http.StatusOK, `{"result":[]}`)
}
