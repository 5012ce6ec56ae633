package tidy

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestHouse holds the checks against this repository.
func TestHouse(t *testing.T) {
	house, err := readTree("../..")
	if err != nil {
		t.Fatal(err)
	}
	report := func(check string, found []string) {
		t.Helper()
		for _, f := range found {
			t.Errorf("%s: %s", check, f)
		}
	}
	report("imports", checkImports(house))
	report("package name", checkPackageNames(house))
	report("package comment", checkPackageComments(house))
	if len(parseGlossary(house.texts["docs/glossary.md"])) == 0 {
		t.Error("docs/glossary.md: no word to avoid was read")
	}
	report("words", checkWords(house))
	missing, err := checkDependencies(house)
	if err != nil {
		t.Error(err)
	}
	report("dependencies", missing)
	for _, piece := range longPieces(house) {
		t.Log("long:", piece)
	}
}

// plant parses one tree from the sources given as path, text, path, text.
func plant(t *testing.T, sources ...string) tree {
	t.Helper()
	files := map[string]string{}
	for pair := range slices.Chunk(sources, 2) {
		files[pair[0]] = pair[1]
	}
	planted, err := parseTree(files)
	if err != nil {
		t.Fatal(err)
	}
	return planted
}

// wantFindings compares findings by the piece of text each has to contain.
func wantFindings(t *testing.T, got []string, want ...string) {
	t.Helper()
	if len(got) != len(want) {
		t.Fatalf("got %d findings %q, want %d: %q", len(got), got, len(want), want)
	}
	for i := range want {
		if !strings.Contains(got[i], want[i]) {
			t.Errorf("finding %d is %q, want it to say %q", i, got[i], want[i])
		}
	}
}

func TestCheckImports(t *testing.T) {
	for _, c := range []struct{ name, path, imports, want string }{
		{"down", "internal/app/ship.go", "clew/internal/store", ""},
		{"down two floors", "internal/api/ship.go", "clew/internal/stock", ""},
		{"up", "internal/stock/a.go", "clew/internal/store", "internal/stock may not import internal/store"},
		{"up in a test", "internal/stock/a_test.go", "clew/internal/store", "may not import"},
		{"sideways", "internal/stock/a.go", "clew/internal/trace", "may not import"},
		{"sideways on the ground", "internal/tlog/a.go", "clew/gs1", "may not import"},
		{"own room", "internal/store/a.go", "clew/internal/store/migrations", ""},
		{"folder of a room", "internal/store/conformance/a.go", "clew/internal/app", "may not import"},
		{"stock may not read EPCIS", "internal/stock/a.go", "clew/epcis", "may not import"},
		{"a test may use sim", "internal/store/a_test.go", "clew/internal/sim", ""},
		{"code may not use sim", "internal/store/a.go", "clew/internal/sim", "may not import"},
		{"a test may use pgtest", "internal/api/a_test.go", "clew/internal/pgtest", ""},
		{"code may not use pgtest", "internal/store/a.go", "clew/internal/pgtest", "may not import"},
		{"bench may use pgtest", "internal/bench/a.go", "clew/internal/pgtest", ""},
		{"pgx in pgtest", "internal/pgtest/a.go", "github.com/jackc/pgx/v5", ""},
		{"sim may use api", "internal/sim/a.go", "clew/internal/api", ""},
		{"sim may not use cmd", "internal/sim/a.go", "clew/cmd/clew", "may not import"},
		{"tidy imports nothing", "internal/tidy/a.go", "clew/gs1", "may not import"},
		{"no room", "internal/cache/a.go", "strings", "no room of the house"},
		{"import of no room", "internal/app/a.go", "clew/internal/cache", "no room of the house"},
		{"a like name is another room", "internal/storehouse/a.go", "strings", "no room of the house"},

		{"tlog and x/mod", "internal/tlog/a.go", "golang.org/x/mod/sumdb/tlog", ""},
		{"tlog and another module", "internal/tlog/a.go", "golang.org/x/crypto/ed25519", "only the standard library"},
		{"tlog's tests", "internal/tlog/a_test.go", "pgregory.net/rapid", ""},

		{"sql in store", "internal/store/a.go", "database/sql", ""},
		{"sql in app", "internal/app/a.go", "database/sql", "only for internal/store"},
		{"driver in cmd", "cmd/clew/a.go", "modernc.org/sqlite", "only for internal/store"},
		{"pgx in app", "internal/app/a.go", "github.com/jackc/pgx/v5/pgconn", "only for internal/store"},
		{"goose in app", "internal/app/a.go", "github.com/pressly/goose/v3", "only for internal/store"},
		{"sql in a test", "internal/app/a_test.go", "database/sql", ""},
		{"http in api", "internal/api/a.go", "net/http", ""},
		{"http in web", "web/a.go", "net/http", ""},
		{"http in stock", "internal/stock/a.go", "net/http", "only for internal/api, web, cmd/clew"},
		{"httptest in app", "internal/app/a.go", "net/http/httptest", "only for internal/api"},
		{"http in bench", "internal/bench/a.go", "net/http", ""},
		{"huma in api", "internal/api/a.go", "github.com/danielgtaylor/huma/v2", ""},
		{"huma in a test of app", "internal/app/a_test.go", "github.com/danielgtaylor/huma/v2", "only for internal/api"},
	} {
		t.Run(c.name, func(t *testing.T) {
			var want []string
			if c.want != "" {
				want = []string{c.want}
			}
			src := "package a\nimport _ \"" + c.imports + "\"\n"
			wantFindings(t, checkImports(plant(t, c.path, src)), want...)
		})
	}
}

