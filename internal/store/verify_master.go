package store

import (
	"database/sql"
	"fmt"
	"maps"
	"slices"

	"clew/internal/stock"
)

// pageMaster reads the leaves of master data, and the rows that they are about.
func (a *auditor) pageMaster(p *pageRows) error {
	var products, groups, formats, fields, sites, partners, places, people, barcodes, labels rowset
	var known peopleIDs
	for _, e := range p.entries {
		if !e.Kind.Sets() {
			continue
		}
		m, err := stock.MasterOf(e.Leaf)
		if err != nil {
			e.unreadable = err
			continue
		}
		e.master = &m
		if v := e.master.Product; v != nil {
			products.add(v.ID)
		}
		if v := e.master.Group; v != nil {
			groups.add(v.ID)
		}
		if v := e.master.Format; v != nil {
			formats.add(v.ID)
		}
		if v := e.master.Field; v != nil {
			fields.add(v.ID)
		}
		if v := e.master.Site; v != nil {
			sites.add(v.ID)
		}
		if v := e.master.Partner; v != nil {
			partners.add(v.ID)
		}
		if e.master.Person != 0 {
			people.add(e.master.Person)
		}
		for _, v := range e.master.Places {
			places.add(v.ID)
		}
		if v := e.master.Label; v != nil {
			labels.add(v.ID)
		}
		known.add(&e.master.People)
		for _, v := range e.master.Barcodes {
			barcodes.add(v.ID)
		}
	}
	for _, t := range []struct {
		set  *rowset
		text string
		scan func(*sql.Rows) error
	}{
		{&products, `SELECT ` + productColumns + ` FROM (SELECT DISTINCT id FROM @rows($1: id int)) r JOIN product p ON p.id = r.id`, func(r *sql.Rows) error {
			v, err := scanProduct(r)
			p.products[v.ID] = v
			a.skus[v.ID] = v.SKU
			return err
		}},
		{&groups, `SELECT ` + groupColumns + ` FROM (SELECT DISTINCT id FROM @rows($1: id int)) r JOIN product_group g ON g.id = r.id`, func(r *sql.Rows) error {
			v, err := scanGroup(r)
			p.groups[v.ID] = v
			return err
		}},
		{&formats, `SELECT ` + formatColumns + ` FROM (SELECT DISTINCT id FROM @rows($1: id int)) r JOIN format f ON f.id = r.id`, func(r *sql.Rows) error {
			v, err := scanFormat(r)
			p.formats[v.ID] = v
			return err
		}},
		{&fields, `SELECT ` + fieldColumns + ` FROM (SELECT DISTINCT id FROM @rows($1: id int)) r JOIN field f ON f.id = r.id`, func(r *sql.Rows) error {
			v, err := scanField(r)
			p.fields[v.ID] = v
			return err
		}},
		{&sites, `SELECT ` + siteColumns + ` FROM (SELECT DISTINCT id FROM @rows($1: id int)) r JOIN site s ON s.id = r.id`, func(r *sql.Rows) error {
			v, err := scanSite(r)
			p.sites[v.ID] = v
			return err
		}},
		{&partners, `SELECT ` + partnerColumns + ` FROM (SELECT DISTINCT id FROM @rows($1: id int)) r JOIN partner p ON p.id = r.id`, func(r *sql.Rows) error {
			v, err := scanPartner(r)
			p.partners[v.ID] = v
			return err
		}},
		{&places, `SELECT ` + placeColumns + ` FROM (SELECT DISTINCT id FROM @rows($1: id int)) r JOIN place p ON p.id = r.id`, func(r *sql.Rows) error {
			v, err := scanPlace(r)
			p.places[v.ID] = v
			return err
		}},
		{&barcodes, `SELECT ` + barcodeColumns + ` FROM (SELECT DISTINCT id FROM @rows($1: id int)) r JOIN barcode b ON b.id = r.id`, func(r *sql.Rows) error {
			v, err := scanBarcode(r)
			p.barcodes[v.ID] = v
			return err
		}},
		{&labels, `SELECT ` + labelColumns + ` FROM (SELECT DISTINCT id FROM @rows($1: id int)) r JOIN label l ON l.id = r.id`, func(r *sql.Rows) error {
			v, err := scanLabel(r)
			p.labels[v.ID] = v
			return err
		}},
		{&people, `SELECT a.id, a.kind, a.name FROM (SELECT DISTINCT id FROM @rows($1: id int)) r JOIN actor a ON a.id = r.id`, func(r *sql.Rows) error {
			v := &stock.Actor{}
			err := r.Scan(&v.ID, &v.Kind, &v.Name)
			p.people[v.ID] = v
			return err
		}},
	} {
		if t.set.n > 0 {
			if err := a.each(t.text, t.scan, t.set.text()); err != nil {
				return err
			}
		}
	}
	return a.pagePeople(p, &known)
}

