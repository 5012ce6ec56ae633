package app

import (
	"cmp"
	"maps"
	"slices"
	"strings"

	"clew/internal/stock"
	"clew/internal/store"
)

// movedKinds are the entries that move goods, and exportedKinds with them those by which later ones are judged.
var movedKinds, exportedKinds = func() (moved, all []stock.Kind) {
	for k := stock.KindOpening; k <= stock.KindReversal; k++ {
		moved = append(moved, k)
	}
	moved = append(moved, stock.KindRelease)
	return moved, append(slices.Clone(moved), stock.KindHold, stock.KindCleaning, stock.KindCorrection, stock.KindTracking, stock.KindDetails)
}()

// whole reports whether the export is of all sites and products. Only then is what is said beside movements among the rows, and each
// row names goods as they were called then; else it names them as they are called now.
func (x *exporter) whole() bool { return x.site == nil && x.goods == nil }

// movements writes every movement that matches, whole, in the order of the log.
func (x *exporter) movements() error {
	if err := x.beginKind("movements", "entry", "recorded_at", "actor", "device", "capture"); err != nil {
		return err
	}
	newest, _, err := x.app.Store.Head(x.ctx)
	if err != nil {
		return err
	}
	if err := x.trackedBefore(); err != nil {
		return err
	}
	f := store.EntryFilter{Kinds: exportedKinds, From: x.from, To: x.to, Before: newest + 1, Limit: exportPage}
	if x.site != nil {
		f.Site = x.site.ID
	}
	if x.goods != nil {
		f.Product = x.goods.ID
	}
	if !x.whole() {
		f.Kinds = movedKinds
	}
	for {
		page, err := x.app.Store.Entries(x.ctx, f)
		if err != nil {
			return err
		}
		v, err := x.view(page)
		if err != nil {
			return err
		}
		for _, e := range page {
			f.After = e.ID
			rows, err := v.rows(e)
			if err != nil {
				return err
			}
			for _, row := range rows {
				if err := x.row(row); err != nil {
					return err
				}
			}
		}
		if len(page) < exportPage {
			return nil
		}
	}
}

// movementView has what it takes to write a page of movements.
type movementView struct {
	*exporter
	names   *store.Names
	about   map[int64]*stock.Entry
	roots   map[int64]int64 // by item that corrections of goods are about, its entry
	aliases map[int64][]stock.Alias
	serials map[int64]string // of items with few units
	was     formerNames
}

// fewUnits is how many units an item may have to be looked up together with others.
const fewUnits = 100

func (x *exporter) view(page []*stock.Entry) (*movementView, error) {
	v := &movementView{exporter: x, names: store.NewNames(), about: map[int64]*stock.Entry{}, serials: map[int64]string{}}
	var units stock.Runs
	var about, ids, items []int64
	for _, e := range page {
		v.names.WantEntry(e)
		ids = append(ids, e.ID)
		items = append(items, mislabelledItems(e)...)
		if e.About > 0 {
			about = append(about, e.About)
		}
		for _, it := range e.Items {
			if it.Units.Count() <= fewUnits {
				units = append(units, it.Units...)
			}
		}
		v.facts(e, &units)
	}
	var err error
	if v.roots, err = x.app.Store.EntriesOfItems(x.ctx, items); err != nil {
		return nil, err
	}
	about = append(about, slices.Collect(maps.Values(v.roots))...)
	slices.Sort(about)
	about = slices.Compact(about)
	// What a release is about is a hold, which may be about the movement that entailed it.
	for len(about) > 0 {
		part := about[:min(len(about), 1000)]
		about = about[len(part):]
		found, err := x.app.Store.Entries(x.ctx, store.EntryFilter{IDs: part, Limit: 1000})
		if err != nil {
			return nil, err
		}
		for _, e := range found {
			v.about[e.ID] = e
			v.names.WantEntry(e)
			if e.Kind == stock.KindHold && e.About > 0 && v.about[e.About] == nil {
				about = append(about, e.About)
			}
		}
	}
	if v.aliases, err = x.app.Store.AliasesGiven(x.ctx, ids); err != nil {
		return nil, err
	}
	var all []int64
	units.Each(func(id int64) { all = append(all, id) })
	few := stock.RunsOf(all)
	found, err := x.app.Store.UnitsOf(x.ctx, few, 0, max(int(few.Count()), 1))
	if err != nil {
		return nil, err
	}
	for _, u := range found {
		v.serials[u.ID] = u.Serial
	}
	if err := x.app.Store.LoadNames(x.ctx, v.names); err != nil || !x.whole() || len(page) == 0 {
		return v, err
	}
	return v, v.former(page)
}

// lossSuffix tells what a count of units lost from what it found.
const lossSuffix = ":loss"

// part is a movement as it is written. Most entries are one; a count that names units is what was found and what was lost.
type part struct {
	kind   stock.Kind
	suffix string
	items  []int
}

