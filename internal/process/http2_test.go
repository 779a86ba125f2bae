package process

import (
	"net"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"regexp"
	"sync/atomic"
	"testing"
)

const manyKeys = `
resource "sendgrid_api_key" "test" {
  count  = 12
  name   = "test ${count.index}"
  scopes = ["mail.send"]
}
`

// With HTTP/2 a single connection carries all requests, and a lost response is
// noticed like any other.
func (i installed) testHTTP2(t *testing.T) {
	t.Parallel()
	r := i.run(t, manyKeys)
	behind, err := url.Parse(r.emulator.URL())
	if err != nil {
		t.Fatal(err)
	}
	forward := httputil.NewSingleHostReverseProxy(behind)
	var connections, created atomic.Int64
	front := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
		if req.ProtoMajor != 2 {
			t.Errorf("%s %s over %s", req.Method, req.URL.Path, req.Proto)
		}
		if req.Method == http.MethodPost && created.Add(1) == 5 {
			forward.ServeHTTP(httptest.NewRecorder(), req)
			panic(http.ErrAbortHandler) // Resets the stream.
		}
		forward.ServeHTTP(w, req)
	}))
	front.EnableHTTP2 = true
	front.Config.ConnState = func(_ net.Conn, state http.ConnState) {
		if state == http.StateNew {
			connections.Add(1)
		}
	}
	front.StartTLS()
	t.Cleanup(front.Close)
	trusted := trust(t, front.Certificate())
	r.Env = append(r.Env, "SENDGRID_BASE_URL="+front.URL, trusted)

	out, err := r.apply()
	stray := regexp.MustCompile(`appeared:[\s│]+([\w-]+)`).FindStringSubmatch(out)
	if err == nil || stray == nil || !r.emulator.DeleteKey(stray[1]) {
		t.Fatalf("the lost response was not noticed:\n%s", out)
	}
	// There are two processes, and each begins with two requests at once. The
	// connection that is ready first carries all requests after them.
	if n := connections.Load(); n > 4 {
		t.Errorf("%d connections were opened", n)
	}
	if out, err = r.apply(); err != nil {
		t.Errorf("the next apply does not create the missing key:\n%s", out)
	}
	r.expectKeys(12, out)
}
