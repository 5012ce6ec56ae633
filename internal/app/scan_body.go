package app

import (
	"slices"

	"clew/internal/stock"
)

// scannedBody is a body that carries scans, copied so far that what they mean can be filled in.
type scannedBody struct {
	body    stock.Body
	kind    stock.Kind
	path    string // of the fields of its items
	partner string // whose codes are meant
	scanner *stock.Scanner
	each    func(visit func(path string, it *stock.ItemDraft))
	hold    *stock.HoldDraft // of which the one item is
}

// scannedIn gives the copy of a body that carries scans, nil of any other.
func scannedIn(body stock.Body) *scannedBody {
	switch d := body.(type) {
	case *stock.MovementDraft:
		return scannedMovement(d)
	case *stock.ResolveDraft:
		if b := scannedMovement(d.Amended); b != nil {
			c := *d
			c.Amended, _ = b.body.(*stock.MovementDraft)
			b.body, b.path = &c, "amended."
			return b
		}
	case *stock.ReleaseDraft:
		if d.Scanned() {
			c := *d
			c.Items = slices.Clone(d.Items)
			m := &stock.MovementDraft{Items: c.Items}
			return &scannedBody{body: &c, kind: stock.KindRelease, scanner: d.Scanner, each: m.Each}
		}
	case *stock.HoldDraft:
		if d.Scan != "" || len(d.Scans) > 0 {
			c := *d
			m := &stock.ItemDraft{Scan: d.Scan, Scans: d.Scans, Product: d.Product, Lot: d.Lot, Units: d.Units}
			return &scannedBody{body: &c, kind: stock.KindHold, scanner: d.Scanner, hold: &c, each: func(visit func(string, *stock.ItemDraft)) { visit("", m) }}
		}
	}
	return nil
}

// scannedMovement copies a movement with its items. Codes of other partners are passed over where the goods come from one: what is shipped may
// carry anybody's.
func scannedMovement(d *stock.MovementDraft) *scannedBody {
	if d == nil || !d.Scanned() {
		return nil
	}
	c := *d
	c.Items = slices.Clone(d.Items)
	c.Groups = slices.Clone(d.Groups)
	for i, g := range d.Groups {
		c.Groups[i] = stock.Group{Inputs: slices.Clone(g.Inputs), Outputs: slices.Clone(g.Outputs)}
	}
	b := &scannedBody{body: &c, kind: d.Kind, scanner: d.Scanner, each: c.Each}
	switch d.Kind {
	case stock.KindReceive, stock.KindReturn, stock.KindReturnToSupplier:
		b.partner = d.Partner
	}
	return b
}

// query asks what an item's scans are.
func (b *scannedBody) query(it *stock.ItemDraft) ScanQuery {
	q := ScanQuery{Scans: it.ScanTexts(), Partner: b.partner, said: it.Product, lenient: true}
	if b.scanner != nil {
		q.Scanner = *b.scanner
	}
	return q
}

// fillBody puts what the scans are into the item or the hold, or says why it cannot be told.
func (s *scanning) fillBody(scans *scanItem, at scannedItem) *stock.Error {
	d := at.body.hold
	if d == nil {
		return s.fill(scans, at.item, at.body.kind)
	}
	if p := s.location(scans); p != nil {
		site := s.state.SiteIDs[p.Site].Code
		if d.Site != "" && d.Site != site || d.Location != "" && d.Location != p.Code {
			return stock.Errorf(stock.Conflict, stock.CodeScanDiffers, "location", "the hold says %s/%s, the scan %s/%s: take one away or scan again", clipped(d.Site), clipped(d.Location), site, p.Code)
		}
		d.Site, d.Location = site, p.Code
	} else {
		lot := d.Lot
		if fault := s.fill(scans, at.item, at.body.kind); fault != nil {
			return fault
		}
		d.Product, d.Lot, d.Units = at.item.Product, at.item.Lot, at.item.Units
		if len(d.Units) > 0 { // a hold on units is not also one on their lot
			d.Lot = lot
		}
	}
	d.Scan, d.Scans, d.Scanner = "", nil, nil
	return nil
}

// location is the one location of ours that the scans name, nil where they name something else or several things.
func (s *scanning) location(scans *scanItem) *stock.Place {
	if len(scans.readings) != 1 || scans.readings[0].place == 0 {
		return nil
	}
	if p := s.state.Places[scans.readings[0].place]; p != nil && s.state.SiteIDs[p.Site] != nil && p.Real() {
		return p
	}
	return nil
}
