package main

import (
	"context"
	"encoding/pem"
	"errors"
	"io"
	"net"
	"net/url"
	"os"
	"path/filepath"
	"runtime"
	"sync"
	"time"

	"github.com/terraform-sendgrid/terraform-provider-sendgrid/internal/emulator"
)

// network is how far away SendGrid is.
type network struct {
	// latency of every answer.
	latency time.Duration
	// connect is what a new connection costs beyond what it computes: a round
	// trip each for TCP and for TLS 1.3.
	connect time.Duration
}

// distant is a network with the latency.
func distant(latency time.Duration) network {
	return network{latency: latency, connect: 2 * latency}
}

// sendGrid is an emulator behind a network.
type sendGrid struct {
	*emulator.Server

	network network
	line    *line
	// env leads a provider to it.
	env []string
}

// startSendGrid starts an emulator of an account without a limit of keys.
func startSendGrid(ctx context.Context, dir string, n network, limits ...emulator.RateLimit) (*sendGrid, error) {
	server, err := emulator.Listen(emulator.Config{
		TLS:          trustsFile(),
		AccountLimit: -1,
		Latency:      n.latency,
		RateLimits:   limits,
	})
	if err != nil {
		return nil, err
	}
	s := &sendGrid{Server: server, network: n}
	if err := s.connect(ctx, dir); err != nil {
		server.Close()
		return nil, err
	}
	return s, nil
}

// connect puts the line in front of the emulator, and the certificate where the
// provider looks for those that it trusts.
func (s *sendGrid) connect(ctx context.Context, dir string) error {
	target, err := url.Parse(s.URL())
	if err != nil {
		return err
	}
	if cert := s.Certificate(); cert != nil {
		trusted := filepath.Join(dir, "trusted.pem")
		block := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: cert.Raw})
		if err := os.WriteFile(trusted, block, 0o600); err != nil {
			return err
		}
		s.env = append(s.env, "SSL_CERT_FILE="+trusted)
	}
	s.line, err = openLine(ctx, target.Host, s.network.connect)
	if err != nil {
		return err
	}
	target.Host = s.line.addr()
	s.env = append(s.env,
		"SENDGRID_BASE_URL="+target.String(),
		"SENDGRID_API_KEY="+emulator.Credential,
	)
	return nil
}

// Close ends line and emulator.
func (s *sendGrid) Close() {
	s.line.close()
	s.Server.Close()
}

// trustsFile reports whether Go trusts the certificates of SSL_CERT_FILE here.
// Where it does not, the emulator is spoken to without TLS: the handshake's
// round trip is there all the same, and what it computes is not.
func trustsFile() bool {
	return runtime.GOOS != "darwin" && runtime.GOOS != "windows"
}

// line carries connections to the emulator, and makes each wait at its begin.
type line struct {
	listener net.Listener
	target   string
	delay    time.Duration

	mu       sync.Mutex
	accepted int
}

// openLine returns a line that is open until it is closed.
func openLine(ctx context.Context, target string, delay time.Duration) (*line, error) {
	listener, err := new(net.ListenConfig).Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	l := &line{listener: listener, target: target, delay: delay}
	go l.serve(ctx)
	return l, nil
}

func (l *line) addr() string { return l.listener.Addr().String() }

func (l *line) close() { _ = l.listener.Close() }

// takeAccepted returns how many connections there were since the last time.
func (l *line) takeAccepted() int {
	l.mu.Lock()
	defer l.mu.Unlock()
	n := l.accepted
	l.accepted = 0
	return n
}

func (l *line) serve(ctx context.Context) {
	for {
		near, err := l.listener.Accept()
		if errors.Is(err, net.ErrClosed) {
			return
		}
		if err != nil {
			continue
		}
		l.mu.Lock()
		l.accepted++
		l.mu.Unlock()
		go l.carry(ctx, near)
	}
}

// carry lets a connection through, both ways, until each side has said its last.
func (l *line) carry(ctx context.Context, near net.Conn) {
	defer func() { _ = near.Close() }()
	time.Sleep(l.delay)
	far, err := new(net.Dialer).DialContext(ctx, "tcp", l.target)
	if err != nil {
		return
	}
	defer func() { _ = far.Close() }()
	var there sync.WaitGroup
	there.Go(func() { pipe(far, near) })
	pipe(near, far)
	there.Wait()
}

// pipe copies until from ends, and tells to so.
func pipe(to, from net.Conn) {
	_, _ = io.Copy(to, from)
	if half, ok := to.(interface{ CloseWrite() error }); ok {
		_ = half.CloseWrite()
	}
}
