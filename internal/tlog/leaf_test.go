package tlog

import (
	"bytes"
	"encoding/binary"
	"errors"
	"math"
	"reflect"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// write puts fields into l, so that what was read can be written again.
func write(l *Leaf, fields []Field) {
	for _, f := range fields {
		switch f.Type {
		case IntField:
			l.Int(f.Tag, f.Int)
		case TextField:
			l.Text(f.Tag, string(f.Data))
		case DataField:
			l.Data(f.Tag, f.Data)
		case HashField:
			l.Hash(f.Tag, [32]byte(f.Data))
		case GroupField:
			l.Open(f.Tag)
			write(l, f.Fields)
			l.Close()
		}
	}
}

func encode(version byte, kind string, fields []Field) []byte {
	l := NewLeaf(version, kind)
	write(l, fields)
	return l.Bytes()
}

// TestLeafBytes pins the encoding: stored leaves are hashed, so it can never change.
func TestLeafBytes(t *testing.T) {
	l := NewLeaf(1, "move")
	l.Int(1, -3)
	l.Text(2, "L1")
	l.Open(300)
	l.Data(1, []byte{9})
	l.Open(4)
	l.Close()
	l.Close()
	l.Hash(3, [32]byte{7})
	want := append([]byte("\x01\x04move"+"\x01\x01\x05"+"\x02\x02\x02L1"+"\xac\x02\x05\x07"+"\x01\x03\x01\x09"+"\x04\x05\x00"+"\x03\x04\x07"), make([]byte, 31)...)
	if got := l.Bytes(); !bytes.Equal(got, want) {
		t.Errorf("got  %q\nwant %q", got, want)
	}
}

func TestLeafLongGroups(t *testing.T) {
	for _, size := range []int{0, 1, 120, 124, 125, 126, 127, 128, 129, 16_370, 16_383, 16_384, 2_100_000} {
		l := NewLeaf(1, "receive")
		l.Open(1)
		l.Int(2, 5)
		l.Open(3)
		l.Data(4, bytes.Repeat([]byte{0xab}, size))
		l.Close()
		l.Int(5, 6)
		l.Close()
		l.Text(6, "end")
		_, _, fields, err := ParseLeaf(l.Bytes())
		if err != nil || len(fields) != 2 || len(fields[0].Fields) != 3 || fields[0].Fields[2].Int != 6 || string(fields[1].Data) != "end" {
			t.Fatalf("%d: got %+.200v, %v", size, fields, err)
		}
		if got := fields[0].Fields[1].Fields[0].Data; len(got) != size || bytes.Count(got, []byte{0xab}) != size {
			t.Errorf("%d: got %d bytes", size, len(got))
		}
	}
}

func TestLeafMisuse(t *testing.T) {
	for name, do := range map[string]func(l *Leaf){
		"close without open": func(l *Leaf) { l.Close() },
		"bytes while open":   func(l *Leaf) { l.Open(1); l.Bytes() },
		"too deep": func(l *Leaf) {
			for range MaxDepth + 1 {
				l.Open(1)
			}
		},
	} {
		t.Run(name, func(t *testing.T) {
			defer func() {
				if recover() == nil {
					t.Error("no panic")
				}
			}()
			do(NewLeaf(1, "move"))
		})
	}
}

func TestParseLeafRefuses(t *testing.T) {
	deep := nestedGroups(MaxDepth + 1)
	for _, c := range []struct {
		name, fields, why string
	}{
		{"tag alone", "\x01", "cut short"},
		{"int cut", "\x01\x01", "cut short"},
		{"int cut inside", "\x01\x01\x80", "cut short"},
		{"int padded", "\x01\x01\x80\x00", "longer than needed"},
		{"int of 65 bits", "\x01\x01\xff\xff\xff\xff\xff\xff\xff\xff\xff\x02", "too large"},
		{"tag padded", "\x81\x00\x01\x00", "longer than needed"},
		{"tag too large", "\x80\x80\x04\x01\x00", "tag is too large"},
		{"text cut", "\x01\x02\x03ab", "cut short"},
		{"huge text", "\x01\x02\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01", "cut short"},
		{"length padded", "\x01\x03\x81\x00a", "longer than needed"},
		{"hash cut", "\x01\x04" + strings.Repeat("h", 31), "cut short"},
		{"group cut", "\x01\x05\x04\x01\x01\x00", "cut short"},
		{"field cut by its group", "\x01\x05\x02\x01\x01\x00", "cut short"},
		{"type 0", "\x01\x00", "unknown field type"},
		{"type 6", "\x01\x06\x00", "unknown field type"},
		{"too deep", string(deep), "too deep"},
	} {
		_, _, fields, err := ParseLeaf([]byte("\x01\x04move" + c.fields))
		if !errors.Is(err, ErrMalformed) || !strings.Contains(err.Error(), c.why) || fields != nil {
			t.Errorf("%s: got %v, %v", c.name, fields, err)
		}
	}
	for _, head := range []string{"", "\x01", "\x01\x04mov", "\x01\x80\x00"} {
		if _, _, _, err := ParseLeaf([]byte(head)); !errors.Is(err, ErrMalformed) {
			t.Errorf("%q: got %v", head, err)
		}
	}
	if _, _, _, err := ParseLeaf([]byte("\x01\x04move" + string(nestedGroups(MaxDepth)))); err != nil {
		t.Errorf("%d groups: %v", MaxDepth, err)
	}
}

// nestedGroups writes groups inside each other, from the inside out.
func nestedGroups(depth int) []byte {
	var b []byte
	for range depth {
		b = append(binary.AppendUvarint([]byte{1, byte(GroupField)}, uint64(len(b))), b...)
	}
	return b
}

// drawFields draws from few tags and values, so that two draws come close to each other.
func drawFields(t *rapid.T, depth int) []Field {
	var fields []Field
	for range rapid.IntRange(0, 4).Draw(t, "fields") {
		f := Field{Tag: rapid.SampledFrom([]uint16{0, 1, 2, 3, 5, 127, 128, math.MaxUint16}).Draw(t, "tag")}
		types := []FieldType{IntField, TextField, DataField, HashField, GroupField}
		if depth == MaxDepth {
			types = types[:4]
		}
		f.Type = rapid.SampledFrom(types).Draw(t, "type")
		switch f.Type {
		case IntField:
			f.Int = rapid.OneOf(rapid.Int64Range(-2, 2), rapid.Int64()).Draw(t, "int")
		case TextField, DataField:
			f.Data = rapid.SliceOfN(rapid.ByteRange(0, 5), 0, 6).Draw(t, "data")
		case HashField:
			f.Data = rapid.SliceOfN(rapid.ByteRange(0, 1), 32, 32).Draw(t, "hash")
		case GroupField:
			f.Fields = drawFields(t, depth+1)
		}
		fields = append(fields, f)
	}
	return fields
}

type record struct {
	Version byte
	Kind    string
	Fields  []Field
}

func drawRecord(t *rapid.T) record {
	return record{rapid.ByteRange(1, 2).Draw(t, "version"), rapid.SampledFrom([]string{"", "move", "hold"}).Draw(t, "kind"), drawFields(t, 0)}
}

// TestLeafComesBack shows that the encoding is injective: what was written can be read back from the bytes alone.
func TestLeafComesBack(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		r := drawRecord(t)
		version, kind, fields, err := ParseLeaf(encode(r.Version, r.Kind, r.Fields))
		if err != nil || !reflect.DeepEqual(record{version, kind, fields}, r) {
			t.Fatalf("got %d %q %+v, %v\nwant %+v", version, kind, fields, err, r)
		}
	})
}

