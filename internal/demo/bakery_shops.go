package demo

import (
	"fmt"
	"time"

	"clew/internal/app"
	"clew/internal/auth"
	"clew/internal/stock"
)

// load is one product's portions on the way to a shop.
type load struct {
	sku      string
	portions []portion
}

func till(shop string) app.Who {
	return app.Who{By: auth.AtMachine, Actor: "till " + shop, Device: "till-" + shop}
}

// supply dispatches a shop's order; it arrives in one part or two.
func (b *bakery) supply(shop string) {
	var loads []load
	m := &stock.MovementDraft{Kind: stock.KindDispatch, Site: plant, ToSite: shop, References: paper("delivery_note", "DN-%s-%s", compact(b.today()), shop)}
	for i, pieces := range b.orders[shop] {
		p := bakeryBreads[i]
		portions := b.shelves.at(plant, "PACK", p.sku).take(stock.Units(pieces), b.today())
		m.Items = append(m.Items, items(p.sku, portions, "PACK", "")...)
		loads = append(loads, load{p.sku, portions})
	}
	if len(m.Items) == 0 {
		return
	}
	b.post(bakeryOut, m, func(r app.Receipt) {
		first, second := loads, []load(nil)
		if b.chance(250) { // the second van is late
			first, second = loads[:3], loads[3:]
		}
		day := stock.DateOf(b.now, b.zone)
		b.round(day, 6, 0, func() { b.arrive(shop, r.Entry, first, len(second) == 0) })
		if len(second) > 0 {
			b.round(day, 7, 30, func() { b.arrive(shop, r.Entry, second, true) })
		}
	})
}

// arrive books what came into a shop: now and then a piece less than was sent, and once in a while one more.
func (b *bakery) arrive(shop string, dispatch int64, loads []load, last bool) {
	m := &stock.MovementDraft{Kind: stock.KindArrive, Site: shop, Dispatch: dispatch, Close: last}
	for _, l := range loads {
		for _, p := range l.portions {
			came := p
			switch {
			case p.quantity > stock.One && b.chance(12):
				came.quantity -= stock.One
				m.Reason = "a piece was missing or crushed"
			case b.chance(2):
				came.quantity += stock.One
				m.Reason = "a piece more came than the note says"
			}
			b.shelves.at(shop, "SHELF", l.sku).put(came)
			m.Items = append(m.Items, came.item(l.sku, "", "SHELF"))
		}
	}
	if m.Close && m.Reason == "" {
		m.Reason = "missing from an earlier part"
	}
	b.post(till(shop), m, nil)
}

// sell books counter sales of a part of what the shop has. The till knows the product only: the strategy chooses the lot.
func (b *bakery) sell(shop string, percent int) {
	m := &stock.MovementDraft{Kind: stock.KindIssue, Site: shop, Purpose: "counter_sale", Capture: "api"}
	for _, p := range bakeryBreads {
		shelf := b.shelves.at(shop, "SHELF", p.sku)
		pieces := int(shelf.free(b.today())/stock.One) * min(b.about(percent, 20), 100) / 100
		if pieces == 0 {
			continue
		}
		shelf.take(stock.Units(pieces), b.today())
		m.Items = append(m.Items, plain(p.sku, stock.Units(pieces), "SHELF", ""))
	}
	if len(m.Items) > 0 {
		b.post(till(shop), m, nil)
	}
}

// next is the next day on which the bakery works.
func next(day stock.Date) stock.Date {
	for day++; !works(day); day++ {
	}
	return day
}

// clear takes what cannot be sold tomorrow off the shelf, to the food bank or to waste, and counts the shelf once a week.
func (b *bakery) clear(shop string) {
	donated := weekday(b.today()) == time.Wednesday || weekday(b.today()) == time.Saturday
	m := &stock.MovementDraft{Kind: stock.KindScrap, Site: shop, Reason: "unsold on its last day"}
	if donated {
		m = &stock.MovementDraft{Kind: stock.KindIssue, Site: shop, Purpose: "donation", Note: "Collected by the food bank"}
	}
	for _, p := range bakeryBreads {
		m.Items = append(m.Items, items(p.sku, b.shelves.at(shop, "SHELF", p.sku).old(next(b.today())), "SHELF", "")...)
	}
	if len(m.Items) > 0 {
		b.post(till(shop), m, nil)
	}
	if weekday(b.today()) == time.Thursday {
		b.count(shop)
	}
}

// count compares a shop's shelf with the books.
func (b *bakery) count(shop string) {
	m := &stock.MovementDraft{Kind: stock.KindCount, Site: shop}
	for _, p := range bakeryBreads {
		shelf := b.shelves.at(shop, "SHELF", p.sku)
		for _, k := range append([]*stack{}, shelf.stacks...) {
			if k.left > stock.One && b.chance(120) {
				shelf.of(k.lot, stock.One)
			}
			m.Items = append(m.Items, portion{lot: k.lot, quantity: k.left}.item(p.sku, "", "SHELF"))
		}
	}
	if len(m.Items) > 0 {
		b.post(till(shop), m, nil)
	}
}

