package trace

import (
	"context"
	"math/rand/v2"
	"slices"
	"testing"

	"clew/internal/stock"
)

// world is a genealogy in memory: groups of nodes, each a lot (1 to 99) or a unit (from 100 on).
type world struct {
	groups []worldGroup
}

type worldGroup struct {
	entry   int64
	first   int64 // id of the first item
	in, out []int64
}

func (w *world) goods(node int64) Goods {
	if node >= 100 {
		return Goods{Product: 2 + node%2, Units: stock.RunsOf([]int64{node}), Quantity: stock.One}
	}
	return Goods{Product: 1, Lot: node, Quantity: stock.Units(node)}
}

func (w *world) step(up bool, most int) Step {
	return func(_ context.Context, from Frontier) (*Level, error) {
		c := NewCollector(up, most, false)
		var near, far []Item
		for _, g := range w.groups {
			nearID, farID := g.first, g.first+int64(len(g.in))
			a, b := g.in, g.out
			if up {
				a, b, nearID, farID = b, a, farID, nearID
			}
			for i, node := range a {
				if from.Lots.Contains(node) && node < 100 || from.Units.Contains(node) && node >= 100 {
					near = append(near, Item{nearID + int64(i), g.entry, w.goods(node)})
				}
			}
			for i, node := range b {
				far = append(far, Item{farID + int64(i), g.entry, w.goods(node)})
			}
		}
		rand.Shuffle(len(near), func(i, j int) { near[i], near[j] = near[j], near[i] })
		c.Near(near...)
		for _, it := range far {
			c.Far(it, false)
		}
		return c.Level(), nil
	}
}

// closure finds by repetition what a node leads to, and the fewest steps to it.
func (w *world) closure(up bool, start int64) map[int64]int {
	seen := map[int64]int{start: 0}
	for step := 1; ; step++ {
		var fresh []int64
		for _, g := range w.groups {
			a, b := g.in, g.out
			if up {
				a, b = b, a
			}
			if slices.ContainsFunc(a, func(n int64) bool { _, ok := seen[n]; return ok }) {
				fresh = append(fresh, b...)
			}
		}
		grew := false
		for _, n := range fresh {
			if _, ok := seen[n]; !ok {
				seen[n] = step
				grew = true
			}
		}
		if !grew {
			delete(seen, start)
			return seen
		}
	}
}

func random(r *rand.Rand) *world {
	w := &world{}
	nodes := []int64{}
	for n := int64(1); n <= 12; n++ {
		nodes = append(nodes, n, 99+n, 111+n)
	}
	pick := func() (out []int64) {
		for range 1 + r.IntN(3) {
			if n := nodes[r.IntN(len(nodes))]; !slices.Contains(out, n) {
				out = append(out, n)
			}
		}
		return out
	}
	next := int64(1)
	for e := range 1 + r.IntN(10) {
		for range 1 + r.IntN(8) {
			g := worldGroup{int64(e + 1), next, pick(), pick()}
			next += int64(len(g.in) + len(g.out))
			w.groups = append(w.groups, g)
		}
	}
	return w
}

func TestWalk_AgainstClosure(t *testing.T) {
	for seed := range uint64(2000) {
		r := rand.New(rand.NewPCG(seed, 1))
		w := random(r)
		up, most, start := seed%2 == 0, r.IntN(6), 1+r.Int64N(12)
		if seed%3 == 0 {
			start += 99
		}
		got, err := Walk(t.Context(), []Goods{w.goods(start)}, w.step(up, most), Options{})
		if err != nil {
			t.Fatal(err)
		}
		want := w.closure(up, start)
		check := func(node int64, level int) {
			if step, ok := want[node]; !ok || step != level {
				t.Errorf("seed %d: node %d at level %d, want %d (%v)", seed, node, level, step, ok)
			}
			delete(want, node)
		}
		groups := int64(0)
		for i, level := range got.Levels {
			if len(level.Links) > most {
				t.Errorf("seed %d: %d links, at most %d", seed, len(level.Links), most)
			}
			for _, l := range level.Links {
				groups += l.Groups
			}
			groups += level.More
			n := NodesOf(level.Goods)
			n.Lots.Each(func(id int64) { check(id, i+1) })
			n.Units.Each(func(id int64) { check(id, i+1) })
		}
		if len(want) > 0 {
			t.Errorf("seed %d: not reached: %v", seed, want)
		}
		if groups < int64(len(got.Levels)) {
			t.Errorf("seed %d: %d groups in %d levels", seed, groups, len(got.Levels))
		}
		if t.Failed() {
			return
		}
	}
}

