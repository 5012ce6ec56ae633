package app

import (
	"bytes"
	"context"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"clew/internal/auth"
	"clew/internal/pgtest"
	"clew/internal/stock"
	"clew/internal/store"

	"github.com/google/go-cmp/cmp"
)

// onEngine is an empty ledger on the engine that CLEW_TEST_ENGINE names: sqlite, where it is left out, or postgres.
func onEngine(t testing.TB) store.Options {
	if pgtest.Engine() == "postgres" {
		url, _, org := pgtest.Start(t).Schema()
		return store.Options{URL: url, Org: org, Create: true, Dir: t.TempDir(), Ephemeral: true}
	}
	return store.Options{Path: filepath.Join(t.TempDir(), "clew.db"), Ephemeral: true}
}

func openApp(t testing.TB) *App {
	t.Helper()
	s, err := store.Open(t.Context(), onEngine(t))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	return New(s)
}

// imported is what an import answered.
type imported struct {
	ImportReport
	refused []Refusal
	file    string // of refused rows
	err     error
}

func importFile(ctx context.Context, a *App, o Import, text string) imported {
	var got imported
	var file bytes.Buffer
	var refused *RefusedFile
	o.Who = Who{Actor: "tester", By: auth.AtMachine}
	o.Header = func(names []string, said map[string]string) (err error) {
		refused, err = NewRefusedFile(&file, "csv", o.Kind, names, said)
		return err
	}
	o.Refused = func(r Refusal) error {
		got.refused = append(got.refused, r)
		return refused.Add(r)
	}
	got.ImportReport, got.err = a.Import(ctx, o, strings.NewReader(text))
	if refused != nil {
		got.err = errors.Join(got.err, refused.Close())
	}
	got.file = file.String()
	return got
}

// mustImport imports a file of which no row may be refused.
func mustImport(t testing.TB, a *App, kind, text string) ImportReport {
	t.Helper()
	got := importFile(t.Context(), a, Import{Kind: kind}, text)
	if got.err != nil {
		t.Fatalf("%s: %v", kind, got.err)
	}
	if got.Refused > 0 {
		t.Fatalf("%s: %d refused:\n%s", kind, got.Refused, got.file)
	}
	return got.ImportReport
}

const (
	someProducts = "sku,name,tracking,uom,decimals,requires,past_date\n" +
		"FLOUR,Wheat flour,lot,KGM,3,expiry,blocks\nBREAD,Bread,lot,H87,0,best_before,warns\nBOX,Box,none,H87,0,,\n" +
		"BIKE,Bike,serial,H87,0,,\nMOTOR,Motor,serial,H87,0,,\nWATER,Water,none,LTR,2,,\n"
	someSites     = "code,name,time_zone\nMAIN,Bakery,Europe/Berlin\nSHOP,Shop,America/New_York\n"
	someLocations = "site,code,parent,blocking,mixed\nMAIN,HALL,,,\nMAIN,A,HALL,,\nMAIN,B,HALL,,\nMAIN,QC,,yes,\nMAIN,TANK,,,yes\nSHOP,SHELF,,,\n"
	somePartners  = "code,name,roles,address,address_name\nMILL,The mill,supplier,,Mill road 1\nMILL,,,NORTH,Mill road 2\nCAFE,=Café,customer|carrier,,\n"
)

func withMasters(t testing.TB) *App {
	t.Helper()
	a := openApp(t)
	mustImport(t, a, "products", someProducts)
	mustImport(t, a, "sites", someSites)
	mustImport(t, a, "locations", someLocations)
	mustImport(t, a, "partners", somePartners)
	return a
}

