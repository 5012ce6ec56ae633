package stock

import "clew/internal/auth"

// State is what a batch of drafts touches, as the store loaded it and as the drafts decided so far have left it. It is
// not safe for concurrent use. Only Decide changes it; a refused draft leaves it as it was.
type State struct {
	Now  Time // recorded-at of this batch
	Next Next
	Salt func() [16]byte // fresh salts for texts that may be erased; random in earnest, seeded in simulations

	Fields   map[string]*Field // all of them
	FieldIDs map[int64]*Field

	Products   map[string]*Product
	ProductIDs map[int64]*Product
	ByGTIN     map[string]*Product
	Barcodes   map[string][]*Barcode // by BarcodeKey
	Labels     map[string]*Label
	PeopleState
	Groups     map[string]*ProductGroup
	GroupIDs   map[int64]*ProductGroup
	Formats    map[string]*Format
	FormatIDs  map[int64]*Format
	Sites      map[string]*Site
	SiteIDs    map[int64]*Site
	Partners   map[string]*Partner
	PartnerIDs map[int64]*Partner
	Places     map[int64]*Place
	Locations  map[PlaceKey]*Place // by site and code
	Addresses  map[PlaceKey]*Place // by partner and code
	Purposes   map[PurposeKey]*Place
	Actors     map[ActorKey]*Actor

	Lots          map[int64]*Lot
	LotCodes      map[LotKey]*Lot
	Aliases       map[LotKey][]Alias // by product and the partner's code
	Units         map[int64]*Unit
	Serials       map[int64]map[string]*Unit // by product
	Balances      map[Slot]Balance
	FormerSerials map[LotKey][]int64                // by product and a serial number that was corrected: units
	stock         map[productSite]map[Slot]struct{} // slots in real places, for strategies and counts
	HeldUnits     map[Slot]int                      // units on hold, for strategies
	LotHolds      map[int64][]*Hold
	SiteHolds     map[int64][]*Hold // holds on whole places, by place
	Holds         map[int64]*Hold   // every hold loaded, by its entry

	Counters   map[CounterKey]int64 // the next number of each
	Windows    map[Source]int64     // up to which number Used tells all codes that the product has already
	Used       map[int64]map[string]struct{}
	Closings   map[int64]*Closing   // the newest of each site, and of all at 0
	Plans      map[int64]*Plan      // of quality, by product
	GroupPlans map[int64]*Plan      // by product group
	LotFiles   map[int64][]*File    // of lots that may be released
	Measured   map[int64][]Measured // of lots that may be released, oldest first

	Settings  Settings
	SettingAt int64 // the entry that changed one last

	Keys       map[string]KeyUse
	Entries    map[int64]*Entry     // loaded whole, for those that reverse, receive or resolve them
	Abouts     map[int64][]Item     // by item, what was taken back of it and done again, in the order of ids
	Deeds      map[int64]Deed       // items that a correction may touch, by id
	Later      map[int64][]string   // by entry, the later movements of the same goods
	Listed     map[int64]RightsList // what was listed for reviews, by the last entry that counts in it; 0 for all
	Exceptions map[int64]*Exception
	Waiting    map[string]int64 // by subject, an open exception that later queued entries wait for

	// What the accepted drafts changed, for the store to save.
	DirtySlots      map[Slot]struct{}
	DirtyUnits      map[int64]struct{}
	DirtyHolds      map[int64]bool
	DirtyExceptions map[int64]bool
	Before          map[Slot]Balance   // balances as loaded
	LotSites        map[int64][]int64  // where lots are today, as far as rights depend on it
	ExceptionSites  map[int64]int64    // where what they keep was to happen, 0 where that is not known
	Texts           map[TextsOf][]Text // that an erasure may erase, in the order of entries
	by              *auth.Principal    // who asks what is being decided
	undo            []func()
	partial         bool // a store keeps more than was loaded
}

// Next are the next free ids; every kind of row has its own dense numbers, all below 2^53.
type Next struct{ Entry, Item, Unit, Lot, Master int64 }

