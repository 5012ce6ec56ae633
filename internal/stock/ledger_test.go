package stock

import (
	"bytes"
	"cmp"
	"encoding/binary"
	"fmt"
	"maps"
	"strconv"
	"strings"
	"testing"
	"time"

	"clew/internal/tlog"

	"clew/internal/auth"
)

// ledger is a State that is never reloaded: a ledger in memory, which checks after every draft what must always hold.
type ledger struct {
	by      *auth.Principal // who asks; the machine, where it is nil
	t       *testing.T
	s       *State
	entries []*Entry
	keys    int
	setUp   bool // nothing is compared, to save time: the same few drafts begin each test
	// The balances, and each unit's place and lot, as the entries alone tell them.
	books map[Slot]Balance
	where map[int64][2]int64
}

// open is a ledger with two sites, some partners and a product of each sort. Its clock stands at Monday 2 March 2026, 08:00 UTC.
func open(t *testing.T) *ledger {
	t.Helper()
	l := empty(t)
	l.setUp = true
	defer func() { l.setUp = false }()
	for _, code := range []string{"S1", "S2"} {
		l.ok(&SiteDraft{Code: code})
		for _, at := range []string{"A", "B", "C"} {
			l.ok(&LocationDraft{Site: code, Code: at})
		}
		l.ok(&LocationDraft{Site: code, Code: "Q", Blocking: ptr(true)})
	}
	l.ok(&LocationDraft{Site: "S1", Code: "Q1", Parent: ptr("Q")}) // blocked by what it lies in
	l.ok(&LocationDraft{Site: "S1", Code: "R", Blocking: ptr(true)})
	l.ok(&LocationDraft{Site: "S1", Code: "Z", Zone: ptr(true)})
	l.ok(&LocationDraft{Site: "S1", Code: "Z1", Parent: ptr("Z")})
	l.ok(&LocationDraft{Site: "S1", Code: "TANK", Mixed: ptr(true)})
	l.ok(&PartnerDraft{Code: "SUP", Roles: &[]string{"supplier"}})
	l.ok(&PartnerDraft{Code: "SUP2"})
	l.ok(&PartnerDraft{Code: "STRICT", HoldWhen: &[]string{"receive"}})
	l.ok(&PartnerDraft{Code: "CUS", Addresses: []AddressDraft{{Code: "NORTH"}}})
	l.ok(&PartnerDraft{Code: "CUS2"})
	l.product("SALT", "none", func(d *ProductDraft) { d.Decimals, d.UoM = ptr(3), ptr("KGM") })
	l.product("BOLT", "lot", nil)                                                                                      // FIFO
	l.product("MILK", "lot", func(d *ProductDraft) { d.Requires, d.GTIN = &[]string{"expiry"}, ptr("4006381333931") }) // FEFO
	l.product("CAKE", "lot", func(d *ProductDraft) { d.Past = ptr("warns") })
	l.product("PUMP", "serial", func(d *ProductDraft) { d.GTIN = ptr("96385074") })
	l.product("CHIP", "serial", nil)
	return l
}

func empty(t *testing.T) *ledger {
	now, err := ParseTime("2026-03-02T08:00:00Z")
	if err != nil {
		t.Fatal(err)
	}
	n := uint64(0)
	l := &ledger{t: t, s: NewState(now, func() (salt [16]byte) {
		n++
		binary.BigEndian.PutUint64(salt[8:], n)
		return salt
	})}
	l.s.Next = Next{1, 1, 1, 1, 1}
	l.books, l.where = map[Slot]Balance{}, map[int64][2]int64{}
	return l
}

func ptr[T any](v T) *T { return &v }

func qty(text string) Quantity {
	q, err := ParseQuantity(text)
	if err != nil {
		panic(err)
	}
	return q
}

func day(text string) Date {
	d, err := ParseDate(text)
	if err != nil {
		panic(err)
	}
	return d
}

func (l *ledger) product(sku, tracking string, change func(*ProductDraft)) {
	l.t.Helper()
	d := &ProductDraft{SKU: sku, Tracking: ptr(tracking)}
	if change != nil {
		change(d)
	}
	l.ok(d)
}

func (l *ledger) wait(d time.Duration) { l.s.Now += Time(d.Milliseconds()) }

