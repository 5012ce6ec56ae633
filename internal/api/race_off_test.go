//go:build !race

package api

// manyInTest is how many units a test names.
const manyInTest = 100_000
