package sim

import (
	"context"
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"strings"

	"clew/internal/stock"
	"clew/internal/store"
	"clew/internal/trace"
)

// memory is what the ledger answered when an entry was its last. As known at that entry it must answer the same for ever, whatever
// was recorded, corrected or released since.
type memory struct {
	entry int64
	mixed string // the tanks of then: traces through them go by what places are today
	said  map[string]string
}

// remember asks some questions now and then.
func (h *history) remember(ctx context.Context) error {
	if h.m.lastID == 0 || h.asks.IntN(60) > 0 {
		return nil
	}
	said, err := answers(ctx, h.store.Today(), h.m.lastID)
	h.memories = append(h.memories, memory{h.m.lastID, h.m.tanks(), said})
	return err
}

// recall asks the same questions again, as known then.
func (h *history) recall(ctx context.Context) error {
	for _, m := range h.memories {
		past, err := h.store.View(ctx, store.AsAt{Known: m.entry})
		if err != nil {
			return err
		}
		said, err := answers(ctx, past, m.entry)
		if err != nil {
			return err
		}
		for _, question := range slices.Sorted(maps.Keys(m.said)) {
			if strings.HasPrefix(question, "trace") && m.mixed != h.m.tanks() {
				continue
			}
			if said[question] != m.said[question] {
				now, then := differ(said[question], m.said[question])
				return fmt.Errorf("as known at entry %d of %d: %s is told now as\n%s\nand was told then as\n%s", m.entry, h.m.lastID, question, now, then)
			}
		}
	}
	return nil
}

// differ is the first line in which two texts differ.
func differ(a, b string) (string, string) {
	x, y := strings.Split(a, "\n"), strings.Split(b, "\n")
	for i := range min(len(x), len(y)) {
		if x[i] != y[i] {
			return x[i], y[i]
		}
	}
	return a, b
}

// tanks lists the mixed locations.
func (m *model) tanks() (out string) {
	for _, id := range slices.Sorted(maps.Keys(m.places)) {
		if m.places[id].Mixed {
			out += fmt.Sprint(id, " ")
		}
	}
	return out
}

// answers asks for stock, lots, units and holds, and traces some goods both ways.
func answers(ctx context.Context, v *store.View, seed int64) (map[string]string, error) {
	out := map[string]string{}
	stocks, err := v.Stock(ctx, store.StockFilter{Virtual: true, Limit: 100_000})
	for _, r := range stocks {
		out["stock"] += fmt.Sprintf("%+v %s %s\n", r.Slot, r.Balance.Quantity, r.Balance.Second)
	}
	if err != nil {
		return nil, err
	}
	lots, err := v.Lots(ctx, store.LotFilter{Limit: 1000})
	for _, l := range lots {
		out["lots"] += fmt.Sprintf("%d %s %+v of %d\n", l.ID, l.Code, l.Dates, l.Source)
	}
	if err != nil {
		return nil, err
	}
	holds, err := v.HoldList(ctx, store.HoldFilter{Limit: 1000})
	for _, h := range holds {
		out["holds"] += fmt.Sprintf("%d %d %d %v of %v\n", h.Hold.ID, h.Hold.Lot, h.Hold.Place, h.Hold.Units, h.Units)
	}
	if err != nil {
		return nil, err
	}
	var goods []trace.Goods
	for _, l := range lots {
		goods = append(goods, trace.Goods{Product: l.Product, Lot: l.ID})
	}
	for _, sku := range serial {
		p, err := v.Product(ctx, sku)
		if err != nil {
			continue // not yet made
		}
		units, err := v.Units(ctx, store.UnitFilter{Product: p.ID, Limit: 1000})
		if err != nil {
			return nil, err
		}
		for _, u := range units {
			out["units of "+sku] += fmt.Sprintf("%d %s at %d of lot %d, %d holds\n", u.ID, u.Serial, u.Place, u.Lot, u.Holds)
			goods = append(goods, trace.Goods{Product: p.ID, Lot: u.Lot, Units: stock.RunsOf([]int64{u.ID}), Quantity: stock.One})
		}
	}
	random := rand.New(rand.NewPCG(uint64(seed), 5))
	for range min(5, len(goods)) {
		if err := traceOne(ctx, v, goods[random.IntN(len(goods))], out); err != nil {
			return nil, err
		}
	}
	return out, nil
}

func traceOne(ctx context.Context, v *store.View, g trace.Goods, out map[string]string) error {
	for _, up := range []bool{true, false} {
		walked, err := trace.Walk(ctx, []trace.Goods{g}, v.NewTracer(ctx, up, 100).Step, trace.Options{})
		if err != nil {
			return err
		}
		out[fmt.Sprintf("trace of %d %v up %v", g.Lot, g.Units, up)] = fmt.Sprintf("%+v", walked.Reached)
	}
	places := map[int64]stock.Quantity{}
	err := v.WhereNow(ctx, []trace.Goods{g}, func(w store.Whereabouts) { places[w.Place] += w.Quantity })
	out[fmt.Sprintf("where %d %v", g.Lot, g.Units)] = fmt.Sprint(places)
	return err
}
