package app

import (
	"cmp"
	"context"
	"strings"

	"clew/internal/stock"
)

// masterBody turns a row of master data into what it asks for: what is given is set, what is empty stays as it stands.
func masterBody(kind string, row *importRow) (stock.Body, *stock.Error) {
	c := &cellReader{row: row}
	var body stock.Body
	switch kind {
	case "products":
		body = &stock.ProductDraft{SKU: c.text("sku"), GTIN: c.clearable("gtin"), Name: c.given("name"), Tracking: c.given("tracking"),
			UoM: c.measure("uom"), Decimals: c.number("decimals"), Strategy: c.clearable("strategy"), Tolerance: c.number("tolerance_days"),
			Requires: c.list("requires"), Past: c.given("past_date"), ShelfLife: c.number("shelf_life_days"), WarnDays: c.number("warn_days"),
			UnitCost: c.clearable("unit_cost"), Tags: c.list("tags"), HoldWhen: c.list("hold_on"), Group: c.clearable("group"), Packaging: c.packaging(), Barcodes: c.barcodes(),
			LotFormat: c.clearable("lot_format"), SerialFormat: c.clearable("serial_format"), Class: c.clearable("class"), Active: c.flag("active")}
	case "product-groups":
		body = &stock.ProductGroupDraft{Code: c.text("code"), Name: c.given("name"), HoldWhen: c.list("hold_on"),
			SupplierLicence: c.clearable("supplier_licence"), CustomerLicence: c.clearable("customer_licence"), LotFormat: c.clearable("lot_format"), SerialFormat: c.clearable("serial_format"), Active: c.flag("active")}
	case "sites":
		body = &stock.SiteDraft{Code: c.text("code"), Name: c.given("name"), TimeZone: c.given("time_zone"), GLN: c.clearable("gln"),
			Private: c.flag("private"), Contact: c.clearable("contact"), Active: c.flag("active")}
	case "locations":
		body = &stock.LocationDraft{Site: c.text("site"), Code: c.text("code"), Parent: c.clearable("parent"), Name: c.given("name"),
			GLN: c.clearable("gln"), Blocking: c.flag("blocking"), Mixed: c.flag("mixed"), Zone: c.flag("zone"), Active: c.flag("active")}
	case "partners":
		p := &stock.PartnerDraft{Code: c.text("code"), Name: c.given("name"), GLN: c.clearable("gln"), Roles: c.list("roles"),
			HoldWhen: c.list("hold_on"), Contacts: jsonList[stock.Contact](c, "contacts"), Licences: jsonList[stock.Licence](c, "licences"), Active: c.flag("active")}
		a := stock.AddressDraft{Code: c.text("address"), Name: c.text("address_name"), GLN: c.text("address_gln")}
		if a != (stock.AddressDraft{}) {
			p.Addresses = []stock.AddressDraft{a}
		}
		body = p
	}
	return body, c.err
}

// masterField names the column that an error of the rules is about.
func masterField(kind, field string) string {
	switch list, _, in := strings.Cut(field, "["); list {
	case "contacts", "licences", "packaging", "barcodes": // a list in one cell
		if in {
			return list
		}
	}
	if kind != "partners" {
		return field
	}
	switch field {
	case "addresses[0].code":
		return "address"
	case "addresses[0].name":
		return "address_name"
	case "addresses[0].gln":
		return "address_gln"
	}
	return field
}

// keepAddresses fills what rows leave empty of addresses that exist: the rules set an address whole.
func (r *importRun) keepAddresses(ctx context.Context, batch []*pending) error {
	for _, p := range batch {
		d, ok := p.request.Body.(*stock.PartnerDraft)
		if !ok || p.fault != nil || len(d.Addresses) == 0 || d.Addresses[0].Name != "" && d.Addresses[0].GLN != "" {
			continue
		}
		partner, err := r.app.Store.Partner(ctx, d.Code)
		if fault, known := stock.AsError(err); known && fault.Code == stock.CodeUnknownPartner {
			continue
		} else if err != nil {
			return err
		}
		places, err := r.app.Store.Addresses(ctx, []int64{partner.ID})
		if err != nil {
			return err
		}
		for _, at := range places {
			if a := &d.Addresses[0]; at.Code == a.Code {
				a.Name, a.GLN = cmp.Or(a.Name, at.Name), cmp.Or(a.GLN, at.GLN)
			}
		}
	}
	return nil
}
