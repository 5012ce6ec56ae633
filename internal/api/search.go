package api

import (
	"context"

	"clew/internal/app"
)

// SearchText is what is searched for.
type SearchText struct {
	Text  string `query:"q" maxLength:"4000" doc:"What was typed, pasted or scanned: the beginning of a code, words of names, a barcode or a GS1 Digital Link." example:"flour t5"`
	Limit int    `query:"limit" minimum:"1" maximum:"50" default:"8" doc:"The most things that are told of each sort."`
}

func (s *server) search() {
	get(s, reads, "/v1/search", "search", "Find products, lots, units, papers, entries, partners and places by the beginning of a code or by words of names", tagLook,
		func(ctx context.Context, in *SearchText) (*app.Searched, error) {
			return s.app.Search(ctx, in.Text, in.Limit)
		})
}
