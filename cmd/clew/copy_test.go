package main

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"clew/internal/pgtest"
)

// TestCopy_CommandLine moves a ledger from a folder into PostgreSQL and back with the commands that the manual names, and asks both for the same.
func TestCopy_CommandLine(t *testing.T) {
	url, _, org := pgtest.Start(t).Schema()
	dir := t.TempDir()
	clew := func(args ...string) string {
		t.Helper()
		var out, errs bytes.Buffer
		if code := run(append([]string{"--data", filepath.Join(dir, "files")}, args...), strings.NewReader(""), &out, &errs); code != exitDone {
			t.Fatalf("clew %s: %s", args[0], errs.String())
		}
		return out.String()
	}
	products := filepath.Join(dir, "products.csv")
	if err := os.WriteFile(products, []byte("sku,name\nA-1,Größe\nA-2,\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	source, back := filepath.Join(dir, "source"), filepath.Join(dir, "back")
	clew("--data", source, "import", "products", products)
	said := clew("copy", "--from", "sqlite:"+source, "--to", url, "--to-org", org)
	if !strings.Contains(said, "the same on both sides") || !strings.Contains(said, "whole: every entry") {
		t.Error(said)
	}
	again := clew("copy", "--from", url, "--from-org", org, "--to", "sqlite:"+back)
	digest := func(of string) string { return of[strings.Index(of, "SHA-256"):] }
	if digest(again) != digest(said) {
		t.Errorf("there %s, back %s", said, again)
	}
	was := clew("--data", source, "export", "products")
	if is := clew("--db", url, "--org", org, "export", "products"); is != was || !strings.Contains(is, "Größe") {
		t.Errorf("got %s, want %s", is, was)
	}
	if is := clew("--data", back, "export", "products"); is != was {
		t.Errorf("got %s, want %s", is, was)
	}
}
