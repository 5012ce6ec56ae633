package pgtest

import (
	"bufio"
	"context"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
)

func dial(t *testing.T, url string) *pgx.Conn {
	t.Helper()
	config, err := pgx.ParseConfig(url)
	if err != nil {
		t.Fatal(err)
	}
	config.DefaultQueryExecMode = pgx.QueryExecModeExec
	conn, err := pgx.ConnectConfig(t.Context(), config)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = conn.Close(context.Background()) })
	return conn
}

func run(t *testing.T, conn *pgx.Conn, statement string, args ...any) {
	t.Helper()
	if _, err := conn.Exec(t.Context(), statement, args...); err != nil {
		t.Fatal(err)
	}
}

func count(t *testing.T, conn *pgx.Conn, query string, args ...any) (n int64) {
	t.Helper()
	if err := conn.QueryRow(t.Context(), query, args...).Scan(&n); err != nil {
		t.Fatal(err)
	}
	return n
}

func TestStart(t *testing.T) {
	s := Start(t)
	if again := Start(t); again.Port != s.Port {
		t.Errorf("two shared servers, on %d and %d", s.Port, again.Port)
	}
	owner, app, schema := s.Schema()
	conn := dial(t, owner)
	if n := count(t, conn, "SELECT 1"); n != 1 {
		t.Errorf("SELECT 1 says %d", n)
	}
	run(t, conn, "CREATE SCHEMA "+schema)
	run(t, conn, "CREATE TABLE "+schema+".a (name TEXT)")
	run(t, conn, "INSERT INTO "+schema+".a VALUES ('B'), ('a')")
	if n := count(t, conn, "SELECT count(*) FROM "+schema+".a WHERE name < 'b'"); n != 1 {
		t.Error("text is ordered by its bytes: a query that forgets to ask for that would not be seen")
	}
	if _, err := dial(t, app).Exec(t.Context(), "SELECT * FROM "+schema+".a"); err == nil || !strings.Contains(err.Error(), "42501") {
		t.Errorf("the application's role may do what nobody granted: %v", err)
	}
}

func TestDatabase(t *testing.T) {
	s := Start(t)
	began := time.Now()
	one, _ := s.Database()
	t.Log("a database takes", time.Since(began))
	two, app := s.Database()
	run(t, dial(t, one), "CREATE TABLE a (id BIGINT)")
	run(t, dial(t, two), "CREATE TABLE a (id BIGINT)")
	dial(t, app)
}

func TestKill(t *testing.T) {
	s := New(t, Options{})
	conn := dial(t, s.URL(Owner, Shared))
	run(t, conn, "CREATE TABLE a (id BIGINT)")
	for i := range 3 {
		run(t, dial(t, s.URL(Owner, Shared)), "INSERT INTO a VALUES ($1)", i)
		s.Do(s.Kill())
		if s.child.running() {
			t.Fatal("it runs after Kill")
		}
		began := time.Now()
		s.Do(s.Restart())
		t.Log("back after", time.Since(began))
		if n := count(t, dial(t, s.URL(Owner, Shared)), "SELECT count(*) FROM a"); n != int64(i+1) {
			t.Fatalf("%d rows after %d commits", n, i+1)
		}
	}
	s.Do(s.Stop())
	s.Do(s.Stop())
	s.Do(s.Restart())
	s.Do(s.Set("work_mem", "9MB"))
}

func TestStandby(t *testing.T) {
	s := New(t, Options{Unsafe: false})
	conn := dial(t, s.URL(Owner, Shared))
	run(t, conn, "CREATE TABLE a (id BIGINT)")
	standby := s.Standby()
	s.Do(s.Set("synchronous_standby_names", "standby1"))
	run(t, conn, "INSERT INTO a VALUES (1)")
	standby.Do(standby.CaughtUp(s.Server))
	reader := dial(t, standby.URL(App, Shared))
	if n := count(t, dial(t, standby.URL(Owner, Shared)), "SELECT count(*) FROM a"); n != 1 {
		t.Errorf("the standby has %d rows", n)
	}
	if _, err := reader.Exec(t.Context(), "CREATE TEMPORARY TABLE b (id BIGINT)"); err == nil {
		t.Error("the standby takes writes")
	}
	standby.Do(standby.Pause())
	run(t, conn, "INSERT INTO a VALUES (2)")
	if n := count(t, dial(t, standby.URL(Owner, Shared)), "SELECT count(*) FROM a"); n != 1 {
		t.Errorf("a paused standby shows %d rows", n)
	}
	standby.Do(standby.Resume())
	standby.Do(standby.CaughtUp(s.Server))
	s.Do(s.Kill())
	standby.Do(standby.Promote())
	conn = dial(t, standby.URL(Owner, Shared))
	run(t, conn, "INSERT INTO a VALUES (3)")
	if n := count(t, conn, "SELECT count(*) FROM a"); n != 3 {
		t.Errorf("the promoted standby has %d rows", n)
	}
}

