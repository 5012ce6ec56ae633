package app

import (
	"context"
	"time"

	"clew/internal/stock"
	"clew/internal/store"
)

// ClassQuery asks how products rank over a period, whose days are both in it.
type ClassQuery struct {
	From, To   stock.Date // empty: a year until today
	SerialFrom *stock.Quantity
	Class      string // only those that come out as this
	Changes    bool   // only those for which something else is proposed than stands
	After      int    // the rank behind which a page begins
	Limit      int
}

// ClassRow is a product with its place among all, what is proposed for it and why.
type ClassRow struct {
	Rank       int            `json:"rank"`
	Product    string         `json:"product"`
	Name       string         `json:"name"`
	Group      string         `json:"group,omitempty"`
	Class      string         `json:"class" enum:"A,B,C" doc:"As it ranks."`
	Classified string         `json:"classified,omitempty" doc:"The class that somebody has decided, as the product has it."`
	Tracking   string         `json:"tracking" doc:"How its goods are told apart now."`
	Proposed   string         `json:"proposed" enum:"none,lot,serial" doc:"How they should be; never less than now."`
	Rule       string         `json:"rule" enum:"regulated_units,valuable_pieces,regulated,perishable,starts_on_hold,trouble,valuable,no_reason,tracked_already" doc:"The rule that led to the proposal: the first of these that holds."`
	Reasons    []stock.Reason `json:"reasons"`
	Moved      stock.Quantity `json:"moved" doc:"In the period: what went out, or what came in where that is more."`
	UoM        string         `json:"uom"`
	UnitCost   string         `json:"unit_cost,omitempty"`
	Value      string         `json:"value" doc:"What moved, times what one costs now. Exact."`
	Share      stock.Quantity `json:"share" doc:"Of the value of all, in percent."`
}

// ClassSum is what the products of a class come to.
type ClassSum struct {
	Class    string `json:"class" enum:"A,B,C"`
	Products int    `json:"products"`
	Value    string `json:"value"`
	Share    string `json:"share" doc:"Of the value of all, in percent."`
}

// Classification is how the active products rank.
type Classification struct {
	From     stock.Date  `json:"from"`
	To       stock.Date  `json:"to"`
	Basis    stock.Basis `json:"basis" enum:"value,movements,typed" doc:"By what they are ranked: the value that moved; where nothing that moved has a cost, how often it moved; where nothing moved, what was typed of them."`
	Products int         `json:"products" doc:"Active products, all of which are ranked."`
	Changes  int         `json:"changes" doc:"Those for which something else is proposed than stands."`
	Classes  []ClassSum  `json:"classes"`
	rows     []stock.Ranked
	query    ClassQuery
	groups   map[int64]*stock.ProductGroup
}

// Classify ranks the active products.
func (a *App) Classify(ctx context.Context, q ClassQuery) (*Classification, error) {
	if _, err := stock.ParseClass(q.Class); err != nil {
		return nil, err
	}
	if q.To == 0 {
		q.To = stock.DateOf(a.Store.Now(), time.UTC)
	}
	if q.From == 0 {
		q.From = q.To.AddDays(-364)
	}
	if q.From > q.To {
		return nil, stock.Errorf(stock.Invalid, stock.CodeInvalidValue, "from", "the period ends on %s, before it begins", q.To)
	}
	criteria := stock.UsualCriteria
	if q.SerialFrom != nil {
		criteria.SerialFrom = *q.SerialFrom
	}
	moved, err := a.Store.MovedIn(ctx, q.From.Begins(), q.To.AddDays(1).Begins())
	if err != nil {
		return nil, err
	}
	groups, err := a.allGroups(ctx)
	if err != nil {
		return nil, err
	}
	var all []stock.Candidate
	if err := a.everyProduct(ctx, func(p *stock.Product) {
		c := stock.Candidate{Product: p, Group: groups[p.Group]}
		if c.Group == nil {
			c.Group = &stock.ProductGroup{}
		}
		if m := moved[p.ID]; m != nil {
			c.Moved = *m
		}
		all = append(all, c)
	}); err != nil {
		return nil, err
	}
	out := &Classification{From: q.From, To: q.To, Products: len(all), query: q, groups: groups}
	out.rows, out.Basis = stock.Classify(all, criteria)
	out.sum()
	return out, nil
}

func (c *Classification) sum() {
	c.Classes = []ClassSum{{Class: "A"}, {Class: "B"}, {Class: "C"}}
	var values [4]stock.Worth
	var total stock.Worth
	for i := range c.rows {
		r := &c.rows[i]
		c.Classes[r.Class-1].Products++
		values[r.Class].Plus(&r.Value)
		total.Plus(&r.Value)
		if changes(r) {
			c.Changes++
		}
	}
	for i := range c.Classes {
		c.Classes[i].Value = values[i+1].String()
		c.Classes[i].Share = values[i+1].PercentOf(&total).String()
	}
}

func changes(r *stock.Ranked) bool {
	return r.Propose != r.Tracking || r.Class != r.Product.Class
}

// Page are the rows that were asked for.
func (c *Classification) Page() []ClassRow {
	var out []ClassRow
	for i := c.query.After; i >= 0 && i < len(c.rows) && len(out) < c.query.Limit; i++ {
		r := &c.rows[i]
		if c.query.Class != "" && r.Class.String() != c.query.Class || c.query.Changes && !changes(r) {
			continue
		}
		p := r.Product
		row := ClassRow{Rank: r.Rank, Product: p.SKU, Name: p.Name, Class: r.Class.String(), Classified: p.Class.String(), Tracking: p.Tracking.String(), Proposed: r.Propose.String(),
			Rule: r.Rule, Reasons: append([]stock.Reason{}, r.Reasons...), Moved: r.Amount(), UoM: p.UoM, UnitCost: p.UnitCost, Value: r.Value.String(), Share: r.Share}
		if g := c.groups[p.Group]; g != nil {
			row.Group = g.Code
		}
		out = append(out, row)
	}
	return out
}

// everyProduct hands each active product on.
func (a *App) everyProduct(ctx context.Context, do func(*stock.Product)) error {
	for page := (store.Page{Limit: 1000}); ; {
		some, err := a.Store.Products(ctx, page)
		if err != nil {
			return err
		}
		for _, p := range some {
			if p.Active {
				do(p)
			}
			page.After = p.SKU
		}
		if len(some) < page.Limit {
			return nil
		}
	}
}

func (a *App) allGroups(ctx context.Context) (map[int64]*stock.ProductGroup, error) {
	out := map[int64]*stock.ProductGroup{}
	for page := (store.Page{Limit: 1000}); ; {
		some, err := a.Store.ProductGroups(ctx, page)
		if err != nil {
			return nil, err
		}
		for _, g := range some {
			out[g.ID] = g
			page.After = g.Code
		}
		if len(some) < page.Limit {
			return out, nil
		}
	}
}

// ProductsInClass lists the products of a class by SKU, those of a group where one is named.
func (a *App) ProductsInClass(ctx context.Context, class, group string, page store.Page) ([]Product, error) {
	c, fault := stock.ParseClass(class)
	if fault != nil {
		return nil, fault
	}
	var in int64
	if group != "" {
		g, err := a.Store.ProductGroup(ctx, group)
		if err != nil {
			return nil, err
		}
		in = g.ID
	}
	rows, err := a.Store.ProductsInClass(ctx, c, in, page)
	if err != nil {
		return nil, err
	}
	return a.viewProducts(ctx, rows)
}
