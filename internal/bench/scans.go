package bench

import (
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"clew/gs1"
	"clew/internal/stock"
)

// scans measures how fast scanned codes are told, one a call and a hundred a call, over a large catalogue. There is no storage beside it that would know them.
func (r *run) scans() error {
	const each = 10
	data := r.dir("scans")
	l, err := r.build(data)
	if err != nil {
		return err
	}
	gtin := func(i int) string {
		body := fmt.Sprintf("952%09d", i)
		check, _ := gs1.CheckDigit(body)
		return body + string(rune(check))
	}
	for first := 0; first < r.unit; first += 500 {
		products := make([]stock.Body, 0, 500)
		items := make([]stock.ItemDraft, 0, 500)
		for i := first; i < first+500; i++ {
			sku := fmt.Sprintf("P%06d", i)
			products = append(products, &stock.ProductDraft{SKU: sku, GTIN: at(gtin(i)), Tracking: at("serial"), Barcodes: []stock.BarcodeOf{{Code: fmt.Sprintf("H-%06d", i)}}})
			items = append(items, stock.ItemDraft{Product: sku, Units: []string{fmt.Sprintf("S%06d0~+%d", i, each-1)}, To: "DOCK"})
		}
		if err := l.post(products...); err != nil {
			return err
		}
		if err := l.post(&stock.MovementDraft{Kind: stock.KindReceive, Site: "MAIN", Partner: "MILL", Items: items}); err != nil {
			return err
		}
	}
	l.Close()
	s, err := r.serve(data)
	if err != nil {
		return err
	}
	defer r.close(s)
	code := func(n int) string {
		i := n * 7919 % r.unit
		return fmt.Sprintf("]d2010%s21S%06d%d", gtin(i), i, n%each)
	}
	for _, c := range []struct{ calls, scans int }{{2000, 1}, {200, 100}} {
		n := 0
		started := time.Now()
		for range c.calls {
			items := make([]map[string]string, c.scans)
			for k := range items {
				items[k] = map[string]string{"scan": code(n)}
				n++
			}
			body, err := json.Marshal(map[string]any{"items": items, "site": "MAIN"})
			if err != nil {
				return err
			}
			answer, err := s.post(r.ctx, "/v1/scan", "", body)
			if err != nil {
				return err
			}
			if got := strings.Count(string(answer), `"place":"MAIN/DOCK"`); got != c.scans {
				return fmt.Errorf("%d of %d scans were told: %.300s", got, c.scans, answer)
			}
		}
		r.add(fmt.Sprintf("scans told, %d a call, %d products, %d units", c.scans, r.unit, each*r.unit), rate(n, time.Since(started)), "", "", "")
	}
	return nil
}
