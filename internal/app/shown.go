package app

import (
	"context"
	"strconv"

	"clew/internal/stock"
	"clew/internal/store"
)

// WasShown is that somebody was shown how something is done.
type WasShown struct {
	What  string     `json:"what"`
	At    stock.Time `json:"at" doc:"The last time."`
	By    string     `json:"by" doc:"Who recorded it."`
	Note  string     `json:"note,omitempty"`
	Times int        `json:"times" doc:"How often it was recorded."`
	Entry int64      `json:"entry"`
}

// UserShown is what a user was shown.
type UserShown struct {
	User     string     `json:"user"`
	FullName string     `json:"full_name,omitempty"`
	Active   bool       `json:"active"`
	Shown    []WasShown `json:"shown" doc:"The last one first."`
}

// ShownTo lists users by name, with what they were shown.
func (a *App) ShownTo(ctx context.Context, page store.Page) ([]UserShown, error) {
	users, err := a.Store.Users(ctx, page)
	if err != nil {
		return nil, err
	}
	return a.viewShown(ctx, users)
}

// ShownToUser says what one user was shown.
func (a *App) ShownToUser(ctx context.Context, name string) (UserShown, error) {
	u, err := a.Store.User(ctx, name)
	if err != nil {
		return UserShown{}, err
	}
	out, err := a.viewShown(ctx, []*stock.User{u})
	if err != nil {
		return UserShown{}, err
	}
	return out[0], nil
}

func (a *App) viewShown(ctx context.Context, users []*stock.User) ([]UserShown, error) {
	var subjects []int64
	for _, u := range users {
		subjects = append(subjects, stock.SubjectOf(stock.ActShown, strconv.FormatInt(u.ID, 10)))
	}
	acts, n, err := a.actsOn(ctx, subjects)
	if err != nil {
		return nil, err
	}
	of := map[string][]WasShown{}
	for _, e := range acts {
		list, known := of[e.Act.Name], false
		for i := range list {
			if list[i].What == e.Act.What {
				list[i].Times++
				known = true
			}
		}
		if e.Act.Sort == stock.ActShown && !known {
			of[e.Act.Name] = append(list, WasShown{What: e.Act.What, At: e.OccurredAt, By: n.Actors[e.Actor], Note: e.Note, Times: 1, Entry: e.ID})
		}
	}
	return views(users, func(u *stock.User) UserShown {
		return UserShown{User: u.Name, FullName: u.FullName, Active: u.Active, Shown: append([]WasShown{}, of[strconv.FormatInt(u.ID, 10)]...)}
	}), nil
}

// actsOn reads acts by their subjects, the newest first, with who did them.
func (a *App) actsOn(ctx context.Context, subjects []int64) ([]*stock.Entry, *store.Names, error) {
	n := store.NewNames()
	acts, err := a.Store.ActsOn(ctx, subjects)
	if err != nil {
		return nil, nil, err
	}
	for _, e := range acts {
		m, err := stock.MasterOf(e.Leaf)
		if err != nil {
			return nil, nil, err
		}
		if e.Act = m.Act; e.Act == nil {
			e.Act = &stock.Act{}
		}
		n.WantActors(e.Actor)
	}
	return acts, n, a.Store.LoadNames(ctx, n)
}
