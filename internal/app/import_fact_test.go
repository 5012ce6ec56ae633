package app

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"clew/internal/auth"
	"clew/internal/stock"

	"github.com/google/go-cmp/cmp"
)

// factual is a ledger with all that is said beside movements, recorded without client keys.
func factual(t *testing.T) *App {
	t.Helper()
	a := withMasters(t)
	q := func(n int) *stock.Quantity { v := stock.Units(n); return &v }
	day := func(text string) stock.Date { d, _ := stock.ParseDate(text); return d }
	post := func(body stock.Body) int64 {
		t.Helper()
		got, err := a.Record(t.Context(), Request{Who: Who{By: auth.AtMachine, Actor: "desk"}, Body: body})
		if err != nil {
			t.Fatal(err)
		}
		return got.Entry
	}
	receive := func(items ...stock.ItemDraft) int64 {
		t.Helper()
		return post(&stock.MovementDraft{Kind: stock.KindReceive, Site: "MAIN", Partner: "MILL", Items: items})
	}
	ship := func(items ...stock.ItemDraft) int64 {
		t.Helper()
		return post(&stock.MovementDraft{Kind: stock.KindShip, Site: "MAIN", Partner: "CAFE", Items: items})
	}
	held := true
	post(&stock.ProductDraft{SKU: "SPICE", Tracking: ref("lot"), HoldWhen: &[]string{"receive"}})
	spices := receive(stock.ItemDraft{Product: "SPICE", Lot: "S1", Quantity: q(9), To: "A"}, stock.ItemDraft{Product: "SPICE", Lot: "S2", Quantity: q(5), To: "A"},
		stock.ItemDraft{Product: "FLOUR", Lot: "F1", Quantity: q(20), To: "A", Dates: stock.Dates{Expiry: day("2040-01-01")}, SupplierLot: "X"},
		stock.ItemDraft{Product: "BIKE", Units: []string{"K1..K4", "N000001~+150"}, To: "A"})
	// One of the two holds is lifted in part, and the part that stays held comes back later.
	post(&stock.ReleaseDraft{Hold: spices + 1, Site: "MAIN", Reason: "most is fine", Items: []stock.ItemDraft{{Product: "SPICE", Lot: "S1", Quantity: q(2), From: "A", To: "QC"}}})
	post(&stock.ReleaseDraft{Site: "MAIN", Reason: "fine after all", Items: []stock.ItemDraft{{Product: "SPICE", Lot: "S1", Quantity: q(1), From: "QC", To: "B"}}})
	ship(stock.ItemDraft{Product: "SPICE", Lot: "S1", Quantity: q(4), From: "A"})
	bikes := post(&stock.HoldDraft{Product: "BIKE", Units: []string{"K1..K4", "N000001~+150"}, Reason: "loose fork"})
	post(&stock.CorrectionDraft{Product: "BIKE", Unit: "K1", Set: stock.LotIdentity{Serial: ref("K9")}, Reason: "plate read again"})
	post(&stock.ReleaseDraft{Hold: bikes, Units: []string{"K9", "K2", "N000007~+120"}, Reason: "tightened"})
	ship(stock.ItemDraft{Product: "BIKE", Units: []string{"K9"}, From: "A"})
	post(&stock.CorrectionDraft{Product: "BIKE", Unit: "N000009", Set: stock.LotIdentity{Serial: ref("N900009")}, Reason: "again"})
	place := post(&stock.HoldDraft{Site: "MAIN", Location: "B", Reason: "wet", Note: "after the storm"})
	post(&stock.ReleaseDraft{Hold: place, Reason: "dried"})
	// A lot is corrected twice, and then another takes its first code.
	ship(stock.ItemDraft{Product: "FLOUR", Lot: "F1", Quantity: q(3), From: "A"})
	post(&stock.CorrectionDraft{Product: "FLOUR", Lot: "F1", Set: stock.LotIdentity{Lot: ref("F7"), Production: ref(day("2026-01-01")), Source: ref("CAFE")}, Reason: "label"})
	post(&stock.CorrectionDraft{Product: "FLOUR", Lot: "F7", Set: stock.LotIdentity{Lot: ref("F8"), Production: ref(stock.Date(0)), Source: ref("")}, Reason: "label again"})
	receive(stock.ItemDraft{Product: "FLOUR", Lot: "F1", New: held, Quantity: q(2), To: "A", Dates: stock.Dates{Expiry: day("2041-01-01")}})
	ship(stock.ItemDraft{Product: "FLOUR", Lot: "F8", Quantity: q(1), From: "A"})
	// A tank is emptied and cleaned.
	post(&stock.MovementDraft{Kind: stock.KindFound, Site: "MAIN", Items: []stock.ItemDraft{{Product: "WATER", Quantity: q(4), To: "TANK"}}})
	post(&stock.MovementDraft{Kind: stock.KindLoss, Site: "MAIN", Reason: "drained", Items: []stock.ItemDraft{{Product: "WATER", Quantity: q(4), From: "TANK"}}})
	post(&stock.CleaningDraft{Site: "MAIN", Location: "TANK", Note: "steam"})
	// A product comes to be tracked by lot and then by serial number; another only while there is nothing of it.
	receive(stock.ItemDraft{Product: "BOX", Quantity: q(7), To: "A"}, stock.ItemDraft{Product: "BOX", Quantity: q(4), To: "B"})
	post(&stock.MovementDraft{Kind: stock.KindReceive, Site: "SHOP", Partner: "MILL", Items: []stock.ItemDraft{{Product: "BOX", Quantity: q(2), To: "SHELF"}}})
	ship(stock.ItemDraft{Product: "BOX", Quantity: q(1), From: "A"})
	post(&stock.TrackingDraft{Product: "BOX", Tracking: "lot", Reason: "new rules", Rest: &stock.RestDraft{Lot: "OLD", Dates: stock.Dates{Expiry: day("2041-01-01")}},
		Items: []stock.TrackedItem{{Site: "MAIN", Location: "A", Quantity: q(2), Lot: "B1"}, {Site: "MAIN", Location: "A", Quantity: q(1), Lot: "B2"}}})
	ship(stock.ItemDraft{Product: "BOX", Lot: "B1", Quantity: q(1), From: "A"})
	post(&stock.TrackingDraft{Product: "BOX", Tracking: "serial", Reason: "newer rules", Items: []stock.TrackedItem{
		{Site: "MAIN", Location: "A", Was: "B1", Units: []string{"X1"}}, {Site: "MAIN", Location: "A", Was: "B2", Units: []string{"X2"}},
		{Site: "MAIN", Location: "A", Was: "OLD", Units: []string{"X3..X5"}}, {Site: "MAIN", Location: "B", Units: []string{"X6..X9"}}, {Site: "SHOP", Location: "SHELF", Units: []string{"Y1", "Y2"}}}})
	ship(stock.ItemDraft{Product: "BOX", Units: []string{"X4"}, From: "A"})
	post(&stock.TrackingDraft{Product: "WATER", Tracking: "lot", Reason: "from now on"})
	receive(stock.ItemDraft{Product: "WATER", Lot: "W1", Quantity: q(3), To: "TANK"})
	mislabel(t, a, post)
	return a
}

