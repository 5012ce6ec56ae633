package gs1

import (
	"strings"
)

// A Reader reads GS1 data. Its zero value reads all that the standards allow and what ordinary scanners make of it; the
// fields let more pass. A Reader may be used by several goroutines at once.
type Reader struct {
	// Separator is what the scanner sends for FNC1 besides GS, ^ and {GS}: some send ~ or |.
	Separator string
	// LostSeparators lets a value that is as long as it may be end without a separator, for scanners that drop GS.
	LostSeparators bool
	// UnknownAIs takes AIs that the dictionary does not have, where it can be known how long they are.
	UnknownAIs bool
	// ShortGTINs takes GTINs of 8, 12 or 13 digits in Digital Links, as they were allowed once.
	ShortGTINs bool
	// NoShortNames refuses /gtin/, /lot/ and so on in Digital Links, as the standard does today.
	NoShortNames bool
	// Companions judges which AIs need and which exclude each other.
	Companions bool
	// KnownPrefix, when given, says whether a key begins with a company prefix that GS1 has given out. It is asked with
	// the key from its company prefix on.
	KnownPrefix func(key string) bool
}

// Read reads data of any form into m, using m's memory again. What it leaves in m after an error is what came before it.
func (r *Reader) Read(data string, m *Message) error {
	m.reset()
	return r.finish(m, r.read(data, m))
}

// Parse reads data of any form, as a Reader does.
func Parse(data string) (*Message, error) {
	m := &Message{Elements: make([]Element, 0, 8)}
	if err := new(Reader).Read(data, m); err != nil {
		return nil, err
	}
	return m, nil
}

// ReadElementString reads AIs and their values one behind the other, with FNC1 as GS, ^ or {GS}.
func (r *Reader) ReadElementString(data string, m *Message) error {
	m.reset()
	return r.finish(m, r.readElementString(data, 0, m))
}

// ReadBracketed reads (AI)value(AI)value.
func (r *Reader) ReadBracketed(data string, m *Message) error {
	m.reset()
	return r.finish(m, r.readBracketed(data, m))
}

// ReadScan reads what a scanner sends, with its symbology identifier in front.
func (r *Reader) ReadScan(data string, m *Message) error {
	m.reset()
	return r.finish(m, r.readScan(data, m))
}

// ReadDigitalLink reads a GS1 Digital Link URI.
func (r *Reader) ReadDigitalLink(uri string, m *Message) error {
	m.reset()
	return r.finish(m, r.readLink(uri, 0, m))
}

// ReadURN reads an EPC URN, of an item or of a class.
func (r *Reader) ReadURN(urn string, m *Message) error {
	m.reset()
	return r.finish(m, r.readURN(urn, m))
}

// finish judges elements together once they have been read one by one.
func (r *Reader) finish(m *Message, err *Error) error {
	if err == nil {
		err = differing(m.Elements)
	}
	if err == nil && r.Companions {
		err = judge(m.Elements)
	}
	if err == nil && r.KnownPrefix != nil {
		err = r.checkPrefixes(m)
	}
	return asError(err)
}

// read finds out what form data has.
func (r *Reader) read(data string, m *Message) *Error {
	data = keyed(data)
	if data == "" {
		return &Error{Code: CodeEmpty}
	}
	switch c := data[0]; {
	case c == ']':
		return r.readScan(data, m)
	case c == '(':
		return r.readBracketed(data, m)
	case begins(data, "http://"), begins(data, "https://"):
		return r.readLink(data, 0, m)
	case begins(data, "urn:"):
		return r.readURN(data, m)
	case isDigit(c) && len(data) <= 18 && allDigits(data):
		return r.readDigits(data, m)
	case isDigit(c), c == '^', c == GS, c == '{', r.Separator != "" && strings.HasPrefix(data, r.Separator):
		return r.readElementString(data, 0, m)
	}
	return &Error{Code: CodeNotRecognised, Length: len(data)}
}

// keyed takes off the end of line that scanners type behind the data as if they were keyboards.
func keyed(data string) string {
	for n := len(data); n > 0 && (data[n-1] == '\r' || data[n-1] == '\n'); n-- {
		data = data[:n-1]
	}
	return data
}

// begins says whether data begins with a prefix in lower case, in whatever case.
func begins(data, prefix string) bool {
	return len(data) >= len(prefix) && data[0]|0x20 == prefix[0] && strings.EqualFold(data[:len(prefix)], prefix)
}

