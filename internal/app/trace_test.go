package app

import (
	"bytes"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"clew/internal/auth"
	"clew/internal/stock"
)

func bakery(t *testing.T) *shop {
	s := newShop(t)
	for _, sku := range []string{"FLOUR", "YEAST", "DOUGH", "BREAD"} {
		s.product(sku, "lot")
	}
	s.product("SALT", "none")
	s.receive("FLOUR F1 100", func(it *stock.ItemDraft) { it.SupplierLot = "M-77" })
	s.receive("FLOUR F2 100")
	s.receive("YEAST Y1 10")
	s.receive("SALT 50")
	s.transform(stock.KindMake, "FLOUR F1 40 + YEAST Y1 2 + SALT 1 > DOUGH D1 43")
	s.transform(stock.KindMake, "FLOUR F2 40 + YEAST Y1 2 + SALT 1 > DOUGH D2 43")
	s.transform(stock.KindMake, "DOUGH D1 43 > BREAD B1 80", "DOUGH D2 20 > BREAD B2 40")
	s.ship("SHOP", "BREAD B1 30")
	s.ship("CAFE", "BREAD B1 10")
	s.ship("CAFE", "BREAD B2 40")
	return s
}

func TestTrace_Bakery(t *testing.T) {
	s := bakery(t)
	got := s.trace("F1")
	s.want("down", path(got.Downstream), "DOUGH D1 43 | BREAD B1 80")
	s.want("shipped", customers(got.Totals.Shipped), "CAFE BREAD 10, SHOP BREAD 30")
	s.want("stock", places(got.Totals.Stock), "FLOUR MAIN/HALL 60, BREAD MAIN/HALL 40")
	s.want("now", places(got.Now), "FLOUR MAIN/HALL 60")
	s.want("alias", fmt.Sprint(got.Subject.SupplierLots), "[{MILL M-77}]")
	s.want("suppliers", fmt.Sprint(got.Suppliers[0].Partner, got.Suppliers[0].Quantity, got.Suppliers[0].SupplierLots), "MILL100 [M-77]")
	if len(got.History) != 2 || got.History[0].Kind != stock.KindReceive || got.History[1].Role != "input" {
		t.Errorf("history: %+v", got.History)
	}

	yeast := s.trace("Y1")
	s.want("yeast down", path(yeast.Downstream), "DOUGH D1 43, DOUGH D2 43 | BREAD B1 80, BREAD B2 40")
	bread := s.trace("B2")
	s.want("up", path(bread.Upstream), "DOUGH D2 20 | FLOUR F2 40, SALT 1, YEAST Y1 2")
	s.want("link", fmt.Sprint(len(bread.Upstream[0].Links), bread.Upstream[0].Links[0].Group), "1 2")
	if got := s.trace("M-77"); got.Subject.Kind != "alias" || got.Subject.Code != "F1" {
		t.Errorf("alias: %+v", got.Subject)
	}
	if d := s.traceAll(TraceQuery{Code: "Y1", Levels: 1}).Results[0]; doubts(d.Uncertain) != "cut_short" || len(d.Downstream) != 1 {
		t.Errorf("levels: %v", doubts(d.Uncertain))
	}
	_, err := s.Trace(t.Context(), TraceQuery{Code: "NOPE"})
	if e, _ := stock.AsError(err); e == nil || e.Code != stock.CodeUnknownCode {
		t.Error(err)
	}
}

func TestTrace_EntryAndReference(t *testing.T) {
	s := bakery(t)
	it := goods("BREAD B1 5", "", "")
	id := s.ok(&stock.MovementDraft{Kind: stock.KindShip, Site: "MAIN", Partner: "SHOP", Items: []stock.ItemDraft{it},
		References: []stock.Reference{{Kind: "order", Code: "PO-9"}}, Override: "x"})
	for _, code := range []string{fmt.Sprintf("#%d", id), fmt.Sprintf("entry:%d", id), "PO-9"} {
		got := s.trace(code)
		s.want(code, path(got.Upstream), "DOUGH D1 43 | FLOUR F1 40, SALT 1, YEAST Y1 2")
		if len(got.History) != 1 || got.History[0].Entry != id {
			t.Errorf("%s: history %+v", code, got.History)
		}
	}
	// A transformation: up from what went in, down from what came out.
	made := s.trace("B1").Upstream[0].Links[0].Entry
	got := s.trace(fmt.Sprintf("#%d", made))
	s.want("make up", path(got.Upstream), "FLOUR F1 40, FLOUR F2 40, SALT 2, YEAST Y1 4")
	s.want("make down", path(got.Downstream), "")
}

