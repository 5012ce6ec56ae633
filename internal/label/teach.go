package label

import (
	"fmt"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Mark says what one piece of the example is.
type Mark struct {
	Is       string `json:"is" doc:"product, lot, serial, quantity, production, best_before, sell_by, expiry, or same: text that every such label has there"`
	Text     string `json:"text" doc:"The piece, as it stands in the example." maxLength:"200"`
	At       int    `json:"at,omitempty" doc:"Its first character in the example, from 1, where the same text is there more than once."`
	Form     string `json:"form,omitempty" doc:"Of a date: YY, YYYY, MM, DD and JJJ (day of the year) as they are written, such as DD.MM.YYYY. Needed where the example can be read in several ways." maxLength:"20"`
	Decimals int    `json:"decimals,omitempty" doc:"Of a quantity without a point: how many of its digits are decimals."`
	Rest     bool   `json:"rest,omitempty" doc:"It goes to the end of the text, however long that is."`
	Anywhere bool   `json:"anywhere,omitempty" doc:"It is told by the letters in front of it, in whatever section it is."`
}

// Fault says what is wrong with what a rule was to be made of.
type Fault struct{ Field, Text string }

func (f *Fault) Error() string { return f.Text }

// maxMarks is the most pieces of a rule.
const maxMarks = 20

// separators are what may part sections, where nobody says, the likeliest first.
var separators = []string{"\x1d", "\t", ";", "|", "~", "^", "$", "#", "*", "&", "%", "+", ",", "/", "_", ":", " ", "-", "."}

// spot is where a mark lies in the example, in bytes.
type spot struct{ from, to int }

// Teach makes a rule of one example. Without a separator it takes the one at which all marks can be cut; where there is none, positions count.
// Years of two digits are those nearest to year.
func Teach(example, separator string, marks []Mark, year int) (*Rule, *Fault) {
	switch {
	case example == "":
		return nil, &Fault{"example", "give the text of one scan"}
	case len(example) > MaxText || !utf8.ValidString(example):
		return nil, &Fault{"example", fmt.Sprintf("a label is text of at most %d bytes", MaxText)}
	case len(marks) == 0:
		return nil, &Fault{"marks", "mark what is the article, the lot, the serial number, a date or the quantity"}
	case len(marks) > maxMarks:
		return nil, &Fault{"marks", fmt.Sprintf("%d marks, at most %d are taken", len(marks), maxMarks)}
	case separator != "" && !strings.Contains(example, separator):
		return nil, &Fault{"separator", "the example does not have it"}
	}
	spots := make([]spot, len(marks))
	names := false
	for i := range marks {
		var fault *Fault
		if spots[i], fault = marks[i].find(example, year); fault != nil {
			fault.Field = fmt.Sprintf("marks[%d].%s", i, fault.Field)
			return nil, fault
		}
		names = names || marks[i].Is == Product || marks[i].Is == Lot || marks[i].Is == Serial
	}
	if !names {
		return nil, &Fault{"marks", "a label names at least an article, a lot or a serial number: mark one"}
	}
	rule := &Rule{Separator: separator}
	if separator == "" {
		for _, candidate := range separators {
			if strings.Contains(example, candidate) && parts(example, candidate, marks, spots) {
				rule.Separator = candidate
				break
			}
		}
	}
	rule.build(example, marks, spots)
	return rule, rule.prove(example, marks, year)
}

// find looks the mark up in the example.
func (m *Mark) find(example string, year int) (spot, *Fault) {
	switch {
	case !slices.Contains(kinds, m.Is):
		return spot{}, &Fault{"is", fmt.Sprintf("%q is none of %s", clip(m.Is), strings.Join(kinds, ", "))}
	case strings.TrimSpace(m.Text) == "":
		return spot{}, &Fault{"text", "say which text it is"}
	case m.Decimals < 0 || m.Decimals > 6 || m.Decimals > 0 && m.Is != Quantity:
		return spot{}, &Fault{"decimals", "a quantity has 0 to 6 decimals, nothing else has any"}
	case m.Form != "" && !isDate(m.Is):
		return spot{}, &Fault{"form", "only a date has a form"}
	}
	if isDate(m.Is) {
		if fault := m.date(year); fault != nil {
			return spot{}, fault
		}
	}
	if m.At > 0 {
		from := 0
		for range m.At - 1 {
			if from >= len(example) {
				break
			}
			_, n := utf8.DecodeRuneInString(example[from:])
			from += n
		}
		if !strings.HasPrefix(example[from:], m.Text) {
			return spot{}, &Fault{"at", fmt.Sprintf("%q does not stand at character %d of the example", clip(m.Text), m.At)}
		}
		return spot{from, from + len(m.Text)}, nil
	}
	from := strings.Index(example, m.Text)
	switch {
	case m.At < 0:
		return spot{}, &Fault{"at", "characters are counted from 1"}
	case from < 0:
		return spot{}, &Fault{"text", fmt.Sprintf("%q is not in the example", clip(m.Text))}
	case strings.Contains(example[from+1:], m.Text):
		return spot{}, &Fault{"at", fmt.Sprintf("%q is in the example more than once: say at which character it begins", clip(m.Text))}
	}
	return spot{from, from + len(m.Text)}, nil
}

// date finds out how the date is written.
func (m *Mark) date(year int) *Fault {
	if m.Form == "" {
		form, fits := guess(strings.TrimSpace(m.Text), year)
		if form == "" && len(fits) > 1 {
			return &Fault{"form", fmt.Sprintf("%q can be read as %s: say which", clip(m.Text), strings.Join(fits, ", "))}
		}
		if form == "" {
			return &Fault{"form", fmt.Sprintf("%q is no date as they are commonly written: say how it is, such as DD.MM.YYYY", clip(m.Text))}
		}
		m.Form = form
		return nil
	}
	if wrong := checkForm(m.Form); wrong != "" {
		return &Fault{"form", wrong}
	}
	if _, ok := readDate(strings.TrimSpace(m.Text), m.Form, true, year); !ok {
		return &Fault{"form", fmt.Sprintf("%q is no date written as %s", clip(m.Text), m.Form)}
	}
	return nil
}

// parts reports whether the separator parts the marks: each goes to the end of its section, with at most letters in front.
func parts(example, separator string, marks []Mark, spots []spot) bool {
	for i, s := range spots {
		if strings.Contains(marks[i].Text, separator) {
			return false
		}
		from, to := section(example, separator, s)
		if s.to != to || !lead(example[from:s.from]) {
			return false
		}
	}
	return true
}

// section is the section of the example that a spot begins in.
func section(example, separator string, s spot) (from, to int) {
	if separator == "" {
		return 0, len(example)
	}
	for at := 0; ; {
		i := strings.Index(example[at:], separator)
		if i < 0 || at+i >= s.from {
			if i < 0 {
				return at, len(example)
			}
			if at+i > s.from || at+i == s.from && s.from < s.to {
				return at, at + i
			}
		}
		at += i + len(separator)
	}
}

// lead reports whether what stands in front of a piece tells it, and is not data itself.
func lead(text string) bool { return !strings.ContainsFunc(text, unicode.IsDigit) }

// build makes the pieces.
func (r *Rule) build(example string, marks []Mark, spots []spot) {
	positions := r.Separator == ""
	if !positions {
		r.Sections = strings.Count(example, r.Separator) + 1
	}
	open := false
	for i := range marks {
		m, s := &marks[i], spots[i]
		p := Piece{Is: m.Is, Form: m.Form, Decimals: m.Decimals}
		if m.Is == Same {
			p.Text = m.Text
		}
		from, to := section(example, r.Separator, s)
		front := example[from:s.from]
		switch {
		case !positions && front != "" && lead(front):
			p.Prefix = front
		case positions || front != "":
			p.Start = utf8.RuneCountInString(front) + 1
		}
		if !positions {
			p.Section = strings.Count(example[:s.from], r.Separator) + 1
		}
		if m.Anywhere && p.Prefix != "" {
			p.Section, open = 0, true
		}
		if s.to != to || positions && !m.Rest {
			p.Length = utf8.RuneCountInString(m.Text)
		}
		open = open || m.Rest
		r.Pieces = append(r.Pieces, p)
	}
	if open {
		r.Sections = 0
	} else if positions {
		r.Length = utf8.RuneCountInString(example)
	}
}

// prove reads the example by the rule: it must say what was marked.
func (r *Rule) prove(example string, marks []Mark, year int) *Fault {
	got, ok := r.Read(example, year)
	if !ok {
		return &Fault{"marks", "no rule can be made that reads the example as it is marked: check the separator and the marks"}
	}
	for i := range marks {
		m := &marks[i]
		to := got.at(m.Is)
		if to == nil {
			continue
		}
		p := Piece{Is: m.Is, Form: m.Form, Decimals: m.Decimals}
		if want, ok := p.value(m.Text, year); !ok || want != *to {
			return &Fault{fmt.Sprintf("marks[%d].text", i), fmt.Sprintf("%q cannot be told from what is around it: mark the letters in front as same, or say the separator", clip(m.Text))}
		}
	}
	return nil
}

func clip(text string) string {
	if len(text) <= 60 {
		return text
	}
	return strings.ToValidUTF8(text[:60], "") + "…"
}
