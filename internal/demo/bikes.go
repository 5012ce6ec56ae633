package demo

import (
	"fmt"
	"slices"
	"time"

	"clew/internal/app"
	"clew/internal/stock"
)

// bikes makes e-bikes out of numbered frames, motors and batteries, and of bolts and tyres by the lot.
type bikes struct {
	trade
	shelves  shelves
	loose    map[string][]string // serial numbers of frames and motors in the parts store
	numbers  map[string]int      // the last serial number given, by its prefix
	cells    []cell              // batteries in the parts store
	finished [][]bike            // by model
	dealers  []buyer
	shipped  int
	loads    []*cellLoad // shipments of batteries, the last few
	sending  int         // shipments of batteries so far
	told     []Story
	returned bool // the story of the unit that came back has begun
}

// cell is a battery, and the shipment that it came with.
type cell struct {
	serial string
	load   *cellLoad
}

// cellLoad is a shipment of batteries.
type cellLoad struct {
	lot         *lot
	maker       int
	day         stock.Date
	first, last string
	built, gone int // how many are in bikes, and how many of those have left
}

// bike is a finished bicycle.
type bike struct {
	model  int
	serial string
	parts  [2]string // the frame's and the motor's serial numbers
	cell   cell
}

func newBikes(y *year) *bikes {
	return &bikes{trade: newTrade(y, 2, bikesZone), shelves: shelves{}, loose: map[string][]string{}, numbers: map[string]int{},
		finished: make([][]bike, len(models))}
}

func (b *bikes) stories() []Story { return b.told }

// open plans a day of the factory; it works on weekdays.
func (b *bikes) open(day stock.Date) {
	if weekday(day) == time.Sunday || weekday(day) == time.Saturday {
		return
	}
	b.round(day, 7, 30, b.restock)
	for range 4 * b.o.Scale {
		hour := []int{9, 10, 13, 15}[b.luck.IntN(4)]
		b.round(day, hour, 30*b2i(hour == 10), b.assemble)
	}
	for range 4 * b.o.Scale {
		b.round(day, 17, 0, func() { b.ship(b.dealers[b.luck.IntN(len(b.dealers))]) })
	}
	if day >= b.o.End-30 && !b.returned {
		b.returned = true
		b.round(day, 17, 0, func() { b.cameBack(day) })
	}
}

func b2i(v bool) int {
	if v {
		return 1
	}
	return 0
}

// restock receives what runs low.
func (b *bikes) restock() {
	daily := 16 * b.o.Scale
	for _, m := range models {
		if need := daily * m.share / 10; len(b.loose[m.frame.sku]) < 4*need {
			b.receiveLoose(m.frame.sku, "BIKE-FRAMES", m.frameMark, 8*need)
		}
	}
	if len(b.loose[motor]) < 4*daily {
		b.receiveLoose(motor, "BIKE-MOTORS", "QD", 8*daily)
	}
	if len(b.cells) < 6*daily {
		b.receiveCells(4 * daily)
	}
	for _, sku := range []string{bolts, tyres} {
		b.receiveHardware(sku)
	}
}

// next takes so many fresh serial numbers of a prefix.
func (b *bikes) next(prefix string, n int) (first int) {
	first = b.numbers[prefix] + 1
	b.numbers[prefix] += n
	b.units += n
	return first
}

// receiveLoose receives numbered parts as one range.
func (b *bikes) receiveLoose(sku, supplier, mark string, n int) {
	first := b.next(mark, n)
	b.loose[sku] = append(b.loose[sku], serials(mark, first, n)...)
	b.receive(supplier, stock.ItemDraft{Product: sku, Units: run(mark, first, n), To: "STORE"}, nil)
}

func (b *bikes) receive(supplier string, it stock.ItemDraft, then func(app.Receipt)) {
	b.post(bikesIn, &stock.MovementDraft{Kind: stock.KindReceive, Site: factory, Partner: supplier, Items: []stock.ItemDraft{it},
		References: paper("delivery_note", "%s-%d", supplier, 50000+b.keys)}, then)
}

// receiveHardware receives a lot of what is not numbered.
func (b *bikes) receiveHardware(sku string) {
	h, shelf := hardware[sku], b.shelves.at(factory, "STORE", sku)
	if shelf.free(0) >= stock.Units(h.point*b.o.Scale) {
		return
	}
	p := portion{lot: b.bear(fmt.Sprintf("%s%s", h.mark, compact(b.today())), 0), quantity: stock.Units(h.lot * b.o.Scale)}
	shelf.put(p)
	it := p.item(sku, "", "STORE")
	it.SupplierLot = fmt.Sprintf("CH-%06d", b.luck.IntN(1000000))
	b.receive(h.supplier, it, nil)
}

// receiveCells receives batteries from the makers by turns. Those that start on hold wait for the inspection.
func (b *bikes) receiveCells(n int) {
	maker := 0
	if b.sending%3 == 2 {
		maker = 1
	}
	b.sending++
	c := cells[maker]
	first := b.next(c.mark, n)
	load := &cellLoad{lot: b.bear(fmt.Sprintf("%s-%s", c.mark, compact(b.today())), 0), maker: maker, day: b.today(), first: serial(c.mark, first), last: serial(c.mark, first+n-1)}
	b.loads = append(b.loads, load)
	b.loads = b.loads[max(0, len(b.loads)-12):]
	it := stock.ItemDraft{Product: battery, Lot: load.lot.code, Units: run(c.mark, first, n), To: "STORE"}
	if !c.holds {
		b.stow(load, serials(c.mark, first, n))
		b.receive(c.code, it, nil)
		return
	}
	it.To = "INSPECTION"
	all := serials(c.mark, first, n)
	b.receive(c.code, it, func(r app.Receipt) { b.inspect(load, all, r.Entry) })
}

