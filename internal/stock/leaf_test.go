package stock

import (
	"bytes"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"

	"clew/internal/label"
	"clew/internal/tlog"

	"clew/internal/auth"
)

// everything is one entry of each sort, as Decide made it.
func everything(t *testing.T) (*ledger, []*Entry) {
	l := open(t)
	l.ok("receive ref=PO1 reason=r note=n override=o capture=scanner; SALT 5 >A second=2 captured=1_box; BOLT/L1 5 >A sup=X exp=2026-05-01; PUMP/U #P1+P2 >A")
	l.ok("receive from=STRICT; PUMP #H1 >A")
	l.ok("opening; PUMP #O1 >A; BOLT/L2 5 >A")
	l.wait(24 * 3600e9)
	l.ok("receive; BOLT/L3 5 >A")
	l.ok("ship; PUMP #P1; BOLT/L3 1 override=why")
	l.ok("return from=CUS2; PUMP #P1 >A")
	e := l.ok("make; SALT 1 => CAKE/C1 3 >A expected=4, CHIP #C1 >A")
	l.ok(back(e, "1 ITEM1"))
	l.ok("count; SALT 2 >A; BOLT/L1 9 >A")
	l.ok("dispatch; SALT 1")
	h := l.hold("PUMP #P1+P2+O1", "r")
	l.ok(l.lift(h, "P1"))
	l.ok(&HoldDraft{Product: "BOLT", Lot: "L1", Site: "S1", Location: "A", Reason: "r"})
	l.ok(&CleaningDraft{Site: "S1", Location: "TANK"})
	x := l.keep("ship; PUMP #P9; BOLT/L1 1", CodeUnknownUnit)
	l.ok(l.resolve(x, "dismiss", ""))
	l.try(&Draft{By: auth.AtMachine, Actor: "dock", Device: "scanner", Body: &SiteDraft{Code: "S3", GLN: ptr("4006381333931"), Private: ptr(true)}})
	l.ok(&PartnerDraft{Code: "P", Name: ptr("Partner & Co"), GLN: ptr("4006381333931"), Roles: &[]string{"maker"}, HoldWhen: &[]string{"receive"}, Addresses: []AddressDraft{{Code: "N", Name: "North"}}})
	l.ok(&LocationDraft{Site: "S3", Code: "L", Parent: ptr(""), GLN: ptr("4006381333931"), Mixed: ptr(true)})
	l.ok(&FormatDraft{Code: "F", Pattern: ptr("{SITE}{SUPPLIER}{YYMMDD}{SEQ:2}"), Restart: ptr("day"), Per: &[]string{"site", "supplier", "product"}, Start: ptr(int64(3)), Base: ptr(36), Free: ptr(true)})
	l.ok(&ProductDraft{SKU: "PUMP", SerialFormat: ptr("F"), LotFormat: ptr("F")})
	l.ok(&NumberingDraft{Product: "PUMP", Count: 2, Site: "S1", Supplier: "SUP"})
	l.ok(&PlanDraft{Product: "BOLT", Files: []string{"photo"}, Measurements: []MeasurementDraft{{Name: "w", Unit: "mm", Min: ptr(qty("1")), Max: ptr(qty("2"))}}})
	l.ok(&InspectionDraft{Product: "BOLT", Lot: "L1", Values: []MeasuredDraft{{"w", ptr(qty("1"))}}})
	l.ok(&FileDraft{Product: "BOLT", Lot: "L1", Kind: "declaration", Name: "a.pdf", Media: "application/pdf", Hash: strings.Repeat("ab", 32), Size: 5, Dated: 100, ValidUntil: 200})
	l.ok(&ProductGroupDraft{Code: "G", HoldWhen: &[]string{"make"}})
	l.ok(&ProductDraft{SKU: "FULL", Group: ptr("G"), GTIN: ptr("4006381333955"), Tags: &[]string{"a", "b"}, UnitCost: ptr("1"), ShelfLife: ptr(1), WarnDays: ptr(1), Tolerance: ptr(1),
		Past: ptr("warns"), Strategy: ptr("lifo"), Decimals: ptr(1), Tracking: ptr("lot"), HoldWhen: &[]string{"make"}, Requires: &[]string{"expiry"}})
	l.ok(&BarcodeDraft{Product: "BOLT", BarcodeOf: BarcodeOf{Code: "X1", Partner: "SUP"}})
	l.ok(&LabelDraft{Code: "MILL", Partner: ptr("SUP"), Product: ptr("BOLT"), Example: ptr("A 001250 x 20261231"), Marks: &[]label.Mark{{Is: "same", Text: "x"}, {Is: "lot", Text: "A"}, {Is: "expiry", Text: "20261231"}, {Is: "quantity", Text: "001250", Decimals: 3}}})
	l.ok(&ActDraft{Sort: "feed", Name: "erp", What: "changed", Old: `{"url":"a"}`, New: `{"url":"b"}`})
	l.ok(&UserDraft{Name: "Amelia", FullName: ptr("Amelia Kern")})
	l.ok(&GrantDraft{User: "Amelia", Role: "operator", Site: "S1"})
	l.ok(&APIKeyDraft{User: "Amelia", Name: ptr("shop"), Scopes: []string{"read", "move"}, Sites: []string{"S2", "S1"}, Code: "abc", Hash: "hash"})
	l.ok(&CredentialDraft{User: "Amelia", Sort: Password, Secret: []string{"hash"}, Until: 5})
	l.ok(&StationDraft{Name: "dock 1", Site: ptr("S1"), Hash: "hash"})
	l.ok(&SettingDraft{Sign: &[]string{"close"}, SecondFactor: ptr("all"), Reason: "audit"})
	l.try(&Draft{Actor: "dock", By: auth.AtMachine, Body: &ReleaseDraft{Hold: h.ID, Reason: "r"}, Signing: &Signing{Name: "boss", Meaning: MeaningRelease, Method: "password", By: boss}})
	return l, l.entries
}

