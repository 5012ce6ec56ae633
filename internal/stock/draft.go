package stock

import "clew/internal/auth"

// Draft is what a caller asks the ledger to record: one body, and who asks.
type Draft struct {
	Key      string          // the client's own key, for safe repeats; empty for none
	Hash     [32]byte        // of the request, to tell a repeat from another request under the same key
	Actor    string          // who; never empty
	By       *auth.Principal // what they may do; nobody may do nothing
	Device   string          // what scanned, or empty
	Origin   Origin          // from where it is asked
	Reason   string          // why, where the body has no reason of its own
	Signing  *Signing        // by whom it is signed
	Body     Body
	Fault    *Error // found before the ledger was asked, such as a scan that means two things: the answer, unless the key was used before
	Keep     bool   // keep the draft as an exception where it is refused, instead of answering with the error only
	expanded bool
}

// Body is one of the things that can be asked: a *MovementDraft, *HoldDraft, *ReleaseDraft, *CleaningDraft,
// *ResolveDraft, *LotDraft, *ProductDraft, *ProductGroupDraft, *FileDraft, *DetailsDraft, *FieldDraft, *PlanDraft, *InspectionDraft, *BarcodeDraft, *LabelDraft, *UserDraft, *GrantDraft, *APIKeyDraft, *CredentialDraft, *StationDraft, *ClosingDraft, *ActDraft, *ErasureDraft, *LogKeyDraft, *SettingDraft, *ReviewDraft, *ShownDraft, *StepDraft, *ClassDraft, *SiteDraft, *LocationDraft or *PartnerDraft.
type Body interface {
	kind() Kind
	needs(*Needs)
	decide(*State, *Entry) *Error
}

// Outcome is what became of a draft: exactly one of an entry and an error.
type Outcome struct {
	Entry     int64 // the entry that records it, new or from before
	Entries   []*Entry
	Replayed  bool // the same key and request were answered before
	Unchanged bool // master data that already stood as asked
	Kept      bool // refused and kept as an exception: Entry is that exception
	Err       *Error

	// State is what the entries were decided on, by which they can be shown at once; nobody changes it any more.
	State *State
}

// Expand turns serial ranges into single serials. The store does it before anything is loaded; doing it twice is harmless.
func (d *Draft) Expand() *Error {
	if body, ok := d.Body.(interface{ ExpandUnits() *Error }); ok && !d.expanded {
		d.expanded = true
		return body.ExpandUnits()
	}
	return nil
}

// Size is the number of units that the draft names, by which the writer sizes its batches.
func (d *Draft) Size() int {
	if d.Alone() {
		return MaxUnits
	}
	switch b := d.Body.(type) {
	case *NumberingDraft:
		return 1 + int(min(max(b.Count, 0), MaxNumbers))
	case *ReviewDraft:
		return MaxUnits // alone: what is decided beside it would not be on the list that was loaded
	case *FormatDraft:
		return MaxUnits // alone: what is drawn beside it would not know what was loaded for it
	case *SiteDraft:
		if deactivates(b.Active) {
			return MaxUnits // alone: no more than shows that it is not empty is loaded
		}
	case *ProductDraft:
		if b.LotFormat != nil || b.SerialFormat != nil || b.Group != nil {
			return MaxUnits
		}
	case *ProductGroupDraft:
		if b.LotFormat != nil || b.SerialFormat != nil {
			return MaxUnits
		}
	case *TrackingDraft:
		return b.size()
	case *MovementDraft:
		n := 1
		b.each(func(_ string, it *ItemDraft) {
			n += len(it.Units)
			if it.Numbered && it.Quantity != nil {
				n += int(min(max(*it.Quantity/One, 0), MaxUnits))
			}
		})
		return n
	}
	return 1
}

// Alone reports whether a draft is decided on a state that was loaded for it alone, also within a call. All that was booked under a
// name is put right by a correction of goods, so the drafts before it are to have said what the name stands for, and those behind it
// are to find what it stands for then.
func (d *Draft) Alone() bool {
	if _, erases := d.Body.(*ErasureDraft); erases {
		return true // of all that was said so far
	}
	b, ok := d.Body.(*CorrectionDraft)
	return ok && (b.SameAs != "" || len(b.Items) > 0 || b.Undo != 0)
}

