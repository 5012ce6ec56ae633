package store

import (
	"context"
	"database/sql"
	"encoding/binary"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"clew/internal/auth"
	"clew/internal/label"
	"clew/internal/stock"
)

func p[T any](v T) *T { return &v }

// engine is one kind of database that the conformance suite runs on. A second one is a second line in engines.
type engine struct {
	name string
	// fresh makes an empty database and returns how to open it.
	fresh func(t testing.TB) *testbed
}

// testbed is one ledger's storage, open or not.
type testbed struct {
	open func(t testing.TB, o Options) (*Store, error)
	// tamper runs statements behind the store's back, with the guards that hold the log append-only out of the way. Store must be closed.
	tamper func(t testing.TB, statements ...string)
	// attempt runs one statement with the guards in place, as a slip of our own code would.
	attempt func(t testing.TB, statement string) error
	// alter runs one statement that changes the schema, as its owner.
	alter func(t testing.TB, statement string) error
	// poison makes the engine fail every item of so many units, until it is undone.
	poison func(t testing.TB) (undo func())
	// faults are those that only this engine can have.
	faults []planted
	// slow says that a copy takes a while.
	slow bool
	// copy is another database with the same contents. Store must be closed.
	copy func(t testing.TB) *testbed
	path string
}

// poisoned is the quantity that poison fails.
const poisoned = 666_666

func engines(testing.TB) []engine {
	return []engine{{"sqlite", freshSQLite}, {"postgres", freshPostgres}}
}

// onEngines runs a test once for each engine.
func onEngines(t *testing.T, test func(t *testing.T, db *testbed)) {
	for _, e := range engines(t) {
		t.Run(e.name, func(t *testing.T) { test(t, e.fresh(t)) })
	}
}

func freshSQLite(t testing.TB) *testbed {
	return sqliteAt(filepath.Join(t.TempDir(), "clew.db"))
}

func sqliteAt(path string) *testbed {
	return &testbed{
		path: path,
		faults: []planted{
			{"trigger dropped", `DROP TRIGGER entry_no_update`, "schema", "trigger entry_no_update"},
			{"trigger tamed", `PRAGMA writable_schema = 1; UPDATE sqlite_schema SET sql = replace(sql, 'RAISE(ABORT, ''entry is append only'')', '1') WHERE name = 'entry_no_update'`, "schema", "trigger entry_no_update"},
			{"index dropped", `DROP INDEX item_lot`, "schema", "index item_lot"},
			{"view added", `CREATE VIEW spy AS SELECT 1`, "schema", "view spy"},
		},
		open: func(t testing.TB, o Options) (*Store, error) {
			o.Path, o.Ephemeral = path, true // the folder of tests may be in memory
			return Open(context.Background(), o)
		},
		tamper:  func(t testing.TB, statements ...string) { t.Helper(); tamperSQLite(t, path, statements) },
		attempt: func(t testing.TB, statement string) error { return rawSQLite(t, path, statement) },
		alter:   func(t testing.TB, statement string) error { return rawSQLite(t, path, statement) },
		poison: func(t testing.TB) func() {
			must := func(statement string) {
				if err := rawSQLite(t, path, statement); err != nil {
					t.Fatal(err)
				}
			}
			must(fmt.Sprintf("CREATE TRIGGER poison BEFORE INSERT ON item WHEN NEW.quantity = %d BEGIN SELECT RAISE(ABORT, 'poison'); END", stock.Units(poisoned)))
			return func() { must("DROP TRIGGER poison") }
		},
		copy: func(t testing.TB) *testbed {
			t.Helper()
			to := filepath.Join(t.TempDir(), "clew.db")
			data, err := os.ReadFile(path)
			if err == nil {
				err = os.WriteFile(to, data, 0o600)
			}
			if err != nil {
				t.Fatal(err)
			}
			return sqliteAt(to)
		},
	}
}

func rawSQLite(t testing.TB, path, statement string) error {
	t.Helper()
	db, err := sql.Open("sqlite", "file:"+escapePath(path))
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	_, err = db.Exec(statement)
	return err
}

