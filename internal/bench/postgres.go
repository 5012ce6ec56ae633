package bench

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	"clew/internal/pgtest"
	"clew/internal/stock"
	"clew/internal/store"

	"github.com/jackc/pgx/v5"
)

// home is where a ledger is: how a store opens it, and how the command line names it.
func (r *run) home(data string) (store.Options, []string, error) {
	if r.shared == nil {
		return store.Options{Path: filepath.Join(data, "clew.db"), Ephemeral: r.Ephemeral}, []string{"--data", data}, nil
	}
	if err := os.MkdirAll(data, 0o700); err != nil {
		return store.Options{}, nil, err
	}
	org, url := orgOf(data), r.shared.URL(pgtest.Owner, pgtest.Shared)
	return store.Options{URL: url, Org: org, Create: true, Dir: data, Ephemeral: r.Ephemeral}, []string{"--db", url, "--org", org, "--data", data}, nil
}

// orgOf is the organisation that stands for a folder.
func orgOf(data string) string {
	return "b" + strings.Map(func(c rune) rune {
		if c >= 'a' && c <= 'z' || c >= '0' && c <= '9' {
			return c
		}
		return '_'
	}, filepath.Base(data))
}

// where begins the names of rows that are measured on PostgreSQL.
func (r *run) where() string {
	if r.shared == nil {
		return ""
	}
	return "PostgreSQL: "
}

// postgres measures the same on a PostgreSQL server of its own, beside pgx alone.
func (r *run) postgres() (err error) {
	if missing := pgtest.Missing(); missing != "" {
		r.add("PostgreSQL: not measured, missing: "+missing, "", "", "", "")
		return nil
	}
	r.shared, err = pgtest.Launch(pgtest.Options{Settings: map[string]string{"shared_buffers": "256MB", "max_wal_size": "2GB"}})
	if err != nil {
		return err
	}
	defer func() {
		r.shared.Close()
		r.shared = nil
	}()
	for _, step := range []func() error{
		r.postgresReceipt, r.postgresSingles,
		func() error { return r.traces("in runs", r.buildRuns, "") },
		func() error { return r.traces("one by one", r.buildAssemblies, "") },
		r.search,
	} {
		if err := step(); err != nil {
			return err
		}
	}
	return nil
}

// plain is a connection to a ledger with pgx alone, that finds its tables without their schema, and looks rows up as Clew does.
func (r *run) plain(data string) (*pgx.Conn, error) {
	config, err := pgx.ParseConfig(r.shared.URL(pgtest.Owner, pgtest.Shared))
	if err != nil {
		return nil, err
	}
	config.RuntimeParams["search_path"] = "clew_" + orgOf(data)
	for _, setting := range []string{"enable_seqscan", "enable_hashjoin", "enable_mergejoin", "jit"} {
		config.RuntimeParams[setting] = "off"
	}
	return pgx.ConnectConfig(r.ctx, config)
}

func (r *run) postgresReceipt() error {
	n := r.unit
	var best, floor time.Duration
	for round := range 3 {
		took, err := r.receiptOnce(n, fmt.Sprintf("pg-receipt%d", round))
		if err != nil {
			return err
		}
		bare, err := r.postgresReceiptFloor(n, r.dir(fmt.Sprintf("pg-receipt-floor%d", round)))
		if err != nil {
			return err
		}
		if round == 0 || took < best {
			best = took
		}
		if round == 0 || bare < floor {
			floor = bare
		}
	}
	r.add(fmt.Sprintf("PostgreSQL: receive %d serials in one call, best of 3", n), rate(n, best), rate(n, floor), percent(floor.Seconds(), best.Seconds()), ">= 50 %")
	return nil
}

// inPlainTx runs statements in a transaction.
func inPlainTx(ctx context.Context, conn *pgx.Conn, steps []step) error {
	return pgx.BeginFunc(ctx, conn, func(tx pgx.Tx) error {
		for _, s := range steps {
			if _, err := tx.Exec(ctx, s.text, s.args...); err != nil {
				return err
			}
		}
		return nil
	})
}

