package tidy

import (
	"fmt"
	"go/ast"
	"go/token"
	"maps"
	"reflect"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode"
)

// avoided is a word the glossary gives up for another.
type avoided struct {
	words  []string   // "stock item" is two
	except [][]string // longer phrases in which it is right
	use    string     // the word to use instead
}

var (
	remarkPattern = regexp.MustCompile(`\([^)]*\)`)
	exceptPattern = regexp.MustCompile(`\(except ([^)]*)\)`)
)

// parseGlossary reads the table of docs/glossary.md: the word in its first column,
// the words to avoid in the column named Avoid, separated by commas. A remark in
// brackets is passed over, but "(except company prefix)" allows that phrase.
func parseGlossary(page string) []avoided {
	var list []avoided
	column := -1
	for line := range strings.Lines(page) {
		cells := tableCells(line)
		switch {
		case cells == nil:
			column = -1
		case column < 0:
			column = slices.Index(cells, "Avoid")
		case column < len(cells):
			list = append(list, parseAvoid(cells[0], cells[column])...)
		}
	}
	return list
}

func parseAvoid(use, cell string) []avoided {
	var list []avoided
	for part := range strings.SplitSeq(cell, ",") {
		words := splitName(remarkPattern.ReplaceAllString(part, ""))
		if len(words) == 0 {
			continue
		}
		a := avoided{words: words, use: use}
		for _, m := range exceptPattern.FindAllStringSubmatch(part, -1) {
			a.except = append(a.except, splitName(m[1]))
		}
		list = append(list, a)
	}
	return list
}

// tableCells splits a line of a Markdown table; nil if it is none.
func tableCells(line string) []string {
	line = strings.TrimSpace(line)
	if !strings.HasPrefix(line, "|") || !strings.HasSuffix(line, "|") || len(line) < 2 {
		return nil
	}
	cells := strings.Split(line[1:len(line)-1], "|")
	for i, c := range cells {
		cells[i] = strings.TrimSpace(c)
	}
	return cells
}

// splitName splits snake_case, camelCase and spaces into words in lower case.
func splitName(name string) []string {
	var words []string
	runes := []rune(name)
	start := 0
	flush := func(end int) {
		if end > start {
			words = append(words, strings.ToLower(string(runes[start:end])))
		}
	}
	for i, r := range runes {
		if !unicode.IsLetter(r) && !unicode.IsDigit(r) {
			flush(i)
			start = i + 1
			continue
		}
		if i == start || !unicode.IsUpper(r) {
			continue
		}
		afterLower := !unicode.IsUpper(runes[i-1])
		beforeLower := i+1 < len(runes) && unicode.IsLower(runes[i+1])
		// The s of a plural acronym (SKUs) begins no word of its own.
		plural := beforeLower && runes[i+1] == 's' && (i+2 == len(runes) || !unicode.IsLower(runes[i+2]))
		if afterLower || beforeLower && !plural {
			flush(i)
			start = i
		}
	}
	flush(len(runes))
	return words
}

// in says whether the name, split into words, uses the avoided word.
func (a avoided) in(name []string) bool {
	for i := range name {
		if matchAt(name, i, a.words) && !slices.ContainsFunc(a.except, func(phrase []string) bool {
			return covers(name, i, phrase)
		}) {
			return true
		}
	}
	return false
}

// covers says whether phrase occurs in name and reaches over the word at i.
func covers(name []string, i int, phrase []string) bool {
	for from := max(0, i-len(phrase)+1); from <= i; from++ {
		if matchAt(name, from, phrase) {
			return true
		}
	}
	return false
}

// matchAt compares phrase with the words from i on; the last may be a plural.
func matchAt(name []string, i int, phrase []string) bool {
	if i+len(phrase) > len(name) {
		return false
	}
	last := len(phrase) - 1
	for k, want := range phrase {
		got := name[i+k]
		plural := k == last && (got == want+"s" || got == want+"es" || got == strings.TrimSuffix(want, "y")+"ies")
		if got != want && !plural {
			return false
		}
	}
	return true
}

// named is a name in the tree that the glossary speaks about.
type named struct{ where, name string }

// checkWords finds avoided words in names of tables, columns, JSON and exported types.
func checkWords(t tree) []string {
	avoid := parseGlossary(t.texts["docs/glossary.md"])
	var found []string
	for _, n := range slices.Concat(sqlNames(t), jsonNames(t), typeNames(t)) {
		words := splitName(n.name)
		for _, a := range avoid {
			if a.in(words) {
				found = append(found, fmt.Sprintf("%s: %s: say %q, not %q (docs/glossary.md)",
					n.where, n.name, a.use, strings.Join(a.words, " ")))
			}
		}
	}
	return found
}

// jsonNames gives the JSON names of struct fields in app and api.
func jsonNames(t tree) []named {
	var names []named
	for _, f := range t.files {
		if f.isTest() || !under(f.dir(), "internal/app") && !under(f.dir(), "internal/api") {
			continue
		}
		ast.Inspect(f.ast, func(n ast.Node) bool {
			field, ok := n.(*ast.Field)
			if !ok || field.Tag == nil {
				return true
			}
			tag, _ := strconv.Unquote(field.Tag.Value) // parsed, so it is well quoted
			name, _, _ := strings.Cut(reflect.StructTag(tag).Get("json"), ",")
			if name != "" && name != "-" {
				names = append(names, named{f.fset.Position(field.Pos()).String(), name})
			}
			return true
		})
	}
	return names
}

// typeNames gives the exported types of stock, app and api.
func typeNames(t tree) []named {
	var names []named
	for _, f := range t.files {
		r, _ := roomOf(f.dir())
		if f.isTest() || !slices.Contains([]string{"internal/stock", "internal/app", "internal/api"}, r.path) {
			continue
		}
		for _, decl := range f.ast.Decls {
			group, ok := decl.(*ast.GenDecl)
			if !ok || group.Tok != token.TYPE {
				continue
			}
			for _, spec := range group.Specs {
				if id := spec.(*ast.TypeSpec).Name; id.IsExported() {
					names = append(names, named{f.fset.Position(id.Pos()).String(), id.Name})
				}
			}
		}
	}
	return names
}

func sortedKeys[V any](m map[string]V) []string {
	return slices.Sorted(maps.Keys(m))
}
