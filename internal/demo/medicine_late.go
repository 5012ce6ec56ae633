package demo

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"

	"clew/internal/app"
	"clew/internal/stock"
)

// vaccine starts on hold: a lot is released on its maker's certificate and the depot's own measurements.
var vaccine = good{sku: "MED-VACCINE", name: "Tetanus vaccine, 10 vials", tracking: "lot", requires: "expiry", shelf: 700, warn: 90, cost: "88.00", holds: "receive"}

// potency is the measurement that a lot of vaccine is judged by.
const potency = "potency"

// planVaccine says what quality asks of a lot before it is released.
func (m *medicine) planVaccine(admin app.Who) {
	m.post(admin, &stock.PlanDraft{Product: vaccine.sku, Files: []string{stock.FileCertificate.String()},
		Measurements: []stock.MeasurementDraft{{Name: potency, Unit: "% of label", Min: of(stock.Units(90)), Max: of(stock.Units(120))}}}, nil)
}

// lateCertificate plans a lot that waits three weeks for its certificate, and one that still waits when the year ends.
func (m *medicine) lateCertificate(day stock.Date) {
	switch day {
	case m.o.End - 33:
		m.round(day, 9, 0, func() {
			m.receiveVaccine("VA"+compact(day), func(l *lot, hold int64) { m.waitForPaper(l, hold) })
		})
	case m.o.End - 9:
		m.round(day, 9, 0, func() { m.receiveVaccine("VA"+compact(day), nil) })
	}
}

// receiveVaccine takes in a lot that starts on hold, and tells of the hold.
func (m *medicine) receiveVaccine(code string, then func(l *lot, hold int64)) {
	p := portion{lot: m.bear(code, m.today().AddDays(600)), quantity: stock.Units(40)}
	it := p.item(vaccine.sku, "", "PICK")
	it.Expiry = p.good
	m.post(medicineIn, &stock.MovementDraft{Kind: stock.KindReceive, Site: north, Partner: "MED-MAKER-2", Items: []stock.ItemDraft{it},
		References: paper("delivery_note", "MED-MAKER-2-%d", 70000+m.keys)}, func(r app.Receipt) {
		e, err := m.app.Entry(m.ctx, r.Entry)
		if err != nil || len(e.Follows) != 1 {
			m.fault = fmt.Errorf("demo: the vaccine of entry %d should be on hold: %w", r.Entry, err)
			return
		}
		if then != nil {
			then(p.lot, e.Follows[0])
		}
	})
}

// waitForPaper measures a lot soon, attaches its certificate weeks later, releases it then, and sells some.
func (m *medicine) waitForPaper(l *lot, hold int64) {
	came := m.o.End - 11
	m.round(m.o.End-30, 14, 0, func() {
		m.post(medicineLab, &stock.InspectionDraft{Product: vaccine.sku, Lot: l.code, Occurred: m.now, Values: []stock.MeasuredDraft{{Name: potency, Value: of(stock.Units(104))}}}, nil)
	})
	m.round(came, 10, 0, func() {
		m.attach(medicineLab, &stock.FileDraft{Product: vaccine.sku, Lot: l.code, Kind: stock.FileCertificate.String(), Name: "certificate-" + l.code + ".txt", Dated: came - 2,
			Note: "asked for three times, sent by the maker today"},
			fmt.Sprintf("CERTIFICATE OF ANALYSIS\n\nProduct  %s\nLot      %s\nMaker    Delta Biologics\nPotency  104 %% of label (limits 90 to 120)\nResult   complies\n", vaccine.name, l.code))
	})
	m.round(came, 14, 0, func() {
		m.post(medicineLab, &stock.ReleaseDraft{Hold: hold, Site: north, Reason: "certificate received, potency within limits", Occurred: m.now}, nil)
	})
	m.round(came+2, 10, 30, func() {
		m.post(picker, &stock.MovementDraft{Kind: stock.KindShip, Site: north, Partner: m.customers[0][1].code, Address: "MAIN", References: paper("order", "MO-VACCINE-1"),
			Items: []stock.ItemDraft{portion{lot: l, quantity: stock.Units(15)}.item(vaccine.sku, "PICK", "")}}, nil)
	})
	m.told = append(m.told, Story{"late", l.code, fmt.Sprintf("a certificate that came late: on hold from %s to %s for want of it, then released and shipped", m.o.End-33, came)})
}

// attach keeps the content of a file and records it with the batch under way.
func (y *year) attach(who app.Who, d *stock.FileDraft, content string) {
	hash := sha256.Sum256([]byte(content))
	d.Hash, d.Size, d.Media = hex.EncodeToString(hash[:]), int64(len(content)), "text/plain"
	in, err := y.app.Store.NewContent()
	if err != nil {
		y.fault = err
		return
	}
	_, err = in.Write([]byte(content))
	if err == nil {
		_, _, err = in.Keep()
	}
	if err != nil {
		y.fault = err
	}
	y.post(who, d, func(app.Receipt) {
		if err := y.app.Store.Settle(context.WithoutCancel(y.ctx), in, false); err != nil {
			y.fault = err
		}
	})
}
