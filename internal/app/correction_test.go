package app

import (
	"fmt"
	"strings"
	"testing"

	"clew/internal/stock"
)

// told is what a ledger tells of the goods that codes name: both ways of the trace, where they are, who has them and who sent them.
func (s *shop) told(codes ...string) string {
	s.Helper()
	var out []string
	for _, code := range codes {
		v := s.trace(code)
		var from []string
		for _, r := range v.Suppliers {
			from = append(from, fmt.Sprint(r.Partner, " ", r.Product, " ", r.Lot, " ", r.Quantity))
		}
		out = append(out, code+": up "+path(v.Upstream)+"; down "+path(v.Downstream)+"; now "+places(v.Now)+"; customers "+customers(v.Totals.Shipped)+
			"; stock "+places(v.Totals.Stock)+"; from "+strings.Join(from, ", ")+"; doubts "+doubts(v.Uncertain))
	}
	return strings.Join(out, "\n")
}

func (s *shop) whole() {
	s.Helper()
	report, err := s.Store.Verify(s.Context(), nil)
	if err != nil || !report.Whole() {
		s.Errorf("%v: %v", err, report.Problems)
	}
}

// items names items of an entry by their place in it, from 0, and how much of them.
func (s *shop) items(entry int64, parts ...string) (out []stock.CorrectedItem) {
	s.Helper()
	e, err := s.Entry(s.Context(), entry)
	if err != nil {
		s.Fatal(err)
	}
	for _, part := range parts {
		at, of, _ := strings.Cut(part, "=")
		it := stock.CorrectedItem{Entry: entry, Item: e.Items[at[0]-'0'].Item}
		if units, given := strings.CutPrefix(of, "#"); given {
			it.Units = strings.Split(units, ",")
		} else if of != "" {
			it.Quantity = qty(of)
		}
		out = append(out, it)
	}
	return out
}

// dairy receives milk of one lot or of two, some of it into a tank, and makes cheese of it, ships it, splits it and merges it.
func dairy(t *testing.T, second string) *shop {
	s := newShop(t)
	s.product("MILK", "lot")
	s.product("CHEESE", "lot")
	s.ok(&stock.LocationDraft{Site: "MAIN", Code: "TANK", Mixed: ref(true)})
	s.receive("MILK A 100")
	s.receive("MILK " + second + " 100")
	s.receive("MILK C 10", func(it *stock.ItemDraft) { it.To = "TANK" })
	s.ok(&stock.MovementDraft{Kind: stock.KindMove, Site: "MAIN", Items: []stock.ItemDraft{goods("MILK "+second+" 20", "HALL", "TANK")}})
	s.ok(&stock.MovementDraft{Kind: stock.KindMake, Site: "MAIN", Override: "x", Groups: []stock.Group{{
		Inputs: []stock.ItemDraft{goods("MILK C 10", "TANK", "")}, Outputs: []stock.ItemDraft{goods("CHEESE K1 10", "", "HALL")}}}})
	s.ok(&stock.MovementDraft{Kind: stock.KindMake, Site: "MAIN", Override: "x", Groups: []stock.Group{{
		Inputs: []stock.ItemDraft{goods("MILK "+second+" 15", "TANK", "")}, Outputs: []stock.ItemDraft{goods("CHEESE K2 15", "", "HALL")}}}})
	s.transform(stock.KindMake, "MILK "+second+" 10 > CHEESE K3 10")
	s.ship("SHOP", "MILK "+second+" 12")
	wrong := s.ship("CAFE", "MILK "+second+" 5")
	s.ok(&stock.MovementDraft{Kind: stock.KindReversal, Reverses: wrong, Reason: "not shipped"})
	s.transform(stock.KindSplit, "MILK "+second+" 8 > MILK S1 3 + MILK S2 5")
	s.transform(stock.KindMerge, "MILK S1 3 + MILK "+second+" 7 > MILK T 10")
	s.ship("SHOP", "CHEESE K2 4")
	return s
}

