package store

import (
	"context"
	"database/sql"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
	"sync"
	"time"

	"clew/internal/auth"
	"clew/internal/stock"
)

// Of a private site, who has no right to read there sees nothing. This file is the one place where that is so: every statement that
// reads the ledger for somebody is given tables in which the rows are missing that they may not see, whatever it asks. A table that
// does not say below which rows those are is read by nobody who may not see all.

// The parts of which the conditions are made: the hidden sites and their places, and lots and units that were never seen elsewhere.
const (
	hiddenSites  = `(SELECT hs.id FROM @rows($HIDDEN: id int) hs)`
	hiddenPlaces = `(SELECT hp.id FROM place hp WHERE hp.site > 0 AND hp.site IN ` + hiddenSites + `)`
	hiddenItem   = `(li.from_place IN ` + hiddenPlaces + ` OR li.to_place IN ` + hiddenPlaces + `)`
)

// peopleUnseen leaves out the entries about people, which name the sites where they may do something, and what was found of that.
var peopleUnseen = fmt.Sprintf(`entry.kind NOT BETWEEN %d AND %d AND entry.kind <> %d`, stock.KindUser, stock.KindStation, stock.KindReview)

func unseenLot(lot string) string {
	return `(` + lot + ` > 0 AND EXISTS (SELECT 1 FROM item li WHERE li.lot = ` + lot + ` AND li.lot > 0)
		AND NOT EXISTS (SELECT 1 FROM item li WHERE li.lot = ` + lot + ` AND li.lot > 0 AND NOT ` + hiddenItem + `))`
}

func unseenUnit(unit string) string {
	return `(` + unit + ` > 0 AND NOT EXISTS (SELECT 1 FROM item_unit iu JOIN item li ON li.id = iu.item WHERE iu.unit = ` + unit + ` AND NOT ` + hiddenItem + `))`
}

// ofHidden says that an entry is one of a hidden site.
func ofHidden(entry string) string {
	return `EXISTS (SELECT 1 FROM entry he WHERE he.id = ` + entry + ` AND he.site IN ` + hiddenSites + `)`
}

// unbounded are the tables that say nothing of what is at a site, or that only those read who may see all.
var unbounded = []string{"actor", "barcode", "feed", "field", "format", "import_job", "kept_file", "kept_piece", "label", "lease", "ledger_head", "mapping",
	"api_key", "credential", "key_use", "secret", "session", "sign_in", "station", "user_grant", "users",
	"attempt", "review", "judgement", "checkpoint", "checkpoint_push", "log_key", "sealed", "sealed_tile", "packaging_gtin", "partner", "product", "product_group", "quality_need", "quality_plan", "setting", "watched"}

