package stock

import (
	"strconv"
	"strings"
	"testing"

	"clew/internal/auth"
)

// resolve builds the resolution of an exception, amended where a text is given.
func (l *ledger) resolve(x *Exception, action, amended string) *ResolveDraft {
	l.t.Helper()
	d := &ResolveDraft{Exception: x.ID, Action: action, Reason: "looked into"}
	if amended != "" {
		d.Amended = l.body(amended).(*MovementDraft)
	}
	if err := d.Prepare(x.Draft); err != nil {
		l.t.Fatal(err)
	}
	return d
}

// TestExceptions: what cannot be posted is kept with its reason, and resolved by a person (rule 9).
func TestExceptions(t *testing.T) {
	l := open(t)
	l.ok("receive; PUMP #P1+P2 >A; SALT 10 >A")
	x := l.keep("ship at=-2h note=dock_3; PUMP #P1 <B; SALT 1", CodeUnitElsewhere)
	e := l.entry(x.ID)
	if e.Kind != KindException || e.Site == 0 || e.OccurredAt != l.s.Now-7200_000 || x.Field != "items[0].units" || !strings.Contains(x.Detail, "S1/A") {
		t.Errorf("entry %+v, exception %+v", e, x)
	}
	for _, subject := range []string{"PUMP|P1", "00000096385074|P1"} {
		if l.s.Waiting[subject] != x.ID {
			t.Errorf("%s does not wait: %v", subject, l.s.Waiting)
		}
	}
	for _, bad := range []struct {
		draft       *ResolveDraft
		code, field string
	}{
		{&ResolveDraft{Exception: 999, Action: "post", Reason: "r"}, CodeUnknownException, "exception"},
		{&ResolveDraft{Exception: x.ID, Action: "post"}, CodeReasonRequired, "reason"},
		{&ResolveDraft{Exception: x.ID, Action: "forget", Reason: "r"}, CodeInvalidValue, "action"},
		{&ResolveDraft{Exception: x.ID, Action: "dismiss", Reason: strings.Repeat("r", 501)}, CodeTooLong, "reason"},
		{&ResolveDraft{Exception: x.ID, Action: "post", Reason: "never prepared"}, CodeInternal, "exception"},
		{l.resolve(x, "post", ""), CodeUnitElsewhere, "items[0].units"},
		{l.resolve(x, "post", "ship; PUMP #P1 <C"), CodeUnitElsewhere, "amended.items[0].units"},
	} {
		l.no(bad.draft, bad.code, bad.field)
	}
	// It can still be resolved, and only once.
	e = l.ok(l.resolve(x, "post", "ship at=-2h; PUMP #P1 <A"))
	posted := l.after(e, KindShip)
	if len(posted) != 1 || posted[0].About != e.ID || e.About != x.ID || l.s.Exceptions[x.ID].Resolved != e.ID {
		t.Errorf("resolution %+v, posted %+v", e, posted)
	}
	l.at("PUMP", "P1", "partner:CUS")
	l.no(l.resolve(x, "post", ""), CodeExceptionResolved, "exception")
	l.no(l.resolve(x, "dismiss", ""), CodeExceptionResolved, "exception")
}

func TestExceptionPostedAsItWas(t *testing.T) {
	l := open(t)
	asked := l.s.Now
	x := l.keep("ship; MILK/M1 1 <A", CodeUnknownLot) // the receipt is late
	l.wait(48 * 3600e9)
	l.ok("receive at=-72h; MILK/M1 10 >A exp=2026-03-03")
	e := l.ok(l.resolve(x, "post", ""))
	if posted := l.after(e, KindShip)[0]; posted.OccurredAt != asked {
		t.Errorf("it occurred %s, not when it was asked for, %s", posted.OccurredAt, asked)
	}
	// Holds that the posted movement entails follow it.
	x = l.keep("receive from=STRICT; PUMP #P1 >A; BOLT/L1 1 >NOWHERE", CodeUnknownLocation)
	e = l.ok(l.resolve(x, "post", "receive from=STRICT; PUMP #P1 >A; BOLT/L1 1 >A"))
	if got := len(l.after(e, KindHold)); got != 2 {
		t.Errorf("%d holds", got)
	}
	x = l.keep("arrive; SALT 1 >A", CodeUnknownEntry)
	if e = l.ok(l.resolve(x, "dismiss", "")); len(l.after(e, KindArrive)) > 0 || l.s.Exceptions[x.ID].Resolved != e.ID {
		t.Error("dismissed, and still posted")
	}
}

