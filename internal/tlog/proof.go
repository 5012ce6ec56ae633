package tlog

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
)

// proofForm is the version of what a proof file says.
const proofForm = 1

// mostProof is the longest proof file that is read: the leaf of a large entry may be some megabytes.
const mostProof = 64 << 20

// Proof is a small file that proves, without the database, what an entry says: its leaf, the way from there to the root, and the signed root.
type Proof struct {
	Form       int       `json:"clew_proof" doc:"Version of this form: 1."`
	Entry      int64     `json:"entry"`
	Leaf       []byte    `json:"leaf" doc:"The entry's leaf bytes, in base64."`
	Path       []byte    `json:"path" doc:"The hashes beside the way from the leaf to the root, the lowest first (RFC 6962), in base64."`
	Unit       *UnitPath `json:"unit,omitempty" doc:"One of the units that the entry brings into the ledger."`
	Checkpoint string    `json:"checkpoint"`
	Keys       []*Proof  `json:"keys,omitempty" doc:"Where the log got other keys since its first one: proofs of the entries that announced them, each signed by the key before too."`
}

// UnitPath shows one unit below the root of an item, and none of the others.
type UnitPath struct {
	ID     int64  `json:"id"`
	Serial string `json:"serial"`
	Path   []byte `json:"path" doc:"As the path of the entry, to the root of the item's units."`
}

// NewProof makes a proof of an entry.
func NewProof(entry int64, leaf []byte, path []Hash, checkpoint string) *Proof {
	return &Proof{Form: proofForm, Entry: entry, Leaf: leaf, Path: AppendPath(nil, path), Checkpoint: checkpoint}
}

// ReadProof reads a proof file.
func ReadProof(text []byte) (*Proof, error) {
	if len(text) > mostProof {
		return nil, errors.New("it is too long for a proof")
	}
	p := &Proof{}
	decoder := json.NewDecoder(bytes.NewReader(text))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(p); err != nil || decoder.More() {
		return nil, errors.New("it is no proof, as clew proof writes it")
	}
	if p.Form != proofForm {
		return nil, fmt.Errorf("it is a proof of form %d, and this build of clew reads form %d", p.Form, proofForm)
	}
	return p, nil
}

// ErrNobodyVouches says that a proof fits itself, and that nothing shows who signed it.
var ErrNobodyVouches = errors.New("the file fits itself, but nothing shows who signed it")

// Check checks the way from the leaf to the signed root. Either one of the public keys must have signed the checkpoint, or it must say the same as
// a checkpoint that is trusted already. The sub-root of a unit is not looked at here.
func (p *Proof) Check(trusted *Checkpoint, public ...string) (c *Checkpoint, key string, err error) {
	c, key, err = OpenCheckpoint(p.Checkpoint, public...)
	unsigned := errors.Is(err, ErrUnsigned)
	switch {
	case c == nil:
		return nil, "", fmt.Errorf("its checkpoint is not right: %w", err)
	case err != nil && !unsigned:
		return nil, "", fmt.Errorf("its checkpoint is not right: %w", err)
	case unsigned && len(public) > 0:
		return nil, "", errors.New("its checkpoint is not signed with the key that was named")
	}
	path, err := ReadPath(p.Path)
	if err == nil {
		err = CheckLeaf(path, c.Size, c.Root, p.Entry-1, LeafHash(p.Leaf))
	}
	if err != nil {
		return nil, "", fmt.Errorf("entry %d with this content is not among the entries that the checkpoint was signed over", p.Entry)
	}
	switch {
	case trusted == nil && unsigned:
		return c, "", ErrNobodyVouches
	case trusted == nil:
	case trusted.Origin != c.Origin:
		return nil, "", fmt.Errorf("it is of ledger %s, the checkpoint that is trusted of %s", LedgerOf(c.Origin), LedgerOf(trusted.Origin))
	case trusted.Size != c.Size:
		return nil, "", fmt.Errorf("it is made for a checkpoint of %d entries, and the one that is trusted covers %d: ask for a proof with --size %d", c.Size, trusted.Size, trusted.Size)
	case trusted.Root != c.Root:
		return nil, "", errors.New("its checkpoint has another root than the one that is trusted: they are of different histories")
	}
	return c, key, nil
}
