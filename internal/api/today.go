package api

import (
	"context"

	"clew/internal/app"
)

func (s *server) today() {
	get(s, reads, "/v1/today", "today", "Tell what waits for somebody, what moved in the last 30 days and what is at each site", tagLook, func(ctx context.Context, _ *struct{}) (*app.Today, error) {
		return s.app.Today(ctx)
	})
}
