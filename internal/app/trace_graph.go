package app

import (
	"context"
	"fmt"
	"slices"

	"clew/internal/stock"
	"clew/internal/trace"
)

// TraceGraph is a trace as nodes and edges, to be drawn: what went in has levels below 0, what became of it levels above.
type TraceGraph struct {
	Of
	Subject   Meaning     `json:"subject"`
	Nodes     []GraphNode `json:"nodes"`
	Edges     []GraphEdge `json:"edges"`
	MoreNodes int64       `json:"more_nodes,omitempty" doc:"Goods that are left out, since there are more nodes than were asked for. The nearest levels are told first."`
	MoreLinks int64       `json:"more_links,omitempty" doc:"Steps that are left out."`
}

// GraphNode is goods, a step that made goods of others, or a partner.
type GraphNode struct {
	ID         string          `json:"id" doc:"Stable as long as the ledger is not corrected: what expand takes. Its form may change: do not take it apart."`
	Type       string          `json:"type" enum:"goods,step,supplier,customer"`
	Level      int             `json:"level" doc:"0 for what is traced. A step has the level of what lies beyond it."`
	Product    string          `json:"product,omitempty" doc:"SKU."`
	Name       string          `json:"name,omitempty" doc:"Of the product or partner."`
	Lot        string          `json:"lot,omitempty"`
	Units      int64           `json:"units,omitempty" doc:"How many units are told as this node."`
	First      string          `json:"first_serial,omitempty"`
	Last       string          `json:"last_serial,omitempty"`
	Expandable bool            `json:"expandable,omitempty" doc:"Several units: ask with expand to have them one by one."`
	UoM        string          `json:"uom,omitempty"`
	Governing  stock.Date      `json:"governing_date,omitempty"`
	OnHand     *stock.Quantity `json:"on_hand,omitempty" doc:"Of the goods traced and what became of them: in our places and on the way between them."`
	Shipped    *stock.Quantity `json:"shipped,omitempty" doc:"With partners."`
	Entry      int64           `json:"entry,omitempty"`
	Kind       stock.Kind      `json:"kind,omitempty"`
	OccurredAt stock.Time      `json:"occurred_at,omitempty"`
	Groups     int64           `json:"groups,omitempty" doc:"How many groups alike are told as one step, when several."`
	Mixed      bool            `json:"mixed,omitempty" doc:"Goods mixed in a tank or silo: any of the inputs may be in the outputs."`
	Place      string          `json:"place,omitempty" doc:"Of a mixed step: the tank or silo."`
	Partner    string          `json:"partner,omitempty"`
	goods      trace.Goods
	partner    int64
	place      int64
}

// GraphEdge leads from one node to the next, in the direction of the goods.
type GraphEdge struct {
	From     string         `json:"from"`
	To       string         `json:"to"`
	Quantity stock.Quantity `json:"quantity" doc:"In the unit of measure of the goods at its end, of the items, never apportioned."`
	Units    int64          `json:"units,omitempty"`
	Chosen   bool           `json:"chosen,omitempty" doc:"The lot was chosen by the strategy and not scanned."`
}

// GraphQuery asks for a graph of one thing.
type GraphQuery struct {
	TraceQuery
	Expand []string // nodes of several units to be told one by one
	Most   int      // nodes
}

const (
	// MostNodes is how many nodes a graph has at most.
	MostNodes     = 10_000
	expandedUnits = 200 // at once
)

// graphing is a graph under way.
type graphing struct {
	*tracing
	GraphQuery
	out   *TraceGraph
	at    map[string]int     // nodes by id
	goods map[[2]int64][]int // nodes by product and lot
	edges map[[2]int]int
	left  map[int]int // lowest and highest level under 0 and 1
}

// Graph tells a trace as nodes and edges. A code that means several things is refused with lot_ambiguous until product or kind choose one.
func (a *App) Graph(ctx context.Context, q GraphQuery) (*TraceGraph, error) {
	q.Links = 10_000
	t, err := a.oneThing(ctx, q.TraceQuery)
	if err != nil {
		return nil, err
	}
	g := &graphing{tracing: t, GraphQuery: q, out: &TraceGraph{Of: t.of, Subject: t.meaning, Nodes: []GraphNode{}, Edges: []GraphEdge{}},
		at: map[string]int{}, goods: map[[2]int64][]int{}, edges: map[[2]int]int{}, left: map[int]int{}}
	g.Most = min(max(q.Most, 1), MostNodes)
	for _, step := range []func() error{t.walk, t.sources, g.build, g.nameNodes} {
		if err := step(); err != nil {
			return nil, err
		}
	}
	return g.out, nil
}

// graphPart is what of some goods is told as one node.
type graphPart struct {
	node     int
	quantity stock.Quantity
	units    int64
	chosen   bool
}

