package store

import (
	"cmp"
	"context"
	"database/sql"
	"maps"
	"slices"

	"clew/internal/stock"
)

// Names turns the ids in entries and balances into what people call them. Fill the wanted ids with the Want methods,
// then Load; ids that are not known name nothing.
type Names struct {
	Products                                                                map[int64]*stock.Product
	Formats                                                                 map[int64]*stock.Format
	Groups                                                                  map[int64]*stock.ProductGroup
	Lots                                                                    map[int64]*stock.Lot
	Sites                                                                   map[int64]*stock.Site
	Partners                                                                map[int64]*stock.Partner
	Places                                                                  map[int64]*stock.Place
	Actors                                                                  map[int64]string
	Units                                                                   map[int64]*stock.Unit
	Users                                                                   map[int64]*stock.User
	users                                                                   map[int64]struct{}
	products, groups, formats, lots, units, sites, partners, places, actors map[int64]struct{}
}

// NewNames returns an empty dictionary.
func NewNames() *Names {
	set := func() map[int64]struct{} { return map[int64]struct{}{} }
	return &Names{Products: map[int64]*stock.Product{}, Groups: map[int64]*stock.ProductGroup{}, Formats: map[int64]*stock.Format{}, Lots: map[int64]*stock.Lot{}, Sites: map[int64]*stock.Site{},
		Partners: map[int64]*stock.Partner{}, Places: map[int64]*stock.Place{}, Actors: map[int64]string{}, Units: map[int64]*stock.Unit{}, units: set(), Users: map[int64]*stock.User{}, users: set(),
		products: set(), groups: set(), formats: set(), lots: set(), sites: set(), partners: set(), places: set(), actors: set()}
}

// NamesOf takes the names from what a batch was decided on, so that its entries can be shown without reading them back.
func NamesOf(s *stock.State) *Names {
	n := &Names{Units: s.Units, Users: s.UserIDs, Products: s.ProductIDs, Groups: s.GroupIDs, Formats: s.FormatIDs, Lots: s.Lots, Sites: s.SiteIDs, Partners: s.PartnerIDs, Places: s.Places, Actors: make(map[int64]string, len(s.Actors))}
	for _, a := range s.Actors {
		n.Actors[a.ID] = a.Name
	}
	copied := false
	for id, l := range s.Lots {
		if right := s.Lots[l.SameAs]; l.SameAs != 0 && right != nil {
			if !copied {
				n.Lots, copied = maps.Clone(s.Lots), true
			}
			shown := *l
			shown.Code = right.Code
			n.Lots[id] = &shown
		}
	}
	return n
}

// want asks for what is not known yet.
func want[T any](known map[int64]T, set map[int64]struct{}, ids []int64) {
	for _, id := range ids {
		if id == 0 {
			continue
		}
		if _, ok := known[id]; !ok {
			set[id] = struct{}{}
		}
	}
}

// WantProducts asks for products by id.
func (n *Names) WantProducts(ids ...int64) { want(n.Products, n.products, ids) }

// WantLots asks for lots by id, and for their products.
func (n *Names) WantLots(ids ...int64) { want(n.Lots, n.lots, ids) }

// WantSites asks for sites by id.
func (n *Names) WantSites(ids ...int64) { want(n.Sites, n.sites, ids) }

// WantPartners asks for partners by id.
func (n *Names) WantPartners(ids ...int64) { want(n.Partners, n.partners, ids) }

// WantUsers asks for users by id.
func (n *Names) WantUsers(ids ...int64) { want(n.Users, n.users, ids) }

// WantPeople asks for those that an entry says something of.
func (n *Names) WantPeople(p *stock.People) {
	if u := p.User; u != nil {
		n.WantUsers(u.ID)
	}
	if g := p.Grant; g != nil {
		n.WantUsers(g.User)
		n.WantSites(g.Site)
	}
	if k := p.APIKey; k != nil {
		n.WantUsers(k.User)
		n.WantSites(k.Sites...)
	}
	if c := p.Credential; c != nil {
		n.WantUsers(c.User)
	}
	if v := p.Station; v != nil {
		n.WantSites(v.Site)
	}
}

