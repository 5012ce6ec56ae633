package demo

import (
	"fmt"
	"slices"
	"time"

	"clew/internal/app"
	"clew/internal/stock"
)

// bakery bakes at night for its shops and for wholesale customers. Flour in bulk comes into two silos by turns, each
// cleaned when it is empty.
type bakery struct {
	trade
	shelves shelves
	loose   map[string]stock.Quantity // ingredients without lots, in the dry store
	silos   []*silo
	drawing int // the silo that flour is drawn from
	shops   []string
	buyers  []buyer
	runs    int              // lots received or made so far today
	orders  map[string][]int // of today, pieces of each bread, by shop or customer
	baking  []int            // of today, pieces of each bread
	dough   []stock.Quantity // of today, to be made
	mills   int              // tankers so far
	used    []flour          // lots of flour that dough was lately made of, in order
	told    []Story
}

// silo is a mixed location: flour drawn from it may be of any lot that went in since it was cleaned.
type silo struct {
	shelf
	code string
}

// flour is a lot in bulk that was drawn for the first time on a day.
type flour struct {
	*lot
	silo  string
	since stock.Date
}

func newBakery(y *year) *bakery {
	return &bakery{trade: newTrade(y, 1, bakeryZone), shelves: shelves{}, loose: map[string]stock.Quantity{},
		silos: []*silo{{code: "SILO-1"}, {code: "SILO-2"}}}
}

func (b *bakery) stories() []Story { return b.told }

// works says whether the bakery works on a day; Sundays it does not.
func works(day stock.Date) bool { return weekday(day) != time.Sunday }

// open plans a day of the bakery.
func (b *bakery) open(day stock.Date) {
	if !works(day) {
		return
	}
	b.runs = 0
	b.plan(day)
	for i := range bakeryDoughs {
		b.round(day, 2, 30, func() { b.mix(i) })
	}
	for i := range bakeryBreads {
		b.round(day, 3, 40, func() { b.bake(i) })
	}
	for _, shop := range b.shops {
		b.round(day, 4, 50, func() { b.supply(shop) })
	}
	for _, c := range b.buyers {
		if b.orders[c.code] != nil {
			b.round(day, 4, 50, func() { b.deliver(c) })
		}
	}
	if weekday(day) == time.Friday {
		b.round(day, 9, 0, b.wrap)
	}
	b.round(day, 7, 30, b.restock)
	for _, shop := range b.shops {
		b.round(day, 13, 0, func() { b.sell(shop, 55) })
		b.round(day, 17, 0, func() { b.sell(shop, 80) })
		b.round(day, 18, 30, func() { b.clear(shop) })
	}
	b.round(day, 18, 30, b.clearPlant)
}

// plan takes the day's orders and reckons the dough that they need.
func (b *bakery) plan(day stock.Date) {
	factor := 100
	switch weekday(day) {
	case time.Friday, time.Saturday:
		factor = 125
	case time.Monday:
		factor = 85
	}
	b.orders = map[string][]int{}
	for _, shop := range b.shops {
		order := make([]int, len(bakeryBreads))
		for i, p := range bakeryBreads {
			left := int(b.shelves.at(shop, "SHELF", p.sku).free(day) / stock.One)
			order[i] = max(b.about(p.shop, 15)*factor/100-left/2, 2)
		}
		b.orders[shop] = order
	}
	for _, c := range b.buyers {
		if !b.chance(700) {
			continue
		}
		order := make([]int, len(bakeryBreads))
		for i, p := range bakeryBreads {
			if i == 0 || b.chance(600) {
				order[i] = max(b.about(p.buyer, 40)*factor/100, 1)
			}
		}
		b.orders[c.code] = order
	}
	b.baking = make([]int, len(bakeryBreads))
	b.dough = make([]stock.Quantity, len(bakeryDoughs))
	for i, p := range bakeryBreads {
		for _, order := range b.orders {
			b.baking[i] += order[i]
		}
		b.baking[i] += b.baking[i]*3/100 + 1
		if p.sku == cake && weekday(day) == time.Friday {
			b.baking[i] += 6 * b.o.Scale
		}
		b.dough[p.dough] += grams(b.baking[i] * p.grams)
	}
}

// code is a fresh lot code of today.
func (b *bakery) code(mark string) string {
	b.runs++
	return fmt.Sprintf("%s%s-%d", mark, compact(b.today()), b.runs)
}

// mix makes the day's dough of one kind, in batches that fit the mixer.
func (b *bakery) mix(i int) {
	d := bakeryDoughs[i]
	for _, weight := range shares(int(b.dough[i]/1000), 250_000) {
		batch := grams(weight)
		g := stock.Group{}
		for _, p := range d.recipe {
			g.Inputs = append(g.Inputs, b.draw(p.sku, grams(weight*p.grams/1000))...)
		}
		made := portion{lot: b.bear(b.code(d.mark), b.today().AddDays(1)), quantity: batch}
		b.shelves.at(plant, "MIX", d.sku).put(made)
		g.Outputs = []stock.ItemDraft{made.item(d.sku, "", "MIX")}
		b.post(baker, &stock.MovementDraft{Kind: stock.KindMake, Site: plant, Groups: []stock.Group{g}, References: paper("batch_record", "%s", "BR-"+made.code)}, nil)
	}
}

// shares splits what is to be made evenly into as many runs as it takes when one makes so much at most.
func shares(total, most int) []int {
	n := (total + most - 1) / most
	out := make([]int, n)
	for i := range out {
		out[i] = total*(i+1)/n - total*i/n
	}
	return out
}

