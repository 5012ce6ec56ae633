package api

import (
	"context"
	"time"

	"clew/internal/app"
	"clew/internal/stock"
)

// CoverageOf are the parameters of coverage.
type CoverageOf struct {
	From  string `query:"from" doc:"First day of the period, by UTC. Twelve weeks before its end when left out."`
	To    string `query:"to" doc:"Last day of the period. Today when left out."`
	Site  string `query:"site"`
	Class string `query:"class" enum:"A,B,C" doc:"Only products of this class; all tracked ones when left out."`
	Late  int    `query:"late_hours" minimum:"1" maximum:"8760" default:"24" doc:"From how many hours on something is recorded late."`
}

func (c CoverageOf) query() (q app.CoverageQuery, err error) {
	q = app.CoverageQuery{Site: c.Site, Class: c.Class, Late: time.Duration(c.Late) * time.Hour}
	if q.From, err = dateOf("from", c.From); err == nil {
		q.To, err = dateOf("to", c.To)
	}
	return q, err
}

func (s *server) coverage() {
	get(s, reads, "/v1/coverage", "get-coverage", "Say what share of the movements of tracked products was scanned, by device and week, and what is missing", tagLook,
		func(ctx context.Context, in *CoverageOf) (*app.Coverage, error) {
			q, err := in.query()
			if err != nil {
				return nil, err
			}
			return s.app.Coverage(ctx, q)
		})
	get(s, reads, "/v1/coverage/gaps", "list-coverage-gaps", "List the entries in which something is missing, in the order in which they happened", tagLook, func(ctx context.Context, in *struct {
		Paging
		CoverageOf
		Gap string `query:"gap" required:"true" enum:"no_document,recorded_late,no_receipt,returned_by_other,refused,not_scanned" doc:"no_document: received or shipped without a reference. recorded_late: long after it happened. no_receipt: goods turned up without ever having come in. returned_by_other: they came back from another than they were shipped to. refused: a movement that waits as an exception. not_scanned: goods were typed, imported or chosen."`
	}) (List[app.Entry], error) {
		q, err := in.query()
		var after [2]int64
		if err == nil {
			err = in.after(&after)
		}
		if err != nil {
			return List[app.Entry]{}, err
		}
		items, err := s.app.CoverageGaps(ctx, stock.Gap(in.Gap), q, after, in.Limit)
		return pageOf(items, in.Paging, func(e app.Entry) [2]int64 { return [2]int64{int64(e.OccurredAt), e.Entry} }), err
	})
}
