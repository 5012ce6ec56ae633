package app

import (
	"bytes"
	"encoding/csv"
	"errors"
	"io"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// readAll gives each row as its cells joined by |, or !LINE for one that cannot be read.
func readAll(t testing.TB, r *csvReader) []string {
	t.Helper()
	var out []string
	for {
		rec, err := r.next()
		if errors.Is(err, io.EOF) {
			return out
		}
		if err != nil {
			t.Fatal(err)
		}
		if rec.fault != nil {
			out = append(out, "!"+itoa(rec.line))
			continue
		}
		out = append(out, itoa(rec.line)+":"+strings.Join(rec.cells, "|"))
	}
}

func TestCSVReader_Rows(t *testing.T) {
	for name, c := range map[string]struct {
		text string
		want []string
	}{
		"plain":                     {"a,b\nc,d\n", []string{"1:a|b", "2:c|d"}},
		"no break at the end":       {"a,b\nc,d", []string{"1:a|b", "2:c|d"}},
		"windows breaks":            {"a,b\r\nc,d\r\n", []string{"1:a|b", "2:c|d"}},
		"empty cells":               {",b\na,\n", []string{"1:|b", "2:a|"}},
		"blank rows":                {"a,b\n\n,\n  \nc,d\n", []string{"1:a|b", "!4", "5:c|d"}},
		"quoted":                    {`"a,1","b ""x"""` + "\n", []string{`1:a,1|b "x"`}},
		"quoted break":              {"\"a\nb\",c\nd,e\n", []string{"1:a\nb|c", "3:d|e"}},
		"quoted windows break":      {"\"a\r\nb\",c\r\nd,e\r\n", []string{"1:a\r\nb|c", "3:d|e"}},
		"missing cell":              {"a,b\nc\nd,e\n", []string{"1:a|b", "!2", "3:d|e"}},
		"cell too many":             {"a,b\nc,d,e\nf,g\n", []string{"1:a|b", "!2", "3:f|g"}},
		"stray quote in a cell":     {"a,b\nc\"x,d\ne,f\n", []string{"1:a|b", "!2", "3:e|f"}},
		"stray quote at the front":  {"a,b\n\"c,d\ne,f\ng,h\n", []string{"1:a|b", "!2", "3:e|f", "4:g|h"}},
		"stray quote before quotes": {"a,b\n\"c,d\n\"e\",f\ng,h\n", []string{"1:a|b", "!2", "3:e|f", "4:g|h"}},
		"stray quote that closes":   {"a,b\n\"c,d\ne\",f,h\ng,h\n", []string{"1:a|b", "!2", "!3", "4:g|h"}},
		"text behind quotes":        {"a,b\n\"c\"x,d\ne,f\n", []string{"1:a|b", "!2", "3:e|f"}},
		"quote open at the end":     {"a,b\nc,\"d", []string{"1:a|b", "!2"}},
		"not utf-8":                 {"a,b\nü,d\n\xff,d\ne,f\n", []string{"1:a|b", "2:ü|d", "!3", "4:e|f"}},
	} {
		t.Run(name, func(t *testing.T) {
			r := newCSVReader(strings.NewReader(c.text))
			r.width = 2
			if diff := cmp.Diff(c.want, readAll(t, r)); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestCSVReader_StrayQuoteInALargeFile(t *testing.T) {
	var b strings.Builder
	b.WriteString("\"x,y\n")
	for range 100_000 {
		b.WriteString("aaaa,bbbb\n")
	}
	r := newCSVReader(strings.NewReader(b.String()))
	r.width = 2
	got := readAll(t, r)
	if len(got) != 100_001 || got[0] != "!1" {
		t.Fatalf("%d rows, the first %s", len(got), got[0])
	}
}

func TestCSVReader_LongLine(t *testing.T) {
	r := newCSVReader(io.MultiReader(strings.NewReader("a,"), bytes.NewReader(bytes.Repeat([]byte("x"), maxRow)), strings.NewReader("\nb,c\n")))
	r.width = 2
	if got := readAll(t, r); !slices.Equal(got, []string{"!1", "2:b|c"}) {
		t.Errorf("%d rows", len(got))
	}
}

// What our writer writes, our reader and the standard library read alike.
func TestCSV_RoundTrip(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	alphabet := []string{"a", "'", "=", "+", "-", "@", "\t", "\r", "\n", "\"", ",", ";", " ", "ü", "＝", "1", "|", "\\"}
	for range 5_000 {
		want := make([]string, 3)
		for i := range want {
			for range random.IntN(6) {
				want[i] += alphabet[random.IntN(len(alphabet))]
			}
		}
		var w csvWriter
		for _, cell := range want {
			w.text(cell)
		}
		w.end()
		r := newCSVReader(bytes.NewReader(w.buf))
		r.width = len(want)
		rec, err := r.next()
		if errors.Is(err, io.EOF) && blankCells(want) {
			continue
		}
		if err != nil || rec.fault != nil {
			t.Fatalf("%q was written as %q and not read: %v %v", want, w.buf, err, rec.fault)
		}
		for i, cell := range rec.cells {
			if cell != "" && strings.ContainsAny(cell[:1], "=+-@\t\r") {
				t.Fatalf("%q came out as a formula: %q", want[i], cell)
			}
			rec.cells[i] = plainCell(cell)
		}
		if !slices.Equal(rec.cells, want) {
			t.Fatalf("%q was written as %q and read as %q", want, w.buf, rec.cells)
		}
		if list := splitList(joinList(want), "|"); !slices.Equal(list, slices.DeleteFunc(slices.Clone(want), func(s string) bool { return s == "" })) {
			t.Fatalf("the list %q was written as %q and read as %q", want, joinList(want), list)
		}
	}
}

func FuzzCSVReader(f *testing.F) {
	for _, seed := range []string{"a,b\n", "\"a\nb\",c\n", "\"a", "a\"b\n", "\"a\"\"b\",\r\n", "\xff\n", "\"\n\"\n\"", "a,b\n\"c,d\ne,f"} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		r := newCSVReader(bytes.NewReader(text))
		last, good := 0, true
		var rows [][]string
		for {
			rec, err := r.next()
			if errors.Is(err, io.EOF) {
				break
			}
			if err != nil {
				t.Fatal(err)
			}
			if rec.line <= last {
				t.Fatalf("line %d after line %d", rec.line, last)
			}
			last = rec.line
			if rec.fault != nil {
				good = false
				continue
			}
			rows = append(rows, rec.cells)
		}
		if lines := bytes.Count(text, []byte("\n")) + 1; last > lines {
			t.Fatalf("line %d of %d", last, lines)
		}
		if !good || bytes.ContainsRune(text, '\r') || r.letters == lettersLatin {
			return
		}
		std := csv.NewReader(bytes.NewReader(text))
		std.FieldsPerRecord = -1
		want, err := std.ReadAll()
		if err != nil {
			return
		}
		want = slices.DeleteFunc(want, blankCells)
		if diff := cmp.Diff(want, rows); diff != "" && !(len(want) == 0 && len(rows) == 0) {
			t.Error(diff)
		}
	})
}

func FuzzReadHeader(f *testing.F) {
	f.Add([]byte("sku;name\n1;2\n"))
	f.Add([]byte("\xef\xbb\xbfSKU,x-note\n"))
	f.Fuzz(func(t *testing.T, text []byte) {
		table := tables["products"]
		r, head, err := openSheet(bytes.NewReader(text), table, Import{}, knownColumns{})
		if err != nil {
			return
		}
		defer r.close()
		for {
			rec, err := r.next()
			if err != nil {
				return
			}
			if row := head.rowOf(table, rec); row.fault == nil {
				masterBody("products", row)
			}
		}
	})
}
