package store

import (
	"testing"
	"time"

	"clew/internal/stock"
)

// closed is a ledger whose books were closed, and into which three entries came late: one by the movement's reason, one by that of a
// line, and one into the books of a single site.
func closed(t testing.TB, s *Store) (closings []int64) {
	t.Helper()
	world(t, s)
	past := s.Now() - stock.Time(60*24*time.Hour/time.Millisecond)
	salt := func(site string, days int, override, line string) *stock.MovementDraft {
		return &stock.MovementDraft{Kind: stock.KindOpening, Site: site, OccurredAt: past + stock.Time(days)*24*3600_000, Override: override,
			Items: []stock.ItemDraft{{Product: "SALT", Quantity: p(stock.Units(3)), To: "DOCK", Override: line}}}
	}
	day := stock.DateOf(past, time.UTC)
	closings = ok(t, s, salt("MAIN", 0, "", ""), &stock.ClosingDraft{Until: day + 10}, salt("MAIN", 2, "the note lay in the van", ""), salt("MAIN", 20, "", ""))
	closings = append(closings, ok(t, s, &stock.ClosingDraft{Until: day + 30, Site: "EAST"}, salt("EAST", 20, "", "the gate was shut"), salt("MAIN", 20, "", ""))...)
	// A movement of a later batch, of other sites' books.
	sent := ok(t, s, &stock.MovementDraft{Kind: stock.KindDispatch, Site: "MAIN", ToSite: "EAST", OccurredAt: past + 25*24*3600_000, Items: []stock.ItemDraft{{Product: "SALT", Quantity: p(stock.Units(1)), From: "DOCK"}}})
	out, err := s.Post(t.Context(), drafts(&stock.MovementDraft{Kind: stock.KindArrive, Site: "EAST", Dispatch: sent[0], OccurredAt: past + 26*24*3600_000, Items: []stock.ItemDraft{{Product: "SALT", Quantity: p(stock.Units(1)), To: "DOCK"}}})...)
	if err != nil {
		t.Fatal(err)
	}
	refused(t, out[0], stock.CodeBooksClosed)
	return closings
}

func TestClosing(t *testing.T) {
	onEngines(t, func(t *testing.T, db *testbed) {
		s := mustOpen(t, db)
		made := closed(t, s)
		isWhole(t, s)
		s.Close()
		s = mustOpen(t, db)
		main, _ := s.Site(t.Context(), "MAIN")
		counts, err := s.CountLate(t.Context(), []int64{made[1], made[4]})
		if err != nil || counts[made[1]] != 1 || counts[made[4]] != 1 {
			t.Errorf("%v, %v of %v", counts, err, made)
		}
		late, err := s.Entries(t.Context(), EntryFilter{Closing: made[1], Limit: 10})
		if err != nil || len(late) != 1 || late[0].ID != made[2] || late[0].Late[0].Closing != made[1] || late[0].Override == "" {
			t.Errorf("%+v, %v", late, err)
		}
		day := late[0].Late[0].Day
		for until, want := range map[stock.Date]int64{day - 1: 0, day: 1, day + 100: 1} {
			if n, err := s.LateUntil(t.Context(), main.ID, until, 0); n != want || err != nil {
				t.Errorf("until %s: %d, %v", until, n, err)
			}
		}
		if n, err := s.LateUntil(t.Context(), main.ID, day, made[2]-1); n != 0 || err != nil {
			t.Errorf("%d, %v", n, err)
		}
		known, err := s.Closings(t.Context(), made[4]-1)
		if err != nil || len(known) != 1 || known[0].ID != made[1] {
			t.Errorf("%v, %v", known, err)
		}
	})
}

// TestClosing_Faults: whoever changes past the ledger what was closed, or when something happened, is found.
func TestClosing_Faults(t *testing.T) {
	notRaced(t)
	onEngines(t, func(t *testing.T, db *testbed) {
		s := mustOpen(t, db)
		closed(t, s)
		s.Close()
		for _, f := range []struct{ name, statement, check string }{
			{"closed up to another day", `UPDATE closing SET until = until - 9 WHERE site = 0`, "leaf"},
			{"closed at another site", `UPDATE closing SET site = 0 WHERE site > 0`, "leaf"},
			{"closing gone", `DELETE FROM closing WHERE site = 0`, "closing"},
			{"closing added", `INSERT INTO closing VALUES (3, 0, 9999)`, "closing"},
			{"closing of a day to come", `INSERT INTO closing VALUES (9999, 0, 9999)`, "stray"},
			{"closings hidden from the writer", `UPDATE ledger_head SET closing = 0`, "stray"},
			{"late entry not marked", `DELETE FROM late_entry WHERE site = (SELECT id FROM site WHERE code = 'MAIN')`, "closing"},
			{"marked for another day", `UPDATE late_entry SET day = day + 1`, "closing"},
			{"marked for another closing", `UPDATE late_entry SET closing = closing + 1`, "closing"},
			{"marked though in time", `INSERT INTO late_entry SELECT entry + 1, site, closing, day FROM late_entry`, "closing"},
			{"mark of no entry", `INSERT INTO late_entry VALUES (9999, 1, 1, 1)`, "stray"},
			{"reason gone", `DELETE FROM erasable WHERE field = 'override'`, "closing"},
			{"reason of a line gone", `DELETE FROM erasable WHERE field = 'items[0].override'`, "closing"},
			{"moved into closed books", `UPDATE entry SET occurred_at = occurred_at - 2592000000 WHERE id = (SELECT MAX(id) FROM entry)`, "closing"},
			{"site's calendar", `UPDATE site SET time_zone = 'Pacific/Kiritimati'`, "leaf"},
		} {
			t.Run(f.name, func(t *testing.T) {
				broken := db.copy(t)
				broken.tamper(t, f.statement)
				report, err := mustOpen(t, broken).Verify(t.Context(), nil)
				if err != nil {
					t.Fatal(err)
				}
				for _, problem := range report.Problems {
					if problem.Check == f.check {
						return
					}
				}
				t.Errorf("not named as %s, only %v", f.check, report.Problems)
			})
		}
	})
}
