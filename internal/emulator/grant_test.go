package emulator_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/terraform-sendgrid/terraform-provider-sendgrid/internal/emulator"
	"github.com/terraform-sendgrid/terraform-provider-sendgrid/internal/scopes"
)

func unauthorizedScopes(list string) string {
	return `{"errors":[{"field":null,"message":"unauthorized scopes: [` + list + `]"}]}`
}

func TestRequestedScopes(t *testing.T) {
	t.Parallel()
	restricted := []string{"api_keys.create", "api_keys.update", "mail.send"}
	for name, tt := range map[string]struct {
		cfg    emulator.Config
		scopes string
		status int
		body   string // Of an error.
	}{
		"known":                   {scopes: `["mail.send","stats.read"]`, status: http.StatusCreated},
		"unknown":                 {scopes: `["mail.send","no.such"]`, status: http.StatusBadRequest, body: unauthorizedScopes("no.such")},
		"several unknown":         {scopes: `["z.z","mail.send","a.a"]`, status: http.StatusBadRequest, body: unauthorizedScopes("z.z a.a")},
		"not held":                {cfg: emulator.Config{CredentialScopes: restricted}, scopes: `["mail.send","stats.read"]`, status: http.StatusBadRequest, body: unauthorizedScopes("stats.read")},
		"held":                    {cfg: emulator.Config{CredentialScopes: restricted}, scopes: `["mail.send"]`, status: http.StatusCreated},
		"quoted":                  {scopes: `["\"mail.send\""]`, status: http.StatusBadRequest, body: unauthorizedScopes(`\"mail.send\"`)},
		"another status":          {cfg: emulator.Config{RejectedScopesStatus: 403}, scopes: `["no.such"]`, status: http.StatusForbidden, body: unauthorizedScopes("no.such")},
		"extra":                   {cfg: emulator.Config{ExtraScopes: []string{"brand.new"}}, scopes: `["brand.new"]`, status: http.StatusCreated},
		"extra and restricted":    {cfg: emulator.Config{ExtraScopes: []string{"brand.new"}, CredentialScopes: restricted}, scopes: `["brand.new"]`, status: http.StatusCreated},
		"auto-assigned":           {scopes: `["mail.send","2fa_required"]`, status: http.StatusCreated},
		"auto-assigned elsewhere": {scopes: `["mail.send","sender_verification_legacy"]`, status: http.StatusInternalServerError, body: internalError},
		"auto-assigned nowhere":   {cfg: emulator.Config{AutoAssigned: []string{}}, scopes: `["mail.send","2fa_required"]`, status: http.StatusInternalServerError, body: internalError},
		"auto-assigned and new":   {cfg: emulator.Config{AutoAssigned: []string{"brand.new"}}, scopes: `["mail.send","brand.new"]`, status: http.StatusCreated},
		"unavailable":             {cfg: emulator.Config{Unavailable: []string{"2fa_required"}}, scopes: `["no.such","2fa_required"]`, status: http.StatusInternalServerError, body: internalError},
		"unavailable, any scope":  {cfg: emulator.Config{Unavailable: []string{"stats.read"}, RejectedScopesStatus: 403}, scopes: `["stats.read"]`, status: http.StatusInternalServerError, body: internalError},
		"billing":                 {scopes: `["billing.read","billing.update"]`, status: http.StatusCreated},
		"billing, auto-assigned":  {scopes: `["billing.read","2fa_required"]`, status: http.StatusCreated},
		"billing mixed":           {scopes: `["billing.read","mail.send"]`, status: http.StatusBadRequest, body: billingMixed},
		"billing mixed, allowed":  {cfg: emulator.Config{MixedBilling: true}, scopes: `["billing.read","mail.send"]`, status: http.StatusCreated},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := start(t, tt.cfg)
			c := clientOf(s)
			k := s.AddKey(emulator.Parent, "old", []string{"mail.send"})
			body := `{"name":"new","scopes":` + tt.scopes + `}`

			post := c.do(t, "POST /v3/api_keys", body)
			put := c.do(t, "PUT /v3/api_keys/"+k.ID, body)
			now, _ := s.Key(k.ID)
			if tt.status == http.StatusCreated {
				if post.status != tt.status || put.status != http.StatusOK || put.body != updatedBody(k.ID, "new") {
					t.Errorf("POST %d %s, PUT %d %s", post.status, post.body, put.status, put.body)
				}
				for _, stored := range [][]string{now.Scopes, s.Keys(emulator.Parent)[1].Scopes} {
					if got := fmt.Sprintf("%q", stored); got != strings.ReplaceAll(tt.scopes, ",", " ") {
						t.Errorf("stored %s", got)
					}
				}
				return
			}
			if post.status != tt.status || post.body != tt.body || put.status != tt.status || put.body != tt.body {
				t.Errorf("POST %d %s, PUT %d %s\nwant %d %s", post.status, post.body, put.status, put.body, tt.status, tt.body)
			}
			if len(s.Keys(emulator.Parent)) != 1 || now.Name != "old" || !slices.Equal(now.Scopes, k.Scopes) {
				t.Errorf("a rejected request took effect: %+v", s.Keys(emulator.Parent))
			}
		})
	}
}

