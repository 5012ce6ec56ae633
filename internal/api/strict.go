package api

import (
	"encoding"
	"encoding/json"
	"fmt"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"sync"
	"unicode/utf8"

	"clew/internal/stock"
)

// malformed is a request that cannot be read as what it should be: bad JSON, an unknown or repeated name, a string where a
// number is meant. The edge answers 400 to it, where a value that was read but is not allowed gets 422.
type malformed struct{ fault *stock.Error }

func (m *malformed) Error() string { return m.fault.Error() }

// Unwrap makes the error one of stock's for all but the status.
func (m *malformed) Unwrap() error { return m.fault }

func malformedf(field, format string, args ...any) error {
	return &malformed{stock.Errorf(stock.Invalid, stock.CodeInvalidValue, field, format, args...)}
}

// decode reads text, one JSON object, into the struct that into points to. It is stricter than encoding/json: names are
// exact, none is unknown or given twice, nothing follows the object, and no text is silently repaired; and it names the
// field of every error by its full path. It is also faster, since a call may name 100,000 serials.
//
// Strings are cut from text without copying, so text lives as long as they do.
func decode(text string, into any) error {
	r := &reader{text: text}
	if err := r.value(reflect.ValueOf(into).Elem()); err != nil {
		return err
	}
	if r.space(); r.pos < len(text) {
		return malformedf("", "there is something behind the end of the JSON object, at byte %d", r.pos)
	}
	return nil
}

// reader is a place in a JSON text, and the path to it.
type reader struct {
	text string
	pos  int
	path []step

	elements int // of all lists of objects so far
}

// maxElements bounds the objects in lists of one request: empty ones are tiny as text and large in memory.
const maxElements = 100_000

func (r *reader) tooMany(most int) error {
	r.path = r.path[:len(r.path)-1] // it is about the list, not about the element
	return stock.Errorf(stock.TooLarge, stock.CodeTooMany, r.field(), "there are more than %d elements: send them in parts", most)
}

// step is one name or index of a path.
type step struct {
	name  string // empty for an index
	index int
}

// field writes the path as in errors: items[3].lot.
func (r *reader) field() string {
	var b strings.Builder
	for i, s := range r.path {
		switch {
		case s.name == "":
			b.WriteString("[" + strconv.Itoa(s.index) + "]")
		case i > 0:
			b.WriteString("." + s.name)
		default:
			b.WriteString(s.name)
		}
	}
	return b.String()
}

func (r *reader) bad(format string, args ...any) error {
	return malformedf(r.field(), format, args...)
}

// broken is an error of JSON's grammar.
func (r *reader) broken(want string) error {
	if r.pos >= len(r.text) {
		return r.bad("the JSON ends early: %s is missing", want)
	}
	return r.bad("this is not JSON at byte %d: %s is expected", r.pos, want)
}

func (r *reader) space() {
	for r.pos < len(r.text) {
		switch r.text[r.pos] {
		case ' ', '\t', '\n', '\r':
			r.pos++
		default:
			return
		}
	}
}

// next passes over space and reports whether c follows, passing over it too.
func (r *reader) next(c byte) bool {
	r.space()
	if r.pos < len(r.text) && r.text[r.pos] == c {
		r.pos++
		return true
	}
	return false
}

func (r *reader) word(w string) bool {
	r.space()
	if strings.HasPrefix(r.text[r.pos:], w) {
		r.pos += len(w)
		return true
	}
	return false
}

var (
	fromJSON = reflect.TypeFor[json.Unmarshaler]()
	fromText = reflect.TypeFor[encoding.TextUnmarshaler]()
	texts    = reflect.TypeFor[[]string]()
)

// value reads one value into v; null leaves v as it is, as if the name had been left out.
func (r *reader) value(v reflect.Value) error {
	if r.word("null") {
		return nil
	}
	t := v.Type()
	switch {
	case t.Kind() == reflect.Pointer:
		v.Set(reflect.New(t.Elem()))
		return r.value(v.Elem())
	case reflect.PointerTo(t).Implements(fromJSON):
		return r.scalar(func(token string) error {
			return v.Addr().Interface().(json.Unmarshaler).UnmarshalJSON([]byte(token))
		})
	case reflect.PointerTo(t).Implements(fromText):
		text, err := r.string()
		if err != nil {
			return err
		}
		return r.located(v.Addr().Interface().(encoding.TextUnmarshaler).UnmarshalText([]byte(text)))
	case t == texts:
		return r.strings(v)
	}
	switch t.Kind() {
	case reflect.Struct:
		return r.object(v)
	case reflect.Map:
		return r.values(v)
	case reflect.Slice:
		return r.array(v)
	case reflect.String:
		text, err := r.string()
		v.SetString(strings.Clone(text))
		return err
	case reflect.Bool:
		isTrue := r.word("true")
		if !isTrue && !r.word("false") {
			return r.bad("true or false is expected here")
		}
		v.SetBool(isTrue)
		return nil
	case reflect.Int, reflect.Int64:
		return r.scalar(func(token string) error {
			n, err := strconv.ParseInt(token, 10, 64)
			if err != nil || token == "-0" {
				return r.bad("a whole number is expected here")
			}
			v.SetInt(n)
			return nil
		})
	}
	panic(fmt.Sprintf("api: decode: no way to read a %s", t))
}

