package app

import (
	"cmp"
	"context"
	"maps"
	"slices"
	"strings"

	"clew/internal/stock"
	"clew/internal/store"
)

// Field is an extra field as it stands.
type Field struct {
	Code        string             `json:"code"`
	Label       string             `json:"label"`
	Type        string             `json:"type"`
	On          string             `json:"on" doc:"What carries it: movement, lot, product or partner."`
	Choices     []string           `json:"choices,omitempty"`
	RequiredFor *stock.RequiredFor `json:"required_for,omitempty" doc:"Where a value must be given."`
	MaxLength   int                `json:"max_length,omitempty"`
	Active      bool               `json:"active"`
	Entry       int64              `json:"entry,omitempty" doc:"The entry that last changed it."`
}

// Details are the values that an entry gave to the extra fields of a lot, product or partner.
type Details struct {
	Product string       `json:"product,omitempty"`
	Lot     string       `json:"lot,omitempty"`
	Partner string       `json:"partner,omitempty"`
	Fields  stock.Values `json:"fields" doc:"By the fields' codes; an empty value takes the former away."`
}

func viewField(f *stock.Field, n *store.Names) Field {
	out := Field{Code: f.Code, Label: f.Label, Type: f.Type.String(), On: f.On.String(), Choices: f.Choices, Active: f.Active, Entry: f.Entry}
	if f.Type == stock.FieldText {
		out.MaxLength = f.MaxLength
	}
	if f.Kinds != 0 || len(f.Groups) > 0 {
		out.RequiredFor = &stock.RequiredFor{Kinds: f.KindNames()}
		for _, id := range f.Groups {
			out.RequiredFor.Groups = append(out.RequiredFor.Groups, groupCode(n, id))
		}
	}
	return out
}

func (a *App) viewFields(ctx context.Context, rows []*stock.Field) ([]Field, error) {
	n := store.NewNames()
	for _, f := range rows {
		n.WantGroups(f.Groups...)
	}
	err := a.Store.LoadNames(ctx, n)
	return views(rows, func(f *stock.Field) Field { return viewField(f, n) }), err
}

// Fields lists extra fields by code.
func (a *App) Fields(ctx context.Context, page store.Page) ([]Field, error) {
	rows, err := a.Store.Fields(ctx, page)
	if err != nil {
		return nil, err
	}
	return a.viewFields(ctx, rows)
}

// Field shows one extra field.
func (a *App) Field(ctx context.Context, code string) (Field, error) {
	f, err := a.Store.Field(ctx, code)
	if err != nil {
		return Field{}, err
	}
	rows, err := a.viewFields(ctx, []*stock.Field{f})
	if err != nil {
		return Field{}, err
	}
	return rows[0], nil
}

// fieldValue finds an extra field of one sort of records, and writes the value that is looked for as it is kept.
func (a *App) fieldValue(ctx context.Context, code, value string, on ...stock.FieldOn) (int64, string, error) {
	switch {
	case code == "" && value == "":
		return 0, "", nil
	case code == "":
		return 0, "", stock.Errorf(stock.Invalid, stock.CodeRequired, "field", "name the field that has the value")
	case value == "":
		return 0, "", stock.Errorf(stock.Invalid, stock.CodeRequired, "value", "give the value to look for")
	}
	f, err := a.Store.Field(ctx, code)
	if fault, ok := stock.AsError(err); ok {
		fault.Field = "field"
	}
	if err != nil {
		return 0, "", err
	}
	if !slices.Contains(on, f.On) {
		return 0, "", stock.Errorf(stock.Invalid, stock.CodeUnknownField, "field", "%s is a field of a %s", f.Code, f.On)
	}
	text, fault := f.Canonical(value)
	if fault != nil {
		return 0, "", fault.At("value")
	}
	return f.ID, text, nil
}

// viewDetails parts the values that an entry gave into the movement's own and those of lots, products and partners.
func viewDetails(made []stock.Detail, n *store.Names) (own stock.Values, of []Details) {
	for i, d := range made {
		if d.On == stock.OnMovement {
			if own == nil {
				own = stock.Values{}
			}
			own[d.Code] = d.Value
			continue
		}
		if i == 0 || made[i-1].On != d.On || made[i-1].Owner != d.Owner {
			of = append(of, viewOwner(d, n))
		}
		of[len(of)-1].Fields[d.Code] = d.Value
	}
	return own, of
}

func viewOwner(d stock.Detail, n *store.Names) Details {
	out := Details{Fields: stock.Values{}}
	product := d.Owner
	switch d.On {
	case stock.OnPartner:
		out.Partner, product = partnerCode(n, d.Owner), 0
	case stock.OnLot:
		out.Lot, product = lotCode(n, d.Owner), 0
		if l := n.Lots[d.Owner]; l != nil {
			product = l.Product
		}
	}
	if p := n.Products[product]; p != nil {
		out.Product = p.SKU
	}
	return out
}

// eventFields are the values that an entry gave to its own fields and those of the lot that is traced.
func (t *tracing) eventFields(e *stock.Entry) stock.Values {
	var out stock.Values
	for _, d := range e.Details {
		if d.On != stock.OnMovement && (t.lot == nil || d.On != stock.OnLot || d.Owner != t.lot.ID) {
			continue
		}
		if out == nil {
			out = stock.Values{}
		}
		out[d.Code] = d.Value
	}
	return out
}

// FieldSet is what became of a ready set of extra fields.
type FieldSet struct {
	Set     string   `json:"set"`
	Created []string `json:"created" doc:"Fields that are new."`
	Kept    []string `json:"kept" doc:"Fields that were there already; they stay as they are."`
}

// InstallFields defines the fields of a ready set that are not there yet.
func (a *App) InstallFields(ctx context.Context, who Who, name string) (FieldSet, error) {
	out := FieldSet{Set: name, Created: []string{}, Kept: []string{}}
	set, fault := stock.FieldSet(name)
	if fault != nil {
		return out, fault
	}
	requests := make([]Request, len(set))
	for i := range set {
		requests[i] = Request{Who: who, Body: &set[i]}
	}
	results, err := a.RecordAll(ctx, requests)
	if err != nil {
		return out, err
	}
	for i, r := range results {
		switch {
		case r.Err == nil:
			out.Created = append(out.Created, set[i].Code)
		case r.Err.Code == stock.CodeFieldExists:
			out.Kept = append(out.Kept, set[i].Code)
		default:
			return out, r.Err
		}
	}
	return out, nil
}

// fieldNotes tells values to people, on one line each.
func fieldNotes(values stock.Values) []string {
	var out []string
	for _, code := range slices.Sorted(maps.Keys(values)) {
		out = append(out, code+" "+cmp.Or(strings.Join(strings.Fields(values[code]), " "), "none"))
	}
	return out
}
