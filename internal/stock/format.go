package stock

// Format is how lot codes or serial numbers of our own are written and counted.
type Format struct {
	ID      int64
	Entry   int64 // the entry that last changed it
	Code    string
	Name    string
	Pattern string
	Restart Restart
	Per     Scope
	Start   int64 // the first number of each counter
	Base    int   // of the counter: 10 or 36
	Free    bool  // neither held to 20 characters nor to GS1's character set 82
	Active  bool
}

// Restart says when a format's counter begins again.
type Restart uint8

// A counter never begins again, or with each year, month or day at the site.
const (
	RestartNever Restart = iota
	RestartYear
	RestartMonth
	RestartDay
)

var restartNames = []string{"never", "year", "month", "day"}

func (r Restart) String() string { return restartNames[r] }

// Scope is what a format counts apart.
type Scope uint8

// A format has one counter, or one for each site, supplier or product, or each combination of them.
const (
	PerSite Scope = 1 << iota
	PerSupplier
	PerProduct
)

var scopeNames = []named[Scope]{{PerSite, "site"}, {PerSupplier, "supplier"}, {PerProduct, "product"}}

// Names lists the scope in its fixed order.
func (s Scope) Names() []string { return namesOf(scopeNames, s) }

// FormatDraft creates or changes a format. Absent fields (nil) keep what is there, or take the default on creation.
type FormatDraft struct {
	Code    string    `json:"code" doc:"The format's key. Unique and never reused." maxLength:"60"`
	Name    *string   `json:"name,omitempty" maxLength:"200"`
	Pattern *string   `json:"pattern,omitempty" doc:"Such as {SUPPLIER}-{YYMMDD}-{SEQ:3}: text, and in braces SEQ with a width, CHECK, SITE, SUPPLIER or PRODUCT with or without a width, YYYY, YY, MM, DD, YYMMDD, YYYYMMDD, JJJ, WW, GGGG, GG." maxLength:"200"`
	Restart *string   `json:"restart,omitempty" enum:"never,year,month,day" doc:"When the counter begins again, by the site's days. never by default; else the pattern must write the period."`
	Per     *[]string `json:"per,omitempty" doc:"What is counted apart: site, supplier, product. Sites and suppliers counted apart must be written by the pattern."`
	Start   *int64    `json:"start,omitempty" minimum:"0" doc:"The first number of each counter; 1 by default."`
	Base    *int      `json:"base,omitempty" enum:"10,36" doc:"10, or 36 for a counter of digits and letters."`
	Free    *bool     `json:"free,omitempty" doc:"The numbers may be longer than 20 characters in patterns for other systems, and have any characters. What goods carry stays within 20."`
	Active  *bool     `json:"active,omitempty"`
	If      Presence  `json:"-"`
}

func (d *FormatDraft) kind() Kind { return KindFormat }

func (d *FormatDraft) needs(n *Needs) { n.Format(d.Code) }

