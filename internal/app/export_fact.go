package app

import (
	"cmp"
	"context"
	"maps"
	"slices"
	"strconv"
	"strings"

	"clew/internal/stock"
)

// What is said beside movements and decides about later ones: holds and their releases, cleanings, corrections, changes of tracking.
// They are rows among the movements, since their order matters.

// holdSuffix makes the reference of a hold that a movement entailed out of the movement's: which of its holds it is, from 1.
const holdSuffix = ":hold-"

// facts asks for what an entry names beside its items.
func (v *movementView) facts(e *stock.Entry, units *stock.Runs) {
	for _, runs := range []stock.Runs{e.Held, e.Lifted} {
		if runs.Count() <= fewUnits {
			*units = append(*units, runs...)
		}
	}
	for _, c := range e.Corrections {
		if c.Unit != 0 {
			*units = append(*units, stock.Run{First: c.Unit, Last: c.Unit})
			v.names.WantUnits(c.Unit)
		}
	}
	for _, run := range e.Held {
		v.names.WantUnits(run.First) // says of which product they are
	}
}

// fact writes an entry that says something beside movements.
func (v *movementView) fact(e *stock.Entry) ([]cells, error) {
	row := v.head(e, part{kind: e.Kind})
	switch e.Kind {
	case stock.KindHold:
		return v.hold(e, row)
	case stock.KindCleaning:
		row["from"] = v.names.Places[e.Cleaned].Code
		return []cells{row}, nil
	case stock.KindCorrection:
		return v.corrected(e, row)
	case stock.KindDetails:
		return v.detailed(e, row), nil
	}
	return v.tracked(e, row)
}

func (v *movementView) hold(e *stock.Entry, row cells) ([]cells, error) {
	h := e.Hold
	if p := v.names.Places[h.Place]; p != nil {
		row["from"] = p.Code
		row["site"] = v.names.Sites[p.Site].Code
	} else {
		row["site"] = "" // of the movement that entailed it; the hold is on the goods wherever they are
	}
	if lot := v.lot(h.Lot, e.ID); lot.ID != 0 {
		row["product"], row["lot"] = v.names.Products[lot.Product].SKU, lot.Code
	}
	if len(e.Held) > 0 {
		row["product"] = v.names.Products[v.names.Units[e.Held[0].First].Product].SKU
	}
	var err error
	row["units"], err = v.units(e.Held, e.ID)
	return []cells{row}, err
}

// lifted writes what a release says of its hold; its items, if any, come behind.
func (v *movementView) lifted(e *stock.Entry, head cells) ([]cells, error) {
	if e.About == 0 {
		return nil, nil
	}
	if was := v.about[e.About]; was != nil {
		head["hold"] = v.reference(was)
	}
	if len(e.Lifted) == 0 {
		return nil, nil
	}
	row := maps.Clone(head)
	var err error
	row["units"], err = v.units(e.Lifted, e.ID)
	return []cells{row}, err
}

// What a correction of goods puts right, in the column for that.
const (
	correctsSame  = "same"  // the lot or unit is the one that it becomes
	correctsGoods = "goods" // these goods of the lot were of the one that it becomes
	correctsUndo  = "undo"  // the correction that it reverses is taken back
)

// exchanged writes a correction by which two are one; false for others.
func (v *movementView) exchanged(e *stock.Entry, row cells) bool {
	for _, c := range e.Corrections {
		lot, unit := v.lot(c.Lot, e.ID), v.names.Units[c.Unit]
		switch {
		case c.Lot != 0 && c.Field == "same_as" && lot.SameAs == 0:
			id, _ := strconv.ParseInt(c.After, 10, 64)
			row["corrects"], row["product"], row["lot"], row["becomes"] = correctsSame, v.names.Products[lot.Product].SKU, lot.Code, v.lot(id, e.ID).Code
			return true
		case unit != nil && c.Field == "serial" && stock.Nameless(c.After):
			row["corrects"], row["product"], row["units"] = correctsSame, v.names.Products[unit.Product].SKU, c.Before
		case unit != nil && c.Field == "same_as":
			row["becomes"] = c.After
			return true
		}
	}
	return false
}

// tellsApart reports whether an entry says that some goods of a lot were of another.
func tellsApart(e *stock.Entry) bool {
	return e.Kind == stock.KindCorrection && e.About == 0 && len(e.Corrections) > 0 && e.Corrections[0].Field == "goods"
}

// mislabelledItems are the items of which an entry says that their goods were of another lot.
func mislabelledItems(e *stock.Entry) (out []int64) {
	for i := range e.Items {
		if it := &e.Items[i]; it.Again && tellsApart(e) {
			out = append(out, it.About)
		}
	}
	return out
}

// mislabelled writes which goods of a lot were of another: a row for each item of a movement.
func (v *movementView) mislabelled(e *stock.Entry, head cells) (out []cells, err error) {
	lot := v.lot(e.Corrections[0].Lot, e.ID)
	id, _ := strconv.ParseInt(e.Corrections[0].After, 10, 64)
	to := v.lot(id, e.ID)
	head["corrects"], head["product"], head["lot"], head["becomes"] = correctsGoods, v.names.Products[lot.Product].SKU, lot.Code, to.Code
	if to.Birth == e.ID {
		head["new"] = "yes"
		head.dates(to.Dates)
		delete(head, "cautious")
		if to.Source != lot.Source {
			head["partner"] = cmp.Or(partnerCode(v.names, to.Source), clearMark)
		}
	}
	for i := range e.Items {
		it := &e.Items[i]
		if !it.Again {
			continue
		}
		was, row := v.about[v.roots[it.About]], maps.Clone(head)
		if was == nil {
			return nil, stock.Errorf(stock.Internal, stock.CodeInternal, "", "entry %d puts item %d right, which is of no entry", e.ID, it.About)
		}
		for _, p := range v.parts(was) {
			if n := slices.IndexFunc(p.items, func(at int) bool { return was.Items[at].ID == it.About }); n >= 0 {
				row["reverses"], row["item"] = v.reference(was)+p.suffix, itoa(n+1)
			}
		}
		row["quantity"] = it.Quantity.String()
		if it.Second != nil {
			row["second_quantity"] = it.Second.String()
		}
		if row["units"], err = v.units(it.Units, e.ID); err != nil {
			return nil, err
		}
		out = append(out, row)
	}
	return out, nil
}

