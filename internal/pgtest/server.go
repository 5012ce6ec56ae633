package pgtest

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"maps"
	"net"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"
)

// Roles of a server: Super is its superuser; Owner owns the databases and what is in them; App is what `clew serve` runs
// as, and owns nothing.
const (
	Super = "postgres"
	Owner = "clew_owner"
	App   = "clew_app"
)

// Shared is the database that the schemas of tests are in.
const Shared = "clew"

// patience is how long anything that a server is asked for may take.
const patience = 60 * time.Second

// Options are what a private server differs in from others.
type Options struct {
	Unsafe   bool              // no fsync: quick, and its kills prove nothing
	Archive  bool              // keeps its log, so that it can be recovered as it was at a time
	Disk     int               // its folder is a disk of so many MiB, which can run full; mounting it takes root
	Settings map[string]string // of postgresql.conf, over ours
}

// Server is a PostgreSQL server of ours.
type Server struct {
	Dir  string // its folder: data, log, socket
	Port int

	options   Options
	account   *account
	bin       string
	passwords map[string]string
	child     *child
	sweeper   io.Closer
	standbys  int
	copies    int
	recovery  map[string]string // settings of one that comes up from a backup
}

// Launch brings up a server for callers that are no tests; they Close it.
func Launch(o Options) (*Server, error) {
	s, err := launchBare(o)
	if err != nil {
		return nil, err
	}
	if err := s.createRoles(); err != nil {
		return nil, errors.Join(err, s.Close())
	}
	return s, nil
}

// launchBare brings up a server with nothing in it but its superuser.
func launchBare(o Options) (*Server, error) {
	s, err := prepare(o)
	if err != nil {
		return nil, err
	}
	s.passwords = map[string]string{Super: rand.Text(), Owner: rand.Text(), App: rand.Text()}
	err = s.command("initdb", "-D", s.data(), "-U", Super, "--no-sync", "--encoding=UTF8", "--locale=C.UTF-8",
		"--locale-provider=icu", "--icu-locale=en-US", // so that an order that is not asked for as bytes is seen to differ
		"--auth-local=trust", "--auth-host=scram-sha-256")
	if err == nil {
		err = s.Restart()
	}
	if err != nil {
		return nil, errors.Join(err, s.Close())
	}
	return s, nil
}

// prepare makes the folder of a server.
func prepare(o Options) (*Server, error) {
	if missing := Missing(); missing != "" {
		return nil, errors.New("missing: " + missing)
	}
	who, err := ordinary()
	if err != nil {
		return nil, err
	}
	s := &Server{options: o, account: who, bin: binaries()}
	if s.Dir, err = who.folder(); err != nil {
		return nil, err
	}
	if o.Disk > 0 {
		if err := s.mount(); err != nil {
			return nil, errors.Join(err, os.Remove(s.Dir))
		}
	}
	s.sweeper, err = sweep(s.Dir)
	return s, err
}

// Environment is how programs of PostgreSQL reach the server as its superuser.
func (s *Server) Environment() []string {
	return []string{"PGHOST=" + s.Dir, "PGPORT=" + strconv.Itoa(s.Port), "PGUSER=" + Super, "PATH=" + s.bin + ":" + os.Getenv("PATH")}
}

func (s *Server) data() string { return filepath.Join(s.Dir, "data") }
func (s *Server) log() string  { return filepath.Join(s.Dir, "log") }

// command runs one of PostgreSQL's programs to its end.
func (s *Server) command(program string, args ...string) error {
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	out, err := s.account.as(exec.CommandContext(ctx, filepath.Join(s.bin, program), args...)).CombinedOutput()
	if err != nil {
		return fmt.Errorf("%s: %w\n%s", program, err, out)
	}
	return nil
}

// configure writes the settings: small, for tests, and on a port that is free now.
func (s *Server) configure() error {
	if s.Port == 0 {
		free, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			return err
		}
		s.Port = free.Addr().(*net.TCPAddr).Port
		_ = free.Close()
	}
	settings := map[string]string{
		"listen_addresses":        "127.0.0.1",
		"port":                    strconv.Itoa(s.Port),
		"unix_socket_directories": s.Dir,
		"max_connections":         "60",
		"shared_buffers":          "32MB",
		"max_wal_size":            "256MB",
		"wal_level":               "replica",
		"max_wal_senders":         "8",
		"wal_keep_size":           "128MB",
		"hot_standby":             "on",
		"log_min_messages":        "warning",
		"log_timezone":            "UTC",
		"timezone":                "UTC",
	}
	if s.options.Unsafe {
		settings["fsync"], settings["full_page_writes"], settings["synchronous_commit"] = "off", "off", "off"
		settings["wal_level"], settings["max_wal_senders"] = "minimal", "0"
	}
	if s.options.Archive {
		archiving, err := s.archiving()
		if err != nil {
			return err
		}
		maps.Copy(settings, archiving)
	}
	maps.Copy(settings, s.recovery)
	maps.Copy(settings, s.options.Settings)
	var text strings.Builder
	for name, value := range settings {
		fmt.Fprintf(&text, "%s = '%s'\n", name, strings.ReplaceAll(value, "'", "''"))
	}
	path := filepath.Join(s.data(), "postgresql.conf")
	if err := os.WriteFile(path, []byte(text.String()), 0o600); err != nil {
		return err
	}
	return s.account.own(path)
}

