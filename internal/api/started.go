package api

import (
	"context"
	"net/http"

	"clew/internal/app"
	"clew/internal/auth"
	"clew/internal/stock"
)

// StepPath names a step in a path.
type StepPath struct {
	Call
	Step string `path:"step"`
}

func (s *server) started() {
	get(s, reads, "/v1/get-started", "get-started", "Say how far the six steps of getting started are", tagSystem, func(ctx context.Context, _ *struct{}) (app.Started, error) {
		return s.app.GetStarted(ctx)
	})
	op := quality("/v1/get-started/{step}", "mark-step", "Say that a step of getting started is done or skipped, or open again")
	op.Tags, op.DefaultStatus = []string{tagSystem}, http.StatusCreated
	writes(s, manages, op, smallBody, s.schemaOf(stock.StepDraft{}), func(in *StepPath, text string) (stock.Body, error) {
		d := &stock.StepDraft{}
		if err := decode(text, d); err != nil {
			return nil, err
		}
		return d, agree("step", &d.Step, in.Step)
	})
	teaches := asks(Organisation, auth.People, auth.Manage)
	get(s, asks(Organisation, auth.People, auth.Manage, auth.Audit), "/v1/shown", "list-shown", "List users by name, with what they were shown", tagPeople, func(ctx context.Context, in *Search) (List[app.UserShown], error) {
		page, err := in.page()
		if err != nil {
			return List[app.UserShown]{}, err
		}
		items, err := s.app.ShownTo(ctx, page)
		return pageOf(items, in.Paging, func(u app.UserShown) string { return stock.UserKey(u.User) }), err
	})
	get(s, asks(Organisation, auth.People, auth.Manage, auth.Audit), "/v1/users/{name}/shown", "get-shown", "Say what a user was shown", tagPeople, func(ctx context.Context, in *struct {
		Name string `path:"name"`
	}) (app.UserShown, error) {
		return s.app.ShownToUser(ctx, in.Name)
	})
	op = peopleOp(http.MethodPost, "/v1/users/{name}/shown", "record-shown", "Record that a user was shown how something is done: a touchpoint, a cheat sheet")
	op.DefaultStatus = http.StatusCreated
	writes(s, teaches, op, smallBody, s.schemaOf(stock.ShownDraft{}), func(in *UserPath, text string) (stock.Body, error) {
		d := &stock.ShownDraft{}
		if err := decode(text, d); err != nil {
			return nil, err
		}
		return d, agree("user", &d.User, in.Name)
	})
}
