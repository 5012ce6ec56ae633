package app

import (
	"cmp"
	"context"
	"strconv"

	"clew/internal/stock"
	"clew/internal/store"
)

// AuditRecord is who changed what, when, from where and why.
type AuditRecord struct {
	Entry      int64         `json:"entry"`
	Kind       stock.Kind    `json:"kind"`
	RecordedAt stock.Time    `json:"recorded_at"`
	OccurredAt stock.Time    `json:"occurred_at"`
	Actor      string        `json:"actor"`
	Device     string        `json:"device,omitempty"`
	From       *stock.Origin `json:"from,omitempty" doc:"From where it came; absent where that is not known or was erased."`
	Site       string        `json:"site,omitempty"`
	About      int64         `json:"about,omitempty" doc:"The entry that it reverses, releases or resolves."`
	Reason     string        `json:"reason,omitempty"`
	Note       string        `json:"note,omitempty"`
	Overrides  []string      `json:"overrides,omitempty" doc:"Why rules were set aside, in the whole or in lines."`
	What       string        `json:"what,omitempty" doc:"Of something beside the log: what was done with it."`
	Signature  *Signature    `json:"signature,omitempty"`
	Changes    []AuditChange `json:"changes" doc:"Field by field; the first time that something is recorded, all that was said of it."`
}

// Act is a change of something beside the log.
type Act struct {
	Sort string `json:"sort" doc:"What was changed: feed, mapping, import, watched_file."`
	Name string `json:"name"`
	What string `json:"what"`
}

// AuditQuery chooses audited entries; what is left empty does not limit. At most one of the things is named.
type AuditQuery struct {
	Product, Lot, Site, Location, Partner, Group, Format, Field, Label string
	Entry                                                              int64
	User                                                               string // to whom it was done
	Actor                                                              string // who did it
	Thing                                                              string // beside the log, as feed:erp
	Kinds                                                              []stock.Kind
	From, To                                                           stock.Time
	After, Before                                                      int64
	Desc                                                               bool
	Limit                                                              int
}

// Audit lists who changed what.
func (a *App) Audit(ctx context.Context, q AuditQuery) ([]AuditRecord, error) {
	f, err := a.auditFilter(ctx, q)
	if err != nil {
		return nil, err
	}
	var rows []*stock.Entry
	if q.Entry != 0 {
		rows, err = a.Store.Entries(ctx, store.EntryFilter{IDs: []int64{q.Entry}, Limit: 1})
		if err == nil && len(rows) == 0 {
			err = stock.Errorf(stock.NotFound, stock.CodeUnknownEntry, "entry", "there is no entry %d", q.Entry)
		}
		if q.After >= q.Entry || q.Before != 0 && q.Before <= q.Entry {
			rows = nil
		}
	} else {
		rows, err = a.Store.AuditedEntries(ctx, f)
	}
	if err != nil || len(rows) == 0 {
		return []AuditRecord{}, err
	}
	return a.viewAudit(ctx, rows)
}

// viewAudit shows entries with what they changed.
func (a *App) viewAudit(ctx context.Context, rows []*stock.Entry) ([]AuditRecord, error) {
	before, former, err := a.before(ctx, rows)
	if err != nil {
		return nil, err
	}
	details, err := a.Store.DetailsBefore(ctx, rows)
	if err != nil {
		return nil, err
	}
	n := store.NewNames()
	for _, e := range rows {
		n.WantEntry(e)
	}
	for _, list := range [][]*stock.Entry{rows, before} {
		for _, e := range list {
			if err := wantRecords(n, e); err != nil {
				return nil, err
			}
		}
	}
	if err := a.Store.LoadNames(ctx, n); err != nil {
		return nil, err
	}
	said := map[store.Said]pairs{}
	for _, e := range before {
		records, err := recordsOf(e, n)
		if err != nil {
			return nil, err
		}
		for _, r := range records {
			said[store.Said{Touch: r.Touch, Entry: e.ID}] = r.pairs
		}
	}
	out := make([]AuditRecord, len(rows))
	for i, e := range rows {
		records, err := recordsOf(e, n)
		if err != nil {
			return nil, err
		}
		out[i] = viewRecord(e, n)
		for _, r := range records {
			was := said[store.Said{Touch: r.Touch, Entry: former[store.Said{Touch: r.Touch, Entry: e.ID}]}]
			out[i].Changes = append(out[i].Changes, r.pairs.changes(r.object, r.name, was)...)
		}
		out[i].others(e, n, details)
		if e.Kind == stock.KindCredential && len(out[i].Changes) == 0 {
			out[i].What = "replaced" // by what is in no entry
		}
	}
	return out, nil
}

