package store

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
	"maps"
	"net"
	"net/url"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"syscall"

	"clew/internal/stock"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/jackc/pgx/v5/stdlib"
)

// DefaultOrg is the organisation of a PostgreSQL database when none is named.
const DefaultOrg = "default"

// schemaPrefix tells the schemas of organisations from others in the same database.
const schemaPrefix = "clew_"

var orgName = regexp.MustCompile(`^[a-z][a-z0-9_]{0,39}$`)

// CheckOrg says what is wrong with the name of an organisation, which becomes that of a schema.
func CheckOrg(name string) error {
	if !orgName.MatchString(name) {
		return fmt.Errorf("organisation %q cannot be called so: a name is up to 40 small letters, digits and underscores, and begins with a letter", name)
	}
	return nil
}

// postgresDialect is the engine that several servers share. Each organisation has a schema, and statements name it, so that nothing
// depends on the session: a pooler may hand every transaction to another one. Append-only tables are held so by grants.
type postgresDialect struct {
	schema string
	texts  *sync.Map // text and what its arguments are → postgresText
}

// postgresText is a statement as PostgreSQL takes it. Each argument of ours becomes one of its own or, where it is a set of rows, an
// array for each column.
type postgresText struct {
	sql  string
	sets map[int][]column // by argument, from 0
}

var postgresWords = map[string]string{
	"@id":        "BIGINT PRIMARY KEY",
	"@blob":      "BYTEA",
	"@clustered": "",
	"@text_key":  "",
}

var (
	tableUses   = regexp.MustCompile(`\b(FROM|JOIN|INTO|UPDATE|TABLE)(\s+)([a-z_]+)\b(\.?)`)
	indexedOn   = regexp.MustCompile(`(CREATE (?:UNIQUE )?INDEX [a-z_]+ ON )([a-z_]+)`)
	forcedOrder = regexp.MustCompile(`CROSS (JOIN [a-z_]+ [a-z]+ ON)`) // SQLite reads it in this order; PostgreSQL sees for itself
	textColumn  = regexp.MustCompile(`\bTEXT\b`)
	setAliases  = regexp.MustCompile(`^\s+(?:AS\s+)?([a-z]\w*)`)
)

// qualify names the schema wherever a statement names a table.
func (d postgresDialect) qualify(text string) string {
	return tableUses.ReplaceAllStringFunc(text, func(use string) string {
		m := tableUses.FindStringSubmatch(use)
		if m[4] != "" || !tables().made[m[3]] && m[3] != versionTable {
			return use
		}
		return m[1] + m[2] + d.schema + "." + m[3]
	})
}

func (d postgresDialect) statement(text string, args []any) (string, []any, error) {
	plain := make([]any, len(args))
	kinds := make([]byte, len(args), len(args)+len(text))
	for i, arg := range args {
		plain[i], kinds[i] = plainOf(arg)
	}
	key := string(append(kinds, text...))
	kept, ok := d.texts.Load(key)
	if !ok {
		kept, _ = d.texts.LoadOrStore(key, d.render(text, kinds))
	}
	t := kept.(*postgresText)
	if len(t.sets) == 0 {
		return t.sql, plain, nil
	}
	out := make([]any, 0, len(plain)+8)
	for i, arg := range plain {
		cols := t.sets[i]
		if cols == nil {
			out = append(out, arg)
			continue
		}
		arrays, err := arraysOf(arg.(string), cols)
		if err != nil {
			return "", nil, err
		}
		out = append(out, arrays...)
	}
	return t.sql, out, nil
}

