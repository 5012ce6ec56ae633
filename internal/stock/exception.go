package stock

import (
	"cmp"
	"encoding/json"
	"slices"
	"strconv"
)

// Exception is a draft that could not be posted and is kept for a person to resolve. Its id is its entry's.
type Exception struct {
	ID       int64
	Code     string // of the error
	Field    string
	Detail   string
	Draft    []byte   // the movement draft as JSON
	Subjects []string // lots and units that it names, by product: SKU|code
	Resolved int64    // the entry that resolved it, 0 while open
}

// MaxWaiting is the most units of one item by which later queued entries wait for an exception; a longer list waits by its lot.
const MaxWaiting = 1000

// Subject asks for the open exceptions that name a lot or unit of a product.
func (n *Needs) Subject(sku, code string) {
	if code != "" {
		add(n.Subjects, sku+"|"+code)
		add(n.Subjects, NormalGTIN(sku)+"|"+code)
	}
}

// waitsFor asks for the open exceptions that name the movement's units.
func (d *MovementDraft) waitsFor(n *Needs) {
	d.each(func(_ string, it *ItemDraft) {
		for _, serial := range it.Units[:min(len(it.Units), MaxWaiting)] {
			n.Subject(it.Product, serial)
		}
	})
}

// namesOf are the names by which drafts may call the product: as one of them wrote it, its SKU and its GTIN.
func (s *State) namesOf(written string) []string {
	names := []string{written}
	p := s.Products[written]
	if p == nil {
		p = s.ByGTIN[NormalGTIN(written)]
	}
	if p != nil {
		names = append(names, p.SKU)
		if p.GTIN != "" {
			names = append(names, p.GTIN)
		}
	}
	return sortedSet(names)
}

// subjects lists what the draft names, for traces and for entries that wait, under every name of its products.
func (s *State) subjects(d *MovementDraft) []string {
	var out []string
	d.each(func(_ string, it *ItemDraft) {
		for _, name := range s.namesOf(it.Product) {
			if it.Lot != "" {
				out = append(out, name+"|"+it.Lot)
			}
			for _, serial := range it.Units[:min(len(it.Units), MaxWaiting)] {
				out = append(out, name+"|"+serial)
			}
		}
	})
	return sortedSet(out)
}

// waits refuses a queued movement whose units an open exception names: order within a unit's story is kept. Of the exceptions only
// those before the one that the movement was kept as count, all of them at 0.
func (s *State) waits(d *MovementDraft, before int64) (err *Error) {
	d.each(func(path string, it *ItemDraft) {
		if len(s.Waiting) == 0 || err != nil {
			return
		}
		for _, name := range s.namesOf(it.Product) {
			for _, serial := range it.Units {
				if id := s.Waiting[name+"|"+serial]; id != 0 && (before == 0 || id < before) {
					err = Errorf(Conflict, CodeWaitsForException, "units", "unit %s waits for exception %d to be resolved", serial, id).At(path)
					err.About = []string{strconv.FormatInt(id, 10)}
					return
				}
			}
		}
	})
	return err
}

// waitsNext is the oldest exception still open that names the subject, 0 when there is none.
func (s *State) waitsNext(subject string) (first int64) {
	for _, x := range s.Exceptions {
		if x.Resolved == 0 && (first == 0 || x.ID < first) && slices.Contains(x.Subjects, subject) {
			first = x.ID
		}
	}
	return first
}

// keepDraft keeps a refused draft as an exception.
type keepDraft struct {
	draft *Draft
	err   *Error
}

func (k *keepDraft) kind() Kind   { return KindException }
func (k *keepDraft) needs(*Needs) {}

