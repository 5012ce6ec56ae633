//go:build race

package api

// manyInTest is how many units a test names: the race detector makes the database twenty times slower.
const manyInTest = 5_000
