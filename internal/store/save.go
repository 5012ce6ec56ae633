package store

import (
	"context"
	"maps"
	"slices"
	"strings"

	"clew/internal/stock"
)

// saver gathers what a batch's entries bring into row sets, so that each table is written by one statement.
type saver struct {
	*writer
	ctx   context.Context
	state *stock.State

	entries, items, itemUnits, references, erasables, counted, cleanings       rowset
	products, sites, partners, places, actors, lots, aliases, holds, heldUnits rowset
	exceptions, subjects                                                       rowset
	groups, formats, draws, drawnFrom, numbers                                 rowset
	barcodes, labels                                                           rowset
	files, audited                                                             rowset
	erasures, erased                                                           rowset
	logKeys                                                                    rowset
	erasing                                                                    []*stock.Erasure
	corrections, corrected, renamed                                            rowset
	packaged                                                                   map[int64]*stock.Product
	latest                                                                     map[int64]bool // master data whose row is in its set
	plans, planNeeds, inspections, measured                                    rowset
	births                                                                     []births
	changed                                                                    spanSums
	fieldRows
	closingRows
	peopleRows
	reviewRows
	wordRows
	settingRows
	datedLots rowset // lots that may be on another shelf, or of another date
}

// births are the newborn units of one item, adjacent and alike but for their serials.
type births struct {
	first            int64
	product, lot, at int64
	flags            int64
	serials          []string
}

func (w *writer) save(ctx context.Context, state *stock.State, entries []*stock.Entry) error {
	s := &saver{writer: w, ctx: ctx, state: state, changed: spanSums{}, latest: map[int64]bool{}}
	for _, e := range entries {
		s.entry(e)
	}
	for _, e := range slices.Backward(entries) {
		s.masterRows(e)
	}
	for _, step := range []func() error{s.free, s.master, s.packagings, s.correct, s.count, s.newborn, s.log, s.units, s.balances, s.pasts, s.quality, s.inspect, s.head, s.fieldsChanged, s.closings, s.people, s.audit, s.decided, s.reviews, s.erase, s.wordsOf, s.dated, s.announce} {
		if err := step(); err != nil {
			return err
		}
	}
	return nil
}

// entry spreads an entry over the row sets.
func (s *saver) entry(e *stock.Entry) {
	first := int64(0)
	if len(e.Items) > 0 {
		first = e.Items[0].ID
	}
	var key, hash any
	if e.Key != "" {
		key, hash = e.Key, e.Hash[:]
	}
	s.entries.add(e.ID, int(e.Kind), int64(e.OccurredAt), int64(e.RecordedAt), e.Actor, e.Device, int(e.Capture), e.Site, e.Partner, e.Address,
		e.About, first, len(e.Items), key, hash, e.Leaf)
	newborn := e.Births
	for i := range e.Items {
		newborn = s.item(e, &e.Items[i], newborn)
	}
	for i, r := range e.References {
		s.references.add(r.Code, r.Kind, e.ID, i)
	}
	for i, t := range e.Erasable {
		s.erasables.add(e.ID, i, t.Field, t.Salt[:], t.Text)
	}
	for i, c := range e.Counted {
		s.counted.add(e.ID, i, c.Product, c.Lot, c.Place, int64(c.Counted), int64(c.Expected))
	}
	if e.Cleaned != 0 {
		s.cleanings.add(e.ID, e.Cleaned)
	}
	for _, l := range e.Lots {
		if now := s.state.Lots[l.ID]; now != nil {
			l = now // it may be put right in the batch, and another be called as it was
		}
		d := l.Dates
		s.lots.add(l.ID, l.Product, l.Birth, l.Code, int64(d.Production), int64(d.BestBefore), int64(d.SellBy), int64(d.Expiry), l.Source,
			int64(l.FirstIn), l.HistoryUnknown, d.Cautious)
	}
	for _, a := range e.Aliases {
		s.aliases.add(a.Code, a.Lot, a.Partner, e.ID)
	}
	s.correction(e)
	s.drawn(e)
	s.file(e)
	s.inspected(e)
	s.closingRow(e)
	s.detailRows(e)
	s.said(e)
	s.reviewRow(e)
	s.auditRows(e)
	s.signatureRow(e)
	s.erasureRow(e)
	s.logKeyRow(e)
}