func (l *ledger) leafOf(e *Entry) []byte {
	return LeafOf(e, func(id int64) string {
		if p := l.s.ProductIDs[id]; p != nil {
			return p.SKU
		}
		return ""
	})
}

// TestLeaf: a leaf can be written again from what is kept, also after texts were erased, and is read back by tlog. No two are alike.
func TestLeaf(t *testing.T) {
	l, entries := everything(t)
	seen, kinds, texts := map[string]int64{}, map[Kind]bool{}, map[string]bool{}
	for _, e := range entries {
		if other := seen[string(e.Leaf)]; other != 0 {
			t.Errorf("entries %d and %d have the same leaf", other, e.ID)
		}
		seen[string(e.Leaf)] = e.ID
		kinds[e.Kind] = true
		version, kind, fields, err := tlog.ParseLeaf(e.Leaf)
		if err != nil || version != leafVersion || kind != e.Kind.String() || len(fields) < 3 {
			t.Errorf("entry %d: version %d of %q, %d fields, %v", e.ID, version, kind, len(fields), err)
		}
		for i := range e.Erasable {
			text := &e.Erasable[i]
			texts[text.Field] = true
			coded := e.PartnerChange != nil && text.Text == e.PartnerChange.Code // a partner without a name is called by its code
			for _, secret := range []string{text.Text, string(text.Salt[:])} {
				if len(secret) > 3 && !coded && bytes.Contains(e.Leaf, []byte(secret)) {
					t.Errorf("entry %d (%s) holds its %s in the clear", e.ID, e.Kind, text.Field)
				}
			}
			hash := text.Hash()
			text.Erased, text.Salt, text.Text = &hash, [16]byte{}, ""
			if !bytes.Equal(l.leafOf(e), e.Leaf) {
				t.Errorf("entry %d (%s): with its %s erased, its leaf is another", e.ID, e.Kind, text.Field)
			}
		}
	}
	for _, field := range []string{"reason", "note", "override", "items[0].captured", "items[1].override", "name", "places[1].name", "draft", "detail"} {
		if !texts[field] {
			t.Errorf("no text %s was kept apart: %v", field, texts)
		}
	}
	if len(kinds) < 18 {
		t.Errorf("only %d kinds were tried: %v", len(kinds), kinds)
	}
}

// TestLeafSaltsDiffer: the same text twice does not show as the same hash.
func TestLeafSaltsDiffer(t *testing.T) {
	l := open(t)
	a, b := l.ok("receive note=same; SALT 1 >A"), l.ok("receive note=same; SALT 1 >A")
	if a.Erasable[0].Hash() == b.Erasable[0].Hash() {
		t.Error("two notes have the same hash")
	}
}