// located puts the path before an error of the rules that knows only the value.
func (r *reader) located(err error) error {
	fault, ok := stock.AsError(err)
	if !ok {
		if err != nil {
			return r.bad("%v", err)
		}
		return nil
	}
	at := *fault
	at.Field = r.field()
	return &at
}

// scalar hands a string (with its quotes) or number on as it is written.
func (r *reader) scalar(use func(token string) error) error {
	r.space()
	start := r.pos
	if r.pos < len(r.text) && r.text[r.pos] == '"' {
		if _, err := r.string(); err != nil {
			return err
		}
	} else {
		for r.pos < len(r.text) && strings.IndexByte("+-.0123456789eE", r.text[r.pos]) >= 0 {
			r.pos++
		}
		if !json.Valid([]byte(r.text[start:r.pos])) {
			r.pos = start
			return r.bad("a number or a string is expected here")
		}
	}
	err := use(r.text[start:r.pos])
	if _, done := err.(*malformed); done {
		return err
	}
	return r.located(err)
}

// string reads a string. Text without escapes is cut out, not copied.
func (r *reader) string() (string, error) {
	if !r.next('"') {
		return "", r.bad("a string is expected here")
	}
	start := r.pos
	length := strings.IndexByte(r.text[start:], '"')
	if length < 0 {
		r.pos = len(r.text)
		return "", r.broken(`"`)
	}
	text := r.text[start : start+length]
	plain := true
	for i := range len(text) {
		if c := text[i]; c < ' ' || c == '\\' || c >= utf8.RuneSelf {
			plain = false
			break
		}
	}
	if !plain {
		return r.special(start)
	}
	r.pos = start + length + 1
	return text, nil
}

// special reads a string that is not plain ASCII throughout.
func (r *reader) special(start int) (string, error) {
	for ; r.pos < len(r.text); r.pos++ {
		switch c := r.text[r.pos]; {
		case c == '"':
			text := r.text[start:r.pos]
			r.pos++
			if !utf8.ValidString(text) {
				return "", r.bad("the text is not valid UTF-8")
			}
			return text, nil
		case c == '\\':
			return r.escaped(start)
		case c < ' ':
			return "", r.bad("the text has a control character that JSON wants escaped")
		}
	}
	return "", r.broken(`"`)
}

// escaped reads a string that has escapes.
func (r *reader) escaped(start int) (string, error) {
	for ; r.pos < len(r.text) && r.text[r.pos] != '"'; r.pos++ {
		if r.text[r.pos] == '\\' {
			r.pos++
		}
	}
	if r.pos >= len(r.text) {
		r.pos = len(r.text)
		return "", r.broken(`"`)
	}
	r.pos++
	var text string
	raw := r.text[start-1 : r.pos]
	if err := json.Unmarshal([]byte(raw), &text); err != nil {
		return "", r.bad("the text has an escape that JSON does not know")
	}
	// A half surrogate would be read as this mark, so that two codes became one.
	if strings.ContainsRune(text, utf8.RuneError) || !utf8.ValidString(raw) {
		return "", r.bad("the text is not valid Unicode")
	}
	return text, nil
}

// strings reads an array of strings, of which there may be very many.
func (r *reader) strings(v reflect.Value) error {
	if !r.next('[') {
		return r.bad("an array is expected here")
	}
	if r.next(']') {
		v.Set(reflect.ValueOf([]string{}))
		return nil
	}
	// Room for as many as there are commas before the bracket; a code may contain either, so it is a guess.
	end := max(strings.IndexByte(r.text[r.pos:], ']'), 0)
	list := make([]string, 0, min(strings.Count(r.text[r.pos:r.pos+end], ",")+1, stock.MaxUnits))
	r.path = append(r.path, step{})
	for {
		r.path[len(r.path)-1].index = len(list)
		text, err := r.string()
		if err != nil {
			return err
		}
		if list = append(list, text); len(list) > stock.MaxUnits {
			return r.tooMany(stock.MaxUnits)
		}
		if r.next(',') {
			continue
		}
		if !r.next(']') {
			return r.broken("a comma or ]")
		}
		r.path = r.path[:len(r.path)-1]
		v.Set(reflect.ValueOf(list))
		return nil
	}
}

