package app

import (
	"clew/internal/stock"
)

// Trace answers a code: what it can mean, and a trace for each meaning that goods can be traced from.
type Trace struct {
	Code string `json:"code"`
	Of
	AsOf     int64     `json:"as_of" doc:"The newest entry of the log when the trace was made."`
	Meanings []Meaning `json:"meanings" doc:"Everything the code can mean."`
	Results  []Traced  `json:"results" doc:"A trace for each meaning that goods can be traced from, at most five."`
	More     int       `json:"more,omitempty" doc:"Meanings that were not traced: ask with product or kind to choose one."`
}

// Meaning is one thing that a code can mean.
type Meaning struct {
	Kind    string `json:"kind" doc:"lot, alias, unit, entry, reference, product, partner, site or location"`
	Code    string `json:"code" doc:"Its own code."`
	Product string `json:"product,omitempty"`
	Partner string `json:"partner,omitempty" doc:"Of an alias: whose code it is. Without one, it is the code that we called the lot by until it was found wrong."`
	Name    string `json:"name,omitempty"`
	Papers  string `json:"reference,omitempty" doc:"Of a reference: its kind, such as order or delivery_note."`
	Entries int64  `json:"entries,omitempty" doc:"Of a reference: how many entries name it."`
	product int64
	id      int64
	unit    *stock.Unit // of a unit: as it was found
}

// Traced is the trace of one thing.
type Traced struct {
	Subject    Subject         `json:"subject"`
	Status     Status          `json:"status"`
	Now        []TraceWhere    `json:"now" doc:"Where the goods are, place by place."`
	Customers  []TraceCustomer `json:"customers" doc:"What of these goods is with customers."`
	History    []TraceEvent    `json:"history"`
	After      int64           `json:"history_after,omitempty" doc:"There is more history: ask on from this entry."`
	Upstream   []TraceLevel    `json:"upstream" doc:"What went in, level by level."`
	Downstream []TraceLevel    `json:"downstream" doc:"What became of it, level by level."`
	Suppliers  []TraceSupplier `json:"suppliers" doc:"Who sent the goods, or what went into them."`
	Totals     TraceTotals     `json:"totals" doc:"The goods and all that became of them."`
	Uncertain  []Doubt         `json:"uncertain" doc:"What the ledger is not sure of."`
}

// Subject says what is traced.
type Subject struct {
	Meaning
	Tracking     string         `json:"tracking,omitempty"`
	UoM          string         `json:"uom,omitempty"`
	Lot          string         `json:"lot,omitempty" doc:"Of a unit: its lot."`
	SupplierLots []SupplierLot  `json:"supplier_lots,omitempty" doc:"Codes by which partners know the lot."`
	FormerLots   []string       `json:"former_lots,omitempty" doc:"Codes that the lot had before they were found wrong."`
	FormerUnits  []string       `json:"former_serials,omitempty" doc:"Of a unit: serial numbers that it had before they were found wrong."`
	Dates        *stock.Dates   `json:"dates,omitempty"`
	Governing    stock.Date     `json:"governing_date,omitempty"`
	Source       string         `json:"source,omitempty" doc:"The partner it first came from."`
	Birth        int64          `json:"birth,omitempty" doc:"The entry that brought it into the ledger."`
	FirstIn      stock.Time     `json:"first_in,omitempty"`
	Fields       stock.Values   `json:"fields,omitempty" doc:"Values of the lot's extra fields."`
	Quantity     stock.Quantity `json:"quantity" doc:"How much of it is anywhere now."`
	Units        int64          `json:"units,omitempty"`
	Used         stock.Quantity `json:"used_up,omitempty" doc:"How much of it went into other goods, when it was traced down."`
}

// Status says what stands against using the goods.
type Status struct {
	OnHold         bool       `json:"on_hold"`
	Holds          []Hold     `json:"holds,omitempty"`
	Past           bool       `json:"past" doc:"Its governing date has passed, by the date in UTC."`
	HistoryUnknown bool       `json:"history_unknown"`
	UnknownBefore  stock.Date `json:"unknown_before,omitempty" doc:"Of a lot of unknown history: the business date on which it came into the ledger."`
	Blocked        []string   `json:"blocked,omitempty" doc:"Blocking places where some of it is."`
}

// TraceWhere is how much is at a place.
type TraceWhere struct {
	Place    string         `json:"place" doc:"SITE/LOCATION, SITE:purpose, partner:CODE[/ADDRESS] or transit:ENTRY"`
	Kind     string         `json:"kind" doc:"location, partner, transit, production (units built in), loss, or a purpose"`
	Site     string         `json:"site,omitempty"`
	Location string         `json:"location,omitempty"`
	Partner  string         `json:"partner,omitempty"`
	Address  string         `json:"address,omitempty"`
	Name     string         `json:"name,omitempty"`
	Product  string         `json:"product"`
	Quantity stock.Quantity `json:"quantity"`
	Units    int64          `json:"units,omitempty"`
}

// TraceCustomer is how much of a product is with a partner.
type TraceCustomer struct {
	Partner  string         `json:"partner"`
	Name     string         `json:"name"`
	Product  string         `json:"product"`
	Quantity stock.Quantity `json:"quantity"`
	Units    int64          `json:"units,omitempty"`
}

