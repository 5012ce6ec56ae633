package app

import (
	"context"
	"io"
	"slices"
	"strconv"
	"time"

	"clew/internal/auth"
	"clew/internal/stock"
	"clew/internal/store"
)

// Holder is a user or a station, with what they may do, as a list of rights shows them.
type Holder struct {
	Sort     string      `json:"sort" enum:"user,station"`
	Name     string      `json:"name" doc:"By which the user signs in, or what the station is called; (erased) where it was erased since."`
	FullName string      `json:"full_name,omitempty"`
	Site     string      `json:"site,omitempty" doc:"Where the station stands."`
	Active   bool        `json:"active" doc:"false: disabled, so that none of the roles and keys lets anybody do anything."`
	KnownBy  []string    `json:"known_by,omitempty" doc:"password, one_time_codes, recovery_codes, pin, badge"`
	Used     *stock.Time `json:"last_used_at,omitempty" doc:"When somebody was signed in last so, or there, as far as is known today; to half a minute."`
	Said
	Roles []HeldRole `json:"roles,omitempty"`
	Keys  []HeldKey  `json:"keys,omitempty"`
	id    int64
}

// Said is which entry says something, when and by whom.
type Said struct {
	Entry   int64      `json:"entry" doc:"The entry that says it so; a review names rights by it."`
	Since   stock.Time `json:"since" doc:"When that was recorded."`
	By      string     `json:"by" doc:"Who recorded it."`
	Changed bool       `json:"changed,omitempty" doc:"It is newer than the list that was reviewed last before this one."`
}

// HeldRole is a role that a user has.
type HeldRole struct {
	Role   auth.Role         `json:"role"`
	Site   string            `json:"site,omitempty" doc:"Left out, at all sites."`
	May    []auth.Permission `json:"may" doc:"What it allows, by the roles of this version."`
	Active bool              `json:"active" doc:"false: it was taken away."`
	Said
}

// HeldKey is a key by which a program acts for a user.
type HeldKey struct {
	Code    string      `json:"code"`
	Name    string      `json:"name"`
	Scopes  []string    `json:"scopes"`
	Sites   []string    `json:"sites,omitempty" doc:"Left out, wherever the user may."`
	Expires stock.Time  `json:"expires_at"`
	Expired bool        `json:"expired,omitempty" doc:"It had run out by then."`
	Active  bool        `json:"active" doc:"false: it was revoked."`
	Used    *stock.Time `json:"last_used_at,omitempty" doc:"As far as is known today; to half a minute."`
	Said
}

// RightsQuery chooses a list of rights.
type RightsQuery struct {
	AsAt  string // a day or a time; empty for now
	All   bool   // also what was taken away
	After int64
	Limit int
}

// rightsAt finds the moment of a list of rights, and the last entry that counts in it.
func (a *App) rightsAt(ctx context.Context, text string) (of Of, err error) {
	if text == "" {
		last, _, err := a.Store.Head(ctx)
		return Of{AsAt: a.Store.Now(), AsKnown: last}, err
	}
	at, err := a.moment("as_at", text, time.UTC)
	if err != nil {
		return of, err
	}
	of.AsAt = min(at, a.Store.Now())
	of.AsKnown, err = a.Store.EntryAt(ctx, of.AsAt)
	return of, err
}

// Rights lists who may do what, in the order in which people and stations were made, and tells what the next page starts behind.
func (a *App) Rights(ctx context.Context, q RightsQuery) (out []Holder, of Of, next int64, err error) {
	if of, err = a.rightsAt(ctx, q.AsAt); err != nil || of.AsKnown == 0 {
		return []Holder{}, of, 0, err
	}
	_, all, err := a.Store.RightsStanding(ctx, of.AsKnown)
	if err != nil {
		return nil, of, 0, err
	}
	page := map[int64]bool{}
	for _, right := range all {
		if right.ID <= q.After || right.User == nil && (right.Station == nil || !right.Active && !q.All) {
			continue
		}
		if len(page) == q.Limit {
			break
		}
		page[right.ID], next = true, right.ID
	}
	if len(page) < q.Limit {
		next = 0
	}
	var rights []*store.StandingRight
	for _, right := range all {
		holder := right.ID
		switch {
		case right.Grant != nil:
			holder = right.Grant.User
		case right.APIKey != nil:
			holder = right.APIKey.User
		case right.Credential != nil:
			holder = right.Credential.User
		}
		if page[holder] && (right.Active || q.All || right.User != nil) {
			rights = append(rights, right)
		}
	}
	reviewed, err := a.Store.Reviews(ctx, of.AsKnown+1, 1)
	if err != nil {
		return nil, of, 0, err
	}
	list := holders{at: of.AsAt, byID: map[int64]*Holder{}}
	if len(reviewed) > 0 && reviewed[0].Review != nil {
		list.reviewed = reviewed[0].Review.Known
	}
	out, err = a.holders(ctx, &list, rights)
	return out, of, next, err
}

