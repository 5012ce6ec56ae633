package api

import (
	"bytes"
	"context"
	"errors"
	"io"
	"mime"
	"mime/multipart"
	"net/http"
	"os"
	"strconv"
	"time"

	"clew/internal/app"
	"clew/internal/auth"
	"clew/internal/stock"
	"clew/internal/store"

	"github.com/danielgtaylor/huma/v2"
)

const (
	// FileLimit is the largest file that is kept, unless the options say otherwise.
	FileLimit = 25 << 20
	formLimit = 1 << 20 // what may come with a file: its other fields and the frames between them
	maxField  = 16 << 10
)

// FileForm describes the form that a file comes in.
type FileForm struct {
	File       string `json:"file" format:"binary" doc:"The file itself."`
	Kind       string `json:"kind,omitempty" enum:"certificate_of_analysis,photo,declaration,other"`
	Dated      string `json:"dated,omitempty" doc:"The document's own date; a declaration must have one."`
	ValidUntil string `json:"valid_until,omitempty" doc:"The last day on which it counts."`
	Product    string `json:"product,omitempty"`
	Lot        string `json:"lot,omitempty"`
	Unit       string `json:"unit,omitempty"`
	Partner    string `json:"partner,omitempty"`
	Site       string `json:"site,omitempty"`
	Location   string `json:"location,omitempty"`
	Entry      string `json:"entry,omitempty"`
	Note       string `json:"note,omitempty"`
}

func (s *server) files() {
	op := huma.Operation{
		Method: http.MethodPost, Path: "/v1/files", OperationID: "attach-file", Summary: "Attach a file to a product, lot, unit, partner, site, location or entry",
		Tags: []string{tagQuality}, DefaultStatus: http.StatusCreated, Errors: []int{400, 403, 404, 409, 413, 415, 422, 503},
		Description: "A form with the file and what it is about. The content is kept once, under its hash, which the log holds. A file that is not what its name or its " +
			"declared type say is kept as application/octet-stream.",
	}
	op.Responses = s.recordedResponses(op)
	register(s, asks(Sites, auth.Move, auth.Adjust, auth.Hold, auth.Release, auth.Manage), op, func(ctx context.Context, in *struct{ Call }) (*Recorded, error) {
		return s.attach(ctx, &in.Call)
	})
	s.describeBody(op, map[string]*huma.MediaType{"multipart/form-data": {Schema: s.schemaOf(FileForm{})}})
	get(s, reads, "/v1/files", "list-files", "List files in the order they were attached", tagQuality, func(ctx context.Context, in *struct {
		Paging
		Product  string `query:"product" doc:"Of this product, its lots and its units."`
		Lot      string `query:"lot" doc:"Of this lot; needs the product."`
		Unit     string `query:"unit" doc:"Of this unit; needs the product."`
		Partner  string `query:"partner"`
		Site     string `query:"site"`
		Location string `query:"location" doc:"Needs the site."`
		Entry    int64  `query:"entry" minimum:"0" doc:"About this entry."`
	}) (List[app.File], error) {
		q := app.FileQuery{Product: in.Product, Lot: in.Lot, Unit: in.Unit, Partner: in.Partner, Site: in.Site, Location: in.Location, Entry: in.Entry, Limit: in.Limit}
		if err := in.after(&q.After); err != nil {
			return List[app.File]{}, err
		}
		items, err := s.app.Files(ctx, q)
		return pageOf(items, in.Paging, func(f app.File) int64 { return f.Entry }), err
	})
	s.fileContent()
}

