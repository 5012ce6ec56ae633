package stock

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"
)

// TrackingDraft raises how the goods of a product are told apart, from none to lots or units, or from lots to units: one movement
// that turns today's stock, all of it, into named lots or units. Lowering it needs zero stock.
type TrackingDraft struct {
	Product    string        `json:"product,omitempty" doc:"SKU or GTIN; that of the path when left out."`
	Tracking   string        `json:"tracking" enum:"none,lot,serial" doc:"How the goods are told apart from now on."`
	Reason     string        `json:"reason" maxLength:"500"`
	Note       string        `json:"note,omitempty" maxLength:"4000"`
	Override   string        `json:"override,omitempty" maxLength:"500" doc:"Why it is recorded for a day up to which the books are closed."`
	Capture    string        `json:"capture,omitempty" enum:"api,camera,scanner,typed,import"`
	OccurredAt Time          `json:"occurred_at,omitempty" doc:"When the goods were named, RFC 3339. Now, when left out."`
	Rest       *RestDraft    `json:"rest,omitempty" doc:"For lots: what is not named below becomes this one lot."`
	Items      []TrackedItem `json:"items,omitempty" doc:"Today's stock of the product at every site, as it is named from now on. It must be exactly what the ledger has."`

	class *string // decided in the same breath
}

// RestDraft is the lot that takes the goods which nobody could tell apart.
type RestDraft struct {
	Lot string `json:"lot" maxLength:"20"`
	Dates
}

// TrackedItem names goods at one location.
type TrackedItem struct {
	Site     string    `json:"site"`
	Location string    `json:"location"`
	Was      string    `json:"was,omitempty" doc:"From lots to units: the lot that the units are of; it may be left out where the location has one only."`
	Quantity *Quantity `json:"quantity,omitempty" doc:"Of a lot: how much."`
	Units    []string  `json:"units,omitempty" doc:"Serial numbers, or ranges."`
	Lot      string    `json:"lot,omitempty" doc:"The lot that the goods are of from now on. Units named out of a lot stay in it."`
	Dates
	Second  *Quantity `json:"second_quantity,omitempty" doc:"Catch weight: how much of the second quantity there."`
	Measure string    `json:"second_uom,omitempty"`
}

func (d *TrackingDraft) kind() Kind { return KindTracking }

func (d *TrackingDraft) needs(n *Needs) {
	n.SKU(d.Product)
	add(n.Everywhere, d.Product)
	if d.Rest != nil {
		n.Lot(d.Product, d.Rest.Lot)
	}
	for i := range d.Items {
		it := &d.Items[i]
		n.Site(it.Site)
		n.Location(it.Site, it.Location)
		n.Lot(d.Product, it.Was)
		n.Lot(d.Product, it.Lot)
		n.Units(d.Product, it.Units)
	}
}

// ExpandUnits turns serial ranges into single serials, before the state is loaded.
func (d *TrackingDraft) ExpandUnits() *Error {
	left := MaxUnits
	for i := range d.Items {
		it := &d.Items[i]
		if len(it.Units) == 0 {
			continue
		}
		units, err := ExpandSerials(it.Units, left)
		if err != nil {
			fault, _ := AsError(err)
			return fault.At(index("items", i))
		}
		it.Units = units
		left -= len(units)
	}
	return nil
}

func (d *TrackingDraft) size() int {
	n := 1 + len(d.Items)
	for i := range d.Items {
		n += len(d.Items[i].Units)
	}
	return n
}

