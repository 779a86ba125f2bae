package main

import (
	"crypto/tls"
	"crypto/x509"
	"io"
	"net/http"
	"net/url"
	"testing"
)

// The line is transparent, and counts connections, not requests.
func TestLine(t *testing.T) {
	t.Parallel()
	s, err := startSendGrid(t.Context(), t.TempDir(), network{})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	pool := x509.NewCertPool()
	if cert := s.Certificate(); cert != nil {
		pool.AddCert(cert)
	}
	transport := &http.Transport{TLSClientConfig: &tls.Config{RootCAs: pool}}
	defer transport.CloseIdleConnections()
	base, err := url.Parse(s.URL())
	if err != nil {
		t.Fatal(err)
	}
	base.Host = s.line.addr()
	for range 2 {
		req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, base.JoinPath("v3", "scopes").String(), http.NoBody)
		if err != nil {
			t.Fatal(err)
		}
		resp, err := (&http.Client{Transport: transport}).Do(req)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := io.Copy(io.Discard, resp.Body); err != nil {
			t.Error(err)
		}
		_ = resp.Body.Close()
	}
	if got := len(s.TakeRequests()); got != 2 {
		t.Errorf("%d requests arrived, want 2", got)
	}
	if got := s.line.takeAccepted(); got != 1 {
		t.Errorf("%d connections, want 1", got)
	}
}
