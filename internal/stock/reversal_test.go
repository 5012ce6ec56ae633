package stock

import (
	"fmt"
	"strings"
	"testing"
)

// back is a reversal of an entry, in part where items are given; ITEM stands for the id of the first item, ITEM+1 for the next.
func back(e *Entry, items ...string) string {
	text := fmt.Sprintf("reversal reverses=%d", e.ID)
	for _, it := range items {
		for i := len(e.Items) - 1; i >= 0; i-- {
			it = strings.ReplaceAll(it, fmt.Sprintf("ITEM%d", i), fmt.Sprintf("item=%d", e.Items[i].ID))
		}
		text += "; - " + it
	}
	return text
}

// TestReversalRestores: taking back any kind of movement leaves every balance, unit place and unit lot as before.
func TestReversalRestores(t *testing.T) {
	for _, draft := range []string{
		"opening; SALT 1 >A; BOLT/N 1 >A; PUMP/N #N1+N2 >A",
		"receive; SALT 1 >A second=2; BOLT/L1 1 >A; PUMP/U1 #N1 >A; CHIP #N >A",
		"move; SALT 1 <A >B; BOLT/L1 1 <A >B; PUMP #P1+P2+P3 >B",
		"found; SALT 1 >A; BOLT/N 1 >A new; PUMP #N1 >A new",
		"loss; SALT 1; BOLT/L1 1; PUMP #P1+P3",
		"scrap; SALT 1; BOLT/L1 1; PUMP #P1",
		"ship; SALT 1; BOLT 12; PUMP #P1+P3",
		"issue purpose=sample; SALT 1; BOLT/L1 1; PUMP #P1",
		"return; SALT 1 >A; BOLT/L1 1 >A; PUMP #GONE >A",
		"return_to_supplier; SALT 1; BOLT/L1 1; PUMP #P1",
		"dispatch; SALT 1; BOLT/L1 1; PUMP #P1",
		"count; SALT 7 >A; BOLT/L1 12 >A; PUMP #P1+P2 >A",
		"make; SALT 1, BOLT/L1 2, PUMP #P1+P3 => CAKE/C1 5 >A, CHIP #N1 >A; SALT 1 => CAKE/C1 1 >B",
		"disassemble; PUMP #BUILT => CHIP #IN >A, SALT 1 >A",
		"repack; BOLT/L1 2 => CAKE/C2 1 >A",
		"relabel; CHIP #C1+C2 => CHIP/W2 #C1+C2 >A; CHIP #C3 => CHIP/W3 #C3 >B",
		"relabel; PUMP #P1 => CHIP #N1 >A",
		"split; BOLT/L1 4 => BOLT/X1 1 >A, BOLT/X2 3 >A",
		"merge; BOLT/L1 4, BOLT/L2 2 => BOLT/X1 6 >A",
	} {
		l := open(t)
		l.ok("receive; SALT 10 >A second=20; BOLT/L1 10 >A; BOLT/L2 10 >A; PUMP/U1 #P1+P2 >A; PUMP #P3+GONE >A; CHIP/W1 #C1+C2 >A; CHIP #C3+IN >A")
		l.ok("ship; PUMP #GONE; SALT 1; BOLT/L1 1")
		l.ok("make; CHIP #IN => PUMP #BUILT >A")
		l.hold("CHIP #C3", "r")
		l.wait(3600e9)
		state := func() string {
			var b strings.Builder
			for id := range l.s.Units {
				if u := l.s.Units[id]; u.Serial[0] != 'N' {
					fmt.Fprintln(&b, u.Serial, u.Place, u.Lot, u.Holds)
				}
			}
			live := map[Slot]Balance{}
			for slot, bal := range l.s.Balances {
				if bal != (Balance{}) {
					live[slot] = bal
				}
			}
			return sortLines(b.String()) + render(live)
		}
		before := state()
		e := l.ok(strings.Replace(draft, "relabel;", "relabel at=-30m override=was_done;", 1))
		r := l.ok(back(e))
		if r.About != e.ID || len(r.Items) != len(e.Items) || r.Partner != e.Partner || r.Site != e.Site {
			t.Errorf("%s: %+v", draft, r)
		}
		if after := state(); after != before {
			t.Errorf("%s: reversed, it leaves%s", draft, difference(before, after))
		}
		l.no(back(e), CodeAlreadyReversed, "reverses")
		l.no(back(r), CodeNotReversible, "reverses")
		// And it can be done again, right this time.
		if e.Kind != KindCount {
			l.ok(strings.Replace(draft, "relabel;", "relabel at=-30m override=was_done;", 1))
		}
	}
}

