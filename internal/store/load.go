package store

import (
	"context"
	"database/sql"
	"maps"
	"slices"
	"strings"

	"clew/internal/stock"
)

// loader fills a State with what a batch of drafts touches: names first, then the goods they stand for, then where
// those are. Each step is a set query; a step nobody asks for is not run.
type loader struct {
	*writer
	reads    func(ctx context.Context, text string, args []any, scan func(*sql.Rows) error) error // how, where it is no batch of the writer
	ctx      context.Context
	needs    *stock.Needs
	s        *stock.State
	places   map[int64]struct{} // places to be loaded with those they lie in
	sites    map[int64]struct{} // sites whose stock is looked at
	slots    []slotRow
	put      []stock.Slot // where entries that may be reversed put their goods
	lots     map[int64]struct{}
	units    stock.Runs // units to be loaded by id
	fieldsAt int64      // the entry that last changed an extra field, 0 when there are none
	closedAt int64      // the newest closing
	chosenAt int64      // the entry that changed a setting last
}

type slotRow struct {
	slot    stock.Slot
	balance stock.Balance
}

func (w *writer) load(ctx context.Context, drafts []*stock.Draft) (*stock.State, error) {
	l := w.loader(ctx)
	// What is read first needs nothing of the head but which extra fields there are, and those change seldom.
	ahead := w.store.shared && w.known.read && !slices.ContainsFunc(drafts, func(d *stock.Draft) bool { _, is := d.Body.(*stock.ResolveDraft); return is })
	if ahead {
		l.fieldsAt = w.known.at
		l.ready(drafts)
		err := w.together(ctx, append([]func() error{l.head}, l.named()...)...)
		if err != nil {
			return nil, err
		}
		if ahead = l.fieldsAt == w.known.at; !ahead {
			head := l
			l = w.loader(ctx)
			l.s.Now, l.s.Next, l.fieldsAt, l.closedAt, l.chosenAt = head.s.Now, head.s.Next, head.fieldsAt, head.closedAt, head.chosenAt
		}
	}
	if !ahead {
		if l.s.Next.Entry == 0 {
			if err := l.head(); err != nil {
				return nil, err
			}
		}
		if err := l.prepare(drafts); err != nil {
			return nil, err
		}
		if err := l.fields(); err != nil {
			return nil, err
		}
		l.ready(drafts)
		if err := w.together(ctx, l.named()...); err != nil {
			return nil, err
		}
	}
	if err := l.rest(); err != nil {
		return nil, err
	}
	l.s.Loaded()
	return l.s, nil
}

func (w *writer) loader(ctx context.Context) *loader {
	return &loader{writer: w, ctx: ctx, s: stock.NewState(0, w.store.salt),
		places: map[int64]struct{}{}, sites: map[int64]struct{}{}, lots: map[int64]struct{}{}}
}

// ready finds out what drafts need.
func (l *loader) ready(drafts []*stock.Draft) {
	l.needs = stock.NeedsOf(drafts)
	l.resolve()
}

// named are the loads of what drafts name, of which none waits for another.
func (l *loader) named() []func() error {
	return []func() error{
		l.current, l.keys, l.actors, chain(l.products, l.barcodes), l.labels, l.siteRows, l.partners, l.exceptions, l.holds,
	}
}

// rest are the loads that build on what is named, and on each other.
func (l *loader) rest() error {
	for _, steps := range [][]func() error{
		{l.people}, {l.rightsLists},
		{l.sitePlaces, l.partnerPlaces, l.locations, l.entries},
		{chain(l.lotNames, l.formers), l.serials, l.stockRows},
		{l.deeds}, {l.unitsAt}, {l.unitIDs}, {l.heldFormerly}, {l.everywhere}, {l.siteStock}, {l.lotIDs}, {l.lotBalances}, {l.contents}, {l.putBalances}, {l.lotIDs},
		{l.placeRows, l.activeHolds, l.heldUnits},
		{l.balances}, {l.releasedLots}, {l.groups}, {l.evidence}, {l.formats}, {l.counters}, {l.closings}, {l.whereabouts}, {l.settings}, {l.texts},
	} {
		if err := l.together(l.ctx, steps...); err != nil {
			return err
		}
	}
	return nil
}

// head takes the writer's place in line and reads the next ids. The clock of the ledger never goes back.
func (l *loader) head() error {
	n := &l.s.Next
	err := l.each(l.ctx, `UPDATE ledger_head SET turn = turn + 1 WHERE id = 1
		RETURNING recorded_at, next_entry, next_item, next_unit, next_lot, next_master, fields, closing, setting`, nil,
		func(r *sql.Rows) error {
			return r.Scan(&l.s.Now, &n.Entry, &n.Item, &n.Unit, &n.Lot, &n.Master, &l.fieldsAt, &l.closedAt, &l.chosenAt)
		})
	if err == nil && n.Entry == 0 {
		err = errUnderCopy // the head of a ledger that is being copied has another id
	}
	l.s.Now = max(l.s.Now, l.store.clock())
	return err
}

