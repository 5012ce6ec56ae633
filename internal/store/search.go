package store

import (
	"context"
	"database/sql"
	"slices"
	"strings"

	"clew/internal/stock"
)

// codeColumn is a column of codes that begins an index.
type codeColumn struct{ table, column string }

// The columns of codes of which there are as many as goods and papers. Master data is found by its words.
var (
	lotCodes   = codeColumn{"lot", "code"}
	aliasCodes = codeColumn{"alias", "code"}
	serials    = codeColumn{"unit", "serial"}
	references = codeColumn{"reference", "code"}
)

const (
	// lastLetter is behind every letter that a code can have.
	lastLetter = "\U0010FFFF"
	// hiddenAhead is how many codes are read ahead where some may be hidden from who reads.
	hiddenAhead = 200
	// mostWordRows bounds how many records that have the longest word asked for are looked at for the others.
	mostWordRows = 10_000
)

// codesLike finds the first codes that begin as a text does, however its letters are spelled. It goes down the index letter by letter, by those
// spellings only that some code has, and then from code to code: its cost is that of the text's length, however many codes there are.
// It tells nothing of what the codes are of, so it needs not be narrowed: what they are of is read by who may see it.
func (s *Store) codesLike(ctx context.Context, of codeColumn, text string, limit int) (codes []string, err error) {
	var start, ways rowset
	start.add(0, "")
	steps := stock.Spellings(text)
	for i, step := range steps {
		for _, way := range step {
			ways.add(i, way)
		}
	}
	first := func(condition string) string {
		return `(SELECT MIN(x.` + of.column + `) FROM ` + of.table + ` x WHERE ` + strings.ReplaceAll(condition, "code", "x."+of.column) + `)`
	}
	err = s.query(seeing(ctx), `WITH RECURSIVE w (i, p) AS (
			SELECT r.i, r.t FROM @rows($1: i int, t text) r
			UNION ALL SELECT w.i + 1, w.p || v.t FROM w JOIN @rows($2: i int, t text) v ON v.i = w.i WHERE `+first(`code >= w.p || v.t AND code < w.p || v.t || $3`)+` IS NOT NULL),
		c (p, found, n) AS (
			SELECT w.p, `+first(`code >= w.p AND code < w.p || $3`)+`, 1 FROM w WHERE w.i = $4
			UNION ALL SELECT c.p, `+first(`code > c.found AND code < c.p || $3`)+`, c.n + 1 FROM c WHERE c.n < $5 AND c.found IS NOT NULL)
		SELECT DISTINCT c.found FROM c WHERE c.found IS NOT NULL`, []any{start.text(), ways.text(), lastLetter, len(steps), limit}, func(r *sql.Rows) error {
		var code string
		err := r.Scan(&code)
		codes = append(codes, code)
		return err
	})
	// As it is written, then as it is spelled, the shorter ones before.
	folded := stock.Fold(text)
	slices.SortFunc(codes, func(a, b string) int {
		for _, same := range []func(string) bool{func(c string) bool { return c == text }, func(c string) bool { return stock.Fold(c) == folded }} {
			if same(a) != same(b) {
				if same(a) {
					return -1
				}
				return 1
			}
		}
		return strings.Compare(a, b)
	})
	return codes[:min(len(codes), limit)], err
}

// search reads what has such a code, as much of it as may be seen, with its place in the order of the codes.
func search[T any](ctx context.Context, s *Store, of codeColumn, text string, limit int, read string, scan func(*sql.Rows) (T, error)) ([]T, error) {
	hidden, err := s.hidden(ctx)
	if err != nil {
		return nil, err
	}
	ahead := limit
	if len(hidden) > 0 {
		ahead = hiddenAhead
	}
	codes, err := s.codesLike(ctx, of, text, ahead)
	if err != nil || len(codes) == 0 {
		return nil, err
	}
	var set rowset
	for i, code := range codes {
		set.add(i, code)
	}
	return list(ctx, s, read, []any{set.text(), limit}, scan)
}

// LotsLike finds lots whose code begins as a text does, the best ones first. Of a code that many products have, the first few are told.
func (s *Store) LotsLike(ctx context.Context, text string, limit int) ([]*stock.Lot, error) {
	return search(ctx, s, lotCodes, text, limit, `SELECT `+lotColumns+` FROM @rows($1: i int, code text) r CROSS JOIN lot l WHERE l.code = r.code AND l.same_as = 0
		AND l.product <= COALESCE((SELECT x.product FROM lot x WHERE x.code = r.code ORDER BY x.product LIMIT 1 OFFSET 50), l.product) ORDER BY r.i, l.product LIMIT $2`,
		func(r *sql.Rows) (*stock.Lot, error) { return scanLot(r) })
}

