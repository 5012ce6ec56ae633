package gs1

import "strings"

// Limits of what is read.
const (
	MaxData = 8191 // bytes
	MaxAIs  = 64
)

// GS is what scanners send for FNC1 between values.
const GS = '\x1d'

// Element is an AI and its value.
type Element struct {
	AI    string
	Value string

	at   int32 // where the AI begins in what was read
	path int8  // its place in a Digital Link's path, from 1; 0 when it was not there
}

// Form is how data was written.
type Form uint8

// The forms that a Reader knows.
const (
	FormNone          Form = iota
	FormElementString      // 0109521234543213<GS>10ABC, with or without a symbology identifier
	FormBracketed          // (01)09521234543213(10)ABC
	FormDigitalLink        // https://example.com/01/09521234543213/10/ABC
	FormURN                // urn:epc:id:sgtin:9521234.054321.1
	FormKey                // 9521234543213
	FormPlain              // the data of a symbol that is not of GS1
)

// String names the form: element_string, bracketed, digital_link, epc_urn, key or plain.
func (f Form) String() string {
	names := [...]string{"none", "element_string", "bracketed", "digital_link", "epc_urn", "key", "plain"}
	if int(f) < len(names) {
		return names[f]
	}
	return "none"
}

// Message is what was read: elements in their order, and how they came.
type Message struct {
	Elements []Element
	Form     Form

	// Symbology is the identifier that the scanner sent, without "]": C1, d2, Q3, e0 and so on.
	Symbology string
	// Composite is how many elements come from the linear part of a composite symbol; 0 when it is none.
	Composite int
	// AddOn is the small symbol of two or five digits beside an EAN or UPC symbol: the number of an issue, or a price.
	AddOn string
	// Plain is the data of a symbol that carries none of GS1's.
	Plain string
	// Stem is what a Digital Link has before its key.
	Stem string
	// Ignored are parameters in a Digital Link's query that are no AIs, such as linkType=gs1:pip, as they were.
	Ignored []string
	// Class says that an EPC URN named a class or pattern, not one item.
	Class bool
	// PrefixDigits is how many digits the company prefix of the key has, when an EPC URN told; else 0.
	PrefixDigits int
	// Warnings say what was read although it is not written as it should be.
	Warnings []Warning
}

// Warning says what was let pass.
type Warning struct {
	Code Code
	Text string
}

// What a Reader lets pass, with a warning.
const (
	WarnSeparator Code = "separator_replaced" // something other than GS or ^ stood for FNC1
	WarnLost      Code = "separator_lost"     // a separator is missing, and the value before is as long as it may be
	WarnShortName Code = "short_name"         // /gtin/ in a Digital Link, which has been dropped from the standard
	WarnShortGTIN Code = "short_gtin"         // fewer than 14 digits in a Digital Link, or than 13 in a UPC symbol
	WarnReading   Code = "other_reading"      // the same data may be read otherwise
)

// Get gives the value of an AI.
func (m *Message) Get(ai string) (string, bool) {
	for i := range m.Elements {
		if m.Elements[i].AI == ai {
			return m.Elements[i].Value, true
		}
	}
	return "", false
}

// reset empties m, keeping its memory.
func (m *Message) reset() {
	*m = Message{Elements: m.Elements[:0], Ignored: m.Ignored[:0], Warnings: m.Warnings[:0]}
}

func (m *Message) warn(code Code, text string) {
	for _, w := range m.Warnings {
		if w.Code == code {
			return
		}
	}
	m.Warnings = append(m.Warnings, Warning{code, text})
}

// ElementString writes m as scanners send it without a symbology identifier: in order, with GS where it is needed.
func (m *Message) ElementString() string { return string(m.AppendElementString(nil, GS)) }

// Caret writes m as ElementString does, but with ^ for FNC1, also in front. The parts of a composite symbol are separated by |.
func (m *Message) Caret() string {
	if len(m.Elements) == 0 {
		return ""
	}
	b := append(make([]byte, 0, 64), '^')
	if m.Composite == 0 || m.Composite >= len(m.Elements) {
		return string(appendElements(b, m.Elements, '^'))
	}
	b = appendElements(b, m.Elements[:m.Composite], '^')
	b = append(b, '|', '^')
	return string(appendElements(b, m.Elements[m.Composite:], '^'))
}

// AppendElementString appends m's elements to b, with fnc1 where a separator is needed.
func (m *Message) AppendElementString(b []byte, fnc1 byte) []byte {
	return appendElements(b, m.Elements, fnc1)
}