// TraceEvent is one line of a history: an entry, or what it did to the goods in one way.
type TraceEvent struct {
	Entry      int64             `json:"entry"`
	Kind       stock.Kind        `json:"kind"`
	Step       string            `json:"step,omitempty" doc:"CBV 2.0 business step."`
	OccurredAt stock.Time        `json:"occurred_at"`
	RecordedAt stock.Time        `json:"recorded_at"`
	Late       bool              `json:"late,omitempty" doc:"Recorded more than 15 minutes after it is said to have occurred."`
	Actor      string            `json:"actor"`
	Product    string            `json:"product,omitempty"`
	Lot        string            `json:"lot,omitempty"`
	From       string            `json:"from,omitempty"`
	To         string            `json:"to,omitempty"`
	Quantity   stock.Quantity    `json:"quantity,omitempty"`
	Units      int64             `json:"units,omitempty"`
	Known      string            `json:"known,omitempty" doc:"scanned, typed, imported, or chosen by the strategy"`
	Role       string            `json:"role,omitempty" doc:"input or output of a transformation"`
	Items      int64             `json:"items,omitempty" doc:"How many items are told as one line, when several."`
	References []stock.Reference `json:"references,omitempty"`
	Reason     string            `json:"reason,omitempty"`
	Override   string            `json:"override,omitempty"`
	About      int64             `json:"about,omitempty" doc:"The entry that this one reverses, receives, releases or follows."`
	Reversed   stock.Quantity    `json:"reversed,omitempty" doc:"How much of it was taken back."`
	Again      bool              `json:"again,omitempty" doc:"A correction did it again, with the right goods."`
	At         stock.Time        `json:"took_effect,omitempty" doc:"Of a correction: when what it puts right took effect."`
	Inspection *Inspection       `json:"inspection,omitempty"`
	File       *File             `json:"file,omitempty" doc:"What was attached."`
	Fields     stock.Values      `json:"fields,omitempty" doc:"Values that it gave to the movement's or the lot's extra fields."`
	Corrected  []Corrected       `json:"corrected,omitempty" doc:"Of a correction: what was put right."`
}

// TraceLevel is one level of a trace.
type TraceLevel struct {
	Level     int          `json:"level"`
	Links     []TraceLink  `json:"links"`
	More      int64        `json:"more,omitempty" doc:"Links that are not listed."`
	Goods     []TraceGoods `json:"goods" doc:"What this level reaches for the first time, by product and lot."`
	MoreGoods int          `json:"more_goods,omitempty" doc:"Lots that are not listed; the totals count them."`
}

// TraceLink is a group of a transformation, or several alike: all inputs lead to all outputs.
type TraceLink struct {
	Entry      int64        `json:"entry"`
	Kind       stock.Kind   `json:"kind"`
	OccurredAt stock.Time   `json:"occurred_at"`
	Group      int          `json:"group,omitempty"`
	Groups     int64        `json:"groups,omitempty" doc:"How many groups alike are told as one link, when several."`
	Place      string       `json:"place,omitempty" doc:"Of a mixed link: the tank or silo."`
	Mixed      bool         `json:"mixed,omitempty" doc:"Goods mixed in a tank or silo: any of the inputs may be in the outputs."`
	Inputs     []TraceGoods `json:"inputs"`
	Outputs    []TraceGoods `json:"outputs"`
	MoreGoods  int          `json:"more_goods,omitempty" doc:"Inputs and outputs that are not listed."`
}

// TraceGoods is a quantity on a path, of a lot, of units or of goods that are not tracked. The quantity is that of the
// items, never apportioned.
type TraceGoods struct {
	Product  string         `json:"product"`
	Lot      string         `json:"lot,omitempty"`
	Quantity stock.Quantity `json:"quantity"`
	Units    int64          `json:"units,omitempty"`
	First    string         `json:"first_serial,omitempty"`
	Last     string         `json:"last_serial,omitempty"`
	Chosen   bool           `json:"chosen,omitempty" doc:"The lot was chosen by the strategy and not scanned."`
	Now      []TraceWhere   `json:"now,omitempty"`
}

// TraceSupplier is how much of a lot, or of units, was received from a partner.
type TraceSupplier struct {
	Partner      string         `json:"partner"`
	Name         string         `json:"name"`
	Product      string         `json:"product"`
	Lot          string         `json:"lot,omitempty"`
	SupplierLots []string       `json:"supplier_lots,omitempty" doc:"The partner's own codes of the lot."`
	Quantity     stock.Quantity `json:"quantity"`
	Units        int64          `json:"units,omitempty"`
}

// TraceTotals sums up the goods and all that became of them.
type TraceTotals struct {
	Products []ProductTotal  `json:"products"`
	Stock    []TraceWhere    `json:"stock" doc:"What is in stock or on its way, by place."`
	Shipped  []TraceCustomer `json:"shipped" doc:"What is with customers."`
	Other    []TraceWhere    `json:"other" doc:"What is built in, lost or given away."`
}

// ProductTotal is how much of a product is affected.
type ProductTotal struct {
	Product  string         `json:"product"`
	Name     string         `json:"name"`
	UoM      string         `json:"uom"`
	Lots     int64          `json:"lots,omitempty"`
	Units    int64          `json:"units,omitempty"`
	Quantity stock.Quantity `json:"quantity" doc:"In stock, on its way, with customers, and otherwise accounted for; of lots without what was used up in making other goods."`
	Stock    stock.Quantity `json:"in_stock"`
	Shipped  stock.Quantity `json:"shipped"`
	Used     stock.Quantity `json:"built_in,omitempty" doc:"Units that are built into other goods."`
}

// Doubt is something that the ledger is not sure of.
type Doubt struct {
	Kind     string         `json:"kind" doc:"chosen, mixed, history_unknown, exception or cut_short"`
	Detail   string         `json:"detail"`
	Product  string         `json:"product,omitempty"`
	Lot      string         `json:"lot,omitempty"`
	Place    string         `json:"place,omitempty"`
	Quantity stock.Quantity `json:"quantity,omitempty"`
	Units    int64          `json:"units,omitempty"`
	Entry    int64          `json:"entry,omitempty"`
}
