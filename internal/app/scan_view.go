package app

import (
	"cmp"

	"clew/gs1"
	"clew/internal/stock"
)

// Scanned is what the scans of one item are.
type Scanned struct {
	Scans    []string    `json:"scans"`
	Readings []Reading   `json:"readings" doc:"What it can be: one reading as a rule. Where there are more, nothing was guessed: whoever scans decides."`
	Problem  *ScanRemark `json:"problem,omitempty" doc:"Why it is nothing that is known here."`
}

// Reading is one thing that scans can mean.
type Reading struct {
	Is        string          `json:"is" enum:"product,lot,unit,logistic_unit,location,site,partner,reference,entry,unknown"`
	Form      string          `json:"form" doc:"How it was read: element_string, bracketed, digital_link, epc_urn or key (GS1 data), label, code; several with + between."`
	Symbology string          `json:"symbology,omitempty" doc:"The symbology identifier that the scanner sent, such as d2."`
	Label     string          `json:"label,omitempty" doc:"The sort of labels by which it was read."`
	Data      []ScanData      `json:"data,omitempty" doc:"GS1's AIs and their values."`
	Product   *ScanProduct    `json:"product,omitempty"`
	Lot       string          `json:"lot,omitempty" doc:"Our code of the lot, or the code as it was scanned where the lot is not known."`
	Serial    string          `json:"serial,omitempty"`
	SSCC      string          `json:"sscc,omitempty"`
	Site      string          `json:"site,omitempty"`
	Location  string          `json:"location,omitempty" doc:"SITE/LOCATION, or partner:CODE/ADDRESS"`
	Partner   string          `json:"partner,omitempty"`
	Reference *ScanReference  `json:"reference,omitempty"`
	Entry     int64           `json:"entry,omitempty"`
	Text      string          `json:"text,omitempty" doc:"A text, article, GTIN or GLN that nobody here knows. It can be bound to a product: POST /v1/products/{sku}/barcodes."`
	Dates     *stock.Dates    `json:"dates,omitempty" doc:"Dates as they were scanned."`
	Quantity  *stock.Quantity `json:"quantity,omitempty" doc:"The quantity that the code says, in the product's unit of measure."`
	Second    *stock.Quantity `json:"second_quantity,omitempty" doc:"A measure that the code says beside it."`
	Measure   string          `json:"second_uom,omitempty"`
	Known     *ScanKnown      `json:"known,omitempty" doc:"What the ledger knows of the goods."`
	Warnings  []ScanRemark    `json:"warnings,omitempty"`
	Next      []ScanStep      `json:"next,omitempty" doc:"What can be done next, at which station."`
}

// ScanData is one AI and its value.
type ScanData struct {
	AI    string `json:"ai"`
	Title string `json:"title,omitempty"`
	Value string `json:"value"`
}

// ScanProduct is the product that a scan names, and at which packaging level.
type ScanProduct struct {
	SKU       string          `json:"sku"`
	Name      string          `json:"name"`
	GTIN      string          `json:"gtin,omitempty"`
	Tracking  string          `json:"tracking"`
	UoM       string          `json:"uom"`
	Packaging string          `json:"packaging,omitempty" doc:"The packaging level that the code stands for."`
	Each      *stock.Quantity `json:"each,omitempty" doc:"How much of the product is in one of the level."`
}

// ScanReference is a paper that entries name.
type ScanReference struct {
	Kind    string `json:"kind"`
	Code    string `json:"code"`
	Entries int64  `json:"entries" doc:"How many entries name it."`
}

// ScanKnown is what the ledger knows of scanned goods.
type ScanKnown struct {
	Lot       string          `json:"lot,omitempty" doc:"The lot, also of a unit."`
	Source    string          `json:"source,omitempty" doc:"The partner that the lot first came from."`
	Dates     *stock.Dates    `json:"dates,omitempty" doc:"The lot's dates."`
	Governing stock.Date      `json:"governing,omitempty" doc:"The date that decides whether the goods are past."`
	Past      bool            `json:"past,omitempty"`
	Held      []string        `json:"held,omitempty" doc:"Reasons of holds on the lot."`
	UnitHeld  bool            `json:"unit_held,omitempty"`
	Place     string          `json:"place,omitempty" doc:"Where the unit is: SITE/LOCATION, SITE:purpose, partner:CODE or transit:ENTRY."`
	Stock     []ScanStock     `json:"stock,omitempty" doc:"What is in our places, up to 100 of them."`
	OnHand    *stock.Quantity `json:"on_hand,omitempty" doc:"What is in our places altogether."`
}

