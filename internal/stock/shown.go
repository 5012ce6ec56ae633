package stock

import "strconv"

// The sorts of acts that are about getting started: whom something was shown, and how far a step is.
const (
	ActShown = "shown"
	ActStep  = "get_started"
)

// ShownDraft records that somebody was shown how something is done: a touchpoint, a cheat sheet. It is an act about the user, whom the log
// names by number only.
type ShownDraft struct {
	User     string `json:"user,omitempty" doc:"Who was shown it; that of the path when left out."`
	What     string `json:"what" doc:"What was shown, in a word of your own, such as receiving or counting." maxLength:"60"`
	Occurred Time   `json:"occurred_at,omitempty" doc:"When it was shown, RFC 3339. Now, when left out."`
	Note     string `json:"note,omitempty" maxLength:"4000"`
}

func (d *ShownDraft) kind() Kind { return KindAct }

func (d *ShownDraft) needs(n *Needs) { n.User(d.User) }

func (d *ShownDraft) decide(s *State, e *Entry) *Error {
	u := s.Users[UserKey(d.User)]
	switch {
	case u == nil:
		return Errorf(NotFound, CodeUnknownUser, "user", "there is no user %q", clip(d.User))
	case !u.Active:
		return Errorf(Conflict, CodeNotActive, "user", "user %s is no longer active", u.Name)
	}
	if err := CheckCode("what", d.What, MaxKey); err != nil {
		return err
	}
	if d.Occurred != 0 {
		e.OccurredAt = d.Occurred
	}
	if e.OccurredAt > s.Now+ahead {
		return Errorf(Invalid, CodeOccurredInFuture, "occurred_at", "%s has not come yet; the ledger's clock says %s", e.OccurredAt, s.Now)
	}
	e.Note = d.Note
	e.Act = &Act{Sort: ActShown, Name: strconv.FormatInt(u.ID, 10), What: d.What}
	return checkText("note", d.Note, 4000)
}

// Steps are those of getting started, in their order.
var Steps = []string{"classify", "formats", "places", "rules", "touchpoints", "team"}

// stepStates are what a person can say of a step; open takes back what was said.
var stepStates = []string{"done", "skipped", "open"}

// StepDraft says how far a step of getting started is.
type StepDraft struct {
	Step  string `json:"step,omitempty" enum:"classify,formats,places,rules,touchpoints,team" doc:"That of the path when left out."`
	State string `json:"state" enum:"done,skipped,open" doc:"open takes back what was said before."`
	Note  string `json:"note,omitempty" maxLength:"4000"`
}

func (d *StepDraft) kind() Kind { return KindAct }

func (d *StepDraft) needs(*Needs) {}

func (d *StepDraft) decide(_ *State, e *Entry) *Error {
	var at uint8
	for _, err := range []*Error{pick("step", &d.Step, Steps, &at), pick("state", &d.State, stepStates, &at), checkText("note", d.Note, 4000)} {
		if err != nil {
			return err
		}
	}
	e.Note = d.Note
	e.Act = &Act{Sort: ActStep, Name: d.Step, What: d.State}
	return nil
}
