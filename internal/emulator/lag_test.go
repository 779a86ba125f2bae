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

	// Not there yet, neither to be read nor to be used.
	c.expect(t, "GET"+path, "", http.StatusNotFound, notFound)
	c.expect(t, "GET /v3/api_keys", "", http.StatusOK, `{"result":[]}`)
	own.expect(t, "GET /v3/scopes", "", http.StatusUnauthorized, unauthorized)
	now.pass(10 * time.Second)
	const before = `["api_keys.read","mail.send","sender_verification_eligible","2fa_required"]`
	c.expect(t, "GET"+path, "", http.StatusOK, read(k, before))

	// Changed, and read as it was.
	c.expect(t, "PUT"+path, `{"name":"new","scopes":["mail.send"]}`, http.StatusOK, updated(k.ID, "new"))
	c.expect(t, "GET"+path, "", http.StatusOK, read(k, before))
	own.expect(t, "GET"+path, "", http.StatusOK, read(k, before))
	now.pass(5 * time.Second)
	k.Name = "new"
	c.expect(t, "GET"+path, "", http.StatusOK, read(k, mailSendReadsAs))
	own.expect(t, "GET"+path, "", http.StatusForbidden, forbidden)

	// Deleted, for whoever writes, and still there for whoever reads.
	if r := c.do(t, "DELETE"+path, ""); r.status != http.StatusNoContent {
		t.Fatalf("DELETE: %d %s", r.status, r.body)
	}
	c.expect(t, "DELETE"+path, "", http.StatusNotFound, notFoundDelete)
	c.expect(t, "PATCH"+path, `{"name":"x"}`, http.StatusNotFound, notFound)
	if _, ok := s.Key(k.ID); ok {
		t.Error("the key is not gone")
	}
	now.pass(59 * time.Second)
	c.expect(t, "GET"+path, "", http.StatusOK, read(k, mailSendReadsAs))
	c.expect(t, "GET /v3/api_keys", "", http.StatusOK, `{"result":[`+updated(k.ID, "new")+`]}`)
	now.pass(time.Second)
	c.expect(t, "GET"+path, "", http.StatusNotFound, notFound)
	own.expect(t, "GET /v3/scopes", "", http.StatusUnauthorized, unauthorized)
}

func TestLagKeepsTheOrderOfChanges(t *testing.T) {
	t.Parallel()
	now := newClock()
	s := start(t, emulator.Config{Now: now.Now, Lag: emulator.Lag{Create: time.Minute}})
	c := clientOf(s)
	k := c.create(t, s, `{"name":"k","scopes":["mail.send"]}`)
	gone := c.create(t, s, `{"name":"gone","scopes":["mail.send"]}`)

	// Neither the rename nor the delete overtakes the create.
	c.expect(t, "PATCH /v3/api_keys/"+k.ID, `{"name":"new"}`, http.StatusOK, updated(k.ID, "new"))
	c.do(t, "DELETE /v3/api_keys/"+gone.ID, "")
	c.expect(t, "GET /v3/api_keys/"+k.ID, "", http.StatusNotFound, notFound)
	now.pass(time.Minute)
	c.expect(t, "GET /v3/api_keys", "", http.StatusOK, `{"result":[`+updated(k.ID, "new")+`]}`)
}

func TestChangesByHandDoNotLag(t *testing.T) {
	t.Parallel()
	s := start(t, emulator.Config{Lag: emulator.Lag{Create: time.Hour, Update: time.Hour, Delete: time.Hour}})
	c := clientOf(s)
	k := s.AddKey(emulator.Parent, "k", []string{"mail.send"})
	c.expect(t, "GET /v3/api_keys/"+k.ID, "", http.StatusOK, read(k, mailSendReadsAs))
	s.EditKey(k.ID, func(k *emulator.Key) { k.Name = "new" })
	c.expect(t, "GET /v3/api_keys", "", http.StatusOK, `{"result":[`+updated(k.ID, "new")+`]}`)
	s.DeleteKey(k.ID)
	c.expect(t, "GET /v3/api_keys", "", http.StatusOK, `{"result":[]}`)
}
