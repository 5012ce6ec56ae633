package app

import (
	"context"

	"clew/internal/stock"
	"clew/internal/store"
)

// StepFact is a number that says how far a step is.
type StepFact struct {
	Code    string `json:"code" enum:"without_class,without_lot_format,without_serial_format,formats,sites,sites_without_locations,sites_without_stock,partners,without_stock,dated_without_warning,tracked_by_default,stations,keys,devices,users,users_without_role,users_shown_nothing,tracked" doc:"Products: without a class; tracked, by lot or serial, and of these without a format; with a date, without days of warning before it; tracked and by the strategy that follows from their dates; without anything in the books. Sites: without locations, without stock. Users: without a role, shown nothing yet."`
	Count   int64  `json:"count"`
	Of      int64  `json:"of,omitempty" doc:"Of how many."`
	Missing bool   `json:"missing" doc:"This keeps the step from being complete."`
}

// StepMark is what a person said of a step.
type StepMark struct {
	State string     `json:"state" enum:"done,skipped"`
	By    string     `json:"by"`
	At    stock.Time `json:"at"`
	Note  string     `json:"note,omitempty"`
	Entry int64      `json:"entry"`
}

// Step is a step of getting started.
type Step struct {
	Step     string     `json:"step" enum:"classify,formats,places,rules,touchpoints,team"`
	State    string     `json:"state" enum:"open,done,skipped" doc:"What a person said of it; where nobody did, done if it is complete."`
	Complete bool       `json:"complete" doc:"Nothing of it is missing, by the numbers."`
	Facts    []StepFact `json:"facts"`
	Marked   *StepMark  `json:"marked,omitempty"`
}

// Started says how far a business is.
type Started struct {
	Done  int    `json:"done" doc:"Steps that are done or skipped."`
	Steps []Step `json:"steps"`
}

// GetStarted says how far the six steps of getting started are, by what the ledger has and by what people said of them.
func (a *App) GetStarted(ctx context.Context) (Started, error) {
	out := Started{}
	c, err := a.Store.Started(ctx)
	if err == nil {
		c["users_shown_nothing"], err = a.shownNothing(ctx)
	}
	if err != nil {
		return out, err
	}
	marks, err := a.marks(ctx)
	if err != nil {
		return out, err
	}
	for _, name := range stock.Steps {
		s := Step{Step: name, State: "open", Facts: stepFacts(name, c), Marked: marks[name], Complete: true}
		for _, f := range s.Facts {
			s.Complete = s.Complete && !f.Missing
		}
		switch {
		case s.Marked != nil:
			s.State = s.Marked.State
		case s.Complete:
			s.State = "done"
		}
		if s.State != "open" {
			out.Done++
		}
		out.Steps = append(out.Steps, s)
	}
	return out, nil
}

// stepFacts are the numbers of a step. What is missing is what a business cannot do without; the others are shown only.
func stepFacts(step string, c store.Counts) []StepFact {
	fact := func(code, of string) StepFact { return StepFact{Code: code, Count: c[code], Of: c[of]} }
	without := func(code, of string) StepFact { // none is to be left, and there is to be one at all
		return StepFact{Code: code, Count: c[code], Of: c[of], Missing: c[code] > 0 || c[of] == 0}
	}
	left := func(code, of string) StepFact {
		return StepFact{Code: code, Count: c[code], Of: c[of], Missing: c[code] > 0}
	}
	some := func(code string) StepFact { return StepFact{Code: code, Count: c[code], Missing: c[code] == 0} }
	switch step {
	case "classify":
		return []StepFact{without("without_class", "products"), fact("tracked", "products")}
	case "formats":
		tracked := fact("tracked", "products")
		tracked.Missing = tracked.Count == 0
		return []StepFact{tracked, fact("formats", ""), left("without_lot_format", "by_lot"), left("without_serial_format", "by_serial")}
	case "places":
		return []StepFact{some("sites"), left("sites_without_locations", "sites"), some("partners"), left("sites_without_stock", "sites"), fact("without_stock", "products")}
	case "rules":
		return []StepFact{without("dated_without_warning", "dated"), fact("tracked_by_default", "tracked")}
	case "touchpoints":
		stations := fact("stations", "")
		stations.Missing = c["stations"]+c["keys"]+c["devices"] == 0
		return []StepFact{stations, fact("keys", ""), fact("devices", "")}
	}
	return []StepFact{some("users"), left("users_without_role", "users"), left("users_shown_nothing", "users")}
}

// marks are what people said of steps last.
func (a *App) marks(ctx context.Context) (map[string]*StepMark, error) {
	var subjects []int64
	for _, step := range stock.Steps {
		subjects = append(subjects, stock.SubjectOf(stock.ActStep, step))
	}
	acts, n, err := a.actsOn(ctx, subjects)
	if err != nil {
		return nil, err
	}
	out := map[string]*StepMark{}
	for _, e := range acts {
		if _, known := out[e.Act.Name]; known || e.Act.Sort != stock.ActStep {
			continue
		}
		out[e.Act.Name] = nil
		if e.Act.What != "open" {
			out[e.Act.Name] = &StepMark{State: e.Act.What, By: n.Actors[e.Actor], At: e.RecordedAt, Note: e.Note, Entry: e.ID}
		}
	}
	return out, nil
}

// shownNothing counts the active users who were shown nothing yet.
func (a *App) shownNothing(ctx context.Context) (count int64, err error) {
	for page := (store.Page{Limit: 1000}); ; {
		users, err := a.ShownTo(ctx, page)
		if err != nil {
			return 0, err
		}
		for _, u := range users {
			if u.Active && len(u.Shown) == 0 {
				count++
			}
			page.After = stock.UserKey(u.User)
		}
		if len(users) < page.Limit {
			return count, nil
		}
	}
}
