package store

import (
	"testing"

	"clew/internal/stock"
)

// TestFields: the writer knows of fields defined before, in the same batch, by another store on the same ledger, and not of those
// of a batch that failed.
func TestFields(t *testing.T) {
	onEngines(t, func(t *testing.T, db *testbed) {
		s := mustOpen(t, db)
		world(t, s)
		with := func(item string, text string) *stock.MovementDraft {
			d := receive(flour(item, 1))
			d.Fields = stock.Values{"broker": text}
			return d
		}
		out, err := s.Post(t.Context(), keyed("a", 1, with("F1", "SHOP")), keyed("b", 2, &stock.FieldDraft{Code: "broker", On: p("movement"), Type: p("partner")}),
			keyed("c", 3, with("F2", "SHOP")), keyed("d", 4, with("F3", "NOBODY")))
		if err != nil || out[1].Err != nil || out[2].Err != nil {
			t.Fatal(out, err)
		}
		refused(t, out[0], stock.CodeUnknownField)
		refused(t, out[3], stock.CodeUnknownPartner)
		ok(t, s, with("F3", "MILL"), &stock.FieldDraft{Code: "broker", Active: p(false)})
		out, err = s.Post(t.Context(), keyed("e", 5, with("F4", "MILL")))
		if err != nil {
			t.Fatal(err)
		}
		refused(t, out[0], stock.CodeNotActive)
		f, err := s.Field(t.Context(), "broker")
		if err != nil {
			t.Fatal(err)
		}
		found, err := s.Entries(t.Context(), EntryFilter{Field: f.ID, Value: "MILL", Limit: 10})
		if err != nil || len(found) != 1 || len(found[0].Details) != 1 || found[0].Details[0].Value != "MILL" {
			t.Errorf("found %+v, %v", found, err)
		}
		isWhole(t, s)
		s.Close()
		s = mustOpen(t, db)
		ok(t, s, &stock.FieldDraft{Code: "broker", Active: p(true)}, with("F4", "SHOP"))
		isWhole(t, s)
	})
}