// WantUnits asks for units by id.
func (n *Names) WantUnits(ids ...int64) { want(n.Units, n.units, ids) }

// WantPlaces asks for places by id, and for their sites and partners.
func (n *Names) WantPlaces(ids ...int64) { want(n.Places, n.places, ids) }

// WantActors asks for the names of people and devices by id.
func (n *Names) WantActors(ids ...int64) { want(n.Actors, n.actors, ids) }

// WantEntry asks for all that an entry names.
func (n *Names) WantEntry(e *stock.Entry) {
	n.WantActors(e.Actor, e.Device)
	if e.Signature != nil {
		n.WantActors(e.Signature.Signer)
	}
	n.WantSites(e.Site)
	n.WantPartners(e.Partner)
	n.WantPlaces(e.Address, e.Cleaned)
	for i := range e.Items {
		it := &e.Items[i]
		n.WantProducts(it.Product)
		n.WantLots(it.Lot)
		n.WantPlaces(it.From, it.To)
	}
	for _, c := range e.Counted {
		n.WantProducts(c.Product)
		n.WantLots(c.Lot)
		n.WantPlaces(c.Place)
	}
	if e.Hold != nil {
		n.WantLots(e.Hold.Lot)
		n.WantPlaces(e.Hold.Place)
	}
	if e.Plan != nil {
		n.WantProducts(e.Plan.Product)
		n.WantGroups(e.Plan.Group)
	}
	if e.Inspection != nil {
		n.WantLots(e.Inspection.Lot)
	}
	if f := e.File; f != nil {
		n.WantProducts(f.Product)
		n.WantLots(f.Lot)
		n.WantPartners(f.Partner)
		n.WantSites(f.Site)
		n.WantPlaces(f.Place)
	}
	for _, c := range e.Corrections {
		n.WantLots(c.Lot)
		n.WantUnits(c.Unit)
		n.WantPartners(c.Sources()...)
		n.WantLots(c.Lots()...)
	}
	for _, d := range e.Drawn {
		n.WantFormats(d.Counter.Format)
		n.WantProducts(d.Product)
	}
	if e.Closing != nil {
		n.WantSites(e.Closing.Site)
	}
	for _, l := range e.Late {
		n.WantSites(l.Site)
	}
	n.wantDetails(e.Details)
	if l := e.LabelChange; l != nil {
		n.WantProducts(l.Product)
		n.WantPartners(l.Partner)
	}
	n.WantPeople(&e.People)
	for _, b := range e.Barcodes {
		n.WantProducts(b.Product)
		n.WantPartners(b.Partner)
	}
	for _, p := range e.Places {
		n.WantSites(p.Site, p.ToSite)
		n.WantPlaces(p.Parent)
	}
}

// PlaceRef writes a place as people and files name it.
func (n *Names) PlaceRef(id int64) string {
	p := n.Places[id]
	if p == nil {
		return ""
	}
	site, partner := "", ""
	if v := n.Sites[p.Site]; v != nil {
		site = v.Code
	}
	if v := n.Partners[p.Partner]; v != nil {
		partner = v.Code
	}
	return p.Ref(site, partner)
}

// nameStep looks up things of one kind.
type nameStep struct {
	want map[int64]struct{}
	text string
	scan func(*sql.Rows) error
}