// mislabel finds out which goods were of another lot, which two lots and which two units are one, and takes some of it back.
func mislabel(t *testing.T, a *App, post func(stock.Body) int64) {
	t.Helper()
	q := func(n int) *stock.Quantity { v := stock.Units(n); return &v }
	date := func(text string) *stock.Date { d, _ := stock.ParseDate(text); return &d }
	item := func(entry int64, n int) int64 {
		t.Helper()
		e, err := a.Entry(t.Context(), entry)
		if err != nil {
			t.Fatal(err)
		}
		return e.Items[n].Item
	}
	in := post(&stock.MovementDraft{Kind: stock.KindReceive, Site: "MAIN", Partner: "MILL", Items: []stock.ItemDraft{
		{Product: "FLOUR", Lot: "G1", Quantity: q(20), To: "A", Dates: stock.Dates{Expiry: *date("2040-01-01")}, Second: q(40), Measure: "LTR"},
		{Product: "FLOUR", Lot: "G5", Quantity: q(1), To: "B", Dates: stock.Dates{Expiry: *date("2040-01-01")}}, {Product: "BIKE", Units: []string{"T1", "T2"}, To: "A"}}})
	out := post(&stock.MovementDraft{Kind: stock.KindShip, Site: "MAIN", Partner: "CAFE", Items: []stock.ItemDraft{{Product: "FLOUR", Lot: "G1", Quantity: q(5), From: "A", Override: "fresh", Second: q(10), Measure: "LTR"}}})
	post(&stock.HoldDraft{Product: "FLOUR", Lot: "G1", Reason: "two labels"})
	apart := func(right string, born bool, of, shipped int) int64 {
		t.Helper()
		d := &stock.CorrectionDraft{Product: "FLOUR", Lot: "G1", Reason: "the labels were read again", Note: "in the yard", New: born, Set: stock.LotIdentity{Lot: &right},
			Items: []stock.CorrectedItem{{Item: item(in, 0), Quantity: q(of), Second: q(2 * of)}, {Item: item(out, 0), Quantity: q(shipped), Second: q(2 * shipped)}}}
		if born {
			d.Set.Expiry, d.Set.Source = date("2039-05-05"), ref("CAFE")
		}
		return post(d)
	}
	apart("G2", true, 8, 3)
	again := apart("G5", false, 4, 1)
	post(&stock.CorrectionDraft{Undo: again, Reason: "they were right"})
	post(&stock.CorrectionDraft{Product: "BOX", Lot: "OLD", Reason: "another crate", New: true, Set: stock.LotIdentity{Lot: ref("CRATE"), Expiry: date("2041-01-01")},
		Items: []stock.CorrectedItem{{Item: boxes(t, a), Units: []string{"X6..X7"}}}})
	one := post(&stock.CorrectionDraft{Product: "BIKE", Unit: "T2", SameAs: "T1", Reason: "one plate"})
	post(&stock.CorrectionDraft{Undo: one, Reason: "two after all"})
	post(&stock.CorrectionDraft{Product: "FLOUR", Lot: "G5", SameAs: "G2", Reason: "one label"})
	post(&stock.MovementDraft{Kind: stock.KindScrap, Site: "MAIN", Reason: "wet", Items: []stock.ItemDraft{{Product: "FLOUR", Lot: "G5", Quantity: q(2), From: "A"}, {Product: "BOX", Units: []string{"X7"}, From: "B"}}})
}