func (s *saver) item(e *stock.Entry, it *stock.Item, newborn []*stock.Unit) []*stock.Unit {
	s.changed.take(e, it)
	flags := 0
	if it.Born {
		flags |= flagBorn
		n := int(it.Units.Count())
		b := births{first: newborn[0].ID, product: it.Product, lot: it.Lot, at: it.To, serials: make([]string, n)}
		if newborn[0].HistoryUnknown {
			b.flags = 1
		}
		for i, u := range newborn[:n] {
			b.serials[i] = u.Serial
			// What befell the unit later in the batch is saved with the changed units.
		}
		s.births = append(s.births, b)
		newborn = newborn[n:]
	}
	if it.Noted {
		flags |= flagNoted
	}
	if it.ToMix {
		flags |= flagIntoMixed
	}
	if it.FromMix {
		flags |= flagFromMixed
	}
	if it.Again {
		flags |= flagAgain
	}
	var measure, effective any
	if it.Measure != "" {
		measure = it.Measure
	}
	if it.At != 0 {
		effective = int64(it.At)
	}
	s.items.add(it.ID, e.ID, it.Product, it.Lot, int64(it.Quantity), it.From, it.To, int(it.Known), int(it.Role), it.Group, it.About, flags,
		pack(it.Units), quantity(it.Second), measure, quantity(it.Expected), effective)
	for _, run := range it.Units {
		s.itemUnits.add(it.ID, int(it.Role), run.First, run.Last)
	}
	return newborn
}

func quantity(q *stock.Quantity) any {
	if q == nil {
		return nil
	}
	return int64(*q)
}

// said spreads what the entry says about goods: holds, releases, exceptions.
func (s *saver) said(e *stock.Entry) {
	if e.Kind == stock.KindHold && len(e.Held) > 0 {
		s.heldUnits.add(e.ID, e.Hold.ID, pack(e.Held))
	}
	if len(e.Lifted) > 0 {
		s.heldUnits.add(e.ID, e.Hold.ID, pack(e.Lifted))
	}
	if x := e.Exception; x != nil && e.Kind == stock.KindException {
		for _, subject := range x.Subjects {
			_, code, _ := strings.Cut(subject, "|")
			s.subjects.add(subject, x.ID, code)
		}
	}
}

// masterRows gathers master data as an entry leaves it. It is asked from the last entry of a batch to the first: what is changed twice
// in a batch is written once, as it is then, since no upsert takes a row twice.
func (s *saver) masterRows(e *stock.Entry) {
	if p := e.Product; p != nil && s.first(p.ID) {
		var gtin any
		if p.GTIN != "" {
			gtin = p.GTIN
		}
		s.products.add(p.ID, p.Entry, p.SKU, gtin, p.Name, int(p.Tracking), p.UoM, p.Decimals, int(p.Strategy), p.Tolerance, int(p.Requires),
			int(p.Past), p.ShelfLife, p.WarnDays, p.UnitCost, strings.Join(p.Tags, ","), int(p.HoldWhen), p.Active, p.Group,
			stock.FormatPackaging(p.Packaging), p.LotFormat, p.SerialFormat, int(p.Class))
		s.packed(p)
		s.found(stock.ObjectProduct, p.ID, p.WordsOf())
	}
	s.groupRow(e)
	s.formatRow(e)
	s.fieldRow(e)
	s.barcodeRows(e)
	s.labelRow(e)
	s.peopleRow(e)
	s.settingRow(e)
	if v := e.SiteChange; v != nil && s.first(v.ID) {
		s.sites.add(v.ID, v.Entry, v.Code, v.Name, v.TimeZone, v.GLN, v.Private, v.Contact, v.Active)
		s.found(stock.ObjectSite, v.ID, stock.Words(v.Code, v.Name))
	}
	if p := e.PartnerChange; p != nil && s.first(p.ID) {
		s.partners.add(p.ID, p.Entry, p.Code, p.Name, p.GLN, int(p.Roles), int(p.HoldWhen),
			stock.ListText(p.Contacts), stock.ListText(p.Licences), p.Active)
		s.found(stock.ObjectPartner, p.ID, stock.Words(p.Code, p.Name))
	}
	for _, p := range e.Places {
		if !s.first(p.ID) {
			continue
		}
		s.places.add(p.ID, p.Entry, int(p.Kind), p.Site, p.Parent, p.Partner, p.Dispatch, p.ToSite, p.Code, p.Name, p.GLN, p.Blocking, p.Mixed, p.Zone, p.Active)
		s.foundPlace(p)
	}
	if a := e.Person; a != nil {
		s.actors.add(a.ID, int(a.Kind), a.Name)
	}
}

