package stock

import (
	"slices"
	"strconv"

	"clew/internal/auth"
	"clew/internal/tlog"
)

// Meaning is what somebody says by signing.
type Meaning uint8

// The meanings.
const (
	MeaningNone     Meaning = iota
	MeaningRelease          // these goods may be used
	MeaningOverride         // this rule may be set aside here
	MeaningClose            // this case is closed
)

var meanings = []string{"", "release", "override", "close"}

func (m Meaning) String() string { return meanings[min(int(m), len(meanings)-1)] }

// ParseMeaning reads a meaning.
func ParseMeaning(word string) (Meaning, bool) {
	i := slices.Index(meanings, word)
	return Meaning(max(i, 0)), i > 0
}

// Signature is what a person adds to an entry after showing again who they are. It is part of the entry's leaf, as is the time: it cannot
// be taken off, or moved to another entry, without the leaf being another.
type Signature struct {
	Signer  int64 // an actor
	Meaning Meaning
	Method  string // by what they showed it: password, one_time_code, recovery_code
}

// Signing is a signature that was given with a request, by somebody who showed who they are.
type Signing struct {
	Name    string
	Meaning Meaning
	Method  string
	By      *auth.Principal // who they are
}

// signs are what a signer has to be allowed.
var signs = map[Meaning]auth.Permission{MeaningRelease: auth.Release, MeaningOverride: auth.Override, MeaningClose: auth.Release}

// meaningOf is what signing the entry says; none where there is nothing to sign.
func meaningOf(e *Entry) Meaning {
	switch {
	case e.Kind == KindRelease:
		return MeaningRelease
	case e.overridden():
		return MeaningOverride
	}
	return MeaningNone
}

// signed puts the signature on those of a draft's entries that it is for, and refuses one that a setting asks to be signed and is not.
func (s *State) signed(by *Signing, entries []*Entry) *Error {
	used := false
	for i, e := range entries {
		m := meaningOf(e)
		switch {
		case m == MeaningNone, i > 0 && e.Carried(): // a hold that a correction carries over still holds
			continue
		case by == nil && slices.Contains(s.Settings.Words(SettingSign), m.String()):
			err := Errorf(Forbidden, CodeSignatureRequired, "signature", "%s needs a signature, as the settings say: whoever signs shows again who they are, by signature {password or code, meaning: %s}", s.toSign(e, m), m)
			err.About = []string{m.String()}
			return err
		case by == nil:
			continue
		case by.Meaning != m:
			return Errorf(Invalid, CodeSignatureDiffers, "signature.meaning", "%s is signed with the meaning %s, not %s", s.toSign(e, m), m, by.Meaning)
		}
		for _, site := range s.signedAt(e) {
			if !by.By.May(signs[m], site) {
				return Errorf(Forbidden, CodeSignatureDiffers, "signature.user", "%s may not sign %s: the right to do so is missing", by.Name, s.toSign(e, m))
			}
		}
		e.Signature = &Signature{Signer: s.Actors[ActorKey{KindActor, by.Name}].ID, Meaning: m, Method: by.Method}
		used = true
	}
	if by != nil && !used {
		return Errorf(Invalid, CodeSignatureDiffers, "signature", "there is nothing to sign here: leave the signature out")
	}
	return nil
}

// toSign tells people what is to be signed.
func (s *State) toSign(e *Entry, m Meaning) string {
	switch {
	case m == MeaningRelease && e.Hold != nil:
		text := "releasing hold " + strconv.FormatInt(e.Hold.ID, 10)
		if l := s.Lots[e.Hold.Lot]; l != nil && s.ProductIDs[l.Product] != nil {
			text += " of lot " + l.Code + " of " + s.ProductIDs[l.Product].SKU
		}
		return text
	case m == MeaningRelease:
		return "releasing goods"
	}
	return "setting a rule aside in a " + e.Kind.String()
}

// signedAt are the sites that an entry touches, all of them (Everywhere) where it touches none.
func (s *State) signedAt(e *Entry) []int64 {
	if sites := s.touched(e); len(sites) > 0 {
		return sites
	}
	return []int64{auth.Everywhere}
}

func (w leafWriter) signature(s *Signature) {
	if s != nil {
		w.group(tagSignature, func() { w.int(1, s.Signer); w.int(2, int64(s.Meaning)); w.text(3, s.Method) })
	}
}

// SignatureOf reads the signature out of an entry's leaf, nil where there is none.
func SignatureOf(leaf []byte) (*Signature, error) {
	_, _, fields, err := tlog.ParseLeaf(leaf)
	for _, f := range fields {
		if g := group(f.Fields); f.Tag == tagSignature {
			return &Signature{Signer: g.int(1), Meaning: Meaning(g.int(2)), Method: g.text(3)}, nil
		}
	}
	return nil, err
}
