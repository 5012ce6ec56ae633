package app

import (
	"archive/zip"
	"encoding/xml"
	"errors"
	"io"
	"os"
	urlpath "path"
	"slices"
	"strconv"
	"strings"

	"clew/internal/stock"
)

const (
	// maxWorkbook is how large a workbook may be as a file, maxUnpacked how large each of its parts unpacked.
	maxWorkbook = 1 << 30
	maxUnpacked = 8 << 30
	// A part that is large and shrinks more than any real sheet is made to hurt.
	bombSize, bombRatio = 64 << 20, 300
	// maxToken is how much text may stand in one place: Excel allows 32,767 characters in a cell.
	maxToken = 1 << 20
	// maxShared is how much text the cells of a workbook may share, which is held in memory.
	maxShared = 512 << 20
	maxStyles = 100_000
)

// workbook reads the rows of one sheet of an .xlsx file as they come, in bounded memory: encoding/xml over the unpacked part, since
// what a row import needs (numbers apart from text and dates, errors, formulas without a value) a reader of shown text does not tell.
type workbook struct {
	file   *os.File // the upload, spilled: a zip is read from its end; nil where the file is there anyway
	size   int64
	zip    *zip.Reader
	part   io.ReadCloser
	xml    *xml.Decoder
	budget *budgetReader

	unpacked uint64 // size of the part

	sheet    string
	target   string // the part that holds it
	shared   sharedText
	dates    []bool // by style
	date1904 bool
	width    int
	line     int
}

// close removes the spilled file.
func (w *workbook) close() {
	if w.part != nil {
		w.part.Close()
	}
	if w.file != nil {
		w.file.Close()
		os.Remove(w.file.Name())
	}
}

// bytes is as much of the file as of the part was read, which fills most of it.
func (w *workbook) bytes() int64 {
	return int64(float64(w.size) * min(float64(w.budget.read)/float64(max(w.unpacked, 1)), 1))
}

// statOf describes the file that a workbook is read from, if it is one.
func statOf(f *os.File, lies bool) (os.FileInfo, error) {
	if !lies {
		return nil, os.ErrInvalid
	}
	return f.Stat()
}

func badWorkbook(format string, args ...any) *stock.Error {
	return stock.Errorf(stock.Invalid, stock.CodeInvalidRow, "", format, args...)
}

// openWorkbook spills a workbook to disk and opens the sheet that is asked for, the one named like the kind, or its only one.
func openWorkbook(given, in io.Reader, kind, sheet string) (_ *workbook, err error) {
	w := &workbook{}
	f, lies := given.(*os.File)
	if info, err := statOf(f, lies); err == nil && info.Mode().IsRegular() {
		w.size = info.Size()
	} else if f, err = os.CreateTemp("", "clew-import-*.xlsx"); err != nil {
		return nil, err
	} else {
		w.file = f
	}
	defer func() {
		if err != nil {
			w.close()
		}
	}()
	if w.file != nil {
		if w.size, err = io.Copy(f, io.LimitReader(in, maxWorkbook+1)); err != nil {
			return nil, err
		}
	}
	if w.size > maxWorkbook {
		return nil, stock.Errorf(stock.TooLarge, stock.CodeTooLong, "", "the workbook is larger than %d MiB: send it as CSV", maxWorkbook>>20)
	}
	if w.zip, err = zip.NewReader(f, w.size); err != nil {
		return nil, badWorkbook("the file begins like a workbook (.xlsx) but is not whole: save it again")
	}
	parts, err := w.sheets()
	if err != nil {
		return nil, err
	}
	target, err := w.choose(parts, kind, sheet)
	if err != nil {
		return nil, err
	}
	if err := w.readStyles(); err != nil {
		return nil, err
	}
	if err := w.readShared(); err != nil {
		return nil, err
	}
	w.target = target
	return w, w.begin(target)
}

