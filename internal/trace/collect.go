package trace

import (
	"cmp"
	"slices"

	"clew/internal/stock"
)

// Item is one input or output of a group. The items of a group have adjacent ids, inputs before outputs; by that alone
// near and far items are told to be of one group.
type Item struct {
	ID    int64
	Entry int64
	Goods
}

// apart is how many groups alike are listed one by one; from there on they are told as one link.
const apart = 3

// Collector makes the links of one level out of the items on the near side of the groups, which are of the frontier, and
// those on the far side, in the order of their ids. Far items of groups without near ones are passed over.
type Collector struct {
	max  int
	up   bool
	near []Item // given and not yet of a group that has ended
	mess bool   // near is not in the order of ids
	mark bool

	links    []Link
	more     int64
	far      pile
	chosen   pile
	entry    int64
	families []family
	cur      Link
	block    []Item // the far side of the group under way
	last     int64  // id of the far item before, also of one that was passed over
	watched  []int64
	nearOf   map[int64][]Goods
}

// family is the groups of one entry that are alike but for quantities and units.
type family struct {
	first  []Link // the first few as they are
	sum    Link
	in     []reached
	out    []reached
	folded bool // first were added to sum
}

// NewCollector collects at most max links, and counts the others; a negative max is none. up says that the frontier is on
// the output side; mixed marks all links.
func NewCollector(up bool, max int, mixed bool) *Collector {
	return &Collector{up: up, max: max, mark: mixed, nearOf: map[int64][]Goods{}}
}

// Near gives items of the frontier, before the far side of the next group is given on the way down, and before that of the
// group after theirs on the way up.
func (c *Collector) Near(items ...Item) {
	for i := range items {
		if n := len(c.near); n > 0 && items[i].ID < c.near[n-1].ID {
			c.mess = true
		}
		c.near = append(c.near, items[i])
	}
}

// Clusters are ranges of ids that cover the ids, which ascend, with gaps of at most so many inside.
func Clusters(ids []int64, gap int64) stock.Runs {
	var out stock.Runs
	for _, id := range ids {
		if n := len(out); n > 0 && id <= out[n-1].Last+gap {
			out[n-1].Last = id
			continue
		}
		out = append(out, stock.Run{First: id, Last: id})
	}
	return out
}

// Far adds an item of the other side. Watch asks to keep what is on the near side of its group, for NearOf.
func (c *Collector) Far(it Item, watch bool) {
	c.boundary(it.ID)
	c.block = append(c.block, it)
	if watch {
		c.watched = append(c.watched, it.ID)
	}
}

// Pass says that there is a far item which does not count, since it was reversed.
func (c *Collector) Pass(id int64) { c.boundary(id) }

// boundary ends the group under way where the item is of the next.
func (c *Collector) boundary(id int64) {
	if id != c.last+1 && id != c.last { // several goods may stand in the place of one item
		c.endBlock(id)
	}
	c.last = id
}

// endBlock ends a group: near items lie before its far side on the way down, and behind it, before the next far
// side, on the way up.
func (c *Collector) endBlock(next int64) {
	if c.mess {
		slices.SortStableFunc(c.near, func(a, b Item) int { return cmp.Compare(a.ID, b.ID) })
		c.mess = false
	}
	from, to := 0, 0
	if c.up {
		for from < len(c.near) && c.near[from].ID <= c.last {
			from++
		}
		for to = from; to < len(c.near) && c.near[to].ID < next; to++ {
		}
	} else {
		// The ids before the block that are left belong to it: those of earlier groups went with theirs.
		for to < len(c.near) && c.near[to].ID <= c.last {
			to++
		}
	}
	if from < to && len(c.block) > 0 {
		c.group(c.near[from:to])
	}
	c.near = c.near[:copy(c.near, c.near[to:])]
	c.block, c.watched = c.block[:0], c.watched[:0]
}

// group makes the link of one group.
func (c *Collector) group(near []Item) {
	if first := c.block[0].Entry; c.entry != first {
		c.endEntry()
		c.entry = first
	}
	c.cur = Link{Entry: c.entry, Item: c.block[0].ID, Groups: 1, Mixed: c.mark, In: c.cur.In[:0], Out: c.cur.Out[:0]}
	nearSide, farSide := &c.cur.In, &c.cur.Out
	if c.up {
		nearSide, farSide = farSide, nearSide
	}
	for i := range near {
		g := &near[i].Goods
		if g.Chosen {
			c.chosen.add(*g)
		}
		*nearSide = append(*nearSide, *g)
	}
	for i := range c.block {
		g := &c.block[i].Goods
		if g.Chosen {
			c.chosen.add(*g)
		}
		c.far.add(*g)
		*farSide = append(*farSide, *g)
	}
	for _, id := range c.watched {
		c.nearOf[id] = slices.Clone(*nearSide)
	}
	c.endGroup()
}

// endGroup puts the link of a group into its family, reusing its memory where it is only summed.
func (c *Collector) endGroup() {
	if len(c.links) >= c.max && len(c.families) == 0 {
		// Nothing of this entry can be listed any more: a count of its groups is all that is told.
		c.more++
		return
	}
	f := c.family()
	if len(f.first) < apart && !f.folded {
		link := c.cur
		link.In, link.Out = slices.Clone(c.cur.In), slices.Clone(c.cur.Out)
		f.first = append(f.first, link)
		return
	}
	if !f.folded {
		f.folded = true
		f.sum = Link{Entry: c.cur.Entry, Item: f.first[0].Item, Mixed: c.mark, In: alike(c.cur.In), Out: alike(c.cur.Out)}
		f.in, f.out = make([]reached, len(c.cur.In)), make([]reached, len(c.cur.Out))
		for i := range f.first {
			f.fold(&f.first[i])
		}
		f.first = nil
	}
	f.fold(&c.cur)
}

