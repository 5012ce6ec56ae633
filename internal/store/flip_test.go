package store

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"testing"

	"clew/internal/stock"
)

// small makes a small sealed ledger, and puts all of it into the one file.
func small(t *testing.T, path string) (checkpoint string) {
	t.Helper()
	s, err := Open(t.Context(), Options{Path: path, Ephemeral: true})
	if err != nil {
		t.Fatal(err)
	}
	ok(t, s, &stock.SiteDraft{Code: "MAIN"}, &stock.LocationDraft{Site: "MAIN", Code: "DOCK"}, &stock.LocationDraft{Site: "MAIN", Code: "SHELF"}, &stock.PartnerDraft{Code: "MILL", Name: p("The Mill")},
		&stock.ProductDraft{SKU: "SALT", Name: p("Salt")}, &stock.ProductDraft{SKU: "FLOUR", Tracking: p("lot")}, &stock.ProductDraft{SKU: "BIKE", Tracking: p("serial")})
	ok(t, s, &stock.MovementDraft{Kind: stock.KindReceive, Site: "MAIN", Partner: "MILL", Note: "a pallet was wet", References: []stock.Reference{{Kind: "order", Code: "PO-1"}}, Items: []stock.ItemDraft{
		{Product: "SALT", Quantity: p(stock.Units(5)), To: "DOCK"}, {Product: "FLOUR", Lot: "L1", Quantity: p(stock.Units(7)), To: "DOCK"}, {Product: "BIKE", Units: []string{"B1..B5"}, To: "DOCK"}}},
		&stock.MovementDraft{Kind: stock.KindMove, Site: "MAIN", Items: []stock.ItemDraft{{Product: "BIKE", Units: []string{"B2"}, From: "DOCK", To: "SHELF"}}},
		&stock.HoldDraft{Product: "FLOUR", Lot: "L1", Reason: "smell"})
	checkpoint = seal(t, s).Note
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	if err := rawSQLite(t, path, "PRAGMA wal_checkpoint(TRUNCATE)"); err != nil {
		t.Fatal(err)
	}
	if err := rawSQLite(t, path, "PRAGMA journal_mode = DELETE"); err != nil {
		t.Fatal(err)
	}
	if err := rawSQLite(t, path, "PRAGMA page_size = 512; VACUUM"); err != nil { // little is empty then
		t.Fatal(err)
	}
	return checkpoint
}

// content are digests of all that a ledger's file says: of the schema, and for each table of every value of every row, with its type, in the
// order of the rows, found without any index.
func content(path string) (digests map[string][32]byte, err error) {
	digests = map[string][32]byte{}
	db, err := sql.Open("sqlite", "file:"+escapePath(path)+"?mode=ro")
	if err != nil {
		return digests, err
	}
	defer db.Close()
	db.SetMaxOpenConns(1)
	dump := func(name, text string) error {
		sum := sha256.New()
		defer func() { digests[name] = [32]byte(sum.Sum(nil)) }()
		rows, err := db.Query(text)
		if err != nil {
			return err
		}
		defer rows.Close()
		columns, err := rows.Columns()
		if err != nil {
			return err
		}
		values, into := make([]any, len(columns)), make([]any, len(columns))
		for i := range values {
			into[i] = &values[i]
		}
		for rows.Next() {
			if err := rows.Scan(into...); err != nil {
				return err
			}
			for _, v := range values {
				fmt.Fprintf(sum, "%T %v\x00", v, v)
			}
			sum.Write([]byte{'\n'})
		}
		return rows.Err()
	}
	var names []string
	rows, err := db.Query(`SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name`)
	if err = scanAll(rows, err, func(r *sql.Rows) error {
		var name string
		err := r.Scan(&name)
		names = append(names, name)
		return err
	}); err != nil {
		return digests, err
	}
	if err := dump("the schema", `SELECT type, name, tbl_name, sql FROM sqlite_schema ORDER BY type, name`); err != nil {
		return digests, err
	}
	for _, name := range names {
		if name == versionTable { // when a migration was made says nothing of goods
			if err := dump(name, `SELECT version_id, is_applied FROM schema_version NOT INDEXED`); err != nil {
				return digests, err
			}
			continue
		}
		if err := dump(name, `SELECT * FROM `+name+` NOT INDEXED`); err != nil {
			return digests, err
		}
	}
	return digests, nil
}

// ramFolder is a folder that costs no syncing, where there is one.
func ramFolder(t *testing.T) string {
	dir, err := os.MkdirTemp("/dev/shm", "clew-test-*")
	if err != nil {
		return t.TempDir()
	}
	t.Cleanup(func() { os.RemoveAll(dir) })
	return dir
}

// flipped is what became of a ledger with one byte changed.
type flipped int

const (
	detected flipped = iota
	sameContent
	missed
)

// judge opens the file and verifies it. A ledger that is whole must say what it said before.
func judge(ctx context.Context, path, checkpoint string, was map[string][32]byte) (became flipped, where string) {
	is, unread := content(path) // before it is opened, which may write to it
	s, err := Open(ctx, Options{Path: path, Ephemeral: true})
	if err != nil {
		return detected, ""
	}
	defer s.Close()
	report, err := s.VerifyAgainst(ctx, []string{checkpoint}, nil)
	switch {
	case err != nil, !report.Whole():
		return detected, ""
	case unread != nil:
		return missed, unread.Error()
	}
	for name := range was {
		if is[name] != was[name] {
			return missed, name
		}
	}
	return sameContent, ""
}

// TestFlip_Bytes changes bytes of a small ledger's file: each is detected, or the file is proved to say the same. 2,000 by chance; all in a soak.
func TestFlip_Bytes(t *testing.T) {
	notRaced(t)
	dir := ramFolder(t)
	path := filepath.Join(dir, "clew.db")
	checkpoint := small(t, path)
	was, err := content(path)
	if err != nil {
		t.Fatal(err)
	}
	whole, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	at := rand.New(rand.NewPCG(30, 30)).Perm(len(whole))
	if !soak() {
		at = at[:min(flips, len(at))]
	}
	type found struct {
		at     int
		became flipped
		where  string
	}
	results := make(chan found, 64)
	work := make(chan int)
	for w := range 2 {
		go func() {
			file := filepath.Join(dir, fmt.Sprintf("w%d", w), "clew.db")
			os.MkdirAll(filepath.Dir(file), 0o700)
			for i := range work {
				removeFiles(file)
				changed := append([]byte(nil), whole...)
				changed[i] ^= byte(1 + (i*131+7)%255)
				if err := os.WriteFile(file, changed, 0o600); err != nil {
					t.Error(err)
				}
				became, where := judge(t.Context(), file, checkpoint, was)
				results <- found{i, became, where}
			}
		}()
	}
	go func() {
		for _, i := range at {
			work <- i
		}
		close(work)
	}()
	count := map[flipped]int{}
	for range at {
		r := <-results
		if count[r.became]++; r.became == missed {
			t.Errorf("byte %d (page %d, at %d) is missed: %s", r.at, r.at/512+1, r.at%512, r.where)
		}
	}
	t.Logf("%d of %d bytes changed: %d detected, %d say the same, %d missed", len(at), len(whole), count[detected], count[sameContent], count[missed])
	if count[detected] == 0 {
		t.Error("nothing was detected")
	}
}

// flips is how many bytes are changed in a usual run.
const flips = 300
