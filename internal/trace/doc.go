// Package trace walks the genealogy of goods: what went into them, and what became of them. It is pure; the store reads.
//
// Start at Walk: it asks a Step for the links of one level after the other, visits each node once, and stops when
// nothing new is found. A node is a lot, or a unit; units travel as runs of ids. A Collector turns the items of one level
// into its links: inside a group of a transformation all inputs lead to all outputs.
package trace