// holders makes the list of rights.
type holders struct {
	at       stock.Time
	reviewed int64 // the last entry of the list that was reviewed last
	said     map[int64]*stock.Entry
	used     map[int64]stock.Time
	names    *store.Names
	byID     map[int64]*Holder
}

func (a *App) holders(ctx context.Context, list *holders, rights []*store.StandingRight) ([]Holder, error) {
	ids, entries := make([]int64, len(rights)), make([]int64, len(rights))
	list.names = store.NewNames()
	for i, right := range rights {
		ids[i], entries[i] = right.ID, right.Entry
		list.names.WantPeople(&right.People)
	}
	var err error
	if list.used, err = a.Store.LastUses(ctx, ids); err != nil {
		return nil, err
	}
	if list.said, err = a.entriesByID(ctx, entries); err != nil {
		return nil, err
	}
	for _, e := range list.said {
		list.names.WantActors(e.Actor)
	}
	if err := a.Store.LoadNames(ctx, list.names); err != nil {
		return nil, err
	}
	for _, right := range rights {
		list.holder(right)
	}
	for _, right := range rights {
		list.right(right)
	}
	out := []Holder{}
	for _, h := range list.byID {
		out = append(out, *h)
	}
	slices.SortFunc(out, func(a, b Holder) int { return int(a.id - b.id) })
	return out, nil
}

// entriesByID reads entries, a thousand at once.
func (a *App) entriesByID(ctx context.Context, ids []int64) (map[int64]*stock.Entry, error) {
	out := map[int64]*stock.Entry{}
	for some := range slices.Chunk(ids, 1000) {
		rows, err := a.Store.Entries(ctx, store.EntryFilter{IDs: some, Limit: len(some)})
		if err != nil {
			return nil, err
		}
		for _, e := range rows {
			out[e.ID] = e
		}
	}
	return out, nil
}

func (l *holders) saidBy(entry int64) Said {
	out := Said{Entry: entry, Changed: l.reviewed > 0 && entry > l.reviewed}
	if e := l.said[entry]; e != nil {
		out.Since, out.By = e.RecordedAt, l.names.Actors[e.Actor]
	}
	return out
}

func (l *holders) usedAt(id int64) *stock.Time {
	if at, is := l.used[id]; is {
		return &at
	}
	return nil
}

// holder adds a user or a station.
func (l *holders) holder(right *store.StandingRight) {
	h := &Holder{id: right.ID, Active: right.Active, Used: l.usedAt(right.ID), Said: l.saidBy(right.Entry)}
	switch {
	case right.User != nil:
		text := map[string]string{}
		for _, t := range l.said[right.Entry].Erasable {
			if text[t.Field] = t.Text; t.Erased != nil {
				text[t.Field] = erasedText
			}
		}
		h.Sort, h.Name, h.FullName = "user", text["name"], text["full_name"]
	case right.Station != nil:
		h.Sort, h.Name, h.Site = "station", right.Station.Name, siteCode(l.names, right.Station.Site)
	default:
		return
	}
	l.byID[right.ID] = h
}

