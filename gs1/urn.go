package gs1

import "strings"

// urnScheme is an EPC scheme whose key is one of GS1's: what its fields are, and what AI they make.
type urnScheme struct {
	name   string
	ai     string // of the key
	fields int
	digits int    // of company prefix and reference together; 0 when the reference may have letters
	lead   bool   // the first digit of the reference goes in front of the company prefix
	zero   bool   // a 0 goes in front of the key
	check  bool   // a check digit ends the key
	tail   bool   // the third field is part of the key's value
	more   string // the AI of the last field
	class  bool   // without the last field it names a class
}

// urnSchemes are the EPC schemes with GS1 keys. LGTIN is a class of goods, all others are of single items.
var urnSchemes = []urnScheme{
	{name: "sgtin", ai: "01", fields: 3, digits: 13, lead: true, check: true, more: "21", class: true},
	{name: "lgtin", ai: "01", fields: 3, digits: 13, lead: true, check: true, more: "10"},
	{name: "upui", ai: "01", fields: 3, digits: 13, lead: true, check: true, more: "235"},
	{name: "sscc", ai: "00", fields: 2, digits: 17, lead: true, check: true},
	{name: "sgln", ai: "414", fields: 3, digits: 12, check: true, more: "254"},
	{name: "pgln", ai: "417", fields: 2, digits: 12, check: true},
	{name: "grai", ai: "8003", fields: 3, digits: 12, zero: true, check: true, tail: true, class: true},
	{name: "giai", ai: "8004", fields: 2},
	{name: "gsrn", ai: "8018", fields: 2, digits: 17, check: true},
	{name: "gsrnp", ai: "8017", fields: 2, digits: 17, check: true},
	{name: "gdti", ai: "253", fields: 3, digits: 12, check: true, tail: true, class: true},
	{name: "sgcn", ai: "255", fields: 3, digits: 12, check: true, tail: true, class: true},
	{name: "cpi", ai: "8010", fields: 3, more: "8011", class: true},
	{name: "ginc", ai: "401", fields: 2},
	{name: "gsin", ai: "402", fields: 2, digits: 16, check: true},
	{name: "itip", ai: "8006", fields: 5, digits: 13, lead: true, check: true, more: "21", class: true},
}

// The lengths of GS1 company prefixes in EPC URNs.
const (
	shortestPrefix = 6
	longestPrefix  = 12
)

// readURN reads urn:epc:id:…, urn:epc:class:… and urn:epc:idpat:….
func (r *Reader) readURN(urn string, m *Message) *Error {
	m.Form = FormURN
	if len(urn) > MaxData {
		return &Error{Code: CodeTooLong, Offset: MaxData, Length: len(urn) - MaxData}
	}
	kind, rest, ok := cutURN(urn)
	if !ok {
		return &Error{Code: CodeURNScheme, Length: len(urn)}
	}
	name, body, _ := strings.Cut(rest, ":")
	s := findScheme(name, kind)
	if s == nil {
		return &Error{Code: CodeURNScheme, Offset: len(urn) - len(rest), Length: len(name)}
	}
	m.Class = kind != "id"
	fields := strings.Split(body, ".")
	if len(fields) > s.fields {
		// A serial number may hold full stops.
		fields = append(fields[:s.fields-1:s.fields-1], strings.Join(fields[s.fields-1:], "."))
	}
	p := urnParts{s: s, fields: fields, pattern: kind == "idpat", base: len(urn) - len(body)}
	return p.read(m)
}

// cutURN gives what kind of EPC URN it is, and what comes behind.
func cutURN(urn string) (kind, rest string, ok bool) {
	const start = "urn:epc:"
	if len(urn) < len(start) || !strings.EqualFold(urn[:len(start)], start) {
		return "", "", false
	}
	kind, rest, ok = strings.Cut(urn[len(start):], ":")
	return kind, rest, ok && (kind == "id" || kind == "class" || kind == "idpat")
}

func findScheme(name, kind string) *urnScheme {
	for i := range urnSchemes {
		s := &urnSchemes[i]
		if s.name == name && (name == "lgtin") == (kind == "class") && (kind != "idpat" || s.class || s.fields > 2) {
			return s
		}
	}
	return nil
}

// urnParts is an EPC URN while it is read.
type urnParts struct {
	s       *urnScheme
	fields  []string
	pattern bool
	base    int
}

func (p *urnParts) fail(code Code, field int) *Error {
	at := p.base
	for _, f := range p.fields[:min(field, len(p.fields))] {
		at += len(f) + 1
	}
	if field >= len(p.fields) {
		at-- // there is no full stop behind the last field
	}
	e := &Error{Code: code, AI: p.s.ai, Offset: at}
	if field < len(p.fields) {
		e.Length = len(p.fields[field])
	}
	return e
}