// story is a history with every kind of movement that a file can tell.
const story = `reference,kind,occurred_at,site,partner,address,to_site,dispatch,close,purpose,reverses,item,role,group,product,lot,units,quantity,from,to,expiry,best_before,supplier_lot,new,reason,order,references
open-1,opening,2024-01-01,MAIN,,,,,,,,,,,FLOUR,F0,,50,,A,2030-01-01,,,,,,
r1,receive,2024-01-02 08:00,MAIN,MILL,NORTH,,,,,,,,,FLOUR,F1,,100.5,,A,2029-01-01,,SUP-1,,,PO 1|PO 2,container:C\|1
r1,,,,,,,,,,,,,,FLOUR,F2,,20,,B,2029-06-01,,SUP-2,,,,
r2,receive,2024-01-02T09:00:00+01:00,MAIN,MILL,,,,,,,,,,BIKE,,B0001..B0020,,,A,,,,,,,
r3,receive,2024-01-02T09:00:00Z,MAIN,MILL,,,,,,,,,,MOTOR,,M\ 1|M\ 2|M3..4~+0,3,,A,,,,,,,
r4,receive,2024-01-02T09:30:00Z,MAIN,MILL,,,,,,,,,,BOX,,,40,,A,,,,,,,
r5,receive,2024-01-02T09:31:00Z,MAIN,MILL,,,,,,,,,,WATER,,,10.25,,TANK,,,,,,,
mv,move,2024-01-03,MAIN,,,,,,,,,,,FLOUR,F1,,10,A,B,,,,,,,
make-1,make,2024-01-04,MAIN,,,,,,,,,input,1,FLOUR,F1,,5,A,,,,,,,,
make-1,,,,,,,,,,,,input,1,WATER,,,1.5,TANK,,,,,,,,
make-1,,,,,,,,,,,,output,1,BREAD,L1,,12,,A,,2024-02-01,,,,,
make-1,,,,,,,,,,,,input,2,FLOUR,F1,,5,A,,,,,,,,
make-1,,,,,,,,,,,,output,2,BREAD,L2,,11,,A,,2024-02-02,,,,,
asm,make,2024-01-05,MAIN,,,,,,,,,input,x,MOTOR,,M\ 1,,A,,,,,,,,
asm,,,,,,,,,,,,input,x,BIKE,,B0001,,A,,,,,,,,
asm,,,,,,,,,,,,output,x,BIKE,,B0001,,,B,,,,,,,
asm,,,,,,,,,,,,input,y,MOTOR,,M\ 2,,A,,,,,,,,
asm,,,,,,,,,,,,input,y,BIKE,,B0002,,A,,,,,,,,
asm,,,,,,,,,,,,output,y,BIKE,,B0002,,,B,,,,,,,
s1,ship,2024-01-06,MAIN,CAFE,,,,,,,,,,BREAD,L1,,4,,,,,,,,,
s1,,,,,,,,,,,,,,BIKE,,B0001 B0003 B0004 B0005,,,,,,,,,,
s2,ship,2024-01-06,MAIN,CAFE,,,,,,,,,,FLOUR,,,3,,,,,,,,,
d1,dispatch,2024-01-07,MAIN,,,SHOP,,,,,,,,BREAD,L2,,10,,,,,,,,,
d1,,,,,,,,,,,,,,BIKE,,B0006..B0009,,,,,,,,,,
a1,arrive,2024-01-08,SHOP,,,,d1,,,,,,,BREAD,L2,,6,,SHELF,,,,,,,
a2,arrive,2024-01-09,SHOP,,,,d1,yes,,,,,,BREAD,L2,,1,,SHELF,,,,,gone,,
a2,,,,,,,,,,,,,,BIKE,,B0006 B0007,,,SHELF,,,,,,,
i1,issue,2024-01-09,MAIN,,,,,,sample,,,,,BREAD,L1,,1,,,,,,,,,
x1,scrap,2024-01-09,MAIN,,,,,,,,,,,BREAD,L1,,1,,,,,,,burnt,,
l1,loss,2024-01-09,MAIN,,,,,,,,,,,BOX,,,2,,,,,,,stolen,,
f1,found,2024-01-09,MAIN,,,,,,,,,,,BOX,,,1,,B,,,,,,,
f2,found,2024-01-09,MAIN,,,,,,,,,,,BIKE,,X1,,,QC,,,,yes,,,
ret,return,2024-01-10,MAIN,CAFE,,,,,,,,,,BIKE,,B0003,,,QC,,,,,,,
ret2,return_to_supplier,2024-01-10,MAIN,MILL,,,,,,,,,,FLOUR,F2,,2,B,,,,,,,,
c1,count,2024-01-11,MAIN,,,,,,,,,,,BOX,,,35,,A,,,,,,,
c1,,,,,,,,,,,,,,FLOUR,F2,,20,,B,,,,,,,
c2,count,2024-01-11,MAIN,,,,,,,,,,,BIKE,,B0001..B0010 B0012,,,A,,,,,,,
c3,count,2024-01-11,MAIN,,,,,,,,,,,BIKE,,B0010..B0019 NEW1,,,A,,,,yes,,,
c4,count,2024-01-11,MAIN,,,,,,,,,,,BIKE,,B0010..B0018,,,A,,,,,,,
sp,split,2024-01-12,MAIN,,,,,,,,,input,1,FLOUR,F0,,20,A,,,,,,,,
sp,,,,,,,,,,,,output,1,FLOUR,F0a,,8,,A,2030-01-01,,,,,,
sp,,,,,,,,,,,,output,1,FLOUR,F0b,,12,,B,2030-01-01,,,,,,
rv1,reversal,2024-01-13,MAIN,,,,,,,mv,,,,,,,,,,,,,,slip,,
rv3,reversal,2024-01-13,MAIN,,,,,,,c4,,,,,,,,,,,,,,slip,,
rv4,reversal,2024-01-13,MAIN,,,,,,,c3,,,,,,,,,,,,,,slip,,
rv2,reversal,2024-01-13,MAIN,,,,,,,s1,1,,,BREAD,,,2,,,,,,,slip,,
rv2,,,,,,,,,,,,,,BIKE,,B0004,,,,,,,,,,
`

