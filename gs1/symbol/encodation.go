package symbol

import "strings"

// The codewords of DataMatrix that are no data.
const (
	wordC40    = 230 // capitals and digits, three in two words, until unlatched
	wordText   = 239 // small letters and digits, three in two words
	wordFNC1   = 232
	wordUnlock = 254
)

// A state is how data is being written when a character begins: in ASCII, or in C40 or Text with so many of the three values of a
// pair of words.
type state int

const (
	inASCII state = 0
	inC40   state = 1 // and 2 and 3
	inText  state = 4 // and 5 and 6
	states  state = 7
)

// set is that of the three which the state is in.
func (s state) set() state {
	switch {
	case s >= inText:
		return inText
	case s >= inC40:
		return inC40
	}
	return inASCII
}

// step is how a character, or two digits, came to be written so.
type step struct {
	words int   // so far
	from  state // before it, and before a change of set
	chars int   // that it took
}

const unreached = 1 << 30

// matrixWords writes text in the words that lead to the smallest of the sizes, nil where none is large enough.
func matrixWords(data string, gs1 bool, sizes []matrixSize) ([]byte, *matrixSize) {
	table := fewestWords(data, gs1)
	for i := range sizes {
		for s := range states {
			room := sizes[i].data - table[len(data)][s].words
			// Data may end with a third of a pair of words free only where the symbol ends too.
			if s == s.set() && room >= 0 || s == s.set()+2 && room == 0 {
				return writeWords(data, gs1, table, s, room), &sizes[i]
			}
		}
	}
	return nil, nil
}

// fewestWords tells for each place in the data and each state how it is reached with the fewest words. Words are counted when
// the first of their values is written.
func fewestWords(data string, gs1 bool) [][states]step {
	table := make([][states]step, len(data)+1)
	for i := range table {
		for s := range states {
			table[i][s].words = unreached
		}
	}
	table[0][inASCII].words = 0
	if gs1 {
		table[0][inASCII].words = 1 // FNC1
	}
	for i := range len(data) {
		for from := range states {
			reached := table[i][from].words
			if reached == unreached {
				continue
			}
			for _, set := range []state{inASCII, inC40, inText} {
				words, base := reached, from
				if from.set() != set {
					if from.set() != from {
						continue // a pair of words is not left half done
					}
					words, base = words+1, set
					if from != inASCII && set != inASCII {
						words++ // by way of ASCII
					}
				}
				chars, more, to := set.take(base, data[i:], gs1)
				if at := &table[i+chars][to]; words+more < at.words {
					*at = step{words + more, from, chars}
				}
			}
		}
	}
	return table
}

func isDigit(c byte) bool { return c >= '0' && c <= '9' }

// take tells what the next character takes in a set: how many characters are taken, how many words, and what state comes of it.
func (s state) take(base state, data string, gs1 bool) (chars, words int, to state) {
	if s == inASCII {
		if len(data) > 1 && isDigit(data[0]) && isDigit(data[1]) {
			return 2, 1, inASCII
		}
		return 1, 1, inASCII
	}
	before := int(base - s)
	n := before + len(s.values(data[0], gs1))
	return 1, 2 * ((n+2)/3 - (before+2)/3), s + state(n%3)
}

// values are those of a character in C40 or Text.
func (s state) values(c byte, gs1 bool) []byte {
	switch {
	case c == gs && gs1:
		return []byte{1, 27}
	case c == ' ':
		return []byte{3}
	case c >= '0' && c <= '9':
		return []byte{c - '0' + 4}
	case c < ' ':
		return []byte{0, c}
	case s == inC40 && c >= 'A' && c <= 'Z':
		return []byte{c - 'A' + 14}
	case s == inText && c >= 'a' && c <= 'z':
		return []byte{c - 'a' + 14}
	case s == inText && c >= 'A' && c <= 'Z':
		return []byte{2, c - 'A' + 1}
	case c >= '`':
		return []byte{2, c - '`'}
	}
	return []byte{1, byte(strings.IndexByte("!\"#$%&'()*+,-./:;<=>?@[\\]^_", c))}
}

// writeWords walks the table back from its end, and writes what it says.
func writeWords(data string, gs1 bool, table [][states]step, last state, room int) []byte {
	var path []state // the state after each step, the last first
	var chars []int
	for i, s := len(data), last; i > 0; {
		at := table[i][s]
		path, chars = append(path, s), append(chars, at.chars)
		i, s = i-at.chars, at.from
	}
	w := &wordWriter{}
	if gs1 {
		w.words = append(w.words, wordFNC1)
	}
	for k := len(path) - 1; k >= 0; k-- {
		w.enter(path[k].set())
		w.write(data[:chars[k]], gs1)
		data = data[chars[k]:]
	}
	switch {
	case len(w.values) > 0:
		w.value(0) // a shift that shifts nothing fills the last pair
	case w.set != inASCII && room > 0:
		w.words = append(w.words, wordUnlock)
	}
	return w.words
}

// wordWriter writes codewords.
type wordWriter struct {
	words  []byte
	set    state
	values []byte // of a pair of words that is not full
}

func (w *wordWriter) enter(set state) {
	if set == w.set {
		return
	}
	if w.set != inASCII {
		w.words = append(w.words, wordUnlock)
	}
	switch set {
	case inC40:
		w.words = append(w.words, wordC40)
	case inText:
		w.words = append(w.words, wordText)
	}
	w.set = set
}

func (w *wordWriter) write(chars string, gs1 bool) {
	switch {
	case w.set != inASCII:
		for _, v := range w.set.values(chars[0], gs1) {
			w.value(v)
		}
	case len(chars) == 2:
		w.words = append(w.words, 130+(chars[0]-'0')*10+chars[1]-'0')
	case chars[0] == gs && gs1:
		w.words = append(w.words, wordFNC1)
	default:
		w.words = append(w.words, chars[0]+1)
	}
}

func (w *wordWriter) value(v byte) {
	w.values = append(w.values, v)
	if len(w.values) == 3 {
		pair := 1600*int(w.values[0]) + 40*int(w.values[1]) + int(w.values[2]) + 1
		w.words = append(w.words, byte(pair>>8), byte(pair))
		w.values = w.values[:0]
	}
}