// ScanStock is a quantity at a place.
type ScanStock struct {
	Place    string         `json:"place"`
	Quantity stock.Quantity `json:"quantity"`
}

// ScanRemark says what whoever scans should know.
type ScanRemark struct {
	Code   string `json:"code" doc:"Stable: one of /v1/codes, or of package gs1 for what GS1 data breaks."`
	Field  string `json:"field,omitempty"`
	Detail string `json:"detail"`
}

// ScanStep is something that can be done next.
type ScanStep struct {
	Station string      `json:"station" enum:"receive,move,ship,make,count,look_up"`
	Kind    string      `json:"kind,omitempty" doc:"The kind of movement."`
	Barred  *ScanRemark `json:"barred,omitempty" doc:"What stands in the way."`
}

// mostShelves is how many places a reading lists.
const mostShelves = 100

func remarkOf(e *stock.Error) *ScanRemark {
	if e == nil {
		return nil
	}
	return &ScanRemark{e.Code, e.Field, e.Detail}
}

func (s *scanning) view(it *scanItem) Scanned {
	out := Scanned{Scans: append([]string{}, it.Scans...), Readings: []Reading{}, Problem: remarkOf(it.fault)}
	unknown := it.fault == nil
	for _, r := range it.readings {
		out.Readings = append(out.Readings, s.viewReading(it, r))
		unknown = unknown && !r.known()
	}
	if unknown {
		out.Problem = remarkOf(s.problem(it))
	}
	return out
}

// problem says why an item is nothing that is known.
func (s *scanning) problem(it *scanItem) *stock.Error {
	for _, text := range it.Scans {
		if fault := wrong(text, it.Scanner); fault != nil {
			return fault
		}
	}
	for _, t := range it.things {
		switch {
		case t.article != "":
			return stock.Errorf(stock.NotFound, stock.CodeUnknownProduct, "scan", "there is no product %q: bind the code to one", clipped(t.article))
		case t.gln != "":
			return stock.Errorf(stock.NotFound, stock.CodeUnknownCode, "scan", "no site, location or partner has the GLN %s", t.gln)
		case t.text == "":
			return stock.Errorf(stock.Invalid, stock.CodeRequired, "scan", "the code names no product: scan the code that does together with it")
		}
	}
	return stock.Errorf(stock.NotFound, stock.CodeUnknownCode, "scan", "nothing here is known as %q: bind it to a product", clipped(it.Scans[0]))
}

