package store

import (
	"bytes"
	"database/sql"
	"fmt"
	"slices"

	"clew/internal/stock"
	"clew/internal/tlog"
)

// pageRows are entries with all that hangs on them, read in a few range queries.
type pageRows struct {
	entries    []*pageEntry
	byID       map[int64]*pageEntry
	products   map[int64]*stock.Product
	groups     map[int64]*stock.ProductGroup
	formats    map[int64]*stock.Format
	fields     map[int64]*stock.Field
	sites      map[int64]*stock.Site
	partners   map[int64]*stock.Partner
	places     map[int64]*stock.Place
	people     map[int64]*stock.Actor
	barcodes   map[int64]*stock.Barcode
	labels     map[int64]*stock.Label
	holds      map[int64]*stock.Hold
	exceptions map[int64]*stock.Exception
	known      knownPeople
	erasures   map[int64][]stock.Text // what erasures say that they erased
}

type pageEntry struct {
	*stock.Entry
	firstItem, items int64
	holdOf           int64 // the hold that its hold_unit row names
	master           *stock.Master
	unreadable       error // of its leaf
}

// page checks the next entries and applies them to the recomputed state. It reports whether they were the last.
func (a *auditor) page() (last bool, err error) {
	p := &pageRows{byID: map[int64]*pageEntry{}, barcodes: map[int64]*stock.Barcode{}, labels: map[int64]*stock.Label{}, products: map[int64]*stock.Product{}, groups: map[int64]*stock.ProductGroup{}, fields: map[int64]*stock.Field{}, formats: map[int64]*stock.Format{}, sites: map[int64]*stock.Site{}, partners: map[int64]*stock.Partner{},
		places: map[int64]*stock.Place{}, people: map[int64]*stock.Actor{}, holds: map[int64]*stock.Hold{}, exceptions: map[int64]*stock.Exception{}}
	if a.total, err = a.number(`SELECT next_entry - 1 FROM ledger_head`); err != nil {
		return false, err
	}
	if err := a.sealHead(); err != nil {
		return false, err
	}
	for _, step := range []func(*pageRows) error{a.pageEntries, a.sealPage, a.pageItems, a.pageTexts, a.pageGoods, a.pageCorrections, a.pageFiles, a.pageInspected, a.pageDrawn, a.pageDetails, a.pageClosings, a.pageSignatures, a.pageReviews, a.pageQuality, a.pageMaster, a.pageErasures} {
		if err := step(p); err != nil {
			return false, err
		}
		if len(p.entries) == 0 {
			return true, nil
		}
	}
	for _, e := range p.entries {
		if err := a.entry(p, e); err != nil {
			return false, err
		}
	}
	return len(p.entries) < verifyPage, a.upperTiles()
}

func (a *auditor) pageEntries(p *pageRows) error {
	return a.each(`SELECT `+entryColumns+`, e.first_item, e.items FROM entry e WHERE e.id >= $1 ORDER BY e.id LIMIT $2`, func(r *sql.Rows) error {
		e := &pageEntry{}
		var err error
		if e.Entry, err = scanEntry(r, &e.firstItem, &e.items); err != nil {
			return err
		}
		p.entries = append(p.entries, e)
		p.byID[e.ID] = e
		return nil
	}, a.next.Entry, verifyPage)
}

func (p *pageRows) span() (first, last int64) {
	return p.entries[0].ID, p.entries[len(p.entries)-1].ID
}

// pageItems reads as many items as the entries say they have; those of other entries are strays.
func (a *auditor) pageItems(p *pageRows) error {
	var most int64
	for _, e := range p.entries {
		most += max(e.items, 0)
	}
	if most == 0 {
		return nil
	}
	_, last := p.span()
	return a.each(`SELECT `+itemColumns+` FROM item i WHERE i.id >= $1 ORDER BY i.id LIMIT $2`, func(r *sql.Rows) error {
		it, entry, err := scanItem(r)
		if err != nil {
			return err
		}
		if e := p.byID[entry]; e != nil {
			e.Items = append(e.Items, it)
		} else if entry <= last {
			a.find("item", record("item", it.ID), "it is of entry %d, which is not there", entry)
		}
		return nil
	}, a.next.Item, most)
}

