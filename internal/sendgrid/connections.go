package sendgrid

import (
	"context"
	"net"
	"net/http"
	"net/url"
	"sync"
)

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

	mu sync.Mutex // Guards the fields below.
	// http1 is whether SendGrid responded over HTTP/1. Over HTTP/2 all requests
	// share a connection.
	http1    bool
	inFlight int
	// peak is the highest number of requests that were in flight or expected, which
	// is how many connections were opened.
	peak int
	// spare are the connections opened ahead that are not in use.
	spare []*http.Transport
}

// RoundTrip sends req and reads the whole response.
func (c *connections) RoundTrip(req *http.Request) (resp *http.Response, err error) {
	transport := c.take()
	defer func() { c.put(transport, resp) }()
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
func (c *connections) put(transport *http.Transport, resp *http.Response) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.inFlight--
	if resp != nil {
		c.http1 = resp.ProtoMajor == 1
	}
	if transport != c.pool {
		c.spare = append(c.spare, transport)
	}
}

// expect opens connections unless there are enough for n requests at a time to a
// URL.
func (c *connections) expect(n int, to *url.URL) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if !c.http1 {
		return
	}
	for ; c.peak < n; c.peak++ {
		c.spare = append(c.spare, openAhead(c.pool, to))
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
