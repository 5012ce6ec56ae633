package app

import (
	"context"
	"strconv"
	"time"

	"clew/internal/stock"
	"clew/internal/store"
)

func itoa(n int) string { return strconv.Itoa(n) }

// Lot is a lot as it stands.
type Lot struct {
	Product string `json:"product"`
	Lot     string `json:"lot"`
	stock.Dates
	Source         string        `json:"source,omitempty" doc:"The partner it first came from."`
	SupplierLots   []SupplierLot `json:"supplier_lots,omitempty"`
	FormerLots     []string      `json:"former_lots,omitempty" doc:"Codes that the lot had before they were found wrong."`
	Fields         stock.Values  `json:"fields,omitempty" doc:"Values of its extra fields."`
	FirstIn        stock.Time    `json:"first_in"`
	Birth          int64         `json:"birth" doc:"The entry that brought it into the ledger."`
	OnHold         bool          `json:"on_hold,omitempty" doc:"A hold on the lot is active, everywhere or at a place."`
	HistoryUnknown bool          `json:"history_unknown,omitempty"`
	UnknownBefore  stock.Date    `json:"unknown_before,omitempty" doc:"Of a lot of unknown history: the business date on which it came into the ledger."`
	Past           bool          `json:"past,omitempty" doc:"Its governing date has passed, by the date in UTC."`
	id             int64
}

// SupplierLot is a partner's code of a lot.
type SupplierLot struct {
	Partner string `json:"partner"`
	Lot     string `json:"lot"`
}

// ID is the lot's own number, by which lists page.
func (l Lot) ID() int64 { return l.id }

// LotQuery chooses lots; what is left empty does not limit.
type LotQuery struct {
	AsAt
	Product, Lot, Like string
	Field, Value       string // of an extra field of lots
	Expires            stock.Date
	After              int64
	Limit              int
}

// Lots lists lots in the order they were born.
func (a *App) Lots(ctx context.Context, q LotQuery) ([]Lot, error) {
	lots, _, err := a.LotsOf(ctx, q)
	return lots, err
}

// LotsOf lists lots in the order they were born, and says of which moment they are told.
func (a *App) LotsOf(ctx context.Context, q LotQuery) ([]Lot, Of, error) {
	past, of, err := a.view(ctx, q.AsAt, time.UTC)
	if err != nil {
		return nil, of, err
	}
	f := store.LotFilter{Code: q.Lot, Like: q.Like, After: q.After, Expires: q.Expires, Limit: q.Limit}
	if q.Product != "" {
		p, err := a.Store.Product(ctx, q.Product)
		if err != nil {
			return nil, of, err
		}
		f.Product = p.ID
	}
	if f.Field, f.Value, err = a.fieldValue(ctx, q.Field, q.Value, stock.OnLot); err != nil {
		return nil, of, err
	}
	rows, err := past.Lots(ctx, f)
	if err != nil {
		return nil, of, err
	}
	out, err := a.viewLots(ctx, past, of, rows)
	return out, of, err
}

func (a *App) viewLots(ctx context.Context, past *store.View, of Of, rows []*stock.Lot) ([]Lot, error) {
	n := store.NewNames()
	for _, l := range rows {
		n.WantProducts(l.Product)
		n.WantPartners(l.Source)
	}
	aliases, err := past.AliasesOf(ctx, views(rows, func(l *stock.Lot) int64 { return l.ID }))
	if err != nil {
		return nil, err
	}
	byLot := map[int64][]stock.Alias{}
	for _, alias := range aliases {
		n.WantPartners(alias.Partner)
		byLot[alias.Lot] = append(byLot[alias.Lot], alias)
	}
	if err := a.Store.LoadNames(ctx, n); err != nil {
		return nil, err
	}
	known, err := a.unknownBefore(ctx, rows)
	if err != nil {
		return nil, err
	}
	fields, err := past.Details(ctx, stock.OnLot, views(rows, func(l *stock.Lot) int64 { return l.ID }))
	if err != nil {
		return nil, err
	}
	held, err := past.LotsHeld(ctx, views(rows, func(l *stock.Lot) int64 { return l.ID }))
	if err != nil {
		return nil, err
	}
	day := of.day(a)
	return views(rows, func(l *stock.Lot) Lot {
		out := Lot{Product: n.Products[l.Product].SKU, Lot: l.Code, Dates: l.Dates, Source: partnerCode(n, l.Source), Fields: fields[l.ID], FirstIn: l.FirstIn, Birth: l.Birth,
			HistoryUnknown: l.HistoryUnknown, UnknownBefore: known[l.ID], Past: l.Dates.Past(day), OnHold: held[l.ID], id: l.ID}
		out.FormerLots = formerLots(l, byLot[l.ID])
		for _, alias := range byLot[l.ID] {
			if alias.Partner == 0 {
				continue
			}
			out.SupplierLots = append(out.SupplierLots, SupplierLot{partnerCode(n, alias.Partner), alias.Code})
		}
		return out
	}), nil
}