func (d *FormatDraft) decide(s *State, e *Entry) *Error {
	old := s.Formats[d.Code]
	if err := present(d.If, old != nil, CodeFormatExists, CodeUnknownFormat, "code", d.Code); err != nil {
		return err
	}
	if old == nil {
		if err := CheckCode("code", d.Code, MaxKey); err != nil {
			return err
		}
	}
	next := Format{Code: d.Code, Name: d.Code, Start: 1, Base: 10, Active: true}
	if old != nil {
		next = *old
	}
	if err := d.apply(&next); err != nil {
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
	s.putFormat(&next)
	e.FormatChange = &next
	return nil
}

// Draft is the format that a draft describes, for a look at its numbers before it is created.
func (d *FormatDraft) Draft() (*Format, *Error) {
	f := &Format{Code: d.Code, Start: 1, Base: 10, Active: true}
	return f, d.apply(f)
}

func (d *FormatDraft) apply(f *Format) *Error {
	set(&f.Name, d.Name)
	set(&f.Pattern, d.Pattern)
	set(&f.Start, d.Start)
	set(&f.Base, d.Base)
	set(&f.Free, d.Free)
	set(&f.Active, d.Active)
	if f.Name == "" {
		f.Name = f.Code
	}
	if err := checkText("name", f.Name, 200); err != nil {
		return err
	}
	if f.Pattern == "" {
		return Errorf(Invalid, CodeRequired, "pattern", "give the pattern, such as {YYMMDD}-{SEQ:3}")
	}
	if err := pick("restart", d.Restart, restartNames, &f.Restart); err != nil {
		return err
	}
	if d.Per != nil {
		per, ok := parseNames(scopeNames, *d.Per)
		if !ok {
			return Errorf(Invalid, CodeInvalidValue, "per", "%q: numbers are counted apart per site, supplier or product", *d.Per)
		}
		f.Per = per
	}
	p, err := f.parse()
	if err != nil {
		return err
	}
	if f.Start < 0 || !p.fits(f.Start) {
		return Errorf(Invalid, CodeInvalidValue, "start", "%d is no number that the counter of %s can begin with", f.Start, f.Pattern)
	}
	return f.apart(p)
}

func (f *Format) parse() (*Pattern, *Error) { return ParsePattern(f.Pattern, f.Base, f.Free) }

// apart refuses counters whose numbers would be the same: what is counted apart must be seen in the number. Products need
// not be, as a number is one of a product.
func (f *Format) apart(p *Pattern) *Error {
	switch {
	case f.Per&PerSite != 0 && !p.has("SITE"):
		return Errorf(Invalid, CodeInvalidValue, "per", "counted per site, two sites would get the same numbers: the pattern needs {SITE}")
	case f.Per&PerSupplier != 0 && !p.has("SUPPLIER"):
		return Errorf(Invalid, CodeInvalidValue, "per", "counted per supplier, two suppliers would get the same numbers: the pattern needs {SUPPLIER}")
	}
	dated := p.has("YYMMDD") || p.has("YYYYMMDD")
	year := dated || p.has("YY") || p.has("YYYY")
	month := dated || year && (p.has("MM") || p.has("JJJ"))
	day := dated || year && (p.has("JJJ") || p.has("MM") && p.has("DD"))
	if f.Restart == RestartYear && !year || f.Restart == RestartMonth && !month || f.Restart == RestartDay && !day {
		return Errorf(Invalid, CodeInvalidValue, "restart", "the pattern does not write the %s, so that each would get the same numbers again: add {YYMMDD} or the like", f.Restart)
	}
	return nil
}

// period is the first day of the time that one counter counts through; 0 for all time.
func (f *Format) period(day Date) Date {
	switch f.Restart {
	case RestartDay:
		return day
	case RestartMonth:
		return day.firstOf(true)
	case RestartYear:
		return day.firstOf(false)
	}
	return 0
}

func (s *State) putFormat(f *Format) {
	put(s, s.Formats, f.Code, f)
	put(s, s.FormatIDs, f.ID, f)
}

// LoadFormat adds a format to the state.
func (s *State) LoadFormat(f *Format) { s.putFormat(f) }

// Format asks for a format. Those of the products named are loaded without being asked for.
func (n *Needs) Format(code string) {
	if code != "" {
		add(n.Formats, code)
	}
}

func (s *State) format(field, code string) (*Format, *Error) {
	f := s.Formats[code]
	switch {
	case f == nil:
		return nil, Errorf(NotFound, CodeUnknownFormat, field, "there is no format %q", clip(code))
	case !f.Active:
		return nil, Errorf(Conflict, CodeNotActive, field, "format %s is no longer active", f.Code)
	}
	return f, nil
}

func (w leafWriter) format(f *Format) {
	w.int(1, f.ID)
	w.text(2, f.Code)
	w.text(3, f.Name)
	w.text(4, f.Pattern)
	w.int(5, int64(f.Restart))
	w.int(6, int64(f.Per))
	w.int(7, f.Start)
	w.int(8, int64(f.Base))
	w.flag(9, f.Free)
	w.flag(10, f.Active)
}

func (g group) format() *Format {
	return &Format{ID: g.int(1), Code: g.text(2), Name: g.text(3), Pattern: g.text(4), Restart: Restart(g.int(5)), Per: Scope(g.int(6)), Start: g.int(7),
		Base: int(g.int(8)), Free: g.int(9) != 0, Active: g.int(10) != 0}
}

// numberedBy sets the formats that a draft names for the lots and units of a product or a group.
func (s *State) numberedBy(lotFormat, serialFormat *string, lots, units *int64) *Error {
	for _, of := range []struct {
		field string
		code  *string
		to    *int64
	}{{"lot_format", lotFormat, lots}, {"serial_format", serialFormat, units}} {
		switch {
		case of.code == nil:
			continue
		case *of.code == "":
			*of.to = 0
			continue
		}
		f, err := s.format(of.field, *of.code)
		if err != nil {
			return err
		}
		*of.to = f.ID
	}
	return nil
}
