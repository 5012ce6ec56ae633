package bench

import (
	"fmt"
	"math/rand/v2"
	"net/url"
	"strings"
	"time"

	"clew/internal/stock"
)

// search measures the box in which people type, key by key, over a million units, lots with the codes of suppliers, papers, and products and
// partners with names. There is no floor: the engines alone find no code by its beginning whatever its case.
func (r *run) search() error {
	data := r.dir(strings.ToLower(strings.Trim(r.where(), ": ")) + "search")
	l, err := r.build(data)
	if err != nil {
		return err
	}
	units, lots := 10*r.unit, r.unit/2
	if err := r.buildSearch(l, units, lots); err != nil {
		return err
	}
	l.Close()
	s, err := r.serve(data)
	if err != nil {
		return err
	}
	defer r.close(s)
	random := rand.New(rand.NewPCG(1, 2))
	var all []time.Duration
	var longest time.Duration
	for range 20 {
		for _, text := range []string{
			fmt.Sprintf("b%08d", random.IntN(units)), fmt.Sprintf("lot-%06d", random.IntN(lots)), fmt.Sprintf("their %06d", random.IntN(lots)),
			fmt.Sprintf("ls-%05d", random.IntN(lots/100)), fmt.Sprintf("sku%05d", random.IntN(r.unit/5)), fmt.Sprintf("muhle no %d", random.IntN(r.unit/50)), "naturlich gewachsen",
		} {
			for n := range text {
				start := time.Now()
				if _, err := s.get(r.ctx, "/v1/search?q="+url.QueryEscape(text[:n+1])); err != nil {
					return err
				}
				took := time.Since(start)
				if all = append(all, took); took > longest {
					longest = took
					fmt.Fprintf(r.Log, "          %s for %q\n", ms(took), text[:n+1])
				}
			}
		}
	}
	what := fmt.Sprintf("%ssearch while typing, %d units, %d lots, %d products, ", r.where(), units, lots, r.unit/5)
	r.add(what+"median", ms(quantile(all, 0.5)), "", "", "")
	r.add(what+"99 of 100", ms(quantile(all, 0.99)), "", "", "< 100 ms")
	return nil
}

func (r *run) buildSearch(l *ledger, units, lots int) error {
	for first := 0; first < units; first += r.unit {
		if err := l.receive("BIKE", first, r.unit); err != nil {
			return err
		}
	}
	amount := stock.Units(1)
	for first := 0; first < lots; first += 100 {
		m := &stock.MovementDraft{Kind: stock.KindReceive, Site: "MAIN", Partner: "MILL", References: []stock.Reference{{Kind: "delivery_note", Code: fmt.Sprintf("LS-%05d", first/100)}}}
		for i := first; i < first+100; i++ {
			m.Items = append(m.Items, stock.ItemDraft{Product: "PALLET", Lot: fmt.Sprintf("Lot-%06d", i), SupplierLot: fmt.Sprintf("Their %06d", i), Quantity: &amount, To: "DOCK"})
		}
		if err := l.post(m); err != nil {
			return err
		}
	}
	for first := 0; first < r.unit/5; first += 500 {
		var bodies []stock.Body
		for i := first; i < first+500; i++ {
			bodies = append(bodies, &stock.ProductDraft{SKU: fmt.Sprintf("SKU%05d", i), Name: at(fmt.Sprintf("Natürlich gewachsen %d", i%97))})
			if i%10 == 0 {
				bodies = append(bodies, &stock.PartnerDraft{Code: fmt.Sprintf("P%05d", i/10), Name: at(fmt.Sprintf("Mühle No %d", i/10)), Roles: &[]string{"supplier"}})
			}
		}
		if err := l.post(bodies...); err != nil {
			return err
		}
	}
	return nil
}
