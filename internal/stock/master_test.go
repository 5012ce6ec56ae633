package stock

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"clew/internal/auth"
)

func TestProductDraft(t *testing.T) {
	l := empty(t)
	e := l.ok(&ProductDraft{SKU: "X", Name: ptr("Thing"), GTIN: ptr("96385074"), Tracking: ptr("lot"), UoM: ptr("KGM"), Decimals: ptr(3), Strategy: ptr("lifo"),
		Tolerance: ptr(2), Requires: &[]string{"expiry", "production"}, Past: ptr("warns"), ShelfLife: ptr(30), WarnDays: ptr(5), UnitCost: ptr("12.50"),
		Tags: &[]string{"food", "cold", "food"}, HoldWhen: &[]string{"receive"}})
	want := Product{ID: e.Product.ID, Entry: e.ID, SKU: "X", Name: "Thing", GTIN: "00000096385074", Tracking: TrackLot, UoM: "KGM", Decimals: 3, Strategy: LIFO,
		Tolerance: 2, Requires: Expiry | Production, Past: PastWarns, ShelfLife: 30, WarnDays: 5, UnitCost: "12.5", Tags: []string{"cold", "food"},
		HoldWhen: HoldReceived, Active: true}
	if got := render(l.s.Products["X"]); got != render(want) {
		t.Errorf("product:%s", difference(render(want), got))
	}
	// What is not named stays; what is named alike is no change.
	for _, same := range []*ProductDraft{{SKU: "X"}, {SKU: "X", GTIN: ptr("0000096385074"), Tags: &[]string{"cold", "food"}, UnitCost: ptr("12.5"), If: MustExist}} {
		out := l.try(&Draft{By: auth.AtMachine, Body: same, Actor: "somebody new", Key: "k"})
		if !out.Unchanged || out.Entry != e.ID || len(out.Entries) > 0 {
			t.Errorf("%+v: %+v", same, out)
		}
	}
	e = l.ok(&ProductDraft{SKU: "X", Strategy: ptr(""), GTIN: ptr(""), Tags: &[]string{}})
	if p := l.s.Products["X"]; p.Strategy != StrategyDefault || p.GTIN != "" || p.Name != "Thing" || p.Entry != e.ID || len(p.Tags) != 0 {
		t.Errorf("product: %+v", p)
	}
	if p := l.ok(&ProductDraft{SKU: "Y"}).Product; p.Name != "Y" || p.UoM != "H87" || p.Tracking != TrackNone || !p.Active || p.Rule() != FIFO {
		t.Errorf("defaults: %+v", p)
	}
}

