package demo

import (
	"fmt"
	"slices"

	"clew/internal/stock"
)

// comesBack plans the return of a delivery's first item: into quarantine, and from there back to the shelf or to destruction.
func (m *medicine) comesBack(site, customer, address string, l load, day stock.Date) {
	p := l.portions[0]
	if m.last.serial != "" && slices.Contains(p.serials, m.last.serial) {
		m.last = sale{} // the story needs one that stays with its customer
	}
	m.round(day, 10, 30, func() {
		m.post(medicineIn, &stock.MovementDraft{Kind: stock.KindReturn, Site: site, Partner: customer, Address: address, Reason: "delivered in error",
			Items: []stock.ItemDraft{p.item(l.sku, "", "QUARANTINE")}}, nil)
	})
	m.round(next(day), 13, 0, func() {
		if p.rank() > m.today()+30 && m.chance(700) {
			m.shelves.at(site, "PICK", l.sku).put(p)
			m.post(medicineLab, &stock.ReleaseDraft{Site: site, Reason: "storage conditions shown, seal unbroken", Occurred: m.now,
				Items: []stock.ItemDraft{p.item(l.sku, "QUARANTINE", "PICK")}}, nil)
			return
		}
		m.post(medicineLab, &stock.MovementDraft{Kind: stock.KindIssue, Site: site, Purpose: "destruction", Note: "Cold chain not shown",
			Items: []stock.ItemDraft{p.item(l.sku, "QUARANTINE", "")}}, nil)
	})
}

// samples takes a pack of some medicine for the retained samples or the laboratory.
func (m *medicine) samples() {
	r := remedies[m.luck.IntN(byLot)]
	portions := m.shelves.at(north, "PICK", r.sku).take(stock.One, m.today())
	if len(portions) > 0 {
		m.post(medicineLab, &stock.MovementDraft{Kind: stock.KindIssue, Site: north, Purpose: []string{"retained_sample", "laboratory", "sample"}[m.luck.IntN(3)],
			Items: items(r.sku, portions, "PICK", "")}, nil)
	}
}

// destroy sends what expired two weeks ago and more to destruction.
func (m *medicine) destroy(site string) {
	move := &stock.MovementDraft{Kind: stock.KindIssue, Site: site, Purpose: "destruction", Note: "Expired; handed to the disposal firm"}
	for _, r := range remedies {
		move.Items = append(move.Items, items(r.sku, m.shelves.at(site, "PICK", r.sku).old(m.today()-14), "PICK", "")...)
	}
	if len(move.Items) > 0 {
		m.post(medicineLab, move, nil)
	}
}

// count counts one medicine at a depot; at times a pack is missing.
func (m *medicine) count(site string) {
	r := remedies[m.luck.IntN(byLot)]
	shelf := m.shelves.at(site, "PICK", r.sku)
	move := &stock.MovementDraft{Kind: stock.KindCount, Site: site}
	for _, k := range slices.Clone(shelf.stacks) {
		if k.left > stock.One && m.chance(100) {
			shelf.of(k.lot, stock.One)
		}
		move.Items = append(move.Items, portion{lot: k.lot, quantity: k.left}.item(r.sku, "", "PICK"))
	}
	if len(move.Items) > 0 {
		m.post(picker, move, nil)
	}
}

// special plans what the stories need on their days.
func (m *medicine) special(day stock.Date) {
	slow := remedies[len(remedies)-1]
	switch day {
	case m.o.End - 35:
		// A vial nobody asks for: it expires a few days before the year ends.
		m.round(day, 9, 0, func() {
			l := m.receive(slow, 12, m.o.End-6)
			m.misread = l
			m.told = append(m.told, Story{"expired", l.code, "an expired lot: some was sold in time, the rest is past its date and not shipped any more"})
		})
	case m.o.End - 20:
		m.round(day, 10, 30, func() { m.sellSlow(slow) })
	case m.o.End - 12:
		m.round(day, 11, 0, m.correct)
	case m.o.End - 8:
		m.round(day, 13, 0, m.overrule)
	}
}

