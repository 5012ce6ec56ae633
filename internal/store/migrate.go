package store

import (
	"context"
	"database/sql"
	"embed"
	"fmt"
	"io/fs"
	"strconv"
	"strings"

	"github.com/pressly/goose/v3"
	"github.com/pressly/goose/v3/database"
)

//go:embed migrations/*.sql
var migrations embed.FS

// migrate brings the schema to this build's version, forward only. It refuses a database that a newer build has changed.
func (s *Store) migrate(ctx context.Context) error {
	steps, newest, err := s.steps()
	if err != nil {
		return err
	}
	provider, err := goose.NewProvider(goose.DialectCustom, s.write, nil,
		goose.WithStore(mustStore()), goose.WithGoMigrations(steps...), goose.WithDisableGlobalRegistry(true),
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
	if _, err := provider.Up(ctx); err != nil {
		return fmt.Errorf("the ledger's schema cannot be brought up to date: %w", err)
	}
	return nil
}

func mustStore() database.Store {
	st, err := database.NewStore(database.DialectSQLite3, "schema_version")
	if err != nil {
		panic(err)
	}
	return st
}

// steps turns the embedded files into migrations, each run in one transaction.
func (s *Store) steps() ([]*goose.Migration, int64, error) {
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
		statements := s.dialect.ddl(string(text))
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
