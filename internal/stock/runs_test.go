package stock

import (
	"bytes"
	"encoding/binary"
	"maps"
	"math"
	"slices"
	"testing"

	"pgregory.net/rapid"
)

// idSet draws ids that are dense enough to touch, with the bounds among them.
func idSet() *rapid.Generator[[]int64] {
	return rapid.SliceOf(rapid.OneOf(
		rapid.Int64Range(0, 30),
		rapid.Int64Range(0, 500),
		rapid.Int64Range(MaxID-5, MaxID),
	))
}

func setOf(ids []int64) map[int64]bool {
	set := map[int64]bool{}
	for _, id := range ids {
		set[id] = true
	}
	return set
}

// checkRuns fails unless runs has its one form and holds exactly want.
func checkRuns(t *rapid.T, what string, runs Runs, want map[int64]bool) {
	for i, run := range runs {
		if run.First > run.Last || i > 0 && run.First <= runs[i-1].Last+1 {
			t.Fatalf("%s: %v is not in order", what, runs)
		}
	}
	ids := slices.Sorted(maps.Keys(want))
	if got := slices.Collect(runs.All()); !slices.Equal(got, ids) {
		t.Fatalf("%s: got %v, want %v", what, got, ids)
	}
	var each []int64
	runs.Each(func(id int64) { each = append(each, id) })
	if !slices.Equal(each, ids) || runs.Count() != int64(len(ids)) {
		t.Fatalf("%s: Each gives %v, Count %d, want %v", what, each, runs.Count(), ids)
	}
}

func TestRunsAsSets(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		idsA, idsB := idSet().Draw(t, "a"), idSet().Draw(t, "b")
		before := slices.Clone(idsA)
		setA, setB := setOf(idsA), setOf(idsB)
		a, b := RunsOf(idsA), RunsOf(idsB)
		if !slices.Equal(before, idsA) {
			t.Fatal("RunsOf changed its argument")
		}
		checkRuns(t, "a", a, setA)
		union, both, minus := map[int64]bool{}, map[int64]bool{}, map[int64]bool{}
		for id := range setA {
			union[id] = true
			if setB[id] {
				both[id] = true
			} else {
				minus[id] = true
			}
		}
		for id := range setB {
			union[id] = true
		}
		checkRuns(t, "union", a.Union(b), union)
		checkRuns(t, "intersect", a.Intersect(b), both)
		checkRuns(t, "minus", a.Minus(b), minus)
		checkRuns(t, "a afterwards", a, setA)
		checkRuns(t, "b afterwards", b, setB)
		for id := range int64(40) {
			if a.Contains(id) != setA[id] {
				t.Fatalf("Contains(%d) is %v", id, a.Contains(id))
			}
		}
		back, err := UnpackRuns(a.Pack())
		if err != nil {
			t.Fatal(err)
		}
		checkRuns(t, "unpacked", back, setA)
	})
}

func TestRunsAllStops(t *testing.T) {
	for id := range (Runs{{1, 3}, {5, MaxID}}).All() {
		if id == 6 {
			return
		}
	}
	t.Error("6 was not met")
}

func TestPackSize(t *testing.T) {
	var scattered []int64
	for id := int64(1000); len(scattered) < 1000; id += 50 {
		scattered = append(scattered, id)
	}
	if n := len(RunsOf(scattered).Pack()); n > 2*len(scattered) {
		t.Errorf("%d scattered ids take %d bytes", len(scattered), n)
	}
	if n := len(Runs{{1_000_000, 1_099_999}}.Pack()); n > 6 {
		t.Errorf("one run takes %d bytes", n)
	}
	if got := (Runs{{5, 5}, {7, 9}}).Pack(); !bytes.Equal(got, []byte{10, 1, 1}) {
		t.Errorf("got %v: stored runs can no longer be read", got)
	}
}

func TestPackRefuses(t *testing.T) {
	for _, runs := range []Runs{{{-1, 3}}, {{3, 2}}, {{1, 2}, {3, 4}}, {{5, 6}, {1, 2}}, {{1, MaxID + 1}}} {
		func() {
			defer func() {
				if recover() == nil {
					t.Errorf("%v is packed", runs)
				}
			}()
			runs.Pack()
		}()
	}
}

func TestUnpackRefuses(t *testing.T) {
	uvarints := func(vs ...uint64) []byte {
		var b []byte
		for _, v := range vs {
			b = binary.AppendUvarint(b, v)
		}
		return b
	}
	for name, packed := range map[string][]byte{
		"gap cut short":       {0x80},
		"length missing":      {0x01},
		"length cut short":    {0x01, 0x80},
		"gap padded":          {0x82, 0x00},
		"length padded":       {0x01, 0x80, 0x00},
		"gap of 65 bits":      {0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x02},
		"id too large":        uvarints((MaxID + 1) << 1),
		"largest gap":         uvarints(math.MaxUint64, 0),
		"run too long":        uvarints(1, MaxID),
		"largest length":      uvarints(1, math.MaxUint64),
		"length wraps to one": uvarints(1, math.MaxUint64-1),
		"second id too large": uvarints(MaxID<<1, 0),
	} {
		if got, err := UnpackRuns(packed); err == nil || got != nil {
			t.Errorf("%s: got %v, %v", name, got, err)
		}
	}
	if got, err := UnpackRuns(Runs{{0, MaxID}}.Pack()); err != nil || got.Count() != MaxID+1 {
		t.Errorf("all ids: got %v, %v", got, err)
	}
}

func FuzzUnpackRuns(f *testing.F) {
	f.Add([]byte{10, 1, 1})
	f.Add(Runs{{0, MaxID}}.Pack())
	f.Fuzz(func(t *testing.T, packed []byte) {
		runs, err := UnpackRuns(packed)
		if err == nil && !bytes.Equal(runs.Pack(), packed) {
			t.Fatalf("%x is read %v, written %x", packed, runs, runs.Pack())
		}
	})
}

func BenchmarkRunsOf(b *testing.B) {
	ids := make([]int64, 100_000)
	for i := range ids {
		ids[i] = int64(i * 3)
	}
	b.ReportAllocs()
	for b.Loop() {
		if len(RunsOf(ids)) != len(ids) {
			b.Fatal("wrong")
		}
	}
}
