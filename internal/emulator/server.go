package emulator

import (
	"context"
	"crypto/x509"
	"fmt"
	"net"
	"net/http"
	"slices"
	"sync"
	"time"
)

// Server is an emulated SendGrid. Make one with Start or Listen.
type Server struct {
	url  string
	cert *x509.Certificate
	rank map[string]int
	api  http.Handler
	http *http.Server
	// ctx ends with the server, stop ends it.
	ctx  context.Context
	stop context.CancelFunc

	mu          sync.Mutex
	cfg         Config
	store       store
	credential  *entry
	faults      []*armed
	quotas      []*quota
	requests    []*Request
	connections int
}

// Start returns a server that answers until it is closed. It panics where
// Listen fails.
func Start(cfg Config) *Server {
	s, err := Listen(cfg)
	if err != nil {
		panic(err)
	}
	return s
}

// Listen returns a server that answers until it is closed. Any address but a
// loopback one is an error: what listens accepts a credential that is public.
func Listen(cfg Config) (*Server, error) {
	cfg = cfg.withDefaults()
	l, cert, err := listen(cfg)
	if err != nil {
		return nil, fmt.Errorf("emulator: %w", err)
	}
	s := &Server{
		url:  "http://" + l.Addr().String(),
		cert: cert,
		rank: ranks(),
		cfg:  cfg,
	}
	if cfg.TLS {
		s.url = "https://" + l.Addr().String()
	}
	s.ctx, s.stop = context.WithCancel(context.Background())
	s.api = s.routes()
	s.addCredential()
	for _, l := range cfg.RateLimits {
		s.quotas = append(s.quotas, newQuota(l))
	}
	s.http = &http.Server{
		Handler:           http.HandlerFunc(s.serve),
		ReadHeaderTimeout: 10 * time.Second,
		BaseContext:       func(net.Listener) context.Context { return s.ctx },
		ConnContext:       s.accepted,
	}
	go func() { _ = s.http.Serve(l) }() // Returns when closed.
	return s, nil
}

// addCredential makes the credential a key like any other, but for being hidden
// unless Config.ListCredential says otherwise.
func (s *Server) addCredential() {
	k := Key{
		ID:      idOf(s.cfg.Credential),
		Name:    "Credential",
		Account: Parent,
		Scopes:  slices.Clone(s.cfg.CredentialScopes),
		Secret:  s.cfg.Credential,
		Created: s.cfg.Now(),
	}
	s.credential = s.store.add(k, time.Time{})
	s.credential.hidden = !s.cfg.ListCredential
}

// URL returns where the server listens, http://127.0.0.1:port, without /v3.
func (s *Server) URL() string { return s.url }

// Certificate returns the certificate to trust when Config.TLS is set.
func (s *Server) Certificate() *x509.Certificate { return s.cert }

// Close ends every request, hanging ones included, and stops listening. What
// was to take effect late does not any more.
func (s *Server) Close() {
	s.stop()
	_ = s.http.Close()
}

// Connections returns how many TCP connections have been accepted so far.
func (s *Server) Connections() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.connections
}

type connKey struct{}

// connection is what an Exchange knows of the connection it came over.
type connection struct {
	net.Conn
	number int
}

func (s *Server) accepted(ctx context.Context, c net.Conn) context.Context {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.connections++
	return context.WithValue(ctx, connKey{}, connection{c, s.connections})
}
