package app

import (
	"cmp"
	"fmt"
	"slices"

	"clew/internal/stock"
	"clew/internal/store"
	"clew/internal/trace"
)

// view writes the answer, now that everything has a name.
func (t *tracing) view() *Traced {
	out := &Traced{Subject: t.viewSubject(), Now: t.wheres(t.now), Customers: t.customers(t.now),
		Upstream: t.levels(t.up, t.upGoods), Downstream: t.levels(t.down, t.downGoods), Suppliers: t.suppliers(), Totals: t.totals(),
		History: t.viewEvents(t.events), After: t.moreAfter, Uncertain: []Doubt{}}
	out.Status = t.status()
	for _, d := range t.doubts {
		d.Product, d.Lot, d.Place = t.sku(d.product), lotCode(t.names, d.lot), t.names.PlaceRef(d.place)
		if l := t.names.Lots[d.lot]; l != nil && d.Product == "" {
			d.Product = t.sku(l.Product)
		}
		if day := t.known[d.lot]; day != 0 && d.Kind == "history_unknown" {
			d.Detail = fmt.Sprintf("origin unknown before %s", day)
		}
		out.Uncertain = append(out.Uncertain, d.Doubt)
	}
	return out
}

func (t *tracing) sku(id int64) string {
	if p := t.names.Products[id]; p != nil {
		return p.SKU
	}
	return ""
}

func (t *tracing) viewSubject() Subject {
	s := Subject{Meaning: t.meaning, Used: t.used, FormerUnits: t.former}
	if len(t.goods) == 1 {
		p := t.names.Products[t.goods[0].Product]
		s.Tracking, s.UoM = p.Tracking.String(), p.UoM
	}
	for _, g := range t.goods {
		s.Units += g.Units.Count()
	}
	if len(t.goods) == 1 {
		for _, w := range t.now {
			s.Quantity += w.quantity
		}
	}
	l := t.lot
	if l == nil {
		return s
	}
	if t.unit != nil {
		s.Lot = l.Code
	}
	dates := l.Dates
	s.Dates, s.Governing, s.Source, s.Birth, s.FirstIn = &dates, l.Dates.Governing(), partnerCode(t.names, l.Source), l.Birth, l.FirstIn
	s.FormerLots, s.Fields = formerLots(l, t.aliases), t.fields
	for _, a := range t.aliases {
		if a.Partner != 0 {
			s.SupplierLots = append(s.SupplierLots, SupplierLot{partnerCode(t.names, a.Partner), a.Code})
		}
	}
	return s
}

func (t *tracing) status() Status {
	st := Status{OnHold: len(t.holds) > 0, Past: t.lot != nil && t.lot.Dates.Past(t.of.day(t.App))}
	st.HistoryUnknown = t.lot != nil && t.unit == nil && t.lot.HistoryUnknown || t.unit != nil && t.unit.HistoryUnknown
	if t.lot != nil && t.unit == nil {
		st.UnknownBefore = t.known[t.lot.ID]
	}
	for _, h := range t.holds {
		v := viewHold(h, t.names, nil)
		v.Serials = nil
		for _, id := range firstIDs(h.Hold.Units) {
			v.Serials = append(v.Serials, t.serials[id])
		}
		if len(t.goods) == 1 {
			v.Product = t.sku(t.goods[0].Product)
		}
		st.Holds = append(st.Holds, v)
	}
	for _, w := range t.now {
		if p := t.names.Places[w.place]; t.blocking(p) {
			if ref := t.names.PlaceRef(w.place); !slices.Contains(st.Blocked, ref) {
				st.Blocked = append(st.Blocked, ref)
			}
		}
	}
	return st
}

// blocking reports whether a place, or one that it lies in, is a blocking location or held.
func (t *tracing) blocking(p *stock.Place) bool {
	for p != nil {
		if p.Blocking || t.held[p.ID] {
			return true
		}
		p = t.names.Places[p.Parent]
	}
	return false
}

