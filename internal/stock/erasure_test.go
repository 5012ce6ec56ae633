package stock

import (
	"bytes"
	"testing"
)

// known fills in what the store would load for an erasure: the texts of entries that are not erased yet.
func (l *ledger) known(d *ErasureDraft, of func(e *Entry, t Erasable) (int64, bool)) *ErasureDraft {
	key := d.subject()
	var texts []Text
	for _, e := range l.entries {
		for i, t := range e.Erasable {
			if place, is := of(e, t); is {
				texts = append(texts, Text{Entry: e.ID, Line: i, Place: place, Erasable: t})
			}
		}
	}
	l.s.Texts = map[TextsOf][]Text{key: texts}
	return d
}

func TestErasure(t *testing.T) {
	l := open(t)
	all := func(e *Entry, _ Erasable) (int64, bool) { return 0, true }
	ofPartner := func(e *Entry, t Erasable) (int64, bool) {
		if e.PartnerChange == nil || e.PartnerChange.Code != "ACME" {
			return 0, false
		}
		if t.Field == "places[1].name" {
			return e.Places[1].ID, true
		}
		return 0, true
	}
	l.ok(&UserDraft{Name: "Amelia", FullName: ptr("Amelia Kern")})
	first := l.ok(&PartnerDraft{Code: "ACME", Name: ptr("Acme & Kern"), Contacts: &[]Contact{{Name: "Lena Kern"}}, Addresses: []AddressDraft{{Code: "N", Name: "1 North Rd"}}})
	noted := l.ok(&MovementDraft{Kind: KindReceive, Site: "S1", Partner: "SUP", Note: "Lena Kern called", Items: []ItemDraft{{Product: "SALT", Quantity: ptr(qty("5")), To: "A"}}})
	why := "asked for"
	for _, c := range []struct {
		body        *ErasureDraft
		code, field string
	}{
		{&ErasureDraft{Reason: why}, CodeRequired, "user"},
		{&ErasureDraft{User: "Amelia", Partner: "ACME", Reason: why}, CodeRequired, "user"},
		{&ErasureDraft{User: "Amelia"}, CodeRequired, "reason"},
		{&ErasureDraft{User: "Amelia", Reason: why}, CodeStillNeeded, "user"},
		{&ErasureDraft{User: "nobody", Reason: why}, CodeUnknownUser, "user"},
		{&ErasureDraft{User: "Amelia", Fields: []string{"name"}, Reason: why}, CodeUnsupported, "fields"},
		{&ErasureDraft{Entry: 1, Former: true, Reason: why}, CodeUnsupported, "former"},
		{&ErasureDraft{Actor: "Amelia", Reason: why}, CodeUnsupported, "actor"},
		{&ErasureDraft{Actor: "nobody", Reason: why}, CodeUnknownActor, "actor"},
		{&ErasureDraft{Device: "nothing", Reason: why}, CodeUnknownActor, "device"},
		{&ErasureDraft{Partner: "NO", Reason: why}, CodeUnknownPartner, "partner"},
		{&ErasureDraft{Partner: "ACME", Fields: []string{"gln"}, Reason: why}, CodeInvalidValue, "fields[0]"},
		{&ErasureDraft{Partner: "ACME", Former: true, Reason: why}, CodeNothingToErase, "partner"},
		{&ErasureDraft{Entry: 999, Reason: why}, CodeUnknownEntry, "entry"},
		{&ErasureDraft{Entry: first.ID, Fields: []string{"name"}, Reason: why}, CodeUnsupported, "fields[0]"},
		{&ErasureDraft{Entry: noted.ID, Fields: []string{"reason"}, Reason: why}, CodeInvalidValue, "fields[0]"},
	} {
		of := all
		switch {
		case c.body.Partner != "":
			of = ofPartner
		case c.body.Entry != 0:
			of = func(e *Entry, _ Erasable) (int64, bool) { return 0, e.ID == c.body.Entry }
		}
		l.no(l.known(c.body, of), c.code, c.field)
	}
	l.no(&UserDraft{Name: "(erased 3)"}, CodeInvalidCode, "name")

	e := l.ok(l.known(&ErasureDraft{Entry: noted.ID, Fields: []string{"note", "note"}, Reason: why}, func(e *Entry, _ Erasable) (int64, bool) { return 0, e.ID == noted.ID }))
	if len(e.Erasure.Texts) != 1 || e.About != noted.ID || e.Erasure.Texts[0].Entry != noted.ID || bytes.Contains(e.Leaf, []byte("Kern")) {
		t.Errorf("%+v %q", e.Erasure, e.Leaf)
	}
	l.ok(&PartnerDraft{Code: "ACME", Contacts: &[]Contact{{Name: "Bo"}}})
	e = l.ok(l.known(&ErasureDraft{Partner: "ACME", Fields: []string{"contacts"}, Former: true, Reason: why}, ofPartner))
	if p := l.s.Partners["ACME"]; len(e.Erasure.Texts) != 1 || p.Name != "Acme & Kern" || len(p.Contacts) != 1 || e.Partner != p.ID {
		t.Errorf("%+v %+v", e.Erasure, p)
	}
	e = l.ok(l.known(&ErasureDraft{Partner: "ACME", Reason: why}, ofPartner))
	if p, at := l.s.Partners["ACME"], l.s.Addresses[PlaceKey{e.Partner, "N"}]; p.Name != Erased || p.Contacts != nil || at.Name != Erased || !e.Erasure.Name || len(e.Erasure.Places) != 1 {
		t.Errorf("%+v %+v %+v", e.Erasure, p, at)
	}
	m, err := MasterOf(e.Leaf)
	if err != nil || m.Erasure.Of != ErasePartner || m.Erasure.ID != e.Partner || m.Erasure.Count != int64(len(e.Erasure.Texts)) {
		t.Errorf("%+v %v", m.Erasure, err)
	}
	l.ok(&UserDraft{Name: "Amelia", Active: ptr(false)})
	e = l.ok(l.known(&ErasureDraft{User: "AMELIA", Reason: why}, func(e *Entry, _ Erasable) (int64, bool) { return 0, e.User != nil }))
	if u := l.s.UserIDs[e.Erasure.ID]; u.Name != ErasedName(u.ID) || u.FullName != Erased || e.Erasure.Was != "Amelia" {
		t.Errorf("%+v %+v", e.Erasure, u)
	}
	e = l.ok(l.known(&ErasureDraft{Actor: "desk", Reason: why}, func(e *Entry, _ Erasable) (int64, bool) { return 0, e.Person != nil }))
	if a := l.s.Actors[ActorKey{KindActor, ErasedName(e.Erasure.ID)}]; a == nil || l.s.Actors[ActorKey{KindActor, "desk"}] != nil {
		t.Errorf("%+v", l.s.Actors)
	}
}

// TestErasure_OpenException: the movement that an exception keeps is needed until somebody decided on it.
func TestErasure_OpenException(t *testing.T) {
	l := open(t)
	x := l.keep("ship; SALT 5", CodeInsufficientStock)
	d := &ErasureDraft{Entry: x.ID, Reason: "asked for"}
	of := func(e *Entry, _ Erasable) (int64, bool) { return 0, e.ID == x.ID }
	l.no(l.known(d, of), CodeStillNeeded, "entry")
	l.ok(l.known(&ErasureDraft{Entry: x.ID, Fields: []string{"detail"}, Reason: "asked for"}, of))
}
