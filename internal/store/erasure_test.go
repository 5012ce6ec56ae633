package store

import (
	"bytes"
	"os"
	"strings"
	"testing"

	"clew/internal/auth"
	"clew/internal/stock"
)

// personal fills a ledger with people, and erases all of them but the texts of one note.
func personal(t *testing.T, s *Store) (noted int64) {
	t.Helper()
	world(t, s)
	in := receive(flour("F1", 10))
	in.Note = "Zebulon Quast phoned: " + strings.Repeat("a long tale ", 300)
	out, err := s.Post(t.Context(),
		&stock.Draft{By: auth.AtMachine, Actor: "zquast", Origin: stock.Origin{Address: "192.0.2.77"}, Body: &stock.HoldDraft{Site: "MAIN", Location: "SHELF", Reason: "Zebulon Quast saw a leak"}},
		&stock.Draft{By: auth.AtMachine, Actor: "desk", Device: "quast-phone", Body: in},
		&stock.Draft{By: auth.AtMachine, Actor: "desk", Body: &stock.UserDraft{Name: "zquast", FullName: p("Zebulon Quast")}},
		&stock.Draft{By: auth.AtMachine, Actor: "desk", Body: &stock.PartnerDraft{Code: "ACME", Name: p("Quast & Co"), Contacts: &[]stock.Contact{{Name: "Zebulon Quast", Phone: "+49 30 4711"}},
			Addresses: []stock.AddressDraft{{Code: "N", Name: "Quast Alley 1"}}}},
		&stock.Draft{By: auth.AtMachine, Actor: "desk", Body: &stock.PartnerDraft{Code: "ACME", Name: p("Quast and Sons")}},
		&stock.Draft{By: auth.AtMachine, Actor: "desk", Body: &stock.UserDraft{Name: "zquast", Active: p(false)}})
	for _, o := range out {
		if err == nil && o.Err != nil {
			err = o.Err
		}
	}
	if err != nil {
		t.Fatal(err)
	}
	if err := s.AddFeed(t.Context(), By{Actor: "zquast"}, &Feed{Name: "erp", URL: "https://erp.example.com", MadeBy: "zquast", ChangedBy: "zquast"}); err != nil {
		t.Fatal(err)
	}
	return out[1].Entry
}

func eraseAll(t *testing.T, s *Store, noted int64) []int64 {
	t.Helper()
	return ok(t, s,
		&stock.ErasureDraft{User: "zquast", Reason: "asked for"}, &stock.ErasureDraft{Partner: "ACME", Reason: "asked for"}, &stock.ErasureDraft{Device: "quast-phone", Reason: "asked for"},
		&stock.ErasureDraft{Entry: noted, Fields: []string{"note"}, Reason: "asked for"})
}

// TestErasure: what is erased is nowhere any more, and the log holds.
func TestErasure(t *testing.T) {
	onEngines(t, func(t *testing.T, db *testbed) {
		s := mustOpen(t, db)
		noted := personal(t, s)
		before := seal(t, s).Note
		erased := eraseAll(t, s, noted)
		more := ok(t, s, &stock.ErasureDraft{Entry: holdsOf(t, s)[0].Hold.ID, Fields: []string{"reason"}, Reason: "asked for"})
		isWhole(t, s)
		seal(t, s)
		report, err := s.VerifyAgainst(t.Context(), []string{before}, nil)
		if err != nil || !report.Whole() || report.Agreed != 1 {
			t.Fatalf("%+v %v", report, err)
		}
		if holds := holdsOf(t, s); holds[0].Hold.Reason != stock.Erased {
			t.Errorf("%+v", holds[0])
		}
		u, err := s.Users(t.Context(), Page{Limit: 10})
		if err != nil || len(u) != 1 || u[0].Name != stock.ErasedName(u[0].ID) || u[0].FullName != stock.Erased {
			t.Errorf("%+v %v", u, err)
		}
		if _, err := s.User(t.Context(), "zquast"); !hasCode(err, stock.CodeUnknownUser) {
			t.Error(err)
		}
		feeds, err := s.Feeds(t.Context(), Page{Limit: 10})
		if err != nil || len(feeds) != 1 || feeds[0].MadeBy != u[0].Name || feeds[0].ChangedBy != u[0].Name {
			t.Errorf("%+v %v", feeds, err)
		}
		list, err := s.Erasures(t.Context(), 0, 100)
		if err != nil || len(list) != 5 || list[0].ID != erased[0] || list[4].ID != more[0] {
			t.Errorf("%v %v %v", list, err, erased)
		}
		for _, again := range []*stock.ErasureDraft{{User: u[0].Name}, {Partner: "ACME"}, {Entry: noted, Fields: nil}} {
			again.Reason = "once more"
			out, err := s.Post(t.Context(), drafts(again)...)
			if err != nil {
				t.Fatal(err)
			}
			refused(t, out[0], stock.CodeNothingToErase)
		}
		ok(t, s, &stock.UserDraft{Name: "zquast"}, &stock.PartnerDraft{Code: "ACME", Name: p("Another"), Addresses: []stock.AddressDraft{{Code: "N", Name: "2 South Rd"}}})
		isWhole(t, s)
		s.Close()
		isWhole(t, mustOpen(t, db))
	})
}

// TestErasure_Copied: a copy to the other engine carries what was erased and that it was.
func TestErasure_Copied(t *testing.T) {
	for _, way := range [][2]string{{"sqlite", "postgres"}, {"postgres", "sqlite"}} {
		t.Run(way[0]+" to "+way[1], func(t *testing.T) {
			from, to := somewhere(t, way[0]), somewhere(t, way[1])
			s := openAt(t, from)
			eraseAll(t, s, personal(t, s))
			s.Close()
			if _, err := Transfer(t.Context(), from, to, nil); err != nil {
				t.Fatal(err)
			}
			s = openAt(t, to)
			isWhole(t, s)
			if list, err := s.Erasures(t.Context(), 0, 100); err != nil || len(list) != 4 {
				t.Error(list, err)
			}
		})
	}
}