// first reports whether this is the first time that master data is asked for.
func (s *saver) first(id int64) bool {
	if s.latest[id] {
		return false
	}
	s.latest[id] = true
	return true
}

// write runs a statement over a row set, unless it is empty.
func (s *saver) put(set *rowset, text string) error {
	if set.n == 0 {
		return nil
	}
	return s.later(s.ctx, text, set.text())
}

func (s *saver) master() error {
	for _, t := range []struct {
		set  *rowset
		text string
	}{
		{&s.products, `INSERT INTO product (id, entry, sku, gtin, name, tracking, uom, decimals, strategy, tolerance, requires, past, shelf_life, warn_days, unit_cost, tags, hold_when, active, product_group, packaging, lot_format, serial_format, class)
			SELECT * FROM @rows($1: id int, entry int, sku text, gtin text, name text, tracking int, uom text, decimals int, strategy int, tolerance int, requires int, past int, shelf_life int, warn_days int, unit_cost text, tags text, hold_when int, active int, product_group int, packaging text, lot_format int, serial_format int, class int)
			WHERE true ON CONFLICT (id) DO UPDATE SET entry = excluded.entry, gtin = excluded.gtin, name = excluded.name, tracking = excluded.tracking, uom = excluded.uom,
			decimals = excluded.decimals, strategy = excluded.strategy, tolerance = excluded.tolerance, requires = excluded.requires, past = excluded.past,
			shelf_life = excluded.shelf_life, warn_days = excluded.warn_days, unit_cost = excluded.unit_cost, tags = excluded.tags, hold_when = excluded.hold_when, active = excluded.active,
			product_group = excluded.product_group, packaging = excluded.packaging, lot_format = excluded.lot_format, serial_format = excluded.serial_format, class = excluded.class`},
		{&s.groups, saveGroups},
		{&s.formats, saveFormats},
		{&s.fields, saveFields},
		{&s.barcodes, saveBarcodes},
		{&s.labels, saveLabels},
		{&s.details, saveDetails},
		{&s.sites, `INSERT INTO site (id, entry, code, name, time_zone, gln, private, contact, active)
			SELECT * FROM @rows($1: id int, entry int, code text, name text, time_zone text, gln text, private int, contact text, active int)
			WHERE true ON CONFLICT (id) DO UPDATE SET entry = excluded.entry, name = excluded.name, time_zone = excluded.time_zone, gln = excluded.gln,
			private = excluded.private, contact = excluded.contact, active = excluded.active`},
		{&s.partners, `INSERT INTO partner (id, entry, code, name, gln, roles, hold_when, contacts, licences, active)
			SELECT * FROM @rows($1: id int, entry int, code text, name text, gln text, roles int, hold_when int, contacts text, licences text, active int)
			WHERE true ON CONFLICT (id) DO UPDATE SET entry = excluded.entry, name = excluded.name, gln = excluded.gln, roles = excluded.roles,
			contacts = excluded.contacts, licences = excluded.licences, hold_when = excluded.hold_when, active = excluded.active`},
		{&s.places, `INSERT INTO place (id, entry, kind, site, parent, partner, dispatch, to_site, code, name, gln, blocking, mixed, zone, active)
			SELECT * FROM @rows($1: id int, entry int, kind int, site int, parent int, partner int, dispatch int, to_site int, code text, name text, gln text, blocking int, mixed int, zone int, active int)
			WHERE true ON CONFLICT (id) DO UPDATE SET entry = excluded.entry, parent = excluded.parent, name = excluded.name, gln = excluded.gln,
			blocking = excluded.blocking, mixed = excluded.mixed, zone = excluded.zone, active = excluded.active`},
		{&s.actors, `INSERT INTO actor (id, kind, name) SELECT * FROM @rows($1: id int, kind int, name text)`},
		{&s.lots, `INSERT INTO lot (id, product, birth, code, production, best_before, sell_by, expiry, source, first_in, history_unknown, cautious)
			SELECT * FROM @rows($1: id int, product int, birth int, code text, production int, best_before int, sell_by int, expiry int, source int, first_in int, history_unknown int, cautious int)`},
		{&s.aliases, `INSERT INTO alias (code, lot, partner, entry) SELECT * FROM @rows($1: code text, lot int, partner int, entry int)`},
	} {
		if err := s.put(t.set, t.text); err != nil {
			return err
		}
	}
	return nil
}

