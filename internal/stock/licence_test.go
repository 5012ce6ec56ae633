package stock

import (
	"testing"
	"time"
)

// TestLicence: goods of a group come only from, and go only to, partners that hold the licence it asks for, on the day they move.
func TestLicence(t *testing.T) {
	l := open(t)
	l.ok(&ProductGroupDraft{Code: "MED", SupplierLicence: ptr("maker"), CustomerLicence: ptr("pharmacy")})
	l.ok(&ProductDraft{SKU: "BOLT", Group: ptr("MED")})
	l.no("receive; BOLT/L1 9 >A", CodeLicenceMissing, "items[0].product")
	licence := func(partner string, of ...Licence) { l.ok(&PartnerDraft{Code: partner, Licences: &of}) }
	licence("SUP", Licence{Kind: "maker", Number: "M1", From: day("2026-01-01"), Until: day("2026-03-02")}) // its last day is today
	l.ok("receive; BOLT/L1 9 >A; SALT 1 >A")
	l.no("ship; BOLT 1", CodeLicenceMissing, "items[0].product")
	licence("CUS", Licence{Kind: "maker"}, Licence{Kind: "pharmacy", Until: day("2026-02-28")})
	l.no("ship; BOLT 1", CodeLicenceExpired, "items[0].product")
	licence("CUS", Licence{Kind: "pharmacy", From: day("2026-03-03")})
	l.no("ship; BOLT 1", CodeLicenceExpired, "items[0].product")
	licence("CUS", Licence{Kind: "pharmacy"})
	l.ok("ship; BOLT 1")
	l.ok("move; BOLT/L1 1 <A >B")
	l.wait(24 * time.Hour)
	l.no("receive; BOLT/L1 1 >A", CodeLicenceExpired, "items[0].product")
	l.no("receive at=-1h; BOLT/L1 1 >A", CodeLicenceExpired, "items[0].product")
	if e := l.ok("receive at=-1h; BOLT/L1 1 >A override=the_renewal_is_on_its_way"); e.Items[0].Override == "" {
		t.Error("the reason was not kept")
	}
	l.ok("receive at=-25h; BOLT/L1 1 >A") // it came on the last good day
}

func TestLicence_Listed(t *testing.T) {
	l := open(t)
	long := make([]Licence, maxListed+1)
	for i := range long {
		long[i].Kind = "k"
	}
	l.no(&PartnerDraft{Code: "SUP", Licences: &long}, CodeTooMany, "licences")
	l.no(&PartnerDraft{Code: "SUP", Licences: &[]Licence{{}}}, CodeBlank, "licences[0].kind")
	l.no(&PartnerDraft{Code: "SUP", Licences: &[]Licence{{Kind: "k", From: day("2026-02-02"), Until: day("2026-02-01")}}}, CodeInvalidDate, "licences[0].until")
	l.no(&PartnerDraft{Code: "SUP", Contacts: &[]Contact{{Phone: "1"}}}, CodeRequired, "contacts[0].name")
	l.no(&ProductGroupDraft{Code: "MED", SupplierLicence: ptr(" x")}, CodeInvalidCode, "supplier_licence")
	e := l.ok(&PartnerDraft{Code: "SUP", Contacts: &[]Contact{{Name: "", Role: "recall", OutOfHours: "+49 30 1"}}, Licences: &[]Licence{{Kind: "k", Number: "7"}}})
	m, err := MasterOf(e.Leaf)
	if err != nil || len(m.Partner.Licences) != 1 || m.Partner.Licences[0].Number != "7" || m.Partner.Contacts != nil {
		t.Errorf("the leaf names the licences, and no contacts: %+v, %v", m.Partner, err)
	}
}