func (t *tracing) where(w whereOf) TraceWhere {
	out := TraceWhere{Place: t.names.PlaceRef(w.place), Product: t.sku(w.product), Quantity: w.quantity, Units: w.units}
	p := t.names.Places[w.place]
	if p == nil {
		return out
	}
	out.Kind, out.Name = p.Kind.String(), p.Name
	if v := t.names.Sites[p.Site]; v != nil {
		out.Site = v.Code
	}
	switch p.Kind {
	case stock.PlaceLocation:
		out.Location = p.Code
	case stock.PlacePartner:
		out.Address = p.Code
		if v := t.names.Partners[p.Partner]; v != nil {
			out.Partner, out.Name = v.Code, cmp.Or(p.Name, v.Name)
		}
	}
	return out
}

func (t *tracing) wheres(list []whereOf) []TraceWhere {
	return views(sorted(list), t.where)
}

func (t *tracing) customers(list []whereOf) []TraceCustomer {
	var out []TraceCustomer
	at := map[[2]int64]int{}
	for _, w := range sorted(list) {
		p := t.names.Places[w.place]
		if p == nil || p.Kind != stock.PlacePartner {
			continue
		}
		key := [2]int64{p.Partner, w.product}
		i, ok := at[key]
		if !ok {
			i = len(out)
			at[key] = i
			v := t.names.Partners[p.Partner]
			out = append(out, TraceCustomer{Partner: v.Code, Name: v.Name, Product: t.sku(w.product)})
		}
		out[i].Quantity += w.quantity
		out[i].Units += w.units
	}
	slices.SortStableFunc(out, func(a, b TraceCustomer) int {
		return cmp.Or(cmp.Compare(a.Partner, b.Partner), cmp.Compare(a.Product, b.Product))
	})
	return append([]TraceCustomer{}, out...)
}

func (t *tracing) goodsView(g trace.Goods) TraceGoods {
	out := TraceGoods{Product: t.sku(g.Product), Lot: lotCode(t.names, g.Lot), Quantity: g.Quantity, Units: g.Units.Count(), Chosen: g.Chosen}
	if n := len(g.Units); n > 0 {
		out.First, out.Last = t.serials[g.Units[0].First], t.serials[g.Units[n-1].Last]
	}
	return out
}

func (t *tracing) levels(w *trace.Walked, goods [][]shown) []TraceLevel {
	out := []TraceLevel{}
	for i, level := range w.Levels {
		v := TraceLevel{Level: i + 1, More: level.More, Links: []TraceLink{}, Goods: []TraceGoods{}, MoreGoods: len(level.Goods) - len(goods[i])}
		for _, l := range level.Links {
			v.Links = append(v.Links, t.link(l))
		}
		for _, s := range goods[i] {
			if t.itself(s.Goods) {
				continue
			}
			g := t.goodsView(s.Goods)
			if len(s.now) > 0 {
				g.Now = t.wheres(s.now)
			}
			v.Goods = append(v.Goods, g)
		}
		out = append(out, v)
	}
	return out
}

// itself reports whether goods are the lot that is traced, from before it became units: they led to it, and are no other goods.
func (t *tracing) itself(g trace.Goods) bool {
	return t.lot != nil && t.unit == nil && len(t.entries) == 0 && g.Lot == t.lot.ID && len(g.Units) == 0
}

func (t *tracing) link(l trace.Link) TraceLink {
	out := TraceLink{Entry: l.Entry, Group: l.Group, Place: t.names.PlaceRef(l.Place), Mixed: l.Mixed}
	if l.Groups > 1 {
		out.Groups = l.Groups
	}
	if e := t.heads[l.Entry]; e != nil {
		out.Kind, out.OccurredAt = e.Kind, e.OccurredAt
	}
	in, out2 := l.In[:min(len(l.In), mostGoods)], l.Out[:min(len(l.Out), mostGoods)]
	out.Inputs, out.Outputs = views(in, t.goodsView), views(out2, t.goodsView)
	out.MoreGoods = len(l.In) - len(in) + len(l.Out) - len(out2)
	return out
}