func partnerCode(n *store.Names, id int64) string {
	if p := n.Partners[id]; p != nil {
		return p.Code
	}
	return ""
}

// today is the date by the ledger's clock, in UTC.
func (a *App) today() stock.Date { return stock.DateOf(a.Store.Now(), time.UTC) }

// lot finds a lot of a product by our code, else by a partner's that means one lot only.
func (a *App) lot(ctx context.Context, p *stock.Product, code string) (*stock.Lot, error) {
	rows, err := a.Store.LotsNamed(ctx, p.ID, code)
	switch {
	case err != nil:
		return nil, err
	case len(rows) == 0:
		return nil, stock.Errorf(stock.NotFound, stock.CodeUnknownLot, "lot", "product %s has no lot %q", p.SKU, code)
	case len(rows) > 1 && rows[0].Code != code:
		return nil, stock.Errorf(stock.Conflict, stock.CodeLotAmbiguous, "lot", "%s is a partner's code of several lots: name ours", code)
	}
	return rows[0], nil
}

// goodsNamed finds the ids of a product and of one of its lots, 0 for what is not named. A lot without its product is refused,
// since the code may be that of several.
func (a *App) goodsNamed(ctx context.Context, product, lot string) (productID, lotID int64, err error) {
	if product == "" {
		if lot != "" {
			return 0, 0, stock.Errorf(stock.Invalid, stock.CodeRequired, "product", "name the product of the lot")
		}
		return 0, 0, nil
	}
	p, err := a.Store.Product(ctx, product)
	if err != nil {
		return 0, 0, err
	}
	if lot == "" {
		return p.ID, 0, nil
	}
	l, err := a.lot(ctx, p, lot)
	if err != nil {
		return 0, 0, err
	}
	return p.ID, l.ID, nil
}

func (a *App) unit(ctx context.Context, p *stock.Product, serial string) (*stock.Unit, error) {
	rows, err := a.Store.Units(ctx, store.UnitFilter{Product: p.ID, Serial: serial, Limit: 2})
	switch {
	case err != nil:
		return nil, err
	case len(rows) == 0:
		return nil, stock.Errorf(stock.NotFound, stock.CodeUnknownUnit, "serial", "product %s has no unit %q", p.SKU, serial)
	}
	for _, u := range rows[1:] {
		if u.Serial == serial {
			return u, nil // rightly called so; the other was, until it was corrected
		}
		if rows[0].Serial != serial {
			return nil, stock.Errorf(stock.Conflict, stock.CodeUnitAmbiguous, "serial", "units %s and %s were both called %s until they were corrected", rows[0].Serial, u.Serial, serial)
		}
	}
	return rows[0], nil
}

// Unit is one serialised instance as it stands.
type Unit struct {
	Product        string `json:"product"`
	Serial         string `json:"serial"`
	Lot            string `json:"lot,omitempty"`
	Place          string `json:"place"`
	OnHold         bool   `json:"on_hold,omitempty"`
	HistoryUnknown bool   `json:"history_unknown,omitempty"`
	id             int64
}

// ID is the unit's own number, by which lists page.
func (u Unit) ID() int64 { return u.id }

// UnitQuery chooses units; what is left empty does not limit.
type UnitQuery struct {
	AsAt
	Product, Lot, Serial, Site, Location string
	After                                int64
	Limit                                int
}

// Units lists units in the order they were born. A product, a serial or a location must be named.
func (a *App) Units(ctx context.Context, q UnitQuery) ([]Unit, error) {
	units, _, err := a.UnitsOf(ctx, q)
	return units, err
}

// UnitsOf lists units in the order they were born, and says of which moment they are told.
func (a *App) UnitsOf(ctx context.Context, q UnitQuery) ([]Unit, Of, error) {
	f := store.UnitFilter{Serial: q.Serial, After: q.After, Limit: q.Limit}
	if q.Product == "" && q.Serial == "" && q.Location == "" {
		return nil, Of{}, stock.Errorf(stock.Invalid, stock.CodeRequired, "product", "name a product, a serial number or a location")
	}
	zone := time.UTC
	var err error
	if f.Product, f.Lot, err = a.goodsNamed(ctx, q.Product, q.Lot); err != nil {
		return nil, Of{}, err
	}
	if q.Location != "" {
		place, err := a.location(ctx, q.Site, q.Location)
		if err != nil {
			return nil, Of{}, err
		}
		f.Place = place.ID
	}
	if q.Site != "" {
		site, err := a.Store.Site(ctx, q.Site)
		if err != nil {
			return nil, Of{}, err
		}
		zone = site.Zone()
	}
	past, of, err := a.view(ctx, q.AsAt, zone)
	if err != nil {
		return nil, Of{}, err
	}
	rows, err := past.Units(ctx, f)
	if err != nil {
		return nil, Of{}, err
	}
	out, err := a.viewUnits(ctx, past, rows)
	return out, of, err
}

