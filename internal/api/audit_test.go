package api

import (
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"net/http/httptest"
	"reflect"
	"slices"
	"strings"
	"testing"

	"clew/internal/app"
	"clew/internal/stock"
)

// audited is an object with all of its fields, and for each of them another value.
type audited struct {
	draft  reflect.Type
	object string
	find   string // in the audit
	make   string
	body   string
	at     string
	keys   []string // that name it
	fields map[string]string
	fixed  map[string]string // why there is no other value
}

var auditedObjects = []audited{
	{reflect.TypeFor[stock.ProductGroupDraft](), "product_group", "group=G1", "/v1/product-groups", `{"code":"G1"}`, "/v1/product-groups/G1", []string{"code"}, map[string]string{
		"name": `"Cooled"`, "hold_on": `["receive"]`, "supplier_licence": `"food"`, "customer_licence": `"food"`, "lot_format": `"F0"`, "serial_format": `"F0"`, "active": `false`}, nil},
	{reflect.TypeFor[stock.FormatDraft](), "format", "number_format=F1", "/v1/formats", `{"code":"F1","pattern":"A{SITE}{YYYY}{SEQ:3}"}`, "/v1/formats/F1", []string{"code"}, map[string]string{
		"name": `"Numbers"`, "pattern": `"B{SITE}{YYYY}{SEQ:3}"`, "restart": `"year"`, "per": `["site"]`, "start": `7`, "base": `36`, "free": `true`, "active": `false`}, nil},
	{reflect.TypeFor[stock.FieldDraft](), "field", "field=colour", "/v1/fields", `{"code":"colour","on":"movement","type":"choice","choices":["red"]}`, "/v1/fields/colour", []string{"code"}, map[string]string{
		"label": `"Colour"`, "choices": `["red","blue"]`, "required_for": `{"kinds":["ship"]}`, "active": `false`},
		map[string]string{"type": "fixed", "on": "fixed", "max_length": "of texts only"}},
	{reflect.TypeFor[stock.SiteDraft](), "site", "site=S9", "/v1/sites", `{"code":"S9","time_zone":"UTC"}`, "/v1/sites/S9", []string{"code"}, map[string]string{
		"name": `"Ninth"`, "time_zone": `"Europe/Berlin"`, "gln": `"4006381333931"`, "contact": `"the night desk"`, "private": `true`, "active": `false`}, nil},
	{reflect.TypeFor[stock.LocationDraft](), "location", "site=MAIN&location=R1", "/v1/locations", `{"site":"MAIN","code":"R1"}`, "/v1/sites/MAIN/locations/R1", []string{"site", "code"}, map[string]string{
		"parent": `"DOCK"`, "name": `"Rack"`, "gln": `"4006381333931"`, "blocking": `true`, "mixed": `true`, "zone": `true`, "active": `false`}, nil},
	{reflect.TypeFor[stock.PartnerDraft](), "partner", "partner=P1", "/v1/partners", `{"code":"P1","addresses":[{"code":"N","name":"North"}],"contacts":[{"name":"Night desk","phone":"1"}]}`, "/v1/partners/P1", []string{"code"}, map[string]string{
		"name": `"First"`, "gln": `"4006381333931"`, "roles": `["supplier"]`, "addresses": `[{"code":"N","name":"South","gln":"4006381333931"}]`, "hold_on": `["receive"]`,
		"contacts": `[{"name":"Night desk","phone":"2"}]`, "licences": `[{"kind":"food"}]`, "active": `false`}, nil},
	{reflect.TypeFor[stock.ProductDraft](), "product", "product=X1", "/v1/products", `{"sku":"X1","tracking":"lot"}`, "/v1/products/X1", []string{"sku"}, map[string]string{
		"gtin": `"4006381333955"`, "name": `"Thing"`, "uom": `"KGM"`, "decimals": `2`, "strategy": `"lifo"`, "tolerance_days": `3`, "requires": `["expiry"]`, "past_date": `"warns"`,
		"shelf_life_days": `9`, "warn_days": `4`, "unit_cost": `"1.5"`, "tags": `["food"]`, "hold_on": `["make"]`, "group": `"G0"`, "packaging": `[{"code":"case","quantity":"6"}]`,
		"lot_format": `"F0"`, "serial_format": `"F0"`, "tracking": `"serial"`, "barcodes": `[{"code":"X-77"}]`, "class": `"A"`, "active": `false`}, nil},
	{reflect.TypeFor[stock.LabelDraft](), "label", "label=L9", "/v1/labels", `{"code":"L9","example":"4711;L1","marks":[{"is":"product","text":"4711"},{"is":"lot","text":"L1"}]}`, "/v1/labels/L9", []string{"code"}, map[string]string{
		"name": `"Mill"`, "partner": `"MILL"`, "product": `"FLOUR"`, "example": `"4712;L1","marks":[{"is":"product","text":"4712"},{"is":"lot","text":"L1"}]`, "active": `false`},
		map[string]string{"separator": "with the marks", "marks": "with the example"}},
}

