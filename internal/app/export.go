package app

import (
	"context"
	"io"
	"slices"
	"strings"
	"time"

	"clew/internal/stock"
	"clew/internal/store"
)

// ExportKinds are the kinds of files that Export writes.
var ExportKinds = []string{"product-groups", "products", "sites", "locations", "partners", "movements", "stock"}

// Export says what is to be written; what is left empty does not limit.
type Export struct {
	AsAt                 // of stock
	Kind          string // one of ExportKinds
	Format        string // one of FileFormats; csv when empty
	Site, Product string // of locations, movements and stock
	From, To      string // of movements: days or times; a day is of the site's calendar, without a site of UTC's, and To's is included
}

// Export writes a file with the columns that Import reads, and more that begin with x- and are for people. Stock is written
// as opening stock. Movements are written up to the newest entry of the moment; holds, releases in place, cleanings,
// exceptions and what was resolved are no movements and not among them.
func (a *App) Export(ctx context.Context, o Export, w io.Writer) error {
	if o.Format != "" && !slices.Contains(FileFormats, o.Format) {
		return stock.Errorf(stock.Invalid, stock.CodeInvalidValue, "format", "%q is none of %s", clipped(o.Format), strings.Join(FileFormats, ", "))
	}
	x := &exporter{app: a, ctx: ctx, o: o, out: newRowWriter(w, o.Format)}
	if err := x.limits(); err != nil {
		return err
	}
	var err error
	switch o.Kind {
	case "products":
		err = x.products()
	case "product-groups":
		err = x.productGroups()
	case "sites":
		err = x.sites()
	case "locations":
		err = x.locations()
	case "partners":
		err = x.partners()
	case "movements":
		err = x.movements()
	case "stock":
		err = x.stock()
	default:
		return stock.Errorf(stock.Invalid, stock.CodeInvalidValue, "kind", "%q is none of %s", clipped(o.Kind), strings.Join(ExportKinds, ", "))
	}
	if err != nil {
		return err
	}
	return x.out.close()
}

// exporter writes one file.
type exporter struct {
	app *App
	ctx context.Context
	o   Export

	columns []column
	out     rowWriter
	site    *stock.Site
	goods   *stock.Product
	from    stock.Time
	to      stock.Time // not included
	past    *store.View
	of      Of
	serials map[int64]map[[2]int64]*serialText // of units as they were, by place, product and lot
}

// limits finds what the export is limited to, and refuses limits that the kind does not know.
func (x *exporter) limits() (err error) {
	o := x.o
	switch {
	case o.Site != "" && !slices.Contains([]string{"locations", "movements", "stock"}, o.Kind):
		return stock.Errorf(stock.Invalid, stock.CodeUnsupported, "site", "%s are of all sites", o.Kind)
	case o.Product != "" && !slices.Contains([]string{"movements", "stock"}, o.Kind):
		return stock.Errorf(stock.Invalid, stock.CodeUnsupported, "product", "%s are not of one product", o.Kind)
	case (o.From != "" || o.To != "") && o.Kind != "movements":
		return stock.Errorf(stock.Invalid, stock.CodeUnsupported, "from", "only movements have a time")
	case o.AsAt != (AsAt{}) && o.Kind != "stock":
		return stock.Errorf(stock.Invalid, stock.CodeUnsupported, o.AsAt.field(), "only stock is written as at another moment")
	}
	if x.past, x.of, err = x.app.viewOf(x.ctx, o.AsAt, o.Site); err != nil {
		return err
	}
	if o.Site != "" {
		if x.site, err = x.app.Store.Site(x.ctx, o.Site); err != nil {
			return err
		}
	}
	if o.Product != "" {
		if x.goods, err = x.app.Store.Product(x.ctx, o.Product); err != nil {
			return err
		}
	}
	if x.from, err = x.limit("from", o.From); err == nil {
		x.to, err = x.limit("to", o.To)
	}
	return err
}