// begin begins to read a part of the file; w.xml is nil when there is none.
func (w *workbook) begin(name string) error {
	w.part, w.xml = nil, nil
	for _, f := range w.zip.File {
		if !strings.EqualFold(strings.TrimPrefix(f.Name, "/"), name) {
			continue
		}
		unpacked, packed := f.UncompressedSize64, max(f.CompressedSize64, 1)
		if unpacked > maxUnpacked || unpacked > bombSize && unpacked/packed > bombRatio {
			return stock.Errorf(stock.TooLarge, stock.CodeTooLong, "", "the workbook unpacks to %d MiB from %d KiB: no real sheet does, and it is not read", unpacked>>20, packed>>10)
		}
		part, err := f.Open()
		if err != nil {
			return badWorkbook("the workbook's part %s cannot be read: save it again", clipped(name))
		}
		w.part = part
		w.budget, w.unpacked = &budgetReader{in: part, left: maxToken}, unpacked
		w.xml = xml.NewDecoder(w.budget)
		return nil
	}
	return nil
}

// token gives the next token of a part; io.EOF at its end.
func (w *workbook) token() (xml.Token, error) {
	w.budget.left = maxToken
	t, err := w.xml.RawToken()
	if err == nil || errors.Is(err, io.EOF) {
		return t, err
	}
	if fault, ok := stock.AsError(err); ok {
		return nil, fault
	}
	return nil, badWorkbook("the workbook cannot be read near row %d: save it again", w.line+1)
}

// budgetReader stops a part that gives too much before a token ends, so that no token fills the memory.
type budgetReader struct {
	in   io.Reader
	left int
	read uint64
}

func (b *budgetReader) Read(p []byte) (int, error) {
	if b.left <= 0 {
		return 0, stock.Errorf(stock.TooLarge, stock.CodeTooLong, "", "a cell of the workbook holds more than %d MiB", maxToken>>20)
	}
	n, err := b.in.Read(p)
	b.left -= n
	b.read += uint64(n)
	return n, err
}

func attr(e xml.StartElement, name string) string {
	for _, a := range e.Attr {
		if a.Name.Local == name {
			return a.Value
		}
	}
	return ""
}

// each walks the start elements of a small part.
func (w *workbook) each(part string, see func(xml.StartElement) error) error {
	if err := w.begin(part); err != nil || w.xml == nil {
		return err
	}
	defer w.part.Close()
	for {
		t, err := w.token()
		if errors.Is(err, io.EOF) {
			return nil
		} else if err != nil {
			return err
		}
		if e, ok := t.(xml.StartElement); ok {
			if err := see(e); err != nil {
				return err
			}
		}
	}
}

// namedSheet is a sheet that can be seen, and the part that holds it.
type namedSheet struct{ name, part string }

