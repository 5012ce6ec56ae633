package store

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"clew/internal/pgtest"

	"github.com/jackc/pgx/v5/pgconn"
)

// TestRights tries every statement that could rewrite the ledger, or make it able to be rewritten, as the role that serves: PostgreSQL
// refuses each, whatever our own code asks for.
func TestRights(t *testing.T) {
	server := pgtest.Start(t)
	org := "t" + randomHex()
	schema := schemaPrefix + org
	s, err := postgresAt(server, org, false).open(t, Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	busy(t, s)
	rights := func() string {
		said, err := server.Ask(pgtest.Shared, `SELECT string_agg(relname || ' ' || COALESCE(CAST(relacl AS text), '') || relowner, ' ' ORDER BY relname)
			FROM pg_class WHERE relnamespace = '`+schema+`'::regnamespace`)
		if err != nil {
			t.Fatal(err)
		}
		return said
	}
	before, tried := rights(), 0
	app := (&Store{})
	defer app.Close()
	db, err := app.pool(context.Background(), server.URL(pgtest.App, pgtest.Shared), 1)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	attempt := func(statement string) error {
		tried++
		_, err := db.ExecContext(t.Context(), statement)
		return err
	}
	for _, statement := range forbidden(schema) {
		var said *pgconn.PgError
		if err := attempt(statement); !errors.As(err, &said) || said.Code != "42501" {
			t.Errorf("%s: %v", statement, err)
		}
	}
	// Who may not pass a right on is only warned, and nothing is passed on.
	for table := range ledgerTables() {
		for _, statement := range []string{"GRANT ALL ON @ TO PUBLIC", "GRANT UPDATE, DELETE, TRUNCATE ON @ TO CURRENT_USER", "REVOKE ALL ON @ FROM " + pgtest.Owner} {
			if err := attempt(strings.ReplaceAll(statement, "@", schema+"."+table)); err != nil && !strings.Contains(err.Error(), "42501") {
				t.Errorf("%s: %v", statement, err)
			}
		}
	}
	if after := rights(); after != before {
		t.Errorf("the rights became\n%s\nthey were\n%s", after, before)
	}
	t.Logf("%d statements", tried)
	isWhole(t, s)
}

// ledgerTables are all tables of an organisation.
func ledgerTables() map[string]bool {
	out := maps.Clone(tables().made)
	maps.DeleteFunc(out, func(table string, _ bool) bool { return tables().dropped[table] })
	out[versionTable] = true
	return out
}

// forbidden are the statements that the role that serves may not run, for every table and for the schema.
func forbidden(schema string) (statements []string) {
	never := []string{
		"TRUNCATE @", "TRUNCATE @ CASCADE", "DROP TABLE @", "DROP TABLE @ CASCADE", "ALTER TABLE @ ADD COLUMN spy TEXT", "ALTER TABLE @ RENAME TO spy",
		"ALTER TABLE @ OWNER TO CURRENT_USER", "ALTER TABLE @ SET SCHEMA public", "ALTER TABLE @ DISABLE TRIGGER ALL", "ALTER TABLE @ SET UNLOGGED",
		"ALTER TABLE @ ENABLE ROW LEVEL SECURITY", "CREATE INDEX spy ON @ ((1))", "CREATE RULE spy AS ON INSERT TO @ DO INSTEAD NOTHING",
		"CREATE POLICY spy ON @ USING (false)", "CREATE TRIGGER spy BEFORE INSERT ON @ FOR EACH ROW EXECUTE FUNCTION suppress_redundant_updates_trigger()",
	}
	for _, table := range slices.Sorted(maps.Keys(ledgerTables())) {
		refused := never
		if log := tables().appendOnly[table]; log || table == versionTable {
			column := firstColumn(table)
			refused = slices.Concat(refused, []string{
				fmt.Sprintf("UPDATE @ SET %s = %[1]s", column), fmt.Sprintf("UPDATE @ SET %s = %[1]s WHERE false", column), "SELECT * FROM @ FOR UPDATE",
			})
		}
		if !emptied[table] {
			refused = slices.Concat(refused, []string{"DELETE FROM @", "DELETE FROM @ WHERE false", "MERGE INTO @ AS t USING (SELECT 1) AS o ON true WHEN MATCHED THEN DELETE"})
		}
		if table == versionTable || table == "ledger_head" {
			refused = append(refused, "INSERT INTO @ SELECT * FROM @")
		}
		for _, statement := range refused {
			statements = append(statements, strings.ReplaceAll(statement, "@", schema+"."+table))
		}
	}
	return append(statements,
		"INSERT INTO "+schema+".entry SELECT * FROM "+schema+".entry ON CONFLICT (id) DO UPDATE SET leaf = excluded.leaf",
		"CREATE TABLE "+schema+".spy (id BIGINT)", "CREATE VIEW "+schema+".spy AS SELECT 1", "CREATE SEQUENCE "+schema+".spy",
		"CREATE FUNCTION "+schema+".spy() RETURNS int LANGUAGE sql AS 'SELECT 1'", "CREATE TYPE "+schema+".spy AS (a int)",
		"DROP SCHEMA "+schema+" CASCADE", "ALTER SCHEMA "+schema+" RENAME TO spy", "ALTER SCHEMA "+schema+" OWNER TO CURRENT_USER",
		"DROP INDEX "+schema+".item_lot", "ALTER INDEX "+schema+".item_lot RENAME TO spy",
		"SET ROLE "+pgtest.Owner, "SET SESSION AUTHORIZATION "+pgtest.Owner, "GRANT "+pgtest.Owner+" TO CURRENT_USER", "SET session_replication_role = replica",
		"CREATE ROLE spy", "ALTER ROLE "+pgtest.Owner+" PASSWORD 'spy'", "CREATE SCHEMA clew_spy", "ALTER SYSTEM SET fsync = off",
		"ALTER DEFAULT PRIVILEGES FOR ROLE "+pgtest.Owner+" GRANT ALL ON TABLES TO PUBLIC", "CREATE EVENT TRIGGER spy ON ddl_command_start EXECUTE FUNCTION suppress_redundant_updates_trigger()",
		"COPY "+schema+".entry TO PROGRAM 'true'", "COPY "+schema+".entry FROM '/etc/passwd'")
}

// firstColumn is a column of a table.
func firstColumn(table string) string {
	_, rest, _ := strings.Cut(schemaPostgres, "\ncolumn "+table+".")
	column, _, _ := strings.Cut(rest, ":")
	return column
}
