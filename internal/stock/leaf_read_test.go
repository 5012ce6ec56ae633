package stock

import (
	"strings"
	"testing"

	"clew/internal/tlog"
)

func TestReadLeaf(t *testing.T) {
	l := open(t)
	e := l.ok(&MovementDraft{Kind: KindOpening, Site: "S1", References: []Reference{{"order", "PO-1"}}, Items: []ItemDraft{{Product: "CHIP", Units: []string{"N1", "N2", "N3", "N4", "N5"}, To: "A"}}})
	said, err := ReadLeaf(e.Leaf)
	if err != nil || said.Kind != "opening" || said.RecordedAt != e.RecordedAt || len(said.Births) != 1 || said.Births[0].Count != 5 || said.Units != 5 {
		t.Fatal(said, err)
	}
	if text := strings.Join(said.Words(), "\n"); !strings.Contains(text, "5 units of product CHIP") || !strings.Contains(text, "with order PO-1") {
		t.Error(text)
	}
	path, err := tlog.ProveUnit(5, 2, func(i int) []byte { return BirthLeaf(e.Births[i].ID, e.Births[i].Serial) })
	if err != nil {
		t.Fatal(err)
	}
	u := &tlog.UnitPath{ID: e.Births[2].ID, Serial: "N3", Path: tlog.AppendPath(nil, path)}
	if sku, number, of, err := said.Shows(u); err != nil || sku != "CHIP" || number != 3 || of != 5 {
		t.Error(sku, number, of, err)
	}
	for _, other := range []tlog.UnitPath{{ID: u.ID, Serial: "N4", Path: u.Path}, {ID: u.ID + 1, Serial: "N3", Path: u.Path}, {ID: 999, Serial: "N3", Path: u.Path}, {ID: u.ID, Serial: "N3", Path: u.Path[1:]}} {
		if _, _, _, err := said.Shows(&other); err == nil {
			t.Errorf("shown: %+v", other)
		}
	}
}

func FuzzReadLeaf(f *testing.F) {
	f.Add([]byte("\x01\x07opening"))
	f.Fuzz(func(t *testing.T, leaf []byte) {
		if said, err := ReadLeaf(leaf); err == nil {
			said.Words()
			_, _, _, _ = said.Shows(&tlog.UnitPath{ID: 1, Serial: "A"})
		}
	})
}
