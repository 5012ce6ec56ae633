// Missing says what keeps the tests of power cuts from running here; nothing when they can.
package main

import (
	"fmt"

	"clew/internal/powercut"
)

func main() {
	if missing := powercut.Missing(); missing != "" {
		fmt.Println(missing)
	}
}
