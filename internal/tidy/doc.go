// Package tidy is the house as a test: it reads the whole tree and fails when a
// package imports upwards, when a word the glossary avoids gets into a name, or
// when a dependency has no line that says what it is for.
//
// Each check is a function over sources already read, so that it is tested with
// a violation planted in memory. Start with [rooms], the table of the house.
package tidy
