package tidy

import (
	"regexp"
	"slices"
	"strings"
)

var (
	sqlNoise    = regexp.MustCompile(`(?s)--[^\n]*|/\*.*?\*/|'(?:[^']|'')*'`)
	createTable = regexp.MustCompile(`(?i)\bCREATE\s+(?:TEMP(?:ORARY)?\s+|VIRTUAL\s+|UNLOGGED\s+)?TABLE\s+(?:IF\s+NOT\s+EXISTS\s+)?([^\s(]+)[^(;]*\(`)
	alterTable  = regexp.MustCompile(`(?i)\bALTER\s+TABLE\s+(?:IF\s+EXISTS\s+)?(?:ONLY\s+)?(\S+)\s+(?:ADD\s+(?:COLUMN\s+)?(?:IF\s+NOT\s+EXISTS\s+)?(\S+)|RENAME\s+TO\s+([^\s;]+)|RENAME\s+(?:COLUMN\s+)?\S+\s+TO\s+([^\s;]+))`)
	firstWord   = regexp.MustCompile(`^\s*([^\s(,;]+)`)
)

// tableRules begin an item of CREATE TABLE or ALTER TABLE ADD that is no column.
var tableRules = []string{"CONSTRAINT", "PRIMARY", "UNIQUE", "CHECK", "FOREIGN", "EXCLUDE", "LIKE"}

// sqlNames gives the names of tables and columns in the migrations.
func sqlNames(t tree) []named {
	var names []named
	for _, file := range sortedKeys(t.texts) {
		if !strings.HasSuffix(file, ".sql") {
			continue
		}
		for _, name := range migrationNames(t.texts[file]) {
			names = append(names, named{file, name})
		}
	}
	return names
}

func migrationNames(sql string) []string {
	var names []string
	add := func(name string) {
		if name != "" && !slices.Contains(tableRules, strings.ToUpper(name)) {
			names = append(names, bareName(name))
		}
	}
	sql = sqlNoise.ReplaceAllString(sql, " ")
	for _, m := range createTable.FindAllStringSubmatchIndex(sql, -1) {
		add(sql[m[2]:m[3]])
		for _, item := range splitItems(sql[m[1]:]) {
			if w := firstWord.FindStringSubmatch(item); w != nil {
				add(w[1])
			}
		}
	}
	for _, m := range alterTable.FindAllStringSubmatch(sql, -1) {
		add(m[2])
		add(m[3])
		add(m[4])
	}
	return names
}

// bareName drops a schema, or the macro that stands for one, and quotes.
func bareName(name string) string {
	if i := strings.LastIndexAny(name, ".}"); i >= 0 {
		name = name[i+1:]
	}
	return strings.Trim(name, "\"`[]")
}

// splitItems splits at the commas outside brackets, up to the bracket that closes.
func splitItems(sql string) []string {
	var items []string
	depth, start := 0, 0
	for i, r := range sql {
		switch {
		case r == '(':
			depth++
		case r == ')' && depth == 0:
			return append(items, sql[start:i])
		case r == ')':
			depth--
		case r == ',' && depth == 0:
			items = append(items, sql[start:i])
			start = i + 1
		}
	}
	return append(items, sql[start:])
}