func (a *auditor) pageTexts(p *pageRows) error {
	first, last := p.span()
	err := a.each(`SELECT entry, kind, code FROM reference WHERE entry BETWEEN $1 AND $2 ORDER BY entry, line`, func(r *sql.Rows) error {
		var entry int64
		var ref stock.Reference
		if err := r.Scan(&entry, &ref.Kind, &ref.Code); err != nil {
			return err
		}
		return a.hang(p, "reference", entry, func(e *pageEntry) { e.References = append(e.References, ref) })
	}, first, last)
	if err != nil {
		return err
	}
	return a.each(`SELECT entry, field, salt, COALESCE(text, ''), hash FROM erasable WHERE entry BETWEEN $1 AND $2 ORDER BY entry, line`, func(r *sql.Rows) error {
		var entry int64
		var t stock.Erasable
		var salt, hash []byte
		if err := r.Scan(&entry, &t.Field, &salt, &t.Text, &hash); err != nil {
			return err
		}
		copy(t.Salt[:], salt)
		if len(hash) > 0 {
			t.Erased = new([32]byte)
			copy(t.Erased[:], hash)
		}
		return a.hang(p, "erasable", entry, func(e *pageEntry) { e.Erasable = append(e.Erasable, t) })
	}, first, last)
}

// hang ties a row to its entry.
func (a *auditor) hang(p *pageRows, table string, entry int64, tie func(*pageEntry)) error {
	if e := p.byID[entry]; e != nil {
		tie(e)
	} else {
		a.find("stray", "a row of "+table, "it is of entry %d, which is not there", entry)
	}
	return nil
}

func (a *auditor) pageGoods(p *pageRows) error {
	first, last := p.span()
	err := a.each(`SELECT `+lotColumns+` FROM lot l WHERE l.birth BETWEEN $1 AND $2 ORDER BY l.id`, func(r *sql.Rows) error {
		l, err := scanLot(r)
		if err != nil {
			return err
		}
		return a.hang(p, "lot", l.Birth, func(e *pageEntry) { e.Lots = append(e.Lots, l) })
	}, first, last)
	if err != nil {
		return err
	}
	err = a.each(`SELECT entry, partner, code, lot FROM alias WHERE entry BETWEEN $1 AND $2`, func(r *sql.Rows) error {
		var entry int64
		var al stock.Alias
		if err := r.Scan(&entry, &al.Partner, &al.Code, &al.Lot); err != nil {
			return err
		}
		return a.hang(p, "alias", entry, func(e *pageEntry) { e.Aliases = append(e.Aliases, al) })
	}, first, last)
	if err != nil {
		return err
	}
	err = a.each(`SELECT entry, product, lot, place, counted, expected FROM counted WHERE entry BETWEEN $1 AND $2 ORDER BY entry, line`, func(r *sql.Rows) error {
		var entry int64
		var c stock.Counted
		if err := r.Scan(&entry, &c.Product, &c.Lot, &c.Place, &c.Counted, &c.Expected); err != nil {
			return err
		}
		return a.hang(p, "counted", entry, func(e *pageEntry) { e.Counted = append(e.Counted, c) })
	}, first, last)
	if err != nil || !slices.ContainsFunc(p.entries, func(e *pageEntry) bool { return e.Kind == stock.KindCleaning }) {
		return err
	}
	return a.each(`SELECT entry, place FROM cleaning WHERE entry BETWEEN $1 AND $2`, func(r *sql.Rows) error {
		var entry, place int64
		if err := r.Scan(&entry, &place); err != nil {
			return err
		}
		return a.hang(p, "cleaning", entry, func(e *pageEntry) { e.Cleaned = place })
	}, first, last)
}

