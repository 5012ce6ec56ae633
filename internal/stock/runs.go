package stock

import (
	"encoding/binary"
	"iter"
	"slices"
	"sort"
)

// MaxID is the largest id of anything, so that JSON numbers carry every id exactly.
const MaxID = 1<<53 - 1

// Run is the ids from First to Last, both included.
type Run struct {
	First, Last int64
}

// Runs is a set of ids from 0 to MaxID as runs in ascending order that neither overlap nor touch, so a set has one form only.
type Runs []Run

// RunsOf returns the set of ids, which may come in any order and repeat; ids itself is not changed.
func RunsOf(ids []int64) Runs {
	if !slices.IsSorted(ids) {
		ids = slices.Clone(ids)
		slices.Sort(ids)
	}
	var set Runs
	for _, id := range ids {
		set = set.with(Run{id, id})
	}
	return set
}

// with adds a run that does not start before the last one, joining the two where they overlap or touch.
func (s Runs) with(run Run) Runs {
	if n := len(s); n > 0 && run.First <= s[n-1].Last+1 {
		s[n-1].Last = max(s[n-1].Last, run.Last)
		return s
	}
	return append(s, run)
}

// Count returns the number of ids in the set.
func (s Runs) Count() int64 {
	var n int64
	for _, run := range s {
		n += run.Last - run.First + 1
	}
	return n
}

// Contains reports whether id is in the set.
func (s Runs) Contains(id int64) bool {
	i := sort.Search(len(s), func(i int) bool { return s[i].Last >= id })
	return i < len(s) && s[i].First <= id
}

// Each calls do with each id, in ascending order.
func (s Runs) Each(do func(id int64)) {
	for _, run := range s {
		for id := run.First; id <= run.Last; id++ {
			do(id)
		}
	}
}

// All returns the ids in ascending order.
func (s Runs) All() iter.Seq[int64] {
	return func(yield func(int64) bool) {
		for _, run := range s {
			for id := run.First; id <= run.Last; id++ {
				if !yield(id) {
					return
				}
			}
		}
	}
}

// Union returns the ids that are in s or in b.
func (s Runs) Union(b Runs) Runs {
	var out Runs
	for len(s) > 0 || len(b) > 0 {
		if len(b) == 0 || len(s) > 0 && s[0].First <= b[0].First {
			out, s = out.with(s[0]), s[1:]
		} else {
			out, b = out.with(b[0]), b[1:]
		}
	}
	return out
}

// Intersect returns the ids that are in s and in b.
func (s Runs) Intersect(b Runs) Runs {
	var out Runs
	for len(s) > 0 && len(b) > 0 {
		shared := Run{max(s[0].First, b[0].First), min(s[0].Last, b[0].Last)}
		if shared.First <= shared.Last {
			out = append(out, shared)
		}
		if s[0].Last < b[0].Last {
			s = s[1:]
		} else {
			b = b[1:]
		}
	}
	return out
}

// Minus returns the ids that are in s and not in b.
func (s Runs) Minus(b Runs) Runs {
	var out Runs
	for _, run := range s {
		for len(b) > 0 && b[0].Last < run.First {
			b = b[1:]
		}
		// A run of b may reach into the next run of s, so this loop looks ahead and the one above drops.
		for i := 0; i < len(b) && b[i].First <= run.Last; i++ {
			if run.First < b[i].First {
				out = append(out, Run{run.First, b[i].First - 1})
			}
			run.First = b[i].Last + 1
		}
		if run.First <= run.Last {
			out = append(out, run)
		}
	}
	return out
}

// Pack returns the set as bytes: for each run the gap since the run before, doubled, plus one if a length follows; then the
// length less two. Scattered ids take about two bytes each, a run of any length a few. It panics if an id is not from 0 to MaxID.
func (s Runs) Pack() []byte {
	packed := make([]byte, 0, 3*len(s))
	next := int64(0) // the lowest id the coming run could start at; a touching one would have been joined
	for _, run := range s {
		if run.First < next || run.Last < run.First || run.Last > MaxID {
			panic("stock: Runs.Pack: not a set of ids")
		}
		gap := uint64(run.First-next) << 1
		if run.First == run.Last {
			packed = binary.AppendUvarint(packed, gap)
		} else {
			packed = binary.AppendUvarint(packed, gap|1)
			packed = binary.AppendUvarint(packed, uint64(run.Last-run.First-1))
		}
		next = run.Last + 2
	}
	return packed
}

// UnpackRuns reads what Pack wrote, and only that: it fails with kind Internal for anything cut short, written otherwise or beyond
// MaxID, since packed runs come from our own tables.
func UnpackRuns(packed []byte) (Runs, error) {
	if len(packed) == 0 {
		return nil, nil
	}
	return AppendRuns(make(Runs, 0, len(packed)/2), packed)
}

// AppendRuns reads what Pack wrote like UnpackRuns, into the memory of an empty set as far as that goes.
func AppendRuns(set Runs, packed []byte) (Runs, error) {
	next := int64(0)
	for rest := packed; len(rest) > 0; {
		gap, length, n := unpackRun(rest)
		if n == 0 {
			return nil, Errorf(Internal, CodeInternal, "", "packed ids are damaged at byte %d of %d", len(packed)-len(rest), len(packed))
		}
		first := uint64(next) + gap
		if first+length-1 > MaxID {
			return nil, Errorf(Internal, CodeInternal, "", "packed ids pass the largest id at byte %d of %d", len(packed)-len(rest), len(packed))
		}
		set = append(set, Run{int64(first), int64(first + length - 1)})
		next = int64(first+length) + 1
		rest = rest[n:]
	}
	return set, nil
}

// unpackRun reads one run and the n bytes it takes; n is 0 if there is none. Gap and length are too small for their sums to overflow.
func unpackRun(b []byte) (gap, length uint64, n int) {
	gap, n = shortUvarint(b)
	if n == 0 || gap&1 == 0 {
		return gap >> 1, 1, n
	}
	more, m := shortUvarint(b[n:])
	if m == 0 || more > MaxID {
		return 0, 0, 0
	}
	return gap >> 1, more + 2, n + m
}

// shortUvarint reads a number written in the fewest bytes, and returns 0 as its length if there is none.
func shortUvarint(b []byte) (uint64, int) {
	v, n := binary.Uvarint(b)
	if n <= 0 || n > 1 && b[n-1] == 0 {
		return 0, 0
	}
	return v, n
}
