package api

import (
	"fmt"
	"strings"
	"testing"

	"clew/internal/stock"
)

const (
	receiveFlour = `{"kind":"receive","site":"MAIN","partner":"MILL","items":[{"product":"FLOUR","to":"DOCK",`
	shipFlour    = `{"kind":"ship","site":"MAIN","partner":"CAFE","items":[{"product":"FLOUR",`
	shipBike     = `{"kind":"ship","site":"MAIN","partner":"CAFE","items":[{"product":"BIKE",`
	shipBox      = `{"kind":"ship","site":"MAIN","partner":"CAFE","items":[{"product":"BOX",`
)

// codeScenarios has, for each code of an error, what a caller does to get it. Each starts from the business; steps before
// the last one prepare it. {last} stands for the entry that the step before made.
var codeScenarios = map[string][]call{
	stock.CodeInvalidValue:    {{do: "POST /v1/movements", body: `{"kind":"teleport"}`, status: 422, want: []string{`"field":"kind"`}}},
	stock.CodeRequired:        {{do: "GET /v1/units?serial=B001&lot=L1", status: 422, want: []string{`"field":"product"`}}, {do: "POST /v1/movements", body: `{"kind":"receive"}`, status: 422, want: []string{`"field":"site"`}}},
	stock.CodeBlank:           {{do: "POST /v1/movements", body: receiveFlour + `"lot":"  ","quantity":"1","expiry":"2099-01-01"}]}`, status: 422, want: []string{`"field":"items[0].lot"`}}},
	stock.CodeTooLong:         {{do: "POST /v1/movements", body: receiveFlour + `"lot":"ABCDEFGHIJKLMNOPQRSTU","quantity":"1","expiry":"2099-01-01"}]}`, status: 422, want: []string{`"field":"items[0].lot"`}}},
	stock.CodeTooMany:         {{do: "POST /v1/movements", body: `{"kind":"receive","site":"MAIN","partner":"MILL","items":[{"product":"BIKE","to":"DOCK","units":["Z1~+1000000"]}]}`, status: 413, want: []string{`"field":"items[0].units[0]"`}}},
	stock.CodeInvalidCode:     {{do: "POST /v1/products", body: `{"sku":" A"}`, status: 422, want: []string{`"field":"sku"`}}},
	stock.CodeInvalidSerial:   {{do: "POST /v1/movements", body: shipBike + `"units":["B009..B001"]}]}`, status: 422, want: []string{`"offer":"if it is one serial`}}},
	stock.CodeInvalidQuantity: {{do: "POST /v1/movements", body: shipBox + `"quantity":"-1e3"}]}`, status: 422, want: []string{`"field":"items[0].quantity"`}}},
	stock.CodeOverPrecise:     {{do: "POST /v1/movements", body: shipBox + `"quantity":"1.5"}]}`, status: 422, want: []string{`"field":"items[0].quantity"`}}},
	stock.CodeInvalidDate:     {{do: "POST /v1/movements", body: receiveFlour + `"lot":"N","quantity":"1","expiry":"2026-02-30"}]}`, status: 422, want: []string{`"field":"items[0].expiry"`}}},
	stock.CodeInvalidTime:     {{do: "GET /v1/movements?occurred_from=noon", status: 400, want: []string{`"field":"occurred_from"`}}},
	stock.CodeReasonRequired:  {{do: "POST /v1/movements", body: `{"kind":"scrap","site":"MAIN","items":[{"product":"BOX","quantity":"1"}]}`, status: 422}},
	stock.CodeDateRequired:    {{do: "POST /v1/movements", body: receiveFlour + `"lot":"N","quantity":"1"}]}`, status: 422, want: []string{`"field":"items[0].expiry"`}}},
	stock.CodeUnsupported:     {{do: "POST /v1/movements", body: `{"kind":"move","site":"MAIN","partner":"CAFE"}`, status: 422, want: []string{`"field":"partner"`}}},

	stock.CodeUnknownProduct:   {{do: "GET /v1/products/NO", status: 404}},
	stock.CodeUnknownSite:      {{do: "GET /v1/stock?site=NO", status: 404}},
	stock.CodeUnknownLocation:  {{do: "PATCH /v1/sites/MAIN/locations/NO", body: `{"name":"x"}`, status: 404}},
	stock.CodeUnknownPartner:   {{do: "GET /v1/partners/NO", status: 404}},
	stock.CodeUnknownAddress:   {{do: "POST /v1/movements", body: `{"kind":"ship","site":"MAIN","partner":"CAFE","address":"NO","items":[{"product":"BOX","quantity":"1"}]}`, status: 404, want: []string{`"field":"address"`}}},
	stock.CodeUnknownLot:       {{do: "POST /v1/movements", body: shipFlour + `"lot":"NO","quantity":"1"}]}`, status: 404, want: []string{`"field":"items[0].lot"`}}},
	stock.CodeUnknownUnit:      {{do: "POST /v1/movements", body: shipBike + `"units":["NO"]}]}`, status: 404, want: []string{`"field":"items[0].units`}}},
	stock.CodeUnknownCode:      {{do: "GET /v1/trace/NO", status: 404, want: []string{`"field":"code"`}}},
	stock.CodeUnknownEntry:     {{do: "GET /v1/entries/9999", status: 404}},
	stock.CodeUnknownHold:      {{do: "POST /v1/holds/9999/release", body: `{"reason":"tested"}`, status: 404}},
	stock.CodeUnknownException: {{do: "POST /v1/exceptions/9999/resolution", body: `{"action":"dismiss","reason":"x"}`, status: 404}},
	stock.CodeUnknownFeed:      {{do: "PATCH /v1/feeds/NO", body: `{"paused":true}`, status: 404}},
	stock.CodeUnknownImport:    {{do: "GET /v1/imports/9999", status: 404, want: []string{`"field":"id"`}}, {do: "GET /v1/imports/9999/errors", status: 404}, {do: "POST /v1/imports/9999/cancel", status: 404}},
	stock.CodeImportEnded: {
		{do: "POST /v1/import/products?async=true", headers: asCSV, body: "sku\nP1\n", status: 202, want: []string{`"id":1,"state":"waiting"`}},
		{do: "POST /v1/imports/1/cancel", status: 200, want: []string{`"state":"cancelled"`}},
		{do: "POST /v1/imports/1/cancel", status: 409, want: []string{`"field":"id"`}}},
	stock.CodeUnknownMapping: {{do: "DELETE /v1/mappings/0123456789ab", status: 404, want: []string{`"field":"code"`}}},
	stock.CodeUnknownPush:    {{do: "POST /v1/log/pushes/no/pause", status: 404, want: []string{`"field":"name"`}}},
	stock.CodePushExists: {
		{do: "POST /v1/log/pushes", body: `{"name":"box","kind":"file","every":5}`, status: 201, want: []string{`"every":5`}},
		{do: "POST /v1/log/pushes", body: `{"name":"box","kind":"file"}`, status: 409, want: []string{`"field":"name"`}}},
	stock.CodeNotSealed: {
		{do: "GET /v1/log/checkpoint", status: 200, want: []string{`"checkpoint":"clew/`, `"recorded":13`, `"sealed":13`}},
		{do: "GET /v1/log/checkpoint?size=5", status: 200, want: []string{`"entries":5`}},
		{do: "GET /v1/log/proof/inclusion?entry=3", status: 200, want: []string{`"path":["`, `"entries":13`}},
		{do: "GET /v1/log/proof/consistency?from=5&to=12", status: 200, want: []string{`"path":["`}},
		{do: "GET /v1/log/proof/consistency?from=14", status: 422, want: []string{`"field":"from"`}},
		{do: "GET /v1/log/key", status: 200, want: []string{`"signs":true,"here":true`}},
		{do: "GET /v1/log/proof/inclusion?entry=99", status: 404, want: []string{`"field":"entry"`}},
		{do: "GET /v1/log/checkpoint?size=99", status: 404, want: []string{`"field":"size"`}}},
	stock.CodeFeedExists: {
		{do: "POST /v1/feeds", body: `{"name":"erp","url":"https://erp.example.com/clew"}`, status: 201, want: []string{`"secret":"whsec_`}},
		{do: "POST /v1/feeds", body: `{"name":"erp","url":"https://erp.example.com/clew"}`, status: 409, want: []string{`"field":"name"`}}},
	stock.CodeUnknownFile:    {{do: "POST /v1/watched/9999/retry", status: 404}, {do: "GET /v1/files/1/content", status: 404}},
	stock.CodeUnreadableScan: {{do: "POST /v1/movements", body: `{"kind":"ship","site":"MAIN","partner":"CAFE","items":[{"scan":"(01)0952","quantity":"1"}]}`, status: 422, want: []string{`"field":"items[0].scan"`}}},
	stock.CodeCheckDigit:     {{do: "POST /v1/movements", body: `{"kind":"ship","site":"MAIN","partner":"CAFE","items":[{"scan":"9521234543214","quantity":"1"}]}`, status: 422, want: []string{`"field":"items[0].scan"`}}},
	stock.CodeScanAmbiguous: {
		{do: "POST /v1/products/BOX/barcodes", body: `{"code":"A-9","shared":true}`, status: 201},
		{do: "POST /v1/products/BIKE/barcodes", body: `{"code":"A-9"}`, status: 201},
		{do: "POST /v1/movements", body: `{"kind":"ship","site":"MAIN","partner":"CAFE","items":[{"scan":"A-9","quantity":"1"}]}`, status: 409, want: []string{`"field":"items[0].product"`, "BOX or BIKE"}}},
	stock.CodeScanDiffers: {{do: "POST /v1/movements", body: shipFlour + `"lot":"L1","scan":"B001","quantity":"1"}]}`, status: 409, want: []string{`"field":"items[0].scan"`}}},
	stock.CodeUnknownUser: {{do: "GET /v1/users/NO", status: 404}},
	stock.CodeUserExists:  {{do: "POST /v1/users", body: `{"name":"amelia"}`, status: 201}, {do: "POST /v1/users", body: `{"name":"Amelia"}`, status: 409}},
	stock.CodeStillNeeded: {{do: "POST /v1/users", body: `{"name":"amelia"}`, status: 201},
		{do: "POST /v1/erasures", body: `{"user":"amelia","reason":"asked for"}`, status: 409, want: []string{`"field":"user"`}}},
	stock.CodeNothingToErase: {{do: "PATCH /v1/partners/CAFE", body: `{"name":"Kern"}`, status: 200},
		{do: "POST /v1/erasures", body: `{"partner":"CAFE","former":true,"fields":["name"],"reason":"asked for"}`, status: 201, want: []string{`"erased":{"partner":"CAFE","texts":1}`}},
		{do: "GET /v1/partners/CAFE", status: 200, want: []string{`"name":"Kern"`}},
		{do: "POST /v1/erasures", body: `{"partner":"CAFE","reason":"asked for"}`, status: 201, want: []string{`"partner":"CAFE"`}},
		{do: "GET /v1/partners/CAFE", status: 200, want: []string{`"name":"(erased)"`}},
		{do: "GET /v1/audit?partner=CAFE&kind=partner", status: 200, want: []string{`"new":"(erased)"`}},
		{do: "GET /v1/erasures", status: 200, want: []string{`"reason":"asked for"`, `"erased":{"partner":"CAFE"`}},
		{do: "POST /v1/erasures", body: `{"partner":"CAFE","reason":"asked for"}`, status: 409, want: []string{`"field":"partner"`}}},
	stock.CodeUnknownActor:   {{do: "POST /v1/erasures", body: `{"actor":"NO","reason":"asked for"}`, status: 404, want: []string{`"field":"actor"`}}},
	stock.CodeUnknownAPIKey:  {{do: "PATCH /v1/keys/NO", body: `{"active":false}`, status: 404}},
	stock.CodeUnknownStation: {{do: "PATCH /v1/stations/NO", body: `{"active":false}`, status: 404}},
	stock.CodeNotSignedIn:    {{do: "GET /v1/sites", headers: "Authorization: Bearer nobody", status: 401, want: []string{`"field":"authorization"`}}},
	stock.CodeWrongSignIn:    {{do: "POST /v1/login", body: `{"user":"nobody","password":"whatever"}`, status: 401}},
	stock.CodeWeakPassword: {{do: "POST /v1/users", body: `{"name":"amelia"}`, status: 201},
		{do: "POST /v1/users/amelia/password", body: `{"password":"password1"}`, status: 422, want: []string{`"field":"password"`}}},
	stock.CodeTooManyAttempts: {{do: "POST /v1/login", body: `{"user":"x","password":"y"}`, status: 401}, {do: "POST /v1/login", body: `{"user":"x","password":"y"}`, status: 401},
		{do: "POST /v1/login", body: `{"user":"x","password":"y"}`, status: 401}, {do: "POST /v1/login", body: `{"user":"x","password":"y"}`, status: 401},
		{do: "POST /v1/login", body: `{"user":"x","password":"y"}`, status: 429, want: []string{"Retry-After: "}}},
	stock.CodeSetUpDone: {{do: "POST /v1/users", body: `{"name":"amelia"}`, status: 201},
		{do: "POST /v1/setup", body: `{"token":"x","user":"eve","password":"straight along the river"}`, status: 409}},
	stock.CodeUnknownLabel: {
		{do: "POST /v1/labels/try", body: `{"example":"4711;L1;40","marks":[{"is":"product","text":"4711"},{"is":"lot","text":"1","at":7}],"scans":["BOX;L9;1","BOX,L9"]}`, status: 200,
			want: []string{`"separator":";"`, `{"scan":"BOX;L9;1","fits":true,"product":"BOX","lot":"9"}`, `{"scan":"BOX,L9","fits":false}`}},
		{do: "POST /v1/labels/try", body: `{"example":"A;010226","marks":[{"is":"lot","text":"A"},{"is":"expiry","text":"010226"}]}`, status: 422, want: []string{`"field":"marks[1].form"`, "YYMMDD, DDMMYY"}},
		{do: "GET /v1/labels/NO", status: 404}},
	stock.CodeLabelExists: {
		{do: "POST /v1/labels", body: `{"code":"MILL","partner":"MILL","example":"4711;L1","marks":[{"is":"product","text":"4711"},{"is":"lot","text":"L1"}]}`, status: 201, want: []string{`"label_set":{"code":"MILL"`, `"partner":"MILL"`}},
		{do: "PATCH /v1/labels/MILL", body: `{"active":false}`, status: 200, want: []string{`"active":false`}},
		{do: "GET /v1/labels", status: 200, want: []string{`"items":[{"code":"MILL"`, `"example":"4711;L1"`}},
		{do: "POST /v1/labels", body: `{"code":"MILL","example":"4711;L1","marks":[{"is":"product","text":"4711"}]}`, status: 409, want: []string{`"field":"code"`}}},
	stock.CodeUnknownBarcode: {
		{do: "POST /v1/products/BOX/barcodes", body: `{"code":"H-7"}`, status: 201, want: []string{`"barcodes_set":[{"code":"H-7","product":"BOX","active":true`}},
		{do: "GET /v1/products/BOX/barcodes", status: 200, want: []string{`"items":[{"code":"H-7"`}},
		{do: "POST /v1/products/BOX/barcodes", body: `{"code":"H-7","active":false}`, status: 201},
		{do: "GET /v1/products/BOX/barcodes", status: 200, want: []string{`"items":[]`}},
		{do: "POST /v1/products/BIKE/barcodes", body: `{"code":"H-7","active":false}`, status: 404, want: []string{`"field":"code"`}}},
	stock.CodeBarcodeTaken: {
		{do: "POST /v1/products/BOX/barcodes", body: `{"code":"H-7"}`, status: 201},
		{do: "POST /v1/products/BIKE/barcodes", body: `{"code":"H-7"}`, status: 409, want: []string{`"field":"code"`, `"about":["BOX"]`}}},
	stock.CodeDataInUse: {
		{do: "PATCH /v1/products/BOX", body: `{"packaging":[{"code":"case","quantity":"12"}],"barcodes":[{"code":"C-7","packaging":"case"}]}`, status: 200, want: []string{`"barcodes_set":[{"code":"C-7","product":"BOX","packaging":"case"`}},
		{do: "PATCH /v1/products/BOX", body: `{"packaging":[]}`, status: 409, want: []string{`"field":"packaging"`, "C-7"}}},
	stock.CodeProductExists: {{do: "POST /v1/products", body: `{"sku":"BOX"}`, status: 409, want: []string{`"field":"sku"`}}},
	stock.CodeUnknownPackaging: {
		{do: "PATCH /v1/products/BOX", body: `{"packaging":[{"code":"case","quantity":"12","gtin":"19521234543210"}]}`, status: 200, want: []string{`"packaging":[{"code":"case","quantity":"12","gtin":"19521234543210"}]`}},
		{do: "GET /v1/products/19521234543210", status: 200, want: []string{`"sku":"BOX"`}},
		{do: "POST /v1/movements", body: shipBox + `"packaging":"tray","quantity":"1"}]}`, status: 404, want: []string{`"field":"items[0].packaging"`, "it has case"}}},
	stock.CodeLicenceMissing: {
		{do: "POST /v1/product-groups", body: `{"code":"FOOD","supplier_licence":"organic","customer_licence":"shop"}`, status: 201, want: []string{`"supplier_licence":"organic"`}},
		{do: "PATCH /v1/products/FLOUR", body: `{"group":"FOOD"}`, status: 200},
		{do: "POST /v1/movements", body: shipFlour + `"lot":"L1","quantity":"1"}]}`, status: 409, want: []string{`"field":"items[0].product"`, "shop"}}},
	stock.CodeLicenceExpired: {
		{do: "POST /v1/product-groups", body: `{"code":"FOOD","customer_licence":"shop"}`, status: 201},
		{do: "PATCH /v1/products/FLOUR", body: `{"group":"FOOD"}`, status: 200},
		{do: "PATCH /v1/partners/CAFE", body: `{"licences":[{"kind":"shop","number":"S-1","until":"2020-01-31"}],"contacts":[{"name":"","role":"recall","out_of_hours":"+49 30 1"}]}`, status: 200, want: []string{`"until":"2020-01-31"`, `"out_of_hours":"+49 30 1"`}},
		{do: "GET /v1/licences?until=2020-12-31", status: 200, want: []string{`"partner":"CAFE"`}},
		{do: "GET /v1/licences?until=2019-12-31", status: 200, not: []string{`"partner":"CAFE"`}},
		{do: "POST /v1/movements", body: shipFlour + `"lot":"L1","quantity":"1"}]}`, status: 409, want: []string{`"field":"items[0].product"`, "2020-01-31"}}},
	stock.CodeEmptyFile:      {{do: "POST /v1/files", headers: formHeader, body: formOf("a.txt", "", "product", "BOX"), status: 422}},
	stock.CodeIncompleteFile: {{do: "POST /v1/files", headers: formHeader, body: formOf("a.txt", "abc", "product", "BOX")[:120], status: 400}},
	stock.CodeFileTooLarge:   {{do: "POST /v1/files", headers: formHeader, body: formOf("a.txt", strings.Repeat("a", FileLimit+1), "product", "BOX"), status: 413}},
	stock.CodeUnknownGroup: {
		{do: "GET /v1/product-groups/NO", status: 404},
		{do: "POST /v1/products", body: `{"sku":"PIN","group":"NO"}`, status: 404, want: []string{`"field":"group"`}}},
	stock.CodeGroupExists: {
		{do: "POST /v1/product-groups", body: `{"code":"RAW","hold_on":["receive"]}`, status: 201, want: []string{`"product_group_set":{"code":"RAW"`}},
		{do: "POST /v1/product-groups", body: `{"code":"RAW"}`, status: 409, want: []string{`"field":"code"`}}},
	stock.CodeUnknownFormat: {
		{do: "GET /v1/formats/NO", status: 404},
		{do: "PATCH /v1/products/BIKE", body: `{"serial_format":"NO"}`, status: 404, want: []string{`"field":"serial_format"`}}},
	stock.CodeFormatExists: {
		{do: "POST /v1/formats", body: `{"code":"SN","pattern":"{SEQ:4}"}`, status: 201, want: []string{`"format_set":{"code":"SN"`}},
		{do: "POST /v1/formats", body: `{"code":"SN","pattern":"{SEQ:5}"}`, status: 409, want: []string{`"field":"code"`}}},
	stock.CodeFormatExhausted: {
		{do: "POST /v1/formats", body: `{"code":"SN","pattern":"N{SEQ:1}"}`, status: 201},
		{do: "POST /v1/formats/SN/numbers", body: `{"product":"BIKE","count":9}`, status: 201, want: []string{`"numbers":["N1","N2"`}},
		{do: "POST /v1/formats/SN/numbers", body: `{"product":"BIKE","count":1}`, status: 409, want: []string{`"field":"pattern"`}}},
	stock.CodeUnknownField:    {{do: "GET /v1/fields/no", status: 404}},
	stock.CodeUnknownFieldSet: {{do: "POST /v1/field-sets/wine", status: 404, want: []string{`"field":"set"`}}},
	stock.CodeFieldExists: {
		{do: "POST /v1/fields", body: `{"code":"seal","on":"movement"}`, status: 201},
		{do: "POST /v1/fields", body: `{"code":"seal","on":"lot"}`, status: 409, want: []string{`"field":"code"`}}},
	stock.CodeFieldRequired: {
		{do: "POST /v1/fields", body: `{"code":"seal2","on":"movement","required_for":{"kinds":["scrap"]}}`, status: 201},
		{do: "POST /v1/movements", body: `{"kind":"scrap","site":"MAIN","reason":"x","items":[{"product":"FLOUR","lot":"L1","quantity":"1","from":"DOCK"}]}`, status: 422, want: []string{`"field":"fields.seal2"`}}},
	stock.CodeWrongType: {
		{do: "POST /v1/fields", body: `{"code":"brix","on":"movement","type":"number"}`, status: 201},
		{do: "POST /v1/movements", body: `{"kind":"scrap","site":"MAIN","reason":"x","fields":{"brix":"sweet"},"items":[{"product":"FLOUR","lot":"L1","quantity":"1","from":"DOCK"}]}`, status: 422, want: []string{`"field":"fields.brix"`}}},
	stock.CodeSiteExists:     {{do: "POST /v1/sites", body: `{"code":"MAIN"}`, status: 409}},
	stock.CodeLocationExists: {{do: "POST /v1/locations", body: `{"site":"MAIN","code":"DOCK"}`, status: 409}},
	stock.CodePartnerExists:  {{do: "POST /v1/partners", body: `{"code":"MILL"}`, status: 409}},
	stock.CodeKeyTaken: {
		{do: "PATCH /v1/products/BOX", body: `{"gtin":"9521234543213"}`, status: 200},
		{do: "POST /v1/products", body: `{"sku":"BOX2","gtin":"9521234543213"}`, status: 409, want: []string{`"field":"gtin"`}}},
	stock.CodeNotActive: {
		{do: "POST /v1/products", body: `{"sku":"OLD","active":false}`, status: 201},
		{do: "POST /v1/movements", body: `{"kind":"opening","site":"MAIN","items":[{"product":"OLD","quantity":"1","to":"DOCK"}]}`, status: 409}},
	stock.CodeStockLeft: {
		{do: "PATCH /v1/sites/SHOP", body: `{"active":false}`, status: 200},
		{do: "PATCH /v1/sites/SHOP", body: `{"active":true}`, status: 200},
		{do: "PATCH /v1/sites/MAIN", body: `{"active":false}`, status: 409, want: []string{`"code":"stock_left"`, `"field":"active"`, "20 of BOX at MAIN/"}},
		{do: "POST /v1/movements", body: `{"kind":"dispatch","site":"MAIN","to_site":"SHOP","items":[{"product":"BOX","quantity":"3"}]}`, status: 201},
		{do: "PATCH /v1/sites/SHOP", body: `{"active":false}`, status: 409, want: []string{"3 of BOX at transit:"}},
		{do: "PATCH /v1/products/BOX", body: `{"active":false}`, status: 409, want: []string{"17 of BOX at MAIN/", "3 of BOX at transit:"}}},
	stock.CodeLoop: {
		{do: "PATCH /v1/sites/MAIN/locations/DOCK", body: `{"parent":"SHELF"}`, status: 200},
		{do: "PATCH /v1/sites/MAIN/locations/SHELF", body: `{"parent":"DOCK"}`, status: 422, want: []string{`"field":"parent"`}}},

	stock.CodeLotExists:       {{do: "POST /v1/corrections", body: `{"product":"FLOUR","lot":"L1","set":{"lot":"L2"},"reason":"misread"}`, status: 409, want: []string{`"field":"set.lot"`, "L2"}}},
	stock.CodeLotRequired:     {{do: "POST /v1/movements", body: receiveFlour + `"quantity":"1"}]}`, status: 422}},
	stock.CodeLotNotAllowed:   {{do: "POST /v1/movements", body: shipBox + `"lot":"L1","quantity":"1"}]}`, status: 422}},
	stock.CodeUnitsRequired:   {{do: "POST /v1/movements", body: shipBike + `"quantity":"1"}]}`, status: 422}},
	stock.CodeUnitsNotAllowed: {{do: "POST /v1/movements", body: shipBox + `"units":["A"]}]}`, status: 422}},
	stock.CodeLotAmbiguous: {
		{do: "POST /v1/movements", body: receiveFlour + `"lot":"X1","supplier_lot":"M7","quantity":"1","expiry":"2099-01-01"},{"product":"FLOUR","to":"DOCK","lot":"X2","supplier_lot":"M7","quantity":"1","expiry":"2099-01-01"}]}`, status: 201},
		{do: "POST /v1/movements", body: shipFlour + `"lot":"M7","quantity":"1"}]}`, status: 409, want: []string{"X1"}}},
	stock.CodeUnitExists: {{do: "POST /v1/corrections", body: `{"product":"BIKE","unit":"B001","set":{"serial":"B002"},"reason":"misread"}`, status: 409, want: []string{`"field":"set.serial"`, "B002"}}},
	stock.CodeUnitAmbiguous: {
		{do: "POST /v1/corrections", body: `{"product":"BIKE","unit":"B001","set":{"serial":"X1"},"reason":"misread"}`, status: 201, want: []string{`"unit":"X1"`, `"before":"B001"`}},
		{do: "GET /v1/units?product=BIKE&serial=B001", status: 200, want: []string{`"serial":"X1"`}},
		{do: "GET /v1/trace/B001", status: 200, want: []string{`"former_serials":["B001"]`, `"field":"serial"`}},
		{do: "POST /v1/corrections", body: `{"product":"BIKE","unit":"B002","set":{"serial":"B001"},"reason":"misread"}`, status: 201},
		{do: "POST /v1/corrections", body: `{"product":"BIKE","unit":"B001","set":{"serial":"X2"},"reason":"misread"}`, status: 201},
		{do: "POST /v1/movements", body: shipBike + `"units":["B001"]}]}`, status: 409, want: []string{"X1", "X2"}}},
	stock.CodeHoldReleased: {
		{do: "POST /v1/holds", body: `{"product":"FLOUR","lot":"L1","reason":"smell"}`, status: 201},
		{do: "POST /v1/holds/{last}/release", body: `{"reason":"fine"}`, status: 201},
		{do: "POST /v1/releases", body: `{"hold":{about},"reason":"fine"}`, status: 409}},
	stock.CodeExceptionResolved: {
		{do: "POST /v1/movements", headers: "Clew-If-Refused: keep", body: shipBox + `"quantity":"999"}]}`, status: 202, want: []string{`"code":"insufficient_stock"`}},
		{do: "POST /v1/exceptions/{last}/resolution", body: `{"action":"dismiss","reason":"slip"}`, status: 201},
		{do: "POST /v1/exceptions/{about}/resolution", body: `{"action":"dismiss","reason":"slip"}`, status: 409}},
	stock.CodeNotEmpty: {
		{do: "POST /v1/locations", body: `{"site":"MAIN","code":"SILO","mixed":true}`, status: 201},
		{do: "POST /v1/movements", body: `{"kind":"move","site":"MAIN","items":[{"product":"FLOUR","lot":"L1","quantity":"5","from":"DOCK","to":"SILO"}]}`, status: 201},
		{do: "POST /v1/cleanings", body: `{"site":"MAIN","location":"SILO"}`, status: 409},
		{do: "POST /v1/locations", body: `{"site":"MAIN","code":"CAGE","blocking":true}`, status: 201},
		{do: "POST /v1/locations", body: `{"site":"MAIN","code":"CAGE-1","parent":"CAGE"}`, status: 201},
		{do: "POST /v1/movements", body: `{"kind":"move","site":"MAIN","items":[{"product":"FLOUR","lot":"L1","quantity":"1","from":"SILO","to":"CAGE-1"}]}`, status: 201},
		{do: "PATCH /v1/sites/MAIN/locations/CAGE-1", body: `{"parent":""}`, status: 409},
		{do: "PATCH /v1/sites/MAIN/locations/CAGE", body: `{"blocking":false}`, status: 409}},
	stock.CodeLotDiffers:    {{do: "POST /v1/movements", body: receiveFlour + `"lot":"L1","quantity":"1","expiry":"2098-12-31"}]}`, status: 409, want: []string{`"offer":`}}},
	stock.CodeDuplicateUnit: {{do: "POST /v1/movements", body: shipBike + `"units":["B001","B001"]}]}`, status: 422}},
	stock.CodeStockDiffers:  {{do: "POST /v1/products/BOX/tracking", body: `{"tracking":"lot","reason":"law","items":[{"site":"MAIN","location":"DOCK","lot":"N1","quantity":"1"}]}`, status: 409, want: []string{"MAIN/", "expected"}}},
	stock.CodeGoodsInTransit: {
		{do: "POST /v1/sites", body: `{"code":"FAR"}`, status: 201},
		{do: "POST /v1/movements", body: `{"kind":"dispatch","site":"MAIN","to_site":"FAR","items":[{"product":"BOX","quantity":"1"}]}`, status: 201},
		{do: "POST /v1/products/BOX/tracking", body: `{"tracking":"lot","reason":"law","rest":{"lot":"OLD"}}`, status: 409, want: []string{"let them arrive first"}}},
	stock.CodeTrackingChanged: {
		{do: "POST /v1/movements", body: shipBox + `"quantity":"1"}]}`, status: 201},
		{do: "POST /v1/products/BOX/tracking", body: `{"tracking":"lot","reason":"law","rest":{"lot":"OLD"}}`, status: 201, want: []string{`"kind":"tracking"`, `"lot":"OLD"`, `"role":"output"`, `"tracking":"lot"`}},
		{do: "POST /v1/movements", body: `{"kind":"reversal","reverses":{about},"reason":"slip"}`, status: 409, want: []string{`"field":"reverses"`}}},
	stock.CodeTrackingInUse: {{do: "PATCH /v1/products/FLOUR", body: `{"tracking":"serial"}`, status: 409}},

	stock.CodeLotOnHold: {
		{do: "POST /v1/holds", body: `{"product":"FLOUR","lot":"L1","reason":"smell"}`, status: 201},
		{do: "POST /v1/movements", body: shipFlour + `"lot":"L1","quantity":"1"}]}`, status: 409}},
	stock.CodeUnitOnHold: {
		{do: "POST /v1/holds", body: `{"product":"BIKE","units":["B002..B003"],"reason":"crack"}`, status: 201},
		{do: "POST /v1/movements", body: shipBike + `"units":["B003"]}]}`, status: 409}},
	stock.CodePlaceBlocked: {
		{do: "POST /v1/movements", body: `{"kind":"move","site":"MAIN","items":[{"product":"FLOUR","lot":"L1","quantity":"100","from":"DOCK","to":"QUAR"}]}`, status: 201},
		{do: "POST /v1/movements", body: shipFlour + `"lot":"L1","quantity":"1","from":"QUAR"}]}`, status: 409}},
	stock.CodeBooksClosed: {
		{do: "POST /v1/closings", body: `{"until":"2020-01-31"}`, status: 201, want: []string{`"kind":"closing"`, `"closing":{"until":"2020-01-31"}`}},
		{do: "POST /v1/closings", body: `{"until":"2020-01-31"}`, status: 200},
		{do: "POST /v1/movements", body: `{"kind":"ship","site":"MAIN","partner":"CAFE","occurred_at":"2020-01-31T22:00:00Z","items":[{"product":"BOX","quantity":"1"}]}`, status: 409,
			want: []string{`"field":"occurred_at"`, "up to 2020-01-31"}}},
	stock.CodePastDate: {{do: "POST /v1/movements", body: shipFlour + `"lot":"OLD","quantity":"1"}]}`, status: 409}},
	stock.CodeReleaseIncomplete: {
		{do: "POST /v1/quality-plans", body: `{"product":"FLOUR","files":["certificate_of_analysis"],"measurements":[{"name":"ash","max":"0.6"}]}`, status: 201, want: []string{`"quality_plan":{"product":"FLOUR"`}},
		{do: "POST /v1/inspections", body: `{"product":"FLOUR","lot":"L1","values":[{"name":"ash","value":"0.7"}]}`, status: 201, want: []string{`"inspection":{"product":"FLOUR","lot":"L1"`}},
		{do: "POST /v1/holds", body: `{"product":"FLOUR","lot":"L1","reason":"new"}`, status: 201},
		{do: "POST /v1/holds/{last}/release", body: `{"reason":"fine"}`, status: 409, want: []string{"certificate_of_analysis is missing", "ash failed with 0.7"}}},
	stock.CodeStrategyViolated:  {{do: "POST /v1/movements", body: shipFlour + `"lot":"L2","quantity":"1"}]}`, status: 409, want: []string{"L1"}}},
	stock.CodeInsufficientStock: {{do: "POST /v1/movements", body: shipBox + `"quantity":"21"}]}`, status: 409}},
	stock.CodeUnitElsewhere: {
		{do: "POST /v1/movements", body: shipBike + `"units":["B001"]}]}`, status: 201},
		{do: "POST /v1/movements", body: shipBike + `"units":["B001"]}]}`, status: 409, want: []string{"CAFE"}}},
	stock.CodeWrongSite: {{do: "POST /v1/movements", body: `{"kind":"move","site":"MAIN","items":[{"product":"BOX","quantity":"1","from":"DOCK","to":"FLOOR"}]}`, status: 422}},
	stock.CodeUnbalanced: {{do: "POST /v1/movements", body: `{"kind":"split","site":"MAIN","groups":[{"inputs":[{"product":"FLOUR","lot":"L1","quantity":"10","from":"DOCK"}],
		"outputs":[{"product":"FLOUR","lot":"L1A","quantity":"11","to":"DOCK"}]}]}`, status: 422}},
	stock.CodeOccurredInFuture: {{do: "POST /v1/movements", body: `{"kind":"ship","site":"MAIN","partner":"CAFE","occurred_at":"2150-01-01T00:00:00Z","items":[{"product":"BOX","quantity":"1"}]}`, status: 422}},
	stock.CodeWaitsForException: {
		{do: "POST /v1/movements", body: shipBike + `"units":["B001"]}]}`, status: 201},
		{do: "POST /v1/movements", headers: "Clew-If-Refused: keep", body: shipBike + `"units":["B001","B002"]}]}`, status: 202},
		{do: "POST /v1/movements", headers: "Clew-If-Refused: keep", body: shipBike + `"units":["B002"]}]}`, status: 202, want: []string{`"code":"waits_for_exception"`}},
		{do: "POST /v1/exceptions/{last}/resolution", body: `{"action":"post","reason":"it is so"}`, status: 409, want: []string{`"field":"exception"`, "first"}}},
	stock.CodeAlreadyReversed: {
		{do: "POST /v1/movements", body: shipBox + `"quantity":"1"}]}`, status: 201},
		{do: "POST /v1/movements/{last}/reversal", body: `{"reason":"slip"}`, status: 201},
		{do: "POST /v1/movements/{about}/reversal", body: `{"reason":"slip"}`, status: 409}},
	stock.CodeMovedSince: {
		{do: "POST /v1/movements", body: receiveFlour + `"lot":"N1","quantity":"5","expiry":"2090-01-01"}]}`, status: 201},
		{do: "POST /v1/movements", body: shipFlour + `"lot":"N1","quantity":"1"}]}`, status: 201},
		{do: "POST /v1/movements/{about}/reversal", body: `{"reason":"slip"}`, status: 409}},
	stock.CodeNotReversible: {
		{do: "PATCH /v1/products/BOX", body: `{"name":"Box"}`, status: 200},
		{do: "POST /v1/movements/{last}/reversal", body: `{"reason":"slip"}`, status: 409}},
	stock.CodeLimitReached: feedsBeyond(100),
	stock.CodeSignatureRequired: {
		{do: "POST /v1/holds", body: `{"product":"FLOUR","lot":"L1","reason":"new"}`, status: 201},
		{do: "PATCH /v1/settings", body: `{"sign":["release"],"reason":"asked for by the auditor"}`, status: 200, want: []string{`"kind":"setting"`, `"settings_set":{"sign":"release"}`}},
		{do: "POST /v1/holds/{about}/release", body: `{"reason":"fine"}`, status: 403, want: []string{`"field":"signature"`, `"about":["release"]`}}},
	stock.CodeSignatureDiffers: {
		{do: "POST /v1/users", body: `{"name":"amelia"}`, status: 201},
		{do: "POST /v1/grants", body: `{"user":"amelia","role":"quality"}`, status: 201},
		{do: "POST /v1/users/amelia/password", body: `{"password":"` + goodPassword + `"}`, status: 200},
		{do: "POST /v1/holds", body: `{"product":"FLOUR","lot":"L1","reason":"new"}`, status: 201},
		{do: "POST /v1/holds/{last}/release", body: `{"reason":"fine","signature":{"user":"amelia","password":"` + goodPassword + `","meaning":"override"}}`, status: 422, want: []string{`"field":"signature.meaning"`}}},
	stock.CodeKeyReused: {
		{do: "POST /v1/movements", headers: "Idempotency-Key: k", body: shipBox + `"quantity":"1"}]}`, status: 201},
		{do: "POST /v1/movements", headers: "Idempotency-Key: k", body: shipBox + `"quantity":"2"}]}`, status: 409, want: []string{`"field":"idempotency_key"`}}},
	stock.CodeBodyTooLarge: {{do: "POST /v1/products", body: `{"sku":"` + strings.Repeat("A", smallBody) + `"}`, status: 413}},
}