// clearPlant scraps bread at the plant that nobody may have tomorrow.
func (b *bakery) clearPlant() {
	m := &stock.MovementDraft{Kind: stock.KindScrap, Site: plant, Reason: "left over on its last day"}
	for _, p := range bakeryBreads {
		m.Items = append(m.Items, items(p.sku, b.shelves.at(plant, "PACK", p.sku).old(next(b.today())), "PACK", "")...)
	}
	m.Items = append(m.Items, items(giftBox, b.shelves.at(plant, "PACK", giftBox).old(next(b.today())), "PACK", "")...)
	for _, d := range bakeryDoughs {
		m.Items = append(m.Items, items(d.sku, b.shelves.at(plant, "MIX", d.sku).old(next(b.today())+1), "MIX", "")...)
	}
	if len(m.Items) > 0 {
		b.post(bakeryOut, m, nil)
	}
}

// restock orders what runs low and, when a silo has run empty, has it cleaned and filled.
func (b *bakery) restock() {
	for _, s := range b.silos {
		if len(s.stacks) == 0 {
			b.refill(s)
		}
	}
	for _, r := range bakeryRaws {
		if r.sku == wheatFlour {
			continue
		}
		b.reorder(r)
	}
}

// refill cleans an empty silo and takes in two tankers of flour, each a lot that the mill knows by a code of its own.
func (b *bakery) refill(s *silo) {
	b.post(baker, &stock.CleaningDraft{Site: plant, Location: s.code, Occurred: b.now, Note: "Emptied, swept and fumigated"}, nil)
	mill := bakeryRaws[0]
	for i := range 2 * b.o.Scale {
		b.round(b.today(), 9+i%2, 30*(i%2), func() {
			b.mills++
			p := b.lotOf(mill, b.code(mill.mark), kilos(siloLot))
			s.put(p)
			it := b.dated(p.item(mill.sku, "", s.code), mill, p)
			it.SupplierLot = fmt.Sprintf("VM-%05d", 40000+b.mills*7)
			b.receive(mill.supplier, []stock.ItemDraft{it})
		})
	}
}

// reorder receives an ingredient when it is below its point.
func (b *bakery) reorder(r raw) {
	shelf := b.shelves.at(plant, r.store(), r.sku)
	left := b.loose[r.sku]
	if r.tracking == "lot" {
		b.writeOff(r, shelf)
		left = shelf.free(b.today() + 2)
	}
	if left >= kilos(r.point*b.o.Scale) {
		return
	}
	var lines []stock.ItemDraft
	if r.tracking != "lot" {
		quantity := kilos(r.lot * b.o.Scale)
		b.loose[r.sku] += quantity
		lines = []stock.ItemDraft{plain(r.sku, quantity, "", r.store())}
	} else {
		for range b.o.Scale {
			p := b.lotOf(r, b.code(r.mark), kilos(r.lot))
			shelf.put(p)
			it := b.dated(p.item(r.sku, "", r.store()), r, p)
			it.SupplierLot = fmt.Sprintf("%s%05d", r.mark, 10000+b.luck.IntN(90000))
			lines = append(lines, it)
		}
	}
	b.receive(r.supplier, lines)
}

// writeOff scraps an ingredient that has passed its date.
func (b *bakery) writeOff(r raw, shelf *shelf) {
	if gone := shelf.old(b.today()); len(gone) > 0 {
		b.post(bakeryLab, &stock.MovementDraft{Kind: stock.KindScrap, Site: plant, Reason: "past its date", Items: items(r.sku, gone, r.store(), "")}, nil)
	}
}

func (b *bakery) receive(supplier string, lines []stock.ItemDraft) {
	b.post(bakeryIn, &stock.MovementDraft{Kind: stock.KindReceive, Site: plant, Partner: supplier, Items: lines,
		References: paper("delivery_note", "%s-%d", supplier, 30000+b.keys)}, nil)
}

// close ends the bakery's year: the mill calls about a lot of flour that is in bread by now, and the rest of it is held.
func (b *bakery) close(day stock.Date) {
	b.round(day, 19, 30, func() {
		f := b.suspect(day)
		b.post(bakeryLab, &stock.HoldDraft{Product: wheatFlour, Lot: f.code, Reason: "the mill reports mould toxin above the limit"}, nil)
		b.told = append(b.told, Story{"flour", f.code, "contaminated flour: through " + f.silo + " into dough, with the dough into bread in shops and at customers; the rest is on hold"})
	})
}

// suspect is the newest lot of flour that has been in use for some days.
func (b *bakery) suspect(day stock.Date) flour {
	for i := len(b.used) - 1; i > 0; i-- {
		if b.used[i].since <= day-3 {
			return b.used[i]
		}
	}
	return b.used[0]
}