// boxes is the item by which unit X6 became one.
func boxes(t *testing.T, a *App) int64 {
	t.Helper()
	found, err := a.Entries(t.Context(), EntryQuery{Kinds: []stock.Kind{stock.KindTracking}, Product: "BOX", Serial: "X6", Limit: 10})
	if err != nil || len(found) == 0 {
		t.Fatal(found, err)
	}
	for _, it := range found[len(found)-1].Items {
		if slices.Contains(it.Serials, "X6") {
			return it.Item
		}
	}
	t.Fatal(found)
	return 0
}

func heldGoods(t *testing.T, a *App) []string {
	rows, _, err := a.Holds(t.Context(), HoldQuery{All: true, Limit: 100})
	if err != nil {
		t.Fatal(err)
	}
	var out []string
	for _, h := range rows {
		out = append(out, fmt.Sprint(h.Product, " ", h.Lot, " ", h.Place, " ", h.Units, " ", h.StillHeld, " ", h.Serials, " ", h.Reason, " ", h.Released != 0))
	}
	return out
}

func TestExport_RoundTripOfFacts(t *testing.T) {
	from := factual(t)
	text := exportFile(t, from, Export{Kind: "movements"})
	to := carry(t, from)
	if diff := cmp.Diff(balances(t, from), balances(t, to)); diff != "" {
		t.Errorf("the stock differs:\n%s", diff)
	}
	if diff := cmp.Diff(heldGoods(t, from), heldGoods(t, to)); diff != "" {
		t.Errorf("the holds differ:\n%s", diff)
	}
	for _, code := range []string{"F8", "F1", "K9", "K1", "N900009", "B1", "X4", "W1", "S1"} {
		history := func(a *App) (out []string) {
			found, err := a.Trace(t.Context(), TraceQuery{Code: code})
			if err != nil || len(found.Results) == 0 {
				t.Fatal(code, err)
			}
			for _, x := range found.Results {
				for _, e := range x.History {
					out = append(out, fmt.Sprint(x.Subject.Product, e.Kind, e.Reason, e.Override, e.Corrected))
				}
			}
			return out
		}
		if diff := cmp.Diff(history(from), history(to)); diff != "" {
			t.Errorf("the histories of %s differ:\n%s", code, diff)
		}
	}
	for _, file := range []string{text, exportFile(t, from, Export{Kind: "movements", Site: "MAIN"})} {
		before, _, _ := from.Store.Head(t.Context())
		again := importFile(t.Context(), from, Import{Kind: "movements"}, file)
		after, _, _ := from.Store.Head(t.Context())
		if again.Already != again.Rows || before != after {
			t.Errorf("into its own ledger: %+v\n%s", again.ImportReport, again.file)
		}
	}
	once := mustImport(t, to, "movements", text)
	if once.Already != once.Rows {
		t.Errorf("again: %+v", once)
	}
}