// PlaceKey finds a location by its site and code, or an address by its partner and code.
type PlaceKey struct {
	Owner int64
	Code  string
}

// PurposeKey finds a site's place of one kind: its production, its losses, its samples.
type PurposeKey struct {
	Site int64
	Kind PlaceKind
}

// ActorKey finds a person or a device by name.
type ActorKey struct {
	Kind Kind
	Name string
}

// LotKey finds a lot by product and code.
type LotKey struct {
	Product int64
	Code    string
}

// Slot is where a balance is kept: product × lot (0 for none) × place.
type Slot struct{ Product, Lot, Place int64 }

// Balance is how much is in a slot, and the second measure summed likewise.
type Balance struct{ Quantity, Second Quantity }

// KeyUse is what a client key was used for.
type KeyUse struct {
	Entry int64
	Hash  [32]byte
	Kept  bool // the entry is an exception
}

type productSite struct{ product, site int64 }

// NewState returns an empty state whose clock stands at now.
func NewState(now Time, salt func() [16]byte) *State {
	return &State{
		Now:            now,
		Salt:           salt,
		Settings:       Settings{},
		Texts:          map[TextsOf][]Text{},
		Products:       map[string]*Product{},
		ProductIDs:     map[int64]*Product{},
		ByGTIN:         map[string]*Product{},
		Barcodes:       map[string][]*Barcode{},
		Labels:         map[string]*Label{},
		PeopleState:    newPeopleState(),
		Groups:         map[string]*ProductGroup{},
		GroupIDs:       map[int64]*ProductGroup{},
		Formats:        map[string]*Format{},
		FormatIDs:      map[int64]*Format{},
		Sites:          map[string]*Site{},
		SiteIDs:        map[int64]*Site{},
		Partners:       map[string]*Partner{},
		PartnerIDs:     map[int64]*Partner{},
		Places:         map[int64]*Place{},
		Locations:      map[PlaceKey]*Place{},
		Addresses:      map[PlaceKey]*Place{},
		Purposes:       map[PurposeKey]*Place{},
		Actors:         map[ActorKey]*Actor{},
		Lots:           map[int64]*Lot{},
		LotCodes:       map[LotKey]*Lot{},
		Aliases:        map[LotKey][]Alias{},
		Units:          map[int64]*Unit{},
		Serials:        map[int64]map[string]*Unit{},
		Balances:       map[Slot]Balance{},
		FormerSerials:  map[LotKey][]int64{},
		stock:          map[productSite]map[Slot]struct{}{},
		HeldUnits:      map[Slot]int{},
		LotHolds:       map[int64][]*Hold{},
		SiteHolds:      map[int64][]*Hold{},
		Holds:          map[int64]*Hold{},
		Counters:       map[CounterKey]int64{},
		Windows:        map[Source]int64{},
		Used:           map[int64]map[string]struct{}{},
		Closings:       map[int64]*Closing{},
		Plans:          map[int64]*Plan{},
		GroupPlans:     map[int64]*Plan{},
		LotFiles:       map[int64][]*File{},
		Measured:       map[int64][]Measured{},
		Keys:           map[string]KeyUse{},
		Entries:        map[int64]*Entry{},
		Abouts:         map[int64][]Item{},
		Deeds:          map[int64]Deed{},
		Later:          map[int64][]string{},
		Exceptions:     map[int64]*Exception{},
		Listed:         map[int64]RightsList{},
		Waiting:        map[string]int64{},
		LotSites:       map[int64][]int64{},
		ExceptionSites: map[int64]int64{},
		DirtySlots:     map[Slot]struct{}{},
		DirtyUnits:     map[int64]struct{}{},
		DirtyHolds:     map[int64]bool{}, DirtyExceptions: map[int64]bool{}, Before: map[Slot]Balance{},
	}
}

// onUndo remembers how to take back a change just made.
func (s *State) onUndo(undo func()) { s.undo = append(s.undo, undo) }

func (s *State) rollback(mark int) {
	for len(s.undo) > mark {
		last := len(s.undo) - 1
		s.undo[last]()
		s.undo = s.undo[:last]
	}
}