func (t *tracing) suppliers() []TraceSupplier {
	codes := map[[2]int64][]string{}
	for _, a := range t.recAlias {
		key := [2]int64{a.Lot, a.Partner}
		codes[key] = append(codes[key], a.Code)
	}
	out := []TraceSupplier{}
	for _, r := range t.received {
		if r.Quantity <= 0 {
			continue
		}
		v := TraceSupplier{Partner: partnerCode(t.names, r.Partner), Product: t.sku(r.Product), Lot: lotCode(t.names, r.Lot),
			SupplierLots: codes[[2]int64{r.Lot, r.Partner}], Quantity: r.Quantity, Units: r.Units.Count()}
		if p := t.names.Partners[r.Partner]; p != nil {
			v.Name = p.Name
		}
		out = append(out, v)
	}
	return out
}

func (t *tracing) totals() TraceTotals {
	list := t.sums.list()
	out := TraceTotals{Products: []ProductTotal{}, Stock: []TraceWhere{}, Other: []TraceWhere{}, Shipped: t.customers(list)}
	at := map[int64]*ProductTotal{}
	for _, w := range list {
		sum := at[w.product]
		if sum == nil {
			sum = &ProductTotal{}
			at[w.product] = sum
		}
		sum.Quantity += w.quantity
		sum.Units += w.units
		switch t.names.Places[w.place].Kind {
		case stock.PlaceLocation, stock.PlaceTransit:
			sum.Stock += w.quantity
			out.Stock = append(out.Stock, t.where(w))
		case stock.PlacePartner:
			sum.Shipped += w.quantity
		case stock.PlaceProduction:
			sum.Used += w.quantity
			out.Other = append(out.Other, t.where(w))
		default:
			out.Other = append(out.Other, t.where(w))
		}
	}
	for id, n := range t.sums.lots {
		if at[id] == nil {
			at[id] = &ProductTotal{}
		}
		at[id].Lots = n
	}
	for id, sum := range at {
		if p := t.names.Products[id]; p != nil {
			sum.Product, sum.Name, sum.UoM = p.SKU, p.Name, p.UoM
		}
		out.Products = append(out.Products, *sum)
	}
	slices.SortFunc(out.Products, func(a, b ProductTotal) int { return cmp.Compare(a.Product, b.Product) })
	return out
}

// late is how long after its occurrence a record counts as late.
const late = stock.Time(15 * 60 * 1000)

func (t *tracing) viewEvents(events []store.Event) []TraceEvent {
	return views(events, func(e store.Event) TraceEvent {
		v := TraceEvent{Entry: e.Entry, Product: t.sku(e.Product), Lot: lotCode(t.names, e.Lot), From: t.names.PlaceRef(e.From), To: t.names.PlaceRef(e.To),
			Quantity: e.Quantity, Units: e.Units, Known: e.Known.String(), Role: e.Role.String(), Reversed: e.Reversed, Again: e.Again, At: e.At}
		if e.Items > 1 {
			v.Items = e.Items
		}
		h := t.heads[e.Entry]
		if h == nil {
			return v
		}
		v.Kind, v.Step, v.OccurredAt, v.RecordedAt, v.Late = h.Kind, h.Kind.Step(), h.OccurredAt, h.RecordedAt, h.OccurredAt < h.RecordedAt-late
		v.Inspection = viewInspection(h.Inspection, t.names)
		v.Corrected, v.File = viewCorrections(h.Corrections, t.names), viewFile(h, t.names, t.serials)
		v.Fields = t.eventFields(h)
		v.Actor, v.References, v.Reason, v.Override, v.About = t.names.Actors[h.Actor], h.References, h.Reason, h.Override, h.About
		return v
	})
}
