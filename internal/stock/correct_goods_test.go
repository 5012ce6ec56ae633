package stock

import (
	"fmt"
	"strings"
	"testing"
)

// same is a correction that says that a lot, or a unit, is another.
func same(sku, wrong, right string) *CorrectionDraft {
	return &CorrectionDraft{Product: sku, Lot: wrong, SameAs: right, Reason: "one label, read twice"}
}

func twin(sku, wrong, right string) *CorrectionDraft {
	return &CorrectionDraft{Product: sku, Unit: wrong, SameAs: right, Reason: "booked twice"}
}

func undo(e *Entry) *CorrectionDraft {
	return &CorrectionDraft{Undo: e.ID, Reason: "it was right after all"}
}

// apart is a correction that goods of a lot, "ITEM" or "ITEM=QUANTITY" or "ITEM=SERIAL+SERIAL", were of another.
func apart(l *ledger, sku, wrong, right string, items ...string) *CorrectionDraft {
	d := &CorrectionDraft{Product: sku, Lot: wrong, Set: LotIdentity{Lot: &right}, New: l.s.LotCodes[LotKey{l.s.Products[sku].ID, right}] == nil, Reason: "mislabelled"}
	for _, text := range items {
		var it CorrectedItem
		id, of, part := strings.Cut(text, "=")
		fmt.Sscan(id, &it.Item)
		if part && l.s.Products[sku].Tracking == TrackSerial {
			it.Units = strings.Split(of, "+")
		} else if part {
			it.Quantity = ptr(qty(of))
		}
		d.Items = append(d.Items, it)
	}
	return d
}

func item(e *Entry, i int) string { return fmt.Sprint(e.Items[i].ID) }

// live are the balances that are not nothing, by the codes of products and lots and the names of places.
func (l *ledger) live() map[string]Balance {
	out := map[string]Balance{}
	for slot, b := range l.s.Balances {
		if (b != Balance{}) {
			out[l.s.ProductIDs[slot.Product].SKU+"/"+l.s.lotName(slot.Lot)+"@"+l.s.PlaceName(slot.Place)] = b
		}
	}
	return out
}

// TestCorrection_OneAgain: two lots that were told apart again are one by undoing that only as long as nothing more was booked.
func TestCorrection_OneAgain(t *testing.T) {
	l := open(t)
	l.ok("receive; BOLT/L1 10 >A")
	l.ok("receive; BOLT/L7 10 >A")
	two := l.ok(undo(l.ok(same("BOLT", "L7", "L1"))))
	one := l.ok(undo(two))
	two = l.ok(undo(one))
	l.ok("move; BOLT/L7 4 <A >B override=x")
	l.no(undo(two), CodeMovedSince, "undo")
	l.ok(same("BOLT", "L7", "L1"))
	for name := range l.live() {
		if strings.HasPrefix(name, "BOLT/") && !strings.HasPrefix(name, "BOLT/lot L1@") {
			t.Errorf("left: %s", name)
		}
	}
}

// TestCorrection_LotTwice: what was booked as two lots is one, also what was shipped, split, used up and reversed; and back.
func TestCorrection_LotTwice(t *testing.T) {
	l := open(t)
	l.ok("receive; BOLT/L1 10 >A")
	in := l.ok("receive; BOLT/L7 10 >A second=25 sup=X7")
	l.ok("move; BOLT/L7 6 <A >B")
	out := l.ok("ship; BOLT/L7 3 override=x")
	l.ok(back(out, "1 ITEM0"))
	l.ok("split; BOLT/L7 2 => BOLT/S1 1 >A, BOLT/S2 1 >A override=x")
	made := l.ok("make; BOLT/L7 1 => CAKE/C1 1 >A override=x")
	e := l.ok(same("BOLT", "L7", "L1"))
	one := l.lot("BOLT", "L1")
	for name := range l.live() {
		if strings.HasPrefix(name, "BOLT/") && !strings.HasPrefix(name, "BOLT/lot L1@") && !strings.HasPrefix(name, "BOLT/lot S") {
			t.Errorf("left: %s", name)
		}
	}
	if len(e.Items) != 2*5 {
		t.Errorf("got %s", l.items(e))
	}
	for _, it := range e.Items {
		if it.About == 0 || it.At == 0 || it.Again != (it.Lot == one.ID) {
			t.Errorf("got %+v", it)
		}
	}
	// All codes of the one name the other.
	l.ok("ship; BOLT/L7 1 override=x")
	l.ok("ship; BOLT/X7 1 override=x")
	l.no("receive; BOLT/L7 1 >A", CodeLotDiffers, "items[0].lot")
	l.no(same("BOLT", "L7", "L1"), CodeInvalidValue, "same_as")
	// What was made of it is reversed with the right lot, and what came in goes back to whom it came from.
	l.moved(l.ok(back(made)), "CAKE/C1 1 S1/A>S1:production; BOLT/L1 1 S1:production>S1/B")
	l.no(undo(e), CodeMovedSince, "undo")
	l.ok("make; BOLT/L1 1 => CAKE/C2 1 >A override=x")
	if u := l.s.standing(&in.Items[0]); len(u) != 1 || u[0].Lot != one.ID || *u[0].Second != qty("25") {
		t.Errorf("got %+v", u)
	}
}