func TestTrace_Chosen(t *testing.T) {
	s := newShop(t)
	s.product("FLOUR", "lot")
	s.product("BREAD", "lot")
	s.receive("FLOUR F1 10")
	s.ok(&stock.MovementDraft{Kind: stock.KindMake, Site: "MAIN", Groups: []stock.Group{{
		Inputs: []stock.ItemDraft{{Product: "FLOUR", Quantity: qty("4")}}, Outputs: []stock.ItemDraft{goods("BREAD B1 4", "", "HALL")}}}})
	s.ok(&stock.MovementDraft{Kind: stock.KindShip, Site: "MAIN", Partner: "SHOP", Items: []stock.ItemDraft{{Product: "BREAD", Quantity: qty("1")}}})
	s.want("up", doubts(s.trace("B1").Uncertain), "chosen BREAD B1, chosen FLOUR F1")
	s.want("down", doubts(s.trace("F1").Uncertain), "chosen FLOUR F1")
}

func ebike(t *testing.T) *shop {
	s := newShop(t)
	for _, sku := range []string{"FRAME", "MOTOR", "BIKE"} {
		s.product(sku, "serial")
	}
	s.product("BOLT", "lot")
	s.receive("BOLT L9 1000")
	s.receive("FRAME F1..F6 units")
	s.receive("MOTOR M1..M6 units", func(it *stock.ItemDraft) { it.Lot = "MOT-A" })
	var groups []string
	for i := 1; i <= 6; i++ {
		groups = append(groups, fmt.Sprintf("FRAME F%d units + MOTOR M%d units + BOLT L9 8 > BIKE B%d units", i, i, i))
	}
	s.transform(stock.KindMake, groups...)
	s.ship("SHOP", "BIKE B1,B2 units")
	return s
}

func TestTrace_UnitByUnit(t *testing.T) {
	s := ebike(t)
	s.want("one motor", path(s.trace("M2").Downstream), "BIKE B2 1")
	s.want("one bike", path(s.trace("B3").Upstream), "BOLT L9 8, FRAME F3 1, MOTOR MOT-A M3 1")
	bolts := s.trace("L9")
	s.want("bolts", path(bolts.Downstream), "BIKE B1 … B6 6")
	if links := bolts.Downstream[0].Links; len(links) != 1 || links[0].Groups != 6 || links[0].Inputs[0].Quantity != *qty("48") {
		t.Errorf("links: %+v", links)
	}
	lot := s.trace("MOT-A")
	s.want("lot of units", path(lot.Downstream), "BIKE B1 … B6 6")
	s.want("customers", customers(lot.Totals.Shipped), "SHOP BIKE 2")
	s.want("stock", places(lot.Totals.Stock), "BIKE MAIN/HALL 4")
	s.want("now", places(lot.Now), "MOTOR MAIN:production 6")
	s.want("suppliers", fmt.Sprint(s.trace("B1").Suppliers[0].Partner, s.trace("B1").Suppliers[0].Lot), "MILLL9")
	page, err := s.TraceUnits(t.Context(), TraceQuery{Code: "L9"}, 0, 4)
	if err != nil || len(page.Items) != 4 || page.Total != 6 || page.Items[0].Place != "partner:SHOP" {
		t.Fatalf("%+v %v", page, err)
	}
	page, err = s.TraceUnits(t.Context(), TraceQuery{Code: "L9"}, page.After, 4)
	if err != nil || len(page.Items) != 2 || page.After != 0 {
		t.Fatalf("%+v %v", page, err)
	}
}