// A hold that the rules entail no more is placed by its row.
func TestImport_HoldThatNoRuleEntails(t *testing.T) {
	from := factual(t)
	to := openApp(t)
	for _, kind := range []string{"products", "sites", "locations", "partners", "movements"} {
		text := exportFile(t, from, Export{Kind: kind})
		if kind == "products" {
			text = strings.Replace(text, ",receive,", ",,", 1)
		}
		mustImport(t, to, kind, text)
	}
	if diff := cmp.Diff(heldGoods(t, from), heldGoods(t, to)); diff != "" {
		t.Errorf("the holds differ:\n%s", diff)
	}
}

func TestImport_FactsRefused(t *testing.T) {
	a := factual(t)
	head := "kind,occurred_at,site,reference,product,lot,units,becomes,quantity,from,to,hold,tracking,reason,partner,expiry\n"
	for name, c := range map[string]struct{ row, field, code string }{
		"hold without a reason":       {"hold,2024-01-01,,h1,FLOUR,F8,,,,,,,,,,", "reason", stock.CodeReasonRequired},
		"hold of an unknown place":    {"hold,2024-01-01,MAIN,h2,,,,,,NOWHERE,,,,wet,,", "from", stock.CodeUnknownLocation},
		"hold with a quantity":        {"hold,2024-01-01,,h3,FLOUR,F8,,,5,,,,,wet,,", "quantity", stock.CodeUnsupported},
		"hold without a day":          {"hold,,,h4,FLOUR,F8,,,,,,,,wet,,", "occurred_at", stock.CodeRequired},
		"hold of the future":          {"hold,2190-01-01,,h4,FLOUR,F8,,,,,,,,wet,,", "occurred_at", stock.CodeOccurredInFuture},
		"two rows":                    {"hold,2024-01-01,,h5,FLOUR,F8,,,,,,,,wet,,\nhold,2024-01-01,,h5,FLOUR,F1,,,,,,,,wet,,", "", stock.CodeUnsupported},
		"release of nothing known":    {"release,2024-01-01,,r1,,,,,,,,zzz,,fine,,", "hold", stock.CodeUnknownEntry},
		"ship that lifts a hold":      {"ship,2024-01-01,MAIN,s1,FLOUR,F8,,,1,A,,h,,,CAFE,", "hold", stock.CodeUnsupported},
		"ship that becomes":           {"ship,2024-01-01,MAIN,s2,FLOUR,F8,,F9,1,A,,,,,CAFE,", "becomes", stock.CodeUnsupported},
		"ship that tracks":            {"ship,2024-01-01,MAIN,s3,FLOUR,F8,,,1,A,,,lot,,CAFE,", "tracking", stock.CodeUnsupported},
		"correction to a taken code":  {"correction,2024-01-01,,c1,FLOUR,F8,,F1,,,,,,why,,", "becomes", stock.CodeLotExists},
		"correction of two units":     {"correction,2024-01-01,,c2,BIKE,,K2 K3,K5,,,,,,why,,", "units", stock.CodeUnsupported},
		"correction of a needed date": {"correction,2024-01-01,,c3,FLOUR,F8,,,,,,,,why,,-", "expiry", stock.CodeDateRequired},
		"correction of the source":    {"correction,2024-01-01,,c4,FLOUR,F8,,,,,,,,why,NOBODY,", "partner", stock.CodeUnknownPartner},
		"cleaning of a shelf":         {"cleaning,2024-01-01,MAIN,k1,,,,,,A,,,,,,", "from", stock.CodeInvalidValue},
		"tracking as it is":           {"tracking,2024-01-01,MAIN,t1,BOX,,,L,1,,A,,serial,why,,", "tracking", stock.CodeInvalidValue},
		"tracking of an unknown lot":  {"tracking,2024-01-01,MAIN,t2,WATER,W9,Z1,,,,TANK,,serial,why,,", "lot", stock.CodeUnknownLot},
		"tracking of half":            {"tracking,2024-01-01,MAIN,t3,WATER,W1,Z1,,,,TANK,,serial,why,,", "product", stock.CodeStockDiffers},
		"tracking of two products":    {"tracking,2024-01-01,MAIN,t4,WATER,W1,Z1,,,,TANK,,serial,why,,\ntracking,2024-01-01,MAIN,t4,BOX,W1,Z1,,,,TANK,,serial,why,,", "", stock.CodeInvalidValue},
	} {
		t.Run(name, func(t *testing.T) {
			got := importFile(t.Context(), a, Import{Kind: "movements"}, head+c.row+"\n")
			if len(got.refused) == 0 || got.refused[0].Code != c.code || got.refused[0].Field != c.field {
				t.Errorf("%v %+v", got.err, got.refused)
			}
		})
	}
}