// seen says which rows of a table may be seen, by table.
var seen = sync.OnceValue(func() map[string]string {
	no := func(condition string) string { return "NOT " + condition }
	out := map[string]string{
		"name_word": fmt.Sprintf(`NOT (name_word.object = %d AND name_word.subject IN %s) AND NOT (name_word.object = %d AND name_word.subject IN %s)`,
			stock.ObjectSite, hiddenSites, stock.ObjectPlace, hiddenPlaces),
		"site":  `site.id NOT IN ` + hiddenSites,
		"place": `place.site NOT IN ` + hiddenSites,
		"entry": peopleUnseen + ` AND entry.site NOT IN ` + hiddenSites + ` AND (entry.site > 0 OR (NOT ` + ofHidden("entry.about") + `
			AND NOT EXISTS (SELECT 1 FROM item li WHERE li.id >= entry.first_item AND li.id < entry.first_item + entry.items AND ` + hiddenItem + `)
			AND NOT EXISTS (SELECT 1 FROM hold hh WHERE hh.id IN (entry.id, entry.about) AND (hh.place IN ` + hiddenPlaces + ` OR hh.place = 0 AND hh.lot = 0 OR ` + unseenLot("hh.lot") + `))
			AND NOT EXISTS (SELECT 1 FROM correction hc WHERE hc.entry = entry.id AND (` + unseenLot("hc.lot") + ` OR ` + unseenUnit("hc.unit") + `))
			AND NOT EXISTS (SELECT 1 FROM inspection hn WHERE hn.entry = entry.id AND ` + unseenLot("hn.lot") + `)
			AND NOT EXISTS (SELECT 1 FROM detail hd WHERE hd.entry = entry.id AND hd.kind = ` + fmt.Sprint(int(stock.OnLot)) + ` AND ` + unseenLot("hd.owner") + `)
			AND NOT EXISTS (SELECT 1 FROM file hf WHERE hf.entry = entry.id AND (` + unseenLot("hf.lot") + ` OR ` + unseenUnit("hf.unit") + `))))`,
		"item":              `item.from_place NOT IN ` + hiddenPlaces + ` AND item.to_place NOT IN ` + hiddenPlaces,
		"item_unit":         `NOT EXISTS (SELECT 1 FROM item li WHERE li.id = item_unit.item AND ` + hiddenItem + `)`,
		"lot":               no(unseenLot("lot.id")),
		"unit":              no(unseenUnit("unit.id")),
		"alias":             no(unseenLot("alias.lot")),
		"correction":        no(unseenLot("correction.lot")) + ` AND NOT ` + unseenUnit("correction.unit"),
		"detail":            no(ofHidden("detail.entry")) + ` AND NOT (detail.kind = ` + fmt.Sprint(int(stock.OnLot)) + ` AND ` + unseenLot("detail.owner") + `)`,
		"hold":              no(ofHidden("hold.id")) + ` AND NOT (hold.lot = 0 AND hold.place = 0 AND EXISTS (SELECT 1 FROM entry he WHERE he.id = hold.id AND he.site = 0)) AND hold.place NOT IN ` + hiddenPlaces + ` AND NOT ` + unseenLot("hold.lot"),
		"inspection":        no(unseenLot("inspection.lot")),
		"measured":          `NOT EXISTS (SELECT 1 FROM inspection hn WHERE hn.entry = measured.entry AND ` + unseenLot("hn.lot") + `)`,
		"counted":           `counted.place NOT IN ` + hiddenPlaces,
		"cleaning":          `cleaning.place NOT IN ` + hiddenPlaces,
		"exception":         no(ofHidden("exception.id")),
		"exception_subject": no(ofHidden("exception_subject.exception")),
		"file": `file.site NOT IN ` + hiddenSites + ` AND file.place NOT IN ` + hiddenPlaces + ` AND NOT ` + unseenLot("file.lot") + ` AND NOT ` + unseenUnit("file.unit") + `
			AND NOT EXISTS (SELECT 1 FROM entry hf WHERE hf.id = file.entry AND ` + ofHidden("hf.about") + `)`,
	}
	for _, table := range []string{"balance", "balance_past", "balance_life", "balance_change"} {
		out[table] = table + `.place NOT IN ` + hiddenPlaces + ` AND NOT ` + unseenLot(table+".lot")
	}
	for _, table := range []string{"late_entry", "dated_lot", "drawn", "format_counter", "closing"} {
		out[table] = table + `.site NOT IN ` + hiddenSites
	}
	for _, table := range []string{"reference", "erasable", "drawn_number", "hold_unit", "erasure", "audited", "signature"} {
		out[table] = no(ofHidden(table + ".entry"))
	}
	for _, table := range unbounded {
		out[table] = ""
	}
	return out
})

var (
	tableReads  = regexp.MustCompile(`\b(FROM|JOIN|CROSS JOIN)(\s+)([a-z_]+)\b(\s*)(AS\s+)?([A-Za-z_]\w*)?(\s+ON\b)?`)
	afterTables = []string{"WHERE", "ON", "JOIN", "LEFT", "CROSS", "ORDER", "GROUP", "LIMIT", "UNION", "EXCEPT", "INTERSECT", "HAVING", "INNER"}
	sighted     sync.Map // text and number of arguments → text
)

// narrowed is a statement as it reads for somebody from whom sites are hidden, which are its last argument.
func narrowed(text string, args int) (string, error) {
	type key struct {
		text string
		args int
	}
	if kept, ok := sighted.Load(key{text, args}); ok {
		return kept.(string), nil
	}
	var fault error
	out := tableReads.ReplaceAllStringFunc(text, func(use string) string {
		m := tableReads.FindStringSubmatch(use)
		if !tables().made[m[3]] {
			return use
		}
		condition, known := seen()[m[3]]
		if !known {
			fault = fmt.Errorf("table %s does not say what may be seen of it", m[3])
		}
		if condition == "" {
			return use
		}
		rest := m[4] + m[5] + m[6]
		if m[6] == "" || slices.Contains(afterTables, m[6]) {
			rest = " " + m[3] + rest
		}
		if m[7] != "" { // the order is forced for SQLite only, and here of no use
			m[1] = strings.TrimPrefix(m[1], "CROSS ")
		}
		return m[1] + m[2] + "(SELECT * FROM " + m[3] + " WHERE " + condition + ")" + rest + m[7]
	})
	out = strings.ReplaceAll(out, "$HIDDEN", fmt.Sprintf("$%d", args+1))
	if fault == nil {
		sighted.Store(key{text, args}, out)
	}
	return out, fault
}

