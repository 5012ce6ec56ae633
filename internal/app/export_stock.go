package app

import (
	"clew/internal/stock"
	"clew/internal/store"
)

// stock writes what is on hand as a file of opening stock, by product, lot and location. Each page is read as of its own moment.
func (x *exporter) stock() error {
	if err := x.begin(tables["opening"], "governing_date", "uom", "name"); err != nil {
		return err
	}
	f := store.StockFilter{Limit: exportPage}
	if x.site != nil {
		f.Site = x.site.ID
	}
	if x.goods != nil {
		f.Product = x.goods.ID
	}
	for {
		page, err := x.app.Store.Stock(x.ctx, f)
		if err != nil {
			return err
		}
		n := store.NewNames()
		for _, r := range page {
			n.WantProducts(r.Slot.Product)
			n.WantLots(r.Slot.Lot)
			n.WantPlaces(r.Slot.Place)
		}
		if err := x.app.Store.LoadNames(x.ctx, n); err != nil {
			return err
		}
		for _, r := range page {
			f.After = [3]int64{r.Slot.Product, r.Slot.Lot, r.Slot.Place}
			if r.Balance.Quantity == 0 {
				continue
			}
			if err := x.stockRow(r, n); err != nil {
				return err
			}
		}
		if len(page) < exportPage {
			return nil
		}
	}
}

func (x *exporter) stockRow(r store.StockRow, n *store.Names) error {
	p, at := n.Products[r.Slot.Product], n.Places[r.Slot.Place]
	row := cells{"site": n.Sites[at.Site].Code, "location": at.Code, "product": p.SKU, "quantity": r.Balance.Quantity.String(),
		"x-governing_date": r.Governing.String(), "x-uom": p.UoM, "x-name": p.Name}
	if lot := n.Lots[r.Slot.Lot]; lot != nil {
		row["lot"] = lot.Code
		row.dates(lot.Dates)
	}
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
