package bench

import (
	"context"
	"database/sql"
	"fmt"
	"path/filepath"
	"sync/atomic"
	"time"

	"clew/internal/auth"
	"clew/internal/stock"
	"clew/internal/store"
)

// bare opens a ledger's file with nothing but the engine, as durable as Clew has it.
func bare(data string) (*sql.DB, error) {
	db, err := sql.Open("sqlite", "file:"+filepath.Join(data, "clew.db")+"?_pragma=journal_mode(WAL)&_pragma=synchronous(FULL)&_pragma=busy_timeout(10000)&_pragma=cache_size(-32000)")
	if err == nil {
		db.SetMaxOpenConns(1)
	}
	return db, err
}

// ledger is a store that a data set is built in, without a server.
type ledger struct {
	*store.Store
	ctx  context.Context
	back atomic.Int64 // how long before now its clock is, in milliseconds
}

// ago sets the clock of the ledger, which never goes back.
func (l *ledger) ago(d time.Duration) { l.back.Store(min(l.back.Load(), d.Milliseconds())) }

// build makes a ledger with the products, site and partners that every measurement uses.
func (r *run) build(data string) (*ledger, error) {
	return r.buildSince(data, 0)
}

// buildSince begins so long ago.
func (r *run) buildSince(data string, ago time.Duration) (*ledger, error) {
	l := &ledger{ctx: r.ctx}
	l.back.Store(ago.Milliseconds())
	o, _, err := r.home(data)
	if err != nil {
		return nil, err
	}
	o.Clock = func() stock.Time { return stock.Now() - stock.Time(l.back.Load()) }
	l.Store, err = store.Open(r.ctx, o)
	if err != nil {
		return nil, err
	}
	return l, l.post(
		&stock.ProductDraft{SKU: "CELL", Tracking: at("lot"), UoM: at("KGM"), Decimals: at(3)},
		&stock.ProductDraft{SKU: "PACK", Tracking: at("serial")},
		&stock.ProductDraft{SKU: "BIKE", Tracking: at("serial")},
		&stock.ProductDraft{SKU: "PALLET", Tracking: at("lot")},
		&stock.SiteDraft{Code: "MAIN", TimeZone: at("Europe/Berlin")},
		&stock.LocationDraft{Site: "MAIN", Code: "DOCK"}, &stock.LocationDraft{Site: "MAIN", Code: "SHELF"},
		&stock.PartnerDraft{Code: "MILL", Roles: &[]string{"supplier"}},
		&stock.PartnerDraft{Code: "SHOP", Roles: &[]string{"customer"}}, &stock.PartnerDraft{Code: "STORE", Roles: &[]string{"customer"}})
}

func at[T any](v T) *T { return &v }

// post records bodies, all of which must be accepted.
func (l *ledger) post(bodies ...stock.Body) error {
	drafts := make([]*stock.Draft, len(bodies))
	for i, b := range bodies {
		drafts[i] = &stock.Draft{By: auth.AtMachine, Actor: "bench", Body: b}
	}
	return l.drafts(drafts)
}

func (l *ledger) drafts(drafts []*stock.Draft) error {
	outcomes, err := l.Post(l.ctx, drafts...)
	if err != nil {
		return err
	}
	for _, out := range outcomes {
		if out.Err != nil {
			return out.Err
		}
	}
	return nil
}

// receive brings in units P0000000 to …, n of them from first on.
func (l *ledger) receive(sku string, first, n int) error {
	return l.post(&stock.MovementDraft{Kind: stock.KindReceive, Site: "MAIN", Partner: "MILL",
		Items: []stock.ItemDraft{{Product: sku, Units: span(sku, first, n), To: "DOCK"}}})
}

// span names n serials from first on.
func span(sku string, first, n int) []string {
	return []string{fmt.Sprintf("%s%08d~+%d", sku[:1], first, n-1)}
}

func serial(sku string, i int) string { return fmt.Sprintf("%s%08d", sku[:1], i) }