// AliasesLike finds lots of which a partner's code, or one that they had, begins as a text does.
func (s *Store) AliasesLike(ctx context.Context, text string, limit int) ([]*stock.Lot, []stock.Alias, error) {
	var lots []*stock.Lot
	aliases, err := search(ctx, s, aliasCodes, text, limit, `SELECT `+lotColumns+`, a.code, a.partner FROM @rows($1: i int, code text) r CROSS JOIN alias a CROSS JOIN lot l
		WHERE a.code = r.code AND l.id = a.lot AND l.same_as = 0 AND a.lot <= COALESCE((SELECT x.lot FROM alias x WHERE x.code = r.code ORDER BY x.lot LIMIT 1 OFFSET 50), a.lot)
		AND `+aliasStands+` ORDER BY r.i, a.lot, a.partner LIMIT $2`,
		func(r *sql.Rows) (a stock.Alias, err error) {
			l, err := scanLot(r, &a.Code, &a.Partner)
			if err == nil {
				a.Lot = l.ID
				lots = append(lots, l)
			}
			return a, err
		})
	return lots, aliases, err
}

// UnitsLike finds units whose serial number begins as a text does.
func (s *Store) UnitsLike(ctx context.Context, text string, limit int) ([]*stock.Unit, error) {
	return search(ctx, s, serials, text, limit, `SELECT `+unitColumns+` FROM @rows($1: i int, code text) r CROSS JOIN unit u WHERE u.serial = r.code
		AND u.product <= COALESCE((SELECT x.product FROM unit x WHERE x.serial = r.code ORDER BY x.product LIMIT 1 OFFSET 50), u.product) ORDER BY r.i, u.product LIMIT $2`,
		func(r *sql.Rows) (*stock.Unit, error) { return scanUnit(r) })
}

// PaperLike is a reference whose code begins as a text does, and the last entry that names it.
type PaperLike struct {
	Code, Kind string
	Entry      int64
}

// PapersLike finds references whose code begins as a text does.
func (s *Store) PapersLike(ctx context.Context, text string, limit int) ([]PaperLike, error) {
	return search(ctx, s, references, text, limit, `SELECT k.code, k.kind, (SELECT MAX(f.entry) FROM reference f WHERE f.code = k.code AND f.kind = k.kind) FROM (
			SELECT r.i, r.code, (SELECT MIN(f.kind) FROM reference f WHERE f.code = r.code) AS kind FROM @rows($1: i int, code text) r
			UNION SELECT r.i, r.code, (SELECT MAX(f.kind) FROM reference f WHERE f.code = r.code) FROM @rows($1: i int, code text) r) k
		WHERE k.kind IS NOT NULL ORDER BY k.i, k.kind LIMIT $2`, func(r *sql.Rows) (p PaperLike, err error) {
		return p, r.Scan(&p.Code, &p.Kind, &p.Entry)
	})
}

// Worded finds the records of a sort that have words which begin as all the given ones do, those with the nearest words first.
func (s *Store) Worded(ctx context.Context, object stock.Object, words []string, limit int) (found []int64, err error) {
	words = slices.Clone(words)
	slices.SortStableFunc(words, func(a, b string) int { return len(b) - len(a) })
	args := []any{int64(object), lastLetter, words[0], limit}
	text := `SELECT w.subject FROM name_word w WHERE w.object = $1 AND w.word >= $3 AND w.word < $3 || $2 ORDER BY w.word, w.subject LIMIT $4`
	if len(words) > 1 {
		args = append(args, mostWordRows)
		text = `SELECT w.subject FROM (SELECT k.word, k.subject FROM name_word k WHERE k.object = $1 AND k.word >= $3 AND k.word < $3 || $2 ORDER BY k.word, k.subject LIMIT $5) w WHERE true`
		for _, word := range words[1:] {
			args = append(args, word)
			n := "$" + itoa(len(args))
			text += ` AND EXISTS (SELECT 1 FROM name_word x WHERE x.object = $1 AND x.subject = w.subject AND x.word >= ` + n + ` AND x.word < ` + n + ` || $2)`
		}
		text += ` ORDER BY w.word, w.subject LIMIT $4`
	}
	return found, s.query(ctx, text, args, func(r *sql.Rows) error {
		var id int64
		err := r.Scan(&id)
		if !slices.Contains(found, id) {
			found = append(found, id)
		}
		return err
	})
}

// OnHandOf sums what is in our places of lots.
func (s *Store) OnHandOf(ctx context.Context, lots []*stock.Lot) (map[int64]stock.Quantity, error) {
	out := map[int64]stock.Quantity{}
	var set rowset
	for _, l := range lots {
		set.ints(l.Product, l.ID)
	}
	return out, s.query(ctx, `SELECT b.lot, CAST(SUM(b.quantity) AS BIGINT) FROM @rows($1: product int, lot int) r CROSS JOIN balance b
		WHERE b.product = r.product AND b.lot = r.lot AND b.site > 0 GROUP BY b.lot`, []any{set.text()}, func(r *sql.Rows) error {
		var lot int64
		var quantity stock.Quantity
		err := r.Scan(&lot, &quantity)
		out[lot] = quantity
		return err
	})
}

// EntriesNaming are the last entries that name a reference.
func (s *Store) EntriesNaming(ctx context.Context, code, kind string, limit int) ([]int64, error) {
	return list(ctx, s, `SELECT DISTINCT f.entry FROM reference f WHERE f.code = $1 AND f.kind = $2 ORDER BY f.entry DESC LIMIT $3`, []any{code, kind, limit},
		func(r *sql.Rows) (id int64, err error) { return id, r.Scan(&id) })
}
