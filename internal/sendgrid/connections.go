package sendgrid

import (
	"context"
	"crypto/tls"
	"net"
	"net/http"
	"net/http/httptrace"
	"net/url"
	"sync"

	"github.com/hashicorp/go-cleanhttp"
)

// idleConnections is the number of idle connections kept per host. Terraform
// sends ten requests at a time by default, and users may raise that. The default
// of net/http is two, which would open a new connection for most requests.
const idleConnections = 32

// connections sends requests through a pool of net/http, and opens connections
// ahead of requests that have to wait. Over HTTP/1 each request in flight needs
// a connection of its own, and to open one takes longer than most responses.
//
// net/http opens a connection for a request only. The request for a connection
// ahead is canceled as soon as its dial starts, before anything can be sent:
// net/http goes on to connect, and keeps the connection. So that it neither takes
// an idle connection instead nor opens a second one, a connection that is opened
// ahead has a transport of its own, which is limited to that one.
type connections struct {
	pool *http.Transport
	// to is where connections are opened ahead.
	to *url.URL

	mu sync.Mutex // Guards the fields below.
	// http1 is whether a connection was opened that speaks HTTP/1. Over HTTP/2 all
	// requests share a connection.
	http1               bool
	inFlight, announced int
	// peak is the highest number of requests that were in flight or announced, which
	// is how many connections were opened.
	peak int
	// spare are the connections opened ahead that are not in use.
	spare []*http.Transport
}

func newConnections(o Options, to *url.URL) *connections {
	pool := cleanhttp.DefaultPooledTransport()
	pool.MaxIdleConnsPerHost = idleConnections
	pool.MaxIdleConns = 2 * idleConnections
	if o.Dial != nil {
		pool.DialContext = o.Dial
	}
	return &connections{pool: pool, to: to}
}

// RoundTrip sends req and reads the whole response.
func (c *connections) RoundTrip(req *http.Request) (resp *http.Response, err error) {
	transport := c.take()
	defer c.put(transport)
	trace := &httptrace.ClientTrace{GotConn: c.connected}
	req = req.WithContext(httptrace.WithClientTrace(req.Context(), trace))
	if resp, err = transport.RoundTrip(req); err != nil {
		return nil, err
	}
	if err = readBody(resp); err != nil {
		return nil, err
	}
	return resp, nil
}

// take returns the transport for a request. An idle connection of the pool comes
// first, because a spare one may not be open yet.
func (c *connections) take() *http.Transport {
	c.mu.Lock()
	defer c.mu.Unlock()
	idle := c.peak - c.inFlight
	c.inFlight++
	c.peak = max(c.peak, c.inFlight)
	if len(c.spare) == 0 || idle > len(c.spare) {
		return c.pool
	}
	transport := c.spare[0]
	c.spare = c.spare[1:]
	return transport
}

// put ends the use of a transport.
func (c *connections) put(transport *http.Transport) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.inFlight--
	if transport != c.pool {
		c.spare = append(c.spare, transport)
	}
}

// announce counts a request that cannot be sent yet, until done is called. A
// connection for it is opened meanwhile.
func (c *connections) announce() (done func()) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.announced++
	c.openAnnounced()
	return func() {
		c.mu.Lock()
		defer c.mu.Unlock()
		c.announced--
	}
}

// connected records which protocol a connection speaks, before the first request
// is sent over it.
func (c *connections) connected(info httptrace.GotConnInfo) {
	conn, encrypted := info.Conn.(*tls.Conn)
	c.mu.Lock()
	defer c.mu.Unlock()
	c.http1 = !encrypted || conn.ConnectionState().NegotiatedProtocol != "h2"
	c.openAnnounced()
}

// openAnnounced opens connections unless there are enough for all announced
// requests at a time. The caller holds the lock.
func (c *connections) openAnnounced() {
	if !c.http1 {
		return
	}
	for ; c.peak < c.announced; c.peak++ {
		c.spare = append(c.spare, openAhead(c.pool, c.to))
	}
}

// openAhead returns a copy of pool that is limited to one connection, and opens
// that in the background. Unless it is used, it is closed as any idle connection.
func openAhead(pool *http.Transport, to *url.URL) *http.Transport {
	transport := pool.Clone()
	transport.MaxConnsPerHost = 1
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	canceled := make(chan struct{})
	transport.DialContext = func(ctx context.Context, network, address string) (net.Conn, error) {
		cancel()
		<-canceled
		return pool.DialContext(ctx, network, address)
	}
	neverSent := &http.Request{Method: http.MethodGet, URL: to, Header: make(http.Header)}
	if resp, err := transport.RoundTrip(neverSent.WithContext(ctx)); err == nil {
		_ = resp.Body.Close() // Never reached.
	}
	close(canceled)
	return transport
}
