package gs1_test

import (
	"errors"
	"fmt"
	"time"

	"clew/gs1"
)

func Example() {
	// What a scanner sends for a GS1 DataMatrix: a symbology identifier, then AIs and values, with GS where one ends early.
	m, err := gs1.Parse("]d2010952123454321317270131" + "10LOT42A\x1d21S0001")
	if err != nil {
		fmt.Println(err)
		return
	}
	gtin, _ := m.Get("01")
	lot, _ := m.Get("10")
	fmt.Println(gtin, lot)
	fmt.Println(m.Bracketed())
	link, _ := m.DigitalLink("https://id.example.org")
	fmt.Println(link)
	// Output:
	// 09521234543213 LOT42A
	// (01)09521234543213(17)270131(10)LOT42A(21)S0001
	// https://id.example.org/01/09521234543213/10/LOT42A/21/S0001?17=270131
}

func ExampleError() {
	_, err := gs1.Parse("(01)09521234543213(17)271331")
	var wrong *gs1.Error
	if errors.As(err, &wrong) {
		fmt.Println(wrong.Code, wrong.AI, wrong.Offset)
		fmt.Println(wrong.Text())
	}
	// Output:
	// illegal_month 17 24
	// AI (17): there is no such month, at offset 24
}

func ExampleReader() {
	// A reader that is used for many scans allocates nothing for most of them.
	r := gs1.Reader{Separator: "~", ShortGTINs: true}
	var m gs1.Message
	for _, scan := range []string{"]C1010952123454321310A~21B", "https://example.com/gtin/9521234543213"} {
		if err := r.Read(scan, &m); err != nil {
			fmt.Println(err)
			continue
		}
		fmt.Println(m.Bracketed(), len(m.Warnings))
	}
	// Output:
	// (01)09521234543213(10)A(21)B 1
	// (01)09521234543213 2
}

func ExampleAssociate() {
	pallet, _ := gs1.Parse("(00)106141412345678908")
	content, _ := gs1.Parse("(02)09521234543213(37)10")
	fmt.Println(gs1.Associate(content))
	fmt.Println(gs1.Associate(pallet, content))
	// Output:
	// gs1: AI (37): it needs another AI that is not there (00), at offset 18
	// <nil>
}

func ExampleMessage_URN() {
	m, _ := gs1.Parse("(01)80614141123458(21)6789")
	item, _ := m.URN(7)
	class, _ := (&gs1.Message{Elements: m.Elements[:1]}).URN(7)
	fmt.Println(item)
	fmt.Println(class)
	// Output:
	// urn:epc:id:sgtin:0614141.812345.6789
	// urn:epc:idpat:sgtin:0614141.812345.*
}

func ExampleMessage_Normal() {
	a, _ := gs1.Parse("https://example.com/01/09521234543213/10/A?17=270131")
	b, _ := gs1.Parse("]C11727013110A\x1d0109521234543213")
	fmt.Println(a.Normal() == b.Normal())
	// Output: true
}

func ExampleParseDate() {
	today := time.Date(2026, 11, 23, 0, 0, 0, 0, time.UTC)
	d, _ := gs1.ParseDate("270200", today)
	fmt.Println(d, d.LastDay().Format("2006-01-02"))
	// Output: 2027-02 2027-02-28
}

func ExampleElement_Decimal() {
	m, _ := gs1.Parse("(01)09521234543213(3103)001250")
	kilograms, _ := m.Elements[1].Decimal()
	fmt.Println(kilograms)
	// Output: 1.250
}

func ExampleMessage_Packed() {
	m := gs1.Message{Elements: []gs1.Element{{AI: "10", Value: "LOT42A"}, {AI: "01", Value: "09521234543213"}}}
	if err := m.Check(); err != nil {
		fmt.Println(err)
	}
	packed := m.Packed()
	fmt.Println(packed.Caret())
	// Output: ^010952123454321310LOT42A
}
