package stock

// fieldSets are ready sets of extra fields, by name: what a regulation or an industry wants recorded and Clew has no place of its
// own for. Lots, quantities, dates of receipt, partners and locations are on every movement already.
var fieldSets = map[string][]FieldDraft{
	// FDA Food Traceability Rule, 21 CFR 1.1325 to 1.1350: key data elements.
	"fsma204": {
		setField("tlc_source", "Traceability lot code source: location", OnLot, "text"),
		setField("tlc_source_reference", "Traceability lot code source reference: GLN, FDA registration number or web address", OnLot, "text"),
		setField("commodity", "Commodity", OnProduct, "text"),
		setField("variety", "Variety", OnProduct, "text"),
		setField("species", "Species or market name of seafood", OnProduct, "text"),
		setField("ftl_food", "Food of the Food Traceability List", OnProduct, "text"),
		setField("harvest_date", "Date of harvest", OnLot, "date"),
		setField("farm", "Farm: location description", OnLot, "text"),
		setField("growing_area", "Field, growing area, container or pond", OnLot, "text"),
		setField("harvester", "Business that harvested", OnLot, "partner"),
		setField("cooling_date", "Date of cooling before initial packing", OnLot, "date"),
		setField("cooling_location", "Location of cooling: description", OnLot, "text"),
		setField("packing_date", "Date of initial packing", OnLot, "date"),
		setField("catch_area", "Ocean area of the catch: NMFS code or FAO area", OnLot, "text"),
		setField("landing_date", "Date of landing", OnLot, "date"),
		setField("seed_lot", "Sprouts: lot of the seed", OnLot, "text"),
	},
	// DSCSA, 21 USC 360eee, and the EU Falsified Medicines Directive, Regulation (EU) 2016/161.
	"pharma": {
		setField("ndc", "National Drug Code", OnProduct, "text"),
		setField("national_number", "National reimbursement or identification number", OnProduct, "text"),
		setField("strength", "Strength", OnProduct, "text"),
		setField("dosage_form", "Dosage form", OnProduct, "text"),
		setField("container_size", "Size of the package", OnProduct, "text"),
		setField("authorisation_holder", "Marketing authorisation holder", OnProduct, "text"),
		setField("transaction_date", "Date of the change of ownership", OnMovement, "date"),
		setField("transaction_statement", "Transaction statement given", OnMovement, "choice", "yes", "no"),
		setField("bought_from_maker", "Bought from the manufacturer or its exclusive distributor", OnMovement, "choice", "yes", "no"),
		setField("decommissioned_as", "Unique identifiers decommissioned as", OnMovement, "choice", "supplied", "exported", "destroyed", "sample", "free sample", "stolen"),
	},
	// RoHS 2011/65/EU, IPC/JEDEC J-STD-020 and J-STD-033, IPC-1752.
	"electronics": {
		setField("manufacturer_number", "Manufacturer's product number", OnProduct, "text"),
		setField("msl", "Moisture sensitivity level", OnProduct, "choice", "1", "2", "2a", "3", "4", "5", "5a", "6"),
		setField("rohs", "RoHS status", OnProduct, "choice", "compliant", "exempt", "not compliant", "unknown"),
		setField("rohs_exemption", "RoHS exemption", OnProduct, "text"),
		setField("rohs_exemption_end", "End of the RoHS exemption", OnProduct, "date"),
		setField("svhc_list_date", "Date of the REACH candidate list checked against", OnProduct, "date"),
		setField("date_code", "Date code", OnLot, "text"),
		setField("reel", "Reel", OnLot, "text"),
		setField("origin_country", "Country of origin", OnLot, "text"),
		setField("maker_lot", "Manufacturer's lot", OnLot, "text"),
		setField("bag_sealed", "Moisture barrier bag sealed on", OnLot, "date"),
	},
}

func setField(code, label string, on FieldOn, kind string, choices ...string) FieldDraft {
	carrier := on.String()
	d := FieldDraft{Code: code, Label: &label, On: &carrier, Type: &kind, If: MustBeNew}
	if choices != nil {
		d.Choices = &choices
	}
	return d
}

// FieldSet is a ready set of extra fields.
func FieldSet(name string) ([]FieldDraft, *Error) {
	set := fieldSets[name]
	if set == nil {
		return nil, Errorf(NotFound, CodeUnknownFieldSet, "set", "there is no set %q of fields: fsma204, pharma or electronics", clip(name))
	}
	return set, nil
}
