package demo

import (
	"fmt"

	"clew/internal/app"
	"clew/internal/auth"
	"clew/internal/stock"
)

const (
	medicineZone = "Europe/Vienna"
	north        = "MED-NORTH"
	south        = "MED-SOUTH"
)

var (
	medicineIn  = app.Who{By: auth.AtMachine, Actor: "depot goods-in", Device: "depot-scanner-1"}
	picker      = app.Who{By: auth.AtMachine, Actor: "depot picker", Device: "depot-scanner-2"}
	driver      = app.Who{By: auth.AtMachine, Actor: "depot driver", Device: "depot-scanner-3"}
	medicineLab = app.Who{By: auth.AtMachine, Actor: "responsible pharmacist"}
)

// remedy is a medicine: how much of it an order asks for, and how many days a fresh lot has.
type remedy struct {
	good
	maker string
	most  int // packs in a line of an order
}

var remedies = []remedy{
	{good{sku: "MED-PARA-500", name: "Paracetamol 500 mg, 20 tablets", tracking: "lot", requires: "expiry", shelf: 900, warn: 90, cost: "0.85"}, "MED-MAKER-1", 12},
	{good{sku: "MED-IBU-400", name: "Ibuprofen 400 mg, 20 tablets", tracking: "lot", requires: "expiry", shelf: 900, warn: 90, cost: "1.40"}, "MED-MAKER-1", 12},
	{good{sku: "MED-AMOX-500", name: "Amoxicillin 500 mg, 10 capsules", tracking: "lot", requires: "expiry", shelf: 700, warn: 90, cost: "2.30"}, "MED-MAKER-2", 8},
	{good{sku: "MED-SALINE", name: "Saline infusion 500 ml", tracking: "lot", requires: "expiry", shelf: 700, warn: 60, cost: "1.10"}, "MED-MAKER-2", 20},
	{good{sku: "MED-CETI-10", name: "Cetirizine 10 mg, 20 tablets", tracking: "lot", requires: "expiry", shelf: 1000, warn: 90, cost: "1.05"}, "MED-MAKER-1", 8},
	{good{sku: "MED-OMEP-20", name: "Omeprazole 20 mg, 28 capsules", tracking: "lot", requires: "expiry", shelf: 800, warn: 90, cost: "2.05"}, "MED-MAKER-3", 8},
	{good{sku: "MED-SALB", name: "Salbutamol inhaler 100 µg", tracking: "lot", requires: "expiry", shelf: 600, warn: 60, cost: "3.90"}, "MED-MAKER-3", 6},
	{good{sku: "MED-INSULIN", name: "Insulin pen 100 IU/ml, 5 pens", tracking: "serial", requires: "expiry", shelf: 500, warn: 60, cost: "38.00"}, "MED-MAKER-2", 4},
	{good{sku: "MED-ONCO", name: "Imatinib 400 mg, 30 tablets", tracking: "serial", requires: "expiry", shelf: 700, warn: 90, cost: "410.00"}, "MED-MAKER-3", 2},
	{good{sku: "MED-HEPARIN", name: "Enoxaparin syringes 40 mg, 10", tracking: "serial", requires: "expiry", shelf: 600, warn: 60, cost: "29.00"}, "MED-MAKER-3", 3},
	// Nobody orders this one but in the story.
	{good{sku: "MED-ANTIVENOM", name: "Antivenom, 1 vial", tracking: "lot", requires: "expiry", shelf: 400, warn: 90, cost: "920.00"}, "MED-MAKER-2", 0},
}

const (
	byLot  = 7  // so many of the first are tracked by lot, the rest by serial number
	common = 10 // so many of the first are ordered every day
)

// mark begins the lot codes and serial numbers of a medicine.
func (r remedy) mark() string { return r.sku[4:6] }

var depotRooms = []room{
	{code: "DOCK", name: "Goods-in dock"},
	{code: "PICK", name: "Picking shelves"},
	{code: "QUARANTINE", name: "Quarantine and returns", blocking: true},
}

// found creates the wholesaler.
func (m *medicine) found() {
	admin := app.Who{By: auth.AtMachine, Actor: "set-up"}
	for i, r := range remedies {
		m.product(admin, medicinePrefix, i+1, r.good, "medicine")
	}
	m.product(admin, medicinePrefix, len(remedies)+1, syringes, "medical device")
	m.product(admin, medicinePrefix, len(remedies)+2, vaccine, "medicine")
	m.planVaccine(admin)
	for i, depot := range []struct{ code, name string }{{north, "Medicine depot North"}, {south, "Medicine depot South"}} {
		m.site(admin, depot.code, depot.name, medicineZone, number(medicinePrefix, 90001+i), depotRooms)
	}
	for i := range 3 {
		m.supplier(admin, fmt.Sprintf("MED-MAKER-%d", i+1), []string{"Alpine Generics", "Delta Biologics", "Seaside Pharma Works"}[i], 40+i, false)
	}
	all := m.buyers(admin, "MED", medicineBuyers, 12*m.o.Scale, []string{"Pharmacy", "Clinic", "Pharmacy", "Hospital", "Pharmacy", "Care Home"})
	for i, c := range all {
		m.customers[i%2] = append(m.customers[i%2], c)
	}
	for d, depot := range m.depots {
		move := &stock.MovementDraft{Kind: stock.KindOpening, Site: depot, Note: "Stock at going live", Capture: "import"}
		for _, r := range remedies[:byLot] {
			p := portion{lot: m.bear(fmt.Sprintf("%s-OPEN-%d", r.mark(), d+1), m.today().AddDays(200+m.luck.IntN(300))), quantity: stock.Units(m.target(r) / 2)}
			m.shelves.at(depot, "PICK", r.sku).put(p)
			it := p.item(r.sku, "", "PICK")
			it.Expiry = p.good
			move.Items = append(move.Items, it)
		}
		m.post(medicineIn, move, nil)
	}
	m.foundSyringes()
}

// target is how many packs of a medicine there should be, for a little over a week of orders.
func (m *medicine) target(r remedy) int { return r.most * 35 * m.o.Scale }
