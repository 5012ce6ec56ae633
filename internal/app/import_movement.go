package app

import (
	"context"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"slices"
	"strings"
	"time"

	"clew/internal/stock"
	"clew/internal/store"
)

// movement is what a run of rows asks for, before the entries that it refers to are known.
type movement struct {
	draft *stock.MovementDraft
	about string // reference of the movement that it reverses, or of the dispatch that it receives
	field string // the column of about
	items []int  // of a reversal: for each item the place of what it reverses in the movement, from 1; 0 where the row does not say
	where map[string]int
	refs  []string // the column of each reference

	fact   stock.Body // what is said beside movements, instead of a draft
	after  string     // reference of the movement that entails the hold which the row is about
	hold   int64      // that a release lifts
	lifted []string   // the units taken out of it, all where none are named
	first  *importRow // of a correction of goods
	goods  []goodsRow // of a correction: the items of which the goods were of another lot
}

const (
	// maxRun and maxRunBytes are how many rows a movement may have, and how much text; all of it is held at once.
	maxRun      = 50_000
	maxRunBytes = 32 << 20
)

// movementReader gathers the rows of a movement: those that follow each other with the same reference.
type movementReader struct {
	run   *importRun
	ctx   context.Context
	zones map[string]*time.Location
	// used counts, by a hash of 8 bytes, how often a row's content or a reference was seen: a million rows take some 30 MB.
	used map[uint64]uint32

	ref   string
	rows  []*importRow
	size  int          // of the rows, in bytes
	long  bool         // the run is longer than may be
	stray []*importRow // rows that cannot be read, which may belong to the run that follows
}

// movements gives the function that takes a file's rows one by one, and nil at its end.
func (r *importRun) movements(ctx context.Context) func(*importRow, func(*pending) error) error {
	m := &movementReader{run: r, ctx: ctx, zones: map[string]*time.Location{}, used: map[uint64]uint32{}}
	return m.add
}

// add takes a row. A row that cannot be read is refused alone, unless its text shows the reference of the rows around it: then
// their movement is refused with it, lest it is recorded with an item missing.
func (m *movementReader) add(row *importRow, take func(*pending) error) error {
	switch {
	case row == nil:
		return m.flush(take, true)
	case row.cells == nil:
		if m.ref != "" && len(m.rows) < maxRun && m.size < maxRunBytes && strings.Contains(row.record.raw, m.ref) {
			m.rows = append(m.rows, row)
			m.size += row.size()
			return nil
		}
		if err := m.flush(take, true); err != nil {
			return err
		}
		m.stray = append(m.stray, row)
		if len(m.stray) > 100 {
			return m.flush(take, true)
		}
		return nil
	}
	ref := row.text("reference")
	if ref != "" && ref == m.ref && len(m.rows) > 0 {
		if len(m.rows) < maxRun && m.size < maxRunBytes {
			m.rows = append(m.rows, row)
			m.size += row.size()
			return nil
		}
		m.long = true // all of it is refused: this part as too long, the rest as what comes behind it
	}
	if err := m.flush(take, false); err != nil {
		return err
	}
	joined := -1
	for i, stray := range m.stray {
		if ref != "" && strings.Contains(stray.record.raw, ref) {
			joined = i
			break
		}
	}
	alone := m.stray
	if joined >= 0 {
		alone = m.stray[:joined]
		m.rows = append(m.rows, m.stray[joined:]...)
	}
	m.stray = nil
	for _, stray := range alone {
		if err := take(&pending{rows: []*importRow{stray}, fault: stray.fault}); err != nil {
			return err
		}
	}
	m.ref = ref
	m.rows = append(m.rows, row)
	m.size += row.size()
	return nil
}

// flush ends the run; with strays, also the rows before the next run that could not be read.
func (m *movementReader) flush(take func(*pending) error, strays bool) error {
	rows, ref := m.rows, m.ref
	m.rows, m.ref = nil, ""
	if len(rows) > 0 {
		p := m.pending(rows, ref)
		p.size += m.size / bytesAsUnit
		m.size, m.long = 0, false
		if err := take(p); err != nil {
			return err
		}
	}
	if !strays {
		return nil
	}
	alone := m.stray
	m.stray = nil
	for _, stray := range alone {
		if err := take(&pending{rows: []*importRow{stray}, fault: stray.fault}); err != nil {
			return err
		}
	}
	return nil
}

// pending makes a request of a run of rows.
func (m *movementReader) pending(rows []*importRow, ref string) *pending {
	p := &pending{rows: rows, movement: &movement{}}
	refuse := func(row int, err *stock.Error) *pending {
		p.fault, p.faulty = err, row
		return p
	}
	again := m.key(p, ref)
	if m.long {
		return refuse(0, stock.Errorf(stock.TooLarge, stock.CodeTooMany, "reference", "a movement has at most %d rows and %d MiB of text", maxRun, maxRunBytes>>20))
	}
	for i, row := range rows {
		if row.fault != nil {
			return refuse(i, row.fault)
		}
	}
	if again {
		return refuse(0, stock.Errorf(stock.Conflict, stock.CodeKeyReused, "reference",
			"the reference %q has rows further up: the rows of one movement follow each other, and each movement has a reference of its own", clipped(ref)))
	}
	if row, err := m.draft(p); err != nil {
		return refuse(row, err)
	}
	p.size = 1
	if p.movement.fact == nil {
		p.size = sizeOf(p.movement.draft) + len(p.movement.lifted)
	}
	return p
}

