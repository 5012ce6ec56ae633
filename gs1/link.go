package gs1

import (
	"sort"
	"strings"
)

// shortNames are the words that Digital Links had for AIs once, in order. They are read, never written.
var shortNames = [...]struct{ name, ai string }{
	{"cpid", "8010"}, {"cpsn", "8011"}, {"cpv", "22"}, {"gcn", "255"}, {"gdti", "253"}, {"giai", "8004"}, {"ginc", "401"},
	{"gln", "414"}, {"glnx", "254"}, {"gmn", "8013"}, {"grai", "8003"}, {"gsin", "402"}, {"gsrn", "8018"}, {"gsrnp", "8017"},
	{"gtin", "01"}, {"itip", "8006"}, {"lot", "10"}, {"party", "417"}, {"refno", "8020"}, {"ser", "21"}, {"srin", "8019"},
	{"sscc", "00"},
}

func aiOfShortName(name string) string {
	i := sort.Search(len(shortNames), func(i int) bool { return shortNames[i].name >= name })
	if i < len(shortNames) && shortNames[i].name == name {
		return shortNames[i].ai
	}
	return ""
}

// isLink says whether data begins as a URI of the web.
func isLink(data string) bool { return linkScheme(data) > 0 }

// linkScheme is the length of a URI's scheme with "://", which is all lower or all upper case; 0 when there is none.
func linkScheme(uri string) int {
	for _, scheme := range [...]string{"https://", "http://", "HTTPS://", "HTTP://"} {
		if strings.HasPrefix(uri, scheme) {
			return len(scheme)
		}
	}
	return 0
}

// link is a Digital Link while it is read.
type link struct {
	r    *Reader
	m    *Message
	uri  string // all that was given
	base int    // where the URI begins in it
	path int    // where the path begins
	ask  int    // where the path ends
	end  int    // where the query ends
}

// readLink reads a Digital Link URI that begins at base of data.
func (r *Reader) readLink(data string, base int, m *Message) *Error {
	l := link{r: r, m: m, uri: data, base: base}
	m.Form = FormDigitalLink
	if len(data) > MaxData {
		return &Error{Code: CodeTooLong, Offset: MaxData, Length: len(data) - MaxData}
	}
	if i := outside(data[base:], inURI); i >= 0 {
		return &Error{Code: CodeLinkCharacter, Offset: base + i, Length: letter(data, base+i)}
	}
	if err := l.split(); err != nil {
		return err
	}
	key := l.findKey()
	if key < 0 {
		return &Error{Code: CodeLinkNoKey, Offset: l.path, Length: l.ask - l.path}
	}
	m.Stem = data[base:key]
	if err := l.readPath(key); err != nil {
		return err
	}
	inPath := len(m.Elements)
	if l.ask < l.end {
		if err := l.readQuery(); err != nil {
			return err
		}
	}
	return l.judge(inPath)
}

// split finds where the parts of the URI are.
func (l *link) split() *Error {
	uri := l.uri
	n := linkScheme(uri[l.base:])
	if n == 0 {
		return &Error{Code: CodeLinkScheme, Offset: l.base}
	}
	domain := l.base + n
	i := domain
	for i < len(uri) && uri[i] != '/' {
		if classes[uri[i]]&inDomain == 0 {
			return &Error{Code: CodeLinkDomain, Offset: i, Length: 1}
		}
		i++
	}
	if i == domain {
		return &Error{Code: CodeLinkDomain, Offset: i}
	}
	if i == len(uri) {
		return &Error{Code: CodeLinkPath, Offset: i}
	}
	l.path, l.end = i, len(uri)
	if f := strings.IndexByte(uri[i:], '#'); f >= 0 {
		l.end = i + f
	}
	l.ask = l.end
	if q := strings.IndexByte(uri[i:l.end], '?'); q >= 0 {
		l.ask = i + q
	}
	return nil
}

// entryOf finds the AI that a piece of the path stands for.
func (l *link) entryOf(piece string) (ai string, e *entry) {
	if !l.r.NoShortNames && len(piece) >= 3 && len(piece) <= 5 && !isDigit(piece[0]) {
		if ai := aiOfShortName(piece); ai != "" {
			return ai, exactly(ai)
		}
	}
	return piece, l.r.find(piece)
}

// findKey looks, from the end of the path backwards in pairs of AI and value, for the AI that is the key. It gives where the
// slash before it is, or -1.
func (l *link) findKey() int {
	path := l.uri[:l.ask]
	for end := len(path); ; {
		slash := strings.LastIndexByte(path[l.path:end], '/')
		if slash <= 0 {
			return -1
		}
		value := l.path + slash
		slash = strings.LastIndexByte(path[l.path:value], '/')
		if slash < 0 {
			return -1
		}
		at := l.path + slash
		_, e := l.entryOf(path[at+1 : value])
		if e == nil {
			return -1
		}
		if e.key {
			return at
		}
		end = at
	}
}

// readPath reads the AIs and values of the path from the key on.
func (l *link) readPath(i int) *Error {
	for i < l.ask {
		from := i + 1
		slash := from + strings.IndexByte(l.uri[from:], '/')
		piece := l.uri[from:slash]
		ai, e := l.entryOf(piece)
		if ai != piece {
			l.m.warn(WarnShortName, "/"+piece+"/ is no longer allowed in a Digital Link")
		}
		value := slash + 1
		end := l.ask
		if next := strings.IndexByte(l.uri[value:l.ask], '/'); next >= 0 {
			end = value + next
		}
		if err := l.add(ai, e, from, value, end, false); err != nil {
			return err
		}
		l.m.Elements[len(l.m.Elements)-1].path = int8(len(l.m.Elements))
		i = end
	}
	return nil
}

