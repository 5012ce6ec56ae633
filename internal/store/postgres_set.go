package store

import (
	"database/sql/driver"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"reflect"
	"strconv"
)

// plainOf is an argument as one of the few types that columns have, and which: i integer, s text, b bytes, n none.
func plainOf(arg any) (any, byte) {
	switch v := arg.(type) {
	case nil:
		return nil, 'n'
	case int64:
		return v, 'i'
	case string:
		return v, 's'
	case []byte:
		return v, 'b'
	case bool:
		if v {
			return int64(1), 'i'
		}
		return int64(0), 'i'
	case driver.Valuer:
		if made, err := v.Value(); err == nil {
			return plainOf(made)
		}
	}
	switch v := reflect.ValueOf(arg); v.Kind() {
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		return v.Int(), 'i'
	case reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32:
		return int64(v.Uint()), 'i'
	case reflect.String:
		return v.String(), 's'
	case reflect.Pointer:
		if v.IsNil() {
			return nil, 'n'
		}
		return plainOf(v.Elem().Interface())
	}
	return arg, 'n'
}

// arraysOf takes a row set apart into an array for each column, which PostgreSQL reads several times faster than JSON.
func arraysOf(text string, cols []column) ([]any, error) {
	r := setReader{text: text}
	arrays := make([]setArray, len(cols))
	r.take('[')
	for !r.take(']') && r.err == nil {
		nested := r.take('[') // a list of one column has bare values
		for i := range cols {
			if i > 0 {
				r.take(',')
			}
			r.value(&arrays[i], cols[i].kind)
		}
		for nested && r.err == nil && !r.take(']') { // a statement may ask for the first columns only
			var rest setArray
			r.take(',')
			r.value(&rest, "text")
		}
		r.take(',')
	}
	if r.err != nil {
		return nil, r.err
	}
	out := make([]any, len(cols))
	for i := range arrays {
		out[i] = arrays[i].array(cols[i].kind)
	}
	return out, nil
}

// setArray gathers the values of one column.
type setArray struct {
	ints  []int64
	texts []string
	blobs [][]byte
	nulls []int // where there is none
}

func (a *setArray) array(kind string) any {
	switch kind {
	case "int":
		return withNulls(a.ints, a.nulls)
	case "text":
		return withNulls(a.texts, a.nulls)
	}
	if a.blobs == nil {
		return [][]byte{}
	}
	return a.blobs
}

func withNulls[T any](values []T, nulls []int) any {
	if len(nulls) == 0 {
		if values == nil {
			return []T{}
		}
		return values
	}
	out := make([]*T, len(values))
	for i := range values {
		out[i] = &values[i]
	}
	for _, i := range nulls {
		out[i] = nil
	}
	return out
}

// setReader reads what rowset and texts write, and no other JSON.
type setReader struct {
	text string
	at   int
	err  error
}

func (r *setReader) fail() {
	if r.err == nil {
		r.err = fmt.Errorf("store: a row set cannot be read at byte %d", r.at)
	}
}

func (r *setReader) take(c byte) bool {
	if r.at < len(r.text) && r.text[r.at] == c {
		r.at++
		return true
	}
	if r.at >= len(r.text) {
		r.fail()
	}
	return false
}

func (r *setReader) value(a *setArray, kind string) {
	start := r.at
	switch {
	case start >= len(r.text):
		r.fail()
	case r.text[start] == 'n':
		r.at += len("null")
		r.none(a, kind)
	case r.text[start] == '"':
		r.quoted(a, kind)
	default:
		for r.at < len(r.text) && (r.text[r.at] == '-' || r.text[r.at] >= '0' && r.text[r.at] <= '9') {
			r.at++
		}
		number := r.text[start:r.at]
		if kind == "text" {
			a.texts = append(a.texts, number)
			return
		}
		n, err := strconv.ParseInt(number, 10, 64)
		if err != nil || kind != "int" {
			r.fail()
		}
		a.ints = append(a.ints, n)
	}
}

func (r *setReader) none(a *setArray, kind string) {
	switch kind {
	case "int":
		a.nulls = append(a.nulls, len(a.ints))
		a.ints = append(a.ints, 0)
	case "text":
		a.nulls = append(a.nulls, len(a.texts))
		a.texts = append(a.texts, "")
	default:
		a.blobs = append(a.blobs, nil)
	}
}

func (r *setReader) quoted(a *setArray, kind string) {
	start, escaped := r.at, false
	for r.at++; r.at < len(r.text) && r.text[r.at] != '"'; r.at++ {
		if r.text[r.at] == '\\' {
			escaped = true
			r.at++
		}
	}
	if r.at >= len(r.text) {
		r.fail()
		return
	}
	text := r.text[start+1 : r.at]
	r.at++
	if escaped {
		if err := json.Unmarshal([]byte(r.text[start:r.at]), &text); err != nil {
			r.fail()
		}
	}
	switch kind {
	case "text":
		a.texts = append(a.texts, text)
	case "blob":
		blob, err := hex.DecodeString(text)
		if err != nil {
			r.fail()
		}
		a.blobs = append(a.blobs, blob)
	default:
		n, err := strconv.ParseInt(text, 10, 64)
		if err != nil {
			r.fail()
		}
		a.ints = append(a.ints, n)
	}
}