func (k *keepDraft) decide(s *State, e *Entry) *Error {
	m, ok := k.draft.Body.(*MovementDraft)
	if !ok {
		return k.err
	}
	kept := *m
	if kept.OccurredAt == 0 {
		kept.OccurredAt = s.Now // when it is posted later, it has still happened now
	}
	body, err := json.Marshal(&kept)
	if err != nil {
		return Errorf(Internal, CodeInternal, "", "the draft cannot be kept: %v", err)
	}
	if m.OccurredAt != 0 && m.OccurredAt <= s.Now+ahead {
		e.OccurredAt = m.OccurredAt
	}
	if v := s.Sites[m.Site]; v != nil && !s.hides(v.ID) {
		e.Site = v.ID
	} else if was := s.Entries[m.Reverses]; was != nil && !s.hides(was.Site) {
		e.Site = was.Site
	}
	x := &Exception{ID: e.ID, Code: k.err.Code, Field: k.err.Field, Detail: k.err.Detail, Draft: body, Subjects: s.subjects(m)}
	put(s, s.Exceptions, x.ID, x)
	put(s, s.ExceptionSites, x.ID, e.Site)
	s.DirtyExceptions[x.ID] = true
	for _, subject := range x.Subjects {
		if s.Waiting[subject] == 0 {
			put(s, s.Waiting, subject, x.ID)
		}
	}
	e.Exception = x
	return nil
}

// ResolveDraft ends an exception: the movement is posted as it was or amended, or dismissed with a reason.
type ResolveDraft struct {
	Exception int64          `json:"exception"`
	Action    string         `json:"action" enum:"post,dismiss" doc:"post the movement, as it was or amended; or dismiss it"`
	Amended   *MovementDraft `json:"amended,omitempty" doc:"The movement to post instead of the one that was refused."`
	Reason    string         `json:"reason" maxLength:"500"`
	movement  *MovementDraft
}

func (d *ResolveDraft) kind() Kind { return KindResolution }

// Prepare gives the resolution the movement that the exception keeps, as the store read it, before the needs are collected.
func (d *ResolveDraft) Prepare(kept []byte) error {
	d.movement = d.Amended
	if d.movement == nil && len(kept) > 0 && d.Action == "post" {
		d.movement = &MovementDraft{}
		if err := json.Unmarshal(kept, d.movement); err != nil {
			return err
		}
	}
	return nil
}

// ExpandUnits turns serial ranges of the amended movement into single serials, before the state is loaded.
func (d *ResolveDraft) ExpandUnits() *Error {
	if d.Amended == nil {
		return nil
	}
	if err := d.Amended.ExpandUnits(); err != nil {
		return err.At("amended")
	}
	return nil
}

func (d *ResolveDraft) needs(n *Needs) {
	add(n.Exceptions, d.Exception)
	if d.Action == "post" && d.movement != nil {
		d.movement.needs(n)
		d.movement.waitsFor(n)
	}
}

func (d *ResolveDraft) decide(s *State, e *Entry) *Error {
	x := s.Exceptions[d.Exception]
	switch {
	case x == nil:
		return Errorf(NotFound, CodeUnknownException, "exception", "there is no exception %d", d.Exception)
	case x.Resolved != 0:
		return Errorf(Conflict, CodeExceptionResolved, "exception", "exception %d was resolved by entry %d", x.ID, x.Resolved)
	case d.Reason == "":
		return Errorf(Invalid, CodeReasonRequired, "reason", "say why the exception is ended so")
	case d.Action != "post" && d.Action != "dismiss":
		return Errorf(Invalid, CodeInvalidValue, "action", "%q: post or dismiss", d.Action)
	}
	if err := e.describe("", d.Reason, "", nil); err != nil {
		return err
	}
	if d.Action == "post" && d.movement != nil {
		if err := s.waits(d.movement, x.ID); err != nil {
			err.Field, err.Detail = "exception", err.Detail+" first, as it happened before"
			return err
		}
	}
	next := *x
	next.Resolved = e.ID
	put(s, s.Exceptions, x.ID, &next)
	s.DirtyExceptions[x.ID] = true
	for subject, id := range s.Waiting {
		if id == x.ID {
			put(s, s.Waiting, subject, s.waitsNext(subject))
		}
	}
	e.About, e.Exception = x.ID, &next
	if d.Action == "dismiss" {
		return nil
	}
	if d.movement == nil {
		return Errorf(Internal, CodeInternal, "exception", "the movement of exception %d cannot be read", x.ID)
	}
	posted := s.newEntry(d.movement.Kind)
	if err := d.movement.decide(s, posted); err != nil {
		if d.Amended != nil {
			return err.At("amended")
		}
		return err
	}
	posted.About = cmp.Or(posted.About, e.ID)
	e.follow = append(append(e.follow, posted), posted.follow...)
	return nil
}
