package store

import (
	"context"
	"database/sql"
	"maps"
	"strings"

	"clew/internal/stock"
)

// Look asks for what scans may mean and for what is known about it. Each field costs one statement, however much it asks for.
type Look struct {
	*stock.Needs
	Products, Lots, Units, Places, Partners, Sites map[int64]struct{} // by id
	Shelves                                        map[int64]struct{} // products whose stock is summed by place, whatever the lots
}

// NewLook asks for nothing yet.
func NewLook() *Look {
	set := func() map[int64]struct{} { return map[int64]struct{}{} }
	return &Look{Needs: stock.NeedsOf(nil), Products: set(), Lots: set(), Units: set(), Places: set(), Partners: set(), Sites: set(), Shelves: set()}
}

// Looked is what was found: the state as the rules see it, and products' stock by place.
type Looked struct {
	*stock.State
	Shelves map[int64]map[int64]stock.Quantity // by product and place
}

// LookUp loads what is asked for as the writer does for drafts, but beside the writer: nothing can be decided on it.
func (s *Store) LookUp(ctx context.Context, look *Look) (*Looked, error) {
	l := &loader{writer: &writer{store: s}, reads: s.query, ctx: ctx, needs: look.Needs, s: stock.NewState(s.Now(), s.salt),
		places: look.Places, sites: look.Sites, lots: look.Lots}
	for id := range look.Units {
		l.units = l.units.Union(stock.RunsOf([]int64{id}))
	}
	out := &Looked{l.s, map[int64]map[int64]stock.Quantity{}}
	for _, step := range []func() error{
		l.products, l.barcodes, func() error { return l.productIDs(look.Products) }, l.siteRows, l.sitePlaces, l.siteIDs, func() error { return l.partnerIDs(look.Partners) }, l.partners, l.partnerPlaces,
		l.lotNames, l.serials, l.unitIDs, l.lotIDs, func() error { return l.onHand(look.Shelves) }, func() error { return l.shelves(look.Shelves, out.Shelves) },
		l.placeRows, l.balances, l.activeHolds, l.formats,
	} {
		if err := step(); err != nil {
			return nil, err
		}
	}
	if err := l.beyond(); err != nil {
		return nil, err
	}
	l.s.Loaded()
	return out, nil
}

// each runs a statement where the loader is at home: in the writer's batch, or beside it.
func (l *loader) each(ctx context.Context, text string, args []any, scan func(*sql.Rows) error) error {
	if l.reads != nil {
		return l.reads(ctx, text, args, scan)
	}
	return l.writer.each(ctx, text, args, scan)
}

// beyond adds, of units and places that are hidden from who reads, that they are at another branch: so that nobody books them a second time.
func (l *loader) beyond() error {
	hidden, err := l.store.hidden(l.ctx)
	if err != nil || len(hidden) == 0 {
		return err
	}
	var set rowset
	for sku, serials := range l.needs.Serials {
		if p := l.productOf(sku); p != nil {
			for _, serial := range serials {
				if l.s.Serials[p.ID][serial] == nil {
					set.add(p.ID, serial)
				}
			}
		}
	}
	if set.n > 0 {
		if err := l.store.query(seeing(l.ctx), `SELECT u.id, u.product, u.serial, u.place FROM @rows($1: product int, serial text) r
			JOIN unit u ON u.product = r.product AND u.serial = r.serial`, []any{set.text()}, func(r *sql.Rows) error {
			u := &stock.Unit{}
			err := r.Scan(&u.ID, &u.Product, &u.Serial, &u.Place)
			l.s.LoadUnit(u)
			return err
		}); err != nil {
			return err
		}
	}
	var missing []int64
	for _, u := range l.s.Units {
		if l.s.Places[u.Place] == nil {
			missing = append(missing, u.Place)
		}
	}
	places, sites, err := l.store.masked(l.ctx, missing)
	for i, p := range places {
		l.s.LoadSite(sites[i])
		l.s.LoadPlace(p)
	}
	return err
}

func (l *loader) partnerIDs(want map[int64]struct{}) error {
	if len(want) == 0 {
		return nil
	}
	return l.each(l.ctx, `SELECT `+partnerColumns+` FROM @rows($1: id int) r JOIN partner p ON p.id = r.id`, []any{ids(maps.Keys(want))}, func(r *sql.Rows) error {
		p, err := scanPartner(r)
		if err == nil {
			l.s.LoadPartner(p)
		}
		return err
	})
}

// onHand loads what is in real places of the lots that came up, and of products without lots.
func (l *loader) onHand(shelves map[int64]struct{}) error {
	var set rowset
	for _, lot := range l.s.Lots {
		set.add(lot.Product, lot.ID)
	}
	for id := range shelves {
		if p := l.s.ProductIDs[id]; p != nil && p.Tracking == stock.TrackNone {
			set.add(id, 0)
		}
	}
	if set.n == 0 {
		return nil
	}
	return l.each(l.ctx, `SELECT `+balanceColumns+` FROM @rows($1: product int, lot int) r JOIN balance b ON b.product = r.product AND b.lot = r.lot AND b.site > 0`, []any{set.text()}, l.slot)
}