func TestCollector_Folds(t *testing.T) {
	unit := func(product, id int64) Goods {
		return Goods{Product: product, Units: stock.RunsOf([]int64{id}), Quantity: stock.One}
	}
	c := NewCollector(false, 10, false)
	var near []Item
	for g := int64(1); g <= 6; g++ {
		near = append(near, Item{ID: 10 * g, Entry: 7, Goods: unit(1, g)})
	}
	c.Near(near...)
	if got := Clusters([]int64{10, 20, 30, 40, 50, 60}, 10); len(got) != 1 || got[0] != (stock.Run{First: 10, Last: 60}) {
		t.Fatal(got)
	}
	for g := int64(1); g <= 6; g++ {
		product := int64(2)
		if g == 2 {
			product = 3
		}
		c.Far(Item{ID: 10*g - 5, Entry: 7, Goods: unit(4, 500+g)}, false) // of groups without a near item
		if g == 6 {
			c.Pass(10*g + 1)
			continue
		}
		c.Far(Item{ID: 10*g + 1, Entry: 7, Goods: unit(product, 100+g)}, false)
	}
	c.Far(Item{ID: 65, Entry: 7, Goods: unit(4, 600)}, false)
	l := c.Level()
	if len(l.Links) != 2 || l.Links[0].Groups != 4 || l.Links[0].In[0].Quantity != stock.Units(4) || l.Links[0].Out[0].Units.Count() != 4 || l.Links[1].Item != 21 {
		t.Errorf("%+v", l.Links)
	}
	if len(l.Goods) != 2 || l.Goods[0].Quantity != stock.Units(4) {
		t.Errorf("%+v", l.Goods)
	}
}

func TestWalk_Stops(t *testing.T) {
	w := &world{}
	for n := range int64(20) {
		w.groups = append(w.groups, worldGroup{n + 1, 2 * n, []int64{n + 1}, []int64{n + 2}})
	}
	from := []Goods{w.goods(1)}
	got, _ := Walk(t.Context(), from, w.step(false, 9), Options{MaxLevels: 3})
	if len(got.Levels) != 3 || !got.Stopped {
		t.Errorf("%d levels, stopped %v", len(got.Levels), got.Stopped)
	}
	got, _ = Walk(t.Context(), from, w.step(false, 9), Options{Progress: func(level int, nodes int64) bool { return level < 5 && nodes == int64(level) }})
	if len(got.Levels) != 5 || !got.Stopped {
		t.Errorf("%d levels, stopped %v", len(got.Levels), got.Stopped)
	}
	got, _ = Walk(t.Context(), from, w.step(false, 9), Options{})
	if len(got.Levels) != 20 || got.Stopped {
		t.Errorf("%d levels, stopped %v", len(got.Levels), got.Stopped)
	}
}

func TestCleanings(t *testing.T) {
	c := Cleanings{1: {10, 20}}
	for _, test := range []struct{ got, want Window }{
		{c.After(1, 5), Window{1, 5, 10}}, {c.After(1, 10), Window{1, 10, 20}}, {c.After(1, 25), Window{1, 25, stock.MaxID}},
		{c.Before(1, 5), Window{1, -stock.MaxID, 5}}, {c.Before(1, 15), Window{1, 10, 15}}, {c.Before(1, 30), Window{1, 20, 30}},
		{c.Before(2, 30), Window{2, -stock.MaxID, 30}},
	} {
		if test.got != test.want {
			t.Errorf("%v, want %v", test.got, test.want)
		}
	}
	got := Merge([]Window{{1, 5, 10}, {2, 0, 4}, {1, 8, 12}, {1, 20, 21}})
	if want := []Window{{1, 5, 12}, {1, 20, 21}, {2, 0, 4}}; !slices.Equal(got, want) {
		t.Errorf("%v", got)
	}
}

// TestWalk_LotAndUnits: goods that came to be told apart unit by unit lead to their lot, also where units of it are on the same level.
func TestWalk_LotAndUnits(t *testing.T) {
	made := Goods{Product: 2, Units: stock.RunsOf([]int64{9}), Quantity: stock.One}
	steps := 0
	walked, err := Walk(t.Context(), []Goods{made}, func(context.Context, Frontier) (*Level, error) {
		c := NewCollector(true, 10, false)
		if steps++; steps == 1 {
			for i := range int64(2) {
				c.Near(Item{11 + 10*i, 1, made})
			}
			c.Far(Item{10, 1, Goods{Product: 1, Lot: 5, Quantity: stock.Units(20)}}, false)
			c.Far(Item{20, 1, Goods{Product: 1, Lot: 5, Units: stock.RunsOf([]int64{7}), Quantity: stock.One}}, false)
		}
		return c.Level(), nil
	}, Options{})
	if err != nil || !walked.Reached.Lots.Contains(5) || !walked.Reached.Units.Contains(7) {
		t.Fatalf("%+v %v", walked.Reached, err)
	}
	if goods := walked.Levels[0].Goods; len(goods) != 2 || len(walked.Levels[0].Links) != 2 {
		t.Errorf("%+v", walked.Levels[0])
	}
}