func TestRecover(t *testing.T) {
	s := New(t, Options{Archive: true})
	conn := dial(t, s.URL(Owner, Shared))
	run(t, conn, "CREATE TABLE a (id BIGINT)")
	run(t, conn, "INSERT INTO a VALUES (1)")
	backup, err := s.Backup()
	s.Do(err)
	run(t, conn, "INSERT INTO a VALUES (2)")
	var before time.Time
	if err := conn.QueryRow(t.Context(), "SELECT clock_timestamp()").Scan(&before); err != nil {
		t.Fatal(err)
	}
	run(t, conn, "DELETE FROM a")
	recovered := s.RecoverAt(backup, before)
	if n := count(t, dial(t, recovered.URL(Owner, Shared)), "SELECT count(*) FROM a"); n != 2 {
		t.Errorf("the recovered server has %d rows, want the 2 of before the mistake", n)
	}
	if n := count(t, conn, "SELECT count(*) FROM a"); n != 0 {
		t.Errorf("the server that was recovered from has %d rows", n)
	}
}

func TestPgBouncer(t *testing.T) {
	s := Start(t)
	b := s.PgBouncer()
	owner, _, schema := s.Schema()
	through, err := b.Through(owner)
	s.Do(err)
	conn := dial(t, through)
	run(t, conn, "CREATE SCHEMA "+schema)
	if n := count(t, conn, "SELECT CAST($1 AS bigint)", 7); n != 7 {
		t.Errorf("PgBouncer answers %d", n)
	}
}

// TestOrphan is run by TestNoOrphans in a process of its own, which is killed.
func TestOrphan(t *testing.T) {
	if os.Getenv("CLEW_PGTEST_ORPHAN") != "1" {
		t.SkipNow()
	}
	s := New(t, Options{})
	_ = s.PgBouncer()
	fmt.Println("dir", s.Dir)
	fmt.Println("ready")
	time.Sleep(time.Minute)
}

func TestNoOrphans(t *testing.T) {
	if missing := Missing() + MissingPgBouncer(); missing != "" && os.Getenv("CLEW_TEST_PARTIAL") == "1" {
		t.Skip("not run: missing: " + missing)
	}
	cmd := exec.Command(os.Args[0], "-test.run=^TestOrphan$", "-test.v")
	cmd.Env = append(os.Environ(), "CLEW_PGTEST_ORPHAN=1")
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	var dir string
	for lines := bufio.NewScanner(out); lines.Scan() && lines.Text() != "ready"; {
		if after, is := strings.CutPrefix(lines.Text(), "dir "); is {
			dir = after
		}
	}
	var servers []string
	for _, pid := range childrenOf(cmd.Process.Pid) {
		for _, server := range childrenOf(pid) {
			servers = append(servers, fmt.Sprintf("/proc/%d", server))
		}
	}
	if err := cmd.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	_ = cmd.Wait()
	if dir == "" || len(servers) < 3 {
		t.Fatalf("no server was started: folder %q, processes %v", dir, servers)
	}
	for _, path := range append(servers, dir) {
		for deadline := time.Now().Add(time.Minute); ; time.Sleep(20 * time.Millisecond) {
			if _, err := os.Stat(path); os.IsNotExist(err) {
				break
			}
			if time.Now().After(deadline) {
				t.Fatalf("%s is still there after the process was killed", path)
			}
		}
	}
}

// TestClosedFolder brings a server up where TMPDIR is closed to the user that runs it.
func TestClosedFolder(t *testing.T) {
	if os.Getuid() != 0 {
		t.Skip("only root has a TMPDIR that the server's user may not enter")
	}
	closed := t.TempDir()
	if err := os.Chmod(closed, 0o700); err != nil {
		t.Fatal(err)
	}
	t.Setenv("TMPDIR", closed)
	s := New(t, Options{Unsafe: true, Settings: map[string]string{"max_connections": "8"}})
	if strings.HasPrefix(s.Dir, closed) {
		t.Errorf("the server is in %s", s.Dir)
	}
	if n, err := s.Ask(Shared, "SELECT setting FROM pg_settings WHERE name = 'max_connections'"); err != nil || n != "8" {
		t.Errorf("max_connections is %q, %v", n, err)
	}
}