// sight keeps which sites are private. It is read again after each change of a site here, and now and then for those made elsewhere.
type sight struct {
	mu    sync.Mutex
	sites map[int64]string // private sites, and whom to call
	read  time.Time
}

// sightFor is how long what was read of private sites counts.
const sightFor = 250 * time.Millisecond

func (v *sight) forget() {
	v.mu.Lock()
	v.read = time.Time{}
	v.mu.Unlock()
}

type seeAll struct{}

// seeing lets reads see all there is, for what is told of it in general only.
func seeing(ctx context.Context) context.Context {
	return context.WithValue(alone(ctx), seeAll{}, true)
}

// hidden lists the sites of which who reads may know nothing. What nobody in particular reads is read for the program itself.
func (s *Store) hidden(ctx context.Context) ([]int64, error) {
	p := auth.From(ctx)
	if p == nil || p.Machine && p.Scopes == nil && p.Sites == nil || ctx.Value(seeAll{}) != nil {
		return nil, nil
	}
	var out []int64
	if p.Sites != nil {
		err := s.query(seeing(ctx), `SELECT s.id, s.private FROM site s ORDER BY s.id`, nil, func(r *sql.Rows) error {
			var id int64
			var private bool
			err := r.Scan(&id, &private)
			if !p.Sees(id, private) {
				out = append(out, id)
			}
			return err
		})
		return out, err
	}
	s.sight.mu.Lock()
	defer s.sight.mu.Unlock()
	if time.Since(s.sight.read) > sightFor {
		read := map[int64]string{}
		at := time.Now()
		if err := s.query(seeing(ctx), `SELECT s.id, s.contact FROM site s WHERE s.private = 1`, nil, func(r *sql.Rows) error {
			var id int64
			var contact string
			err := r.Scan(&id, &contact)
			read[id] = contact
			return err
		}); err != nil {
			return nil, err
		}
		s.sight.sites, s.sight.read = read, at
	}
	for _, id := range slices.Sorted(maps.Keys(s.sight.sites)) {
		if !p.Sees(id, true) {
			out = append(out, id)
		}
	}
	return out, nil
}

// narrow gives a statement and its arguments as they are for who reads.
func (s *Store) narrow(ctx context.Context, text string, args []any) (string, []any, error) {
	hidden, err := s.hidden(ctx)
	if err != nil || len(hidden) == 0 {
		return text, args, err
	}
	narrower, err := narrowed(text, len(args))
	if err != nil || narrower == text { // nothing that it reads is of a site
		return text, args, err
	}
	return narrower, append(slices.Clone(args), ids(slices.Values(hidden))), nil
}

// Beyond says whom to call about a serial number or lot code of goods that are at sites hidden from who reads.
func (s *Store) Beyond(ctx context.Context, code string) (contact string, known bool, err error) {
	hidden, err := s.hidden(ctx)
	if err != nil || len(hidden) == 0 {
		return "", false, err
	}
	err = s.query(seeing(ctx), `SELECT s.contact FROM unit u JOIN place p ON p.id = u.place JOIN site s ON s.id = p.site WHERE u.serial = $1
		UNION SELECT s.contact FROM lot l JOIN balance b ON b.product = l.product AND b.lot = l.id AND b.site > 0 JOIN site s ON s.id = b.site WHERE l.code = $1`,
		[]any{code}, func(r *sql.Rows) error {
			known = true
			return r.Scan(&contact)
		})
	return contact, known, err
}

// masked gives the places at hidden sites as they may be named: as another branch, and whom to call.
func (s *Store) masked(ctx context.Context, wanted []int64) (places []*stock.Place, sites []*stock.Site, err error) {
	hidden, err := s.hidden(ctx)
	if err != nil || len(hidden) == 0 || len(wanted) == 0 {
		return nil, nil, err
	}
	err = s.query(seeing(ctx), `SELECT p.id, s.id, s.contact FROM @rows($1: id int) r JOIN place p ON p.id = r.id JOIN site s ON s.id = p.site
		WHERE s.id IN (SELECT h.id FROM @rows($2: id int) h)`, []any{ids(slices.Values(wanted)), ids(slices.Values(hidden))}, func(r *sql.Rows) error {
		p, v := &stock.Place{Kind: stock.PlaceLocation}, &stock.Site{Private: true}
		err := r.Scan(&p.ID, &v.ID, &v.Contact)
		p.Site, v.Code = v.ID, v.Elsewhere()
		places, sites = append(places, p), append(sites, v)
		return err
	})
	return places, sites, err
}
