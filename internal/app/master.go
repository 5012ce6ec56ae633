package app

import (
	"context"

	"clew/internal/stock"
	"clew/internal/store"
)

// Product is a product as it stands.
type Product struct {
	SKU       string            `json:"sku"`
	GTIN      string            `json:"gtin,omitempty"`
	Name      string            `json:"name"`
	Tracking  string            `json:"tracking"`
	UoM       string            `json:"uom"`
	Decimals  int               `json:"decimals"`
	Strategy  string            `json:"strategy" doc:"The consumption rule that applies."`
	Tolerance int               `json:"tolerance_days,omitempty"`
	Requires  []string          `json:"requires"`
	Past      string            `json:"past_date"`
	ShelfLife int               `json:"shelf_life_days,omitempty"`
	WarnDays  int               `json:"warn_days,omitempty"`
	UnitCost  string            `json:"unit_cost,omitempty"`
	Tags      []string          `json:"tags"`
	HoldWhen  []string          `json:"hold_on"`
	Group     string            `json:"group,omitempty" doc:"The product group whose rules hold for it too."`
	Packaging []stock.Packaging `json:"packaging,omitempty"`
	Active    bool              `json:"active"`
	Class     string            `json:"class,omitempty" doc:"How much it counts among the products, as somebody decided: A, B or C."`
	Entry     int64             `json:"entry,omitempty" doc:"The entry that last changed it."`

	LotFormat    string `json:"lot_format,omitempty" doc:"The format of its lot codes."`
	SerialFormat string `json:"serial_format,omitempty" doc:"The format of its serial numbers."`

	Fields stock.Values `json:"fields,omitempty" doc:"Values of its extra fields."`
}

func viewProduct(p *stock.Product, n *store.Names) Product {
	return Product{SKU: p.SKU, GTIN: p.GTIN, Name: p.Name, Tracking: p.Tracking.String(), UoM: p.UoM, Decimals: p.Decimals, Strategy: p.Rule().String(),
		Tolerance: p.Tolerance, Requires: p.Requires.Names(), Past: p.Past.String(), ShelfLife: p.ShelfLife, WarnDays: p.WarnDays, UnitCost: p.UnitCost,
		Tags: append([]string{}, p.Tags...), HoldWhen: p.HoldWhen.Names(), Group: groupCode(n, p.Group), Packaging: p.Packaging,
		LotFormat: formatCode(n, p.LotFormat), SerialFormat: formatCode(n, p.SerialFormat), Active: p.Active, Class: p.Class.String(), Entry: p.Entry}
}

// Site is a branch as it stands.
type Site struct {
	Code     string `json:"code"`
	Name     string `json:"name"`
	TimeZone string `json:"time_zone"`
	GLN      string `json:"gln,omitempty"`
	Private  bool   `json:"private"`
	Contact  string `json:"contact,omitempty"`
	Active   bool   `json:"active"`
	Entry    int64  `json:"entry,omitempty"`
}

func viewSite(v *stock.Site) Site {
	return Site{Code: v.Code, Name: v.Name, TimeZone: v.TimeZone, GLN: v.GLN, Private: v.Private, Contact: v.Contact, Active: v.Active, Entry: v.Entry}
}

// Location is a location of a site as it stands.
type Location struct {
	Site     string `json:"site"`
	Code     string `json:"code"`
	Parent   string `json:"parent,omitempty"`
	Name     string `json:"name"`
	GLN      string `json:"gln,omitempty"`
	Blocking bool   `json:"blocking"`
	Mixed    bool   `json:"mixed"`
	Zone     bool   `json:"zone"`
	Active   bool   `json:"active"`
	Entry    int64  `json:"entry,omitempty"`
}

func viewLocation(p *stock.Place, n *store.Names) Location {
	out := Location{Code: p.Code, Name: p.Name, GLN: p.GLN, Blocking: p.Blocking, Mixed: p.Mixed, Zone: p.Zone, Active: p.Active, Entry: p.Entry}
	if v := n.Sites[p.Site]; v != nil {
		out.Site = v.Code
	}
	if up := n.Places[p.Parent]; up != nil {
		out.Parent = up.Code
	}
	return out
}

// Address is a ship-to address of a partner.
type Address struct {
	Code string `json:"code"`
	Name string `json:"name,omitempty"`
	GLN  string `json:"gln,omitempty"`
}

// Partner is a partner as it stands.
type Partner struct {
	Code      string          `json:"code"`
	Name      string          `json:"name"`
	GLN       string          `json:"gln,omitempty"`
	Roles     []string        `json:"roles"`
	HoldWhen  []string        `json:"hold_on"`
	Addresses []Address       `json:"addresses"`
	Contacts  []stock.Contact `json:"contacts,omitempty"`
	Licences  []stock.Licence `json:"licences,omitempty"`
	Active    bool            `json:"active"`
	Fields    stock.Values    `json:"fields,omitempty" doc:"Values of its extra fields."`
	Entry     int64           `json:"entry,omitempty"`
}

