package tlog

import (
	"crypto/sha256"
	"math/bits"

	"golang.org/x/mod/sumdb/tlog"
)

// saltedDomain keeps salted hashes apart from every other use of SHA-256 here: Merkle leaves begin with 0, nodes with 1.
const saltedDomain = "clew salted text v1\x00"

// Salted returns the hash that stands in a leaf for text that may have to be erased. Without the salt, which is kept beside the text and
// erased with it, a short text such as a name cannot be found again by trying.
func Salted(salt [16]byte, text string) [32]byte {
	var room [256]byte
	b := append(room[:0], saltedDomain...)
	b = append(b, salt[:]...)
	b = append(b, text...)
	return sha256.Sum256(b)
}

// UnitRoot returns the RFC 6962 Merkle root over n sub-leaves, so that a proof can show one unit and not the others. leaf is called once
// for each i in ascending order and may use the same memory for every answer. Without sub-leaves the root is that of the empty tree.
func UnitRoot(n int, leaf func(i int) []byte) [32]byte {
	if n <= 0 {
		return sha256.Sum256(nil)
	}
	// The roots of the complete subtrees so far, largest first: their sizes are the binary digits of the leaves seen.
	var roots [bits.UintSize]tlog.Hash
	count := 0
	var record []byte
	for i := range n {
		// As tlog.RecordHash, but without allocating a hash for each of maybe 100,000 units.
		record = append(append(record[:0], 0), leaf(i)...)
		hash := tlog.Hash(sha256.Sum256(record))
		for range bits.TrailingZeros(^uint(i)) {
			count--
			hash = tlog.NodeHash(roots[count], hash)
		}
		roots[count] = hash
		count++
	}
	hash := roots[count-1]
	for count -= 2; count >= 0; count-- {
		hash = tlog.NodeHash(roots[count], hash)
	}
	return hash
}
