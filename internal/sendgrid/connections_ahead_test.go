package sendgrid_test

import (
	"context"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/terraform-sendgrid/terraform-provider-sendgrid/internal/emulator"
	"github.com/terraform-sendgrid/terraform-provider-sendgrid/internal/sendgrid"
)

// handshakes is what a new connection takes: a round trip for TCP and one for TLS.
const handshakes = 2 * latency

// distant is a network on which connections take a while. It counts them.
type distant struct {
	*emulator.Network
	open atomic.Int64
}

func (d *distant) Dial(ctx context.Context, network, address string) (net.Conn, error) {
	time.Sleep(handshakes)
	conn, err := d.Network.Dial(ctx, network, address)
	if err != nil {
		return nil, err
	}
	d.open.Add(1)
	return &countedConn{Conn: conn, closed: sync.OnceFunc(func() { d.open.Add(-1) })}, nil
}

// countedConn is a connection that reports that it is closed.
type countedConn struct {
	net.Conn
	closed func()
}

func (c *countedConn) Close() error {
	c.closed()
	return c.Conn.Close()
}

// startDistant returns a server on a distant network, and a client of it.
func startDistant(t *testing.T, limits ...emulator.RateLimit) (*emulator.Server, *distant, *sendgrid.Client) {
	t.Helper()
	network := &distant{Network: emulator.NewNetwork()}
	s := start(t, emulator.Config{Listener: network, Latency: latency, AccountLimit: -1, RateLimits: limits})
	o := options(s.URL())
	o.Dial = network.Dial
	return s, network, connect(t, o)
}

// atOnce runs operations at the same time.
func atOnce(t *testing.T, c *sendgrid.Client, id string, operations ...operation) {
	t.Helper()
	var wg sync.WaitGroup
	for _, do := range operations {
		wg.Go(func() {
			if err := do(t.Context(), c, id); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
}

// TestTimeAndConnections runs ten operations at a time, as Terraform does. Time is
// virtual: what is measured is the number of round trips in sequence.
func TestTimeAndConnections(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		before []operation // Sent at once.
		do     operation
		n      int
		// trips and connections are those of all operations.
		trips, connections int
	}{
		// Both requests before open a connection. The first create is sent alone. The other
		// eight connections are opened meanwhile: they are ready a round trip after it.
		"create ten":             {[]operation{list, listScopes}, create, 10, 3 + 1 + 2, 10},
		"create sixty":           {[]operation{list, listScopes}, create, 60, 3 + 1 + 7, 10},
		"create one":             {[]operation{list, listScopes}, create, 1, 3 + 1, 2},
		"create two":             {[]operation{list, listScopes}, create, 2, 3 + 1 + 1, 2},
		"create three":           {[]operation{list}, create, 3, 3 + 1 + 2, 3},
		"create after ten reads": {slices.Repeat([]operation{read}, 10), create, 60, 3 + 1 + 6, 10},
		// Before the first response it is not known whether connections can be shared. The
		// second create gets the connection of the first.
		"create without a list": {nil, create, 10, 3 + 3, 9},
		// Only creates start with one request.
		"read":   {nil, read, 60, 2 + 6, 10},
		"update": {nil, update, 60, 2 + 6, 10},
		"rename": {nil, rename, 60, 2 + 6, 10},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				s, _, c := startDistant(t)
				k := s.AddKey(emulator.Parent, "k", []string{"mail.send"})
				start := time.Now()
				atOnce(t, c, k.ID, tt.before...)
				repeat(t, c, k.ID, tt.do, 10, tt.n)
				if got, want := time.Since(start), time.Duration(tt.trips)*latency; got != want {
					t.Errorf("took %s, want %s", got, want)
				}
				equal(t, []int{len(s.Requests()), s.Connections()}, []int{len(tt.before) + tt.n, tt.connections})
			})
		})
	}
}

// TestConnectionsAheadAreReused creates and then reads keys. No connection is
// opened for the reads.
func TestConnectionsAheadAreReused(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s, _, c := startDistant(t)
		k := s.AddKey(emulator.Parent, "k", []string{"mail.send"})
		noError(t, list(t.Context(), c, id))
		for range 5 {
			createAll(t, c, 10, 30)
			start := time.Now()
			repeat(t, c, k.ID, read, 10, 30)
			if d := time.Since(start); d != 3*latency {
				t.Errorf("30 reads took %s", d)
			}
		}
		equal(t, s.Connections(), 10)
	})
}

// TestUnusedConnectionsAreClosed opens nine connections for creates that are canceled
// while they wait.
func TestUnusedConnectionsAreClosed(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s, network, c := startDistant(t)
		noError(t, list(t.Context(), c, id))
		s.Inject(emulator.Fault{Method: http.MethodPost, Do: emulator.Slow(time.Second)})
		ctx, cancel := context.WithCancel(t.Context())
		time.AfterFunc(time.Millisecond, cancel)
		var wg sync.WaitGroup
		for range 10 {
			wg.Go(func() { _ = create(ctx, c, id) })
		}
		wg.Wait()
		equal(t, []int{len(s.Requests()), s.Connections(), int(network.open.Load())}, []int{2, 10, 10})
		time.Sleep(2 * time.Minute)
		equal(t, int(network.open.Load()), 0)

		// They are opened again when they are needed.
		createAll(t, c, 10, 20)
		equal(t, []int{len(s.Requests()), len(s.Keys(emulator.Parent))}, []int{22, 21})
	})
}

// TestConnectionsAheadMayFail breaks the network while connections are opened.
func TestConnectionsAheadMayFail(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		network := emulator.NewNetwork()
		s := start(t, emulator.Config{Listener: network, Latency: latency, AccountLimit: -1})
		var dials atomic.Int64
		o := options(s.URL())
		o.Dial = func(ctx context.Context, protocol, address string) (net.Conn, error) {
			if n := dials.Add(1); 1 < n && n <= 10 {
				return nil, &net.OpError{Op: "dial", Err: context.DeadlineExceeded}
			}
			return network.Dial(ctx, protocol, address)
		}
		c := connect(t, o)
		noError(t, list(t.Context(), c, id))
		createAll(t, c, 10, 10)
		// The second create gets the connection of the first.
		equal(t, []int{len(s.Requests()), s.Connections()}, []int{11, 9})
	})
}

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
	noError(t, list(t.Context(), c, id))
	createAll(t, c, 10, 20)
	equal(t, []int{len(behind.Requests()), int(connections.Load())}, []int{21, 1})
}
