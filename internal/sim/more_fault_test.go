package sim

import (
	"clew/internal/stock"
)

// furtherFaults are wrong rules about closed books, tracking, quality, extra fields and packaging.
var furtherFaults = []planted{
	{"closed books ignored", pass(stock.CodeBooksClosed), `bad input was accepted`},
	{"late entry not marked", unmarked, `it reaches into closed books at`},
	{"late entry without a reason", unexplained, `nothing says why`},
	{"books opened without a reason", reopened, `must be refused with \[reason_required`},
	{"stock of another size becomes lots", misraised, `must be refused with \[stock_differs\]`},
	{"stock is left as it was", leftBehind, `became no lot|became \d+ units`},
	{"quality's plan ignored", unjudged, `must be refused with \[release_incomplete\]`},
	{"field not asked for", unasked, `must be refused with \[field_required\]`},
	{"value of a field dropped", unanswered, `lacks a value`},
	{"exceptions posted out of order", outOfOrder, `must be refused with \[waits_for_exception\]`},
	{"cases counted as pieces", unpacked, `pieces, .* were booked`},
}

func init() { faults = append(faults, furtherFaults...) }

func unmarked(_ *faulty, _ *stock.Draft, o stock.Outcome) stock.Outcome {
	for _, e := range o.Entries {
		e.Late = nil
	}
	return o
}

func unexplained(_ *faulty, _ *stock.Draft, o stock.Outcome) stock.Outcome {
	for _, e := range o.Entries {
		if len(e.Late) > 0 {
			e.Override = ""
			for i := range e.Items {
				e.Items[i].Override = ""
			}
		}
	}
	return o
}

func reopened(f *faulty, d *stock.Draft, o stock.Outcome) stock.Outcome {
	c, ok := d.Body.(*stock.ClosingDraft)
	if !ok || !refusedWith(o, stock.CodeReasonRequired) {
		return o
	}
	next, body := *d, *c
	body.Reason = "none"
	next.Body = &body
	return f.instead(&next)
}

// misraised makes room for what is named before it becomes tracked.
func misraised(f *faulty, d *stock.Draft, o stock.Outcome) stock.Outcome {
	t, ok := d.Body.(*stock.TrackingDraft)
	if !ok || !refusedWith(o, stock.CodeStockDiffers) {
		return o
	}
	next, body := *d, *t
	body.Items, body.Rest, body.Tracking = nil, &stock.RestDraft{Lot: "ALL"}, "lot"
	next.Body, next.Key = &body, ""
	if out := f.instead(&next); out.Err == nil {
		return out
	}
	return o
}

// leftBehind forgets what a change of tracking did at the last place.
func leftBehind(_ *faulty, d *stock.Draft, o stock.Outcome) stock.Outcome {
	if e := posted(o); e != nil && e.Kind == stock.KindTracking && len(e.Items) > 1 {
		group, keep := e.Items[len(e.Items)-1].Group, e.Items[:0:0]
		for _, it := range e.Items {
			if it.Group != group {
				keep = append(keep, it)
			}
		}
		e.Items = keep
	}
	return o
}

func unjudged(f *faulty, d *stock.Draft, o stock.Outcome) stock.Outcome {
	r, ok := d.Body.(*stock.ReleaseDraft)
	if !ok || !refusedWith(o, stock.CodeReleaseIncomplete) {
		return o
	}
	next, body := *d, *r
	body.Override = "it looked good"
	next.Body = &body
	return f.instead(&next)
}

func unasked(f *faulty, d *stock.Draft, o stock.Outcome) stock.Outcome {
	if !refusedWith(o, stock.CodeFieldRequired) {
		return o
	}
	given, ok := changed(d, func(_ *stock.Draft, m *stock.MovementDraft) { m.Fields = stock.Values{"seal": "S-0"} })
	if !ok {
		return o
	}
	if out := f.instead(given); out.Err == nil {
		return out
	}
	return o
}

func unanswered(_ *faulty, _ *stock.Draft, o stock.Outcome) stock.Outcome {
	for _, e := range o.Entries {
		if e.Kind.Asked() {
			e.Details = nil
		}
	}
	return o
}

func unpacked(_ *faulty, d *stock.Draft, o stock.Outcome) stock.Outcome {
	m, ok := d.Body.(*stock.MovementDraft)
	if e := posted(o); ok && e != nil && m.Kind == stock.KindReceive && len(m.Items) == 1 && m.Items[0].Packaging != "" && len(e.Items) == 1 {
		e.Items[0].Quantity = *m.Items[0].Quantity
	}
	return o
}

// outOfOrder says that an exception was posted though it waits for another.
func outOfOrder(_ *faulty, d *stock.Draft, o stock.Outcome) stock.Outcome {
	if _, ok := d.Body.(*stock.ResolveDraft); !ok || !refusedWith(o, stock.CodeWaitsForException) {
		return o
	}
	return stock.Outcome{Entry: 1, Entries: []*stock.Entry{{ID: 1}}}
}
