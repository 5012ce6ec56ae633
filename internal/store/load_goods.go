package store

import (
	"database/sql"
	"maps"
	"slices"

	"clew/internal/stock"
)

const lotColumns = `l.id, l.product, l.birth, l.code, l.production, l.best_before, l.sell_by, l.expiry, l.source, l.first_in, l.history_unknown, l.cautious, l.same_as`

func scanLot(r *sql.Rows, more ...any) (*stock.Lot, error) {
	l := &stock.Lot{}
	return l, r.Scan(append([]any{&l.ID, &l.Product, &l.Birth, &l.Code, &l.Dates.Production, &l.Dates.BestBefore, &l.Dates.SellBy, &l.Dates.Expiry,
		&l.Source, &l.FirstIn, &l.HistoryUnknown, &l.Dates.Cautious, &l.SameAs}, more...)...)
}

func (l *loader) lot(r *sql.Rows) error {
	lot, err := scanLot(r)
	if err == nil {
		l.s.LoadLot(lot)
		l.lots[lot.ID] = struct{}{}
		if lot.SameAs != 0 {
			l.lots[lot.SameAs] = struct{}{}
		}
	}
	return err
}

// holds loads the holds that are to be released, with the units they still hold.
func (l *loader) holds() error {
	if len(l.needs.Holds) == 0 {
		return nil
	}
	return l.each(l.ctx, `SELECT h.id, h.lot, h.place, h.units, h.released FROM @rows($1: id int) r JOIN hold h ON h.id = r.id`,
		[]any{ids(maps.Keys(l.needs.Holds))}, func(r *sql.Rows) error {
			h, err := scanHold(r)
			if err != nil {
				return err
			}
			l.s.Holds[h.ID] = h
			l.units = l.units.Union(h.Units)
			if h.Lot != 0 {
				l.lots[h.Lot] = struct{}{}
			}
			if h.Place != 0 {
				l.places[h.Place] = struct{}{}
			}
			return nil
		})
}

func scanHold(r *sql.Rows, more ...any) (*stock.Hold, error) {
	h := &stock.Hold{}
	var units []byte
	if err := r.Scan(append([]any{&h.ID, &h.Lot, &h.Place, &units, &h.Released}, more...)...); err != nil {
		return nil, err
	}
	var err error
	h.Units, err = unpack(units)
	return h, err
}

func unpack(blob []byte) (stock.Runs, error) {
	if len(blob) == 0 {
		return nil, nil
	}
	return stock.UnpackRuns(blob)
}

func pack(units stock.Runs) []byte {
	if len(units) == 0 {
		return nil
	}
	return units.Pack()
}

const entryColumns = `e.id, e.kind, e.occurred_at, e.recorded_at, e.actor, e.device, e.capture, e.site, e.partner, e.address, e.about,
	COALESCE(e.client_key, ''), e.leaf`

func scanEntry(r *sql.Rows, more ...any) (*stock.Entry, error) {
	e := &stock.Entry{}
	return e, r.Scan(append([]any{&e.ID, &e.Kind, &e.OccurredAt, &e.RecordedAt, &e.Actor, &e.Device, &e.Capture, &e.Site, &e.Partner, &e.Address,
		&e.About, &e.Key, &e.Leaf}, more...)...)
}

const itemColumns = `i.id, i.entry, i.product, i.lot, i.quantity, i.from_place, i.to_place, i.known, i.role, i.grp, i.about, i.flags, i.units,
	i.second, COALESCE(i.measure, ''), i.expected, COALESCE(i.effective_at, 0)`

const (
	flagBorn = 1 << iota
	flagNoted
	flagIntoMixed // it went into a tank or silo
	flagFromMixed // it came out of one
	flagAgain     // a correction did it again, with other goods
)