func TestRoomsGoDown(t *testing.T) {
	at := func(path string) int {
		return slices.IndexFunc(rooms, func(r room) bool { return r.path == path })
	}
	for _, r := range rooms {
		for _, imp := range r.imports {
			if at(imp) < 0 {
				t.Errorf("%s may import %s, which is no room", r.path, imp)
			}
			if other := at(imp); other >= 0 && slices.Contains(rooms[other].imports, r.path) && r.path != imp {
				t.Errorf("%s and %s may import each other", r.path, imp)
			}
		}
	}
}

func TestCheckPackageNames(t *testing.T) {
	wantFindings(t, checkPackageNames(plant(t, "internal/app/ship.go", "package app")))
	wantFindings(t, checkPackageNames(plant(t, "internal/app/util/a.go", "package strs")), `"util"`)
	wantFindings(t, checkPackageNames(plant(t, "internal/app/a/a.go", "package common")), `"common"`)
	wantFindings(t, checkPackageNames(plant(t, "internal/app/helpers/a_test.go", "package helpers_test")), `"helpers"`)
	wantFindings(t, checkPackageNames(plant(t, "models/a.go", "package models")), `"models"`)
}

func TestCheckPackageComments(t *testing.T) {
	wantFindings(t, checkPackageComments(plant(t,
		"gs1/doc.go", "// Package gs1 reads barcodes.\npackage gs1",
		"gs1/parse.go", "package gs1",
		"epcis/doc.go", "// Not a comment of the package.\n\npackage epcis",
	)), "epcis: no package comment")
}

const glossary = `# Glossary
| Word | Notes | Avoid |
|---|---|---|
| Lot | code | batch (a set of requests) |
| Unit | – | stock item |
| Partner | roles | vendor, company (except company prefix) |
| Balance | | SOH |
| Site | | – |

Not in the table: | vendor |
`

