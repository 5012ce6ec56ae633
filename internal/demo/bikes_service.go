package demo

import (
	"fmt"
	"time"

	"clew/internal/app"
	"clew/internal/stock"
)

// workday is the first weekday from a day on.
func workday(day stock.Date) stock.Date {
	for weekday(day) == time.Saturday || weekday(day) == time.Sunday {
		day++
	}
	return day
}

// comesBack plans a warranty return and what becomes of it.
func (b *bikes) comesBack(k bike, dealer buyer, address string, day stock.Date) {
	day = workday(day)
	b.round(day, 10, 30, func() {
		b.takeIn(k, dealer, address, func(hold int64) {
			b.round(workday(day+2), 13, 0, func() {
				switch b.luck.IntN(3) {
				case 0:
					b.swap(k, hold, func(k bike) { b.round(workday(day+3), 15, 0, func() { b.send(k, dealer, address) }) })
				case 1:
					b.rework(k, hold)
					b.round(workday(day+3), 15, 0, func() { b.send(k, dealer, address) })
				default:
					b.scrap(k)
				}
			})
		})
	})
}

// takeIn books a return. Returned bikes start on hold; then is told which hold it is.
func (b *bikes) takeIn(k bike, dealer buyer, address string, then func(hold int64)) {
	b.post(bikesIn, &stock.MovementDraft{Kind: stock.KindReturn, Site: factory, Partner: dealer.code, Address: address, Reason: "warranty: the battery does not charge",
		Items: []stock.ItemDraft{{Product: models[k.model].bike.sku, Units: []string{k.serial}, To: "WORKSHOP"}}, References: paper("claim", "RMA-%s", k.serial)},
		func(r app.Receipt) {
			e, err := b.app.Entry(b.ctx, r.Entry)
			if err != nil || len(e.Follows) == 0 {
				b.fault = fmt.Errorf("demo: the bike of entry %d should be on hold: %w", r.Entry, err)
				return
			}
			then(e.Follows[0])
		})
}

func (b *bikes) release(hold int64, reason string) {
	b.post(bikesLab, &stock.ReleaseDraft{Hold: hold, Reason: reason, Occurred: b.now}, nil)
}

// swap takes a bike apart, scraps its battery and builds it again with a new one: the same bike by its number.
func (b *bikes) swap(k bike, hold int64, then func(bike)) {
	if len(b.cells) == 0 {
		return
	}
	m, old := models[k.model], k.cell
	b.release(hold, "battery found dead; cleared for repair")
	b.post(workshop, &stock.MovementDraft{Kind: stock.KindDisassemble, Site: factory, References: paper("claim", "RMA-%s", k.serial), Groups: []stock.Group{{
		Inputs: []stock.ItemDraft{{Product: m.bike.sku, Units: []string{k.serial}, From: "WORKSHOP"}},
		Outputs: []stock.ItemDraft{
			{Product: m.frame.sku, Units: []string{k.parts[0]}, To: "STORE"},
			{Product: motor, Units: []string{k.parts[1]}, To: "STORE"},
			{Product: battery, Units: []string{old.serial}, To: "QUARANTINE"},
		},
	}}}, nil)
	k.cell, b.cells = b.cells[0], b.cells[1:]
	k.cell.load.built++
	b.post(workshop, &stock.MovementDraft{Kind: stock.KindMake, Site: factory, References: paper("claim", "RMA-%s", k.serial), Groups: []stock.Group{b.group(k)}}, nil)
	b.post(workshop, &stock.MovementDraft{Kind: stock.KindScrap, Site: factory, Reason: "dead battery, to the recycler",
		Items: []stock.ItemDraft{{Product: battery, Units: []string{old.serial}, From: "QUARANTINE"}}}, nil)
	then(k)
}

