package sim

import (
	"context"
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"math/rand/v2"
	"slices"
	"sync"

	"clew/internal/auth"
	"clew/internal/stock"
	"clew/internal/store"
)

// Poster is what takes drafts: the store, or one that a planted fault makes wrong.
type Poster interface {
	Post(ctx context.Context, drafts ...*stock.Draft) ([]stock.Outcome, error)
}

// Config says which history to run.
type Config struct {
	Seed       uint64
	Steps      int
	Ledger     store.Options // where it is kept; clock and salts are the history's
	Concurrent bool          // several calls at once, in an order that the seed does not tell
	// Fault, for tests of the checks, stands between the history and the store.
	Fault func(*store.Store) Poster
	// Tamper, for tests of the checks, changes the file of SQLite before it is checked.
	Tamper func(path string) error
}

// Result counts what became of a history's steps.
type Result struct {
	Steps, Accepted, Refused, Kept, Replayed int
	Judged                                   int // of which the model had an opinion
	Kinds                                    map[string]int
	Leaves                                   [32]byte // hash of all leaf bytes, in order
}

// history is one run.
type history struct {
	Config
	draw   *drawer
	m      *model
	store  *store.Store
	post   Poster
	mu     sync.Mutex // of the clock, which the writer reads
	clock  stock.Time
	result Result

	asks     *rand.Rand
	memories []memory
}

// start is Friday, 23 January 2026.
const start = stock.Time(1_769_155_200_000)

// Run runs one history and checks it. The error says what was wrong, and in which step.
func Run(ctx context.Context, c Config) (Result, error) {
	h := &history{Config: c, m: newModel(), clock: start, result: Result{Kinds: map[string]int{}}}
	h.draw = newDrawer(c.Seed, h.m)
	err := h.run(ctx)
	if h.store != nil {
		h.store.Close()
	}
	if err != nil {
		err = fmt.Errorf("seed %d, step %d: %w", c.Seed, h.result.Steps, err)
	}
	return h.result, err
}

func (h *history) open(ctx context.Context) (err error) {
	salts := rand.New(rand.NewPCG(h.Seed, 2))
	o := h.Ledger
	o.Readers, o.Clock = 1, h.now
	o.Salt = func() (salt [16]byte) {
		binary.BigEndian.PutUint64(salt[:], salts.Uint64())
		binary.BigEndian.PutUint64(salt[8:], salts.Uint64())
		return salt
	}
	if h.store, err = store.Open(ctx, o); err != nil {
		return err
	}
	h.post = h.store
	if h.Fault != nil {
		h.post = h.Fault(h.store)
	}
	return nil
}

func (h *history) now() stock.Time {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.clock
}

func (h *history) run(ctx context.Context) error {
	if err := h.open(ctx); err != nil {
		return err
	}
	h.m.now = h.clock
	h.asks = rand.New(rand.NewPCG(h.Seed, 4))
	var first []command
	for _, body := range append(genesis(), furtherGenesis()...) {
		first = append(first, command{draft: &stock.Draft{By: auth.AtMachine, Actor: "desk", Body: body}})
	}
	if err := h.round(ctx, [][]command{first}); err != nil {
		return err
	}
	for h.result.Steps < h.Steps {
		h.tick()
		if err := h.round(ctx, h.calls()); err != nil {
			return err
		}
		if err := h.remember(ctx); err != nil {
			return err
		}
	}
	if h.Tamper != nil {
		h.store.Close()
		if err := h.Tamper(h.Ledger.Path); err != nil {
			return err
		}
		if err := h.open(ctx); err != nil {
			return err
		}
	}
	return h.check(ctx)
}

// tick lets time pass: mostly minutes, sometimes days, now and then none.
func (h *history) tick() {
	step := stock.Time(h.draw.IntN(20 * 60_000))
	if h.draw.chance(4) {
		step = stock.Time(h.draw.IntN(3 * 86400_000))
	}
	h.mu.Lock()
	h.clock += step
	h.m.now = h.clock
	h.mu.Unlock()
}

// calls draws what is asked next: one call of some commands, or several calls at once.
func (h *history) calls() [][]command {
	n := 1
	if h.Concurrent {
		n = 1 + h.draw.IntN(4)
	}
	out := make([][]command, n)
	for i := range out {
		for range 1 + h.draw.IntN(14) {
			out[i] = append(out[i], h.draw.command())
		}
	}
	return out
}

// round posts calls at once, puts them into the order in which they were decided, and holds each answer against the model.
func (h *history) round(ctx context.Context, calls [][]command) error {
	outs := make([][]stock.Outcome, len(calls))
	errs := make([]error, len(calls))
	var wg sync.WaitGroup
	for i, call := range calls {
		var drafts []*stock.Draft
		for _, c := range call {
			drafts = append(drafts, c.draft)
		}
		wg.Go(func() { outs[i], errs[i] = h.post.Post(ctx, drafts...) })
	}
	wg.Wait()
	order := make([]int, len(calls))
	for i := range calls {
		order[i] = i
		if errs[i] != nil {
			return errs[i]
		}
	}
	slices.SortStableFunc(order, func(a, b int) int { return int(firstEntry(outs[a]) - firstEntry(outs[b])) })
	for _, i := range order {
		// When none of a call's drafts was recorded, nobody can tell between which others it was decided.
		known := len(calls) == 1 || firstEntry(outs[i]) > 0
		for k, c := range calls[i] {
			h.result.Steps++
			if err := h.answer(c, outs[i][k], known); err != nil {
				return fmt.Errorf("%w\nin %s", err, describe(c))
			}
		}
	}
	return nil
}