func (b *bikes) stow(load *cellLoad, serials []string) {
	for _, s := range serials {
		b.cells = append(b.cells, cell{s, load})
	}
	// The strategy is first in, first out, by the day on which a lot came.
	slices.SortStableFunc(b.cells, func(x, y cell) int { return int(x.load.day) - int(y.load.day) })
}

// inspect releases a held shipment two days later but for the batteries that failed, which go back to their maker.
func (b *bikes) inspect(load *cellLoad, all []string, entry int64) {
	follows, err := b.app.Entry(b.ctx, entry)
	if err != nil || len(follows.Follows) == 0 {
		b.fault = fmt.Errorf("demo: the shipment of entry %d should be on hold: %w", entry, err)
		return
	}
	hold := follows.Follows[0]
	good, bad := all, []string(nil)
	if b.chance(600) {
		n := 1 + b.luck.IntN(2)
		good, bad = all[n:], all[:n]
	}
	day := load.day + 2
	b.round(day, 7, 30, func() {
		b.post(bikesLab, &stock.ReleaseDraft{Hold: hold, Units: good, Reason: "capacity and insulation within limits", Occurred: b.now}, nil)
		b.stow(load, good)
		b.post(bikesIn, &stock.MovementDraft{Kind: stock.KindMove, Site: factory, Items: []stock.ItemDraft{{Product: battery, Units: good, From: "INSPECTION", To: "STORE"}}}, nil)
		if bad != nil {
			b.post(bikesIn, &stock.MovementDraft{Kind: stock.KindReturnToSupplier, Site: factory, Partner: cells[load.maker].code, Reason: "failed the capacity test",
				Items: []stock.ItemDraft{{Product: battery, Units: bad, From: "INSPECTION"}}}, nil)
		}
	})
}

// assemble builds a few bikes of one model, each a group of its own, so that each bike knows its very parts.
func (b *bikes) assemble() {
	which, luck := 0, b.luck.IntN(10)
	for luck >= models[which].share {
		luck -= models[which].share
		which++
	}
	m := models[which]
	n := min(2+b.luck.IntN(5), len(b.loose[m.frame.sku]), len(b.loose[motor]), len(b.cells))
	move := &stock.MovementDraft{Kind: stock.KindMake, Site: factory, References: paper("batch_record", "JOB-%06d", b.keys)}
	for range n {
		made := bike{model: which, serial: serial(m.mark, b.next(m.mark, 1)), parts: [2]string{b.pop(m.frame.sku), b.pop(motor)}, cell: b.cells[0]}
		b.cells = b.cells[1:]
		made.cell.load.built++
		g := b.group(made)
		for _, sku := range []string{bolts, tyres} {
			g.Inputs = append(g.Inputs, items(sku, b.shelves.at(factory, "STORE", sku).take(stock.Units(hardware[sku].perBike), 0), "STORE", "")...)
		}
		move.Groups = append(move.Groups, g)
		b.finished[which] = append(b.finished[which], made)
	}
	if n > 0 {
		b.post(assembler, move, nil)
	}
}

// pop takes the oldest part off its shelf.
func (b *bikes) pop(sku string) string {
	first := b.loose[sku][0]
	b.loose[sku] = b.loose[sku][1:]
	return first
}

// group is the making of one bike out of its numbered parts.
func (b *bikes) group(k bike) stock.Group {
	m := models[k.model]
	return stock.Group{
		Inputs: []stock.ItemDraft{
			{Product: m.frame.sku, Units: []string{k.parts[0]}, From: "STORE"},
			{Product: motor, Units: []string{k.parts[1]}, From: "STORE"},
			{Product: battery, Units: []string{k.cell.serial}, From: "STORE"},
		},
		Outputs: []stock.ItemDraft{{Product: m.bike.sku, Units: []string{k.serial}, To: "FINISHED"}},
	}
}

// ship sends a dealer a few bikes, a few of which will come back.
func (b *bikes) ship(dealer buyer) {
	var lines []stock.ItemDraft
	address := b.address(dealer)
	for i, m := range models {
		n := min(b.luck.IntN(3)+b2i(m.share > 4)*2, len(b.finished[i]))
		var units []string
		for _, k := range b.finished[i][:n] {
			units = append(units, k.serial)
			k.cell.load.gone++
			if b.chance(25) {
				b.comesBack(k, dealer, address, b.today()+10+stock.Date(b.luck.IntN(40)))
			}
		}
		b.finished[i] = b.finished[i][n:]
		if n > 0 {
			lines = append(lines, stock.ItemDraft{Product: m.bike.sku, Units: units, From: "FINISHED"})
		}
	}
	if len(lines) > 0 {
		b.shipped++
		b.post(bikesOut, &stock.MovementDraft{Kind: stock.KindShip, Site: factory, Partner: dealer.code, Address: address, Items: lines,
			References: paper("order", "EB-%06d", b.shipped)}, nil)
	}
}