// Corrections of goods name movements, and their items, of the same file or recorded before.
func TestImport_GoodsRefused(t *testing.T) {
	a := withMasters(t)
	mustImport(t, a, "movements", "kind,occurred_at,site,reference,partner,product,lot,quantity,to,expiry\nreceive,2024-01-01,MAIN,in,MILL,FLOUR,F1,9,A,2040-01-01\n")
	head := "kind,occurred_at,site,reference,product,lot,units,becomes,corrects,reverses,item,new,quantity,reason,expiry\n"
	for name, c := range map[string]struct{ row, field, code string }{
		"of no movement":            {"correction,2024-02-01,,c1,FLOUR,F1,,F2,goods,,1,yes,4,why,2040-01-01", "reverses", stock.CodeRequired},
		"of an unknown movement":    {"correction,2024-02-01,,c2,FLOUR,F1,,F2,goods,out,1,yes,4,why,2040-01-01", "reverses", stock.CodeUnknownEntry},
		"of an item too far":        {"correction,2024-02-01,,c3,FLOUR,F1,,F2,goods,in,2,yes,4,why,2040-01-01", "item", stock.CodeInvalidValue},
		"of item 0":                 {"correction,2024-02-01,,c4,FLOUR,F1,,F2,goods,in,0,yes,4,why,2040-01-01", "item", stock.CodeInvalidValue},
		"of more than there is":     {"correction,2024-02-01,,c5,FLOUR,F1,,F2,goods,in,1,yes,10,why,2040-01-01", "quantity", stock.CodeInsufficientStock},
		"of an item named twice":    {"correction,2024-02-01,,c6,FLOUR,F1,,F2,goods,in,1,yes,4,why,2040-01-01\ncorrection,2024-02-01,,c6,FLOUR,F1,,F2,goods,in,1,yes,4,why,2040-01-01", "", stock.CodeInvalidValue},
		"to a lot that is not new":  {"correction,2024-02-01,,c7,FLOUR,F1,,F2,goods,in,1,,4,why,", "becomes", stock.CodeUnknownLot},
		"two lots in its rows":      {"correction,2024-02-01,,c8,FLOUR,F1,,F2,goods,in,1,yes,4,why,2040-01-01\ncorrection,2024-02-01,,c8,FLOUR,F1,,F3,goods,in,1,yes,4,why,2040-01-01", "", stock.CodeInvalidValue},
		"undone without saying it":  {"correction,2024-02-01,,c9,,,,,undo,,,,,why,", "reverses", stock.CodeRequired},
		"undone, of a receipt":      {"correction,2024-02-01,,c10,,,,,undo,in,,,,why,", "reverses", stock.CodeNotReversible},
		"undone, of nothing known":  {"correction,2024-02-01,,c11,,,,,undo,out,,,,why,", "reverses", stock.CodeUnknownEntry},
		"in a way that is not told": {"correction,2024-02-01,,c12,FLOUR,F1,,F2,both,in,1,,4,why,", "corrects", stock.CodeInvalidValue},
		"of a lot, with a quantity": {"correction,2024-02-01,,c13,FLOUR,F1,,F2,,,,,4,why,", "quantity", stock.CodeUnsupported},
		"of a lot, with a movement": {"correction,2024-02-01,,c14,FLOUR,F1,,F2,,in,,,,why,", "reverses", stock.CodeUnsupported},
		"of a lot, in two rows":     {"correction,2024-02-01,,c15,FLOUR,F1,,F2,,,,,,why,\ncorrection,2024-02-01,,c15,FLOUR,F1,,F2,,,,,,why,", "", stock.CodeUnsupported},
	} {
		t.Run(name, func(t *testing.T) {
			got := importFile(t.Context(), a, Import{Kind: "movements"}, head+c.row+"\n")
			if len(got.refused) == 0 || got.refused[0].Code != c.code || got.refused[0].Field != c.field {
				t.Errorf("%v %+v", got.err, got.refused)
			}
		})
	}
	// The item may be left out where the movement has one only of the lot; what is put right is undone in the same file.
	mustImport(t, a, "movements", head+"correction,2024-02-01,,d1,FLOUR,F1,,F2,goods,in,,yes,4,why,2040-01-01\ncorrection,2024-02-01,,d2,,,,,undo,d1,,,,no,\n"+
		"correction,2024-02-01,,d3,FLOUR,F1,,F2,goods,in,1,,3,why,\n")
	if got := strings.Join(balances(t, a), "\n"); !strings.Contains(got, "FLOUR F1 MAIN/A 6 ") || !strings.Contains(got, "FLOUR F2 MAIN/A 3 ") {
		t.Error(got)
	}
}
