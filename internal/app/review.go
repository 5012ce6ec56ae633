package app

import (
	"context"
	"slices"

	"clew/internal/auth"
	"clew/internal/stock"
	"clew/internal/store"
)

// RightsReview is what an entry says of a list of rights that was looked through.
type RightsReview struct {
	AsAt    stock.Time `json:"as_at" doc:"Of which moment the list was."`
	AsKnown int64      `json:"as_known" doc:"The last entry that counts in it."`
	Rest    bool       `json:"rest_right" doc:"What is not named was found right."`
	Right   []int64    `json:"right,omitempty" doc:"Rights that were found right, by the entries that gave them."`
	Revoke  []int64    `json:"revoke,omitempty" doc:"Rights that were found to be taken away."`
}

// Review is one review of who may do what, and what came of it.
type Review struct {
	Review     int64      `json:"review" doc:"Its entry."`
	RecordedAt stock.Time `json:"recorded_at"`
	Actor      string     `json:"actor" doc:"Who looked through the list."`
	Note       string     `json:"note,omitempty"`
	RightsReview
	Changes  int64   `json:"changes" doc:"Changes of rights between the list that was reviewed before and this one; GET /v1/audit/rights/changes?review= lists them."`
	ToRevoke []ToEnd `json:"to_revoke,omitempty" doc:"The rights that were found to be taken away, and whether they were."`
	Open     int     `json:"open" doc:"How many of these still stand."`
}

// ToEnd is a right that a review found to be taken away.
type ToEnd struct {
	Entry   int64     `json:"entry"`
	User    string    `json:"user,omitempty" doc:"Whose it is."`
	Role    auth.Role `json:"role,omitempty"`
	Site    string    `json:"site,omitempty" doc:"Left out, at all sites."`
	Key     string    `json:"key,omitempty" doc:"The code of an API key."`
	Station string    `json:"station,omitempty"`
	Ended   int64     `json:"ended,omitempty" doc:"The entry that took it away, or changed it since; absent while it stands."`
}

func viewReview(v *stock.Review) *RightsReview {
	if v == nil {
		return nil
	}
	out := &RightsReview{AsAt: v.AsAt, AsKnown: v.Known, Rest: v.Rest}
	for _, j := range v.Judgements {
		if j.Revoke {
			out.Revoke = append(out.Revoke, j.Given)
		} else {
			out.Right = append(out.Right, j.Given)
		}
	}
	return out
}

// ListReviewed finds of which list a review is.
func (a *App) ListReviewed(ctx context.Context, d *stock.ReviewDraft) error {
	if d.AsAt == "" {
		return nil
	}
	of, err := a.rightsAt(ctx, d.AsAt)
	if err == nil && of.AsKnown == 0 {
		err = stock.Errorf(stock.NotFound, stock.CodeUnknownEntry, "as_at", "nothing was recorded by %s", of.AsAt)
	}
	d.Moment, d.Known = of.AsAt, of.AsKnown
	return err
}

// Reviews lists reviews of who may do what, the newest first.
func (a *App) Reviews(ctx context.Context, before int64, limit int) ([]Review, error) {
	rows, err := a.Store.Reviews(ctx, before, limit+1) // the one behind says since when this page's last counts changes
	if err != nil || len(rows) == 0 {
		return []Review{}, err
	}
	var spans [][2]int64
	for i, e := range rows {
		before := int64(0)
		if i+1 < len(rows) {
			before = rows[i+1].Review.Known
		}
		spans = append(spans, [2]int64{before, e.Review.Known})
	}
	rows, spans = rows[:min(limit, len(rows))], spans[:min(limit, len(rows))]
	changes, err := a.Store.RightsChanged(ctx, spans)
	if err != nil {
		return nil, err
	}
	later, _, err := a.Store.RightsStanding(ctx, 0)
	if err != nil {
		return nil, err
	}
	n, given, err := a.reviewed(ctx, rows)
	if err != nil {
		return nil, err
	}
	out := make([]Review, len(rows))
	for i, e := range rows {
		out[i] = Review{Review: e.ID, RecordedAt: e.RecordedAt, Actor: n.Actors[e.Actor], Note: e.Note, RightsReview: *viewReview(e.Review), Changes: changes[i]}
		for _, id := range out[i].Revoke {
			right := ToEnd{Entry: id, Ended: later[id]}
			right.say(given[id], n)
			if out[i].ToRevoke = append(out[i].ToRevoke, right); right.Ended == 0 {
				out[i].Open++
			}
		}
	}
	return out, nil
}

// reviewed names who reviewed, and reads what the entries said that were found to be revoked.
func (a *App) reviewed(ctx context.Context, rows []*stock.Entry) (*store.Names, map[int64]*stock.People, error) {
	var ids []int64
	n := store.NewNames()
	for _, e := range rows {
		n.WantActors(e.Actor)
		for _, j := range e.Review.Judgements {
			if j.Revoke && !slices.Contains(ids, j.Given) {
				ids = append(ids, j.Given)
			}
		}
	}
	entries, err := a.entriesByID(ctx, ids)
	if err != nil {
		return nil, nil, err
	}
	given := map[int64]*stock.People{}
	for id, e := range entries {
		m, err := stock.MasterOf(e.Leaf)
		if err != nil {
			return nil, nil, err
		}
		given[id] = &m.People
		n.WantPeople(&m.People)
	}
	return n, given, a.Store.LoadNames(ctx, n)
}

func (r *ToEnd) say(p *stock.People, n *store.Names) {
	switch {
	case p == nil:
	case p.User != nil:
		r.User = userName(n, p.User.ID)
	case p.Grant != nil:
		r.User, r.Role, r.Site = userName(n, p.Grant.User), p.Grant.Role, siteCode(n, p.Grant.Site)
	case p.APIKey != nil:
		r.User, r.Key = userName(n, p.APIKey.User), p.APIKey.Code
	case p.Station != nil:
		r.Station, r.Site = p.Station.Name, siteCode(n, p.Station.Site)
	}
}

// RightsChanges lists what was changed of who may do what between the list of the review before and that of a review, or since the list
// of the newest review where it is 0, in the order of the log.
func (a *App) RightsChanges(ctx context.Context, review, after int64, limit int) ([]AuditRecord, error) {
	below := int64(0)
	if review != 0 {
		below = review + 1
	}
	rows, err := a.Store.Reviews(ctx, below, 2)
	if err != nil {
		return nil, err
	}
	f := store.EntryFilter{Rights: true, After: after, Limit: limit}
	switch {
	case review != 0 && (len(rows) == 0 || rows[0].ID != review):
		return nil, stock.Errorf(stock.NotFound, stock.CodeUnknownEntry, "review", "there is no review %d", review)
	case review != 0:
		f.Before = rows[0].Review.Known + 1
		rows = rows[1:]
	}
	if len(rows) > 0 {
		f.After = max(f.After, rows[0].Review.Known)
	}
	found, err := a.Store.Entries(ctx, f)
	if err != nil || len(found) == 0 {
		return []AuditRecord{}, err
	}
	return a.viewAudit(ctx, found)
}

// Words say in short which right it is, and whether it still stands.
func (r *ToEnd) Words() string {
	text := "user " + r.User
	switch {
	case r.Role != "":
		text = r.User + " " + string(r.Role)
		if r.Site != "" {
			text += "@" + r.Site
		}
	case r.Key != "":
		text = "key " + r.Key + " of " + r.User
	case r.Station != "":
		text = "station " + r.Station
	}
	if r.Ended == 0 {
		return text + " (still stands)"
	}
	return text + " (done)"
}
