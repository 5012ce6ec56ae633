package app

import "testing"

// TestProductGroups_Carried: groups and who belongs to them survive export and import into an empty ledger.
func TestProductGroups_Carried(t *testing.T) {
	from := openApp(t)
	mustImport(t, from, "product-groups", "code,name,hold_on\nCHILLED,Chilled goods,receive|return\nDRY,,\n")
	mustImport(t, from, "products", "sku,tracking,group\nMILK,lot,CHILLED\nSALT,none,\n")
	mustImport(t, from, "product-groups", "code,name,hold_on\nDRY,Dry goods,\n")
	to := openApp(t)
	for _, kind := range []string{"product-groups", "products"} {
		mustImport(t, to, kind, exportFile(t, from, Export{Kind: kind}))
		if a, b := forPrograms(t, exportFile(t, from, Export{Kind: kind})), forPrograms(t, exportFile(t, to, Export{Kind: kind})); a != b {
			t.Errorf("%s: %s\nbecame %s", kind, a, b)
		}
	}
	p, err := to.Product(t.Context(), "MILK")
	g, err2 := to.ProductGroup(t.Context(), "CHILLED")
	if err != nil || err2 != nil || p.Group != "CHILLED" || len(g.HoldWhen) != 2 || g.Name != "Chilled goods" {
		t.Errorf("%+v %+v %v %v", p, g, err, err2)
	}
	mustImport(t, to, "products", "sku,group\nMILK,-\n")
	if p, err = to.Product(t.Context(), "MILK"); err != nil || p.Group != "" {
		t.Errorf("%+v %v", p, err)
	}
}
