package sim

import (
	"context"
	"database/sql"
	"fmt"
	"slices"
	"strconv"

	"clew/internal/stock"
)

// correct draws a correction of a lot that has goods somewhere: mostly its code, sometimes a date or where it came from.
func (r *drawer) correct() stock.Body {
	if d := r.reserial(); d != nil && r.chance(40) {
		return d
	}
	for _, slot := range r.recent() {
		lot, sku := r.m.lots[slot.Lot], r.m.skus[slot.Product]
		if slot.Lot == 0 {
			continue
		}
		d := &stock.CorrectionDraft{Product: sku, Lot: lot.Code, Reason: "misread"}
		switch n := r.IntN(10); {
		case n < 5:
			r.n++
			d.Set.Lot = ptr(fmt.Sprint("L", r.n))
		case n == 5: // back to what it was called before, if it was
			d.Set.Lot = ptr(lot.Code)
			for _, code := range r.m.formers[slot.Lot] {
				d.Set.Lot = ptr(code)
			}
		case n == 6: // the code of another lot, or of this one
			for _, other := range r.recent() {
				d.Set.Lot = ptr(r.m.lots[other.Lot].Code)
			}
			if d.Set.Lot == nil || *d.Set.Lot == "" {
				continue
			}
		case n < 9 && r.dates(sku).Expiry != 0:
			d.Set.Expiry = ptr(r.dates(sku).Expiry)
		default:
			d.Set.Source = ptr(one(r, suppliers))
		}
		if former := r.m.formers[slot.Lot]; len(former) > 0 && r.chance(30) {
			d.Lot = one(r, former)
		}
		return d
	}
	return r.receive()
}

// named is the lot that a code stands for: what is called so, else what was called so until it was corrected.
func (m *model) named(sku, code string) int64 {
	if id := m.codes[sku+"|"+code]; id != 0 {
		return id
	}
	return m.former[sku+"|"+code]
}

// vague reports whether a code or serial number, which two lots or units had, names neither of them by now: then it is asked which is meant.
func (m *model) vague(sku string, names ...string) bool {
	return slices.ContainsFunc(names, func(name string) bool {
		key := sku + "|" + name
		return m.unsure[key] && m.codes[key] == 0 && m.serials[key] == 0
	})
}

// called is what a lot is called, or the one that it was found to be.
func (m *model) called(lot int64) string {
	for m.lots[lot].SameAs != 0 {
		lot = m.lots[lot].SameAs
	}
	return m.lots[lot].Code
}

// judgeCorrection: the lot must be known, the code free, and something different from what stands.
func (m *model) judgeCorrection(d *stock.CorrectionDraft) verdict {
	m.wasHeld = false
	switch {
	case m.vague(d.Product, d.Lot, d.SameAs, d.Unit) || d.Set.Lot != nil && m.vague(d.Product, *d.Set.Lot):
		return verdict{}
	case d.Undo != 0 || d.SameAs != "" || len(d.Items) > 0:
		return m.judgeExchange(d)
	case d.Unit != "":
		return m.judgeReserial(d)
	}
	id := m.named(d.Product, d.Lot)
	lot, known := m.lots[id]
	switch {
	case !known:
		return refusal(stock.CodeUnknownLot)
	case d.Set.Lot != nil && m.codes[d.Product+"|"+*d.Set.Lot] != 0 && *d.Set.Lot != lot.Code:
		return refusal(stock.CodeLotExists)
	case (d.Set.Lot == nil || *d.Set.Lot == lot.Code) && (d.Set.Source == nil || m.partners[*d.Set.Source] == lot.Source) &&
		(d.Set.Expiry == nil || *d.Set.Expiry == lot.Dates.Expiry):
		return refusal(stock.CodeInvalidValue)
	}
	return refusal()
}

