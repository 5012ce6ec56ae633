package app

import (
	"strings"
	"testing"

	"clew/internal/stock"
	"clew/internal/store"
)

// What was said of a header is applied to the same header again: in another order and spelling, as a workbook, and to the file of
// refused rows; another header is refused with what is known of it.
func TestImport_RememberedColumns(t *testing.T) {
	a := openApp(t)
	said := map[string]string{"Art.-Nr.": "sku", "Farbe": "-"}
	file := "Art.-Nr.;Farbe;unit_cost\nA;red;1,5\n"
	try := func(text string, said map[string]string, dry bool) imported {
		return importFile(t.Context(), a, Import{Kind: "products", Map: said, DryRun: dry}, text)
	}
	if got := try(file, said, true); got.err != nil || got.Recorded != 1 {
		t.Fatal(got.err, got.ImportReport)
	}
	if got := try(file, nil, false); got.err == nil {
		t.Fatal("a dry run is remembered")
	}
	if got := try(file, said, false); got.err != nil || got.Recorded != 1 || len(got.Notes) > 0 {
		t.Fatal(got.err, got.ImportReport)
	}
	for name, text := range map[string]string{
		"the same":       file,
		"another order":  "unit_cost|ART. nr.|x-note|farbe\n1,5|A||red\n",
		"no known name":  "Farbe,ART.-NR.,Unit cost\nred,A,\"1,5\"\n",
		"refused before": "Art.-Nr.;Farbe;unit_cost;x-line;x-reason\nA;red;1,5;2;none\n",
		"workbook":       workbookOf(t, row(text("Art.-Nr."), text("Farbe"), text("unit_cost"))+row(text("A"), text("red"), text("1,5"))),
	} {
		got := try(text, nil, false)
		if got.err != nil || got.Already != 1 || len(got.Notes) != 1 || !strings.Contains(got.Notes[0].Text, "Art.-Nr. = sku, Farbe passed over") {
			t.Errorf("%s: %v %+v", name, got.err, got.ImportReport)
		}
	}
	got := try("Art.-Nr.;Größe;unit_cost\nA;1;1,5\n", nil, false)
	if got.err == nil || !strings.Contains(got.err.Error(), "also had Farbe and had no Größe") {
		t.Error(got.err)
	}
	if got = try(file, map[string]string{"FARBE": "name"}, false); got.err != nil || got.Recorded != 1 {
		t.Fatal(got.err, got.ImportReport) // what is said now goes before
	}
	if p, err := a.Product(t.Context(), "A"); err != nil || p.Name != "red" {
		t.Error(p, err)
	}
	list, err := a.Mappings(t.Context(), "products", store.Page{Limit: 10})
	if err != nil || len(list) != 1 || list[0].Map["FARBE"] != "name" || list[0].Map["Art.-Nr."] != "sku" || len(list[0].Map) != 2 || list[0].Uses != 5 || list[0].MadeBy != "tester" {
		t.Fatal(list, err)
	}
	if got = try(file, map[string]string{"Farbe": "colour"}, false); got.err == nil || !strings.Contains(got.err.Error(), "forget mapping "+list[0].Code) {
		t.Error(got.err)
	}
	if err := a.RemoveMapping(t.Context(), Who{Actor: "desk"}, list[0].Code); err != nil {
		t.Fatal(err)
	}
	if got = try(file, nil, false); got.err == nil {
		t.Error("forgotten, and still applied")
	}
	if fault, ok := stock.AsError(a.RemoveMapping(t.Context(), Who{Actor: "desk"}, list[0].Code)); !ok || fault.Code != stock.CodeUnknownMapping {
		t.Error(fault)
	}
}

// Names that differ in case or spaces only are one column: a header that has it twice, and two meanings of it, are refused.
func TestImport_NamesThatClash(t *testing.T) {
	a := openApp(t)
	for _, c := range []struct {
		said map[string]string
		file string
		want string
	}{
		{map[string]string{"Art.-Nr.": "sku", "Farbe": "name"}, "Art.-Nr.,x-y\nA,1\n", "the file has no column"},
		{map[string]string{"Art Nr": "sku", "art-nr": "name"}, "Art Nr,x-y\nA,1\n", "said twice"},
		{map[string]string{"Art Nr": "sku"}, "Art Nr,art_nr\nA,B\n", "there twice"},
		{map[string]string{"Art Nr": "sku"}, "Art Nr,sku\nA,B\n", "there twice"},
	} {
		got := importFile(t.Context(), a, Import{Kind: "products", Map: c.said}, c.file)
		if got.err == nil || !strings.Contains(got.err.Error(), c.want) {
			t.Errorf("%v %q: %v", c.said, c.file, got.err)
		}
	}
	if list, err := a.Mappings(t.Context(), "", store.Page{Limit: 10}); err != nil || len(list) > 0 {
		t.Error("a header that was refused is remembered", list, err)
	}
}

// A reference that was mapped is told to the file of refused rows, which gets no second one.
func TestImport_RememberedReference(t *testing.T) {
	a := withMasters(t)
	file := "Beleg,kind,occurred_at,site,product,quantity,to\nR1,opening,2024-01-01,MAIN,NO,5,A\n"
	importFile(t.Context(), a, Import{Kind: "movements", Map: map[string]string{"Beleg": "reference"}}, file)
	got := importFile(t.Context(), a, Import{Kind: "movements"}, file)
	if got.err != nil || got.Refused != 1 || !strings.HasPrefix(got.file, "Beleg,kind,occurred_at,site,product,quantity,to,x-line") {
		t.Fatal(got.err, got.file)
	}
	again := importFile(t.Context(), a, Import{Kind: "movements"}, strings.Replace(got.file, ",NO,", ",BOX,", 1))
	if again.err != nil || again.Recorded != 1 {
		t.Fatal(again.err, again.ImportReport, again.file)
	}
}
