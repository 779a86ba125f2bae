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

	"github.com/terraform-sendgrid/terraform-provider-sendgrid/internal/emulator"
	"github.com/terraform-sendgrid/terraform-provider-sendgrid/internal/openapi"
)

// tunnel starts a proxy that forwards every connection to one address, and counts
// them.
func tunnel(t *testing.T, to string) (url string, opened *atomic.Int64) {
	t.Helper()
	opened = new(atomic.Int64)
	proxy := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method != http.MethodConnect || r.Host != emulator.TLSName+":443" {
			t.Errorf("the proxy received %s %s", r.Method, r.Host)
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

// trust returns the environment variable that makes the provider trust a
// certificate.
func trust(t *testing.T, cert *x509.Certificate) string {
	t.Helper()
	if runtime.GOOS != "linux" {
		t.Skip("needs Linux, where an environment variable names the trusted authorities")
	}
	authority := filepath.Join(t.TempDir(), "authority.pem")
	block := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: cert.Raw})
	if err := os.WriteFile(authority, block, 0o600); err != nil {
		t.Fatal(err)
	}
	return "SSL_CERT_FILE=" + authority
}

// A corporate network: SendGrid is reached through a proxy, with a certificate of
// an authority that only this network trusts.
func (i installed) testProxy(t *testing.T) {
	t.Parallel()
	sendgrid := openapi.Start(t, emulator.Config{TLS: true})
	proxy, opened := tunnel(t, strings.TrimPrefix(sendgrid.URL(), "https://"))
	trusted := trust(t, sendgrid.Certificate())
	r := i.run(t, oneKey)
	r.Env = append(r.Env,
		"SENDGRID_BASE_URL=https://"+emulator.TLSName, "SENDGRID_API_KEY="+emulator.Credential,
		"HTTPS_PROXY="+proxy, "NO_PROXY=", trusted)
	r.Apply()
	if keys := sendgrid.Keys(emulator.Parent); len(keys) != 1 || opened.Load() == 0 {
		t.Errorf("%d keys were created over %d connections through the proxy", len(keys), opened.Load())
	}
}