// TestCorrected_LotTwice: a ledger in which two lots were found to be one tells what it would tell had one been booked.
func TestCorrected_LotTwice(t *testing.T) {
	right := dairy(t, "A")
	wrong := dairy(t, "B")
	before := wrong.told("A", "B", "C", "K1", "K2", "K3", "S1", "T")
	e := wrong.ok(&stock.CorrectionDraft{Product: "MILK", Lot: "B", SameAs: "A", Reason: "one label, read twice"})
	codes := []string{"A", "C", "K1", "K2", "K3", "S1", "S2", "T"}
	wrong.want("one lot", wrong.told(codes...), right.told(codes...))
	wrong.want("its other code", strings.Replace(wrong.told("B"), "B:", "A:", 1), right.told("A"))
	wrong.whole()
	// Stock as at a day in between follows: nothing of B was ever there.
	if page, err := wrong.App.Stock(t.Context(), StockQuery{Product: "MILK", AsAt: AsAt{At: "2026-03-02T08:20:00Z"}, Limit: 100}); err == nil {
		for _, row := range page {
			if row.Lot == "B" {
				t.Errorf("as at that day: %+v", row)
			}
		}
	} else {
		t.Error(err)
	}
	wrong.ok(&stock.CorrectionDraft{Undo: e, Reason: "they are two"})
	wrong.want("two again", wrong.told("A", "C", "K1", "K2", "K3", "S1", "T"), strings.Join(append(strings.Split(before, "\n")[:1], strings.Split(before, "\n")[2:]...), "\n"))
	wrong.whole()
}

// TestCorrected_Mislabelled: half of what was booked was another lot, after it was used and shipped, and put right twice.
func TestCorrected_Mislabelled(t *testing.T) {
	build := func(booked string) (*shop, []int64) {
		s := newShop(t)
		s.product("FLOUR", "lot")
		s.product("BREAD", "lot")
		var e []int64
		if booked == "N" {
			s.receive("FLOUR L 60")
			s.receive("FLOUR N 40")
		} else {
			e = append(e, s.receive("FLOUR L 100"))
		}
		e = append(e, s.transform(stock.KindMake, "FLOUR "+booked+" 10 > BREAD B1 20", "FLOUR L 10 > BREAD B2 20"))
		if booked == "N" {
			s.transform(stock.KindMake, "FLOUR L 6 + FLOUR N 4 > BREAD B3 20")
		} else {
			e = append(e, s.transform(stock.KindMake, "FLOUR L 10 > BREAD B3 20"))
		}
		e = append(e, s.ship("CAFE", "FLOUR "+booked+" 5"))
		s.ship("SHOP", "BREAD B3 7")
		return s, e
	}
	right, _ := build("N")
	wrong, e := build("L")
	part := func(from, to string, isNew bool, items ...stock.CorrectedItem) int64 {
		return wrong.ok(&stock.CorrectionDraft{Product: "FLOUR", Lot: from, Set: stock.LotIdentity{Lot: &to}, New: isNew, Items: items, Reason: "mislabelled"})
	}
	var items []stock.CorrectedItem
	for _, of := range []struct {
		entry int64
		part  string
	}{{e[0], "0=40"}, {e[1], "0"}, {e[2], "0=4"}, {e[3], "0"}} {
		items = append(items, wrong.items(of.entry, of.part)...)
	}
	codes := []string{"L", "N", "B1", "B2", "B3"}
	first := part("L", "N", true, items...)
	wrong.want("apart", wrong.told(codes...), right.told(codes...))
	wrong.whole()
	// It was a third lot after all, and then it was not.
	third := part("N", "X", true, items...)
	wrong.want("a third", strings.ReplaceAll(strings.ReplaceAll(wrong.told("L", "X", "B1", "B2", "B3"), "FLOUR X", "FLOUR N"), "X:", "N:"), right.told(codes...))
	wrong.ok(&stock.CorrectionDraft{Undo: third, Reason: "no"})
	wrong.want("the second again", wrong.told(codes...), right.told(codes...))
	wrong.whole()
	wrong.ok(&stock.CorrectionDraft{Undo: first, Reason: "no"})
	wrong.want("as booked", path(wrong.trace("L").Downstream), "BREAD B1 20, BREAD B2 20, BREAD B3 20")
	wrong.whole()
}