// TestCorrection_LotTwiceUndone: taken back, all is as before, and the codes are free to name what they named.
func TestCorrection_LotTwiceUndone(t *testing.T) {
	l := open(t)
	l.ok("receive; BOLT/L1 10 >A; BOLT/L7 10 >A; BOLT/L8 4 >B")
	l.ok("ship; BOLT/L7 3 override=x")
	before := render(l.live())
	first := l.ok(same("BOLT", "L7", "L1"))
	second := l.ok(same("BOLT", "L1", "L8"))
	l.has("BOLT/L8@S1/A=17", "BOLT/L8@S1/B=4", "BOLT/L8@partner:CUS=3")
	l.no(undo(first), CodeMovedSince, "undo")
	l.ok(undo(second))
	l.no(undo(second), CodeMovedSince, "undo")
	l.has("BOLT/L1@S1/A=17", "BOLT/L8@S1/B=4")
	l.ok(undo(first))
	if after := render(l.live()); after != before {
		t.Errorf("taken back, it leaves%s", difference(before, after))
	}
	l.ok("ship; BOLT/L7 1 override=x")
	l.has("BOLT/L7@S1/A=6", "BOLT/L1@S1/A=10")
	l.ok("receive; BOLT/L7 1 >A")
	again := l.ok(same("BOLT", "L7", "L1"))
	if len(again.Aliases) != 0 {
		t.Errorf("kept twice: %+v", again.Aliases)
	}
}

// TestCorrection_Held: what was held stays held, under the other lot too, and when it is taken back.
func TestCorrection_Held(t *testing.T) {
	l := open(t)
	in := l.ok("receive; BOLT/L1 10 >A; BOLT/L7 10 >A")
	l.hold("BOLT/L7", "suspect")
	l.ok(&SettingDraft{Sign: &[]string{"release"}}) // what is carried over is still held, and needs no signature
	e := l.ok(same("BOLT", "L7", "L1"))
	l.no("ship; BOLT/L1 1", CodeLotOnHold, "items[0].lot")
	if len(l.after(e, KindHold)) != 1 || len(l.after(e, KindRelease)) != 1 {
		t.Error("the hold is carried over, once")
	}
	l.ok(undo(e))
	l.no("ship; BOLT/L7 1 override=x", CodeLotOnHold, "items[0].lot")
	l.ok(apart(l, "BOLT", "L7", "N1", item(in, 1)+"=4"))
	l.no("ship; BOLT/N1 1 override=x", CodeLotOnHold, "items[0].lot")
}