// tamperSQLite takes the triggers away, changes the file and puts them back, as someone would who wants it unseen.
func tamperSQLite(t testing.TB, path string, statements []string) {
	t.Helper()
	db, err := sql.Open("sqlite", "file:"+escapePath(path))
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	db.SetMaxOpenConns(1)
	must := func(statement string) {
		t.Helper()
		if _, err := db.Exec(statement); err != nil {
			t.Fatalf("%s: %v", statement, err)
		}
	}
	rows, err := db.Query("SELECT name, sql FROM sqlite_schema WHERE type = 'trigger'")
	if err != nil {
		t.Fatal(err)
	}
	triggers := map[string]string{}
	for rows.Next() {
		var name, text string
		if err := rows.Scan(&name, &text); err != nil {
			t.Fatal(err)
		}
		triggers[name] = text
	}
	rows.Close()
	for name := range triggers {
		must("DROP TRIGGER " + name)
	}
	before := changes(t, db)
	for _, statement := range statements {
		must(statement)
	}
	if len(statements) > 0 && changes(t, db) == before && !strings.Contains(strings.Join(statements, " "), "TRIGGER") {
		t.Fatalf("nothing was changed by %s", statements)
	}
	for _, text := range triggers {
		must(text)
	}
}

func changes(t testing.TB, db *sql.DB) (n int) {
	if err := db.QueryRow("SELECT total_changes()").Scan(&n); err != nil {
		t.Fatal(err)
	}
	return n
}

