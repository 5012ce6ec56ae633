package stock

import "slices"

// Kind says what an entry records.
type Kind uint8

// The kinds of entries: master data first, then movements, then what is said about goods.
const (
	KindNone Kind = iota
	KindProduct
	KindSite
	KindLocation
	KindPartner
	KindActor
	KindDevice
	KindGroup   // of products
	KindField   // an extra field that records carry
	KindFormat  // of lot codes or serial numbers
	KindOpening // 10
	KindReceive
	KindMove
	KindDispatch
	KindArrive
	KindFound
	KindLoss
	KindCount
	KindMake
	KindDisassemble
	KindRepack // 20
	KindRelabel
	KindSplit
	KindMerge
	KindShip
	KindIssue
	KindReturn
	KindReturnToSupplier
	KindScrap
	KindReversal
	KindHold // 30
	KindRelease
	KindCleaning
	KindException
	KindResolution
	KindCorrection // of an identity: a lot's code or dates, a serial number, which lot it was
	KindTracking   // a product's goods become lots or units
	KindNumbering  // numbers drawn from a format
	KindFile       // a file attached to a record
	KindInspection // what quality measured or received
	KindClosing    // the day up to which the books are closed
	KindPlan       // 40: what quality asks of goods
	KindDetails    // extra fields of a record
	KindBarcode    // a further code of a product
	KindLabel      // a sort of labels, and how it is read
	KindUser       // who may sign in
	KindGrant      // a role of a user, at a site or at all
	KindAPIKey     // by which a program acts for a user
	KindCredential // that a user has a password, one-time codes, a PIN or a badge: never what it is
	KindStation    // a device that people share
	_              // 50: of people
	_              // 51 to 53: rights
	_
	_
	KindAct     // 54: something beside the log was changed
	KindSetting // 55: what the organisation decided about how Clew works
	_           // 56, 57: of settings
	_
	KindErasure // 58: personal data was erased
	KindLogKey  // the log got another key
	_           // 60
	KindReview  // 61: that somebody looked through who may do what

	// KindLast is the highest kind.
	KindLast = KindReview
)

var kindNames = []string{"", "product", "site", "location", "partner", "actor", "device", "product_group", "field", "format",
	"opening", "receive", "move", "dispatch", "arrive", "found", "loss", "count", "make", "disassemble",
	"repack", "relabel", "split", "merge", "ship", "issue", "return", "return_to_supplier", "scrap", "reversal",
	"hold", "release", "cleaning", "exception", "resolution", "correction", "tracking", "numbering", "file", "inspection", "closing",
	"quality_plan", "details", "barcode", "label", "user", "grant", "api_key", "credential", "station", "", "", "", "", "act",
	"setting", "", "", "erasure", "log_key", "", "rights_review"}

// Steps are the CBV 2.0 business steps of the movement kinds, bare words used verbatim.
var steps = map[Kind]string{
	KindOpening: "stock_taking", KindReceive: "receiving", KindMove: "storing", KindDispatch: "departing", KindArrive: "arriving",
	KindFound: "stock_taking", KindLoss: "stock_taking", KindCount: "cycle_counting", KindMake: "creating_class_instance",
	KindDisassemble: "disassembling", KindRepack: "repackaging", KindRelabel: "replacing", KindSplit: "repackaging",
	KindMerge: "repackaging", KindShip: "shipping", KindIssue: "removing", KindReturn: "accepting",
	KindReturnToSupplier: "shipping", KindScrap: "destroying", KindReversal: "void_shipping", KindHold: "holding",
	KindRelease: "inspecting", KindCleaning: "other", KindTracking: "commissioning", KindInspection: "inspecting",
}

func (k Kind) String() string { return kindNames[k] }

// Step is the CBV 2.0 business step of the kind, empty for master data.
func (k Kind) Step() string { return steps[k] }

// Movement reports whether entries of the kind move goods.
func (k Kind) Movement() bool {
	return k >= KindOpening && k <= KindReversal || k == KindRelease || k == KindCorrection || k == KindTracking
}

// Sets reports whether entries of the kind set master data, which their leaves say whole.
func (k Kind) Sets() bool {
	return k <= KindFormat || k == KindDispatch || k == KindTracking || k >= KindBarcode && k <= KindStation || k == KindAct || k == KindSetting || k == KindErasure || k == KindLogKey
}

// Asked reports whether the kind is one that a MovementDraft asks for; the others that move goods have drafts of their own.
func (k Kind) Asked() bool { return k >= KindOpening && k <= KindReversal }

// Transforms reports whether the kind makes goods out of others.
func (k Kind) Transforms() bool { return k >= KindMake && k <= KindMerge }

// ParseKind reads the name of a kind.
func ParseKind(name string) (Kind, bool) {
	i := slices.Index(kindNames, name)
	return Kind(max(i, 0)), i > 0 && name != ""
}

// MarshalText writes the kind's name.
func (k Kind) MarshalText() ([]byte, error) { return []byte(k.String()), nil }

// UnmarshalText reads the kind's name.
func (k *Kind) UnmarshalText(text []byte) error {
	got, ok := ParseKind(string(text))
	if !ok {
		return Errorf(Invalid, CodeInvalidValue, "kind", "%q is no kind of entry", text)
	}
	*k = got
	return nil
}

// Capture says by what means a fact reached us.
type Capture uint8

