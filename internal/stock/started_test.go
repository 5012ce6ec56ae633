package stock

import (
	"fmt"
	"testing"
)

func TestShown(t *testing.T) {
	l := open(t)
	l.ok(&UserDraft{Name: "amelia"})
	l.no(&ShownDraft{User: "NO", What: "receiving"}, CodeUnknownUser, "user")
	l.no(&ShownDraft{User: "amelia"}, CodeBlank, "what")
	l.no(&ShownDraft{User: "amelia", What: "receiving", Occurred: l.s.Now + 3*ahead}, CodeOccurredInFuture, "occurred_at")
	e := l.ok(&ShownDraft{User: "Amelia", What: "receiving", Occurred: l.s.Now - 5, Note: "at the dock"})
	if want := (Act{Sort: ActShown, Name: fmt.Sprint(l.s.Users["amelia"].ID), What: "receiving"}); e.Kind != KindAct || *e.Act != want || e.OccurredAt != l.s.Now-5 || e.Note != "at the dock" {
		t.Errorf("%+v", e)
	}
	l.ok(&UserDraft{Name: "amelia", Active: ptr(false)})
	l.no(&ShownDraft{User: "amelia", What: "receiving"}, CodeNotActive, "user")
}

func TestStep(t *testing.T) {
	l := open(t)
	l.no(&StepDraft{Step: "coffee", State: "done"}, CodeInvalidValue, "step")
	l.no(&StepDraft{Step: "rules", State: "perhaps"}, CodeInvalidValue, "state")
	if e := l.ok(&StepDraft{Step: "rules", State: "skipped", Note: "later"}); *e.Act != (Act{Sort: ActStep, Name: "rules", What: "skipped"}) || e.Note != "later" {
		t.Errorf("%+v", e.Act)
	}
}
