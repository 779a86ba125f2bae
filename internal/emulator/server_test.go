package emulator_test

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/terraform-sendgrid/terraform-provider-sendgrid/internal/emulator"
)

func TestTLS(t *testing.T) {
	t.Parallel()
	s := start(t, emulator.Config{TLS: true})
	if !strings.HasPrefix(s.URL(), "https://127.0.0.1:") {
		t.Errorf("URL %s", s.URL())
	}
	trusting(s).expect(t, "GET /v3/api_keys", "", http.StatusOK, `{"result":[]}`)
}

func TestListensOnLoopbackOnly(t *testing.T) {
	t.Parallel()
	for _, addr := range []string{":0", "0.0.0.0:0", "[::]:0", "192.0.2.1:0", "nonsense"} {
		if s, err := emulator.Listen(emulator.Config{Addr: addr}); err == nil {
			s.Close()
			t.Errorf("listens on %s", addr)
		}
	}
	s, err := emulator.Listen(emulator.Config{Addr: "localhost:0"})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	taken := strings.TrimPrefix(s.URL(), "http://")
	if _, err := emulator.Listen(emulator.Config{Addr: taken}); err == nil {
		t.Errorf("two servers listen on %s", taken)
	}
}

func TestStartPanicsWhereListenFails(t *testing.T) {
	t.Parallel()
	defer func() {
		if recover() == nil {
			t.Error("no panic")
		}
	}()
	emulator.Start(emulator.Config{Addr: "0.0.0.0:0"}).Close()
}

func TestClose(t *testing.T) {
	t.Parallel()
	s := emulator.Start(emulator.Config{})
	clientOf(s).do(t, "GET /v3/scopes", "")
	s.Close()
	s.Close()
	if r, err := clientOf(s).try(t.Context(), "GET /v3/scopes", ""); err == nil {
		t.Errorf("responds after Close: %d", r.status)
	}
	if n := len(s.Requests()); n != 1 {
		t.Errorf("%d requests recorded", n)
	}
}

func TestRequests(t *testing.T) {
	t.Parallel()
	now := newClock()
	s := start(t, emulator.Config{Now: now.Now, Subusers: []string{"sub-a"}})
	c := clientOf(s)
	c.do(t, "GET /v3/api_keys?limit=3", "")
	c.onBehalfOf("sub-a").do(t, "POST /v3/api_keys", keyBody)
	c.onBehalfOf("nobody").do(t, "DELETE /v3/api_keys/x", "")

	want := []emulator.Request{
		{Time: now.Now(), Method: "GET", Path: "/v3/api_keys", Query: "limit=3", Status: 200, Conn: 1},
		{Time: now.Now(), Method: "POST", Path: "/v3/api_keys", OnBehalfOf: "sub-a", Body: keyBody, Status: 201, Conn: 2},
		{Time: now.Now(), Method: "DELETE", Path: "/v3/api_keys/x", OnBehalfOf: "nobody", Status: 403, Conn: 3},
	}
	for i := range want {
		want[i].UserAgent = "Go-http-client/1.1"
	}
	if got := s.Requests(); !slices.Equal(got, want) {
		t.Errorf("got  %+v\nwant %+v", got, want)
	}
	if got := fmt.Sprint(s.TakeRequests()); got !=
		"[GET /v3/api_keys POST /v3/api_keys on behalf of sub-a DELETE /v3/api_keys/x on behalf of nobody]" {
		t.Error(got)
	}
	if got := s.Requests(); len(got) != 0 {
		t.Errorf("still there after TakeRequests: %v", got)
	}
	if text := fmt.Sprintf("%+v", want); strings.Contains(text, emulator.Credential) {
		t.Error("the credential is recorded")
	}
}

func TestLog(t *testing.T) {
	t.Parallel()
	logged := make(chan emulator.Request, 2)
	s := start(t, emulator.Config{Log: func(r emulator.Request) { logged <- r }})
	s.Inject(emulator.Fault{Skip: 1, Do: emulator.ResetAfter})
	c := clientOf(s)
	c.do(t, "GET /v3/scopes", "")
	if r, err := c.try(t.Context(), "POST /v3/api_keys", keyBody); err == nil {
		t.Errorf("got response %d", r.status)
	}
	for _, want := range []string{"GET /v3/scopes 200", "POST /v3/api_keys 0"} {
		if r := <-logged; fmt.Sprint(r, " ", r.Status) != want {
			t.Errorf("logged %v %d, want %s", r, r.Status, want)
		}
	}
}