// The capture methods.
const (
	CaptureAPI Capture = iota
	CaptureCamera
	CaptureScanner
	CaptureTyped
	CaptureImport
)

var captureNames = []string{"api", "camera", "scanner", "typed", "import"}

func (c Capture) String() string { return captureNames[c] }

// Known says how the lot or the units of an item were known.
type Known uint8

// How a lot was known. KnownNone is for goods that carry no lot. Chosen: the strategy picked it, nobody looked.
const (
	KnownNone Known = iota
	Scanned
	Typed
	Imported
	Chosen
)

var knownNames = []string{"", "scanned", "typed", "imported", "chosen"}

func (k Known) String() string { return knownNames[k] }

// known is how goods are taken to be known when the item does not say.
func (c Capture) known() Known {
	switch c {
	case CaptureCamera, CaptureScanner:
		return Scanned
	case CaptureTyped:
		return Typed
	}
	return Imported
}

// ItemRole is the part an item plays inside a transformation.
type ItemRole uint8

// Plain items move goods; inputs and outputs of a group are tied to each other.
const (
	Plain ItemRole = iota
	Input
	Output
)

var itemRoleNames = []string{"", "input", "output"}

func (r ItemRole) String() string { return itemRoleNames[r] }

// Reference is a paper that a movement belongs to: an order, delivery note, invoice, batch record.
type Reference struct {
	Kind string `json:"kind" doc:"order, delivery_note, invoice, batch_record or a word of your own" maxLength:"30"`
	Code string `json:"code" maxLength:"60"`
}

// Item is one line of a movement: a positive quantity of one product, of one lot, from one place to one place.
type Item struct {
	ID       int64
	Product  int64
	Lot      int64 // 0: none
	Quantity Quantity
	From, To int64
	Units    Runs // ids, for serial-tracked products
	Born     bool // the units are born here, adjacent and in order
	Known    Known
	Role     ItemRole
	Group    int       // of a transformation, from 1
	About    int64     // the item that this one takes back, or does again
	Again    bool      // it does again, with other goods, what a correction took back of the item that it is about
	Second   *Quantity // catch weight, in SecondUoM
	Measure  string    // unit of measure of Second
	Captured string    // as it was keyed in: "3 cases of 12"
	Expected *Quantity // what the recipe promised of an output
	Override string    // why another than the strategy's choice, or a late breach, was let through
	Noted    bool      // came back from another partner than it was with
	ToMix    bool      // it went into a mixed location
	FromMix  bool      // it came out of one
	At       Time      // 0: it takes effect with its entry; else when the item that it puts right did
	why      string    // the reason that the draft gives for this line, while books are closed
}

// Entry is one fact of the log: what Decide makes of a Draft.
type Entry struct {
	ID         int64
	Kind       Kind
	OccurredAt Time
	RecordedAt Time
	Actor      int64
	Device     int64
	Capture    Capture
	Key        string   // the client's own, for safe repeats
	Hash       [32]byte // of the request
	Site       int64
	Partner    int64
	Address    int64 // place of the partner's address
	About      int64 // the entry that this one reverses, releases, receives or resolves
	References []Reference
	Reason     string
	Note       string // erasable
	Override   string
	Items      []Item
	Counted    []Counted

	// What the entry brings into being or changes, beside balances and the places of units.
	Product      *Product
	GroupChange  *ProductGroup
	FormatChange *Format
	FieldChange  *Field
	Barcodes     []*Barcode
	LabelChange  *Label
	People
	SiteChange    *Site
	PartnerChange *Partner
	Places        []*Place
	Person        *Actor
	Lots          []*Lot
	Births        []*Unit // in id order
	Aliases       []Alias
	Corrections   []Correction
	Hold          *Hold // placed, or as a release left it
	Held          Runs  // units that a hold named when it was placed
	Lifted        Runs  // units that a release took out of its hold
	Drawn         []Drawn
	Numbers       []string // drawn ahead; those drawn for goods are their lots and units
	Details       []Detail // values of extra fields
	Cleaned       int64    // the mixed place that a cleaning parts
	Exception     *Exception
	File          *File // attached
	Plan          *Plan
	Inspection    *Inspection
	Closing       *Closing
	Late          []Late // closed books that it reaches into, by site
	Act           *Act
	Review        *Review
	Settings      []Setting
	Signature     *Signature
	Erasure       *Erasure
	LogKey        *LogKey
	Origin        Origin // from where it came, of audited entries

	unchanged int64
	follow    []*Entry // what it entails, kept behind it
	Leaf      []byte
	Erasable  []Erasable // texts that the leaf holds as salted hashes
}

// Unchanged says that the draft asked for what already stands: no entry is kept, and the answer names the one that made it so.
func (e *Entry) Unchanged(by int64) { e.unchanged = by }

// Actor is a person or a machine that records, or a device that scans: KindActor or KindDevice.
type Actor struct {
	ID   int64
	Kind Kind
	Name string // erasable
}

// Counted is one line of a count: what was found at a location and what the books expected.
type Counted struct {
	Product, Lot, Place int64
	Counted, Expected   Quantity
}

// Erasable is a text kept apart from the leaf, which holds its salted hash only.
type Erasable struct {
	Field  string
	Salt   [16]byte
	Text   string
	Erased *[32]byte // the hash that is left when salt and text were erased
}
