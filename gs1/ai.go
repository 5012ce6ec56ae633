package gs1

//go:generate go run ./generate

// entry is a line of the syntax dictionary: one AI, or a range of AIs that are alike.
type entry struct {
	first, last uint16 // AIs as numbers
	digits      uint8  // of each of these AIs
	predefined  bool   // its length is given by its first two digits, so that no FNC1 need follow
	attribute   bool   // it may be in the query of a Digital Link
	key         bool   // it may be the key of a Digital Link
	unknown     bool   // the dictionary has no such AI
	least, most uint8  // bytes of its value
	title       string
	parts       []part
	needs       []need
	excludes    []span
	qualifiers  [][]uint16 // what may follow the key in a Digital Link, in order; alternatives
}

// part is a component of a value.
type part struct {
	class       uint8
	least, most uint8
	optional    bool
	rules       []rule
}

// span is a run of AIs.
type span struct{ from, to uint16 }

// need is met when all AIs of one of its groups are there.
type need struct {
	text   string
	groups [][]span
}

// families holds, for the first two digits of an AI, how many digits it has and where its entries are in places.
var families [100]struct {
	digits uint8
	start  int16
}

// places holds indexes into table, plus one, by the digits of an AI behind its first two.
var places [2048]uint8

func init() {
	used := 0
	for i := range table {
		e := &table[i]
		for n := e.first; n <= e.last; n++ {
			size := [...]int{2: 1, 3: 10, 4: 100}[e.digits]
			f := &families[int(n)/size]
			if f.digits == 0 {
				f.digits, f.start = e.digits, int16(used)
				used += size
			}
			places[int(f.start)+int(n)%size] = uint8(i + 1)
		}
	}
}

// fixedByPrefix is how long the value of an AI is whose first two digits make it predefined, known or not.
var fixedByPrefix = [100]uint8{
	0: 18, 1: 14, 2: 14, 3: 14, 4: 16,
	11: 6, 12: 6, 13: 6, 14: 6, 15: 6, 16: 6, 17: 6, 18: 6, 19: 6, 20: 2,
	31: 6, 32: 6, 33: 6, 34: 6, 35: 6, 36: 6, 41: 13,
}

// unknown entries, by the length of AI and the fixed length of its value.
var unknowns = func() map[[2]uint8]*entry {
	m := map[[2]uint8]*entry{}
	for _, digits := range []uint8{0, 2, 3, 4} {
		for _, fixed := range []uint8{0, 2, 6, 13, 14, 16, 18} {
			e := &entry{digits: digits, unknown: true, least: 1, most: 90, title: "UNKNOWN", attribute: true}
			if fixed > 0 {
				e.least, e.most, e.predefined = fixed, fixed, true
			}
			e.parts = []part{{class: in82, least: e.least, most: e.most}}
			m[[2]uint8{digits, fixed}] = e
		}
	}
	return m
}()

// leading finds the entry whose AI data begins with, or nil.
func leading(data string) *entry {
	if len(data) < 2 || !isDigit(data[0]) || !isDigit(data[1]) {
		return nil
	}
	f := families[(data[0]-'0')*10+data[1]-'0']
	i := int(f.start)
	switch f.digits {
	case 2:
	case 3:
		if len(data) < 3 || !isDigit(data[2]) {
			return nil
		}
		i += int(data[2] - '0')
	case 4:
		if len(data) < 4 || !isDigit(data[2]) || !isDigit(data[3]) {
			return nil
		}
		i += two(data[2:])
	default:
		return nil
	}
	if at := places[i]; at > 0 {
		return &table[at-1]
	}
	return nil
}

// exactly finds the entry of an AI, or nil.
func exactly(ai string) *entry {
	if e := leading(ai); e != nil && int(e.digits) == len(ai) {
		return e
	}
	return nil
}

// leadingUnknown makes an entry for the AI that data begins with when the dictionary has none. Its digits are 0 when nothing
// says how long the AI is.
func leadingUnknown(data string) *entry {
	if len(data) < 2 || !isDigit(data[0]) || !isDigit(data[1]) {
		return nil
	}
	prefix := two(data)
	digits := aiDigits(prefix)
	if len(data) < int(digits) || outside(data[:digits], inN) >= 0 {
		return nil
	}
	if digits == 0 {
		return unknowns[[2]uint8{0, 0}]
	}
	return unknowns[[2]uint8{digits, fixedByPrefix[prefix]}]
}

// aiDigits is how many digits AIs have that begin with these two, 0 when nothing says so. Where the two say how long the value is,
// they are the whole AI.
func aiDigits(prefix int) uint8 {
	if n := families[prefix].digits; n > 0 || fixedByPrefix[prefix] == 0 {
		return n
	}
	return 2
}

// exactlyUnknown makes an entry for an AI that the dictionary does not have.
func exactlyUnknown(ai string) *entry {
	if len(ai) < 2 || len(ai) > 4 || !allDigits(ai) {
		return nil
	}
	if digits := int(aiDigits(two(ai))); digits != 0 && digits != len(ai) {
		return nil
	}
	return leadingUnknown(ai)
}

// number makes a number of an AI's digits.
func number(ai string) uint16 {
	n := uint16(0)
	for i := 0; i < len(ai); i++ {
		n = n*10 + uint16(ai[i]-'0')
	}
	return n
}

// aiOf writes the AI of a number.
func aiOf(n uint16) string {
	if n < 10 {
		return "0" + string(rune('0'+n))
	}
	digits := []byte{}
	for ; n > 0; n /= 10 {
		digits = append([]byte{byte('0' + n%10)}, digits...)
	}
	return string(digits)
}

// check runs all rules over a value, which may be longer than the entry allows. It says how much of the value is this AI's.
func (e *entry) check(v string) (used int, code Code, at, n int) {
	if v == "" {
		return 0, CodeValueEmpty, 0, 0
	}
	i := 0
	for k := range e.parts {
		p := &e.parts[k]
		size := min(len(v)-i, int(p.most))
		if size == 0 && p.optional {
			continue
		}
		if size < int(p.least) {
			return 0, CodeValueTooShort, len(v), 0
		}
		piece := v[i : i+size]
		if p.class != in64 {
			if bad := outside(piece, p.class); bad >= 0 {
				return 0, charsetCode(p.class), i + bad, letter(piece, bad)
			}
		} else if code, at, n := checkCharset64(piece); code != "" {
			return 0, code, i + at, n
		}
		for _, check := range p.rules {
			if code, at, n := check(piece); code != "" {
				return 0, code, i + at, n
			}
		}
		i += size
	}
	return i, "", 0, 0
}

func charsetCode(class uint8) Code {
	switch class {
	case inN:
		return notDigit
	case in39:
		return "invalid_cset39_character"
	}
	return "invalid_cset82_character"
}

// An AI describes an application identifier.
type AI struct {
	AI         string
	Title      string // its data title, such as BATCH/LOT
	Predefined bool   // no FNC1 need follow its value
	Key        bool   // it can be the key of a Digital Link
	MinLength  int    // of its value
	MaxLength  int
	Digits     bool // its value is digits only
}

// Lookup describes an AI, and says false when the dictionary has none such.
func Lookup(ai string) (AI, bool) {
	e := exactly(ai)
	if e == nil {
		return AI{}, false
	}
	a := AI{AI: ai, Title: e.title, Predefined: e.predefined, Key: e.key, MinLength: int(e.least), MaxLength: int(e.most), Digits: true}
	for _, p := range e.parts {
		a.Digits = a.Digits && p.class == inN
	}
	return a, true
}
