package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/jackc/pgx/v5/pgconn"
	"github.com/pressly/goose/v3/database"
)

// migratePostgres finds the organisation's schema as this build knows it, or makes it so where that was asked for.
func (s *Store) migratePostgres(ctx context.Context) error {
	if err := s.durablePostgres(ctx); err != nil {
		return err
	}
	d, org := s.dialect.(postgresDialect), s.org()
	taken, err := stepsTaken(ctx, s.write, d)
	if err != nil {
		return err
	}
	steps, newest, err := stepsOf(d)
	if err != nil {
		return err
	}
	s.steps = len(steps)
	missing := len(steps)
	for _, version := range taken {
		if version > newest {
			return fmt.Errorf("the ledger has version %d and this build of clew knows versions up to %d: use a newer build", version, newest)
		}
	}
	missing -= len(taken)
	switch {
	case missing == 0:
		return nil
	case len(taken) == 0 && !s.options.Create:
		return noOrg(org)
	case len(taken) > 0 && !s.options.Create:
		owner, err := ownsSchema(ctx, s.write, d.schema)
		if err != nil {
			return err
		}
		if !owner {
			return fmt.Errorf("organisation %s is of an older version: bring it up to date with clew org migrate %s, as the role that owns it", org, org)
		}
	}
	return makeSchema(ctx, s.write, d, "")
}

func (s *Store) org() string {
	if s.options.Org == "" {
		return DefaultOrg
	}
	return s.options.Org
}

// stepsTaken are the versions of the migrations that the schema has had; none where there is no such schema.
func stepsTaken(ctx context.Context, db *sql.DB, d postgresDialect) (taken []int64, err error) {
	err = query(ctx, db, d, `SELECT v.version_id FROM schema_version v WHERE v.is_applied AND v.version_id > 0`, nil, func(r *sql.Rows) error {
		var version int64
		err := r.Scan(&version)
		taken = append(taken, version)
		return err
	})
	var said *pgconn.PgError
	switch {
	case errors.As(err, &said) && (said.Code == "42P01" || said.Code == "3F000"):
		return nil, nil
	case errors.As(err, &said) && said.Code == "42501":
		return nil, fmt.Errorf("this role may not use %s: give it the right with clew org migrate --role, as the role that owns it", d.schema)
	}
	return taken, err
}

func ownsSchema(ctx context.Context, db *sql.DB, schema string) (owns bool, err error) {
	err = db.QueryRowContext(ctx, `SELECT pg_has_role(current_user, nspowner, 'USAGE') FROM pg_catalog.pg_namespace WHERE nspname = $1::text`, schema).Scan(&owns)
	if errors.Is(err, sql.ErrNoRows) {
		return false, nil
	}
	return owns, err
}

// makeSchema makes the schema, brings it up to date and gives the role that serves what it needs. Of several that try at once, one
// does it while the others wait.
func makeSchema(ctx context.Context, db *sql.DB, d postgresDialect, role string) error {
	lock, err := db.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer lock.Rollback()
	if _, err := lock.ExecContext(ctx, `SELECT pg_advisory_xact_lock(hashtext($1::text))`, d.migrating()); err != nil {
		return err
	}
	if _, err := db.ExecContext(ctx, `CREATE SCHEMA IF NOT EXISTS `+d.schema); err != nil {
		return fmt.Errorf("the organisation cannot be made: %w", err)
	}
	if err := migrate(ctx, db, d, versionsIn(database.DialectPostgres, d.schema+"."+versionTable)); err != nil {
		return err
	}
	if _, err := identify(ctx, db, d); err != nil {
		return err
	}
	roles, err := servingRoles(ctx, db, d)
	if err != nil {
		return err
	}
	if role != "" && !slices.Contains(roles, role) {
		roles = append(roles, role)
	}
	for _, role := range roles {
		if err := grant(ctx, db, d, role); err != nil {
			return err
		}
	}
	return nil
}

// servingRoles are those that were given the right to record.
func servingRoles(ctx context.Context, db *sql.DB, d postgresDialect) (roles []string, err error) {
	rows, err := db.QueryContext(ctx, `SELECT DISTINCT r.rolname FROM pg_catalog.pg_class c CROSS JOIN LATERAL aclexplode(c.relacl) a JOIN pg_catalog.pg_roles r ON r.oid = a.grantee
		WHERE c.oid = to_regclass($1::text) AND a.privilege_type = 'INSERT' AND a.grantee <> c.relowner`, d.schema+".entry")
	return roles, scanAll(rows, err, func(r *sql.Rows) error {
		var role string
		err := r.Scan(&role)
		roles = append(roles, role)
		return err
	})
}

// emptied are the tables of which rows are taken away: what is derived and has come to nothing, and what runs beside the ledger.
var emptied = map[string]bool{"balance": true, "secret": true, "session": true, "checkpoint_push": true, "packaging_gtin": true, "feed": true, "import_job": true, "kept_file": true, "kept_piece": true, "mapping": true, "watched": true, "attempt": true, "name_word": true, "dated_lot": true}

// grant lets a role serve.
func grant(ctx context.Context, db *sql.DB, d postgresDialect, role string) error {
	if _, err := db.ExecContext(ctx, strings.Join(grants(d, role), ";\n")); err != nil { // in one transaction, as it is one call
		return fmt.Errorf("role %s cannot be given its rights: %w", role, err)
	}
	return nil
}

// grants let a role read everything, add to the log but never change what is in it, and keep the current state.
func grants(d postgresDialect, role string) []string {
	to := ` TO "` + strings.ReplaceAll(role, `"`, `""`) + `"`
	from := ` FROM` + strings.TrimPrefix(to, " TO")
	said := []string{
		`REVOKE ALL ON ALL TABLES IN SCHEMA ` + d.schema + from, `REVOKE ALL ON SCHEMA ` + d.schema + from,
		`GRANT USAGE ON SCHEMA ` + d.schema + to, `GRANT SELECT ON ALL TABLES IN SCHEMA ` + d.schema + to,
	}
	for table := range tables().made {
		if tables().dropped[table] {
			continue
		}
		rights := "INSERT, UPDATE"
		switch {
		case tables().appendOnly[table]:
			rights = "INSERT"
		case table == "ledger_head":
			rights = "UPDATE"
		case tables().erasedBy[table] != "":
			rights = "INSERT, UPDATE (salt, text, hash)"
		case emptied[table]:
			rights = "INSERT, UPDATE, DELETE"
		}
		said = append(said, `GRANT `+rights+` ON `+d.schema+`.`+table+to)
	}
	return said
}
