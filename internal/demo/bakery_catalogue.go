package demo

import (
	"fmt"

	"clew/internal/app"
	"clew/internal/auth"
	"clew/internal/stock"
)

const bakeryZone = "Europe/Berlin"

var (
	baker     = app.Who{By: auth.AtMachine, Actor: "baker", Device: "bakery-scale"}
	bakeryIn  = app.Who{By: auth.AtMachine, Actor: "bakery goods-in", Device: "bakery-scanner-1"}
	bakeryOut = app.Who{By: auth.AtMachine, Actor: "bakery dispatch", Device: "bakery-scanner-2"}
	bakeryLab = app.Who{By: auth.AtMachine, Actor: "bakery quality"}
)

// raw is an ingredient: what is left of it falls below a point (in kilograms, for one shop's worth of scale), then lots come.
type raw struct {
	good
	supplier   string
	point, lot int // of a lot-tracked one, what one lot weighs
	mark       string
}

const (
	wheatFlour = "FLOUR-WHEAT"
	siloLot    = 1200 // kilograms in one tanker of flour
)

var bakeryRaws = []raw{
	{good{sku: wheatFlour, name: "Wheat flour type 550, bulk", tracking: "lot", uom: "KGM", decimals: 3, requires: "best_before", warns: true, shelf: 270, warn: 30, cost: "0.48"},
		"BAK-MILL", 0, siloLot, "FW"},
	{good{sku: "FLOUR-RYE", name: "Rye flour type 1150, 25 kg sacks", tracking: "lot", uom: "KGM", decimals: 3, requires: "best_before", warns: true, shelf: 270, warn: 30, cost: "0.55"},
		"BAK-MILL", 350, 500, "FR"},
	{good{sku: "YEAST", name: "Fresh yeast, 500 g blocks", tracking: "lot", uom: "KGM", decimals: 3, requires: "expiry", shelf: 28, warn: 5, cost: "2.10"},
		"BAK-YEAST", 30, 25, "YE"},
	{good{sku: "BUTTER", name: "Butter, 10 kg blocks", tracking: "lot", uom: "KGM", decimals: 3, requires: "expiry", shelf: 60, warn: 7, cost: "7.40"},
		"BAK-DAIRY", 30, 60, "BU"},
	{good{sku: "SUGAR", name: "Sugar, 25 kg sacks", tracking: "none", uom: "KGM", decimals: 3, cost: "0.90"}, "BAK-TRADE", 40, 250, ""},
	{good{sku: "SALT", name: "Salt, 25 kg sacks", tracking: "none", uom: "KGM", decimals: 3, cost: "0.35"}, "BAK-TRADE", 30, 250, ""},
	{good{sku: "BREAD-BAG", name: "Bread bag, printed", tracking: "none", cost: "0.03"}, "BAK-PACK", 4000, 12000, ""},
}

// dough is an intermediate product: grams of each ingredient to a kilogram.
type dough struct {
	sku, name, mark string
	recipe          []part
}

type part struct {
	sku   string
	grams int
}

var bakeryDoughs = []dough{
	{"DOUGH-WHEAT", "Wheat dough", "DW", []part{{wheatFlour, 600}, {"YEAST", 15}, {"SALT", 12}}},
	{"DOUGH-RYE", "Rye sourdough", "DR", []part{{"FLOUR-RYE", 560}, {"YEAST", 8}, {"SALT", 13}}},
	{"DOUGH-SWEET", "Sweet yeast dough", "DS", []part{{wheatFlour, 500}, {"BUTTER", 120}, {"SUGAR", 100}, {"YEAST", 30}, {"SALT", 5}}},
}

// bread is something baked and packed.
type bread struct {
	good
	mark  string
	dough int // index into bakeryDoughs
	grams int // of dough to a piece
	shop  int // pieces that a shop sells on a day
	buyer int // pieces that a wholesale customer orders
}

var bakeryBreads = []bread{
	{good{sku: "LOAF-WHEAT", name: "Wheat loaf 750 g", tracking: "lot", requires: "expiry", shelf: 4, warn: 1, cost: "0.95"}, "LW", 0, 850, 40, 20},
	{good{sku: "LOAF-RYE", name: "Rye loaf 1 kg", tracking: "lot", requires: "expiry", shelf: 6, warn: 1, cost: "1.20"}, "LR", 1, 1150, 20, 10},
	{good{sku: "ROLLS-6", name: "Rolls, pack of 6", tracking: "lot", requires: "expiry", shelf: 1, cost: "0.60"}, "RO", 0, 420, 50, 30},
	{good{sku: "BUNS-4", name: "Sweet buns, pack of 4", tracking: "lot", requires: "expiry", shelf: 3, warn: 1, cost: "0.85"}, "BN", 2, 360, 20, 10},
	{good{sku: cake, name: "Butter cake 400 g", tracking: "lot", requires: "expiry", shelf: 10, warn: 2, cost: "1.60"}, "CB", 2, 430, 8, 4},
}

const (
	cake    = "CAKE-BUTTER"
	giftBox = "GIFT-BOX"
)

var plantRooms = []room{
	{code: "DOCK", name: "Goods-in dock"},
	{code: "SILO-1", name: "Flour silo 1", mixed: true},
	{code: "SILO-2", name: "Flour silo 2", mixed: true},
	{code: "DRY", name: "Dry store"},
	{code: "COLD", name: "Cold store"},
	{code: "MIX", name: "Mixing and proofing"},
	{code: "PACK", name: "Packing and dispatch"},
	{code: "QUARANTINE", name: "Quarantine", blocking: true},
}