type step struct {
	text string
	args []any
}

const (
	plainEntries = `INSERT INTO entry (id, kind, occurred_at, recorded_at, actor, device, capture, site, partner, address, about, first_item, items, client_key, request_hash, leaf)
		SELECT id, 12, 1790000000000, 1790000000000, 1, 0, 0, 1, 1, 50, 0, id, 1, key, sha256('x'), leaf FROM unnest($1::bigint[], $2::text[], $3::bytea[]) t (id, key, leaf)`
	plainItems = `INSERT INTO item (id, entry, product, lot, quantity, from_place, to_place, known, role, grp, about, flags, units)
		SELECT id, id, 3, 0, 1000000, 40, 41, 3, 0, 0, 0, 0, '\x0102' FROM unnest($1::bigint[]) t (id)`
	plainBalance = `INSERT INTO balance (product, lot, place, site, quantity, second) VALUES (3, 0, $1, 1, $2, 0)
		ON CONFLICT (product, lot, place) DO UPDATE SET quantity = balance.quantity + excluded.quantity`
)

func (r *run) postgresReceiptFloor(n int, data string) (time.Duration, error) {
	l, err := r.build(data)
	if err != nil {
		return 0, err
	}
	l.Close()
	conn, err := r.plain(data)
	if err != nil {
		return 0, err
	}
	defer conn.Close(r.ctx)
	units := make([]string, n)
	for i := range units {
		units[i] = serial("BIKE", i)
	}
	start := time.Now()
	err = inPlainTx(r.ctx, conn, []step{
		{`INSERT INTO unit (id, product, serial, lot, place, holds, flags) SELECT n, 3, s, 0, 40, 0, 0 FROM unnest($1::text[]) WITH ORDINALITY t (s, n)`, []any{units}},
		{`INSERT INTO item_unit (unit, item, role) SELECT id, 1000000, 0 FROM unit WHERE id BETWEEN 1 AND $1`, []any{n}},
		{plainItems, []any{[]int64{1000000}}},
		{plainEntries, []any{[]int64{1000000}, []string{"receipt"}, [][]byte{make([]byte, 120)}}},
		{plainBalance, []any{40, n}}, {plainBalance, []any{50, -n}},
	})
	return time.Since(start), err
}

// postgresSingles measures durable one-unit movements over HTTP through one server and through two.
func (r *run) postgresSingles() error {
	data := r.dir("pg-singles")
	l, err := r.build(data)
	if err != nil {
		return err
	}
	each := r.unit / 1000 * 2
	total := callers * each
	if err := l.receive("BIKE", 0, 2*total); err != nil {
		return err
	}
	l.Close()
	floor, err := r.postgresSinglesFloor(each)
	if err != nil {
		return err
	}
	var servers []*server
	for i, what := range []string{"one server", "two servers"} {
		s, err := r.serve(data)
		if err != nil {
			return err
		}
		defer r.close(s)
		servers = append(servers, s)
		took, waits, err := r.hammer(i*total, each, what, servers...)
		if err != nil {
			return err
		}
		r.add(fmt.Sprintf("PostgreSQL: one-unit movements, %d callers, %s", callers, what), rate(total, took), rate(total, floor), percent(floor.Seconds(), took.Seconds()), ">= 60 %")
		r.add("  their p50 / p99", ms(quantile(waits, 0.5))+" / "+ms(quantile(waits, 0.99)), "", "", "")
	}
	return nil
}

