package app

import (
	"context"
	"slices"
	"strings"

	"clew/internal/stock"
)

// scannedItem is an item of a movement, or what a hold names, that carries scans in place of identifiers.
type scannedItem struct {
	request int
	body    *scannedBody
	path    string
	item    *stock.ItemDraft
	place   *string // its from or to, where that was scanned
}

// scanned puts what was scanned into the items of movements and releases and into holds, before anything is decided: the request itself, of which
// the hash is kept, stays as it was sent. What cannot be told is the request's fault, which the ledger answers with unless it knows the request's
// key already.
func (a *App) scanned(ctx context.Context, asked []Request) ([]Request, []*stock.Error, error) {
	faults := make([]*stock.Error, len(asked))
	requests := asked
	var items []scannedItem
	var queries []ScanQuery
	for i := range asked {
		b := scannedIn(asked[i].Body)
		if b == nil {
			continue
		}
		if queries == nil {
			requests = slices.Clone(asked)
		}
		requests[i].Body = b.body
		b.each(func(path string, it *stock.ItemDraft) {
			if texts := it.ScanTexts(); len(texts) > 0 {
				items = append(items, scannedItem{request: i, body: b, path: b.path + path, item: it})
				queries = append(queries, b.query(texts, it.Product))
			}
			for _, place := range []*string{&it.From, &it.To} {
				if placeScanned(*place, b.site) {
					items = append(items, scannedItem{request: i, body: b, place: place})
					queries = append(queries, b.query([]string{*place}, ""))
				}
			}
		})
	}
	if len(queries) == 0 {
		return asked, faults, nil
	}
	s, err := a.resolve(ctx, queries)
	if err != nil {
		return nil, nil, err
	}
	for n, at := range items {
		if faults[at.request] != nil {
			continue
		}
		if fault := s.fillBody(s.items[n], at); fault != nil {
			faults[at.request], requests[at.request] = fault.At(at.path), asked[at.request] // one that is kept shows its scans
		}
	}
	return requests, faults, nil
}

// fill puts the one thing that the scans are into the item, or says why it cannot be told.
func (s *scanning) fill(scans *scanItem, it *stock.ItemDraft, kind stock.Kind) *stock.Error {
	field := "scan"
	if it.Scan == "" {
		field = "scans"
	}
	if scans.fault != nil {
		named := *scans.fault
		named.Field = field
		return &named
	}
	var fits []*resolved
	var differs *stock.Error
	for _, r := range scans.readings {
		if r.goods == nil {
			continue
		}
		if err := r.agrees(it, kind); err != nil {
			differs = err
			continue
		}
		fits = append(fits, r)
	}
	switch {
	case len(fits) == 0 && differs != nil:
		return differs
	case len(fits) == 0 && len(scans.readings) > 0 && scans.readings[0].known():
		return stock.Errorf(stock.Conflict, stock.CodeScanDiffers, field, "the scan is a %s, no goods", scans.readings[0].is())
	case len(fits) == 0:
		problem := *s.problem(scans)
		problem.Field = field
		return &problem
	case len(fits) > 1:
		return ambiguous(fits)
	}
	fits[0].into(it, kind)
	return nil
}

// ambiguous names the field that would tell the readings apart.
func ambiguous(fits []*resolved) *stock.Error {
	field, what := "units", []string{}
	for _, r := range fits {
		name := r.goods.Product.SKU
		if r.level != "" {
			name += ", a " + r.level
		}
		if r.goods.Lot != nil {
			name += " lot " + r.goods.Lot.Code
		}
		if r.goods.Unit != nil {
			name += " unit " + r.goods.Unit.Serial
		}
		what = append(what, name)
		switch first := fits[0]; {
		case r.goods.Product != first.goods.Product:
			field = "product"
		case r.level != first.level && field != "product":
			field = "packaging"
		case r.goods.Lot != first.goods.Lot && field == "units":
			field = "lot"
		}
	}
	err := stock.Errorf(stock.Conflict, stock.CodeScanAmbiguous, field, "the scan can be %s: say which", strings.Join(what, " or "))
	err.About = what
	return err
}

