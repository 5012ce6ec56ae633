package gs1

import (
	"strings"
	"testing"
)

// TestConstrained runs the vectors of the EPCIS event hash.
func TestConstrained(t *testing.T) {
	var vectors []struct {
		Input  string
		Expect *string
	}
	readJSON(t, "testdata/epc-uri-to-constrained-dl.json", &vectors)
	for _, v := range vectors {
		got, ok := Constrained(v.Input)
		want := ""
		if v.Expect != nil {
			want = *v.Expect
		}
		if got != want || ok != (v.Expect != nil) {
			t.Errorf("Constrained(%s) = %q %v, want %q", v.Input, got, ok, want)
		}
	}
}

// TestWorkedExamples reads GS1's examples in each of their forms and writes all the others.
func TestWorkedExamples(t *testing.T) {
	var examples []struct {
		Kind, Bracketed     string
		ElementStringCaret  string `json:"element_string_caret"`
		ElementStringGS     string `json:"element_string_gs"`
		DigitalLink         string `json:"digital_link"`
		DigitalLinkIn       string `json:"digital_link_in"`
		CanonicalDL         string `json:"canonical_dl"`
		HRI                 []string
		HRIWithTitles       []string `json:"hri_with_titles"`
		ScanQR              string   `json:"scan_qr"`
		ScanDataMatrix      string   `json:"scan_datamatrix"`
		ScanDataBarExpanded string   `json:"scan_databar_expanded"`
		OK                  *bool
	}
	readJSON(t, "testdata/worked-examples.json", &examples)
	for _, x := range examples {
		for _, in := range []string{x.Bracketed, x.ElementStringCaret, x.ElementStringGS, x.DigitalLink, x.DigitalLinkIn, x.CanonicalDL, x.ScanQR, x.ScanDataMatrix, x.ScanDataBarExpanded} {
			if in == "" {
				continue
			}
			r := Reader{Companions: x.OK != nil}
			var m Message
			err := r.Read(in, &m)
			if x.OK != nil {
				if (err == nil) != *x.OK {
					t.Errorf("%s: %v", in, err)
				}
				continue
			}
			if err != nil {
				t.Errorf("%s: %v", in, err)
				continue
			}
			link, _ := m.DigitalLink("")
			for what, pair := range map[string][2]string{
				"bracketed": {m.Bracketed(), x.Bracketed}, "caret": {m.Caret(), x.ElementStringCaret},
				"elements": {m.ElementString(), x.ElementStringGS}, "link": {link, x.DigitalLink}, "canonical": {link, x.CanonicalDL},
				"hri": {strings.Join(m.HRI(false), "|"), strings.Join(x.HRI, "|")}, "titles": {strings.Join(m.HRI(true), "|"), strings.Join(x.HRIWithTitles, "|")},
			} {
				if pair[1] != "" && pair[0] != pair[1] {
					t.Errorf("%s: %s is %q, want %q", in, what, pair[0], pair[1])
				}
			}
		}
	}
}
