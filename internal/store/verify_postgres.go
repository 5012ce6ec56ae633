package store

import (
	"bufio"
	"context"
	"database/sql"
	_ "embed"
	"strings"
)

// schemaPostgres is what the migrations make of an empty schema, a line for each column, constraint and index. A test writes it: the
// role that serves could make no schema to compare with.
//
//go:embed schema_postgres.txt
var schemaPostgres string

// postgresSchema checks that the schema is the one that the migrations make, and that nobody but its owner could rewrite the log.
func (a *auditor) postgresSchema(d postgresDialect) error {
	want := map[string]string{}
	for lines := bufio.NewScanner(strings.NewReader(schemaPostgres)); lines.Scan(); {
		name, text, _ := strings.Cut(lines.Text(), ": ")
		want[name] = text
	}
	got, err := postgresSchemaOf(a.ctx, a.store.read, d)
	if err != nil {
		return err
	}
	a.sameSchema(want, got)
	return query(a.ctx, a.store.read, d, `SELECT DISTINCT c.relname, COALESCE(r.rolname, 'everybody'), a.privilege_type
		FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace CROSS JOIN LATERAL aclexplode(c.relacl) a
		LEFT JOIN pg_catalog.pg_roles r ON r.oid = a.grantee
		WHERE n.nspname = $1 AND c.relkind = 'r' AND a.grantee <> c.relowner AND a.privilege_type IN ('UPDATE', 'DELETE', 'TRUNCATE', 'TRIGGER') ORDER BY 1, 2, 3`,
		[]any{d.schema}, func(r *sql.Rows) error {
			var table, role, right string
			if err := r.Scan(&table, &role, &right); err != nil {
				return err
			}
			if tables().appendOnly[table] || right == "TRUNCATE" || right == "TRIGGER" {
				a.find("schema", "table "+table, "%s has the right to %s what is in it", role, right)
			}
			return nil
		})
}

// postgresSchemaOf maps the columns, constraints, indexes and whatever acts by itself in a schema to their text.
func postgresSchemaOf(ctx context.Context, db *sql.DB, d postgresDialect) (map[string]string, error) {
	out := map[string]string{}
	return out, query(ctx, db, d, `WITH ours AS (SELECT c.oid, c.relname, c.relkind FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace WHERE n.nspname = $1)
		SELECT 'column ' || o.relname || '.' || a.attname, format_type(a.atttypid, a.atttypmod) || COALESCE(' collate ' || l.collname, '')
				|| CASE WHEN a.attnotnull THEN ' not null' ELSE '' END || COALESCE(' default ' || pg_get_expr(f.adbin, f.adrelid), '')
			FROM ours o JOIN pg_catalog.pg_attribute a ON a.attrelid = o.oid AND a.attnum > 0 AND NOT a.attisdropped
			LEFT JOIN pg_catalog.pg_collation l ON l.oid = a.attcollation AND l.collname <> 'default'
			LEFT JOIN pg_catalog.pg_attrdef f ON f.adrelid = a.attrelid AND f.adnum = a.attnum WHERE o.relkind IN ('r', 'p', 'f')
		UNION ALL SELECT 'index ' || o.relname, replace(pg_get_indexdef(o.oid), $1 || '.', '') FROM ours o WHERE o.relkind = 'i'
		UNION ALL SELECT 'constraint ' || o.relname || '.' || k.conname, pg_get_constraintdef(k.oid) FROM ours o JOIN pg_catalog.pg_constraint k ON k.conrelid = o.oid WHERE k.contype <> 'n'
		UNION ALL SELECT 'trigger ' || o.relname || '.' || t.tgname, pg_get_triggerdef(t.oid) FROM ours o JOIN pg_catalog.pg_trigger t ON t.tgrelid = o.oid
		UNION ALL SELECT 'rule ' || o.relname || '.' || t.rulename, pg_get_ruledef(t.oid) FROM ours o JOIN pg_catalog.pg_rewrite t ON t.ev_class = o.oid AND t.rulename <> '_RETURN'
		UNION ALL SELECT 'view ' || o.relname, '' FROM ours o WHERE o.relkind IN ('v', 'm')`,
		[]any{d.schema}, func(r *sql.Rows) error {
			var name, text string
			err := r.Scan(&name, &text)
			out[name] = text
			return err
		})
}