// try decides a draft and checks all that must hold whatever became of it.
func (l *ledger) try(d *Draft) Outcome {
	l.t.Helper()
	if d.Actor == "" {
		d.Actor = "desk"
	}
	if l.setUp {
		out := l.s.Decide(d)
		l.entries = append(l.entries, out.Entries...)
		return out
	}
	before, asked, next := render(l.s), render(d), l.s.Next.Entry
	out := l.s.Decide(d)
	if got := render(d); got != asked {
		l.t.Errorf("the draft was changed from\n%s\nto\n%s", asked, got)
	}
	if len(out.Entries) == 0 {
		if got := render(l.s); got != before {
			l.t.Errorf("nothing was recorded (%v), but the state changed:%s", out.Err, difference(before, got))
		}
	}
	for i, e := range out.Entries {
		if e.ID != next+int64(i) {
			l.t.Errorf("entry %d of the answer has id %d, not %d", i, e.ID, next+int64(i))
		}
	}
	if l.s.Next.Entry != next+int64(len(out.Entries)) {
		l.t.Errorf("%d entries, but the next id went from %d to %d", len(out.Entries), next, l.s.Next.Entry)
	}
	l.entries = append(l.entries, out.Entries...)
	if len(out.Entries) > 0 {
		l.check(out.Entries)
	}
	return out
}

// ok decides a body that must be accepted, and returns its entry. A text is read by draft.
func (l *ledger) ok(body any) *Entry {
	l.t.Helper()
	out := l.try(&Draft{By: cmp.Or(l.by, auth.AtMachine), Body: l.body(body)})
	if out.Err != nil {
		l.t.Fatalf("%v: refused: %v", body, out.Err)
	}
	return l.entry(out.Entry)
}

// no decides a body that must be refused.
func (l *ledger) no(body any, code, field string) *Error {
	l.t.Helper()
	out := l.try(&Draft{By: cmp.Or(l.by, auth.AtMachine), Body: l.body(body)})
	switch {
	case out.Err == nil:
		l.t.Fatalf("%v: accepted, want %s at %q", body, code, field)
	case out.Err.Code != code || out.Err.Field != field:
		l.t.Errorf("%v: got %v at %q, want %s at %q", body, out.Err, out.Err.Field, code, field)
	case Codes[out.Err.Code] == "" || out.Err.Kind.String() == "unknown" || out.Err.Detail == "":
		l.t.Errorf("%v: not a complete error: %+v", body, out.Err)
	}
	return out.Err
}

// keep decides a queued movement that must be refused and kept as an exception, and returns that.
func (l *ledger) keep(text, code string) *Exception {
	l.t.Helper()
	l.keys++
	out := l.try(&Draft{By: auth.AtMachine, Body: l.body(text), Keep: true, Key: "queue" + strconv.Itoa(l.keys)})
	if !out.Kept || out.Err != nil {
		l.t.Fatalf("%s: not kept: %+v", text, out)
	}
	x := l.s.Exceptions[out.Entry]
	if x == nil || x.Code != code {
		l.t.Fatalf("%s: kept as %+v, want %s", text, x, code)
	}
	return x
}

func (l *ledger) entry(id int64) *Entry {
	for _, e := range l.entries {
		if e.ID == id {
			return e
		}
	}
	l.t.Fatalf("there is no entry %d", id)
	return nil
}

// after returns the entries of a kind recorded behind e.
func (l *ledger) after(e *Entry, kind Kind) (out []*Entry) {
	for _, other := range l.entries {
		if other.ID > e.ID && other.Kind == kind {
			out = append(out, other)
		}
	}
	return out
}

func (l *ledger) place(name string) int64 {
	for id := range l.s.Places {
		if l.s.PlaceName(id) == name {
			return id
		}
	}
	l.t.Helper()
	l.t.Fatalf("there is no place %q", name)
	return 0
}

func (l *ledger) slot(sku, lot, place string) Slot {
	l.t.Helper()
	p := l.s.Products[sku]
	slot := Slot{Product: p.ID, Place: l.place(place)}
	if lot != "" {
		slot.Lot = l.lot(sku, lot).ID
	}
	return slot
}

func (l *ledger) lot(sku, code string) *Lot {
	l.t.Helper()
	lot := l.s.LotCodes[LotKey{l.s.Products[sku].ID, code}]
	if lot == nil {
		l.t.Fatalf("there is no lot %s of %s", code, sku)
	}
	return lot
}

func (l *ledger) unit(sku, serial string) *Unit {
	l.t.Helper()
	u := l.s.Serials[l.s.Products[sku].ID][serial]
	if u == nil {
		l.t.Fatalf("there is no unit %s of %s", serial, sku)
	}
	return u
}

// has checks balances written as "PRODUCT[/LOT]@PLACE=QUANTITY", places as PlaceName writes them.
func (l *ledger) has(wants ...string) {
	l.t.Helper()
	for _, want := range wants {
		head, amount, _ := strings.Cut(want, "=")
		goods, place, _ := strings.Cut(head, "@")
		sku, lot, _ := strings.Cut(goods, "/")
		if got := l.s.Balances[l.slot(sku, lot, place)].Quantity; got != qty(amount) {
			l.t.Errorf("%s: got %s", want, got)
		}
	}
}