func TestProductRefused(t *testing.T) {
	l := empty(t)
	l.ok(&ProductDraft{SKU: "X", GTIN: ptr("96385074")})
	many := make([]string, 51)
	for i := range many {
		many[i] = fmt.Sprint("t", i)
	}
	for _, c := range []struct {
		draft       ProductDraft
		code, field string
	}{
		{ProductDraft{SKU: "X", If: MustBeNew}, CodeProductExists, "sku"},
		{ProductDraft{SKU: "Y", If: MustExist}, CodeUnknownProduct, "sku"},
		{ProductDraft{}, CodeBlank, "sku"},
		{ProductDraft{SKU: " X"}, CodeInvalidCode, "sku"},
		{ProductDraft{SKU: strings.Repeat("X", 61)}, CodeTooLong, "sku"},
		{ProductDraft{SKU: "Y", GTIN: ptr("96385075")}, CodeInvalidValue, "gtin"},
		{ProductDraft{SKU: "Y", GTIN: ptr("9638507x")}, CodeInvalidValue, "gtin"},
		{ProductDraft{SKU: "Y", GTIN: ptr("00000096385074")}, CodeKeyTaken, "gtin"},
		{ProductDraft{SKU: "Y", Tracking: ptr("box")}, CodeInvalidValue, "tracking"},
		{ProductDraft{SKU: "Y", Strategy: ptr("random")}, CodeInvalidValue, "strategy"},
		{ProductDraft{SKU: "Y", Past: ptr("explodes")}, CodeInvalidValue, "past_date"},
		{ProductDraft{SKU: "Y", Name: ptr(strings.Repeat("n", 201))}, CodeTooLong, "name"},
		{ProductDraft{SKU: "Y", UoM: ptr("kilo")}, CodeInvalidValue, "uom"},
		{ProductDraft{SKU: "Y", Decimals: ptr(7)}, CodeInvalidValue, "decimals"},
		{ProductDraft{SKU: "Y", Tolerance: ptr(-1)}, CodeInvalidValue, "tolerance_days"},
		{ProductDraft{SKU: "Y", ShelfLife: ptr(-1)}, CodeInvalidValue, "shelf_life_days"},
		{ProductDraft{SKU: "Y", WarnDays: ptr(-1)}, CodeInvalidValue, "warn_days"},
		{ProductDraft{SKU: "Y", UnitCost: ptr("-1")}, CodeInvalidValue, "unit_cost"},
		{ProductDraft{SKU: "Y", UnitCost: ptr("1e3")}, CodeInvalidValue, "unit_cost"},
		{ProductDraft{SKU: "Y", Requires: &[]string{"birthday"}}, CodeInvalidValue, "requires"},
		{ProductDraft{SKU: "Y", HoldWhen: &[]string{"always"}}, CodeInvalidValue, "hold_on"},
		{ProductDraft{SKU: "Y", Tags: &[]string{"a,b"}}, CodeInvalidValue, "tags"},
		{ProductDraft{SKU: "Y", Tags: &[]string{""}}, CodeBlank, "tags"},
		{ProductDraft{SKU: "Y", Tags: &many}, CodeTooMany, "tags"},
	} {
		l.no(&c.draft, c.code, c.field)
	}
}

// TestGTINChanges: a GTIN means the product that has it now.
func TestGTINChanges(t *testing.T) {
	l := open(t)
	l.ok(&ProductDraft{SKU: "PUMP", GTIN: ptr("4006381333948")})
	l.no("receive; 96385074 #P1 >A", CodeUnknownProduct, "items[0].product")
	l.ok(&ProductDraft{SKU: "CHIP", GTIN: ptr("96385074")})
	l.moved(l.ok("receive; 96385074 #C1 >A; 4006381333948 #P1 >A"), "CHIP 1 partner:SUP>S1/A; PUMP 1 partner:SUP>S1/A")
	l.ok("ship; PUMP #P1 <A")
	l.ok(&ProductDraft{SKU: "PUMP", Name: ptr("Pump"), Active: ptr(false)})
	l.no("receive; 4006381333948 #P2 >A", CodeNotActive, "items[0].product")
}

// TestTrackingIsFixed once goods have moved, also within a batch.
func TestTrackingIsFixed(t *testing.T) {
	l := open(t)
	l.ok(&ProductDraft{SKU: "SALT", Tracking: ptr("lot")})
	l.ok(&ProductDraft{SKU: "SALT", Tracking: ptr("none")})
	l.ok("receive; SALT 1 >A")
	l.no(&ProductDraft{SKU: "SALT", Tracking: ptr("lot")}, CodeTrackingInUse, "tracking")
	l.ok("ship; SALT 1")
	l.no(&ProductDraft{SKU: "SALT", Tracking: ptr("lot")}, CodeTrackingInUse, "tracking")
	l.ok(&ProductDraft{SKU: "SALT", Tracking: ptr("none"), Name: ptr("Salt")})
	l.s.Products["BOLT"].HasHistory = true // as the store says of what it did not load
	l.no(&ProductDraft{SKU: "BOLT", Tracking: ptr("serial")}, CodeTrackingInUse, "tracking")
}

