package store

import (
	"testing"

	"clew/internal/auth"
	"clew/internal/stock"
)

// TestException_WaitsForTheNext: when one of two exceptions of a unit is resolved, a queued movement in the same batch
// still waits for the other.
func TestException_WaitsForTheNext(t *testing.T) {
	onEngines(t, func(t *testing.T, db *testbed) {
		s := mustOpen(t, db)
		world(t, s)
		ok(t, s, receive(bikes("B1")))
		queued := func() *stock.Draft {
			return &stock.Draft{By: auth.AtMachine, Actor: "desk", Keep: true, Body: shipBike("B1")}
		}
		ok(t, s, shipBike("B1"))
		kept, err := s.Post(t.Context(), queued(), queued())
		if err != nil || !kept[0].Kept || !kept[1].Kept {
			t.Fatalf("%v %+v", err, kept)
		}
		back := &stock.MovementDraft{Kind: stock.KindReturn, Site: "MAIN", Partner: "SHOP", Items: []stock.ItemDraft{bikes("B1")}}
		ok(t, s, back)
		resolve := &stock.Draft{By: auth.AtMachine, Actor: "desk", Body: &stock.ResolveDraft{Exception: kept[0].Entry, Action: "dismiss", Reason: "scanned twice"}}
		out, err := s.Post(t.Context(), resolve, queued())
		if err != nil || out[0].Err != nil {
			t.Fatal(err, out[0].Err)
		}
		if !out[1].Kept {
			t.Error("the queued movement overtook an exception of its unit")
		}
	})
}