func TestConnections(t *testing.T) {
	t.Parallel()
	s := start(t, emulator.Config{})
	for range 3 {
		clientOf(s).do(t, "GET /v3/scopes", "")
	}
	reusing := clientOf(s)
	reusing.http.Transport = new(http.Transport)
	defer reusing.http.CloseIdleConnections()
	for range 3 {
		reusing.do(t, "GET /v3/scopes", "")
	}
	if got := s.Connections(); got != 4 {
		t.Errorf("%d connections, want 4", got)
	}
	if r := s.Requests(); r[3].Conn != 4 || r[5].Conn != 4 {
		t.Errorf("the kept connection is number %d, then %d", r[3].Conn, r[5].Conn)
	}
}

func TestConsole(t *testing.T) {
	t.Parallel()
	s := start(t, emulator.Config{})
	names := []string{"mail.send"}
	k := s.AddKey("sub-a", "k", names)
	names[0] = "changed by the caller"
	k.Scopes[0] = "changed by the caller"
	if got, ok := s.Key(k.ID); !ok || got.Scopes[0] != "mail.send" || got.Account != "sub-a" {
		t.Errorf("stored %+v", got)
	}
	if !s.EditKey(k.ID, func(k *emulator.Key) { k.Name, k.Scopes = "new", []string{"stats.read"} }) {
		t.Error("no key to edit")
	}
	if got := s.Keys("sub-a"); len(got) != 1 || got[0].Name != "new" || got[0].Scopes[0] != "stats.read" {
		t.Errorf("stored %+v", got)
	}
	if s.AddKey(emulator.Parent, "k", nil); !s.Keys(emulator.Parent)[0].FullAccess {
		t.Error("a key without scopes is not Full Access")
	}
	if !s.DeleteKey(k.ID) || s.DeleteKey(k.ID) || s.EditKey(k.ID, func(*emulator.Key) {}) {
		t.Error("a deleted key is still there")
	}
	if _, ok := s.Key(k.ID); ok {
		t.Error("a deleted key is still there")
	}

	// The credential is not listed, but can be revoked.
	if !s.DeleteKey("emulator-credential-00") {
		t.Error("the credential does not exist")
	}
	clientOf(s).expect(t, "GET /v3/scopes", "", http.StatusUnauthorized, unauthorized)
}

func TestConcurrentRequests(t *testing.T) {
	t.Parallel()
	const workers, rounds = 8, 10
	s := start(t, emulator.Config{
		Subusers:   []string{"sub-a"},
		RateLimits: []emulator.RateLimit{{Path: "/v3/scopes", Requests: 5, Window: time.Millisecond}},
		Lag:        emulator.Lag{Delete: time.Microsecond},
	})
	s.Inject(emulator.Fault{Method: "PATCH", Times: -1, Do: emulator.Late(time.Millisecond)})
	var wg sync.WaitGroup
	for range workers {
		wg.Go(func() {
			c := clientOf(s).onBehalfOf("sub-a")
			for range rounds {
				r, err := c.try(t.Context(), "POST /v3/api_keys", keyBody)
				if err != nil || r.status != http.StatusCreated {
					t.Errorf("%+v %v", r, err)
					return
				}
				_, id, _ := strings.Cut(r.body, `"api_key_id":"`)
				id, _, _ = strings.Cut(id, `"`)
				for _, request := range []string{"GET ", "PATCH ", "PUT ", "DELETE "} {
					if _, err := c.try(t.Context(), request+"/v3/api_keys/"+id, keyBody); err != nil {
						t.Error(err)
					}
				}
				for _, request := range []string{"GET /v3/api_keys", "GET /v3/scopes"} {
					if _, err := c.try(t.Context(), request, ""); err != nil {
						t.Error(err)
					}
				}
			}
		})
	}
	wg.Go(func() {
		for i := range workers * rounds {
			k := s.AddKey("sub-a", "console", nil)
			s.EditKey(k.ID, func(k *emulator.Key) { k.Name = fmt.Sprint(i) })
			s.SetAutoAssigned("ui.provision")
			s.SetFullAccess("mail.send")
			_, _ = s.Requests(), s.Connections()
			s.DeleteKey(k.ID)
		}
	})
	wg.Wait()
	if got := s.Keys("sub-a"); len(got) != 0 {
		t.Errorf("left over: %v", got)
	}
	if got := len(s.Requests()); got != workers*rounds*7 {
		t.Errorf("%d requests recorded, want %d", got, workers*rounds*7)
	}
}
