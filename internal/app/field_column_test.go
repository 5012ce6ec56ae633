package app

import (
	"fmt"
	"strings"
	"testing"

	"clew/internal/auth"
	"clew/internal/stock"
	"clew/internal/store"

	"github.com/google/go-cmp/cmp"
)

// withFields is a ledger with extra fields of all sorts and formats for its goods.
func withFields(t testing.TB, a *App) *App {
	t.Helper()
	for _, body := range []stock.Body{
		&stock.FieldDraft{Code: "origin", On: ref("lot"), Label: ref("Where it grew")}, &stock.FieldDraft{Code: "brix", On: ref("lot"), Type: ref("number")},
		&stock.FieldDraft{Code: "truck", On: ref("movement")}, &stock.FieldDraft{Code: "cooled_on", On: ref("movement"), Type: ref("date")},
		&stock.FieldDraft{Code: "variety", On: ref("product")}, &stock.FieldDraft{Code: "grade", On: ref("product"), Type: ref("choice"), Choices: &[]string{"1st", "2nd"}},
		&stock.FieldDraft{Code: "rating", On: ref("partner"), Type: ref("number")}, &stock.FieldDraft{Code: "gone", On: ref("product"), Active: ref(false)},
		&stock.FormatDraft{Code: "LOTS", Pattern: ref("L{SEQ:4}")}, &stock.FormatDraft{Code: "SN", Pattern: ref("B{SEQ:4}")},
	} {
		if _, err := a.Record(t.Context(), Request{Who: Who{By: auth.AtMachine, Actor: "desk"}, Body: body}); err != nil {
			t.Fatal(err)
		}
	}
	return a
}

func TestFieldColumns(t *testing.T) {
	a := withFields(t, withMasters(t))
	products := "sku,lot_format,serial_format,field:variety,Field:Grade\nFLOUR,LOTS,,spelt,1st\nBIKE,,SN,,\n"
	partners := "code,field:rating\nMILL,\"4,5\"\n"
	moves := "reference,kind,occurred_at,site,partner,product,lot,quantity,numbered,to,expiry,field:truck,field:cooled_on,field:origin,field:brix\n" +
		"m1,receive,2024-01-02,MAIN,MILL,FLOUR,F1,5,,A,2030-01-01,T 1,2024-01-01,Styria,11.5\n" +
		"m1,,,,,FLOUR,F1,2,,B,2030-01-01,,,,\n" +
		"m1,,,,,FLOUR,,7,yes,A,2031-01-01,T 1,,=Tyrol,\n" +
		"m1,,,,,BIKE,,3,yes,A,,,,,\n"
	opening := "site,location,product,lot,quantity,expiry,field:origin,field:truck\nMAIN,A,FLOUR,O1,5,2030-01-01,Carinthia,T 2\n"
	for _, f := range [][2]string{{"products", products}, {"partners", partners}, {"movements", moves}, {"opening", opening}} {
		mustImport(t, a, f[0], f[1])
		before, _, _ := a.Store.Head(t.Context())
		again := mustImport(t, a, f[0], f[1])
		if after, _, _ := a.Store.Head(t.Context()); after != before || again.Already != again.Rows {
			t.Errorf("%s: again %+v", f[0], again)
		}
	}
	p, err := a.Product(t.Context(), "FLOUR")
	if diff := cmp.Diff(stock.Values{"variety": "spelt", "grade": "1st"}, p.Fields); err != nil || diff != "" {
		t.Errorf("%v %s", err, diff)
	}
	lots, err := a.Lots(t.Context(), LotQuery{Product: "FLOUR", Limit: 10})
	if err != nil || len(lots) != 3 || lots[0].Fields["brix"] != "11.5" || lots[1].Lot != "L0001" || lots[1].Fields["origin"] != "=Tyrol" || lots[2].Fields["origin"] != "Carinthia" {
		t.Errorf("%v %+v", err, lots)
	}
	units, err := a.Units(t.Context(), UnitQuery{Product: "BIKE", Limit: 10})
	if err != nil || len(units) != 3 || units[2].Serial != "B0003" {
		t.Errorf("%v %+v", err, units)
	}
	mustImport(t, a, "products", "sku,field:variety\nFLOUR,-\n")
	for _, d := range []*stock.DetailsDraft{{Product: "FLOUR", Lot: "F1", Fields: stock.Values{"origin": "Burgenland"}},
		{Product: "FLOUR", Lot: "F1", Fields: stock.Values{"brix": ""}, Reason: "measured wrong"}} {
		if _, err := a.Record(t.Context(), Request{Who: Who{By: auth.AtMachine, Actor: "desk"}, Body: d}); err != nil {
			t.Fatal(err)
		}
	}

	to := withFields(t, openApp(t))
	for _, kind := range []string{"products", "sites", "locations", "partners", "movements"} {
		mustImport(t, to, kind, exportFile(t, a, Export{Kind: kind}))
	}
	sameLedgers(t, a, to)
	values := func(a *App) (out []string) {
		for _, l := range must(a.Lots(t.Context(), LotQuery{Limit: 10})) {
			out = append(out, fmt.Sprint(l.Lot, l.Fields))
		}
		for _, p := range must(a.Products(t.Context(), allOf)) {
			out = append(out, fmt.Sprint(p.SKU, p.Fields))
		}
		return out
	}
	if diff := cmp.Diff(values(a), values(to)); diff != "" || !strings.Contains(fmt.Sprint(values(a)), "F1map[origin:Burgenland]") {
		t.Errorf("%s\n%s", diff, values(a))
	}
	text := exportFile(t, a, Export{Kind: "movements"})
	if again := mustImport(t, a, "movements", text); again.Already != again.Rows {
		t.Errorf("into its own ledger: %+v", again)
	}
	if opened := withFields(t, withMasters(t)); mustImport(t, opened, "opening", exportFile(t, a, Export{Kind: "stock"})).Recorded != 5 {
		t.Error(exportFile(t, a, Export{Kind: "stock"}))
	}
}

