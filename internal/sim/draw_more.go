package sim

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"clew/internal/stock"
)

var zone0 = time.UTC

// out draws a movement that takes goods out of a location.
func (r *drawer) out(kind stock.Kind) stock.Body {
	it, site := r.taken()
	d := &stock.MovementDraft{Kind: kind, Site: site}
	switch kind {
	case stock.KindShip:
		d.Partner, d.Address = one(r, customers), one(r, []string{"", "X"})
		if it.Lot != "" && r.chance(50) {
			it.Lot, it.From = "", "" // the strategy picks
		}
	case stock.KindMove:
		it.To = one(r, locations)
	case stock.KindIssue:
		d.Purpose = one(r, []string{"sample", "own_use", "donation", "destruction", "laboratory", "counter_sale"})
	case stock.KindScrap, stock.KindLoss:
		d.Reason = "broken"
	case stock.KindReturnToSupplier:
		d.Partner = one(r, suppliers)
		if r.chance(10) {
			d.Partner = one(r, customers) // to whom blocked goods do not go back
		}
	case stock.KindDispatch:
		d.ToSite = other(site)
	}
	if r.chance(25) {
		d.Override = "the customer asked for it"
	}
	d.Items = []stock.ItemDraft{it}
	if r.chance(15) {
		if more, at := r.taken(); at == site && more.Product != it.Product {
			more.To = it.To
			d.Items = append(d.Items, more)
		}
	}
	r.dress(d)
	return d
}

func other(site string) string {
	if site == "S1" {
		return "S2"
	}
	return "S1"
}

// transform draws a movement that makes goods out of others.
func (r *drawer) transform() stock.Body {
	it, site := r.taken()
	kind := one(r, []stock.Kind{stock.KindMake, stock.KindMake, stock.KindMake, stock.KindRepack, stock.KindDisassemble, stock.KindSplit, stock.KindMerge, stock.KindRelabel})
	d := &stock.MovementDraft{Kind: kind, Site: site}
	groups := 1
	if r.chance(20) {
		groups = 2
	}
	for range groups {
		g := stock.Group{Inputs: []stock.ItemDraft{it}}
		var out stock.ItemDraft
		if kind == stock.KindSplit || kind == stock.KindMerge || kind == stock.KindRelabel {
			r.n++
			out = stock.ItemDraft{Product: it.Product, Lot: fmt.Sprint("L", r.n), Quantity: it.Quantity, Units: slices.Clone(it.Units), To: one(r, locations[:3]), Dates: r.dates(it.Product)}
			if r.lotless(it.Product) {
				out.Lot = ""
			}
		} else {
			for out = r.fresh(r.sku()); out.Product == it.Product; {
				out = r.fresh(r.sku())
			}
			out.Expected = r.quantity("BOLT")
		}
		g.Outputs = append(g.Outputs, out)
		d.Groups = append(d.Groups, g)
		var at string
		if it, at = r.taken(); at != site {
			break
		}
	}
	r.dress(d)
	return d
}

// comesIn draws goods whose history is not known, or that come back.
func (r *drawer) comesIn() stock.Body {
	kind := one(r, []stock.Kind{stock.KindOpening, stock.KindFound, stock.KindReturn, stock.KindReturn})
	d := &stock.MovementDraft{Kind: kind, Site: one(r, siteCodes)}
	it := r.fresh(r.sku())
	it.New = kind != stock.KindOpening && r.chance(70)
	if kind == stock.KindReturn {
		d.Partner = one(r, customers)
		if id := r.unit(); id != 0 && r.chance(60) {
			u := r.m.units[id]
			it = stock.ItemDraft{Product: r.m.skus[u.product], Units: []string{u.serial}, To: "A", New: true}
		}
	}
	d.Items = []stock.ItemDraft{it}
	r.dress(d)
	return d
}

func (r *drawer) count() stock.Body {
	it, site := r.taken()
	if it.From == "" {
		it.From = "A"
	}
	if it.Quantity != nil && r.chance(50) {
		it.Quantity = r.quantity(it.Product)
	}
	return &stock.MovementDraft{Kind: stock.KindCount, Site: site, Items: []stock.ItemDraft{it}}
}

// arrive draws the arrival of a recent dispatch: all of it, a part, or its end.
func (r *drawer) arrive() stock.Body {
	for range 20 {
		if len(r.m.moved) == 0 {
			break
		}
		e := r.m.entries[r.m.moved[len(r.m.moved)-1-r.IntN(min(len(r.m.moved), 150))]]
		if e.Kind != stock.KindDispatch {
			continue
		}
		d := &stock.MovementDraft{Kind: stock.KindArrive, Site: other(r.m.siteIDs[e.Site]), Dispatch: e.ID, Close: r.chance(40)}
		if d.Close || r.chance(20) {
			d.Reason = "damaged on the way"
		}
		for _, it := range e.Items {
			if r.chance(20) {
				continue
			}
			d.Items = append(d.Items, r.named(it))
		}
		return d
	}
	return r.out(stock.KindMove)
}

// named writes an item's goods the way a draft does.
func (r *drawer) named(it stock.Item) stock.ItemDraft {
	out := stock.ItemDraft{Product: r.m.skus[it.Product], To: one(r, locations[:3])}
	if len(it.Units) > 0 {
		for id := range it.Units.All() {
			out.Units = append(out.Units, r.m.units[id].serial)
		}
		return out
	}
	if it.Lot != 0 {
		out.Lot = r.m.called(it.Lot)
	}
	out.Quantity = ptr(it.Quantity)
	return out
}