// pageQuality reads holds and exceptions, also those that the page's releases and resolutions end.
func (a *auditor) pageQuality(p *pageRows) error {
	first, last := p.span()
	var ended rowset
	for _, e := range p.entries {
		if e.Kind == stock.KindRelease || e.Kind == stock.KindResolution || e.Kind == stock.KindHold || e.Kind == stock.KindException {
			ended.add(e.ID)
			ended.add(e.About)
		}
	}
	if ended.n > 0 {
		err := a.each(`SELECT h.id, h.lot, h.place, h.units, h.released FROM (SELECT DISTINCT id FROM @rows($1: id int)) r JOIN hold h ON h.id = r.id`, func(r *sql.Rows) error {
			h, err := scanHold(r)
			if err == nil {
				p.holds[h.ID] = h
			}
			return err
		}, ended.text())
		if err != nil {
			return err
		}
		err = a.each(`SELECT x.id, x.code, x.field, x.resolved FROM (SELECT DISTINCT id FROM @rows($1: id int)) r JOIN exception x ON x.id = r.id`, func(r *sql.Rows) error {
			x := &stock.Exception{}
			err := r.Scan(&x.ID, &x.Code, &x.Field, &x.Resolved)
			p.exceptions[x.ID] = x
			return err
		}, ended.text())
		if err != nil {
			return err
		}
	}
	err := a.each(`SELECT entry, hold, units FROM hold_unit WHERE entry BETWEEN $1 AND $2`, func(r *sql.Rows) error {
		var entry, hold int64
		var packed []byte
		if err := r.Scan(&entry, &hold, &packed); err != nil {
			return err
		}
		units, err := unpack(packed)
		if err != nil {
			return err
		}
		return a.hang(p, "hold_unit", entry, func(e *pageEntry) {
			e.holdOf = hold
			if e.Kind == stock.KindHold {
				e.Held = units
			} else {
				e.Lifted = units
			}
		})
	}, first, last)
	if err != nil {
		return err
	}
	return a.each(`SELECT exception, subject FROM exception_subject WHERE exception BETWEEN $1 AND $2 ORDER BY exception, subject`, func(r *sql.Rows) error {
		var id int64
		var subject string
		if err := r.Scan(&id, &subject); err != nil {
			return err
		}
		if x := p.exceptions[id]; x != nil {
			x.Subjects = append(x.Subjects, subject)
		} else {
			a.find("stray", "a row of exception_subject", "it is of exception %d, which is not there", id)
		}
		return nil
	}, first, last)
}

// entry checks one entry and applies it.
func (a *auditor) entry(p *pageRows, e *pageEntry) error {
	if e.ID != a.next.Entry {
		a.find("entry", record("entry", a.next.Entry), "it is missing: after it comes entry %d", e.ID)
	}
	a.next.Entry = e.ID + 1
	a.report.Entries++
	if e.RecordedAt < a.recorded {
		a.find("clock", record("entry", e.ID), "recorded at %s, before the entry in front of it at %s", e.RecordedAt, a.recorded)
	}
	a.recorded = max(a.recorded, e.RecordedAt)
	a.adjacent(e)
	if err := a.births(e); err != nil {
		return err
	}
	a.lots(e)
	a.master(p, e)
	if e.master != nil {
		if err := a.logKey(e); err != nil {
			return err
		}
	}
	if err := a.draws(e); err != nil {
		return err
	}
	switch e.Kind {
	case stock.KindHold:
		e.Hold = p.holds[e.ID]
	case stock.KindException:
		e.Exception = p.exceptions[e.ID]
	}
	if leaf, err := a.rebuild(e); err != nil {
		a.find("leaf", record("entry", e.ID), "%v", err)
	} else if !bytes.Equal(leaf, e.Leaf) {
		a.find("leaf", record("entry", e.ID), "a %s: the rows do not say what its leaf says: %s", e.Kind, leafDifference(leaf, e.Leaf))
	}
	a.sealed(e)
	a.books(e)
	a.review(e)
	if err := a.apply(p, e); err != nil {
		return err
	}
	a.audit(p, e)
	a.decisions(e)
	return nil
}

// adjacent checks that the entry's items have the next ids, without a gap.
func (a *auditor) adjacent(e *pageEntry) {
	if int64(len(e.Items)) != e.items {
		a.find("item", record("entry", e.ID), "it has %d items, %d are there", e.items, len(e.Items))
	}
	if e.items == 0 && e.firstItem != 0 || e.items > 0 && e.firstItem != a.next.Item {
		a.find("item", record("entry", e.ID), "its items begin at %d, not at %d", e.firstItem, a.next.Item)
	}
	for i := range e.Items {
		if id := e.Items[i].ID; id != a.next.Item {
			a.find("item", record("item", a.next.Item), "it is missing: entry %d goes on with item %d", e.ID, id)
			a.next.Item = id
		}
		a.next.Item++
	}
}

