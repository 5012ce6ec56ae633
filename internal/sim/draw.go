package sim

import (
	"encoding/binary"
	"fmt"
	"math/rand/v2"
	"slices"

	"clew/internal/auth"
	"clew/internal/stock"
)

// command is a draft, and whether it is drawn to be wrong.
type command struct {
	draft *stock.Draft
	bad   bool
}

// drawer draws commands that are mostly sensible, from what the model knows.
type drawer struct {
	*rand.Rand
	m    *model
	n    int64 // of the request
	sent []command
}

func newDrawer(seed uint64, m *model) *drawer {
	return &drawer{Rand: rand.New(rand.NewPCG(seed, 1)), m: m}
}

func (r *drawer) chance(percent int) bool { return r.IntN(100) < percent }

func one[T any](r *drawer, list []T) T { return list[r.IntN(len(list))] }

// command draws the next one: sometimes a repeat, sometimes bad input.
func (r *drawer) command() command {
	if len(r.sent) > 0 && r.chance(5) {
		return r.repeat()
	}
	r.n++
	c := command{draft: &stock.Draft{By: auth.AtMachine, Actor: one(r, []string{"desk", "dock", "gate"}), Key: fmt.Sprint("k", r.n), Body: r.body()}}
	binary.BigEndian.PutUint64(c.draft.Hash[:], uint64(r.n))
	if r.chance(10) {
		c.draft.Device = one(r, []string{"scanner-1", "scanner-2"})
	}
	if m, ok := c.draft.Body.(*stock.MovementDraft); ok {
		r.dressFurther(m)
	}
	if r.chance(15) {
		c.bad = r.spoil(c.draft)
	}
	if m, ok := c.draft.Body.(*stock.MovementDraft); ok && !c.bad {
		c.draft.Keep = m.Kind == stock.KindShip && r.chance(20)
		if r.sent = append(r.sent, c); len(r.sent) > 200 {
			r.sent = r.sent[100:]
		}
	} else if r.chance(20) {
		c.draft.Key, c.draft.Hash = "", [32]byte{}
	}
	return c
}

// repeat sends an earlier request again, or another one under its key.
func (r *drawer) repeat() command {
	c := one(r, r.sent)
	d := *c.draft
	body := *d.Body.(*stock.MovementDraft)
	d.Body = &body
	if r.chance(30) {
		d.Hash[31]++
	}
	return command{draft: &d}
}

func (r *drawer) body() stock.Body {
	if len(r.m.holds) > 40 && r.chance(10) {
		return r.release() // else all stock ends up on hold
	}
	if r.chance(2) {
		return r.exchange()
	}
	if r.chance(6) {
		return r.rarer()
	}
	switch n := r.IntN(100); {
	case n < 20:
		return r.receive()
	case n < 44:
		return r.out(stock.KindShip)
	case n < 54:
		return r.out(stock.KindMove)
	case n < 64:
		return r.out(one(r, []stock.Kind{stock.KindIssue, stock.KindScrap, stock.KindLoss, stock.KindReturnToSupplier, stock.KindDispatch}))
	case n < 73:
		return r.transform()
	case n < 77:
		return r.comesIn()
	case n < 81:
		return r.count()
	case n < 85:
		return r.arrive()
	case n < 89:
		return r.reverse()
	case n < 92:
		return r.hold()
	case n < 96:
		return r.release()
	case n < 98:
		return r.resolve()
	}
	if r.chance(40) {
		return r.correct()
	}
	return r.master()
}

func (r *drawer) quantity(sku string) *stock.Quantity {
	q := stock.Units(1 + r.IntN(20))
	if sku == "SALT" && r.chance(50) {
		q += stock.Quantity(r.IntN(1000)) * 1000
	}
	return &q
}

func (r *drawer) dates(sku string) (d stock.Dates) {
	if sku == "MILK" || sku == "CAKE" {
		d.Expiry = stock.DateOf(r.m.now, zone0).AddDays(2 + r.IntN(25))
	}
	return d
}

// fresh names goods that come in: mostly new lots and serials, sometimes ones that are known.
func (r *drawer) fresh(sku string) stock.ItemDraft {
	r.n++
	it := stock.ItemDraft{Product: sku, To: one(r, locations[:4])}
	if !r.lotless(sku) {
		it.Lot, it.Dates = fmt.Sprint("L", r.n), r.dates(sku)
		if r.chance(30) {
			for _, slot := range r.recent() {
				if lot := r.m.lots[slot.Lot]; r.m.skus[slot.Product] == sku && slot.Lot != 0 {
					it.Lot, it.Dates = lot.Code, stock.Dates{}
					if r.chance(20) {
						it.Dates = r.dates(sku)
					}
					break
				}
			}
		}
	}
	if r.bySerial(sku) {
		for i := range 1 + r.IntN(6) {
			it.Units = append(it.Units, fmt.Sprintf("U%d-%d", r.n, i))
		}
		if id := r.unit(); id != 0 && r.chance(15) && r.m.skus[r.m.units[id].product] == sku {
			it.Units = append(it.Units, r.m.units[id].serial)
		}
	} else {
		it.Quantity = r.quantity(sku)
	}
	return it
}

