package stock

import "testing"

// TestNameUnread: goods whose labels nobody can read get the lot of their cautious date; all others keep what they have.
func TestNameUnread(t *testing.T) {
	exp := Dates{Expiry: day("2026-09-01"), Cautious: true}
	d := &MovementDraft{Kind: KindOpening, Items: []ItemDraft{{Dates: Dates{Cautious: true}}, {Dates: exp}, {Lot: "H1", Dates: exp}, {Dates: exp, Numbered: true},
		{Dates: exp, Units: []string{"U1"}}, {Dates: Dates{Expiry: exp.Expiry}}, {Dates: exp, Scan: "x"}}}
	if !d.Unread() {
		t.Error("nothing is unread")
	}
	d.NameUnread(day("2026-03-02"))
	for i, want := range []string{"OPENING-2026-03-02", "OPENING-2026-09-01", "H1", "", "", "", ""} {
		if got := d.Items[i].Lot; got != want {
			t.Errorf("item %d: %q, want %q", i, got, want)
		}
	}
	if d.Unread() {
		t.Error("something is still unread")
	}
	d = &MovementDraft{Kind: KindReceive, Items: []ItemDraft{{Dates: exp}}}
	if d.NameUnread(day("2026-03-02")); d.Unread() || d.Items[0].Lot != "" {
		t.Error("goods that are received have a label")
	}
}