// TestErasure_NothingLeft: SQLite has the texts neither in its file nor in the log beside it.
func TestErasure_NothingLeft(t *testing.T) {
	db := freshSQLite(t)
	s := mustOpen(t, db)
	noted := personal(t, s)
	has := func() (found bool) {
		for _, name := range []string{db.path, db.path + "-wal"} {
			data, err := os.ReadFile(name)
			found = found || err == nil && (bytes.Contains(bytes.ToLower(data), []byte("quast")) || bytes.Contains(data, []byte("a long tale")) || bytes.Contains(data, []byte("192.0.2.77")))
		}
		return found
	}
	if !has() {
		t.Fatal("the texts were not there before")
	}
	eraseAll(t, s, noted)
	ok(t, s, &stock.ErasureDraft{Entry: holdsOf(t, s)[0].Hold.ID, Fields: []string{"reason"}, Reason: "asked for"})
	if has() {
		t.Error("the file still has a text that was erased")
	}
}

// TestErasure_Held: nobody who may write to the tables takes texts away otherwise.
func TestErasure_Held(t *testing.T) {
	onEngines(t, func(t *testing.T, db *testbed) {
		s := mustOpen(t, db)
		noted := personal(t, s)
		eraseAll(t, s, noted)
		s.Close()
		statements := []string{
			`DELETE FROM erasable`,
			`UPDATE erasable SET field = 'x'`,
			`UPDATE erasable SET text = NULL`,
			`UPDATE erasable SET text = 'x' WHERE hash IS NOT NULL`,
			`UPDATE erasure SET text_line = text_line + 1`,
			`DELETE FROM erasure`,
		}
		if db.path != "" { // PostgreSQL's grants let other words be put in the place of a text, which verification names
			statements = append(statements, `UPDATE erasable SET text = 'x' WHERE hash IS NULL`, `UPDATE erasable SET salt = NULL, text = NULL, hash = zeroblob(32) WHERE field = 'reason'`)
		}
		for _, statement := range statements {
			if err := db.attempt(t, statement); err == nil {
				t.Errorf("%s was let through", statement)
			}
		}
	})
}

// TestErasure_Faults: a text that vanished without an erasure is named, and one that an erasure left there.
func TestErasure_Faults(t *testing.T) {
	onEngines(t, func(t *testing.T, db *testbed) {
		s := mustOpen(t, db)
		noted := personal(t, s)
		eraseAll(t, s, noted)
		s.Close()
		for _, f := range []planted{
			{"text vanished", `UPDATE erasable SET salt = NULL, text = NULL, hash = (SELECT n.hash FROM erasable n WHERE n.field = 'note') WHERE field = 'reason' AND entry = (SELECT MIN(entry) FROM erasable WHERE field = 'reason')`, "erasure", ""},
			{"text is still there", `UPDATE erasable SET salt = (SELECT n.salt FROM erasable n WHERE n.field = 'reason' LIMIT 1), text = 'x', hash = NULL WHERE field = 'note'`, "erasure", ""},
			{"erasure hidden", `DELETE FROM erasure WHERE text_entry = (SELECT entry FROM erasable WHERE field = 'note')`, "leaf", ""},
			{"erasure of another text", `UPDATE erasure SET text_line = text_line + 7 WHERE text_entry = (SELECT entry FROM erasable WHERE field = 'note')`, "leaf", ""},
			{"erasure of a later text", `UPDATE erasure SET text_entry = 99999 WHERE line = 0`, "erasure", ""},
			{"erasure of no entry", `INSERT INTO erasure VALUES (99999, 0, 1, 0)`, "stray", "erasure"},
			{"erasure of an entry that erases nothing", `INSERT INTO erasure VALUES (3, 0, 1, 0)`, "stray", ""},
			{"text rewritten", `UPDATE erasable SET text = 'x' WHERE hash IS NULL AND field = 'reason'`, "leaf", ""},
			{"erased user named again", `UPDATE users SET name = 'zquast', folded = 'zquast'`, "erasure", ""},
			{"erased actor named again", `UPDATE actor SET name = 'zquast' WHERE name LIKE '(erased%' AND kind = 5`, "erasure", ""},
			{"erased partner named again", `UPDATE partner SET name = 'Quast' WHERE code = 'ACME'`, "erasure", ""},
			{"erased contacts", `UPDATE partner SET contacts = '[{"name":"Z"}]' WHERE code = 'ACME'`, "erasure", ""},
			{"erased address", `UPDATE place SET name = 'Quast Alley' WHERE code = 'N'`, "erasure", ""},
		} {
			t.Run(f.name, func(t *testing.T) {
				broken := db.copy(t)
				broken.tamper(t, f.statement)
				report, err := mustOpen(t, broken).Verify(t.Context(), nil)
				if err != nil {
					t.Fatal(err)
				}
				for _, problem := range report.Problems {
					if problem.Check == f.check && (f.record == "" || problem.Record == f.record) {
						return
					}
				}
				t.Errorf("it was not named as %s: %v", f.check, report.Problems)
			})
		}
	})
}

func holdsOf(t *testing.T, s *Store) []HoldRow {
	t.Helper()
	holds, err := s.HoldList(t.Context(), HoldFilter{Limit: 10})
	if err != nil || len(holds) == 0 {
		t.Fatal(holds, err)
	}
	return holds
}