// key gives the run its client key: its reference, or its content and which occurrence of that it is. It reports whether
// the reference was used by rows further up.
func (m *movementReader) key(p *pending, ref string) (again bool) {
	h := sha256.New()
	if ref != "" {
		h.Write([]byte("reference\x00" + ref))
		p.request.Key = ref
	} else if row := p.rows[len(p.rows)-1]; row.cells != nil {
		row.contentTo(h.Write)
	}
	sum := h.Sum(nil)
	short := binary.LittleEndian.Uint64(sum[16:])
	m.used[short]++
	if ref != "" {
		return m.used[short] > 1
	}
	p.request.Key = "row-" + base64.RawURLEncoding.EncodeToString(sum[:16]) + "-" + itoa(int(m.used[short]))
	return false
}

// contentTo writes what a row says: all of a movement's, and of opening stock what it is stock of and where, so that another
// quantity of the same is not taken for more of it.
func (r *importRow) contentTo(write func([]byte) (int, error)) {
	opening := r.table.kind == "opening"
	for i, c := range r.table.columns {
		if r.cells[i] == "" || c.name == "reference" {
			continue
		}
		if opening && c.name != "site" && c.name != "location" && c.name != "product" && c.name != "scan" && c.name != "lot" && c.name != "units" {
			continue
		}
		write([]byte(c.name + "\x00" + r.cells[i] + "\x00"))
	}
	write([]byte(r.table.kind))
}

// sizeOf is the number of units that a movement names, at least 1.
func sizeOf(d *stock.MovementDraft) int {
	n := 1
	count := func(items []stock.ItemDraft) {
		for i := range items {
			for _, spec := range items[i].Units {
				if strings.Contains(spec, "..") || strings.Contains(spec, "~+") {
					units, _ := stock.ExpandSerials([]string{spec}, stock.MaxUnits) // refused by the rules, if it is wrong
					n += len(units)
				} else {
					n++
				}
			}
		}
	}
	count(d.Items)
	for _, g := range d.Groups {
		count(g.Inputs)
		count(g.Outputs)
	}
	return n
}

// zone is the time zone of a site, UTC for one that is not known: the rules will refuse it.
func (m *movementReader) zone(site string) *time.Location {
	zone := m.zones[site]
	if zone == nil {
		zone = time.UTC
		if v, err := m.run.app.Store.Site(m.ctx, site); err == nil {
			zone = v.Zone()
		}
		m.zones[site] = zone
	}
	return zone
}

// resolve finds the entries that movements refer to, and hashes what is asked.
func (r *importRun) resolve(ctx context.Context, batch []*pending) error {
	if err := r.restoreProducts(ctx, batch); err != nil {
		return err
	}
	var keys []string
	for _, p := range batch {
		if p.fault == nil && p.movement != nil {
			keys = append(keys, p.movement.named()...)
		}
	}
	known := map[string]int64{}
	if len(keys) > 0 {
		var err error
		if known, err = r.app.entriesOf(ctx, keys); err != nil {
			return err
		}
	}
	if err := r.recorded(ctx, batch); err != nil {
		return err
	}
	reversed, err := r.reversals(ctx, batch, known)
	if err != nil {
		return err
	}
	for _, p := range batch {
		if p.fault != nil || p.movement == nil {
			continue
		}
		if p.movement.about != "" {
			p.refer(known[p.movement.about], reversed)
		}
		p.nameGoods(known, reversed)
		if p.fault != nil {
			continue
		}
		p.request.Body = p.movement.body()
		var err error
		if p.request.Hash, err = HashOf(p.request.Body, ""); err != nil {
			return err
		}
		p.movement.override(r.o.Override)
	}
	return nil
}

// recorded finds out which references are such as export made for what this ledger recorded without one.
func (r *importRun) recorded(ctx context.Context, batch []*pending) error {
	var own []*pending
	for _, p := range batch {
		if p.fault != nil || p.movement == nil {
			continue
		}
		key := p.request.Key
		if _, _, entailed := cutHold(key); entailed || strings.HasSuffix(key, lossSuffix) || strings.HasPrefix(key, r.app.referencePrefix()) {
			own = append(own, p)
		}
	}
	same, err := r.app.recordedAs(ctx, own)
	for p, is := range same {
		p.already = is
		p.fault = stock.Errorf(stock.Conflict, stock.CodeKeyReused, "reference", "this ledger has recorded %q itself, and not as the row says", clipped(p.request.Key))
	}
	return err
}

// shownAtOnce is how many movements are read together of which items are reversed: each may name many units.
const shownAtOnce = 50

