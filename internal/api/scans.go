package api

import (
	"context"
	"net/http"

	"clew/internal/app"
	"clew/internal/stock"

	"github.com/danielgtaylor/huma/v2"
)

// ScanItem is one item of which codes were scanned.
type ScanItem struct {
	Scan  string   `json:"scan,omitempty" doc:"The text of one scan, as the scanner sent it."`
	Scans []string `json:"scans,omitempty" doc:"Several scans of one item, judged together." maxItems:"10"`
}

// ScanRequest asks what scanned codes are.
type ScanRequest struct {
	ScanItem
	Items []ScanItem `json:"items,omitempty" doc:"Many items, each answered by itself." maxItems:"1000"`
	stock.Scanner
	Site    string `json:"site,omitempty" doc:"Code of the site where is scanned. What is elsewhere is then told."`
	Partner string `json:"partner,omitempty" doc:"Code of the partner whose goods they are. Barcodes and labels of others are then passed over."`
}

// ScanAnswer says of each item what it is.
type ScanAnswer struct {
	Results []app.Scanned `json:"results"`
}

// maxScanned is how many items one call resolves.
const maxScanned = 1000

func (s *server) scans() {
	op := huma.Operation{Method: http.MethodPost, Path: "/v1/scan", OperationID: "scan", Summary: "Say what scanned codes are, what is known about it, and what can be done next", Tags: []string{tagLook},
		Description:   "Nothing is recorded, created or guessed: a code that can mean two things has two readings. What cannot be read is told in its result and does not stop the others.",
		DefaultStatus: http.StatusOK, Errors: []int{400, 413, 415, 422, 503}}
	register(s, reads, op, func(ctx context.Context, in *struct{ Request }) (*reply[ScanAnswer], error) {
		text, release, err := s.bodies.read(ctx, in.w, in.r, smallBody)
		if err != nil {
			return nil, err
		}
		defer release()
		q := &ScanRequest{}
		if err := decode(text, q); err != nil {
			return nil, err
		}
		items := q.Items
		if q.Scan != "" || len(q.Scans) > 0 {
			items = append([]ScanItem{q.ScanItem}, items...)
		}
		switch {
		case len(items) == 0:
			return nil, stock.Errorf(stock.Invalid, stock.CodeRequired, "scan", "give the text of a scan, several scans of one item, or items")
		case len(items) > maxScanned:
			return nil, stock.Errorf(stock.TooLarge, stock.CodeTooMany, "items", "%d items, at most %d are resolved in one call", len(items), maxScanned)
		}
		queries := make([]app.ScanQuery, len(items))
		for i, it := range items {
			queries[i] = app.ScanQuery{Scans: it.Scans, Scanner: q.Scanner, Site: q.Site, Partner: q.Partner}
			if it.Scan != "" {
				queries[i].Scans = append([]string{it.Scan}, it.Scans...)
			}
		}
		results, err := s.app.Scan(ctx, queries)
		return &reply[ScanAnswer]{ScanAnswer{results}}, err
	})
	s.describeBody(op, map[string]*huma.MediaType{"application/json": {Schema: s.schemaOf(ScanRequest{})}})
}
