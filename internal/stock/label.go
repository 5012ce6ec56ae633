package stock

import (
	"encoding/json"
	"reflect"
	"time"

	"clew/internal/label"
)

// Label is a sort of labels that are not GS1, with the rule by which they are read: of all goods, or those of a supplier or a product only.
type Label struct {
	ID      int64
	Entry   int64 // the entry that last changed it
	Code    string
	Name    string
	Partner int64 // whose labels they are, 0: anybody's
	Product int64 // which product's, 0: any
	Example string
	Rule    label.Rule
	Active  bool
}

// LabelDraft teaches a sort of labels from one example, or changes it. Absent fields (nil) keep what is there; the example and its marks go together.
type LabelDraft struct {
	Code      string        `json:"code" doc:"The label's key. Unique and never reused." maxLength:"60"`
	Name      *string       `json:"name,omitempty" maxLength:"200"`
	Partner   *string       `json:"partner,omitempty" doc:"Code of the partner whose labels they are; its barcodes of products are understood too. Empty: anybody's."`
	Product   *string       `json:"product,omitempty" doc:"SKU or GTIN of the product whose labels they are. Needed where no mark is the article, or else the label tells lots and serial numbers of nothing. Empty: any."`
	Example   *string       `json:"example,omitempty" doc:"The text of one scan." maxLength:"1000"`
	Separator *string       `json:"separator,omitempty" doc:"What parts the sections of the text. Found out where it is left out; where there is none, positions count." maxLength:"10"`
	Marks     *[]label.Mark `json:"marks,omitempty" doc:"Which piece of the example is what." maxItems:"20"`
	Active    *bool         `json:"active,omitempty" doc:"Scans are not read by a label that is not active."`
	If        Presence      `json:"-"`
}

func (d *LabelDraft) kind() Kind { return KindLabel }

func (d *LabelDraft) needs(n *Needs) {
	n.Label(d.Code)
	if d.Partner != nil {
		n.Partner(*d.Partner)
	}
	if d.Product != nil {
		n.SKU(*d.Product)
	}
}

func (d *LabelDraft) decide(s *State, e *Entry) *Error {
	old := s.Labels[d.Code]
	if err := present(d.If, old != nil, CodeLabelExists, CodeUnknownLabel, "code", d.Code); err != nil {
		return err
	}
	if old == nil {
		if err := CheckCode("code", d.Code, MaxKey); err != nil {
			return err
		}
	}
	next := Label{Code: d.Code, Name: d.Code, Active: true}
	if old != nil {
		next = *old
	}
	if err := d.whose(s, &next); err != nil {
		return err
	}
	if err := d.Apply(&next, s.Now); err != nil {
		return err
	}
	if old != nil && reflect.DeepEqual(*old, next) {
		e.Unchanged(old.Entry)
		return nil
	}
	if next.ID == 0 {
		next.ID = s.takeMaster()
	}
	next.Entry = e.ID
	s.putLabel(&next)
	e.LabelChange = &next
	return nil
}

// whose sets the partner and the product that the draft names.
func (d *LabelDraft) whose(s *State, l *Label) *Error {
	if d.Partner != nil {
		l.Partner = 0
		if *d.Partner != "" {
			p, _, err := s.partner(*d.Partner, "")
			if err != nil {
				return err
			}
			l.Partner = p.ID
		}
	}
	if d.Product != nil {
		l.Product = 0
		if *d.Product != "" {
			p, err := s.product("product", *d.Product)
			if err != nil {
				return err
			}
			l.Product = p.ID
		}
	}
	return nil
}

// Apply makes the label's rule of the draft's example and marks.
func (d *LabelDraft) Apply(l *Label, now Time) *Error {
	set(&l.Name, d.Name)
	set(&l.Active, d.Active)
	if l.Name == "" {
		l.Name = l.Code
	}
	if err := checkText("name", l.Name, 200); err != nil {
		return err
	}
	if d.Example != nil || d.Marks != nil || d.Separator != nil {
		example, separator, marks := "", "", []label.Mark(nil)
		set(&example, d.Example)
		set(&separator, d.Separator)
		if d.Marks != nil {
			marks = append(marks, *d.Marks...)
		}
		rule, fault := label.Teach(example, separator, marks, YearOf(now))
		if fault != nil {
			return Errorf(Invalid, CodeInvalidValue, fault.Field, "%s", fault.Text)
		}
		l.Example, l.Rule = example, *rule
	}
	if len(l.Rule.Pieces) == 0 {
		return Errorf(Invalid, CodeRequired, "example", "give the text of one scan, and mark what is what in it")
	}
	return nil
}

// YearOf is the year of a time, by which years of two digits are read.
func YearOf(t Time) int { return time.UnixMilli(int64(t)).UTC().Year() }

// RuleText writes a label's rule as its leaf and the store hold it.
func (l *Label) RuleText() string {
	text, _ := json.Marshal(l.Rule) // strings and numbers, which always marshal
	return string(text)
}

// SetRule reads what RuleText writes.
func (l *Label) SetRule(text string) error {
	l.Rule = label.Rule{}
	return json.Unmarshal([]byte(text), &l.Rule)
}

func (s *State) putLabel(l *Label) { put(s, s.Labels, l.Code, l) }

// LoadLabel adds a label to the state.
func (s *State) LoadLabel(l *Label) { s.putLabel(l) }

// Label asks for a sort of labels.
func (n *Needs) Label(code string) {
	if code != "" {
		add(n.Labels, code)
	}
}

func (w leafWriter) label(l *Label) {
	w.int(1, l.ID)
	w.text(2, l.Code)
	w.text(3, l.Name)
	w.int(4, l.Partner)
	w.int(5, l.Product)
	w.text(6, l.Example)
	w.text(7, l.RuleText())
	w.flag(8, l.Active)
}

func (g group) label() (*Label, error) {
	l := &Label{ID: g.int(1), Code: g.text(2), Name: g.text(3), Partner: g.int(4), Product: g.int(5), Example: g.text(6), Active: g.int(8) != 0}
	return l, l.SetRule(g.text(7))
}
