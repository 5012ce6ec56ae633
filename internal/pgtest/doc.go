// Package pgtest brings up PostgreSQL for tests and benchmarks: real servers of the machine's own binaries, in a
// temporary folder, on a free port of 127.0.0.1, run by an ordinary user also where the tests run as root.
//
// Start at Start (one server that all tests of a process share, without fsync) and New (a server of a test's own, to
// be killed, restarted, followed by a Standby, or put behind a PgBouncer). No server outlives the process that started
// it: each hangs on a pipe that the system closes when the process ends, however it ends.
package pgtest