// newborn inserts units, thousands in one statement: their ids are adjacent, only the serials differ.
func (s *saver) newborn() error {
	var few rowset
	for _, b := range s.births {
		if len(b.serials) <= 16 {
			for i, serial := range b.serials {
				few.add(b.first+int64(i), b.product, serial, b.lot, b.at, 0, b.flags)
			}
			continue
		}
		if err := s.later(s.ctx, `INSERT INTO unit (id, product, serial, lot, place, holds, flags)
			SELECT $1 + j.key, $2, j.value, $3, $4, 0, $5 FROM @list($6) j`, b.first, b.product, b.lot, b.at, b.flags, texts(b.serials)); err != nil {
			return err
		}
	}
	return s.put(&few, `INSERT INTO unit (id, product, serial, lot, place, holds, flags)
		SELECT * FROM @rows($1: id int, product int, serial text, lot int, place int, holds int, flags int)`)
}

func (s *saver) log() error {
	for _, t := range []struct {
		set  *rowset
		text string
	}{
		{&s.entries, `INSERT INTO entry (id, kind, occurred_at, recorded_at, actor, device, capture, site, partner, address, about, first_item, items, client_key, request_hash, leaf)
			SELECT * FROM @rows($1: id int, kind int, occurred_at int, recorded_at int, actor int, device int, capture int, site int, partner int, address int, about int, first_item int, items int, client_key text, request_hash blob, leaf blob)`},
		{&s.items, `INSERT INTO item (id, entry, product, lot, quantity, from_place, to_place, known, role, grp, about, flags, units, second, measure, expected, effective_at)
			SELECT * FROM @rows($1: id int, entry int, product int, lot int, quantity int, from_place int, to_place int, known int, role int, grp int, about int, flags int, units blob, second int, measure text, expected int, effective_at int)`},
		{&s.itemUnits, `WITH r AS MATERIALIZED (SELECT * FROM @rows($1: item int, role int, first int, last int))
			INSERT INTO item_unit (unit, item, role) SELECT u.id, r.item, r.role FROM r @each(unit u: u.id BETWEEN r.first AND r.last)`},
		{&s.references, `INSERT INTO reference (code, kind, entry, line) SELECT * FROM @rows($1: code text, kind text, entry int, line int)`},
		{&s.erasables, `INSERT INTO erasable (entry, line, field, salt, text) SELECT * FROM @rows($1: entry int, line int, field text, salt blob, text text)`},
		{&s.counted, `INSERT INTO counted (entry, line, product, lot, place, counted, expected)
			SELECT * FROM @rows($1: entry int, line int, product int, lot int, place int, counted int, expected int)`},
		{&s.files, saveFiles},
		{&s.cleanings, `INSERT INTO cleaning (entry, place) SELECT * FROM @rows($1: entry int, place int)`},
		{&s.heldUnits, `INSERT INTO hold_unit (entry, hold, units) SELECT * FROM @rows($1: entry int, hold int, units blob)`},
		{&s.subjects, `INSERT INTO exception_subject (subject, exception, code) SELECT * FROM @rows($1: subject text, exception int, code text)`},
	} {
		if err := s.put(t.set, t.text); err != nil {
			return err
		}
	}
	return nil
}

