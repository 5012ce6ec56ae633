package app

import (
	"strconv"

	"clew/internal/stock"
	"clew/internal/store"
)

// stock writes what is on hand as a file of opening stock, by product, lot and location. Each page is read as of its own moment.
func (x *exporter) stock() error {
	extra := []string{"governing_date", "uom", "name"}
	if x.of != (Of{}) {
		extra = append(extra, "as_at", "as_known")
	}
	if err := x.beginKind("opening", extra...); err != nil {
		return err
	}
	f := store.StockFilter{Limit: exportPage}
	if x.site != nil {
		f.Site = x.site.ID
	}
	if x.goods != nil {
		f.Product = x.goods.ID
	}
	last := int64(0) // a lot's fields are given where it is born: in the first of its rows
	for {
		page, err := x.past.Stock(x.ctx, f)
		if err != nil {
			return err
		}
		n := store.NewNames()
		for _, r := range page {
			n.WantProducts(r.Slot.Product)
			n.WantLots(r.Slot.Lot)
			n.WantPlaces(r.Slot.Place)
		}
		if err := x.past.LoadNames(x.ctx, n); err != nil {
			return err
		}
		fields, err := x.app.Store.DetailsOf(x.ctx, stock.OnLot, views(page, func(r store.StockRow) int64 { return r.Slot.Lot }))
		if err != nil {
			return err
		}
		for _, r := range page {
			f.After = [3]int64{r.Slot.Product, r.Slot.Lot, r.Slot.Place}
			if r.Balance.Quantity == 0 {
				continue
			}
			given := fields[r.Slot.Lot]
			if r.Slot.Lot == last {
				given = nil
			}
			last = r.Slot.Lot
			if err := x.stockRow(r, n, given); err != nil {
				return err
			}
		}
		if len(page) < exportPage {
			return nil
		}
	}
}

func (x *exporter) stockRow(r store.StockRow, n *store.Names, fields stock.Values) error {
	p, at := n.Products[r.Slot.Product], n.Places[r.Slot.Place]
	row := cells{"site": n.Sites[at.Site].Code, "location": at.Code, "product": p.SKU, "quantity": r.Balance.Quantity.String(),
		"x-governing_date": governing(n.Lots[r.Slot.Lot]).String(), "x-uom": p.UoM, "x-name": p.Name}
	if x.of.AsAt != 0 {
		row["x-as_at"] = x.of.AsAt.String()
	}
	if x.of.AsKnown != 0 {
		row["x-as_known"] = strconv.FormatInt(x.of.AsKnown, 10)
	}
	if lot := n.Lots[r.Slot.Lot]; lot != nil {
		row["lot"] = lot.Code
		row.dates(lot.Dates)
	}
	row.fields(fields)
	if p.Tracking == stock.TrackSerial {
		var err error
		if row["units"], err = x.serialsAt(p.ID, r.Slot.Lot, at.ID); err != nil {
			return err
		}
	}
	return x.row(row)
}

func (c cells) dates(d stock.Dates) {
	c["production"], c["best_before"], c["sell_by"], c["expiry"] = d.Production.String(), d.BestBefore.String(), d.SellBy.String(), d.Expiry.String()
	if d.Cautious {
		c["cautious"] = "yes"
	}
}
