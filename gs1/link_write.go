package gs1

import "strings"

// CanonicalStem is the stem of canonical Digital Links.
const CanonicalStem = "https://id.gs1.org"

// DigitalLink writes m as a Digital Link: the key and what qualifies it in the path, all else in the query. An empty stem
// is the canonical one. It fails when there is no key, or an AI that may not be in a Digital Link.
func (m *Message) DigitalLink(stem string) (string, error) {
	b, err := m.AppendDigitalLink(make([]byte, 0, 128), stem)
	return string(b), err
}

// AppendDigitalLink appends to b what DigitalLink writes.
func (m *Message) AppendDigitalLink(b []byte, stem string) ([]byte, error) {
	var path [MaxAIs]*Element
	n, err := m.linkPath(&path)
	if err != nil {
		return b, err
	}
	before := len(b)
	if stem == "" {
		stem = CanonicalStem
	}
	b = append(b, strings.TrimSuffix(stem, "/")...)
	for _, e := range path[:n] {
		b = append(append(append(b, '/'), e.AI...), '/')
		b = escape(b, e.Value, plain, false)
	}
	mark := byte('?')
	for _, first := range [...]bool{true, false} {
		for i := range m.Elements {
			e := &m.Elements[i]
			if e.predefined() != first || m.written(path[:n], i) {
				continue
			}
			if entry := exactly(e.AI); entry == nil || !entry.attribute {
				return b[:before], &Error{Code: CodeLinkAttribute, AI: e.AI, Offset: int(e.at), Length: len(e.AI)}
			}
			b = append(append(append(b, mark), e.AI...), '=')
			b = escape(b, e.Value, plain, true)
			mark = '&'
		}
	}
	return b, nil
}

// written says whether the AI of an element is in the path, or came before.
func (m *Message) written(path []*Element, i int) bool {
	ai := m.Elements[i].AI
	for _, e := range path {
		if e.AI == ai {
			return true
		}
	}
	for k := range i {
		if m.Elements[k].AI == ai {
			return true
		}
	}
	return false
}

// linkPath chooses key and qualifiers: those that were in the path of the link that was read, else the first AI that is a
// key with as many of its qualifiers as are there.
func (m *Message) linkPath(path *[MaxAIs]*Element) (int, error) {
	n := 0
	for i := range m.Elements {
		if place := int(m.Elements[i].path); place > 0 && place <= MaxAIs {
			path[place-1] = &m.Elements[i]
			n = max(n, place)
		}
	}
	whole := n > 0
	for _, e := range path[:n] {
		whole = whole && e != nil // an element may have been taken out since
	}
	if whole {
		return n, nil
	}
	for i := range m.Elements {
		e := exactly(m.Elements[i].AI)
		if e == nil || !e.key {
			continue
		}
		path[0] = &m.Elements[i]
		n = 1
		best := m.bestOrder(e)
		for _, ai := range best {
			if q := m.element(ai); q != nil {
				path[n] = q
				n++
			}
		}
		return n, nil
	}
	return 0, &Error{Code: CodeNoPrimaryKey}
}

// bestOrder is the order of qualifiers of which most are there. When two are alike, the one that leaves nothing that may not
// be in a query.
func (m *Message) bestOrder(e *entry) []uint16 {
	var best []uint16
	most := 0
	for _, order := range e.qualifiers {
		n := 0
		for _, ai := range order {
			if m.element(ai) != nil {
				n++
			}
		}
		if n > most || n == most && n > 0 && !m.restFits(best) && m.restFits(order) {
			best, most = order, n
		}
	}
	return best
}

// restFits says whether qualifiers that are not in an order may be in a query.
func (m *Message) restFits(order []uint16) bool {
	for i := range m.Elements {
		e := exactly(m.Elements[i].AI)
		if e == nil || e.attribute || e.key {
			continue
		}
		in := false
		for _, ai := range order {
			in = in || ai == number(m.Elements[i].AI)
		}
		if !in {
			return false
		}
	}
	return true
}

func (m *Message) element(ai uint16) *Element {
	for i := range m.Elements {
		if number(m.Elements[i].AI) == ai {
			return &m.Elements[i]
		}
	}
	return nil
}

// escape appends a value, with what is outside a class as % and two digits, or in a query a space as "+".
func escape(b []byte, v string, class uint8, query bool) []byte {
	const hex = "0123456789ABCDEF"
	for i := 0; i < len(v); i++ {
		switch c := v[i]; {
		case classes[c]&class != 0:
			b = append(b, c)
		case c == ' ' && query:
			b = append(b, '+')
		default:
			b = append(b, '%', hex[c>>4], hex[c&15])
		}
	}
	return b
}
