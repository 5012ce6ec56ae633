package store

import (
	"context"
	"database/sql"
	"fmt"

	"clew/internal/stock"
)

const (
	saveWords = `INSERT INTO name_word (object, word, subject) SELECT r.object, r.word, r.subject FROM @rows($1: object int, word text, subject int) r`
	dropWords = `DELETE FROM name_word WHERE (object, subject) IN (SELECT r.object, r.subject FROM @rows($1: object int, subject int) r)`
)

// wordRows are the words of the records of a batch, and those whose words they replace.
type wordRows struct{ words, worded rowset }

// found gathers the words by which a record is found.
func (w *wordRows) found(object stock.Object, id int64, words []string) {
	w.worded.ints(int64(object), id)
	for _, word := range words {
		w.words.add(int64(object), word, id)
	}
}

func (w *wordRows) foundPlace(p *stock.Place) {
	if p.Kind == stock.PlaceLocation {
		w.found(stock.ObjectPlace, p.ID, stock.Words(p.Code, p.Name))
	}
}

func (s *saver) wordsOf() error {
	if err := s.put(&s.worded, dropWords); err != nil {
		return err
	}
	return s.put(&s.words, saveWords)
}

// namedRows are the records that have words, each with its sort, id and texts.
var namedRows = []struct {
	object stock.Object
	what   string
	text   string
}{
	{stock.ObjectProduct, "product", `SELECT p.id, p.sku, p.name, COALESCE(p.gtin, '') FROM product p WHERE p.id > $1 ORDER BY p.id LIMIT $2`},
	{stock.ObjectSite, "site", `SELECT s.id, s.code, s.name, '' FROM site s WHERE s.id > $1 ORDER BY s.id LIMIT $2`},
	{stock.ObjectPlace, "place", `SELECT p.id, p.code, p.name, '' FROM place p WHERE p.kind = 0 AND p.id > $1 ORDER BY p.id LIMIT $2`},
	{stock.ObjectPartner, "partner", `SELECT p.id, p.code, p.name, '' FROM partner p WHERE p.id > $1 ORDER BY p.id LIMIT $2`},
}

// scanNamed reads such a record.
func scanNamed(r *sql.Rows) (id int64, words []string, err error) {
	var p stock.Product
	err = r.Scan(&p.ID, &p.SKU, &p.Name, &p.GTIN)
	return p.ID, p.WordsOf(), err
}

// indexWords tells of a ledger of an older version by which words its records are found.
func indexWords(ctx context.Context, db *sql.DB, d dialect) error {
	var pending int64
	err := query(ctx, db, d, `SELECT COUNT(*) FROM ledger_head h WHERE h.id = 1 AND NOT EXISTS (SELECT 1 FROM name_word w)
		AND (EXISTS (SELECT 1 FROM product p) OR EXISTS (SELECT 1 FROM site s) OR EXISTS (SELECT 1 FROM partner p))`, nil, func(r *sql.Rows) error {
		return r.Scan(&pending)
	})
	if err != nil || pending == 0 {
		return err
	}
	tx, err := db.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer tx.Rollback()
	const some = 5000
	for _, t := range namedRows {
		for after, read := int64(0), some; read == some; {
			var w wordRows
			read = 0
			if err := ask(ctx, tx, d, t.text, []any{after, some}, func(r *sql.Rows) error {
				id, words, err := scanNamed(r)
				w.found(t.object, id, words)
				after = id
				read++
				return err
			}); err != nil {
				return err
			}
			if w.words.n == 0 {
				continue
			}
			text, args, err := d.statement(saveWords, []any{w.words.text()})
			if err != nil {
				return err
			}
			if _, err := tx.ExecContext(ctx, text, args...); err != nil {
				return fmt.Errorf("names cannot be indexed: %w", err)
			}
		}
	}
	return tx.Commit()
}

// compareWords holds the words by which records are found against their names.
func (a *auditor) compareWords() error {
	for _, t := range namedRows {
		digests := map[int64]uint64{}
		for after, more := int64(-1), true; more; {
			more = false
			if err := a.each(t.text, func(r *sql.Rows) error {
				id, words, err := scanNamed(r)
				for _, word := range words {
					digests[id] += digestWord(word)
				}
				after, more = id, true
				return err
			}, after, 100_000); err != nil {
				return err
			}
		}
		if err := a.each(`SELECT w.subject, w.word FROM name_word w WHERE w.object = $1`, func(r *sql.Rows) error {
			var id int64
			var word string
			err := r.Scan(&id, &word)
			if digests[id] -= digestWord(word); digests[id] == 0 {
				delete(digests, id)
			}
			return err
		}, int64(t.object)); err != nil {
			return err
		}
		wrong := int64(0)
		for id := range digests {
			if wrong == 0 || id < wrong {
				wrong = id
			}
		}
		if wrong != 0 {
			a.find("words", record(t.what, wrong), "the words by which it is found are not those of its name")
		}
	}
	return a.each(`SELECT w.object, w.subject FROM name_word w WHERE w.object NOT IN (SELECT r.object FROM @rows($1: object int) r) LIMIT 1`, func(r *sql.Rows) error {
		var object, id int64
		err := r.Scan(&object, &id)
		a.find("words", record("record", id), "nothing of sort %d is found by words", object)
		return err
	}, wordedObjects())
}

func wordedObjects() string {
	var set rowset
	for _, t := range namedRows {
		set.ints(int64(t.object))
	}
	return set.text()
}

// digestWord is of words in any order: the digests of a record's are added up.
func digestWord(word string) uint64 {
	h := uint64(14695981039346656037)
	for i := range len(word) {
		h = (h ^ uint64(word[i])) * 1099511628211
	}
	return h ^ h>>31
}
