package app

import (
	"context"
	"time"

	"clew/internal/stock"
)

// nameUnread gives codes to the lots of openings that nobody can read, by the business day of their site. A site that is not there is
// left for the rules to refuse.
func (a *App) nameUnread(ctx context.Context, requests []Request) error {
	zones := map[string]*time.Location{}
	for _, r := range requests {
		d, ok := r.Body.(*stock.MovementDraft)
		if !ok || !d.Unread() {
			continue
		}
		if zones[d.Site] == nil {
			zones[d.Site] = time.UTC
			site, err := a.Store.Site(ctx, d.Site)
			if _, told := stock.AsError(err); err != nil && !told {
				return err
			}
			if err == nil {
				zones[d.Site] = site.Zone()
			}
		}
		at := d.OccurredAt
		if at == 0 {
			at = a.Store.Now()
		}
		d.NameUnread(stock.DateOf(at, zones[d.Site]))
	}
	return nil
}