func storyWithout(skip ...string) string {
	var b strings.Builder
	for line := range strings.Lines(story) {
		ref, _, _ := strings.Cut(line, ",")
		if !slices.Contains(skip, ref) {
			b.WriteString(line)
		}
	}
	return b.String()
}

// Counting c2 finds units that are elsewhere; the story without it is one that the rules take.
func goodStory() string { return storyWithout("c2") }

func TestImport_Story(t *testing.T) {
	a := withMasters(t)
	got := mustImport(t, a, "movements", goodStory())
	if got.Recorded != got.Rows || got.Entries != 29 {
		t.Errorf("%+v", got)
	}
	rows, err := a.Stock(t.Context(), StockQuery{Product: "FLOUR", Site: "MAIN", Limit: 100})
	if err != nil {
		t.Fatal(err)
	}
	var out []string
	for _, r := range rows {
		if r.Quantity != 0 {
			out = append(out, r.Lot+" "+r.Place+" "+r.Quantity.String())
		}
	}
	slices.Sort(out)
	want := []string{"F0 MAIN/A 30", "F0a MAIN/A 8", "F0b MAIN/B 12", "F1 MAIN/A 87.5", "F2 MAIN/B 20"}
	if diff := cmp.Diff(want, out); diff != "" {
		t.Error(diff)
	}
	e, err := a.Entries(t.Context(), EntryQuery{Ref: "PO 2", Limit: 2})
	if err != nil || len(e) != 1 || e[0].Key != "r1" || e[0].Address != "NORTH" || e[0].OccurredAt.String() != "2024-01-02T07:00:00.000Z" ||
		e[0].Capture != "import" || e[0].Items[0].Known != "imported" {
		t.Errorf("%v %+v", err, e)
	}
	lots, err := a.Lots(t.Context(), LotQuery{Product: "FLOUR", Lot: "F2", Limit: 1})
	if err != nil || len(lots) != 1 || len(lots[0].SupplierLots) != 1 || lots[0].SupplierLots[0] != (SupplierLot{"MILL", "SUP-2"}) {
		t.Errorf("%v %+v", err, lots)
	}
}

