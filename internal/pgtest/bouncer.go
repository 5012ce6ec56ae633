package pgtest

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/url"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"
)

// Bouncer is a PgBouncer in transaction mode before a server.
type Bouncer struct {
	Port   int
	server *Server
	child  *child
}

// Pool starts a PgBouncer with size connections to each database. Its sessions keep nothing from one transaction to
// the next, as with any pooler of transactions.
func (s *Server) Pool(size int) (*Bouncer, error) {
	if missing := MissingPgBouncer(); missing != "" {
		return nil, errors.New("missing: " + missing)
	}
	dir, err := os.MkdirTemp(s.Dir, "pool-")
	if err != nil {
		return nil, err
	}
	free, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	b := &Bouncer{Port: free.Addr().(*net.TCPAddr).Port, server: s}
	_ = free.Close()
	users, settings := filepath.Join(dir, "users"), filepath.Join(dir, "pgbouncer.ini")
	var text strings.Builder
	for role, password := range s.passwords {
		fmt.Fprintf(&text, "%q %q\n", role, password)
	}
	ini := fmt.Sprintf(`[databases]
* = host=127.0.0.1 port=%d
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = %d
unix_socket_dir =
auth_type = scram-sha-256
auth_file = %s
pool_mode = transaction
default_pool_size = %d
max_client_conn = 500
server_login_retry = 1
`, s.Port, b.Port, users, size)
	for path, text := range map[string]string{users: text.String(), settings: ini} {
		err = errors.Join(err, os.WriteFile(path, []byte(text), 0o600), s.account.own(path))
	}
	if err = errors.Join(err, s.account.own(dir)); err != nil {
		return nil, err
	}
	log := filepath.Join(dir, "log")
	if b.child, err = spawn(s.account, log, "KILL", pgbouncer(), settings); err != nil {
		return nil, err
	}
	if err := b.answers(); err != nil {
		said, _ := os.ReadFile(log)
		return nil, errors.Join(fmt.Errorf("PgBouncer did not come up: %w\n%s", err, said), b.Close())
	}
	return b, nil
}

func (b *Bouncer) answers() error {
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	for {
		config, err := pgx.ParseConfig(b.URL(App, Shared))
		if err != nil {
			return err
		}
		config.DefaultQueryExecMode = pgx.QueryExecModeExec
		conn, err := pgx.ConnectConfig(ctx, config)
		if err == nil {
			return conn.Close(ctx)
		}
		if !b.child.running() || ctx.Err() != nil {
			return err
		}
		time.Sleep(10 * time.Millisecond)
	}
}

// URL is where a role reaches a database through the pooler.
func (b *Bouncer) URL(role, database string) string {
	return b.server.url(b.Port, role, database)
}

// Through is the URL of the server's, by way of the pooler.
func (b *Bouncer) Through(direct string) (string, error) {
	u, err := url.Parse(direct)
	if err != nil {
		return "", err
	}
	u.Host = "127.0.0.1:" + strconv.Itoa(b.Port)
	return u.String(), nil
}

// Close ends the pooler.
func (b *Bouncer) Close() error { return b.child.end("KILL") }
