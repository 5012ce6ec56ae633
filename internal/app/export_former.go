package app

import (
	"slices"

	"clew/internal/stock"
	"clew/internal/store"
)

// formerNames are what corrections put right of lots and units, by what they are of, in order: the way back to what was known when
// an older entry was recorded.
type formerNames struct {
	lots, units map[int64][]store.Made
	codes       map[store.FormerName]int64 // of the products of the page, with the entry that took them
	serials     map[int64]int64            // by product, the first entry that took a serial number
}

// former reads what was put right of the goods of a page, since its first entry.
func (v *movementView) former(page []*stock.Entry) error {
	var lots []int64
	var products []int64
	var units stock.Runs
	for _, e := range page {
		for _, it := range e.Items {
			products = append(products, it.Product)
			lots, units = append(lots, it.Lot), append(units, it.Units...)
		}
		for _, c := range e.Counted {
			products, lots = append(products, c.Product), append(lots, c.Lot)
		}
		if e.Hold != nil {
			lots = append(lots, e.Hold.Lot)
		}
		for _, d := range e.Details {
			if d.On == stock.OnLot {
				lots = append(lots, d.Owner)
			}
		}
		units = append(append(units, e.Held...), e.Lifted...)
		for _, c := range e.Corrections {
			lots = append(lots, c.Lot)
			if c.Unit != 0 {
				units = append(units, stock.Run{First: c.Unit, Last: c.Unit})
			}
		}
	}
	slices.Sort(lots)
	made, err := v.app.Store.CorrectionsFrom(v.ctx, page[0].ID, slices.Compact(lots), distinct(units))
	if err != nil {
		return err
	}
	slices.Sort(products)
	codes, err := v.app.Store.FormerNames(v.ctx, slices.Compact(products))
	if err != nil {
		return err
	}
	v.was = formerNames{map[int64][]store.Made{}, map[int64][]store.Made{}, codes, map[int64]int64{}}
	for name, entry := range codes {
		if was := v.was.serials[name.Product]; name.Unit && (was == 0 || entry < was) {
			v.was.serials[name.Product] = entry
		}
	}
	for _, m := range made {
		if m.Unit != 0 {
			v.was.units[m.Unit] = append(v.was.units[m.Unit], m)
		} else {
			v.was.lots[m.Lot] = append(v.was.lots[m.Lot], m)
		}
	}
	return nil
}

// distinct joins runs that overlap, so that no correction is read twice.
func distinct(units stock.Runs) stock.Runs {
	slices.SortFunc(units, func(a, b stock.Run) int { return int(a.First - b.First) })
	var out stock.Runs
	for _, run := range units {
		if n := len(out); n > 0 && run.First <= out[n-1].Last+1 {
			out[n-1].Last = max(out[n-1].Last, run.Last)
			continue
		}
		out = append(out, run)
	}
	return out
}

// lot is a lot as it was called just before an entry; one without a code for no lot.
func (v *movementView) lot(id, entry int64) *stock.Lot {
	now := v.names.Lots[id]
	if now == nil {
		return &stock.Lot{}
	}
	var undo []stock.Correction
	for _, m := range v.was.lots[id] {
		if m.Entry >= entry {
			undo = append(undo, m.Correction)
		}
	}
	then := *now
	if then.SameAs != 0 {
		then.Code = stock.NamelessCode(id) // people are shown the other's
	}
	if len(undo) == 0 || !then.Uncorrect(undo) {
		return now
	}
	return &then
}

// serial is the serial number that a unit had just before an entry.
func (f *formerNames) serial(unit int64, now string, entry int64) string {
	for _, m := range slices.Backward(f.units[unit]) {
		if m.Entry < entry {
			break
		}
		if m.Field == "same_as" {
			continue // the number of another, which was found to be this one
		}
		now = m.Before
	}
	return now
}

// taken reports whether goods born in an entry are called what others were called until a correction: then they are marked new, lest
// those are meant.
func (v *movementView) taken(e *stock.Entry, it *stock.Item, lot *stock.Lot) bool {
	code, serial := v.was.codes[store.FormerName{Product: it.Product, Code: lot.Code}], v.was.serials[it.Product]
	return lot.Birth == e.ID && code > 0 && code < e.ID || it.Born && serial > 0 && serial < e.ID
}
