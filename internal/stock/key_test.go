package stock

import (
	"strings"
	"testing"

	"clew/internal/auth"
)

// TestIdempotency: the same key and request give the first answer, another request is refused (rule 8).
func TestIdempotency(t *testing.T) {
	l := open(t)
	receive := &Draft{By: auth.AtMachine, Key: "k1", Hash: [32]byte{1}, Body: l.body("receive; PUMP #P1 >A; SALT 5 >A")}
	first := l.try(receive)
	if first.Err != nil || first.Replayed || l.s.Keys["k1"] != (KeyUse{Entry: first.Entry, Hash: [32]byte{1}}) {
		t.Fatalf("%+v", first)
	}
	for range 2 {
		if again := l.try(receive); !again.Replayed || again.Entry != first.Entry || again.Err != nil || len(again.Entries) > 0 {
			t.Errorf("%+v", again)
		}
	}
	l.has("SALT@S1/A=5")
	other := l.try(&Draft{By: auth.AtMachine, Key: "k1", Hash: [32]byte{2}, Body: l.body("receive; SALT 5 >A")})
	if other.Err == nil || other.Err.Code != CodeKeyReused || other.Err.Field != "idempotency_key" {
		t.Errorf("%+v", other)
	}
	// A refused request does not use up its key.
	bad := &Draft{By: auth.AtMachine, Key: "k2", Hash: [32]byte{3}, Body: l.body("ship; SALT 6")}
	if out := l.try(bad); out.Err == nil || out.Err.Code != CodeInsufficientStock {
		t.Errorf("%+v", out)
	}
	l.ok("receive; SALT 1 >A")
	if out := l.try(bad); out.Err != nil || out.Replayed {
		t.Errorf("%+v", out)
	}
	// A replayed offline queue posts nothing twice, nor does what it keeps as an exception.
	queued := &Draft{By: auth.AtMachine, Key: "k3", Hash: [32]byte{4}, Keep: true, Body: l.body("ship; PUMP #P2")}
	kept := l.try(queued)
	if again := l.try(queued); !kept.Kept || !again.Replayed || again.Entry != kept.Entry {
		t.Errorf("%+v then %+v", kept, again)
	}
	for key, code := range map[string]string{strings.Repeat("k", 201): CodeTooLong, " k": CodeInvalidCode} {
		if out := l.try(&Draft{By: auth.AtMachine, Key: key, Body: l.body("receive; SALT 5 >A")}); out.Err == nil || out.Err.Code != code || out.Err.Field != "idempotency_key" {
			t.Errorf("%q: %+v", key, out)
		}
	}
}

// TestActors: who records and what scans are on every entry, and introduced by entries of their own.
func TestActors(t *testing.T) {
	l := open(t)
	out := l.try(&Draft{By: auth.AtMachine, Actor: "dock", Device: "scanner 7", Body: l.body("receive from=STRICT; PUMP #P1 >A; SALT 1 >A")})
	if out.Err != nil || len(out.Entries) != 4 {
		t.Fatalf("%+v", out)
	}
	kinds := []Kind{KindActor, KindDevice, KindReceive, KindHold}
	for i, e := range out.Entries {
		if e.Kind != kinds[i] || e.Actor != out.Entries[0].Person.ID || e.Device != out.Entries[1].Person.ID {
			t.Errorf("entry %d: %s by %d with %d", i, e.Kind, e.Actor, e.Device)
		}
	}
	if out.Entry != out.Entries[2].ID {
		t.Errorf("the answer names entry %d", out.Entry)
	}
	if out = l.try(&Draft{By: auth.AtMachine, Actor: "dock", Device: "scanner 7", Body: l.body("ship; SALT 1")}); len(out.Entries) != 1 {
		t.Errorf("introduced again: %+v", out)
	}
	if out = l.try(&Draft{By: auth.AtMachine, Actor: "scanner 7", Body: l.body("receive; SALT 1 >A")}); len(out.Entries) != 2 {
		t.Errorf("a person may be called like a device: %+v", out)
	}
	out = l.s.Decide(&Draft{By: auth.AtMachine, Body: l.body("receive; SALT 1 >A")})
	if out.Err == nil || out.Err.Code != CodeRequired || out.Err.Field != "actor" {
		t.Errorf("%+v", out)
	}
	for _, d := range []*Draft{{By: auth.AtMachine, Actor: strings.Repeat("a", 101)}, {By: auth.AtMachine, Device: strings.Repeat("a", 101)}} {
		d.Body = l.body("receive; SALT 1 >A")
		if out := l.try(d); out.Err == nil || out.Err.Code != CodeTooLong {
			t.Errorf("%+v", out)
		}
	}
}

