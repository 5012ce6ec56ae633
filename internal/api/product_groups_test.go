package api

import "testing"

func TestProductGroups(t *testing.T) {
	h, _ := openLedger(t)
	run(t, h, business)
	run(t, h, []call{
		{do: "POST /v1/product-groups", body: `{"code":"CHILLED","name":"Chilled goods","hold_on":["receive"]}`, status: 201,
			want: []string{`"kind":"product_group"`, `"product_group_set":{"code":"CHILLED","name":"Chilled goods","hold_on":["receive"],"active":true`}},
		{do: "PATCH /v1/product-groups/CHILLED", body: `{"name":"Cold goods"}`, status: 200, want: []string{`"name":"Cold goods"`, `"hold_on":["receive"]`}},
		{do: "PATCH /v1/product-groups/CHILLED", body: `{"code":"WARM"}`, status: 400, want: []string{`"field":"code"`}},
		{do: "PATCH /v1/product-groups/NO", body: `{"name":"x"}`, status: 404, want: []string{`"code":"unknown_group"`}},
		{do: "POST /v1/product-groups/bulk", body: `[{"code":"DRY"},{"code":"WET","hold_on":["sometimes"]}]`, status: 200, want: []string{`"recorded":1`, `"refused":1`, `"hold_on"`}},
		{do: "GET /v1/product-groups?limit=1", status: 200, want: []string{`"code":"CHILLED"`, `"next"`}, not: []string{"DRY"}},
		{do: "GET /v1/product-groups?like=cold", status: 200, want: []string{`"code":"CHILLED"`}, not: []string{"DRY"}},
		{do: "GET /v1/product-groups/DRY", status: 200, want: []string{`"hold_on":[]`}},
		{do: "PATCH /v1/products/FLOUR", body: `{"group":"CHILLED"}`, status: 200, want: []string{`"group":"CHILLED"`}},
		{do: "GET /v1/products/FLOUR", status: 200, want: []string{`"group":"CHILLED"`}},
		{do: "GET /v1/products", status: 200, want: []string{`"group":"CHILLED"`}},
		{do: "GET /v1/products?group=CHILLED", status: 200, want: []string{`"sku":"FLOUR"`}, not: []string{`"sku":"BOX"`}},
		{do: "GET /v1/products?group=CHILLED&like=bike", status: 200, want: []string{`"items":[]`}},
		{do: "GET /v1/products?group=DRY", status: 200, want: []string{`"items":[]`}},
		{do: "GET /v1/products?group=NO", status: 404, want: []string{`"code":"unknown_group"`}},
		{do: "GET /v1/entries?after=0&limit=1000", status: 200, want: []string{`"kind":"product_group"`, `"product_group_set"`, `"group":"CHILLED"`}},
		{do: "POST /v1/movements", body: `{"kind":"receive","site":"MAIN","partner":"MILL","items":[{"product":"FLOUR","lot":"L77","expiry":"2099-01-31","quantity":"5","to":"DOCK"}]}`, status: 201},
		{do: "GET /v1/holds", status: 200, want: []string{`"reason":"product group CHILLED starts on hold"`, `"lot":"L77"`}},
	})
}
