package store

import (
	"context"
	"crypto/rand"
	"database/sql"
	"encoding/hex"
	"fmt"
	"regexp"
	"strings"
	"sync"
	"testing"

	"clew/internal/pgtest"
	"clew/internal/stock"
)

// freshPostgres is an organisation of its own in the database that all tests share. It is served by a role that does not own it.
func freshPostgres(t testing.TB) *testbed {
	server := pgtest.Start(t)
	return postgresAt(server, "t"+randomHex(), false)
}

// administrators are the connections of the role that owns the schemas of tests, by server.
var administrators sync.Map

func administrator(t testing.TB, server *pgtest.Test) *sql.DB {
	t.Helper()
	if db, ok := administrators.Load(server.Server); ok {
		return db.(*sql.DB)
	}
	db, err := (&Store{}).pool(context.Background(), server.URL(pgtest.Owner, pgtest.Shared), 3)
	if err != nil {
		t.Fatal(err)
	}
	administrators.Store(server.Server, db)
	return db
}

// blobLiteral is how the statements of tests write bytes, which is SQLite's way.
var blobLiteral = regexp.MustCompile(`\bx'([0-9A-Fa-f]*)'`)

func randomHex() string {
	var b [8]byte
	rand.Read(b[:])
	return hex.EncodeToString(b[:])
}

func postgresAt(server *pgtest.Test, org string, made bool) *testbed {
	app := reached(server)
	d := postgresDialect{schemaPrefix + org, &sync.Map{}}
	run := func(db *sql.DB, statements ...string) (changed int64, err error) {
		for _, statement := range statements {
			result, err := db.Exec(d.qualify(blobLiteral.ReplaceAllString(strings.NewReplacer(" AS BLOB)", " AS BYTEA)", "@schema", d.schema).Replace(statement), `'\x$1'`)))
			if err != nil {
				return changed, fmt.Errorf("%s: %w", statement, err)
			}
			n, _ := result.RowsAffected()
			changed += n
		}
		return changed, nil
	}
	dir := ""
	return &testbed{
		slow: true,
		faults: []planted{
			{"log opened", `GRANT UPDATE ON TABLE entry TO ` + pgtest.App, "schema", "table entry"},
			{"log opened to all", `GRANT DELETE ON TABLE item TO PUBLIC`, "schema", "table item"},
			{"state emptied", `GRANT TRUNCATE ON TABLE unit TO ` + pgtest.App, "schema", "table unit"},
			{"index dropped", `DROP INDEX @schema.item_lot`, "schema", "index item_lot"},
			{"rule added", `CREATE RULE spy AS ON INSERT TO @schema.entry DO INSTEAD NOTHING`, "schema", "rule entry.spy"},
			{"view added", `CREATE VIEW @schema.spy AS SELECT 1`, "schema", "view spy"},
			{"column added", `ALTER TABLE item ADD COLUMN spy TEXT`, "schema", "column item.spy"},
		},
		open: func(t testing.TB, o Options) (*Store, error) {
			if !made {
				made = true
				if err := makeSchema(context.Background(), administrator(t, server), d, pgtest.App); err != nil {
					return nil, err
				}
				t.Cleanup(func() { server.Exec(pgtest.Shared, "DROP SCHEMA IF EXISTS "+d.schema+" CASCADE") })
			}
			if dir == "" {
				dir = t.TempDir()
			}
			o.URL, o.Org, o.Dir, o.Ephemeral = app, org, dir, true // the server that tests share has no fsync
			return Open(context.Background(), o)
		},
		tamper: func(t testing.TB, statements ...string) {
			t.Helper()
			changed, err := run(administrator(t, server), statements...)
			if err != nil {
				t.Fatal(err)
			}
			if changed == 0 && len(statements) > 0 {
				t.Fatalf("nothing was changed by %s", statements)
			}
		},
		alter: func(t testing.TB, statement string) error {
			_, err := run(administrator(t, server), statement)
			return err
		},
		attempt: func(t testing.TB, statement string) error {
			t.Helper()
			s := &Store{}
			defer s.Close()
			db, err := s.pool(context.Background(), app, 1)
			if err != nil {
				t.Fatal(err)
			}
			defer db.Close()
			_, err = run(db, statement)
			return err
		},
		poison: func(t testing.TB) func() {
			must := func(statement string) {
				if _, err := run(administrator(t, server), statement); err != nil {
					t.Fatal(err)
				}
			}
			must(fmt.Sprintf("ALTER TABLE item ADD CONSTRAINT poison CHECK (quantity <> %d) NOT VALID", stock.Units(poisoned)))
			return func() { must("ALTER TABLE item DROP CONSTRAINT poison") }
		},
		copy: func(t testing.TB) *testbed {
			t.Helper()
			to := postgresDialect{schemaPrefix + "t" + randomHex(), &sync.Map{}}
			if _, err := administrator(t, server).Exec(copied(t, d, to)); err != nil {
				t.Fatal(err)
			}
			t.Cleanup(func() { server.Exec(pgtest.Shared, "DROP SCHEMA "+to.schema+" CASCADE") })
			return postgresAt(server, strings.TrimPrefix(to.schema, schemaPrefix), true)
		},
	}
}

// copied makes a schema as the migrations do, but in one call, and fills it from another.
func copied(t testing.TB, from, to postgresDialect) string {
	t.Helper()
	said := []string{"CREATE SCHEMA " + to.schema}
	files, err := migrations.ReadDir("migrations")
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range files {
		text, err := migrations.ReadFile("migrations/" + file.Name())
		if err != nil {
			t.Fatal(err)
		}
		said = append(said, to.ddl(string(text))...)
	}
	for table := range tables().made {
		if !tables().dropped[table] {
			said = append(said, fmt.Sprintf("INSERT INTO %s.%s SELECT * FROM %s.%[2]s", to.schema, table, from.schema))
		}
	}
	said = append(said, fmt.Sprintf("CREATE TABLE %s.%s (LIKE %s.%[2]s INCLUDING ALL)", to.schema, versionTable, from.schema),
		fmt.Sprintf("INSERT INTO %s.%s SELECT * FROM %s.%[2]s", to.schema, versionTable, from.schema))
	return strings.Join(append(said, grants(to, pgtest.App)...), ";\n")
}