// firstEntry is the first new entry of a call, 0 when it made none.
func firstEntry(outs []stock.Outcome) int64 {
	for _, o := range outs {
		if len(o.Entries) > 0 {
			return o.Entries[0].ID
		}
	}
	return 0
}

// answer holds one outcome against the model's verdict, then takes it into the model.
func (h *history) answer(c command, o stock.Outcome, known bool) error {
	if (o.Err == nil) == (o.Entry == 0) {
		return fmt.Errorf("the outcome has both or neither of an entry and an error: %+v", o)
	}
	if o.Err == nil && !o.Replayed && !o.Unchanged && posted(o) == nil {
		return fmt.Errorf("answered with entry %d, which the answer does not hold", o.Entry)
	}
	v := h.m.judge(c)
	if v.opinion && known {
		h.result.Judged++
		if err := v.hold(o); err != nil {
			return err
		}
	}
	h.tally(c, o)
	for _, e := range o.Entries {
		if err := h.m.apply(e); err != nil {
			return err
		}
	}
	if err := h.corrected(c, o); err != nil {
		return err
	}
	if err := h.packed(c, o); err != nil {
		return err
	}
	return h.chose(c, o)
}

// posted is the entry that records what was asked for; an answer may hold others too.
func posted(o stock.Outcome) *stock.Entry {
	for _, e := range o.Entries {
		if e.ID == o.Entry {
			return e
		}
	}
	return nil
}

// hold compares a verdict with what the store did.
func (v verdict) hold(o stock.Outcome) error {
	code := ""
	switch {
	case o.Err != nil:
		code = o.Err.Code
	case o.Kept:
		for _, e := range o.Entries {
			if e.Exception != nil {
				code = e.Exception.Code
			}
		}
	}
	switch {
	case v.replay != 0 && (o.Entry != v.replay || !o.Replayed):
		return fmt.Errorf("the same request was answered by entry %d before, now by %d (%v)", v.replay, o.Entry, o.Err)
	case v.replay != 0 || v.bad && code != "":
		return nil
	case v.bad:
		return fmt.Errorf("bad input was accepted as entry %d", o.Entry)
	case len(v.codes) == 0 && code != "":
		return fmt.Errorf("refused, but nothing stands in the way: %s %v", code, o.Err)
	case len(v.codes) > 0 && !slices.Contains(v.codes, code):
		return fmt.Errorf("answered with %q and entry %d (%v), it must be refused with %s", code, o.Entry, o.Err, v.codes)
	}
	return nil
}

func (h *history) tally(c command, o stock.Outcome) {
	switch {
	case o.Err != nil:
		h.result.Refused++
	case o.Kept:
		h.result.Kept++
	case o.Replayed:
		h.result.Replayed++
	default:
		h.result.Accepted++
		for _, e := range o.Entries {
			h.result.Kinds[e.Kind.String()]++
		}
	}
}

// chose checks what the strategy picked: as much as was asked for, and nothing free left that comes earlier.
func (h *history) chose(c command, o stock.Outcome) error {
	d, ok := c.draft.Body.(*stock.MovementDraft)
	if !ok || o.Err != nil || o.Replayed || o.Kept || d.Kind != stock.KindShip || len(d.Items) != 1 || d.OccurredAt != 0 || d.Override != "" {
		return nil
	}
	it := &h.m.inPieces(d).Items[0]
	p := h.m.products[it.Product]
	if it.Lot != "" || p.Tracking != stock.TrackLot {
		return nil
	}
	var sum stock.Quantity
	picked := map[stock.Slot]stock.Quantity{}
	for _, item := range posted(o).Items {
		sum += item.Quantity
		picked[stock.Slot{Product: item.Product, Lot: item.Lot, Place: item.From}] = 0 // gone from there already
		if item.Known != stock.Chosen {
			return fmt.Errorf("lot %d was chosen by the strategy and is marked %s", item.Lot, item.Known)
		}
	}
	if sum != *it.Quantity || h.m.skips(d, p, nil, picked) {
		return fmt.Errorf("the strategy picked %s of %s, or not what comes first", sum, *it.Quantity)
	}
	return nil
}

func describe(c command) string {
	return fmt.Sprintf("%T %+v key %q keep %v bad %v", c.draft.Body, c.draft.Body, c.draft.Key, c.draft.Keep, c.bad)
}

func leafHash(leaves func(func([]byte) error) error) (sum [32]byte, err error) {
	hash := sha256.New()
	err = leaves(func(leaf []byte) error {
		var size [8]byte
		binary.BigEndian.PutUint64(size[:], uint64(len(leaf)))
		hash.Write(size[:])
		hash.Write(leaf)
		return nil
	})
	return [32]byte(hash.Sum(nil)), err
}
