package sim

import (
	"fmt"

	"clew/internal/stock"
)

// further is what the model keeps beside goods: what books are closed, what is asked of goods and movements.
type further struct {
	closed   map[int64]*stock.Closing // the newest of each site, and of all at 0
	late     int                      // marks of late entries
	fields   map[string]*stock.Field
	kept     map[int64]*stock.MovementDraft      // by exceptions
	details  int                                 // values of extra fields
	plans    map[int64]*stock.Plan               // of products
	groups   map[int64]*stock.Plan               // of product groups
	measured map[int64]map[string]stock.Quantity // lot → the last value of each measurement
}

func newFurther() further {
	return further{closed: map[int64]*stock.Closing{}, fields: map[string]*stock.Field{}, kept: map[int64]*stock.MovementDraft{}, plans: map[int64]*stock.Plan{}, groups: map[int64]*stock.Plan{},
		measured: map[int64]map[string]stock.Quantity{}}
}

// furtherGenesis are the records that these rules need.
func furtherGenesis() (out []stock.Body) {
	for _, sku := range rising {
		out = append(out, &stock.ProductDraft{SKU: sku})
	}
	return append(out, packs(12),
		&stock.FieldDraft{Code: "seal", On: ptr("movement")},
		&stock.FieldDraft{Code: "grade", On: ptr("lot"), Type: ptr("choice"), Choices: &[]string{"A", "B"}, RequiredFor: &stock.RequiredFor{Groups: []string{"FRESH"}}})
}

// rarer draws what is asked less often.
func (r *drawer) rarer() stock.Body {
	switch r.IntN(7) {
	case 5, 6:
		return r.again()
	case 0:
		return r.track()
	case 1:
		return r.quality()
	case 2:
		return r.ask()
	case 3:
		return packs(one(r, []int{10, 12}))
	}
	return r.close()
}

// dressFurther adds what other rules ask of a movement, or tries without.
func (r *drawer) dressFurther(d *stock.MovementDraft) {
	if d.OccurredAt != 0 && r.chance(50) {
		d.Override = "it was written down late"
	}
	r.answer(d)
	r.pack(d)
}

// learnFurther takes in what an entry says beside its goods, and refuses what no entry may say.
func (m *model) learnFurther(e *stock.Entry) error {
	for _, check := range []func(*stock.Entry) error{m.close, m.raised, m.inspect, m.answered, m.keep} {
		if err := check(e); err != nil {
			return fmt.Errorf("entry %d, a %s: %w", e.ID, e.Kind, err)
		}
	}
	return nil
}

// judgeFurther knows the drafts of these rules.
func (m *model) judgeFurther(body stock.Body) verdict {
	switch d := body.(type) {
	case *stock.ClosingDraft:
		return m.judgeClosing(d)
	case *stock.TrackingDraft:
		return m.judgeTracking(d)
	case *stock.InspectionDraft:
		switch {
		case m.vague(d.Product, d.Lot):
			return verdict{}
		case m.named(d.Product, d.Lot) == 0:
			return refusal(stock.CodeUnknownLot)
		}
		return refusal()
	case *stock.PlanDraft, *stock.FieldDraft:
		return refusal()
	}
	return verdict{}
}

// tracked, measures and closes are sums by which tables are held against the model.
func (m *model) tracked() (sum int64) {
	for _, p := range m.products {
		sum += int64(p.Tracking)
	}
	return sum
}

func (m *model) measures() (sum int64) {
	for _, lot := range m.measured {
		for _, value := range lot {
			sum += int64(value)
		}
	}
	return sum
}

func (m *model) closes() (sum int64) {
	for _, c := range m.closed {
		sum += int64(c.Until)
	}
	return sum
}
