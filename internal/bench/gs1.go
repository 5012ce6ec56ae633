package bench

import (
	"fmt"
	"runtime"
	"time"

	"clew/gs1"
)

// barcodes measures how fast labels are read and checked, on one core. There is no storage beside it.
func (r *run) barcodes() error {
	for _, b := range []struct {
		what, data, aim string
		reader          gs1.Reader
	}{
		{"read and check a label: GTIN, expiry, lot, serial", "]d201095212345432131727013110LOT42A\x1d21S0001", "≤ 0.9 µs", gs1.Reader{}},
		{"… and which AIs go together", "]d201095212345432131727013110LOT42A\x1d21S0001", "", gs1.Reader{Companions: true}},
		{"read and check the same as a Digital Link", "https://id.example.org/01/09521234543213/10/LOT42A/21/S0001?17=270131", "≤ 1.7 µs", gs1.Reader{}},
	} {
		var m gs1.Message
		n := 5 * r.unit
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		started := time.Now()
		for range n {
			if err := b.reader.Read(b.data, &m); err != nil {
				return err
			}
		}
		took := time.Since(started)
		runtime.ReadMemStats(&after)
		allocations := float64(after.Mallocs-before.Mallocs) / float64(n)
		r.add(b.what, fmt.Sprintf("%s, %.2f µs, %.1f allocations", rate(n, took), took.Seconds()*1e6/float64(n), allocations), "", "", b.aim)
	}
	return nil
}
