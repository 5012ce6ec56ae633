package store

import (
	"bufio"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
	"sync"
	"unicode/utf8"
)

const (
	// chunkBytes is about how much of a table is copied at once, chunkRows in how many rows at most, and firstChunk how many
	// are tried first: nobody knows how long the rows of a table are.
	chunkBytes = 4 << 20
	chunkRows  = 8192
	firstChunk = 64
)

// shape is what a table is made of. The columns of its key come first.
type shape struct {
	name    string
	columns []column
	keys    int
}

var (
	shapeColumn = regexp.MustCompile(`^column ([a-z_]+)\.([a-z_]+): (bigint|text|bytea)\b`)
	shapeKey    = regexp.MustCompile(`^constraint ([a-z_]+)\.[a-z_]+: (PRIMARY KEY|UNIQUE) \(([a-z_, ]+)\)`)
)

// shapes are the tables that a ledger consists of, by name, as the migrations make them.
var shapes = sync.OnceValue(func() map[string]*shape {
	out := map[string]*shape{}
	for table := range tables().made {
		if !tables().dropped[table] {
			out[table] = &shape{name: table}
		}
	}
	unique := map[string]string{}
	for lines := bufio.NewScanner(strings.NewReader(schemaPostgres)); lines.Scan(); {
		if m := shapeColumn.FindStringSubmatch(lines.Text()); m != nil && out[m[1]] != nil {
			kind := map[string]string{"bigint": "int", "text": "text", "bytea": "blob"}[m[3]]
			out[m[1]].columns = append(out[m[1]].columns, column{m[2], kind})
		}
		if m := shapeKey.FindStringSubmatch(lines.Text()); m != nil && (m[2] == "PRIMARY KEY" || unique[m[1]] == "") {
			unique[m[1]] = m[3]
		}
	}
	for table, s := range out {
		key := strings.Split(unique[table], ", ")
		s.keys = len(key)
		place := func(c column) int {
			if i := slices.Index(key, c.name); i >= 0 {
				return i
			}
			return s.keys
		}
		slices.SortStableFunc(s.columns, func(a, b column) int { return place(a) - place(b) })
	}
	return out
})

// shapesByName are all tables but the head, those that run beside the ledger last: they may change without an entry.
func shapesByName() (out []*shape) {
	for _, beside := range []bool{false, true} {
		for _, name := range slices.Sorted(maps.Keys(shapes())) {
			if name != "ledger_head" && !ownTables[name] && operational[name] == beside {
				out = append(out, shapes()[name])
			}
		}
	}
	return out
}

// operational are the tables that run beside the ledger.
var operational = map[string]bool{"checkpoint_push": true, "feed": true, "import_job": true, "mapping": true, "watched": true, "secret": true, "session": true, "key_use": true, "sign_in": true, "attempt": true}

// ownTables are an engine's own, and say nothing of a ledger: files go from where one engine keeps them to where the other does.
var ownTables = map[string]bool{"lease": true, "kept_file": true, "kept_piece": true}

// names lists columns, with a prefix.
func (s *shape) names(columns []column, prefix string) string {
	var out []string
	for _, c := range columns {
		out = append(out, prefix+c.name)
	}
	return strings.Join(out, ", ")
}

// asker is a connection, a pool or a snapshot.
type asker interface {
	QueryContext(ctx context.Context, text string, args ...any) (*sql.Rows, error)
}

// ask runs a read there.
func ask(ctx context.Context, at asker, d dialect, text string, args []any, scan func(*sql.Rows) error) error {
	statement, args, err := d.statement(text, args)
	if err != nil {
		return err
	}
	rows, err := at.QueryContext(ctx, statement, args...)
	return scanAll(rows, err, scan)
}

// chunk is some rows of a table in the order of its key.
type chunk struct {
	rows rowset
	last []any // the key of the last row
}

// errFull ends the reading of a chunk.
var errFull = errors.New("the chunk is full")