// elsewhere says which codes have no scenario here, and why.
var elsewhere = map[string]string{
	stock.CodeAddressExists:          "addresses are upserted with their partner",
	stock.CodeInvalidRow:             "of files: imports",
	stock.CodeUnknownColumn:          "of files: imports",
	stock.CodeTimeout:                "TestBulk_OutOfTime",
	stock.CodeReadOnly:               "TestErrors_Closed has the other way not to be available; the store's tests the read-only file",
	stock.CodeDatabaseAway:           "needs a database that is away: the store's TestAway",
	stock.CodeUnknownOrganisation:    "needs a server of several: TestOrganisations",
	stock.CodeOutcomeUnknown:         "needs one that goes away at the right moment: the store's TestAway_Unknown",
	stock.CodeNoLogKey:               "needs a server without the key: TestLog_WithoutKey",
	stock.CodeLogBroken:              "needs a damaged ledger: TestSeal_Broken of the store",
	stock.CodeDiskFull:               "needs a full disk: the crash tests",
	stock.CodeInternal:               "TestErrors_Inside",
	stock.CodeNothingToRetry:         "of the watched folder: TestWatched",
	stock.CodeFileDamaged:            "needs a damaged data folder: TestFile_Damaged of the store",
	stock.CodeKnownElsewhere:         "the tests of scenarios may see everything: TestMatrix",
	stock.CodeOneTimeCodeRequired:    "needs a person with such codes: TestOneTimeCodes",
	stock.CodeSecondFactorRequired:   "needs somebody who is signed in: TestSecondFactor",
	stock.CodePasswordChangeRequired: "needs a password that was drawn: TestFirstSignIn",
	stock.CodeActorDiffers:           "needs somebody who is signed in: TestPeople",
	stock.CodeNotPermitted:           "the tests of scenarios may do everything: TestRoutes",
}

