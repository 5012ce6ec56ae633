package app

import (
	"cmp"
	"context"
	"errors"
	"io"
	"slices"

	"clew/internal/stock"
	"clew/internal/store"
)

// listTable is the columns of another system's stock list.
var listTable = newTable("list", column{name: "product", code: true, required: true}, column{name: "site", code: true}, column{name: "location", code: true},
	column{name: "lot", code: true}, column{name: "quantity", number: true, required: true})

// maxCompared is how many different products, places and lots a list may name: they are held in memory.
const maxCompared = 1_000_000

// Compare says how a list is read.
type Compare struct {
	AsAt         // by the calendar of Site, or UTC's
	Site  string // of rows that name none
	Sheet string // of a workbook
	Map   map[string]string
}

// Compared tells where another system's stock list and the ledger differ. Nothing is posted.
type Compared struct {
	Of
	Rows     int          `json:"rows" doc:"Rows read, without the header and without empty ones."`
	Equal    int          `json:"equal" doc:"Products, by site and by location and lot where the list has them, of which both have as much."`
	Differ   int          `json:"differ"`
	Refused  int          `json:"refused" doc:"Rows that could not be read, or name what the ledger does not know. They are left out of the comparison."`
	Sites    []string     `json:"sites" doc:"The sites that the list names: only these are compared."`
	Items    []Difference `json:"items"`
	Refusals []Refusal    `json:"refusals" doc:"The first 1,000 refused rows."`
}

// Difference is one product, at a site, of which the list has another quantity than the ledger.
type Difference struct {
	Product    string         `json:"product"`
	Site       string         `json:"site"`
	Location   string         `json:"location,omitempty"`
	Lot        string         `json:"lot,omitempty"`
	Ours       stock.Quantity `json:"ours"`
	Theirs     stock.Quantity `json:"theirs"`
	Difference stock.Quantity `json:"difference" doc:"Theirs less ours."`
}

// spot is what quantities are compared for.
type spot struct{ product, site, location, lot string }

// sides are what both have at a spot.
type sides struct{ ours, theirs stock.Quantity }

// comparison is one list being compared.
type comparison struct {
	app      *App
	past     *store.View
	o        Compare
	out      *Compared
	products map[string]string // SKU by SKU and by GTIN
	sites    map[string]bool   // false: not named by the list
	byPlace  bool
	byLot    bool
	spots    map[spot]sides
}

// Compare holds another system's stock list against the ledger, by product and site, and by location and lot where it has these columns.
// A product may be named by SKU or by GTIN; several rows of one spot are added up. Sites that the list does not name are left out.
func (a *App) Compare(ctx context.Context, o Compare, file io.Reader) (Compared, error) {
	out := Compared{Sites: []string{}, Items: []Difference{}, Refusals: []Refusal{}}
	past, of, err := a.viewOf(ctx, o.AsAt, o.Site)
	if err != nil {
		return out, err
	}
	out.Of = of
	in, head, err := openSheet(file, listTable, Import{Sheet: o.Sheet}, knownColumns{said: o.Map})
	if err != nil {
		return out, err
	}
	defer in.close()
	c := &comparison{app: a, past: past, o: o, out: &out, spots: map[spot]sides{}}
	for _, at := range head.cells {
		c.byPlace = c.byPlace || at == listTable.at["location"]
		c.byLot = c.byLot || at == listTable.at["lot"]
	}
	if err := c.names(ctx); err != nil {
		return out, err
	}
	if err := c.theirs(ctx, in, head); err != nil {
		return out, err
	}
	if err := c.ours(ctx); err != nil {
		return out, err
	}
	c.tell()
	return out, nil
}

// names reads by which codes products and sites are known.
func (c *comparison) names(ctx context.Context) error {
	c.products, c.sites = map[string]string{}, map[string]bool{}
	err := eachPage(func(after string) ([]*stock.Product, error) {
		return c.app.Store.Products(ctx, store.Page{After: after, Limit: exportPage})
	}, func(p *stock.Product) (string, error) {
		c.products[p.SKU] = p.SKU
		if p.GTIN != "" {
			c.products[p.GTIN] = p.SKU
		}
		return p.SKU, nil
	})
	if err != nil {
		return err
	}
	return eachPage(func(after string) ([]*stock.Site, error) {
		return c.app.Store.Sites(ctx, store.Page{After: after, Limit: exportPage})
	}, func(v *stock.Site) (string, error) {
		c.sites[v.Code] = false
		return v.Code, nil
	})
}

