package store

import (
	"context"
	"maps"
	"os"
	"slices"
	"strings"
	"testing"
)

// TestPostgresSchema: verification compares with what the migrations make. UPDATE_GOLDEN=1 writes it anew after one was added.
func TestPostgresSchema(t *testing.T) {
	s, err := freshPostgres(t).open(t, Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	got, err := postgresSchemaOf(context.Background(), s.read, s.dialect.(postgresDialect))
	if err != nil {
		t.Fatal(err)
	}
	var lines strings.Builder
	for _, name := range slices.Sorted(maps.Keys(got)) {
		lines.WriteString(name + ": " + got[name] + "\n")
	}
	if os.Getenv("UPDATE_GOLDEN") != "" {
		if err := os.WriteFile("schema_postgres.txt", []byte(lines.String()), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	if lines.String() != schemaPostgres {
		t.Error("the migrations make another schema than schema_postgres.txt says: run UPDATE_GOLDEN=1 go test ./internal/store -run PostgresSchema, and look at what changed")
	}
}
