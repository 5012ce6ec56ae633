package trace

import (
	"cmp"
	"slices"

	"clew/internal/stock"
)

// Item is one input or output of a group.
type Item struct {
	ID    int64
	Entry int64
	Group int
	Goods
}

// Span is a range of adjacent groups of one entry.
type Span struct {
	Entry       int64
	First, Last int
}

// apart is how many groups alike are listed one by one; from there on they are told as one link.
const apart = 3

// Collector makes the links of one level: first the items on the near side of their groups, which are of the frontier,
// then the items on the far side, in the order of entry and group.
type Collector struct {
	max  int
	up   bool
	near []Item
	at   int // the next of near
	mark bool

	links    []Link
	more     int64
	far      pile
	chosen   pile
	entry    int64
	families []family
	cur      Link
}

// family is the groups of one entry that are alike but for quantities and units.
type family struct {
	first  []Link // the first few as they are
	sum    Link
	in     []reached
	out    []reached
	folded bool // first were added to sum
}

// NewCollector collects at most max links, and counts the others. up says that the frontier is on the output side; mixed
// marks all links.
func NewCollector(up bool, max int, mixed bool) *Collector {
	return &Collector{up: up, max: max, mark: mixed}
}

// Near adds items of the frontier, in any order. The collector keeps the slice.
func (c *Collector) Near(items []Item) {
	if c.near == nil {
		c.near = items
		return
	}
	c.near = append(c.near, items...)
}

// Groups ends the near side: it returns the groups whose far side is wanted, in order.
func (c *Collector) Groups() []Span {
	order := func(a, b Item) int { return cmp.Or(cmp.Compare(a.Entry, b.Entry), cmp.Compare(a.Group, b.Group)) }
	if !slices.IsSortedFunc(c.near, order) {
		slices.SortStableFunc(c.near, order)
	}
	var out []Span
	for i := range c.near {
		it := &c.near[i]
		if n := len(out); n > 0 && out[n-1].Entry == it.Entry && it.Group <= out[n-1].Last+1 {
			out[n-1].Last = it.Group
			continue
		}
		out = append(out, Span{it.Entry, it.Group, it.Group})
	}
	return out
}

// Far adds an item of the other side.
func (c *Collector) Far(it Item) {
	if c.cur.Entry != it.Entry || c.cur.Group != it.Group {
		c.endGroup()
		if c.entry != it.Entry {
			c.endEntry()
			c.entry = it.Entry
		}
		c.begin(it.Entry, it.Group)
	}
	c.far.add(it.Goods)
	if it.Chosen {
		c.chosen.add(it.Goods)
	}
	if c.up {
		c.cur.In = append(c.cur.In, it.Goods)
	} else {
		c.cur.Out = append(c.cur.Out, it.Goods)
	}
}

// begin opens the link of a group with its near side.
func (c *Collector) begin(entry int64, group int) {
	c.cur.Entry, c.cur.Group, c.cur.Groups, c.cur.Mixed = entry, group, 1, c.mark
	side := &c.cur.In
	if c.up {
		side = &c.cur.Out
	}
	for c.at < len(c.near) && (c.near[c.at].Entry < entry || c.near[c.at].Entry == entry && c.near[c.at].Group < group) {
		c.at++
	}
	for ; c.at < len(c.near) && c.near[c.at].Entry == entry && c.near[c.at].Group == group; c.at++ {
		g := c.near[c.at].Goods
		if g.Chosen {
			c.chosen.add(g)
		}
		*side = append(*side, g)
	}
}

// endGroup puts the link of a group into its family, reusing its memory where it is only summed.
func (c *Collector) endGroup() {
	if c.cur.Entry == 0 {
		return
	}
	defer func() { c.cur.Entry, c.cur.In, c.cur.Out = 0, c.cur.In[:0], c.cur.Out[:0] }()
	if len(c.links) >= c.max && c.max >= 0 && len(c.families) == 0 {
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
		f.sum = Link{Entry: c.cur.Entry, Group: f.first[0].Group, Mixed: c.mark, In: alike(c.cur.In), Out: alike(c.cur.Out)}
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
	if len(c.links) < c.max || c.max < 0 {
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
		if _, found := c.far.at[[2]int64{g.Product, g.Lot}]; !found {
			c.far.add(g)
		}
	}
}

// NearOf returns the goods of the frontier that a group has on its near side.
func (c *Collector) NearOf(entry int64, group int) []Goods {
	i, _ := slices.BinarySearchFunc(c.near, Span{Entry: entry, First: group}, func(it Item, s Span) int {
		return cmp.Or(cmp.Compare(it.Entry, s.Entry), cmp.Compare(it.Group, s.First))
	})
	var out []Goods
	for ; i < len(c.near) && c.near[i].Entry == entry && c.near[i].Group == group; i++ {
		out = append(out, c.near[i].Goods)
	}
	return out
}

// Level ends the level.
func (c *Collector) Level() *Level {
	c.endGroup()
	c.endEntry()
	return &Level{Links: c.links, More: c.more, Goods: c.far.sums(), Chosen: c.chosen.sums()}
}

// Join adds what another collector found to the level.
func (l *Level) Join(m *Level, max int) {
	for _, link := range m.Links {
		if len(l.Links) < max || max < 0 {
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
