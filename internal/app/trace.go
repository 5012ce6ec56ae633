package app

import (
	"context"
	"slices"
	"time"

	"clew/internal/stock"
	"clew/internal/store"
	"clew/internal/trace"
)

// TraceQuery says what to trace, and how far.
type TraceQuery struct {
	AsAt
	Code    string
	Kind    string // one of the code's meanings only: lot, alias, unit, entry, reference
	Product string // SKU or GTIN: of that product only
	// Direction is "up", "down", "none", or empty for both.
	Direction string
	Levels    int // 0: to the end
	Links     int // listed per level; 200 when 0
	History   int // lines listed; 200 when 0, none when negative
	// Progress is told of each level; false stops the walk there.
	Progress func(direction string, level int, nodes int64) bool
}

// tracedAtOnce is how many meanings of a code are traced in one answer.
const tracedAtOnce = 5

// Trace traces everything that the code can mean. It fails with unknown_code, and with unknown_product for another product.
func (a *App) Trace(ctx context.Context, q TraceQuery) (*Trace, error) {
	past, of, err := a.view(ctx, q.AsAt, time.UTC)
	if err != nil {
		return nil, err
	}
	meanings, names, err := a.meant(ctx, past, q)
	if err != nil {
		return nil, err
	}
	out := &Trace{Code: q.Code, Of: of, Meanings: meanings, Results: []Traced{}}
	if out.AsOf, _, err = a.Store.Head(ctx); err != nil {
		return nil, err
	}
	for _, m := range meanings {
		if !m.traceable() {
			continue
		}
		if len(out.Results) == tracedAtOnce {
			out.More++
			continue
		}
		t := &tracing{App: a, ctx: ctx, past: past, of: of, q: q, names: names, meaning: m}
		traced, err := t.run()
		if err != nil {
			return nil, err
		}
		out.Results = append(out.Results, *traced)
	}
	return out, nil
}

// meant looks the code up and narrows the answer to what the query asks for; it also tells the names that it read.
func (a *App) meant(ctx context.Context, past *store.View, q TraceQuery) ([]Meaning, *store.Names, error) {
	meanings, names, err := a.lookup(ctx, past, q.Code)
	if err != nil {
		return nil, nil, err
	}
	product := int64(0)
	if q.Product != "" {
		p, err := a.Store.Product(ctx, q.Product)
		if err != nil {
			return nil, nil, err
		}
		product = p.ID
	}
	meanings = slices.DeleteFunc(meanings, func(m Meaning) bool {
		return product != 0 && m.product != product || q.Kind != "" && m.Kind != q.Kind
	})
	if len(meanings) == 0 {
		return nil, nil, stock.Errorf(stock.NotFound, stock.CodeUnknownCode, "code", "nothing of that kind or product is known as %q", q.Code)
	}
	// A lot that several partners know by the code is one lot.
	seen := map[int64]bool{}
	return slices.DeleteFunc(meanings, func(m Meaning) bool {
		again := m.Kind == "alias" && seen[m.id]
		seen[m.id] = seen[m.id] || m.Kind == "alias"
		return again
	}), names, nil
}

// tracing is one trace under way: everything is read first, as ids; then what they are called, in a few set queries;
// then the answer is written.
type tracing struct {
	*App
	ctx     context.Context
	past    *store.View // the ledger as at the moment that is asked for
	of      Of
	q       TraceQuery
	meaning Meaning
	names   *store.Names
	heads   map[int64]*stock.Entry
	known   map[int64]stock.Date // of lots of unknown history: since when
	serials map[int64]string

	lot       *stock.Lot
	former    []string // serial numbers that the unit had before
	unit      *stock.Unit
	aliases   []stock.Alias
	fields    stock.Values  // of the lot
	entries   []int64       // of an entry or reference
	goods     []trace.Goods // the goods themselves
	upFrom    []trace.Goods
	downFrom  []trace.Goods
	used      stock.Quantity
	now       []whereOf
	held      map[int64]bool // places that a hold blocks
	up, down  *trace.Walked
	upGoods   [][]shown
	downGoods [][]shown
	unsure    unsure
	sums      sums
	received  []store.Receipt
	recAlias  []stock.Alias
	events    []store.Event
	moreAfter int64
	holds     []store.HoldRow
	doubts    []doubt
}

func (t *tracing) run() (*Traced, error) {
	facts := func() error {
		return t.beside(t.whereabouts, t.sources, t.history, t.quality, t.uncertain)
	}
	for _, step := range []func() error{t.subject, t.walk, facts, t.doubtful, t.name} {
		if err := step(); err != nil {
			return nil, err
		}
	}
	return t.view(), nil
}

