package store

import (
	"context"
	"database/sql"
	"regexp"
	"strings"
)

// dialect holds the few differences between the engines. All SQL is written once: placeholders as $1, sets of rows as
// @rows($1: a int, b text, c blob), where $1 is a JSON array of arrays, one for each row, @list($1), the keys (from 0)
// and values of a JSON array of texts, @each(unit u: condition), the rows of a table for each row before it, looked up by index, @hex(a), bytes as text, and @now, the time by the engine's clock, which is one for all servers.
type dialect interface {
	// statement is the text as the engine takes it, with its arguments.
	statement(text string, args []any) (string, []any, error)
	// ddl renders a migration into single statements.
	ddl(text string) []string
	// begin begins a batch on the connection of the writer.
	begin(ctx context.Context, conn *sql.Conn) error
	// inTurn lets operations of several servers wait for each other.
	inTurn(ctx context.Context, conn *sql.Conn) error
	// snapshot is how a transaction begins that sees the ledger as it is at its first read.
	snapshot() *sql.TxOptions
}

type column struct{ name, kind string }

var (
	holders   = regexp.MustCompile(`\$(\d+)`)
	rowSets   = regexp.MustCompile(`@rows\(\$(\d+):([^)]*)\)`)
	hexes     = regexp.MustCompile(`@hex\(([a-z._]+)\)`)
	lookUps   = regexp.MustCompile(`@each\(([a-z_]+) ([a-z]+): ([^()]*)\)`)
	lists     = regexp.MustCompile(`@list\(\$(\d+)\)`)
	ddlWords  = regexp.MustCompile(`@[a-z_]+`)
	appenders = regexp.MustCompile(`(?m)^@append_only ([^;]*);`)
	erasers   = regexp.MustCompile(`(?m)^@erased_by ([a-z_]+) ([a-z_]+);`)
)

// columnsOf reads what a row set has, as in "a int, b text".
func columnsOf(text string) (cols []column) {
	for def := range strings.SplitSeq(text, ",") {
		name, kind, _ := strings.Cut(strings.TrimSpace(def), " ")
		cols = append(cols, column{name, kind})
	}
	return cols
}

// statementsOf takes a migration apart: its statements, with the words of the engine in the place of the @ words, and the tables
// whose rows are never changed.
func statementsOf(text string, words map[string]string) (statements, appendOnly []string) {
	text = appenders.ReplaceAllStringFunc(text, func(line string) string {
		for table := range strings.SplitSeq(appenders.FindStringSubmatch(line)[1], ",") {
			appendOnly = append(appendOnly, strings.TrimSpace(table))
		}
		return ""
	})
	text = erasers.ReplaceAllString(text, "")
	var kept []string
	for line := range strings.SplitSeq(text, "\n") {
		if !strings.HasPrefix(strings.TrimSpace(line), "--") {
			kept = append(kept, line)
		}
	}
	text = ddlWords.ReplaceAllStringFunc(strings.Join(kept, "\n"), func(w string) string { return words[w] })
	for statement := range strings.SplitSeq(text, ";") {
		if strings.TrimSpace(statement) != "" {
			statements = append(statements, statement)
		}
	}
	return statements, appendOnly
}
