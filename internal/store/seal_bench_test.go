package store

import (
	"context"
	"testing"

	"clew/internal/tlog"
)

// BenchmarkSeal measures sealing of entries that are there, by leaves, and what the hashes take of the disk.
func BenchmarkSeal(b *testing.B) {
	s := mustOpen(b, engines(b)[0].fresh(b))
	world(b, s)
	moves(b, s, 50_000)
	var n int64
	for b.Loop() {
		b.StopTimer()
		if err := s.operate(context.Background(), func(ctx context.Context, w *writer) error {
			for _, text := range []string{`DROP TABLE sealed_tile`, `CREATE TABLE sealed_tile (id INTEGER PRIMARY KEY, hashes BLOB NOT NULL)`, `DELETE FROM sealed`} {
				if _, err := w.conn.ExecContext(ctx, text); err != nil {
					return err
				}
			}
			return nil
		}); err != nil {
			b.Fatal(err)
		}
		b.StartTimer()
		n += seal(b, s).Size
	}
	b.ReportMetric(float64(n)/b.Elapsed().Seconds(), "leaves/s")
}

// BenchmarkProve measures a proof of an entry in a log of a million, with reading its tiles, and checks its size.
func BenchmarkProve(b *testing.B) {
	s := mustOpen(b, engines(b)[0].fresh(b))
	world(b, s)
	const size = 1_000_000
	tree, tiles := &tlog.Tree{}, rowset{}
	for i := range int64(size) {
		leaf := tlog.LeafHash([]byte{byte(i), byte(i >> 8), byte(i >> 16)})
		tree.Add(leaf, func(id tlog.TileID, hashes []byte) { tiles.add(int64(id), hashes) })
	}
	if err := s.operate(context.Background(), func(ctx context.Context, w *writer) error {
		return w.seal(ctx, Sealed{}, Sealed{Size: size, edge: tree.Edge()}, tiles, false)
	}); err != nil {
		b.Fatal(err)
	}
	most, n := 0, int64(0)
	for b.Loop() {
		kept, err := s.Tree(context.Background())
		if err != nil {
			b.Fatal(err)
		}
		n = (n*6364136223846793005 + 1442695040888963407) & (1<<62 - 1)
		path, err := kept.ProveLeaf(size, n%size)
		if err != nil {
			b.Fatal(err)
		}
		most = max(most, len(path)*tlog.HashSize)
	}
	b.ReportMetric(float64(most), "path-bytes")
}