// TestLeafTells: whatever an entry says, changing it changes the leaf. What a leaf leaves out is listed here, with why.
func TestLeafTells(t *testing.T) {
	silent := map[string]string{
		"Entry.ID":            "its place in the log",
		"Entry.Hash":          "of the request, not of the fact",
		"Entry.Reason":        "held as a salted hash in Erasable, as are the texts below",
		"Entry.Note":          "erasable",
		"Entry.Override":      "erasable",
		"Entry.Leaf":          "itself",
		"Entry.Held":          "see Runs",
		"Item.Captured":       "erasable",
		"Item.Override":       "erasable",
		"Item.ToMix":          "told by the place, which is an entry of its own",
		"Item.FromMix":        "told by the place, too",
		"Lot.Birth":           "the entry itself",
		"Lot.FirstIn":         "when the entry occurred",
		"Place.Entry":         "the entry itself",
		"Place.Dispatch":      "the entry itself",
		"Product.Entry":       "the entry itself",
		"Product.HasHistory":  "no fact, but what the store found",
		"ProductGroup.Entry":  "the entry itself",
		"Format.Entry":        "the entry itself",
		"Barcode.Entry":       "the entry itself",
		"Label.Entry":         "the entry itself",
		"User.Entry":          "the entry itself",
		"User.Name":           "erasable",
		"User.FullName":       "erasable",
		"UserGrant.Entry":     "the entry itself",
		"APIKey.Entry":        "the entry itself",
		"APIKey.Hash":         "a secret, in no leaf",
		"Credential.Entry":    "the entry itself",
		"Credential.Secret":   "a secret, in no leaf",
		"Credential.Until":    "of the secret, which is in no leaf",
		"Station.Entry":       "the entry itself",
		"Station.Hash":        "a secret, in no leaf",
		"Site.Entry":          "the entry itself",
		"Partner.Entry":       "the entry itself",
		"Partner.Name":        "erasable",
		"Actor.Name":          "erasable",
		"File.Name":           "erasable",
		"Plan.Entry":          "the entry itself",
		"Actor.Kind":          "the entry's kind",
		"Hold.ID":             "the entry itself",
		"Hold.Reason":         "the entry's, erasable",
		"Hold.Units":          "as it stands now; what was held is in Held",
		"Hold.Released":       "as it stands now",
		"Exception.ID":        "the entry itself",
		"Exception.Detail":    "erasable",
		"Exception.Draft":     "erasable",
		"Exception.Resolved":  "as it stands now",
		"Unit.Product":        "the item's",
		"Unit.Lot":            "the item's",
		"Unit.Place":          "as it stands now",
		"Unit.Holds":          "as it stands now",
		"Place.Name":          "a partner's is erasable",
		"Erasable.Text":       "checked by itself below",
		"Origin.Address":      "erasable",
		"Origin.Session":      "erasable",
		"Origin.Key":          "erasable",
		"Origin.Machine":      "erasable",
		"Origin.Through":      "erasable",
		"Act.Old":             "erasable",
		"Act.New":             "erasable",
		"Unit.HistoryUnknown": "told by the first unit of the item",
	}
	l, entries := everything(t)
	told := map[string]bool{}
	for _, e := range entries {
		want := l.leafOf(e)
		if e.Kind == KindRelease || e.Kind == KindResolution {
			continue // their Hold and Exception are the state that they leave, not what they say; see TestLeafOfRelease
		}
		mutate(reflect.ValueOf(e).Elem(), "Entry", func(field string) {
			same := bytes.Equal(l.leafOf(e), want)
			switch {
			case silent[field] != "" && !same:
				told[field] = true
			case !same:
				told[field] = true
			case silent[field] == "":
				t.Errorf("entry %d (%s): %s was changed, its leaf is the same", e.ID, e.Kind, field)
			}
		})
		if !bytes.Equal(l.leafOf(e), want) {
			t.Fatalf("entry %d was not put back", e.ID)
		}
	}
	for _, field := range []string{"Entry.OccurredAt", "Entry.Key", "Reference.Code", "Item.ID", "Item.Product", "Item.Lot", "Item.Quantity", "Item.From", "Item.To", "Run.First",
		"Run.Last", "Item.Known", "Item.Role", "Item.Group", "Item.About", "Item.Second", "Item.Measure", "Item.Expected", "Item.Noted", "Unit.Serial", "Unit.ID",
		"Unit.HistoryUnknown", "Lot.Code", "Lot.Source", "Dates.Expiry", "Alias.Code", "Hold.Lot", "Hold.Place", "Counted.Expected", "Exception.Code", "Entry.Cleaned",
		"Product.Requires", "Product.Group", "Product.LotFormat", "Product.SerialFormat", "Format.Pattern", "Format.Per", "Format.Free", "Drawn.First", "Drawn.Next", "Drawn.Count", "CounterKey.Period", "CounterKey.Site", "Entry.Numbers", "ProductGroup.HoldWhen", "Site.TimeZone", "Partner.Roles", "Place.Parent", "Place.ToSite", "Actor.ID", "Setting.Code", "Setting.Value", "Act.Sort", "Act.Name", "Act.What", "Erasable.Salt", "Erasable.Field"} {
		if !told[field] {
			t.Errorf("%s was never tried, or never told", field)
		}
	}
}

