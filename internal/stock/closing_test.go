package stock

import (
	"reflect"
	"testing"
	"time"

	"clew/internal/auth"
)

// ships is a shipment of salt that occurred at a time.
func ships(at, override string) *MovementDraft {
	when, err := ParseTime(at)
	if err != nil {
		panic(err)
	}
	return &MovementDraft{Kind: KindShip, Site: "S1", Partner: "CUS", OccurredAt: when, Override: override, Items: []ItemDraft{{Product: "SALT", Quantity: ptr(qty("1")), From: "A"}}}
}

func closes(until, site, reason string) *ClosingDraft {
	return &ClosingDraft{Until: day(until), Site: site, Reason: reason}
}

func opened(t *testing.T) *ledger {
	l := open(t)
	for _, site := range []string{"S1", "S2"} {
		l.ok(&MovementDraft{Kind: KindOpening, Site: site, OccurredAt: l.s.Now - Time(40*24*time.Hour/time.Millisecond), Items: []ItemDraft{{Product: "SALT", Quantity: ptr(qty("100")), To: "A"}}})
	}
	return l
}

func TestClosing_LateEntriesNeedAReason(t *testing.T) {
	l := opened(t)
	l.ok(ships("2026-02-20T12:00:00Z", ""))
	c := l.ok(closes("2026-02-28", "", ""))
	l.ok(ships("2026-03-01T00:00:00Z", ""))
	err := l.no(ships("2026-02-28T23:59:59Z", ""), CodeBooksClosed, "occurred_at")
	if len(err.About) != 1 {
		t.Errorf("which closing is not said: %v", err.About)
	}
	if e := l.ok(ships("2026-02-10T12:00:00Z", "the note lay in the van")); !reflect.DeepEqual(e.Late, []Late{{l.s.Sites["S1"].ID, c.ID, day("2026-02-10")}}) {
		t.Errorf("got %+v", e.Late)
	}
	// The reason may stand on the line.
	late := ships("2026-02-10T12:00:00Z", "")
	late.Items[0].Override = "the note lay in the van"
	if e := l.ok(late); len(e.Late) != 1 || e.Items[0].Override == "" {
		t.Errorf("got %+v", e)
	}
	// A line in time with a reason keeps none.
	early := ships("2026-03-01T12:00:00Z", "")
	early.Items[0].Override = "in case"
	if e := l.ok(early); len(e.Late) != 0 || e.Items[0].Override != "" {
		t.Errorf("got %+v", e)
	}
	// What is recorded today about what was long ago is no late entry.
	l.ok(&MovementDraft{Kind: KindReversal, Reverses: firstShipment(l), Reason: "slip"})
}

// firstShipment is the first shipment recorded.
func firstShipment(l *ledger) int64 {
	for _, e := range l.entries {
		if e.Kind == KindShip {
			return e.ID
		}
	}
	return 0
}

func TestClosing_OfSites(t *testing.T) {
	l := opened(t)
	l.ok(closes("2026-02-28", "S2", ""))
	l.ok(ships("2026-02-10T12:00:00Z", ""))
	l.ok(closes("2026-01-31", "S1", ""))
	l.ok(ships("2026-02-10T12:00:00Z", ""))
	l.no(ships("2026-01-30T12:00:00Z", ""), CodeBooksClosed, "occurred_at")
	// All sites: the one that is closed further would be opened again.
	l.no(closes("2026-02-15", "", ""), CodeReasonRequired, "reason")
	l.ok(closes("2026-02-15", "", "S2 forgot its scrap"))
	l.no(ships("2026-02-10T12:00:00Z", ""), CodeBooksClosed, "occurred_at")
	l.no(closes("2026-01-31", "S1", ""), CodeReasonRequired, "reason")
	l.ok(closes("2026-01-31", "S1", "a delivery note turned up"))
	l.ok(ships("2026-02-10T12:00:00Z", ""))
	// A dispatch is judged where it leaves, its arrival where it comes.
	send := l.ok(&MovementDraft{Kind: KindDispatch, Site: "S1", ToSite: "S2", OccurredAt: ships("2026-02-10T12:00:00Z", "").OccurredAt, Items: []ItemDraft{{Product: "SALT", Quantity: ptr(qty("1")), From: "A"}}})
	arrive := &MovementDraft{Kind: KindArrive, Site: "S2", Dispatch: send.ID, OccurredAt: ships("2026-02-10T12:00:00Z", "").OccurredAt, Items: []ItemDraft{{Product: "SALT", Quantity: ptr(qty("1")), To: "A"}}}
	l.no(arrive, CodeBooksClosed, "occurred_at")
	arrive.Override = "it lay at the gate"
	l.ok(arrive)
}

