package sim

import (
	"crypto/sha256"
	"database/sql"
	"fmt"
	"maps"
	"os"
	"slices"
	"strings"
	"testing"

	"clew/internal/pgtest"
	"clew/internal/store"
)

// postgresOf is a ledger of PostgreSQL of the test's own.
func postgresOf(t *testing.T) store.Options {
	url, _, org := pgtest.Start(t).Schema()
	return store.Options{URL: url, Org: org, Create: true, Dir: t.TempDir(), Ephemeral: true}
}

// TestSim_Postgres runs random histories on PostgreSQL: one that is the same every time, and a new one with several callers at once;
// with CLEW_SOAK=1 sixty new ones. Their first steps are the same as on SQLite.
func TestSim_Postgres(t *testing.T) {
	all, steps := seeds()
	some, steps := []uint64{all[0] | 1, all[len(all)-1] &^ 1}, steps/4
	if os.Getenv("CLEW_SOAK") != "" {
		some = all[:60]
	}
	if seed := env("CLEW_SIM_SEED", 0); seed != 0 {
		some = []uint64{seed}
	}
	steps = int(env("CLEW_SIM_STEPS", uint64(steps)))
	for _, seed := range some {
		t.Run(fmt.Sprint("seed=", seed), func(t *testing.T) {
			t.Parallel()
			if _, err := run(t, seed, steps, func(c *Config) { c.Ledger = postgresOf(t) }); err != nil {
				t.Errorf("%v\nrun it again: CLEW_SIM_SEED=%d CLEW_SIM_STEPS=%d go test ./internal/sim -run TestSim_Postgres", err, seed, steps)
			}
		})
	}
}

// TestSim_Engines runs the same histories on both engines: every row of every table must be the same in the end, and so every leaf.
func TestSim_Engines(t *testing.T) {
	some, steps := []uint64{2, 42}, 600
	if os.Getenv("CLEW_SOAK") != "" {
		for seed := range uint64(20) {
			some = append(some, 1_000+2*seed)
		}
		steps = 4_200
	}
	if seed := env("CLEW_SIM_SEED", 0); seed != 0 {
		some = []uint64{seed &^ 1} // one call at a time
	}
	steps = int(env("CLEW_SIM_STEPS", uint64(steps)))
	for _, seed := range some {
		t.Run(fmt.Sprint("seed=", seed), func(t *testing.T) {
			t.Parallel()
			var contents []map[string][]string
			for _, ledger := range []store.Options{fileIn(t.TempDir()), postgresOf(t)} {
				if _, err := run(t, seed, steps, func(c *Config) { c.Ledger = ledger }); err != nil {
					t.Fatal(err)
				}
				contents = append(contents, contentsOf(t, ledger))
			}
			file, postgres, rows := contents[0], contents[1], 0
			for _, found := range differences(file, postgres) {
				t.Error(found)
			}
			for table := range file {
				rows += len(file[table])
			}
			if len(file) != len(postgres) || len(file) < 40 || rows < 1_000 {
				t.Errorf("%d tables in SQLite with %d rows, %d in PostgreSQL", len(file), rows, len(postgres))
			}
			t.Logf("%d rows of %d tables are the same", rows, len(file))
			lost := postgres["item"][0]
			postgres["item"], postgres["entry"][1] = postgres["item"][1:], lost // the comparison finds what is not the same
			if found := differences(file, postgres); len(found) != 3 {
				t.Errorf("a lost row and a wrong one are found as %s", found)
			}
		})
	}
}

// differences says of each table where it begins to differ.
func differences(file, postgres map[string][]string) (found []string) {
	for _, table := range slices.Sorted(maps.Keys(file)) {
		want, got := file[table], postgres[table]
		if len(got) != len(want) {
			found = append(found, fmt.Sprintf("table %s: %d rows in SQLite, %d in PostgreSQL", table, len(want), len(got)))
		}
		for i := range min(len(got), len(want)) {
			if got[i] != want[i] {
				found = append(found, fmt.Sprintf("table %s:\nSQLite     %.2000s\nPostgreSQL %.2000s", table, want[i], got[i]))
				break
			}
		}
	}
	return found
}

// contentsOf reads all rows of all tables but what tells one ledger from another, each row as a text, in the order of these.
func contentsOf(t *testing.T, o store.Options) map[string][]string {
	t.Helper()
	db, err := tablesOf(o)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	tables := `SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%'`
	if o.URL != "" {
		tables = `SELECT tablename FROM pg_catalog.pg_tables WHERE schemaname = current_schema()`
	}
	var names []string
	must(t, each(t.Context(), db, tables, func(r *sql.Rows) error {
		var name string
		err := r.Scan(&name)
		names = append(names, name)
		return err
	}))
	out := map[string][]string{}
	for _, name := range names {
		if name == "schema_version" {
			continue
		}
		rows := []string{}
		must(t, each(t.Context(), db, "SELECT * FROM "+name, func(r *sql.Rows) error {
			row, err := textOf(r)
			rows = append(rows, row)
			return err
		}))
		slices.Sort(rows)
		out[name] = rows
	}
	return out
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// textOf writes a row with the names and kinds of its values; long ones by their hash.
func textOf(r *sql.Rows) (string, error) {
	columns, err := r.Columns()
	if err != nil {
		return "", err
	}
	values, into := make([]any, len(columns)), make([]any, len(columns))
	for i := range values {
		into[i] = &values[i]
	}
	if err := r.Scan(into...); err != nil {
		return "", err
	}
	var b strings.Builder
	for i, column := range columns {
		switch v := values[i].(type) {
		case []byte:
			if len(v) > 64 {
				fmt.Fprintf(&b, "%s=%d bytes with hash %x ", column, len(v), sha256.Sum256(v))
				continue
			}
			fmt.Fprintf(&b, "%s=bytes %x ", column, v)
		case string:
			if column == "ledger" {
				v = "" // its random name
			}
			fmt.Fprintf(&b, "%s=%q ", column, v)
		default:
			fmt.Fprintf(&b, "%s=%v ", column, v)
		}
	}
	return b.String(), nil
}
