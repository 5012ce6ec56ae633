package api

import "testing"

// TestScan_Movements: items carry scans in place of identifiers, and what cannot be told is refused.
func TestScan_Movements(t *testing.T) {
	h, _ := openLedger(t)
	run(t, h, business)
	const ship = `{"kind":"ship","site":"MAIN","partner":"CAFE","items":[`
	const receive = `{"kind":"receive","site":"MAIN","partner":"MILL","items":[`
	run(t, h, []call{
		{do: "PATCH /v1/products/FLOUR", body: `{"gtin":"9521234543213","packaging":[{"code":"case","quantity":"12","gtin":"19521234543210"}],"barcodes":[{"code":"A-9","shared":true}]}`, status: 200},
		{do: "PATCH /v1/products/BIKE", body: `{"gtin":"4006381333931"}`, status: 200},
		{do: "PATCH /v1/products/BOX", body: `{"barcodes":[{"code":"A-9"}]}`, status: 200},
		// One scan is the whole item; how it was known and what was scanned are kept.
		{do: "POST /v1/movements", headers: "Idempotency-Key: s2", body: receive + `{"scan":"]d2011952123454321010X1\u001d17271231","quantity":"2","to":"DOCK"}]}`, status: 201,
			want: []string{`"product":"FLOUR","lot":"X1","quantity":"24"`, `"known":"scanned"`, `"captured":"]d2011952123454321010X1{GS}17271231"`}},
		{do: "POST /v1/movements", headers: "Idempotency-Key: s2", body: receive + `{"scan":"]d2011952123454321010X1\u001d17271231","quantity":"2","to":"DOCK"}]}`, status: 201, want: []string{"Idempotency-Replayed: true"}},
		{do: "GET /v1/lots?product=FLOUR&lot=X1", status: 200, want: []string{`"expiry":"2027-12-31"`}},
		// Two scans of one item, with a count in one of them.
		{do: "POST /v1/movements", body: receive + `{"scans":["(02)19521234543210(37)3","(10)X2(17)271231"],"to":"DOCK"}]}`, status: 201, want: []string{`"lot":"X2","quantity":"36"`}},
		{do: "POST /v1/movements", body: ship + `{"scan":"(01)04006381333931(21)B001"}]}`, status: 201, want: []string{`"product":"BIKE"`, `"serials":["B001"]`}},
		{do: "POST /v1/movements", body: ship + `{"scan":"B001"}]}`, status: 409, want: []string{`"code":"unit_elsewhere"`}},
		// A supplier's lot beside ours, and a product that the item names beside the scan of a lot.
		{do: "POST /v1/movements", body: receive + `{"lot":"OURS","scan":"(01)09521234543213(10)THEIRS(17)271231","quantity":"1","to":"DOCK"}]}`, status: 201, want: []string{`"lot":"OURS"`}},
		{do: "GET /v1/trace/THEIRS", status: 200, want: []string{"OURS"}},
		{do: "POST /v1/movements", body: ship + `{"product":"FLOUR","scan":"(10)L1","quantity":"1","override":"asked for"}]}`, status: 201, want: []string{`"lot":"L1"`}},
		// What can be two things is told from what the item says, or refused.
		{do: "POST /v1/movements", body: receive + `{"scan":"A-9","quantity":"1","to":"DOCK"}]}`, status: 409, want: []string{`"code":"scan_ambiguous"`, `"field":"items[0].product"`, "FLOUR or BOX"}},
		{do: "POST /v1/movements", body: receive + `{"product":"BOX","scan":"A-9","quantity":"1","to":"DOCK"}]}`, status: 201, want: []string{`"product":"BOX"`}},
		{do: "POST /v1/movements", body: ship + `{"lot":"L2","scan":"(01)09521234543213(10)L1","quantity":"1"}]}`, status: 409, want: []string{`"code":"scan_differs"`, `"field":"items[0].lot"`}},
		{do: "POST /v1/movements", body: ship + `{"product":"BIKE","scan":"(01)09521234543213(10)L1","quantity":"1"}]}`, status: 409, want: []string{`"code":"scan_differs"`, `"field":"items[0].scan"`}},
		{do: "POST /v1/movements", body: ship + `{"scan":"MAIN/DOCK","quantity":"1"}]}`, status: 409, want: []string{`"code":"scan_differs"`, "is a location"}},
		{do: "POST /v1/movements", body: ship + `{"scan":"9521234543214","quantity":"1"}]}`, status: 422, want: []string{`"code":"check_digit"`, `"field":"items[0].scan"`}},
		{do: "POST /v1/movements", body: ship + `{"scan":"nonsense","quantity":"1"}]}`, status: 404, want: []string{`"code":"unknown_code"`}},
		{do: "POST /v1/movements", body: ship + `{"scan":"(01)09521234543213(10)L1(17)300101","quantity":"1"}]}`, status: 409, want: []string{`"code":"lot_differs"`}},
		// A serial number that is not tracked is captured, that of a case is no unit's.
		{do: "POST /v1/movements", body: receive + `{"scan":"(01)09521234543213(10)X3(17)271231(21)PACK1","quantity":"1","to":"DOCK"}]}`, status: 201, want: []string{`"lot":"X3"`, "(21)PACK1"}},
		{do: "PATCH /v1/products/BIKE", body: `{"packaging":[{"code":"pair","quantity":"2","gtin":"14006381333938"}]}`, status: 200},
		{do: "POST /v1/scan", body: `{"scan":"(01)14006381333938(21)C1"}`, status: 200, want: []string{`"is":"product"`, `"packaging":"pair"`, `"code":"units_not_allowed"`}},
		{do: "POST /v1/movements", body: receive + `{"scan":"(01)14006381333938(21)C1","quantity":"1","to":"DOCK"}]}`, status: 422, want: []string{`"code":"units_required"`}},
		// In bulk one that cannot be told does not stop the others; one that is kept shows its scan, and is posted amended.
		{do: "POST /v1/movements/bulk", body: `[` + ship + `{"scan":"B002"}]},` + ship + `{"scan":"B0O3"}]}]`, status: 200, want: []string{`"recorded":1,"refused":1`, `"code":"unknown_code"`}},
		{do: "POST /v1/movements", headers: "Clew-If-Refused: keep\nIdempotency-Key: k9", body: ship + `{"scan":"B0O3"}]}`, status: 202, want: []string{`"code":"unknown_code"`, `"scan":"B0O3"`}},
		{do: "POST /v1/movements", headers: "Clew-If-Refused: keep\nIdempotency-Key: k9", body: ship + `{"scan":"B0O3"}]}`, status: 202, want: []string{"Idempotency-Replayed: true"}},
	})
}