func TestTrace_DisassembleAndReuse(t *testing.T) {
	s := ebike(t)
	s.transform(stock.KindDisassemble, "BIKE B3 units > MOTOR M3 units + FRAME F3 units")
	s.transform(stock.KindMake, "FRAME F3 units + MOTOR M3 units > BIKE B9 units")
	s.want("down", path(s.trace("M3").Downstream), "BIKE B3 … B9 2 | FRAME F3 1 | ")
	// The motor was in both bikes; the frame of B9 had been in B3.
	s.want("up", path(s.trace("B9").Upstream), "FRAME F3 1, MOTOR MOT-A M3 1 | BIKE B3 1 | BOLT L9 8")
}

func TestTrace_RelabelAndRework(t *testing.T) {
	s := newShop(t)
	s.product("PILL", "serial")
	s.receive("PILL P1,P2 units", func(it *stock.ItemDraft) { it.Lot = "OLD" })
	relabel := stock.Group{Inputs: []stock.ItemDraft{goods("PILL P1 units", "", "")}, Outputs: []stock.ItemDraft{goods("PILL P1 units", "", "HALL")}}
	relabel.Outputs[0].Lot = "NEW"
	s.ok(&stock.MovementDraft{Kind: stock.KindRelabel, Site: "MAIN", Groups: []stock.Group{relabel}})
	got := s.trace("P1")
	s.want("lot", got.Subject.Lot, "NEW")
	s.want("same unit on both sides", path(got.Downstream), "")
	if len(got.Downstream) != 1 || len(got.Downstream[0].Links) != 1 {
		t.Errorf("the link is told: %+v", got.Downstream)
	}
	s.want("old lot", fmt.Sprint(s.trace("OLD").Subject.Units), "2")
	s.want("new lot", fmt.Sprint(s.trace("NEW").Subject.Units), "1")

	s.product("MASS", "lot")
	s.receive("MASS X1 10")
	s.transform(stock.KindMake, "MASS X1 10 > MASS X2 10")
	s.transform(stock.KindMake, "MASS X2 10 > MASS X3 10")
	s.transform(stock.KindMake, "MASS X3 5 > MASS X2 5")
	s.want("cycle down", path(s.trace("X2").Downstream), "MASS X3 10 | ")
	s.want("cycle up", path(s.trace("X3").Upstream), "MASS X2 10 | MASS X1 10")
	s.want("from outside", path(s.trace("X1").Downstream), "MASS X2 10 | MASS X3 10 | ")
}

func TestTrace_SplitAndMerge(t *testing.T) {
	s := newShop(t)
	s.product("MILK", "lot")
	s.receive("MILK A 10")
	s.receive("MILK B 10")
	s.transform(stock.KindSplit, "MILK A 10 > MILK A1 4 + MILK A2 6")
	s.transform(stock.KindMerge, "MILK A1 4 + MILK B 10 > MILK C 14")
	s.want("A", path(s.trace("A").Downstream), "MILK A1 4, MILK A2 6 | MILK C 14")
	s.want("C", path(s.trace("C").Upstream), "MILK A1 4, MILK B 10 | MILK A 10")
}

func TestTrace_Reversal(t *testing.T) {
	s := bakery(t)
	wrong := s.transform(stock.KindMake, "FLOUR F1 5 > DOUGH D9 5")
	s.want("before", path(s.trace("F1").Downstream), "DOUGH D1 43, DOUGH D9 5 | BREAD B1 80")
	s.ok(&stock.MovementDraft{Kind: stock.KindReversal, Reverses: wrong, Reason: "mistaken"})
	got := s.trace("F1")
	s.want("after", path(got.Downstream), "DOUGH D1 43 | BREAD B1 80")
	s.want("up", path(s.trace("D9").Upstream), "")
	marked := 0
	for _, e := range got.History {
		if e.Reversed > 0 || e.Kind == stock.KindReversal {
			marked++
		}
	}
	if marked != 2 {
		t.Errorf("history shows both: %+v", got.History)
	}

	b := ebike(t)
	made := b.trace("B5").Upstream[0].Links[0].Entry
	var items []stock.ItemDraft
	entry, err := b.Entry(t.Context(), made)
	if err != nil {
		t.Fatal(err)
	}
	for _, it := range entry.Items {
		if it.Group == 5 {
			items = append(items, stock.ItemDraft{Item: it.Item})
		}
	}
	slices.Reverse(items)
	b.ok(&stock.MovementDraft{Kind: stock.KindReversal, Reverses: made, Reason: "not built", Items: items})
	b.want("group reversed", path(b.trace("M5").Downstream), "")
	b.want("others stand", path(b.trace("MOT-A").Downstream), "BIKE B1 … B6 5")
}

