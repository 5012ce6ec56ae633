package stock

import "strings"

// measures are the ways in which people write a unit of measure, and its UN/ECE Rec 20 code.
var measures = map[string]string{}

func init() {
	for code, names := range map[string]string{
		"H87": "pc pcs pce piece pieces ea each stk stück stck st pièce pièces pza pieza piezas ud unidad",
		"KGM": "kg kgs kilo kilos kilogram kilograms kilogramm kilogramme kilogramo",
		"GRM": "g gr gram grams gramm gramme gramo",
		"MGM": "mg milligram milligrams milligramm",
		"TNE": "t to tonne tonnes",
		"LBR": "lb lbs pound pounds",
		"ONZ": "oz ounce ounces",
		"LTR": "l ltr liter liters litre litres litro",
		"MLT": "ml millilitre milliliter millilitres milliliters",
		"HLT": "hl hectolitre hectoliter",
		"MTR": "m metre metres meter meters metro",
		"CMT": "cm centimetre centimeter",
		"MMT": "mm millimetre millimeter",
		"MTK": "m2 m² sqm qm",
		"MTQ": "m3 m³ cbm",
		"PR":  "pair pairs paar paire",
		"DZN": "dozen dz dutzend",
	} {
		for _, name := range strings.Fields(names) {
			measures[name] = code
		}
	}
}

// CommonUoM returns the UN/ECE Rec 20 code of a unit of measure as people write it ("kg", "Stück", "l"), and the text itself where it is
// none of these.
func CommonUoM(text string) string {
	if code := measures[strings.TrimSuffix(strings.ToLower(strings.TrimSpace(text)), ".")]; code != "" {
		return code
	}
	return text
}

func checkUoM(code string) *Error {
	ok := len(code) == 2 || len(code) == 3
	for _, r := range code {
		ok = ok && (r >= 'A' && r <= 'Z' || r >= '0' && r <= '9')
	}
	common := CommonUoM(code)
	switch {
	case common != code:
		return Errorf(Invalid, CodeInvalidValue, "uom", "units of measure are written as UN/ECE Rec 20 codes: for %q write %s", clip(code), common)
	case !ok:
		return Errorf(Invalid, CodeInvalidValue, "uom", "%q is no UN/ECE Rec 20 code: two or three letters or digits, such as H87 (piece), KGM or LTR", clip(code))
	}
	return nil
}
