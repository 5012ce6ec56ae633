package demo

import (
	"fmt"
	"time"

	"clew/internal/stock"
)

// syringes are sold by nothing but their number, until a rule asks for lots.
var syringes = good{sku: "MED-SYRINGE", name: "Syringe 5 ml, box of 100", tracking: "none", cost: "6.20"}

// supplies is what a depot has of a product that became tracked.
type supplies struct {
	loose  stock.Quantity // before
	shelf  shelf          // since
	orders int
}

// trackingDay is the day on which the boxes became lots: the 15th of June where the year has one to tell of, else its second week.
func (m *medicine) trackingDay() stock.Date {
	for day := m.first + 7; day <= m.o.End-14; day++ {
		if code := compact(day); code[2:] == "0615" {
			return day
		}
	}
	return m.first + 10
}

// foundSyringes creates the product and its stock at going live.
func (m *medicine) foundSyringes() {
	for i, depot := range m.depots {
		s := &supplies{loose: stock.Units(300 * m.o.Scale)}
		m.syringes[i] = s
		m.post(medicineIn, &stock.MovementDraft{Kind: stock.KindOpening, Site: depot, Note: "Stock at going live", Capture: "import",
			Items: []stock.ItemDraft{plain(syringes.sku, s.loose, "", "PICK")}}, nil)
	}
}

// tradeSyringes plans the boxes of a day: some sold on Wednesdays, more received once they run low.
func (m *medicine) tradeSyringes(day stock.Date) {
	if day == m.trackingDay() {
		m.round(day, 18, 0, m.trackSyringes)
	}
	if weekday(day) != time.Wednesday {
		return
	}
	for i := range m.depots {
		m.round(day, 8, 0, func() { m.receiveSyringes(i) })
		m.round(day, 11, 0, func() { m.sellSyringes(i) })
	}
}

func (m *medicine) receiveSyringes(depot int) {
	s := m.syringes[depot]
	if s.loose+s.shelf.free(m.today()) > stock.Units(150*m.o.Scale) {
		return
	}
	boxes := stock.Units(200 * m.o.Scale)
	it := plain(syringes.sku, boxes, "", "PICK")
	if m.today() < m.trackingDay() {
		s.loose += boxes
	} else {
		p := portion{lot: m.bear(fmt.Sprintf("SY%s%c", compact(m.today()), 'N'+rune(depot)*5), 0), quantity: boxes}
		s.shelf.put(p)
		it = p.item(syringes.sku, "", "PICK")
	}
	m.post(medicineIn, &stock.MovementDraft{Kind: stock.KindReceive, Site: m.depots[depot], Partner: "MED-MAKER-1", Items: []stock.ItemDraft{it},
		References: paper("delivery_note", "MED-MAKER-1-%d", 70000+m.keys)}, nil)
}

func (m *medicine) sellSyringes(depot int) {
	s := m.syringes[depot]
	s.orders++
	boxes := stock.Units((20 + 3*(s.orders%5)) * m.o.Scale)
	c := m.customers[depot][s.orders%len(m.customers[depot])]
	var lines []stock.ItemDraft
	if s.loose > 0 {
		boxes = min(boxes, s.loose)
		s.loose -= boxes
		lines = []stock.ItemDraft{plain(syringes.sku, boxes, "PICK", "")}
	} else {
		lines = items(syringes.sku, s.shelf.take(boxes, m.today()), "PICK", "")
	}
	if len(lines) > 0 {
		m.post(picker, &stock.MovementDraft{Kind: stock.KindShip, Site: m.depots[depot], Partner: c.code, Address: "MAIN", Items: lines,
			References: paper("order", "MO-SY-%d-%03d", depot+1, s.orders)}, nil)
	}
}

// trackSyringes names what is on the shelves: the cartons that say which lot they are of, and a lot of the house for the rest.
func (m *medicine) trackSyringes() {
	day := m.today()
	d := &stock.TrackingDraft{Product: syringes.sku, Tracking: "lot", Reason: "from this month on the maker recalls syringes by lot", Capture: "typed", OccurredAt: m.now,
		Rest: &stock.RestDraft{Lot: "SY-BEFORE-" + compact(day)}}
	carton := m.bear("SY"+compact(day-40)+"C", 0)
	rest := m.bear(d.Rest.Lot, 0)
	for i, s := range m.syringes {
		named := min(stock.Units(60*m.o.Scale), s.loose/2/stock.One*stock.One)
		d.Items = append(d.Items, stock.TrackedItem{Site: m.depots[i], Location: "PICK", Quantity: of(named), Lot: carton.code})
		s.shelf.put(portion{lot: carton, quantity: named})
		s.shelf.put(portion{lot: rest, quantity: s.loose - named})
		s.loose = 0
	}
	m.post(medicineLab, d, nil)
	m.told = append(m.told, Story{"tracked", carton.code, fmt.Sprintf("a product that became tracked in %s: boxes at two depots became lots and are shipped by lot since; of their origin nothing is known before %s",
		monthOf(day), day)})
}

func monthOf(day stock.Date) string { return time.Unix(int64(day)*24*60*60, 0).UTC().Month().String() }