// TestCorrection_Mislabelled: half of a delivery was another lot, after a part of it was shipped and used.
func TestCorrection_Mislabelled(t *testing.T) {
	l := open(t)
	in := l.ok("receive; MILK/M1 100 >A exp=2026-03-20")
	l.wait(3600e9)
	out := l.ok("ship; MILK/M1 80 override=x")
	use := l.ok("make; MILK/M1 10 => CAKE/C1 1 >A override=x")
	d := apart(l, "MILK", "M1", "M2", item(in, 0)+"=40")
	l.no(d, CodeDateRequired, "set.expiry")
	d.Set.Expiry = ptr(day("2026-03-10"))
	err := l.no(d, CodeInsufficientStock, "items")
	if want := []string{fmt.Sprintf("%d:%d", out.ID, out.Items[0].ID), fmt.Sprintf("%d:%d", use.ID, use.Items[0].ID)}; render(err.About) != render(want) {
		t.Errorf("in the way: %v, want %v", err.About, want)
	}
	two := apart(l, "MILK", "M1", "M2", item(in, 0)+"=40", item(out, 0)+"=25", item(use, 0)+"=10")
	two.Set.Expiry = d.Set.Expiry
	e := l.ok(two)
	l.has("MILK/M1@S1/A=5", "MILK/M1@partner:CUS=55", "MILK/M2@S1/A=5", "MILK/M2@partner:CUS=25", "MILK/M2@S1:production=10")
	if lot := l.lot("MILK", "M2"); lot.FirstIn != in.OccurredAt || lot.Source == 0 || lot.Dates.Expiry != day("2026-03-10") {
		t.Errorf("got %+v", lot)
	}
	// A part of the part was yet another, and then it was not.
	more := l.ok(apart(l, "MILK", "M2", "M1", item(out, 0)+"=5", item(in, 0)+"=5"))
	l.has("MILK/M1@partner:CUS=60", "MILK/M2@partner:CUS=20", "MILK/M2@S1/A=5", "MILK/M1@S1/A=5")
	l.no(undo(e), CodeMovedSince, "undo")
	l.ok(undo(more))
	// A shipment in two lots is reversed lot by lot, or whole.
	l.no(back(out, "1 ITEM0"), CodeLotRequired, "items[0].lot")
	l.moved(l.ok(back(out)), "MILK/M1 55 partner:CUS>S1/A; MILK/M2 25 partner:CUS>S1/A")
	l.no(undo(e), CodeMovedSince, "undo")
}

func TestCorrection_UnitsOfLot(t *testing.T) {
	l := open(t)
	in := l.ok("receive; PUMP/U1 #P1+P2+P3+P4 >A")
	l.ok("receive; PUMP/U2 #P5 >A")
	l.ok("move; PUMP #P1+P2 >B")
	l.ok("ship; PUMP #P1")
	l.hold("PUMP #P2", "r")
	e := l.ok(apart(l, "PUMP", "U1", "U2", item(in, 0)+"=P1+P2"))
	if len(e.Items) != 6 {
		t.Errorf("got %s", l.items(e))
	}
	l.at("PUMP", "P1", "partner:CUS")
	l.has("PUMP/U2@S1/B=1", "PUMP/U2@partner:CUS=1", "PUMP/U1@S1/A=2", "PUMP/U2@S1/A=1")
	all := l.ok(same("PUMP", "U2", "U1"))
	l.has("PUMP/U1@S1/B=1", "PUMP/U1@S1/A=3")
	l.ok(undo(all))
	l.ok(undo(e))
	l.has("PUMP/U1@S1/B=1", "PUMP/U1@partner:CUS=1", "PUMP/U1@S1/A=2", "PUMP/U2@S1/A=1")
	// The units that were relabelled since are of the lot only as long as they were.
	l.ok("relabel; PUMP #P3 => PUMP/W #P3 >B")
	l.ok("ship; PUMP #P3 override=x")
	l.ok(same("PUMP", "U1", "U2"))
	l.at("PUMP", "P3", "partner:CUS")
	if l.s.Lots[l.unit("PUMP", "P3").Lot].Code != "W" || l.s.Lots[l.unit("PUMP", "P4").Lot].Code != "U2" {
		t.Error("the relabelled unit keeps its new lot, the others do not")
	}
}