// scanItem reads an item and the entry it is of.
func scanItem(r *sql.Rows, more ...any) (it stock.Item, entry int64, err error) {
	var flags int64
	var units []byte
	err = r.Scan(append([]any{&it.ID, &entry, &it.Product, &it.Lot, &it.Quantity, &it.From, &it.To, &it.Known, &it.Role, &it.Group, &it.About,
		&flags, &units, &it.Second, &it.Measure, &it.Expected, &it.At}, more...)...)
	if err != nil {
		return it, 0, err
	}
	it.Born, it.Noted = flags&flagBorn != 0, flags&flagNoted != 0
	it.Again = flags&flagAgain != 0
	it.ToMix, it.FromMix = flags&flagIntoMixed != 0, flags&flagFromMixed != 0
	it.Units, err = unpack(units)
	return it, entry, err
}

// entries loads whole entries: those to be reversed or received, how much of them was reversed, and what came later.
func (l *loader) entries() error {
	if len(l.needs.Entries) == 0 {
		return nil
	}
	set := ids(maps.Keys(l.needs.Entries))
	products := map[int64]struct{}{}
	steps := []struct {
		text string
		scan func(*sql.Rows) error
	}{
		{`SELECT ` + entryColumns + ` FROM @rows($1: id int) r JOIN entry e ON e.id = r.id`, func(r *sql.Rows) error {
			e, err := scanEntry(r)
			if err == nil {
				l.s.Entries[e.ID] = e
				l.sites[e.Site] = struct{}{}
			}
			return err
		}},
		{`SELECT ` + itemColumns + ` FROM @rows($1: id int) r JOIN entry e ON e.id = r.id
			JOIN item i ON i.id BETWEEN e.first_item AND e.first_item + e.items - 1 ORDER BY i.id`, func(r *sql.Rows) error {
			it, entry, err := scanItem(r)
			if err != nil {
				return err
			}
			e := l.s.Entries[entry]
			e.Items = append(e.Items, it)
			products[it.Product] = struct{}{}
			l.places[it.From], l.places[it.To] = struct{}{}, struct{}{}
			l.touch(&it)
			return nil
		}},
		{`SELECT ` + itemColumns + ` FROM @rows($1: id int) r JOIN entry e ON e.id = r.id
			JOIN item i ON i.about BETWEEN e.first_item AND e.first_item + e.items - 1 AND e.items > 0 AND i.about > 0 ORDER BY i.id`, func(r *sql.Rows) error {
			it, _, err := scanItem(r)
			if err != nil {
				return err
			}
			l.s.LoadAbout(it)
			l.touch(&it)
			return nil
		}},
		{`SELECT ` + placeColumns + ` FROM @rows($1: id int) r JOIN place p ON p.dispatch = r.id AND p.dispatch > 0`, func(r *sql.Rows) error {
			p, err := scanPlace(r)
			if err == nil {
				l.s.LoadPlace(p)
				l.places[p.ID] = struct{}{}
			}
			return err
		}},
	}
	for _, step := range steps {
		if err := l.each(l.ctx, step.text, []any{set}, step.scan); err != nil {
			return err
		}
	}
	delete(l.lots, 0)
	if err := l.later(set); err != nil {
		return err
	}
	if err := l.productIDs(products); err != nil {
		return err
	}
	return l.siteIDs()
}

// touch asks for the goods of an item that may be taken back, and how much of them is where it put them.
func (l *loader) touch(it *stock.Item) {
	l.lots[it.Lot] = struct{}{}
	l.units = l.units.Union(it.Units)
	l.put = append(l.put, stock.Slot{Product: it.Product, Lot: it.Lot, Place: it.To})
}

