// Package powercut is a disk for tests that does what disks do when the power goes: what was not synced is there in parts, in another
// order, torn between sectors, or not at all. It also fails a call when asked, as a disk that dies does.
//
// Start at Load, then Mount: whatever works on the mounted folder is at the disk's mercy. Cut ends it, Save writes what a machine finds
// when the power is back. The disk must not be mounted in the process that works on it: memory that is mapped from it would wait for itself.
package powercut
