package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"

	"clew/internal/stock"

	"github.com/pressly/goose/v3/database"
	"modernc.org/sqlite" // the driver, and its errors
)

// sqliteDialect is the engine that keeps a ledger in a file. Append-only tables are held so by triggers.
type sqliteDialect struct{}

var sqliteWords = map[string]string{
	"@id":        "INTEGER PRIMARY KEY",
	"@blob":      "BLOB",
	"@clustered": "WITHOUT ROWID",
	"@text_key":  "",
}

var sqliteTexts sync.Map // text → SQL

func (d sqliteDialect) statement(text string, args []any) (string, []any, error) {
	return d.sql(text), args, nil
}

func (sqliteDialect) sql(text string) string {
	if got, ok := sqliteTexts.Load(text); ok {
		return got.(string)
	}
	out := rowSets.ReplaceAllStringFunc(text, func(call string) string {
		m := rowSets.FindStringSubmatch(call)
		var b strings.Builder
		b.WriteString("(SELECT ")
		for i, c := range columnsOf(m[2]) {
			if i > 0 {
				b.WriteString(", ")
			}
			value := fmt.Sprintf("value ->> %d", i)
			if c.kind == "blob" {
				value = "unhex(" + value + ")"
			}
			b.WriteString(value + " AS " + c.name)
		}
		b.WriteString(" FROM json_each($" + m[1] + "))")
		return b.String()
	})
	out = lookUps.ReplaceAllString(out, "CROSS JOIN $1 $2 ON $3")
	out = lists.ReplaceAllString(out, "(SELECT key, value FROM json_each($$$1))")
	out = hexes.ReplaceAllString(out, "hex($1)")
	out = strings.ReplaceAll(out, "@now", "CAST(unixepoch('subsec') * 1000 AS INTEGER)")
	// SQLite takes $1 for a name, and binds names by where they come first.
	out = holders.ReplaceAllString(out, "?$1")
	sqliteTexts.Store(text, out)
	return out
}

func (sqliteDialect) ddl(text string) []string {
	out, appendOnly := statementsOf(text, sqliteWords)
	for _, table := range appendOnly {
		for _, verb := range []string{"UPDATE", "DELETE"} {
			out = append(out, fmt.Sprintf(
				"CREATE TRIGGER %s_no_%s BEFORE %s ON %s BEGIN SELECT RAISE(ABORT, '%s is append only'); END",
				table, strings.ToLower(verb), verb, table, table))
		}
	}
	for _, m := range erasers.FindAllStringSubmatch(text, -1) {
		out = append(out,
			fmt.Sprintf("CREATE TRIGGER %[1]s_no_delete BEFORE DELETE ON %[1]s BEGIN SELECT RAISE(ABORT, '%[1]s is append only'); END", m[1]),
			fmt.Sprintf(`CREATE TRIGGER %[1]s_no_update BEFORE UPDATE ON %[1]s WHEN NOT (NEW.entry = OLD.entry AND NEW.line = OLD.line AND NEW.field = OLD.field
				AND OLD.hash IS NULL AND NEW.salt IS NULL AND NEW.text IS NULL AND NEW.hash IS NOT NULL AND length(NEW.hash) = 32
				AND EXISTS (SELECT 1 FROM %[2]s x WHERE x.text_entry = OLD.entry AND x.text_line = OLD.line))
				BEGIN SELECT RAISE(ABORT, '%[1]s is append only, but for texts that an entry of %[2]s erases'); END`, m[1], m[2]))
	}
	return out
}

func (sqliteDialect) begin(ctx context.Context, conn *sql.Conn) error {
	_, err := conn.ExecContext(ctx, "BEGIN IMMEDIATE")
	return err
}

// inTurn has nobody to wait for: the file has one writer.
func (sqliteDialect) inTurn(context.Context, *sql.Conn) error { return nil }

func (sqliteDialect) snapshot() *sql.TxOptions { return nil }

