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

// fuzzRead reads anything with a reader; what is taken must have the same meaning when it is written.
func fuzzRead(f *testing.F, read func(*Reader, string, *Message) error, seeds ...string) {
	for _, s := range seeds {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, data string) {
		for _, r := range []Reader{{}, {Separator: "~", LostSeparators: true, ShortGTINs: true}, {UnknownAIs: true, Companions: true}} {
			var m Message
			err := read(&r, data, &m)
			if err != nil {
				e := err.(*Error)
				if e.Offset < 0 || e.Offset > len(data) || e.Length < 0 || e.Offset+e.Length > len(data) {
					t.Fatalf("%q: error outside of the data: %+v", data, e)
				}
				continue
			}
			if len(m.Elements) == 0 || r.UnknownAIs {
				continue
			}
			if err := sameInAllForms(&m); err != nil {
				t.Fatalf("%q: %v", data, err)
			}
		}
	})
}

func FuzzElementString(f *testing.F) {
	fuzzRead(f, (*Reader).ReadElementString, "^0109521234543213^10A", "0109521234543213172701311012{GS}21A~240B", "9521234543213|^99A", "^8110106141416543213150110000310123196000")
}

func FuzzBracketed(f *testing.F) {
	fuzzRead(f, (*Reader).ReadBracketed, "(01)09521234543213(10)A\\(1", "(00)106141412345678908|(99)A(B", "(4309)02790858483015297971")
}

func FuzzScan(f *testing.F) {
	fuzzRead(f, (*Reader).ReadScan, "]d20109521234543213\x1d10A", "]E09521234543213|]e010A", "]Q1https://id.gs1.org/01/09521234543213", "]I109521234543213", "]E402345673")
}

func FuzzDigitalLink(f *testing.F) {
	fuzzRead(f, (*Reader).ReadDigitalLink, "https://id.gs1.org/01/09521234543213/10/A%2F/21/S?17=270131&a=b+c#d", "HTTP://A/gtin/9521234543213", "http://a/8006/095212345432130102/21/x")
}

func FuzzURN(f *testing.F) {
	fuzzRead(f, (*Reader).ReadURN, "urn:epc:id:sgtin:0614141.812345.6%2F", "urn:epc:idpat:itip:4012345.011111.01.02.*", "urn:epc:class:lgtin:0614141.812345.A", "urn:epc:id:cpi:0614141.A%23.1")
}

func FuzzRead(f *testing.F) {
	fuzzRead(f, (*Reader).Read, "9521234543213", "04252614", "106141412345678908", "(10)A", "]C110A", "urn:epc:id:sscc:0614141.1234567890", "https://a/01/09521234543213")
}

func FuzzConstrained(f *testing.F) {
	f.Add("https://example.com/gtin/9521234543213/ser/A?x=y")
	f.Add("urn:epc:id:grai:4012345.00022.334455")
	f.Fuzz(func(t *testing.T, uri string) {
		link, ok := Constrained(uri)
		if !ok {
			return
		}
		if again, ok := Constrained(link); !ok || again != link {
			t.Fatalf("%q: %q becomes %q", uri, link, again)
		}
	})
}