// render writes a statement for arguments of certain kinds: each is cast, since PostgreSQL would guess from where it comes first.
func (d postgresDialect) render(text string, kinds []byte) *postgresText {
	t := &postgresText{sets: map[int][]column{}}
	for _, m := range rowSets.FindAllStringSubmatch(text, -1) {
		if i, cols := ordinal(m[1])-1, columnsOf(m[2]); len(cols) > len(t.sets[i]) {
			t.sets[i] = cols
		}
	}
	for _, m := range lists.FindAllStringSubmatch(text, -1) {
		t.sets[ordinal(m[1])-1] = []column{{"value", "text"}}
	}
	first := make([]int, len(kinds)+1) // the number of the first of its own that an argument becomes
	next := 1
	for i := range kinds {
		first[i] = next
		next += max(1, len(t.sets[i]))
	}
	// PostgreSQL would choose the order by what it guesses that a range or an array holds. OFFSET keeps it from looking into the brackets.
	text = lookUps.ReplaceAllString(text, "CROSS JOIN LATERAL (SELECT * FROM $1 $2 WHERE $3 OFFSET 0) $2")
	out := replaceSets(text, func(m []string) string {
		return unnest(first[ordinal(m[1])-1], columnsOf(m[2]))
	})
	out = lists.ReplaceAllStringFunc(out, func(call string) string {
		return fmt.Sprintf("(SELECT n - 1 AS key, v COLLATE \"C\" AS value FROM unnest(\x01%d::text[]) WITH ORDINALITY AS t (v, n))", first[ordinal(lists.FindStringSubmatch(call)[1])-1])
	})
	out = hexes.ReplaceAllString(out, "upper(encode($1, 'hex'))")
	out = strings.ReplaceAll(out, "@now", "(extract(epoch FROM clock_timestamp()) * 1000)::bigint")
	out = d.qualify(forcedOrder.ReplaceAllString(out, "$1"))
	out = holders.ReplaceAllStringFunc(out, func(h string) string {
		i := ordinal(h[1:]) - 1
		cast := map[byte]string{'i': "::bigint", 's': "::text", 'b': "::bytea"}[kinds[i]]
		return fmt.Sprintf("$%d%s", first[i], cast)
	})
	t.sql = strings.ReplaceAll(out, "\x01", "$")
	return t
}

// ordinal reads the number of a placeholder.
func ordinal(digits string) int {
	n, _ := strconv.Atoi(digits)
	return n
}

// replaceSets replaces the row sets of a statement, and gives those a name that have none.
func replaceSets(text string, with func(m []string) string) string {
	var b strings.Builder
	for {
		at := rowSets.FindStringSubmatchIndex(text)
		if at == nil {
			return b.String() + text
		}
		b.WriteString(text[:at[0]])
		b.WriteString(with([]string{"", text[at[2]:at[3]], text[at[4]:at[5]]}))
		text = text[at[1]:]
		if !setAliases.MatchString(text) {
			b.WriteString(" AS rows_of")
		}
	}
}

// unnest is a set of rows as a table. Its texts are compared by their bytes, as those of all tables are.
func unnest(first int, cols []column) string {
	var names, arrays, picks []string
	for i, c := range cols {
		kind := map[string]string{"int": "bigint", "text": "text", "blob": "bytea"}[c.kind]
		names = append(names, c.name)
		arrays = append(arrays, fmt.Sprintf("\x01%d::%s[]", first+i, kind))
		if c.kind == "text" {
			picks = append(picks, c.name+` COLLATE "C" AS `+c.name)
		} else {
			picks = append(picks, c.name)
		}
	}
	return "(SELECT " + strings.Join(picks, ", ") + " FROM unnest(" + strings.Join(arrays, ", ") + ") AS t (" + strings.Join(names, ", ") + "))"
}

// ddl leaves append-only tables to the grants (see grant), and compares texts by their bytes, as SQLite does.
func (d postgresDialect) ddl(text string) []string {
	out, _ := statementsOf(text, postgresWords)
	for _, m := range erasers.FindAllStringSubmatch(text, -1) {
		out = append(out, "ALTER TABLE "+m[1]+" ADD CONSTRAINT "+m[1]+"_whole CHECK ((hash IS NULL AND salt IS NOT NULL AND text IS NOT NULL) OR (hash IS NOT NULL AND octet_length(hash) = 32 AND salt IS NULL AND text IS NULL))")
	}
	for i, statement := range out {
		statement = d.qualify(statement)
		statement = indexedOn.ReplaceAllString(statement, "${1}"+d.schema+".$2")
		if strings.HasPrefix(strings.TrimSpace(statement), "CREATE TABLE") || strings.HasPrefix(strings.TrimSpace(statement), "ALTER TABLE") {
			statement = textColumn.ReplaceAllString(statement, `TEXT COLLATE "C"`)
		}
		out[i] = statement
	}
	return out
}

