package emulator

import (
	"context"
	"net"
	"sync"
)

// Network is one in memory, with a single server on it. With Config.Listener and
// a client that dials here, no socket is in the way of testing/synctest: time in
// a bubble stands still while somebody waits at a real one.
type Network struct {
	accept chan net.Conn
	closed chan struct{}
	once   sync.Once
}

// NewNetwork returns a network without connections.
func NewNetwork() *Network {
	return &Network{accept: make(chan net.Conn), closed: make(chan struct{})}
}

// Dial connects to the server, whatever the address.
func (n *Network) Dial(ctx context.Context, _, _ string) (net.Conn, error) {
	ours, theirs := net.Pipe()
	select {
	case n.accept <- theirs:
		return ours, nil
	case <-n.closed:
		return nil, net.ErrClosed
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

// Accept returns the next connection, as net.Listener wants it.
func (n *Network) Accept() (net.Conn, error) {
	select {
	case c := <-n.accept:
		return c, nil
	case <-n.closed:
		return nil, net.ErrClosed
	}
}

// Close ends Accept and Dial.
func (n *Network) Close() error {
	n.once.Do(func() { close(n.closed) })
	return nil
}

// Addr is a loopback address, to which no proxy is used.
func (n *Network) Addr() net.Addr {
	return &net.TCPAddr{IP: net.IPv4(127, 0, 0, 1), Port: 80}
}