func sortLines(text string) string { return strings.Join(sortedSet(strings.Split(text, "\n")), "\n") }

func TestReversalInPart(t *testing.T) {
	l := open(t)
	e := l.ok("receive; SALT 10 >A second=25; BOLT/L1 10 >A; PUMP #P1+P2+P3+P4 >A")
	l.moved(l.ok(back(e, "4 ITEM1", "#P1+P2 ITEM2")), "BOLT/L1 4 S1/A>partner:SUP; PUMP 2 S1/A>partner:SUP")
	l.no(back(e, "7 ITEM1"), CodeAlreadyReversed, "items[0].quantity")
	l.no(back(e, "#P1 ITEM2"), CodeMovedSince, "items[0].reverses")
	l.no(back(e, "#P3+P3 ITEM2"), CodeDuplicateUnit, "items[0].units")
	l.no(back(e, "5 ITEM1", "5 ITEM1"), CodeAlreadyReversed, "items[1].quantity")
	l.no(back(e, "0 ITEM1"), CodeInvalidQuantity, "items[0].quantity")
	l.no(back(e, "-1 ITEM1"), CodeInvalidQuantity, "items[0].quantity")
	l.no(back(e, "0.5 ITEM1"), CodeInvalidQuantity, "items[0].quantity")
	l.no(back(e, "1 ITEM1 second=3"), CodeUnsupported, "items[0].second_quantity")
	l.no(back(e, "4 ITEM0"), CodeRequired, "items[0].second_quantity")
	l.no(back(e, "4 ITEM0 second=26"), CodeInvalidQuantity, "items[0].second_quantity")
	l.no(back(e, "4 ITEM0 second=-1"), CodeInvalidQuantity, "items[0].second_quantity")
	l.no(back(e, "1 item=999"), CodeUnknownEntry, "items[0].item")
	l.ok(back(e, "4 ITEM0 second=10"))
	l.ok(back(e, "ITEM0")) // with the 15 that are left of the second
	if got := l.s.Balances[l.slot("SALT", "", "S1/A")]; got != (Balance{}) {
		t.Errorf("left: %+v", got)
	}
	l.ok("ship; PUMP #P3")
	l.no(back(e), CodeMovedSince, "reverses")
	l.no(back(e, "ITEM2"), CodeMovedSince, "items[0].reverses")
	l.ok("return; PUMP #P3 >A")
	l.moved(l.ok(back(e)), "PUMP 2 S1/A>partner:SUP; BOLT/L1 6 S1/A>partner:SUP")
	l.no(back(e), CodeAlreadyReversed, "reverses")
	l.no(back(e, "ITEM1"), CodeAlreadyReversed, "items[0].quantity")
}

// TestReversalAfterSomeCameAgain: a unit that was taken back and received again does not belong to the first receipt any more.
func TestReversalAfterSomeCameAgain(t *testing.T) {
	l := open(t)
	e := l.ok("receive; PUMP #P1+P2 >A")
	l.ok(back(e, "#P1 ITEM0"))
	again := l.ok("receive; PUMP #P1 >A")
	l.no(back(e, "#P1 ITEM0"), CodeMovedSince, "items[0].reverses")
	l.moved(l.ok(back(e)), "PUMP 1 S1/A>partner:SUP")
	l.at("PUMP", "P1", "S1/A")
	l.ok(back(again))
	l.at("PUMP", "P1", "partner:SUP")
}

func TestReversalRefused(t *testing.T) {
	l := open(t)
	e := l.ok("receive; SALT 10 >A; BOLT/L1 10 >A; PUMP #P1+P2 >A")
	h := l.hold("BOLT/L1", "r")
	l.s.Later[e.ID] = []string{"later one"}
	l.no("reversal", CodeUnknownEntry, "reverses")
	l.no("reversal reverses=999", CodeUnknownEntry, "reverses")
	l.no(fmt.Sprintf("reversal reverses=%d", h.ID), CodeNotReversible, "reverses")
	l.no(fmt.Sprintf("reversal reason= reverses=%d", e.ID), CodeReasonRequired, "reason")
	l.ok(l.lift(h, ""))
	for _, c := range []struct{ away, home string }{
		{"ship; SALT 1", "return; SALT 1 >A"},
		{"move; BOLT/L1 1 <A >B", "move; BOLT/L1 1 <B >A"},
		{"move; PUMP #P1 >B", "move; PUMP #P1 >A"},
		{"relabel; PUMP #P2 => PUMP/NEW #P2 >A", ""},
	} {
		l.ok(c.away)
		if err := l.no(back(e), CodeMovedSince, "reverses"); len(err.About) != 1 || err.About[0] != "later one" {
			t.Errorf("%s: the later movements are not listed: %+v", c.away, err)
		}
		if c.home != "" {
			l.ok(c.home)
		}
	}
}