func (p *urnParts) read(m *Message) *Error {
	s, f := p.s, p.fields
	if len(f) != s.fields {
		return p.fail(CodeURNFields, len(f))
	}
	if !allDigits(f[0]) {
		return p.fail(CodeURNDigits, 0)
	}
	if len(f[0]) < shortestPrefix || len(f[0]) > longestPrefix {
		return p.fail(CodeURNLength, 0)
	}
	value, err := p.key()
	if err != nil {
		return err
	}
	m.PrefixDigits = len(f[0])
	last := f[len(f)-1]
	wild := p.pattern && last == "*"
	serial := ""
	if !wild && (s.tail || s.more != "") {
		var ok bool
		if serial, ok = unescapeURN(last); !ok {
			return p.fail(CodeURNEscape, len(f)-1)
		}
	}
	switch {
	case s.tail:
		value += serial
	case s.name == "itip":
		if !allDigits(f[2]) || !allDigits(f[3]) || len(f[2]) != 2 || len(f[3]) != 2 {
			return p.fail(CodeURNDigits, 2)
		}
		value += f[2] + f[3]
	}
	m.Elements = append(m.Elements, Element{AI: s.ai, Value: value, at: int32(p.base)})
	if s.more != "" && !wild && !(s.name == "sgln" && serial == "0") {
		m.Elements = append(m.Elements, Element{AI: s.more, Value: serial, at: int32(p.base)})
	}
	for i := range m.Elements {
		e := &m.Elements[i]
		if err := exactly(e.AI).checkWhole(e.AI, e.Value); err != nil {
			err.Offset, err.Length = p.base, len(strings.Join(f, "."))
			return err
		}
	}
	return nil
}

// key puts the key together: company prefix, reference, check digit.
func (p *urnParts) key() (string, *Error) {
	s, prefix, reference := p.s, p.fields[0], p.fields[1]
	if s.digits == 0 {
		text, ok := unescapeURN(reference)
		if !ok {
			return "", p.fail(CodeURNEscape, 1)
		}
		return prefix + text, nil
	}
	if !allDigits(reference) {
		return "", p.fail(CodeURNDigits, 1)
	}
	if len(prefix)+len(reference) != s.digits {
		return "", p.fail(CodeURNLength, 1)
	}
	body := prefix + reference
	if s.lead {
		body = reference[:1] + prefix + reference[1:]
	}
	if check, ok := CheckDigit(body); ok && s.check {
		body += string(check)
	}
	if s.zero {
		body = "0" + body
	}
	return body, nil
}

// unescapeURN takes back escapes, and refuses what should have been escaped.
func unescapeURN(s string) (string, bool) {
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		c := s[i]
		switch {
		case c == '%':
			if i+2 >= len(s) || hexDigit(s[i+1]) < 0 || hexDigit(s[i+2]) < 0 {
				return "", false
			}
			c = byte(hexDigit(s[i+1])<<4 | hexDigit(s[i+2]))
			i += 2
		case classes[c]&inURN == 0:
			return "", false
		}
		b.WriteByte(c)
	}
	return b.String(), true
}

// URN writes what m identifies as an EPC URN, given how many digits the company prefix of its key has. Without a serial number
// it names a class: urn:epc:class:lgtin with a lot, else urn:epc:idpat with * in its place.
func (m *Message) URN(prefixDigits int) (string, error) {
	if prefixDigits < shortestPrefix || prefixDigits > longestPrefix {
		return "", &Error{Code: CodePrefixLength}
	}
	for i := range m.Elements {
		e := &m.Elements[i]
		entry := exactly(e.AI)
		if entry == nil || !entry.key {
			continue
		}
		s, more := m.schemeFor(e.AI)
		if s == nil {
			break
		}
		if err := entry.checkWhole(e.AI, e.Value); err != nil {
			return "", err
		}
		return s.write(e, more, prefixDigits)
	}
	return "", &Error{Code: CodeNoURN}
}

// schemeFor finds the scheme of a key, and the value that goes into its last field.
func (m *Message) schemeFor(ai string) (*urnScheme, string) {
	var plain *urnScheme
	for i := range urnSchemes {
		s := &urnSchemes[i]
		if s.ai != ai {
			continue
		}
		if s.more != "" {
			if v, ok := m.Get(s.more); ok {
				return s, v
			}
		}
		if plain == nil {
			plain = s
		}
	}
	return plain, ""
}

// write takes a key apart into the fields of its URN.
func (s *urnScheme) write(e *Element, more string, prefixDigits int) (string, error) {
	b := make([]byte, 0, 64)
	v, tail := e.Value, more
	wild := false
	if s.zero {
		v = v[1:]
	}
	if s.tail {
		v, tail = v[:13], v[13:]
	}
	pieces := ""
	if s.name == "itip" {
		v, pieces = v[:14], v[14:]
	}
	if tail == "" && s.class && s.fields > 2 {
		wild = true
	}
	if tail == "" && s.name == "sgln" {
		tail = "0"
	}
	var prefix, reference string
	if s.digits == 0 {
		if len(v) <= prefixDigits || !allDigits(v[:prefixDigits]) {
			return "", &Error{Code: CodePrefixLength, AI: e.AI}
		}
		prefix, reference = v[:prefixDigits], v[prefixDigits:]
	} else {
		v = v[:len(v)-1]
		lead := ""
		if s.lead {
			lead, v = v[:1], v[1:]
		}
		prefix, reference = v[:prefixDigits], lead+v[prefixDigits:]
	}
	switch {
	case wild:
		b = append(b, "urn:epc:idpat:"...)
	case s.name == "lgtin":
		b = append(b, "urn:epc:class:"...)
	default:
		b = append(b, "urn:epc:id:"...)
	}
	b = append(append(b, s.name...), ':')
	b = append(append(b, prefix...), '.')
	b = escape(b, reference, inURN, false)
	if pieces != "" {
		b = append(append(append(append(b, '.'), pieces[:2]...), '.'), pieces[2:]...)
	}
	switch {
	case wild:
		b = append(b, ".*"...)
	case s.fields > 2:
		b = escape(append(b, '.'), tail, inURN, false)
	}
	return string(b), nil
}