// reversals reads the movements of which the rows name what is reversed.
func (r *importRun) reversals(ctx context.Context, batch []*pending, known map[string]int64) (map[int64]Entry, error) {
	var ids []int64
	for _, p := range batch {
		if p.fault != nil || p.movement == nil {
			continue
		}
		if len(p.movement.items) > 0 {
			ids = append(ids, known[p.movement.about])
		}
		for _, g := range p.movement.goods {
			ids = append(ids, known[g.reference])
		}
	}
	slices.Sort(ids)
	out := map[int64]Entry{}
	for some := range slices.Chunk(slices.Compact(ids), shownAtOnce) {
		rows, err := r.app.Store.Entries(ctx, store.EntryFilter{IDs: some, Limit: len(some)})
		if err != nil {
			return nil, err
		}
		views, err := r.app.viewEntries(ctx, rows, serialsOfOne)
		if err != nil {
			return nil, err
		}
		for i, e := range rows {
			out[e.ID] = views[i]
		}
	}
	return out, nil
}

// refer puts the entry that a movement refers to into its draft, and the items that a reversal names.
func (p *pending) refer(entry int64, reversed map[int64]Entry) {
	m := p.movement
	switch {
	case entry == 0:
		what := "movement"
		if m.field == "hold" {
			what = "hold"
		} else if m.fact != nil {
			what = "correction"
		}
		p.fault = stock.Errorf(stock.NotFound, stock.CodeUnknownEntry, m.field, "no %s with the reference %q is recorded", what, clipped(m.about))
		return
	case m.field == "dispatch":
		m.draft.Dispatch = entry
		return
	case m.field == "hold":
		m.hold = entry
		return
	}
	if d, undone := m.fact.(*stock.CorrectionDraft); undone {
		d.Undo = entry
		return
	}
	m.draft.Reverses = entry
	for i, n := range m.items {
		it, fault := m.reversed(reversed[entry].Items, n, &m.draft.Items[i])
		if fault != nil {
			p.faulty, p.fault = m.where["items["+itoa(i)+"]"], fault
			return
		}
		m.draft.Items[i].Item = it.Item
	}
}

// reversed finds the item that a row of a reversal is about: the n-th as it was recorded or, with n 0, the only one of its
// product, lot and units.
func (m *movement) reversed(items []Item, n int, d *stock.ItemDraft) (*Item, *stock.Error) {
	if n != 0 {
		switch {
		case n < 0 || n > len(items):
			return nil, stock.Errorf(stock.Invalid, stock.CodeInvalidValue, "item", "%q has %d items: say which is reversed, from 1", clipped(m.about), len(items))
		case d.Product != "" && d.Product != items[n-1].Product:
			return nil, stock.Errorf(stock.Invalid, stock.CodeInvalidValue, "product", "item %d of %q is of %s, not %s", n, clipped(m.about), items[n-1].Product, clipped(d.Product))
		}
		return &items[n-1], nil
	}
	serial := ""
	if units, err := stock.ExpandSerials(d.Units, stock.MaxUnits); err == nil && len(units) > 0 {
		serial = units[0]
	}
	var found []*Item
	for i := range items {
		it := &items[i]
		if it.Product == d.Product && (d.Lot == "" || d.Lot == it.Lot) && (serial == "" || slices.Contains(it.Serials, serial)) {
			found = append(found, it)
		}
	}
	if len(found) != 1 {
		return nil, stock.Errorf(stock.Invalid, stock.CodeInvalidValue, "item", "%d items of %q are of this product, lot and unit: say which is reversed, from 1",
			len(found), clipped(m.about))
	}
	return found[0], nil
}

// override gives every item that says none itself the reason for late breaches. It is kept where it is needed only.
func (m *movement) override(text string) {
	if text == "" || m.fact != nil {
		return
	}
	set := func(items []stock.ItemDraft) {
		for i := range items {
			if items[i].Override == "" {
				items[i].Override = text
			}
		}
	}
	set(m.draft.Items)
	for _, g := range m.draft.Groups {
		set(g.Inputs)
		set(g.Outputs)
	}
}

// body is what is asked for. A release is quality's and not a movement's draft, though it moves goods.
func (m *movement) body() stock.Body {
	d := m.draft
	switch {
	case m.fact != nil:
		return m.fact
	case d.Kind != stock.KindRelease:
		return d
	}
	return &stock.ReleaseDraft{Hold: m.hold, Units: m.lifted, Override: d.Override, Site: d.Site, Scanner: d.Scanner, Items: d.Items, Reason: d.Reason, Note: d.Note, Capture: d.Capture, Occurred: d.OccurredAt}
}

// ownEntry reads a reference that export made for an entry of this ledger without a client key; 0 for any other.
func (a *App) ownEntry(reference string) int64 {
	rest, ok := strings.CutPrefix(reference, a.referencePrefix())
	if !ok {
		return 0
	}
	var n int64
	for _, c := range []byte(rest) {
		if c < '0' || c > '9' || n > stock.MaxID/10 {
			return 0
		}
		n = n*10 + int64(c-'0')
	}
	return n
}

// referencePrefix begins the references that export makes.
func (a *App) referencePrefix() string { return "clew-" + a.Store.Ledger()[:8] + "-" }