func TestSiteDraft(t *testing.T) {
	l := empty(t)
	e := l.ok(&SiteDraft{Code: "S", Name: ptr("Plant"), TimeZone: ptr("Europe/Berlin"), GLN: ptr("4006381333931"), Private: ptr(true)})
	kinds := map[PlaceKind]bool{}
	for _, p := range e.Places {
		kinds[p.Kind] = true
	}
	if len(kinds) != 11 || len(e.Places) != 11 || kinds[PlaceLocation] || kinds[PlacePartner] || kinds[PlaceTransit] {
		t.Errorf("places: %v", kinds)
	}
	if out := l.try(&Draft{By: auth.AtMachine, Body: &SiteDraft{Code: "S", TimeZone: ptr("Europe/Berlin")}}); !out.Unchanged || out.Entry != e.ID {
		t.Errorf("%+v", out)
	}
	if e := l.ok(&SiteDraft{Code: "S", Private: ptr(false)}); len(e.Places) > 0 || l.s.Sites["S"].TimeZone != "Europe/Berlin" || l.s.Sites["S"].Private {
		t.Errorf("site: %+v", l.s.Sites["S"])
	}
	for _, c := range []struct {
		draft       SiteDraft
		code, field string
	}{
		{SiteDraft{Code: "S", If: MustBeNew}, CodeSiteExists, "code"},
		{SiteDraft{Code: "T", If: MustExist}, CodeUnknownSite, "code"},
		{SiteDraft{}, CodeBlank, "code"},
		{SiteDraft{Code: "A/B"}, CodeInvalidCode, "code"},
		{SiteDraft{Code: "A:B"}, CodeInvalidCode, "code"},
		{SiteDraft{Code: "T", Name: ptr(strings.Repeat("n", 201))}, CodeTooLong, "name"},
		{SiteDraft{Code: "T", TimeZone: ptr("Mars/Olympus")}, CodeInvalidValue, "time_zone"},
		{SiteDraft{Code: "T", TimeZone: ptr("Local")}, CodeInvalidValue, "time_zone"},
		{SiteDraft{Code: "T", TimeZone: ptr("")}, CodeInvalidValue, "time_zone"},
		{SiteDraft{Code: "T", GLN: ptr("4006381333930")}, CodeInvalidValue, "gln"},
	} {
		l.no(&c.draft, c.code, c.field)
	}
}

func TestLocationDraft(t *testing.T) {
	l := open(t)
	e := l.ok(&LocationDraft{Site: "S1", Code: "N", Parent: ptr("A"), Name: ptr("Nook"), GLN: ptr("4006381333931"), Mixed: ptr(true)})
	if out := l.try(&Draft{By: auth.AtMachine, Body: &LocationDraft{Site: "S1", Code: "N", Name: ptr("Nook"), Parent: ptr("A")}}); !out.Unchanged || out.Entry != e.ID {
		t.Errorf("%+v", out)
	}
	if e := l.ok(&LocationDraft{Site: "S1", Code: "N", Parent: ptr("")}); e.Places[0].Parent != 0 || !e.Places[0].Mixed || e.Places[0].ID != l.place("S1/N") {
		t.Errorf("place: %+v", e.Places[0])
	}
	for _, c := range []struct {
		draft       LocationDraft
		code, field string
	}{
		{LocationDraft{Code: "N"}, CodeRequired, "site"},
		{LocationDraft{Site: "S9", Code: "N"}, CodeUnknownSite, "site"},
		{LocationDraft{Site: "S1", Code: "N", If: MustBeNew}, CodeLocationExists, "code"},
		{LocationDraft{Site: "S1", Code: "M", If: MustExist}, CodeUnknownLocation, "code"},
		{LocationDraft{Site: "S1"}, CodeBlank, "code"},
		{LocationDraft{Site: "S1", Code: "A/B"}, CodeInvalidCode, "code"},
		{LocationDraft{Site: "S1", Code: "M", Parent: ptr("D")}, CodeUnknownLocation, "parent"},
		{LocationDraft{Site: "S1", Code: "M", Name: ptr(strings.Repeat("n", 201))}, CodeTooLong, "name"},
		{LocationDraft{Site: "S1", Code: "M", GLN: ptr("1")}, CodeInvalidValue, "gln"},
		{LocationDraft{Site: "S1", Code: "Q", Parent: ptr("Q")}, CodeLoop, "parent"},
		{LocationDraft{Site: "S1", Code: "NEW", Parent: ptr("NEW")}, CodeLoop, "parent"},
		{LocationDraft{Site: "S1", Code: "Q", Parent: ptr("Q1")}, CodeLoop, "parent"},
	} {
		l.no(&c.draft, c.code, c.field)
	}
}