// TestAudit_EveryField changes every field of every audited object, one at a time, and finds each change with what was and what is, who, from
// where and why: what the object shows before and after is the judge.
func TestAudit_EveryField(t *testing.T) {
	h, _ := openLedger(t)
	run(t, h, business)
	run(t, h, []call{
		{do: "POST /v1/formats", body: `{"code":"F0","pattern":"Z{SEQ:4}"}`, status: 201},
		{do: "POST /v1/product-groups", body: `{"code":"G0"}`, status: 201},
	})
	for _, o := range auditedObjects {
		t.Run(o.object, func(t *testing.T) {
			run(t, h, []call{{do: "POST " + o.make, body: o.body, status: 201}})
			for i := range o.draft.NumField() {
				name, _, _ := strings.Cut(o.draft.Field(i).Tag.Get("json"), ",")
				if name == "-" || slices.Contains(o.keys, name) || o.fixed[name] != "" {
					continue
				}
				if o.fields[name] == "" {
					t.Errorf("%s of a %s: there is no other value to try", name, o.object)
				}
			}
			for _, name := range slices.Sorted(maps.Keys(o.fields)) {
				if name != "active" {
					o.change(t, h, name)
				}
			}
			o.change(t, h, "active")
		})
	}
}

// change changes a field and looks for it.
func (o audited) change(t *testing.T, h http.Handler, field string) {
	t.Helper()
	before := shown(t, h, o.at)
	why := "because of " + field
	r := httptest.NewRequest("PATCH", "http://localhost"+o.at, strings.NewReader(fmt.Sprintf(`{%q:%s}`, field, o.fields[field])))
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set("Clew-Actor", "clerk")
	r.Header.Set("Clew-Reason", why)
	w := httptest.NewRecorder()
	if h.ServeHTTP(w, r); w.Code != 200 {
		t.Fatalf("%s of a %s: %d %s", field, o.object, w.Code, w.Body)
	}
	after := shown(t, h, o.at)
	var page List[app.AuditRecord]
	asked(t, h, "/v1/audit?limit=1&"+o.find, &page)
	if len(page.Items) != 1 {
		t.Fatalf("%s of a %s: nothing is found", field, o.object)
	}
	got := page.Items[0]
	if got.Actor != "clerk" || got.Reason != why || got.From == nil || got.From.Address != "192.0.2.1" {
		t.Errorf("%s of a %s: %+v from %+v", field, o.object, got, got.From)
	}
	changed := 0
	for name := range after {
		if name == "entry" || reflect.DeepEqual(before[name], after[name]) {
			continue
		}
		changed++
		at := slices.IndexFunc(got.Changes, func(c app.AuditChange) bool {
			is, _, _ := strings.Cut(strings.ReplaceAll(c.Field, "[", "."), ".")
			return is == name || name == "addresses" && c.Object == "address"
		})
		if at < 0 {
			t.Errorf("%s of a %s: %s became %v, the audit says only %+v", field, o.object, name, after[name], got.Changes)
			continue
		}
		c := got.Changes[at]
		if text, plain := after[name].(string); plain && c.New != text {
			t.Errorf("%s of a %s: %s became %q, the audit says %q", field, o.object, name, text, c.New)
		}
		if text, plain := before[name].(string); plain && c.Old != text {
			t.Errorf("%s of a %s: %s was %q, the audit says %q", field, o.object, name, text, c.Old)
		}
		if c.Old == c.New {
			t.Errorf("%s of a %s: %+v is no change", field, o.object, c)
		}
	}
	if changed == 0 && field != "barcodes" {
		t.Errorf("%s of a %s: nothing changed", field, o.object)
	}
	if extra := len(got.Changes); changed == 1 && extra > 3 {
		t.Errorf("%s of a %s: %d changes of one field: %+v", field, o.object, extra, got.Changes)
	}
}

func shown(t *testing.T, h http.Handler, at string) (out map[string]any) {
	t.Helper()
	asked(t, h, at, &out)
	return out
}

func asked(t *testing.T, h http.Handler, at string, into any) {
	t.Helper()
	w := httptest.NewRecorder()
	h.ServeHTTP(w, httptest.NewRequest("GET", "http://localhost"+at, nil))
	if err := json.Unmarshal(w.Body.Bytes(), into); err != nil || w.Code != 200 {
		t.Fatal(at, w.Code, w.Body, err)
	}
}