func (s *scanning) viewReading(it *scanItem, r *resolved) Reading {
	t := r.thing
	out := Reading{Is: r.is(), Lot: t.lotCode, Serial: t.serial, SSCC: t.sscc, Entry: t.entry, Text: t.article + t.text + t.gln}
	for _, f := range t.forms {
		if out.Form != "" {
			out.Form += "+"
		}
		out.Form += f.form
		out.Symbology = cmp.Or(out.Symbology, f.symbology)
		if f.label != nil {
			out.Label = f.label.Code
		}
		for _, remark := range f.remarks {
			out.Warnings = append(out.Warnings, *remarkOf(remark))
		}
	}
	for _, e := range t.elements {
		ai, _ := gs1.Lookup(e.AI)
		out.Data = append(out.Data, ScanData{e.AI, ai.Title, e.Value})
	}
	if remark := associated(t.elements, r.product != nil); remark != nil {
		out.Warnings = append(out.Warnings, *remarkOf(remark))
	}
	if t.dates != (stock.Dates{}) {
		out.Dates = &t.dates
	}
	out.Quantity, out.Second, out.Measure = t.amount()
	steps := []stock.Step{{Station: stock.StationLookUp}}
	switch {
	case r.goods != nil:
		steps = s.viewGoods(it, r, &out)
	case t.place != 0:
		p := s.state.Places[t.place]
		out.Location, out.Site = s.state.PlaceName(t.place), ""
		if v := s.state.SiteIDs[p.Site]; v != nil {
			out.Site = v.Code
		}
		if v := s.state.PartnerIDs[p.Partner]; v != nil {
			out.Partner = v.Code
		}
		steps = stock.PlaceSteps(p)
		if v := s.state.PartnerIDs[p.Partner]; v != nil { // an address
			steps = stock.PartnerSteps(v)
		}
	case t.site != 0:
		out.Site = s.state.SiteIDs[t.site].Code
	case t.partner != 0:
		p := s.state.PartnerIDs[t.partner]
		out.Partner = p.Code
		steps = stock.PartnerSteps(p)
	case t.paper != nil:
		out.Reference = &ScanReference{t.paper.Word, t.code, t.paper.Count}
		steps = append([]stock.Step{{Station: stock.StationReceive, Kind: stock.KindReceive}, {Station: stock.StationShip, Kind: stock.KindShip}}, steps...)
	case t.sscc != "":
		steps = append([]stock.Step{{Station: stock.StationReceive, Kind: stock.KindReceive}}, steps...)
	case !r.known():
		return out
	}
	for _, step := range steps {
		v := ScanStep{Station: step.Station, Barred: remarkOf(step.Barred)}
		if step.Kind != stock.KindNone {
			v.Kind = step.Kind.String()
		}
		out.Next = append(out.Next, v)
	}
	return out
}

// viewGoods tells of goods what the ledger knows.
func (s *scanning) viewGoods(it *scanItem, r *resolved, out *Reading) []stock.Step {
	g, p := r.goods, r.goods.Product
	out.Product = &ScanProduct{SKU: p.SKU, Name: p.Name, GTIN: p.GTIN, Tracking: p.Tracking.String(), UoM: p.UoM, Packaging: r.level}
	if l := r.packing(); l != nil {
		out.Product.Each = &l.Quantity
		if l.GTIN != "" {
			out.Product.GTIN = l.GTIN
		}
	}
	site := s.state.Sites[it.Site]
	day := stock.DateOf(s.now, s.today.Location())
	if site != nil {
		day = stock.DateOf(s.now, site.Zone())
	}
	if r.level != "" && r.serial != "" {
		out.Warnings = append(out.Warnings, ScanRemark{stock.CodeUnitsNotAllowed, "serial", "serial number " + clipped(r.serial) + " is of a " + r.level + ": what is in it is not kept"})
	}
	known := &ScanKnown{}
	lot := g.Lot
	if g.Unit != nil {
		known.Place, known.UnitHeld = s.state.PlaceName(g.Unit.Place), g.Unit.Holds > 0
		out.Serial = g.Unit.Serial
		if lot = s.state.Lots[g.Unit.Lot]; lot != nil && out.Lot == "" {
			out.Lot = lot.Code
		}
	}
	if g.Lot != nil {
		out.Lot = g.Lot.Code
	}
	if lot != nil {
		known.Lot, known.Governing, known.Past = lot.Code, lot.Dates.Governing(), lot.Dates.Past(day)
		if lot.Dates != (stock.Dates{}) {
			known.Dates = &lot.Dates
		}
		if v := s.state.PartnerIDs[lot.Source]; v != nil {
			known.Source = v.Code
		}
		for _, h := range s.state.LotHolds[lot.ID] {
			known.Held = append(known.Held, h.Reason)
		}
	}
	if g.Unit == nil {
		s.viewStock(g, known)
	}
	if known.Lot != "" || known.Place != "" || known.Stock != nil {
		out.Known = known
	}
	for _, remark := range s.state.Remarks(g, site, day) {
		out.Warnings = append(out.Warnings, *remarkOf(remark))
	}
	return s.state.Steps(g, day)
}

func (s *scanning) viewStock(g *stock.Goods, known *ScanKnown) {
	var all stock.Quantity
	for i, at := range s.state.Where(g) {
		if i < mostShelves {
			known.Stock = append(known.Stock, ScanStock{s.state.PlaceName(at.Place), at.Quantity})
		}
		all, _ = all.Add(at.Quantity)
	}
	if known.Stock != nil {
		known.OnHand = &all
	}
}
