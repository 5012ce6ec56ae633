package app

import (
	"context"
	"slices"
	"time"

	"clew/internal/stock"
	"clew/internal/store"
)

// Buckets of governing dates, by how far they are from today.
const (
	bucketExpired = "expired"
	bucketWeek    = "week"
	bucketMonth   = "month"
	bucketLater   = "later"
)

// buckets are their bounds, in days from today.
var buckets = []struct {
	name     string
	from, to int
}{{bucketExpired, -manyDays, -1}, {bucketWeek, 0, 6}, {bucketMonth, 7, 30}, {bucketLater, 31, manyDays}}

const (
	manyDays     = 200_000
	mostDays     = 366    // that are counted day by day
	mostCounted  = 10_000 // beyond which it is only told that there are more
	mostPlacesOf = 20     // of one lot
)

// ExpiryQuery chooses lots on hand by their governing dates; what is left empty does not limit.
type ExpiryQuery struct {
	Bucket, Site, Product string
	Within                int // days from today, besides what is past; none when negative
	After                 [2]int64
	Limit                 int
}

// ExpiryBoard is what is on hand by the dates until which it is good.
type ExpiryBoard struct {
	Today  stock.Date      `json:"today" doc:"By the calendar of the site, without one by UTC's."`
	Counts []ExpiryCount   `json:"counts,omitempty" doc:"On the first page: how many lots are in each bucket, within site and product."`
	Days   []ExpiryDay     `json:"days,omitempty" doc:"On the first page: how many lots have their date on each of the days from today on that have any, as far as within says and at most 366."`
	Items  []ExpiringStock `json:"items"`
}

// ExpiryCount is how many lots are in a bucket.
type ExpiryCount struct {
	Bucket string     `json:"bucket" enum:"expired,week,month,later"`
	From   stock.Date `json:"from,omitempty"`
	To     stock.Date `json:"to,omitempty"`
	Lots   int64      `json:"lots"`
	More   bool       `json:"more,omitempty" doc:"There are more than are counted."`
}

// ExpiryDay is how many lots have their date on a day.
type ExpiryDay struct {
	Date stock.Date `json:"date"`
	Lots int64      `json:"lots"`
}

// ExpiringStock is a lot on hand, with its date.
type ExpiringStock struct {
	Product    string         `json:"product"`
	Name       string         `json:"name"`
	Lot        string         `json:"lot"`
	Governing  stock.Date     `json:"governing_date"`
	Cautious   bool           `json:"cautious,omitempty" doc:"The date was not read from the goods: it is the earliest that it can be."`
	Bucket     string         `json:"bucket" enum:"expired,week,month,later"`
	Days       int            `json:"days" doc:"From today to the date; below 0 once it has passed."`
	Warned     bool           `json:"warned,omitempty" doc:"It has passed, or comes within the days that the product warns before it."`
	OnHold     bool           `json:"on_hold,omitempty"`
	Quantity   stock.Quantity `json:"quantity" doc:"On hand at the site, or at all sites."`
	UoM        string         `json:"uom"`
	Places     []StockAt      `json:"places" doc:"Where it is, most first, up to 20 places."`
	MorePlaces int            `json:"more_places,omitempty"`
	key        [2]int64
}

// Key is the date and the lot, by which lists page.
func (e ExpiringStock) Key() [2]int64 { return e.key }

// StockAt is how much is at a place.
type StockAt struct {
	Place    string         `json:"place"`
	Quantity stock.Quantity `json:"quantity"`
}

func bucketOf(days int) string {
	for _, b := range buckets {
		if days <= b.to {
			return b.name
		}
	}
	return bucketLater
}

