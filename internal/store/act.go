package store

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"encoding/json"

	"clew/internal/auth"
	"clew/internal/stock"
)

// By is on whose behalf something beside the log is changed, from where, and why.
type By struct {
	Actor, Device string
	Origin        stock.Origin
	Reason        string
}

// attested has the writer change something beside the log and record the act in the same transaction, so that there is neither without
// the other. do says what was done, nil where nothing was. Whether that was permitted was asked by the floors above.
func (s *Store) attested(ctx context.Context, by By, do func(ctx context.Context, w *writer) (*stock.ActDraft, error)) error {
	var last int64
	err := s.operate(ctx, func(ctx context.Context, w *writer) error {
		act, err := do(ctx, w)
		if err != nil || act == nil {
			return err
		}
		d := &stock.Draft{Actor: by.Actor, By: &auth.Principal{Actor: by.Actor, Machine: true}, Device: by.Device, Origin: by.Origin, Reason: by.Reason, Body: act}
		outcomes, _, err := w.decide(ctx, []*stock.Draft{d})
		switch {
		case err != nil:
			return err
		case outcomes[0].Err != nil:
			return outcomes[0].Err
		}
		last = outcomes[0].Entry
		return nil
	})
	if err == nil && last != 0 {
		s.saw(last)
		s.writer.news.tell()
	}
	return err
}

// onlyRow reads the one row of something beside the log, nil where it is not there.
func onlyRow[T any](ctx context.Context, w *writer, text string, args []any, scan func(*sql.Rows) (*T, error)) (row *T, err error) {
	err = w.each(ctx, text, args, func(r *sql.Rows) (err error) {
		row, err = scan(r)
		return err
	})
	return row, err
}

// actText writes what something is for its act.
func actText(v any) string {
	text, _ := json.Marshal(v) // of texts, numbers and lists, which always marshal
	return string(text)
}

// act is what people set of a feed; its secret only shows whether it is another.
func (f *Feed) act() string {
	sum := sha256.Sum256([]byte(f.Secret))
	return actText(map[string]any{"url": f.URL, "kinds": f.Kinds, "paused": f.Paused, "after": f.Sent, "secret": "sha256:" + hex.EncodeToString(sum[:4])})
}

func (m *Mapping) act() string { return actText(map[string]any{"kind": m.Kind, "map": m.Said}) }

// changeState runs one statement that changes the state of something, and records the act where it did.
func (s *Store) changeState(ctx context.Context, by By, act *stock.ActDraft, text string, args ...any) (changed int64, err error) {
	err = s.attested(ctx, by, func(ctx context.Context, w *writer) (*stock.ActDraft, error) {
		result, err := w.exec(ctx, text, args...)
		if err != nil {
			return nil, err
		}
		if changed, err = result.RowsAffected(); err != nil || changed == 0 {
			return nil, err
		}
		return act, nil
	})
	return changed, err
}

// originText reads an origin from its column.
type originText stock.Origin

// Scan reads what the column holds.
func (o *originText) Scan(value any) error {
	text, _ := value.(string)
	*o = originText(stock.ParseOrigin(text))
	return nil
}
