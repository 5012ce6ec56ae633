package stock

// Needs collects the names that a batch of drafts uses, so that the store can load what they stand for in a few set
// queries. A name that does not exist is no error here: Decide finds it missing.
type Needs struct {
	Keys        map[string]struct{}
	Actors      map[ActorKey]struct{}
	SKUs        map[string]struct{} // SKUs or GTINs of products
	GTINs       map[string]struct{}
	Groups      map[string]struct{} // of products
	Formats     map[string]struct{}
	Draws       []DrawNeed // of numbers, from formats
	Sites       map[string]struct{}
	Locations   map[NamePair]struct{} // site, code
	Trees       map[string]struct{}   // sites whose whole location tree is needed
	Partners    map[string]struct{}   // with all their addresses
	Lots        map[NamePair]struct{} // product, code of ours or of a partner
	Formers     bool                  // the codes that these lots had before corrections
	Serials     map[string][]string   // by product
	Stock       map[NamePair]struct{} // product, site: every balance in real places, for strategies
	Everywhere  map[string]struct{}   // products of which every balance in real places and transits is needed
	Contents    map[NamePair]struct{} // site, location: every balance there, and inside it where the tree is needed too
	UnitsAt     map[UnitsAt]struct{}  // every unit of a product at a location
	Released    map[int64][]string    // by hold, the serials named of it; the hold's units are loaded
	Entries     map[int64]struct{}    // whole entries, with their items, transit stock and later movements
	LotDeeds    map[NamePair]struct{} // product, lot of which all items are needed
	UnitDeeds   map[NamePair]struct{} // product, serial of a unit of which all items are needed
	Undone      map[int64]struct{}    // corrections, with the items that theirs are about
	Holds       map[int64]struct{}
	Exceptions  map[int64]struct{}
	Subjects    map[string]struct{} // of exceptions that may be waited for
	EverySite   bool
	SiteStock   map[string]struct{} // sites that are to be empty
	values      []valueWanted
	Barcodes    map[string]struct{} // keys of codes, with the products that they stand for
	Labels      map[string]struct{}
	Users       map[string]struct{} // by UserKey, with their grants and credentials
	APIKeys     map[string]struct{} // by code
	Stations    map[string]struct{}
	RightsAt    []int64              // the last entries of lists of rights that are reviewed; 0 for all
	Texts       map[TextsOf]struct{} // that an erasure may erase
	Whereabouts bool                 // of lots: at which sites they are
	Labelled    map[string]struct{}  // products whose levels barcodes may stand for
}

// NamePair is a name inside another: a location in a site, a lot of a product.
type NamePair struct{ In, Name string }

// NeedsOf collects what the drafts need.
func NeedsOf(drafts []*Draft) *Needs {
	n := &Needs{
		Keys: map[string]struct{}{}, Actors: map[ActorKey]struct{}{}, SKUs: map[string]struct{}{}, GTINs: map[string]struct{}{}, Groups: map[string]struct{}{}, Formats: map[string]struct{}{},
		Everywhere: map[string]struct{}{}, SiteStock: map[string]struct{}{}, Barcodes: map[string]struct{}{}, Labelled: map[string]struct{}{}, Labels: map[string]struct{}{}, Users: map[string]struct{}{}, APIKeys: map[string]struct{}{}, Stations: map[string]struct{}{}, Texts: map[TextsOf]struct{}{},
		Sites: map[string]struct{}{}, Locations: map[NamePair]struct{}{}, Trees: map[string]struct{}{},
		Partners: map[string]struct{}{}, Lots: map[NamePair]struct{}{}, Serials: map[string][]string{},
		Stock: map[NamePair]struct{}{}, Contents: map[NamePair]struct{}{}, UnitsAt: map[UnitsAt]struct{}{},
		Released: map[int64][]string{}, Entries: map[int64]struct{}{}, Holds: map[int64]struct{}{},
		LotDeeds: map[NamePair]struct{}{}, UnitDeeds: map[NamePair]struct{}{}, Undone: map[int64]struct{}{},
		Exceptions: map[int64]struct{}{}, Subjects: map[string]struct{}{},
	}
	for _, d := range drafts {
		if d.Key != "" {
			n.Keys[d.Key] = struct{}{}
		}
		n.Actors[ActorKey{KindActor, d.Actor}] = struct{}{}
		if d.Signing != nil {
			n.Actors[ActorKey{KindActor, d.Signing.Name}] = struct{}{}
		}
		if d.Device != "" {
			n.Actors[ActorKey{KindDevice, d.Device}] = struct{}{}
		}
		d.Body.needs(n)
		n.Whereabouts = n.Whereabouts || !unbound(d.By) && anyPlace(d.Body)
		if m, ok := d.Body.(*MovementDraft); ok && d.Keep {
			m.waitsFor(n)
		}
	}
	return n
}

func add[K comparable](m map[K]struct{}, key K) { m[key] = struct{}{} }

// SKU asks for a product by SKU or GTIN.
func (n *Needs) SKU(sku string) {
	if sku != "" {
		add(n.SKUs, sku)
		n.GTIN(NormalGTIN(sku))
	}
}

// GTIN asks for a product by its 14-digit GTIN.
func (n *Needs) GTIN(gtin string) {
	if validGTIN(gtin) {
		add(n.GTINs, gtin)
	}
}

// Site asks for a site and its virtual places.
func (n *Needs) Site(code string) {
	if code != "" {
		add(n.Sites, code)
	}
}

// Location asks for a location and those it lies in.
func (n *Needs) Location(site, code string) {
	if site != "" && code != "" {
		add(n.Locations, NamePair{site, code})
	}
}

// Tree asks for every location of a site.
func (n *Needs) Tree(site string) {
	if site != "" {
		add(n.Trees, site)
	}
}

// Partner asks for a partner and its addresses.
func (n *Needs) Partner(code string) {
	if code != "" {
		add(n.Partners, code)
	}
}

// Lot asks for a lot by our code or a partner's, with its balances everywhere and its holds.
func (n *Needs) Lot(sku, code string) {
	if sku != "" && code != "" {
		add(n.Lots, NamePair{sku, code})
	}
}

// Units asks for units by serial, with where they are.
func (n *Needs) Units(sku string, serials []string) {
	if sku != "" && len(serials) > 0 {
		n.Serials[sku] = append(n.Serials[sku], serials...)
	}
}

// StockOf asks for every balance of a product in the real places of a site.
func (n *Needs) StockOf(sku, site string) {
	if sku != "" && site != "" {
		add(n.Stock, NamePair{sku, site})
	}
}

// Entry asks for an entry of the log, whole.
func (n *Needs) Entry(id int64) {
	if id > 0 {
		add(n.Entries, id)
	}
}

// HoldID asks for a hold, active or not.
func (n *Needs) HoldID(id int64) {
	if id > 0 {
		add(n.Holds, id)
	}
}

// UnitsAt names a product at a location of a site.
type UnitsAt struct{ SKU, Site, Location string }

// UnitsHere asks for every unit of a product at a location, for a count.
func (n *Needs) UnitsHere(sku, site, location string) {
	if sku != "" && site != "" && location != "" {
		add(n.UnitsAt, UnitsAt{sku, site, location})
	}
}

// ContentsOf asks for every balance at a location.
func (n *Needs) ContentsOf(site, location string) {
	if site != "" && location != "" {
		add(n.Contents, NamePair{site, location})
	}
}

// HeldSerials asks for the units of a hold, all of them when no serials are named.
func (n *Needs) HeldSerials(hold int64, serials []string) {
	if hold > 0 {
		n.Released[hold] = append(n.Released[hold], serials...)
	}
}
