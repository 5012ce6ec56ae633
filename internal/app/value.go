package app

import (
	"cmp"
	"context"
	"slices"
	"time"

	"clew/internal/stock"
	"clew/internal/store"
)

// ValueQuery asks what stock was worth at the end of a month or of a day; Site limits it to one.
type ValueQuery struct{ Month, Date, Known, Site string }

// ValueRow is what a site had of a product. Without a cost it has no value, and is marked.
type ValueRow struct {
	Site     string         `json:"site"`
	Product  string         `json:"product"`
	Name     string         `json:"name,omitempty"`
	Quantity stock.Quantity `json:"quantity"`
	UoM      string         `json:"uom"`
	UnitCost stock.Quantity `json:"unit_cost,omitempty" doc:"As it stood then."`
	Value    string         `json:"value,omitempty" doc:"Exact decimal; absent where the product had no cost."`
	NoCost   bool           `json:"no_cost,omitempty"`
}

// SiteValue is what the goods of a site with a cost were worth, and how many products had none.
type SiteValue struct {
	Site   string     `json:"site"`
	AsAt   stock.Time `json:"as_at"`
	Value  string     `json:"value"`
	NoCost int        `json:"no_cost" doc:"Products on hand without a cost, which are not in the value."`
	Closed stock.Date `json:"closed_until,omitempty" doc:"The day up to which the books of the site are closed."`
	Late   int64      `json:"late_entries,omitempty" doc:"Entries that took effect by then and were recorded when the books of their day were closed: each of them changed this value afterwards."`
}

// Value is stock by site and product, times what it cost.
type Value struct {
	Sites []SiteValue
	Rows  []ValueRow
}

// Value works out what was on hand at each site at the end of the day there, times what it cost then.
func (a *App) Value(ctx context.Context, q ValueQuery) (*Value, error) {
	day, field, err := q.day()
	if err != nil {
		return nil, err
	}
	sites, err := a.sitesNamed(ctx, q.Site)
	if err != nil {
		return nil, err
	}
	out := &Value{Sites: []SiteValue{}, Rows: []ValueRow{}}
	for _, site := range sites {
		when, err := a.when(ctx, AsAt{At: day.String(), Known: q.Known}, site.Zone())
		if fault, ok := stock.AsError(err); ok && fault.Field == "as_at" {
			named := *fault
			named.Field = field
			return nil, &named
		}
		if err == nil {
			err = a.valueOf(ctx, site, when, out)
		}
		if err == nil {
			err = a.books(ctx, site, day, when.Known, &out.Sites[len(out.Sites)-1])
		}
		if err != nil {
			return nil, err
		}
	}
	slices.SortFunc(out.Rows, func(a, b ValueRow) int { return cmp.Or(cmp.Compare(a.Site, b.Site), cmp.Compare(a.Product, b.Product)) })
	return out, nil
}

// Key is the row's site and product, by which lists page.
func (r ValueRow) Key() [2]string { return [2]string{r.Site, r.Product} }

// After are the rows behind a key.
func (v *Value) After(key [2]string, limit int) []ValueRow {
	first, _ := slices.BinarySearchFunc(v.Rows, key, func(r ValueRow, key [2]string) int {
		if r.Site < key[0] || r.Site == key[0] && r.Product <= key[1] {
			return -1
		}
		return 1
	})
	return v.Rows[first:min(first+limit, len(v.Rows))]
}

// day is the last day of what is asked for.
func (q ValueQuery) day() (stock.Date, string, error) {
	if (q.Month == "") == (q.Date == "") {
		return 0, "", stock.Errorf(stock.Invalid, stock.CodeRequired, "month", "name either a month or a date")
	}
	if q.Date != "" {
		day, err := stock.ParseDate(q.Date)
		if fault, ok := stock.AsError(err); ok {
			return 0, "", fault.At("date")
		}
		return day, "date", nil
	}
	month, err := time.Parse("2006-01", q.Month)
	if err != nil || month.Year() < 1900 || month.Year() > 2199 {
		return 0, "", stock.Errorf(stock.Invalid, stock.CodeInvalidDate, "month", "%q is no month such as 2026-06", clipped(q.Month))
	}
	return stock.DateOf(stock.TimeOf(month.AddDate(0, 1, -1)), time.UTC), "month", nil
}

func (a *App) sitesNamed(ctx context.Context, code string) ([]*stock.Site, error) {
	if code != "" {
		site, err := a.Store.Site(ctx, code)
		return []*stock.Site{site}, err
	}
	var all []*stock.Site
	for page := (store.Page{Limit: 1000}); ; {
		some, err := a.Store.Sites(ctx, page)
		if all = append(all, some...); err != nil || len(some) < page.Limit {
			return all, err
		}
		page.After = some[len(some)-1].Code
	}
}

// valueOf adds what one site had.
func (a *App) valueOf(ctx context.Context, site *stock.Site, when store.AsAt, out *Value) error {
	costs, err := a.Store.CostsAsAt(ctx, when)
	if err != nil {
		return err
	}
	var total stock.Worth
	sum, n := SiteValue{Site: site.Code, AsAt: when.At}, store.NewNames()
	var order []int64
	goods := map[int64]stock.Quantity{}
	for f := (store.StockFilter{Site: site.ID, Limit: 50_000}); ; {
		rows, err := a.Store.StockAsAt(ctx, f, when)
		if err != nil {
			return err
		}
		for _, r := range rows {
			if _, seen := goods[r.Slot.Product]; !seen {
				order = append(order, r.Slot.Product)
				n.WantProducts(r.Slot.Product)
			}
			goods[r.Slot.Product] += r.Balance.Quantity
			f.After = [3]int64{r.Slot.Product, r.Slot.Lot, r.Slot.Place}
		}
		if len(rows) < f.Limit {
			break
		}
	}
	if err := a.Store.LoadNames(ctx, n); err != nil {
		return err
	}
	for _, id := range order {
		p := n.Products[id]
		row := ValueRow{Site: site.Code, Product: p.SKU, Name: p.Name, Quantity: goods[id], UoM: p.UoM}
		if cost, ok := costs[id]; ok {
			var worth stock.Worth
			worth.Add(goods[id], cost)
			total.Plus(&worth)
			row.UnitCost, row.Value = cost, worth.String()
		} else {
			row.NoCost = true
			sum.NoCost++
		}
		out.Rows = append(out.Rows, row)
	}
	sum.Value = total.String()
	out.Sites = append(out.Sites, sum)
	return nil
}

// CSV writes the rows as a file.
func (v *Value) CSV() []byte {
	var w csvWriter
	for _, head := range []string{"site", "product", "name", "quantity", "uom", "unit_cost", "value", "no_cost"} {
		w.cell(head)
	}
	w.end()
	for _, r := range v.Rows {
		cost, mark := r.UnitCost.String(), ""
		if r.NoCost {
			cost, mark = "", "true"
		}
		w.text(r.Site)
		w.text(r.Product)
		w.text(r.Name)
		w.cell(r.Quantity.String())
		w.text(r.UoM)
		w.cell(cost)
		w.cell(r.Value)
		w.cell(mark)
		w.end()
	}
	return w.buf
}