// master gives the entry the records that it made or changed. The entry that changed one last must say what its row
// says; what older ones said is only in their leaves.
func (a *auditor) master(p *pageRows, e *pageEntry) {
	m := e.master
	if m == nil {
		return
	}
	if v := m.Product; v != nil {
		e.Product = standing(a, e, "product", v.ID, v, p.products, func(row *stock.Product) int64 { return row.Entry })
	}
	if v := m.Group; v != nil {
		e.GroupChange = standing(a, e, "product group", v.ID, v, p.groups, func(row *stock.ProductGroup) int64 { return row.Entry })
	}
	if v := m.Format; v != nil {
		e.FormatChange = standing(a, e, "format", v.ID, v, p.formats, func(row *stock.Format) int64 { return row.Entry })
	}
	if v := m.Field; v != nil {
		e.FieldChange = standing(a, e, "extra field", v.ID, v, p.fields, func(row *stock.Field) int64 { return row.Entry })
		a.fieldsAt = e.ID
	}
	if v := m.Site; v != nil {
		e.SiteChange = standing(a, e, "site", v.ID, v, p.sites, func(row *stock.Site) int64 { return row.Entry })
	}
	if v := m.Partner; v != nil {
		e.PartnerChange = standing(a, e, "partner", v.ID, v, p.partners, func(row *stock.Partner) int64 { return row.Entry })
		if row := e.PartnerChange; row != v {
			a.named(e, record("partner", v.ID), "name", row.Name)
			a.named(e, record("partner", v.ID), "contacts", stock.ListText(row.Contacts))
		}
	}
	if m.Person != 0 {
		v := p.people[m.Person]
		if v == nil || v.Kind != e.Kind {
			a.find("row", record("actor", m.Person), "it is missing, or of another kind: entry %d is about it", e.ID)
			v = &stock.Actor{ID: m.Person}
		} else {
			a.named(e, record("actor", v.ID), "name", v.Name)
		}
		a.fresh(v.ID)
		e.Person = v
	}
	e.Act, e.Settings = m.Act, m.Settings
	a.erasure(p, e)
	if v := m.Label; v != nil {
		a.masterLabel(p, e, v)
	}
	a.masterPeople(p, e, &m.People)
	for _, v := range m.Barcodes {
		e.Barcodes = append(e.Barcodes, a.masterBarcode(p, e, v))
	}
	for i, v := range m.Places {
		e.Places = append(e.Places, a.masterPlace(p, e, i, v))
	}
}

// standing is the row of a record where the entry was the last to change it, else what the entry's leaf said of it.
func standing[T any](a *auditor, e *pageEntry, kind string, id int64, said *T, rows map[int64]*T, changedBy func(*T) int64) *T {
	defer a.fresh(id)
	row := rows[id]
	switch {
	case row == nil:
		a.find("row", record(kind, id), "it is missing: entry %d is about it", e.ID)
	case a.current(e, record(kind, id), changedBy(row)):
		return row
	}
	return said
}

func (a *auditor) masterPlace(p *pageRows, e *pageEntry, i int, v *stock.Place) *stock.Place {
	a.fresh(v.ID)
	a.places[v.ID] = placeFact{v.Kind, v.Mixed, v.Site}
	row := p.places[v.ID]
	if row == nil {
		a.find("row", record("place", v.ID), "it is missing: entry %d is about it", e.ID)
		return v
	}
	if !a.current(e, record("place", v.ID), row.Entry) {
		return v
	}
	if row.Kind == stock.PlacePartner {
		a.named(e, record("place", v.ID), fmt.Sprintf("places[%d].name", i), row.Name)
	}
	if row.Kind == stock.PlaceTransit && row.Dispatch != e.ID {
		a.find("row", record("place", v.ID), "the transit of entry %d says it is that of %d", e.ID, row.Dispatch)
	}
	return row
}

// fresh counts the records that master ids were given to: entries bring them in the order of their ids.
func (a *auditor) fresh(id int64) {
	if id < a.next.Master {
		return
	}
	if id > a.next.Master {
		a.find("row", record("master record", a.next.Master), "it is missing: %d comes after it", id)
	}
	a.next.Master = id + 1
	a.masters++
}

// current reports whether the entry is the one that the record's row says changed it last.
func (a *auditor) current(e *pageEntry, what string, by int64) bool {
	if by < e.ID {
		a.find("row", what, "entry %d changed it, its row says that %d was the last to do so", e.ID, by)
	}
	if by > e.ID {
		a.later[what] = by
	} else {
		delete(a.later, what)
	}
	return by == e.ID
}

// compareLater finds records whose rows name an entry that did not change them: no leaf says how they must be.
func (a *auditor) compareLater() error {
	for _, what := range slices.Sorted(maps.Keys(a.later)) {
		a.find("row", what, "its row says that entry %d was the last to change it, which that entry did not", a.later[what])
	}
	return nil
}

// named checks that a name stands in the row as in the erasable text of the entry, which the leaf proves.
func (a *auditor) named(e *pageEntry, what, field, name string) {
	for i, t := range e.Erasable {
		if t.Field == field {
			switch {
			case t.Erased != nil:
				a.erased[textAt{e.ID, i}] = erasedName{what, field, name}
			case t.Text != name:
				a.find("name", what, "its name is %q, entry %d says %q", name, e.ID, t.Text)
			}
			return
		}
	}
	if name != "" {
		a.find("name", what, "its name is %q, entry %d says none", name, e.ID)
	}
}