func (d *TrackingDraft) decide(s *State, e *Entry) *Error {
	if d.Reason == "" {
		return Errorf(Invalid, CodeReasonRequired, "reason", "a change of tracking needs a reason")
	}
	e.Override = d.Override
	if err := e.describe(d.Capture, d.Reason, d.Note, nil); err != nil {
		return err
	}
	p, err := s.product("product", d.Product)
	if err != nil {
		return err
	}
	if d.OccurredAt != 0 {
		e.OccurredAt = d.OccurredAt
	}
	if e.OccurredAt > s.Now+ahead {
		return Errorf(Invalid, CodeOccurredInFuture, "occurred_at", "%s has not come yet; the ledger's clock says %s", e.OccurredAt, s.Now)
	}
	next := *p
	if err := (&ProductDraft{Tracking: &d.Tracking, Class: d.class}).apply(&next); err != nil {
		return err
	}
	switch {
	case next.Tracking == p.Tracking && len(d.Items) == 0 && d.Rest == nil:
		e.Unchanged(p.Entry)
		return nil
	case next.Tracking == p.Tracking:
		return Errorf(Invalid, CodeInvalidValue, "tracking", "%s is tracked by %s already: goods get other names by a relabel, a split or a count", p.SKU, p.Tracking)
	}
	if err := s.noneOnTheWay(p); err != nil {
		return err
	}
	r := &raising{was: p, slots: s.onHand(p)}
	next.Entry = e.ID
	s.putProduct(&next)
	e.Product = &next
	if next.Tracking < p.Tracking {
		return d.lower(s, r)
	}
	r.decision = &decision{State: s, flow: flow{births: true, unknown: true}, d: &MovementDraft{Kind: KindTracking}, e: e, day: DateOf(e.OccurredAt, time.UTC)}
	r.now = &next
	return r.raise(d)
}

// noneOnTheWay refuses to rename goods that nobody has before his eyes: those in transit.
func (s *State) noneOnTheWay(p *Product) *Error {
	var dispatches []string
	for slot, b := range s.Balances {
		if at := s.Places[slot.Place]; slot.Product == p.ID && at != nil && at.Kind == PlaceTransit && b.Quantity != 0 {
			dispatches = append(dispatches, fmt.Sprint(at.Dispatch))
		}
	}
	if len(dispatches) == 0 {
		return nil
	}
	dispatches = sortedSet(dispatches)
	err := Errorf(Conflict, CodeGoodsInTransit, "product", "goods of %s are on the way in dispatch %s: let them arrive first", p.SKU, strings.Join(firstOf(dispatches, 20), ", "))
	err.About = firstOf(dispatches, 100)
	return err
}

// onHand lists where the product's stock is, by the names of the places and the codes of the lots.
func (s *State) onHand(p *Product) []Slot {
	var out []Slot
	for slot, b := range s.Balances {
		if at := s.Places[slot.Place]; slot.Product == p.ID && at != nil && at.Real() && b.Quantity != 0 {
			out = append(out, slot)
		}
	}
	slices.SortFunc(out, func(a, b Slot) int {
		return cmp.Or(cmp.Compare(s.PlaceName(a.Place), s.PlaceName(b.Place)), cmp.Compare(a.Lot, b.Lot))
	})
	return out
}

// lower is for products of which nothing is left: there is nothing whose name would be lost.
func (d *TrackingDraft) lower(s *State, r *raising) *Error {
	if len(d.Items) > 0 || d.Rest != nil {
		return Errorf(Invalid, CodeUnsupported, "items", "only raising the tracking gives goods new names")
	}
	if len(r.slots) == 0 {
		return nil
	}
	var lines []string
	for _, slot := range r.slots {
		lines = append(lines, s.slotName(slot)+": "+s.Balances[slot].Quantity.String())
	}
	err := Errorf(Conflict, CodeTrackingInUse, "tracking", "%s has stock: lowering its tracking would lose the names of the goods. %s", r.was.SKU, strings.Join(firstOf(lines, 20), "; "))
	err.About = firstOf(lines, 100)
	return err
}

func (s *State) slotName(slot Slot) string {
	if slot.Lot == 0 {
		return s.PlaceName(slot.Place)
	}
	return s.PlaceName(slot.Place) + " " + s.lotName(slot.Lot)
}

func firstOf(list []string, most int) []string { return list[:min(len(list), most)] }

// raising is a change of tracking being decided: a group for each slot, what was there in and what it is called now out.
type raising struct {
	*decision
	was, now *Product
	slots    []Slot
	lines    map[Slot][]int // of the draft
}

func (r *raising) raise(d *TrackingDraft) *Error {
	if d.Rest != nil && r.now.Tracking == TrackSerial {
		return Errorf(Invalid, CodeUnitsRequired, "rest", "product %s is to be tracked by serial number: name each unit", r.now.SKU)
	}
	r.lines = map[Slot][]int{}
	for i := range d.Items {
		slot, err := r.slotOf(&d.Items[i])
		if err != nil {
			return err.At(index("items", i))
		}
		r.lines[slot] = append(r.lines[slot], i)
	}
	if err := r.exact(d); err != nil {
		return err
	}
	for g, slot := range r.slots {
		if err := r.group(d, slot, g+1); err != nil {
			return err
		}
	}
	return nil
}

