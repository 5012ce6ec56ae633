package api

import (
	"context"
	"net/http"

	"clew/internal/app"
	"clew/internal/auth"
	"clew/internal/stock"

	"github.com/danielgtaylor/huma/v2"
)

func (s *server) settings() {
	get(s, asks(Known), "/v1/settings", "get-settings", "Show the settings of the organisation", tagAudit, func(ctx context.Context, _ *struct{}) (app.Settings, error) {
		return s.app.Settings(ctx)
	})
	op := huma.Operation{Method: http.MethodPatch, Path: "/v1/settings", OperationID: "change-settings", Summary: "Change settings: which acts need a signature, which a reason", Tags: []string{tagAudit}, DefaultStatus: http.StatusOK}
	writes(s, asks(Organisation, auth.People), op, smallBody, s.schemaOf(stock.SettingDraft{}), func(_ *struct{ Call }, text string) (stock.Body, error) {
		d := &stock.SettingDraft{}
		return d, decode(text, d)
	})
}