// readElementString reads data that begins at base of what was given. It may have FNC1 in front, as ^ or GS.
func (r *Reader) readElementString(data string, base int, m *Message) *Error {
	m.Form = FormElementString
	switch {
	case data == "":
		return &Error{Code: CodeEmpty, Offset: base}
	case len(data) > MaxData:
		return &Error{Code: CodeTooLong, Offset: MaxData, Length: len(data) - MaxData}
	case data[0] == '^':
		if linear, second, composite := strings.Cut(data, "|"); composite && r.Separator != "|" {
			return r.readComposite(linear, second, base, m)
		}
	case strings.IndexByte(data, '|') >= 0 && r.Separator != "|":
		if linear, second, _ := strings.Cut(data, "|"); strings.HasPrefix(second, "^") && allDigits(linear) {
			return r.readComposite(linear, second, base, m)
		}
	}
	return r.readSeparated(data, base, m)
}

// readComposite reads the two parts of a composite symbol. The linear part may be a bare GTIN.
func (r *Reader) readComposite(linear, second string, base int, m *Message) *Error {
	if allDigits(linear) && len(linear) <= 14 {
		if err := readPrimary(linear, base, m); err != nil {
			return err
		}
	} else if err := r.readSeparated(linear, base, m); err != nil {
		return err
	}
	m.Composite = len(m.Elements)
	if !strings.HasPrefix(second, "^") {
		return &Error{Code: CodeCompositePart, Offset: base + len(linear) + 1}
	}
	m.Form = FormElementString
	return r.readSeparated(second, base+len(linear)+1, m)
}

// readSeparated reads AIs and values with one kind of separator, or rewrites data so that it has one.
func (r *Reader) readSeparated(data string, base int, m *Message) *Error {
	separator := byte(GS)
	if data[0] == '^' {
		separator = '^'
	}
	if r.Separator == "" && strings.IndexByte(data, '{') < 0 && (separator == '^' || strings.IndexByte(data, '^') < 0) {
		return r.readElements(data, base, separator, m)
	}
	clean, origin := r.unify(data, separator)
	if clean != data {
		m.warn(WarnSeparator, "something other than GS stands for FNC1")
	}
	where := func(i int) int { return int(origin[min(i, len(origin)-1)]) + base }
	before := len(m.Elements)
	err := r.readElements(clean, 0, separator, m)
	for i := before; i < len(m.Elements); i++ {
		m.Elements[i].at = int32(where(int(m.Elements[i].at)))
	}
	if err != nil {
		from := where(err.Offset)
		err.Offset, err.Length = from, where(err.Offset+err.Length)-from
	}
	return err
}

// unify puts one separator where scanners send others. None of ^ and {GS} can be in a value. It gives also where each byte of
// the new string was, and where the old one ended.
func (r *Reader) unify(data string, separator byte) (string, []int32) {
	var b strings.Builder
	origin := make([]int32, 0, len(data)+1)
	for i := 0; i < len(data); {
		n := 1
		c := data[i]
		switch {
		case r.Separator != "" && strings.HasPrefix(data[i:], r.Separator):
			n, c = len(r.Separator), separator
		case strings.HasPrefix(data[i:], "{GS}"):
			n, c = 4, separator
		case c == '^' || c == GS:
			c = separator
		}
		b.WriteByte(c)
		origin = append(origin, int32(i))
		i += n
	}
	return b.String(), append(origin, int32(len(data)))
}

// readElements reads AIs and values. Every value ends at a separator, or where its AI says that it ends.
func (r *Reader) readElements(data string, base int, separator byte, m *Message) *Error {
	i := 0
	if data[0] == separator {
		i = 1
	}
	if i == len(data) {
		return &Error{Code: CodeEmpty, Offset: base + i}
	}
	for i < len(data) {
		e := leading(data[i:])
		if e == nil {
			if e = r.unknown(data[i:]); e == nil {
				return noAI(data[i:], base+i)
			}
		}
		ai := data[i : i+int(e.digits)]
		from := i + len(ai)
		value := data[from:min(len(data), from+int(e.most))]
		if end := strings.IndexByte(value, separator); end >= 0 {
			value = value[:end]
		}
		used, code, at, n := e.check(value)
		if code != "" {
			return &Error{Code: code, AI: ai, Offset: base + from + at, Length: n}
		}
		if len(m.Elements) >= MaxAIs {
			return &Error{Code: CodeTooManyAIs, AI: ai, Offset: base + i}
		}
		m.Elements = append(m.Elements, Element{AI: ai, Value: value[:used], at: int32(base + i)})
		i = from + used
		if i < len(data) && data[i] == separator {
			i++
		} else if i < len(data) && !e.predefined {
			if !r.LostSeparators || leading(data[i:]) == nil {
				return tooLong(data, base, ai, from, i, separator)
			}
			m.warn(WarnLost, "a separator is missing after AI ("+ai+")")
		}
	}
	return nil
}