func (s *server) fileContent() {
	op := huma.Operation{
		Method: http.MethodGet, Path: "/v1/files/{id}/content", OperationID: "read-file", Summary: "Read what is in a file, proved to be what was attached",
		Tags: []string{tagQuality}, Errors: []int{400, 404, 409, 503},
		Responses: map[string]*huma.Response{"200": {Description: "The file, as an attachment", Content: map[string]*huma.MediaType{
			stock.PlainBytes: {Schema: &huma.Schema{Type: huma.TypeString, Format: "binary"}},
		}}},
	}
	register(s, reads, op, func(ctx context.Context, in *struct {
		Request
		ID int64 `path:"id" minimum:"1" doc:"The entry that attached it."`
	}) (*huma.StreamResponse, error) {
		f, content, err := s.app.FileContent(ctx, in.ID)
		if err != nil {
			return nil, err
		}
		return &huma.StreamResponse{Body: func(huma.Context) {
			defer content.Close()
			h := in.w.Header()
			h.Set("Content-Type", f.Media)
			h.Set("Content-Length", strconv.FormatInt(f.Size, 10))
			h.Set("Content-Disposition", mime.FormatMediaType("attachment", map[string]string{"filename": f.Name}))
			h.Set("Content-Security-Policy", "sandbox; default-src 'none'")
			h.Set("X-Content-Type-Options", "nosniff")
			_ = http.NewResponseController(in.w).SetWriteDeadline(time.Now().Add(5 * BodyTime)) // a connection in this process has none
			if _, err := io.Copy(in.w, content); err != nil {
				note(ctx, err)
				panic(http.ErrAbortHandler) // a file that ends early must not look like a whole one
			}
		}}, nil
	})
}

// attach reads the form while it comes: the file goes to the disk, never into memory.
func (s *server) attach(ctx context.Context, c *Call) (*Recorded, error) {
	media, params, err := mime.ParseMediaType(c.r.Header.Get("Content-Type"))
	if err != nil || media != "multipart/form-data" || params["boundary"] == "" {
		return nil, unsupportedMedia("multipart/form-data, with a boundary")
	}
	if c.r.ContentLength > s.fileLimit+formLimit {
		c.w.Header().Set("Connection", "close")
		return nil, fileTooLarge(s.fileLimit)
	}
	connection := http.NewResponseController(c.w)
	ending := &tailReader{r: patientReader{c.r.Body, connection}}
	c.r.Body = http.MaxBytesReader(c.w, io.NopCloser(ending), s.fileLimit+formLimit)
	form, err := c.r.MultipartReader()
	if err != nil {
		return nil, malformedf("file", "the form cannot be read: %v", err)
	}
	up := &upload{s: s, ended: func() bool { return bytes.Contains(ending.tail, []byte("--"+params["boundary"]+"--")) }, draft: &stock.FileDraft{}, seen: map[string]bool{}}
	defer func() {
		if up.content == nil {
			return
		}
		if err := s.app.Store.Settle(context.WithoutCancel(ctx), up.content, false); err != nil {
			note(ctx, err)
		}
	}()
	if err := up.read(form); err != nil {
		return nil, err
	}
	r, err := s.request(ctx, c, "", nil)
	if err != nil {
		return nil, err
	}
	r.Key = c.Key
	receipt, entry, err := s.app.Attach(ctx, r, up.draft, up.content)
	if err != nil {
		return nil, err
	}
	out := &Recorded{Status: http.StatusCreated, Location: "/v1/entries/" + strconv.FormatInt(receipt.Entry, 10), Body: entry}
	if receipt.Replayed {
		out.Replayed = "true"
	}
	if c.Prefer == "return=minimal" {
		out.Body = receipt
	}
	return out, nil
}

// upload is a form that is being read.
type upload struct {
	s       *server
	draft   *stock.FileDraft
	seen    map[string]bool
	content *store.Incoming
	ended   func() bool // the frame that closes the form was read
}

func (u *upload) read(form *multipart.Reader) error {
	for {
		part, err := form.NextPart()
		if errors.Is(err, io.EOF) && u.ended() { // also given where the form ends early
			break
		}
		if err != nil {
			return u.broken(err)
		}
		name := part.FormName()
		if u.seen[name] {
			return malformedf(name, "the field comes twice")
		}
		u.seen[name] = true
		if name == "file" {
			err = u.file(part)
		} else {
			err = u.field(name, part)
		}
		if err != nil {
			return err
		}
	}
	if u.content == nil {
		return &malformed{stock.Errorf(stock.Invalid, stock.CodeRequired, "file", "the form has no field named file")}
	}
	return nil
}