// at checks where a unit is.
func (l *ledger) at(sku, serial, place string) {
	l.t.Helper()
	if got := l.s.PlaceName(l.unit(sku, serial).Place); got != place {
		l.t.Errorf("unit %s of %s is at %s, not at %s", serial, sku, got, place)
	}
}

// items writes an entry's items as "PRODUCT[/LOT] QUANTITY FROM>TO", for comparison.
func (l *ledger) items(e *Entry) string {
	var out []string
	for _, it := range e.Items {
		goods := l.s.ProductIDs[it.Product].SKU
		if it.Lot != 0 {
			goods += "/" + l.s.Lots[it.Lot].Code
		}
		out = append(out, fmt.Sprintf("%s %s %s>%s", goods, it.Quantity, l.s.PlaceName(it.From), l.s.PlaceName(it.To)))
	}
	return strings.Join(out, "; ")
}

func (l *ledger) moved(e *Entry, want string) {
	l.t.Helper()
	if got := l.items(e); got != want {
		l.t.Errorf("got  %s\nwant %s", got, want)
	}
}

// check proves what must hold after every draft, from the entries alone where it can.
func (l *ledger) check(fresh []*Entry) {
	l.t.Helper()
	s := l.s
	for _, e := range fresh {
		if err := wellFormed(s, e); err != nil {
			l.t.Errorf("entry %d (%s): %v", e.ID, e.Kind, err)
		}
	}
	books, where := l.books, l.where
	for _, e := range fresh {
		swapped, lots := e.Swapped(), map[[2]int64]int64{}
		for _, it := range e.Items {
			second := Quantity(0)
			if it.Second != nil {
				second = *it.Second
			}
			from, to := Slot{it.Product, it.Lot, it.From}, Slot{it.Product, it.Lot, it.To}
			books[from] = Balance{books[from].Quantity - it.Quantity, books[from].Second - second}
			books[to] = Balance{books[to].Quantity + it.Quantity, books[to].Second + second}
			for id := range it.Units.All() {
				if swapped[it.About].Contains(id) { // it stays, under another lot
					if was := where[id]; !it.Again {
						lots[[2]int64{it.About, id}] = it.Lot
					} else if was[1] == lots[[2]int64{it.About, id}] {
						where[id] = [2]int64{was[0], it.Lot}
					}
					continue
				}
				if was, ok := where[id]; it.Born == ok || ok && was[0] != it.From {
					l.t.Errorf("entry %d moves unit %d from %s, it is at %s", e.ID, id, s.PlaceName(it.From), s.PlaceName(was[0]))
				}
				where[id] = [2]int64{it.To, it.Lot}
			}
		}
	}
	same := func(a, b Balance) bool { return a == b }
	dropZero := func(m map[Slot]Balance) map[Slot]Balance {
		out := maps.Clone(m)
		maps.DeleteFunc(out, func(_ Slot, b Balance) bool { return b == Balance{} })
		return out
	}
	if !maps.EqualFunc(dropZero(books), dropZero(s.Balances), same) {
		l.t.Errorf("balances are not those of the entries: %s", difference(render(dropZero(books)), render(dropZero(s.Balances))))
	}
	l.checkUnits(where)
	sums := map[[2]int64]Balance{}
	for slot, b := range s.Balances {
		k := [2]int64{slot.Product, slot.Lot}
		sums[k] = Balance{sums[k].Quantity + b.Quantity, sums[k].Second + b.Second}
		if at := s.Places[slot.Place]; b.Quantity < 0 && (at.Real() || at.Kind == PlaceTransit) {
			l.t.Errorf("%s holds %s of product %d lot %d", s.PlaceName(slot.Place), b.Quantity, slot.Product, slot.Lot)
		}
	}
	for k, sum := range sums {
		if (sum != Balance{}) {
			l.t.Errorf("product %d lot %d: the sum over all places is %s and %s", k[0], k[1], sum.Quantity, sum.Second)
		}
	}
	l.checkHolds()
}

