package tlog

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"strings"
	"testing"

	"golang.org/x/mod/sumdb/tlog"
)

func TestSalted(t *testing.T) {
	salt := [16]byte{1, 2, 3}
	want := sha256.Sum256([]byte("clew salted text v1\x00" + string(salt[:]) + "Ada Lovelace"))
	if got := Salted(salt, "Ada Lovelace"); got != want {
		t.Errorf("got %x, want %x: stored leaves can no longer be checked", got, want)
	}
	long := strings.Repeat("long ", 1000)
	seen := map[[32]byte]string{}
	for _, text := range []string{"", "a", "ab", long, long + "x"} {
		for _, s := range [][16]byte{{}, salt} {
			h := Salted(s, text)
			if other, ok := seen[h]; ok {
				t.Errorf("%.10q and %.10q have one hash", text, other)
			}
			seen[h] = text
		}
	}
}

func subLeaf(buf []byte, i int) []byte {
	return binary.AppendUvarint(append(buf[:0], "SN-"...), uint64(i))
}

// TestUnitRoot compares with the tree that x/mod builds and proves from.
func TestUnitRoot(t *testing.T) {
	if got := UnitRoot(0, nil); hex.EncodeToString(got[:]) != "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855" {
		t.Errorf("empty: got %x", got)
	}
	var stored []tlog.Hash
	reader := tlog.HashReaderFunc(func(indexes []int64) ([]tlog.Hash, error) {
		hashes := make([]tlog.Hash, len(indexes))
		for i, index := range indexes {
			hashes[i] = stored[index]
		}
		return hashes, nil
	})
	buf := make([]byte, 0, 32)
	for n := 1; n <= 1100; n++ {
		more, err := tlog.StoredHashes(int64(n-1), subLeaf(nil, n-1), reader)
		if err != nil {
			t.Fatal(err)
		}
		stored = append(stored, more...)
		if n > 130 && n%64 > 1 && n < 1000 {
			continue
		}
		want, err := tlog.TreeHash(int64(n), reader)
		if err != nil {
			t.Fatal(err)
		}
		next := 0
		got := UnitRoot(n, func(i int) []byte {
			if i != next {
				t.Fatalf("asked for %d, want %d", i, next)
			}
			next++
			buf = subLeaf(buf, i)
			return buf
		})
		if got != want || next != n {
			t.Fatalf("%d: got %x after %d leaves, want %x", n, got, next, want)
		}
		proof, err := tlog.ProveRecord(int64(n), int64(n/2), reader)
		if err != nil {
			t.Fatal(err)
		}
		if err := tlog.CheckRecord(proof, int64(n), got, int64(n/2), tlog.RecordHash(subLeaf(nil, n/2))); err != nil {
			t.Fatal(err)
		}
	}
}

func BenchmarkUnitRoot100k(b *testing.B) {
	buf := make([]byte, 0, 32)
	leaf := func(i int) []byte {
		buf = subLeaf(buf, i)
		return buf
	}
	b.ReportAllocs()
	for b.Loop() {
		UnitRoot(100_000, leaf)
	}
}
