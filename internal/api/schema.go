package api

import (
	"net/http"
	"reflect"

	"clew/internal/stock"

	"github.com/danielgtaylor/huma/v2"
)

// config is huma's, without what would load from other hosts, link to schemas or speak another format than JSON.
func config(version string) huma.Config {
	if version == "" {
		version = "dev"
	}
	schemas := huma.NewMapRegistry("#/components/schemas/", huma.DefaultSchemaNamer)
	// The rules' own types are text in JSON. stock does not know huma, so their schemas are given here.
	for from, to := range map[reflect.Type]reflect.Type{
		reflect.TypeFor[stock.Quantity](): reflect.TypeFor[quantitySchema](),
		reflect.TypeFor[stock.Date]():     reflect.TypeFor[dateSchema](),
		reflect.TypeFor[stock.Time]():     reflect.TypeFor[timeSchema](),
		reflect.TypeFor[stock.Kind]():     reflect.TypeFor[kindSchema](),
	} {
		schemas.RegisterTypeAlias(from, to)
	}
	return huma.Config{
		OpenAPI: &huma.OpenAPI{
			OpenAPI:    "3.1.0",
			Info:       &huma.Info{Title: "Clew", Version: version, Description: about},
			Components: &huma.Components{Schemas: schemas},
			Tags: []*huma.Tag{
				{Name: tagMaster, Description: "Products and their groups, extra fields, sites, locations, partners. Nothing is deleted; what is over is set inactive."},
				{Name: tagMovements, Description: "What happened to goods: one operation for all kinds."},
				{Name: tagQuality, Description: "Holds, releases, cleanings, exceptions."},
				{Name: tagLook, Description: "What is where, where it came from and where it went."},
				{Name: tagLog, Description: "Evidence that nobody rewrote the log: signed checkpoints and proofs."},
				{Name: tagPeople, Description: "Who may do what, and how they show who they are."},
				{Name: tagSystem, Description: "The server itself."},
			},
		},
		Formats:                      map[string]huma.Format{"application/json": huma.DefaultJSONFormat, "json": huma.DefaultJSONFormat},
		DefaultFormat:                "application/json",
		RejectUnknownQueryParameters: true,
	}
}

const about = `Product traceability: what came in, what was made of it, where it went.

Times are RFC 3339, dates 2026-11-23, quantities decimal strings. Names in bodies are exact; unknown ones are refused. Every
error is a problem (RFC 9457) with a stable code; /v1/codes lists them. Lists page by cursor.`

func (s *server) schema(t reflect.Type) *huma.Schema {
	return s.huma.OpenAPI().Components.Schemas.Schema(t, true, t.Name())
}

func (s *server) schemaOf(v any) *huma.Schema { return s.schema(reflect.TypeOf(v)) }

type (
	quantitySchema struct{}
	dateSchema     struct{}
	timeSchema     struct{}
	kindSchema     struct{}
)

// Schema describes a quantity.
func (quantitySchema) Schema(huma.Registry) *huma.Schema {
	return &huma.Schema{Type: huma.TypeString, Format: "decimal", Pattern: `^-?[0-9]+(\.[0-9]{1,6})?$`, Examples: []any{"12.5"}}
}

// Schema describes a date; empty text is none.
func (dateSchema) Schema(huma.Registry) *huma.Schema {
	return &huma.Schema{Type: huma.TypeString, Format: "date", Examples: []any{"2026-11-23"}}
}

// Schema describes a time.
func (timeSchema) Schema(huma.Registry) *huma.Schema {
	return &huma.Schema{Type: huma.TypeString, Format: "date-time", Examples: []any{"2026-11-23T08:15:00.000Z"}}
}

// Schema describes a kind of entry.
func (kindSchema) Schema(huma.Registry) *huma.Schema {
	s := &huma.Schema{Type: huma.TypeString}
	for k := stock.KindProduct; k <= stock.KindLast; k++ {
		if name := k.String(); name != "" {
			s.Enum = append(s.Enum, name)
		}
	}
	return s
}

// describe serves the description of the API, and a page that lists it without loading anything from elsewhere.
func (s *server) describe() {
	s.huma.OpenAPI().Servers = []*huma.Server{{URL: "/"}}
	text := func(media string, make func() ([]byte, error)) http.HandlerFunc {
		return func(w http.ResponseWriter, r *http.Request) {
			body, err := make()
			if err != nil {
				writeProblem(w, problemOf(r.Context(), err))
				return
			}
			w.Header().Set("Content-Type", media)
			w.Write(body)
		}
	}
	s.handle(open, "GET /openapi.json", text("application/openapi+json", func() ([]byte, error) { return s.huma.OpenAPI().MarshalJSON() }))
	s.handle(open, "GET /openapi.yaml", text("application/openapi+yaml", func() ([]byte, error) { return s.huma.OpenAPI().YAML() }))
}