func TestParseGlossary(t *testing.T) {
	var got []string
	for _, a := range parseGlossary(glossary) {
		got = append(got, a.use+": "+strings.Join(a.words, " "))
	}
	want := []string{"Lot: batch", "Unit: stock item", "Partner: vendor", "Partner: company", "Balance: soh"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestCheckWords(t *testing.T) {
	for _, c := range []struct{ name, path, text, want string }{
		{"table", "internal/store/migrations/0001.sql", "CREATE TABLE vendor (id BIGINT);", `say "Partner", not "vendor"`},
		{"column", "internal/store/migrations/0001.sql", "CREATE TABLE a (id BIGINT,\n batch_code TEXT);", `say "Lot"`},
		{"clean table", "internal/store/migrations/0001.sql", "CREATE TABLE lot (id BIGINT, code TEXT);", ""},
		{"SQL comment", "internal/store/migrations/0001.sql", "-- a batch\nCREATE TABLE lot (id BIGINT);", ""},
		{"JSON name", "internal/api/a.go", "package api\ntype A struct { B int `json:\"vendorId,omitempty\"` }", `vendorId: say "Partner"`},
		{"nested JSON name", "internal/app/a.go", "package app\nfunc f() { _ = struct { B int `json:\"batch\"` }{} }", `say "Lot"`},
		{"JSON name elsewhere", "internal/sim/a.go", "package sim\ntype A struct { B int `json:\"vendor\"` }", ""},
		{"exported type", "internal/stock/a.go", "package stock\ntype StockItem struct{}", `StockItem: say "Unit"`},
		{"plural", "internal/stock/a.go", "package stock\ntype Companies []int", `say "Partner"`},
		{"allowed phrase", "internal/stock/a.go", "package stock\ntype CompanyPrefix string", ""},
		{"acronym", "internal/app/a.go", "package app\ntype SOHReport struct{}", `say "Balance"`},
		{"part of a word", "internal/app/a.go", "package app\ntype Accompany struct{}", ""},
		{"hidden type", "internal/app/a.go", "package app\ntype batch struct{}", ""},
		{"type of a test", "internal/app/a_test.go", "package app\ntype Batch struct{}", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			var want []string
			if c.want != "" {
				want = []string{c.want}
			}
			wantFindings(t, checkWords(plant(t, "docs/glossary.md", glossary, c.path, c.text)), want...)
		})
	}
}

func TestSplitName(t *testing.T) {
	for name, want := range map[string]string{
		"stock_item":   "stock item",
		"StockItem":    "stock item",
		"stockItemID":  "stock item id",
		"HTTPServer":   "http server",
		"SKUs":         "skus",
		"GS1Key":       "gs1 key",
		"signed  quan": "signed quan",
		"–":            "",
	} {
		if got := strings.Join(splitName(name), " "); got != want {
			t.Errorf("splitName(%q) = %q, want %q", name, got, want)
		}
	}
}

func TestMigrationNames(t *testing.T) {
	got := migrationNames(`-- +goose Up
/* CREATE TABLE gone (x) */
CREATE TABLE IF NOT EXISTS {{.Schema}}."product" (
  id BIGINT PRIMARY KEY,
  state TEXT NOT NULL DEFAULT ',(' CHECK (state IN ('a', 'b')),
  PRIMARY KEY (id, state),
  CONSTRAINT one UNIQUE (state)
) STRICT;
CREATE TABLE org1.balance(lot BIGINT, qty BIGINT) WITHOUT ROWID;
CREATE INDEX lot_code ON lot (code);
ALTER TABLE lot ADD COLUMN vendor TEXT;
ALTER TABLE lot RENAME COLUMN a TO b;
ALTER TABLE lot RENAME TO lots;
ALTER TABLE lot ADD CONSTRAINT x UNIQUE (b);
`)
	want := []string{"product", "id", "state", "balance", "lot", "qty", "vendor", "b", "lots"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestCheckDependencies(t *testing.T) {
	mod := "module clew\ngo 1.26.0\nrequire (\n\texample.com/a v1.0.0\n\texample.com/b/v2 v2.0.0\n\texample.com/c v1.0.0 // indirect\n)\n"
	page := "| Module | For |\n|---|---|\n| `example.com/a` | a |\n| `example.com/c` | c |\n| `example.com/d` | d |\n"
	page += "| `shown`, `lost` | desk |\n"
	desk := `{"devDependencies": {"shown": "1.0.0", "silent": "2.0.0"}}`
	found, err := checkDependencies(plant(t, "go.mod", mod, "web/package.json", desk, "docs/dependencies.md", page))
	if err != nil {
		t.Fatal(err)
	}
	wantFindings(t, found, "0 lines for example.com/b/v2", "0 lines for silent", "example.com/c is no direct", "example.com/d is no direct", "lost is no direct")
}

func TestLongPieces(t *testing.T) {
	long := "package app\n\nfunc Short() {\n}\n\nfunc Long() {\n" + strings.Repeat("\t_ = 1\n", 70) + "}\n"
	wantFindings(t, longPieces(plant(t, "internal/app/a.go", long)), "internal/app/a.go:6: func Long has 72 lines")
	wantFindings(t, longPieces(plant(t, "internal/app/a.go", "package app\n"+strings.Repeat("\n", 500))), "internal/app/a.go: 501 lines")
}
