package store

import (
	"database/sql"
	"fmt"
	"os"
	"testing"
	"time"

	"clew/internal/stock"
)

func TestDisk(t *testing.T) {
	if os.Getenv("CLEW_DISK") == "" {
		t.Skip()
	}
	s := perfStore(t)
	var path string
	s.read.QueryRow("SELECT file FROM pragma_database_list WHERE name='main'").Scan(&path)
	raw, _ := sql.Open("sqlite", "file:"+path)
	size := func() int64 {
		raw.Exec("PRAGMA wal_checkpoint(TRUNCATE)")
		fi, _ := os.Stat(path)
		return fi.Size()
	}
	base := size()
	start := time.Now()
	for i := range 10 {
		out, err := s.Post(t.Context(), ds(&stock.MovementDraft{Kind: stock.KindReceive, Site: "MAIN", Partner: "MILL", Items: []stock.ItemDraft{{Product: "BIKE", Units: []string{fmt.Sprintf("SN%07d~+99999", i*100000)}, To: "DOCK"}}})...)
		if err != nil || out[0].Err != nil {
			t.Fatal(err, out[0].Err)
		}
	}
	born := size()
	fmt.Printf("births 1M: %v, %.1f bytes each\n", time.Since(start), float64(born-base)/1e6)
	places := []string{"SHELF", "DOCK"}
	start = time.Now()
	n := 0
	for round := range 2 {
		for u := 0; u < 1000000; u += 5000 {
			var bodies []*stock.Draft
			for k := range 50 {
				bodies = append(bodies, &stock.Draft{Actor: "tester", Key: fmt.Sprintf("mv-%d-%d", round, u+k*100), Body: &stock.MovementDraft{Kind: stock.KindMove, Site: "MAIN", Items: []stock.ItemDraft{{Product: "BIKE", Units: []string{fmt.Sprintf("SN%07d~+99", u+k*100)}, To: places[round%2]}}}})
			}
			out, err := s.Post(t.Context(), bodies...)
			if err != nil || out[0].Err != nil {
				t.Fatal(err, out[0].Err)
			}
			n += 5000
		}
	}
	d := time.Since(start)
	moved := size()
	fmt.Printf("moves %d: %v %.0f/s, %.1f bytes each\n", n, d, float64(n)/d.Seconds(), float64(moved-born)/float64(n))
	rows, _ := raw.Query("SELECT name, SUM(pgsize) FROM dbstat GROUP BY name ORDER BY 2 DESC LIMIT 15")
	for rows != nil && rows.Next() {
		var name string
		var sz int64
		rows.Scan(&name, &sz)
		fmt.Println(name, sz)
	}
}