// chunk reads the rows behind a key, from the first where it is nil.
func (s *shape) chunk(ctx context.Context, at asker, d dialect, after []any, limit int) (*chunk, error) {
	key := s.names(s.columns[:s.keys], "r.")
	text := `SELECT ` + s.names(s.columns, "r.") + ` FROM ` + s.name + ` r`
	if after != nil {
		var holders []string
		for i := range after {
			holders = append(holders, "$"+itoa(i+1))
		}
		text += ` WHERE (` + key + `) > (` + strings.Join(holders, ", ") + `)`
	}
	text += ` ORDER BY ` + key + ` LIMIT $` + itoa(len(after)+1)
	p := &chunk{}
	values, into := make([]any, len(s.columns)), make([]any, len(s.columns))
	for i := range values {
		into[i] = &values[i]
	}
	err := ask(ctx, at, d, text, append(slices.Clone(after), limit), func(r *sql.Rows) error {
		if err := r.Scan(into...); err != nil {
			return err
		}
		for i, v := range values {
			if err := s.fits(i, v); err != nil {
				return fmt.Errorf("table %s, row %v: %w", s.name, values[:s.keys], err)
			}
			if bytes, is := v.([]byte); is && bytes == nil {
				values[i] = []byte{} // this is how SQLite's driver gives no bytes, which are not none
			}
		}
		p.rows.add(values...)
		p.last = append(p.last[:0], values[:s.keys]...)
		if len(p.rows.buf) >= chunkBytes {
			return errFull
		}
		return nil
	})
	if errors.Is(err, errFull) {
		err = nil
	}
	return p, err
}

// fits refuses a value that could not be kept as it is on every engine.
func (s *shape) fits(i int, value any) error {
	kind := s.columns[i].kind
	switch v := value.(type) {
	case nil:
		return nil
	case int64:
		if kind == "int" {
			return nil
		}
	case []byte:
		if kind == "blob" {
			return nil
		}
	case string:
		if kind == "text" && utf8.ValidString(v) && strings.IndexByte(v, 0) < 0 {
			return nil
		}
	}
	return fmt.Errorf("what is in %s is no %s that every engine keeps", s.columns[i].name, kind)
}

// each reads a whole table in chunks, from behind a key.
func (s *shape) each(ctx context.Context, at asker, d dialect, after []any, do func(*chunk) error) error {
	for limit := firstChunk; ; {
		p, err := s.chunk(ctx, at, d, after, limit)
		if err != nil || p.rows.n == 0 {
			return err
		}
		if err := do(p); err != nil {
			return err
		}
		after = p.last
		if full := len(p.rows.buf); full > chunkBytes/2 {
			limit = max(p.rows.n/2, 1)
		} else if full < chunkBytes/4 {
			limit = min(2*limit, chunkRows)
		}
	}
}

// greatest is the key of a table's last row, nil when it is empty.
func (s *shape) greatest(ctx context.Context, at asker, d dialect) (key []any, err error) {
	text := `SELECT ` + s.names(s.columns[:s.keys], "r.") + ` FROM ` + s.name + ` r ORDER BY ` + strings.ReplaceAll(s.names(s.columns[:s.keys], "r."), ",", " DESC,") + ` DESC LIMIT 1`
	return key, ask(ctx, at, d, text, nil, func(r *sql.Rows) error {
		key = make([]any, s.keys)
		into := make([]any, s.keys)
		for i := range key {
			into[i] = &key[i]
		}
		return r.Scan(into...)
	})
}

// count is how many rows a table has.
func (s *shape) count(ctx context.Context, at asker, d dialect) (n int64, err error) {
	return n, ask(ctx, at, d, `SELECT COUNT(*) FROM `+s.name+` r`, nil, func(r *sql.Rows) error { return r.Scan(&n) })
}

// insert is the statement that writes a chunk.
func (s *shape) insert() string {
	var set []string
	for _, c := range s.columns {
		set = append(set, c.name+" "+c.kind)
	}
	return `INSERT INTO ` + s.name + ` (` + s.names(s.columns, "") + `) SELECT ` + s.names(s.columns, "r.") + ` FROM @rows($1: ` + strings.Join(set, ", ") + `) r`
}
