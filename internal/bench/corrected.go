package bench

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"clew/internal/stock"
)

// corrections is how many lots of the traced goods were booked under a wrong code each, and put right.
const corrections = 1000

// corrected measures the trace of a lot that was received and used a thousand times: booked right from the first day on, and booked as
// a thousand lots that were found one by one to be it.
func (r *run) corrected() error {
	plain, err := r.traceCorrected("booked-right", func(int) string { return "C1" }, false)
	if err != nil {
		return err
	}
	through, err := r.traceCorrected("corrected", func(i int) string { return fmt.Sprintf("W%d", i) }, true)
	if err != nil {
		return err
	}
	r.add(fmt.Sprintf("trace through %d corrections, beside the same booked right", corrections), ms(through), ms(plain), times(through, plain), "<= 2 x")
	return nil
}

// traceCorrected builds the ledger, in which goods are booked as the lots that named says, and times the trace of C1.
func (r *run) traceCorrected(name string, named func(i int) string, correct bool) (time.Duration, error) {
	data := r.dir(name)
	l, err := r.build(data)
	if err != nil {
		return 0, err
	}
	kilo := stock.Units(1)
	var made []stock.Body
	for i := range corrections {
		made = append(made,
			&stock.MovementDraft{Kind: stock.KindReceive, Site: "MAIN", Partner: "MILL", Items: []stock.ItemDraft{{Product: "CELL", Lot: named(i), Quantity: &kilo, To: "DOCK"}}},
			&stock.MovementDraft{Kind: stock.KindMake, Site: "MAIN", Override: "bench", Groups: []stock.Group{{
				Inputs:  []stock.ItemDraft{{Product: "CELL", Lot: named(i), Quantity: &kilo}},
				Outputs: []stock.ItemDraft{{Product: "PALLET", Lot: fmt.Sprintf("P%d", i), Quantity: &kilo, To: "DOCK"}}}}},
			&stock.MovementDraft{Kind: stock.KindShip, Site: "MAIN", Partner: "SHOP", Override: "bench", Items: []stock.ItemDraft{{Product: "PALLET", Lot: fmt.Sprintf("P%d", i), Quantity: &kilo}}})
	}
	if correct {
		made = append(made, &stock.CorrectionDraft{Product: "CELL", Lot: named(0), Set: stock.LotIdentity{Lot: at("C1")}, Reason: "misread"})
		for i := 1; i < corrections; i++ {
			made = append(made, &stock.CorrectionDraft{Product: "CELL", Lot: named(i), SameAs: "C1", Reason: "misread"})
		}
	}
	for part := range slices.Chunk(made, 300) {
		if err := l.post(part...); err != nil {
			return 0, err
		}
	}
	l.Close()
	s, err := r.serve(data)
	if err != nil {
		return 0, err
	}
	defer r.close(s)
	var all []time.Duration
	for range 9 {
		start := time.Now()
		body, err := s.get(r.ctx, "/v1/trace/C1?direction=down")
		if err != nil {
			return 0, err
		}
		all = append(all, time.Since(start))
		if !strings.Contains(string(body), `"product":"PALLET","name":"PALLET","uom":"H87","lots":1000`) {
			return 0, fmt.Errorf("%s: the trace does not reach %d lots: %.2000s", name, corrections, body)
		}
	}
	slices.Sort(all)
	return quantile(all, 0.5), nil
}