func TestClosing_Drafts(t *testing.T) {
	l := opened(t)
	l.no(&ClosingDraft{}, CodeRequired, "until")
	l.no(closes("2026-02-28", "NO", ""), CodeUnknownSite, "site")
	l.no(closes("2026-03-02", "", ""), CodeInvalidDate, "until")
	l.no(closes("2026-03-03", "S1", ""), CodeInvalidDate, "until")
	c := l.ok(closes("2026-03-01", "", ""))
	for _, again := range []*ClosingDraft{closes("2026-03-01", "", ""), closes("2026-03-01", "S1", "")} {
		if out := l.try(&Draft{By: auth.AtMachine, Body: again}); !out.Unchanged || out.Entry != c.ID {
			t.Errorf("%+v: got %+v", again, out)
		}
	}
}

// TestClosing_OtherKinds: whatever moves goods is judged, also what an exception kept.
func TestClosing_OtherKinds(t *testing.T) {
	l := opened(t)
	l.ok(closes("2026-02-28", "", ""))
	past := ships("2026-02-10T12:00:00Z", "").OccurredAt
	track := &TrackingDraft{Product: "SALT", Tracking: "lot", Reason: "law", OccurredAt: past, Rest: &RestDraft{Lot: "OLD"}}
	l.no(track, CodeBooksClosed, "occurred_at")
	l.keys++
	out := l.try(&Draft{By: auth.AtMachine, Body: ships("2026-02-10T12:00:00Z", ""), Keep: true, Key: "late"})
	if !out.Kept || l.s.Exceptions[out.Entry].Code != CodeBooksClosed {
		t.Fatalf("got %+v", out)
	}
	resolve := func(amended *MovementDraft) *ResolveDraft {
		d := &ResolveDraft{Exception: out.Entry, Action: "post", Amended: amended, Reason: "it is so"}
		if err := d.Prepare(l.s.Exceptions[out.Entry].Draft); err != nil {
			t.Fatal(err)
		}
		return d
	}
	l.no(resolve(nil), CodeBooksClosed, "occurred_at")
	e := l.ok(resolve(ships("2026-02-10T12:00:00Z", "the note lay in the van")))
	if posted := l.after(e, KindShip); len(posted) != 1 || len(posted[0].Late) != 1 {
		t.Errorf("got %+v", posted)
	}
	track.Override = "the auditor asks for it"
	if e := l.ok(track); len(e.Late) != 2 {
		t.Errorf("got %+v", e.Late)
	}
}

// TestClosing_CorrectionOfThePast: what is put right in books that are closed reaches into them, though it is recorded for today.
func TestClosing_CorrectionOfThePast(t *testing.T) {
	zone := time.FixedZone("", 3600)
	books := map[int64]*Closing{1: {ID: 7, Site: 1, Until: day("2026-02-28")}}
	late := func(at string) []Late {
		when, _ := ParseTime(at)
		e := &Entry{OccurredAt: when + 1e10, Items: []Item{{From: 10, To: 99}, {From: 10, To: 11, At: when}}}
		return LateIn(e, func(place int64) int64 { return place / 10 % 9 }, func(site int64) (*Closing, *time.Location) { return Closed(books, site), zone })
	}
	if got := late("2026-02-28T22:59:59Z"); !reflect.DeepEqual(got, []Late{{1, 7, day("2026-02-28")}}) {
		t.Errorf("got %+v", got)
	}
	if got := late("2026-02-28T23:00:00Z"); got != nil {
		t.Errorf("got %+v", got)
	}
}

// TestClosing_CorrectionOfGoods: what two lots did that are one is done again where it was done, in closed books too.
func TestClosing_CorrectionOfGoods(t *testing.T) {
	l := open(t)
	for _, lot := range []string{"B1", "B2"} {
		l.ok(&MovementDraft{Kind: KindReceive, Site: "S1", Partner: "SUP", OccurredAt: ships("2026-02-10T12:00:00Z", "").OccurredAt,
			Items: []ItemDraft{{Product: "BOLT", Lot: lot, Quantity: ptr(qty("5")), To: "A"}}})
	}
	l.ok(closes("2026-02-28", "S1", ""))
	d := &CorrectionDraft{Product: "BOLT", Lot: "B1", SameAs: "B2", Reason: "one lot, read twice"}
	l.no(d, CodeBooksClosed, "occurred_at")
	d.Override = "the auditor agrees"
	if e := l.ok(d); len(e.Items) == 0 || len(e.Late) != 1 || e.Late[0].Day != day("2026-02-10") {
		t.Errorf("got %+v", e)
	}
	// A code alone moves nothing.
	l.ok(&CorrectionDraft{Product: "BOLT", Lot: "B2", Set: LotIdentity{Lot: ptr("B3")}, Reason: "misread"})
}

// TestClosing_BeforeTheFirstSite: a ledger without sites closes no day that is not over, and opens none again without a reason.
func TestClosing_BeforeTheFirstSite(t *testing.T) {
	l := empty(t)
	l.no(closes("2099-01-01", "", ""), CodeInvalidDate, "until")
	l.ok(closes("2020-02-29", "", ""))
	l.no(closes("2020-01-31", "", ""), CodeReasonRequired, "reason")
	l.ok(closes("2020-01-31", "", "a delivery was missing"))
}