// before reads the entries that said before what entries say anew, and tells which these are.
func (a *App) before(ctx context.Context, rows []*stock.Entry) ([]*stock.Entry, map[store.Said]int64, error) {
	var said []store.Said
	for _, e := range rows {
		touches, err := aspectsOf(e)
		if err != nil {
			return nil, nil, err
		}
		for _, t := range touches {
			said = append(said, store.Said{Touch: t, Entry: e.ID})
		}
	}
	former, err := a.Store.Formerly(ctx, said)
	if err != nil {
		return nil, nil, err
	}
	var ids []int64
	seen := map[int64]bool{}
	for _, id := range former {
		if !seen[id] {
			seen[id] = true
			ids = append(ids, id)
		}
	}
	var out []*stock.Entry
	for len(ids) > 0 {
		n := min(len(ids), 1000)
		some, err := a.Store.Entries(ctx, store.EntryFilter{IDs: ids[:n], Limit: n})
		if err != nil {
			return nil, nil, err
		}
		out, ids = append(out, some...), ids[n:]
	}
	return out, former, nil
}

func viewRecord(e *stock.Entry, n *store.Names) AuditRecord {
	out := AuditRecord{Entry: e.ID, Kind: e.Kind, RecordedAt: e.RecordedAt, OccurredAt: e.OccurredAt, Actor: n.Actors[e.Actor], Device: n.Actors[e.Device],
		Site: siteCode(n, e.Site), About: e.About, Reason: e.Reason, Note: e.Note, Changes: []AuditChange{}}
	out.Signature = viewSignature(e, n)
	if e.Origin != (stock.Origin{}) {
		out.From = &e.Origin
	}
	if e.Override != "" {
		out.Overrides = append(out.Overrides, e.Override)
	}
	for i := range e.Items {
		if text := e.Items[i].Override; text != "" {
			out.Overrides = append(out.Overrides, text)
		}
	}
	for _, t := range e.Erasable {
		switch {
		case t.Erased == nil:
		case t.Field == "reason":
			out.Reason = erasedText
		case t.Field == "note":
			out.Note = erasedText
		case t.Field == "override":
			out.Overrides = append(out.Overrides, erasedText)
		}
	}
	return out
}

// others adds what an entry changed beside records: holds, what a correction put right, values of extra fields, files, and what is
// beside the log.
func (r *AuditRecord) others(e *stock.Entry, n *store.Names, before map[store.Said]string) {
	change := func(object, name, field, old, now string) {
		r.Changes = append(r.Changes, AuditChange{Object: object, Name: name, Field: field, Old: old, New: now})
	}
	if h := e.Hold; h != nil && (e.Kind == stock.KindHold || e.Kind == stock.KindRelease) {
		on := cmp.Or(lotName(n, h.Lot), n.PlaceRef(h.Place))
		name := strconv.FormatInt(h.ID, 10)
		if on != "" {
			name += " on " + on
		}
		switch {
		case e.Kind == stock.KindHold && e.Held.Count() > 0:
			change("hold", name, "units", "", strconv.FormatInt(e.Held.Count(), 10))
			change("hold", name, "state", "", "held")
		case e.Kind == stock.KindHold:
			change("hold", name, "state", "", "held")
		case h.Released == e.ID:
			change("hold", name, "state", "held", "released")
		default:
			change("hold", name, "units released", "", strconv.FormatInt(e.Lifted.Count(), 10))
		}
	}
	for _, c := range viewCorrections(e.Corrections, n) {
		name, object := c.Product+"/"+c.Lot, "lot"
		if c.Unit != "" {
			name, object = c.Product+"/"+c.Unit, "unit"
		}
		change(object, name, c.Field, c.Before, c.After)
	}
	for _, d := range e.Details {
		of := viewOwner(d, n)
		touch := stock.Touch{Object: stock.CarrierOf(d.On), ID: d.Owner, Aspect: stock.AspectField + d.Field}
		if d.Owner != 0 {
			change(d.On.String(), cmp.Or(of.Partner, pathOf(of.Product, of.Lot)), "fields."+d.Code, before[store.Said{Touch: touch, Entry: e.ID}], d.Value)
		}
	}
	if f := e.File; f != nil {
		change("file", strconv.FormatInt(e.ID, 10), "attached", "", f.Name)
	}
	if v := viewReview(e.Review); v != nil {
		r.Changes = append(r.Changes, pairsOf(v).changes("rights_review", strconv.FormatInt(e.ID, 10), nil)...)
	}
	if m, err := tellMaster(e); err == nil { // an entry that cannot be read was named by recordsOf
		if k := m.LogKey; k != nil {
			change("log", "key", "key", "", k.Key)
		}
		if m.Erasure != nil {
			r.Changes = append(r.Changes, pairsOf(viewErasure(m.Erasure, n)).changes("erasure", strconv.FormatInt(e.ID, 10), nil)...)
		}
	}
	if act := e.Act; act != nil {
		r.What = act.What
		r.Changes = append(r.Changes, pairsIn(act.New).changes(act.Sort, act.Name, pairsIn(act.Old))...)
	}
}

func lotName(n *store.Names, id int64) string {
	l := n.Lots[id]
	if l == nil || n.Products[l.Product] == nil {
		return ""
	}
	return pathOf(n.Products[l.Product].SKU, l.Code)
}

func pathOf(in, name string) string {
	if name == "" {
		return in
	}
	return in + "/" + name
}
