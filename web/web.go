// Package web is the desk: the pages that people see in a browser, made from the sources beside it and held in the binary.
//
// Start at New. The desk is one page of a SvelteKit app for all addresses; it asks for data at /v1 like any other program. `scripts/desk`
// builds it into build, from where it is embedded. A binary made without that says so in the place of a page.
package web

import (
	"bytes"
	"crypto/sha256"
	"embed"
	"encoding/base64"
	"io/fs"
	"mime"
	"net/http"
	"path"
	"regexp"
	"strconv"
	"strings"
	"sync"
)

//go:embed all:build
var built embed.FS

// file is what is answered at an address, in each coding that it is there in.
type file struct {
	body, br, gz []byte
	media        string
	etag         string
	forever      bool // its name changes with what is in it
}

// Desk answers with the desk's files, and with its page wherever there is no file.
type Desk struct {
	files  map[string]*file
	page   *file
	policy string
}

// New makes the desk of what is below prefix: "" or "/o/NAME". The page says where it is, since its scripts find the API by that.
func New(prefix string) *Desk { return whole().below(prefix) }

// whole is the desk as it was built. Its files are shared by the desks of all organisations.
var whole = sync.OnceValue(func() *Desk {
	root, err := fs.Sub(built, "build")
	if err != nil {
		panic(err) // the folder is embedded
	}
	return desk(root)
})

func desk(root fs.FS) *Desk {
	d := &Desk{files: map[string]*file{}}
	fs.WalkDir(root, ".", func(name string, e fs.DirEntry, err error) error { // an embedded tree has no errors
		if err != nil || e.IsDir() || strings.HasSuffix(name, ".br") || strings.HasSuffix(name, ".gz") {
			return nil
		}
		f := &file{media: mediaOf(name), forever: strings.HasPrefix(name, "_app/immutable/")}
		f.body, _ = fs.ReadFile(root, name)
		f.br, _ = fs.ReadFile(root, name+".br")
		f.gz, _ = fs.ReadFile(root, name+".gz")
		f.etag = `"` + hash(f.body) + `"`
		d.files["/"+name] = f
		return nil
	})
	d.page = d.files["/index.html"]
	delete(d.files, "/index.html")
	return d.below("")
}

// below is the same desk where the page lies below a prefix.
func (d *Desk) below(prefix string) *Desk {
	if d.page == nil {
		return d
	}
	page := *d.page
	if prefix != "" {
		page.body = placed(page.body, prefix)
		page.br, page.gz = nil, nil // they were made of the other text
		page.etag = `"` + hash(page.body) + `"`
	}
	return &Desk{files: d.files, page: &page, policy: policy(page.body)}
}

// Built reports whether the desk is in the binary.
func (d *Desk) Built() bool { return d.page != nil }

var startScript = regexp.MustCompile(`(?s)<script>(.*?)</script>`)

// placed has the page look for its files, and the start script for all else, below a prefix.
func placed(page []byte, prefix string) []byte {
	for _, at := range []string{`href="/`, `import("/`} {
		page = bytes.ReplaceAll(page, []byte(at), []byte(strings.TrimSuffix(at, "/")+prefix+"/"))
	}
	return bytes.ReplaceAll(page, []byte(`base: ""`), []byte(`base: `+strconv.Quote(prefix)))
}

// policy lets the page run what the server itself gives it and the framework's start script, by its hash, and reach nothing but the server.
func policy(page []byte) string {
	scripts := "'self'"
	for _, found := range startScript.FindAllSubmatch(page, -1) {
		sum := sha256.Sum256(found[1])
		scripts += " 'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) + "'"
	}
	return strings.Join([]string{
		"default-src 'none'", "script-src " + scripts, "style-src 'self'", "img-src 'self' data: blob:", "font-src 'self'", "connect-src 'self'",
		"manifest-src 'self'", "worker-src 'self'", "base-uri 'none'", "form-action 'self'", "frame-ancestors 'none'",
	}, "; ")
}

func hash(b []byte) string {
	sum := sha256.Sum256(b)
	return base64.RawURLEncoding.EncodeToString(sum[:12])
}

func mediaOf(name string) string {
	switch path.Ext(name) { // what a machine's own tables say of these differs
	case ".js":
		return "text/javascript; charset=utf-8"
	case ".webmanifest":
		return "application/manifest+json"
	case ".wasm":
		return "application/wasm"
	}
	if t := mime.TypeByExtension(path.Ext(name)); t != "" {
		return t
	}
	return "application/octet-stream"
}

// ServeHTTP answers GET and HEAD.
func (d *Desk) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	f, page := d.files[r.URL.Path], false
	switch {
	case d.page == nil:
		http.Error(w, "This Clew was built without its web pages. Build it with make, or use the command line and the API at /docs.", http.StatusNotFound)
		return
	case f == nil && strings.HasPrefix(r.URL.Path, "/_app/"):
		http.NotFound(w, r) // a file of another version: a page in its place would be taken for a script
		return
	case f == nil:
		f, page = d.page, true
	}
	h := w.Header()
	h.Set("Content-Type", f.media)
	h.Set("ETag", f.etag)
	h.Set("Vary", "Accept-Encoding")
	h.Set("Cache-Control", "no-cache")
	if f.forever {
		h.Set("Cache-Control", "public, max-age=31536000, immutable")
	}
	if page {
		h.Set("Content-Security-Policy", d.policy)
		h.Set("Permissions-Policy", "camera=(self), geolocation=(), microphone=(), payment=(), usb=()")
		h.Set("Cross-Origin-Opener-Policy", "same-origin")
	}
	if r.Header.Get("If-None-Match") == f.etag {
		w.WriteHeader(http.StatusNotModified)
		return
	}
	body := f.in(r.Header.Get("Accept-Encoding"), h)
	h.Set("Content-Length", strconv.Itoa(len(body)))
	if r.Method != http.MethodHead {
		w.Write(body) // whoever asked may be gone
	}
}

// in gives the smallest coding that is accepted.
func (f *file) in(accepted string, h http.Header) []byte {
	for _, c := range []struct {
		name string
		body []byte
	}{{"br", f.br}, {"gzip", f.gz}} {
		if c.body != nil && accepts(accepted, c.name) {
			h.Set("Content-Encoding", c.name)
			return c.body
		}
	}
	return f.body
}

func accepts(header, coding string) bool {
	for part := range strings.SplitSeq(header, ",") {
		name, q, _ := strings.Cut(strings.TrimSpace(part), ";")
		if strings.TrimSpace(name) == coding && strings.ReplaceAll(q, " ", "") != "q=0" {
			return true
		}
	}
	return false
}