// TestReversalOfTransit: what arrived cannot also have stayed.
func TestReversalOfTransit(t *testing.T) {
	l := open(t)
	l.ok("receive; SALT 10 >A; BOLT/L1 10 >A; PUMP #P1 >A")
	id, arrive := l.dispatch("SALT 5; BOLT/L1 5; PUMP #P1")
	sent := l.entry(id)
	part := l.ok(arrive + "; BOLT/L1 2 >A")
	l.no(back(sent), CodeMovedSince, "reverses")
	l.no(back(sent, "ITEM1"), CodeMovedSince, "items[0].reverses")
	l.ok(back(sent, "3 ITEM1"))
	all := l.ok(arrive + "; SALT 5 >A; PUMP #P1 >A")
	l.no(back(sent, "ITEM0"), CodeMovedSince, "items[0].reverses")
	l.no(back(sent, "#P1 ITEM2"), CodeMovedSince, "items[0].reverses")
	l.ok(back(all))
	l.ok(back(part))
	l.ok(back(sent))
	l.has("SALT@S1/A=10", "BOLT/L1@S1/A=10")
	l.at("PUMP", "P1", "S1/A")
}

// TestReversalOfMake: what was made must still be there; what went in comes back.
func TestReversalOfMake(t *testing.T) {
	l := open(t)
	l.ok("receive; SALT 10 >A; CHIP #C1+C2 >A")
	e := l.ok("make; SALT 2, CHIP #C1 => PUMP #P1 >A, CAKE/C1 4 >B; CHIP #C2 => PUMP #P2 >A")
	l.ok("ship; PUMP #P2; CAKE/C1 1")
	l.no(back(e), CodeMovedSince, "reverses")
	l.no(back(e, "ITEM3"), CodeMovedSince, "items[0].reverses")
	l.ok(back(e, "ITEM2", "ITEM1"))
	l.at("CHIP", "C1", "S1/A")
	l.ok(back(e, "3 ITEM3"))
	l.ok("make; CHIP #C1 => PUMP #P1 >B") // made again, as the same unit
	l.at("PUMP", "P1", "S1/B")
}

// TestReversalAndHolds: holds do not bar a reversal unless it sends goods out (rule 10).
func TestReversalAndHolds(t *testing.T) {
	l := open(t)
	received := l.ok("receive; BOLT/L1 10 >A; PUMP #P1+P2 >A")
	shipped := l.ok("ship; BOLT/L1 5; PUMP #P1")
	returned := l.ok("return; BOLT/L1 5 >A; PUMP #P1 >A")
	h1, h2 := l.hold("BOLT/L1", "r"), l.hold("PUMP #P1", "r")
	l.no(back(returned), CodeUnitOnHold, "units")
	l.ok(l.lift(h2, ""))
	l.no(back(returned), CodeLotOnHold, "lot")
	l.ok(l.lift(h1, ""))
	l.holdPlace("A")
	l.no(back(returned), CodePlaceBlocked, "from")
	l.no(back(returned, "1 ITEM0"), CodePlaceBlocked, "items[0].from")
	l.hold("BOLT/L1", "r")
	l.no(back(shipped), CodeMovedSince, "reverses") // the unit is back already
	l.ok(back(received))                            // to the supplier it may go
	l.has("BOLT/L1@S1/A=0")
}

// TestReversalOfResolved: what a resolution posted can be taken back like any movement.
func TestReversalOfResolved(t *testing.T) {
	l := open(t)
	x := l.keep("ship; SALT 1", CodeInsufficientStock)
	l.ok("receive; SALT 1 >A")
	l.ok(back(l.after(l.ok(l.resolve(x, "post", "")), KindShip)[0]))
	l.has("SALT@S1/A=1")
}

// TestReversalOfWhatCameBack: a shipment that the customer sent back is not also taken back, which would make stock of nothing.
func TestReversalOfWhatCameBack(t *testing.T) {
	l := open(t)
	l.ok("receive; BOLT/L1 10 >A")
	sent := l.ok("ship; BOLT/L1 5 <A")
	l.ok("return; BOLT/L1 3 >B")
	l.no(back(sent), CodeMovedSince, "reverses")
	l.ok(back(sent, "2 ITEM0"))
}
