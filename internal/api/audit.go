package api

import (
	"context"
	"io"
	"net/http"

	"clew/internal/app"
	"clew/internal/auth"
	"clew/internal/stock"

	"github.com/danielgtaylor/huma/v2"
)

const tagAudit = "audit"

// audits is what an auditor asks: all sites at once, so that nothing is left out unseen.
var audits = asks(Organisation, auth.Audit)

// AuditOf are the parameters of who changed what.
type AuditOf struct {
	Product  string   `query:"product" doc:"What was changed of this product, by SKU or GTIN: also its barcodes, quality plan and extra fields, holds, overrides and files."`
	Lot      string   `query:"lot" doc:"Of this lot of the product."`
	Site     string   `query:"site" doc:"Of this site, and at it."`
	Location string   `query:"location" doc:"Of this location of the site."`
	Partner  string   `query:"partner" doc:"Of this partner."`
	Group    string   `query:"group" doc:"Of this product group."`
	Format   string   `query:"number_format" doc:"Of this format of numbers."`
	Field    string   `query:"field" doc:"Of this extra field."`
	Label    string   `query:"label" doc:"Of this sort of labels."`
	Thing    string   `query:"thing" maxLength:"250" doc:"Of something beside the log, as feed:NAME, mapping:CODE, import:NUMBER or watched_file:NUMBER or setting:NAME."`
	User     string   `query:"user" doc:"What was changed of this user: also roles, keys and what the user signs in by."`
	Entry    int64    `query:"entry" minimum:"1" doc:"What this entry changed."`
	Actor    string   `query:"actor" doc:"Only what this person did."`
	Kinds    []string `query:"kind" maxItems:"60" doc:"Only entries of these kinds."`
	From     string   `query:"recorded_from" doc:"Only what was recorded at this time or later."`
	To       string   `query:"recorded_to" doc:"Only what was recorded before this time."`
}

func (in *AuditOf) query() (q app.AuditQuery, err error) {
	q = app.AuditQuery{Product: in.Product, Lot: in.Lot, Site: in.Site, Location: in.Location, Partner: in.Partner, Group: in.Group, Format: in.Format, Field: in.Field,
		Label: in.Label, Thing: in.Thing, User: in.User, Entry: in.Entry, Actor: in.Actor}
	for _, name := range in.Kinds {
		k, ok := stock.ParseKind(name)
		if !ok {
			return q, malformedf("kind", "%q is no kind of entry", name)
		}
		q.Kinds = append(q.Kinds, k)
	}
	if in.From != "" {
		if q.From, err = timeOf("recorded_from", in.From); err != nil {
			return q, err
		}
	}
	if in.To != "" {
		q.To, err = timeOf("recorded_to", in.To)
	}
	return q, err
}

func (s *server) audit() {
	get(s, audits, "/v1/audit", "list-audit", "Show who changed what, when, from where, old, new and why; the newest first", tagAudit, func(ctx context.Context, in *struct {
		Paging
		AuditOf
	}) (List[app.AuditRecord], error) {
		q, err := in.query()
		if err != nil {
			return List[app.AuditRecord]{}, err
		}
		if err := in.after(&q.Before); err != nil {
			return List[app.AuditRecord]{}, err
		}
		q.Desc, q.Limit = true, in.Limit
		items, err := s.app.Audit(ctx, q)
		return pageOf(items, in.Paging, func(r app.AuditRecord) int64 { return r.Entry }), err
	})
	op := huma.Operation{
		Method: http.MethodGet, Path: "/v1/audit/export", OperationID: "export-audit", Summary: "Write who changed what as a CSV file or an Excel workbook", Tags: []string{tagAudit},
		Description: "A row for each field that was changed, in the order of the log.", Responses: fileResponses(), Errors: []int{400, 404, 422, 503},
	}
	register(s, audits, op, func(ctx context.Context, in *struct {
		Request
		AuditOf
		File string `query:"format" enum:"csv,xlsx" doc:"What the file is written in. Without it, what Accept asks for, or csv."`
	}) (*huma.StreamResponse, error) {
		q, err := in.query()
		if err != nil {
			return nil, err
		}
		format := formatOf(in.File, in.r)
		return &huma.StreamResponse{Body: func(huma.Context) {
			sendFile(ctx, in.w, "audit", format, func(out io.Writer) error { return s.app.AuditFile(ctx, q, format, out) })
		}}, nil
	})
}