// prepare reads the movements kept by exceptions that are to be resolved, since they say what else is needed.
func (l *loader) prepare(drafts []*stock.Draft) error {
	byException := map[int64][]*stock.ResolveDraft{}
	for _, d := range drafts {
		if r, ok := d.Body.(*stock.ResolveDraft); ok {
			if err := r.Prepare(nil); err != nil {
				return err
			}
			byException[r.Exception] = append(byException[r.Exception], r)
		}
	}
	if len(byException) == 0 {
		return nil
	}
	return l.each(l.ctx, `SELECT e.entry, e.text FROM @rows($1: id int) r JOIN erasable e ON e.entry = r.id AND e.field = 'draft'`,
		[]any{ids(maps.Keys(byException))}, func(r *sql.Rows) error {
			var id int64
			var text sql.NullString
			if err := r.Scan(&id, &text); err != nil {
				return err
			}
			for _, d := range byException[id] {
				if err := d.Prepare([]byte(text.String)); err != nil {
					return err
				}
			}
			return nil
		})
}

func (l *loader) keys() error {
	if len(l.needs.Keys) == 0 {
		return nil
	}
	return l.each(l.ctx, `SELECT e.client_key, e.id, e.request_hash, e.kind FROM @rows($1: k text) r JOIN entry e ON e.client_key = r.k`,
		[]any{names(maps.Keys(l.needs.Keys))}, func(r *sql.Rows) error {
			var key string
			var use stock.KeyUse
			var hash []byte
			var kind stock.Kind
			if err := r.Scan(&key, &use.Entry, &hash, &kind); err != nil {
				return err
			}
			use.Kept = kind == stock.KindException
			copy(use.Hash[:], hash)
			l.s.Keys[key] = use
			return nil
		})
}

func (l *loader) actors() error {
	var set rowset
	for key := range l.needs.Actors {
		set.add(key.Name, int(key.Kind))
	}
	return l.each(l.ctx, `SELECT a.id, a.kind, a.name FROM @rows($1: name text, kind int) r JOIN actor a ON a.name = r.name AND a.kind = r.kind`,
		[]any{set.text()}, func(r *sql.Rows) error {
			a := &stock.Actor{}
			if err := r.Scan(&a.ID, &a.Kind, &a.Name); err != nil {
				return err
			}
			l.s.Actors[stock.ActorKey{Kind: a.Kind, Name: a.Name}] = a
			return nil
		})
}

const productColumns = `p.id, p.entry, p.sku, COALESCE(p.gtin, ''), p.name, p.tracking, p.uom, p.decimals, p.strategy, p.tolerance,
	p.requires, p.past, p.shelf_life, p.warn_days, p.unit_cost, p.tags, p.hold_when, p.active, p.product_group, p.packaging, p.lot_format, p.serial_format, p.class`

func scanProduct(r *sql.Rows, more ...any) (*stock.Product, error) {
	p := &stock.Product{}
	var tags, packaging string
	err := r.Scan(append([]any{&p.ID, &p.Entry, &p.SKU, &p.GTIN, &p.Name, &p.Tracking, &p.UoM, &p.Decimals, &p.Strategy, &p.Tolerance,
		&p.Requires, &p.Past, &p.ShelfLife, &p.WarnDays, &p.UnitCost, &tags, &p.HoldWhen, &p.Active, &p.Group, &packaging, &p.LotFormat, &p.SerialFormat, &p.Class}, more...)...)
	if tags != "" {
		p.Tags = strings.Split(tags, ",")
	}
	if packaging != "" && err == nil {
		// A text that was tampered with reads as no packaging: then the leaf is not the one that was sealed.
		p.Packaging, _ = stock.ParsePackaging(packaging)
	}
	return p, err
}

func (l *loader) products() error {
	if len(l.needs.SKUs) == 0 && len(l.needs.GTINs) == 0 {
		return nil
	}
	text := `SELECT ` + productColumns + `, EXISTS (SELECT 1 FROM balance b WHERE b.product = p.id) OR EXISTS (SELECT 1 FROM lot l WHERE l.product = p.id)
		FROM (SELECT n.id FROM @rows($1: k text) r JOIN product n ON n.sku = r.k
			UNION SELECT n.id FROM @rows($2: k text) r JOIN product n ON n.gtin = r.k
			UNION SELECT g.product FROM @rows($2: k text) r JOIN packaging_gtin g ON g.gtin = r.k) k CROSS JOIN product p WHERE p.id = k.id`
	return l.each(l.ctx, text, []any{names(maps.Keys(l.needs.SKUs)), names(maps.Keys(l.needs.GTINs))}, func(r *sql.Rows) error {
		var history bool
		p, err := scanProduct(r, &history)
		if err != nil {
			return err
		}
		p.HasHistory = history
		l.s.LoadProduct(p)
		return nil
	})
}

