package sim

import (
	"errors"
	"fmt"
	"slices"

	"clew/internal/stock"
)

// close draws a closing of some days ago, of one site or of all; sometimes it opens books again.
func (r *drawer) close() stock.Body {
	d := &stock.ClosingDraft{Until: stock.DateOf(r.m.now, zone0).AddDays(-r.IntN(9)), Site: one(r, append([]string{"", ""}, siteCodes...))}
	if r.chance(60) {
		d.Reason = "the month is over"
	}
	return d
}

// closedUntil is the last closed day of a site: of the closings that concern it, the newest counts.
func (m *model) closedUntil(site int64) (until stock.Date, closing int64) {
	for _, of := range []int64{0, site} {
		if c := m.closed[of]; c != nil && c.ID > closing {
			until, closing = c.Until, c.ID
		}
	}
	return until, closing
}

// judgeClosing: a day is closed when it is over, and opened again only with a reason.
func (m *model) judgeClosing(d *stock.ClosingDraft) verdict {
	var codes []string
	for _, code := range siteCodes {
		until, closing := m.closedUntil(m.sites[code].ID)
		switch {
		case d.Site != "" && d.Site != code:
		case d.Until >= m.day(code, m.now):
			codes = append(codes, stock.CodeInvalidDate)
		case closing != 0 && d.Until < until && d.Reason == "":
			codes = append(codes, stock.CodeReasonRequired)
		}
	}
	return refusal(codes...)
}

// comesLate reports whether a movement is for a closed day and gives no reason: nothing else could let it through.
func (m *model) comesLate(d *stock.MovementDraft) bool {
	if d.OccurredAt == 0 || d.Override != "" || m.sites[d.Site] == nil {
		return false
	}
	until, closing := m.closedUntil(m.sites[d.Site].ID)
	return closing != 0 && m.day(d.Site, d.OccurredAt) <= until
}

// close takes in a closing, and sees to it that what comes late says so, and why.
func (m *model) close(e *stock.Entry) error {
	var late []stock.Late
	for i := range e.Items {
		it := &e.Items[i]
		for _, place := range []int64{it.From, it.To} {
			site := m.places[place].Site
			until, closing := m.closedUntil(site)
			if site == 0 || closing == 0 {
				continue
			}
			day := m.day(m.siteIDs[site], e.Effective(it))
			k := slices.IndexFunc(late, func(l stock.Late) bool { return l.Site == site })
			switch {
			case day > until:
				continue
			case k >= 0:
				late[k].Day = min(late[k].Day, day)
			default:
				late = append(late, stock.Late{Site: site, Closing: closing, Day: day})
			}
			if e.Override == "" && it.Override == "" {
				return errors.New("it takes effect on a closed day, and nothing says why")
			}
		}
	}
	slices.SortFunc(late, func(a, b stock.Late) int { return int(a.Site - b.Site) })
	if !slices.Equal(late, e.Late) {
		return fmt.Errorf("it reaches into closed books at %v, it says at %v", late, e.Late)
	}
	m.late += len(late)
	if e.Closing != nil {
		m.closed[e.Closing.Site] = e.Closing
	}
	return nil
}