// node adds a node unless there is one of the id, or no room is left.
func (g *graphing) node(n GraphNode) (int, bool) {
	if i, ok := g.at[n.ID]; ok {
		return i, true
	}
	if len(g.out.Nodes) >= g.Most {
		return 0, false
	}
	g.at[n.ID] = len(g.out.Nodes)
	g.out.Nodes = append(g.out.Nodes, n)
	g.left[0], g.left[1] = min(g.left[0], n.Level), max(g.left[1], n.Level)
	return len(g.out.Nodes) - 1, true
}

// parts are the nodes that goods are told as; those that are met for the first time are of the level.
func (g *graphing) parts(level int, of trace.Goods) []graphPart {
	key := [2]int64{of.Product, of.Lot}
	if len(of.Units) == 0 {
		id := fmt.Sprintf("g%d.%d", of.Product, of.Lot)
		if of.Lot == 0 {
			id = fmt.Sprintf("g%d.%d", of.Product, level) + "n"
		}
		i, ok := g.node(GraphNode{ID: id, Type: "goods", Level: level, goods: trace.Goods{Product: of.Product, Lot: of.Lot}})
		if !ok {
			g.out.MoreNodes++
			return nil
		}
		return []graphPart{{i, of.Quantity, 0, of.Chosen}}
	}
	var out []graphPart
	rest := of.Units
	for _, i := range g.goods[key] {
		if same := g.out.Nodes[i].goods.Units.Intersect(rest); len(same) > 0 {
			out = append(out, graphPart{i, stock.Units(same.Count()), same.Count(), of.Chosen})
			rest = rest.Minus(same)
		}
	}
	for id := fmt.Sprintf("u%d.%d.%d.%d", of.Product, of.Lot, level, len(g.goods[key])); len(rest) > 0; id += "+" {
		some := []stock.Runs{rest}
		if slices.Contains(g.Expand, id) {
			some = nil
			for unit := range firstUnits(rest, expandedUnits).All() {
				some = append(some, stock.RunsOf([]int64{unit}))
			}
		}
		for n, units := range some {
			own := id
			if len(some) > 1 || units.Count() == 1 {
				own = fmt.Sprintf("%s-%d", id, n)
			}
			i, ok := g.node(GraphNode{ID: own, Type: "goods", Level: level, goods: trace.Goods{Product: of.Product, Lot: of.Lot, Units: units, Quantity: stock.Units(units.Count())}})
			if !ok {
				g.out.MoreNodes += rest.Count()
				return out
			}
			g.goods[key] = append(g.goods[key], i)
			out = append(out, graphPart{i, stock.Units(units.Count()), units.Count(), of.Chosen})
			rest = rest.Minus(units)
		}
	}
	return out
}

// edge adds up what goes from one node to another.
func (g *graphing) edge(from, to int, p graphPart) {
	key := [2]int{from, to}
	i, ok := g.edges[key]
	if !ok {
		i = len(g.out.Edges)
		g.edges[key] = i
		g.out.Edges = append(g.out.Edges, GraphEdge{From: g.out.Nodes[from].ID, To: g.out.Nodes[to].ID})
	}
	e := &g.out.Edges[i]
	e.Quantity += p.quantity
	e.Units += p.units
	e.Chosen = e.Chosen || p.chosen
}

// link adds a step, with what went in and what came out.
func (g *graphing) link(l trace.Link, in, out int) {
	far := out
	if in < 0 {
		far = in
	}
	step, ok := g.node(GraphNode{ID: fmt.Sprintf("s%d.%d.%d", l.Entry, l.Item, l.Place), Type: "step", Level: far, Entry: l.Entry, Groups: max(l.Groups, 1), Mixed: l.Mixed, place: l.Place})
	if !ok {
		g.out.MoreLinks++
		return
	}
	for _, of := range l.In {
		for _, p := range g.parts(in, of) {
			g.edge(p.node, step, p)
		}
	}
	for _, of := range l.Out {
		for _, p := range g.parts(out, of) {
			g.edge(step, p.node, p)
		}
	}
}

// build goes from level to level, on both sides at once, so that the nearest are told where there are too many.
func (g *graphing) build() error {
	for _, of := range g.tracing.goods {
		g.parts(0, of)
	}
	for i := range max(len(g.up.Levels), len(g.down.Levels)) {
		if i < len(g.down.Levels) {
			g.out.MoreLinks += g.down.Levels[i].More
			for _, l := range g.down.Levels[i].Links {
				g.link(l, i, i+1)
			}
		}
		if i < len(g.up.Levels) {
			g.out.MoreLinks += g.up.Levels[i].More
			for _, l := range g.up.Levels[i].Links {
				g.link(l, -i-1, -i)
			}
		}
	}
	return g.partners()
}

