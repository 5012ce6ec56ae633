package store

import (
	"testing"

	"clew/internal/stock"
)

// TestLookUp: what is loaded beside the writer is what the writer would decide on, and names are found whatever they are of.
func TestLookUp(t *testing.T) {
	onEngines(t, func(t *testing.T, db *testbed) {
		s := mustOpen(t, db)
		busy(t, s)
		look := NewLook()
		look.SKU("4006381333931")
		look.Barcode("96385074")
		look.Lot("FLOUR", "F2")
		look.SKU("FLOUR")
		look.Needs.Units("BIKE", []string{"SN0007", "SN0001"})
		look.SKU("BIKE")
		got, err := s.LookUp(t.Context(), look)
		if err != nil {
			t.Fatal(err)
		}
		if got.ByGTIN["04006381333931"] == nil || len(got.Barcodes["00000096385074"]) != 1 || got.ProductIDs[got.Barcodes["00000096385074"][0].Product].SKU != "SALT" {
			t.Errorf("products: %v, barcodes %v", got.ByGTIN, got.Barcodes)
		}
		flour, bike := got.Products["FLOUR"], got.Products["BIKE"]
		lots := got.LotsCalled(flour, "F2", 0)
		if len(lots) != 1 || len(got.LotHolds[lots[0].ID]) != 1 || len(got.Where(&stock.Goods{Product: flour, LotCode: "F2", Lot: lots[0]})) != 1 {
			t.Errorf("lots: %+v", lots)
		}
		if lots = got.LotsCalled(flour, "A1", 0); len(lots) != 0 {
			t.Errorf("a lot that was not asked for: %+v", lots)
		}
		held := got.UnitsCalled(bike, "SN0007")
		if len(held) != 1 || held[0].Holds != 1 {
			t.Errorf("units: %+v", held)
		}
		set := func(texts ...string) map[string]struct{} {
			out := map[string]struct{}{}
			for _, text := range texts {
				out[text] = struct{}{}
			}
			return out
		}
		named, err := s.NamedBy(t.Context(), set("F1", "A1", "SN0007", "MILL", "MAIN", "DOCK", "MAIN/DOCK", "PO-2", "nothing"), nil)
		if err != nil {
			t.Fatal(err)
		}
		for text, want := range map[string][]NamedKind{"F1": {NamedLot}, "A1": {NamedLot}, "SN0007": {NamedUnit}, "MILL": {NamedPartner}, "MAIN": {NamedSite},
			"DOCK": {NamedPlace, NamedPlace}, "MAIN/DOCK": {NamedPlace}, "PO-2": {NamedPaper}, "nothing": {}} {
			list := named[text]
			if len(list) != len(want) {
				t.Errorf("%s names %+v", text, list)
				continue
			}
			for i, n := range list {
				if n.Kind != want[i] {
					t.Errorf("%s names %+v", text, list)
				}
			}
		}
	})
}
