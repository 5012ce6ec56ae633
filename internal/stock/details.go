package stock

import (
	"maps"
	"slices"
)

// DetailsDraft gives values to the extra fields of a lot, a product or a partner, or takes them away; fields that it does not name
// stay as they are. What stood before stays in the log.
type DetailsDraft struct {
	Product string `json:"product,omitempty" doc:"SKU or GTIN: of the lot or, without a lot, the product itself."`
	Lot     string `json:"lot,omitempty"`
	Partner string `json:"partner,omitempty" doc:"Code of a partner, instead of a product."`
	Fields  Values `json:"fields" doc:"Values by the fields' codes; an empty text takes a value away."`
	Reason  string `json:"reason,omitempty" maxLength:"500" doc:"Needed where a value is taken away."`
	Note    string `json:"note,omitempty" maxLength:"4000"`
	Capture string `json:"capture,omitempty" enum:"api,camera,scanner,typed,import"`
}

func (d *DetailsDraft) kind() Kind { return KindDetails }

func (d *DetailsDraft) needs(n *Needs) {
	n.SKU(d.Product)
	n.Lot(d.Product, d.Lot)
	n.Partner(d.Partner)
	n.Values("", d.Fields)
}

func (d *DetailsDraft) decide(s *State, e *Entry) *Error {
	if err := e.describe(d.Capture, d.Reason, d.Note, nil); err != nil {
		return err
	}
	on, owner, err := d.owner(s)
	if err != nil {
		return err
	}
	if len(d.Fields) == 0 {
		return Errorf(Invalid, CodeRequired, "fields", "give the fields with their values")
	}
	given := maps.Clone(d.Fields)
	maps.DeleteFunc(given, func(_, text string) bool { return text == "" })
	if len(given) < len(d.Fields) && d.Reason == "" {
		return Errorf(Invalid, CodeReasonRequired, "reason", "a value is taken away only with a reason")
	}
	if e.Details, err = s.details(on, owner, nil, given); err != nil {
		return err.At("fields")
	}
	for _, code := range slices.Sorted(maps.Keys(d.Fields)) {
		if d.Fields[code] != "" {
			continue
		}
		f := s.Fields[code]
		switch {
		case f == nil || f.On != on:
			return Errorf(NotFound, CodeUnknownField, "fields."+clip(code), "a %s has no field %q", on, clip(code))
		case f.Active && (f.Kinds != 0 || len(f.Groups) > 0):
			return Errorf(Conflict, CodeFieldRequired, "fields."+code, "field %s (%s) is asked for: give another value", code, f.Label)
		}
		e.Details = append(e.Details, Detail{Field: f.ID, Code: code, On: on, Owner: owner})
	}
	return nil
}

// owner finds the record that the values are of.
func (d *DetailsDraft) owner(s *State) (FieldOn, int64, *Error) {
	if d.Partner != "" {
		p := s.Partners[d.Partner]
		switch {
		case d.Product != "" || d.Lot != "":
			return 0, 0, Errorf(Invalid, CodeUnsupported, "partner", "name a partner or a product, not both")
		case p == nil:
			return 0, 0, Errorf(NotFound, CodeUnknownPartner, "partner", "there is no partner %q", clip(d.Partner))
		}
		return OnPartner, p.ID, nil
	}
	p := s.FindProduct(d.Product)
	switch {
	case d.Product == "":
		return 0, 0, Errorf(Invalid, CodeRequired, "product", "name the product, the product of the lot, or the partner")
	case p == nil:
		return 0, 0, Errorf(NotFound, CodeUnknownProduct, "product", "there is no product %q", clip(d.Product))
	case d.Lot == "":
		return OnProduct, p.ID, nil
	}
	lot, err := s.lot(p, d.Lot)
	if err != nil {
		return 0, 0, err
	}
	return OnLot, lot.ID, nil
}
