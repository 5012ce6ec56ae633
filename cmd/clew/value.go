package main

import (
	"fmt"
	"io"

	"clew/internal/api"
)

type valueCommand struct {
	reading
	Month   string `help:"At the end of this month." placeholder:"2026-06" xor:"when" required:""`
	Date    string `help:"At the end of this day." placeholder:"DATE" xor:"when" required:""`
	AsKnown string `help:"Only what was recorded by then: a day, a time or the number of an entry." placeholder:"DATE"`
	Site    string `placeholder:"CODE"`
	CSV     bool   `name:"csv" help:"Write a CSV file."`
}

// Run says what stock was worth.
func (cmd *valueCommand) Run(s *session) error {
	c, err := s.client()
	if err != nil {
		return err
	}
	query := queryOf("month", cmd.Month, "date", cmd.Date, "as_known", cmd.AsKnown, "site", cmd.Site)
	if cmd.CSV {
		file, err := c.do("GET", "/v1/value.csv", query, nil)
		if err != nil {
			return err
		}
		defer file.Close()
		_, err = io.Copy(s.out, file)
		return err
	}
	query.Set("limit", "1000")
	t := newTable(s.out, "SITE", "PRODUCT", "QUANTITY", "UOM", "UNIT COST", "VALUE")
	list := &listWriter{w: s.out}
	var page api.ValueList
	for more := true; more; more = page.Next != "" {
		query.Set("cursor", page.Next)
		if page.Next == "" {
			query.Del("cursor")
		}
		page = api.ValueList{}
		if err := c.get("/v1/value", query, &page); err != nil {
			return err
		}
		for _, r := range page.Items {
			cost, value := r.UnitCost.String(), r.Value
			if r.NoCost {
				cost, value = "none", "unknown"
			}
			if cmd.JSON {
				if err := list.add(r); err != nil {
					return err
				}
				continue
			}
			t.row(r.Site, r.Product, r.Quantity.String(), r.UoM, cost, value)
		}
	}
	if cmd.JSON {
		return list.end()
	}
	for _, v := range page.Sites {
		t.row(v.Site, "in all", "", "", "", v.Value)
	}
	if err := t.end(); err != nil {
		return err
	}
	for _, v := range page.Sites {
		if v.Late > 0 {
			fmt.Fprintf(s.out, "%s: entries that came late into closed books and changed this value: %d (clew closings)\n", v.Site, v.Late)
		}
	}
	return nil
}