// parts says how an entry is written.
func (v *movementView) parts(e *stock.Entry) []part {
	whole := part{kind: e.Kind}
	for i := range e.Items {
		whole.items = append(whole.items, i)
	}
	switch e.Kind {
	case stock.KindRelease:
		if len(e.Items) == 0 && !v.whole() {
			return nil
		}
		return []part{whole}
	case stock.KindCount:
		if !slices.ContainsFunc(e.Counted, func(c stock.Counted) bool { return v.names.Products[c.Product].Tracking == stock.TrackSerial }) {
			return []part{whole}
		}
	default:
		return []part{whole}
	}
	found, lost := part{kind: stock.KindFound}, part{kind: stock.KindLoss}
	for i := range e.Items {
		if v.real(e.Items[i].To) {
			found.items = append(found.items, i)
		} else {
			lost.items = append(lost.items, i)
		}
	}
	var out []part
	if len(found.items) > 0 {
		out = append(out, found)
		lost.suffix = lossSuffix
	}
	if len(lost.items) > 0 {
		out = append(out, lost)
	}
	return out
}

func (v *movementView) real(place int64) bool { return v.names.Places[place].Real() }

// reference is the client key of an entry, or one made of the ledger's id and the entry's.
func (v *movementView) reference(e *stock.Entry) string {
	if by := v.about[e.About]; e.Kind == stock.KindHold && by != nil {
		return v.reference(by) + holdSuffix + itoa(int(e.ID-by.ID))
	}
	return cmp.Or(e.Key, v.app.referencePrefix()+itoa(int(e.ID)))
}

// rows writes an entry as the rows from which Import makes it again.
func (v *movementView) rows(e *stock.Entry) ([]cells, error) {
	switch e.Kind {
	case stock.KindReversal:
		return v.reversal(e)
	case stock.KindHold, stock.KindCleaning, stock.KindCorrection, stock.KindTracking, stock.KindDetails:
		return v.fact(e)
	}
	var out []cells
	for _, p := range v.parts(e) {
		head := v.head(e, p)
		before := len(out)
		if e.Kind == stock.KindRelease && e.Carried() {
			continue // it follows from a correction
		}
		if e.Kind == stock.KindRelease && v.whole() {
			row, err := v.lifted(e, head)
			if err != nil {
				return nil, err
			}
			out = append(out, row...)
		}
		if p.kind == stock.KindCount {
			out = append(out, v.counted(e, head)...)
		} else {
			aliases := slices.Clone(v.aliases[e.ID])
			for _, i := range p.items {
				it := &e.Items[i]
				if e.Kind == stock.KindArrive && !v.real(it.To) {
					head["close"] = "yes" // what was lost on the way follows from that
					for _, row := range out[before:] {
						row["close"] = "yes"
					}
					continue
				}
				row, err := v.item(e, it, head, &aliases)
				if err != nil {
					return nil, err
				}
				out = append(out, row)
			}
		}
		if len(out) == before {
			out = append(out, head)
		}
	}
	return out, nil
}

// head is what every row of the movement says.
func (v *movementView) head(e *stock.Entry, p part) cells {
	row := cells{"reference": v.reference(e) + p.suffix, "kind": p.kind.String(), "occurred_at": e.OccurredAt.String(), "reason": e.Reason, "note": e.Note,
		"override": e.Override, "x-entry": itoa(int(e.ID)), "x-recorded_at": e.RecordedAt.String(), "x-actor": v.names.Actors[e.Actor],
		"x-device": v.names.Actors[e.Device], "x-capture": e.Capture.String()}
	if s := v.names.Sites[e.Site]; s != nil {
		row["site"] = s.Code
	}
	if partner := v.names.Partners[e.Partner]; partner != nil {
		row["partner"] = partner.Code
	}
	if a := v.names.Places[e.Address]; a != nil {
		row["address"] = a.Code
	}
	switch {
	case e.Kind == stock.KindArrive && v.about[e.About] != nil:
		row["dispatch"] = v.reference(v.about[e.About])
	case p.kind == stock.KindLoss && e.Reason == "":
		row["reason"] = "count"
	}
	for _, it := range e.Items {
		switch to := v.names.Places[it.To]; {
		case e.Kind == stock.KindIssue:
			row["purpose"] = to.Kind.String()
		case e.Kind == stock.KindDispatch && v.names.Sites[to.ToSite] != nil:
			row["to_site"] = v.names.Sites[to.ToSite].Code
		}
	}
	row.references(e.References)
	for _, d := range e.Details {
		if d.On == stock.OnMovement {
			row[fieldMark+d.Code] = d.Value
		}
	}
	return row
}