// TestDeepLocations: a tree that became too deep from above is refused, not fallen over.
func TestDeepLocations(t *testing.T) {
	l := open(t)
	l.setUp = true
	for _, chain := range []string{"L", "M"} {
		for i := range 40 {
			d := &LocationDraft{Site: "S1", Code: fmt.Sprint(chain, i)}
			if i > 0 {
				d.Parent = ptr(fmt.Sprint(chain, i-1))
			}
			l.ok(d)
		}
	}
	l.setUp = false
	l.ok(&LocationDraft{Site: "S1", Code: "L0", Parent: ptr("M39")})
	l.no(&LocationDraft{Site: "S1", Code: "L39", Name: ptr("deep")}, CodeLoop, "parent")
}

func TestPartnerDraft(t *testing.T) {
	l := empty(t)
	e := l.ok(&PartnerDraft{Code: "P", Name: ptr("Partner & Co"), GLN: ptr("4006381333931"), Roles: &[]string{"maker", "supplier"},
		Addresses: []AddressDraft{{Code: "N", Name: "North gate"}, {Code: "N", Name: "North gate 2"}}})
	if len(e.Places) != 3 || e.Places[1].ID != e.Places[2].ID || l.s.Places[l.place("partner:P/N")].Name != "North gate 2" {
		t.Errorf("places: %+v", e.Places)
	}
	if got := l.s.Partners["P"].Roles.Names(); !slices.Equal(got, []string{"supplier", "maker"}) {
		t.Errorf("roles: %q", got)
	}
	if out := l.try(&Draft{By: auth.AtMachine, Body: &PartnerDraft{Code: "P", Addresses: []AddressDraft{{Code: "N", Name: "North gate 2"}}}}); !out.Unchanged || out.Entry != e.ID {
		t.Errorf("%+v", out)
	}
	if e := l.ok(&PartnerDraft{Code: "P", Addresses: []AddressDraft{{Name: "Head office", GLN: "4006381333931"}}}); len(e.Places) != 1 || e.Places[0].ID != l.place("partner:P") {
		t.Errorf("places: %+v", e.Places)
	}
	for _, c := range []struct {
		draft       PartnerDraft
		code, field string
	}{
		{PartnerDraft{Code: "P", If: MustBeNew}, CodePartnerExists, "code"},
		{PartnerDraft{Code: "Z", If: MustExist}, CodeUnknownPartner, "code"},
		{PartnerDraft{}, CodeBlank, "code"},
		{PartnerDraft{Code: "A/B"}, CodeInvalidCode, "code"},
		{PartnerDraft{Code: "Z", Name: ptr(strings.Repeat("n", 201))}, CodeTooLong, "name"},
		{PartnerDraft{Code: "Z", GLN: ptr("x")}, CodeInvalidValue, "gln"},
		{PartnerDraft{Code: "Z", Roles: &[]string{"friend"}}, CodeInvalidValue, "roles"},
		{PartnerDraft{Code: "Z", HoldWhen: &[]string{"make"}}, CodeInvalidValue, "hold_on"},
		{PartnerDraft{Code: "Z", Addresses: []AddressDraft{{}, {Code: " "}}}, CodeBlank, "addresses[1].code"},
		{PartnerDraft{Code: "Z", Addresses: []AddressDraft{{Code: "A/B"}}}, CodeInvalidCode, "addresses[0].code"},
		{PartnerDraft{Code: "Z", Addresses: []AddressDraft{{Code: "A", GLN: "x"}}}, CodeInvalidValue, "addresses[0].gln"},
		{PartnerDraft{Code: "Z", Addresses: []AddressDraft{{Code: "A", Name: strings.Repeat("n", 501)}}}, CodeTooLong, "addresses[0].name"},
	} {
		l.no(&c.draft, c.code, c.field)
	}
}

