package main

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"encoding/pem"
	"io"
	"log"
	"math/big"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"testing"
	"time"
)

// certify writes a certificate for this machine with a serial number of its own, and gives who believes it.
func certify(t *testing.T, cert, key string, serial int64) *x509.CertPool {
	t.Helper()
	private, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	of := &x509.Certificate{SerialNumber: big.NewInt(serial), NotAfter: time.Now().Add(time.Hour), IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)}}
	der, err := x509.CreateCertificate(rand.Reader, of, of, private.Public(), private)
	if err != nil {
		t.Fatal(err)
	}
	secret, err := x509.MarshalPKCS8PrivateKey(private)
	if err != nil {
		t.Fatal(err)
	}
	for file, block := range map[string]*pem.Block{cert: {Type: "CERTIFICATE", Bytes: der}, key: {Type: "PRIVATE KEY", Bytes: secret}} {
		if err := os.WriteFile(file, pem.EncodeToMemory(block), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	pool := x509.NewCertPool()
	parsed, err := x509.ParseCertificate(der)
	if err != nil {
		t.Fatal(err)
	}
	pool.AddCert(parsed)
	return pool
}

// TestTLS serves with a certificate that is renewed, and then spoilt, while the server runs.
func TestTLS(t *testing.T) {
	dir := t.TempDir()
	r := &reach{TLSCert: filepath.Join(dir, "cert.pem"), TLSKey: filepath.Join(dir, "key.pem")}
	if _, err := r.config(); err == nil {
		t.Error("a certificate that is not there is taken")
	}
	first := certify(t, r.TLSCert, r.TLSKey, 1)
	config, err := r.config()
	if err != nil {
		t.Fatal(err)
	}
	listener, err := tls.Listen("tcp", "127.0.0.1:0", config)
	if err != nil {
		t.Fatal(err)
	}
	server := &http.Server{Handler: http.NotFoundHandler(), ErrorLog: log.New(io.Discard, "", 0)} // it would tell of each client that does not believe it
	go server.Serve(listener)
	defer server.Close()
	shown := func(believes *x509.CertPool, most uint16) (serial int64, err error) {
		client := &http.Client{Transport: &http.Transport{TLSClientConfig: &tls.Config{RootCAs: believes, MaxVersion: most}, DisableKeepAlives: true}}
		answer, err := client.Get("https://" + listener.Addr().String())
		if err != nil {
			return 0, err
		}
		answer.Body.Close()
		return answer.TLS.PeerCertificates[0].SerialNumber.Int64(), nil
	}
	if serial, err := shown(first, 0); err != nil || serial != 1 {
		t.Error(serial, err)
	}
	if _, err := shown(first, tls.VersionTLS11); err == nil {
		t.Error("TLS 1.1 is spoken")
	}
	if _, err := shown(x509.NewCertPool(), 0); err == nil {
		t.Error("the client believes anybody, so that this test says nothing")
	}
	renewed := certify(t, r.TLSCert, r.TLSKey, 2)
	later := time.Now().Add(time.Minute) // the clock of some file systems is coarse
	if err := os.Chtimes(r.TLSCert, later, later); err != nil {
		t.Fatal(err)
	}
	for try := 0; ; try++ {
		if serial, err := shown(renewed, 0); err == nil && serial == 2 {
			break
		} else if try == 600 {
			t.Fatal("the renewed certificate is not shown: ", err)
		}
		time.Sleep(100 * time.Millisecond)
	}
	if err := os.WriteFile(r.TLSCert, []byte("spoilt"), 0o600); err != nil {
		t.Fatal(err)
	}
	time.Sleep(1200 * time.Millisecond) // until it is looked at again
	if serial, err := shown(renewed, 0); err != nil || serial != 2 {
		t.Error("with a spoilt file the certificate before is not shown any more: ", serial, err)
	}
}