func (w *workbook) sheets() ([]namedSheet, error) {
	targets := map[string]string{}
	err := w.each("xl/_rels/workbook.xml.rels", func(e xml.StartElement) error {
		if e.Name.Local == "Relationship" && strings.HasSuffix(attr(e, "Type"), "/worksheet") && len(targets) < 1000 {
			target := attr(e, "Target")
			if !strings.HasPrefix(target, "/") {
				target = urlpath.Join("xl", target)
			}
			targets[attr(e, "Id")] = strings.TrimPrefix(target, "/")
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	var out []namedSheet
	err = w.each("xl/workbook.xml", func(e xml.StartElement) error {
		switch e.Name.Local {
		case "workbookPr":
			w.date1904 = attr(e, "date1904") == "1" || attr(e, "date1904") == "true"
		case "sheet":
			part := ""
			for _, a := range e.Attr {
				if a.Name.Local == "id" && a.Name.Space != "" {
					part = targets[a.Value]
				}
			}
			if state := attr(e, "state"); part != "" && (state == "" || state == "visible") {
				out = append(out, namedSheet{attr(e, "name"), part})
			}
		}
		return nil
	})
	if err == nil && len(out) == 0 {
		err = badWorkbook("the file is no Excel workbook (.xlsx) with a sheet in it: save it as .xlsx or as CSV UTF-8")
	}
	return out, err
}

// choose finds the sheet to read. Among several it is never guessed.
func (w *workbook) choose(all []namedSheet, kind, want string) (string, error) {
	names := views(all, func(s namedSheet) string { return s.name })
	for _, ask := range []string{want, kind} {
		at := slices.IndexFunc(names, func(n string) bool { return strings.EqualFold(n, ask) })
		if ask != "" && at >= 0 {
			w.sheet = names[at]
			return all[at].part, nil
		}
		if want != "" {
			return "", stock.Errorf(stock.Invalid, stock.CodeInvalidValue, "sheet", "the workbook has no sheet %q; its sheets are %s", clipped(want), clippedList(names))
		}
	}
	if len(all) > 1 {
		return "", stock.Errorf(stock.Invalid, stock.CodeRequired, "sheet", "the workbook has several sheets: name the one to read (%s)", clippedList(names))
	}
	w.sheet = names[0]
	return all[0].part, nil
}

func clippedList(names []string) string {
	if len(names) > 20 {
		names = append(slices.Clone(names[:20]), "…")
	}
	return strings.Join(views(names, clipped), ", ")
}

// readStyles finds the styles that show a number as a date.
func (w *workbook) readStyles() error {
	custom := map[string]bool{}
	inCells := false
	return w.each("xl/styles.xml", func(e xml.StartElement) error {
		switch e.Name.Local {
		case "numFmt":
			if len(custom) < maxStyles {
				custom[attr(e, "numFmtId")] = isDateFormat(attr(e, "formatCode"))
			}
		case "cellXfs":
			inCells = true
		case "cellStyles", "dxfs":
			inCells = false
		case "xf":
			if inCells && len(w.dates) < maxStyles {
				id := attr(e, "numFmtId")
				n, _ := strconv.Atoi(id)
				w.dates = append(w.dates, custom[id] || n >= 14 && n <= 22 || n >= 27 && n <= 36 || n >= 45 && n <= 47 || n >= 50 && n <= 58)
			}
		}
		return nil
	})
}

// isDateFormat reports whether a number format shows days or times: it has their letters outside quotes and brackets.
func isDateFormat(code string) bool {
	code, _, _ = strings.Cut(code, ";")
	var quoted, bracket bool
	for i := 0; i < len(code); i++ {
		switch c := code[i]; {
		case c == '"':
			quoted = !quoted
		case quoted:
		case c == '\\' || c == '_' || c == '*':
			i++
		case c == '[':
			bracket = true
		case c == ']':
			bracket = false
		case bracket:
		case strings.IndexByte("dmyhsDMYHS", c) >= 0:
			return true
		}
	}
	return false
}

// sharedText is the text that cells share, one behind the other.
type sharedText struct {
	text []byte
	ends []uint32
}

func (s *sharedText) at(i int) (string, bool) {
	if i < 0 || i >= len(s.ends) {
		return "", false
	}
	start := uint32(0)
	if i > 0 {
		start = s.ends[i-1]
	}
	return string(s.text[start:s.ends[i]]), true
}

func (w *workbook) readShared() error {
	if err := w.begin("xl/sharedStrings.xml"); err != nil || w.xml == nil {
		return err
	}
	defer w.part.Close()
	inText, phonetic := false, false
	for {
		t, err := w.token()
		if errors.Is(err, io.EOF) {
			return nil
		} else if err != nil {
			return err
		}
		switch t := t.(type) {
		case xml.StartElement:
			inText = t.Name.Local == "t"
			phonetic = phonetic || t.Name.Local == "rPh"
		case xml.CharData:
			if inText && !phonetic {
				w.shared.text = append(w.shared.text, t...)
			}
		case xml.EndElement:
			inText = false
			switch t.Name.Local {
			case "rPh":
				phonetic = false
			case "si":
				w.shared.ends = append(w.shared.ends, uint32(len(w.shared.text)))
			}
		}
		if len(w.shared.text)+4*len(w.shared.ends) > maxShared {
			return stock.Errorf(stock.TooLarge, stock.CodeTooLong, "", "the workbook's cells share more than %d MiB of text: save the sheet as CSV UTF-8", maxShared>>20)
		}
	}
}