// TestExpandUnits: serial ranges count as the serials they name.
func TestExpandUnits(t *testing.T) {
	l := open(t)
	d := l.body("receive; PUMP #P001..P100 >A; CHIP #C1 >A").(*MovementDraft)
	d.Items[0].Units = append(d.Items[0].Units, "Q1~+4")
	if err := d.ExpandUnits(); err != nil || len(d.Items[0].Units) != 105 {
		t.Fatalf("%v, %d units", err, len(d.Items[0].Units))
	}
	if got := (&Draft{By: auth.AtMachine, Body: d}).Size(); got != 107 {
		t.Errorf("size %d", got)
	}
	if e := l.ok(d); len(e.Births) != 106 || e.Items[0].Quantity != qty("105") {
		t.Errorf("%d births", len(e.Births))
	}
	for text, code := range map[string]string{"#P9..P1": CodeInvalidSerial, "#P1+P1": CodeDuplicateUnit, "#P0000000..P1000000": CodeTooMany} {
		d := l.body("receive; SALT 1 >A; PUMP " + text + " >A").(*MovementDraft)
		if err := d.ExpandUnits(); err == nil || err.Code != code || !strings.HasPrefix(err.Field, "items[1].units[") {
			t.Errorf("%s: %v", text, err)
		}
		amended := &ResolveDraft{Amended: l.body("receive; PUMP " + text + " >A").(*MovementDraft)}
		if err := amended.ExpandUnits(); err == nil || err.Code != code || !strings.HasPrefix(err.Field, "amended.items[0].units[") {
			t.Errorf("%s: %v", text, err)
		}
		for _, d := range []interface{ ExpandUnits() *Error }{
			&HoldDraft{Units: l.itemDraft("PUMP " + text).Units},
			&ReleaseDraft{Units: l.itemDraft("PUMP " + text).Units},
			&ReleaseDraft{Items: []ItemDraft{l.itemDraft("PUMP " + text)}},
		} {
			if err := d.ExpandUnits(); err == nil || err.Code != code {
				t.Errorf("%s: %v", text, err)
			}
		}
	}
	limit := l.body("receive; PUMP #P000001..P600000 >A; PUMP #Q000001..Q600000 >A").(*MovementDraft)
	if err := limit.ExpandUnits(); err == nil || err.Code != CodeTooMany {
		t.Errorf("the limit is on the movement: %v", err)
	}
}

// TestUndo: a draft that is refused after it changed everything it could leaves no trace, also under what earlier drafts of the batch
// left. The harness compares the whole state.
func TestUndo(t *testing.T) {
	l := open(t)
	l.ok("receive; SALT 10 >A; BOLT/L1 10 >A sup=X; PUMP/U1 #P1+P2+P3 >A; CHIP #C1 >A")
	l.hold("PUMP #P2", "r")
	for _, end := range []string{"ship; SALT 100", "receive; SALT 0 >A"} {
		kind, last, _ := strings.Cut(end, "; ")
		switch kind {
		case "ship":
			for _, draft := range []string{
				"move; SALT 1 >B; BOLT/L1 1 <A >B; PUMP #P2+P3 >B; PUMP #P2 >A; CHIP #C1 >C; " + last + " >B",
				"make; CHIP #C1 => PUMP #N1 >A, BOLT/N 1 >A; PUMP #N1 => CHIP #N2 >A; " + last + " => SALT 1 >A",
				"dispatch; SALT 1; PUMP #P1+P2; " + last,
				"count; SALT 5 >A; PUMP #P3+N1 >A new; BOLT/N 1 >A new; CHIP 1 >A",
			} {
				l.s.Decide(&Draft{By: auth.AtMachine, Actor: "desk", Body: &ProductDraft{SKU: "SALT"}})
				code, field := CodeInsufficientStock, ".quantity"
				if strings.HasPrefix(draft, "count") {
					code, field = CodeInvalidQuantity, "items[3].quantity"
				}
				out := l.try(&Draft{By: auth.AtMachine, Actor: "new here", Device: "new too", Body: l.body(draft)})
				if out.Err == nil || out.Err.Code != code || !strings.HasSuffix(out.Err.Field, field) {
					t.Errorf("%s: %+v", draft, out.Err)
				}
			}
		default:
			l.no("receive from=STRICT; SALT 1 >A; BOLT/N 1 >A sup=X; PUMP/N #N1+N2 >A; "+last, CodeInvalidQuantity, "items[3].quantity")
			l.no("return; BOLT/L1 1 >A sup=X; PUMP #N1 >A new; "+last, CodeInvalidQuantity, "items[2].quantity")
		}
	}
	l.no(&PartnerDraft{Code: "N", Addresses: []AddressDraft{{Code: "A"}, {Code: "B", GLN: "x"}}}, CodeInvalidValue, "addresses[1].gln")
	x := l.keep("ship; SALT 100", CodeInsufficientStock)
	l.no(l.resolve(x, "post", "receive; PUMP #N1 >A; SALT 0 >A"), CodeInvalidQuantity, "amended.items[1].quantity")
	l.at("PUMP", "P2", "S1/A")
}
