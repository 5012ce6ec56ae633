package store

import (
	"database/sql"
	"maps"
)

// whereabouts loads at which sites lots are, where rights depend on it: for drafts about whole lots, by those who may not do everything.
func (l *loader) whereabouts() error {
	if !l.needs.Whereabouts {
		return nil
	}
	var set rowset
	unknown := map[int64]struct{}{}
	for id := range l.s.Lots {
		set.add(id)
	}
	for _, h := range l.s.Holds {
		if h.Lot != 0 {
			set.add(h.Lot)
		}
	}
	if set.n > 0 {
		err := l.each(l.ctx, `SELECT DISTINCT b.lot, b.site FROM @rows($1: id int) r JOIN lot t ON t.id = r.id
			JOIN balance b ON b.product = t.product AND b.lot = t.id AND b.site > 0 AND b.quantity > 0`, []any{set.text()}, func(r *sql.Rows) error {
			var lot, site int64
			err := r.Scan(&lot, &site)
			if l.s.LotSites[lot] = append(l.s.LotSites[lot], site); l.s.SiteIDs[site] == nil {
				unknown[site] = struct{}{}
			}
			return err
		})
		if err != nil {
			return err
		}
	}
	if len(unknown) == 0 {
		return nil
	}
	return l.each(l.ctx, `SELECT `+siteColumns+` FROM @rows($1: id int) r JOIN site s ON s.id = r.id`, []any{ids(maps.Keys(unknown))}, func(r *sql.Rows) error {
		v, err := scanSite(r)
		if err == nil {
			l.s.LoadSite(v)
		}
		return err
	})
}