// limit reads a day or a time.
func (x *exporter) limit(field, text string) (stock.Time, error) {
	if text == "" {
		return 0, nil
	}
	zone := time.UTC
	if x.site != nil {
		zone = x.site.Zone()
	}
	if day, err := stock.ParseDate(text); err == nil && field == "to" {
		return startOfDay(day.AddDays(1), zone), nil
	}
	t, err := readTime(text, zone)
	if fault, ok := stock.AsError(err); ok {
		return 0, fault.At(field)
	}
	return t, err
}

// begin writes the header; extra are columns for people, without their x-.
func (x *exporter) begin(t *table, extra ...string) error {
	for _, c := range t.columns {
		if c.name != "capture" { // an export is captured anew when it is imported
			x.columns = append(x.columns, c)
		}
	}
	for _, name := range extra {
		x.columns = append(x.columns, column{name: ignoredMark + name})
	}
	return x.out.begin(x.o.Kind, x.columns)
}

// beginKind is as begin, with the columns of extra fields.
func (x *exporter) beginKind(kind string, extra ...string) error {
	t, err := x.app.tableOf(x.ctx, kind)
	if err != nil {
		return err
	}
	return x.begin(t, extra...)
}

// cells are a row by the names of its columns.
type cells map[string]string

// row writes a row.
func (x *exporter) row(row cells) error {
	list := make([]string, len(x.columns))
	for i, c := range x.columns {
		list[i] = row[c.name]
	}
	return x.out.row(list)
}

func yes(v bool) string {
	if v {
		return "yes"
	}
	return "no"
}

// yesOnly leaves no empty: most cells of such a column are.
func yesOnly(v bool) string {
	if v {
		return "yes"
	}
	return ""
}

func (x *exporter) products() error {
	if err := x.beginKind("products", "entry"); err != nil {
		return err
	}
	var n *store.Names
	var fields map[int64]stock.Values
	var barcodes map[int64]string
	return eachPage(func(after string) ([]*stock.Product, error) {
		page, err := x.app.Store.Products(x.ctx, store.Page{After: after, Limit: exportPage})
		if err == nil {
			n, err = x.app.groupNames(x.ctx, page)
		}
		if err == nil {
			fields, err = x.app.Store.DetailsOf(x.ctx, stock.OnProduct, views(page, func(p *stock.Product) int64 { return p.ID }))
		}
		if err == nil {
			barcodes, err = x.barcodesOf(page)
		}
		return page, err
	}, func(p *stock.Product) (string, error) {
		row := cells{"sku": p.SKU, "gtin": p.GTIN, "name": p.Name, "tracking": p.Tracking.String(), "uom": p.UoM, "decimals": itoa(p.Decimals),
			"strategy": p.Strategy.String(), "tolerance_days": itoa(p.Tolerance), "requires": joinList(p.Requires.Names()), "past_date": p.Past.String(),
			"shelf_life_days": itoa(p.ShelfLife), "warn_days": itoa(p.WarnDays), "unit_cost": p.UnitCost, "tags": joinList(p.Tags),
			"hold_on": joinList(p.HoldWhen.Names()), "group": groupCode(n, p.Group), "packaging": stock.FormatPackaging(p.Packaging), "barcodes": barcodes[p.ID],
			"lot_format": formatCode(n, p.LotFormat), "serial_format": formatCode(n, p.SerialFormat), "class": p.Class.String(), "active": yes(p.Active), "x-entry": itoa(int(p.Entry))}
		row.fields(fields[p.ID])
		return p.SKU, x.row(row)
	})
}

func (x *exporter) sites() error {
	if err := x.begin(tables["sites"], "entry"); err != nil {
		return err
	}
	return x.eachSite(func(v *stock.Site) error {
		return x.row(cells{"code": v.Code, "name": v.Name, "time_zone": v.TimeZone, "gln": v.GLN, "private": yes(v.Private), "contact": v.Contact, "active": yes(v.Active),
			"x-entry": itoa(int(v.Entry))})
	})
}