// shelves sums the stock of products by place.
func (l *loader) shelves(want map[int64]struct{}, out map[int64]map[int64]stock.Quantity) error {
	if len(want) == 0 {
		return nil
	}
	return l.each(l.ctx, `SELECT b.product, b.place, CAST(SUM(b.quantity) AS BIGINT) FROM @rows($1: id int) r JOIN balance b ON b.product = r.id AND b.site > 0
		GROUP BY b.product, b.place`, []any{ids(maps.Keys(want))}, func(r *sql.Rows) error {
		var product, place int64
		var quantity stock.Quantity
		if err := r.Scan(&product, &place, &quantity); err != nil {
			return err
		}
		if out[product] == nil {
			out[product] = map[int64]stock.Quantity{}
		}
		out[product][place] = quantity
		l.places[place] = struct{}{}
		return nil
	})
}

// Named is one thing that a text names outright: a lot, a unit, a partner, a site, a place, a paper or an entry.
type Named struct {
	Kind  NamedKind
	ID    int64  // of a paper the first entry that names it
	Word  string // of a paper its kind
	Count int64  // of a paper how many entries name it
}

// NamedKind says what a text names.
type NamedKind int

// What a text can name outright.
const (
	NamedLot NamedKind = iota
	NamedUnit
	NamedPartner
	NamedSite
	NamedPlace // a location, or a partner's address
	NamedPaper
)

// mostNamed bounds how many things one text names that are looked at.
const mostNamed = 20

// NamedBy finds what texts name outright: lots by our code or a partner's, units by serial number, partners, sites and locations by
// code, papers; and by GLN sites, places and partners. It takes a fixed number of statements.
func (s *Store) NamedBy(ctx context.Context, texts, glns map[string]struct{}) (map[string][]Named, error) {
	out := map[string][]Named{}
	scan := func(r *sql.Rows) error {
		var text string
		var n Named
		if err := r.Scan(&text, &n.Kind, &n.ID, &n.Word, &n.Count); err != nil {
			return err
		}
		if len(out[text]) < mostNamed {
			out[text] = append(out[text], n)
		}
		return nil
	}
	if len(texts) > 0 {
		var pairs rowset
		for text := range texts {
			if site, code, ok := strings.Cut(text, "/"); ok {
				pairs.add(text, site, code)
			}
		}
		if err := s.query(ctx, `SELECT r.k, 0, l.id, '', 0 FROM @rows($1: k text) r JOIN lot l ON l.code = r.k
			UNION SELECT r.k, 0, a.lot, '', 0 FROM @rows($1: k text) r JOIN alias a ON a.code = r.k
			UNION SELECT r.k, 1, u.id, '', 0 FROM @rows($1: k text) r JOIN unit u ON u.serial = r.k
			UNION SELECT r.k, 1, c.unit, '', 0 FROM @rows($1: k text) r JOIN correction c ON c.before = r.k AND c.unit > 0
			UNION SELECT r.k, 2, p.id, '', 0 FROM @rows($1: k text) r JOIN partner p ON p.code = r.k
			UNION SELECT r.k, 3, v.id, '', 0 FROM @rows($1: k text) r JOIN site v ON v.code = r.k
			UNION SELECT r.k, 4, p.id, '', 0 FROM @rows($1: k text) r JOIN site v ON true JOIN place p ON p.site = v.id AND p.site > 0 AND p.code = r.k AND p.kind = 0
			UNION SELECT r.k, 5, MIN(f.entry), f.kind, COUNT(*) FROM @rows($1: k text) r JOIN reference f ON f.code = r.k GROUP BY r.k, f.kind
			UNION SELECT r.k, 4, p.id, '', 0 FROM @rows($2: k text, site text, code text) r JOIN site v ON v.code = r.site JOIN place p ON p.site = v.id AND p.site > 0 AND p.code = r.code AND p.kind = 0
			ORDER BY 1, 2, 3`, []any{names(maps.Keys(texts)), pairs.text()}, scan); err != nil {
			return nil, err
		}
	}
	if len(glns) == 0 {
		return out, nil
	}
	return out, s.query(ctx, `SELECT r.k, 3, v.id, '', 0 FROM @rows($1: k text) r JOIN site v ON v.gln = r.k
		UNION SELECT r.k, 4, p.id, '', 0 FROM @rows($1: k text) r JOIN place p ON p.gln = r.k AND p.gln > ''
		UNION SELECT r.k, 2, p.id, '', 0 FROM @rows($1: k text) r JOIN partner p ON p.gln = r.k AND p.gln > '' ORDER BY 1, 2, 3`, []any{names(maps.Keys(glns))}, scan)
}