func (a *auditor) lots(e *pageEntry) {
	for _, l := range e.Lots {
		if l.ID != a.next.Lot {
			a.find("lot", record("lot", a.next.Lot), "it is missing: entry %d goes on with lot %d", e.ID, l.ID)
		}
		a.next.Lot = l.ID + 1
		if first := firstIn(e.Entry, l.ID); l.FirstIn != first {
			a.find("lot", record("lot", l.ID), "%s: first in at %s, its entry %d says %s", l.Code, l.FirstIn, e.ID, first)
		}
	}
}

// births gives the entry the units that its items bear, from the rows.
func (a *auditor) births(e *pageEntry) error {
	for i := range e.Items {
		it := &e.Items[i]
		if !it.Born {
			continue
		}
		for id := range it.Units.All() {
			u, err := a.born(id)
			if err != nil {
				return err
			}
			if u == nil {
				a.find("unit", record("unit", id), "it is missing: item %d bears it", it.ID)
				u = &stock.Unit{ID: id}
			}
			e.Births = append(e.Births, u)
		}
	}
	return nil
}

// born answers the row of a newborn unit. Units are born in the order of their ids, so they are read ahead.
func (a *auditor) born(id int64) (*stock.Unit, error) {
	for {
		for len(a.newborn) > 0 && a.newborn[0].ID < id {
			a.newborn = a.newborn[1:]
		}
		if len(a.newborn) > 0 {
			if u := &a.newborn[0]; u.ID == id {
				a.newborn = a.newborn[1:]
				return u, nil
			}
			return nil, nil
		}
		ahead := make([]stock.Unit, 0, verifyUnits)
		err := a.each(`SELECT u.id, u.product, u.serial, u.flags FROM unit u WHERE u.id >= $1 ORDER BY u.id LIMIT $2`, func(r *sql.Rows) error {
			var u stock.Unit
			var flags int64
			err := r.Scan(&u.ID, &u.Product, &u.Serial, &flags)
			u.HistoryUnknown = flags != 0
			ahead = append(ahead, u)
			return err
		}, id, verifyUnits)
		if err == nil && len(ahead) > 0 {
			err = a.bornAs(ahead)
		}
		if err != nil || len(ahead) == 0 {
			return nil, err
		}
		a.newborn = ahead
	}
}

// rebuild writes the entry's leaf from its rows. A row that is out of all bounds must not end the verification.
func (a *auditor) rebuild(e *pageEntry) (leaf []byte, err error) {
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("the leaf cannot be rebuilt from the rows: %v", r)
		}
	}()
	if e.unreadable != nil {
		return nil, e.unreadable
	}
	if len(e.Aliases) > 1 {
		if e.Aliases, err = stock.SortAliases(e.Aliases, e.Leaf); err != nil {
			return nil, err
		}
	}
	return stock.LeafOf(e.Entry, func(id int64) string { return a.skus[id] }), nil
}

// leafDifference says where two leaves part.
func leafDifference(rows, kept []byte) string {
	_, kindA, a, errA := tlog.ParseLeaf(rows)
	_, kindB, b, errB := tlog.ParseLeaf(kept)
	switch {
	case errB != nil:
		return "the leaf " + errB.Error()
	case errA != nil || kindA != kindB:
		return fmt.Sprintf("the kind is %s there and %s in the leaf", kindA, kindB)
	}
	for i := range min(len(a), len(b)) {
		if !sameField(a[i], b[i]) {
			return fmt.Sprintf("field %d (tag %d)", i+1, b[i].Tag)
		}
	}
	return fmt.Sprintf("%d fields there, %d in the leaf", len(a), len(b))
}

func sameField(a, b tlog.Field) bool {
	return a.Tag == b.Tag && a.Type == b.Type && a.Int == b.Int && bytes.Equal(a.Data, b.Data) && slices.EqualFunc(a.Fields, b.Fields, sameField)
}