// mark adds a key to a set, to be taken back if the draft is refused.
func mark[K comparable](s *State, set map[K]struct{}, key K) {
	if _, had := set[key]; !had {
		set[key] = struct{}{}
		s.onUndo(func() { delete(set, key) })
	}
}

// put sets a key of a map, to be taken back if the draft is refused.
func put[K comparable, V any](s *State, m map[K]V, key K, value V) {
	old, had := m[key]
	m[key] = value
	s.onUndo(func() {
		if had {
			m[key] = old
		} else {
			delete(m, key)
		}
	})
}

func (s *State) take(next *int64) int64 {
	id := *next
	*next++
	s.onUndo(func() { *next-- })
	return id
}

func (s *State) takeMaster() int64 { return s.take(&s.Next.Master) }

func (s *State) putProduct(p *Product) *Product {
	if old := s.Products[p.SKU]; old != nil {
		for _, gtin := range old.gtins() {
			put(s, s.ByGTIN, gtin, nil)
		}
	}
	put(s, s.Products, p.SKU, p)
	put(s, s.ProductIDs, p.ID, p)
	for _, gtin := range p.gtins() {
		put(s, s.ByGTIN, gtin, p)
	}
	return p
}

func (s *State) putSite(v *Site) {
	put(s, s.Sites, v.Code, v)
	put(s, s.SiteIDs, v.ID, v)
}

func (s *State) putPartner(p *Partner) {
	put(s, s.Partners, p.Code, p)
	put(s, s.PartnerIDs, p.ID, p)
}

func (s *State) putPlace(p *Place) *Place {
	put(s, s.Places, p.ID, p)
	switch p.Kind {
	case PlaceLocation:
		put(s, s.Locations, PlaceKey{p.Site, p.Code}, p)
	case PlacePartner:
		put(s, s.Addresses, PlaceKey{p.Partner, p.Code}, p)
	case PlaceTransit:
	default:
		put(s, s.Purposes, PurposeKey{p.Site, p.Kind}, p)
	}
	return p
}

func (s *State) putLot(l *Lot) {
	put(s, s.Lots, l.ID, l)
	put(s, s.LotCodes, LotKey{l.Product, l.Code}, l)
}

// The Load methods fill the state before anything is decided; they are the store's.

// LoadProduct adds a product to the state.
func (s *State) LoadProduct(p *Product) { s.putProduct(p) }

// LoadSite adds a site to the state.
func (s *State) LoadSite(v *Site) { s.putSite(v) }

// LoadPartner adds a partner to the state.
func (s *State) LoadPartner(p *Partner) { s.putPartner(p) }

// LoadPlace adds a place to the state.
func (s *State) LoadPlace(p *Place) { s.putPlace(p) }

// LoadLot adds a lot to the state.
func (s *State) LoadLot(l *Lot) { s.putLot(l) }

// LoadUnit adds a unit to the state.
func (s *State) LoadUnit(u *Unit) {
	s.Units[u.ID] = u
	serials := s.Serials[u.Product]
	if serials == nil {
		serials = map[string]*Unit{}
		s.Serials[u.Product] = serials
	}
	serials[u.Serial] = u
}

// LoadBalance adds a balance to the state; its place must be loaded before.
func (s *State) LoadBalance(slot Slot, b Balance) {
	s.Balances[slot] = b
	s.Before[slot] = b
	s.indexSlot(slot)
}

// LoadHold adds an active hold to the state.
func (s *State) LoadHold(h *Hold) {
	s.Holds[h.ID] = h
	switch {
	case h.Lot != 0:
		s.LotHolds[h.Lot] = append(s.LotHolds[h.Lot], h)
	case h.Place != 0:
		s.SiteHolds[h.Place] = append(s.SiteHolds[h.Place], h)
	}
}

// Loaded ends the loading: nothing before it can be taken back, and there is more than was loaded.
func (s *State) Loaded() { s.undo, s.partial = nil, true }