func TestTrace_Mixed(t *testing.T) {
	s := newShop(t)
	s.product("MILK", "lot")
	s.product("CHEESE", "lot")
	s.ok(&stock.LocationDraft{Site: "MAIN", Code: "TANK", Mixed: ref(true)})
	put := func(lot, n string) { s.receive("MILK "+lot+" "+n, func(it *stock.ItemDraft) { it.To = "TANK" }) }
	cheese := func(milk, n, lot string) {
		s.ok(&stock.MovementDraft{Kind: stock.KindMake, Site: "MAIN", Override: "x", Groups: []stock.Group{{
			Inputs: []stock.ItemDraft{goods("MILK "+milk+" "+n, "TANK", "")}, Outputs: []stock.ItemDraft{goods("CHEESE "+lot+" "+n, "", "HALL")}}}})
	}
	put("A", "10")
	cheese("A", "2", "C1")
	put("B", "10")
	cheese("A", "8", "C2")
	cheese("B", "10", "C3")
	s.ok(&stock.CleaningDraft{Site: "MAIN", Location: "TANK"})
	put("D", "10")
	cheese("D", "10", "C4")
	s.want("A", path(s.trace("A").Downstream), "CHEESE C1 2, CHEESE C2 8, CHEESE C3 10")
	s.want("B", path(s.trace("B").Downstream), "CHEESE C2 8, CHEESE C3 10")
	s.want("D", path(s.trace("D").Downstream), "CHEESE C4 10")
	s.want("C1", path(s.trace("C1").Upstream), "MILK A 2")
	c3 := s.trace("C3")
	s.want("C3", path(c3.Upstream), "MILK A 10, MILK B 10")
	s.want("C4", path(s.trace("C4").Upstream), "MILK D 10")
	s.want("doubt", doubts(c3.Uncertain), "mixed MAIN/TANK")
	s.want("doubt downstream", doubts(s.trace("B").Uncertain), "mixed MAIN/TANK")
	mixed := 0
	for _, l := range c3.Upstream[0].Links {
		if l.Mixed {
			mixed++
			s.want("place", l.Place, "MAIN/TANK")
		}
	}
	if mixed != 1 {
		t.Errorf("links: %+v", c3.Upstream[0].Links)
	}
	// Moved on from the tank, then used: the lot may be any other that was in it.
	put("E", "10")
	put("F", "10")
	s.ok(&stock.MovementDraft{Kind: stock.KindMove, Site: "MAIN", Items: []stock.ItemDraft{goods("MILK F 10", "TANK", "HALL")}})
	s.transform(stock.KindMake, "MILK F 10 > CHEESE C5 10")
	s.want("moved down", path(s.trace("E").Downstream), "MILK F 10 | CHEESE C5 10")
	s.want("moved up", path(s.trace("C5").Upstream), "MILK F 10 | MILK D 10, MILK E 10")
}

