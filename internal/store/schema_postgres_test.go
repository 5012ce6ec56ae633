package store

import (
	"os"
	"testing"
)

// TestPostgresSchema: verification compares with what the migrations make. UPDATE_GOLDEN=1 writes it anew after one was added.
func TestPostgresSchema(t *testing.T) {
	s, err := freshPostgres(t).open(t, Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	lines := schemaText(t, s.read, s.dialect.(postgresDialect))
	if os.Getenv("UPDATE_GOLDEN") != "" {
		if err := os.WriteFile("schema_postgres.txt", []byte(lines), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	if lines != schemaPostgres {
		t.Error("the migrations make another schema than schema_postgres.txt says: run UPDATE_GOLDEN=1 go test ./internal/store -run PostgresSchema, and look at what changed")
	}
}