// theirs adds up what the list says.
func (c *comparison) theirs(ctx context.Context, in sheet, head *header) error {
	for ctx.Err() == nil {
		rec, err := in.next()
		if errors.Is(err, io.EOF) {
			return nil
		} else if err != nil {
			return err
		}
		row := head.rowOf(listTable, rec)
		if head.evidence.error != nil {
			return head.evidence.error
		}
		c.out.Rows++
		fault := row.fault
		if fault == nil {
			fault = c.take(row)
		}
		if fault == nil {
			continue
		}
		c.out.Refused++
		if len(c.out.Refusals) < 1000 {
			c.out.Refusals = append(c.out.Refusals, Refusal{Line: rec.line, Field: fault.Field, Code: fault.Code, Reason: fault.Detail, Cells: rec.cells})
		}
		if fault.Code == stock.CodeTooMany {
			return fault
		}
	}
	return ctx.Err()
}

// take adds a row to its spot.
func (c *comparison) take(row *importRow) *stock.Error {
	r := &cellReader{row: row}
	name, quantity := r.text("product"), r.quantity("quantity")
	at := spot{site: cmp.Or(r.text("site"), c.o.Site), location: r.text("location"), lot: r.text("lot")}
	at.product = c.products[name]
	if at.product == "" {
		at.product = c.products[stock.NormalGTIN(name)]
	}
	if code, ok := stock.PadGTIN(name); ok && at.product == "" {
		at.product = c.products[stock.NormalGTIN(code)]
	}
	_, known := c.sites[at.site]
	switch {
	case r.err != nil:
		return r.err
	case name == "":
		return stock.Errorf(stock.Invalid, stock.CodeRequired, "product", "the row names no product")
	case at.product == "":
		return stock.Errorf(stock.NotFound, stock.CodeUnknownProduct, "product", "there is no product %q", clipped(name))
	case at.site == "":
		return stock.Errorf(stock.Invalid, stock.CodeRequired, "site", "the row names no site: give one for all such rows")
	case !known:
		return stock.Errorf(stock.NotFound, stock.CodeUnknownSite, "site", "there is no site %q", clipped(at.site))
	case quantity == nil:
		return stock.Errorf(stock.Invalid, stock.CodeRequired, "quantity", "the row says no quantity")
	}
	c.sites[at.site] = true
	both, there := c.spots[at]
	if !there && len(c.spots) >= maxCompared {
		return stock.Errorf(stock.TooLarge, stock.CodeTooMany, "", "the list names more than %d products, places and lots: compare it site by site", maxCompared)
	}
	sum, fits := both.theirs.Add(*quantity)
	if !fits {
		return stock.Errorf(stock.Invalid, stock.CodeInvalidQuantity, "quantity", "the sum would pass the largest quantity that can be kept")
	}
	both.theirs = sum
	c.spots[at] = both
	return nil
}

// comparePage is how many balances are read at once.
const comparePage = 10_000

// ours adds up what the ledger has at the sites of the list.
func (c *comparison) ours(ctx context.Context) error {
	for after := [3]int64{}; ; {
		rows, err := c.past.Stock(ctx, store.StockFilter{After: after, Limit: comparePage})
		if err != nil {
			return err
		}
		n := store.NewNames()
		for _, r := range rows {
			n.WantProducts(r.Slot.Product)
			n.WantLots(r.Slot.Lot)
			n.WantPlaces(r.Slot.Place)
		}
		if err := c.past.LoadNames(ctx, n); err != nil {
			return err
		}
		for _, r := range rows {
			place := n.Places[r.Slot.Place]
			at := spot{product: n.Products[r.Slot.Product].SKU, site: n.Sites[place.Site].Code}
			if !place.Real() || !c.sites[at.site] {
				continue
			}
			if c.byPlace {
				at.location = place.Code
			}
			if c.byLot {
				at.lot = lotCode(n, r.Slot.Lot)
			}
			both := c.spots[at]
			both.ours += r.Balance.Quantity
			c.spots[at] = both
		}
		if len(rows) < comparePage {
			return nil
		}
		last := rows[len(rows)-1].Slot
		after = [3]int64{last.Product, last.Lot, last.Place}
	}
}

// tell lists the differences in order.
func (c *comparison) tell() {
	for code, named := range c.sites {
		if named {
			c.out.Sites = append(c.out.Sites, code)
		}
	}
	slices.Sort(c.out.Sites)
	for at, both := range c.spots {
		if both.ours == both.theirs {
			if both.ours != 0 {
				c.out.Equal++
			}
			continue
		}
		c.out.Items = append(c.out.Items, Difference{at.product, at.site, at.location, at.lot, both.ours, both.theirs, both.theirs - both.ours})
	}
	c.out.Differ = len(c.out.Items)
	slices.SortFunc(c.out.Items, func(a, b Difference) int {
		return cmp.Or(cmp.Compare(a.Site, b.Site), cmp.Compare(a.Product, b.Product), cmp.Compare(a.Location, b.Location), cmp.Compare(a.Lot, b.Lot))
	})
}