// mutate changes each value that v leads to, one at a time, lets try look at it under the name of its type and field, and puts it back.
func mutate(v reflect.Value, name string, try func(field string)) {
	change := func(to any) {
		old := reflect.ValueOf(v.Interface())
		v.Set(reflect.ValueOf(to).Convert(v.Type()))
		try(name)
		v.Set(old)
	}
	switch v.Kind() {
	case reflect.Pointer:
		if !v.IsNil() && v.Type() != reflect.TypeFor[*[32]byte]() {
			mutate(v.Elem(), name, try)
		}
	case reflect.Struct:
		for i := range v.NumField() {
			f := v.Type().Field(i)
			// A unit is born or not by what births there are; what cannot be so is no entry.
			if f.IsExported() && f.Name != "Born" && !(v.Type() == reflect.TypeFor[Entry]() && f.Name == "Kind") {
				at := v.Type().Name() + "." + f.Name
				if f.Anonymous {
					at = f.Name
				}
				mutate(v.Field(i), at, try)
			}
		}
	case reflect.Slice, reflect.Array:
		if v.Type().Elem().Kind() == reflect.Uint8 {
			if v.Kind() == reflect.Array {
				v.Index(0).SetUint(v.Index(0).Uint() ^ 1)
				try(name)
				v.Index(0).SetUint(v.Index(0).Uint() ^ 1)
			}
			return
		}
		for i := range v.Len() {
			if name == "Item.Units" {
				mutate(v.Index(i), "Run", try)
				continue
			}
			mutate(v.Index(i), name, try)
		}
	case reflect.String:
		change(v.String() + "x")
	case reflect.Bool:
		change(!v.Bool())
	case reflect.Int, reflect.Int32, reflect.Int64:
		change(v.Int() + 1)
	case reflect.Uint8:
		change(uint8(v.Uint() ^ 1))
	default:
		panic(fmt.Sprint("what is ", v.Type()))
	}
}

// TestLeafOfTexts: a text that was changed shows.
func TestLeafOfTexts(t *testing.T) {
	l := open(t)
	e := l.ok("receive note=original; SALT 1 >A")
	e.Erasable[0].Text = "forged"
	if bytes.Equal(l.leafOf(e), e.Leaf) {
		t.Error("the note was changed, the leaf is the same")
	}
}

// TestLeafOfRelease: it names the hold and the units that it lifts.
func TestLeafOfRelease(t *testing.T) {
	l := open(t)
	l.ok("receive; PUMP #P1+P2+P3 >A")
	h := l.hold("PUMP #P1+P2+P3", "r")
	e := l.ok(l.lift(h, "P1"))
	for name, change := range map[string]func(e *Entry){
		"hold":       func(e *Entry) { e.About++ },
		"units":      func(e *Entry) { e.Lifted = RunsOf([]int64{l.unit("PUMP", "P2").ID}) },
		"more units": func(e *Entry) { e.Lifted = h.Units },
	} {
		other := *e
		other.Items = slices.Clone(e.Items)
		if change(&other); bytes.Equal(l.leafOf(&other), e.Leaf) {
			t.Errorf("another %s, the same leaf", name)
		}
	}
	// What is released later does not change what was recorded of the hold.
	held := l.after(l.entries[0], KindHold)[0]
	if !bytes.Equal(l.leafOf(held), held.Leaf) {
		t.Error("the hold's leaf changed when it was released")
	}
}