// Expiry lists lots on hand by governing date, and counts them by bucket and day.
func (a *App) Expiry(ctx context.Context, q ExpiryQuery) (*ExpiryBoard, error) {
	f := store.ExpiryFilter{Limit: min(max(q.Limit, 1), 1000), After: q.After}
	zone := time.UTC
	if q.Site != "" {
		site, err := a.Store.Site(ctx, q.Site)
		if err != nil {
			return nil, err
		}
		f.Site, zone = site.ID, site.Zone()
	}
	if q.Product != "" {
		p, err := a.Store.Product(ctx, q.Product)
		if err != nil {
			return nil, err
		}
		f.Product = p.ID
	}
	out := &ExpiryBoard{Today: stock.DateOf(a.Store.Now(), zone), Items: []ExpiringStock{}}
	if q.After == [2]int64{} {
		if err := a.countExpiry(ctx, q, f, out); err != nil {
			return nil, err
		}
	}
	f.From, f.To = out.Today.AddDays(-manyDays), out.Today.AddDays(manyDays)
	for _, b := range buckets {
		if b.name == q.Bucket {
			f.From, f.To = out.Today.AddDays(b.from), out.Today.AddDays(b.to)
		}
	}
	if q.Within >= 0 {
		f.To = min(f.To, out.Today.AddDays(q.Within))
	}
	lots, err := a.Store.Expiring(ctx, f)
	if err != nil || len(lots) == 0 {
		return out, err
	}
	out.Items, err = a.viewExpiring(ctx, lots, f.Site, out.Today)
	return out, err
}

// countExpiry counts by bucket, and day by day.
func (a *App) countExpiry(ctx context.Context, q ExpiryQuery, f store.ExpiryFilter, out *ExpiryBoard) error {
	ahead := mostDays
	if q.Within >= 0 {
		ahead = min(ahead, q.Within)
	}
	f.From, f.To = out.Today, out.Today.AddDays(ahead)
	days, err := a.Store.ExpiringBy(ctx, f)
	if err != nil {
		return err
	}
	for day, n := range days {
		out.Days = append(out.Days, ExpiryDay{day, n})
	}
	slices.SortFunc(out.Days, func(a, b ExpiryDay) int { return int(a.Date) - int(b.Date) })
	for _, b := range buckets {
		f.From, f.To = out.Today.AddDays(b.from), out.Today.AddDays(b.to)
		n, err := a.Store.CountExpiring(ctx, f, mostCounted+1)
		if err != nil {
			return err
		}
		c := ExpiryCount{Bucket: b.name, Lots: min(n, mostCounted), More: n > mostCounted}
		if b.from > -manyDays {
			c.From = f.From
		}
		if b.to < manyDays {
			c.To = f.To
		}
		out.Counts = append(out.Counts, c)
	}
	return nil
}

func (a *App) viewExpiring(ctx context.Context, lots []*stock.Lot, site int64, today stock.Date) ([]ExpiringStock, error) {
	shelves, err := a.Store.ShelvesOf(ctx, lots, site)
	if err != nil {
		return nil, err
	}
	n := store.NewNames()
	by := map[int64][]store.Shelf{}
	for _, v := range shelves {
		if by[v.Lot] = append(by[v.Lot], v); len(by[v.Lot]) <= mostPlacesOf {
			n.WantPlaces(v.Place)
		}
	}
	var ids []int64
	for _, l := range lots {
		n.WantProducts(l.Product)
		ids = append(ids, l.ID)
	}
	if err := a.Store.LoadNames(ctx, n); err != nil {
		return nil, err
	}
	held, err := a.Store.Today().LotsHeld(ctx, ids)
	return views(lots, func(l *stock.Lot) ExpiringStock {
		p, day := n.Products[l.Product], l.Dates.Governing()
		left := int(day) - int(today)
		out := ExpiringStock{Product: p.SKU, Name: p.Name, Lot: l.Code, Governing: day, Cautious: l.Dates.Cautious, Bucket: bucketOf(left), Days: left,
			Warned: left < 0 || p.WarnDays > 0 && left <= p.WarnDays, OnHold: held[l.ID], UoM: p.UoM, Places: []StockAt{}, key: [2]int64{int64(day), l.ID}}
		for i, v := range by[l.ID] {
			out.Quantity += v.Quantity
			if i < mostPlacesOf {
				out.Places = append(out.Places, StockAt{n.PlaceRef(v.Place), v.Quantity})
			} else {
				out.MorePlaces++
			}
		}
		return out
	}), err
}