// postgresSinglesFloor writes what waits in sets, a statement for each table.
func (r *run) postgresSinglesFloor(each int) (time.Duration, error) {
	data := r.dir("pg-singles-floor")
	l, err := r.build(data)
	if err != nil {
		return 0, err
	}
	if err := l.receive("BIKE", 0, callers*each); err != nil {
		return 0, err
	}
	l.Close()
	conn, err := r.plain(data)
	if err != nil {
		return 0, err
	}
	defer conn.Close(r.ctx)
	next := int64(0)
	leaf := make([]byte, 100)
	return handed(each, func(n int) error {
		ids, units, keys, leaves := make([]int64, n), make([]int64, n), make([]string, n), make([][]byte, n)
		for i := range n {
			next++
			ids[i], units[i], keys[i], leaves[i] = 1000000+next, next, fmt.Sprintf("a-%d", next), leaf
		}
		return inPlainTx(r.ctx, conn, []step{
			{`UPDATE ledger_head SET next_entry = next_entry + $1 WHERE id = 1`, []any{n}},
			{plainEntries, []any{ids, keys, leaves}},
			{plainItems, []any{ids}},
			{`INSERT INTO item_unit (unit, item, role) SELECT u, i, 0 FROM unnest($1::bigint[], $2::bigint[]) t (u, i)`, []any{units, ids}},
			{`UPDATE unit SET place = 41 FROM unnest($1::bigint[]) t (u) WHERE id = u`, []any{units}},
			{plainBalance, []any{41, int64(n) * 1000000}}, {plainBalance, []any{40, -int64(n) * 1000000}},
		})
	})
}

// bareTrace is the search with the engine alone, and how many units it found.
func (r *run) bareTrace(data string) (time.Duration, int64, error) {
	if r.shared == nil {
		return r.traceFloor(data)
	}
	conn, err := r.plain(data)
	if err != nil {
		return 0, 0, err
	}
	defer conn.Close(r.ctx)
	var all []time.Duration
	var found int64
	for range 9 {
		start := time.Now()
		found = 0
		frontier, err := r.plainOutputs(conn, `SELECT o.units FROM item i JOIN item o ON o.entry = i.entry AND o.grp = i.grp AND o.role = 2 AND o.role > 0
			WHERE i.lot = (SELECT id FROM lot WHERE code = 'C1') AND i.lot > 0 AND i.role = 1`)
		for err == nil && len(frontier) > 0 {
			found += frontier.Count()
			first, last := ends(frontier)
			if _, err = conn.Exec(r.ctx, `SELECT u.place, COUNT(*) FROM unnest($1::bigint[], $2::bigint[]) j (a, b) CROSS JOIN LATERAL (SELECT * FROM unit u WHERE u.id BETWEEN j.a AND j.b) u GROUP BY u.place`, first, last); err != nil {
				break
			}
			frontier, err = r.plainOutputs(conn, `SELECT o.units FROM (SELECT DISTINCT u.item FROM unnest($1::bigint[], $2::bigint[]) j (a, b) CROSS JOIN LATERAL
				(SELECT * FROM item_unit u WHERE u.unit BETWEEN j.a AND j.b AND u.role = 1) u) u JOIN item i ON i.id = u.item
				JOIN item o ON o.entry = i.entry AND o.grp = i.grp AND o.role = 2 AND o.role > 0`, first, last)
		}
		if err != nil {
			return 0, 0, err
		}
		all = append(all, time.Since(start))
	}
	return quantile(all, 0.5), found, nil
}

func (r *run) plainOutputs(conn *pgx.Conn, text string, args ...any) (stock.Runs, error) {
	rows, err := conn.Query(r.ctx, text, args...)
	if err != nil {
		return nil, err
	}
	var ids []int64
	var blob []byte
	_, err = pgx.ForEachRow(rows, []any{&blob}, func() error {
		units, err := stock.UnpackRuns(blob)
		for id := range units.All() {
			ids = append(ids, id)
		}
		return err
	})
	return stock.RunsOf(ids), err
}

func ends(units stock.Runs) (first, last []int64) {
	for _, run := range units {
		first, last = append(first, run.First), append(last, run.Last)
	}
	return first, last
}