func (x *exporter) eachSite(each func(*stock.Site) error) error {
	return eachPage(func(after string) ([]*stock.Site, error) {
		return x.app.Store.Sites(x.ctx, store.Page{After: after, Limit: exportPage})
	}, func(v *stock.Site) (string, error) { return v.Code, each(v) })
}

// locations writes each site's, those that others lie in first.
func (x *exporter) locations() error {
	if err := x.begin(tables["locations"], "entry"); err != nil {
		return err
	}
	return x.eachSite(func(v *stock.Site) error {
		if x.site != nil && x.site.ID != v.ID {
			return nil
		}
		below := map[int64][]*stock.Place{}
		err := eachPage(func(after string) ([]*stock.Place, error) {
			return x.app.Store.Locations(x.ctx, v.ID, store.Page{After: after, Limit: exportPage})
		}, func(p *stock.Place) (string, error) {
			below[p.Parent] = append(below[p.Parent], p)
			return p.Code, nil
		})
		if err != nil {
			return err
		}
		return x.tree(v, &stock.Place{}, below)
	})
}

func (x *exporter) tree(v *stock.Site, up *stock.Place, below map[int64][]*stock.Place) error {
	for _, p := range below[up.ID] {
		err := x.row(cells{"site": v.Code, "code": p.Code, "parent": up.Code, "name": p.Name, "gln": p.GLN, "blocking": yes(p.Blocking), "mixed": yes(p.Mixed),
			"zone": yes(p.Zone), "active": yes(p.Active), "x-entry": itoa(int(p.Entry))})
		if err != nil {
			return err
		}
		if err := x.tree(v, p, below); err != nil {
			return err
		}
	}
	return nil
}

// partners writes a row for each partner with its main address, and one for each other address.
func (x *exporter) partners() error {
	if err := x.beginKind("partners", "entry"); err != nil {
		return err
	}
	for after := ""; ; {
		page, err := x.app.Store.Partners(x.ctx, store.Page{After: after, Limit: exportPage})
		if err != nil {
			return err
		}
		ids := views(page, func(p *stock.Partner) int64 { return p.ID })
		places, err := x.app.Store.Addresses(x.ctx, ids)
		if err != nil {
			return err
		}
		byPartner := map[int64][]*stock.Place{}
		for _, p := range places {
			byPartner[p.Partner] = append(byPartner[p.Partner], p)
		}
		fields, err := x.app.Store.DetailsOf(x.ctx, stock.OnPartner, ids)
		if err != nil {
			return err
		}
		for _, p := range page {
			if err := x.partner(p, byPartner[p.ID], fields[p.ID]); err != nil {
				return err
			}
			after = p.Code
		}
		if len(page) < exportPage {
			return nil
		}
	}
}

func (x *exporter) partner(p *stock.Partner, places []*stock.Place, fields stock.Values) error {
	row := cells{"code": p.Code, "name": p.Name, "gln": p.GLN, "roles": joinList(p.Roles.Names()), "hold_on": joinList(p.HoldWhen.Names()), "active": yes(p.Active),
		"contacts": stock.ListText(p.Contacts), "licences": stock.ListText(p.Licences), "x-entry": itoa(int(p.Entry))}
	row.fields(fields)
	var others []*stock.Place
	for _, a := range places {
		if a.Code == "" {
			row["address_name"], row["address_gln"] = a.Name, a.GLN
		} else {
			others = append(others, a)
		}
	}
	if err := x.row(row); err != nil {
		return err
	}
	for _, a := range others {
		if err := x.row(cells{"code": p.Code, "address": a.Code, "address_name": a.Name, "address_gln": a.GLN, "x-entry": itoa(int(a.Entry))}); err != nil {
			return err
		}
	}
	return nil
}

const exportPage = 500

// eachPage walks a list to its end by the key of what was seen last.
func eachPage[T any](read func(after string) ([]T, error), each func(T) (key string, err error)) error {
	for after := ""; ; {
		page, err := read(after)
		if err != nil {
			return err
		}
		for _, item := range page {
			if after, err = each(item); err != nil {
				return err
			}
		}
		if len(page) < exportPage {
			return nil
		}
	}
}