// units writes where the units of the batch are now, adjacent ones of one fate together.
func (s *saver) units() error {
	if len(s.state.DirtyUnits) == 0 {
		return nil
	}
	var set rowset
	var first, last int64
	var fate stock.Unit
	flush := func() {
		if last != 0 {
			set.add(first, last, fate.Lot, fate.Place, fate.Holds)
		}
	}
	for _, id := range slices.Sorted(maps.Keys(s.state.DirtyUnits)) {
		u := s.state.Units[id]
		if u == nil {
			continue
		}
		if id == last+1 && last != 0 && u.Lot == fate.Lot && u.Place == fate.Place && u.Holds == fate.Holds {
			last = id
			continue
		}
		flush()
		first, last, fate = id, id, *u
	}
	flush()
	return s.put(&set, `WITH r AS MATERIALIZED (SELECT * FROM @rows($1: first int, last int, lot int, place int, holds int))
		UPDATE unit SET lot = r.lot, place = r.place, holds = r.holds FROM r WHERE unit.id BETWEEN r.first AND r.last`)
}

// balances adds what the batch moved to what is there, and drops what has come to nothing.
func (s *saver) balances() error {
	var set, gone rowset
	for slot := range s.state.DirtySlots {
		now, before := s.state.Balances[slot], s.state.Before[slot]
		if now == before {
			continue
		}
		place := s.state.Places[slot.Place]
		site := int64(0)
		if place.Real() {
			site = place.Site
			if (now.Quantity == 0) != (before.Quantity == 0) {
				s.shelved(slot.Lot)
			}
		}
		set.add(slot.Product, slot.Lot, slot.Place, site, int64(now.Quantity-before.Quantity), int64(now.Second-before.Second))
		if now == (stock.Balance{}) || !place.Real() {
			gone.add(slot.Product, slot.Lot, slot.Place)
		}
	}
	if err := s.put(&set, `INSERT INTO balance (product, lot, place, site, quantity, second)
		SELECT * FROM @rows($1: product int, lot int, place int, site int, quantity int, second int)
		WHERE true ON CONFLICT (product, lot, place) DO UPDATE SET quantity = balance.quantity + excluded.quantity, second = balance.second + excluded.second`); err != nil {
		return err
	}
	return s.put(&gone, `DELETE FROM balance WHERE quantity = 0 AND second = 0 AND (product, lot, place) IN
		(SELECT product, lot, place FROM @rows($1: product int, lot int, place int))`)
}

// quality writes holds and exceptions as they stand after the batch.
func (s *saver) quality() error {
	for _, id := range slices.Sorted(maps.Keys(s.state.Holds)) {
		if h := s.state.Holds[id]; s.state.DirtyHolds[id] {
			s.holds.add(h.ID, h.Lot, h.Place, pack(h.Units), h.Released)
		}
	}
	for _, id := range slices.Sorted(maps.Keys(s.state.Exceptions)) {
		if x := s.state.Exceptions[id]; s.state.DirtyExceptions[id] {
			s.exceptions.add(x.ID, x.Code, x.Field, x.Resolved)
		}
	}
	if err := s.put(&s.holds, `INSERT INTO hold (id, lot, place, units, released)
		SELECT * FROM @rows($1: id int, lot int, place int, units blob, released int)
		WHERE true ON CONFLICT (id) DO UPDATE SET units = excluded.units, released = excluded.released`); err != nil {
		return err
	}
	return s.put(&s.exceptions, `INSERT INTO exception (id, code, field, resolved)
		SELECT * FROM @rows($1: id int, code text, field text, resolved int) WHERE true ON CONFLICT (id) DO UPDATE SET resolved = excluded.resolved`)
}

func (s *saver) head() error {
	n := s.state.Next
	return s.later(s.ctx, `UPDATE ledger_head SET recorded_at = $1, next_entry = $2, next_item = $3, next_unit = $4, next_lot = $5, next_master = $6 WHERE id = 1`,
		int64(s.state.Now), n.Entry, n.Item, n.Unit, n.Lot, n.Master)
}