// sellSlow sells a few of what nobody asks for.
func (m *medicine) sellSlow(slow remedy) {
	c := m.customers[0][0]
	m.post(picker, &stock.MovementDraft{Kind: stock.KindShip, Site: north, Partner: c.code, Address: "MAIN", References: paper("order", "MO-URGENT"),
		Items: items(slow.sku, m.shelves.at(north, "PICK", slow.sku).take(stock.Units(3), m.today()), "PICK", "")}, nil)
}

// correct puts right the code of a lot that was found wrong after some of it was shipped.
func (m *medicine) correct() {
	wrong := m.misread.code
	m.misread.code += "B"
	m.post(medicineLab, &stock.CorrectionDraft{Product: remedies[len(remedies)-1].sku, Lot: wrong, Set: stock.LotIdentity{Lot: of(m.misread.code)},
		Reason: "the carton says " + m.misread.code + ": its last letter was not keyed in on receipt"}, nil)
	for i := range m.told {
		if m.told[i].Code == wrong {
			m.told[i].Code = m.misread.code
		}
	}
	m.told = append(m.told, Story{"misread", wrong, "a lot number found wrong after shipping: it is " + m.misread.code + ", and the old number still finds it"})
}

// overrule ships a later lot than the strategy's, for a customer that needs a long remaining life.
func (m *medicine) overrule() {
	for _, r := range remedies[:byLot] {
		shelf := m.shelves.at(north, "PICK", r.sku)
		n := len(shelf.stacks)
		if n < 2 || shelf.stacks[n-1].good == shelf.stacks[0].good || shelf.stacks[0].good < m.today() {
			continue
		}
		l := shelf.stacks[n-1].lot
		c := m.customers[0][len(m.customers[0])-1]
		m.post(picker, &stock.MovementDraft{Kind: stock.KindShip, Site: north, Partner: c.code, Address: "MAIN", References: paper("order", "MO-SHIP-1"),
			Override: "the ship's dispensary needs twelve months of remaining life",
			Items:    []stock.ItemDraft{shelf.of(l, stock.Units(5)).item(r.sku, "PICK", "")}}, nil)
		m.told = append(m.told, Story{"override", l.code, "an override: it was not the first to expire and was shipped all the same, with a reason"})
		return
	}
}

// close ends the wholesaler's year: a maker's notice, and a queue of scans that came too late.
func (m *medicine) close(day stock.Date) {
	m.round(day, 19, 30, func() {
		if sku, l := m.suspect(); l != nil {
			m.post(medicineLab, &stock.HoldDraft{Product: sku, Lot: l.code, Reason: "the maker's notice: a leaflet of another strength in some packs"}, nil)
			m.told = append(m.told, Story{"held", l.code, "a lot to recall: on hold after the maker's notice, some in the depots and much with customers"})
		}
		if s := m.last; s.serial != "" {
			m.refuse(s)
		}
	})
}

// suspect is the lot of which most was sold while some is left.
func (m *medicine) suspect() (sku string, found *lot) {
	var most stock.Quantity
	for _, r := range remedies[:byLot] {
		for _, k := range m.shelves.at(north, "PICK", r.sku).stacks {
			sold := k.size - k.left
			for _, other := range m.shelves.at(south, "PICK", r.sku).stacks {
				if other.lot == k.lot {
					sold -= other.left
				}
			}
			if sold > most && k.good > m.o.End {
				most, sku, found = sold, r.sku, k.lot
			}
		}
	}
	return sku, found
}

// refuse sends a scan that was queued on a device out of reach: the pack has gone to another customer, so it is kept as an exception.
func (m *medicine) refuse(s sale) {
	other := m.customers[0][0]
	if other.code == s.customer.code {
		other = m.customers[0][1]
	}
	move := &stock.MovementDraft{Kind: stock.KindShip, Site: s.depot, Partner: other.code, Address: "MAIN", References: paper("order", "MO-QUEUED-1"),
		Items: []stock.ItemDraft{{Product: s.sku, Units: []string{s.serial}, From: "PICK"}}}
	p := pending{refused: stock.CodeUnitElsewhere}
	p.request.Who, p.request.Body, p.request.Keep = picker, move, true
	m.ask(p)
	m.told = append(m.told, Story{"exception", s.serial, fmt.Sprintf("an open exception: a queued scan sends this pack to %s, but it had gone to %s", other.code, s.customer.code)})
}
