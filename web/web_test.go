package web

import (
	"net/http/httptest"
	"strings"
	"testing"
	"testing/fstest"
)

const page = `<link href="/_app/a.css"><script>start({base: ""}); import("/_app/start.js")</script>`

func tree() fstest.MapFS {
	return fstest.MapFS{
		"index.html":             {Data: []byte(page)},
		"index.html.br":          {Data: []byte("packed page")},
		"_app/immutable/a.js":    {Data: []byte("script")},
		"_app/immutable/a.js.br": {Data: []byte("br")},
		"_app/immutable/a.js.gz": {Data: []byte("gz")},
		"icon.svg":               {Data: []byte("<svg/>")},
	}
}

func TestServe(t *testing.T) {
	d := desk(tree())
	for _, c := range []struct {
		path, accept    string
		status          int
		body, coding    string
		cache, inPolicy string
	}{
		{path: "/", status: 200, body: page, cache: "no-cache", inPolicy: "script-src 'self' 'sha256-"},
		{path: "/trace/lot/L%2F1", status: 200, body: page, inPolicy: "default-src 'none'"},
		{path: "/", accept: "gzip, br", status: 200, body: "packed page", coding: "br"},
		{path: "/_app/immutable/a.js", status: 200, body: "script", cache: "public, max-age=31536000, immutable"},
		{path: "/_app/immutable/a.js", accept: "gzip", status: 200, body: "gz", coding: "gzip"},
		{path: "/_app/immutable/a.js", accept: "br;q=0, gzip;q=0.5", status: 200, body: "gz", coding: "gzip"},
		{path: "/_app/immutable/gone.js", status: 404, body: "404 page not found\n"},
		{path: "/icon.svg", status: 200, body: "<svg/>"},
	} {
		r := httptest.NewRequest("GET", c.path, nil)
		r.Header.Set("Accept-Encoding", c.accept)
		w := httptest.NewRecorder()
		d.ServeHTTP(w, r)
		if w.Code != c.status || w.Body.String() != c.body || w.Header().Get("Content-Encoding") != c.coding {
			t.Errorf("%s (%s): %d %q %q", c.path, c.accept, w.Code, w.Header().Get("Content-Encoding"), w.Body)
		}
		if c.cache != "" && w.Header().Get("Cache-Control") != c.cache {
			t.Errorf("%s: kept %q", c.path, w.Header().Get("Cache-Control"))
		}
		if got := w.Header().Get("Content-Security-Policy"); !strings.Contains(got, c.inPolicy) || strings.Contains(got, "unsafe") {
			t.Errorf("%s: policy %q", c.path, got)
		}
	}
	r := httptest.NewRequest("GET", "/icon.svg", nil)
	r.Header.Set("If-None-Match", d.files["/icon.svg"].etag)
	w := httptest.NewRecorder()
	if d.ServeHTTP(w, r); w.Code != 304 || w.Body.Len() > 0 {
		t.Errorf("not modified: %d %q", w.Code, w.Body)
	}
}

// TestPlaced: below a prefix, the page's files are looked for there, and its policy names the changed script.
func TestPlaced(t *testing.T) {
	d, top := desk(tree()).below("/o/acme"), desk(tree())
	if want := `<link href="/o/acme/_app/a.css"><script>start({base: "/o/acme"}); import("/o/acme/_app/start.js")</script>`; string(d.page.body) != want {
		t.Errorf("page %s", d.page.body)
	}
	if d.policy == top.policy {
		t.Error("the policy has the hash of the script before it was changed")
	}
}

func TestNotBuilt(t *testing.T) {
	w := httptest.NewRecorder()
	desk(fstest.MapFS{"robots.txt": {}}).ServeHTTP(w, httptest.NewRequest("GET", "/", nil))
	if w.Code != 404 || !strings.Contains(w.Body.String(), "built without its web pages") {
		t.Errorf("%d %s", w.Code, w.Body)
	}
}
