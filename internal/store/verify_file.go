package store

import (
	"context"
	"database/sql"
	"fmt"
	"maps"
	"slices"

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
	return nil
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

// freshSchema is the schema that the migrations make of an empty database.
func freshSchema(ctx context.Context) (map[string]string, error) {
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
