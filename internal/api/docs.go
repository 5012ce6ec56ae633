package api

import (
	"cmp"
	"html/template"
	"net/http"
	"slices"

	"github.com/danielgtaylor/huma/v2"
)

// docsPage lists the operations. It is plain HTML: a page that needs nothing from other hosts works where there is no internet.
var docsPage = template.Must(template.New("docs").Parse(`<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>Clew API</title><style>
body{font:16px/1.5 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem}
table{border-collapse:collapse;width:100%}td{padding:.2rem .8rem .2rem 0;vertical-align:top}code{white-space:nowrap}
</style></head><body><h1>Clew API</h1>
<p>The whole description, for tools: <a href="/openapi.yaml">openapi.yaml</a>, <a href="/openapi.json">openapi.json</a>. Error codes: <a href="/v1/codes">/v1/codes</a>.</p>
{{range .}}<h2>{{.Name}}</h2><p>{{.Description}}</p><table>
{{range .Operations}}<tr><td><code>{{.Method}}</code></td><td><code>{{.Path}}</code></td><td>{{.Summary}}</td></tr>
{{end}}</table>{{end}}</body></html>
`))

type docsGroup struct {
	*huma.Tag
	Operations []*huma.Operation
}

// documents serves the page of docs.
func (s *server) documents() {
	var groups []docsGroup
	for _, tag := range s.huma.OpenAPI().Tags {
		g := docsGroup{Tag: tag}
		for _, item := range s.huma.OpenAPI().Paths {
			for _, op := range []*huma.Operation{item.Get, item.Post, item.Patch} {
				if op != nil && slices.Contains(op.Tags, tag.Name) {
					g.Operations = append(g.Operations, op)
				}
			}
		}
		slices.SortFunc(g.Operations, func(a, b *huma.Operation) int {
			return cmp.Or(cmp.Compare(a.Path, b.Path), cmp.Compare(a.Method, b.Method))
		})
		groups = append(groups, g)
	}
	s.handle(open, "GET /docs", http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		w.Header().Set("Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'")
		docsPage.Execute(w, groups)
	}))
}