func TestUnavailableScopesAreNotAssigned(t *testing.T) {
	t.Parallel()
	s := start(t, emulator.Config{Unavailable: []string{"2fa_required", "stats.read"}})
	k := s.AddKey(emulator.Parent, "k", []string{"mail.send", "stats.read"})
	clientOf(s).expect(t, "GET /v3/api_keys/"+k.ID, "", http.StatusOK,
		readBody(k, `["mail.send","sender_verification_eligible"]`))
}

func TestReadReturnsAutoAssignedScopes(t *testing.T) {
	t.Parallel()
	s := start(t, emulator.Config{AutoAssigned: []string{}})
	c := clientOf(s)
	k := c.create(t, s, `{"name":"k","scopes":["stats.read","mail.send","mail.send","alerts.read"]}`)
	path := "GET /v3/api_keys/" + k.ID
	c.expect(t, path, "", http.StatusOK, readBody(k, `["alerts.read","mail.send","stats.read"]`))

	// SendGrid adds more scopes over time, to existing keys too.
	s.SetAutoAssigned("ui.provision", "mail.send")
	c.expect(t, path, "", http.StatusOK, readBody(k, `["alerts.read","stats.read","ui.provision","mail.send"]`))
	s.SetAutoAssigned()
	c.expect(t, path, "", http.StatusOK, readBody(k, `["alerts.read","mail.send","stats.read"]`))
}

func TestFullAccess(t *testing.T) {
	t.Parallel()
	catalog := scopes.Default()
	s := start(t, emulator.Config{})
	c := clientOf(s)

	r := c.do(t, "POST /v3/api_keys", `{"name":"k"}`)
	k := s.Keys(emulator.Parent)[0]
	if !k.FullAccess || k.Scopes != nil {
		t.Fatalf("stored %+v", k)
	}
	var created, read struct{ Scopes []string }
	if err := json.Unmarshal([]byte(r.body), &created); err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal([]byte(c.do(t, "GET /v3/api_keys/"+k.ID, "").body), &read); err != nil {
		t.Fatal(err)
	}
	general := catalog.Known.Minus(catalog.Billing).Minus(catalog.AutoAssigned)
	if !scopes.NewSet(created.Scopes...).Equal(general) {
		t.Errorf("POST returned %d scopes, want %d", len(created.Scopes), len(general))
	}
	if !scopes.NewSet(read.Scopes...).Equal(general.Union(scopes.NewSet("sender_verification_eligible", "2fa_required"))) {
		t.Errorf("GET returned %d scopes, want %d", len(read.Scopes), len(general)+2)
	}
	if slices.IsSorted(read.Scopes) {
		t.Error("the scopes are sorted, unlike SendGrid's")
	}

	s.SetFullAccess("mail.send", "brand.new")
	c.expect(t, "GET /v3/api_keys/"+k.ID, "", http.StatusOK,
		readBody(k, `["mail.send","brand.new","sender_verification_eligible","2fa_required"]`))

	// PUT turns a Full Access key into a restricted one.
	c.do(t, "PUT /v3/api_keys/"+k.ID, `{"name":"k","scopes":["mail.send"]}`)
	c.expect(t, "GET /v3/api_keys/"+k.ID, "", http.StatusOK, readBody(k, mailSendReadsAs))
}

