package stock

// The finders turn the names in a draft into what they stand for, or into an error that names the field.

// FindProduct finds a product by SKU or GTIN, or nil.
func (s *State) FindProduct(name string) *Product {
	if p := s.Products[name]; p != nil || name == "" {
		return p
	}
	return s.ByGTIN[NormalGTIN(name)]
}

func (s *State) product(field, sku string) (*Product, *Error) {
	if sku == "" {
		return nil, Errorf(Invalid, CodeRequired, field, "name the product by its SKU or GTIN")
	}
	p := s.FindProduct(sku)
	switch {
	case p == nil:
		return nil, Errorf(NotFound, CodeUnknownProduct, field, "there is no product %q", clip(sku))
	case !p.Active:
		return nil, Errorf(Conflict, CodeNotActive, field, "product %s is no longer active", p.SKU)
	}
	return p, nil
}

func (s *State) site(field, code string) (*Site, *Error) {
	if code == "" {
		return nil, Errorf(Invalid, CodeRequired, field, "name the site")
	}
	v := s.Sites[code]
	switch {
	case v == nil:
		return nil, Errorf(NotFound, CodeUnknownSite, field, "there is no site %q", clip(code))
	case !v.Active:
		return nil, Errorf(Conflict, CodeNotActive, field, "site %s is no longer active", code)
	}
	return v, nil
}

func (s *State) location(field string, site *Site, code string) (*Place, *Error) {
	if code == "" {
		return nil, Errorf(Invalid, CodeRequired, field, "name the location in site %s", site.Code)
	}
	p := s.Locations[PlaceKey{site.ID, code}]
	if p == nil {
		for key, other := range s.Locations {
			if key.Code == code && other.Site != site.ID {
				return nil, Errorf(Invalid, CodeWrongSite, field, "location %s is in site %s, not in %s", code, s.siteCode(other.Site), site.Code)
			}
		}
		return nil, Errorf(NotFound, CodeUnknownLocation, field, "site %s has no location %q", site.Code, clip(code))
	}
	if !p.Active {
		return nil, Errorf(Conflict, CodeNotActive, field, "location %s is no longer active", code)
	}
	return p, nil
}

func (s *State) purpose(site *Site, kind PlaceKind) *Place {
	return s.Purposes[PurposeKey{site.ID, kind}]
}

// partner finds the partner of a movement and the place of its address.
func (s *State) partner(code, address string) (*Partner, *Place, *Error) {
	if code == "" {
		return nil, nil, Errorf(Invalid, CodeRequired, "partner", "name the partner that the goods come from or go to")
	}
	p := s.Partners[code]
	switch {
	case p == nil:
		return nil, nil, Errorf(NotFound, CodeUnknownPartner, "partner", "there is no partner %q", clip(code))
	case !p.Active:
		return nil, nil, Errorf(Conflict, CodeNotActive, "partner", "partner %s is no longer active", code)
	}
	a := s.Addresses[PlaceKey{p.ID, address}]
	if a == nil {
		return nil, nil, Errorf(NotFound, CodeUnknownAddress, "address", "partner %s has no address %q", code, clip(address))
	}
	return p, a, nil
}

// lot finds an existing lot by our code, else by a partner's code that means one lot only.
func (s *State) lot(p *Product, code string) (*Lot, *Error) {
	if l := s.LotCodes[LotKey{p.ID, code}]; l != nil && l.SameAs == 0 {
		return l, nil
	}
	found, err := s.aliased(p, code, 0)
	if found == nil && err == nil {
		return nil, Errorf(NotFound, CodeUnknownLot, "lot", "product %s has no lot %q", p.SKU, clip(code))
	}
	return found, err
}

// aliased finds the one lot that a partner, or with 0 any of them, calls by the code; nil when none is called so.
func (s *State) aliased(p *Product, code string, partner int64) (*Lot, *Error) {
	var found *Lot
	var codes []string
	for _, a := range s.Aliases[LotKey{p.ID, code}] {
		if l := s.Lots[a.Lot]; l != nil && l.SameAs == 0 && l != found && (partner == 0 || a.Partner == partner) {
			found = l
			codes = append(codes, l.Code)
		}
	}
	if codes = sortedSet(codes); len(codes) > 1 {
		err := Errorf(Conflict, CodeLotAmbiguous, "lot", "%s is a partner's code of several lots: name ours", code)
		err.About = codes
		return nil, err
	}
	return found, nil
}

// units finds the units of a product by serial; the error names the first that is not known.
func (s *State) units(p *Product, serials []string) ([]*Unit, *Error) {
	known := s.Serials[p.ID]
	out := make([]*Unit, 0, len(serials))
	for _, serial := range serials {
		u := known[serial]
		if u == nil {
			var err *Error
			if u, err = s.formerUnit(p.ID, serial); err != nil {
				return nil, err
			}
		}
		if u == nil || Nameless(u.Serial) {
			return nil, Errorf(NotFound, CodeUnknownUnit, "units", "product %s has no unit %q", p.SKU, clip(serial))
		}
		out = append(out, u)
	}
	return out, nil
}