func TestImport_TwiceChangesNothing(t *testing.T) {
	a := withMasters(t)
	opening := "site,location,product,lot,quantity,expiry\nMAIN,A,FLOUR,O1,5,2031-01-01\nMAIN,A,BOX,,7,\nMAIN,A,BOX,,7,\n"
	plain := "kind,occurred_at,site,product,quantity,from,to\nmove,2024-02-01,MAIN,BOX,1,A,B\nmove,2024-02-01,MAIN,BOX,1,A,B\nmove,2024-02-01,MAIN,BOX,2,A,B\n"
	for _, f := range [][2]string{{"products", someProducts}, {"sites", someSites}, {"locations", someLocations}, {"partners", somePartners},
		{"movements", goodStory()}, {"opening", opening}, {"movements", plain}} {
		mustImport(t, a, f[0], f[1])
		before, _, err := a.Store.Head(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		again := mustImport(t, a, f[0], f[1])
		after, _, _ := a.Store.Head(t.Context())
		if after != before || again.Already != again.Rows || again.Recorded != 0 || again.Entries != 0 {
			t.Errorf("%s: again %+v, entries %d and %d", f[0], again, before, after)
		}
	}
	// Another quantity of the same opening stock is not more of it.
	got := importFile(t.Context(), a, Import{Kind: "opening"}, strings.Replace(opening, "O1,5", "O1,6", 1))
	if got.Refused != 1 || got.refused[0].Code != stock.CodeKeyReused {
		t.Errorf("another quantity: %+v", got)
	}
}

func TestImport_DryRun(t *testing.T) {
	a := withMasters(t)
	text := story + "bad,ship,2024-02-01,MAIN,CAFE,,,,,,,,,,BREAD,L9,,1,,,,,,,,,\nragged,ship\n"
	before, _, _ := a.Store.Head(t.Context())
	tried := importFile(t.Context(), a, Import{Kind: "movements", DryRun: true}, text)
	if after, _, _ := a.Store.Head(t.Context()); after != before {
		t.Errorf("a dry run recorded entries: %d, then %d", before, after)
	}
	done := importFile(t.Context(), a, Import{Kind: "movements"}, text)
	if !tried.DryRun || done.DryRun || done.Refused == 0 {
		t.Errorf("%+v and %+v", tried.ImportReport, done.ImportReport)
	}
	tried.DryRun = false
	if diff := cmp.Diff(tried.ImportReport, done.ImportReport); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff(tried.file, done.file); diff != "" {
		t.Error(diff)
	}
}

func TestImport_FaultsOfTheFile(t *testing.T) {
	a := openApp(t)
	for name, c := range map[string]struct{ kind, text, code, field string }{
		"unknown kind":       {"stuff", "a\n", stock.CodeInvalidValue, "kind"},
		"empty":              {"products", "", stock.CodeRequired, ""},
		"unknown column":     {"products", "sku,colour\n", stock.CodeUnknownColumn, "colour"},
		"column twice":       {"products", "sku,name,Name\n", stock.CodeUnknownColumn, "Name"},
		"missing column":     {"products", "name,uom\n", stock.CodeRequired, "sku"},
		"missing time":       {"movements", "kind,site,product\n", stock.CodeRequired, "occurred_at"},
		"header not closed":  {"products", "sku,\"name\n", stock.CodeInvalidRow, ""},
		"web page":           {"products", "<html><table>", stock.CodeInvalidRow, ""},
		"old workbook":       {"products", "\xd0\xcf\x11\xe0\xa1\xb1", stock.CodeInvalidRow, ""},
		"two headers":        {"products", "Stock list,\nsku,name\n", stock.CodeUnknownColumn, ""},
		"utf-16":             {"products", "\xff\xfes\x00k\x00", stock.CodeUnknownColumn, "sk"},
		"spreadsheet":        {"products", "PK\x03\x04xyz", stock.CodeInvalidRow, ""},
		"10,000 columns":     {"products", "sku" + strings.Repeat(",x-a", 10_000) + "\n", stock.CodeTooMany, ""},
		"too long a header":  {"products", strings.Repeat("x", maxRow+1), stock.CodeTooLong, ""},
		"semicolons, unkown": {"products", "sku;name;farbe\n", stock.CodeUnknownColumn, "farbe"},
	} {
		t.Run(name, func(t *testing.T) {
			got := importFile(t.Context(), a, Import{Kind: c.kind}, c.text)
			fault, ok := stock.AsError(got.err)
			if !ok || fault.Code != c.code || fault.Field != c.field {
				t.Errorf("%v", got.err)
			}
		})
	}
}

func TestImport_WaysToWriteAHeader(t *testing.T) {
	for name, text := range map[string]string{
		"mark":       "\xef\xbb\xbfsku,name,shelf_life_days\nA,Apple,3\n",
		"semicolons": "SKU;Name;Shelf life days\nA;Apple;3\n",
		"tabs":       "sku\tNAME\tshelf-life-days\nA\tApple\t3\n",
		"sep":        "sep=;\r\nsku;name;shelf_life_days\r\nA;Apple;3\r\n",
		"ignored":    "x-note,sku,X-more,name,\"shelf_life_days\"\n1,A,2,Apple,3\n",
		"bars":       "sku|name|shelf_life_days\nA|Apple|3\n",
		"german":     "Artikelnummer;Bezeichnung;Haltbarkeit Tage\nA;Apple;3\n",
		"utf-16":     "\xff\xfes\x00k\x00u\x00,\x00n\x00a\x00m\x00e\x00,\x00s\x00h\x00e\x00l\x00f\x00_\x00l\x00i\x00f\x00e\x00\n\x00A\x00,\x00A\x00p\x00p\x00l\x00e\x00,\x003\x00",
		"unnamed":    "sku,name,shelf_life_days,,\nA,Apple,3,,\n",
		"blank rows": "\n\nsku,name,shelf_life_days\n,,\nA,Apple,3\n\n,,\n",
	} {
		t.Run(name, func(t *testing.T) {
			a := openApp(t)
			if got := mustImport(t, a, "products", text); got.Recorded != 1 || got.Rows != 1 {
				t.Errorf("%+v", got)
			}
			p, err := a.Product(t.Context(), "A")
			if err != nil || p.Name != "Apple" || p.ShelfLife != 3 {
				t.Errorf("%+v %v", p, err)
			}
		})
	}
}

func TestImport_FaultsOfRows(t *testing.T) {
	a := withMasters(t)
	mustImport(t, a, "movements", goodStory())
	const head = "reference,kind,occurred_at,site,partner,product,lot,units,quantity,from,to,role,item,reverses,dispatch,expiry,new,reason,order\n"
	for name, c := range map[string]struct{ row, code, field string }{
		"kind":            {",buy,2024-03-01,MAIN,,BOX,,,1,A,B,,,,,,,,", stock.CodeInvalidValue, "kind"},
		"no kind":         {",,2024-03-01,MAIN,,BOX,,,1,A,B,,,,,,,,", stock.CodeRequired, "kind"},
		"no time":         {",move,,MAIN,,BOX,,,1,A,B,,,,,,,,", stock.CodeRequired, "occurred_at"},
		"time":            {",move,1/3/2024,MAIN,,BOX,,,1,A,B,,,,,,,,", stock.CodeInvalidValue, "occurred_at"},
		"day":             {",move,2024-02-30,MAIN,,BOX,,,1,A,B,,,,,,,,", stock.CodeInvalidDate, "occurred_at"},
		"future":          {",move,2124-02-20,MAIN,,BOX,,,1,A,B,,,,,,,,", stock.CodeOccurredInFuture, "occurred_at"},
		"site":            {",move,2024-03-01,MOON,,BOX,,,1,A,B,,,,,,,,", stock.CodeUnknownSite, "site"},
		"product":         {",move,2024-03-01,MAIN,,BAX,,,1,A,B,,,,,,,,", stock.CodeUnknownProduct, "product"},
		"partner":         {",ship,2024-03-01,MAIN,WHO,BOX,,,1,A,,,,,,,,,", stock.CodeUnknownPartner, "partner"},
		"location":        {",move,2024-03-01,MAIN,,BOX,,,1,A,SHULF,,,,,,,,", stock.CodeUnknownLocation, "to"},
		"quantity":        {",move,2024-03-01,MAIN,,BOX,,,one,A,B,,,,,,,,", stock.CodeInvalidQuantity, "quantity"},
		"negative":        {",move,2024-03-01,MAIN,,BOX,,,-1,A,B,,,,,,,,", stock.CodeInvalidQuantity, "quantity"},
		"over-precise":    {",move,2024-03-01,MAIN,,BOX,,,1.5,A,B,,,,,,,,", stock.CodeOverPrecise, "quantity"},
		"too much":        {",move,2024-03-01,MAIN,,BOX,,,1000,A,B,,,,,,,,", stock.CodeInsufficientStock, "quantity"},
		"blank lot":       {",receive,2024-03-01,MAIN,MILL,FLOUR,,,1,,B,,,,,2030-01-01,,,", stock.CodeLotRequired, "lot"},
		"overlong lot":    {",receive,2024-03-01,MAIN,MILL,FLOUR,123456789012345678901,,1,,B,,,,,2030-01-01,,,", stock.CodeTooLong, "lot"},
		"lot differs":     {",receive,2024-03-01,MAIN,MILL,FLOUR,F1,,1,,B,,,,,2030-01-01,,,", stock.CodeLotDiffers, "expiry"},
		"expiry":          {",receive,2024-03-01,MAIN,MILL,FLOUR,F9,,1,,B,,,,,soon,,,", stock.CodeInvalidDate, "expiry"},
		"serial there":    {",receive,2024-03-01,MAIN,MILL,BIKE,,B0010,,,B,,,,,,,,", stock.CodeUnitElsewhere, "units"},
		"serial range":    {",receive,2024-03-01,MAIN,MILL,BIKE,,Z1..Y2,,,B,,,,,,,,", stock.CodeInvalidSerial, "units"},
		"serial twice":    {",receive,2024-03-01,MAIN,MILL,BIKE,,Z1 Z1,,,B,,,,,,,,", stock.CodeDuplicateUnit, "units"},
		"flag":            {",found,2024-03-01,MAIN,,BOX,,,1,,B,,,,,,perhaps,,", stock.CodeInvalidValue, "new"},
		"role":            {"q1,make,2024-03-01,MAIN,,BOX,,,1,A,,side,,,,,,,", stock.CodeInvalidValue, "role"},
		"half a make":     {"q2,make,2024-03-01,MAIN,,BOX,,,1,A,,input,,,,,,,", stock.CodeRequired, "role"},
		"loose make":      {",make,2024-03-01,MAIN,,BOX,,,1,A,,input,,,,,,,", stock.CodeRequired, "reference"},
		"role of a move":  {",move,2024-03-01,MAIN,,BOX,,,1,A,B,input,,,,,,,", stock.CodeUnsupported, "role"},
		"no reason":       {",scrap,2024-03-01,MAIN,,BOX,,,1,A,,,,,,,,,", stock.CodeReasonRequired, "reason"},
		"reverses none":   {",reversal,2024-03-01,MAIN,,,,,,,,,,nothing,,,,slip,", stock.CodeUnknownEntry, "reverses"},
		"reverses item":   {",reversal,2024-03-01,MAIN,,BOX,,,1,,,,7,r4,,,,slip,", stock.CodeInvalidValue, "item"},
		"reverses other":  {",reversal,2024-03-01,MAIN,,BREAD,,,1,,,,1,r4,,,,slip,", stock.CodeInvalidValue, "product"},
		"reverses again":  {",reversal,2024-03-01,MAIN,,,,,,,,,,mv,,,,slip,", stock.CodeAlreadyReversed, "reverses"},
		"dispatch none":   {",arrive,2024-03-01,SHOP,,BREAD,L2,,1,,SHELF,,,,nothing,,,,", stock.CodeUnknownEntry, "dispatch"},
		"order too long":  {",move,2024-03-01,MAIN,,BOX,,,1,A,B,,,,,,,," + strings.Repeat("x", 61), stock.CodeTooLong, "order"},
		"long reference":  {strings.Repeat("x", 201) + ",move,2024-03-01,MAIN,,BOX,,,1,A,B,,,,,,,,", stock.CodeTooLong, "reference"},
		"ragged":          {",move,2024-03-01", stock.CodeInvalidRow, ""},
		"stray quote":     {`,move,"2024-03-01,MAIN,,BOX,,,1,A,B,,,,,,,,`, stock.CodeInvalidRow, ""},
		"bytes":           {",move,2024-03-01,MAIN,,B\x81X,,,1,A,B,,,,,,,,", stock.CodeInvalidRow, ""},
		"shortened code":  {",move,2024-03-01,MAIN,,4.00638E+12,,,1,A,B,,,,,,,,", stock.CodeInvalidValue, "product"},
		"error":           {",move,2024-03-01,MAIN,,#N/A,,,1,A,B,,,,,,,,", stock.CodeInvalidValue, "product"},
		"thousand or not": {",move,2024-03-01,MAIN,,BOX,,,\"1,234\",A,B,,,,,,,,", stock.CodeInvalidValue, "quantity"},
		"other reference": {"r4,move,2024-03-01,MAIN,,BOX,,,1,A,B,,,,,,,,", stock.CodeKeyReused, "idempotency_key"},
	} {
		t.Run(name, func(t *testing.T) {
			// A right row before and behind goes in whatever happens between.
			right := func(day string) string { return ",move," + day + ",MAIN,,BOX,,,1,A,B,,,,,,,,\n" }
			got := importFile(t.Context(), a, Import{Kind: "movements"}, head+right("2024-04-01")+c.row+"\n"+right("2024-04-02"))
			if got.err != nil || got.Refused != 1 || got.Rows != 3 {
				t.Fatalf("%v %+v\n%s", got.err, got.ImportReport, got.file)
			}
			r := got.refused[0]
			field := c.field
			if field == "idempotency_key" {
				field = "reference"
			}
			if r.Code != c.code || r.Field != field || r.Line != 3 || r.Reason == "" {
				t.Errorf("%+v", r)
			}
		})
	}
}

func TestImport_FaultsOfMasterRows(t *testing.T) {
	a := withMasters(t)
	for name, c := range map[string]struct{ kind, text, code, field string }{
		"sku":      {"products", "sku,name\n,x\n", stock.CodeBlank, "sku"},
		"tracking": {"products", "sku,tracking\nA,batch\n", stock.CodeInvalidValue, "tracking"},
		"number":   {"products", "sku,decimals\nA,two\n", stock.CodeInvalidValue, "decimals"},
		"gtin":     {"products", "sku,gtin\nA,4000000000001\n", stock.CodeInvalidValue, "gtin"},
		"zone":     {"sites", "code,time_zone\nX,Mars/Olympus\n", stock.CodeInvalidValue, "time_zone"},
		"loop":     {"locations", "site,code,parent\nMAIN,HALL,A\n", stock.CodeLoop, "parent"},
		"parent":   {"locations", "site,code,parent\nMAIN,N,M\n", stock.CodeUnknownLocation, "parent"},
		"role":     {"partners", "code,roles\nX,friend\n", stock.CodeInvalidValue, "roles"},
		"address":  {"partners", "code,address\nX,a/b\n", stock.CodeInvalidCode, "address"},
		"gln":      {"partners", "code,address,address_gln\nX,a,1\n", stock.CodeInvalidValue, "address_gln"},
	} {
		t.Run(name, func(t *testing.T) {
			got := importFile(t.Context(), a, Import{Kind: c.kind}, c.text)
			if got.err != nil || got.Refused != 1 || got.refused[0].Code != c.code || got.refused[0].Field != c.field || got.refused[0].Line != 2 {
				t.Errorf("%v %+v", got.err, got.refused)
			}
		})
	}
}

func TestImport_LocationsInAnyOrder(t *testing.T) {
	a := withMasters(t)
	got := importFile(t.Context(), a, Import{Kind: "locations"}, "site,code,parent\nMAIN,X1,X2\nMAIN,X2,X3\nMAIN,X3,\nMAIN,Y,NOWHERE\n")
	if got.err != nil || got.Rows != 4 || got.Recorded != 3 || got.Refused != 1 || got.refused[0].Line != 5 {
		t.Errorf("%v %+v\n%s", got.err, got.ImportReport, got.file)
	}
}

func TestImport_EmptyCellsLeaveWhatStands(t *testing.T) {
	a := withMasters(t)
	mustImport(t, a, "partners", "code,gln,address,address_name,address_gln\nMILL,4000000000006,,,\nMILL,,NORTH,,4000000000006\n")
	mustImport(t, a, "products", "sku,gtin,unit_cost,tags\nFLOUR,4006381333931,1.50,food|dry goods\n")
	mustImport(t, a, "products", "sku,gtin,unit_cost,tags,name\nFLOUR,-,,-,\n")
	m, err := a.Partner(t.Context(), "MILL")
	if err != nil || m.Name != "The mill" || m.GLN != "4000000000006" || m.Addresses[0] != (Address{"NORTH", "Mill road 2", "4000000000006"}) {
		t.Errorf("%v %+v", err, m)
	}
	p, err := a.Product(t.Context(), "FLOUR")
	if err != nil || p.Name != "Wheat flour" || p.GTIN != "" || p.UnitCost != "1.5" || len(p.Tags) != 0 {
		t.Errorf("%v %+v", err, p)
	}
}

func TestImport_MovementWithTooManyRows(t *testing.T) {
	a := withMasters(t)
	var b strings.Builder
	b.WriteString("reference,kind,occurred_at,site,partner,product,quantity,to\n")
	for range maxRun + 10 {
		b.WriteString("big,receive,2024-01-01,MAIN,MILL,BOX,1,A\n")
	}
	b.WriteString("small,receive,2024-01-01,MAIN,MILL,BOX,1,A\n")
	got := importFile(t.Context(), a, Import{Kind: "movements"}, b.String())
	if got.Recorded != 1 || got.Refused != maxRun+10 || got.refused[0].Code != stock.CodeTooMany {
		t.Errorf("%v %+v", got.err, got.ImportReport)
	}
}

func TestReadTime(t *testing.T) {
	berlin, err := time.LoadLocation("Europe/Berlin")
	if err != nil {
		t.Fatal(err)
	}
	beirut, err := time.LoadLocation("Asia/Beirut")
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		text string
		zone *time.Location
		want string
	}{
		{"2026-01-31", berlin, "2026-01-30T23:00:00.000Z"},
		{"2026-07-31", berlin, "2026-07-30T22:00:00.000Z"},
		{"2026-01-31 14:05", berlin, "2026-01-31T13:05:00.000Z"},
		{"2026-01-31T14:05:06", berlin, "2026-01-31T13:05:06.000Z"},
		{"2026-01-31T14:05:06Z", berlin, "2026-01-31T14:05:06.000Z"},
		{"2026-01-31T14:05:06.789+05:30", berlin, "2026-01-31T08:35:06.789Z"},
		{"2021-03-28", beirut, "2021-03-27T22:00:00.000Z"}, // there was no midnight
		{"1970-01-01", berlin, ""}, {"31.1.2026", berlin, ""}, {"2026-02-30 14:05", berlin, ""}, {"14:05", berlin, ""}, {"2026-01-31 25:00", berlin, ""},
		{"1850-01-01 14:05", berlin, ""}, {"0000-00-00", berlin, ""},
	} {
		got, err := readTime(c.text, c.zone)
		if (err != nil) != (c.want == "") || got.String() != c.want {
			t.Errorf("%s: %s %v, want %s", c.text, got, err, c.want)
		}
	}
}

func TestTables_AreDocumented(t *testing.T) {
	page, err := os.ReadFile("../../docs/spreadsheets.md")
	if err != nil {
		t.Fatal(err)
	}
	words := strings.FieldsFunc(string(page), func(r rune) bool { return r != '_' && r != '-' && !('a' <= r && r <= 'z') })
	for kind, table := range tables {
		for _, c := range table.columns {
			if !slices.Contains(words, c.name) {
				t.Errorf("docs/spreadsheets.md does not name the column %s of %s", c.name, kind)
			}
		}
	}
}

func TestImportMeasuresAsPeopleWriteThem(t *testing.T) {
	a := openApp(t)
	mustImport(t, a, "products", "sku,uom\nFLOUR,kg\nMILK,l\nBUN,Stück\n")
	for sku, want := range map[string]string{"FLOUR": "KGM", "MILK": "LTR", "BUN": "H87"} {
		p, err := a.Product(t.Context(), sku)
		if err != nil || p.UoM != want {
			t.Errorf("%s is measured in %q (%v), want %q", sku, p.UoM, err, want)
		}
	}
}
