// Package sim drives the ledger with random histories and holds it against a small model: maps of what is where, and
// the core rules written once more, as simply as can be.
//
// Start at Run: it draws commands from a seed, posts them in batches, asks the model what must become of each, and
// checks in the end that model and store agree, that the store verifies, and that it is the same after reopening.
package sim

import (
	"fmt"
	"time"

	"clew/internal/stock"
)

// model is what a ledger must look like, kept in plain maps. It learns ids and births from the entries, and judges
// every movement of goods itself.
type model struct {
	now      stock.Time
	products map[string]stock.Product
	skus     map[int64]string
	sites    map[string]*stock.Site
	siteIDs  map[int64]string
	partners map[string]int64
	places   map[int64]stock.Place
	at       map[string]int64 // SITE/LOCATION → place
	lots     map[int64]stock.Lot
	codes    map[string]int64 // SKU|lot code → lot
	former   map[string]int64 // SKU|code that a correction took → lot
	formers  map[int64][]string
	units    map[int64]*unit
	serials  map[string]int64 // SKU|serial → unit
	formerly map[string]int64 // SKU|serial that a correction took → unit
	goods    map[stock.Slot]stock.Quantity
	onHand   map[[2]int64]map[stock.Slot]bool // product and site → slots in real places that are not empty
	holds    map[int64]*stock.Hold
	keys     map[string]stock.KeyUse
	entries  map[int64]*stock.Entry
	stands   map[int64]*standing // by item of a movement
	open     map[int64][]string  // exception → subjects
	lastID   int64
	live     []stock.Slot // to draw from, in a fixed order; those that are empty by now are dropped when drawn
	listed   map[stock.Slot]bool
	moved    []int64 // entries with items

	exchanged []int64            // corrections of goods
	unsure    map[string]bool    // SKU|code or SKU|serial that two lots or two units had, of which neither is called so any more
	twin      int64              // of the correction that is being taken in: the unit that was found to be another
	merged    map[int64][]string // by such a unit, what it was called
	wasHeld   bool               // the lot of the correction being judged
	further
}

type unit struct {
	serial           string
	product, lot, at int64
	holds            int
}

func newModel() *model {
	return &model{products: map[string]stock.Product{}, skus: map[int64]string{}, sites: map[string]*stock.Site{}, siteIDs: map[int64]string{},
		partners: map[string]int64{}, places: map[int64]stock.Place{}, at: map[string]int64{}, lots: map[int64]stock.Lot{}, codes: map[string]int64{}, former: map[string]int64{}, formers: map[int64][]string{},
		units: map[int64]*unit{}, serials: map[string]int64{}, formerly: map[string]int64{}, goods: map[stock.Slot]stock.Quantity{}, onHand: map[[2]int64]map[stock.Slot]bool{},
		holds: map[int64]*stock.Hold{}, keys: map[string]stock.KeyUse{}, entries: map[int64]*stock.Entry{}, stands: map[int64]*standing{}, unsure: map[string]bool{}, merged: map[int64][]string{}, open: map[int64][]string{}, listed: map[stock.Slot]bool{}, further: newFurther()}
}

// apply takes in one entry that the store answered with. An error means that the store let happen what must not.
func (m *model) apply(e *stock.Entry) error {
	if e.ID != m.lastID+1 {
		return fmt.Errorf("entry %d came after %d", e.ID, m.lastID)
	}
	m.lastID = e.ID
	m.learn(e)
	births := e.Births
	if e.Kind == stock.KindCorrection && len(e.Items) > 0 {
		m.exchanged = append(m.exchanged, e.ID)
		if err := m.exchange(e); err != nil {
			return fmt.Errorf("entry %d, a correction: %w", e.ID, err)
		}
	}
	for i := range e.Items {
		if e.Kind == stock.KindCorrection {
			break
		}
		it := &e.Items[i]
		n := 0
		if it.Born {
			n = int(it.Units.Count())
		}
		if err := m.item(e, it, births[:n]); err != nil {
			return fmt.Errorf("entry %d, a %s, item %d: %w", e.ID, e.Kind, it.ID, err)
		}
		births = births[n:]
	}
	for _, c := range e.Counted {
		slot := stock.Slot{Product: c.Product, Lot: c.Lot, Place: c.Place}
		if got := m.goods[slot]; got != c.Counted && m.product(c.Product).Tracking != stock.TrackSerial {
			return fmt.Errorf("entry %d counted %s at %d, there is %s", e.ID, c.Counted, c.Place, got)
		}
	}
	if err := m.correct(e); err != nil {
		return err
	}
	if err := m.learnFurther(e); err != nil {
		return err
	}
	return m.said(e)
}

// learn keeps the names of what an entry brings.
func (m *model) learn(e *stock.Entry) {
	if p := e.Product; p != nil {
		m.products[p.SKU], m.skus[p.ID] = *p, p.SKU
	}
	if v := e.SiteChange; v != nil {
		c := *v
		m.sites[v.Code], m.siteIDs[v.ID] = &c, v.Code
	}
	if p := e.PartnerChange; p != nil {
		m.partners[p.Code] = p.ID
	}
	for _, p := range e.Places {
		m.places[p.ID] = *p
		if p.Kind == stock.PlaceLocation {
			m.at[m.siteIDs[p.Site]+"/"+p.Code] = p.ID
		}
	}
	for _, l := range e.Lots {
		m.lots[l.ID], m.codes[m.skus[l.Product]+"|"+l.Code] = *l, l.ID
	}
	if e.Key != "" {
		m.keys[e.Key] = stock.KeyUse{Entry: e.ID, Hash: e.Hash, Kept: e.Kind == stock.KindException}
	}
	if len(e.Items) > 0 {
		m.entries[e.ID] = e
		m.moved = append(m.moved, e.ID)
	}
}

