package stock

import (
	"bytes"
	"testing"

	"clew/internal/auth"
)

var boss = &auth.Principal{Actor: "boss", Grants: []auth.Grant{{Role: auth.Quality}, {Role: auth.Supervisor}}}

// TestSignature: what settings say is signed is refused without, is signed with one meaning by somebody who may do it there, and bears the
// signature in its leaf.
func TestSignature(t *testing.T) {
	l := open(t)
	l.ok("receive; BOLT/L1 5 >A")
	l.wait(24 * 3600e9)
	l.ok("receive; BOLT/L2 5 >A")
	release := func(lot string, by *Signing) Outcome {
		h := l.after(l.entries[0], KindHold)
		for i := range h {
			if h[i].Hold.Lot == l.lot("BOLT", lot).ID {
				return l.try(&Draft{Actor: "dock", By: auth.AtMachine, Body: &ReleaseDraft{Hold: h[i].ID, Reason: "tested"}, Signing: by})
			}
		}
		t.Fatal("no hold on", lot)
		return Outcome{}
	}
	hold := func(lot string) { l.ok(&HoldDraft{Product: "BOLT", Lot: lot, Reason: "look"}) }
	want := func(out Outcome, code, field string) {
		t.Helper()
		if out.Err == nil || out.Err.Code != code || out.Err.Field != field {
			t.Errorf("%v, want %s of %s", out.Err, code, field)
		}
	}
	hold("L1")
	l.ok(&SettingDraft{Sign: &[]string{"release", "override"}})
	want(release("L1", nil), CodeSignatureRequired, "signature")
	want(release("L1", &Signing{Name: "boss", Meaning: MeaningOverride, By: boss}), CodeSignatureDiffers, "signature.meaning")
	want(release("L1", &Signing{Name: "boss", Meaning: MeaningRelease, By: &auth.Principal{Grants: []auth.Grant{{Role: auth.Operator}}}}), CodeSignatureDiffers, "signature.user")
	want(l.try(&Draft{Actor: "dock", By: auth.AtMachine, Body: &CleaningDraft{Site: "S1", Location: "TANK"}, Signing: &Signing{Name: "boss", Meaning: MeaningRelease, By: boss}}), CodeSignatureDiffers, "signature")

	out := release("L1", &Signing{Name: "boss", Meaning: MeaningRelease, Method: "password", By: boss})
	if out.Err != nil {
		t.Fatal(out.Err)
	}
	e := l.entry(out.Entry)
	if s := e.Signature; s == nil || s.Signer != l.s.Actors[ActorKey{KindActor, "boss"}].ID || s.Meaning != MeaningRelease || s.Method != "password" {
		t.Fatalf("%+v", e.Signature)
	}
	if said, err := SignatureOf(e.Leaf); err != nil || *said != *e.Signature {
		t.Error(said, err)
	}
	for name, change := range map[string]func(s *Signature){"signer": func(s *Signature) { s.Signer++ }, "meaning": func(s *Signature) { s.Meaning = MeaningClose }, "method": func(s *Signature) { s.Method = "x" }} {
		other, signed := *e, *e.Signature
		change(&signed)
		if other.Signature = &signed; bytes.Equal(l.leafOf(&other), e.Leaf) {
			t.Errorf("another %s, the same leaf", name)
		}
	}
	if other := *e; true {
		if other.Signature = nil; bytes.Equal(l.leafOf(&other), e.Leaf) {
			t.Error("without the signature, the same leaf")
		}
	}
	l.no("ship; BOLT/L2 1 override=why", CodeSignatureRequired, "signature")
	l.ok(&SettingDraft{Sign: &[]string{}})
	l.ok("ship; BOLT/L1 1")
}

// TestSettings: values are taken in one form, are as usual until they are set, are changed by people only, and ask for reasons where they say so.
func TestSettings(t *testing.T) {
	l := open(t)
	if l.s.Settings.Of(SettingSecondFactor) != FactorNone || len(l.s.Settings.Words(SettingSign)) != 0 {
		t.Error("not as usual:", l.s.Settings)
	}
	l.ok(&SettingDraft{SecondFactor: ptr(FactorNone)}) // nothing was ever set: this says how it stands
	first := l.s.SettingAt
	if out := l.try(&Draft{Actor: "dock", By: auth.AtMachine, Body: &SettingDraft{SecondFactor: ptr(FactorNone), Sign: &[]string{}}}); !out.Unchanged || out.Entry != first {
		t.Errorf("%+v", out)
	}
	l.ok(&SettingDraft{Sign: &[]string{"release", "close", "release"}, SecondFactor: ptr(FactorAll), Reason: "audit"})
	if got := l.s.Settings.Of(SettingSign); got != "close release" || l.s.Settings.Of(SettingSecondFactor) != FactorAll {
		t.Error(got)
	}
	l.no(&SettingDraft{}, CodeRequired, "")
	l.no(&SettingDraft{Sign: &[]string{"shout"}}, CodeInvalidValue, "sign[0]")
	l.no(&SettingDraft{ReasonFor: &[]string{"product", "device"}}, CodeInvalidValue, "reason_for[1]")
	l.no(&SettingDraft{SecondFactor: ptr("some")}, CodeInvalidValue, "second_factor")
	key := &auth.Principal{Actor: "shop", Key: 7, Grants: []auth.Grant{{Role: auth.Administrator}}}
	if out := l.try(&Draft{Actor: "shop", By: key, Body: &SettingDraft{Sign: &[]string{}}}); out.Err == nil || out.Err.Code != CodeNotPermitted {
		t.Error("by a key:", out.Err)
	}
	l.ok(&SettingDraft{ReasonFor: &[]string{"product"}})
	l.no(&ProductDraft{SKU: "SALT", Name: ptr("Rock salt")}, CodeReasonRequired, "reason")
	if out := l.try(&Draft{Actor: "dock", By: auth.AtMachine, Reason: "mistyped", Body: &ProductDraft{SKU: "SALT", Name: ptr("Rock salt")}}); out.Err != nil || l.entry(out.Entry).Reason != "mistyped" {
		t.Error(out.Err)
	}
}