func sameEncoding(t *rapid.T) {
	a, b := drawRecord(t), drawRecord(t)
	if bytes.Equal(encode(a.Version, a.Kind, a.Fields), encode(b.Version, b.Kind, b.Fields)) && !reflect.DeepEqual(a, b) {
		t.Fatalf("two records, one encoding:\n%+v\n%+v", a, b)
	}
}

func TestTwoRecordsOneEncoding(t *testing.T) {
	rapid.Check(t, sameEncoding)
}

func FuzzTwoRecordsOneEncoding(f *testing.F) {
	f.Fuzz(rapid.MakeFuzz(sameEncoding))
}

func FuzzParseLeaf(f *testing.F) {
	f.Add([]byte("\x01\x04move\x01\x01\x05\x02\x02\x02L1\x03\x05\x03\x01\x01\x00"))
	f.Add(append([]byte("\x01\x00\x01\x04"), make([]byte, 32)...))
	f.Fuzz(func(t *testing.T, leaf []byte) {
		version, kind, fields, err := ParseLeaf(leaf)
		if err != nil {
			if !errors.Is(err, ErrMalformed) {
				t.Fatal(err)
			}
			return
		}
		if got := encode(version, kind, fields); !bytes.Equal(got, leaf) {
			t.Fatalf("%x is written again as %x", leaf, got)
		}
	})
}