func (l *ledger) checkUnits(where map[int64][2]int64) {
	l.t.Helper()
	s := l.s
	count, held, holds := map[Slot]int{}, map[Slot]int{}, map[int64]int{}
	for _, h := range s.Holds {
		for id := range h.Units.All() {
			holds[id]++
		}
	}
	for id, u := range s.Units {
		// A reversed relabelling gives the unit its old lot back where no item says so: in production.
		if got, ok := where[id]; !ok || got[0] != u.Place || got[1] != u.Lot && s.Places[u.Place].Kind != PlaceProduction {
			l.t.Errorf("unit %s is at %s in %s; the entries say %s, %s", u.Serial, s.PlaceName(u.Place), s.lotName(u.Lot), s.PlaceName(got[0]), s.lotName(got[1]))
		}
		if u.Holds != holds[id] {
			l.t.Errorf("unit %s counts %d holds, there are %d", u.Serial, u.Holds, holds[id])
		}
		slot := Slot{u.Product, u.Lot, u.Place}
		count[slot]++
		if u.Holds > 0 {
			held[slot]++
		}
	}
	if len(s.Units) != len(where) {
		l.t.Errorf("%d units, the entries know %d", len(s.Units), len(where))
	}
	for slot, b := range s.Balances {
		at := s.Places[slot.Place]
		if s.ProductIDs[slot.Product].Tracking == TrackSerial && (at.Real() || at.Kind == PlaceTransit) && b.Quantity != Units(count[slot]) {
			l.t.Errorf("%s: balance %s, %d units", s.PlaceName(slot.Place), b.Quantity, count[slot])
		}
	}
	for slot, n := range s.HeldUnits {
		if n != held[slot] {
			l.t.Errorf("%s %s: %d units count as held, %d are", s.PlaceName(slot.Place), s.lotName(slot.Lot), n, held[slot])
		}
		delete(held, slot)
	}
	for slot, n := range held {
		l.t.Errorf("%s %s: no units count as held, %d are", s.PlaceName(slot.Place), s.lotName(slot.Lot), n)
	}
}

func (l *ledger) checkHolds() {
	l.t.Helper()
	lots, places := map[int64]int{}, map[int64]int{}
	for _, h := range l.s.Holds {
		if h.Released == 0 && h.Lot != 0 {
			lots[h.Lot]++
		} else if h.Released == 0 && h.Place != 0 {
			places[h.Place]++
		}
	}
	for what, c := range map[string]struct {
		want map[int64]int
		got  map[int64][]*Hold
	}{"lot": {lots, l.s.LotHolds}, "place": {places, l.s.SiteHolds}} {
		for id, list := range c.got {
			if len(list) != c.want[id] {
				l.t.Errorf("%s %d lists %d holds, %d are active", what, id, len(list), c.want[id])
			}
			delete(c.want, id)
		}
		if len(c.want) > 0 {
			l.t.Errorf("%ss that do not list their holds: %v", what, c.want)
		}
	}
}

// wellFormed proves what holds of every entry by itself.
func wellFormed(s *State, e *Entry) error {
	sku := func(id int64) string { return s.ProductIDs[id].SKU }
	if got := LeafOf(e, sku); !bytes.Equal(got, e.Leaf) {
		return fmt.Errorf("its leaf is not that of its contents")
	}
	if version, kind, _, err := tlog.ParseLeaf(e.Leaf); err != nil || version != leafVersion || kind != e.Kind.String() {
		return fmt.Errorf("its leaf reads as version %d of %q, %v", version, kind, err)
	}
	if e.Actor == 0 || e.RecordedAt != s.Now || e.OccurredAt == 0 {
		return fmt.Errorf("actor %d, recorded %s, occurred %s", e.Actor, e.RecordedAt, e.OccurredAt)
	}
	born := int64(0)
	for i, it := range e.Items {
		p := s.ProductIDs[it.Product]
		switch {
		case it.Quantity <= 0 || it.From == it.To || it.ID == 0:
			return fmt.Errorf("item %d: %+v", i, it)
		case e.Kind == KindTracking && it.Role == Input, e.Kind == KindCorrection && len(it.Units) == 0: // told apart as before
		case p.Tracking == TrackSerial && Units(it.Units.Count()) != it.Quantity:
			return fmt.Errorf("item %d: %d units, quantity %s", i, it.Units.Count(), it.Quantity)
		case p.Tracking == TrackLot && it.Lot == 0, p.Tracking == TrackNone && it.Lot != 0, p.Tracking != TrackSerial && len(it.Units) > 0:
			return fmt.Errorf("item %d: tracked by %s, lot %d, units %v", i, p.Tracking, it.Lot, it.Units)
		case (it.Lot != 0 || len(it.Units) > 0) != (it.Known != KnownNone):
			return fmt.Errorf("item %d: known %q", i, it.Known)
		case p.Tracking == TrackSerial && it.Known == Chosen:
			return fmt.Errorf("item %d: units are never chosen", i)
		case it.Lot != 0 && s.Lots[it.Lot].Product != it.Product:
			return fmt.Errorf("item %d: a lot of another product", i)
		}
		if it.Born {
			born += it.Units.Count()
		}
	}
	if born != int64(len(e.Births)) {
		return fmt.Errorf("%d units are born, the items say %d", len(e.Births), born)
	}
	return nil
}
