package app

import (
	"encoding/json"
	"reflect"
	"strings"
	"testing"

	"clew/internal/stock"
	"clew/internal/store"
	"clew/internal/tlog"
)

// proved is a shop with a lot and 300 units, and its key.
func proved(t *testing.T) (s *shop, key string) {
	s = newShop(t)
	s.product("FLOUR", "lot")
	s.product("BIKE", "serial")
	s.ok(&stock.MovementDraft{Kind: stock.KindOpening, Site: "MAIN", Items: []stock.ItemDraft{
		{Product: "FLOUR", Lot: "L1", Quantity: qty("5"), To: "HALL"}, {Product: "BIKE", Units: []string{"B1..B300"}, To: "HALL"}}})
	if _, err := s.Store.Seal(t.Context(), store.Sealing{MakeKey: true}); err != nil {
		t.Fatal(err)
	}
	keys, err := s.LogKeys(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return s, keys[0].Key
}

func TestProof(t *testing.T) {
	s, key := proved(t)
	s.ok(&stock.CorrectionDraft{Product: "BIKE", Unit: "B7", Set: stock.LotIdentity{Serial: ref("X7")}, Reason: "misread"})
	for code, want := range map[string]string{"L1": "", "X7": "B7", "B200": "B200", "entry:1": ""} {
		p, err := s.Proof(t.Context(), ProofQuery{Code: code})
		if err != nil {
			t.Fatal(code, err)
		}
		text, err := json.Marshal(p)
		if err != nil {
			t.Fatal(err)
		}
		if p, err = tlog.ReadProof(text); err != nil {
			t.Fatal(err)
		}
		if _, by, err := p.Check(nil, key); err != nil || by != key {
			t.Error(code, err)
		}
		said, err := stock.ReadLeaf(p.Leaf)
		if err != nil || len(said.Words()) == 0 {
			t.Fatal(code, err)
		}
		if (p.Unit != nil) != (want != "") || want != "" && p.Unit.Serial != want {
			t.Errorf("%s shows %+v", code, p.Unit)
		}
		if strings.Contains(string(text), `"B8"`) || len(text) > 2048+len(p.Leaf)*4/3 {
			t.Errorf("%s: it is %d bytes and shows other units: %s", code, len(text), text)
		}
	}
	if _, err := s.Proof(t.Context(), ProofQuery{Code: "L1", Size: 3}); err == nil {
		t.Error("proved in a log that did not have it yet")
	}
}

// TestProof_Flips turns bits of a proof over: it is refused, or says the same.
func TestProof_Flips(t *testing.T) {
	s, key := proved(t)
	p, err := s.Proof(t.Context(), ProofQuery{Code: "B17"})
	if err != nil {
		t.Fatal(err)
	}
	text, err := json.Marshal(p)
	if err != nil {
		t.Fatal(err)
	}
	same := 0
	for i := range len(text) * 8 {
		flipped := append([]byte(nil), text...)
		flipped[i/8] ^= 1 << (i % 8)
		got, err := tlog.ReadProof(flipped)
		if err == nil {
			_, _, err = got.Check(nil, key)
		}
		if err == nil && got.Unit != nil {
			var said *stock.LeafSaid
			if said, err = stock.ReadLeaf(got.Leaf); err == nil {
				_, _, _, err = said.Shows(got.Unit)
			}
		}
		if err != nil {
			continue
		}
		if same++; !reflect.DeepEqual(got, p) {
			t.Errorf("bit %d of byte %d is missed: %s", i%8, i/8, flipped)
		}
	}
	t.Logf("%d bits, of which %d change nothing that is said", len(text)*8, same)
}
