package main

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"os"
	"sync"
	"time"

	"clew/internal/api"
	"clew/internal/store"
)

// reach is how a server is reached from other machines, if at all.
type reach struct {
	TLSCert     string `help:"Certificate for TLS, with those between it and the root. It is read again when it changed." name:"tls-cert" type:"path" env:"CLEW_TLS_CERT" placeholder:"FILE"`
	TLSKey      string `help:"Its private key." name:"tls-key" type:"path" env:"CLEW_TLS_KEY" placeholder:"FILE"`
	BehindProxy string `help:"Addresses or networks of the proxies before this server, which do TLS and are believed in who asks. Nobody else is answered." name:"behind-proxy" env:"CLEW_BEHIND_PROXY" placeholder:"ADDR,…"`
}

// public reports whether others than this machine are meant to reach the server.
func (r *reach) public() bool { return r.TLSCert != "" || r.BehindProxy != "" }

// options adds what the API has to know of it.
func (r *reach) options(o *api.Options) (err error) {
	if (r.TLSCert == "") != (r.TLSKey == "") {
		return fmt.Errorf("%w: --tls-cert and --tls-key go together", errUsage)
	}
	if o.Proxies, err = api.ParseProxies(r.BehindProxy); err != nil {
		return fmt.Errorf("%w: --behind-proxy takes addresses such as 10.0.0.5 and networks such as 10.0.0.0/24: %w", errUsage, err)
	}
	o.Public = r.public()
	return nil
}

// listen listens where only this machine gets to, or where nobody can read along: with TLS, or where a named proxy does it.
func (r *reach) listen(ctx context.Context, addr string) (net.Listener, error) {
	host, _, err := net.SplitHostPort(addr)
	if err != nil {
		return nil, fmt.Errorf("%w: --listen %s is no address such as 127.0.0.1:8080", errUsage, addr)
	}
	if !isLoopback(host) && !r.public() {
		return nil, fmt.Errorf("--listen %s would be reached from other machines without TLS, so that passwords could be read along: give --tls-cert and --tls-key, or name the proxy that does TLS with --behind-proxy, or listen on 127.0.0.1", addr)
	}
	listener, err := (&net.ListenConfig{}).Listen(ctx, "tcp", addr)
	if err != nil {
		return nil, fmt.Errorf("%s cannot be listened on: %w", addr, err)
	}
	return listener, nil
}

// refuseOwner keeps a server that others reach from working as the role that owns the ledger: whoever got through it could rewrite what was recorded.
func (r *reach) refuseOwner(ctx context.Context, ledger *store.Store) error {
	if !r.public() {
		return nil
	}
	owned, err := ledger.Owned(ctx)
	if err == nil && owned {
		err = errors.New("this role of PostgreSQL owns the ledger and could rewrite it: serve others as a role that clew org create --role was given, or listen on 127.0.0.1 without --tls-cert and --behind-proxy")
	}
	return err
}

func isLoopback(host string) bool {
	ip := net.ParseIP(host)
	return host == "localhost" || ip != nil && ip.IsLoopback()
}

// certificate is what is shown to clients, read again when its file changed, so that a renewed one needs no restart.
type certificate struct {
	cert, key string
	mu        sync.Mutex
	looked    time.Time
	changed   time.Time
	kept      *tls.Certificate
}

// config is that of TLS, nil where there is none.
func (r *reach) config() (*tls.Config, error) {
	if r.TLSCert == "" {
		return nil, nil
	}
	c := &certificate{cert: r.TLSCert, key: r.TLSKey}
	if _, err := c.get(nil); err != nil {
		return nil, fmt.Errorf("the certificate cannot be used: %w", err)
	}
	return &tls.Config{MinVersion: tls.VersionTLS12, GetCertificate: c.get}, nil
}

// get is the certificate. One that cannot be read leaves the one before.
func (c *certificate) get(*tls.ClientHelloInfo) (*tls.Certificate, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.kept != nil && time.Since(c.looked) < time.Second {
		return c.kept, nil
	}
	c.looked = time.Now()
	info, err := os.Stat(c.cert)
	if err == nil && (c.kept == nil || !info.ModTime().Equal(c.changed)) {
		var fresh tls.Certificate
		if fresh, err = tls.LoadX509KeyPair(c.cert, c.key); err == nil {
			c.kept, c.changed = &fresh, info.ModTime()
		}
	}
	if c.kept == nil {
		return nil, errors.Join(errors.New("there is no certificate"), err)
	}
	return c.kept, nil
}
