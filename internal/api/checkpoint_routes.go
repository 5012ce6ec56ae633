package api

import (
	"context"
	"net/http"

	"clew/internal/app"
	"clew/internal/auth"

	"github.com/danielgtaylor/huma/v2"
)

// PushPath names a place that checkpoints are sent to.
type PushPath struct {
	Call
	Name string `path:"name"`
}

// pushes are the operations on where checkpoints are sent; checkpoints.go does the sending.
func (s *server) pushes() {
	manage := asks(Organisation, auth.Manage)
	list := huma.Operation{Method: http.MethodGet, Path: "/v1/log/pushes", OperationID: "list-checkpoint-pushes", Summary: "List where checkpoints are sent, and how that goes", Tags: []string{tagLog}, Errors: []int{400, 503}}
	register(s, manage, list, func(ctx context.Context, in *Search) (*reply[List[app.CheckpointPush]], error) {
		page, err := in.page()
		if err != nil {
			return nil, err
		}
		items, err := s.app.CheckpointPushes(ctx, page)
		return &reply[List[app.CheckpointPush]]{pageOf(items, in.Paging, func(c app.CheckpointPush) string { return c.Name })}, err
	})
	add := huma.Operation{Method: http.MethodPost, Path: "/v1/log/pushes", OperationID: "add-checkpoint-push", Summary: "Send checkpoints to a file, a webhook or by mail", Tags: []string{tagLog},
		DefaultStatus: http.StatusCreated, Errors: []int{400, 403, 409, 413, 415, 422, 503},
		Description: "Where files, inner addresses and mail may go is set where the server is started. Of a webhook the answer has the secret that signs what is sent; it is not shown again."}
	register(s, manage, add, func(ctx context.Context, in *struct{ Call }) (*reply[app.CheckpointPush], error) {
		text, release, err := s.bodies.read(ctx, in.w, in.r, smallBody)
		if err != nil {
			return nil, err
		}
		defer release()
		var d app.CheckpointPushDraft
		if err := decode(text, &d); err != nil {
			return nil, err
		}
		v, err := s.app.AddCheckpointPush(ctx, s.who(ctx, in.call()), d)
		return &reply[app.CheckpointPush]{v}, err
	})
	s.describeBody(add, map[string]*huma.MediaType{"application/json": {Schema: s.schemaOf(app.CheckpointPushDraft{})}})
	for _, change := range []struct {
		name, id, summary string
		paused            bool
	}{{"pause", "pause-checkpoint-push", "Send no checkpoints there until it is resumed", true}, {"resume", "resume-checkpoint-push", "Send checkpoints there again, and try at once", false}} {
		op := huma.Operation{Method: http.MethodPost, Path: "/v1/log/pushes/{name}/" + change.name, OperationID: change.id, Summary: change.summary, Tags: []string{tagLog}, Errors: []int{403, 404, 503}}
		register(s, manage, op, func(ctx context.Context, in *PushPath) (*reply[app.CheckpointPush], error) {
			v, err := s.app.ChangeCheckpointPush(ctx, s.who(ctx, in.call()), in.Name, change.paused)
			return &reply[app.CheckpointPush]{v}, err
		})
	}
	register(s, manage, huma.Operation{Method: http.MethodDelete, Path: "/v1/log/pushes/{name}", OperationID: "remove-checkpoint-push", Summary: "Send no checkpoints there any more", Tags: []string{tagLog},
		DefaultStatus: http.StatusNoContent, Errors: []int{403, 404, 503}}, func(ctx context.Context, in *PushPath) (*struct{}, error) {
		return nil, s.app.RemoveCheckpointPush(ctx, s.who(ctx, in.call()), in.Name)
	})
}
