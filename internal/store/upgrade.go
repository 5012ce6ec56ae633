package store

import (
	"database/sql"

	"clew/internal/stock"
)

// errOutdated refuses to write to a ledger that a newer build has brought up to date beside this server. What is derived from entries may
// have another shape by now, which this build does not keep.
var errOutdated = stock.Errorf(stock.Unavailable, stock.CodeReadOnly, "",
	"a newer build of clew has brought the ledger up to date, and this server only reads from it now: start that build in its place, and send the request again")

// migrating names the lock that a migration holds alone and every batch with others, so that neither is in the midst of the other.
func (d postgresDialect) migrating() string { return "clew migrates " + d.schema }

// current makes sure that no newer build has changed the ledger since this server was started. It is asked once the batch has its share of
// the lock: a statement before may have seen the ledger as it was.
func (l *loader) current() error {
	if !l.store.shared {
		return nil
	}
	taken := 0
	err := l.each(l.ctx, `SELECT COUNT(*) FROM schema_version v WHERE v.is_applied AND v.version_id > 0`, nil, func(r *sql.Rows) error { return r.Scan(&taken) })
	if err == nil && taken > l.store.steps {
		err = errOutdated
	}
	return err
}
