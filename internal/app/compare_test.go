package app

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestCompare(t *testing.T) {
	a := withMasters(t)
	mustImport(t, a, "products", "sku,gtin\nBOX,9521234543213\n")
	mustImport(t, a, "opening", "site,location,product,lot,quantity,expiry\nMAIN,A,FLOUR,F1,10,2099-01-01\nMAIN,B,FLOUR,F1,5,2099-01-01\nMAIN,A,FLOUR,F2,1.5,2099-01-01\n"+
		"MAIN,A,BOX,,7,\nMAIN,B,WATER,,2,\nSHOP,SHELF,BOX,,4,\n")
	for name, c := range map[string]struct {
		list   string
		site   string
		equal  int
		differ []string
		bad    []string
	}{
		"by site": {list: "product,site,quantity\nFLOUR,MAIN,10\nFLOUR,MAIN,6.5\nBOX,MAIN,7\nWATER,MAIN,2\n", equal: 3},
		"by lot, theirs and ours missing": {list: "product,site,lot,quantity\nFLOUR,MAIN,F1,14\nFLOUR,MAIN,F9,1\nBOX,MAIN,,7\n", equal: 1,
			differ: []string{"FLOUR MAIN  F1 15 14 -1", "FLOUR MAIN  F2 1.5 0 -1.5", "FLOUR MAIN  F9 0 1 1", "WATER MAIN   2 0 -2"}},
		"by location":              {list: "product,site,location,quantity\nFLOUR,MAIN,A,11.5\nFLOUR,MAIN,B,5\nBOX,MAIN,B,7\nWATER,MAIN,B,2\n", equal: 3, differ: []string{"BOX MAIN A  7 0 -7", "BOX MAIN B  0 7 7"}},
		"another site is left out": {list: "product,site,quantity\nBOX,SHOP,4\n", equal: 1},
		"one site for all, a GTIN": {list: "gtin,menge\n9521234543213,4\n", site: "SHOP", equal: 1},
		"bad rows": {list: "product,site,quantity\nBOX,SHOP,4\nNO,SHOP,1\nBOX,NO,1\nBOX,SHOP,x\nBOX,,1\n,SHOP,1\n", equal: 1,
			bad: []string{"3 product unknown_product", "4 site unknown_site", "5 quantity invalid_quantity", "6 site required", "7 product required"}},
	} {
		t.Run(name, func(t *testing.T) {
			if name == "one site for all, a GTIN" {
				c.list = strings.Replace(c.list, "gtin", "product", 1)
			}
			before, _, _ := a.Store.Head(t.Context())
			got, err := a.Compare(t.Context(), Compare{Site: c.site}, strings.NewReader(c.list))
			if err != nil {
				t.Fatal(err)
			}
			var differ, bad []string
			for _, d := range got.Items {
				differ = append(differ, strings.Join([]string{d.Product, d.Site, d.Location, d.Lot, d.Ours.String(), d.Theirs.String(), d.Difference.String()}, " "))
			}
			for _, r := range got.Refusals {
				bad = append(bad, itoa(r.Line)+" "+r.Field+" "+r.Code)
			}
			if diff := cmp.Diff(c.differ, differ); diff != "" {
				t.Error(diff)
			}
			if diff := cmp.Diff(c.bad, bad); diff != "" {
				t.Error(diff)
			}
			if got.Equal != c.equal || got.Refused != len(c.bad) || got.Differ != len(c.differ) {
				t.Errorf("%+v", got)
			}
			if after, _, _ := a.Store.Head(t.Context()); after != before {
				t.Error("a comparison posted something")
			}
		})
	}
	if _, err := a.Compare(t.Context(), Compare{}, strings.NewReader("product,site\nBOX,MAIN\n")); err == nil {
		t.Error("a list without quantities was compared")
	}
}