// byIndex has rows looked up by index, as the statements are written for. PostgreSQL cannot estimate how few rows a join over ranges of
// ids finds, and reads whole tables otherwise: a thousand times as much. Nor would it gain by compiling them, or by planning each call anew.
var byIndex = map[string]string{"enable_seqscan": "off", "enable_hashjoin": "off", "enable_mergejoin": "off", "jit": "off", "plan_cache_mode": "force_generic_plan"}

// begin begins a batch.
func (d postgresDialect) begin(ctx context.Context, conn *sql.Conn) error {
	_, err := conn.ExecContext(ctx, beginPiped+"; "+d.setLocal())
	return err
}

const beginPiped = "BEGIN ISOLATION LEVEL READ COMMITTED"

// setLocal is what holds for a batch. It waits while the ledger is migrated, and a migration for it.
func (d postgresDialect) setLocal() string {
	return settings + `, pg_advisory_xact_lock_shared(hashtext('` + d.migrating() + `'))`
}

// settings are those of a batch. A server that hangs within one lets the others go on after a while: then its batch is taken back.
var settings = func() string {
	said := `SELECT set_config('idle_in_transaction_session_timeout', '20s', true), set_config('lock_timeout', '60s', true)`
	for setting, value := range byIndex {
		said += `, set_config('` + setting + `', '` + value + `', true)`
	}
	return said
}()

// inTurn waits until no other server is in the midst of an operation: one that reads before it writes counts on being alone. Batches go on
// beside it.
func (d postgresDialect) inTurn(ctx context.Context, conn *sql.Conn) error {
	_, err := conn.ExecContext(ctx, `SELECT pg_advisory_xact_lock(hashtext($1::text))`, "clew operates "+d.schema)
	return err
}

func (postgresDialect) snapshot() *sql.TxOptions {
	return &sql.TxOptions{Isolation: sql.LevelRepeatableRead, ReadOnly: true}
}

// postgresFault turns what PostgreSQL says, or that it cannot be reached, into an error that a caller can act on, nil where it is neither.
func postgresFault(err error) error {
	var said *pgconn.PgError
	if errors.As(err, &said) {
		switch {
		case said.Code == "53100":
			return stock.Errorf(stock.Unavailable, stock.CodeDiskFull, "", "the database's disk is full: nothing was recorded; make room and try again")
		case said.Code == "25006":
			return stock.Errorf(stock.Unavailable, stock.CodeReadOnly, "", "the database takes no entries at the moment: it is a replica, or read-only")
		case said.Code == "57014", said.Code == "55P03":
			return stock.Errorf(stock.Unavailable, stock.CodeTimeout, "", "the database gave up: send the request again")
		case said.Code == "53300", strings.HasPrefix(said.Code, "57P"), strings.HasPrefix(said.Code, "08"), said.Code == "25P03":
			return stock.Errorf(stock.Unavailable, stock.CodeDatabaseAway, "", "the database takes no connection at the moment (%s): send the request again", said.Message)
		}
		return nil
	}
	if away(err) {
		return stock.Errorf(stock.Unavailable, stock.CodeDatabaseAway, "", "the database cannot be reached at the moment: send the request again")
	}
	return nil
}

// away reports whether an error says that the connection to the database is gone, or none is to be had.
func away(err error) bool {
	var said *pgconn.PgError
	if errors.As(err, &said) {
		return said.Code == "53300" || said.Code == "25P03" || strings.HasPrefix(said.Code, "57P") || strings.HasPrefix(said.Code, "08")
	}
	var dialed *pgconn.ConnectError
	var network net.Error
	return errors.As(err, &dialed) || errors.Is(err, sql.ErrConnDone) || errors.Is(err, driver.ErrBadConn) ||
		errors.As(err, &network) && !ofFile(network) && !errors.Is(err, context.DeadlineExceeded) ||
		pgconn.SafeToRetry(err) || isClosed(err)
}

// ofFile reports whether what looks like an error of the network is a bare one of the system, which file systems give too.
func ofFile(err net.Error) bool {
	number, bare := err.(syscall.Errno)
	return bare && number != syscall.ECONNREFUSED && number != syscall.ECONNRESET && number != syscall.EPIPE
}

// cutOff reports whether an error says that a connection, which was there, is gone: another may still be had.
func cutOff(err error) bool {
	var dialed *pgconn.ConnectError
	return err != nil && away(err) && !errors.As(err, &dialed)
}

