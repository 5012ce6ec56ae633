package gs1

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
	"time"
)

// classChars are the characters of a class.
func classChars(class uint8) string {
	var b strings.Builder
	for c := range 256 {
		if classes[c]&class != 0 {
			b.WriteByte(byte(c))
		}
	}
	return b.String()
}

var charsOf = map[uint8]string{inN: classChars(inN), in82: classChars(in82), in39: classChars(in39), in64: classChars(in64)}

// randomPart makes a component that its rules take, or says false when chance does not find one.
func randomPart(rnd *rand.Rand, p *part) (string, bool) {
	chars := charsOf[p.class]
try:
	for range 3000 {
		b := make([]byte, int(p.least)+rnd.IntN(int(p.most-p.least)+1))
		for i := range b {
			b[i] = chars[rnd.IntN(len(chars))]
		}
		for _, check := range p.rules {
			if code, _, _ := check(string(b)); code != "" {
				continue try
			}
		}
		return string(b), true
	}
	return "", false
}

// randomElement makes an AI with a value.
func randomElement(rnd *rand.Rand) (Element, bool) {
	e := &table[rnd.IntN(len(table))]
	ai := aiOf(e.first + uint16(rnd.IntN(int(e.last-e.first)+1)))
	value := ""
	for i := range e.parts {
		if e.parts[i].optional && rnd.IntN(2) == 0 {
			break
		}
		piece, ok := randomPart(rnd, &e.parts[i])
		if !ok {
			return Element{}, false
		}
		value += piece
	}
	return Element{AI: ai, Value: value}, true
}

func randomMessage(rnd *rand.Rand) *Message {
	m := &Message{}
	seen := map[string]bool{}
	for len(m.Elements) < 1+rnd.IntN(6) {
		e, ok := randomElement(rnd)
		if ok && !seen[e.AI] {
			seen[e.AI] = true
			m.Elements = append(m.Elements, e)
		}
	}
	return m
}

// TestWritingKeepsMeaning writes random messages of all AIs in every form, and reads each back.
func TestWritingKeepsMeaning(t *testing.T) {
	seed := uint64(time.Now().UnixNano())
	rnd := rand.New(rand.NewPCG(seed, 1))
	tried := map[string]bool{}
	for range 3000 {
		m := randomMessage(rnd)
		if err := m.Check(); err != nil {
			t.Fatalf("seed %d: %s: %v", seed, m.Bracketed(), err)
		}
		for _, e := range m.Elements {
			tried[e.AI] = true
		}
		if err := sameInAllForms(m); err != nil {
			t.Fatalf("seed %d: %s: %v", seed, m.Bracketed(), err)
		}
	}
	if len(tried) < 300 {
		t.Errorf("only %d AIs tried", len(tried))
	}
}

// sameInAllForms writes m in every form and compares what is read back.
func sameInAllForms(m *Message) error {
	forms := map[string]string{"bracketed": m.Bracketed(), "caret": m.Caret(), "elements": "]d2" + m.ElementString()}
	packed := m.Packed()
	forms["packed"] = packed.Caret()
	if link, err := m.DigitalLink("https://example.com/some/stem/"); err == nil && !repeated(m) {
		forms["link"] = link
	}
	for what, text := range forms {
		var back Message
		if err := new(Reader).Read(text, &back); err != nil {
			if what == "link" && strings.Contains(err.Error(), "belongs in the path") {
				continue // two orders of qualifiers at once cannot be in one link
			}
			return fmt.Errorf("%s %q: %w", what, text, err)
		}
		if back.Normal() != m.Normal() {
			return fmt.Errorf("%s %q: read back as %s", what, text, back.Bracketed())
		}
	}
	return sameAsURN(m)
}

func repeated(m *Message) bool {
	for i := range m.Elements {
		if m.written(nil, i) {
			return true
		}
	}
	return false
}

// sameAsURN writes an EPC URN, when there is one, and reads key and serial number back.
func sameAsURN(m *Message) error {
	for digits := shortestPrefix; digits <= longestPrefix; digits++ {
		urn, err := m.URN(digits)
		if err != nil {
			continue
		}
		var back Message
		if err := new(Reader).ReadURN(urn, &back); err != nil {
			return fmt.Errorf("%s: %w", urn, err)
		}
		for _, e := range back.Elements {
			if v, _ := m.Get(e.AI); v != e.Value {
				return fmt.Errorf("%s: read back as %s", urn, back.Bracketed())
			}
		}
		if again, err := back.URN(back.PrefixDigits); err != nil || again != urn {
			return fmt.Errorf("%s: written again as %s, %v", urn, again, err)
		}
	}
	return nil
}
