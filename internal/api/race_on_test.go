//go:build race

package api

// raced says that the race detector is on, which makes everything several times slower.
const raced = true

// manyInTest is how many units a test names: with the race detector fewer.
const manyInTest = 5_000