// item moves goods in the model: nothing real below zero, each unit from where it was.
func (m *model) item(e *stock.Entry, it *stock.Item, births []*stock.Unit) error {
	from, to := stock.Slot{Product: it.Product, Lot: it.Lot, Place: it.From}, stock.Slot{Product: it.Product, Lot: it.Lot, Place: it.To}
	if it.Quantity <= 0 || it.From == it.To {
		return fmt.Errorf("it moves %s from %d to %d", it.Quantity, it.From, it.To)
	}
	m.add(from, -it.Quantity)
	m.add(to, it.Quantity)
	if at := m.places[it.From]; m.goods[from] < 0 && (at.Real() || at.Kind == stock.PlaceTransit) {
		return fmt.Errorf("%s is left at a real place %d", m.goods[from], it.From)
	}
	if err := m.stand(it); err != nil {
		return err
	}
	before := e.Kind == stock.KindTracking && it.Role == stock.Input // told apart as until then
	if !before && m.product(it.Product).Tracking == stock.TrackSerial && stock.Units(it.Units.Count()) != it.Quantity {
		return fmt.Errorf("it moves %s and names %d units", it.Quantity, it.Units.Count())
	}
	for _, u := range births {
		if m.units[u.ID] != nil || m.serials[m.skus[u.Product]+"|"+u.Serial] != 0 {
			return fmt.Errorf("unit %s is born twice", u.Serial)
		}
		m.units[u.ID] = &unit{serial: u.Serial, product: u.Product, at: it.From, lot: it.Lot}
		m.serials[m.skus[u.Product]+"|"+u.Serial] = u.ID
	}
	for id := range it.Units.All() {
		u := m.units[id]
		switch {
		case u == nil:
			return fmt.Errorf("unit %d was never born", id)
		case u.at != it.From:
			return fmt.Errorf("unit %s was at %d, not at %d", u.serial, u.at, it.From)
		case u.product != it.Product || u.lot != it.Lot && it.Role != stock.Output:
			return fmt.Errorf("unit %s is of product %d and lot %d, not %d and %d", u.serial, u.product, u.lot, it.Product, it.Lot)
		}
		u.at, u.lot = it.To, it.Lot
	}
	m.oldLots(e, it)
	return nil
}

// oldLots gives units back the lots that they had before a transformation which is reversed.
func (m *model) oldLots(e *stock.Entry, it *stock.Item) {
	if e.Kind != stock.KindReversal || it.Role != stock.Output {
		return
	}
	for _, was := range m.entries[e.About].Items {
		if was.Role != stock.Input || was.Group != it.Group || was.Product != it.Product {
			continue
		}
		for lot, units := range m.stands[was.ID].units {
			for id := range units.Intersect(it.Units).All() {
				m.units[id].lot = lot
			}
		}
	}
}

func (m *model) add(slot stock.Slot, quantity stock.Quantity) {
	if m.goods[slot] += quantity; m.goods[slot] == 0 {
		delete(m.goods, slot)
	}
	at := m.places[slot.Place]
	if !at.Real() {
		return
	}
	key := [2]int64{slot.Product, at.Site}
	if m.onHand[key] == nil {
		m.onHand[key] = map[stock.Slot]bool{}
	}
	if m.goods[slot] > 0 {
		m.onHand[key][slot] = true
		if !m.listed[slot] {
			m.listed[slot] = true
			m.live = append(m.live, slot)
		}
	} else {
		delete(m.onHand[key], slot)
	}
}

// said takes in what an entry says about goods without moving them.
func (m *model) said(e *stock.Entry) error {
	switch e.Kind {
	case stock.KindHold:
		m.holds[e.ID] = &stock.Hold{ID: e.ID, Lot: e.Hold.Lot, Place: e.Hold.Place, Units: e.Held}
		for id := range e.Held.All() {
			m.units[id].holds++
		}
	case stock.KindRelease:
		h := m.holds[e.About]
		if h == nil {
			if len(e.Items) == 0 {
				return fmt.Errorf("entry %d releases hold %d, which is not active", e.ID, e.About)
			}
			return nil
		}
		for id := range e.Lifted.All() {
			if !h.Units.Contains(id) {
				return fmt.Errorf("entry %d lifts unit %d out of hold %d, which does not hold it", e.ID, id, h.ID)
			}
			m.units[id].holds--
		}
		if h.Units = h.Units.Minus(e.Lifted); len(h.Units) == 0 {
			delete(m.holds, h.ID)
		}
	case stock.KindException:
		m.open[e.ID] = e.Exception.Subjects
	case stock.KindResolution:
		if _, open := m.open[e.About]; !open {
			return fmt.Errorf("entry %d resolves exception %d, which is not open", e.ID, e.About)
		}
		delete(m.open, e.About)
	}
	return nil
}

func (m *model) product(id int64) stock.Product { return m.products[m.skus[id]] }

// day is the site's business date.
func (m *model) day(site string, at stock.Time) stock.Date {
	zone, err := time.LoadLocation(m.sites[site].TimeZone)
	if err != nil {
		zone = time.UTC
	}
	return stock.DateOf(at, zone)
}