// TestLaterEntriesWait: the order of a unit's story is kept; other units, and people at the screen, do not wait.
func TestLaterEntriesWait(t *testing.T) {
	l := open(t)
	l.ok("receive; PUMP #P1+P2 >A")
	first := l.keep("move; PUMP #P1 <B >C", CodeUnitElsewhere)
	l.keep("ship; PUMP #P1", CodeWaitsForException)
	for _, gtin := range []string{"96385074", "00000096385074", "0000096385074"} {
		l.keep("ship; "+gtin+" #P2+P1", CodeWaitsForException)
	}
	l.ok("move; PUMP #P1 <A >B") // by a person, now
	l.keep("ship; PUMP #P1", CodeWaitsForException)
	l.ok(l.resolve(first, "post", ""))
	l.at("PUMP", "P1", "S1/C")
	// The first is resolved; the second still waits, and so does whatever comes behind it.
	l.keep("return; PUMP #P1 >A", CodeWaitsForException)
	for _, x := range l.s.Exceptions {
		if x.Resolved == 0 {
			l.ok(l.resolve(x, "dismiss", ""))
		}
	}
	out := l.try(&Draft{By: auth.AtMachine, Body: l.body("ship; PUMP #P1+P2"), Keep: true})
	if out.Err != nil || out.Kept {
		t.Errorf("it still waits: %+v", out)
	}
}

func TestExceptionByGTIN(t *testing.T) {
	l := open(t)
	l.ok("receive; PUMP #P1 >A")
	x := l.keep("ship; 96385074 #P1 <B", CodeUnitElsewhere)
	if !strings.Contains(strings.Join(x.Subjects, " "), "PUMP|P1") {
		t.Errorf("a trace of the unit does not show it: %q", x.Subjects)
	}
	l.keep("ship; PUMP #P1", CodeWaitsForException)
	x = l.keep("ship; UNHEARD #P1", CodeUnknownProduct)
	if len(x.Subjects) != 1 || x.Subjects[0] != "UNHEARD|P1" {
		t.Errorf("subjects: %q", x.Subjects)
	}
}

// TestWhatIsNotKept: only movements are; and a draft without a name or with a bad key has nothing to be kept under.
func TestWhatIsNotKept(t *testing.T) {
	l := open(t)
	for _, d := range []*Draft{
		{Keep: true, Body: &HoldDraft{Reason: "r"}},
		{Keep: true, Body: &ProductDraft{}},
		{Keep: true, Body: l.body("ship; SALT 1"), Key: strings.Repeat("k", 201)},
		{Keep: true, Body: l.body("ship; SALT 1"), Actor: strings.Repeat("a", 101)},
	} {
		if out := l.try(d); out.Err == nil || out.Kept {
			t.Errorf("%+v: %+v", d, out)
		}
	}
	x := l.keep("ship at=1h; SALT 1", CodeOccurredInFuture)
	if e := l.entry(x.ID); e.OccurredAt != l.s.Now {
		t.Errorf("occurred %s", e.OccurredAt)
	}
	// Even a movement of no kind can be dismissed.
	out := l.try(&Draft{By: auth.AtMachine, Body: &MovementDraft{}, Keep: true})
	l.ok(l.resolve(l.s.Exceptions[out.Entry], "dismiss", ""))
}

// TestExceptionsInOrder: what happened to a unit first is resolved first; another unit's exceptions do not wait.
func TestExceptionsInOrder(t *testing.T) {
	l := open(t)
	l.ok("receive; PUMP #P1+P2 >A")
	first := l.keep("ship; PUMP #P1 <B", CodeUnitElsewhere)
	second := l.keep("return; PUMP #P1 >A", CodeWaitsForException)
	other := l.keep("ship; PUMP #P2 <B", CodeUnitElsewhere)
	if err := l.no(l.resolve(second, "post", ""), CodeWaitsForException, "exception"); len(err.About) != 1 || err.About[0] != strconv.FormatInt(first.ID, 10) {
		t.Errorf("what comes first is not said: %+v", err)
	}
	l.no(l.resolve(other, "post", "ship; PUMP #P1 <A"), CodeWaitsForException, "exception")
	l.ok(l.resolve(other, "post", "ship; PUMP #P2 <A"))
	l.ok(l.resolve(first, "post", "ship; PUMP #P1 <A"))
	l.ok(l.resolve(second, "post", ""))
	l.at("PUMP", "P1", "S1/A")
	// What is dismissed posts nothing, whatever comes before it.
	l.keep("ship; PUMP #P1 <B", CodeUnitElsewhere)
	l.ok(l.resolve(l.keep("return; PUMP #P1 >A", CodeWaitsForException), "dismiss", ""))
}
