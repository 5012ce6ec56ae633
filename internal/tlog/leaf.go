// Package tlog makes the log tamper-evident: the exact bytes that stand for an entry, and their hashes.
package tlog

import (
	"encoding/binary"
	"errors"
	"fmt"
	"math"
)

// FieldType is how the value of a field is written.
type FieldType byte

// The numbers stand in stored leaves: never change one.
const (
	// IntField is a zig-zag varint.
	IntField FieldType = 1
	// TextField is a length and that many bytes of text.
	TextField FieldType = 2
	// DataField is a length and that many bytes.
	DataField FieldType = 3
	// HashField is 32 bytes.
	HashField FieldType = 4
	// GroupField is a length and that many bytes of fields.
	GroupField FieldType = 5
)

// MaxDepth is how deep groups may nest.
const MaxDepth = 8

// ErrMalformed is what every error of ParseLeaf wraps.
var ErrMalformed = errors.New("malformed leaf")

// Leaf writes the bytes of one log entry: a version byte, the kind with its length, then fields in the order of the calls, each a
// tag, a type and a value. No two different lists of fields give the same bytes. What is written is the caller's choice,
// zero values included.
type Leaf struct {
	buf  []byte
	open []int // where the content of each open group starts
}

// NewLeaf starts a leaf. The version is that of the caller's use of tags, to be raised when a tag changes its meaning.
func NewLeaf(version byte, kind string) *Leaf {
	l := &Leaf{buf: make([]byte, 0, 256)}
	l.buf = append(l.buf, version)
	l.buf = binary.AppendUvarint(l.buf, uint64(len(kind)))
	l.buf = append(l.buf, kind...)
	return l
}

func (l *Leaf) head(tag uint16, t FieldType) {
	l.buf = binary.AppendUvarint(l.buf, uint64(tag))
	l.buf = append(l.buf, byte(t))
}

// Int writes a number.
func (l *Leaf) Int(tag uint16, v int64) {
	l.head(tag, IntField)
	l.buf = binary.AppendVarint(l.buf, v)
}

// Text writes text; it is not checked to be UTF-8.
func (l *Leaf) Text(tag uint16, s string) {
	l.head(tag, TextField)
	l.buf = binary.AppendUvarint(l.buf, uint64(len(s)))
	l.buf = append(l.buf, s...)
}

// Data writes bytes.
func (l *Leaf) Data(tag uint16, b []byte) {
	l.head(tag, DataField)
	l.buf = binary.AppendUvarint(l.buf, uint64(len(b)))
	l.buf = append(l.buf, b...)
}

// Hash writes a hash, such as one from Salted or UnitRoot.
func (l *Leaf) Hash(tag uint16, h [32]byte) {
	l.head(tag, HashField)
	l.buf = append(l.buf, h[:]...)
}

// Open starts a group, which holds the fields up to its Close; it panics when groups nest deeper than MaxDepth.
func (l *Leaf) Open(tag uint16) {
	if len(l.open) == MaxDepth {
		panic("tlog: groups nest too deep")
	}
	l.head(tag, GroupField)
	l.buf = append(l.buf, 0) // where the length goes, if it fits one byte
	l.open = append(l.open, len(l.buf))
}

// Close ends the group opened last; it panics when none is open.
func (l *Leaf) Close() {
	last := len(l.open) - 1
	if last < 0 {
		panic("tlog: no group is open")
	}
	start := l.open[last]
	l.open = l.open[:last]
	size := len(l.buf) - start
	if size < 0x80 {
		l.buf[start-1] = byte(size)
		return
	}
	var length [binary.MaxVarintLen64]byte
	n := binary.PutUvarint(length[:], uint64(size))
	// One byte was kept free; the content moves up to make room for the others.
	l.buf = append(l.buf, length[:n-1]...)
	copy(l.buf[start+n-1:], l.buf[start:start+size])
	copy(l.buf[start-1:], length[:n])
}

// Bytes returns the finished leaf, which shares memory with l; it panics while a group is open.
func (l *Leaf) Bytes() []byte {
	if len(l.open) > 0 {
		panic("tlog: a group is still open")
	}
	return l.buf
}

// Field is one field as read back: Int holds the value of an IntField, Fields that of a GroupField, Data all others.
type Field struct {
	Tag    uint16
	Type   FieldType
	Int    int64
	Data   []byte // shares memory with the leaf
	Fields []Field
}

// ParseLeaf reads what Leaf wrote and nothing else: lengths and numbers must be written in the fewest bytes, nothing may be missing
// or left over. Its errors wrap ErrMalformed.
func ParseLeaf(leaf []byte) (version byte, kind string, fields []Field, err error) {
	r := leafReader{rest: leaf}
	version = r.take(1)[0]
	kind = string(r.sized())
	fields = r.fields(0)
	if r.failed != "" {
		return 0, "", nil, fmt.Errorf("%w: %s", ErrMalformed, r.failed)
	}
	return version, kind, fields, nil
}

// leafReader reads from the front of rest. After a failure it answers zeros, so that callers check once, at the end.
type leafReader struct {
	rest   []byte
	failed string
}

var noBytes [32]byte

func (r *leafReader) fail(why string) {
	if r.failed == "" {
		r.failed = why
	}
	r.rest = nil
}

// take returns the next n bytes, n being at most 32 or at most what is left.
func (r *leafReader) take(n int) []byte {
	if n > len(r.rest) {
		r.fail("cut short")
		return noBytes[:n]
	}
	b := r.rest[:n:n]
	r.rest = r.rest[n:]
	return b
}

func (r *leafReader) uvarint() uint64 {
	v, n := binary.Uvarint(r.rest)
	switch {
	case n == 0:
		r.fail("cut short")
	case n < 0:
		r.fail("a number is too large")
	case n > 1 && r.rest[n-1] == 0:
		r.fail("a number is longer than needed")
	default:
		r.rest = r.rest[n:]
		return v
	}
	return 0
}

func (r *leafReader) sized() []byte {
	n := r.uvarint()
	if n > uint64(len(r.rest)) {
		r.fail("cut short")
		return nil
	}
	return r.take(int(n))
}

// fields reads fields until nothing is left.
func (r *leafReader) fields(depth int) []Field {
	var fields []Field
	for len(r.rest) > 0 {
		fields = append(fields, r.field(depth))
	}
	return fields
}

func (r *leafReader) field(depth int) Field {
	tag := r.uvarint()
	if tag > math.MaxUint16 {
		r.fail("a tag is too large")
	}
	f := Field{Tag: uint16(tag), Type: FieldType(r.take(1)[0])}
	switch f.Type {
	case IntField:
		v := r.uvarint()
		f.Int = int64(v>>1) ^ -int64(v&1) // zig-zag
	case TextField, DataField:
		f.Data = r.sized()
	case HashField:
		f.Data = r.take(len(noBytes))
	case GroupField:
		if depth == MaxDepth {
			r.fail("groups nest too deep")
			break
		}
		group := leafReader{rest: r.sized()}
		if f.Fields = group.fields(depth + 1); group.failed != "" {
			r.fail(group.failed)
		}
	default:
		r.fail("unknown field type")
	}
	return f
}
