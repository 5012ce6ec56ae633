package store

import "maps"

// siteStock loads a little of what is at sites that are to be taken out of use, and of what is on its way there.
func (l *loader) siteStock() error {
	sites := map[int64]struct{}{}
	for code := range l.needs.SiteStock {
		if v := l.s.Sites[code]; v != nil {
			sites[v.ID] = struct{}{}
		}
	}
	if len(sites) == 0 {
		return nil
	}
	set := ids(maps.Keys(sites))
	for _, text := range []string{
		`SELECT ` + balanceColumns + ` FROM @rows($1: id int) r JOIN balance b ON b.site = r.id AND b.site > 0 AND b.quantity > 0 LIMIT 100`,
		`SELECT ` + balanceColumns + ` FROM @rows($1: id int) r CROSS JOIN place p JOIN balance b ON b.place = p.id WHERE p.dispatch > 0 AND p.to_site = r.id AND b.quantity > 0 LIMIT 100`,
	} {
		if err := l.each(l.ctx, text, []any{set}, l.slot); err != nil {
			return err
		}
	}
	products := map[int64]struct{}{}
	for _, row := range l.slots {
		products[row.slot.Product] = struct{}{}
	}
	return l.productIDs(products)
}