func (s *State) indexSlot(slot Slot) {
	p := s.Places[slot.Place]
	if p == nil || !p.Real() {
		return
	}
	key := productSite{slot.Product, p.Site}
	if s.stock[key] == nil {
		put(s, s.stock, key, map[Slot]struct{}{})
	}
	mark(s, s.stock[key], slot)
}

// transfer moves an item's goods on today's books: the double entry of rule 2. Units move with their quantity.
func (s *State) transfer(it *Item) *Error {
	if it.From == it.To {
		return Errorf(Invalid, CodeInvalidValue, "to", "the goods are at %s already", s.PlaceName(it.To))
	}
	from, to := Slot{it.Product, it.Lot, it.From}, Slot{it.Product, it.Lot, it.To}
	have, there := s.Balances[from], s.Balances[to]
	if at := s.Places[it.From]; (at.Real() || at.Kind == PlaceTransit) && have.Quantity < it.Quantity {
		return Errorf(Conflict, CodeInsufficientStock, "quantity", "%s of %s at %s: there is %s, %s is asked for",
			s.goods(it), s.ProductIDs[it.Product].SKU, s.PlaceName(it.From), have.Quantity, it.Quantity)
	}
	less, ok := have.Quantity.Add(-it.Quantity)
	more, fits := there.Quantity.Add(it.Quantity)
	if !ok || !fits {
		return Errorf(Invalid, CodeInvalidQuantity, "quantity", "the balance would pass the largest quantity that can be kept")
	}
	second := Quantity(0)
	if it.Second != nil {
		second = *it.Second
	}
	lessSecond, ok := have.Second.Add(-second)
	moreSecond, fits := there.Second.Add(second)
	if !ok || !fits {
		return Errorf(Invalid, CodeInvalidQuantity, "second_quantity", "the balance would pass the largest quantity that can be kept")
	}
	s.setBalance(from, Balance{less, lessSecond})
	s.setBalance(to, Balance{more, moreSecond})
	it.FromMix, it.ToMix = s.Places[it.From].Mixed, s.Places[it.To].Mixed
	s.placeUnits(it)
	return nil
}

// placeUnits puts the item's units where the item went, and into its lot where it gives them another.
func (s *State) placeUnits(it *Item) {
	type before struct {
		unit       *Unit
		place, lot int64
		dirty      bool
	}
	var old []before
	held := 0
	from := Slot{it.Product, it.Lot, it.From}
	for id := range it.Units.All() {
		u := s.Units[id]
		if u.Holds > 0 {
			held++
			from.Lot = u.Lot
		}
		if !it.Born {
			_, dirty := s.DirtyUnits[id]
			old = append(old, before{u, u.Place, u.Lot, dirty})
			s.DirtyUnits[id] = struct{}{}
		}
		u.Place, u.Lot = it.To, it.Lot
	}
	if held > 0 {
		to := Slot{it.Product, it.Lot, it.To}
		put(s, s.HeldUnits, from, s.HeldUnits[from]-held)
		put(s, s.HeldUnits, to, s.HeldUnits[to]+held)
	}
	if old != nil {
		s.onUndo(func() {
			for _, b := range old {
				b.unit.Place, b.unit.Lot = b.place, b.lot
				if !b.dirty {
					delete(s.DirtyUnits, b.unit.ID)
				}
			}
		})
	}
}

func (s *State) setBalance(slot Slot, b Balance) {
	put(s, s.Balances, slot, b)
	mark(s, s.DirtySlots, slot)
	s.indexSlot(slot)
}

// goods names an item's lot or units for an error text.
func (s *State) goods(it *Item) string {
	switch {
	case it.Lot != 0:
		return "lot " + s.Lots[it.Lot].Code
	case len(it.Units) > 0:
		return "units"
	}
	return "stock"
}

func (s *State) siteCode(id int64) string {
	if s.hides(id) {
		return s.elsewhere(id)
	}
	if v := s.SiteIDs[id]; v != nil {
		return v.Code
	}
	return ""
}

func (s *State) partnerCode(id int64) string {
	if p := s.PartnerIDs[id]; p != nil {
		return p.Code
	}
	return ""
}
