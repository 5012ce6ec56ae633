package sim

import (
	"encoding/json"
	"maps"
	"slices"

	"clew/internal/stock"
)

// again draws a shipment of what an open exception names, which then waits for that, or the posting of one that may wait.
func (r *drawer) again() stock.Body {
	ids := slices.Sorted(maps.Keys(r.m.open))
	if len(ids) == 0 {
		return r.out(stock.KindShip)
	}
	id := ids[len(ids)-1-r.IntN(min(len(ids), 3))]
	if r.chance(30) {
		return &stock.ResolveDraft{Exception: id, Action: "post", Reason: "looked into"}
	}
	d := *r.m.kept[id]
	d.OccurredAt, d.Items = 0, slices.Clone(d.Items)
	return &d
}

// keep takes in what an exception kept.
func (m *model) keep(e *stock.Entry) error {
	if e.Kind != stock.KindException {
		return nil
	}
	d := &stock.MovementDraft{}
	m.kept[e.ID] = d
	return json.Unmarshal(e.Exception.Draft, d)
}

// judgeResolve: what happened to a unit first is posted first.
func (m *model) judgeResolve(d *stock.ResolveDraft) verdict {
	if _, open := m.open[d.Exception]; !open {
		return refusal(stock.CodeExceptionResolved, stock.CodeUnknownException)
	}
	if d.Action == "dismiss" {
		return refusal()
	}
	for _, it := range m.kept[d.Exception].Items {
		for _, serial := range it.Units {
			for id, subjects := range m.open {
				if id < d.Exception && slices.Contains(subjects, it.Product+"|"+serial) {
					return refusal(stock.CodeWaitsForException)
				}
			}
		}
	}
	return verdict{}
}