// LoadNames looks the wanted ids up, each kind by one statement; where those are asked together, what the first ones found wanting by others.
func (s *Store) LoadNames(ctx context.Context, n *Names) error {
	asked := slices.Collect(maps.Keys(n.places))
	steps := []nameStep{
		{n.lots, `SELECT ` + lotColumns + `, COALESCE(s.code, '') FROM @rows($1: id int) r JOIN lot l ON l.id = r.id LEFT JOIN lot s ON s.id = l.same_as`, func(r *sql.Rows) error {
			var right string
			l, err := scanLot(r, &right)
			if err == nil {
				l.Code = cmp.Or(right, l.Code)
				n.Lots[l.ID] = l
				n.WantProducts(l.Product)
				n.WantPartners(l.Source)
			}
			return err
		}},
		{n.units, `SELECT ` + shownUnits + ` FROM @rows($1: id int) r JOIN unit u ON u.id = r.id`, func(r *sql.Rows) error {
			u, err := scanUnit(r)
			if err == nil {
				n.Units[u.ID] = u
				n.WantProducts(u.Product)
			}
			return err
		}},
		{n.products, `SELECT ` + productColumns + ` FROM @rows($1: id int) r JOIN product p ON p.id = r.id`, func(r *sql.Rows) error {
			p, err := scanProduct(r)
			n.Products[p.ID] = p
			return err
		}},
		{n.groups, `SELECT ` + groupColumns + ` FROM @rows($1: id int) r JOIN product_group g ON g.id = r.id`, func(r *sql.Rows) error {
			g, err := scanGroup(r)
			n.Groups[g.ID] = g
			return err
		}},
		{n.formats, `SELECT ` + formatColumns + ` FROM @rows($1: id int) r JOIN format f ON f.id = r.id`, func(r *sql.Rows) error {
			f, err := scanFormat(r)
			n.Formats[f.ID] = f
			return err
		}},
		{n.places, `SELECT ` + placeColumns + ` FROM @rows($1: id int) r JOIN place p ON p.id = r.id`, func(r *sql.Rows) error {
			p, err := scanPlace(r)
			if err == nil {
				n.Places[p.ID] = p
				n.WantSites(p.Site, p.ToSite)
				n.WantPartners(p.Partner)
			}
			return err
		}},
		{n.sites, `SELECT ` + siteColumns + ` FROM @rows($1: id int) r JOIN site s ON s.id = r.id`, func(r *sql.Rows) error {
			v, err := scanSite(r)
			n.Sites[v.ID] = v
			return err
		}},
		{n.partners, `SELECT ` + partnerColumns + ` FROM @rows($1: id int) r JOIN partner p ON p.id = r.id`, func(r *sql.Rows) error {
			p, err := scanPartner(r)
			n.Partners[p.ID] = p
			return err
		}},
		{n.users, `SELECT ` + userColumns + ` FROM @rows($1: id int) r JOIN users u ON u.id = r.id`, func(r *sql.Rows) error {
			u, err := scanUser(r)
			n.Users[u.ID] = u
			return err
		}},
		{n.actors, `SELECT a.id, a.name FROM @rows($1: id int) r JOIN actor a ON a.id = r.id`, func(r *sql.Rows) error {
			var id int64
			var name string
			err := r.Scan(&id, &name)
			n.Actors[id] = name
			return err
		}},
	}
	for again := true; again; again = s.shared && slices.ContainsFunc(steps, func(step nameStep) bool { return len(step.want) > 0 }) {
		var asks []func(context.Context) error
		for _, step := range steps {
			asks = append(asks, func(ctx context.Context) error {
				if len(step.want) == 0 {
					return nil
				}
				set := ids(maps.Keys(step.want))
				clear(step.want)
				return s.query(ctx, step.text, []any{set}, step.scan)
			})
		}
		if err := s.Beside(ctx, asks...); err != nil {
			return err
		}
	}
	return s.maskNames(ctx, n, asked)
}

// maskNames names the places that are hidden from who reads.
func (s *Store) maskNames(ctx context.Context, n *Names, asked []int64) error {
	missing := slices.DeleteFunc(asked, func(id int64) bool { return n.Places[id] != nil })
	places, sites, err := s.masked(ctx, missing)
	for i, p := range places {
		n.Places[p.ID], n.Sites[p.Site] = p, sites[i]
	}
	return err
}
