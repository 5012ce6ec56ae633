package stock

import (
	"slices"
	"strings"
)

// Setting is something that the organisation decided about how Clew works, as an entry set it. Values are texts in one form.
type Setting struct{ Code, Value string }

// The settings. None of them switches off what is kept of who did what.
const (
	SettingSign         = "sign"
	SettingReason       = "reason_for"
	SettingSecondFactor = "second_factor"
)

// For whom a second factor is demanded at sign-in.
const (
	FactorNone       = "none"
	FactorPrivileged = "privileged"
	FactorAll        = "all"
)

// KnownSetting is a setting that there is: what it may be, what it is as usual, and what it means.
type KnownSetting struct {
	Code  string
	Words []string // what may be said
	Many  bool     // any number of the words; otherwise one
	Usual string   // what it is until it is set
	Means string   // to people
}

// KnownSettings are all settings.
var KnownSettings = []KnownSetting{
	{SettingSign, meanings[1:], true, "", "acts that need a signature: release of goods, override of a rule, close of a case"},
	{SettingReason, reasonable(), true, "", "kinds of entries that need a reason"},
	{SettingSecondFactor, []string{FactorNone, FactorPrivileged, FactorAll}, false, FactorNone,
		"who has to sign in with one-time codes: privileged are those who hold another role than viewer and operator"},
}

// reasonable are the kinds of entries that can be set to need a reason: not those that nobody words, such as the first mention of a device.
func reasonable() (out []string) {
	for k := KindProduct; k <= KindLast; k++ {
		if name := k.String(); name != "" && !slices.Contains([]Kind{KindActor, KindDevice, KindException, KindCredential, KindAct}, k) {
			out = append(out, name)
		}
	}
	return out
}

// Settings are all settings by code; those that were never set may be left out.
type Settings map[string]string

// Of is the value of a setting.
func (s Settings) Of(code string) string {
	if value, set := s[code]; set {
		return value
	}
	if i := slices.IndexFunc(KnownSettings, func(k KnownSetting) bool { return k.Code == code }); i >= 0 {
		return KnownSettings[i].Usual
	}
	return ""
}

// Words are the values of a setting that is a list.
func (s Settings) Words(code string) []string { return strings.Fields(s.Of(code)) }

// SettingDraft changes settings; what it does not name stays.
type SettingDraft struct {
	Sign         *[]string `json:"sign,omitempty" doc:"Acts that need a signature: release (of goods), override (of a rule), close (of a case)."`
	ReasonFor    *[]string `json:"reason_for,omitempty" doc:"Kinds of entries that need a reason, such as product or partner; header Clew-Reason gives it where the body has none."`
	SecondFactor *string   `json:"second_factor,omitempty" enum:"none,privileged,all" doc:"Who has to sign in with one-time codes: nobody, those who hold another role than viewer and operator, or all."`
	Reason       string    `json:"reason,omitempty" maxLength:"500" doc:"Why."`
	Note         string    `json:"note,omitempty" maxLength:"4000"`
}

func (d *SettingDraft) kind() Kind { return KindSetting }

func (d *SettingDraft) needs(*Needs) {}

// given are the settings that the draft names.
func (d *SettingDraft) given() map[string][]string {
	out := map[string][]string{}
	if d.Sign != nil {
		out[SettingSign] = *d.Sign
	}
	if d.ReasonFor != nil {
		out[SettingReason] = *d.ReasonFor
	}
	if d.SecondFactor != nil {
		out[SettingSecondFactor] = []string{*d.SecondFactor}
	}
	return out
}

func (d *SettingDraft) decide(s *State, e *Entry) *Error {
	if s.by != nil && s.by.Key != 0 {
		return Errorf(Forbidden, CodeNotPermitted, "", "a key cannot change settings: sign in")
	}
	if err := e.describe("", "", d.Note, nil); err != nil {
		return err
	}
	e.Reason = d.Reason
	given := d.given()
	if len(given) == 0 {
		return Errorf(Invalid, CodeRequired, "", "name a setting and its value")
	}
	for _, k := range KnownSettings {
		list, named := given[k.Code]
		if !named {
			continue
		}
		for i, word := range list {
			if slices.Contains(k.Words, word) {
				continue
			}
			field := k.Code
			if k.Many {
				field = index(k.Code, i)
			}
			return Errorf(Invalid, CodeInvalidValue, field, "%q is none of %s", clip(word), strings.Join(k.Words, ", "))
		}
		s.set(e, k.Code, words(list))
	}
	if len(e.Settings) == 0 && s.SettingAt != 0 {
		e.Unchanged(s.SettingAt)
	}
	return nil
}

// words is a list in one form: each word once, in order.
func words(list []string) string {
	list = slices.Clone(list)
	slices.Sort(list)
	return strings.Join(slices.Compact(list), " ")
}

// set changes a setting, if it is another. The first one of all is recorded in any case, as there is no entry yet that says how it stands.
func (s *State) set(e *Entry, code, value string) {
	if s.SettingAt != 0 && s.Settings.Of(code) == value {
		return
	}
	e.Settings = append(e.Settings, Setting{code, value})
	put(s, s.Settings, code, value)
	was := s.SettingAt
	s.SettingAt = e.ID
	s.onUndo(func() { s.SettingAt = was })
}

// reasoned refuses an entry that says nothing of why where a setting asks for it.
func (e *Entry) reasoned(kinds []string) *Error {
	if e.Reason != "" || e.Override != "" || !slices.Contains(kinds, e.Kind.String()) {
		return nil
	}
	return Errorf(Invalid, CodeReasonRequired, "reason", "a %s needs a reason, as the settings say: give it in the body, or as header Clew-Reason", strings.ReplaceAll(e.Kind.String(), "_", " "))
}

func (w leafWriter) settings(list []Setting) {
	for _, v := range list {
		w.group(tagSetting, func() { w.text(1, v.Code); w.text(2, v.Value) })
	}
}

func (g group) setting() Setting { return Setting{g.text(1), g.text(2)} }