// rework tightens and refits a returned bike: it goes in and comes out as itself.
func (b *bikes) rework(k bike, hold int64) {
	sku := models[k.model].bike.sku
	b.release(hold, "no fault found in the battery; cable to be refitted")
	fit := items(bolts, b.shelves.at(factory, "STORE", bolts).take(stock.Units(4), 0), "STORE", "")
	b.post(workshop, &stock.MovementDraft{Kind: stock.KindMake, Site: factory, References: paper("claim", "RMA-%s", k.serial), Groups: []stock.Group{{
		Inputs:  append(fit, stock.ItemDraft{Product: sku, Units: []string{k.serial}, From: "WORKSHOP"}),
		Outputs: []stock.ItemDraft{{Product: sku, Units: []string{k.serial}, To: "FINISHED"}},
	}}}, nil)
}

// scrap writes a returned bike off; the hold on it does not bar that.
func (b *bikes) scrap(k bike) {
	b.post(workshop, &stock.MovementDraft{Kind: stock.KindScrap, Site: factory, Reason: "frame cracked: beyond repair",
		Items: []stock.ItemDraft{{Product: models[k.model].bike.sku, Units: []string{k.serial}, From: "WORKSHOP"}}}, nil)
}

// send ships a repaired bike.
func (b *bikes) send(k bike, dealer buyer, address string) {
	b.shipped++
	b.post(bikesOut, &stock.MovementDraft{Kind: stock.KindShip, Site: factory, Partner: dealer.code, Address: address, References: paper("order", "EB-%06d", b.shipped),
		Items: []stock.ItemDraft{{Product: models[k.model].bike.sku, Units: []string{k.serial}, From: "FINISHED"}}}, nil)
}

// cameBack is the story of the unit that came back: sold, returned, given a new battery, and sold to somebody else.
func (b *bikes) cameBack(day stock.Date) {
	var k bike
	for i := range b.finished {
		if len(b.finished[i]) > 0 {
			k, b.finished[i] = b.finished[i][0], b.finished[i][1:]
			break
		}
	}
	if k.serial == "" {
		return
	}
	first, second := b.dealers[0], b.dealers[len(b.dealers)-1]
	b.send(k, first, "MAIN")
	b.round(workday(day+12), 10, 30, func() {
		b.takeIn(k, first, "MAIN", func(hold int64) {
			b.round(workday(day+14), 13, 0, func() {
				b.swap(k, hold, func(k bike) { b.round(workday(day+19), 15, 0, func() { b.send(k, second, "MAIN") }) })
			})
		})
	})
	b.told = append(b.told, Story{"came back", k.serial, "a bike that came back: sold to " + first.code + ", returned, rebuilt with a new battery, sold to " + second.code})
}

// close ends the factory's year: a shipment of batteries turns out to be bad.
func (b *bikes) close(day stock.Date) {
	b.round(day, 19, 30, func() {
		load := b.suspect(day)
		if load == nil {
			return
		}
		b.post(bikesLab, &stock.HoldDraft{Product: battery, Lot: load.lot.code, Reason: "the maker warns of cells that overheat"}, nil)
		var still []stock.Body
		for i, m := range models {
			var units []string
			for _, k := range b.finished[i] {
				if k.cell.load == load {
					units = append(units, k.serial)
				}
			}
			if units != nil {
				still = append(still, &stock.HoldDraft{Product: m.bike.sku, Units: units, Reason: "built with batteries of " + load.lot.code})
			}
		}
		for _, hold := range still {
			b.post(bikesLab, hold, nil)
		}
		b.told = append(b.told, Story{"batteries", load.lot.code, fmt.Sprintf("a bad battery shipment, %s to %s: the bikes they are in, and the dealers who have those",
			load.first, load.last)})
	})
}

// suspect is the newest shipment of batteries of which most are with dealers.
func (b *bikes) suspect(day stock.Date) *cellLoad {
	for i := len(b.loads) - 1; i >= 0; i-- {
		if l := b.loads[i]; l.gone > 20 && l.day <= day-10 {
			return l
		}
	}
	return nil
}