// productOf is the product that a draft names by SKU or GTIN, or nil.
func (l *loader) productOf(name string) *stock.Product { return l.s.FindProduct(name) }

const siteColumns = `s.id, s.entry, s.code, s.name, s.time_zone, s.gln, s.private, s.contact, s.active`

func scanSite(r *sql.Rows) (*stock.Site, error) {
	v := &stock.Site{}
	return v, r.Scan(&v.ID, &v.Entry, &v.Code, &v.Name, &v.TimeZone, &v.GLN, &v.Private, &v.Contact, &v.Active)
}

// siteRows loads the sites named.
func (l *loader) siteRows() error {
	if len(l.needs.Sites) == 0 {
		return nil
	}
	set := names(maps.Keys(l.needs.Sites))
	return l.each(l.ctx, `SELECT `+siteColumns+` FROM @rows($1: k text) r JOIN site s ON s.code = r.k`, []any{set}, func(r *sql.Rows) error {
		v, err := scanSite(r)
		if err != nil {
			return err
		}
		l.s.LoadSite(v)
		l.sites[v.ID] = struct{}{}
		return nil
	})
}

// sitePlaces loads their virtual places.
func (l *loader) sitePlaces() error {
	if len(l.sites) == 0 {
		return nil
	}
	return l.each(l.ctx, `SELECT `+placeColumns+` FROM @rows($1: id int) r JOIN place p ON p.site = r.id AND p.site > 0 AND p.code = '' AND p.kind > 0`,
		[]any{ids(maps.Keys(l.sites))}, l.place)
}

const placeColumns = `p.id, p.entry, p.kind, p.site, p.parent, p.partner, p.dispatch, p.to_site, p.code, p.name, p.gln, p.blocking, p.mixed, p.zone, p.active`

func scanPlace(r *sql.Rows) (*stock.Place, error) {
	p := &stock.Place{}
	return p, r.Scan(&p.ID, &p.Entry, &p.Kind, &p.Site, &p.Parent, &p.Partner, &p.Dispatch, &p.ToSite, &p.Code, &p.Name, &p.GLN,
		&p.Blocking, &p.Mixed, &p.Zone, &p.Active)
}

func (l *loader) place(r *sql.Rows) error {
	p, err := scanPlace(r)
	if err == nil {
		l.s.LoadPlace(p)
	}
	return err
}

const partnerColumns = `p.id, p.entry, p.code, p.name, p.gln, p.roles, p.hold_when, p.contacts, p.licences, p.active`

func scanPartner(r *sql.Rows) (*stock.Partner, error) {
	p := &stock.Partner{}
	var contacts, licences string
	if err := r.Scan(&p.ID, &p.Entry, &p.Code, &p.Name, &p.GLN, &p.Roles, &p.HoldWhen, &contacts, &licences, &p.Active); err != nil {
		return p, err
	}
	var err error
	if p.Contacts, err = stock.ParseList[stock.Contact](contacts); err == nil {
		p.Licences, err = stock.ParseList[stock.Licence](licences)
	}
	return p, err
}

func (l *loader) partners() error {
	if len(l.needs.Partners) == 0 {
		return nil
	}
	set := names(maps.Keys(l.needs.Partners))
	return l.each(l.ctx, `SELECT `+partnerColumns+` FROM @rows($1: k text) r JOIN partner p ON p.code = r.k`, []any{set}, func(r *sql.Rows) error {
		p, err := scanPartner(r)
		if err == nil {
			l.s.LoadPartner(p)
		}
		return err
	})
}

// partnerPlaces loads where partners named can have goods.
func (l *loader) partnerPlaces() error {
	if len(l.needs.Partners) == 0 || len(l.s.PartnerIDs) == 0 {
		return nil
	}
	return l.each(l.ctx, `SELECT `+placeColumns+` FROM @rows($1: id int) r JOIN place p ON p.partner = r.id AND p.partner > 0`, []any{ids(maps.Keys(l.s.PartnerIDs))}, l.place)
}

