package app

import (
	"cmp"
	"slices"

	"clew/internal/stock"
	"clew/internal/store"
	"clew/internal/trace"
)

// whereOf is how much of a product is at a place.
type whereOf struct {
	product, place int64
	quantity       stock.Quantity
	units          int64
}

// shown is goods of a level that are listed, with where they are.
type shown struct {
	trace.Goods
	now []whereOf
}

// sums adds up where goods of many lots and units are.
type sums struct {
	at   map[[2]int64]*whereOf
	lots map[int64]int64 // by product
}

func (s *sums) add(w whereOf) {
	if s.at == nil {
		s.at = map[[2]int64]*whereOf{}
	}
	key := [2]int64{w.product, w.place}
	sum := s.at[key]
	if sum == nil {
		sum = &whereOf{product: w.product, place: w.place}
		s.at[key] = sum
	}
	sum.quantity += w.quantity
	sum.units += w.units
}

func (s *sums) count(goods []trace.Goods) {
	if s.lots == nil {
		s.lots = map[int64]int64{}
	}
	for _, g := range goods {
		if g.Lot != 0 && len(g.Units) == 0 {
			s.lots[g.Product]++
		} else if g.Node() {
			s.lots[g.Product] += 0
		}
	}
}

func (s *sums) list() []whereOf {
	var out []whereOf
	for _, w := range s.at {
		out = append(out, *w)
	}
	return sorted(out)
}

func sorted(list []whereOf) []whereOf {
	slices.SortFunc(list, func(a, b whereOf) int {
		return cmp.Or(cmp.Compare(a.product, b.product), cmp.Compare(a.place, b.place))
	})
	return list
}

// whereabouts reads where the goods are, and what became of them. Of each level the first goods are listed one by one;
// the sums have all. Lots are read some thousands at a time, so that a wide level takes no more memory than its ids.
func (t *tracing) whereabouts() error {
	if err := t.locate(t.goods, func(i int, w whereOf) {
		t.now = append(t.now, w)
		t.sums.add(w)
	}); err != nil {
		return err
	}
	var own sums
	for _, w := range t.now {
		own.add(w)
	}
	t.now = own.list()
	t.sums.count(t.goods)
	start := trace.NodesOf(t.goods)
	for _, level := range t.down.Levels {
		list := firstShown(level.Goods, t.links())
		// What is of the subject itself was counted with it: the inputs of an entry that is traced.
		fresh := without(level.Goods, start)
		err := t.locate(fresh, func(i int, w whereOf) {
			t.sums.add(w)
			if i < len(list) {
				list[i].now = append(list[i].now, w)
			}
		})
		if err != nil {
			return err
		}
		t.sums.count(fresh)
		t.downGoods = append(t.downGoods, list)
	}
	for _, level := range t.up.Levels {
		t.upGoods = append(t.upGoods, firstShown(level.Goods, t.links()))
	}
	return nil
}

// without empties, in place, goods that are of the nodes, so that they keep their positions.
func without(goods []trace.Goods, nodes trace.Nodes) []trace.Goods {
	if nodes.Empty() {
		return goods
	}
	out := make([]trace.Goods, len(goods))
	for i, g := range goods {
		left := trace.NodesOf([]trace.Goods{g}).Minus(nodes)
		switch {
		case left.Empty():
			g = trace.Goods{}
		case len(g.Units) > 0:
			g.Units = left.Units
		}
		out[i] = g
	}
	return out
}

func firstShown(goods []trace.Goods, most int) []shown {
	n := min(len(goods), most)
	out := make([]shown, n)
	for i, g := range goods[:n] {
		out[i] = shown{Goods: g}
	}
	return out
}

// locate reads where goods are, some at a time.
func (t *tracing) locate(goods []trace.Goods, visit func(i int, w whereOf)) error {
	const atOnce = 5000
	for at := 0; at < len(goods); at += atOnce {
		some := goods[at:min(at+atOnce, len(goods))]
		err := t.past.WhereNow(t.ctx, some, func(w store.Whereabouts) {
			visit(at+w.Of, whereOf{some[w.Of].Product, w.Place, w.Quantity, w.Units})
		})
		if err != nil {
			return err
		}
	}
	return nil
}
