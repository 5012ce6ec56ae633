// Command missing names what the tests with PostgreSQL lack on this machine, one a line, and says nothing if nothing is missing.
// scripts/test asks it, so that there is one place that knows where the binaries are looked for.
package main

import (
	"fmt"

	"clew/internal/pgtest"
)

func main() {
	for _, missing := range []string{pgtest.Missing(), pgtest.MissingPgBouncer()} {
		if missing != "" {
			fmt.Println(missing)
		}
	}
}