// draw takes an ingredient from the store: flour in bulk from the silo in use, then from the other.
func (b *bakery) draw(sku string, quantity stock.Quantity) []stock.ItemDraft {
	if sku == wheatFlour {
		return b.drawFlour(quantity)
	}
	r := bakeryRaws[slices.IndexFunc(bakeryRaws, func(r raw) bool { return r.sku == sku })]
	if r.tracking == "lot" {
		return items(sku, b.shelves.at(plant, r.store(), sku).take(quantity, b.today()), r.store(), "")
	}
	if quantity = min(quantity, b.loose[sku]); quantity == 0 {
		return nil
	}
	b.loose[sku] -= quantity
	return []stock.ItemDraft{plain(sku, quantity, r.store(), "")}
}

// drawFlour names no lot: what runs out of a silo nobody can tell apart, so the strategy says which lot it is booked on.
func (b *bakery) drawFlour(quantity stock.Quantity) []stock.ItemDraft {
	var out []stock.ItemDraft
	for range b.silos {
		s := b.silos[b.drawing]
		some := min(quantity, s.free(0))
		if some > 0 {
			for _, p := range s.take(some, 0) {
				b.uses(p.lot, s.code)
			}
			out = append(out, plain(wheatFlour, some, s.code, ""))
			quantity -= some
		}
		if quantity == 0 {
			break
		}
		b.drawing = (b.drawing + 1) % len(b.silos)
	}
	return out
}

// uses remembers the lots of flour in use lately: one of them will turn out to be contaminated.
func (b *bakery) uses(l *lot, silo string) {
	if n := len(b.used); n > 0 && b.used[n-1].lot == l {
		return
	}
	b.used = append(b.used, flour{l, silo, b.today()})
	b.used = b.used[max(0, len(b.used)-50*b.o.Scale):]
}

// bake turns the day's dough into one kind of bread, in lots of at most an oven's day.
func (b *bakery) bake(i int) {
	p := bakeryBreads[i]
	for _, pieces := range shares(b.baking[i], 300) {
		d := bakeryDoughs[p.dough]
		g := stock.Group{Inputs: items(d.sku, b.shelves.at(plant, "MIX", d.sku).take(grams(pieces*p.grams), b.today()), "MIX", "")}
		g.Inputs = append(g.Inputs, b.draw("BREAD-BAG", stock.Units(pieces))...)
		good := max(pieces-b.luck.IntN(1+pieces/60), 1) // a few are burnt or misshapen
		made := portion{lot: b.bear(b.code(p.mark), b.today().AddDays(p.shelf)), quantity: stock.Units(good)}
		b.shelves.at(plant, "PACK", p.sku).put(made)
		out := made.item(p.sku, "", "PACK")
		out.Expected = of(stock.Units(pieces))
		g.Outputs = []stock.ItemDraft{out}
		b.post(baker, &stock.MovementDraft{Kind: stock.KindMake, Site: plant, Groups: []stock.Group{g}, References: paper("batch_record", "%s", "BR-"+made.code)}, nil)
	}
}

// wrap repacks some cakes as gifts for the weekend; the box keeps the date of its cake.
func (b *bakery) wrap() {
	taken := b.shelves.at(plant, "PACK", cake).take(stock.Units(4*b.o.Scale), b.today())
	if len(taken) == 0 {
		return
	}
	code := b.code("GB")
	made := portion{lot: b.bear(code, taken[0].good), quantity: total(taken)}
	b.shelves.at(plant, "PACK", giftBox).put(made)
	g := stock.Group{Inputs: items(cake, taken, "PACK", ""), Outputs: []stock.ItemDraft{made.item(giftBox, "", "PACK")}}
	b.post(bakeryOut, &stock.MovementDraft{Kind: stock.KindRepack, Site: plant, Groups: []stock.Group{g}}, nil)
	b.round(b.today(), 10, 30, func() {
		c := b.buyers[b.luck.IntN(len(b.buyers))]
		sold := b.shelves.at(plant, "PACK", giftBox).take(made.quantity, b.today())
		b.ship(c, items(giftBox, sold, "PACK", ""), nil)
	})
}

// deliver ships a wholesale customer what it ordered, as far as there is some.
func (b *bakery) deliver(c buyer) {
	var lines []stock.ItemDraft
	var taken [][]portion
	for i, pieces := range b.orders[c.code] {
		p := bakeryBreads[i]
		portions := b.shelves.at(plant, "PACK", p.sku).take(stock.Units(pieces), b.today())
		lines = append(lines, items(p.sku, portions, "PACK", "")...)
		taken = append(taken, portions)
	}
	if len(lines) == 0 {
		return
	}
	twice := b.chance(4)
	b.ship(c, lines, func(r app.Receipt) {
		if twice {
			b.takeBack(r.Entry, taken)
		}
	})
}

func (b *bakery) ship(c buyer, lines []stock.ItemDraft, then func(app.Receipt)) {
	b.post(bakeryOut, &stock.MovementDraft{Kind: stock.KindShip, Site: plant, Partner: c.code, Address: b.address(c), Items: lines,
		References: paper("delivery_note", "DN-B%s-%s", compact(b.today()), c.code)}, then)
}

// takeBack reverses a delivery that did not leave after all.
func (b *bakery) takeBack(entry int64, taken [][]portion) {
	b.round(stock.DateOf(b.now, b.zone), 6, 0, func() {
		for i, portions := range taken {
			for _, p := range portions {
				b.shelves.at(plant, "PACK", bakeryBreads[i].sku).put(p)
			}
		}
		b.post(bakeryOut, &stock.MovementDraft{Kind: stock.KindReversal, Reverses: entry, Reason: "the customer's door was locked: everything came back with the van"}, nil)
	})
}
