package app

import (
	"context"
	"strings"

	"clew/internal/stock"
	"clew/internal/store"
)

// auditedRecord is a record as one entry said it, whole.
type auditedRecord struct {
	stock.Touch
	object, name string
	pairs        pairs
}

// tellMaster fills an entry that was read from the store with the master data of its leaf.
func tellMaster(e *stock.Entry) (stock.Master, error) {
	if !e.Kind.Sets() {
		return stock.Master{}, nil
	}
	m, err := stock.MasterOf(e.Leaf)
	if m.Act != nil && err == nil {
		e.Act = m.Act
		for _, t := range e.Erasable {
			switch t.Field {
			case "old":
				e.Act.Old = t.Text
			case "new":
				e.Act.New = t.Text
			}
		}
	}
	return m, err
}

// aspectsOf lists the aspects of things that an entry says anew.
func aspectsOf(e *stock.Entry) (out []stock.Touch, err error) {
	records, err := recordsOf(e, nil)
	for _, r := range records {
		out = append(out, r.Touch)
	}
	return out, err
}

func wantRecords(n *store.Names, e *stock.Entry) error {
	m, err := tellMaster(e)
	wantMaster(n, &m)
	if p := e.Plan; p != nil {
		n.WantProducts(p.Product)
		n.WantGroups(p.Group)
	}
	if c := e.Closing; c != nil {
		n.WantSites(c.Site)
	}
	for _, d := range e.Details {
		switch d.On {
		case stock.OnLot:
			n.WantLots(d.Owner)
		case stock.OnProduct:
			n.WantProducts(d.Owner)
		case stock.OnPartner:
			n.WantPartners(d.Owner)
		}
	}
	return err
}

// recordsOf lists the records that an entry says anew. Without names it only tells which they are.
func recordsOf(e *stock.Entry, n *store.Names) ([]auditedRecord, error) {
	m, err := tellMaster(e)
	if err != nil {
		return nil, err
	}
	var out []auditedRecord
	add := func(o stock.Object, id, aspect int64, object, name string, view func() any, erasable ...string) {
		r := auditedRecord{Touch: stock.Touch{Object: o, ID: id, Aspect: aspect}, object: object, name: name}
		if n != nil {
			fields := map[string]string{}
			for i := 0; i+1 < len(erasable); i += 2 {
				fields[erasable[i]] = erasable[i+1]
			}
			r.pairs = pairsOf(view()).erase(e.Erasable, fields)
		}
		out = append(out, r)
	}
	named := func(name func() string) string {
		if n == nil {
			return ""
		}
		return name()
	}
	if p := m.Product; p != nil {
		add(stock.ObjectProduct, p.ID, stock.AspectRecord, "product", p.SKU, func() any { return viewProduct(p, n) })
	}
	if g := m.Group; g != nil {
		add(stock.ObjectGroup, g.ID, stock.AspectRecord, "product_group", g.Code, func() any { return viewGroup(g, n) })
	}
	if f := m.Format; f != nil {
		add(stock.ObjectFormat, f.ID, stock.AspectRecord, "format", f.Code, func() any { return viewFormat(f) })
	}
	if f := m.Field; f != nil {
		add(stock.ObjectField, f.ID, stock.AspectRecord, "field", f.Code, func() any { return viewField(f, n) })
	}
	if l := m.Label; l != nil {
		add(stock.ObjectLabel, l.ID, stock.AspectRecord, "label", l.Code, func() any { return viewLabel(l, n) })
	}
	if v := m.Site; v != nil {
		add(stock.ObjectSite, v.ID, stock.AspectRecord, "site", v.Code, func() any { return viewSite(v) })
	}
	for _, v := range m.Settings {
		add(stock.ObjectSetting, stock.SubjectOf("setting", v.Code), stock.AspectRecord, "setting", v.Code, func() any { return map[string]string{"value": v.Value} })
	}
	text := textsOf(e)
	if p := m.Partner; p != nil {
		add(stock.ObjectPartner, p.ID, stock.AspectRecord, "partner", p.Code, func() any {
			p.Name = text["name"]
			p.Contacts, _ = stock.ParseList[stock.Contact](text["contacts"]) // none where they were erased
			return viewPartner(p, nil)
		}, "name", "name", "contacts", "contacts")
	}
	for _, b := range m.Barcodes {
		add(stock.ObjectBarcode, b.ID, stock.AspectRecord, "barcode", b.Code, func() any { return viewBarcode(b, n) })
	}
	for i, p := range m.Places {
		switch p.Kind {
		case stock.PlaceLocation:
			add(stock.ObjectPlace, p.ID, stock.AspectRecord, "location", named(func() string { return siteCode(n, p.Site) + "/" + p.Code }), func() any { return viewLocation(p, n) })
		case stock.PlacePartner:
			at := "places[" + itoa(i) + "].name"
			add(stock.ObjectPlace, p.ID, stock.AspectRecord, "address", named(func() string { return partnerCode(n, p.Partner) + "/" + p.Code }), func() any {
				return Address{p.Code, text[at], p.GLN}
			}, at, "name")
		}
	}
	if u := m.User; u != nil {
		add(stock.ObjectUser, u.ID, stock.AspectRecord, "user", text["name"], func() any {
			return map[string]any{"name": text["name"], "full_name": text["full_name"], "active": u.Active}
		}, "name", "name", "full_name", "full_name")
	}
	if g := m.Grant; g != nil {
		add(stock.ObjectGrant, g.ID, stock.AspectRecord, "grant", named(func() string { return userName(n, g.User) }), func() any { return viewGrant(g, n) })
	}
	if k := m.APIKey; k != nil {
		add(stock.ObjectKey, k.ID, stock.AspectRecord, "api_key", k.Code, func() any { return viewAPIKey(k, n) })
	}
	if c := m.Credential; c != nil {
		add(stock.ObjectCredential, c.ID, stock.AspectRecord, "credential", named(func() string { return userName(n, c.User) }), func() any {
			return Credential{userName(n, c.User), string(c.Sort), c.Active}
		})
	}
	if v := m.Station; v != nil {
		add(stock.ObjectStation, v.ID, stock.AspectRecord, "station", v.Name, func() any { return viewStation(v, n) })
	}
	if m.Person != 0 {
		add(stock.ObjectActor, m.Person, stock.AspectRecord, e.Kind.String(), text["name"], func() any { return map[string]string{"name": text["name"]} }, "name", "name")
	}
	if p := e.Plan; p != nil {
		touch, name := stock.Touch{Object: stock.ObjectGroup, ID: p.Group}, named(func() string { return groupCode(n, p.Group) })
		if p.Product != 0 {
			touch, name = stock.Touch{Object: stock.ObjectProduct, ID: p.Product}, named(func() string { return n.Products[p.Product].SKU })
		}
		add(touch.Object, touch.ID, stock.AspectPlan, "quality_plan", name, func() any { return viewPlan(p, n) })
	}
	if c := e.Closing; c != nil {
		name := named(func() string { return siteCode(n, c.Site) })
		if c.Site == 0 {
			name = "all sites"
		}
		add(stock.ObjectSite, c.Site, stock.AspectClosing, "books", name, func() any { return viewClosing(c, n) })
	}
	return out, nil
}

