package demo

import (
	"clew/internal/app"
	"clew/internal/auth"
	"clew/internal/stock"
)

const (
	bikesZone = "Europe/Amsterdam"
	factory   = "BIKE-FACTORY"
	motor     = "MOTOR-250"
	battery   = "BATTERY-500"
	bolts     = "BOLT-M6"
	tyres     = "TYRE-28"
)

var (
	bikesIn   = app.Who{By: auth.AtMachine, Actor: "factory goods-in", Device: "factory-scanner-1"}
	assembler = app.Who{By: auth.AtMachine, Actor: "assembly line", Device: "factory-scanner-2"}
	bikesOut  = app.Who{By: auth.AtMachine, Actor: "factory dispatch", Device: "factory-scanner-3"}
	workshop  = app.Who{By: auth.AtMachine, Actor: "workshop", Device: "factory-scanner-4"}
	bikesLab  = app.Who{By: auth.AtMachine, Actor: "factory quality"}
)

// model is a bicycle with a frame of its own.
type model struct {
	bike, frame good
	mark        string // of the bike's serial numbers
	frameMark   string
	share       int // of ten bikes
}

var models = []model{
	{good{sku: "EBIKE-CITY", name: "E-bike City", tracking: "serial", cost: "1240.00", holds: "return"},
		good{sku: "FRAME-CITY", name: "Frame City, aluminium", tracking: "serial", cost: "180.00"}, "EBC", "FC", 5},
	{good{sku: "EBIKE-TREK", name: "E-bike Trekking", tracking: "serial", cost: "1490.00", holds: "return"},
		good{sku: "FRAME-TREK", name: "Frame Trekking, aluminium", tracking: "serial", cost: "210.00"}, "EBT", "FT", 3},
	{good{sku: "EBIKE-CARGO", name: "E-bike Cargo", tracking: "serial", cost: "2350.00", holds: "return"},
		good{sku: "FRAME-CARGO", name: "Frame Cargo, steel", tracking: "serial", cost: "390.00"}, "EBG", "FG", 2},
}

var bikeParts = []good{
	{sku: motor, name: "Hub motor 250 W", tracking: "serial", cost: "210.00"},
	{sku: battery, name: "Battery 500 Wh", tracking: "serial", cost: "265.00"},
	{sku: bolts, name: "Bolt M6 x 20, A2", tracking: "lot", cost: "0.06"},
	{sku: tyres, name: "Tyre 28 inch, reflex", tracking: "lot", cost: "11.50"},
}

var factoryRooms = []room{
	{code: "DOCK", name: "Goods-in dock"},
	{code: "INSPECTION", name: "Incoming inspection"},
	{code: "STORE", name: "Parts store"},
	{code: "LINE", name: "Assembly line"},
	{code: "FINISHED", name: "Finished bikes"},
	{code: "WORKSHOP", name: "Workshop for returns"},
	{code: "QUARANTINE", name: "Quarantine", blocking: true},
}

// cells are the makers of batteries; what the second sends is inspected before it may be used.
var cells = []struct {
	code, name, mark string
	holds            bool
}{
	{"BIKE-CELL-A", "Northern Cell Works", "NC", false},
	{"BIKE-CELL-B", "Delta Power Packs", "DP", true},
}

// found creates the factory.
func (b *bikes) found() {
	admin := app.Who{By: auth.AtMachine, Actor: "set-up"}
	n := 0
	add := func(g good, tags ...string) {
		n++
		b.product(admin, bikesPrefix, n, g, tags...)
	}
	for _, m := range models {
		add(m.bike, "vehicle", "electronics")
		add(m.frame, "component")
	}
	for _, p := range bikeParts {
		add(p, "component")
	}
	b.site(admin, factory, "E-bike factory", bikesZone, number(bikesPrefix, 90001), factoryRooms)
	for i, c := range cells {
		b.supplier(admin, c.code, c.name, 20+i, c.holds)
	}
	for i, s := range []struct{ code, name string }{{"BIKE-FRAMES", "Alloy Frame Makers"}, {"BIKE-MOTORS", "Quiet Drive Motors"}, {"BIKE-HARDWARE", "Thread and Bolt Supply"},
		{"BIKE-TYRES", "Rolling Rubber Works"}} {
		b.supplier(admin, s.code, s.name, 30+i, false)
	}
	b.dealers = b.buyers(admin, "BIKE", bikesBuyers, 8*b.o.Scale, []string{"Cycles", "Bike Shop", "Wheels", "E-Mobility"})
	m := &stock.MovementDraft{Kind: stock.KindOpening, Site: factory, Note: "Stock at going live", Capture: "import"}
	for _, sku := range []string{bolts, tyres} {
		p := portion{lot: b.bear(sku[:2]+"-OPEN", 0), quantity: stock.Units(hardware[sku].lot * b.o.Scale)}
		b.shelves.at(factory, "STORE", sku).put(p)
		m.Items = append(m.Items, p.item(sku, "", "STORE"))
	}
	b.post(bikesIn, m, nil)
}

// hardware is what comes in lots: what one bike takes, and how many come.
var hardware = map[string]struct {
	supplier, mark      string
	perBike, point, lot int
}{
	bolts: {"BIKE-HARDWARE", "BM", 24, 2500, 6000},
	tyres: {"BIKE-TYRES", "TY", 2, 200, 400},
}
