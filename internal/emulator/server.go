package emulator

import (
	"context"
	"crypto/x509"
	"fmt"
	"net"
	"net/http"
	"sync"
	"sync/atomic"
	"time"
)

// Server is an emulated SendGrid account on a loopback address. Start and Listen
// create one.
type Server struct {
	url     string
	cert    *x509.Certificate
	http    *http.Server
	ctx     context.Context // Ends with the server.
	stop    context.CancelFunc
	latency time.Duration
	log     func(Request)
	// These are the fields of Config.
	onRequest  func(*http.Request)
	onResponse func(*http.Request, Response)

	backend     *backend
	api         http.Handler
	journal     *journal
	connections atomic.Int64

	mu     sync.Mutex
	quotas []*quota
	faults []*armedFault
}

// Start returns a server that runs until it is closed. It panics where Listen
// returns an error.
func Start(cfg Config) *Server {
	s, err := Listen(cfg)
	if err != nil {
		panic(err)
	}
	return s
}

// Listen returns a server that runs until it is closed. Its credential is public,
// so it returns an error for any address other than a loopback address.
func Listen(cfg Config) (*Server, error) {
	cfg = cfg.withDefaults()
	l, cert, err := listen(cfg)
	if err != nil {
		return nil, fmt.Errorf("emulator: %w", err)
	}
	url := "http://" + l.Addr().String()
	if cfg.TLS {
		url = "https://" + l.Addr().String()
	}
	s := &Server{
		url:        url,
		cert:       cert,
		latency:    cfg.Latency,
		log:        cfg.Log,
		onRequest:  cfg.OnRequest,
		onResponse: cfg.OnResponse,
		backend:    newBackend(cfg, url),
		journal:    &journal{now: cfg.Now},
	}
	s.api = newAPI(s.backend)
	for _, limit := range cfg.RateLimits {
		s.quotas = append(s.quotas, newQuota(limit))
	}
	s.ctx, s.stop = context.WithCancel(context.Background())
	s.http = &http.Server{
		Handler:           http.HandlerFunc(s.serve),
		ReadHeaderTimeout: 10 * time.Second,
		IdleTimeout:       cfg.IdleTimeout,
		BaseContext:       func(net.Listener) context.Context { return s.ctx },
		ConnContext:       s.numberConnection,
	}
	go func() { _ = s.http.Serve(l) }() // Returns when the server is closed.
	return s, nil
}

// URL returns the base URL of the API without /v3, such as
// http://127.0.0.1:8080.
func (s *Server) URL() string { return s.url }

// Certificate returns the certificate to trust if Config.TLS is set.
func (s *Server) Certificate() *x509.Certificate { return s.cert }

// Close ends all requests, including those that hang, and stops listening.
// Requests that ApplyAfter has delayed no longer take effect.
func (s *Server) Close() {
	s.stop()
	_ = s.http.Close()
}

// Connections returns the number of TCP connections accepted so far.
func (s *Server) Connections() int { return int(s.connections.Load()) }

// Requests returns all requests so far, in order of arrival.
func (s *Server) Requests() []Request { return s.journal.list() }

// TakeRequests returns the same as Requests and forgets them.
func (s *Server) TakeRequests() []Request { return s.journal.take() }

// Inject adds faults. If several could handle a request, the one injected first
// does, and the others do not count the request: of two equal faults, the second
// handles the second request. Inject panics if a fault has no behavior.
func (s *Server) Inject(faults ...Fault) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, f := range faults {
		s.faults = append(s.faults, f.arm())
	}
}

// ClearFaults removes all faults. Requests that one handles already are not
// affected.
func (s *Server) ClearFaults() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.faults = nil
}

type connectionKey struct{}

// connection is a TCP connection with its number, from 1 in order of acceptance.
type connection struct {
	net.Conn
	number int
}

func (s *Server) numberConnection(ctx context.Context, c net.Conn) context.Context {
	return context.WithValue(ctx, connectionKey{}, connection{c, int(s.connections.Add(1))})
}
