package stock

import (
	"encoding/binary"
	"fmt"
	"strings"

	"clew/internal/tlog"
)

// LeafSaid is what the leaf bytes of an entry say, as far as they say it in plain: names and free texts are hashes in them.
type LeafSaid struct {
	Kind       string
	OccurredAt Time
	RecordedAt Time
	References []Reference
	Lots       []LeafLot  // that the entry brings into the ledger
	Births     []LeafUnit // of items whose units it brings into the ledger
	Items      int
	Units      int64 // that its items move
}

// LeafLot is a lot as a leaf says it.
type LeafLot struct {
	SKU, Code string
	Dates     string // as in "expiry 2027-01-31"
}

// LeafUnit are the newborn units of an item as a leaf says them.
type LeafUnit struct {
	SKU   string
	First int64
	Count int64
	root  tlog.Hash
}

// ReadLeaf reads leaf bytes without the ledger.
func ReadLeaf(leaf []byte) (*LeafSaid, error) {
	version, kind, fields, err := tlog.ParseLeaf(leaf)
	if err != nil {
		return nil, err
	}
	if version != leafVersion {
		return nil, fmt.Errorf("the leaf is of version %d, and this build of clew reads version %d", version, leafVersion)
	}
	said := &LeafSaid{Kind: kind}
	for _, f := range fields {
		switch f.Tag {
		case tagOccurred:
			said.OccurredAt = Time(f.Int)
		case tagRecorded:
			said.RecordedAt = Time(f.Int)
		case tagReference:
			in := fieldsOf(f)
			said.References = append(said.References, Reference{Kind: string(in[1].Data), Code: string(in[2].Data)})
		case tagLot:
			said.Lots = append(said.Lots, leafLot(f))
		case tagItem:
			said.item(f)
		}
	}
	return said, nil
}

// fieldsOf are the fields of a group by their tags, of which each occurs once.
func fieldsOf(group tlog.Field) map[uint16]tlog.Field {
	out := map[uint16]tlog.Field{}
	for _, f := range group.Fields {
		out[f.Tag] = f
	}
	return out
}

func leafLot(group tlog.Field) LeafLot {
	in := fieldsOf(group)
	lot := LeafLot{SKU: string(in[2].Data), Code: string(in[3].Data)}
	var dates []string
	for i, f := range dateFields {
		if day := in[uint16(4+i)].Int; day != 0 {
			dates = append(dates, strings.ReplaceAll(f.Name, "_", " ")+" "+Date(day).String())
		}
	}
	lot.Dates = strings.Join(dates, ", ")
	return lot
}

func (s *LeafSaid) item(group tlog.Field) {
	in := fieldsOf(group)
	s.Items++
	root, born := in[17]
	if _, moved := in[18]; born || moved {
		s.Units += in[3].Int / int64(One)
	}
	if born && len(root.Data) == tlog.HashSize {
		s.Births = append(s.Births, LeafUnit{SKU: string(in[14].Data), First: in[15].Int, Count: in[3].Int / int64(One), root: tlog.Hash(root.Data)})
	}
}

// BirthLeaf is how a newborn unit stands below the root of its item.
func BirthLeaf(id int64, serial string) []byte { return appendBirth(nil, id, serial) }

func appendBirth(to []byte, id int64, serial string) []byte {
	return append(binary.AppendUvarint(to, uint64(id)), serial...)
}

// Shows reports which of the newborn units a path leads from: its product, which of them it is (from 1), and of how many.
func (s *LeafSaid) Shows(u *tlog.UnitPath) (sku string, number, of int64, err error) {
	path, err := tlog.ReadPath(u.Path)
	if err != nil {
		return "", 0, 0, err
	}
	for _, b := range s.Births {
		if at := u.ID - b.First; at >= 0 && at < b.Count && tlog.CheckLeaf(path, b.Count, b.root, at, tlog.LeafHash(BirthLeaf(u.ID, u.Serial))) == nil {
			return b.SKU, at + 1, b.Count, nil
		}
	}
	return "", 0, 0, fmt.Errorf("the entry does not bring a unit %s into the ledger", u.Serial)
}

// Words say in plain words what the leaf says.
func (s *LeafSaid) Words() (lines []string) {
	occurred := ""
	if s.OccurredAt != s.RecordedAt {
		occurred = ", for " + s.OccurredAt.String()
	}
	lines = append(lines, fmt.Sprintf("%s, recorded at %s%s", strings.ReplaceAll(s.Kind, "_", " "), s.RecordedAt, occurred))
	for _, r := range s.References {
		lines = append(lines, fmt.Sprintf("with %s %s", strings.ReplaceAll(r.Kind, "_", " "), r.Code))
	}
	for _, l := range s.Lots {
		text := fmt.Sprintf("it brings lot %s of product %s into the ledger", l.Code, l.SKU)
		if l.Dates != "" {
			text += " (" + l.Dates + ")"
		}
		lines = append(lines, text)
	}
	for _, b := range s.Births {
		lines = append(lines, fmt.Sprintf("it brings %d units of product %s into the ledger", b.Count, b.SKU))
	}
	if s.Items > 0 {
		text := fmt.Sprintf("it moves goods in %d lines", s.Items)
		if s.Items == 1 {
			text = "it moves goods in one line"
		}
		if s.Units > 0 {
			text += fmt.Sprintf(", %d units among them", s.Units)
		}
		lines = append(lines, text)
	}
	return lines
}
