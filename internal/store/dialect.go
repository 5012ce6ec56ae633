package store

import (
	"fmt"
	"regexp"
	"strings"
	"sync"
)

// dialect holds the few differences between the engines. All SQL is written once: placeholders as $1, sets of rows as
// @rows($1: a int, b text, c blob), where $1 is a JSON array of arrays, one for each row, @list($1), the keys (from 0)
// and values of a JSON array, and @hex(a), bytes as text.
type dialect struct {
	name       string
	words      map[string]string // column types and table options of migrations
	rows       func(param string, cols []column) string
	list       func(param string) string
	hex        func(column string) string
	holder     func(n string) string
	appendOnly func(table string) []string
	begin      string
}

type column struct{ name, kind string }

var (
	holders   = regexp.MustCompile(`\$(\d+)`)
	rowSets   = regexp.MustCompile(`@rows\(\$(\d+):([^)]*)\)`)
	hexes     = regexp.MustCompile(`@hex\(([a-z._]+)\)`)
	lists     = regexp.MustCompile(`@list\(\$(\d+)\)`)
	ddlWords  = regexp.MustCompile(`@[a-z_]+`)
	appenders = regexp.MustCompile(`(?m)^@append_only ([^;]*);`)
)

var sqliteDialect = &dialect{
	name: "sqlite",
	words: map[string]string{
		"@id":        "INTEGER PRIMARY KEY",
		"@blob":      "BLOB",
		"@clustered": "WITHOUT ROWID",
		"@text_key":  "",
	},
	holder: func(n string) string { return "?" + n },
	hex:    func(column string) string { return "hex(" + column + ")" },
	list:   func(param string) string { return "(SELECT key, value FROM json_each(?" + param + "))" },
	rows: func(param string, cols []column) string {
		var b strings.Builder
		b.WriteString("(SELECT ")
		for i, c := range cols {
			if i > 0 {
				b.WriteString(", ")
			}
			value := fmt.Sprintf("value ->> %d", i)
			if c.kind == "blob" {
				value = "unhex(" + value + ")"
			}
			b.WriteString(value + " AS " + c.name)
		}
		b.WriteString(" FROM json_each(?" + param + "))")
		return b.String()
	},
	appendOnly: func(table string) []string {
		var out []string
		for _, verb := range []string{"UPDATE", "DELETE"} {
			out = append(out, fmt.Sprintf(
				"CREATE TRIGGER %s_no_%s BEFORE %s ON %s BEGIN SELECT RAISE(ABORT, '%s is append only'); END",
				table, strings.ToLower(verb), verb, table, table))
		}
		return out
	},
	begin: "BEGIN IMMEDIATE",
}

var rendered sync.Map // dialect name + text → SQL

// sql renders one statement for the engine.
func (d *dialect) sql(text string) string {
	if got, ok := rendered.Load(d.name + text); ok {
		return got.(string)
	}
	out := rowSets.ReplaceAllStringFunc(text, func(call string) string {
		m := rowSets.FindStringSubmatch(call)
		var cols []column
		for _, def := range strings.Split(m[2], ",") {
			name, kind, _ := strings.Cut(strings.TrimSpace(def), " ")
			cols = append(cols, column{name, kind})
		}
		return d.rows(m[1], cols)
	})
	out = lists.ReplaceAllStringFunc(out, func(call string) string { return d.list(lists.FindStringSubmatch(call)[1]) })
	out = hexes.ReplaceAllStringFunc(out, func(call string) string { return d.hex(hexes.FindStringSubmatch(call)[1]) })
	out = holders.ReplaceAllStringFunc(out, func(h string) string { return d.holder(h[1:]) })
	rendered.Store(d.name+text, out)
	return out
}

// ddl renders a migration into single statements.
func (d *dialect) ddl(text string) []string {
	var out, last []string
	text = appenders.ReplaceAllStringFunc(text, func(line string) string {
		for _, table := range strings.Split(appenders.FindStringSubmatch(line)[1], ",") {
			last = append(last, d.appendOnly(strings.TrimSpace(table))...)
		}
		return ""
	})
	var kept []string
	for _, line := range strings.Split(text, "\n") {
		if !strings.HasPrefix(strings.TrimSpace(line), "--") {
			kept = append(kept, line)
		}
	}
	text = ddlWords.ReplaceAllStringFunc(strings.Join(kept, "\n"), func(w string) string { return d.words[w] })
	for _, statement := range strings.Split(text, ";") {
		if strings.TrimSpace(statement) != "" {
			out = append(out, statement)
		}
	}
	return append(out, last...)
}