func TestTrace_AmbiguousAndStatus(t *testing.T) {
	s := newShop(t)
	s.product("A", "lot")
	s.product("B", "lot")
	s.product("U", "serial")
	s.receive("A X1 10", func(it *stock.ItemDraft) { it.Expiry = stock.DateOf(s.now, time.UTC).AddDays(3) })
	s.receive("B X1 10")
	s.receive("U X1 units")
	s.ok(&stock.PartnerDraft{Code: "X1"})
	got := s.traceAll(TraceQuery{Code: "X1"})
	if len(got.Meanings) != 4 || len(got.Results) != 3 {
		t.Fatalf("%+v", got.Meanings)
	}
	if one := s.traceAll(TraceQuery{Code: "X1", Product: "U"}); len(one.Results) != 1 || one.Results[0].Subject.Kind != "unit" {
		t.Errorf("%+v", one.Meanings)
	}
	if _, err := s.History(t.Context(), TraceQuery{Code: "X1"}, 0, 10); err == nil {
		t.Error("an ambiguous code has no one history")
	}
	hold := s.ok(&stock.HoldDraft{Product: "U", Units: []string{"X1"}, Reason: "scratched"})
	s.ok(&stock.HoldDraft{Product: "A", Lot: "X1", Reason: "smells"})
	s.now += 5 * 24 * 3600_000
	a := s.traceAll(TraceQuery{Code: "X1", Product: "A"}).Results[0]
	if !a.Status.OnHold || !a.Status.Past || a.Status.Holds[0].Reason != "smells" || len(a.History) != 2 {
		t.Errorf("%+v %+v", a.Status, a.History)
	}
	page, err := s.History(t.Context(), TraceQuery{Code: "X1", Product: "U"}, 0, 1)
	if err != nil || len(page.Items) != 1 || page.After == 0 {
		t.Fatalf("%+v %v", page, err)
	}
	page, err = s.History(t.Context(), TraceQuery{Code: "X1", Product: "U"}, page.After, 10)
	if err != nil || len(page.Items) != 1 || page.Items[0].Entry != hold || page.Items[0].Reason != "scratched" {
		t.Fatalf("%+v %v", page, err)
	}
}

func TestTrace_ExceptionAndUnknown(t *testing.T) {
	s := newShop(t)
	s.product("FLOUR", "lot")
	s.product("BREAD", "lot")
	s.ok(&stock.MovementDraft{Kind: stock.KindOpening, Site: "MAIN", Items: []stock.ItemDraft{goods("FLOUR F1 10", "", "HALL")}})
	s.transform(stock.KindMake, "FLOUR F1 5 > BREAD B1 5")
	out, err := s.Store.Post(t.Context(), &stock.Draft{By: auth.AtMachine, Actor: "tester", Keep: true, Body: &stock.MovementDraft{Kind: stock.KindShip, Site: "MAIN", Partner: "SHOP",
		Items: []stock.ItemDraft{goods("FLOUR F1 99", "", "")}}})
	if err != nil || !out[0].Kept {
		t.Fatal(out[0], err)
	}
	s.want("lot", doubts(s.trace("F1").Uncertain), "exception FLOUR F1, history_unknown FLOUR F1")
	s.want("what is made of it", doubts(s.trace("B1").Uncertain), "exception FLOUR F1, history_unknown FLOUR F1")
}

// A lot of unknown history says since when it is known, by the business date of the site and not by the day in UTC.
func TestTrace_UnknownBefore(t *testing.T) {
	s := newShop(t)
	zone := "Pacific/Kiritimati"
	s.product("FLOUR", "lot")
	s.ok(&stock.SiteDraft{Code: "FAR", TimeZone: &zone}) // 14 hours ahead of UTC
	s.ok(&stock.LocationDraft{Site: "FAR", Code: "HALL"})
	noon := s.now - s.now%(24*3600_000) - 12*3600_000
	s.ok(&stock.MovementDraft{Kind: stock.KindOpening, Site: "FAR", OccurredAt: noon, Reason: "counted yesterday", Items: []stock.ItemDraft{goods("FLOUR F1 10", "", "HALL")}})
	day := stock.DateOf(noon, time.UTC).AddDays(1)
	lots, err := s.Lots(t.Context(), LotQuery{Limit: 10})
	if err != nil || len(lots) != 1 || lots[0].UnknownBefore != day {
		t.Errorf("%+v %v", lots, err)
	}
	f1 := s.trace("F1")
	if f1.Status.UnknownBefore != day || len(f1.Uncertain) != 1 || f1.Uncertain[0].Detail != "origin unknown before "+day.String() {
		t.Errorf("%+v %+v", f1.Status, f1.Uncertain)
	}
}

func TestTrace_Text(t *testing.T) {
	s := ebike(t)
	var b bytes.Buffer
	if err := WriteText(&b, s.traceAll(TraceQuery{Code: "L9"}), true); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"lot L9 of BOLT", "BIKE B1 … B6", "with customers", "SHOP", "history", "#"} {
		if !strings.Contains(b.String(), want) {
			t.Errorf("%q is not in\n%s", want, b.String())
		}
	}
	t.Log("\n" + b.String())
}