// feedsBeyond makes one feed more than there may be.
func feedsBeyond(most int) (out []call) {
	for i := range most {
		out = append(out, call{do: "POST /v1/feeds", body: fmt.Sprintf(`{"name":"f%d","url":"http://127.0.0.1:9/in"}`, i), status: 201})
	}
	return append(out, call{do: "POST /v1/feeds", body: `{"name":"f0","url":"http://127.0.0.1:9/in"}`, status: 409, want: []string{`"code":"feed_exists"`}},
		call{do: "POST /v1/feeds", body: `{"name":"more","url":"http://127.0.0.1:9/in"}`, status: 409, want: []string{`"field":"name"`}})
}

func TestCodes(t *testing.T) {
	for code := range stock.Codes {
		steps, why := codeScenarios[code], elsewhere[code]
		if (len(steps) > 0) == (why != "") {
			t.Errorf("%s: want either a scenario or the reason why there is none", code)
			continue
		}
		if why != "" {
			continue
		}
		t.Run(code, func(t *testing.T) {
			t.Parallel()
			h, a := openLedger(t)
			run(t, h, business)
			if code == stock.CodeNotSealed {
				sealWithKey(t, a)
			}
			last, about := "", ""
			for i, c := range steps {
				fill := strings.NewReplacer("{last}", last, "{about}", about)
				c.do, c.body = fill.Replace(c.do), fill.Replace(c.body)
				if i == len(steps)-1 {
					c.want = append(c.want, `"code":"`+code+`"`)
				}
				about = last
				last = entryIn(c.run(t, h))
			}
		})
	}
}

// entryIn reads the entry from an answer.
func entryIn(body string) string {
	_, rest, _ := strings.Cut(body, `"entry":`)
	id, _, _ := strings.Cut(rest, ",")
	return strings.TrimRight(id, "}\n")
}
