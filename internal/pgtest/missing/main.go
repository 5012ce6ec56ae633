// Command missing names what the tests with PostgreSQL lack on this machine, one a line, and says nothing if nothing is missing:
// what can be installed or, asked for "disk", what a full disk takes. scripts/test asks it, so that one place knows.
package main

import (
	"fmt"
	"os"

	"clew/internal/pgtest"
)

func main() {
	lacks := []string{pgtest.Missing(), pgtest.MissingPgBouncer()}
	if len(os.Args) > 1 && os.Args[1] == "disk" {
		lacks = []string{pgtest.MissingDisk()}
	}
	for _, missing := range lacks {
		if missing != "" {
			fmt.Println(missing)
		}
	}
}
