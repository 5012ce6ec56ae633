package demo

import (
	"fmt"

	"clew/internal/app"
	"clew/internal/stock"
)

// good is a product of a catalogue. What is left empty takes the ledger's default.
type good struct {
	sku, name, tracking, uom string
	decimals                 int
	requires                 string // the date that its lots carry
	warns                    bool   // past its date it only warns
	shelf, warn              int    // days
	cost                     string
	holds                    string // the movement whose goods start on hold
}

// product creates a product, with a GTIN of the prefix.
func (y *year) product(who app.Who, prefix string, n int, g good, tags ...string) {
	d := &stock.ProductDraft{SKU: g.sku, GTIN: of(number(prefix, n)), Name: of(g.name), Tracking: of(g.tracking), Tags: &tags, If: stock.MustBeNew}
	if g.uom != "" {
		d.UoM, d.Decimals = of(g.uom), of(g.decimals)
	}
	if g.requires != "" {
		d.Requires = &[]string{g.requires}
	}
	if g.warns {
		d.Past = of("warns")
	}
	if g.shelf > 0 {
		d.ShelfLife, d.WarnDays = of(g.shelf), of(g.warn)
	}
	if g.cost != "" {
		d.UnitCost = of(g.cost)
	}
	if g.holds != "" {
		d.HoldWhen = &[]string{g.holds}
	}
	y.post(who, d, nil)
}

// room is a location of a catalogue.
type room struct {
	code, name, parent string
	blocking           bool
	mixed              bool // a silo, which is also a zone: what is drawn from it is of it
}

// site creates a site with its locations.
func (y *year) site(who app.Who, code, name, zone, gln string, rooms []room) {
	y.post(who, &stock.SiteDraft{Code: code, Name: of(name), TimeZone: of(zone), GLN: of(gln), If: stock.MustBeNew}, nil)
	for _, r := range rooms {
		d := &stock.LocationDraft{Site: code, Code: r.code, Name: of(r.name), If: stock.MustBeNew}
		if r.parent != "" {
			d.Parent = of(r.parent)
		}
		if r.blocking {
			d.Blocking = of(true)
		}
		if r.mixed {
			d.Mixed, d.Zone = of(true), of(true)
		}
		y.post(who, d, nil)
	}
}

// supplier creates a supplier; holds says whether what it sends starts on hold.
func (y *year) supplier(who app.Who, code, name string, n int, holds bool) {
	d := &stock.PartnerDraft{Code: code, Name: of(name), GLN: of(number(supplierPrefix, n)), Roles: &[]string{"supplier", "maker"}, If: stock.MustBeNew}
	if holds {
		d.HoldWhen = &[]string{"receive"}
	}
	y.post(who, d, nil)
}

// buyer is a customer with the addresses that goods go to.
type buyer struct {
	code      string
	addresses []string
}

var (
	quarters = []string{"Market Square", "North Gate", "Harbour", "Riverside", "Old Town", "Station", "Park View", "Hill Street", "Lakeside", "West End",
		"Mill Lane", "South Bridge", "Orchard", "Castle Road", "Green Field", "East Quay"}
	towns = []string{"Northtown", "Eastville", "Westbury", "Southport", "Midfield", "Upper Vale", "Lower Vale"}
)

// buyers creates so many customers of some trades, with one to three addresses each.
func (t *trade) buyers(who app.Who, prefix, glns string, n int, trades []string) []buyer {
	var out []buyer
	for i := range n {
		b := buyer{code: fmt.Sprintf("%s-C%02d", prefix, i+1)}
		name := quarters[i%len(quarters)] + " " + trades[i%len(trades)]
		if round := i / len(quarters); round > 0 {
			name += fmt.Sprintf(" %d", round+1)
		}
		d := &stock.PartnerDraft{Code: b.code, Name: of(name), GLN: of(number(glns, 4*i)), Roles: &[]string{"customer"}, If: stock.MustBeNew}
		for j, kind := range []string{"MAIN", "BRANCH-2", "BRANCH-3"}[:1+t.luck.IntN(3)] {
			b.addresses = append(b.addresses, kind)
			d.Addresses = append(d.Addresses, stock.AddressDraft{Code: kind, GLN: number(glns, 4*i+j+1),
				Name: fmt.Sprintf("%s, %d %s, %s", name, 1+t.luck.IntN(90), quarters[t.luck.IntN(len(quarters))], towns[t.luck.IntN(len(towns))])})
		}
		t.post(who, d, nil)
		out = append(out, b)
	}
	return out
}

// address is one of the buyer's addresses.
func (t *trade) address(b buyer) string { return b.addresses[t.luck.IntN(len(b.addresses))] }
