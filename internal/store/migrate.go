package store

import (
	"context"
	"database/sql"
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"regexp"
	"strconv"
	"strings"
	"sync"

	"github.com/pressly/goose/v3"
	"github.com/pressly/goose/v3/database"
)

//go:embed migrations/*.sql
var migrations embed.FS

// versionTable says which migrations a ledger has had.
const versionTable = "schema_version"

// migrate brings the schema to this build's version, forward only. It refuses a database that a newer build has changed.
func migrate(ctx context.Context, db *sql.DB, d dialect, versions database.Store) error {
	steps, newest, err := stepsOf(d)
	if err != nil {
		return err
	}
	provider, err := goose.NewProvider(goose.DialectCustom, db, nil,
		goose.WithStore(versions), goose.WithGoMigrations(steps...), goose.WithDisableGlobalRegistry(true),
		goose.WithAllowOutofOrder(true)) // a build between two releases may have had the later of two steps first
	if err != nil {
		return err
	}
	version, err := provider.GetDBVersion(ctx)
	if err != nil {
		return fmt.Errorf("the ledger cannot be opened: %w", err)
	}
	if version > newest {
		return fmt.Errorf("the ledger has version %d and this build of clew knows versions up to %d: use a newer build", version, newest)
	}
	if version > 0 {
		if err := wholeForMigration(ctx, db, d, provider); err != nil {
			return err
		}
	}
	if _, err := provider.Up(ctx); err != nil {
		return fmt.Errorf("the ledger's schema cannot be brought up to date: %w", err)
	}
	if err := indexAudited(ctx, db, d); err != nil {
		return err
	}
	return indexWords(ctx, db, d)
}

// wholeForMigration refuses to change a ledger that is being copied: a migration must find all rows that it is about.
func wholeForMigration(ctx context.Context, db *sql.DB, d dialect, provider *goose.Provider) error {
	pending, err := provider.HasPending(ctx)
	if err != nil || !pending {
		return err
	}
	return query(ctx, db, d, `SELECT h.id FROM ledger_head h`, nil, func(r *sql.Rows) error {
		var id int64
		if err := r.Scan(&id); err != nil || id == headID {
			return err
		}
		return errors.New("a copy into this ledger was not finished, and this build of clew is another: remove what was copied, and copy again")
	})
}

// versionsIn is the table that says which steps were taken.
func versionsIn(engine database.Dialect, table string) database.Store {
	st, err := database.NewStore(engine, table)
	if err != nil {
		panic(err)
	}
	return st
}

// stepsOf turns the embedded files into migrations, each run in one transaction.
func stepsOf(d dialect) ([]*goose.Migration, int64, error) {
	files, err := fs.Glob(migrations, "migrations/*.sql")
	if err != nil {
		return nil, 0, err
	}
	var out []*goose.Migration
	var newest int64
	for _, file := range files {
		text, err := migrations.ReadFile(file)
		if err != nil {
			return nil, 0, err
		}
		name := strings.TrimPrefix(file, "migrations/")
		version, err := strconv.ParseInt(name[:4], 10, 64)
		if err != nil {
			return nil, 0, fmt.Errorf("migration %s does not begin with four digits", name)
		}
		statements := d.ddl(string(text))
		out = append(out, goose.NewGoMigration(version, &goose.GoFunc{RunTx: func(ctx context.Context, tx *sql.Tx) error {
			for _, statement := range statements {
				if _, err := tx.ExecContext(ctx, statement); err != nil {
					return fmt.Errorf("%s: %w", name, err)
				}
			}
			return nil
		}}, nil))
		newest = max(newest, version)
	}
	return out, newest, nil
}

// tables are those that the migrations make, those that they drop again, and those whose rows are never changed.
var tables = sync.OnceValue(func() (t struct {
	made, dropped, appendOnly map[string]bool
	erasedBy                  map[string]string // tables of which texts are erased, by what says so
}) {
	t.erasedBy = map[string]string{}
	t.made, t.dropped, t.appendOnly = map[string]bool{}, map[string]bool{}, map[string]bool{}
	files, err := fs.Glob(migrations, "migrations/*.sql")
	if err != nil {
		panic(err)
	}
	for _, file := range files {
		text, err := migrations.ReadFile(file)
		if err != nil {
			panic(err)
		}
		for _, m := range regexp.MustCompile(`(?m)^(CREATE|DROP) TABLE ([a-z_]+)`).FindAllStringSubmatch(string(text), -1) {
			if m[1] == "CREATE" {
				t.made[m[2]] = true
			} else {
				t.dropped[m[2]] = true
			}
		}
		for _, m := range erasers.FindAllStringSubmatch(string(text), -1) {
			t.erasedBy[m[1]] = m[2]
		}
		_, kept := statementsOf(string(text), nil)
		for _, table := range kept {
			t.appendOnly[table] = true
		}
	}
	return t
})