// sqliteFault turns what SQLite says into an error that a caller can act on, nil where it says nothing of the kind.
func sqliteFault(err error) error {
	var engine *sqlite.Error
	if !errors.As(err, &engine) {
		return nil
	}
	switch engine.Code() & 0xff {
	case 13:
		return stock.Errorf(stock.Unavailable, stock.CodeDiskFull, "", "the disk is full: nothing was recorded; make room and try again")
	case 10:
		return stock.Errorf(stock.Unavailable, stock.CodeDiskFull, "", "the disk cannot be read or written (%v): nothing was recorded", engine)
	case 14:
		return stock.Errorf(stock.Unavailable, stock.CodeReadOnly, "", "the ledger's file cannot be opened: %v", engine)
	case 8:
		return stock.Errorf(stock.Unavailable, stock.CodeReadOnly, "", "the ledger's file is read-only")
	}
	return nil
}

// sqliteUnsure reports whether SQLite says of a commit that its file failed, and not merely that a part of it could not be written: where a sync
// failed, the log beside the file may have the commit all the same, until the next one writes over it.
func sqliteUnsure(err error) bool {
	const writeFailed = 10 | 3<<8
	var engine *sqlite.Error
	return errors.As(err, &engine) && engine.Code()&0xff == 10 && engine.Code() != writeFailed
}

// sqliteEnded reports whether SQLite says that there is nothing to take back: it has done so by itself.
func sqliteEnded(err error) bool {
	var engine *sqlite.Error
	return errors.As(err, &engine) && engine.Code() == 1 && strings.Contains(engine.Error(), "no transaction is active")
}

// sqliteDamaged reports whether SQLite says that its file is damaged.
func sqliteDamaged(err error) bool {
	var engine *sqlite.Error
	return errors.As(err, &engine) && (engine.Code()&0xff == 11 || engine.Code()&0xff == 26 || engine.Code()&0xff == 1)
}

// pragmas make a commit durable before it is answered, and readers independent of the writer.
const pragmas = "_pragma=journal_mode(WAL)&_pragma=synchronous(FULL)&_pragma=foreign_keys(1)&_pragma=busy_timeout(10000)" +
	"&_pragma=fullfsync(1)&_pragma=checkpoint_fullfsync(1)" + // where fsync alone is a wish, as on macOS
	"&_pragma=temp_store(MEMORY)&_pragma=cell_size_check(1)"

// openSQLite opens the ledger's file.
func (s *Store) openSQLite(ctx context.Context) error {
	o := s.options
	s.dialect, s.prepares = sqliteDialect{}, true
	if err := o.refuseFleeting(); err != nil {
		return err
	}
	if err := os.MkdirAll(filepath.Dir(o.Path), 0o700); err != nil {
		return fmt.Errorf("the data folder cannot be made: %w", err)
	}
	if !o.copied {
		if _, err := finishRestore(filepath.Dir(o.Path), ""); err != nil {
			return err
		}
	}
	if err := makePrivate(o.Path); err != nil {
		return err
	}
	if s.shelf = o.shelf; s.shelf == nil {
		s.shelf = folderShelf{s.dir()}
	}
	if !o.copied {
		s.sweep()
	}
	uri := "file:" + escapePath(o.Path) + "?" + pragmas
	var err error
	if s.write, err = sql.Open("sqlite", uri+"&_pragma=cache_size(-32000)&_pragma=wal_autocheckpoint(4000)"); err != nil {
		return err
	}
	s.write.SetMaxOpenConns(1)
	if s.read, err = sql.Open("sqlite", uri+"&_pragma=cache_size(-8000)&_pragma=query_only(1)"); err != nil {
		return err
	}
	readers := max(o.Readers, 4)
	s.read.SetMaxOpenConns(readers)
	s.read.SetMaxIdleConns(readers)
	if err := migrate(ctx, s.write, s.dialect, versionsIn(database.DialectSQLite3, versionTable)); err != nil {
		return err
	}
	return readBack(ctx, s.write)
}

// escapePath keeps the marks of a URI out of a file name.
func escapePath(path string) string {
	return strings.NewReplacer("%", "%25", "?", "%3f", "#", "%23").Replace(path)
}