// correct takes in what an entry puts right.
func (m *model) correct(e *stock.Entry) error {
	for _, c := range e.Corrections {
		if c.Field == "goods" {
			continue
		}
		if c.Field == "same_as" {
			if err := m.ones(c); err != nil {
				return fmt.Errorf("entry %d: %w", e.ID, err)
			}
			continue
		}
		if c.Unit != 0 {
			if err := m.rename(c); err != nil {
				return fmt.Errorf("entry %d: %w", e.ID, err)
			}
			continue
		}
		lot, known := m.lots[c.Lot]
		if !known {
			return fmt.Errorf("entry %d corrects lot %d, which is not there", e.ID, c.Lot)
		}
		sku, was := m.skus[lot.Product], ""
		switch c.Field {
		case "lot":
			was = lot.Code
			delete(m.codes, sku+"|"+lot.Code)
			if !stock.Nameless(lot.Code) { // what nobody can type is no name
				was := m.former[sku+"|"+lot.Code]
				m.unsure[sku+"|"+lot.Code] = m.unsure[sku+"|"+lot.Code] || was != 0 && was != c.Lot && m.lots[was].SameAs == 0
				m.former[sku+"|"+lot.Code] = c.Lot
				m.formers[c.Lot] = append(m.formers[c.Lot], lot.Code)
			}
			lot.Code = c.After
			m.codes[sku+"|"+lot.Code] = c.Lot
		case "expiry":
			was = lot.Dates.Expiry.String()
			if err := lot.Dates.Expiry.UnmarshalText([]byte(c.After)); err != nil {
				return err
			}
		case "source":
			if lot.Source != 0 {
				was = strconv.FormatInt(lot.Source, 10)
			}
			lot.Source, _ = strconv.ParseInt(c.After, 10, 64)
		default:
			return fmt.Errorf("entry %d corrects the %s, which nobody asked for", e.ID, c.Field)
		}
		if c.Before != was {
			return fmt.Errorf("entry %d corrects the %s of lot %d from %q, it was %q", e.ID, c.Field, c.Lot, c.Before, was)
		}
		m.lots[c.Lot] = lot
	}
	return nil
}

// corrected: what was asked to be put right is right afterwards.
func (h *history) corrected(c command, o stock.Outcome) error {
	d, ok := c.draft.Body.(*stock.CorrectionDraft)
	if !ok || o.Err != nil || o.Replayed {
		return nil
	}
	if d.Undo != 0 || d.SameAs != "" || len(d.Items) > 0 {
		return h.one(d)
	}
	if d.Unit != "" {
		if u := h.m.units[h.m.unitNamed(d.Product, *d.Set.Serial)]; u == nil || u.serial != *d.Set.Serial {
			return fmt.Errorf("unit %s of %s is not called %s, as the correction asked", d.Unit, d.Product, *d.Set.Serial)
		}
		return nil
	}
	for _, code := range []*string{&d.Lot, d.Set.Lot} {
		if code == nil {
			continue
		}
		lot := h.m.lots[h.m.named(d.Product, *code)]
		if h.m.vague(d.Product, *code) {
			continue
		}
		if d.Set.Lot != nil && lot.Code != *d.Set.Lot || d.Set.Expiry != nil && lot.Dates.Expiry != *d.Set.Expiry ||
			d.Set.Source != nil && lot.Source != h.m.partners[*d.Set.Source] {
			return fmt.Errorf("lot %s of %s is not as the correction asked: %+v", *code, d.Product, lot)
		}
	}
	return nil
}

// sameLots: every lot is called, dated and sourced as the model says.
func (h *history) sameLots(ctx context.Context, db *sql.DB) error {
	seen := 0
	err := each(ctx, db, `SELECT id, code, expiry, source FROM lot`, func(r *sql.Rows) error {
		var id, source int64
		var code string
		var expiry stock.Date
		if err := r.Scan(&id, &code, &expiry, &source); err != nil {
			return err
		}
		seen++
		if want := h.m.lots[id]; code != want.Code || expiry != want.Dates.Expiry || source != want.Source {
			return fmt.Errorf("lot %d is %s, good until %s, of source %d; the model says %+v", id, code, expiry, source, want)
		}
		return nil
	})
	if err == nil && seen != len(h.m.lots) {
		return fmt.Errorf("%d lots, the model has %d", seen, len(h.m.lots))
	}
	return err
}
