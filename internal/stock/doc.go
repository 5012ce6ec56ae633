// Package stock holds the nouns and the rules of the ledger, and nothing else: no I/O, no clock, no database.
//
// Start at State.Decide: it takes one Draft (what a caller asks to record) and either answers with the entries to be
// kept or with an exact Error, leaving the State as it was. The store loads the State a batch of drafts touches,
// calls Decide for one draft after another, and saves what came of it. The API, the command line, imports and the
// simulator all go through it, so a rule lives here once.
package stock