// TestScan_Quality: what is held, and what quality moves, is scanned too.
func TestScan_Quality(t *testing.T) {
	h, _ := openLedger(t)
	run(t, h, business)
	const release = `{"site":"MAIN","reason":"seen","items":[`
	run(t, h, []call{
		{do: "PATCH /v1/products/FLOUR", body: `{"gtin":"9521234543213","packaging":[{"code":"case","quantity":"12","gtin":"19521234543210"}]}`, status: 200},
		{do: "PATCH /v1/products/BIKE", body: `{"gtin":"4006381333931"}`, status: 200},
		// A lot, by one code and by two; a unit; a location.
		{do: "POST /v1/holds", headers: "Idempotency-Key: h1", body: `{"scan":"(01)09521234543213(10)L1","reason":"smell"}`, status: 201, want: []string{`"product":"FLOUR"`, `"lot":"L1"`}},
		{do: "POST /v1/holds", headers: "Idempotency-Key: h1", body: `{"scan":"(01)09521234543213(10)L1","reason":"smell"}`, status: 201, want: []string{"Idempotency-Replayed: true"}},
		{do: "POST /v1/holds", body: `{"scans":["9521234543213","(10)L2~37"],"scanner":{"separator":"~"},"site":"MAIN","location":"DOCK","reason":"smell"}`, status: 422, want: []string{`"code":"unreadable_scan"`}},
		{do: "POST /v1/holds", body: `{"scans":["9521234543213","(10)L2"],"site":"MAIN","location":"DOCK","reason":"smell"}`, status: 201, want: []string{`"lot":"L2"`, `"place":"MAIN/DOCK"`}},
		{do: "POST /v1/holds", body: `{"scan":"(01)04006381333931(21)B001","reason":"bent"}`, status: 201, want: []string{`"units":1}`}},
		{do: "POST /v1/holds", body: `{"scan":"MAIN/SHELF","reason":"wet"}`, status: 201, want: []string{`"place":"MAIN/SHELF"`}},
		{do: "POST /v1/holds", body: `{"scan":"MAIN/SHELF","site":"MAIN","location":"DOCK","reason":"wet"}`, status: 409, want: []string{`"code":"scan_differs"`, `"field":"location"`}},
		{do: "POST /v1/holds", body: `{"scan":"(01)09521234543213(10)L1","lot":"L2","reason":"smell"}`, status: 409, want: []string{`"code":"scan_differs"`, `"field":"lot"`}},
		{do: "POST /v1/holds", body: `{"scan":"(01)09521234543213(10)L9","reason":"smell"}`, status: 404, want: []string{`"code":"unknown_lot"`}},
		{do: "POST /v1/holds", body: `{"scan":"9521234543214","reason":"smell"}`, status: 422, want: []string{`"code":"check_digit"`}},
		{do: "POST /v1/holds", body: `{"scan":"CAFE","reason":"smell"}`, status: 409, want: []string{`"code":"scan_differs"`, "is a partner"}},
		// Goods go to a blocking location and back by their labels; a quantity counts what the label is on.
		{do: "POST /v1/releases", headers: "Idempotency-Key: r1", body: release + `{"scan":"(01)19521234543210(10)L1","quantity":"2","from":"DOCK","to":"QUAR"}]}`, status: 201, want: []string{`"lot":"L1"`, `"quantity":"24"`, `"known":"scanned"`}},
		{do: "POST /v1/releases", headers: "Idempotency-Key: r1", body: release + `{"scan":"(01)19521234543210(10)L1","quantity":"2","from":"DOCK","to":"QUAR"}]}`, status: 201, want: []string{"Idempotency-Replayed: true"}},
		{do: "POST /v1/releases", body: release + `{"scans":["9521234543213","(10)L1"],"quantity":"4","from":"QUAR","to":"DOCK"}]}`, status: 201, want: []string{`"quantity":"4"`}},
		{do: "POST /v1/releases", body: release + `{"scan":"nonsense","quantity":"4","from":"QUAR","to":"DOCK"}]}`, status: 404, want: []string{`"code":"unknown_code"`, `"field":"items[0].scan"`}},
		{do: "POST /v1/holds/8/release", body: `{"reason":"seen"}`, status: 404},
		// So are places: by GLN, as GS1 data or alone, and by SITE/LOCATION. What is no location of the site is refused as it stands.
		{do: "PATCH /v1/sites/MAIN/locations/QUAR", body: `{"gln":"9521234500018"}`, status: 200},
		{do: "POST /v1/releases", body: release + `{"scan":"(01)09521234543213(10)L1","quantity":"1","from":"(414)9521234500018","to":"MAIN/DOCK"}]}`, status: 201, want: []string{`"from":"MAIN/QUAR","to":"MAIN/DOCK"`}},
		{do: "POST /v1/movements", headers: "Idempotency-Key: p1", body: `{"kind":"move","site":"MAIN","items":[{"product":"BOX","quantity":"1","from":"DOCK","to":"9521234500018"}]}`, status: 201, want: []string{`"to":"MAIN/QUAR"`}},
		{do: "POST /v1/movements", headers: "Idempotency-Key: p1", body: `{"kind":"move","site":"MAIN","items":[{"product":"BOX","quantity":"1","from":"DOCK","to":"9521234500018"}]}`, status: 201, want: []string{"Idempotency-Replayed: true"}},
		{do: "POST /v1/movements", body: `{"kind":"move","site":"SHOP","items":[{"product":"BOX","quantity":"1","from":"FLOOR","to":"9521234500018"}]}`, status: 404, want: []string{`"code":"unknown_location"`, `"field":"items[0].to"`, "9521234500018"}},
		{do: "POST /v1/movements", body: `{"kind":"move","site":"MAIN","items":[{"product":"BOX","quantity":"1","from":"DOCK","to":"(414)9521234500017"}]}`, status: 404, want: []string{`"code":"unknown_location"`}},
	})
}
