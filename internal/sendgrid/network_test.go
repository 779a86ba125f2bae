package sendgrid_test

import (
	"context"
	"net"
	"sync"
	"testing"

	"github.com/terraform-sendgrid/terraform-provider-sendgrid/internal/emulator"
	"github.com/terraform-sendgrid/terraform-provider-sendgrid/internal/sendgrid"
)

// network is one in memory. Time in a bubble of testing/synctest would stand
// still while somebody waits at a real socket.
type network struct {
	accept chan net.Conn
	close  func()
	closed chan struct{}
}

// startInMemory returns a server that ends with the test, and a way to connect
// further clients to it.
func startInMemory(t *testing.T, cfg emulator.Config) (*emulator.Server, func(sendgrid.Options) *sendgrid.Client) {
	t.Helper()
	n := network{accept: make(chan net.Conn), closed: make(chan struct{})}
	n.close = sync.OnceFunc(func() { close(n.closed) })
	cfg.Listener = n
	return start(t, cfg), func(o sendgrid.Options) *sendgrid.Client {
		c := connect(t, o)
		c.Dial(n.dial)
		return c
	}
}

func (n network) dial(ctx context.Context, _, _ string) (net.Conn, error) {
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

func (n network) Accept() (net.Conn, error) {
	select {
	case c := <-n.accept:
		return c, nil
	case <-n.closed:
		return nil, net.ErrClosed
	}
}

func (n network) Close() error {
	n.close()
	return nil
}

// Addr is one to which no proxy is used.
func (network) Addr() net.Addr { return &net.TCPAddr{IP: net.IPv4(127, 0, 0, 1), Port: 80} }