func (r *reader) array(v reflect.Value) error {
	if !r.next('[') {
		return r.bad("an array is expected here")
	}
	list := reflect.MakeSlice(v.Type(), 0, 1)
	if r.next(']') {
		v.Set(list)
		return nil
	}
	r.path = append(r.path, step{})
	for {
		r.path[len(r.path)-1].index = list.Len()
		element := reflect.New(v.Type().Elem()).Elem()
		if r.word("null") {
			return r.bad("null is no element of a list")
		}
		if err := r.value(element); err != nil {
			return err
		}
		list = reflect.Append(list, element)
		if r.elements++; r.elements > maxElements {
			return r.tooMany(maxElements)
		}
		if r.next(',') {
			continue
		}
		if !r.next(']') {
			return r.broken("a comma or ]")
		}
		r.path = r.path[:len(r.path)-1]
		v.Set(list)
		return nil
	}
}

func (r *reader) object(v reflect.Value) error {
	if !r.next('{') {
		return r.bad("a JSON object is expected here")
	}
	known := fieldsOf(v.Type())
	var seen uint64
	if r.next('}') {
		return nil
	}
	for {
		name, err := r.string()
		if err != nil {
			return r.broken("a name in double quotes")
		}
		r.path = append(r.path, step{name: name})
		at, ok := known.find(name)
		switch {
		case !ok:
			return r.unknown(known, name)
		case seen&(1<<at) != 0:
			return r.bad("%q is given twice", name)
		case !r.next(':'):
			return r.broken("a colon")
		}
		seen |= 1 << at
		if err := r.value(v.FieldByIndex(known.index[at])); err != nil {
			return err
		}
		r.path = r.path[:len(r.path)-1]
		if r.next(',') {
			continue
		}
		if !r.next('}') {
			return r.broken("a comma or }")
		}
		return nil
	}
}

// values reads a map of texts by name; a number is taken as it is written.
func (r *reader) values(v reflect.Value) error {
	if !r.next('{') {
		return r.bad("a JSON object is expected here")
	}
	out := reflect.MakeMap(v.Type())
	for more := !r.next('}'); more; more = !r.next('}') {
		if out.Len() > 0 && !r.next(',') {
			return r.broken("a comma or }")
		}
		name, err := r.string()
		if err != nil {
			return r.broken("a name in double quotes")
		}
		name = strings.Clone(name)
		r.path = append(r.path, step{name: name})
		switch {
		case len(name) > maxName:
			r.path[len(r.path)-1].name = "…"
			return r.bad("this name is not known here")
		case out.MapIndex(reflect.ValueOf(name)).IsValid():
			return r.bad("%q is given twice", name)
		case out.Len() >= stock.MaxFields:
			return r.tooMany(stock.MaxFields)
		case !r.next(':'):
			return r.broken("a colon")
		}
		var text string
		if err := r.scalar(func(token string) error {
			if text = token; token[0] == '"' {
				return json.Unmarshal([]byte(token), &text)
			}
			return nil
		}); err != nil {
			return err
		}
		out.SetMapIndex(reflect.ValueOf(name), reflect.ValueOf(strings.Clone(text)))
		r.path = r.path[:len(r.path)-1]
	}
	v.Set(out)
	return nil
}

// maxName is the longest name that is told back.
const maxName = 60

func (r *reader) unknown(known *fields, name string) error {
	if len(name) > maxName {
		r.path[len(r.path)-1].name = "…"
		return r.bad("this name is not known here")
	}
	for _, right := range known.names {
		if strings.EqualFold(right, name) {
			return r.bad("%q is written %q", name, right)
		}
	}
	return r.bad("%q is not known here", name)
}

// fields are the JSON names of a struct, those of embedded structs included.
type fields struct {
	names []string
	index [][]int
}

func (f *fields) find(name string) (int, bool) {
	i := slices.Index(f.names, name)
	return i, i >= 0
}

var fieldTables sync.Map // reflect.Type to *fields

func fieldsOf(t reflect.Type) *fields {
	if table, ok := fieldTables.Load(t); ok {
		return table.(*fields)
	}
	table := &fields{}
	for _, f := range reflect.VisibleFields(t) {
		name, _, _ := strings.Cut(f.Tag.Get("json"), ",")
		if name != "" && name != "-" && f.IsExported() {
			table.names = append(table.names, name)
			table.index = append(table.index, f.Index)
		}
	}
	if len(table.names) > 64 {
		panic("api: decode: more than 64 names in " + t.String())
	}
	fieldTables.Store(t, table)
	return table
}