// TestAudit_Else: what is said otherwise leaves who, old and new too.
func TestAudit_Else(t *testing.T) {
	h, _ := openLedger(t)
	run(t, h, business)
	run(t, h, []call{
		{do: "POST /v1/fields", body: `{"code":"grade","on":"lot","type":"text"}`, status: 201},
		{do: "POST /v1/details", body: `{"product":"FLOUR","lot":"L1","fields":{"grade":"A"}}`, status: 201},
		{do: "POST /v1/details", body: `{"product":"FLOUR","lot":"L1","fields":{"grade":"B"}}`, status: 201},
		{do: "GET /v1/audit?product=FLOUR&lot=L1&limit=1", status: 200, want: []string{`{"object":"lot","name":"FLOUR/L1","field":"fields.grade","old":"A","new":"B"}`}},
		{do: "POST /v1/quality-plans", body: `{"product":"FLOUR","files":["photo"]}`, status: 201},
		{do: "POST /v1/quality-plans", body: `{"product":"FLOUR","files":["declaration"]}`, headers: "Clew-Reason: m%C3%BChle", status: 201},
		{do: "GET /v1/audit?product=FLOUR&limit=1", status: 200, want: []string{`"object":"quality_plan"`, `"old":"photo"`, `"new":"declaration"`, `"reason":"mühle"`}},
		{do: "POST /v1/holds", body: `{"product":"FLOUR","lot":"L1","reason":"smells"}`, status: 201},
	})
	var held List[app.AuditRecord]
	asked(t, h, "/v1/audit?kind=hold&limit=1", &held)
	run(t, h, []call{
		{do: fmt.Sprintf("POST /v1/holds/%d/release", held.Items[0].Entry), body: `{"reason":"tested","override":"no photo"}`, status: 201},
		{do: "GET /v1/audit?product=FLOUR&lot=L1&kind=hold&limit=1", status: 200, want: []string{`"field":"state","new":"held"`, `"reason":"smells"`, `"address":"192.0.2.1"`}},
		{do: "GET /v1/audit?product=FLOUR&lot=L1&limit=1", status: 200, want: []string{`"field":"state","old":"held","new":"released"`, `"overrides":["no photo"]`}},
		{do: "POST /v1/movements", body: shipFlour + `"quantity":"1","lot":"L2","override":"customer asked"}]}`, status: 201},
		{do: "GET /v1/audit?product=FLOUR&lot=L2&limit=1", status: 200, want: []string{`"kind":"ship"`, `"overrides":["customer asked"]`, `"address":"192.0.2.1"`}},
		{do: "POST /v1/movements", body: shipFlour + `"quantity":"1"}]}`, status: 201},
		{do: "GET /v1/audit?product=FLOUR&limit=1", status: 200, want: []string{`customer asked`}},
		{do: "POST /v1/closings", body: `{"until":"2020-01-31"}`, status: 201},
		{do: "POST /v1/closings", body: `{"until":"2020-02-29"}`, status: 201},
		{do: "GET /v1/audit?kind=closing&limit=1", status: 200, want: []string{`"object":"books","name":"all sites","field":"until","old":"2020-01-31","new":"2020-02-29"`}},
		{do: "POST /v1/feeds", body: `{"name":"erp","url":"https://erp.example.com/a"}`, headers: "Clew-Actor: clerk", status: 201},
		{do: "PATCH /v1/feeds/erp", body: `{"url":"https://erp.example.com/b","new_secret":true}`, headers: "Clew-Actor: clerk\nClew-Reason: moved", status: 200},
		{do: "GET /v1/audit?thing=feed:erp&limit=1", status: 200, want: []string{`"actor":"clerk"`, `"reason":"moved"`, `"old":"https://erp.example.com/a","new":"https://erp.example.com/b"`, `"field":"secret"`}, not: []string{"whsec"}},
		{do: "DELETE /v1/feeds/erp", status: 204},
		{do: "GET /v1/audit?thing=feed:erp&limit=1", status: 200, want: []string{`"what":"removed"`, `"old":"https://erp.example.com/b"`}},
		{do: "POST /v1/import/products?map=Art=sku", headers: asCSV, body: "Art\nM1\n", status: 200},
		{do: "GET /v1/audit?kind=act&limit=1", status: 200, want: []string{`"object":"mapping"`, `"field":"map.Art","new":"sku"`}},
		{do: "GET /v1/audit?actor=clerk", status: 200, want: []string{`"object":"feed"`}, not: []string{`"quality_plan"`}},
		{do: "GET /v1/audit?actor=nobody", status: 200, want: []string{`"items":[]`}},
		{do: "GET /v1/audit?site=MAIN&partner=CAFE", status: 422},
		{do: "GET /v1/audit?lot=L1", status: 422, want: []string{`"field":"product"`}},
		{do: "GET /v1/audit?kind=x", status: 400, want: []string{`"field":"kind"`}},
		{do: "GET /v1/audit?entry=9999", status: 404},
		{do: "GET /v1/audit/export?product=FLOUR", status: 200, want: []string{"entry,kind,recorded_at", "customer asked"}},
		{do: "GET /v1/audit/export?format=xlsx", status: 200, want: []string{"PK"}},
	})
	seen := map[int64]bool{}
	for cursor := ""; ; {
		var page List[app.AuditRecord]
		asked(t, h, "/v1/audit?limit=7&cursor="+cursor, &page)
		for _, r := range page.Items {
			if seen[r.Entry] {
				t.Fatal("twice:", r.Entry)
			}
			seen[r.Entry] = true
		}
		if cursor = page.Next; cursor == "" {
			break
		}
	}
	if len(seen) < 20 {
		t.Error(len(seen), "records on all pages")
	}
}
