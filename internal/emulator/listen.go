package emulator

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"fmt"
	"math/big"
	"net"
	"time"
)

// TLSName is a host name for which the certificate is valid. No DNS server
// resolves it, so a client needs a proxy or a dialer to reach it.
const TLSName = "sendgrid.test"

// listen listens on the configured address. With TLS it also returns the
// certificate.
func listen(cfg Config) (net.Listener, *x509.Certificate, error) {
	if cfg.Listener != nil {
		return cfg.Listener, nil, nil
	}
	addr, err := net.ResolveTCPAddr("tcp", cfg.Addr)
	if err != nil {
		return nil, nil, err
	}
	if !addr.IP.IsLoopback() {
		return nil, nil, fmt.Errorf("%s is not a loopback address", cfg.Addr)
	}
	l, err := net.ListenTCP("tcp", addr)
	if err != nil || !cfg.TLS {
		return l, nil, err
	}
	cert, err := selfSigned(addr.IP)
	if err != nil {
		_ = l.Close()
		return nil, nil, err
	}
	return tls.NewListener(l, &tls.Config{
		Certificates: []tls.Certificate{cert},
		MinVersion:   tls.VersionTLS12,
	}), cert.Leaf, nil
}

// selfSigned returns a certificate for an address and TLSName, valid for a day.
func selfSigned(ip net.IP) (tls.Certificate, error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return tls.Certificate{}, err
	}
	template := &x509.Certificate{
		SerialNumber:          big.NewInt(1),
		Subject:               pkix.Name{CommonName: "SendGrid emulator"},
		NotBefore:             time.Now().Add(-time.Hour),
		NotAfter:              time.Now().Add(24 * time.Hour),
		IPAddresses:           []net.IP{ip},
		DNSNames:              []string{TLSName},
		KeyUsage:              x509.KeyUsageDigitalSignature | x509.KeyUsageCertSign,
		ExtKeyUsage:           []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth},
		BasicConstraintsValid: true,
		IsCA:                  true,
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	if err != nil {
		return tls.Certificate{}, err
	}
	leaf, err := x509.ParseCertificate(der)
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key, Leaf: leaf}, err
}