// TestCorrection_UnitTwice: one unit was booked under two serial numbers: what the second did is the first's.
func TestCorrection_UnitTwice(t *testing.T) {
	l := open(t)
	l.ok("receive; PUMP #P1 >A")
	l.ok("receive; PUMP #P2 >A")
	l.ok("move; PUMP #P2 >B")
	l.ok("ship; PUMP #P2 override=x")
	e := l.ok(twin("PUMP", "P2", "P1"))
	l.at("PUMP", "P1", "partner:CUS")
	l.has("PUMP@S1/A=0", "PUMP@S1/B=0", "PUMP@partner:CUS=1", "PUMP@partner:SUP=-1")
	back := l.ok("return; PUMP #P2 >A")
	if back.Items[0].Units[0].First != l.unit("PUMP", "P1").ID {
		t.Error("the wrong number names the unit")
	}
	l.no(twin("PUMP", "P2", "P1"), CodeInvalidValue, "same_as")
	l.no(undo(e), CodeUnitElsewhere, "unit")
	l.ok(&MovementDraft{Kind: KindReversal, Reverses: back.ID, Reason: "x"})
	l.ok(undo(e))
	l.at("PUMP", "P1", "S1/A")
	l.at("PUMP", "P2", "partner:CUS")

	// It fits nowhere: the answer says where each was.
	l.ok("receive; CHIP #C1+C2 >A")
	l.ok("move; CHIP #C1 >C")
	err := l.no(twin("CHIP", "C2", "C1"), CodeUnitElsewhere, "same_as")
	if len(err.About) != 1 || !strings.Contains(err.Detail, "partner:SUP → S1/A") {
		t.Errorf("got %v about %v", err, err.About)
	}
	l.hold("CHIP #C2", "wet")
	l.ok("move; CHIP #C2 >C")
	l.ok(twin("CHIP", "C2", "C1"))
	l.at("CHIP", "C1", "S1/C")
	l.no("ship; CHIP #C1", CodeUnitOnHold, "items[0].units")
}

// TestCorrection_UnitThrice: a unit that another was found to be is itself found to be a third, in the order in which things happened.
func TestCorrection_UnitThrice(t *testing.T) {
	l := open(t)
	l.ok("receive; PUMP #P1 >A")
	l.ok("receive; PUMP #P2 >A")
	l.ok("receive; PUMP #P3 >A")
	l.ok("ship; PUMP #P3")
	l.ok("move; PUMP #P2 >B")
	l.ok("move; PUMP #P2 >A")
	first := l.ok(twin("PUMP", "P3", "P2"))
	second := l.ok(twin("PUMP", "P2", "P1"))
	l.at("PUMP", "P1", "partner:CUS")
	if back := l.ok("return; PUMP #P3 >A"); back.Items[0].Units[0].First != l.unit("PUMP", "P1").ID {
		t.Error("all numbers name the unit")
	} else {
		l.ok(&MovementDraft{Kind: KindReversal, Reverses: back.ID, Reason: "x"})
	}
	l.no(undo(first), CodeMovedSince, "undo")
	l.ok(undo(second))
	l.at("PUMP", "P2", "partner:CUS")
	l.ok(undo(first))
	l.at("PUMP", "P2", "S1/A")
	l.at("PUMP", "P3", "partner:CUS")
}

// TestCorrection_UnitTwiceRelotted: a unit's way stays in its order when the lot of its first movements was put right before.
func TestCorrection_UnitTwiceRelotted(t *testing.T) {
	l := open(t)
	in := l.ok("receive; CHIP/C1 #U1+U2 >A")
	l.ok("relabel; CHIP #U2 => CHIP/W #U2 >B")
	l.ok("move; CHIP #U2 >C")
	l.ok(apart(l, "CHIP", "C1", "C2", item(in, 0)+"=U2"))
	e := l.ok(twin("CHIP", "U2", "U1"))
	l.at("CHIP", "U1", "S1/C")
	if lot := l.lot("CHIP", "W"); l.unit("CHIP", "U1").Lot != lot.ID {
		t.Errorf("the unit is of lot %d, not of %d", l.unit("CHIP", "U1").Lot, lot.ID)
	}
	l.ok(undo(e))
	l.at("CHIP", "U2", "S1/C")
	l.ok(twin("CHIP", "U2", "U1"))
}

// TestCorrection_UnitTwiceRelabelled: a relabelling that the unit goes on with gives it its lot, one before that does not.
func TestCorrection_UnitTwiceRelabelled(t *testing.T) {
	l := open(t)
	l.ok("receive; CHIP/C1 #U1+U2 >A")
	l.ok("receive; CHIP/C3 #U3 >B")
	l.ok("relabel; CHIP #U1 => CHIP/W #U1 >B")
	l.ok("move; CHIP #U1 >C")
	l.ok(twin("CHIP", "U1", "U3"))
	l.has("CHIP/C3@S1/C=1", "CHIP/W@S1/C=0", "CHIP/W@S1/B=0")
	l.ok("receive; CHIP/C3 #U4 >A")
	l.ok("relabel; CHIP #U2 => CHIP/X #U2 >B")
	l.ok(twin("CHIP", "U2", "U4"))
	l.has("CHIP/X@S1/B=1", "CHIP/C3@S1/A=0")
}

