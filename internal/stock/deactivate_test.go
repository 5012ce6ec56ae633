package stock

import (
	"strings"
	"testing"
)

// TestDeactivate: what would be stranded is not taken out of use; what is empty, or gone to a customer, is.
func TestDeactivate(t *testing.T) {
	l := open(t)
	off := &ProductDraft{SKU: "SALT", Active: ptr(false)}
	in := &MovementDraft{Kind: KindOpening, Site: "S1", Items: []ItemDraft{{Product: "SALT", Quantity: ptr(qty("2")), To: "A"}, {Product: "SALT", Quantity: ptr(qty("1")), To: "B"}}}
	l.ok(in)
	if err := l.no(off, CodeStockLeft, "active"); len(err.About) != 2 || !strings.Contains(err.Detail, "2 of SALT at S1/A; 1 of SALT at S1/B") {
		t.Errorf("got %+v", err)
	}
	l.no(&SiteDraft{Code: "S1", Active: ptr(false)}, CodeStockLeft, "active")
	l.ok(&SiteDraft{Code: "S2", Active: ptr(false)})
	l.ok(&SiteDraft{Code: "S2", Active: ptr(true)})
	send := l.ok(&MovementDraft{Kind: KindDispatch, Site: "S1", ToSite: "S2", Items: []ItemDraft{{Product: "SALT", Quantity: ptr(qty("2")), From: "A"}}})
	l.no(&SiteDraft{Code: "S2", Active: ptr(false)}, CodeStockLeft, "active")
	l.ok(&MovementDraft{Kind: KindShip, Site: "S1", Partner: "CUS", Items: []ItemDraft{{Product: "SALT", Quantity: ptr(qty("1")), From: "B"}}})
	l.ok(&SiteDraft{Code: "S1", Active: ptr(false)})
	l.no(off, CodeStockLeft, "active")
	l.ok(&MovementDraft{Kind: KindArrive, Site: "S2", Dispatch: send.ID, Items: []ItemDraft{{Product: "SALT", Quantity: ptr(qty("2")), To: "A"}}})
	l.ok(&MovementDraft{Kind: KindShip, Site: "S2", Partner: "CUS", Items: []ItemDraft{{Product: "SALT", Quantity: ptr(qty("2")), From: "A"}}})
	l.ok(off)
	l.ok(&ProductDraft{SKU: "SALT", Name: ptr("Salt"), Active: ptr(false)})
}
