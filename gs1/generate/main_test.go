package main

import (
	"bytes"
	"os"
	"testing"
)

// TestGenerated fails when the tables are not those of the dictionary.
func TestGenerated(t *testing.T) {
	t.Chdir("..")
	for name, write := range map[string]func() ([]byte, error){
		"table.go": func() ([]byte, error) { return tableOf("dictionary.txt") },
		"lists.go": func() ([]byte, error) { return listsOf("testdata/codes") },
	} {
		want, err := write()
		if err != nil {
			t.Fatal(err)
		}
		got, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(got, want) {
			t.Errorf("%s is not what the dictionary says: run go generate ./gs1", name)
		}
	}
}