func viewPartner(p *stock.Partner, places []*stock.Place) Partner {
	out := Partner{Code: p.Code, Name: p.Name, GLN: p.GLN, Roles: p.Roles.Names(), HoldWhen: p.HoldWhen.Names(), Addresses: []Address{}, Contacts: p.Contacts, Licences: p.Licences, Active: p.Active, Entry: p.Entry}
	for _, a := range places {
		if a.Partner == p.ID && a.Code != "" {
			out.Addresses = append(out.Addresses, Address{a.Code, a.Name, a.GLN})
		}
	}
	return out
}

// Products lists products by SKU.
func (a *App) Products(ctx context.Context, page store.Page) ([]Product, error) {
	rows, err := a.Store.Products(ctx, page)
	if err != nil {
		return nil, err
	}
	return a.viewProducts(ctx, rows)
}

// Product shows one product, by SKU or GTIN.
func (a *App) Product(ctx context.Context, name string) (Product, error) {
	p, err := a.Store.Product(ctx, name)
	if err != nil {
		return Product{}, err
	}
	rows, err := a.viewProducts(ctx, []*stock.Product{p})
	if err != nil {
		return Product{}, err
	}
	return rows[0], nil
}

// Sites lists sites by code.
func (a *App) Sites(ctx context.Context, page store.Page) ([]Site, error) {
	rows, err := a.Store.Sites(ctx, page)
	return views(rows, viewSite), err
}

// Site shows one site.
func (a *App) Site(ctx context.Context, code string) (Site, error) {
	v, err := a.Store.Site(ctx, code)
	if err != nil {
		return Site{}, err
	}
	return viewSite(v), nil
}

// Locations lists the locations of a site by code.
func (a *App) Locations(ctx context.Context, site string, page store.Page) ([]Location, error) {
	v, err := a.Store.Site(ctx, site)
	if err != nil {
		return nil, err
	}
	rows, err := a.Store.Locations(ctx, v.ID, page)
	if err != nil {
		return nil, err
	}
	return a.viewLocations(ctx, rows)
}

// Location shows one location of a site.
func (a *App) Location(ctx context.Context, site, code string) (Location, error) {
	v, err := a.Store.Site(ctx, site)
	if err != nil {
		return Location{}, err
	}
	p, err := a.Store.Location(ctx, v.ID, code)
	if err != nil {
		return Location{}, err
	}
	rows, err := a.viewLocations(ctx, []*stock.Place{p})
	if err != nil {
		return Location{}, err
	}
	return rows[0], nil
}

func (a *App) viewLocations(ctx context.Context, rows []*stock.Place) ([]Location, error) {
	n := store.NewNames()
	for _, p := range rows {
		n.WantSites(p.Site)
		n.WantPlaces(p.Parent)
	}
	err := a.Store.LoadNames(ctx, n)
	return views(rows, func(p *stock.Place) Location { return viewLocation(p, n) }), err
}

// Partners lists partners by code.
func (a *App) Partners(ctx context.Context, page store.Page) ([]Partner, error) {
	rows, err := a.Store.Partners(ctx, page)
	if err != nil {
		return nil, err
	}
	return a.viewPartners(ctx, rows)
}

// Partner shows one partner with its addresses.
func (a *App) Partner(ctx context.Context, code string) (Partner, error) {
	p, err := a.Store.Partner(ctx, code)
	if err != nil {
		return Partner{}, err
	}
	rows, err := a.viewPartners(ctx, []*stock.Partner{p})
	if err != nil {
		return Partner{}, err
	}
	return rows[0], nil
}

func (a *App) viewPartners(ctx context.Context, rows []*stock.Partner) ([]Partner, error) {
	ids := views(rows, func(p *stock.Partner) int64 { return p.ID })
	places, err := a.Store.Addresses(ctx, ids)
	byPartner := map[int64][]*stock.Place{}
	for _, p := range places {
		byPartner[p.Partner] = append(byPartner[p.Partner], p)
	}
	if err != nil {
		return nil, err
	}
	fields, err := a.Store.DetailsOf(ctx, stock.OnPartner, ids)
	return views(rows, func(p *stock.Partner) Partner {
		out := viewPartner(p, byPartner[p.ID])
		out.Fields = fields[p.ID]
		return out
	}), err
}

// views turns rows into what is shown of them; never nil, so that an empty list reads [].
func views[T, V any](rows []T, view func(T) V) []V {
	out := make([]V, len(rows))
	for i, row := range rows {
		out[i] = view(row)
	}
	return out
}
