package sendgrid_test

import (
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/terraform-sendgrid/terraform-provider-sendgrid/internal/emulator"
)

// TestConnectionsAheadUseTLSAndProxies holds back the first create until the
// connections for the others are open.
func TestConnectionsAheadUseTLSAndProxies(t *testing.T) {
	t.Parallel()
	for name, proxied := range map[string]bool{"direct": false, "proxy": true} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := start(t, emulator.Config{TLS: true})
			o, proxy := options(s.URL()), (*proxy)(nil)
			if proxied {
				proxy = startProxy(t, s.URL())
				o.BaseURL = "https://" + emulator.TLSName
			}
			c := connect(t, o)
			c.Trust(s.Certificate())
			if proxied {
				c.Proxy(proxy.URL)
			}
			noError(t, list(t.Context(), c, id))
			s.Inject(emulator.Fault{Method: http.MethodPost, Do: func(x *emulator.Exchange) {
				for s.Connections() < 10 && x.Pause(time.Millisecond) {
				}
				x.Send(x.Apply())
			}})
			createAll(t, c, 10, 20)
			equal(t, []int{len(s.Requests()), s.Connections()}, []int{21, 10})
			if proxied {
				equal(t, proxy.connections.Load(), 10)
			}
		})
	}
}

// proxy forwards connections to one server.
type proxy struct {
	*httptest.Server
	connections atomic.Int64
}

func startProxy(t *testing.T, to string) *proxy {
	t.Helper()
	p := new(proxy)
	p.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method != http.MethodConnect || r.Host != emulator.TLSName+":443" {
			t.Errorf("%s %s", r.Method, r.Host)
		}
		p.connections.Add(1)
		server, err := new(net.Dialer).DialContext(r.Context(), "tcp", strings.TrimPrefix(to, "https://"))
		if err != nil {
			t.Error(err)
			return
		}
		client, _, err := http.NewResponseController(w).Hijack()
		if err != nil {
			t.Error(err)
			return
		}
		_, _ = io.WriteString(client, "HTTP/1.1 200 OK\r\n\r\n")
		go forward(server, client)
		forward(client, server)
	}))
	t.Cleanup(p.Close)
	return p
}

// forward copies what it receives, until either side closes its connection.
func forward(to, from net.Conn) {
	_, _ = io.Copy(to, from)
	_ = to.Close()
	_ = from.Close()
}

// TestHTTP2NeedsOneConnection covers servers that send several responses at a time
// over a connection.
func TestHTTP2NeedsOneConnection(t *testing.T) {
	t.Parallel()
	behind := start(t, emulator.Config{Latency: 10 * time.Millisecond})
	to, err := url.Parse(behind.URL())
	noError(t, err)
	var connections atomic.Int64
	front := httptest.NewUnstartedServer(httputil.NewSingleHostReverseProxy(to))
	front.EnableHTTP2 = true
	front.Config.ConnState = func(_ net.Conn, state http.ConnState) {
		if state == http.StateNew {
			connections.Add(1)
		}
	}
	front.StartTLS()
	t.Cleanup(front.Close)
	c := connect(t, options(front.URL))
	c.Trust(front.Certificate())
	sent := announce(c, 10)
	noError(t, list(t.Context(), c, id))
	sent()
	createAll(t, c, 10, 20)
	equal(t, []int{len(behind.Requests()), int(connections.Load())}, []int{21, 1})
}