// auditFilter finds the thing that a query names.
func (a *App) auditFilter(ctx context.Context, q AuditQuery) (f store.AuditFilter, err error) {
	f = store.AuditFilter{Kinds: q.Kinds, From: q.From, To: q.To, After: q.After, Before: q.Before, Desc: q.Desc, Limit: q.Limit}
	things := 0
	find := func(name string, object stock.Object, id func() (int64, error)) {
		if name == "" || err != nil {
			return
		}
		if things++; things > 1 {
			err = stock.Errorf(stock.Invalid, stock.CodeUnsupported, "", "name one thing: a product, a lot of it, a site, a location of it, a partner, a user or another")
			return
		}
		f.Object = object
		f.ID, err = id()
	}
	switch {
	case q.Lot != "" && q.Product == "":
		return f, stock.Errorf(stock.Invalid, stock.CodeRequired, "product", "name the product of the lot")
	case q.Location != "" && q.Site == "":
		return f, stock.Errorf(stock.Invalid, stock.CodeRequired, "site", "name the site of the location")
	case q.Lot != "":
		find(q.Lot, stock.ObjectLot, func() (int64, error) { return a.lotID(ctx, q.Product, q.Lot) })
	default:
		find(q.Product, stock.ObjectProduct, idOf(ctx, a.Store.Product, q.Product, func(p *stock.Product) int64 { return p.ID }))
	}
	if q.Location != "" {
		find(q.Location, stock.ObjectPlace, func() (int64, error) {
			v, err := a.Store.Site(ctx, q.Site)
			if err != nil {
				return 0, err
			}
			p, err := a.Store.Location(ctx, v.ID, q.Location)
			if err != nil {
				return 0, err
			}
			return p.ID, nil
		})
	} else {
		find(q.Site, stock.ObjectSite, idOf(ctx, a.Store.Site, q.Site, func(v *stock.Site) int64 { return v.ID }))
	}
	find(q.Partner, stock.ObjectPartner, idOf(ctx, a.Store.Partner, q.Partner, func(p *stock.Partner) int64 { return p.ID }))
	find(q.Group, stock.ObjectGroup, idOf(ctx, a.Store.ProductGroup, q.Group, func(g *stock.ProductGroup) int64 { return g.ID }))
	find(q.Format, stock.ObjectFormat, idOf(ctx, a.Store.Format, q.Format, func(f *stock.Format) int64 { return f.ID }))
	find(q.Field, stock.ObjectField, idOf(ctx, a.Store.Field, q.Field, func(f *stock.Field) int64 { return f.ID }))
	find(q.Label, stock.ObjectLabel, idOf(ctx, a.Store.Label, q.Label, func(l *stock.Label) int64 { return l.ID }))
	sort, name, _ := strings.Cut(q.Thing, ":")
	object := stock.ObjectAct
	if sort == "setting" {
		object = stock.ObjectSetting
	}
	find(q.User, stock.ObjectUser, idOf(ctx, a.Store.User, q.User, func(u *stock.User) int64 { return u.ID }))
	find(q.Thing, object, func() (int64, error) {
		return stock.SubjectOf(sort, name), nil
	})
	if q.Actor != "" && err == nil {
		f.By, err = a.actorID(ctx, q.Actor)
	}
	return f, err
}

func idOf[T any](ctx context.Context, find func(context.Context, string) (*T, error), name string, id func(*T) int64) func() (int64, error) {
	return func() (int64, error) {
		row, err := find(ctx, name)
		if err != nil {
			return 0, err
		}
		return id(row), nil
	}
}

func (a *App) lotID(ctx context.Context, product, code string) (int64, error) {
	p, err := a.Store.Product(ctx, product)
	if err != nil {
		return 0, err
	}
	l, err := a.lot(ctx, p, code)
	if err != nil {
		return 0, err
	}
	return l.ID, nil
}

// actorID finds who recorded things; under a name that is not known nobody did.
func (a *App) actorID(ctx context.Context, name string) (int64, error) {
	id, err := a.Store.ActorID(ctx, name)
	if err == nil && id == 0 {
		id = -1 // nothing is found
	}
	return id, err
}
