package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"sync"
	"time"
)

// keepAlive is how long the provider keeps an idle connection.
const keepAlive = 90 * time.Second

func (p *prober) addProtocol(question string, resp reply) {
	if resp.proto == "" {
		p.table.add(question, "HTTP/1.1", resp.String(), unclear)
		return
	}
	p.table.add(question, "HTTP/1.1", resp.proto, agreesIf(resp.proto == "HTTP/1.1"))
}

// askIdle waits until SendGrid closes the connections that the calls have left
// open.
func (p *prober) askIdle(ctx context.Context) {
	const assumed = "at least 1m30s, after which the provider closes it"
	if !p.idle {
		p.table.add("idle connection stays open", assumed, "not asked without -idle", unclear)
		return
	}
	ctx, cancel := context.WithTimeout(ctx, p.maxIdle)
	defer cancel()
	fmt.Fprintf(p.log, "waiting up to %s for idle connections to be closed\n", p.maxIdle)
	for _, c := range p.conns.open() {
		observed, v := "for longer than "+p.maxIdle.String(), agrees
		select {
		case <-c.closed:
			idle := c.closedAt.Sub(c.idleSince).Round(time.Second)
			observed, v = "for "+idle.String(), agreesIf(idle >= keepAlive)
		case <-ctx.Done():
			if !errors.Is(ctx.Err(), context.DeadlineExceeded) {
				observed, v = "interrupted", unclear
			}
		}
		p.table.add("idle connection to "+c.address+" stays open", assumed, observed, v)
	}
}

// connections keeps all connections.
type connections struct {
	dial func(ctx context.Context, network, address string) (net.Conn, error)

	mu  sync.Mutex
	all []*connection
}

// transport returns a transport that never closes an idle connection itself.
func (cs *connections) transport() *http.Transport {
	return &http.Transport{
		Proxy:               http.ProxyFromEnvironment,
		DialContext:         cs.dialContext,
		ForceAttemptHTTP2:   true,
		TLSHandshakeTimeout: 10 * time.Second,
	}
}

func (cs *connections) dialContext(ctx context.Context, network, address string) (net.Conn, error) {
	conn, err := cs.dial(ctx, network, address)
	if err != nil {
		return nil, err
	}
	c := &connection{Conn: conn, address: address, closed: make(chan struct{})}
	cs.mu.Lock()
	defer cs.mu.Unlock()
	cs.all = append(cs.all, c)
	return c, nil
}

// idleConnection is an open connection. What arrives after idleSince belongs to
// its end.
type idleConnection struct {
	*connection
	idleSince time.Time
}

// open returns the connections that are not closed.
func (cs *connections) open() []idleConnection {
	cs.mu.Lock()
	defer cs.mu.Unlock()
	var open []idleConnection
	for _, c := range cs.all {
		select {
		case <-c.closed:
		default:
			open = append(open, idleConnection{c, c.lastUse()})
		}
	}
	return open
}

// connection knows when it was last used and when it was closed, which its reader
// finds out at once.
type connection struct {
	net.Conn
	address string

	mu       sync.Mutex
	used     time.Time
	once     sync.Once
	closed   chan struct{}
	closedAt time.Time // Set before closed is closed.
}

func (c *connection) Read(b []byte) (int, error) {
	n, err := c.Conn.Read(b)
	if err != nil {
		c.end()
		return n, err
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.used = time.Now()
	return n, nil
}

func (c *connection) Close() error {
	c.end()
	return c.Conn.Close()
}

func (c *connection) end() {
	c.once.Do(func() {
		c.closedAt = time.Now()
		close(c.closed)
	})
}

func (c *connection) lastUse() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.used
}