var shopRooms = []room{
	{code: "SHELF", name: "Sales shelf"},
	{code: "QUARANTINE", name: "Withdrawn from sale", blocking: true},
}

const plant = "BAK-PLANT"

// store is where an ingredient is kept; flour in bulk has its silos.
func (r raw) store() string {
	switch r.sku {
	case "YEAST", "BUTTER":
		return "COLD"
	}
	return "DRY"
}

// found creates the bakery: products, sites, partners, and what was there on the day it went live.
func (b *bakery) found() {
	admin := app.Who{By: auth.AtMachine, Actor: "set-up"}
	n := 0
	add := func(g good, tags ...string) {
		n++
		b.product(admin, bakeryPrefix, n, g, append(tags, "food")...)
	}
	for _, r := range bakeryRaws {
		add(r.good, "ingredient")
	}
	for _, d := range bakeryDoughs {
		add(good{sku: d.sku, name: d.name, tracking: "lot", uom: "KGM", decimals: 3, requires: "expiry", shelf: 1}, "intermediate")
	}
	for _, p := range bakeryBreads {
		add(p.good)
	}
	add(good{sku: giftBox, name: "Gift box with butter cake", tracking: "lot", requires: "expiry", cost: "2.90"})
	add(honey)
	b.site(admin, plant, "Bakery, plant", bakeryZone, number(bakeryPrefix, 90001), plantRooms)
	for i := range 3 * b.o.Scale {
		code := fmt.Sprintf("BAK-S%02d", i+1)
		b.shops = append(b.shops, code)
		b.site(admin, code, "Bakery shop "+quarters[i%len(quarters)], bakeryZone, number(bakeryPrefix, 90002+i), shopRooms)
	}
	for i, s := range []struct{ code, name string }{{"BAK-MILL", "Valley Mill"}, {"BAK-YEAST", "Highland Yeast Works"}, {"BAK-DAIRY", "Meadow Dairy Cooperative"},
		{"BAK-TRADE", "Harbour Food Trading"}, {"BAK-PACK", "Paper Lane Packaging"}} {
		b.supplier(admin, s.code, s.name, 1+i, false)
	}
	b.buyers = b.trade.buyers(admin, "BAK", bakeryBuyers, 6*b.o.Scale, []string{"Hotel", "Café", "School Kitchen", "Grocery", "Canteen", "Kiosk"})
	b.opening()
}

// opening books the stock at going live, of which nothing is known from before.
func (b *bakery) opening() {
	m := &stock.MovementDraft{Kind: stock.KindOpening, Site: plant, Note: "Stock at going live", Capture: "import"}
	for _, r := range bakeryRaws {
		switch {
		case r.sku == wheatFlour:
			for i, s := range b.silos {
				p := b.lotOf(r, fmt.Sprintf("FW-OPEN-%d", i+1), kilos(siloLot*b.o.Scale))
				s.put(p)
				m.Items = append(m.Items, b.dated(p.item(r.sku, "", s.code), r, p))
			}
		case r.tracking == "lot":
			p := b.lotOf(r, r.mark+"-OPEN", kilos(r.lot*b.o.Scale))
			b.shelves.at(plant, r.store(), r.sku).put(p)
			m.Items = append(m.Items, b.dated(p.item(r.sku, "", r.store()), r, p))
		default:
			quantity := kilos(r.lot * b.o.Scale)
			b.loose[r.sku] += quantity
			m.Items = append(m.Items, plain(r.sku, quantity, "", r.store()))
		}
	}
	b.post(bakeryIn, m, nil)
	b.unreadable()
}

var honey = good{sku: "HONEY", name: "Honey, 5 kg pail", tracking: "lot", uom: "KGM", decimals: 3, requires: "best_before", warns: true, cost: "6.20"}

// unreadable books pails whose labels nobody can read: they get a lot code of the house, and the earliest date that theirs can be.
func (b *bakery) unreadable() {
	const code = "HOUSE-HONEY-1"
	b.lots++
	it := stock.ItemDraft{Product: honey.sku, Lot: code, Quantity: of(kilos(15)), To: "DRY", Captured: "3 pails of 5 kg", Dates: stock.Dates{Cautious: true}}
	b.post(bakeryIn, &stock.MovementDraft{Kind: stock.KindOpening, Site: plant, Note: "Shelf count: the labels cannot be read", Capture: "typed", Items: []stock.ItemDraft{it}}, nil)
	b.told = append(b.told, Story{"shelf", code, "a shelf lot with unreadable labels: a code of the house, a cautious date, and an origin that is unknown before it was booked"})
}

// lotOf is a new lot of an ingredient that came in today.
func (b *bakery) lotOf(r raw, code string, quantity stock.Quantity) portion {
	return portion{lot: b.bear(code, b.today().AddDays(r.shelf)), quantity: quantity}
}

// dated writes the date of a lot that comes in where its product requires it.
func (b *bakery) dated(it stock.ItemDraft, r raw, p portion) stock.ItemDraft {
	if r.requires == "best_before" {
		it.BestBefore = p.good
	} else {
		it.Expiry = p.good
	}
	return it
}
