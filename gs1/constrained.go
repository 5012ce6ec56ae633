package gs1

import "strings"

// Constrained gives the Digital Link by which EPCIS compares identities and hashes events: the canonical stem, the key, and
// of what qualifies it only the serial number, or else the lot. It takes Digital Links, also old ones with short names or
// short GTINs, and EPC URNs; it checks their form, not their check digits. It says false when uri is neither.
func Constrained(uri string) (string, bool) {
	m := &Message{}
	if _, _, isURN := cutURN(uri); isURN {
		if new(Reader).readURN(uri, m) != nil {
			return "", false
		}
	} else if !constrainedLink(uri, m) {
		return "", false
	}
	key := &m.Elements[0]
	b := append(make([]byte, 0, 96), CanonicalStem...)
	b = append(append(append(b, '/'), key.AI...), '/')
	b = escape(b, key.Value, plain, false)
	for _, order := range exactly(key.AI).qualifiers {
		for i := len(order) - 1; i >= 0; i-- {
			if order[i] == 22 || order[i] == 7040 {
				continue // a variant of the product, an entry in a register: no finer identity
			}
			if q := m.element(order[i]); q != nil {
				b = append(append(append(b, '/'), q.AI...), '/')
				return string(escape(b, q.Value, plain, false)), true
			}
		}
	}
	return string(b), true
}

// constrainedLink reads key and qualifiers of a Digital Link without judging check digits and query.
func constrainedLink(uri string, m *Message) bool {
	l := link{r: &Reader{}, m: m, uri: uri}
	if outside(uri, inURI) >= 0 || l.split() != nil {
		return false
	}
	at := l.findKey()
	if at < 0 {
		return false
	}
	pieces := strings.Split(uri[at+1:l.ask], "/")
	var qualifiers []uint16
	for i := 0; i+1 < len(pieces); i += 2 {
		ai, e := l.entryOf(pieces[i])
		value, null := unescape(pieces[i+1], false)
		if i == 0 && ai == "01" && (len(value) == 8 || len(value) == 12 || len(value) == 13) {
			value = pad14(value)
		}
		if e == nil || null >= 0 || e.checkLength(ai, value) != nil {
			return false
		}
		m.Elements = append(m.Elements, Element{AI: ai, Value: value})
		if i > 0 {
			qualifiers = append(qualifiers, e.first)
		}
	}
	return exactly(m.Elements[0].AI).takes(qualifiers)
}
