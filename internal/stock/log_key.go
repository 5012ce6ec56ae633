package stock

import "clew/internal/tlog"

// LogKey is the key that signs the log from its entry on.
type LogKey struct {
	Key  string // the public one
	Lost bool   // the one before it was lost, and so did not sign it
}

// LogKeyDraft gives the log another key.
type LogKeyDraft struct {
	Key    string
	Lost   bool
	Reason string
}

func (d *LogKeyDraft) kind() Kind { return KindLogKey }

func (d *LogKeyDraft) needs(*Needs) {}

func (d *LogKeyDraft) decide(_ *State, e *Entry) *Error {
	if _, err := tlog.CheckKey(d.Key); err != nil {
		return Errorf(Invalid, CodeInvalidValue, "key", "%v", err)
	}
	if d.Reason == "" {
		return Errorf(Invalid, CodeRequired, "reason", "say why the log gets another key")
	}
	e.Reason, e.LogKey = d.Reason, &LogKey{Key: d.Key, Lost: d.Lost}
	return nil
}

func (w leafWriter) logKey(k *LogKey) {
	w.text(1, k.Key)
	w.flag(2, k.Lost)
}

func (g group) logKey() *LogKey { return &LogKey{Key: g.text(1), Lost: g.int(2) != 0} }

// KeysOf are the keys that are to be believed in a proof by whoever believes some: with those that they announced, one after another.
func KeysOf(p *tlog.Proof, believed ...string) []string {
	for _, link := range p.Keys {
		if link == nil {
			continue
		}
		if _, _, err := link.Check(nil, believed...); err != nil || len(believed) == 0 {
			continue
		}
		if m, err := MasterOf(link.Leaf); err == nil && m.LogKey != nil {
			believed = append(believed[:len(believed):len(believed)], m.LogKey.Key)
		}
	}
	return believed
}
