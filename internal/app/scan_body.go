package app

import (
	"slices"
	"strings"

	"clew/internal/stock"
)

// scannedBody is a body that carries scans, copied so far that what they mean can be filled in.
type scannedBody struct {
	body    stock.Body
	kind    stock.Kind
	path    string // of the fields of its items
	site    string
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
		if b := scannedMovement(&stock.MovementDraft{Kind: stock.KindRelease, Site: d.Site, Scanner: d.Scanner, Items: d.Items}); b != nil {
			c := *d
			c.Items = b.body.(*stock.MovementDraft).Items
			b.body = &c
			return b
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
	if d == nil {
		return nil
	}
	scanned := false
	d.Each(func(_ string, it *stock.ItemDraft) {
		scanned = scanned || it.Scan != "" || len(it.Scans) > 0 || placeScanned(it.From, d.Site) || placeScanned(it.To, d.Site)
	})
	if !scanned {
		return nil
	}
	c := *d
	c.Items = slices.Clone(d.Items)
	c.Groups = slices.Clone(d.Groups)
	for i, g := range d.Groups {
		c.Groups[i] = stock.Group{Inputs: slices.Clone(g.Inputs), Outputs: slices.Clone(g.Outputs)}
	}
	b := &scannedBody{body: &c, kind: d.Kind, site: d.Site, scanner: d.Scanner, each: c.Each}
	switch d.Kind {
	case stock.KindReceive, stock.KindReturn, stock.KindReturnToSupplier:
		b.partner = d.Partner
	}
	return b
}

// placeScanned reports whether what should be the code of a location is a scan: GS1 data, a GLN, or SITE/LOCATION of the site itself.
func placeScanned(text, site string) bool {
	if text == "" {
		return false
	}
	inside, ofSite := strings.CutPrefix(text, site+"/")
	return text[0] == '(' || text[0] == ']' || strings.Contains(text, "://") || len(text) == 13 && strings.Trim(text, "0123456789") == "" || ofSite && inside != ""
}

// query asks what the scans of an item are, or of a place.
func (b *scannedBody) query(texts []string, product string) ScanQuery {
	q := ScanQuery{Scans: texts, Partner: b.partner, said: product, lenient: true}
	if b.scanner != nil {
		q.Scanner = *b.scanner
	}
	return q
}

// fillBody puts what the scans are into the item or the hold, or says why it cannot be told.
func (s *scanning) fillBody(scans *scanItem, at scannedItem) *stock.Error {
	if at.place != nil { // what is no location of the site stays, and is refused as such
		if p := s.location(scans); p != nil && s.state.SiteIDs[p.Site].Code == at.body.site {
			*at.place = p.Code
		}
		return nil
	}
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
