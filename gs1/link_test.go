package gs1

import "testing"

// TestDigitalLink writes what was read otherwise.
func TestDigitalLink(t *testing.T) {
	for _, x := range []struct{ in, want string }{
		{"(10)A(01)09521234543213", "/01/09521234543213/10/A"},
		{"(21)S(10)A(22)V(01)09521234543213", "/01/09521234543213/22/V/10/A/21/S"},
		{"(01)09521234543213(99)X Y", ""}, // a space is in no value
		{"(01)09521234543213(99)A+B&C(17)270131(3103)001250", "/01/09521234543213?17=270131&3103=001250&99=A%2BB%26C"},
		{"(01)09521234543213(10)A(235)B", "/01/09521234543213/235/B?10=A"},
		{"(414)9521234543213(254)A", "/414/9521234543213/254/A"},
		{"(00)106141412345678908(02)09521234543213(37)10", "/00/106141412345678908?02=09521234543213&37=10"},
		{"(8010)9521234A/B#(8011)12", "/8010/9521234A%2FB%23/8011/12"},
		{"(10)A", "no_primary_key @0"},
		{"(01)09521234543213(8200)X", "uri_not_an_attribute 8200@18"},
		{"(01)09521234543213(10)A(10)A(99)X(99)X", "/01/09521234543213/10/A?99=X"},
		{"https://a.example/b/01/09521234543213/10/A?99=X&b=c", "/01/09521234543213/10/A?99=X"},
	} {
		var m Message
		err := new(Reader).Read(x.in, &m)
		if x.want == "" {
			if err == nil {
				t.Errorf("%s was read", x.in)
			}
			continue
		}
		if err != nil {
			t.Errorf("%s: %v", x.in, err)
			continue
		}
		got, err := m.DigitalLink("https://example.com/")
		if err != nil {
			got = outcome(&m, err)
		} else {
			got = got[len("https://example.com"):]
		}
		if got != x.want {
			t.Errorf("%s: got %s, want %s", x.in, got, x.want)
		}
	}
}

// TestDigitalLinkAfterTaking writes a link of which a qualifier was taken out.
func TestDigitalLinkAfterTaking(t *testing.T) {
	m := read(t, "https://example.com/01/09521234543213/10/A/21/S")
	m.Elements = append(m.Elements[:1], m.Elements[2])
	if got, err := m.DigitalLink(""); err != nil || got != "https://id.gs1.org/01/09521234543213/21/S" {
		t.Errorf("%s, %v", got, err)
	}
}

func TestURNs(t *testing.T) {
	for _, urn := range []string{
		"urn:epc:id:sgtin:0614141.812345.6789", "urn:epc:id:sgtin:061414112345.0.A%2FB", "urn:epc:idpat:sgtin:0614141.812345.*",
		"urn:epc:class:lgtin:0614141.812345.LOT", "urn:epc:id:upui:0614141.812345.5vBZIF%22", "urn:epc:id:sscc:0614141.1234567890",
		"urn:epc:id:sgln:0614141.12345.0", "urn:epc:id:sgln:0614141.12345.A1", "urn:epc:id:pgln:999999999999.", "urn:epc:id:grai:0614141.12345.400",
		"urn:epc:idpat:grai:4012345.99999.*", "urn:epc:id:giai:0614141.12345400", "urn:epc:id:gsrn:0614141.1234567890",
		"urn:epc:id:gsrnp:4012345.0000000007", "urn:epc:id:gdti:0614141.12345.400", "urn:epc:id:sgcn:4012345.67890.04711",
		"urn:epc:id:cpi:0614141.11111111111111-A%23%2F.1234", "urn:epc:idpat:cpi:4012345.AB12.*", "urn:epc:id:ginc:0614141.xyz47%2F11",
		"urn:epc:id:gsin:0614141.123456789", "urn:epc:id:itip:4012345.011111.01.02.987", "urn:epc:idpat:itip:4012345.011111.01.02.*",
	} {
		m, err := Parse(urn)
		if err != nil {
			t.Errorf("%s: %v", urn, err)
			continue
		}
		if again, err := m.URN(m.PrefixDigits); err != nil || again != urn {
			t.Errorf("%s: %s written as %s, %v", urn, m.Bracketed(), again, err)
		}
	}
}
