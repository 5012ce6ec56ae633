package api

import (
	"net/http"
	"reflect"
	"slices"

	"clew/internal/stock"

	"github.com/danielgtaylor/huma/v2"
)

const tagMaster = "master data"

// CodePath names a site or partner in a path.
type CodePath struct {
	Call
	Code string `path:"code"`
}

// creates adds the operation that makes a master record.
func creates[D any](s *server, a access, path, id, summary string, read func(d *D) stock.Body) {
	op := huma.Operation{Method: http.MethodPost, Path: path, OperationID: id, Summary: summary, Tags: []string{tagMaster}, DefaultStatus: http.StatusCreated}
	writes(s, a, op, smallBody, s.schema(reflect.TypeFor[D]()), func(_ *struct{ Call }, text string) (stock.Body, error) {
		d := new(D)
		return read(d), decode(text, d)
	})
}

// changes adds the operation that changes a master record. Its body is that of creating, without the keys that the path names.
func changes[D any, I any, P caller[I]](s *server, a access, path, id, summary string, keys []string, read func(in *I, text string) (stock.Body, error)) {
	op := huma.Operation{Method: http.MethodPatch, Path: path, OperationID: id, Summary: summary, Tags: []string{tagMaster}, DefaultStatus: http.StatusOK}
	writes[I, P](s, a, op, smallBody, s.changeSchema(reflect.TypeFor[D](), keys), read)
}

// changeSchema describes a draft's change: all but its keys.
func (s *server) changeSchema(draft reflect.Type, keys []string) *huma.Schema {
	registry := s.huma.OpenAPI().Components.Schemas
	change := *registry.Schema(draft, false, "")
	change.Properties = map[string]*huma.Schema{}
	for name, property := range registry.Schema(draft, false, "").Properties {
		if !slices.Contains(keys, name) {
			change.Properties[name] = property
		}
	}
	change.Required = nil
	return &change
}

// agree refuses a body that names another record than the path.
func agree(field string, given *string, path string) error {
	if *given != "" && *given != path {
		return malformedf(field, "the path names %s", path)
	}
	*given = path
	return nil
}