func alike(goods []Goods) []Goods {
	out := make([]Goods, len(goods))
	for i, g := range goods {
		out[i] = Goods{Product: g.Product, Lot: g.Lot}
	}
	return out
}

func (f *family) fold(l *Link) {
	f.sum.Groups++
	for i := range l.In {
		f.sum.In[i].fold(&l.In[i], &f.in[i])
	}
	for i := range l.Out {
		f.sum.Out[i].fold(&l.Out[i], &f.out[i])
	}
}

func (g *Goods) fold(more *Goods, units *reached) {
	g.Quantity += more.Quantity
	g.Chosen = g.Chosen || more.Chosen
	units.add(more.Units)
}

// families of one entry that are kept apart; groups of yet another kind are links of their own.
const maxFamilies = 64

// family finds or founds the family of the current link.
func (c *Collector) family() *family {
	for i := len(c.families) - 1; i >= 0; i-- {
		like := &c.families[i].sum
		if !c.families[i].folded {
			like = &c.families[i].first[0]
		}
		if same(like.In, c.cur.In) && same(like.Out, c.cur.Out) {
			return &c.families[i]
		}
	}
	if len(c.families) == maxFamilies {
		c.emit(&c.families[0])
		c.families = slices.Delete(c.families, 0, 1)
	}
	c.families = append(c.families, family{})
	return &c.families[len(c.families)-1]
}

func same(a, b []Goods) bool {
	return slices.EqualFunc(a, b, func(x, y Goods) bool { return x.Product == y.Product && x.Lot == y.Lot })
}

func (c *Collector) endEntry() {
	for i := range c.families {
		c.emit(&c.families[i])
	}
	c.families = c.families[:0]
}

func (c *Collector) emit(f *family) {
	if !f.folded {
		for _, l := range f.first {
			c.Add(l)
		}
		return
	}
	for i := range f.in {
		f.sum.In[i].Units = f.in[i].set()
	}
	for i := range f.out {
		f.sum.Out[i].Units = f.out[i].set()
	}
	c.Add(f.sum)
}

// Add adds a link as it is, where there is room for it.
func (c *Collector) Add(l Link) {
	if len(c.links) < c.max {
		c.links = append(c.links, l)
		return
	}
	c.more += max(l.Groups, 1)
}

// Reach adds goods that a link made by Add leads to.
func (c *Collector) Reach(g Goods) { c.far.add(g) }

// ReachFirst adds goods that links made by Add lead to, but for those that are found already.
func (c *Collector) ReachFirst(goods []Goods) {
	for _, g := range goods {
		if _, found := c.far.at[heapOf(&g)]; !found {
			c.far.add(g)
		}
	}
}

// NearOf returns the goods of the frontier on the near side of the group that a watched far item is of.
func (c *Collector) NearOf(item int64) []Goods { return c.nearOf[item] }

// each visits all goods of the level.
func (l *Level) each(visit func(g *Goods)) {
	for i := range l.Links {
		for j := range l.Links[i].In {
			visit(&l.Links[i].In[j])
		}
		for j := range l.Links[i].Out {
			visit(&l.Links[i].Out[j])
		}
	}
	for i := range l.Goods {
		visit(&l.Goods[i])
	}
	for i := range l.Chosen {
		visit(&l.Chosen[i])
	}
}

// Lots are the lots on the level whose product is not known yet.
func (l *Level) Lots() stock.Runs {
	var lots []int64
	l.each(func(g *Goods) {
		if g.Product == 0 && g.Lot != 0 {
			lots = append(lots, g.Lot)
		}
	})
	return stock.RunsOf(lots)
}

// SetProducts completes goods by their lots.
func (l *Level) SetProducts(of map[int64]int64) {
	l.each(func(g *Goods) {
		if g.Product == 0 {
			g.Product = of[g.Lot]
		}
	})
}

// Flush ends the last group and entry.
func (c *Collector) Flush() {
	c.endBlock(stock.MaxID)
	c.endEntry()
}

// Level ends the level.
func (c *Collector) Level() *Level {
	c.Flush()
	return &Level{Links: c.links, More: c.more, Goods: c.far.sums(), Chosen: c.chosen.sums()}
}

// Join adds what another collector found to the level.
func (l *Level) Join(m *Level, max int) {
	for _, link := range m.Links {
		if len(l.Links) < max {
			l.Links = append(l.Links, link)
		} else {
			l.More += link.Groups
		}
	}
	l.More += m.More
	var all, chosen pile
	for _, g := range append(l.Goods, m.Goods...) {
		all.add(g)
	}
	for _, g := range append(l.Chosen, m.Chosen...) {
		chosen.add(g)
	}
	l.Goods, l.Chosen = all.sums(), chosen.sums()
}

// Reversed is how much of an item was taken back.
type Reversed struct {
	Quantity stock.Quantity
	Units    stock.Runs
}

// Less takes what was reversed off the goods, and reports whether anything is left.
func (g *Goods) Less(r Reversed) bool {
	if len(g.Units) > 0 {
		g.Units = g.Units.Minus(r.Units)
		g.Quantity = stock.Units(g.Units.Count())
		return len(g.Units) > 0
	}
	g.Quantity -= r.Quantity
	return g.Quantity > 0
}
