package store

import (
	"encoding/hex"
	"strconv"

	"unicode/utf8"
)

// rowset builds the JSON array of arrays that @rows takes: one statement for any number of rows.
type rowset struct {
	buf []byte
	n   int
}

// add appends a row. Values are int64 and other integers, string, []byte (as hex), bool, *int64 and nil.
func (r *rowset) add(values ...any) {
	if r.n == 0 {
		r.buf = append(r.buf[:0], '[')
	} else {
		r.buf = append(r.buf, ',')
	}
	r.n++
	r.buf = append(r.buf, '[')
	for i, v := range values {
		if i > 0 {
			r.buf = append(r.buf, ',')
		}
		r.buf = appendJSON(r.buf, v)
	}
	r.buf = append(r.buf, ']')
}

// ints appends a row of integers, without the memory that add takes for each value.
func (r *rowset) ints(values ...int64) {
	if r.n == 0 {
		r.buf = append(r.buf[:0], '[')
	} else {
		r.buf = append(r.buf, ',')
	}
	r.n++
	for i, v := range values {
		r.buf = append(r.buf, "[,"[min(i, 1)])
		r.buf = strconv.AppendInt(r.buf, v, 10)
	}
	r.buf = append(r.buf, ']')
}

// text is the finished array.
func (r *rowset) text() string {
	if r.n == 0 {
		return "[]"
	}
	return string(append(r.buf, ']'))
}

func appendJSON(buf []byte, value any) []byte {
	switch v := value.(type) {
	case nil:
		return append(buf, "null"...)
	case int64:
		return strconv.AppendInt(buf, v, 10)
	case int:
		return strconv.AppendInt(buf, int64(v), 10)
	case bool:
		if v {
			return append(buf, '1')
		}
		return append(buf, '0')
	case string:
		return appendText(buf, v)
	case []byte:
		if v == nil {
			return append(buf, "null"...)
		}
		buf = append(buf, '"')
		buf = hex.AppendEncode(buf, v)
		return append(buf, '"')
	}
	panic("store: a value of this type cannot be in a row set")
}

// appendText quotes a string as JSON, with nothing but what JSON demands.
func appendText(buf []byte, s string) []byte {
	buf = append(buf, '"')
	for i := 0; i < len(s); i++ {
		switch c := s[i]; {
		case c == '"' || c == '\\':
			buf = append(buf, '\\', c)
		case c < ' ':
			buf = append(buf, `\u00`...)
			buf = append(buf, "0123456789abcdef"[c>>4], "0123456789abcdef"[c&15])
		case c < utf8.RuneSelf:
			buf = append(buf, c)
		default:
			r, size := utf8.DecodeRuneInString(s[i:])
			buf = utf8.AppendRune(buf, r)
			i += size - 1
		}
	}
	return append(buf, '"')
}

// texts is a JSON array of strings, for sets of one column and ordinals by position.
func texts(list []string) string {
	buf := []byte{'['}
	for i, s := range list {
		if i > 0 {
			buf = append(buf, ',')
		}
		buf = appendText(buf, s)
	}
	return string(append(buf, ']'))
}