// right adds what a user may do, or is known by.
func (l *holders) right(right *store.StandingRight) {
	switch {
	case right.Grant != nil:
		g := right.Grant
		h := l.byID[g.User]
		h.Roles = append(h.Roles, HeldRole{Role: g.Role, Site: siteCode(l.names, g.Site), May: auth.Roles[g.Role], Active: g.Active, Said: l.saidBy(right.Entry)})
	case right.APIKey != nil:
		k := viewAPIKey(right.APIKey, l.names)
		h := l.byID[right.APIKey.User]
		h.Keys = append(h.Keys, HeldKey{Code: k.Code, Name: k.Name, Scopes: k.Scopes, Sites: k.Sites, Expires: k.Expires, Expired: k.Expires <= l.at, Active: k.Active,
			Used: l.usedAt(right.ID), Said: l.saidBy(right.Entry)})
	case right.Credential != nil && right.Active:
		h := l.byID[right.Credential.User]
		h.KnownBy = append(h.KnownBy, string(right.Credential.Sort))
	}
}

var rightsColumns = []column{{name: "sort"}, {name: "holder", free: true}, {name: "full_name", free: true}, {name: "state"}, {name: "right"}, {name: "name", free: true}, {name: "sites", code: true},
	{name: "allows"}, {name: "since", date: true}, {name: "by", free: true}, {name: "expires_at", date: true}, {name: "last_used_at", date: true}, {name: "known_by"}, {name: "changed"}, {name: "entry", number: true}}

// Held is one line of a list of rights: a role, a key, or somebody who has neither.
type Held struct {
	Holder      *Holder
	State       string // active, disabled, expired or taken away
	Right, Name string // the role; or key, with its name and code
	Sites       string
	Allows      string
	Expires     stock.Time
	Used        *stock.Time
	Said
}

// Lines are a holder's rights one by one; somebody without any has one line.
func (h *Holder) Lines() (out []Held) {
	state := func(active, expired bool) string {
		switch {
		case !active:
			return "taken away"
		case !h.Active:
			return "disabled"
		case expired:
			return "expired"
		}
		return "active"
	}
	for _, r := range h.Roles {
		site := r.Site
		if site == "" {
			site = "all"
		}
		out = append(out, Held{Holder: h, State: state(r.Active, false), Right: string(r.Role), Sites: site, Allows: listOf(r.May), Said: r.Said})
	}
	for _, k := range h.Keys {
		sites := listOf(k.Sites)
		if sites == "" {
			sites = "all"
		}
		out = append(out, Held{Holder: h, State: state(k.Active, k.Expired), Right: "key", Name: k.Name + " (" + k.Code + ")", Sites: sites, Allows: listOf(k.Scopes), Expires: k.Expires, Used: k.Used, Said: k.Said})
	}
	if len(out) == 0 {
		out = []Held{{Holder: h, State: state(true, false), Right: h.Sort, Sites: h.Site, Said: h.Said}}
	}
	for i := range out {
		if out[i].Used == nil && out[i].Right != "key" {
			out[i].Used = h.Used
		}
	}
	return out
}

func listOf[T ~string](words []T) (text string) {
	for i, word := range words {
		if i > 0 {
			text += " "
		}
		text += string(word)
	}
	return text
}

// RightsFile writes who may do what as a file, a row for each role and key.
func (a *App) RightsFile(ctx context.Context, q RightsQuery, format string, w io.Writer) error {
	out := newRowWriter(w, format)
	q.Limit = 500
	for begun := false; ; {
		page, _, next, err := a.Rights(ctx, q)
		if err != nil {
			return err
		}
		if !begun {
			begun = true
			if err := out.begin("rights", rightsColumns); err != nil {
				return err
			}
		}
		for i := range page {
			for _, held := range page[i].Lines() {
				if err := out.row(held.cells()); err != nil {
					return err
				}
			}
		}
		if q.After = next; next == 0 {
			return out.close()
		}
	}
}

func (h *Held) cells() []string {
	when := func(t *stock.Time) string {
		if t == nil || *t == 0 {
			return ""
		}
		return t.String()
	}
	changed := ""
	if h.Changed {
		changed = "yes"
	}
	return []string{h.Holder.Sort, h.Holder.Name, h.Holder.FullName, h.State, h.Right, h.Name, h.Sites, h.Allows, when(&h.Since), h.By, when(&h.Expires), when(h.Used), listOf(h.Holder.KnownBy),
		changed, strconv.FormatInt(h.Entry, 10)}
}