func appendElements(b []byte, elements []Element, fnc1 byte) []byte {
	for i := range elements {
		b = append(b, elements[i].AI...)
		b = append(b, elements[i].Value...)
		if i+1 < len(elements) && !elements[i].predefined() {
			b = append(b, fnc1)
		}
	}
	return b
}

// predefined says whether the first two digits of the AI say how long its value is.
func (e *Element) predefined() bool {
	if entry := exactly(e.AI); entry != nil {
		return entry.predefined
	}
	if entry := exactlyUnknown(e.AI); entry != nil {
		return entry.predefined
	}
	return false
}

// Bracketed writes m with its AIs in brackets. A bracket in a value is written \(.
func (m *Message) Bracketed() string {
	b := make([]byte, 0, 96)
	for i := range m.Elements {
		if m.Composite > 0 && i == m.Composite {
			b = append(b, '|')
		}
		b = append(b, '(')
		b = append(b, m.Elements[i].AI...)
		b = append(b, ')')
		v := m.Elements[i].Value
		for k := 0; k < len(v); k++ {
			if v[k] == '(' {
				b = append(b, '\\')
			}
			b = append(b, v[k])
		}
	}
	return string(b)
}

// HRI gives the lines to print below a symbol: (01) 09521234543213. With titles, the data title goes in front.
func (m *Message) HRI(titles bool) []string {
	lines := make([]string, 0, len(m.Elements))
	for i := range m.Elements {
		e := &m.Elements[i]
		line := "(" + e.AI + ") " + e.Value
		if titles {
			if title := e.title(); title != "" {
				line = title + " " + line
			}
		}
		lines = append(lines, line)
	}
	return lines
}

func (e *Element) title() string {
	if entry := exactly(e.AI); entry != nil {
		return entry.title
	}
	return "UNKNOWN"
}

// Packed gives the elements in the order that makes the shortest symbol: those that need no separator first, and otherwise
// as they were. It is how labels should be written.
func (m *Message) Packed() Message {
	packed := *m
	packed.Composite = 0
	packed.Elements = make([]Element, 0, len(m.Elements))
	for _, first := range []bool{true, false} {
		for _, e := range m.Elements {
			if e.predefined() == first {
				packed.Elements = append(packed.Elements, e)
			}
		}
	}
	return packed
}

// Normal gives what m says as one string for comparing and storing: the elements in order of their AIs, each once, with GS
// between. What says the same has the same normal form, in whatever form it was read.
func (m *Message) Normal() string {
	sorted := sortedElements(m.Elements)
	var b strings.Builder
	for i, e := range sorted {
		if i > 0 && sorted[i-1].AI == e.AI && sorted[i-1].Value == e.Value {
			continue
		}
		if b.Len() > 0 {
			b.WriteByte(GS)
		}
		b.WriteString(e.AI)
		b.WriteString(e.Value)
	}
	return b.String()
}

// Check judges elements that were made by a program: each AI and value, and that no AI has two values. Offsets in its error
// are in the value.
func (m *Message) Check() error {
	for i := range m.Elements {
		e := &m.Elements[i]
		entry := exactly(e.AI)
		if entry == nil {
			return &Error{Code: CodeUnknownAI, AI: e.AI}
		}
		if err := entry.checkWhole(e.AI, e.Value); err != nil {
			return err
		}
	}
	return asError(differing(m.Elements))
}

// checkWhole checks a value that ends where its AI ends.
func (e *entry) checkWhole(ai, v string) *Error {
	if err := e.checkLength(ai, v); err != nil {
		return err
	}
	used, code, at, n := e.check(v)
	if code == "" && used < len(v) {
		code, at, n = CodeValueTooLong, used, len(v)-used
	}
	if code != "" {
		return &Error{Code: code, AI: ai, Offset: at, Length: n}
	}
	return nil
}

// checkLength checks what must be right before the rules have anything to say.
func (e *entry) checkLength(ai, v string) *Error {
	switch {
	case v == "":
		return &Error{Code: CodeValueEmpty, AI: ai}
	case len(v) < int(e.least):
		return &Error{Code: CodeValueTooShort, AI: ai, Offset: len(v)}
	case len(v) > int(e.most):
		return &Error{Code: CodeValueTooLong, AI: ai, Offset: int(e.most), Length: len(v) - int(e.most)}
	}
	if i := strings.IndexByte(v, '^'); i >= 0 {
		return &Error{Code: CodeCaret, AI: ai, Offset: i, Length: 1}
	}
	return nil
}

// asError keeps a nil *Error from becoming an error that is not nil.
func asError(err *Error) error {
	if err == nil {
		return nil
	}
	return err
}