// partners adds who sent the goods or what went into them, and who has what became of them.
func (g *graphing) partners() error {
	first, last := g.left[0]-1, g.left[1]+1
	for _, r := range g.received {
		if r.Quantity <= 0 {
			continue
		}
		met := trace.Goods{Product: r.Product, Lot: r.Lot, Units: r.Units, Quantity: r.Quantity}
		for _, p := range g.known(met) {
			if i, ok := g.node(GraphNode{ID: fmt.Sprintf("p%d-in", r.Partner), Type: "supplier", Level: first, partner: r.Partner}); ok {
				g.edge(i, p.node, p)
			}
		}
	}
	var goods []trace.Goods
	var nodes []int
	for i, n := range g.out.Nodes {
		if n.Type == "goods" && n.Level >= 0 && n.goods.Node() {
			goods, nodes = append(goods, n.goods), append(nodes, i)
		}
	}
	var there []whereOf
	var of []int
	if err := g.locate(goods, func(i int, w whereOf) {
		there, of = append(there, w), append(of, nodes[i])
		g.names.WantPlaces(w.place)
	}); err != nil {
		return err
	}
	if err := g.past.LoadNames(g.ctx, g.names); err != nil {
		return err
	}
	for k, w := range there {
		n, p := &g.out.Nodes[of[k]], g.names.Places[w.place]
		if p == nil {
			continue
		}
		switch p.Kind {
		case stock.PlaceLocation, stock.PlaceTransit:
			n.OnHand = added(n.OnHand, w.quantity)
		case stock.PlacePartner:
			n.Shipped = added(n.Shipped, w.quantity)
			if i, ok := g.node(GraphNode{ID: fmt.Sprintf("p%d-out", p.Partner), Type: "customer", Level: last, partner: p.Partner}); ok {
				g.edge(of[k], i, graphPart{quantity: w.quantity, units: w.units})
			}
		}
	}
	return nil
}

func added(sum *stock.Quantity, more stock.Quantity) *stock.Quantity {
	if sum != nil {
		more += *sum
	}
	return &more
}

// known are the nodes that goods are told as already.
func (g *graphing) known(of trace.Goods) []graphPart {
	if len(of.Units) == 0 {
		var out []graphPart
		if i, ok := g.at[fmt.Sprintf("g%d.%d", of.Product, of.Lot)]; ok {
			out = append(out, graphPart{node: i, quantity: of.Quantity})
		}
		for _, i := range g.goods[[2]int64{of.Product, of.Lot}] {
			if n := &g.out.Nodes[i]; of.Lot != 0 { // units of the lot: how many of which nobody says
				out = append(out, graphPart{node: i, quantity: n.goods.Quantity, units: n.goods.Units.Count()})
			}
		}
		return out
	}
	var out []graphPart
	for _, i := range g.goods[[2]int64{of.Product, of.Lot}] {
		if same := g.out.Nodes[i].goods.Units.Intersect(of.Units); len(same) > 0 {
			out = append(out, graphPart{node: i, quantity: stock.Units(same.Count()), units: same.Count()})
		}
	}
	return out
}

// nameNodes writes what nodes are called, now that all are there.
func (g *graphing) nameNodes() error {
	var entries, ends []int64
	for i := range g.out.Nodes {
		n := &g.out.Nodes[i]
		ends = g.wantGoods(n.goods, ends)
		g.names.WantPartners(n.partner)
		g.names.WantPlaces(n.place)
		if n.Entry != 0 {
			entries = append(entries, n.Entry)
		}
	}
	var err error
	if g.heads, err = g.Store.EntryHeads(g.ctx, entries); err != nil {
		return err
	}
	if err := g.past.LoadNames(g.ctx, g.names); err != nil {
		return err
	}
	if err := g.loadSerials(stock.RunsOf(ends)); err != nil {
		return err
	}
	for i := range g.out.Nodes {
		g.nameNode(&g.out.Nodes[i])
	}
	return nil
}

func (g *graphing) nameNode(n *GraphNode) {
	if p := g.names.Products[n.goods.Product]; p != nil {
		n.Product, n.Name, n.UoM = p.SKU, p.Name, p.UoM
	}
	if l := g.names.Lots[n.goods.Lot]; l != nil {
		n.Lot, n.Governing = l.Code, l.Dates.Governing()
	}
	if units := n.goods.Units; len(units) > 0 {
		n.Units, n.First, n.Last = units.Count(), g.serials[units[0].First], g.serials[units[len(units)-1].Last]
		n.Expandable = n.Units > 1
	}
	if e := g.heads[n.Entry]; e != nil {
		n.Kind, n.OccurredAt = e.Kind, e.OccurredAt
	}
	if p := g.names.Partners[n.partner]; p != nil {
		n.Partner, n.Name = p.Code, p.Name
	}
	if n.Groups == 1 {
		n.Groups = 0
	}
	n.Place = g.names.PlaceRef(n.place)
}