func (r *drawer) sku() string {
	return one(r, one(r, [][]string{plain, lotted, lotted, lotted, serial, serial, rising}))
}

func (r *drawer) receive() stock.Body {
	d := &stock.MovementDraft{Kind: stock.KindReceive, Site: one(r, siteCodes), Partner: one(r, suppliers)}
	for range 1 + r.IntN(8)/6 {
		it := r.fresh(r.sku())
		if it.Lot != "" && r.chance(20) {
			it.SupplierLot = fmt.Sprint("V", r.n%50)
		}
		if len(it.Units) == 0 && !slices.Contains(rising, it.Product) && r.chance(10) {
			it.Second, it.Measure = r.quantity("SALT"), "KGM"
		}
		d.Items = append(d.Items, it)
	}
	r.dress(d)
	return d
}

// dress adds what any movement may carry.
func (r *drawer) dress(d *stock.MovementDraft) {
	if r.chance(20) {
		d.References = []stock.Reference{{Kind: "order", Code: fmt.Sprint("O", r.n)}}
	}
	if r.chance(10) {
		d.Note = "a note"
	}
	if r.chance(10) {
		d.OccurredAt = r.m.now - stock.Time(r.IntN(3*86400_000))
	}
	if r.chance(10) {
		d.Capture = one(r, []string{"camera", "scanner", "typed", "import", "api"})
	}
}

// recent are a few slots with stock, drawn at random.
func (r *drawer) recent() (out []stock.Slot) {
	m := r.m
	for tries := 0; tries < 12 && len(m.live) > 0 && len(out) < 4; tries++ {
		i := len(m.live) - 1 - r.IntN(min(len(m.live), 400))
		slot := m.live[i]
		if m.goods[slot] > 0 {
			out = append(out, slot)
			continue
		}
		delete(m.listed, slot)
		m.live = append(m.live[:i], m.live[i+1:]...)
	}
	return out
}

// unit draws a unit that may be anywhere.
func (r *drawer) unit() int64 {
	for range 8 {
		n := int64(len(r.m.units))
		if n == 0 {
			return 0
		}
		if id := n - r.Int64N(min(n, 800)); !stock.Nameless(r.m.units[id].serial) {
			return id
		}
	}
	return 1
}

// adjacent are up to n units next to each other by id, at one place.
func (r *drawer) adjacent(n int) (out []*unit) {
	for tries := 0; tries < 12 && len(out) == 0; tries++ {
		for id := r.unit(); len(out) < n; id++ {
			u := r.m.units[id]
			if u == nil || !r.real(u.at) || len(out) > 0 && (u.at != out[0].at || u.product != out[0].product) {
				break
			}
			out = append(out, u)
		}
	}
	return out
}

func (r *drawer) real(place int64) bool { at := r.m.places[place]; return at.Real() }

// taken names goods that leave, with the site they are at.
func (r *drawer) taken() (it stock.ItemDraft, site string) {
	m := r.m
	if r.chance(35) {
		if units := r.adjacent(1 + r.IntN(4)); len(units) > 0 {
			at := m.places[units[0].at]
			it.Product = m.skus[units[0].product]
			for _, u := range units {
				it.Units = append(it.Units, u.serial)
			}
			if r.chance(30) {
				it.From = at.Code
			}
			if r.chance(6) { // somewhere else by now, or never heard of
				it.Units = append(it.Units, m.units[r.unit()].serial)
				it.Units = slices.Compact(slices.Sorted(slices.Values(it.Units)))
			}
			return it, m.siteIDs[at.Site]
		}
	}
	for _, slot := range r.recent() {
		p, at := m.product(slot.Product), m.places[slot.Place]
		if p.Tracking == stock.TrackSerial {
			continue
		}
		it.Product, it.From = p.SKU, at.Code
		if slot.Lot != 0 {
			it.Lot = m.lots[slot.Lot].Code
		}
		whole := m.goods[slot]
		it.Quantity = ptr(min(whole, *r.quantity(p.SKU)))
		if r.chance(8) {
			it.Quantity = ptr(whole + stock.One)
		}
		return it, m.siteIDs[at.Site]
	}
	return stock.ItemDraft{Product: "SALT", Quantity: ptr(stock.One), From: "A"}, "S1"
}
