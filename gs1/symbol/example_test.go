package symbol_test

import (
	"errors"
	"fmt"
	"os"
	"strings"

	"clew/gs1/symbol"
)

func ExampleEncode() {
	s, err := symbol.Encode(symbol.GS1DataMatrix, "0109521234543213"+"10LOT42A^21S0001")
	if err != nil {
		fmt.Println(err)
		return
	}
	width, height := s.Size()
	fmt.Println(width, "by", height)
	fmt.Println(strings.Join(s.Text(), "\n"))
	// Output:
	// 20 by 20
	// (01)09521234543213
	// (10)LOT42A(21)S0001
}

func ExampleEncode_refused() {
	_, err := symbol.Encode(symbol.EAN13, "9521234543214")
	var fault *symbol.Error
	if errors.As(err, &fault) {
		fmt.Println(fault.Code)
		fmt.Println(fault)
	}
	// Output:
	// check_digit
	// character 13: the check digit is 4, and should be 3 if the others are right
}

func ExampleSymbol_SVG() {
	s, err := symbol.Encode(symbol.DataMatrix, "A1")
	if err != nil {
		fmt.Println(err)
		return
	}
	file, err := os.CreateTemp("", "*.svg")
	if err != nil {
		fmt.Println(err)
		return
	}
	defer os.Remove(file.Name())
	defer file.Close()
	// For a label that is read at arm's length, with larger modules and words of one's own.
	fmt.Println(s.SVG(file, symbol.Options{Module: 0.5, Text: "A1 left of the door"}))
	// Output: <nil>
}
