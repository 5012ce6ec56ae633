package gs1

import (
	"fmt"
	"math/rand/v2"
	"os"
	"testing"
	"time"
)

// target is a reader that is given anything.
type target struct {
	name  string
	read  func(*Reader, string, *Message) error
	seeds []string
}

var targets = []target{
	{"element string", (*Reader).ReadElementString, []string{"^0109521234543213^10A", "0109521234543213172701311012{GS}21A~240B",
		"9521234543213|^99A", "^8110106141416543213150110000310123196000", "^0095212345432132109233013"}},
	{"bracketed", (*Reader).ReadBracketed, []string{"(01)09521234543213(10)A\\(1", "(00)106141412345678908|(99)A(B", "(4309)02790858483015297971"}},
	{"scan", (*Reader).ReadScan, []string{"]d20109521234543213\x1d10A", "]E09521234543213|]e010A", "]Q1https://id.gs1.org/01/09521234543213",
		"]I109521234543213", "]E402345673", "]E09521234543213]E112", "]E3952123454321312"}},
	{"link", (*Reader).ReadDigitalLink, []string{"https://id.gs1.org/01/09521234543213/10/A%2F/21/S?17=270131&a=b+c#d", "HTTP://A/gtin/9521234543213",
		"http://a/8006/095212345432130102/21/x", "https://example.com/414/9521234543213/254/A?7040=1A00"}},
	{"URN", (*Reader).ReadURN, []string{"urn:epc:id:sgtin:0614141.812345.6%2F", "urn:epc:idpat:itip:4012345.011111.01.02.*",
		"urn:epc:class:lgtin:0614141.812345.A", "urn:epc:id:cpi:0614141.A%23.1", "urn:epc:id:sgln:0614141.12345.0"}},
	{"any", (*Reader).Read, []string{"9521234543213", "04252614", "106141412345678908", "(10)A", "]C110A", "urn:epc:id:sscc:0614141.1234567890",
		"https://a/01/09521234543213", "0109521234543213172701311012"}},
}

// fuzzReaders let more or less pass.
var fuzzReaders = []Reader{{}, {Separator: "~", LostSeparators: true, ShortGTINs: true}, {UnknownAIs: true, Companions: true}}

// try reads data. An error must point into it; what is taken must have the same meaning when it is written.
func (x target) try(data string, m *Message) error {
	for i := range fuzzReaders {
		r := &fuzzReaders[i]
		if err := x.read(r, data, m); err != nil {
			e := err.(*Error)
			if e.Code == "" || e.Offset < 0 || e.Length < 0 || e.Offset+e.Length > len(data) {
				return fmt.Errorf("%s %q: an error outside of the data: %+v", x.name, data, e)
			}
			continue
		}
		if len(m.Elements) == 0 || r.UnknownAIs {
			continue
		}
		if err := sameInAllForms(m); err != nil {
			return fmt.Errorf("%s %q: %w", x.name, data, err)
		}
	}
	return nil
}

func (x target) fuzz(f *testing.F) {
	for _, s := range x.seeds {
		f.Add(s)
	}
	var m Message
	f.Fuzz(func(t *testing.T, data string) {
		if err := x.try(data, &m); err != nil {
			t.Fatal(err)
		}
	})
}

func FuzzElementString(f *testing.F) { targets[0].fuzz(f) }
func FuzzBracketed(f *testing.F)     { targets[1].fuzz(f) }
func FuzzScan(f *testing.F)          { targets[2].fuzz(f) }
func FuzzDigitalLink(f *testing.F)   { targets[3].fuzz(f) }
func FuzzURN(f *testing.F)           { targets[4].fuzz(f) }
func FuzzRead(f *testing.F)          { targets[5].fuzz(f) }

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

// pieces are what data is made of; put in, they lead further than letters by chance.
var pieces = []string{"\x1d", "^", "{GS}", "|", "]", "(", ")", "\\(", "/", "?", "&", "=", "%", "%41", "%00", "#", "~", ".", "*", "01", "10", "21", "17", "414",
	"254", "3103", "8006", "8030", "8110", "255", "99", "00", "0", "9", "09521234543213", "270131", "gtin", "lot", "é", "\x00", "\xff", " ", "https://", "urn:epc:id:"}

// mutate changes a seed here and there.
func mutate(rnd *rand.Rand, b []byte, seed string) []byte {
	b = append(b[:0], seed...)
	for range 1 + rnd.IntN(4) {
		at := rnd.IntN(len(b) + 1)
		switch rnd.IntN(4) {
		case 0:
			b = append(b[:at], append([]byte(pieces[rnd.IntN(len(pieces))]), b[at:]...)...)
		case 1:
			b = append(b[:at], b[min(len(b), at+1+rnd.IntN(3)):]...)
		case 2:
			if at < len(b) {
				b[at] = byte(rnd.IntN(256))
			}
		case 3:
			if at < len(b) && isDigit(b[at]) {
				b[at] = byte('0' + rnd.IntN(10))
			}
		}
	}
	return b
}

// TestReadersSoak gives every reader changed seeds: a sample, or ten million each with CLEW_SOAK=1.
func TestReadersSoak(t *testing.T) {
	times := 20_000
	if os.Getenv("CLEW_SOAK") != "" {
		times = 10_000_000
	}
	for _, x := range targets {
		t.Run(x.name, func(t *testing.T) {
			seed := uint64(time.Now().UnixNano())
			rnd := rand.New(rand.NewPCG(seed, 2))
			seeds := append([]string(nil), x.seeds...)
			var b []byte
			var m Message
			for i := range times {
				if i%1000 == 999 { // a new message of any AIs in place of an old one
					made := randomMessage(rnd)
					link, _ := made.DigitalLink("")
					seeds[rnd.IntN(len(seeds))] = []string{made.Caret(), made.Bracketed(), "]d2" + made.ElementString(), link, x.seeds[0]}[rnd.IntN(5)]
				}
				b = mutate(rnd, b, seeds[rnd.IntN(len(seeds))])
				if err := x.try(string(b), &m); err != nil {
					t.Fatalf("seed %d: %v", seed, err)
				}
			}
		})
	}
}