// locations finds the locations named. One that its site lacks is looked for in other sites, so that the refusal can say so.
func (l *loader) locations() error {
	var set rowset
	want := map[stock.PlaceKey]struct{}{}
	for pair := range l.needs.Locations {
		if v := l.s.Sites[pair.In]; v != nil {
			set.add(v.ID, pair.Name)
			want[stock.PlaceKey{Owner: v.ID, Code: pair.Name}] = struct{}{}
		}
	}
	load := func(r *sql.Rows) error {
		p, err := scanPlace(r)
		if err != nil {
			return err
		}
		l.s.LoadPlace(p)
		l.places[p.ID] = struct{}{}
		delete(want, stock.PlaceKey{Owner: p.Site, Code: p.Code})
		return nil
	}
	if set.n > 0 {
		if err := l.each(l.ctx, `SELECT `+placeColumns+` FROM @rows($1: site int, code text) r JOIN place p ON p.site = r.site AND p.site > 0 AND p.code = r.code AND p.kind = 0`,
			[]any{set.text()}, load); err != nil {
			return err
		}
	}
	if len(want) > 0 {
		codes := map[string]struct{}{}
		for key := range want {
			codes[key.Code] = struct{}{}
		}
		err := l.each(l.ctx, `SELECT `+placeColumns+` FROM @rows($1: code text) r JOIN site s ON true JOIN place p ON p.site = s.id AND p.site > 0 AND p.code = r.code AND p.kind = 0
			LIMIT 100`, []any{names(maps.Keys(codes))}, load)
		if err != nil {
			return err
		}
		if err := l.moreSites(); err != nil {
			return err
		}
	}
	for code := range l.needs.Trees {
		if v := l.s.Sites[code]; v != nil {
			if err := l.each(l.ctx, `SELECT `+placeColumns+` FROM place p WHERE p.site = $1 AND p.kind = 0`, []any{v.ID}, l.place); err != nil {
				return err
			}
		}
	}
	return nil
}

// moreSites loads the sites of places that were loaded without them.
func (l *loader) moreSites() error {
	missing := map[int64]struct{}{}
	for _, p := range l.s.Places {
		for _, site := range []int64{p.Site, p.ToSite} {
			if site != 0 && l.s.SiteIDs[site] == nil {
				missing[site] = struct{}{}
			}
		}
	}
	if len(missing) == 0 {
		return nil
	}
	return l.each(l.ctx, `SELECT `+siteColumns+` FROM @rows($1: id int) r JOIN site s ON s.id = r.id`, []any{ids(maps.Keys(missing))}, func(r *sql.Rows) error {
		v, err := scanSite(r)
		if err == nil {
			l.s.LoadSite(v)
		}
		return err
	})
}

// exceptions loads those that are to be resolved, and the open ones that queued movements may have to wait for: those that
// name the same lots and units.
func (l *loader) exceptions() error {
	if len(l.needs.Exceptions) == 0 && len(l.needs.Subjects) == 0 {
		return nil
	}
	args := []any{ids(maps.Keys(l.needs.Exceptions)), names(maps.Keys(l.needs.Subjects))}
	err := l.each(l.ctx, `WITH near AS (SELECT id FROM @rows($1: id int)
			UNION SELECT s.exception FROM @rows($2: k text) r JOIN exception_subject s ON s.subject = r.k
			UNION SELECT s.exception FROM @rows($1: id int) r JOIN exception_subject t ON t.exception = r.id JOIN exception_subject s ON s.subject = t.subject)
		SELECT x.id, x.code, x.field, x.resolved, e.site FROM near JOIN exception x ON x.id = near.id JOIN entry e ON e.id = x.id
		WHERE x.resolved = 0 OR x.id IN (SELECT id FROM @rows($1: id int))`, args, func(r *sql.Rows) error {
		x := &stock.Exception{}
		var site int64
		if err := r.Scan(&x.ID, &x.Code, &x.Field, &x.Resolved, &site); err != nil {
			return err
		}
		l.s.ExceptionSites[x.ID] = site
		l.s.Exceptions[x.ID] = x
		return nil
	})
	if err != nil || len(l.s.Exceptions) == 0 {
		return err
	}
	return l.each(l.ctx, `SELECT s.exception, s.subject FROM @rows($1: id int) r JOIN exception_subject s ON s.exception = r.id`,
		[]any{ids(maps.Keys(l.s.Exceptions))}, func(r *sql.Rows) error {
			var id int64
			var subject string
			if err := r.Scan(&id, &subject); err != nil {
				return err
			}
			x := l.s.Exceptions[id]
			x.Subjects = append(x.Subjects, subject)
			if first := l.s.Waiting[subject]; x.Resolved == 0 && (first == 0 || id < first) {
				l.s.Waiting[subject] = id
			}
			return nil
		})
}

// ids writes ids as a row set of one column, sorted so that statements read in key order.
func ids(keys func(func(int64) bool)) string {
	var set rowset
	for _, id := range slices.Sorted(keys) {
		set.add(id)
	}
	return set.text()
}

func names(keys func(func(string) bool)) string {
	var set rowset
	for _, name := range slices.Sorted(keys) {
		set.add(name)
	}
	return set.text()
}
