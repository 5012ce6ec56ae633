// Package symbol draws the barcodes that GS1 uses as SVG and PNG: GS1 DataMatrix, square and rectangular, QR with a Digital Link or
// any text, GS1 QR, GS1-128, Code 128, EAN-13, EAN-8, UPC-A and ITF-14, with the quiet zone that each needs and a human-readable line.
//
// For most uses [Encode] and one of [Symbol.SVG] and [Symbol.PNG] are all that is needed:
//
//	s, err := symbol.Encode(symbol.GS1DataMatrix, "0109521234543213"+"10LOT42A^21S0001")
//	if err != nil {
//		return err
//	}
//	return s.SVG(w, symbol.Options{})
//
// The zero [Options] give a symbol of a usual size, black on white, with the line that people expect
// below it. The same input gives the same bytes.
//
// # What goes in
//
// GS1 DataMatrix, GS1 QR and GS1-128 take an element string: application identifiers and values, in brackets, or without and with ^
// or the character GS (0x1D) where a value of variable length ends before another one, which becomes FNC1. The FNC1 that opens the
// symbol is added; one that is given is taken as this. Every value is checked by the rules of package gs1 (check digits, dates,
// characters); which identifiers go together is not judged here, as a label may have several symbols.
//
// EAN-13, EAN-8, UPC-A and ITF-14 take a GTIN with its check digit; zeros in front, as in a GTIN of 14 digits, are taken off where
// the symbol has fewer. QR and DataMatrix take text: a Digital Link URI, or anything else.
//
// # How it is made
//
// Code 128, EAN and ITF come from boombuler/barcode, which writes FNC1 rightly. Its DataMatrix does too, but knows squares and one set
// of characters only, so that a lot code in capitals takes a larger symbol than it need: sets (encodation.go) and layout
// (placement.go) are ours, the error correction is its. QR comes from rsc.io/qr/coding: no kept library writes a QR in FNC1 mode,
// but this one takes segments of other kinds than its own, so that FNC1 is four bits of ours. Segments, error correction level
// and mask are chosen here (qr.go).
//
// Every kind is read back in the tests by an independent decoder, zxing-cpp, with the symbology identifier that it must have.
package symbol
