package sendgrid_test

import (
	"context"
	"net"
	"net/http"
	"slices"
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

// announce announces n requests, until done is called.
func announce(c *sendgrid.Client, n int) (done func()) {
	var all []func()
	for range n {
		all = append(all, c.Announce())
	}
	return func() {
		for _, one := range all {
			one()
		}
	}
}

// TestTimeAndConnections runs ten operations at a time, as Terraform does. Time is
// virtual: what is measured is the number of round trips in sequence.
func TestTimeAndConnections(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		before    []operation // Sent at once.
		announced int         // Requests that wait for those before.
		do        operation
		n         int
		// trips and connections are those of all operations.
		trips, connections int
	}{
		// Both requests before open a connection. The first create is sent alone. The other
		// eight connections are opened meanwhile: they are ready a round trip after it.
		"create ten":             {[]operation{list, listScopes}, 0, create, 10, 3 + 1 + 2, 10},
		"create sixty":           {[]operation{list, listScopes}, 0, create, 60, 3 + 1 + 7, 10},
		"create one":             {[]operation{list, listScopes}, 0, create, 1, 3 + 1, 2},
		"create two":             {[]operation{list, listScopes}, 0, create, 2, 3 + 1 + 1, 2},
		"create three":           {[]operation{list}, 0, create, 3, 3 + 1 + 2, 3},
		"create after ten reads": {slices.Repeat([]operation{read}, 10), 0, create, 60, 3 + 1 + 6, 10},
		// Connections for what is waiting, and for what is announced, are opened as soon as
		// the first one turns out to speak HTTP/1. They are ready a round trip earlier.
		"create without a list":  {nil, 0, create, 10, 3 + 2, 10},
		"create ten announced":   {[]operation{list, listScopes}, 10, create, 10, 3 + 1 + 1, 10},
		"create sixty announced": {[]operation{list, listScopes}, 10, create, 60, 3 + 1 + 6, 10},
		"create one announced":   {[]operation{list, listScopes}, 1, create, 1, 3 + 1, 2},
		"update announced":       {[]operation{listScopes}, 10, update, 60, 3 + 7, 10},
		// Only creates start with one request.
		"read":   {nil, 0, read, 60, 2 + 6, 10},
		"update": {nil, 0, update, 60, 2 + 6, 10},
		"rename": {nil, 0, rename, 60, 2 + 6, 10},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				s, _, c := startDistant(t)
				k := s.AddKey(emulator.Parent, "k", []string{"mail.send"})
				start := time.Now()
				sent := announce(c, tt.announced)
				atOnce(t, c, k.ID, tt.before...)
				sent()
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
