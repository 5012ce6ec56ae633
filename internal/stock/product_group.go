package stock

// ProductGroup is a set of products that are handled alike: what it asks for holds for each of them, beside what the product
// asks for itself.
type ProductGroup struct {
	ID       int64
	Entry    int64 // the entry that last changed it
	Code     string
	Name     string
	HoldWhen HoldWhen // movements whose goods start on hold
	// Licences that a partner needs for goods of the group, by their kind: who delivers them, who gets them. Empty for none.
	SupplierLicence string
	CustomerLicence string
	// Formats by which goods of the group's products are numbered that name none themselves; 0: none.
	LotFormat, SerialFormat int64
	Active                  bool
}

// ProductGroupDraft creates or changes a group of products. Absent fields (nil) keep what is there, or take the default on creation.
type ProductGroupDraft struct {
	Code            string    `json:"code" doc:"The group's key. Unique and never reused." maxLength:"60"`
	Name            *string   `json:"name,omitempty" maxLength:"200"`
	HoldWhen        *[]string `json:"hold_on,omitempty" doc:"Movements after which goods of the group's tracked products start on hold: receive, make, return."`
	SupplierLicence *string   `json:"supplier_licence,omitempty" doc:"Kind of licence that a partner needs to deliver goods of the group." maxLength:"30"`
	CustomerLicence *string   `json:"customer_licence,omitempty" doc:"Kind of licence that a partner needs to be shipped goods of the group." maxLength:"30"`
	LotFormat       *string   `json:"lot_format,omitempty" doc:"Code of the format of lot codes, for products of the group that name none. Empty: none."`
	SerialFormat    *string   `json:"serial_format,omitempty" doc:"Code of the format of serial numbers, for products of the group that name none. Empty: none."`
	Active          *bool     `json:"active,omitempty" doc:"No product is put into a group that is not active; those in it stay."`
	If              Presence  `json:"-"`
}

func (d *ProductGroupDraft) kind() Kind { return KindGroup }

func (d *ProductGroupDraft) needs(n *Needs) {
	n.Group(d.Code)
	for _, format := range []*string{d.LotFormat, d.SerialFormat} {
		if format != nil {
			n.Format(*format)
		}
	}
}

func (d *ProductGroupDraft) decide(s *State, e *Entry) *Error {
	old := s.Groups[d.Code]
	if err := present(d.If, old != nil, CodeGroupExists, CodeUnknownGroup, "code", d.Code); err != nil {
		return err
	}
	if old == nil {
		if err := CheckCode("code", d.Code, MaxKey); err != nil {
			return err
		}
	}
	next := ProductGroup{Code: d.Code, Name: d.Code, Active: true}
	if old != nil {
		next = *old
	}
	if err := d.apply(&next); err != nil {
		return err
	}
	if err := s.numberedBy(d.LotFormat, d.SerialFormat, &next.LotFormat, &next.SerialFormat); err != nil {
		return err
	}
	if old != nil && *old == next {
		e.Unchanged(old.Entry)
		return nil
	}
	if next.ID == 0 {
		next.ID = s.takeMaster()
	}
	next.Entry = e.ID
	s.putGroup(&next)
	e.GroupChange = &next
	return nil
}

func (d *ProductGroupDraft) apply(g *ProductGroup) *Error {
	set(&g.Name, d.Name)
	set(&g.Active, d.Active)
	set(&g.SupplierLicence, d.SupplierLicence)
	set(&g.CustomerLicence, d.CustomerLicence)
	for _, l := range []struct{ field, kind string }{{"supplier_licence", g.SupplierLicence}, {"customer_licence", g.CustomerLicence}} {
		if l.kind == "" {
			continue
		}
		if err := CheckCode(l.field, l.kind, 30); err != nil {
			return err
		}
	}
	if g.Name == "" {
		g.Name = g.Code
	}
	if d.HoldWhen != nil {
		when, ok := parseNames(holdNames, *d.HoldWhen)
		if !ok {
			return Errorf(Invalid, CodeInvalidValue, "hold_on", "%q: goods can start on hold on receive, make or return", *d.HoldWhen)
		}
		g.HoldWhen = when
	}
	return checkText("name", g.Name, 200)
}

// join puts the product into the group that the draft names, or takes it out of its group.
func (d *ProductDraft) join(s *State, p *Product) *Error {
	if d.Group == nil {
		return nil
	}
	if *d.Group == "" {
		p.Group = 0
		return nil
	}
	g := s.Groups[*d.Group]
	switch {
	case g == nil:
		return Errorf(NotFound, CodeUnknownGroup, "group", "there is no product group %q", clip(*d.Group))
	case !g.Active && p.Group != g.ID:
		return Errorf(Conflict, CodeNotActive, "group", "product group %s is no longer active", g.Code)
	}
	p.Group = g.ID
	return nil
}

// groupOf is the product's group, or an empty one that asks for nothing.
func (s *State) groupOf(p *Product) *ProductGroup {
	if g := s.GroupIDs[p.Group]; g != nil {
		return g
	}
	return &ProductGroup{}
}

func (s *State) putGroup(g *ProductGroup) {
	put(s, s.Groups, g.Code, g)
	put(s, s.GroupIDs, g.ID, g)
}

// LoadGroup adds a product group to the state.
func (s *State) LoadGroup(g *ProductGroup) { s.putGroup(g) }

// Group asks for a product group. Those of the products named are loaded without being asked for.
func (n *Needs) Group(code string) {
	if code != "" {
		add(n.Groups, code)
	}
}

func (w leafWriter) productGroup(g *ProductGroup) {
	w.int(1, g.ID)
	w.text(2, g.Code)
	w.text(3, g.Name)
	w.int(4, int64(g.HoldWhen))
	w.flag(5, g.Active)
	w.int(6, g.LotFormat)
	w.int(7, g.SerialFormat)
	w.text(20, g.SupplierLicence)
	w.text(21, g.CustomerLicence)
}

func (g group) productGroup() *ProductGroup {
	return &ProductGroup{ID: g.int(1), Code: g.text(2), Name: g.text(3), HoldWhen: HoldWhen(g.int(4)), Active: g.int(5) != 0, LotFormat: g.int(6), SerialFormat: g.int(7), SupplierLicence: g.text(20), CustomerLicence: g.text(21)}
}
