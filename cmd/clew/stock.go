package main

import (
	"net/url"

	"clew/internal/app"
)

type stockCommand struct {
	reading
	past
	Product       string `help:"SKU or GTIN." placeholder:"SKU"`
	Lot           string `help:"Lot of the product." placeholder:"CODE"`
	Site          string `placeholder:"CODE"`
	Location      string `help:"Location of the site." placeholder:"CODE"`
	ExpiresBefore string `help:"Governing date on or before this day." placeholder:"DATE"`
	Virtual       bool   `help:"Also what is with partners, used up or lost."`
}

// Run lists balances.
func (cmd *stockCommand) Run(s *session) error {
	c, err := s.client()
	if err != nil {
		return err
	}
	query := queryOf("product", cmd.Product, "lot", cmd.Lot, "site", cmd.Site, "location", cmd.Location, "expires_before", cmd.ExpiresBefore)
	cmd.ask(query)
	if cmd.Virtual {
		query.Set("virtual", "true")
	}
	if cmd.JSON {
		list := &listWriter{w: s.out}
		if err := pages(c, "/v1/stock", query, func(r app.StockRow) error { return list.add(r) }); err != nil {
			return err
		}
		return list.end()
	}
	t := newTable(s.out, "PRODUCT", "LOT", "PLACE", "QUANTITY", "UOM", "GOOD UNTIL")
	err = pages(c, "/v1/stock", query, func(r app.StockRow) error {
		t.row(r.Product, r.Lot, r.Place, r.Quantity.String(), r.UoM, governingText(r))
		return nil
	})
	if err != nil {
		return err
	}
	return t.end()
}

// queryOf makes a query of names and values, leaving out what is empty.
func queryOf(pairs ...string) url.Values {
	query := url.Values{}
	for i := 0; i+1 < len(pairs); i += 2 {
		if pairs[i+1] != "" {
			query.Set(pairs[i], pairs[i+1])
		}
	}
	return query
}

// governingText is the governing date of a row; one that was not read from the goods is marked.
func governingText(r app.StockRow) string {
	if r.Cautious {
		return r.Governing.String() + " (cautious)"
	}
	return r.Governing.String()
}