// slotOf finds the stock that a line names anew.
func (r *raising) slotOf(it *TrackedItem) (Slot, *Error) {
	slot := Slot{Product: r.was.ID}
	site := r.Sites[it.Site]
	if site == nil {
		return slot, Errorf(NotFound, CodeUnknownSite, "site", "there is no site %q", clip(it.Site))
	}
	at := r.Locations[PlaceKey{site.ID, it.Location}]
	if at == nil {
		return slot, Errorf(NotFound, CodeUnknownLocation, "location", "site %s has no location %q", site.Code, clip(it.Location))
	}
	slot.Place = at.ID
	switch {
	case it.Was != "" && r.was.Tracking == TrackNone:
		return slot, Errorf(Invalid, CodeLotNotAllowed, "was", "product %s was not tracked by lot", r.was.SKU)
	case it.Was != "":
		lot, err := r.lot(r.was, it.Was)
		if err != nil {
			err.Field = "was"
			return slot, err
		}
		slot.Lot = lot.ID
	case r.was.Tracking == TrackLot:
		here := 0
		for _, other := range r.slots {
			if other.Place == at.ID {
				slot, here = other, here+1
			}
		}
		if here > 1 {
			return slot, Errorf(Invalid, CodeLotRequired, "was", "there are %d lots at %s: say which one these units are of", here, r.PlaceName(at.ID))
		}
	}
	return slot, r.names(it, slot)
}

// names checks what a line calls its goods.
func (r *raising) names(it *TrackedItem, slot Slot) *Error {
	remark := ItemDraft{Second: it.Second, Measure: it.Measure}
	line := ItemDraft{Quantity: it.Quantity, Units: it.Units}
	switch {
	case r.now.Tracking == TrackLot && len(it.Units) > 0:
		return Errorf(Invalid, CodeUnitsNotAllowed, "units", "product %s is to be tracked by lot", r.now.SKU)
	case r.now.Tracking == TrackLot && it.Lot == "":
		return Errorf(Invalid, CodeLotRequired, "lot", "name the lot that the goods are of")
	case slot.Lot != 0 && it.Lot != "" && it.Lot != r.Lots[slot.Lot].Code:
		return Errorf(Conflict, CodeLotDiffers, "lot", "units named out of %s stay in it; a relabel gives them another", r.lotName(slot.Lot))
	case it.Lot == "" && it.Dates != (Dates{}):
		return Errorf(Invalid, CodeLotRequired, "lot", "dates belong to a lot: name it")
	}
	if slot.Lot != 0 {
		if err := (&ItemDraft{Dates: it.Dates}).sameDates(r.now, r.Lots[slot.Lot]); err != nil {
			return err
		}
	}
	for _, serial := range it.Units {
		if u := r.Serials[r.now.ID][serial]; u != nil {
			return r.exists(r.now, u)
		}
	}
	if _, err := line.amount(r.now); err != nil {
		return err
	}
	return remark.remarks()
}

func (it *TrackedItem) amount() Quantity {
	if len(it.Units) > 0 {
		return Units(len(it.Units))
	}
	return *it.Quantity
}

// exact refuses what is not just what the ledger has, place by place.
func (r *raising) exact(d *TrackingDraft) *Error {
	var lines []string
	differs := func(slot Slot, given Quantity) {
		lines = append(lines, fmt.Sprintf("%s: %s expected, %s given", r.slotName(slot), r.Balances[slot].Quantity, given))
	}
	seen := map[Slot]bool{}
	judge := func(slot Slot) {
		if seen[slot] {
			return
		}
		seen[slot] = true
		sum, fits := Quantity(0), true
		for _, i := range r.lines[slot] {
			more, ok := sum.Add(d.Items[i].amount())
			sum, fits = more, fits && ok
		}
		if have := r.Balances[slot].Quantity; !fits || sum > have || sum < have && d.Rest == nil {
			differs(slot, sum)
		}
	}
	for _, slot := range r.slots {
		judge(slot)
	}
	for i := range d.Items { // also where nothing is
		for slot, of := range r.lines {
			if of[0] == i {
				judge(slot)
			}
		}
	}
	if len(lines) == 0 {
		return nil
	}
	err := Errorf(Conflict, CodeStockDiffers, "items", "today's stock of %s is not what is named: %s. Count the place first if the ledger is wrong", r.was.SKU, strings.Join(firstOf(lines, 20), "; "))
	err.About = firstOf(lines, 100)
	return err
}