func TestFieldColumns_Refused(t *testing.T) {
	a := withFields(t, withMasters(t))
	for name, c := range map[string]struct{ kind, text, field, code string }{
		"no such field":          {"products", "sku,field:weight\nFLOUR,1\n", "field:weight", stock.CodeUnknownColumn},
		"of other records":       {"products", "sku,field:truck\nFLOUR,1\n", "field:truck", stock.CodeUnknownColumn},
		"no longer used":         {"products", "sku,field:gone\nFLOUR,1\n", "field:gone", stock.CodeUnknownColumn},
		"of a choice":            {"products", "sku,field:grade\nFLOUR,3rd\n", "field:grade", stock.CodeWrongType},
		"of a partner":           {"partners", "code,field:rating\nMILL,good\n", "field:rating", stock.CodeWrongType},
		"of a movement":          {"movements", "kind,occurred_at,site,product,quantity,to,field:cooled_on\nfound,2024-01-01,MAIN,BOX,1,A,2024-13-01\n", "field:cooled_on", stock.CodeWrongType},
		"of a lot":               {"movements", "kind,occurred_at,site,product,lot,quantity,to,new,expiry,field:brix\nfound,2024-01-01,MAIN,FLOUR,L9,1,A,yes,2030-01-01,sweet\n", "field:brix", stock.CodeWrongType},
		"of a lot that leaves":   {"movements", "kind,occurred_at,site,product,lot,quantity,from,to,field:brix\nmove,2024-01-01,MAIN,FLOUR,L9,1,A,B,3\n", "field:brix", stock.CodeUnsupported},
		"details of what is not": {"movements", "kind,occurred_at,site,product,lot,quantity,field:brix\ndetails,2024-01-01,,FLOUR,L9,,3\n", "lot", stock.CodeUnknownLot},
		"numbered and named":     {"movements", "kind,occurred_at,site,product,lot,quantity,to,new,expiry,numbered\nfound,2024-01-01,MAIN,FLOUR,L9,1,A,yes,2030-01-01,yes\n", "numbered", stock.CodeInvalidValue},
		"numbered by nothing":    {"movements", "kind,occurred_at,site,product,quantity,to,new,expiry,numbered\nfound,2024-01-01,MAIN,FLOUR,1,A,yes,2030-01-01,yes\n", "numbered", stock.CodeRequired},
	} {
		t.Run(name, func(t *testing.T) {
			got := importFile(t.Context(), a, Import{Kind: c.kind}, c.text)
			if fault, ok := stock.AsError(got.err); ok {
				if fault.Code != c.code || fault.Field != c.field {
					t.Error(fault)
				}
				return
			}
			if len(got.refused) != 1 || got.refused[0].Code != c.code || got.refused[0].Field != c.field {
				t.Errorf("%v %+v", got.err, got.refused)
			}
		})
	}
}

var allOf = store.Page{Limit: 100}

func must[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}