// Restart brings the server up, on the port it had before, after Kill or Stop or while it runs.
func (s *Server) Restart() error {
	if err := s.Stop(); err != nil {
		return err
	}
	chosen := s.Port != 0
	for try := 1; ; try++ {
		err := s.up()
		if err == nil {
			return nil
		}
		// Another may have taken the port since it was found free.
		if chosen || try == 5 || !strings.Contains(err.Error(), "Address already in use") {
			return err
		}
		s.Port = 0
	}
}

func (s *Server) up() error {
	if err := s.configure(); err != nil {
		return err
	}
	before, _ := os.ReadFile(s.log())
	var err error
	s.child, err = spawn(s.account, s.log(), "QUIT", filepath.Join(s.bin, "postgres"), "-D", s.data())
	if err != nil {
		return err
	}
	for deadline := time.Now().Add(patience); ; time.Sleep(10 * time.Millisecond) {
		if err = s.Exec(Shared, "SELECT 1"); err == nil || strings.Contains(err.Error(), "SQLSTATE 3D000") {
			return nil // it answers, if only that the database is still to be created
		}
		if s.child.running() && time.Now().Before(deadline) {
			continue
		}
		said, _ := os.ReadFile(s.log())
		return errors.Join(fmt.Errorf("PostgreSQL did not come up: %w\n%s", err, said[min(len(before), len(said)):]), s.Kill())
	}
}

// createRoles creates the product's two roles and the database that tests share.
func (s *Server) createRoles() error {
	for _, role := range []string{Super, Owner, App} {
		make := "CREATE ROLE " + role + " LOGIN"
		if role == Super {
			make = "ALTER ROLE " + role
		}
		if err := s.Exec("postgres", make+" PASSWORD '"+s.passwords[role]+"'"); err != nil {
			return err
		}
	}
	return s.createDatabase(Shared)
}

func (s *Server) createDatabase(name string) error {
	return s.Exec("postgres", "CREATE DATABASE "+name+" OWNER "+Owner)
}

// Exec runs a statement as the superuser.
func (s *Server) Exec(database, statement string) error {
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	conn, err := s.connect(ctx, database)
	if err != nil {
		return err
	}
	defer conn.Close(ctx)
	_, err = conn.Exec(ctx, statement)
	return err
}

// Ask reads one text as the superuser.
func (s *Server) Ask(database, query string) (string, error) {
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	conn, err := s.connect(ctx, database)
	if err != nil {
		return "", err
	}
	defer conn.Close(ctx)
	var text string
	err = conn.QueryRow(ctx, "SELECT CAST(("+query+") AS text)").Scan(&text)
	return text, err
}

// connect goes through the socket, which only we and the server's user can reach.
func (s *Server) connect(ctx context.Context, database string) (*pgx.Conn, error) {
	return pgx.Connect(ctx, fmt.Sprintf("host=%s port=%d user=%s dbname=%s sslmode=disable", s.Dir, s.Port, Super, database))
}

// Set changes a setting while the server runs, for example synchronous_standby_names.
func (s *Server) Set(setting, value string) error {
	if err := s.Exec("postgres", "ALTER SYSTEM SET "+setting+" = '"+strings.ReplaceAll(value, "'", "''")+"'"); err != nil {
		return err
	}
	return s.Exec("postgres", "SELECT pg_reload_conf()")
}

// URL is where a role reaches a database of the server.
func (s *Server) URL(role, database string) string {
	return s.url(s.Port, role, database)
}

func (s *Server) url(port int, role, database string) string {
	u := url.URL{
		Scheme: "postgres", User: url.UserPassword(role, s.passwords[role]),
		Host: "127.0.0.1:" + strconv.Itoa(port), Path: "/" + database, RawQuery: "sslmode=disable",
	}
	return u.String()
}

// Kill ends all processes of the server at once, as a power cut would.
func (s *Server) Kill() error {
	if !s.child.running() {
		return nil
	}
	text, err := os.ReadFile(filepath.Join(s.data(), "postmaster.pid"))
	if err != nil {
		return s.child.end("KILL") // so early that it has no other processes
	}
	first, _, _ := strings.Cut(string(text), "\n")
	postmaster, err := strconv.Atoi(first)
	if err != nil {
		return fmt.Errorf("postmaster.pid: %w", err)
	}
	if err := killTree(postmaster); err != nil {
		return err
	}
	return s.child.end("KILL")
}

// Stop ends the server in an orderly way, cutting the connections.
func (s *Server) Stop() error { return s.child.end("INT") }

// Close ends the server and removes its folder.
func (s *Server) Close() error {
	err := s.child.end("QUIT")
	s.releaseMemory()
	if s.options.Disk > 0 {
		err = errors.Join(err, s.unmount())
	}
	return errors.Join(err, os.RemoveAll(s.Dir), s.sweeper.Close())
}

// releaseMemory frees the few bytes of shared memory by which a killed server is still known to the system; a restart
// would have. Line 7 of postmaster.pid names them.
func (s *Server) releaseMemory() {
	text, err := os.ReadFile(filepath.Join(s.data(), "postmaster.pid"))
	if err != nil {
		return // it ended in order
	}
	lines := strings.Split(string(text), "\n")
	if len(lines) < 7 {
		return
	}
	if key := strings.Fields(lines[6]); len(key) == 2 {
		_ = exec.Command("ipcrm", "-m", key[1]).Run() // a machine without ipcrm keeps them until it is started anew
	}
}