// TestCorrected_Units: units of another lot, and one unit under two serial numbers, built in, shipped and relabelled.
func TestCorrected_Units(t *testing.T) {
	build := func(lot, serial string) *shop {
		s := newShop(t)
		s.product("MOTOR", "serial")
		s.product("BIKE", "serial")
		in := func(lot, serials string) {
			s.receive("MOTOR "+serials+" units", func(it *stock.ItemDraft) { it.Lot = lot })
		}
		in("U1", "M1,M2")
		in(lot, "M3,M4")
		if serial != "M1" {
			in("U1", serial)
		}
		s.transform(stock.KindMake, "MOTOR "+serial+" units > BIKE B1 units", "MOTOR M3 units > BIKE B3 units")
		s.ship("SHOP", "BIKE B1,B3 units")
		s.ship("CAFE", "MOTOR M4 units")
		return s
	}
	right, wrong := build("U2", "M1"), build("U1", "M9")
	s := wrong
	page, err := s.Entries(t.Context(), EntryQuery{Kinds: []stock.Kind{stock.KindReceive}, Limit: 10})
	if err != nil {
		t.Fatal(err)
	}
	s.ok(&stock.CorrectionDraft{Product: "MOTOR", Lot: "U1", Set: stock.LotIdentity{Lot: ref("U2")}, New: true, Items: s.items(page[1].Entry, "0"), Reason: "two crates"})
	s.whole()
	twice := s.ok(&stock.CorrectionDraft{Product: "MOTOR", Unit: "M9", SameAs: "M1", Reason: "plate read twice"})
	s.whole()
	codes := []string{"U1", "U2", "M1", "M2", "M3", "M4", "B1", "B3"}
	s.want("units", s.told(codes...), right.told(codes...))
	s.want("its other number", strings.Replace(s.told("M9"), "M9:", "M1:", 1), right.told("M1"))
	s.ok(&stock.CorrectionDraft{Undo: twice, Reason: "no"})
	s.whole()
	s.want("two again", path(s.trace("M9").Downstream), "BIKE B1 1")
	s.want("two again", path(s.trace("M1").Downstream), "")
}

// TestCorrected_Exported: a ledger in which two lots, and two units, were found to be one is the same when its export is read into an
// empty one, also when some goods of a lot were found to be of another since.
func TestCorrected_Exported(t *testing.T) {
	s := newShop(t)
	s.product("MILK", "lot")
	s.product("BIKE", "serial")
	s.receive("MILK A 10")
	s.receive("MILK B 10")
	s.receive("BIKE B1 units")
	s.receive("BIKE B2 units")
	s.ship("SHOP", "MILK B 4")
	s.ship("CAFE", "BIKE B2 units")
	s.ok(&stock.HoldDraft{Product: "MILK", Lot: "B", Reason: "damp"})
	s.ok(&stock.CorrectionDraft{Product: "MILK", Lot: "B", Set: stock.LotIdentity{Lot: ref("C")}, Reason: "misread"})
	s.ok(&stock.CorrectionDraft{Product: "MILK", Lot: "C", SameAs: "A", Reason: "one label"})
	s.ok(&stock.CorrectionDraft{Product: "BIKE", Unit: "B2", SameAs: "B1", Reason: "one frame"})
	other := &shop{T: t, App: carry(t, s.App)}
	other.want("read again", other.told("A", "B1"), s.told("A", "B1"))
	other.whole()
	in := s.receive("MILK D 10")
	s.ok(&stock.CorrectionDraft{Product: "MILK", Lot: "D", Set: stock.LotIdentity{Lot: ref("E")}, New: true, Items: []stock.CorrectedItem{{Entry: in, Quantity: qty("4")}}, Reason: "half"})
	got := importFile(t.Context(), other.App, Import{Kind: "movements"}, exportFile(t, s.App, Export{Kind: "movements"}))
	if got.err != nil || got.Refused > 0 || got.Recorded != 2 {
		t.Errorf("%v %+v, refused: %+v", got.err, got.ImportReport, got.refused)
	}
	other.want("more of it read again", other.told("A", "B1", "D", "E"), s.told("A", "B1", "D", "E"))
	other.whole()
}