// TestCorrection_UnitTwiceBuiltIn: a unit that was built in goes on with what was taken out under another number, and not from the midst
// of another number's relabelling.
func TestCorrection_UnitTwiceBuiltIn(t *testing.T) {
	l := open(t)
	l.ok("receive; CHIP/C1 #U1+U2 >A")
	l.ok("make; CHIP #U1 => CAKE/K1 1 >A exp=2026-05-01")
	l.wait(3600e9)
	l.ok("relabel; CHIP #U2 => CHIP/W #U2 >B")
	l.no(twin("CHIP", "U2", "U1"), CodeUnitElsewhere, "same_as")
	l.ok("disassemble; CAKE/K1 1 => CHIP/C1 #U3 >B override=x")
	e := l.ok(twin("CHIP", "U3", "U1"))
	l.at("CHIP", "U1", "S1/B")
	l.ok(undo(e))
	l.at("CHIP", "U1", "S1:production")
	if lot := l.lot("CHIP", "C1"); l.unit("CHIP", "U1").Lot != lot.ID {
		t.Errorf("the unit is of lot %d, not of %d", l.unit("CHIP", "U1").Lot, lot.ID)
	}
}

// TestCorrection_UnitTwiceTogether: what both numbers did in one item, the unit did once.
func TestCorrection_UnitTwiceTogether(t *testing.T) {
	l := open(t)
	l.ok("receive; PUMP #P1+P2 >A")
	l.ok("return_to_supplier; PUMP #P1")
	l.no(twin("PUMP", "P2", "P1"), CodeUnitElsewhere, "same_as")
	l.ok("return_to_supplier; PUMP #P2")
	e := l.ok(twin("PUMP", "P2", "P1"))
	if len(e.Items) != 2 {
		t.Errorf("got %s", l.items(e))
	}
	l.ok("receive; PUMP #P1 >A")
	l.at("PUMP", "P1", "S1/A")
}

// TestCorrection_UndoneAfterMore: what units did as of the lot that they were found to be of goes back with them.
func TestCorrection_UndoneAfterMore(t *testing.T) {
	l := open(t)
	l.ok("receive; PUMP/U1 #P1+P2 >A")
	l.ok("receive; PUMP/U2 #P3 >A")
	e := l.ok(same("PUMP", "U1", "U2"))
	l.ok("ship; PUMP #P1+P3")
	l.ok(undo(e))
	l.has("PUMP/U1@partner:CUS=1", "PUMP/U1@S1/A=1", "PUMP/U2@partner:CUS=1", "PUMP/U2@S1/A=0")
	l.at("PUMP", "P1", "partner:CUS")
	l.ok("return; PUMP/U1 #P1 >A")
}

// TestCorrection_BeforeUnits: what was booked by quantity before its goods were told apart unit by unit is put right with the whole lot
// only, as nobody knows which units a part of it would be.
func TestCorrection_BeforeUnits(t *testing.T) {
	l := open(t)
	in := l.ok("receive; BOLT/L1 2 >A")
	l.ok("receive; BOLT/L2 1 >A")
	one := l.ok(same("BOLT", "L2", "L1"))
	l.ok("receive; BOLT/L3 1 >A")
	d := raise("BOLT", "serial", unitsAt("S1", "A", "B1", "B2", "B3"), unitsAt("S1", "A", "B4"))
	d.Items[0].Was, d.Items[1].Was = "L1", "L3"
	l.ok(d)
	l.no(apart(l, "BOLT", "L1", "L3", item(in, 0)), CodeTrackingChanged, "items")
	l.no(undo(one), CodeTrackingChanged, "items")
	l.ok(same("BOLT", "L1", "L3"))
	if u := l.unit("BOLT", "B2"); u.Lot != l.lot("BOLT", "L3").ID {
		t.Errorf("unit: %+v", u)
	}
	l.has("BOLT/L3@S1/A=4")
	l.ok("ship; BOLT #B1+B2+B3+B4 <A")
}
