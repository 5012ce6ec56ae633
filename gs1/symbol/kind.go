package symbol

import "slices"

// Kind is a kind of symbol, by the name that it has in URLs and on the command line.
type Kind string

// The kinds, with the symbology identifier that a scanner sends with each.
const (
	GS1DataMatrix Kind = "gs1-datamatrix" // ]d2: element strings on goods and their packaging, the smallest
	GS1QR         Kind = "gs1-qr"         // ]Q3: element strings
	GS1128        Kind = "gs1-128"        // ]C1: element strings on cases and pallets
	QR            Kind = "qr"             // ]Q1: a Digital Link for phones, or any text
	DataMatrix    Kind = "datamatrix"     // ]d1: a Digital Link, or any text in ASCII
	Code128       Kind = "code-128"       // ]C0: any text in ASCII, such as a location's code
	EAN13         Kind = "ean-13"         // ]E0: a GTIN-13 at the till
	EAN8          Kind = "ean-8"          // ]E4: a GTIN-8 on small packs
	UPCA          Kind = "upc-a"          // ]E0: a GTIN-12 at the till
	ITF14         Kind = "itf-14"         // ]I1: a GTIN-14 on cardboard

	// The same as rectangles, for narrow places: cables, tubes, edges of boards.
	GS1DataMatrixRectangle Kind = "gs1-datamatrix-rectangle"
	DataMatrixRectangle    Kind = "datamatrix-rectangle"
)

// form is what the specifications lay down for a kind.
type form struct {
	kind   Kind
	name   string
	encode func(*Symbol, string) error

	x           float64 // width of a module in millimetres, unless it is chosen
	left, right int     // quiet zone in modules
	upDown      int     // quiet zone above and below, of matrix symbols
	bars        int     // height of bars in modules, where it goes with their width
	height      float64 // height of bars in millimetres, where it does not
	bearer      int     // thickness of the bearer bars around the symbol, in modules
	rectangle   bool    // a DataMatrix that is no square
}

// forms follow the GS1 General Specifications: section 5.2 for EAN and UPC, 5.3 for ITF-14, 5.4 for GS1-128, 5.6 and 5.7 for the
// matrix symbols. Widths are usual ones within what its symbol specification tables allow, heights the least that they ask for.
var forms = []form{
	{kind: GS1DataMatrix, name: "GS1 DataMatrix", encode: encodeGS1DataMatrix, x: 0.38, left: 1, right: 1, upDown: 1},
	{kind: GS1QR, name: "GS1 QR", encode: encodeGS1QR, x: 0.38, left: 4, right: 4, upDown: 4},
	{kind: GS1128, name: "GS1-128", encode: encodeGS1128, x: 0.495, left: 10, right: 10, height: 31.75},
	{kind: QR, name: "QR", encode: encodeQR, x: 0.396, left: 4, right: 4, upDown: 4},
	{kind: DataMatrix, name: "DataMatrix", encode: encodeDataMatrix, x: 0.396, left: 1, right: 1, upDown: 1},
	{kind: Code128, name: "Code 128", encode: encodeCode128, x: 0.33, left: 10, right: 10, height: 12.7},
	{kind: EAN13, name: "EAN-13", encode: encodeNumber, x: 0.33, left: 11, right: 7, bars: 69},
	{kind: EAN8, name: "EAN-8", encode: encodeNumber, x: 0.33, left: 7, right: 7, bars: 55},
	{kind: UPCA, name: "UPC-A", encode: encodeNumber, x: 0.33, left: 9, right: 9, bars: 69},
	{kind: GS1DataMatrixRectangle, name: "rectangular GS1 DataMatrix", encode: encodeGS1DataMatrix, x: 0.38, left: 1, right: 1, upDown: 1, rectangle: true},
	{kind: DataMatrixRectangle, name: "rectangular DataMatrix", encode: encodeDataMatrix, x: 0.396, left: 1, right: 1, upDown: 1, rectangle: true},
	{kind: ITF14, name: "ITF-14", encode: encodeNumber, x: 0.495, left: 10, right: 10, height: 31.75, bearer: 5},
}

// Kinds lists all kinds.
func Kinds() []Kind {
	var all []Kind
	for _, f := range forms {
		all = append(all, f.kind)
	}
	return all
}

// formOf finds what is laid down for a kind, nil where there is no such kind.
func formOf(kind Kind) *form {
	i := slices.IndexFunc(forms, func(f form) bool { return f.kind == kind })
	if i < 0 {
		return nil
	}
	return &forms[i]
}