// later lists the movements that took goods of an entry on from where it put them, so that a refused reversal can name them.
func (l *loader) later(set string) error {
	const most = 50
	list := func(r *sql.Rows) error {
		var entry int64
		var later string
		if err := r.Scan(&entry, &later); err != nil {
			return err
		}
		if got := l.s.Later[entry]; len(got) < most && !slices.Contains(got, later) {
			l.s.Later[entry] = append(got, later)
		}
		return nil
	}
	err := l.each(l.ctx, `SELECT DISTINCT a.entry, CAST(b.entry AS TEXT) FROM @rows($1: id int) r JOIN entry e ON e.id = r.id
		JOIN item a ON a.id BETWEEN e.first_item AND e.first_item + e.items - 1
		JOIN item b ON b.lot = a.lot AND b.lot > 0 AND b.id > a.id AND b.entry <> a.entry AND b.from_place = a.to_place LIMIT 500`, []any{set}, list)
	if err != nil {
		return err
	}
	var runs rowset
	for _, e := range l.s.Entries {
		for _, it := range e.Items {
			for _, run := range it.Units {
				runs.add(e.ID, it.ID, run.First, run.Last)
			}
		}
	}
	if runs.n == 0 {
		return nil
	}
	return l.each(l.ctx, `SELECT DISTINCT r.entry, CAST(i.entry AS TEXT) FROM @rows($1: entry int, item int, first int, last int) r
		JOIN item_unit u ON u.unit BETWEEN r.first AND r.last AND u.item > r.item JOIN item i ON i.id = u.item WHERE i.entry <> r.entry LIMIT 500`,
		[]any{runs.text()}, list)
}

func (l *loader) productIDs(want map[int64]struct{}) error {
	maps.DeleteFunc(want, func(id int64, _ struct{}) bool { return l.s.ProductIDs[id] != nil })
	if len(want) == 0 {
		return nil
	}
	return l.each(l.ctx, `SELECT `+productColumns+` FROM @rows($1: id int) r JOIN product p ON p.id = r.id`, []any{ids(maps.Keys(want))}, func(r *sql.Rows) error {
		p, err := scanProduct(r)
		if err == nil {
			p.HasHistory = true
			l.s.LoadProduct(p)
		}
		return err
	})
}

// siteIDs loads the sites of entries, with their virtual places.
func (l *loader) siteIDs() error {
	delete(l.sites, 0)
	missing := map[int64]struct{}{}
	for id := range l.sites {
		if l.s.SiteIDs[id] == nil {
			missing[id] = struct{}{}
		}
	}
	if len(missing) == 0 {
		return nil
	}
	set := ids(maps.Keys(missing))
	err := l.each(l.ctx, `SELECT `+siteColumns+` FROM @rows($1: id int) r JOIN site s ON s.id = r.id`, []any{set}, func(r *sql.Rows) error {
		v, err := scanSite(r)
		if err == nil {
			l.s.LoadSite(v)
		}
		return err
	})
	if err != nil {
		return err
	}
	return l.each(l.ctx, `SELECT `+placeColumns+` FROM @rows($1: id int) r JOIN place p ON p.site = r.id AND p.site > 0 AND p.code = '' AND p.kind > 0`, []any{set}, l.place)
}

// lotNames finds lots by our code or by a partner's.
func (l *loader) lotNames() error {
	var set rowset
	for pair := range l.needs.Lots {
		if p := l.productOf(pair.In); p != nil {
			set.add(p.ID, pair.Name)
		}
	}
	if set.n == 0 {
		return nil
	}
	args := []any{set.text()}
	if err := l.each(l.ctx, `SELECT `+lotColumns+` FROM @rows($1: product int, code text) r JOIN lot l ON l.code = r.code AND l.product = r.product`, args, l.lot); err != nil {
		return err
	}
	return l.each(l.ctx, `SELECT `+lotColumns+`, a.partner, a.code FROM @rows($1: product int, code text) r
		JOIN alias a ON a.code = r.code JOIN lot l ON l.id = a.lot AND l.product = r.product`, args, func(r *sql.Rows) error {
		var a stock.Alias
		lot, err := scanLot(r, &a.Partner, &a.Code)
		if err != nil {
			return err
		}
		a.Lot = lot.ID
		l.s.LoadLot(lot)
		l.lots[lot.ID] = struct{}{}
		key := stock.LotKey{Product: lot.Product, Code: a.Code}
		l.s.Aliases[key] = append(l.s.Aliases[key], a)
		return nil
	})
}