func TestCreateWithoutScopesByRestrictedKey(t *testing.T) {
	t.Parallel()
	s := start(t, emulator.Config{})
	c := clientOf(s).as(s.AddKey(emulator.Parent, "caller", []string{"mail.send", "api_keys.create"}))
	k := c.create(t, s, `{"name":"k"}`)
	if k.FullAccess || fmt.Sprint(k.Scopes) != "[api_keys.create mail.send]" {
		t.Errorf("a restricted key created %+v", k)
	}
	full := clientOf(s).as(s.AddKey(emulator.Parent, "caller", nil))
	if k := full.create(t, s, `{"name":"k"}`); !k.FullAccess {
		t.Errorf("a Full Access key created %+v", k)
	}
	full.expect(t, "POST /v3/api_keys", `{"name":"k","scopes":["billing.read"]}`, http.StatusBadRequest,
		unauthorizedScopes("billing.read"))
}

func TestEmptyScopesMeansFullAccess(t *testing.T) {
	t.Parallel()
	s := start(t, emulator.Config{EmptyScopesMeansFullAccess: true})
	c := clientOf(s)
	for _, list := range []string{"[]", "null"} {
		if k := c.create(t, s, `{"name":"k","scopes":`+list+`}`); !k.FullAccess {
			t.Errorf("%s created %+v", list, k)
		}
	}
	c.expect(t, "POST /v3/api_keys", `{"name":"k","scopes":"mail.send"}`, http.StatusBadRequest, scopesExpected)
	k := s.AddKey(emulator.Parent, "k", []string{"mail.send"})
	c.expect(t, "PUT /v3/api_keys/"+k.ID, `{"name":"k","scopes":[]}`, http.StatusBadRequest, scopesExpected)
}

func TestPutWithoutScopes(t *testing.T) {
	t.Parallel()
	const (
		missing = `{"name":"new"}`
		empty   = `{"name":"new","scopes":[]}`
		null    = `{"name":"new","scopes":null}`
	)
	for name, tt := range map[string]struct {
		cfg  emulator.Config
		body string
		want string // Empty if the request is rejected.
	}{
		"missing":           {emulator.Config{}, missing, ""},
		"missing, accepted": {emulator.Config{PutWithoutScopes: true}, missing, mailSendReadsAs},
		"empty":             {emulator.Config{PutWithoutScopes: true}, empty, ""},
		"empty, accepted":   {emulator.Config{PutEmptyScopes: true}, empty, `["sender_verification_eligible","2fa_required"]`},
		"null":              {emulator.Config{PutWithoutScopes: true}, null, ""},
		"null, accepted":    {emulator.Config{PutEmptyScopes: true}, null, `["sender_verification_eligible","2fa_required"]`},
		"missing, not null": {emulator.Config{PutEmptyScopes: true}, missing, ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := start(t, tt.cfg)
			c := clientOf(s)
			k := s.AddKey(emulator.Parent, "old", []string{"mail.send"})
			one := " /v3/api_keys/" + k.ID
			if tt.want == "" {
				c.expect(t, "PUT"+one, tt.body, http.StatusBadRequest, scopesExpected)
				c.expect(t, "GET"+one, "", http.StatusOK, readBody(k, mailSendReadsAs))
				return
			}
			c.expect(t, "PUT"+one, tt.body, http.StatusOK, updatedBody(k.ID, "new"))
			k.Name = "new"
			c.expect(t, "GET"+one, "", http.StatusOK, readBody(k, tt.want))
		})
	}
}
