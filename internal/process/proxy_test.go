package process

import (
	"crypto/x509"
	"encoding/pem"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/terraform-sendgrid/terraform-provider-sendgrid/internal/clitest"
	"github.com/terraform-sendgrid/terraform-provider-sendgrid/internal/emulator"
)

// tunnel returns a proxy that leads every connection to one address, and counts
// them.
func tunnel(t *testing.T, to string) (url string, opened *atomic.Int64) {
	t.Helper()
	opened = new(atomic.Int64)
	proxy := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method != http.MethodConnect || r.Host != emulator.TLSName+":443" {
			t.Errorf("the proxy is asked %s %s", r.Method, r.Host)
			return
		}
		opened.Add(1)
		remote, err := new(net.Dialer).DialContext(r.Context(), "tcp", to)
		if err != nil {
			t.Error(err)
			return
		}
		defer func() { _ = remote.Close() }()
		w.WriteHeader(http.StatusOK)
		local, _, err := http.NewResponseController(w).Hijack()
		if err != nil {
			t.Error(err)
			return
		}
		defer func() { _ = local.Close() }()
		go func() { _, _ = io.Copy(remote, local) }() // Ends with either connection.
		_, _ = io.Copy(local, remote)
	}))
	t.Cleanup(proxy.Close)
	return proxy.URL, opened
}

// trust returns the environment in which the provider trusts a certificate.
func trust(t *testing.T, cert *x509.Certificate) string {
	t.Helper()
	if runtime.GOOS != "linux" {
		t.Skip("only on Linux an environment variable can add an authority")
	}
	authority := filepath.Join(t.TempDir(), "authority.pem")
	block := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: cert.Raw})
	if err := os.WriteFile(authority, block, 0o600); err != nil {
		t.Fatal(err)
	}
	return "SSL_CERT_FILE=" + authority
}

// In a network of one's own: SendGrid is reached through a proxy, and is vouched
// for by an authority that only that network knows.
func TestProcessProxy(t *testing.T) {
	t.Parallel()
	cli := clitest.Find(t)
	sendgrid := emulator.Start(emulator.Config{TLS: true})
	t.Cleanup(sendgrid.Close)
	proxy, opened := tunnel(t, strings.TrimPrefix(sendgrid.URL(), "https://"))
	trusted := trust(t, sendgrid.Certificate())
	r := newRunner(t, cli)(t, oneKey)
	r.Env = append(r.Env,
		"SENDGRID_BASE_URL=https://"+emulator.TLSName, "SENDGRID_API_KEY="+emulator.Credential,
		"HTTPS_PROXY="+proxy, "NO_PROXY=", trusted)
	r.Apply()
	if keys := sendgrid.Keys(emulator.Parent); len(keys) != 1 || opened.Load() == 0 {
		t.Errorf("%d keys were made over %d connections through the proxy", len(keys), opened.Load())
	}
}