// references fills the columns of the kinds that have one, and the others' column.
func (c cells) references(refs []stock.Reference) {
	codes := map[string][]string{}
	for _, r := range refs {
		column, code := r.Kind, r.Code
		if !slices.Contains(referenceColumns, r.Kind) {
			column, code = "references", strings.ReplaceAll(r.Kind, ":", `\:`)+":"+r.Code
		}
		codes[column] = append(codes[column], code)
	}
	for column, list := range codes {
		c[column] = joinList(list)
	}
}

func (v *movementView) item(e *stock.Entry, it *stock.Item, head cells, aliases *[]stock.Alias) (cells, error) {
	row := make(cells, len(head)+12)
	for name, cell := range head {
		row[name] = cell
	}
	lot := v.lot(it.Lot, e.ID)
	row["product"], row["lot"], row["quantity"] = v.names.Products[it.Product].SKU, lot.Code, it.Quantity.String()
	row["role"], row["how"], row["captured"], row["override"] = it.Role.String(), it.Known.String(), it.Captured, cmp.Or(it.Override, head["override"])
	if it.Group > 0 {
		row["group"] = itoa(it.Group)
	}
	if it.Second != nil {
		row["second_quantity"], row["second_uom"] = it.Second.String(), it.Measure
	}
	if it.Expected != nil {
		row["expected"] = it.Expected.String()
	}
	if p := v.names.Places[it.From]; p.Real() {
		row["from"] = p.Code
	}
	if p := v.names.Places[it.To]; p.Real() {
		row["to"] = p.Code
		if lot.Birth == e.ID {
			row.dates(lot.Dates)
		}
		row["supplier_lot"] = takeAlias(aliases, it.Lot)
		for _, d := range e.Details {
			if d.On == stock.OnLot && d.Owner == it.Lot && lot.Birth == e.ID {
				row[fieldMark+d.Code] = d.Value
			}
		}
	}
	if e.Kind == stock.KindFound || e.Kind == stock.KindReturn || e.Kind == stock.KindCount {
		row["new"] = yesOnly(it.Born || lot.Birth == e.ID)
	} else {
		row["new"] = yesOnly(v.taken(e, it, lot))
	}
	var err error
	row["units"], err = v.units(it.Units, e.ID)
	return row, err
}

// takeAlias takes the first code of a lot out of a movement's.
func takeAlias(aliases *[]stock.Alias, lot int64) string {
	i := slices.IndexFunc(*aliases, func(a stock.Alias) bool { return a.Lot == lot })
	if i < 0 {
		return ""
	}
	code := (*aliases)[i].Code
	*aliases = slices.Delete(*aliases, i, i+1)
	return code
}

func (v *movementView) units(units stock.Runs, at int64) (string, error) {
	if units.Count() > fewUnits {
		return v.serialsOf(units, func(u *stock.Unit) string { return v.was.serial(u.ID, u.Serial, at) })
	}
	var t serialText
	for id := range units.All() {
		t.add(v.was.serial(id, v.serials[id], at))
	}
	return t.text(), nil
}

// counted writes the lines of a count; what was found and lost follows from them.
func (v *movementView) counted(e *stock.Entry, head cells) []cells {
	var out []cells
	for _, c := range e.Counted {
		row := make(cells, len(head)+8)
		for name, cell := range head {
			row[name] = cell
		}
		row["product"], row["lot"], row["quantity"], row["to"] = v.names.Products[c.Product].SKU, v.lot(c.Lot, e.ID).Code, c.Counted.String(), v.names.Places[c.Place].Code
		for _, it := range e.Items {
			if it.Product == c.Product && it.Lot == c.Lot {
				row["how"], row["captured"], row["override"] = it.Known.String(), it.Captured, cmp.Or(it.Override, head["override"])
			}
		}
		if lot := v.lot(c.Lot, e.ID); lot.Birth == e.ID {
			row.dates(lot.Dates)
			row["new"] = "yes"
		}
		out = append(out, row)
	}
	return out
}

// reversal writes what was reversed item by item: by its place in the movement, which is the same in any ledger.
func (v *movementView) reversal(e *stock.Entry) ([]cells, error) {
	was := v.about[e.About]
	if was == nil {
		return nil, stock.Errorf(stock.Internal, stock.CodeInternal, "", "entry %d reverses entry %d, which is not there", e.ID, e.About)
	}
	parts := v.parts(was)
	var out []cells
	for _, p := range parts {
		head := v.head(e, part{kind: e.Kind, suffix: p.suffix})
		head["partner"], head["address"], head["reverses"] = "", "", v.reference(was)+p.suffix
		for i := range e.Items {
			it := &e.Items[i]
			n := slices.IndexFunc(p.items, func(at int) bool { return was.Items[at].ID == it.About })
			if n < 0 {
				continue
			}
			row, err := v.item(e, it, head, &[]stock.Alias{})
			if err != nil {
				return nil, err
			}
			for _, name := range []string{"from", "to", "role", "group", "how", "new", "expected"} {
				delete(row, name)
			}
			row["item"] = itoa(n + 1)
			out = append(out, row)
		}
	}
	return out, nil
}
