package demo

import (
	"fmt"
	"time"

	"clew/internal/app"
	"clew/internal/stock"
)

// medicine is a wholesaler with two depots: makers deliver to the north, the south is supplied from there.
type medicine struct {
	trade
	shelves   shelves
	depots    []string
	customers [2][]buyer // by the depot that serves them
	numbers   map[string]int
	orders    int
	received  int
	last      sale // of a numbered pack, for a story
	told      []Story
	misread   *lot // whose code was keyed in wrong
	syringes  [2]*supplies
}

// sale is a numbered pack and who has it.
type sale struct {
	sku, serial, depot string
	customer           buyer
}

func newMedicine(y *year) *medicine {
	return &medicine{trade: newTrade(y, 3, medicineZone), shelves: shelves{}, depots: []string{north, south}, numbers: map[string]int{}}
}

func (m *medicine) stories() []Story { return m.told }

// open plans a day of the depots, which rest on Sundays.
func (m *medicine) open(day stock.Date) {
	m.special(day)
	m.tradeSyringes(day)
	m.lateCertificate(day)
	if weekday(day) == time.Sunday {
		return
	}
	m.round(day, 7, 30, m.restock)
	m.round(day, 15, 0, m.transfer)
	for range 22 * m.o.Scale {
		hour := []int{9, 10, 13, 15}[m.luck.IntN(4)]
		depot := b2i(m.chance(400))
		c := m.customers[depot][m.luck.IntN(len(m.customers[depot]))]
		m.round(day, hour, 30*b2i(hour == 10), func() { m.order(depot, c) })
	}
	if weekday(day) == time.Tuesday {
		m.round(day, 17, 0, m.samples)
	}
	if weekday(day) == time.Monday {
		m.round(day, 17, 0, func() { m.destroy(north); m.destroy(south) })
	}
	if weekday(day) == time.Saturday {
		m.round(day, 17, 0, func() { m.count(m.depots[m.luck.IntN(2)]) })
	}
}

// restock receives what is short over both depots.
func (m *medicine) restock() {
	for _, r := range remedies[:common] {
		have := m.shelves.at(north, "PICK", r.sku).free(m.today()) + m.shelves.at(south, "PICK", r.sku).free(m.today())
		if have >= stock.Units(m.target(r)) {
			continue
		}
		for range m.o.Scale {
			shelf := r.shelf - m.luck.IntN(200)
			if m.chance(60) {
				shelf = 90 + m.luck.IntN(60) // short-dated, bought at a discount
			}
			m.receive(r, max(m.about(r.most*35, 20), 20), m.today().AddDays(shelf))
		}
	}
}

// receive takes in one lot of a medicine, numbered packs as a range.
func (m *medicine) receive(r remedy, packs int, good stock.Date) *lot {
	m.received++
	p := portion{lot: m.bear(fmt.Sprintf("%s%s%03d", r.mark(), compact(m.today())[:4], m.received), good), quantity: stock.Units(packs)}
	it := p.item(r.sku, "", "PICK")
	it.Expiry, it.SupplierLot = good, fmt.Sprintf("%d%c%04d", m.luck.IntN(10), 'A'+m.luck.IntN(26), m.luck.IntN(10000))
	if r.tracking == "serial" {
		mark := r.mark()
		first := m.numbers[mark] + 1
		m.numbers[mark] += packs
		m.units += packs
		p.serials = serials(mark, first, packs)
		it.Units, it.Quantity = run(mark, first, packs), nil
	}
	m.shelves.at(north, "PICK", r.sku).put(p)
	m.post(medicineIn, &stock.MovementDraft{Kind: stock.KindReceive, Site: north, Partner: r.maker, Items: []stock.ItemDraft{it},
		References: paper("delivery_note", "%s-%d", r.maker, 70000+m.keys)}, nil)
	p.size = p.quantity
	return p.lot
}

// transfer sends the south what it is short of; it arrives the next morning, at times in two parts.
func (m *medicine) transfer() {
	var loads []load
	move := &stock.MovementDraft{Kind: stock.KindDispatch, Site: north, ToSite: south, References: paper("delivery_note", "TR-%s", compact(m.today()))}
	for _, r := range remedies[:common] {
		from, to := m.shelves.at(north, "PICK", r.sku), m.shelves.at(south, "PICK", r.sku)
		short := stock.Units(m.target(r)*3/10) - to.free(m.today())
		if short < stock.Units(max(m.target(r)/10, 1)) {
			continue
		}
		portions := from.take(min(short, from.free(m.today())/2/stock.One*stock.One), m.today())
		if len(portions) == 0 {
			continue
		}
		move.Items = append(move.Items, items(r.sku, portions, "PICK", "")...)
		loads = append(loads, load{r.sku, portions})
	}
	if len(loads) == 0 {
		return
	}
	m.post(driver, move, func(r app.Receipt) {
		day := next(stock.DateOf(m.now, m.zone))
		half := len(loads)
		if half > 2 && m.chance(300) {
			half /= 2
			m.round(day, 13, 0, func() { m.arrive(r.Entry, loads[half:], true) })
		}
		m.round(day, 9, 0, func() { m.arrive(r.Entry, loads[:half], half == len(loads)) })
	})
}

// arrive books a transfer in; once in a while a pack is missing.
func (m *medicine) arrive(dispatch int64, loads []load, last bool) {
	move := &stock.MovementDraft{Kind: stock.KindArrive, Site: south, Dispatch: dispatch, Close: last}
	for _, l := range loads {
		for _, p := range l.portions {
			if p.quantity > stock.One && m.chance(8) {
				p.quantity -= stock.One
				if p.serials != nil {
					p.serials = p.serials[1:]
				}
			}
			m.shelves.at(south, "PICK", l.sku).put(p)
			move.Items = append(move.Items, p.item(l.sku, "", "PICK"))
		}
	}
	if last {
		move.Reason = "packs missing on the pallet"
	}
	m.post(driver, move, nil)
}

// order ships a customer's order of one to four medicines, first expired first out.
func (m *medicine) order(depot int, c buyer) {
	site := m.depots[depot]
	move := &stock.MovementDraft{Kind: stock.KindShip, Site: site, Partner: c.code, Address: m.address(c)}
	lines := 1 + m.luck.IntN(4)
	first := m.luck.IntN(common)
	var returns []load
	for i := range lines {
		r := remedies[(first+3*i)%common]
		portions := m.shelves.at(site, "PICK", r.sku).take(stock.Units(1+m.luck.IntN(r.most)), m.today())
		if len(portions) == 0 {
			continue
		}
		if r.tracking == "lot" && m.chance(150) { // picked without a scan: the strategy says of which lot
			move.Items = append(move.Items, plain(r.sku, total(portions), "PICK", ""))
			continue
		}
		move.Items = append(move.Items, items(r.sku, portions, "PICK", "")...)
		returns = append(returns, load{r.sku, portions[:1]})
		if r.tracking == "serial" {
			m.last = sale{r.sku, portions[0].serials[0], site, c}
		}
	}
	if len(move.Items) == 0 {
		return
	}
	m.orders++
	move.References = []stock.Reference{{Kind: "order", Code: fmt.Sprintf("MO-%06d", m.orders)}, {Kind: "delivery_note", Code: fmt.Sprintf("MD-%06d", m.orders)}}
	m.post(picker, move, nil)
	if len(returns) > 0 && m.chance(40) {
		m.comesBack(site, move.Partner, move.Address, returns[0], next(m.today()+2+stock.Date(m.luck.IntN(10))))
	}
}