// mustOpen opens a database that is closed when the test ends.
func mustOpen(t testing.TB, db *testbed) *Store {
	t.Helper()
	s, err := db.open(t, Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	return s
}

// drafts wraps bodies, all asked for by one person.
func drafts(bodies ...stock.Body) (out []*stock.Draft) {
	for _, b := range bodies {
		out = append(out, &stock.Draft{By: auth.AtMachine, Actor: "desk", Body: b})
	}
	return out
}

// ok posts bodies that must all be accepted, and returns their entries.
func ok(t testing.TB, s *Store, bodies ...stock.Body) (entries []int64) {
	t.Helper()
	out, err := s.Post(t.Context(), drafts(bodies...)...)
	if err != nil {
		t.Fatal(err)
	}
	for i, o := range out {
		if o.Err != nil {
			t.Fatalf("draft %d was refused: %v", i, o.Err)
		}
		entries = append(entries, o.Entry)
	}
	return entries
}

// keyed is a draft with a client key, whose request is told apart by its hash.
func keyed(key string, request uint64, body stock.Body) *stock.Draft {
	d := &stock.Draft{By: auth.AtMachine, Actor: "desk", Key: key, Body: body}
	binary.BigEndian.PutUint64(d.Hash[:], request)
	return d
}

// world makes two sites and a product of each kind.
func world(t testing.TB, s *Store) {
	t.Helper()
	ok(t, s,
		&stock.ProductDraft{SKU: "FLOUR", Tracking: p("lot"), UoM: p("KGM"), Decimals: p(3)},
		&stock.ProductDraft{SKU: "BREAD", Tracking: p("lot"), Requires: p([]string{"expiry"}), Tags: p([]string{"food", "bakery"})},
		&stock.ProductDraft{SKU: "SALT", UoM: p("KGM"), Decimals: p(3)},
		&stock.ProductDraft{SKU: "BIKE", Tracking: p("serial"), GTIN: p("4006381333931")},
		&stock.ProductDraft{SKU: "CHIP", Tracking: p("serial")},
		&stock.SiteDraft{Code: "MAIN", TimeZone: p("Europe/Berlin")},
		&stock.SiteDraft{Code: "EAST"},
		&stock.LocationDraft{Site: "MAIN", Code: "DOCK"}, &stock.LocationDraft{Site: "MAIN", Code: "SHELF"},
		&stock.LocationDraft{Site: "MAIN", Code: "QUAR", Blocking: p(true)},
		&stock.LocationDraft{Site: "MAIN", Code: "TANK", Mixed: p(true)},
		&stock.LocationDraft{Site: "EAST", Code: "DOCK"},
		&stock.PartnerDraft{Code: "MILL", Name: p("Mill & Sons"), Roles: p([]string{"supplier"})},
		&stock.PartnerDraft{Code: "SHOP", Name: p("The Shop"), Addresses: []stock.AddressDraft{{Code: "NORTH", Name: "1 North Rd"}, {Code: "SOUTH"}}})
}

func receive(items ...stock.ItemDraft) *stock.MovementDraft {
	return &stock.MovementDraft{Kind: stock.KindReceive, Site: "MAIN", Partner: "MILL", Items: items}
}

func ship(items ...stock.ItemDraft) *stock.MovementDraft {
	return &stock.MovementDraft{Kind: stock.KindShip, Site: "MAIN", Partner: "SHOP", Items: items}
}

func bikes(serials ...string) stock.ItemDraft {
	return stock.ItemDraft{Product: "BIKE", Units: serials, To: "DOCK"}
}

// shipBike is the movement that all storms and crashes are made of.
func shipBike(serial string) *stock.MovementDraft {
	return ship(stock.ItemDraft{Product: "BIKE", Units: []string{serial}})
}

func loaf(lot string, n int, expiry stock.Date) stock.ItemDraft {
	return stock.ItemDraft{Product: "BREAD", Lot: lot, Quantity: p(stock.Units(n)), To: "SHELF", Dates: stock.Dates{Expiry: expiry}}
}

func flour(lot string, n int) stock.ItemDraft {
	return stock.ItemDraft{Product: "FLOUR", Lot: lot, Quantity: p(stock.Units(n)), To: "DOCK"}
}

// busy fills a ledger with entries of every sort, for verification to read.
func busy(t testing.TB, s *Store) {
	t.Helper()
	world(t, s)
	today := stock.DateOf(s.Now(), time.UTC)
	first, second := flour("F1", 100), flour("F2", 50)
	first.SupplierLot, second.SupplierLot = "Z9", "A1" // aliases whose rows sort the other way round
	second.Second, second.Measure = p(stock.Units(49)), "KGM"
	in := receive(first, second, bikes("SN0001~+19"))
	in.References = []stock.Reference{{Kind: "order", Code: "PO-2"}, {Kind: "delivery_note", Code: "DN-1"}}
	in.Note, in.Items[0].Captured = "a pallet was wet", "4 sacks of 25"
	ok(t, s, in,
		&stock.MovementDraft{Kind: stock.KindOpening, Site: "MAIN", Items: []stock.ItemDraft{{Product: "SALT", Quantity: p(stock.Quantity(12_500_000)), To: "SHELF"}}},
		&stock.MovementDraft{Kind: stock.KindMake, Site: "MAIN", Groups: []stock.Group{{
			Inputs:  []stock.ItemDraft{{Product: "FLOUR", Lot: "F1", Quantity: p(stock.Units(10))}},
			Outputs: []stock.ItemDraft{loaf("B1", 40, today+3)}}}},
		&stock.MovementDraft{Kind: stock.KindMake, Site: "MAIN", Groups: []stock.Group{{
			Inputs:  []stock.ItemDraft{{Product: "FLOUR", Quantity: p(stock.Units(20))}},
			Outputs: []stock.ItemDraft{loaf("B2", 80, today+5)}}}},
		receive(stock.ItemDraft{Product: "CHIP", Lot: "C1", Units: []string{"CH01~+9"}, To: "DOCK"}))
	shipped := ok(t, s, ship(stock.ItemDraft{Product: "BREAD", Quantity: p(stock.Units(50))}), shipBike("SN0001..SN0003"))
	ok(t, s, &stock.MovementDraft{Kind: stock.KindReversal, Reverses: shipped[1], Reason: "the wrong one", Items: []stock.ItemDraft{{Item: itemOf(t, s, shipped[1]), Units: []string{"SN0002"}}}})
	holds := ok(t, s, &stock.HoldDraft{Product: "BIKE", Units: []string{"SN0005..SN0008"}, Reason: "brakes"},
		&stock.HoldDraft{Product: "FLOUR", Lot: "F2", Reason: "weevils"}, &stock.HoldDraft{Site: "MAIN", Location: "SHELF", Reason: "a leak"},
		&stock.HoldDraft{Product: "CHIP", Units: []string{"CH09"}, Reason: "bent"})
	ok(t, s, &stock.ReleaseDraft{Hold: holds[0], Units: []string{"SN0005..SN0006"}, Reason: "fixed"}, &stock.ReleaseDraft{Hold: holds[2], Reason: "dry"})
	ok(t, s, &stock.MovementDraft{Kind: stock.KindCount, Site: "MAIN", Items: []stock.ItemDraft{{Product: "SALT", Quantity: p(stock.Units(12)), To: "SHELF"}}},
		&stock.MovementDraft{Kind: stock.KindMove, Site: "MAIN", Items: []stock.ItemDraft{{Product: "FLOUR", Lot: "F1", Quantity: p(stock.Units(5)), From: "DOCK", To: "TANK"}}},
		&stock.MovementDraft{Kind: stock.KindMove, Site: "MAIN", Items: []stock.ItemDraft{{Product: "FLOUR", Lot: "F1", Quantity: p(stock.Units(5)), From: "TANK", To: "DOCK"}}},
		&stock.CleaningDraft{Site: "MAIN", Location: "TANK"},
		&stock.MovementDraft{Kind: stock.KindRelabel, Site: "MAIN", Groups: []stock.Group{{
			Inputs:  []stock.ItemDraft{{Product: "CHIP", Units: []string{"CH01..CH03"}}},
			Outputs: []stock.ItemDraft{{Product: "CHIP", Lot: "C2", Units: []string{"CH01..CH03"}, To: "SHELF"}}}}})
	sent := ok(t, s, &stock.MovementDraft{Kind: stock.KindDispatch, Site: "MAIN", ToSite: "EAST", Items: []stock.ItemDraft{{Product: "BIKE", Units: []string{"SN0010..SN0014"}}}})
	ok(t, s, &stock.MovementDraft{Kind: stock.KindArrive, Site: "EAST", Dispatch: sent[0], Items: []stock.ItemDraft{{Product: "BIKE", Units: []string{"SN0010..SN0012"}, To: "DOCK"}}},
		&stock.ProductDraft{SKU: "BREAD", Name: p("Bread"), WarnDays: p(1)}, &stock.ProductDraft{SKU: "BREAD", Name: p("Bread, sliced")},
		&stock.PartnerDraft{Code: "SHOP", Name: p("The Shop Ltd"), Addresses: []stock.AddressDraft{{Code: "SOUTH", Name: "2 South Rd"}, {Code: "NORTH", Name: "9 North Rd"}}},
		&stock.LocationDraft{Site: "MAIN", Code: "DOCK", Name: p("Dock one")}, &stock.SiteDraft{Code: "EAST", Name: p("East End")})
	ok(t, s, &stock.ProductGroupDraft{Code: "RAW", HoldWhen: &[]string{"make"}}, &stock.ProductGroupDraft{Code: "RAW", Name: p("Raw goods")},
		&stock.ProductDraft{SKU: "SALT", Group: p("RAW")})
	ok(t, s, &stock.ProductDraft{SKU: "SALT", Packaging: &[]stock.Packaging{{Code: "sack", Quantity: stock.Units(25)}}, Barcodes: []stock.BarcodeOf{{Code: "96385074"}, {Code: "S-25", Packaging: "sack", Partner: "MILL"}}},
		&stock.BarcodeDraft{Product: "BIKE", BarcodeOf: stock.BarcodeOf{Code: "S-25", Shared: true}})
	ok(t, s, &stock.LabelDraft{Code: "L1", Partner: p("MILL"), Product: p("SALT"), Example: p("A;L7"), Marks: &[]label.Mark{{Is: "lot", Text: "L7"}}}, &stock.LabelDraft{Code: "L1", Name: p("Sacks")})
	ok(t, s, &stock.FormatDraft{Code: "CHIP-SN", Pattern: p("CH{SEQ:2}")}, &stock.FormatDraft{Code: "DAY", Pattern: p("{SITE}{YYMMDD}{SEQ:2}"), Restart: p("day"), Per: &[]string{"site"}})
	ok(t, s, &stock.ProductGroupDraft{Code: "RAW", LotFormat: p("DAY"), SerialFormat: p("CHIP-SN")})
	ok(t, s, &stock.ProductDraft{SKU: "CHIP", SerialFormat: p("CHIP-SN")}, &stock.FormatDraft{Code: "DAY", Name: p("By the day")})
	ok(t, s, &stock.NumberingDraft{Product: "CHIP", Count: 5}, &stock.NumberingDraft{Format: "DAY", Product: "BREAD", Count: 2, Site: "MAIN"})
	detailed(t, s)
	var kept []int64
	for i, serial := range []string{"SN0001", "SN0001", "SN0003"} {
		d := keyed(fmt.Sprintf("queue-%d", i), uint64(i), shipBike(serial))
		d.Keep, d.Device = true, "scanner-1"
		out, err := s.Post(t.Context(), d)
		if err != nil || !out[0].Kept {
			t.Fatalf("not kept: %+v, %v", out, err)
		}
		kept = append(kept, out[0].Entry)
	}
	ok(t, s, &stock.ResolveDraft{Exception: kept[0], Action: "dismiss", Reason: "shipped already"})
}

// detailed gives a movement and a lot born in it extra fields.
func detailed(t testing.TB, s *Store) {
	t.Helper()
	ok(t, s, &stock.FieldDraft{Code: "seal", On: p("movement")}, &stock.FieldDraft{Code: "seal", Label: p("Seal")},
		&stock.FieldDraft{Code: "broker", On: p("movement"), Type: p("partner"), RequiredFor: &stock.RequiredFor{Groups: []string{"RAW"}, Kinds: []string{"make"}}},
		&stock.FieldDraft{Code: "grade", On: p("lot"), Type: p("choice"), Choices: &[]string{"A", "B"}})
	in := receive(flour("F88", 1))
	in.Fields, in.Items[0].LotFields = stock.Values{"seal": "S-1", "broker": "MILL"}, stock.Values{"grade": "A"}
	ok(t, s, in)
	ok(t, s, &stock.FieldDraft{Code: "msl", On: p("product")}, &stock.DetailsDraft{Product: "FLOUR", Lot: "F88", Fields: stock.Values{"grade": "B"}, Note: "sorted again"},
		&stock.DetailsDraft{Product: "CHIP", Fields: stock.Values{"msl": "2a"}})
}

// isWhole verifies a store that must be whole.
func isWhole(t testing.TB, s *Store) *Report {
	t.Helper()
	report, err := s.Verify(context.Background(), nil)
	if err != nil {
		t.Fatal(err)
	}
	for _, problem := range report.Problems {
		t.Errorf("verify: %s", problem)
	}
	return report
}

// refused asserts an outcome's error code.
func refused(t testing.TB, o stock.Outcome, code string) {
	t.Helper()
	if o.Err == nil || o.Err.Code != code {
		t.Errorf("got entry %d, error %v; want %s", o.Entry, o.Err, code)
	}
}

// allEntries lists the ids of all entries, and the hash input of all leaves.
func allEntries(t testing.TB, s *Store) (ids []int64) {
	t.Helper()
	err := s.query(t.Context(), `SELECT id FROM entry ORDER BY id`, nil, func(r *sql.Rows) error {
		var id int64
		ids = append(ids, 0)
		err := r.Scan(&id)
		ids[len(ids)-1] = id
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return ids
}

func dense(t testing.TB, ids []int64) {
	t.Helper()
	for i, id := range ids {
		if id != int64(i)+1 {
			t.Fatalf("entry %d of %d has id %d: ids are not dense", i+1, len(ids), id)
		}
	}
}

// raced says that the race detector is on, which makes everything ten times slower.
var raced bool

// notRaced skips what has nothing to do with races: it runs without the detector.
func notRaced(t *testing.T) {
	t.Helper()
	if raced {
		t.Skip("runs without the race detector")
	}
}

// soak reports whether the full counts are asked for.
func soak() bool { return os.Getenv("CLEW_SOAK") != "" }

// itemOf is the first item of an entry.
func itemOf(t testing.TB, s *Store, entry int64) (item int64) {
	t.Helper()
	if err := s.query(t.Context(), `SELECT first_item FROM entry WHERE id = $1`, []any{entry}, func(r *sql.Rows) error { return r.Scan(&item) }); err != nil {
		t.Fatal(err)
	}
	return item
}

// desk is who changes things beside the log.
var desk = By{Actor: "desk", Origin: stock.Origin{Address: "192.0.2.7"}}
