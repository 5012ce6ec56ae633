package store

import (
	"context"
	"database/sql"

	"clew/internal/stock"
)

// knownSettings are the settings as the writer last read them; see knownFields.
type knownSettings struct {
	at     int64
	values stock.Settings
}

// settings loads what was set.
func (l *loader) settings() error {
	if l.chosenAt == 0 {
		return nil
	}
	if known := &l.writer.set; known.at != l.chosenAt {
		known.at, known.values = 0, stock.Settings{}
		if err := l.each(l.ctx, `SELECT s.code, s.value FROM setting s`, nil, func(r *sql.Rows) error {
			var code, value string
			err := r.Scan(&code, &value)
			known.values[code] = value
			return err
		}); err != nil {
			return err
		}
		known.at = l.chosenAt
	}
	l.s.SettingAt = l.chosenAt
	for code, value := range l.writer.set.values {
		l.s.Settings[code] = value
	}
	return nil
}

// settingRows are what a batch brings to settings and signatures.
type settingRows struct {
	settings, signatures rowset
	lastSetting          int64
	newest               map[string]bool
}

// settingRow gathers settings as an entry leaves them, asked from the last entry of a batch to the first.
func (s *saver) settingRow(e *stock.Entry) {
	for _, v := range e.Settings {
		if s.newest[v.Code] {
			continue
		}
		if s.newest == nil {
			s.newest = map[string]bool{}
		}
		s.newest[v.Code] = true
		s.touched = true // who may do what may be another: second_factor
		s.settings.add(v.Code, v.Value, e.ID)
		s.lastSetting = max(s.lastSetting, e.ID)
	}
}

func (s *saver) signatureRow(e *stock.Entry) {
	if v := e.Signature; v != nil {
		s.signatures.add(e.ID, v.Signer, int(v.Meaning), v.Method)
	}
}

func (s *saver) decided() error {
	err := s.put(&s.signatures, `INSERT INTO signature (entry, signer, meaning, method) SELECT * FROM @rows($1: entry int, signer int, meaning int, method text)`)
	if err != nil || s.lastSetting == 0 {
		return err
	}
	if err := s.put(&s.settings, `INSERT INTO setting (code, value, entry) SELECT * FROM @rows($1: code text, value text, entry int)
		WHERE true ON CONFLICT (code) DO UPDATE SET value = excluded.value, entry = excluded.entry`); err != nil {
		return err
	}
	_, err = s.exec(s.ctx, `UPDATE ledger_head SET setting = $1 WHERE id = 1`, s.lastSetting)
	return err
}

const signatureColumns = `v.entry, v.signer, v.meaning, v.method`

func scanSignature(r *sql.Rows) (entry int64, v *stock.Signature, err error) {
	v = &stock.Signature{}
	err = r.Scan(&entry, &v.Signer, &v.Meaning, &v.Method)
	return entry, v, err
}

// fillSignatures adds to entries who signed them.
func (s *Store) fillSignatures(ctx context.Context, set string, byID map[int64]*stock.Entry) error {
	return s.query(ctx, `SELECT `+signatureColumns+` FROM @rows($1: id int) r JOIN signature v ON v.entry = r.id`, []any{set}, func(r *sql.Rows) error {
		entry, v, err := scanSignature(r)
		if err == nil {
			byID[entry].Signature = v
		}
		return err
	})
}

// Settings are all settings that were ever set, by code, and the entries that did.
func (s *Store) Settings(ctx context.Context) (stock.Settings, map[string]int64, error) {
	values, by := stock.Settings{}, map[string]int64{}
	return values, by, s.query(ctx, `SELECT s.code, s.value, s.entry FROM setting s`, nil, func(r *sql.Rows) error {
		var code, value string
		var entry int64
		err := r.Scan(&code, &value, &entry)
		values[code], by[code] = value, entry
		return err
	})
}

// auditedSetting is a setting as the entries so far have left it.
type auditedSetting struct {
	value string
	entry int64
}

// settingsAudit are all settings as the entries so far have left them, by code.
type settingsAudit struct {
	values map[string]auditedSetting
	at     int64 // the last entry that changed one
}

// pageSignatures reads who signed the page's entries.
func (a *auditor) pageSignatures(p *pageRows) error {
	first, last := p.span()
	return a.each(`SELECT `+signatureColumns+` FROM signature v WHERE v.entry BETWEEN $1 AND $2`, func(r *sql.Rows) error {
		entry, v, err := scanSignature(r)
		if err != nil {
			return err
		}
		return a.hang(p, "signature", entry, func(e *pageEntry) { e.Signature = v })
	}, first, last)
}

// decisions checks that an entry is signed as its leaf says, and takes over the settings that it changes.
func (a *auditor) decisions(e *pageEntry) {
	said, err := stock.SignatureOf(e.Leaf)
	switch {
	case err != nil: // found by the leaf
	case said == nil && e.Signature != nil:
		a.find("signature", record("entry", e.ID), "its row says that actor %d signed it (%s), its leaf bears no signature: it was moved here or made up", e.Signature.Signer, e.Signature.Meaning)
	case said != nil && (e.Signature == nil || *said != *e.Signature):
		a.find("signature", record("entry", e.ID), "its leaf says that actor %d signed it (%s), no row or another one says so", said.Signer, said.Meaning)
	}
	for _, v := range e.Settings {
		if a.settled.values == nil {
			a.settled.values = map[string]auditedSetting{}
		}
		a.settled.values[v.Code] = auditedSetting{v.Value, e.ID}
		a.settled.at = e.ID
	}
}

// compareSettings holds the settings against what the entries made of them.
func (a *auditor) compareSettings() error {
	left := a.settled.values
	err := a.each(`SELECT s.code, s.value, s.entry FROM setting s ORDER BY s.code`, func(r *sql.Rows) error {
		var code string
		var is auditedSetting
		if err := r.Scan(&code, &is.value, &is.entry); err != nil {
			return err
		}
		if want := left[code]; is != want {
			a.find("setting", "setting "+code, "it is %q by entry %d, the entries say %q by %d", is.value, is.entry, want.value, want.entry)
		}
		delete(left, code)
		return nil
	})
	for code := range left {
		a.find("setting", "setting "+code, "entry %d set it, its row is missing", left[code].entry)
	}
	return err
}
