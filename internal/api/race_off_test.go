//go:build !race

package api

// raced says that the race detector is on.
const raced = false

// manyInTest is how many units a test names.
const manyInTest = 100_000