// reverse draws the reversal of a recent movement, whole or in part.
func (r *drawer) reverse() stock.Body {
	m := r.m
	if len(m.moved) == 0 {
		return r.receive()
	}
	e := m.entries[m.moved[len(m.moved)-1-r.IntN(min(len(m.moved), 60))]]
	d := &stock.MovementDraft{Kind: stock.KindReversal, Reverses: e.ID, Reason: "a mistake"}
	if r.chance(40) {
		it := one(r, e.Items)
		part := stock.ItemDraft{Item: it.ID}
		if len(it.Units) > 0 && r.chance(60) {
			part.Units = []string{m.units[it.Units[0].First].serial}
		} else if len(it.Units) == 0 && it.Second == nil && r.chance(60) && it.Quantity > stock.One {
			part.Quantity = ptr(stock.One)
		}
		d.Items = []stock.ItemDraft{part}
	}
	return d
}

func (r *drawer) hold() stock.Body {
	it, site := r.taken()
	d := &stock.HoldDraft{Reason: "a doubt"}
	switch {
	case r.chance(10):
		d.Site, d.Location = site, one(r, locations[:3])
	case len(it.Units) > 0:
		d.Product, d.Units = it.Product, it.Units
	case it.Lot != "":
		d.Product, d.Lot = it.Product, it.Lot
		if r.chance(40) {
			d.Site, d.Location = site, it.From
		}
	default:
		return r.receive()
	}
	return d
}

// release draws the end of a hold, or a move out of quarantine.
func (r *drawer) release() stock.Body {
	if r.chance(15) {
		it, site := r.taken()
		it.From, it.To = one(r, []string{"Q", it.From}), one(r, []string{"A", "Q"})
		return &stock.ReleaseDraft{Site: site, Items: []stock.ItemDraft{it}, Reason: "seen and found good"}
	}
	var ids []int64
	for id := range r.m.holds {
		ids = append(ids, id)
	}
	if len(ids) == 0 {
		return r.receive()
	}
	slices.Sort(ids)
	h := r.m.holds[ids[r.IntN(min(len(ids), 20))]] // the old ones, so that few stay
	d := &stock.ReleaseDraft{Hold: h.ID, Reason: "found good"}
	if lot, held := r.m.lots[h.Lot]; held && r.m.lacking(lot.Product, h.Lot) && r.chance(70) {
		if r.chance(40) {
			return r.inspection(r.m.skus[lot.Product], h.Lot)
		}
		d.Override = "seen by the buyer"
	}
	if len(h.Units) > 0 && r.chance(40) {
		d.Units = []string{r.m.units[h.Units[0].First].serial}
	}
	return d
}

func (r *drawer) resolve() stock.Body {
	var ids []int64
	for id := range r.m.open {
		ids = append(ids, id)
	}
	if len(ids) == 0 {
		return r.receive()
	}
	slices.Sort(ids)
	return &stock.ResolveDraft{Exception: ids[r.IntN(min(len(ids), 5))], Action: one(r, []string{"dismiss", "dismiss", "post"}), Reason: "looked into"}
}

func (r *drawer) master() stock.Body {
	switch r.IntN(5) {
	case 0:
		return &stock.ProductDraft{SKU: one(r, lotted), Name: ptr(fmt.Sprint("Name ", r.IntN(5))), WarnDays: ptr(r.IntN(9))}
	case 1:
		return &stock.PartnerDraft{Code: one(r, customers), Addresses: []stock.AddressDraft{{Code: "X", Name: fmt.Sprint("Street ", r.IntN(9))}, {Code: fmt.Sprint("Y", r.IntN(9))}}}
	case 2:
		return &stock.LocationDraft{Site: one(r, siteCodes), Code: "C", Blocking: ptr(r.chance(40)), Mixed: ptr(r.chance(50))}
	case 3:
		return &stock.CleaningDraft{Site: one(r, siteCodes), Location: "T"}
	}
	return &stock.SiteDraft{Code: one(r, siteCodes), Name: ptr(fmt.Sprint("Site ", r.IntN(9)))}
}

// spoil makes a movement wrong in one way. It reports whether it could.
func (r *drawer) spoil(d *stock.Draft) bool {
	m, ok := d.Body.(*stock.MovementDraft)
	if !ok || len(m.Items) == 0 || m.Kind == stock.KindReversal {
		return false
	}
	it := &m.Items[0]
	switch r.IntN(12) {
	case 0:
		it.Product = "NOSUCH"
	case 1:
		m.Site = "NOWHERE"
	case 2:
		it.Quantity = ptr(-stock.One)
	case 3:
		it.Quantity = ptr(stock.Quantity(1))
	case 4:
		m.OccurredAt = r.m.now + 86400_000
	case 5:
		m.Capture = "telepathy"
	case 6:
		m.Note = "bell \a"
	case 7:
		it.Second = ptr(stock.One) // without its unit of measure
		it.Measure = ""
	case 8:
		it.Units = append(it.Units, "DUP", "DUP")
	case 9:
		m.References = []stock.Reference{{Kind: "order", Code: strings.Repeat("9", 61)}}
	case 10:
		d.Actor = ""
	case 11:
		m.ToSite, m.Dispatch, m.Purpose = "", 0, "fun"
	}
	return true
}
