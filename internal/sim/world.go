package sim

import "clew/internal/stock"

func ptr[T any](v T) *T { return &v }

// The world of every history: two sites in time zones far apart, and a product for each rule.
var (
	siteCodes = []string{"S1", "S2"}
	locations = []string{"A", "B", "C", "Q", "T"} // Q blocks, T is a tank, C lies in B
	suppliers = []string{"SUP1", "SUP2"}
	customers = []string{"CUS1", "CUS2"}
	plain     = []string{"SALT"}
	lotted    = []string{"BOLT", "MILK", "TEA", "CAKE", "WIRE"} // FIFO, FEFO that blocks, LIFO, FEFO that warns with a tolerance, manual
	serial    = []string{"PUMP", "CHIP"}                        // CHIP's units belong to lots
)

func genesis() (out []stock.Body) {
	for i, site := range siteCodes {
		out = append(out, &stock.SiteDraft{Code: site, TimeZone: ptr([]string{"Pacific/Auckland", "America/New_York"}[i])})
		for _, at := range locations {
			out = append(out, &stock.LocationDraft{Site: site, Code: at, Blocking: ptr(at == "Q"), Mixed: ptr(at == "T")})
		}
		out = append(out, &stock.LocationDraft{Site: site, Code: "C", Parent: ptr("B")})
	}
	for i, partner := range append(suppliers, customers...) {
		roles := []string{"supplier"}
		if i >= len(suppliers) {
			roles = []string{"customer"}
		}
		out = append(out, &stock.PartnerDraft{Code: partner, Roles: &roles, Addresses: []stock.AddressDraft{{Code: "X"}}})
	}
	return append(out,
		&stock.ProductGroupDraft{Code: "FRESH", HoldWhen: &[]string{"return"}},
		&stock.ProductDraft{SKU: "SALT", Decimals: ptr(3), UoM: ptr("KGM")},
		&stock.ProductDraft{SKU: "BOLT", Tracking: ptr("lot")},
		&stock.ProductDraft{SKU: "MILK", Tracking: ptr("lot"), Requires: &[]string{"expiry"}},
		&stock.ProductDraft{SKU: "TEA", Group: ptr("FRESH"), Tracking: ptr("lot"), Strategy: ptr("lifo")},
		&stock.ProductDraft{SKU: "CAKE", Tracking: ptr("lot"), Requires: &[]string{"expiry"}, Past: ptr("warns"), Tolerance: ptr(2)},
		&stock.ProductDraft{SKU: "WIRE", Tracking: ptr("lot"), Strategy: ptr("manual"), HoldWhen: &[]string{"receive", "make"}},
		&stock.ProductDraft{SKU: "PUMP", Tracking: ptr("serial"), HoldWhen: &[]string{"return"}},
		&stock.ProductDraft{SKU: "CHIP", Tracking: ptr("serial")})
}
