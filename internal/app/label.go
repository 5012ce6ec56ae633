package app

import (
	"context"

	"clew/internal/label"
	"clew/internal/stock"
	"clew/internal/store"
)

// Label is a sort of labels that are not GS1, as it stands.
type Label struct {
	Code    string     `json:"code"`
	Name    string     `json:"name"`
	Partner string     `json:"partner,omitempty" doc:"Whose labels they are."`
	Product string     `json:"product,omitempty" doc:"SKU of the product whose labels they are."`
	Example string     `json:"example" doc:"The scan that it was taught from."`
	Rule    label.Rule `json:"rule" doc:"How the text of a scan is cut."`
	Active  bool       `json:"active"`
	Entry   int64      `json:"entry,omitempty" doc:"The entry that last changed it."`
}

func viewLabel(l *stock.Label, n *store.Names) Label {
	out := Label{Code: l.Code, Name: l.Name, Partner: partnerCode(n, l.Partner), Example: l.Example, Rule: l.Rule, Active: l.Active, Entry: l.Entry}
	if p := n.Products[l.Product]; p != nil {
		out.Product = p.SKU
	}
	return out
}

// Labels lists sorts of labels by code.
func (a *App) Labels(ctx context.Context, page store.Page) ([]Label, error) {
	rows, err := a.Store.Labels(ctx, page)
	if err != nil {
		return nil, err
	}
	return a.viewLabels(ctx, rows)
}

// Label shows one sort of labels.
func (a *App) Label(ctx context.Context, code string) (Label, error) {
	l, err := a.Store.Label(ctx, code)
	if err != nil {
		return Label{}, err
	}
	views, err := a.viewLabels(ctx, []*stock.Label{l})
	if err != nil {
		return Label{}, err
	}
	return views[0], nil
}

func (a *App) viewLabels(ctx context.Context, rows []*stock.Label) ([]Label, error) {
	n := store.NewNames()
	for _, l := range rows {
		n.WantProducts(l.Product)
		n.WantPartners(l.Partner)
	}
	err := a.Store.LoadNames(ctx, n)
	return views(rows, func(l *stock.Label) Label { return viewLabel(l, n) }), err
}

// LabelTrial asks how further scans would be read by a label that is not recorded yet.
type LabelTrial struct {
	stock.LabelDraft
	Scans []string `json:"scans,omitempty" doc:"Further scans of such labels." maxItems:"100"`
}

// LabelTried is the rule that an example gives, and what it makes of scans.
type LabelTried struct {
	Rule    label.Rule  `json:"rule"`
	Example LabelRead   `json:"example"`
	Scans   []LabelRead `json:"scans,omitempty"`
}

// LabelRead is what a rule makes of one scan.
type LabelRead struct {
	Scan       string `json:"scan"`
	Fits       bool   `json:"fits" doc:"false: by this rule it is no such label."`
	Product    string `json:"product,omitempty"`
	Lot        string `json:"lot,omitempty"`
	Serial     string `json:"serial,omitempty"`
	Quantity   string `json:"quantity,omitempty"`
	Production string `json:"production,omitempty"`
	BestBefore string `json:"best_before,omitempty"`
	SellBy     string `json:"sell_by,omitempty"`
	Expiry     string `json:"expiry,omitempty"`
}

// mostTried is how many further scans one trial takes.
const mostTried = 100

// TryLabel makes the rule of an example and reads further scans by it. Nothing is recorded, and what the label names need not exist.
func (a *App) TryLabel(t *LabelTrial) (LabelTried, error) {
	now := a.Store.Now()
	l := &stock.Label{Code: t.Code, Active: true}
	if fault := t.Apply(l, now); fault != nil {
		return LabelTried{}, fault
	}
	if len(t.Scans) > mostTried {
		return LabelTried{}, stock.Errorf(stock.Invalid, stock.CodeTooMany, "scans", "%d scans, at most %d are tried at once", len(t.Scans), mostTried)
	}
	read := func(scan string) LabelRead {
		r, ok := l.Rule.Read(scan, stock.YearOf(now))
		return LabelRead{scan, ok, r.Product, r.Lot, r.Serial, r.Quantity, r.Production, r.BestBefore, r.SellBy, r.Expiry}
	}
	return LabelTried{Rule: l.Rule, Example: read(l.Example), Scans: views(t.Scans, read)}, nil
}
