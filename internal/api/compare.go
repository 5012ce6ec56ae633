package api

import (
	"context"
	"mime"
	"net/http"
	"strings"

	"clew/internal/app"
	"clew/internal/stock"

	"github.com/danielgtaylor/huma/v2"
)

type compareInput struct {
	Request
	Past
	Site  string   `query:"site" doc:"The site of rows that name none."`
	Sheet string   `query:"sheet" maxLength:"100" doc:"The sheet of a workbook to read."`
	Map   []string `query:"map,explode" maxItems:"500" doc:"What a column of the file means, as NAME=COLUMN; NAME=- passes it over."`
}

func (s *server) compares() {
	op := huma.Operation{
		Method: http.MethodPost, Path: "/v1/compare", OperationID: "compare-stock", Summary: "Compare another system's stock list with the ledger", Tags: []string{tagLook},
		Description: "A CSV file or Excel workbook with the columns product (SKU or GTIN), quantity, and site, location and lot where it has them. Nothing is posted. " +
			"Only the sites that the list names are compared; at these, what one of the two does not have counts as 0. At most 64 MiB.",
		Errors: []int{400, 403, 413, 415, 422, 503},
	}
	register(s, reads, op, func(ctx context.Context, in *compareInput) (*struct{ Body app.Compared }, error) {
		if media, _, err := mime.ParseMediaType(in.r.Header.Get("Content-Type")); err != nil || media != "text/csv" && media != mediaXLSX {
			return nil, unsupportedMedia("text/csv or " + mediaXLSX)
		}
		o := app.Compare{AsAt: in.asAt(), Site: in.Site, Sheet: in.Sheet, Map: map[string]string{}}
		for _, said := range in.Map {
			at := strings.LastIndexByte(said, '=')
			if at < 0 {
				return nil, stock.Errorf(stock.Invalid, stock.CodeInvalidValue, "map", "%q is not of the form NAME=COLUMN", said)
			}
			o.Map[said[:at]] = said[at+1:]
		}
		ctx, stop := context.WithTimeout(ctx, BodyTime)
		defer stop()
		out, err := s.app.Compare(ctx, o, http.MaxBytesReader(in.w, in.r.Body, largeBody))
		if err != nil {
			return nil, cutOff(err)
		}
		return &struct{ Body app.Compared }{out}, nil
	})
	s.describeBody(op, map[string]*huma.MediaType{
		"text/csv": {Schema: &huma.Schema{Type: huma.TypeString, Description: "CSV; its first row names the columns."}},
		mediaXLSX:  {Schema: &huma.Schema{Type: huma.TypeString, Format: "binary", Description: "An Excel workbook; the first row of its sheet names the columns."}},
	})
}