// Decide turns a draft into the entries that record it, applying them to the state, or refuses it and leaves the state
// as it was. The error's field is relative to the draft's body.
func (s *State) Decide(d *Draft) Outcome {
	s.by = d.By
	defer func() { s.by = nil }() // what is shown of the state later is shown to others
	if used, ok := s.Keys[d.Key]; ok && d.Key != "" {
		if used.Hash != d.Hash {
			return Outcome{Err: Errorf(Conflict, CodeKeyReused, "idempotency_key",
				"key %q was used for another request, entry %d: use a new key for new contents", d.Key, used.Entry)}
		}
		return Outcome{Entry: used.Entry, Replayed: true, Kept: used.Kept}
	}
	mark := len(s.undo)
	out, err := s.decide(d)
	if err == nil && !out.Unchanged {
		return out
	}
	s.rollback(mark)
	if err == nil {
		return out
	}
	if !d.Keep || err.Code == CodeNotPermitted {
		return Outcome{Err: err}
	}
	kept, fault := s.decideWith(d, &keepDraft{draft: d, err: err})
	if fault != nil {
		s.rollback(mark)
		return Outcome{Err: fault}
	}
	kept.Kept = true
	return kept
}

func (s *State) decide(d *Draft) (Outcome, *Error) {
	if err := s.permitted(d.Body.kind(), d.Body); err != nil {
		return Outcome{}, err
	}
	if d.Fault != nil {
		return Outcome{}, d.Fault
	}
	if m, ok := d.Body.(*MovementDraft); ok && d.Keep {
		if err := s.waits(m, 0); err != nil {
			return Outcome{}, err
		}
	}
	return s.decideWith(d, d.Body)
}

func (s *State) decideWith(d *Draft, body Body) (Outcome, *Error) {
	var out Outcome
	actor, err := s.actor(&out, KindActor, d.Actor)
	if err != nil {
		return out, err
	}
	device, err := s.actor(&out, KindDevice, d.Device)
	if err != nil {
		return out, err
	}
	signing := d.Signing
	if _, kept := body.(*keepDraft); kept {
		signing = nil
	}
	if signing != nil {
		if _, err := s.actor(&out, KindActor, signing.Name); err != nil {
			return out, err
		}
	}
	e := s.newEntry(body.kind())
	e.Actor, e.Device, e.Key, e.Hash = actor, device, d.Key, d.Hash
	if e.Key != "" {
		if err := CheckCode("idempotency_key", e.Key, 200); err != nil {
			return out, err
		}
	}
	reasoned := s.Settings.Words(SettingReason) // as it was: it may be what is changed
	if err := body.decide(s, e); err != nil {
		return out, err
	}
	if e.unchanged != 0 {
		return Outcome{Entry: e.unchanged, Unchanged: true}, nil
	}
	recorded := append([]*Entry{e}, e.follow...)
	if err := s.allowed(recorded); err != nil {
		return out, err
	}
	for _, entry := range recorded {
		if err := s.books(entry); err != nil {
			return out, err
		}
	}
	if e.Reason == "" {
		e.Reason = d.Reason
	}
	if err := checkText("reason", e.Reason, 500); err != nil {
		return out, err
	}
	if err := e.reasoned(reasoned); err != nil {
		return out, err
	}
	if err := s.signed(signing, recorded); err != nil {
		return out, err
	}
	out.Entry = e.ID
	out.Entries = append(out.Entries, recorded...)
	for _, entry := range out.Entries {
		entry.Actor, entry.Device, entry.Origin = actor, device, d.Origin
		entry.seal(s)
		put(s, s.Entries, entry.ID, entry)
	}
	if e.Key != "" {
		put(s, s.Keys, e.Key, KeyUse{e.ID, e.Hash, e.Kind == KindException})
	}
	return out, nil
}

func (s *State) newEntry(kind Kind) *Entry {
	return &Entry{ID: s.take(&s.Next.Entry), Kind: kind, OccurredAt: s.Now, RecordedAt: s.Now}
}

// actor finds a person or device by name, and introduces it with an entry of its own when it is new.
func (s *State) actor(out *Outcome, kind Kind, name string) (int64, *Error) {
	if name == "" {
		if kind == KindDevice {
			return 0, nil
		}
		return 0, Errorf(Invalid, CodeRequired, "actor", "say who records this")
	}
	if a := s.Actors[ActorKey{kind, name}]; a != nil {
		return a.ID, nil
	}
	if err := CheckCode(kind.String(), name, 100); err != nil {
		return 0, err
	}
	if err := notErased(kind.String(), name); err != nil {
		return 0, err
	}
	a := &Actor{ID: s.takeMaster(), Kind: kind, Name: name}
	put(s, s.Actors, ActorKey{kind, name}, a)
	e := s.newEntry(kind)
	e.Person = a
	out.Entries = append(out.Entries, e)
	return a.ID, nil
}