// noAI refuses data that begins with no AI. What could have been one is as long as its first digits say.
func noAI(data string, at int) *Error {
	digits := 0
	for digits < min(4, len(data)) && isDigit(data[digits]) {
		digits++
	}
	if digits >= 2 {
		if n := int(aiDigits(two(data))); n > 0 {
			digits = min(digits, n)
		}
	}
	return &Error{Code: CodeUnknownAI, AI: data[:digits], Offset: at, Length: max(1, digits)}
}

// tooLong refuses a value that goes on beyond what its AI allows.
func tooLong(data string, base int, ai string, from, i int, separator byte) *Error {
	n := strings.IndexByte(data[i:], separator)
	if n < 0 {
		n = len(data) - i
	}
	return &Error{Code: CodeValueTooLong, AI: ai, Offset: base + i, Length: n}
}

func head(s string, n int) string { return s[:min(n, len(s))] }

// unknown is an entry for an AI that the dictionary does not have, when such are taken and its length is known.
func (r *Reader) unknown(data string) *entry {
	if !r.UnknownAIs {
		return nil
	}
	if e := leadingUnknown(data); e != nil && e.digits > 0 {
		return e
	}
	return nil
}

// readBracketed reads (AI)value(AI)value, or two of them with | between.
func (r *Reader) readBracketed(data string, m *Message) *Error {
	m.Form = FormBracketed
	switch {
	case data == "":
		return &Error{Code: CodeEmpty}
	case len(data) > MaxData:
		return &Error{Code: CodeTooLong, Offset: MaxData, Length: len(data) - MaxData}
	}
	if linear, second, composite := strings.Cut(data, "|"); composite {
		if err := r.readBrackets(linear, 0, m); err != nil {
			return err
		}
		m.Composite = len(m.Elements)
		return r.readBrackets(second, len(linear)+1, m)
	}
	return r.readBrackets(data, 0, m)
}

func (r *Reader) readBrackets(data string, base int, m *Message) *Error {
	for i := 0; i < len(data) || i == 0; {
		if i == len(data) || data[i] != '(' {
			return &Error{Code: CodeBrackets, Offset: base + i}
		}
		end := strings.IndexByte(data[i:], ')')
		if end < 0 {
			return &Error{Code: CodeBrackets, Offset: base + i, Length: len(data) - i}
		}
		ai := data[i+1 : i+end]
		e := r.find(ai)
		if e == nil {
			return &Error{Code: CodeUnknownAI, AI: head(ai, 8), Offset: base + i + 1, Length: len(ai)}
		}
		from := i + end + 1
		if from == len(data) {
			return &Error{Code: CodeValueEmpty, AI: ai, Offset: base + from}
		}
		value, raw := unbracket(data[from:])
		if err := e.checkWhole(ai, value); err != nil {
			err.Offset = base + from + escaped(data[from:from+raw], err.Offset)
			return err
		}
		if len(m.Elements) >= MaxAIs {
			return &Error{Code: CodeTooManyAIs, AI: ai, Offset: base + i}
		}
		m.Elements = append(m.Elements, Element{AI: ai, Value: value, at: int32(base + i)})
		i = from + raw
	}
	return nil
}

// find finds the entry of an AI, or makes one when unknown AIs are taken.
func (r *Reader) find(ai string) *entry {
	if e := exactly(ai); e != nil || !r.UnknownAIs {
		return e
	}
	if e := leading(ai); e != nil { // an AI with digits too many
		return nil
	}
	return exactlyUnknown(ai)
}

// unbracket takes a value from what begins with it, and says how long it was there: up to a bracket that is not \(.
func unbracket(s string) (value string, raw int) {
	i := strings.IndexByte(s, '(')
	if i < 0 {
		return s, len(s)
	}
	if i == 0 || s[i-1] != '\\' {
		return s[:i], i
	}
	var b strings.Builder
	from := 0
	for i = 0; i < len(s); i++ {
		if s[i] != '(' {
			continue
		}
		if i == from || s[i-1] != '\\' {
			break
		}
		b.WriteString(s[from : i-1])
		b.WriteByte('(')
		from = i + 1
	}
	b.WriteString(s[from:i])
	return b.String(), i
}

// escaped finds where a byte of an unbracketed value was.
func escaped(raw string, offset int) int {
	i := 0
	for ; offset > 0 && i < len(raw); offset-- {
		if raw[i] == '\\' && i+1 < len(raw) && raw[i+1] == '(' {
			i++
		}
		i++
	}
	return i
}