// tailReader remembers what was read last.
type tailReader struct {
	r    io.Reader
	tail []byte
}

// Read reads on.
func (t *tailReader) Read(p []byte) (int, error) {
	const most = 8 << 10 // more than a form's reader looks ahead
	n, err := t.r.Read(p)
	t.tail = append(t.tail, p[:n]...)
	if len(t.tail) > 2*most {
		t.tail = append(t.tail[:0], t.tail[len(t.tail)-most:]...)
	}
	return n, err
}

// file writes the file down and looks at its first bytes.
func (u *upload) file(part *multipart.Part) error {
	var err error
	if u.content, err = u.s.app.Store.NewContent(); err != nil {
		return err
	}
	head := &headWriter{}
	size, err := io.Copy(io.MultiWriter(writeOnly{u.content}, head), io.LimitReader(part, u.s.fileLimit+1))
	switch _, own := stock.AsError(err); {
	case own:
		return err
	case err != nil:
		return u.broken(err)
	case size > u.s.fileLimit:
		return fileTooLarge(u.s.fileLimit)
	case size == 0:
		return stock.Errorf(stock.Invalid, stock.CodeEmptyFile, "file", "there is nothing in the file")
	}
	_, params, _ := mime.ParseMediaType(part.Header.Get("Content-Disposition")) // FileName cuts at our system's separators only
	u.draft.Name = stock.CleanName(params["filename"])
	u.draft.Media = stock.MediaOf(u.draft.Name, part.Header.Get("Content-Type"), http.DetectContentType(head.bytes))
	return nil
}

// writeOnly hides other ways of copying than in pieces.
type writeOnly struct{ io.Writer }

// headWriter keeps the first bytes.
type headWriter struct{ bytes []byte }

// Write keeps what fits.
func (h *headWriter) Write(part []byte) (int, error) {
	h.bytes = append(h.bytes, part[:min(len(part), 512-len(h.bytes))]...)
	return len(part), nil
}

func (u *upload) field(name string, part io.Reader) error {
	text, err := io.ReadAll(io.LimitReader(part, maxField+1))
	switch {
	case err != nil:
		return u.broken(err)
	case len(text) > maxField:
		return &malformed{stock.Errorf(stock.Invalid, stock.CodeTooLong, name, "at most %d characters are taken", maxField)}
	}
	value, d := string(text), u.draft
	if to := map[string]*string{"kind": &d.Kind, "product": &d.Product, "lot": &d.Lot, "unit": &d.Unit, "partner": &d.Partner, "site": &d.Site,
		"location": &d.Location, "note": &d.Note}[name]; to != nil {
		*to = value
		return nil
	}
	switch name {
	case "dated":
		d.Dated, err = dateOf(name, value)
	case "valid_until":
		d.ValidUntil, err = dateOf(name, value)
	case "entry":
		if d.Entry, err = strconv.ParseInt(value, 10, 64); err != nil || d.Entry < 1 {
			return malformedf(name, "%.60q is no number of an entry", value)
		}
	default:
		return malformedf(name, "a file has no field of this name")
	}
	return err
}

// broken says why the form could not be read to its end.
func (u *upload) broken(err error) error {
	var over *http.MaxBytesError
	switch {
	case errors.As(err, &over):
		return fileTooLarge(u.s.fileLimit)
	case errors.Is(err, os.ErrDeadlineExceeded):
		return stock.Errorf(stock.TooLarge, stock.CodeTimeout, "file", "the file did not go on arriving for %s: send it again", BodyTime)
	}
	return &malformed{stock.Errorf(stock.Invalid, stock.CodeIncompleteFile, "file", "the upload ended before its end: nothing of it was kept, send it again")}
}

func fileTooLarge(most int64) error {
	return stock.Errorf(stock.TooLarge, stock.CodeFileTooLarge, "file", "the file is larger than the %d MiB that are kept of one", most>>20)
}