func isClosed(err error) bool {
	return err != nil && (strings.Contains(err.Error(), "conn closed") || strings.Contains(err.Error(), "unexpected EOF"))
}

// postgresDamaged reports whether PostgreSQL says that what it keeps is damaged.
func postgresDamaged(err error) bool {
	var said *pgconn.PgError
	return errors.As(err, &said) && strings.HasPrefix(said.Code, "XX")
}

// postgresTwice reports whether PostgreSQL says that a row is there already.
func postgresTwice(err error) bool {
	var said *pgconn.PgError
	return errors.As(err, &said) && said.Code == "23505"
}

// openPostgres opens pools of connections to the database.
func (s *Store) openPostgres(ctx context.Context) error {
	o := s.options
	if err := CheckOrg(s.org()); err != nil {
		return err
	}
	if o.Dir == "" {
		return errors.New("a folder for files is missing")
	}
	s.dialect, s.shared = postgresDialect{schemaPrefix + s.org(), &sync.Map{}}, true
	if o.database != nil {
		s.share(o.database)
		return s.migratePostgres(ctx)
	}
	readers := s.readers()
	var err error
	if s.write, err = s.pool(ctx, o.URL, writeConnections); err != nil {
		return err
	}
	s.shelf = s.shelve(s.pools[0].pool)
	if s.read, err = s.pool(ctx, o.URL, readers); err != nil {
		return err
	}
	if o.ReadURL != "" {
		if s.far.db, err = s.pool(ctx, o.ReadURL, readers); err != nil {
			return err
		}
	}
	return s.migratePostgres(ctx)
}

// writeConnections is how many connections a server writes with: the writer's, those of files, and two for leases.
const writeConnections = 1 + shelfAtOnce + 2

// shelve keeps files by way of connections of which it uses a part.
func (s *Store) shelve(pool *pgxpool.Pool) *databaseShelf {
	db := stdlib.OpenDBFromPool(pool)
	db.SetMaxOpenConns(shelfAtOnce)
	s.closers = append([]func(){func() { db.Close() }}, s.closers...)
	return &databaseShelf{s.dialect, db, make(chan struct{}, shelfAtOnce-1)}
}

// pool opens a pool of so many connections, which the store alone uses.
func (s *Store) pool(ctx context.Context, of string, size int) (*sql.DB, error) {
	pool, err := newPool(ctx, of, size)
	if err != nil {
		return nil, err
	}
	s.closers = append(s.closers, pool.Close)
	return s.over(pool), nil
}

// over works with the connections of a pool.
func (s *Store) over(pool *pgxpool.Pool) *sql.DB {
	db := openPiped(pool)
	s.pools = append(s.pools, connections{db, pool})
	return db
}

func newPool(ctx context.Context, of string, size int) (*pgxpool.Pool, error) {
	config, err := pgxpool.ParseConfig(of)
	if err != nil {
		return nil, fmt.Errorf("the database cannot be opened: %w", err)
	}
	config.MaxConns = int32(size)
	if config.ConnConfig.RuntimeParams["application_name"] == "" {
		config.ConnConfig.RuntimeParams["application_name"] = "clew"
	}
	if config.ConnConfig.DefaultQueryExecMode == pgx.QueryExecModeExec {
		// Behind a pooler of transactions each statement stands for itself; parameters of the session are the pooler's.
		delete(config.ConnConfig.RuntimeParams, "application_name")
	} else {
		maps.Copy(config.ConnConfig.RuntimeParams, byIndex)
	}
	pool, err := pgxpool.NewWithConfig(ctx, config)
	if err != nil {
		return nil, fmt.Errorf("the database cannot be opened: %w", err)
	}
	return pool, nil
}

// unreached says which database it is that cannot be reached, and why, where an error is that.
func unreached(of string, err error) error {
	said, is := stock.AsError(err)
	if !is || said.Code != stock.CodeDatabaseAway {
		return err
	}
	return stock.Errorf(said.Kind, said.Code, "", "%s cannot be reached or takes no connection: see that it runs, and that the address is right", Redacted(of))
}

// Redacted is the URL of a database without its password.
func Redacted(of string) string {
	u, err := url.Parse(of)
	if err != nil || u.Scheme == "" {
		return "the database"
	}
	return u.Redacted()
}
