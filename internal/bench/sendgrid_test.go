package bench

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"encoding/pem"
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"runtime"
	"sync/atomic"
	"testing"
	"time"

	"github.com/terraform-sendgrid/terraform-provider-sendgrid/internal/emulator"
)

const (
	// latency is the time from a request to its response.
	latency = 80 * time.Millisecond
	// handshakes is what a new connection takes before its first request: a round
	// trip for TCP and one for TLS 1.3.
	handshakes = 2 * latency
)

// startSendGrid starts an emulator of an account without a limit of keys, and returns
// its network and the environment that points a provider at it. The emulator takes the
// place of api.sendgrid.com behind a proxy, so a provider needs no setting for the URL.
func startSendGrid(b *testing.B, limits ...emulator.RateLimit) (server *emulator.Server, network *distant, env []string) {
	b.Helper()
	if runtime.GOOS != "linux" {
		b.Skip("needs Linux, where an environment variable names the trusted authorities")
	}
	// The server would log each connection that a process opens ahead and leaves unused.
	log.SetOutput(io.Discard)
	cert := certificate(b)
	network = &distant{connections: make(chan net.Conn)}
	server = emulator.Start(emulator.Config{
		Listener:     tls.NewListener(network, &tls.Config{Certificates: []tls.Certificate{cert}}),
		AccountLimit: -1,
		Latency:      latency,
		RateLimits:   limits,
	})
	b.Cleanup(server.Close)
	proxy := httptest.NewServer(network)
	b.Cleanup(proxy.Close)

	authority := filepath.Join(b.TempDir(), "authority.pem")
	block := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: cert.Certificate[0]})
	if err := os.WriteFile(authority, block, 0o600); err != nil {
		b.Fatal(err)
	}
	return server, network, []string{"SENDGRID_API_KEY=" + emulator.Credential, "HTTPS_PROXY=" + proxy.URL, "SSL_CERT_FILE=" + authority}
}

// distant is a proxy and the listener behind it. The proxy delays every connection by
// the network's share of the handshakes, which are real.
type distant struct {
	connections chan net.Conn
	// opened is how many connections providers have begun to open.
	opened atomic.Int64
}

func (d *distant) ServeHTTP(w http.ResponseWriter, _ *http.Request) {
	d.opened.Add(1)
	conn, _, err := http.NewResponseController(w).Hijack()
	if err != nil {
		panic(err)
	}
	time.Sleep(handshakes)
	if _, err := conn.Write([]byte("HTTP/1.1 200 OK\r\n\r\n")); err != nil {
		_ = conn.Close() // The client has not waited.
		return
	}
	d.connections <- conn
}

func (d *distant) Accept() (net.Conn, error) {
	if conn, open := <-d.connections; open {
		return conn, nil
	}
	return nil, net.ErrClosed
}

func (*distant) Addr() net.Addr { return &net.TCPAddr{} }

// Close ends Accept. The proxy has to be closed before.
func (d *distant) Close() error {
	close(d.connections)
	return nil
}

// certificate returns a certificate for api.sendgrid.com that is its own authority.
func certificate(b *testing.B) tls.Certificate {
	b.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		b.Fatal(err)
	}
	template := &x509.Certificate{NotAfter: time.Now().Add(24 * time.Hour), DNSNames: []string{"api.sendgrid.com"}}
	der, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	if err != nil {
		b.Fatal(err)
	}
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key}
}