// corrected writes what an entry put right of one lot or unit.
func (v *movementView) corrected(e *stock.Entry, row cells) ([]cells, error) {
	switch was := v.about[e.About]; {
	case was != nil:
		row["corrects"], row["reverses"] = correctsUndo, v.reference(was)
		return []cells{row}, nil
	case tellsApart(e):
		return v.mislabelled(e, row)
	case v.exchanged(e, row):
		return []cells{row}, nil
	}
	for _, c := range e.Corrections {
		if lot := v.lot(c.Lot, e.ID); lot.ID != 0 {
			row["product"], row["lot"] = v.names.Products[lot.Product].SKU, lot.Code
		}
		after := cmp.Or(c.After, clearMark)
		switch c.Field {
		case "serial":
			row["product"], row["units"], row["becomes"] = v.names.Products[v.names.Units[c.Unit].Product].SKU, c.Before, c.After
		case "lot":
			row["becomes"] = c.After
		case "source":
			row["partner"] = clearMark
			if id, err := strconv.ParseInt(c.After, 10, 64); err == nil {
				row["partner"] = partnerCode(v.names, id)
			}
		case "cautious": // follows from the date that was put right
		default:
			row[c.Field] = after
		}
	}
	return []cells{row}, nil
}

// detailed writes the values that an entry gave to extra fields of a lot. Those of products and partners are in their own files.
func (v *movementView) detailed(e *stock.Entry, row cells) []cells {
	if len(e.Details) == 0 || e.Details[0].On != stock.OnLot {
		return nil
	}
	lot := v.lot(e.Details[0].Owner, e.ID)
	row["product"], row["lot"] = v.names.Products[lot.Product].SKU, lot.Code
	for _, d := range e.Details {
		row[fieldMark+d.Code] = cmp.Or(d.Value, clearMark)
	}
	return []cells{row}
}

// tracked writes a change of tracking: a row for what became of the goods at each place, or one for a product without stock.
func (v *movementView) tracked(e *stock.Entry, head cells) ([]cells, error) {
	m, err := stock.MasterOf(e.Leaf)
	if err != nil || m.Product == nil {
		return nil, stock.Errorf(stock.Internal, stock.CodeInternal, "", "entry %d changes the tracking of no product: %v", e.ID, err)
	}
	head["product"], head["tracking"] = m.Product.SKU, m.Product.Tracking.String()
	var out []cells
	was := map[int]int64{} // the lot of each group before
	for i := range e.Items {
		it := &e.Items[i]
		if it.Role == stock.Input {
			was[it.Group] = it.Lot
			continue
		}
		row, err := v.item(e, it, head, &[]stock.Alias{})
		if err != nil {
			return nil, err
		}
		for _, name := range []string{"from", "role", "group", "how", "new"} {
			delete(row, name)
		}
		row["site"] = v.names.Sites[v.names.Places[it.To].Site].Code
		if was[it.Group] == 0 {
			row["lot"], row["becomes"] = "", row["lot"]
		}
		out = append(out, row)
	}
	if len(out) == 0 {
		out = append(out, head)
	}
	return out, nil
}

// trackedBefore writes, in front of all movements, a row for each product whose goods were told apart otherwise when the movements
// begin than they are now: a product comes into another ledger as it is now.
func (x *exporter) trackedBefore() error {
	rows, err := x.app.firstTracking(x.ctx, x.from)
	if err != nil || !x.whole() {
		return err
	}
	for _, row := range rows {
		if err := x.row(row); err != nil {
			return err
		}
	}
	return nil
}

// wasTracking is in the references of rows that say how a product was tracked at the beginning.
const wasTracking = "tracking-"

// wasTracked reads the reference of such a row of this ledger.
func (a *App) wasTracked(reference string) (sku string, ok bool) {
	return strings.CutPrefix(reference, a.referencePrefix()+wasTracking)
}

// firstTracking makes the rows that say how products were tracked at a time, of those that are tracked otherwise today.
func (a *App) firstTracking(ctx context.Context, from stock.Time) ([]cells, error) {
	changes, err := a.Store.TrackingChanges(ctx)
	if err != nil {
		return nil, err
	}
	seen := map[int64]bool{}
	var out []cells
	for _, c := range changes {
		if seen[c.Product] || c.Occurred < from {
			continue
		}
		seen[c.Product] = true
		now, err := a.Store.Product(ctx, c.SKU)
		if err != nil {
			return nil, err
		}
		if now.Tracking == c.Was {
			continue
		}
		out = append(out, cells{"kind": stock.KindTracking.String(), "product": c.SKU, "tracking": c.Was.String(), "occurred_at": c.Since.String(),
			"reason": "tracked so before entry " + itoa(int(c.Entry)), "reference": a.referencePrefix() + wasTracking + c.SKU})
	}
	return out, nil
}
