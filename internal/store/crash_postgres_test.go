package store

import (
	"context"
	"database/sql"
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"clew/internal/pgtest"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/jackc/pgx/v5/stdlib"
)

// killer ends the connection that is about to run the n-th statement, as the database would that goes away.
type killer struct {
	server *pgtest.Test
	at     int64
	sent   atomic.Int64
}

func (k *killer) TraceQueryStart(ctx context.Context, conn *pgx.Conn, _ pgx.TraceQueryStartData) context.Context {
	if k.sent.Add(1) == k.at {
		pid := conn.PgConn().PID()
		_, err := k.server.Ask(pgtest.Shared, fmt.Sprintf("pg_terminate_backend(%d)", pid))
		for end := time.Now().Add(time.Minute); err == nil && time.Now().Before(end); time.Sleep(time.Millisecond) {
			var there string
			if there, err = k.server.Ask(pgtest.Shared, fmt.Sprintf("SELECT count(*) FROM pg_stat_activity WHERE pid = %d", pid)); there == "0" {
				break
			}
		}
		k.server.Do(err)
	}
	return ctx
}

func (k *killer) TraceQueryEnd(context.Context, *pgx.Conn, pgx.TraceQueryEndData) {}

// makeKilled makes a schema and has the n-th statement fail, or none where n is 0. It returns how many there were.
func makeKilled(t *testing.T, server *pgtest.Test, d postgresDialect, n int64) (int64, error) {
	t.Helper()
	config, err := pgxpool.ParseConfig(server.URL(pgtest.Owner, pgtest.Shared))
	if err != nil {
		t.Fatal(err)
	}
	k := &killer{server: server, at: n}
	config.MaxConns, config.ConnConfig.Tracer = 3, k
	pool, err := pgxpool.NewWithConfig(t.Context(), config)
	if err != nil {
		t.Fatal(err)
	}
	defer pool.Close()
	db := stdlib.OpenDBFromPool(pool)
	defer db.Close()
	err = makeSchema(t.Context(), db, d, pgtest.App)
	return k.sent.Load(), err
}

// TestCrash_Migration ends the connection at each statement of the migrations, in a sample at some: what is run again then makes the
// schema that is made undisturbed, and it serves.
func TestCrash_Migration(t *testing.T) {
	notRaced(t)
	server := pgtest.Start(t)
	fresh := func() postgresDialect {
		d := postgresDialect{schemaPrefix + "t" + randomHex(), &sync.Map{}}
		t.Cleanup(func() { server.Exec(pgtest.Shared, "DROP SCHEMA IF EXISTS "+d.schema+" CASCADE") })
		return d
	}
	all, err := makeKilled(t, server, fresh(), 0)
	if err != nil || all < 100 {
		t.Fatalf("%d statements, %v", all, err)
	}
	var at []int64
	for n := int64(1); n <= all; n++ {
		at = append(at, n)
	}
	if !soak() {
		rand.Shuffle(len(at), func(i, j int) { at[i], at[j] = at[j], at[i] })
		at = append(at[:3], all)
	}
	for _, n := range at {
		d := fresh()
		// A question that is cut off is asked again over another connection, and the last statement lets go of the lock.
		if _, err := makeKilled(t, server, d, n); err == nil && schemaText(t, administrator(t, server), d) != schemaPostgres {
			t.Errorf("statement %d of %d was killed, nobody noticed, and the schema is another", n, all)
		}
		org, url := strings.TrimPrefix(d.schema, schemaPrefix), server.URL(pgtest.Owner, pgtest.Shared)
		err := CreateOrg(t.Context(), url, org, pgtest.App)
		if err != nil && strings.Contains(err.Error(), "clew org migrate") { // as it says
			err = MigrateOrg(t.Context(), url, org, pgtest.App)
		}
		if err != nil {
			t.Fatalf("statement %d of %d was killed; run again: %v", n, all, err)
		}
		if got := schemaText(t, administrator(t, server), d); got != schemaPostgres {
			t.Fatalf("statement %d of %d was killed: the schema is another", n, all)
		}
		s, err := postgresAt(server, org, true).open(t, Options{})
		if err != nil {
			t.Fatalf("statement %d of %d was killed: %v", n, all, err)
		}
		world(t, s)
		isWhole(t, s)
		s.Close()
		server.Do(server.Exec(pgtest.Shared, "DROP SCHEMA "+d.schema+" CASCADE"))
		if t.Failed() {
			t.Fatalf("statement %d of %d", n, all)
		}
	}
	t.Logf("killed at %d of %d statements", len(at), all)
}

// schemaText is a schema as schema_postgres.txt has it.
func schemaText(t *testing.T, db *sql.DB, d postgresDialect) string {
	t.Helper()
	got, err := postgresSchemaOf(t.Context(), db, d)
	if err != nil {
		t.Fatal(err)
	}
	var lines strings.Builder
	for _, name := range slices.Sorted(maps.Keys(got)) {
		lines.WriteString(name + ": " + got[name] + "\n")
	}
	return lines.String()
}

// TestSchema_AtOnce lets servers that start together make the same organisation: one does, the others find it made.
func TestSchema_AtOnce(t *testing.T) {
	url, _, org := pgtest.Start(t).Schema()
	ledgers := make([]string, 6)
	var wg sync.WaitGroup
	for i := range ledgers {
		dir := t.TempDir()
		wg.Go(func() {
			s, err := Open(context.Background(), Options{URL: url, Org: org, Create: true, Dir: dir, Ephemeral: true})
			if err != nil {
				t.Error(err)
				return
			}
			defer s.Close()
			ledgers[i] = s.Ledger()
		})
	}
	wg.Wait()
	if slices.Sort(ledgers); ledgers[0] == "" || ledgers[0] != ledgers[5] {
		t.Errorf("they opened %s", ledgers)
	}
}
