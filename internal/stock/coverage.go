package stock

// Gap is a sort of what is missing in the chain of tracked goods.
type Gap string

// The gaps.
const (
	GapNoDocument   Gap = "no_document"       // received or shipped without a reference
	GapRecordedLate Gap = "recorded_late"     // recorded long after it happened
	GapNoReceipt    Gap = "no_receipt"        // goods that turned up without ever having come in
	GapOtherPartner Gap = "returned_by_other" // goods came back from another than they were shipped to
	GapRefused      Gap = "refused"           // a movement that the rules refused and that waits for somebody
	GapNotScanned   Gap = "not_scanned"       // goods that were typed, imported or chosen, not scanned
)

// Gaps are all of them.
var Gaps = []Gap{GapNoDocument, GapRecordedLate, GapNoReceipt, GapOtherPartner, GapRefused, GapNotScanned}

// Captured counts lines of movements by how their goods came to be known.
type Captured struct {
	Scanned  int64 `json:"scanned"`
	Typed    int64 `json:"typed"`
	Imported int64 `json:"imported" doc:"From files."`
	API      int64 `json:"api" doc:"Sent by a program, which did not say how it knew."`
	Chosen   int64 `json:"chosen" doc:"By the strategy: nobody looked."`
}

// Add counts lines.
func (c *Captured) Add(known Known, capture Capture, lines int64) {
	switch {
	case known == Scanned:
		c.Scanned += lines
	case known == Typed:
		c.Typed += lines
	case known == Chosen:
		c.Chosen += lines
	case capture == CaptureImport:
		c.Imported += lines
	default:
		c.API += lines
	}
}

// Lines are all that were counted.
func (c *Captured) Lines() int64 { return c.Scanned + c.Typed + c.Imported + c.API + c.Chosen }

// Share is how many of all were scanned, in percent with two decimals, cut off; 0 where there are none.
func (c *Captured) Share() Quantity {
	if c.Lines() == 0 {
		return 0
	}
	return Quantity(c.Scanned*10_000/c.Lines()) * (One / 100)
}
