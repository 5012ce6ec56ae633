package sim

import (
	"cmp"
	"database/sql"
	"net/url"

	"clew/internal/store"
)

// tablesOf opens a ledger's tables past the store, for reading, so that statements name them as the migrations do on each engine.
func tablesOf(o store.Options) (*sql.DB, error) {
	if o.URL == "" {
		return sql.Open("sqlite", "file:"+o.Path+"?mode=ro")
	}
	at, err := url.Parse(o.URL)
	if err != nil {
		return nil, err
	}
	settings := at.Query()
	settings.Set("search_path", "clew_"+cmp.Or(o.Org, store.DefaultOrg))
	settings.Set("default_transaction_read_only", "on")
	at.RawQuery = settings.Encode()
	return sql.Open("pgx", at.String())
}