// group takes what is in a slot through the site's production place, where it changes its name, and back.
func (r *raising) group(d *TrackingDraft, slot Slot, number int) *Error {
	made := r.purpose(r.SiteIDs[r.Places[slot.Place].Site], PlaceProduction)
	have := r.Balances[slot]
	outs, err := r.outputs(d, slot, have)
	if err != nil {
		return err
	}
	in := ItemDraft{}
	if have.Second > 0 {
		in.Second = &have.Second
		for _, out := range outs {
			in.Measure = cmp.Or(in.Measure, out.Measure)
		}
	}
	if err := r.post(&in, Item{Product: r.was.ID, Lot: slot.Lot, Quantity: have.Quantity, From: slot.Place, To: made.ID, Role: Input, Group: number}); err != nil {
		return err
	}
	for _, out := range outs {
		item := Item{Product: r.now.ID, Lot: slot.Lot, Quantity: *out.Quantity, From: made.ID, To: slot.Place, Role: Output, Group: number}
		if out.Lot != "" && slot.Lot == 0 {
			lot, err := r.lotIn(r.now, &out.ItemDraft, 0)
			if err != nil {
				return err.At(out.path)
			}
			item.Lot = lot.ID
		}
		if r.now.Tracking == TrackSerial {
			err = r.bearUnits(r.now, &out.ItemDraft, out.Units, item)
		} else {
			err = r.post(&out.ItemDraft, item)
		}
		if err != nil {
			return err.At(out.path)
		}
	}
	return nil
}

// output is what becomes of goods of a slot.
type output struct {
	ItemDraft
	path string
}

// outputs are the lines that name the goods of a slot, and the rest. Together they carry its second quantity.
func (r *raising) outputs(d *TrackingDraft, slot Slot, have Balance) ([]output, *Error) {
	var outs []output
	left := have.Quantity
	for _, i := range r.lines[slot] {
		it := &d.Items[i]
		amount := it.amount()
		left -= amount
		outs = append(outs, output{ItemDraft{Product: d.Product, Lot: it.Lot, Units: it.Units, Quantity: &amount, Dates: it.Dates, Second: it.Second, Measure: it.Measure}, index("items", i)})
	}
	if left > 0 {
		if err := CheckCode("lot", d.Rest.Lot, MaxCode); err != nil {
			return nil, err.At("rest")
		}
		outs = append(outs, output{ItemDraft{Product: d.Product, Lot: d.Rest.Lot, Quantity: &left, Dates: d.Rest.Dates}, "rest"})
	}
	second := Quantity(0)
	for i := range outs {
		if q := outs[i].Second; q != nil {
			second += *q
		}
	}
	if second != have.Second {
		err := Errorf(Conflict, CodeStockDiffers, "second_quantity", "%s has %s in its second measure, %s is named: say how much of it each line has", r.slotName(slot), have.Second, second)
		return nil, err.At(outs[0].path)
	}
	return outs, nil
}

// fitsTracking refuses to take back an entry from before the goods of the product were told apart otherwise.
func (m *decision) fitsTracking(was *Entry, item *Item) *Error {
	p := m.ProductIDs[item.Product]
	if (p.Tracking == TrackLot) == (item.Lot != 0 && len(item.Units) == 0) && (p.Tracking == TrackSerial) == (len(item.Units) > 0) {
		return nil
	}
	return Errorf(Conflict, CodeTrackingChanged, "reverses",
		"entry %d moved %s of %s when its goods were told apart otherwise; it is tracked by %s now: book what is wrong today as a return, found, a loss or a count",
		was.ID, item.Quantity, p.SKU, p.Tracking)
}
