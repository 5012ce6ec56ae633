package stock

import (
	"cmp"
	"slices"
)

// Review says that somebody looked through the list of who may do what, as it stood at a moment, and what they found.
type Review struct {
	AsAt       Time        // of the list
	Known      int64       // the last entry that counts in it, by which the list can be made again
	Rest       bool        // whatever is not among the judgements was found right
	Judgements []Judgement // by the entries that gave the rights, in their order
}

// Judgement is what was found of one right on the list.
type Judgement struct {
	Given  int64 // the entry that says the right as it was listed
	Revoke bool  // it is to be taken away; otherwise it is right
}

// GivesRights reports whether entries of the kind say who may do something: users, their roles and keys, stations.
func (k Kind) GivesRights() bool {
	return k == KindUser || k == KindGrant || k == KindAPIKey || k == KindStation
}

// Right tells which record of people an entry says anew, and whether it stands from then on. It is 0 for what gives no right.
func (p *People) Right() (id int64, active bool) {
	switch {
	case p.User != nil:
		return p.User.ID, p.User.Active
	case p.Grant != nil:
		return p.Grant.ID, p.Grant.Active
	case p.APIKey != nil:
		return p.APIKey.ID, p.APIKey.Active
	case p.Station != nil:
		return p.Station.ID, p.Station.Active
	}
	return 0, false
}

// RightsList is the list of who may do what, as the entries up to one made it: of each record the entry that says it as it stood, and
// whether it gives a right.
type RightsList map[int64]bool

// ReviewDraft records that the list of who may do what was looked through.
type ReviewDraft struct {
	AsAt   string   `json:"as_at,omitempty" maxLength:"40" doc:"Of which moment the list was: a day, up to its end in UTC, or a time. Left out, as it stands when this is recorded."`
	Right  *[]int64 `json:"right,omitempty" maxItems:"10000" doc:"Rights that were found right, by the entries that the list names. Left out, all that are not to be revoked."`
	Revoke []int64  `json:"revoke,omitempty" maxItems:"10000" doc:"Rights that were found to be taken away, by the entries that the list names. Taking them away is a step of its own."`
	Note   string   `json:"note,omitempty" maxLength:"4000" doc:"What is to be said about it."`

	Moment Time  `json:"-"` // that AsAt stands for; 0: when this is recorded
	Known  int64 `json:"-"` // the last entry recorded by then; 0: all
}

func (d *ReviewDraft) kind() Kind { return KindReview }

func (d *ReviewDraft) needs(n *Needs) { n.RightsAt = append(n.RightsAt, d.Known) }

func (d *ReviewDraft) decide(s *State, e *Entry) *Error {
	if err := e.describe("", "", d.Note, nil); err != nil {
		return err
	}
	r := &Review{AsAt: d.Moment, Known: d.Known, Rest: d.Right == nil}
	if r.Known == 0 {
		r.AsAt, r.Known = s.Now, e.ID-1
	}
	list := s.Listed[d.Known]
	found := map[int64]bool{}
	take := func(field string, given []int64, revoke bool) *Error {
		for i, id := range given {
			if !list[id] {
				return Errorf(Invalid, CodeInvalidValue, index(field, i), "entry %d gives no right that was on the list: name rights by the entries that the list shows", id)
			}
			if found[id] {
				return Errorf(Invalid, CodeInvalidValue, index(field, i), "entry %d is named twice", id)
			}
			found[id] = true
			r.Judgements = append(r.Judgements, Judgement{id, revoke})
		}
		return nil
	}
	if err := take("revoke", d.Revoke, true); err != nil {
		return err
	}
	if d.Right != nil {
		if err := take("right", *d.Right, false); err != nil {
			return err
		}
	}
	slices.SortFunc(r.Judgements, func(a, b Judgement) int { return cmp.Compare(a.Given, b.Given) })
	e.Review = r
	return nil
}

// LoadList adds to the state the list of who may do what as the entries up to one made it; 0 for all.
func (s *State) LoadList(known int64, list RightsList) { s.Listed[known] = list }

func (w leafWriter) review(r *Review) {
	if r == nil {
		return
	}
	w.group(tagReview, func() {
		w.int(1, int64(r.AsAt))
		w.int(2, r.Known)
		w.flag(3, r.Rest)
		for _, f := range r.Judgements {
			w.group(4, func() { w.int(1, f.Given); w.flag(2, f.Revoke) })
		}
	})
}
