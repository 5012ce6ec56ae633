package app

import (
	"context"
	"io"
	"strconv"
	"strings"

	"clew/internal/stock"
)

var auditColumns = []column{{name: "entry", number: true}, {name: "kind"}, {name: "recorded_at", date: true}, {name: "occurred_at", date: true}, {name: "actor", free: true},
	{name: "device", free: true}, {name: "address", code: true}, {name: "session", number: true}, {name: "key", number: true}, {name: "site", code: true}, {name: "about", number: true},
	{name: "object"}, {name: "name", code: true}, {name: "field"}, {name: "old", free: true}, {name: "new", free: true}, {name: "what"}, {name: "reason", free: true},
	{name: "override", free: true}, {name: "signed_by", free: true}, {name: "signed_as"}, {name: "note", free: true}}

// AuditFile writes who changed what as a file, a row for each field that was changed, in the order of the log.
func (a *App) AuditFile(ctx context.Context, q AuditQuery, format string, w io.Writer) error {
	out := newRowWriter(w, format)
	q.Desc, q.Limit = false, 500
	for begun := false; ; {
		page, err := a.Audit(ctx, q)
		if err != nil {
			return err
		}
		if !begun {
			begun = true
			if err := out.begin("audit", auditColumns); err != nil {
				return err
			}
		}
		for i := range page {
			if err := page[i].rows(out); err != nil {
				return err
			}
			q.After = page[i].Entry
		}
		if len(page) < q.Limit {
			return out.close()
		}
	}
}

// rows writes a record, at least one row.
func (r *AuditRecord) rows(out rowWriter) error {
	changes := r.Changes
	if len(changes) == 0 {
		changes = []AuditChange{{}}
	}
	var from stock.Origin
	if r.From != nil {
		from = *r.From
	}
	address := from.Address
	if address == "" && from.Machine {
		address = "the machine"
	}
	var signed Signature
	if r.Signature != nil {
		signed = *r.Signature
	}
	for _, c := range changes {
		if err := out.row([]string{itoa64(r.Entry), r.Kind.String(), r.RecordedAt.String(), r.OccurredAt.String(), r.Actor, r.Device, address, itoa64(from.Session), itoa64(from.Key),
			r.Site, itoa64(r.About), c.Object, c.Name, c.Field, c.Old, c.New, r.What, r.Reason, strings.Join(r.Overrides, "; "), signed.Signer, signed.Meaning, r.Note}); err != nil {
			return err
		}
	}
	return nil
}

// itoa64 writes a number, nothing for 0.
func itoa64(n int64) string {
	if n == 0 {
		return ""
	}
	return strconv.FormatInt(n, 10)
}
