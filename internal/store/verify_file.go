package store

import (
	"context"
	"database/sql"
	"fmt"
	"maps"
	"slices"
	"sync"

	"github.com/pressly/goose/v3/database"
)

// file checks the file itself, its indexes, and that its schema is the one that the migrations make: whoever drops a
// trigger can rewrite the log unseen.
func (a *auditor) file() error {
	if d, is := a.store.dialect.(postgresDialect); is {
		return a.postgresSchema(d)
	}
	rows, err := a.store.read.QueryContext(a.ctx, "PRAGMA integrity_check(20)")
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		var said string
		if err := rows.Scan(&said); err != nil {
			return err
		}
		if said != "ok" {
			a.find("file", "the file", "%s", said)
		}
	}
	if err := rows.Err(); err != nil {
		return err
	}
	return a.schema()
}

func (a *auditor) schema() error {
	want, err := freshSchema(a.ctx)
	if err != nil {
		return err
	}
	got, err := schemaOf(a.ctx, a.store.read)
	if err != nil {
		return err
	}
	a.sameSchema(want, got)
	return a.sameSteps()
}

// sameSteps checks which migrations the ledger says that it has had.
func (a *auditor) sameSteps() error {
	steps, _, err := stepsOf(a.store.dialect)
	if err != nil {
		return err
	}
	missing := map[int64]bool{0: true}
	for _, step := range steps {
		missing[step.Version] = true
	}
	err = query(a.ctx, a.store.read, a.store.dialect, `SELECT v.version_id, v.is_applied FROM schema_version v ORDER BY v.version_id`, nil, func(r *sql.Rows) error {
		var version int64
		var applied any
		if err := r.Scan(&version, &applied); err != nil {
			return err
		}
		if !missing[version] || fmt.Sprint(applied) != "1" && applied != true {
			a.find("schema", record("migration", version), "the ledger says that it had it %v, which this build does not know or had once already", applied)
		}
		delete(missing, version)
		return nil
	})
	for _, version := range slices.Sorted(maps.Keys(missing)) {
		a.find("schema", record("migration", version), "the ledger does not say that it had it")
	}
	return err
}

// sameSchema compares what the schema is with what it should be, by name.
func (a *auditor) sameSchema(want, got map[string]string) {
	for _, name := range slices.Sorted(maps.Keys(want)) {
		switch text, there := got[name]; {
		case !there:
			a.find("schema", name, "it is missing")
		case text != want[name]:
			a.find("schema", name, "it is not as this build makes it: %s", text)
		}
	}
	for _, name := range slices.Sorted(maps.Keys(got)) {
		if _, ours := want[name]; !ours {
			a.find("schema", name, "it is not of this build's making: %s", got[name])
		}
	}
}

// knownSchema is the schema that the migrations make of an empty database. They are made once.
var knownSchema struct {
	sync.Mutex
	made map[string]string
}

func freshSchema(ctx context.Context) (map[string]string, error) {
	k := &knownSchema
	k.Lock()
	defer k.Unlock()
	if k.made == nil {
		made, err := makeFreshSchema(ctx)
		if err != nil {
			return nil, err
		}
		k.made = made
	}
	return k.made, nil
}

func makeFreshSchema(ctx context.Context) (map[string]string, error) {
	db, err := sql.Open("sqlite", ":memory:")
	if err != nil {
		return nil, err
	}
	defer db.Close()
	db.SetMaxOpenConns(1) // each connection would have a database in memory of its own
	if err := migrate(ctx, db, sqliteDialect{}, versionsIn(database.DialectSQLite3, versionTable)); err != nil {
		return nil, fmt.Errorf("verify: %w", err)
	}
	return schemaOf(ctx, db)
}

// schemaOf maps tables, indexes and triggers to their text. What SQLite keeps for itself, such as statistics, is left out.
func schemaOf(ctx context.Context, db *sql.DB) (map[string]string, error) {
	out := map[string]string{}
	return out, query(ctx, db, sqliteDialect{}, `SELECT type || ' ' || name, tbl_name || ': ' || COALESCE(sql, '') FROM sqlite_schema
		WHERE name NOT LIKE 'sqlite\_stat%' ESCAPE '\'`, nil, func(r *sql.Rows) error {
		var name, text string
		if err := r.Scan(&name, &text); err != nil {
			return err
		}
		out[name] = text
		return nil
	})
}