// beside runs steps of which none needs what another reads. None of them may use it in turn.
func (t *tracing) beside(steps ...func() error) error {
	defer func(before context.Context) { t.ctx = before }(t.ctx)
	with := make([]func(context.Context) error, len(steps))
	for i, step := range steps {
		with[i] = func(ctx context.Context) error {
			t.ctx = ctx
			return step()
		}
	}
	return t.Store.Beside(t.ctx, with...)
}

// subject finds the goods that the trace starts from.
func (t *tracing) subject() error {
	switch m := t.meaning; m.Kind {
	case "unit":
		return t.startUnit(m.unit)
	case "lot", "alias":
		return t.startLot(m.id)
	case "entry":
		t.entries = []int64{m.id}
	case "reference":
		const most = 1000
		var err error
		if t.entries, err = t.past.EntriesOf(t.ctx, m.Code, m.Papers, most); err != nil {
			return err
		}
	}
	in, out, err := t.past.GoodsOf(t.ctx, t.entries)
	if err != nil {
		return err
	}
	t.upFrom, t.downFrom = in, out
	t.goods = trace.Sum(append(slices.Clone(out), onlyIn(in, out)...))
	return nil
}

// onlyIn are the goods of in that are not among out.
func onlyIn(in, out []trace.Goods) []trace.Goods {
	has := trace.NodesOf(out)
	var rest []trace.Goods
	for _, g := range in {
		if left := trace.NodesOf([]trace.Goods{g}).Minus(has); !left.Empty() {
			if len(g.Units) > 0 {
				g.Units = left.Units
				g.Quantity = stock.Units(left.Units.Count())
			}
			rest = append(rest, g)
		}
	}
	return rest
}

func (t *tracing) startLot(id int64) error {
	if err := t.beside(func() error { return t.loadLot(id) }, func() (err error) {
		t.aliases, err = t.past.AliasesOf(t.ctx, []int64{id})
		return err
	}); err != nil {
		return err
	}
	g := trace.Goods{Product: t.lot.Product, Lot: id}
	if t.names.Products[t.lot.Product].Tracking == stock.TrackSerial {
		var err error
		if g.Units, err = t.past.LotUnits(t.ctx, id); err != nil {
			return err
		}
		g.Quantity = stock.Units(g.Units.Count())
	}
	t.goods = []trace.Goods{g}
	t.upFrom, t.downFrom = t.goods, t.goods
	return nil
}

func (t *tracing) loadLot(id int64) error {
	t.names.WantLots(id)
	if err := t.past.LoadNames(t.ctx, t.names); err != nil {
		return err
	}
	t.lot = t.names.Lots[id]
	fields, err := t.past.Details(t.ctx, stock.OnLot, []int64{id})
	t.fields = fields[id]
	return err
}

func (t *tracing) startUnit(unit *stock.Unit) error {
	t.unit = unit
	var err error
	if t.former, err = t.past.FormerSerials(t.ctx, unit); err != nil {
		return err
	}
	if t.unit.Lot != 0 {
		if err = t.loadLot(t.unit.Lot); err != nil {
			return err
		}
		if t.aliases, err = t.past.AliasesOf(t.ctx, []int64{t.unit.Lot}); err != nil {
			return err
		}
	}
	t.goods = []trace.Goods{{Product: t.unit.Product, Lot: t.unit.Lot, Units: stock.RunsOf([]int64{unit.ID}), Quantity: stock.One}}
	t.upFrom, t.downFrom = t.goods, t.goods
	return nil
}

func (t *tracing) walk() error {
	up := func() (err error) { t.up, err = t.walkOne("up", t.upFrom); return err }
	down := func() (err error) { t.down, err = t.walkOne("down", t.downFrom); return err }
	if t.q.Progress == nil {
		return t.beside(up, down)
	}
	if err := up(); err != nil { // it is told level by level
		return err
	}
	return down()
}

func (t *tracing) walkOne(direction string, from []trace.Goods) (*trace.Walked, error) {
	if t.q.Direction != "" && t.q.Direction != direction {
		return &trace.Walked{}, nil
	}
	o := trace.Options{MaxLevels: t.q.Levels}
	if t.q.Progress != nil {
		o.Progress = func(level int, nodes int64) bool { return t.q.Progress(direction, level, nodes) }
	}
	tracer := t.past.NewTracer(t.ctx, direction == "up", t.links())
	walked, err := trace.Walk(t.ctx, from, tracer.Step, o)
	if direction == "down" && len(t.entries) == 0 {
		t.used = tracer.First
	}
	return walked, err
}

func (t *tracing) links() int {
	if t.q.Links <= 0 {
		return 200
	}
	return min(t.q.Links, 10_000)
}