// agrees refuses a reading that is not what the item says beside its scans.
func (r *resolved) agrees(it *stock.ItemDraft, kind stock.Kind) *stock.Error {
	differ := func(field, says, scan string) *stock.Error {
		return stock.Errorf(stock.Conflict, stock.CodeScanDiffers, field, "the item says %s, the scan %s: take one away or scan again", clipped(says), clipped(scan))
	}
	g := r.goods
	if it.Packaging != "" && r.level != "" && it.Packaging != r.level {
		return differ("packaging", it.Packaging, r.level)
	}
	if it.Lot != "" && r.lotCode != "" && it.Lot != r.lotCode && (g.Lot == nil || g.Lot.Code != it.Lot) && !(kind == stock.KindReceive && g.Lot == nil && it.SupplierLot == "") {
		return differ("lot", it.Lot, r.lotCode)
	}
	if len(it.Units) > 0 && r.serial != "" && !slices.Contains(it.Units, r.serial) && (g.Unit == nil || !slices.Contains(it.Units, g.Unit.Serial)) {
		return differ("units", strings.Join(it.Units, ", "), r.serial)
	}
	for _, d := range []struct {
		field       string
		says, scans stock.Date
	}{{"production", it.Production, r.dates.Production}, {"best_before", it.BestBefore, r.dates.BestBefore}, {"sell_by", it.SellBy, r.dates.SellBy}, {"expiry", it.Expiry, r.dates.Expiry}} {
		if d.says != 0 && d.scans != 0 && d.says != d.scans {
			return differ(d.field, d.says.String(), d.scans.String())
		}
	}
	if quantity, _, _ := r.amount(); quantity != nil && it.Quantity != nil {
		says := *it.Quantity
		if level := r.counted(it); level != nil {
			if all, ok := says.Times(level.Quantity); ok {
				says = all
			}
		}
		if says != *quantity {
			return differ("quantity", says.String(), quantity.String())
		}
	}
	return nil
}

// counted is the packaging level that the item's quantity counts: the one it says, else the scanned one; nil for the product itself.
func (r *resolved) counted(it *stock.ItemDraft) *stock.Packaging {
	for i := range r.product.Packaging {
		if l := &r.product.Packaging[i]; l.Code == it.Packaging || it.Packaging == "" && l.Code == r.level {
			return l
		}
	}
	return nil
}

// into puts the reading into the item. What the item says itself stays. A serial number that is not tracked, or that of a case, is only captured.
func (r *resolved) into(it *stock.ItemDraft, kind stock.Kind) {
	g := r.goods
	texts := it.ScanTexts()
	it.Scan, it.Scans, it.Product = "", nil, g.Product.SKU
	quantity, second, uom := r.amount()
	switch {
	case it.Quantity == nil && quantity != nil:
		it.Quantity, it.Packaging = quantity, ""
	case it.Packaging == "" && it.Quantity != nil:
		it.Packaging = r.level
	}
	if it.Second == nil && second != nil {
		it.Second, it.Measure = second, uom
	}
	if g.Product.Tracking == stock.TrackSerial && len(it.Units) == 0 && g.Serial != "" {
		it.Units = []string{r.serial}
		if g.Unit != nil {
			it.Units[0] = g.Unit.Serial
		}
	}
	switch {
	case g.Product.Tracking == stock.TrackNone, r.lotCode == "":
	case g.Lot != nil && it.Lot == "":
		it.Lot = g.Lot.Code
	case it.Lot == "" && !it.Numbered:
		it.Lot = r.lotCode
	case g.Lot == nil && kind == stock.KindReceive && it.SupplierLot == "" && it.Lot != r.lotCode:
		it.SupplierLot = r.lotCode // the label is the supplier's, the lot is called by our code
	}
	if g.Product.Tracking != stock.TrackNone && it.Lot != "" {
		r.date(it)
	}
	if it.How == "" {
		it.How = "scanned"
	}
	if it.Captured == "" {
		it.Captured = capturedText(texts)
	}
}

// date gives the item the scanned dates: of a lot that is known those that it has, of another one all.
func (r *resolved) date(it *stock.ItemDraft) {
	own := stock.Dates{Production: 1, BestBefore: 1, SellBy: 1, Expiry: 1}
	if r.goods.Lot != nil {
		own = r.goods.Lot.Dates
	}
	for _, d := range []struct {
		to         *stock.Date
		scans, own stock.Date
	}{{&it.Production, r.dates.Production, own.Production}, {&it.BestBefore, r.dates.BestBefore, own.BestBefore}, {&it.SellBy, r.dates.SellBy, own.SellBy}, {&it.Expiry, r.dates.Expiry, own.Expiry}} {
		if *d.to == 0 && d.own != 0 {
			*d.to = d.scans
		}
	}
}

// capturedText writes scans as an item keeps them: GS as {GS}, within the 100 characters that there are.
func capturedText(scans []string) string {
	text := strings.Map(func(r rune) rune {
		if r < ' ' && r != '\x1d' || r == 0x7f {
			return -1
		}
		return r
	}, strings.Join(scans, " + "))
	runes := []rune(strings.ReplaceAll(text, "\x1d", "{GS}"))
	return string(runes[:min(len(runes), 100)])
}
