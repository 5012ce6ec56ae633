package stock

import (
	"encoding/hex"
	"path"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// File is a document or a picture attached to a record by an entry of its own. What is in it is kept beside the ledger under its
// hash, which is in the leaf: nobody changes it unseen.
type File struct {
	Hash       [32]byte // SHA-256 of the content
	Size       int64
	Media      string // the type that it is served as
	Kind       FileKind
	Name       string // erasable
	Dated      Date   // the document's own date
	ValidUntil Date   // the last day on which it counts; 0: no end

	// What it is about: one of them, or a lot or a unit with its product. An entry that it is about is in Entry.About.
	Product, Lot, Unit, Partner, Site, Place int64
}

// FileKind says what a file is good for.
type FileKind uint8

// The kinds of files.
const (
	FileOther FileKind = iota
	FileCertificate
	FilePhoto
	FileDeclaration
)

var fileKindNames = []string{"other", "certificate_of_analysis", "photo", "declaration"}

func (k FileKind) String() string { return fileKindNames[k] }

// ParseFileKind reads the name of a kind of file.
func ParseFileKind(name string) (FileKind, bool) {
	i := slices.Index(fileKindNames, name)
	return FileKind(max(i, 0)), i >= 0
}

// FileDraft attaches a file whose content is kept already.
type FileDraft struct {
	Product    string `json:"product,omitempty"`
	Lot        string `json:"lot,omitempty" doc:"Of the product."`
	Unit       string `json:"unit,omitempty" doc:"Serial number, of the product."`
	Partner    string `json:"partner,omitempty"`
	Site       string `json:"site,omitempty"`
	Location   string `json:"location,omitempty" doc:"In the site."`
	Entry      int64  `json:"entry,omitempty"`
	Kind       string `json:"kind,omitempty" enum:"certificate_of_analysis,photo,declaration,other"`
	Name       string `json:"name"`
	Media      string `json:"media"`
	Hash       string `json:"sha256"`
	Size       int64  `json:"size"`
	Dated      Date   `json:"dated,omitempty"`
	ValidUntil Date   `json:"valid_until,omitempty"`
	Note       string `json:"note,omitempty" maxLength:"4000"`
}

func (d *FileDraft) kind() Kind { return KindFile }

func (d *FileDraft) needs(n *Needs) {
	n.SKU(d.Product)
	n.Lot(d.Product, d.Lot)
	if d.Unit != "" {
		n.Units(d.Product, []string{d.Unit})
	}
	n.Partner(d.Partner)
	n.Site(d.Site)
	n.Location(d.Site, d.Location)
	n.Entry(d.Entry)
}

func (d *FileDraft) decide(s *State, e *Entry) *Error {
	if err := e.describe("", "", d.Note, nil); err != nil {
		return err
	}
	f := &File{Size: d.Size, Media: d.Media, Name: CleanName(d.Name), Dated: d.Dated, ValidUntil: d.ValidUntil}
	if n, err := hex.Decode(f.Hash[:], []byte(d.Hash)); err != nil || n != len(f.Hash) || d.Size < 1 {
		return Errorf(Invalid, CodeInvalidValue, "file", "the content is not named by its hash and size")
	}
	if !keptMedia(f.Media) {
		f.Media = PlainBytes
	}
	kind, ok := ParseFileKind(d.Kind)
	switch {
	case d.Kind != "" && !ok:
		return Errorf(Invalid, CodeInvalidValue, "kind", "%q is none of %s", clip(d.Kind), strings.Join(fileKindNames, ", "))
	case kind == FileDeclaration && f.Dated == 0:
		return Errorf(Invalid, CodeDateRequired, "dated", "a declaration has a date of its own: give it")
	case f.ValidUntil != 0 && f.ValidUntil < f.Dated:
		return Errorf(Invalid, CodeInvalidDate, "valid_until", "valid until %s, before its own date %s", f.ValidUntil, f.Dated)
	}
	f.Kind = kind
	e.File = f
	return d.subject(s, e)
}

// subject finds what the file is about: one thing. What is no longer active may get files too: papers come late.
func (d *FileDraft) subject(s *State, e *Entry) *Error {
	subjects := 0
	for _, given := range []bool{d.Product != "", d.Partner != "", d.Site != "", d.Entry != 0} {
		if given {
			subjects++
		}
	}
	switch {
	case d.Product == "" && (d.Lot != "" || d.Unit != ""):
		return Errorf(Invalid, CodeRequired, "product", "name the product of the lot or the unit")
	case d.Site == "" && d.Location != "":
		return Errorf(Invalid, CodeRequired, "site", "name the site of the location")
	case subjects == 0:
		return Errorf(Invalid, CodeRequired, "product", "say what the file is about: a product, lot, unit, partner, site, location or entry")
	case subjects > 1 || d.Lot != "" && d.Unit != "":
		return Errorf(Invalid, CodeUnsupported, "file", "a file is about one thing: attach it once for each")
	case d.Product != "":
		return d.goods(s, e.File)
	case d.Partner != "":
		p := s.Partners[d.Partner]
		if p == nil {
			return Errorf(NotFound, CodeUnknownPartner, "partner", "there is no partner %q", clip(d.Partner))
		}
		e.File.Partner = p.ID
	case d.Site != "":
		return d.place(s, e)
	default:
		if s.Entries[d.Entry] == nil {
			return Errorf(NotFound, CodeUnknownEntry, "entry", "there is no entry %d", d.Entry)
		}
		e.About = d.Entry
	}
	return nil
}

func (d *FileDraft) goods(s *State, f *File) *Error {
	p := s.FindProduct(d.Product)
	if p == nil {
		return Errorf(NotFound, CodeUnknownProduct, "product", "there is no product %q", clip(d.Product))
	}
	f.Product = p.ID
	if d.Lot != "" {
		lot, err := s.lot(p, d.Lot)
		if err != nil {
			return err
		}
		f.Lot = lot.ID
		known := s.LotFiles[lot.ID]
		put(s, s.LotFiles, lot.ID, append(known[:len(known):len(known)], f))
	}
	if d.Unit != "" {
		units, err := s.units(p, []string{d.Unit})
		if err != nil {
			err.Field = "unit"
			return err
		}
		f.Unit = units[0].ID
	}
	return nil
}

func (d *FileDraft) place(s *State, e *Entry) *Error {
	v := s.Sites[d.Site]
	if v == nil {
		return Errorf(NotFound, CodeUnknownSite, "site", "there is no site %q", clip(d.Site))
	}
	e.Site = v.ID
	if d.Location == "" {
		e.File.Site = v.ID
		return nil
	}
	at := s.Locations[PlaceKey{v.ID, d.Location}]
	if at == nil {
		return Errorf(NotFound, CodeUnknownLocation, "location", "site %s has no location %q", v.Code, clip(d.Location))
	}
	e.File.Place = at.ID
	return nil
}

// file writes what was attached; its name is among the texts.
func (w leafWriter) file(f *File) {
	if f == nil {
		return
	}
	w.group(tagFile, func() {
		w.Hash(1, f.Hash)
		w.int(2, f.Size)
		w.text(3, f.Media)
		w.int(4, int64(f.Kind))
		w.int(5, int64(f.Dated))
		w.int(6, int64(f.ValidUntil))
		w.int(7, f.Product)
		w.int(8, f.Lot)
		w.int(9, f.Unit)
		w.int(10, f.Partner)
		w.int(11, f.Site)
		w.int(12, f.Place)
	})
}

// PlainBytes is the type of a file that we do not know, or that lies about itself.
const PlainBytes = "application/octet-stream"

// media are the types that are kept: what their names end in, and what their first bytes show. Types that a browser would run or
// render as markup (HTML, SVG) are not among them.
var media = []struct{ media, sniffed, ends string }{
	{"application/pdf", "application/pdf", ".pdf"},
	{"image/png", "image/png", ".png"},
	{"image/jpeg", "image/jpeg", ".jpg .jpeg"},
	{"image/gif", "image/gif", ".gif"},
	{"image/webp", "image/webp", ".webp"},
	{"text/plain", "text/plain", ".txt"},
	{"text/csv", "text/plain", ".csv"},
	{"application/json", "text/plain", ".json"},
	{"application/zip", "application/zip", ".zip"},
	{"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "application/zip", ".xlsx"},
	{"application/vnd.openxmlformats-officedocument.wordprocessingml.document", "application/zip", ".docx"},
	{"application/vnd.oasis.opendocument.text", "application/zip", ".odt"},
	{"application/vnd.oasis.opendocument.spreadsheet", "application/zip", ".ods"},
}

func keptMedia(name string) bool {
	for _, m := range media {
		if m.media == name {
			return true
		}
	}
	return name == PlainBytes
}

// MediaOf decides as what a file is kept, from its name, the type that it was declared as and the one that its first bytes show.
// Where they contradict each other it is plain bytes.
func MediaOf(name, declared, sniffed string) string {
	bare := func(t string) string { t, _, _ = strings.Cut(t, ";"); return strings.ToLower(strings.TrimSpace(t)) }
	declared, sniffed = bare(declared), bare(sniffed)
	if declared == PlainBytes {
		declared = ""
	}
	end := strings.ToLower(path.Ext(name))
	for _, m := range media {
		named := end != "" && slices.Contains(strings.Fields(m.ends), end)
		if m.sniffed != sniffed || declared != "" && declared != m.media || end != "" && !named {
			continue
		}
		return m.media
	}
	return PlainBytes
}

const maxFileName = 150 // bytes

// CleanName makes a file's name harmless: the last element of a path, without characters that cannot be seen, turn the direction
// of writing or mean something to a file system.
func CleanName(name string) string {
	name = strings.ToValidUTF8(name, "")
	name = name[strings.LastIndexAny(name, `/\`)+1:]
	name = strings.Map(func(r rune) rune {
		switch {
		case unicode.In(r, unicode.Cc, unicode.Cf, unicode.Co, unicode.Zl, unicode.Zp):
			return -1
		case strings.ContainsRune(`<>:"|?*`, r):
			return '_'
		case unicode.IsSpace(r):
			return ' '
		}
		return r
	}, name)
	name = strings.Trim(name, " .")
	if len(name) > maxFileName {
		end := path.Ext(name)
		if len(end) > 10 {
			end = ""
		}
		cut := maxFileName - len(end)
		for cut > 0 && !utf8.RuneStart(name[cut]) {
			cut--
		}
		name = name[:cut] + end
	}
	if name == "" {
		return "file"
	}
	return name
}