func (a *App) location(ctx context.Context, site, code string) (*stock.Place, error) {
	v, err := a.Store.Site(ctx, site)
	if err != nil {
		return nil, err
	}
	return a.Store.Location(ctx, v.ID, code)
}

func (a *App) viewUnits(ctx context.Context, past *store.View, rows []*stock.Unit) ([]Unit, error) {
	n := store.NewNames()
	for _, u := range rows {
		n.WantProducts(u.Product)
		n.WantLots(u.Lot)
		n.WantPlaces(u.Place)
	}
	err := past.LoadNames(ctx, n)
	return views(rows, func(u *stock.Unit) Unit {
		return Unit{Product: n.Products[u.Product].SKU, Serial: u.Serial, Lot: lotCode(n, u.Lot), Place: n.PlaceRef(u.Place), OnHold: u.Holds > 0,
			HistoryUnknown: u.HistoryUnknown, id: u.ID}
	}), err
}

// StockRow is how much of a product and lot is at a place.
type StockRow struct {
	Product   string         `json:"product"`
	Lot       string         `json:"lot,omitempty"`
	Place     string         `json:"place"`
	Quantity  stock.Quantity `json:"quantity"`
	UoM       string         `json:"uom"`
	Second    stock.Quantity `json:"second_quantity,omitempty"`
	Governing stock.Date     `json:"governing_date,omitempty"`
	Cautious  bool           `json:"cautious,omitempty" doc:"The date was not read from the goods: it is the earliest that it can be."`
	key       [3]int64
}

// Key is the row's product, lot and place, by which lists page.
func (r StockRow) Key() [3]int64 { return r.key }

// StockQuery chooses balances; what is left empty does not limit.
type StockQuery struct {
	AsAt
	Product, Lot, Site, Location string
	Expires                      stock.Date
	Virtual                      bool
	After                        [3]int64
	Limit                        int
}

// Stock lists balances by product, lot and place.
func (a *App) Stock(ctx context.Context, q StockQuery) ([]StockRow, error) {
	rows, _, err := a.StockOf(ctx, q)
	return rows, err
}

// StockOf lists balances by product, lot and place, and says of which moment they are.
func (a *App) StockOf(ctx context.Context, q StockQuery) ([]StockRow, Of, error) {
	f := store.StockFilter{Expires: q.Expires, Virtual: q.Virtual, After: q.After, Limit: q.Limit}
	var err error
	zone := time.UTC
	if f.Product, f.Lot, err = a.goodsNamed(ctx, q.Product, q.Lot); err != nil {
		return nil, Of{}, err
	}
	if q.Site != "" {
		v, err := a.Store.Site(ctx, q.Site)
		if err != nil {
			return nil, Of{}, err
		}
		f.Site, zone = v.ID, v.Zone()
	}
	if q.Location != "" {
		place, err := a.location(ctx, q.Site, q.Location)
		if err != nil {
			return nil, Of{}, err
		}
		f.Place = place.ID
	}
	past, of, err := a.view(ctx, q.AsAt, zone)
	if err != nil {
		return nil, Of{}, err
	}
	if of.AsKnown != 0 && f.Expires != 0 {
		return nil, Of{}, stock.Errorf(stock.Invalid, stock.CodeUnsupported, "expires_before", "dates may have been known otherwise then: leave it out, and read the governing dates in the answer")
	}
	rows, err := past.Stock(ctx, f)
	if err != nil {
		return nil, Of{}, err
	}
	out, err := a.viewStock(ctx, past, rows)
	return out, of, err
}

// governing is the governing date of a lot, if there is one.
func governing(lot *stock.Lot) stock.Date {
	if lot == nil {
		return 0
	}
	return lot.Dates.Governing()
}

func (a *App) viewStock(ctx context.Context, past *store.View, rows []store.StockRow) ([]StockRow, error) {
	n := store.NewNames()
	for _, r := range rows {
		n.WantProducts(r.Slot.Product)
		n.WantLots(r.Slot.Lot)
		n.WantPlaces(r.Slot.Place)
	}
	err := past.LoadNames(ctx, n)
	return views(rows, func(r store.StockRow) StockRow {
		p := n.Products[r.Slot.Product]
		lot := n.Lots[r.Slot.Lot]
		return StockRow{Cautious: lot != nil && lot.Dates.Cautious, Product: p.SKU, Lot: lotCode(n, r.Slot.Lot), Place: n.PlaceRef(r.Slot.Place), Quantity: r.Balance.Quantity, UoM: p.UoM,
			Second: r.Balance.Second, Governing: governing(lot), key: [3]int64{r.Slot.Product, r.Slot.Lot, r.Slot.Place}}
	}), err
}