// readQuery reads the parameters of the query: AIs, and others, which are kept as they are.
func (l *link) readQuery() *Error {
	for i := l.ask + 1; i < l.end; {
		if l.uri[i] == '&' {
			i++
			continue
		}
		end := l.end
		if next := strings.IndexByte(l.uri[i:l.end], '&'); next >= 0 {
			end = i + next
		}
		name := strings.IndexByte(l.uri[i:end], '=')
		if name < 1 || !allDigits(l.uri[i:i+name]) {
			l.m.Ignored = append(l.m.Ignored, l.uri[i:end])
			i = end
			continue
		}
		ai := l.uri[i : i+name]
		e := l.r.find(ai)
		if e == nil {
			return &Error{Code: CodeLinkUnknownAI, AI: head(ai, 8), Offset: i, Length: len(ai)}
		}
		if err := l.add(ai, e, i, i+name+1, end, true); err != nil {
			return err
		}
		i = end
	}
	return nil
}

// add reads one value, from and to where it is in the URI.
func (l *link) add(ai string, e *entry, at, from, to int, query bool) *Error {
	raw := l.uri[from:to]
	if raw == "" {
		return &Error{Code: CodeLinkEmpty, AI: ai, Offset: from}
	}
	value, null := unescape(raw, query)
	if null >= 0 {
		return &Error{Code: CodeLinkNull, AI: ai, Offset: from + null, Length: 3}
	}
	filled := 0
	if ai == "01" && (len(value) == 8 || len(value) == 12 || len(value) == 13) && (l.r.ShortGTINs || query) {
		l.m.warn(WarnShortGTIN, "a GTIN in a Digital Link has 14 digits")
		filled = 14 - len(value)
		value = pad14(value)
	}
	if err := e.checkWhole(ai, value); err != nil {
		err.Offset = from + rawOffset(raw, max(0, err.Offset-filled))
		return err
	}
	if len(l.m.Elements) >= MaxAIs {
		return &Error{Code: CodeTooManyAIs, AI: ai, Offset: at}
	}
	l.m.Elements = append(l.m.Elements, Element{AI: ai, Value: value, at: int32(at)})
	return nil
}

// judge checks that what is in the path belongs to the key, in its order, and that what is in the query may be there.
func (l *link) judge(inPath int) *Error {
	all := l.m.Elements
	key := exactly(all[0].AI)
	var path [MaxAIs]uint16
	for i := range inPath {
		path[i] = number(all[i].AI)
	}
	if !key.takes(path[1:inPath]) {
		e := &all[min(1, inPath-1)]
		return &Error{Code: CodeLinkSequence, AI: all[0].AI, Offset: int(e.at), Length: l.ask - int(e.at)}
	}
	for i := 1; i < len(all); i++ {
		for k := range i {
			if all[k].AI == all[i].AI {
				return &Error{Code: CodeLinkRepeated, AI: all[i].AI, Offset: int(all[i].at), Length: len(all[i].AI)}
			}
		}
	}
	for i := inPath; i < len(all); i++ {
		e := &all[i]
		entry := exactly(e.AI)
		switch {
		case entry == nil || !entry.attribute:
			return &Error{Code: CodeLinkAttribute, AI: e.AI, Offset: int(e.at), Length: len(e.AI)}
		case key.takesAlso(path[1:inPath], number(e.AI)):
			return &Error{Code: CodeLinkInPath, AI: e.AI, Offset: int(e.at), Length: len(e.AI)}
		}
	}
	return nil
}

// takes says whether qualifiers may follow the key as they are.
func (e *entry) takes(qualifiers []uint16) bool {
	if len(qualifiers) == 0 {
		return true
	}
	for _, order := range e.qualifiers {
		k := 0
		for _, ai := range order {
			if k < len(qualifiers) && qualifiers[k] == ai {
				k++
			}
		}
		if k == len(qualifiers) {
			return true
		}
	}
	return false
}

// takesAlso says whether one more qualifier could be among those that are there.
func (e *entry) takesAlso(qualifiers []uint16, more uint16) bool {
	for _, order := range e.qualifiers {
		k, found := 0, false
		for _, ai := range order {
			if k < len(qualifiers) && qualifiers[k] == ai {
				k++
			}
			found = found || ai == more
		}
		if found && k == len(qualifiers) {
			return true
		}
	}
	return false
}

// unescape takes back what was written %41, and in a query "+" for a space. It gives where a %00 is, or -1. A % that begins no
// such thing stands for itself.
func unescape(raw string, query bool) (value string, null int) {
	i := strings.IndexByte(raw, '%')
	if i < 0 && (!query || strings.IndexByte(raw, '+') < 0) {
		return raw, -1
	}
	b := make([]byte, 0, len(raw))
	for i := 0; i < len(raw); i++ {
		c := raw[i]
		switch {
		case c == '%' && i+2 < len(raw) && hexDigit(raw[i+1]) >= 0 && hexDigit(raw[i+2]) >= 0:
			c = byte(hexDigit(raw[i+1])<<4 | hexDigit(raw[i+2]))
			if c == 0 {
				return "", i
			}
			i += 2
		case c == '+' && query:
			c = ' '
		}
		b = append(b, c)
	}
	return string(b), -1
}

// rawOffset finds where a byte of an unescaped value was.
func rawOffset(raw string, offset int) int {
	i := 0
	for ; offset > 0 && i < len(raw); offset-- {
		if raw[i] == '%' && i+2 < len(raw) && hexDigit(raw[i+1]) >= 0 && hexDigit(raw[i+2]) >= 0 {
			i += 2
		}
		i++
	}
	return min(i, len(raw))
}