const unitColumns = `u.id, u.product, u.serial, u.lot, u.place, u.holds, u.flags`

// shownUnits are the same for people: a unit that was found to be another is called as it was.
const shownUnits = `u.id, u.product, CASE WHEN u.serial LIKE ' %' THEN COALESCE((SELECT MAX(c.before) FROM correction c WHERE c.unit = u.id AND c.unit > 0 AND c.after = u.serial), u.serial) ELSE u.serial END,
	u.lot, u.place, u.holds, u.flags`

func scanUnit(r *sql.Rows, more ...any) (*stock.Unit, error) {
	u := &stock.Unit{}
	var flags int64
	err := r.Scan(append([]any{&u.ID, &u.Product, &u.Serial, &u.Lot, &u.Place, &u.Holds, &flags}, more...)...)
	u.HistoryUnknown = flags != 0
	return u, err
}

func (l *loader) unit(r *sql.Rows) error {
	u, err := scanUnit(r)
	if err != nil {
		return err
	}
	if l.s.Units[u.ID] == nil {
		l.s.LoadUnit(u)
	}
	if u.Lot != 0 {
		l.lots[u.Lot] = struct{}{}
	}
	l.places[u.Place] = struct{}{}
	return nil
}

// serials finds units by serial number.
func (l *loader) serials() error {
	var few rowset
	for name, serials := range l.needs.Serials {
		p := l.productOf(name)
		switch {
		case p == nil:
		case len(l.needs.Serials) == 1 || len(serials) > batchUnits: // one long list: a call of its own
			err := l.each(l.ctx, `SELECT `+unitColumns+` FROM @list($2) j @each(unit u: u.serial = j.value AND u.product = $1)`,
				[]any{p.ID, texts(serials)}, l.unit)
			if err != nil {
				return err
			}
		default:
			for _, serial := range serials {
				few.add(p.ID, serial)
			}
		}
	}
	if few.n > 0 {
		err := l.each(l.ctx, `SELECT `+unitColumns+` FROM @rows($1: product int, serial text) r @each(unit u: u.serial = r.serial AND u.product = r.product)`,
			[]any{few.text()}, l.unit)
		if err != nil {
			return err
		}
	}
	return l.formerSerials()
}

// unitsAt loads the units of a product at a location, for a count.
func (l *loader) unitsAt() error {
	var set rowset
	for at := range l.needs.UnitsAt {
		p, v := l.productOf(at.SKU), l.s.Sites[at.Site]
		if p == nil || v == nil {
			continue
		}
		if place := l.s.Locations[stock.PlaceKey{Owner: v.ID, Code: at.Location}]; place != nil {
			set.add(place.ID, p.ID)
		}
	}
	for _, p := range l.s.Places {
		if p.Kind == stock.PlaceTransit {
			set.add(p.ID, nil)
		}
	}
	if set.n == 0 {
		return nil
	}
	return l.each(l.ctx, `SELECT `+unitColumns+` FROM @rows($1: place int, product int) r JOIN unit u ON u.place = r.place AND (r.product IS NULL OR u.product = r.product)`,
		[]any{set.text()}, l.unit)
}

// unitIDs loads the units of holds and entries.
func (l *loader) unitIDs() error {
	if len(l.units) == 0 {
		return nil
	}
	err := l.each(l.ctx, `SELECT `+unitColumns+` FROM @rows($1: first int, last int) r @each(unit u: u.id BETWEEN r.first AND r.last)`,
		[]any{runsText(l.units)}, l.unit)
	if err != nil {
		return err
	}
	products := map[int64]struct{}{}
	for _, u := range l.s.Units {
		products[u.Product] = struct{}{}
	}
	return l.productIDs(products)
}

func runsText(runs stock.Runs) string {
	var set rowset
	for _, run := range runs {
		set.ints(run.First, run.Last)
	}
	return set.text()
}
