package gs1

import (
	"slices"
	"strings"
)

// Associate judges together what was read from several symbols of one item, or from one: which AIs need others, which exclude
// others, and that no AI has two values. It gives the first fault, or nil.
func Associate(messages ...*Message) error {
	if len(messages) == 1 {
		return asError(judge(messages[0].Elements))
	}
	var elements []Element
	for _, m := range messages {
		elements = append(elements, m.Elements...)
	}
	return asError(judge(elements))
}

// companions are elements that are judged together, with their AIs as numbers.
type companions struct {
	all     []Element
	numbers []uint16
}

// judge looks for AIs that exclude each other, then for such as are missing, then for AIs with two values, and for a signature
// beside a key without its serial number. Of several faults of a kind, that of the lowest AI comes first.
func judge(elements []Element) *Error {
	var memory [MaxAIs]uint16
	c := companions{elements, memory[:0]}
	for i := range elements {
		c.numbers = append(c.numbers, number(elements[i].AI))
	}
	var excluded, lacking *Error
	for i := range elements {
		e := exactly(elements[i].AI)
		if e == nil {
			continue
		}
		if err := c.excluded(i, e); err != nil && (excluded == nil || err.AI < excluded.AI) {
			excluded = err
		}
		if err := c.lacking(i, e); err != nil && (lacking == nil || err.AI < lacking.AI) {
			lacking = err
		}
	}
	if excluded != nil {
		return excluded
	}
	if lacking != nil {
		return lacking
	}
	if err := differing(elements); err != nil {
		return err
	}
	return c.signature()
}

func (c companions) fail(i int, code Code, other string) *Error {
	e := &c.all[i]
	return &Error{Code: code, AI: e.AI, Offset: int(e.at), Length: len(e.AI), Other: other}
}

// excluded finds an AI that may not go with the one at i.
func (c companions) excluded(i int, e *entry) *Error {
	for _, s := range e.excludes {
		if k := c.find(s, c.numbers[i]); k >= 0 {
			return c.fail(i, CodeExcluded, c.all[k].AI)
		}
	}
	return nil
}

// lacking finds what the AI at i needs and has not.
func (c companions) lacking(i int, e *entry) *Error {
	for k := range e.needs {
		if !c.met(e.needs[k].groups, c.numbers[i]) {
			return c.fail(i, CodeRequired, e.needs[k].text)
		}
	}
	return nil
}

// met says whether all of one group are there.
func (c companions) met(groups [][]span, self uint16) bool {
next:
	for _, group := range groups {
		for _, s := range group {
			if c.find(s, self) < 0 {
				continue next
			}
		}
		return true
	}
	return false
}

// find gives where an AI of a span is, other than self, or -1.
func (c companions) find(s span, self uint16) int {
	for i, n := range c.numbers {
		if n >= s.from && n <= s.to && n != self {
			return i
		}
	}
	return -1
}

// signature asks for the serial number of a key that a digital signature stands beside.
func (c companions) signature() *Error {
	if c.find(span{8030, 8030}, 0) < 0 {
		return nil
	}
	for _, ai := range []uint16{253, 255, 8003} {
		i := c.find(span{ai, ai}, 0)
		if i >= 0 && len(c.all[i].Value) == int(exactly(c.all[i].AI).least) {
			return c.fail(i, CodeSerialNeeded, "")
		}
	}
	return nil
}

// differing finds an AI that is there with two values.
func differing(elements []Element) *Error {
	for i := 1; i < len(elements); i++ {
		for k := 0; k < i; k++ {
			if elements[k].AI == elements[i].AI && elements[k].Value != elements[i].Value {
				return &Error{Code: CodeDiffer, AI: elements[i].AI, Offset: int(elements[i].at), Length: len(elements[i].AI)}
			}
		}
	}
	return nil
}

// sortedElements gives elements in order of AI, those of one AI in order of value.
func sortedElements(elements []Element) []Element {
	sorted := slices.Clone(elements)
	slices.SortStableFunc(sorted, func(a, b Element) int {
		if c := strings.Compare(a.AI, b.AI); c != 0 {
			return c
		}
		return strings.Compare(a.Value, b.Value)
	})
	return sorted
}

// checkPrefixes asks KnownPrefix about every key.
func (r *Reader) checkPrefixes(m *Message) *Error {
	for i := range m.Elements {
		e := &m.Elements[i]
		entry := exactly(e.AI)
		if entry == nil {
			continue
		}
		at := prefixAt(entry)
		if at >= 0 && !r.KnownPrefix(e.Value[at:]) {
			return &Error{Code: "invalid_gcp_prefix", AI: e.AI, Offset: int(e.at), Length: len(e.AI)}
		}
	}
	return nil
}

// prefixAt says where in an entry's value the GS1 company prefix begins, or -1.
func prefixAt(e *entry) int {
	switch n := e.first; {
	case n <= 3, n == 8006, n == 8026, n == 8003:
		return 1
	case n == 253, n == 255, n == 401, n == 402, n >= 410 && n <= 417, n == 7023, n == 8004, n == 8010, n == 8013, n == 8014, n == 8017, n == 8018:
		return 0
	}
	return -1
}