// TestLocationEmptied: a location with goods is not closed, unblocked or called unmixed, since that would strand, free or part them.
func TestLocationEmptied(t *testing.T) {
	l := open(t)
	l.ok(&LocationDraft{Site: "S1", Code: "X", Blocking: ptr(true), Mixed: ptr(true)})
	l.ok("receive; BOLT/E1 5 >X")
	for field, draft := range map[string]*LocationDraft{
		"active":   {Site: "S1", Code: "X", Active: ptr(false)},
		"blocking": {Site: "S1", Code: "X", Blocking: ptr(false)},
		"mixed":    {Site: "S1", Code: "X", Mixed: ptr(false)},
	} {
		l.no(draft, CodeNotEmpty, field)
	}
	l.ok("scrap; BOLT/E1 5 <X")
	l.ok(&LocationDraft{Site: "S1", Code: "X", Active: ptr(false), Blocking: ptr(false), Mixed: ptr(false)})
}

// TestLocationFreesNothing: goods are not freed by lifting the block of what their location lies in, nor by putting the location
// elsewhere, out of a block, a hold on a place or a hold on their lot there.
func TestLocationFreesNothing(t *testing.T) {
	l := open(t)
	l.ok("receive; BOLT/E1 5 >Q1") // Q1 lies in Q, which blocks
	l.no(&LocationDraft{Site: "S1", Code: "Q", Blocking: ptr(false)}, CodeNotEmpty, "blocking")
	l.no(&LocationDraft{Site: "S1", Code: "Q1", Parent: ptr("")}, CodeNotEmpty, "parent")
	l.no(&LocationDraft{Site: "S1", Code: "Q1", Parent: ptr("Z")}, CodeNotEmpty, "parent")
	l.ok(&LocationDraft{Site: "S1", Code: "Q1", Parent: ptr("R")}) // which blocks too
	l.ok("scrap; BOLT/E1 5 <Q1")
	l.ok(&LocationDraft{Site: "S1", Code: "Q1", Parent: ptr("")})

	l.ok("receive; BOLT/E2 5 >Z1; CAKE/K 5 >Z1")
	hold := l.ok(&HoldDraft{Site: "S1", Location: "Z", Reason: "flood"})
	l.no(&LocationDraft{Site: "S1", Code: "Z1", Parent: ptr("")}, CodeNotEmpty, "parent")
	l.ok(&ReleaseDraft{Hold: hold.ID, Reason: "dry"})
	hold = l.ok(&HoldDraft{Product: "CAKE", Lot: "K", Site: "S1", Location: "Z", Reason: "mould"})
	l.no(&LocationDraft{Site: "S1", Code: "Z1", Parent: ptr("")}, CodeNotEmpty, "parent")
	l.ok(&ReleaseDraft{Hold: hold.ID, Reason: "none found"})
	l.ok(&LocationDraft{Site: "S1", Code: "Z1", Parent: ptr("")})
}

// TestProductKeeps: what moved goods were measured by stays; and goods that nothing tells apart cannot start on hold.
func TestProductKeeps(t *testing.T) {
	l := open(t)
	l.ok("receive; SALT 1.5 >A")
	l.no(&ProductDraft{SKU: "SALT", UoM: ptr("LBR")}, CodeTrackingInUse, "uom")
	l.no(&ProductDraft{SKU: "SALT", Decimals: ptr(2)}, CodeTrackingInUse, "decimals")
	l.no(&ProductDraft{SKU: "SALT", HoldWhen: &[]string{"receive"}}, CodeInvalidValue, "hold_on")
	l.ok(&ProductDraft{SKU: "SALT", Decimals: ptr(4)})
}

// TestStrayPlaces: a place that the kind of movement has no use for is a slip, not to be dropped silently.
func TestStrayPlaces(t *testing.T) {
	l := open(t)
	l.no("receive; BOLT/P1 1 <B >A", CodeUnsupported, "items[0].from")
	l.ok("receive; BOLT/P1 1 >A")
	l.no("ship; BOLT/P1 1 <A >B", CodeUnsupported, "items[0].to")
}
