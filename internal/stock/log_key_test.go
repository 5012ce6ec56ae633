package stock

import (
	"testing"

	"clew/internal/tlog"
)

func TestLogKey(t *testing.T) {
	l := open(t)
	_, public, err := tlog.NewKey(tlog.Origin("l1"))
	if err != nil {
		t.Fatal(err)
	}
	l.no(&LogKeyDraft{Key: "x", Reason: "r"}, CodeInvalidValue, "key")
	l.no(&LogKeyDraft{Key: public}, CodeRequired, "reason")
	e := l.ok(&LogKeyDraft{Key: public, Lost: true, Reason: "a yearly turn"})
	m, err := MasterOf(e.Leaf)
	if err != nil || *m.LogKey != (LogKey{public, true}) {
		t.Error(m.LogKey, err)
	}
}
