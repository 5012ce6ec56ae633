package store

import (
	"database/sql"
	"fmt"

	"clew/internal/stock"
)

// textAt is where a text is: its entry, and which of its texts it is.
type textAt struct {
	entry int64
	line  int
}

// erasedName is how a record is called whose name was erased.
type erasedName struct{ what, field, name string }

// pageErasures reads what the erasures of the page say that they erased.
func (a *auditor) pageErasures(p *pageRows) error {
	first, last := p.span()
	p.erasures = map[int64][]stock.Text{}
	return a.each(`SELECT entry, text_entry, text_line FROM erasure WHERE entry BETWEEN $1 AND $2 ORDER BY entry, line`, func(r *sql.Rows) error {
		var entry int64
		var t stock.Text
		if err := r.Scan(&entry, &t.Entry, &t.Line); err != nil {
			return err
		}
		if e := p.byID[entry]; e == nil || e.Kind != stock.KindErasure {
			a.find("stray", "a row of erasure", "it is of entry %d, which is none or erases nothing", entry)
			return nil
		}
		if t.Entry >= entry || t.Entry < 1 || t.Line < 0 {
			a.find("erasure", record("entry", entry), "it says that it erased text %d of entry %d, which is no earlier one", t.Line+1, t.Entry)
			return nil
		}
		p.erasures[entry] = append(p.erasures[entry], t)
		return nil
	}, first, last)
}

// erasure gives the entry what the rows say that it erased, and holds what is left of names against it.
func (a *auditor) erasure(p *pageRows, e *pageEntry) {
	v := e.master.Erasure
	if v == nil || e.Kind != stock.KindErasure {
		return
	}
	v.Texts = p.erasures[e.ID]
	e.Erasure = v
	for _, t := range v.Texts {
		at := textAt{t.Entry, t.Line}
		n, is := a.erased[at]
		if !is {
			continue
		}
		delete(a.erased, at)
		want := stock.Erased
		switch {
		case n.field == "contacts":
			want = ""
		case n.field == "name" && v.Of != stock.ErasePartner:
			want = stock.ErasedName(v.ID)
		}
		if n.name != want {
			a.find("erasure", n.what, "its %s is %q, though entry %d erased it", n.field, n.name, e.ID)
		}
	}
}

// compareErasures looks for texts that vanished without an entry that erased them, and for those that an entry erased and that are still there.
func (a *auditor) compareErasures() error {
	err := a.each(`SELECT t.entry, t.line, t.field FROM erasable t WHERE (t.hash IS NOT NULL OR t.text IS NULL OR t.salt IS NULL)
		AND NOT EXISTS (SELECT 1 FROM erasure x WHERE x.text_entry = t.entry AND x.text_line = t.line) ORDER BY t.entry, t.line`, func(r *sql.Rows) error {
		var at textAt
		var field string
		if err := r.Scan(&at.entry, &at.line, &field); err != nil {
			return err
		}
		a.find("erasure", textName(at), "its %s vanished, and no entry erased it", field)
		return nil
	})
	if err != nil {
		return err
	}
	return a.each(`SELECT x.entry, x.text_entry, x.text_line, CASE WHEN t.entry IS NULL THEN 0 ELSE 1 END FROM erasure x LEFT JOIN erasable t ON t.entry = x.text_entry AND t.line = x.text_line
		WHERE t.entry IS NULL OR t.text IS NOT NULL OR t.salt IS NOT NULL OR t.hash IS NULL ORDER BY x.entry, x.line`, func(r *sql.Rows) error {
		var by int64
		var at textAt
		var there bool
		if err := r.Scan(&by, &at.entry, &at.line, &there); err != nil {
			return err
		}
		if there {
			a.find("erasure", textName(at), "entry %d erased it, and it is still there", by)
		} else {
			a.find("erasure", textName(at), "entry %d erased it, and there is no such text", by)
		}
		return nil
	})
}

func textName(at textAt) string { return fmt.Sprintf("text %d of entry %d", at.line+1, at.entry) }
